/* JSON strings and numbers: what they are decoded to, how they compare, and
 * what is quoted. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "wire/json/jscan.h"

static struct jval root_of(const char *text)
{
	struct jval root;

	assert_int_equal(jscan(span_of(text), &root, NULL), 0);
	return root;
}

static void assert_decoded(const char *json, const void *bytes, size_t len)
{
	struct buf b = BUF_INIT(100);

	assert_int_equal(jscan_string(root_of(json), &b), 0);
	if (!span_equal(buf_span(&b), span_make(bytes, len)))
		fail_msg("%s", json);
	buf_clear(&b);
}

/* The bytes of a code point, as RFC 3629 has them. */
static size_t utf8_of(unsigned cp, unsigned char *b)
{
	if (cp < 0x80) {
		b[0] = (unsigned char)cp;
		return 1;
	}
	if (cp < 0x800) {
		b[0] = (unsigned char)(0xc0 + cp / 64);
		b[1] = (unsigned char)(0x80 + cp % 64);
		return 2;
	}
	b[0] = (unsigned char)(0xe0 + cp / 4096);
	b[1] = (unsigned char)(0x80 + cp / 64 % 64);
	b[2] = (unsigned char)(0x80 + cp % 64);
	return 3;
}

static void t_every_escape(void **state)
{
	(void)state;
	for (unsigned cp = 0; cp < 0x10000; cp++) {
		char lower[16], upper[16];
		unsigned char bytes[4];
		size_t len = utf8_of(cp, bytes);

		snprintf(lower, sizeof(lower), "\"\\u%04x\"", cp);
		snprintf(upper, sizeof(upper), "\"\\u%04X\"", cp);
		assert_decoded(lower, bytes, len);
		assert_decoded(upper, bytes, len);
	}
}

