/* Tests of probe/decode: content codings undone, piece by piece. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include <zlib.h>

#include "mockupstream/coding.h"
#include "wire/http/decode.h"

#define LIMIT ((size_t)64 * 1024 * 1024)

static const enum script_coding all[] = { CODING_GZIP, CODING_BR, CODING_ZSTD };

static void pack(enum script_coding which, struct span text, struct buf *out)
{
	struct coding *c = coding_new(which);

	assert_int_equal(coding_add(c, text, out), 0);
	assert_int_equal(coding_finish(c, out), 0);
	coding_free(c);
}

static int undo(const char *codings, struct span bytes, struct buf *out,
		struct fail *f)
{
	struct decode *d = NULL;
	int rc;

	if (decode_new(&d, span_of(codings), f) < 0)
		return -1;
	rc = decode_add(d, bytes, out, f);
	decode_free(d);
	return rc;
}

static void assert_undone(const char *codings, const struct buf *packed,
			  const char *text)
{
	struct buf out = BUF_INIT(LIMIT);

	assert_int_equal(undo(codings, buf_span(packed), &out, NULL), 0);
	assert_string_equal(buf_str(&out), text);
	buf_clear(&out);
}

static void t_each(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		struct buf packed = BUF_INIT(LIMIT);

		pack(all[i], span_of("hello, hello, hello"), &packed);
		assert_undone(coding_name(all[i]), &packed,
			      "hello, hello, hello");
		buf_clear(&packed);
	}
}

static void deflate_into(struct buf *out, int bits)
{
	unsigned char room[256];
	z_stream z = { .next_in = (Bytef *)"hello",
		       .avail_in = 5,
		       .next_out = room,
		       .avail_out = sizeof(room) };

	assert_int_equal(deflateInit2(&z, 6, Z_DEFLATED, bits, 8, 0), Z_OK);
	assert_int_equal(deflate(&z, Z_FINISH), Z_STREAM_END);
	buf_add(out, room, sizeof(room) - z.avail_out);
	deflateEnd(&z);
}

static void t_deflate(void **state)
{
	struct buf packed = BUF_INIT(LIMIT);

	(void)state;
	deflate_into(&packed, 15);
	assert_undone("deflate", &packed, "hello");
	buf_reset(&packed);
	deflate_into(&packed, -15);
	assert_undone("deflate", &packed, "hello");
	/* Bare, and with a bit set that nobody reads: no frame begins so. */
	buf_reset(&packed);
	buf_add(&packed, "\x09\x05\x00\xfa\xffhello", 10);
	assert_undone("deflate", &packed, "hello");
	buf_clear(&packed);
}

/* What is repeated may be as far back as the format allows: 32 KiB. */
static void t_far_back(void **state)
{
	enum { HALF = 32000 };
	static char text[2 * HALF + 1];
	uint32_t seed = 1;

	(void)state;
	for (size_t i = 0; i < HALF; i++) {
		seed = seed * 1664525 + 1013904223;
		text[i] = text[HALF + i] = (char)(33 + (seed >> 16) % 90);
	}
	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		struct buf packed = BUF_INIT(LIMIT);

		pack(all[i], span_of(text), &packed);
		assert_undone(coding_name(all[i]), &packed, text);
		buf_clear(&packed);
	}
}

static void t_list(void **state)
{
	struct buf once = BUF_INIT(LIMIT), twice = BUF_INIT(LIMIT);

	(void)state;
	pack(CODING_GZIP, span_of("hello"), &once);
	pack(CODING_BR, buf_span(&once), &twice);
	assert_undone("X-GZIP , identity,,br", &twice, "hello");
	buf_reset(&once);
	pack(CODING_GZIP, buf_span(&twice), &once);
	assert_undone("gzip, br, gzip", &once, "hello");
	buf_reset(&twice);
	pack(CODING_BR, buf_span(&once), &twice);
	assert_undone("gzip, br, gzip, br", &twice, "hello");
	buf_clear(&once);
	buf_clear(&twice);
}

static void t_several_gzips(void **state)
{
	struct buf packed = BUF_INIT(LIMIT);

	(void)state;
	pack(CODING_GZIP, span_of("one "), &packed);
	pack(CODING_GZIP, span_of("two"), &packed);
	assert_undone("gzip", &packed, "one two");
	buf_clear(&packed);
}

/* Fed byte by byte, flushed data is decoded with its last byte. */
static void t_pieces(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		struct coding *c = coding_new(all[i]);
		struct buf packed = BUF_INIT(LIMIT), out = BUF_INIT(LIMIT);
		struct decode *d = NULL;

		coding_add(c, span_of("event: a\n\n"), &packed);
		coding_free(c);
		assert_int_equal(
			decode_new(&d, span_of(coding_name(all[i])), NULL), 0);
		for (size_t k = 0; k < packed.len; k++)
			assert_int_equal(decode_add(d,
						    span_make(packed.at + k, 1),
						    &out, NULL),
					 0);
		assert_string_equal(buf_str(&out), "event: a\n\n");
		decode_free(d);
		buf_clear(&packed);
		buf_clear(&out);
	}
}

