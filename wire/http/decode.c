/* Undoes content codings: gzip, deflate, br, zstd, and lists of them. */
#include "wire/http/decode.h"

#include <brotli/decode.h>
#include <stdlib.h>
#include <zlib.h>
#include <zstd.h>

#include "wire/bytes/mem.h"

#define SHOWN_BYTES 40 /* of a name that is unknown */

enum {
	PIECE_BYTES = 16384,
	WINDOW_BITS = 15,
	GZIP_BITS = 16, /* added to the window's: zlib reads the gzip form */
	GZIP_FIRST = 0x1f,
	ZSTD_WINDOW_BITS = 23 /* the largest that RFC 9659 allows */
};

struct stage;

/* Takes what it can of `in`, and appends. false: this is not the coding. */
typedef bool run_fn(struct decode *d, struct stage *s, struct span in,
		    struct buf *out);

struct coding_row {
	const char *name;
	run_fn *run;
};

struct stage {
	const struct coding_row *row;
	bool begun, done;
	z_stream zlib;
	BrotliDecoderState *brotli;
	ZSTD_DCtx *zstd;
};

struct decode {
	struct stage stages[DECODE_STACK_LIMIT]; /* the outermost first */
	size_t count;
	/* bytes that came in, and that all stages put out */
	uint64_t in_len, out_len;
	bool too_large;
};

/* Appends within the limits. Every stage is held to them, or a list of codings
 * could hide a bomb. */
static bool put(struct decode *d, struct buf *out, const void *bytes,
		size_t len)
{
	d->out_len += len;
	if ((d->out_len > DECODE_FREE_BYTES &&
	     d->out_len / DECODE_RATIO > d->in_len) ||
	    buf_add(out, bytes, len) < 0)
		d->too_large = true;
	return !d->too_large;
}

/* ---- zlib ---- */

static bool inflate_all(struct decode *d, struct stage *s, struct buf *out)
{
	unsigned char piece[PIECE_BYTES];
	z_stream *z = &s->zlib;
	int rc;

	do {
		z->next_out = piece;
		z->avail_out = sizeof(piece);
		rc = inflate(z, Z_NO_FLUSH);
		if (!put(d, out, piece, sizeof(piece) - z->avail_out))
			return false;
	} while (rc == Z_OK);
	s->done = rc == Z_STREAM_END;
	return rc == Z_OK || rc == Z_STREAM_END || rc == Z_BUF_ERROR;
}

static void begin_zlib(struct stage *s, struct span in, int bits)
{
	if (!s->begun && inflateInit2(&s->zlib, bits) != Z_OK)
		abort(); /* a lack of memory */
	s->begun = true;
	s->zlib.next_in = (Bytef *)(uintptr_t)in.at;
	s->zlib.avail_in = (uInt)in.len;
}

/* A gzip body may be several gzip files, one after the other. */
static bool run_gzip(struct decode *d, struct stage *s, struct span in,
		     struct buf *out)
{
	begin_zlib(s, in, WINDOW_BITS + GZIP_BITS);
	for (;;) {
		if (s->done && s->zlib.next_in[0] != GZIP_FIRST)
			return false;
		if (s->done)
			inflateReset(&s->zlib);
		if (!inflate_all(d, s, out))
			return false;
		if (s->zlib.avail_in == 0)
			return true;
	}
}

/* The standard asks for the zlib form; many senders leave out its frame, and
 * clients take both. Only the zlib form has an 8 in the low half of its first
 * byte. */
static bool run_deflate(struct decode *d, struct stage *s, struct span in,
			struct buf *out)
{
	bool is_zlib = (in.at[0] & 0x0f) == 8;

	if (s->done)
		return false;
	begin_zlib(s, in, is_zlib ? WINDOW_BITS : -WINDOW_BITS);
	return inflate_all(d, s, out) && s->zlib.avail_in == 0;
}

/* ---- the others ---- */

static bool run_brotli(struct decode *d, struct stage *s, struct span in,
		       struct buf *out)
{
	const uint8_t *next = (const uint8_t *)in.at;
	size_t left = in.len;
	BrotliDecoderResult rc;

	if (!s->brotli)
		s->brotli = BrotliDecoderCreateInstance(NULL, NULL, NULL);
	if (!s->brotli)
		abort(); /* a lack of memory */
	if (s->done)
		return false;
	do {
		uint8_t piece[PIECE_BYTES], *to = piece;
		size_t room = sizeof(piece);

		rc = BrotliDecoderDecompressStream(s->brotli, &left, &next,
						   &room, &to, NULL);
		if (!put(d, out, piece, sizeof(piece) - room))
			return false;
	} while (rc == BROTLI_DECODER_RESULT_NEEDS_MORE_OUTPUT);
	s->done = rc == BROTLI_DECODER_RESULT_SUCCESS;
	return rc != BROTLI_DECODER_RESULT_ERROR && left == 0;
}

