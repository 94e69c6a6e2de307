/* Texts in other ways to read them: escapes, base64, hexadecimal. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "wire/bytes/base64.h"
#include "wire/bytes/secrets_private.h"

/* A NUL, which parts what does not belong together, is shown as a bar. */
static void show(const struct secret_reading *r, struct buf *out)
{
	for (size_t i = 0; i < r->len; i++)
		buf_add_byte(out, r->at[i] ? r->at[i] : '|');
}

static void t_escapes(void **state)
{
	static const char *const rows[][2] = {
		/* NULL: there are none */
		{ "", NULL },
		{ "abc", NULL },
		{ "100%", NULL },
		{ "a & b", NULL },
		/* percent */
		{ "%41%62%7e", "Ab~" },
		{ "%4", NULL },
		{ "%4g", NULL },
		{ "%g4", NULL },
		{ "%414", "A4" },
		{ "%u0041%U0042", "AB" },
		{ "%u004", NULL },
		{ "%u00410", "A0" },
		{ "%80", "|" },
		{ "%7f", "\x7f" },
		{ "%u0080", "|" },
		/* backslashes */
		{ "\\u0041\\x42\\103", "ABC" },
		{ "\\U00000041", "A" },
		{ "\\U0000004", NULL },
		{ "\\u{41}\\x{42}\\u{000043}", "ABC" },
		{ "\\u{}", NULL },
		{ "\\u{41", NULL },
		{ "\\u{000000041}", NULL },
		{ "\\u004", NULL },
		{ "\\x4", NULL },
		{ "\\u", NULL },
		{ "\\", NULL },
		{ "\\101\\1011\\7", "AA1\x07" },
		{ "\\18", "\x01"
			  "8" },
		{ "\\9", "|" },
		{ "\\/\\\"\\\\\\-", "/\"\\-" },
		{ "\\n\\t", "||" },
		/* entities */
		{ "&#65;&#x42;&#X43;", "ABC" },
		{ "&#0000065;", "A" },
		{ "&#00000065;", "A" },
		{ "&#000000065;", NULL },
		{ "&#65", NULL },
		{ "&#;", NULL },
		{ "&#x;", NULL },
		{ "&#6g;", NULL },
		{ "&#127;&#128;", "\x7f|" },
		{ "&amp;&lt;&gt;&quot;&apos;&sol;&plus;&equals;&lowbar;",
		  "&<>\"'/+=_" },
		{ "&UnderBar;&period;&colon;&semi;&comma;&num;&excl;&quest;",
		  "_.:;,#!?" },
		{ "&commat;&dollar;&percnt;&ast;&lpar;&rpar;&lsqb;&rsqb;",
		  "@$%*()[]" },
		{ "&lcub;&rcub;&verbar;&vert;&bsol;&Hat;&grave;&hyphen;",
		  "{}||\\^`-" },
		{ "&dash;&minus;&tilde;", "--~" },
		{ "&am;", NULL },
		{ "&amp", NULL },
		/* One after another, and what stands between. */
		{ "a%42c\\x44e&#70;", "aBcDeF" },
		{ "%2541", "%41" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct secret_reading plain = { .at = NULL }, out = plain;
		struct buf shown = BUF_INIT(4096);
		bool any;

		secret_reading_plain(span_of(rows[i][0]), &plain);
		any = secret_reading_unescape(&plain, &out);
		show(&out, &shown);
		if (any != (rows[i][1] != NULL) ||
		    strcmp(buf_str(&shown), any ? rows[i][1] : rows[i][0]) != 0)
			fail_msg("%s: %s", rows[i][0], buf_str(&shown));
		secret_reading_clear(&plain);
		secret_reading_clear(&out);
		buf_clear(&shown);
	}
}

/* Each byte knows where in the text it was read from. */
static void t_places(void **state)
{
	static const struct {
		size_t from, to;
	} unescaped[] = { { 0, 1 }, { 1, 4 }, { 4, 5 }, { 5, 11 }, { 11, 12 } },
	  decoded[] = { { 0, 2 }, { 1, 3 }, { 2, 4 },
			{ 4, 6 }, { 5, 7 }, { 6, 8 } };
	struct secret_reading plain = { .at = NULL }, out = plain;

	(void)state;
	secret_reading_plain(span_of("a%42c\\u0044e"), &plain);
	assert_int_equal(plain.len, 12);
	assert_true(secret_reading_unescape(&plain, &out));
	assert_int_equal(out.len, 5);
	for (size_t i = 0; i < 5; i++) {
		assert_int_equal(out.from[i], unescaped[i].from);
		assert_int_equal(out.to[i], unescaped[i].to);
	}
	secret_reading_clear(&plain);
	secret_reading_clear(&out);
	secret_reading_plain(span_of("YWJjZGVm"), &plain);
	secret_reading_decode(&plain, 6, false, &out);
	assert_memory_equal(out.at, "abcdef", 7);
	for (size_t i = 0; i < 6; i++) {
		assert_int_equal(out.from[i], decoded[i].from);
		assert_int_equal(out.to[i], decoded[i].to);
	}
	secret_reading_clear(&plain);
	secret_reading_clear(&out);
}

static bool decodes(const char *text, size_t least, bool wide,
		    const char *holds)
{
	struct secret_reading plain = { .at = NULL }, out = plain;
	bool any;

	secret_reading_plain(span_of(text), &plain);
	secret_reading_decode(&plain, least, wide, &out);
	any = span_find(span_make(out.at ? out.at : "", out.len),
			span_of(holds)) != SIZE_MAX;
	secret_reading_clear(&plain);
	secret_reading_clear(&out);
	return any;
}

static void t_digits(void **state)
{
	char sextets[48], text[3 * 256 + 1] = "";
	struct buf code = BUF_INIT(1000);

	(void)state;
	/* All digits of base64, of both alphabets: each value once. */
	for (unsigned i = 0; i < 16; i++) {
		unsigned bits = (4 * i) << 18 | (4 * i + 1) << 12 |
				(4 * i + 2) << 6 | (4 * i + 3);

		sextets[3 * i] = (char)(bits >> 16);
		sextets[3 * i + 1] = (char)(bits >> 8);
		sextets[3 * i + 2] = (char)bits;
	}
	base64_encode(span_make(sextets, sizeof(sextets)), &code);
	assert_string_equal(buf_str(&code), "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdef"
					    "ghijklmnopqrstuvwxyz0123456789+/");
	buf_clear(&code);
	/* Every byte of ASCII, by its codes. */
	for (unsigned c = 0x20; c < 0x7f; c++) {
		char word[8] = { 'x', 'y', (char)c, 'z', 'w', 'v' };

		buf_init(&code, 1000);
		base64_encode(span_make(word, 6), &code);
		assert_true(decodes(buf_str(&code), 6, false, word));
		buf_clear(&code);
		text[0] = '\0';
		for (size_t i = 0; i < 6; i++)
			snprintf(text + 2 * i, 3, c % 2 ? "%02x" : "%02X",
				 (unsigned)(unsigned char)word[i]);
		assert_true(decodes(text, 6, false, word));
	}
	/* "+" and "/", and what stands for them in URLs. */
	assert_true(decodes("fn5-fn5-", 6, false, "~~~~~~"));
	assert_true(decodes("fn5+fn5+", 6, false, "~~~~~~"));
	assert_true(decodes("Pz8/Pz8/", 6, false, "??????"));
	assert_true(decodes("Pz8_Pz8_", 6, false, "??????"));
}

static void t_runs(void **state)
{
	(void)state;
	/* At each place of a group, and over the ends of lines. */
	assert_true(decodes("YWJjZGVm", 6, false, "abcdef"));
	assert_true(decodes("xYWJjZGVm", 6, false, "abcdef"));
	assert_true(decodes("xxYWJjZGVm", 6, false, "abcdef"));
	assert_true(decodes("xxxYWJjZGVm", 6, false, "abcdef"));
	assert_true(decodes("YWJj\r\nZGVm", 6, false, "abcdef"));
	assert_true(decodes("616263\n646566", 6, false, "abcdef"));
	assert_true(decodes("a616263646566", 6, false, "abcdef"));
	assert_false(decodes("YWJj ZGVm", 6, false, "abcdef"));
	/* What is shorter than the shortest that is looked for is left. */
	assert_false(decodes("YWJjZGVm", 7, false, "abc"));
	assert_true(decodes("YWJjZGVmZw", 7, false, "abcdefg"));
	assert_false(decodes("616263646566", 10, false, "abc"));
	/* Bytes that are no text part it, and short pieces are left out. */
	assert_false(decodes("YWJjAGRlZmdo", 6, false, "abc"));
	assert_true(decodes("YWJjAGRlZmdoaWo", 6, false, "defghij"));
	assert_false(decodes("YWLDqWNkZWY", 6, false, "ab\xc3\xa9"));
	assert_true(decodes("YWLDqWNkZWY", 6, true,
			    "ab\xc3\xa9"
			    "cdef"));
	assert_true(decodes("YWIJY2QKZWYN", 6, false, "ab\tcd\nef\r"));
	assert_false(decodes("YWJjf2RlZg", 6, true, "abc\x7f"));
}

/* Whether a text is worth reading in another way at all. */
static void t_worth(void **state)
{
	static const struct {
		const char *text;
		size_t least;
		bool worth;
	} rows[] = {
		{ "", 6, false },
		{ "a b c", 6, false },
		{ "a %", 6, true },
		{ "a \\", 6, true },
		{ "a &", 6, true },
		{ "abcdefgh", 6, true },
		{ "abcdefg", 6, false },
		{ "abcdefg h", 6, false },
		{ "abcd\r\nefgh", 6, true },
		{ "! abcdefgh", 6, true },
		{ "abcdefghijklmno", 12, false },
		{ "abcdefghijklmnop", 12, true },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (secret_reading_is_worth(span_of(rows[i].text),
					    rows[i].least) != rows[i].worth)
			fail_msg("%s", rows[i].text);
}

/* The data of events, and then the texts of members of one name, put together. */
static void t_stream(void **state)
{
	static const char *const rows[][2] = {
		{ "", "" },
		{ "abc", "" },
		{ "a data: b", "" },
		{ "data:ab", "ab|" },
		{ "data: ab", "ab|" },
		{ "data:  ab", " ab|" },
		{ "data:", "|" },
		{ "data: ", "|" },
		{ "data: ab\r\ndata: cd\r\n", "abcd|" },
		{ "event: x\ndata: ab\n\nid: 1\ndata:cd", "abcd|" },
		{ "event: x\n data: ab\n", "" },
		{ "data: {\"t\":\"ab\"}\n\ndata: {\"t\":\"cd\"}\n",
		  "{\"t\":\"ab\"}{\"t\":\"cd\"}|abcd|" },
		/* Of several names each by itself, in the order they come. */
		{ "data: {\"t\":\"a\",\"u\":\"b\"}\ndata: "
		  "{\"u\":\"c\",\"t\":\"d\"}",
		  "{\"t\":\"a\",\"u\":\"b\"}{\"u\":\"c\",\"t\":\"d\"}|ad|bc|" },
		/* Blanks, and values that are no texts. */
		{ "data: {\"t\" :\t\"a\", "
		  "\"n\":1,\"o\":{\"t\":\"b\"},\"l\":[\"c\"]}",
		  "{\"t\" :\t\"a\", \"n\":1,\"o\":{\"t\":\"b\"},\"l\":[\"c\"]}|"
		  "ab|" },
		{ "data: {\"t\":\"a\\\"b\"}", "{\"t\":\"a\\\"b\"}|a\\\"b|" },
		/* Broken off. */
		{ "data: {\"t\":\"a", "{\"t\":\"a|a|" },
		{ "data: {\"t\":\"", "{\"t\":\"||" },
		{ "data: {\"t\":", "{\"t\":|" },
		{ "data: {\"t\"", "{\"t\"|" },
		{ "data: {\"t", "{\"t|" },
		{ "data: {\"t\":\"a\\", "{\"t\":\"a\\|a\\|" },
		/* A name of 32 bytes is one, a longer one is none. */
		{ "data: \"abcdefghijklmnopqrstuvwxyz012345\":\"v\"",
		  "\"abcdefghijklmnopqrstuvwxyz012345\":\"v\"|v|" },
		{ "data: \"abcdefghijklmnopqrstuvwxyz0123456\":\"v\"",
		  "\"abcdefghijklmnopqrstuvwxyz0123456\":\"v\"|" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct secret_reading out = { .at = NULL };
		struct buf shown = BUF_INIT(4096);

		secret_reading_stream(span_of(rows[i][0]), &out);
		show(&out, &shown);
		if (strcmp(buf_str(&shown), rows[i][1]) != 0)
			fail_msg("%s: %s", rows[i][0], buf_str(&shown));
		for (size_t k = 0; k < out.len; k++)
			if (out.at[k] != '\0' &&
			    (rows[i][0][out.from[k]] != out.at[k] ||
			     out.to[k] != out.from[k] + 1))
				fail_msg("%s: byte %zu", rows[i][0], k);
		secret_reading_clear(&out);
		buf_clear(&shown);
	}
}

/* Sixteen names are read, and no more. */
static void t_stream_names(void **state)
{
	struct secret_reading out = { .at = NULL };
	struct buf text = BUF_INIT(4096);
	size_t parts = 0;

	(void)state;
	buf_add_text(&text, "data: ");
	for (int i = 0; i < 17; i++)
		buf_addf(&text, "\"n%d\":\"v%d\"", i, i);
	secret_reading_stream(buf_span(&text), &out);
	for (size_t i = 0; i < out.len; i++)
		parts += out.at[i] == '\0';
	assert_int_equal(parts, 17); /* the data, and sixteen */
	assert_memory_equal(out.at + out.len - 4, "v15", 4);
	secret_reading_clear(&out);
	buf_clear(&text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(t_escapes),      cmocka_unit_test(t_places),
		cmocka_unit_test(t_digits),       cmocka_unit_test(t_runs),
		cmocka_unit_test(t_worth),        cmocka_unit_test(t_stream),
		cmocka_unit_test(t_stream_names),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("secrets_reading", tests, NULL,
					   NULL);
}