static void t_lie(void **state)
{
	static const char *const names[] = { "gzip", "deflate", "br", "zstd" };

	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		struct buf out = BUF_INIT(LIMIT);
		struct fail f = FAIL_INIT;

		assert_int_equal(undo(names[i], span_of("{\"type\":\"error\"}"),
				      &out, &f),
				 -1);
		assert_non_null(strstr(f.text, names[i]));
		buf_clear(&out);
	}
}

static void t_tail(void **state)
{
	static const char *const names[] = { "gzip", "br", "zstd" };

	(void)state;
	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		struct buf packed = BUF_INIT(LIMIT), out = BUF_INIT(LIMIT);

		pack(all[i], span_of("hello"), &packed);
		buf_add_text(&packed, "data: [DONE]\n\n");
		assert_int_equal(undo(names[i], buf_span(&packed), &out, NULL),
				 -1);
		buf_clear(&packed);
		buf_clear(&out);
	}
}

/* After the end of deflate and br nothing may come, with it or later. */
static void t_tail_later(void **state)
{
	static const char *const names[] = { "deflate", "deflate", "br" };

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		struct buf packed = BUF_INIT(LIMIT), out = BUF_INIT(LIMIT);
		struct decode *d = NULL;
		struct fail f = FAIL_INIT;

		if (i < 2)
			deflate_into(&packed, i == 0 ? 15 : -15);
		else
			pack(CODING_BR, span_of("hello"), &packed);
		assert_int_equal(decode_new(&d, span_of(names[i]), NULL), 0);
		assert_int_equal(decode_add(d, buf_span(&packed), &out, NULL),
				 0);
		assert_string_equal(buf_str(&out), "hello");
		assert_int_equal(decode_add(d, SPAN_EMPTY, &out, NULL), 0);
		assert_int_equal(decode_add(d, span_of("{}"), &out, &f), -1);
		assert_int_equal(f.code, FAIL_SYNTAX);
		decode_free(d);
		buf_add_text(&packed, "{}");
		assert_int_equal(undo(names[i], buf_span(&packed), &out, NULL),
				 -1);
		buf_clear(&packed);
		buf_clear(&out);
	}
}

/* A frame of zstd: its window, and `blocks` of one byte that is repeated, which
 * take four bytes each and give `total` together. */
static void zstd_into(struct buf *out, char window, size_t blocks, size_t total)
{
	buf_add(out, "\x28\xb5\x2f\xfd\0", 5);
	buf_add_byte(out, window);
	for (; blocks > 0; blocks--) {
		size_t size = total / blocks;
		unsigned head = (unsigned)size << 3 | 1 << 1 | (blocks == 1);

		buf_add_byte(out, (char)(head & 0xff));
		buf_add_byte(out, (char)(head >> 8 & 0xff));
		buf_add_byte(out, (char)(head >> 16));
		buf_add_byte(out, 'x');
		total -= size;
	}
}

#define WINDOW_8_MIB ((char)(13 << 3))

/* 8 MiB, by RFC 9659; the next larger one has an eighth more. */
static void t_window(void **state)
{
	static const char windows[] = { 0, WINDOW_8_MIB, WINDOW_8_MIB | 1,
					(char)(14 << 3) };

	(void)state;
	for (size_t i = 0; i < sizeof(windows); i++) {
		struct buf packed = BUF_INIT(LIMIT), out = BUF_INIT(LIMIT);

		zstd_into(&packed, windows[i], 1, 5);
		assert_int_equal(undo("zstd", buf_span(&packed), &out, NULL),
				 i < 2 ? 0 : -1);
		assert_string_equal(buf_str(&out), i < 2 ? "xxxxx" : "");
		buf_clear(&packed);
		buf_clear(&out);
	}
}

/* The largest allowed ratio of output to input, and one byte more. */
static void t_ratio(void **state)
{
	enum { BLOCKS = 1000, BYTES = 6 + 4 * BLOCKS };
	const size_t most = (size_t)DECODE_RATIO * (BYTES + 1) - 1;

	(void)state;
	assert_true(most > DECODE_FREE_BYTES);
	for (size_t more = 0; more < 2; more++) {
		struct buf packed = BUF_INIT(LIMIT), out = BUF_INIT(LIMIT);
		struct fail f = FAIL_INIT;

		zstd_into(&packed, WINDOW_8_MIB, BLOCKS, most + more);
		assert_int_equal(packed.len, BYTES);
		assert_int_equal(undo("zstd", buf_span(&packed), &out, &f),
				 more ? -1 : 0);
		assert_int_equal(f.code, more ? FAIL_LIMIT : FAIL_OK);
		if (!more)
			assert_int_equal(out.len, most);
		buf_clear(&packed);
		buf_clear(&out);
	}
}