static ZSTD_DCtx *begin_zstd(void)
{
	ZSTD_DCtx *z = ZSTD_createDCtx();

	if (!z)
		abort(); /* a lack of memory */
	ZSTD_DCtx_setParameter(z, ZSTD_d_windowLogMax, ZSTD_WINDOW_BITS);
	return z;
}

static bool run_zstd(struct decode *d, struct stage *s, struct span in,
		     struct buf *out)
{
	ZSTD_inBuffer from = { .src = in.at, .size = in.len, .pos = 0 };
	char piece[PIECE_BYTES];
	ZSTD_outBuffer to;

	if (!s->zstd)
		s->zstd = begin_zstd();
	do {
		to = (ZSTD_outBuffer){ .dst = piece, .size = sizeof(piece) };
		if (ZSTD_isError(ZSTD_decompressStream(s->zstd, &to, &from)) ||
		    !put(d, out, piece, to.pos))
			return false;
	} while (from.pos < from.size || to.pos == to.size);
	return true;
}

static const struct coding_row rows[] = {
	{ "gzip", run_gzip },       { "x-gzip", run_gzip },
	{ "deflate", run_deflate }, { "br", run_brotli },
	{ "zstd", run_zstd },
};

/* ---- lists of codings ---- */

static bool next_coding(struct span *codings, struct span *name)
{
	while (span_split(codings, ',', name)) {
		*name = span_trim(*name);
		if (name->len > 0 && !span_is_nocase(*name, "identity"))
			return true;
	}
	return false;
}

bool decode_is_needed(struct span codings)
{
	struct span name;

	return next_coding(&codings, &name);
}

static const struct coding_row *row_of(struct span name)
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (span_is_nocase(name, rows[i].name))
			return &rows[i];
	return NULL;
}

int decode_new(struct decode **out, struct span codings, struct fail *f)
{
	const struct coding_row *found[DECODE_STACK_LIMIT];
	struct decode *d;
	struct span name;
	size_t count = 0;

	while (next_coding(&codings, &name)) {
		if (count == DECODE_STACK_LIMIT)
			return fail_set(f, FAIL_LIMIT,
					"the body has more than %d codings",
					DECODE_STACK_LIMIT);
		found[count] = row_of(name);
		if (found[count++] == NULL)
			return fail_set(
				f, FAIL_SYNTAX,
				"the body has the unknown coding "
				"'%.*s'",
				SPAN_ARG(span_first(name, SHOWN_BYTES)));
	}
	d = xcalloc(1, sizeof(*d));
	/* The field names the codings in the order in which they were
	 * applied. */
	for (size_t i = 0; i < count; i++)
		d->stages[i].row = found[count - 1 - i];
	d->count = count;
	*out = d;
	return 0;
}

void decode_free(struct decode *d)
{
	for (size_t i = 0; d && i < d->count; i++) {
		struct stage *s = &d->stages[i];

		inflateEnd(&s->zlib); /* harmless if it was not begun */
		if (s->brotli)
			BrotliDecoderDestroyInstance(s->brotli);
		ZSTD_freeDCtx(s->zstd);
	}
	free(d);
}

static int run_stage(struct decode *d, size_t i, struct span in,
		     struct buf *out, struct fail *f)
{
	struct stage *s = &d->stages[i];

	if (in.len == 0 || s->row->run(d, s, in, out))
		return 0;
	if (d->too_large)
		return fail_set(f, FAIL_LIMIT,
				"the compressed body is too large");
	return fail_set(f, FAIL_SYNTAX,
			"the body is not %s, as its header says", s->row->name);
}

int decode_add(struct decode *d, struct span bytes, struct buf *out,
	       struct fail *f)
{
	struct buf between[2] = { BUF_INIT(out->limit), BUF_INIT(out->limit) };
	int rc = 0;

	d->in_len += bytes.len;
	if (d->count == 0 && !put(d, out, bytes.at, bytes.len))
		rc = fail_set(f, FAIL_LIMIT, "the body is too large");
	for (size_t i = 0; i < d->count && rc == 0; i++) {
		bool is_last = i + 1 == d->count;
		struct buf *to = is_last ? out : &between[i % 2];

		if (!is_last)
			buf_reset(to);
		rc = run_stage(d, i, bytes, to, f);
		bytes = buf_span(to);
	}
	buf_clear(&between[0]);
	buf_clear(&between[1]);
	return rc;
}
