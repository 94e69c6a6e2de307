/* Content codings for streams, flushed at every event. */
#include "mockupstream/coding.h"

#include <brotli/encode.h>
#include <stdlib.h>
#include <zlib.h>
#include <zstd.h>

#include "wire/bytes/mem.h"

/* GZIP_WINDOW: 15 bits, and 16 more ask zlib for the gzip form. */
enum { PIECE_BYTES = 16384, GZIP_WINDOW = 15 + 16, BROTLI_QUALITY = 5 };

struct coding {
	enum script_coding which;
	z_stream zlib;
	BrotliEncoderState *brotli;
	ZSTD_CCtx *zstd;
};

const char *coding_name(enum script_coding which)
{
	static const char *const names[] = {
		[CODING_NONE] = "identity",
		[CODING_GZIP] = "gzip",
		[CODING_BR] = "br",
		[CODING_ZSTD] = "zstd",
	};

	return names[which];
}

static bool begin(struct coding *c)
{
	switch (c->which) {
	case CODING_GZIP:
		return deflateInit2(&c->zlib, Z_DEFAULT_COMPRESSION, Z_DEFLATED,
				    GZIP_WINDOW, 8, Z_DEFAULT_STRATEGY) == Z_OK;
	case CODING_BR:
		c->brotli = BrotliEncoderCreateInstance(NULL, NULL, NULL);
		return c->brotli &&
		       BrotliEncoderSetParameter(
			       c->brotli, BROTLI_PARAM_QUALITY, BROTLI_QUALITY);
	case CODING_ZSTD:
		c->zstd = ZSTD_createCCtx();
		return c->zstd != NULL;
	case CODING_NONE:
		break;
	}
	return false;
}

struct coding *coding_new(enum script_coding which)
{
	struct coding *c = xcalloc(1, sizeof(*c));

	c->which = which;
	if (!begin(c))
		abort(); /* a lack of memory */
	return c;
}

void coding_free(struct coding *c)
{
	if (!c)
		return;
	if (c->which == CODING_GZIP)
		deflateEnd(&c->zlib);
	if (c->brotli)
		BrotliEncoderDestroyInstance(c->brotli);
	ZSTD_freeCCtx(c->zstd);
	free(c);
}

static int run_gzip(struct coding *c, struct span in, bool last,
		    struct buf *out)
{
	unsigned char piece[PIECE_BYTES];
	z_stream *z = &c->zlib;

	z->next_in = (Bytef *)(uintptr_t)in.at;
	z->avail_in = (uInt)in.len;
	do {
		z->next_out = piece;
		z->avail_out = sizeof(piece);
		deflate(z, last ? Z_FINISH : Z_SYNC_FLUSH);
		if (buf_add(out, piece, sizeof(piece) - z->avail_out) < 0)
			return -1;
	} while (z->avail_out == 0);
	return 0;
}

static int run_brotli(struct coding *c, struct span in, bool last,
		      struct buf *out)
{
	BrotliEncoderOperation op =
		last ? BROTLI_OPERATION_FINISH : BROTLI_OPERATION_FLUSH;
	const uint8_t *next = (const uint8_t *)in.at;
	size_t left = in.len;

	do {
		size_t room = 0, len = 0;
		const uint8_t *piece;

		if (!BrotliEncoderCompressStream(c->brotli, op, &left, &next,
						 &room, NULL, NULL))
			return -1;
		piece = BrotliEncoderTakeOutput(c->brotli, &len);
		if (buf_add(out, piece, len) < 0)
			return -1;
	} while (left > 0 || BrotliEncoderHasMoreOutput(c->brotli));
	return 0;
}

static int run_zstd(struct coding *c, struct span in, bool last,
		    struct buf *out)
{
	ZSTD_EndDirective op = last ? ZSTD_e_end : ZSTD_e_flush;
	ZSTD_inBuffer from = { .src = in.at, .size = in.len, .pos = 0 };
	char piece[PIECE_BYTES];
	size_t left;

	do {
		ZSTD_outBuffer to = { .dst = piece, .size = sizeof(piece) };

		left = ZSTD_compressStream2(c->zstd, &to, &from, op);
		if (ZSTD_isError(left) || buf_add(out, piece, to.pos) < 0)
			return -1;
	} while (left > 0);
	return 0;
}

static int run(struct coding *c, struct span in, bool last, struct buf *out)
{
	switch (c->which) {
	case CODING_GZIP:
		return run_gzip(c, in, last, out);
	case CODING_BR:
		return run_brotli(c, in, last, out);
	case CODING_ZSTD:
		return run_zstd(c, in, last, out);
	case CODING_NONE:
		break;
	}
	return -1;
}

int coding_add(struct coding *c, struct span bytes, struct buf *out)
{
	return run(c, bytes, false, out);
}

int coding_finish(struct coding *c, struct buf *out)
{
	return run(c, SPAN_EMPTY, true, out);
}