static void t_unknown(void **state)
{
	struct buf out = BUF_INIT(LIMIT);
	struct fail f = FAIL_INIT, many = FAIL_INIT;

	(void)state;
	assert_int_equal(undo("gzip, dcb", span_of("x"), &out, &f), -1);
	assert_string_equal(f.text, "the body has the unknown coding 'dcb'");
	assert_int_equal(undo("br,br,br,br,br", span_of("x"), &out, &many), -1);
	assert_string_equal(many.text, "the body has more than 4 codings");
	f = (struct fail)FAIL_INIT;
	assert_int_equal(undo("x", span_of("x"), &out, &f), -1);
	assert_string_equal(f.text, "the body has the unknown coding 'x'");
	f = (struct fail)FAIL_INIT;
	assert_int_equal(undo("a23456789012345678901234567890123456789012345",
			      span_of("x"), &out, &f),
			 -1);
	assert_string_equal(f.text,
			    "the body has the unknown coding "
			    "'a234567890123456789012345678901234567890'");
}

static void t_needed(void **state)
{
	struct buf out = BUF_INIT(4);
	struct fail f = FAIL_INIT;

	(void)state;
	assert_true(decode_is_needed(span_of("identity, gzip")));
	assert_false(decode_is_needed(span_of(" Identity ,")));
	assert_false(decode_is_needed(span_of("")));
	assert_int_equal(undo("identity", span_of("abc"), &out, NULL), 0);
	assert_string_equal(buf_str(&out), "abc");
	assert_int_equal(undo("", span_of("de"), &out, &f), -1);
	assert_string_equal(f.text, "the body is too large");
	assert_string_equal(buf_str(&out), "abc");
	buf_clear(&out);
}

static void assert_bomb(const char *codings, const struct buf *packed,
			size_t limit)
{
	struct buf out = BUF_INIT(limit);
	struct fail f = FAIL_INIT;

	assert_int_equal(undo(codings, buf_span(packed), &out, &f), -1);
	assert_int_equal(f.code, FAIL_LIMIT);
	assert_string_equal(f.text, "the compressed body is too large");
	assert_true(out.len <= 3 * DECODE_FREE_BYTES);
	buf_clear(&out);
}

static void zeros(struct buf *out, size_t len)
{
	static const char none[65536];

	for (; len > 0; len -= sizeof(none))
		buf_add(out, none, sizeof(none));
}

/* zstd makes a few kilobytes of it, of which deflate alone is not able. */
static void t_bomb(void **state)
{
	struct buf text = BUF_INIT(LIMIT), packed = BUF_INIT(LIMIT);
	struct buf twice = BUF_INIT(LIMIT);

	(void)state;
	zeros(&text, 4 * DECODE_FREE_BYTES);
	pack(CODING_ZSTD, buf_span(&text), &packed);
	assert_bomb("zstd", &packed, LIMIT);
	buf_reset(&packed);
	pack(CODING_BR, buf_span(&text), &packed);
	assert_bomb("br", &packed, LIMIT);
	assert_bomb("br", &packed, 1000);
	buf_reset(&packed);
	pack(CODING_GZIP, buf_span(&text), &packed);
	pack(CODING_GZIP, buf_span(&packed), &twice);
	assert_bomb("gzip, gzip", &twice, LIMIT);
	assert_bomb("gzip", &packed, 1000);
	buf_clear(&text);
	buf_clear(&packed);
	buf_clear(&twice);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		{ "decode: gzip, br and zstd are undone", t_each, NULL, NULL,
		  NULL },
		{ "decode: deflate comes with and without its frame", t_deflate,
		  NULL, NULL, NULL },
		{ "decode: what is repeated may be 32 kB back", t_far_back,
		  NULL, NULL, NULL },
		{ "decode: a list is undone from its end", t_list, NULL, NULL,
		  NULL },
		{ "decode: a gzip body may be several", t_several_gzips, NULL,
		  NULL, NULL },
		{ "decode: a piece gives what it completes", t_pieces, NULL,
		  NULL, NULL },
		{ "decode: plain bytes under a coding's name are refused",
		  t_lie, NULL, NULL, NULL },
		{ "decode: plain bytes behind the end are refused", t_tail,
		  NULL, NULL, NULL },
		{ "decode: after the end nothing may come", t_tail_later, NULL,
		  NULL, NULL },
		{ "decode: zstd's window has a limit", t_window, NULL, NULL,
		  NULL },
		{ "decode: how much may come of one byte", t_ratio, NULL, NULL,
		  NULL },
		{ "decode: unknown codings and long lists are refused",
		  t_unknown, NULL, NULL, NULL },
		{ "decode: identity is nothing to undo", t_needed, NULL, NULL,
		  NULL },
		{ "decode: a bomb is stopped, in a list too", t_bomb, NULL,
		  NULL, NULL },
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("decode", tests, NULL, NULL);
}