static void t_pairs(void **state)
{
	static const struct {
		const char *json, *bytes;
	} rows[] = {
		{ "\"\\ud800\\udc00\"", "\xf0\x90\x80\x80" },
		{ "\"\\ud800\\udfff\"", "\xf0\x90\x8f\xbf" },
		{ "\"\\udbff\\udc00\"", "\xf4\x8f\xb0\x80" },
		{ "\"\\udbff\\udfff\"", "\xf4\x8f\xbf\xbf" },
		{ "\"\\uD83D\\uDE00x\"", "\xf0\x9f\x98\x80x" },
		/* no pairs */
		{ "\"\\ud7ff\\udc00\"", "\xed\x9f\xbf\xed\xb0\x80" },
		{ "\"\\udc00\\udc00\"", "\xed\xb0\x80\xed\xb0\x80" },
		{ "\"\\ud800\\udbff\"", "\xed\xa0\x80\xed\xaf\xbf" },
		{ "\"\\ud800\\ue000\"", "\xed\xa0\x80\xee\x80\x80" },
		{ "\"\\ud800\\n\"", "\xed\xa0\x80\n" },
		{ "\"\\ud800\\ndc00x\"", "\xed\xa0\x80\ndc00x" },
		{ "\"\\ud800udc00x\"", "\xed\xa0\x80udc00x" },
		{ "\"\\ud800\"", "\xed\xa0\x80" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		assert_decoded(rows[i].json, rows[i].bytes,
			       strlen(rows[i].bytes));
	assert_decoded("\"\"", "", 0);
	assert_decoded("\"a\\\\u0041\"", "a\\u0041", 7);
	assert_int_equal(jscan_hex4("0123"), 0x123);
	assert_int_equal(jscan_hex4("aBcF"), 0xabcf);
	assert_int_equal(jscan_hex4("9990"), 0x9990);
}

/* Nothing of a string is added where there is no room for all of it. */
static void t_room(void **state)
{
	static const char *const strings[] = { "\"abc\"", "\"a\\nc\"",
					       "\"\\u20ac\"" };

	(void)state;
	for (size_t i = 0; i < sizeof(strings) / sizeof(strings[0]); i++)
		for (size_t room = 0; room <= 3; room++) {
			struct buf b = BUF_INIT(1 + room);

			buf_add_byte(&b, 'x');
			assert_int_equal(jscan_string(root_of(strings[i]), &b),
					 room < 3 ? -1 : 0);
			assert_int_equal(b.len, room < 3 ? 1 : 4);
			buf_clear(&b);
		}
}

static void t_is(void **state)
{
	static const struct {
		const char *json, *text;
		bool is;
	} rows[] = {
		{ "\"ab\"", "ab", true },       { "\"ab\"", "a", false },
		{ "\"ab\"", "abc", false },     { "\"ab\"", "", false },
		{ "\"\"", "", true },           { "\"\"", "a", false },
		{ "\"\\u0061b\"", "ab", true }, { "\"\xff\"", "\xff", true },
		{ "null", "null", false },      { "null", "", false },
		{ "12", "1", false },           { "\"a\\u0000\"", "a", false },
		{ "\"\\n\"", "\\n", false },    { "\"\\n\"", "\n", true },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		assert_int_equal(
			jscan_string_is(root_of(rows[i].json), rows[i].text),
			rows[i].is);
}

static void t_order(void **state)
{
	/* Each is less than the next, by its bytes. */
	static const char *const strings[] = {
		"\"\"",   "\"\\u0000\"", "\"A\"",       "\"a\"",   "\"aa\"",
		"\"ab\"", "\"\\u00e9\"", "\"\\ud800\"", "\"\xff\""
	};
	const size_t count = sizeof(strings) / sizeof(strings[0]);

	(void)state;
	for (size_t i = 0; i < count; i++)
		for (size_t j = 0; j < count; j++) {
			int order = jscan_string_order(root_of(strings[i]),
						       root_of(strings[j]));

			assert_int_equal((order > 0) - (order < 0),
					 (i > j) - (i < j));
		}
	assert_int_equal(
		jscan_string_order(root_of("\"a\""), root_of("\"\\u0061\"")),
		0);
}

static void t_integers(void **state)
{
	static const struct {
		const char *json;
		bool fits;
		int64_t value;
	} rows[] = {
		{ "0", true, 0 },
		{ "-0", true, 0 },
		{ "1", true, 1 },
		{ "-1", true, -1 },
		{ "-2", true, -2 },
		{ "9223372036854775807", true, INT64_MAX },
		{ "9223372036854775808", false, 7 },
		{ "-9223372036854775807", true, -INT64_MAX },
		{ "-9223372036854775808", true, INT64_MIN },
		{ "-9223372036854775809", false, 7 },
		{ "1.0", false, 7 },
		{ "1e2", false, 7 },
		{ "\"1\"", false, 7 },
		{ "true", false, 7 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		int64_t n = 7;

		assert_int_equal(jscan_i64(root_of(rows[i].json), &n),
				 rows[i].fits);
		assert_true(n == rows[i].value);
	}
}

/* Numbers of any length, also of the longest that are not copied. */
static void t_doubles(void **state)
{
	double d;

	(void)state;
	for (size_t len = 1; len < 300; len++) {
		char text[301], want[32];

		memset(text, '0', len);
		text[0] = '1';
		text[len] = '\0';
		snprintf(want, sizeof(want), "1e%zu", len - 1);
		assert_true(jscan_double(root_of(text), &d));
		assert_true(d == strtod(want, NULL));
	}
	d = 7;
	assert_false(jscan_double(root_of("1e999"), &d));
	assert_false(jscan_double(root_of("-1e999"), &d));
	assert_false(jscan_double(root_of("\"1\""), &d));
	assert_true(d == 7);
	assert_true(jscan_double(root_of("1.5"), &d) && d == 1.5);
}

static void t_same_numbers(void **state)
{
	static const struct {
		const char *a, *b;
		bool same;
	} rows[] = {
		{ "1e-2", "0.01", true },
		{ "100e-2", "1", true },
		{ "1e+2", "100", true },
		{ "1E2", "1e3", false },
		{ "10.0", "1e1", true },
		{ "0.10", "0.1", true },
		{ "0.10", "0.01", false },
		{ "-1", "-1.0", true },
		{ "-1", "1.0", false },
		{ "-12", "-1.2e1", true },
		{ "-12", "-22", false },
		{ "-12", "-2", false },
		{ "1.5", "1.50", true },
		{ "1.5", "1.51", false },
		{ "12", "1.2", false },
		{ "120", "12", false },
		{ "1.23", "12.3e-1", true },
		{ "1.23", "12.4e-1", false },
		{ "1.23", "123e-2", true },
		{ "101", "1.01e2", true },
		{ "101", "111", false },
		{ "1001", "1.001e3", true },
		{ "0", "0.0", true },
		{ "0", "0e9", true },
		{ "0", "-0", true },
		{ "0", "1", false },
		{ "1", "0", false },
		{ "0.5", "5e-1", true },
		{ "0.05", "50e-3", true },
		/* exponents as far as they are counted, and beyond */
		{ "1e2305843009213693951", "10e2305843009213693950", true },
		{ "1e2305843009213693951", "1e2305843009213693950", false },
		{ "1e2305843009213693952", "10e2305843009213693951", false },
		{ "1e2305843009213693952", "1e2305843009213693952", true },
		{ "0e2305843009213693952", "0", true },
		{ "1", "1e2305843009213693952", false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct jval a = root_of(rows[i].a), b = root_of(rows[i].b);

		if (jscan_number_same(a, b) != rows[i].same ||
		    jscan_number_same(b, a) != rows[i].same)
			fail_msg("%s and %s", rows[i].a, rows[i].b);
	}
}

static void assert_quoted(struct span text, bool shown, const char *json)
{
	struct buf b = BUF_INIT(100);

	assert_int_equal(
		shown ? jscan_quote_shown(&b, text) : jscan_quote(&b, text), 0);
	assert_string_equal(buf_str(&b), json);
	buf_clear(&b);
}

/* Every byte below 0x80 by itself; only DEL is not shown. */
static void t_quotes(void **state)
{
	static const struct {
		char byte;
		const char *json;
	} named[] = {
		{ '"', "\"\\\"\"" }, { '\\', "\"\\\\\"" }, { '\b', "\"\\b\"" },
		{ '\f', "\"\\f\"" }, { '\n', "\"\\n\"" },  { '\r', "\"\\r\"" },
		{ '\t', "\"\\t\"" },
	};

	(void)state;
	for (int c = 0; c < 0x80; c++) {
		char byte = (char)c, json[16];

		snprintf(json, sizeof(json),
			 c < 0x20 ? "\"\\u%04x\"" : "\"%c\"", c);
		for (size_t i = 0; i < sizeof(named) / sizeof(named[0]); i++)
			if (named[i].byte == byte)
				strcpy(json, named[i].json);
		assert_quoted(span_make(&byte, 1), false, json);
		if (c == 0x7f)
			strcpy(json, "\"\\u007f\"");
		assert_quoted(span_make(&byte, 1), true, json);
	}
}

/* Characters that mislead the eye, and text that a CI system would obey, are
 * escaped. */
static void t_shown(void **state)
{
	static const struct {
		const char *text, *json, *shown;
	} rows[] = {
		{ "##[x", "\"##[x\"", "\"##\\u005bx\"" },
		{ "##vso[x", "\"##vso[x\"", "\"##vso\\u005bx\"" },
		{ "#[x", "\"#[x\"", "\"#[x\"" },
		{ "##so[x", "\"##so[x\"", "\"##so[x\"" },
		{ "[[", "\"[[\"", "\"[[\"" },
		{ "\xe2\x80\xae", "\"\xe2\x80\xae\"", "\"\\u202e\"" },
		{ "\xd8\x9c", "\"\xd8\x9c\"", "\"\\u061c\"" },
		{ "\xc2\x85z", "\"\xc2\x85z\"", "\"\\u0085z\"" },
		{ "\xc3\xa9", "\"\xc3\xa9\"", "\"\xc3\xa9\"" },
		{ "\xf0\x9f\x98\x80", "\"\xf0\x9f\x98\x80\"",
		  "\"\xf0\x9f\x98\x80\"" },
		{ "a\xff\xfez", "\"a\xef\xbf\xbd\xef\xbf\xbdz\"",
		  "\"a\xef\xbf\xbd\xef\xbf\xbdz\"" },
		{ "", "\"\"", "\"\"" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		assert_quoted(span_of(rows[i].text), false, rows[i].json);
		assert_quoted(span_of(rows[i].text), true, rows[i].shown);
	}
}

/* Nothing is added that has no end. */
static void t_no_room(void **state)
{
	const struct span text = span_of("a\xff\xc3\xa9\n\x01\xe2\x80\xae##[");
	struct buf whole = BUF_INIT(100), shown = BUF_INIT(100);

	(void)state;
	assert_int_equal(jscan_quote(&whole, text), 0);
	assert_int_equal(jscan_quote_shown(&shown, text), 0);
	for (size_t room = 1; room < shown.len; room++) {
		struct buf b = BUF_INIT(1 + room);

		buf_add_byte(&b, 'x');
		assert_int_equal(jscan_quote(&b, text),
				 room < whole.len ? -1 : 0);
		if (room >= whole.len)
			buf_cut(&b, 1);
		assert_int_equal(jscan_quote_shown(&b, text), -1);
		assert_string_equal(buf_str(&b), "x");
		buf_clear(&b);
	}
	buf_clear(&whole);
	buf_clear(&shown);
}

/* Blanks go, but those in strings, whose ends an escape may hide. */
static void t_compact(void **state)
{
	static const struct {
		const char *text, *compact;
	} rows[] = {
		{ " { \"a b\" :\t[ 1 ,\r\n2 ] } ", "{\"a b\":[1,2]}" },
		{ "[ \"a \\\" b\" , \"c \\\\\" , \" d\" ]",
		  "[\"a \\\" b\",\"c \\\\\",\" d\"]" },
		{ "", "" },
		{ " 1 ", "1" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct buf out = BUF_INIT(100);

		jscan_compact(&out, span_of(rows[i].text));
		assert_string_equal(buf_str(&out), rows[i].compact);
		buf_clear(&out);
	}
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		{ "jtext: every \\u escape is decoded", t_every_escape, NULL,
		  NULL, NULL },
		{ "jtext: pairs of surrogates are one character", t_pairs, NULL,
		  NULL, NULL },
		{ "jtext: a string is added as a whole", t_room, NULL, NULL,
		  NULL },
		{ "jtext: a string is compared as decoded", t_is, NULL, NULL,
		  NULL },
		{ "jtext: strings have an order by their bytes", t_order, NULL,
		  NULL, NULL },
		{ "jtext: integers of 64 bits", t_integers, NULL, NULL, NULL },
		{ "jtext: doubles of any length", t_doubles, NULL, NULL, NULL },
		{ "jtext: numbers are the same to the last digit",
		  t_same_numbers, NULL, NULL, NULL },
		{ "jtext: every byte is quoted", t_quotes, NULL, NULL, NULL },
		{ "jtext: what may be shown", t_shown, NULL, NULL, NULL },
		{ "jtext: blanks go", t_compact, NULL, NULL, NULL },
		{ "jtext: nothing is quoted in part", t_no_room, NULL, NULL,
		  NULL },
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("jtext", tests, NULL, NULL);
}
