/* Tests of mockupstream/coding: what was flushed can be read. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <brotli/decode.h>
#include <zlib.h>
#include <zstd.h>

#include "mockupstream/coding.h"

enum { ROOM = 1 << 20 };

/* Decodes as much as there is; gives how many bytes that were. */
static size_t decode_gzip(struct span in, char *out)
{
	z_stream z = { .next_in = (Bytef *)(uintptr_t)in.at,
		       .avail_in = (uInt)in.len,
		       .next_out = (Bytef *)out,
		       .avail_out = ROOM };

	assert_int_equal(inflateInit2(&z, 15 + 16), Z_OK);
	(void)inflate(&z, Z_SYNC_FLUSH);
	inflateEnd(&z);
	return ROOM - z.avail_out;
}

static size_t decode_br(struct span in, char *out)
{
	BrotliDecoderState *d = BrotliDecoderCreateInstance(NULL, NULL, NULL);
	const uint8_t *next_in = (const uint8_t *)in.at;
	uint8_t *next_out = (uint8_t *)out;
	size_t in_left = in.len, out_left = ROOM;

	BrotliDecoderDecompressStream(d, &in_left, &next_in, &out_left,
				      &next_out, NULL);
	BrotliDecoderDestroyInstance(d);
	return ROOM - out_left;
}

static size_t decode_zstd(struct span in, char *out)
{
	ZSTD_DCtx *d = ZSTD_createDCtx();
	ZSTD_inBuffer from = { in.at, in.len, 0 };
	ZSTD_outBuffer to = { out, ROOM, 0 };

	while (from.pos < from.size)
		assert_false(
			ZSTD_isError(ZSTD_decompressStream(d, &to, &from)));
	ZSTD_freeDCtx(d);
	return to.pos;
}

static size_t decode(enum script_coding which, struct span in, char *out)
{
	if (which == CODING_GZIP)
		return decode_gzip(in, out);
	return which == CODING_BR ? decode_br(in, out) : decode_zstd(in, out);
}

static void check_flushes(enum script_coding which)
{
	struct coding *c = coding_new(which);
	struct buf plain = BUF_INIT(ROOM), packed = BUF_INIT(ROOM);
	char *back = malloc(ROOM), text[64];

	for (int i = 0; i < 200; i++) {
		struct span event;

		snprintf(text, sizeof(text), "data: {\"n\":%d}\n\n", i * i);
		event = span_of(text);
		buf_add_span(&plain, event);
		assert_int_equal(coding_add(c, event, &packed), 0);
		assert_int_equal(decode(which, buf_span(&packed), back),
				 plain.len);
		assert_memory_equal(back, plain.at, plain.len);
	}
	assert_int_equal(coding_finish(c, &packed), 0);
	assert_int_equal(decode(which, buf_span(&packed), back), plain.len);
	free(back);
	coding_free(c);
	buf_clear(&plain);
	buf_clear(&packed);
}

static void t_gzip(void **state)
{
	(void)state;
	check_flushes(CODING_GZIP);
	assert_string_equal(coding_name(CODING_GZIP), "gzip");
}

static void t_br(void **state)
{
	(void)state;
	check_flushes(CODING_BR);
	assert_string_equal(coding_name(CODING_BR), "br");
}

static void t_zstd(void **state)
{
	(void)state;
	check_flushes(CODING_ZSTD);
	assert_string_equal(coding_name(CODING_ZSTD), "zstd");
}

/* More than the piece a coder is given to write into. */
static void t_large(void **state)
{
	struct buf packed = BUF_INIT(ROOM);
	char *plain = malloc(100000), *back = malloc(ROOM);
	uint32_t x = 1;

	(void)state;
	for (size_t i = 0; i < 100000; i++) {
		x = x * 1664525 + 1013904223;
		plain[i] = (char)(x >> 24);
	}
	for (int which = CODING_GZIP; which <= CODING_ZSTD; which++) {
		struct coding *c = coding_new((enum script_coding)which);

		buf_reset(&packed);
		assert_int_equal(
			coding_add(c, span_make(plain, 100000), &packed), 0);
		assert_int_equal(decode((enum script_coding)which,
					buf_span(&packed), back),
				 100000);
		assert_memory_equal(back, plain, 100000);
		coding_free(c);
	}
	free(plain);
	free(back);
	buf_clear(&packed);
}

/* Output that does not fit is a failure, for an event and for the end. */
static void t_limit(void **state)
{
	(void)state;
	for (int which = CODING_GZIP; which <= CODING_ZSTD; which++) {
		struct coding *c = coding_new((enum script_coding)which);
		struct buf packed = BUF_INIT(4);

		assert_int_equal(coding_add(c, span_of("data: 1\n\n"), &packed),
				 -1);
		coding_free(c);
		buf_clear(&packed);
		packed.limit = ROOM;
		c = coding_new((enum script_coding)which);
		assert_int_equal(coding_add(c, span_of("data: 1\n\n"), &packed),
				 0);
		packed.limit = packed.len;
		assert_int_equal(coding_finish(c, &packed), -1);
		coding_free(c);
		buf_clear(&packed);
	}
	coding_free(NULL);
}

static bool is_whole(enum script_coding which, struct span in, char *out)
{
	size_t len = ROOM, in_len = in.len;
	z_stream z = { .next_in = (Bytef *)(uintptr_t)in.at,
		       .avail_in = (uInt)in.len,
		       .next_out = (Bytef *)out,
		       .avail_out = ROOM };
	bool whole;

	if (which == CODING_ZSTD)
		return ZSTD_findFrameCompressedSize(in.at, in.len) == in_len;
	if (which == CODING_BR)
		return BrotliDecoderDecompress(in.len, (const uint8_t *)in.at,
					       &len, (uint8_t *)out) ==
		       BROTLI_DECODER_RESULT_SUCCESS;
	assert_int_equal(inflateInit2(&z, 15 + 16), Z_OK);
	whole = inflate(&z, Z_FINISH) == Z_STREAM_END && z.avail_in == 0;
	inflateEnd(&z);
	return whole;
}

/* The end is there only once the stream is finished. */
static void t_end(void **state)
{
	char *back = malloc(ROOM);

	(void)state;
	for (int which = CODING_GZIP; which <= CODING_ZSTD; which++) {
		struct coding *c = coding_new((enum script_coding)which);
		struct buf packed = BUF_INIT(ROOM);

		assert_int_equal(coding_add(c, span_of("data: 1\n\n"), &packed),
				 0);
		assert_false(is_whole((enum script_coding)which,
				      buf_span(&packed), back));
		assert_int_equal(coding_finish(c, &packed), 0);
		assert_true(is_whole((enum script_coding)which,
				     buf_span(&packed), back));
		coding_free(c);
		buf_clear(&packed);
	}
	free(back);
	assert_string_equal(coding_name(CODING_NONE), "identity");
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		{ "coding: gzip can be read after every event", t_gzip, NULL,
		  NULL, NULL },
		{ "coding: brotli can be read after every event", t_br, NULL,
		  NULL, NULL },
		{ "coding: zstd can be read after every event", t_zstd, NULL,
		  NULL, NULL },
		{ "coding: a large event comes out whole", t_large, NULL, NULL,
		  NULL },
		{ "coding: the limit of the buffer holds", t_limit, NULL, NULL,
		  NULL },
		{ "coding: a stream ends where it is finished", t_end, NULL,
		  NULL, NULL },
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("coding", tests, NULL, NULL);
}
