/* The JSON scanner: what it accepts, where it complains, what it finds. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "wire/json/jscan.h"

/* Scans a copy that ends where its memory does. */
static int scan_bytes(const char *bytes, size_t len, struct fail *f)
{
	char *tight = malloc(len > 0 ? len : 1);
	struct jval root;
	int rc;

	assert_non_null(tight);
	if (len > 0)
		memcpy(tight, bytes, len);
	rc = jscan(span_make(tight, len), &root, f);
	free(tight);
	return rc;
}

static int scan(const char *text)
{
	return scan_bytes(text, strlen(text), NULL);
}

static struct jval root_of(const char *text)
{
	struct jval root;

	assert_int_equal(jscan(span_of(text), &root, NULL), 0);
	return root;
}

static void t_accepts(void **state)
{
	static const char *const good[] = {
		"null",
		" true ",
		"\r\n\tfalse",
		"0",
		"-0",
		"12.50",
		"1e5",
		"-1.5E-10",
		"\"\"",
		"[]",
		"{}",
		"[ ]",
		"{ }",
		"[[],{}]",
		"[1 , 2]",
		"{\"a\":{\"a\":1}}",
		"\"\\u0000\\n\\/\"",
		"\"\\ud800\"", /* a lone surrogate is for others to judge */
		"\" \"", /* the first that is no control character */
		"\"\x7f\xff\"", /* and so are bytes that are not UTF-8 */
		"{\"\":0,\"\":1}",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(good) / sizeof(*good); i++)
		assert_int_equal(scan(good[i]), 0);
}

static void t_rejects(void **state)
{
	static const char *const wrong[] = {
		"",
		" ",
		"nul",
		"truee",
		"NaN",
		"Infinity",
		"-",
		"01",
		"-01",
		"1.",
		".5",
		"+1",
		"1e",
		"1e+",
		"0x10",
		"\"",
		"\"a",
		"\"\\",
		"\"\\x\"",
		"\"\\u12",
		"\"\\u12g4\"",
		"\"a\tb\"",
		"\"\x1f\"",
		"[",
		"[1",
		"[1,",
		"[1,]",
		"[,1]",
		"[1 2]",
		"[1}",
		"{",
		"{\"a\"",
		"{\"a\":",
		"{\"a\":1",
		"{\"a\":1,",
		"{\"a\":1,}",
		"{a:1}",
		"{\"a\" 1}",
		"{1:1}",
		"{\"a\":1]",
		"]",
		"1 2",
		"{} x",
		"\xef\xbb\xbf{}",
		"'a'",
		"[1]/*c*/",
		"//c\n1",
		"[1]]",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(*wrong); i++)
		assert_int_equal(scan(wrong[i]), -1);
	assert_int_equal(scan_bytes("\"a\0b\"", 5, NULL), -1);
	assert_int_equal(scan_bytes("\"\\\0\"", 4, NULL), -1);
	assert_int_equal(scan_bytes("1\0", 2, NULL), -1);
}

/* Wherever it stands in a longer string, and whatever is around it. */
static void t_every_byte_of_a_string(void **state)
{
	static const char plain[] = "\xff\x7f !#[]\x80\xa2\xdc\x81}z";
	const size_t len = 2 * (sizeof(plain) - 1);
	char text[64];

	(void)state;
	for (size_t at = 1; at <= len; at++) {
		for (unsigned byte = 0; byte < 256; byte++) {
			bool wrong = byte < 0x20 || byte == '"' || byte == '\\';

			snprintf(text, sizeof(text), "\"%s%s\"", plain, plain);
			text[at] = (char)byte;
			if (scan_bytes(text, len + 2, NULL) != (wrong ? -1 : 0))
				fail_msg("byte %02x at %zu", byte, at);
		}
	}
}

static void complain(const char *text, const char *want)
{
	struct fail f = FAIL_INIT;

	assert_int_equal(scan_bytes(text, strlen(text), &f), -1);
	assert_int_equal(f.code, FAIL_SYNTAX);
	assert_string_equal(f.text, want);
}

static void t_places(void **state)
{
	struct span doc = span_of("a\nbc");
	struct place p = jscan_place(doc, doc.at + 3);

	(void)state;
	assert_int_equal(p.line, 2);
	assert_int_equal(p.column, 2);
	complain("{\n  \"a\": 1,\n}", "3:1: a key in quotes should be here");
	complain("[1,]", "1:4: a value should be here");
	complain("[01]", "1:3: no digit may follow a leading 0");
	complain("[1 2]", "1:4: ',' or ']' should be here");
	complain("{\"a\":1", "1:7: end of text, but ',' or '}' should be here");
	complain("1\n2", "2:1: nothing may follow the value");
	complain("\"\t\"", "1:2: a control character must be escaped");
}

/* What should be there instead, for each place of the grammar. */
static void t_words(void **state)
{
	static const struct {
		const char *text, *why;
	} rows[] = {
		{ "\"\\x\"", "1:3: an escape should be here" },
		{ "\"\\", "1:3: end of text, but an escape should be here" },
		{ "\"\\u12x4\"", "1:6: a hexadecimal digit should be here" },
		{ "\"\\u", "1:4: end of text, but a hexadecimal digit should "
			   "be here" },
		{ "\"a", "1:3: end of text, but a string is not closed" },
		{ "-", "1:2: end of text, but a digit should be here" },
		{ "-x", "1:2: a digit should be here" },
		{ "1.x", "1:3: a digit should be here" },
		{ "1ex", "1:3: a digit should be here" },
		{ "1e+", "1:4: end of text, but a digit should be here" },
		{ "00", "1:2: no digit may follow a leading 0" },
		{ "nulx", "1:1: a value should be here" },
		{ "trux", "1:1: a value should be here" },
		{ "falsx", "1:1: a value should be here" },
		{ "x", "1:1: a value should be here" },
		{ "", "1:1: end of text, but a value should be here" },
		{ "[", "1:2: end of text, but a value should be here" },
		{ "{x", "1:2: a key in quotes should be here" },
		{ "{\"a\" 1", "1:6: ':' should be here" },
		{ "{\"a\":1]", "1:7: ',' or '}' should be here" },
		{ "[1}", "1:3: ',' or ']' should be here" },
		{ "[1] 1", "1:5: nothing may follow the value" },
		{ "[\n[\n x", "3:2: a value should be here" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		complain(rows[i].text, rows[i].why);
}

static bool takes(const char *before, int byte, const char *after)
{
	struct buf b = BUF_INIT(100);
	int rc;

	buf_add_text(&b, before);
	buf_add_byte(&b, (char)byte);
	buf_add_text(&b, after);
	rc = scan_bytes(b.at, b.len, NULL);
	buf_clear(&b);
	return rc == 0;
}

static bool is_one_of(const char *set, int c)
{
	return c != 0 && strchr(set, c) != NULL;
}

static void t_every_byte(void **state)
{
	(void)state;
	for (int c = 0; c < 256; c++) {
		assert_int_equal(takes("\"", c, "\""),
				 c >= 0x20 && c != '"' && c != '\\');
		assert_int_equal(takes("\"\\", c, "\""),
				 is_one_of("\"\\/bfnrt", c));
		assert_int_equal(takes("\"\\u000", c, "\""),
				 is_one_of("0123456789abcdefABCDEF", c));
		assert_int_equal(takes("\"\\u", c, "000\""),
				 is_one_of("0123456789abcdefABCDEF", c));
		assert_int_equal(takes("", c, "1"),
				 is_one_of("123456789- \t\r\n", c));
		assert_int_equal(takes("1", c, ""),
				 is_one_of("0123456789 \t\r\n", c));
		assert_int_equal(takes("1", c, "2"),
				 is_one_of("0123456789.eE", c));
		assert_int_equal(takes("0", c, "1"), is_one_of(".eE", c));
		assert_int_equal(takes("1e", c, "2"),
				 is_one_of("0123456789+-", c));
		assert_int_equal(takes("1.", c, ""),
				 is_one_of("0123456789", c));
	}
}

static void t_depth(void **state)
{
	char text[2 * JSCAN_DEPTH_LIMIT + 2];

	(void)state;
	memset(text, '[', JSCAN_DEPTH_LIMIT);
	memset(text + JSCAN_DEPTH_LIMIT, ']', JSCAN_DEPTH_LIMIT);
	assert_int_equal(scan_bytes(text, 2 * JSCAN_DEPTH_LIMIT, NULL), 0);
	memset(text, '[', JSCAN_DEPTH_LIMIT + 1);
	memset(text + JSCAN_DEPTH_LIMIT + 1, ']', JSCAN_DEPTH_LIMIT + 1);
	assert_int_equal(scan_bytes(text, sizeof(text), NULL), -1);
}

static void t_iterates(void **state)
{
	struct jval root =
		root_of(" { \"a\" : [1, \"]\"] , \"b\":{}, \"c\":-1 } ");
	struct jiter it = jscan_iter(root);
	struct jval key, value;

	(void)state;
	assert_true(span_ends(root.text, "}"));
	assert_true(jscan_next(&it, &key, &value));
	assert_true(span_is(key.text, "\"a\""));
	assert_true(span_is(value.text, "[1, \"]\"]"));
	assert_int_equal(jscan_count(value), 2);
	assert_true(jscan_next(&it, &key, &value));
	assert_int_equal(value.type, J_OBJECT);
	assert_int_equal(jscan_count(value), 0);
	assert_true(jscan_next(&it, /* key= */ NULL, &value));
	assert_true(span_is(value.text, "-1"));
	assert_false(jscan_next(&it, &key, &value));
	assert_int_equal(jscan_count(value), 0);
}

static const char *found(const char *text, const char *pointer)
{
	static char out[64];
	struct jval v;

	if (!jscan_find(root_of(text), span_of(pointer), &v))
		return NULL;
	assert_true(v.text.len < sizeof(out));
	memcpy(out, v.text.at, v.text.len);
	out[v.text.len] = '\0';
	return out;
}

static void t_finds(void **state)
{
	static const char text[] = "{\"a\":[1,{\"b\":2},3],\"\":4,\"m~n/o\":5,"
				   "\"\\u0061\":6,\"last\":7,\"e\":[]}";

	(void)state;
	assert_string_equal(found("1", ""), "1");
	assert_string_equal(found(text, "/a/0"), "1");
	assert_string_equal(found(text, "/a/1/b"), "2");
	assert_string_equal(found(text, "/a/-"), "3");
	assert_string_equal(found(text, "/a/last"), "3");
	assert_string_equal(found(text, "/"), "4");
	assert_string_equal(found(text, "/m~0n~1o"), "5");
	assert_string_equal(found(text, "/last"), "7");
	assert_null(found(text, "/a/3"));
	assert_null(found(text, "/a/00"));
	assert_null(found(text, "/a/x"));
	assert_null(found(text, "/e/last"));
	assert_null(found(text, "/m~2n"));
	assert_null(found(text, "/m~"));
	assert_null(found("{\"m~\":1}", "/m~"));
	assert_null(found("{\"m/\":1}", "/m~2"));
	assert_string_equal(found("[[1]]", "/0/0"), "1");
	assert_string_equal(found("[1,2,3,4,5,6,7,8,9,10,11]", "/10"), "11");
	assert_null(found("[1]", "/01"));
	assert_null(found("[1]", "/"));
	assert_null(found("[1]", "0"));
	assert_null(found("\"a\"", "/0"));
	assert_null(found("{\"a\":1}", "/a/b"));
	assert_null(found(text, "/-"));
	assert_string_equal(found("{\"a\":1,\"a\":2}", "/a"), "1");
	assert_null(found(text, "a"));
	assert_null(found("1", "/a"));
}

static void t_strings(void **state)
{
	struct buf b = BUF_INIT(100), small = BUF_INIT(2);

	(void)state;
	jscan_string(root_of("\"a\\u0000\\b\\f\\n\\r\\t\\\"\\\\\\/\""), &b);
	assert_int_equal(b.len, 10);
	assert_memory_equal(b.at, "a\0\b\f\n\r\t\"\\/", 10);
	buf_reset(&b);
	jscan_string(root_of("\"\\u00e9\\u20AC\\ud83d\\ude00\""), &b);
	assert_string_equal(buf_str(&b),
			    "\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80");
	buf_reset(&b);
	jscan_string(root_of("\"\\ud83dx\\ud83d\\u0041\\ude00\""), &b);
	assert_string_equal(buf_str(&b), "\xed\xa0\xbdx\xed\xa0\xbd"
					 "A\xed\xb8\x80");
	assert_int_equal(jscan_string(root_of("\"\\n\\n\\n\""), &small), -1);
	assert_int_equal(small.len, 0);
	assert_true(jscan_string_is(root_of("\"\\u0061b\""), "ab"));
	assert_false(jscan_string_is(root_of("\"a\\u0000\""), "a"));
	assert_false(jscan_string_is(root_of("1"), ""));
	assert_false(jscan_string_is(root_of("123"), "2"));
	/* No surrogate, and then one. */
	buf_reset(&b);
	jscan_string(root_of("\"\\ue000\\udc00\""), &b);
	assert_string_equal(buf_str(&b), "\xee\x80\x80\xed\xb0\x80");
	buf_clear(&b);
	buf_clear(&small);
}

static void t_integers(void **state)
{
	int64_t n = 5;

	(void)state;
	assert_true(jscan_i64(root_of("9223372036854775807"), &n));
	assert_true(n == INT64_MAX);
	assert_true(jscan_i64(root_of("-9223372036854775808"), &n));
	assert_true(n == INT64_MIN);
	assert_true(jscan_i64(root_of("-0"), &n) && n == 0);
	assert_false(jscan_i64(root_of("9223372036854775808"), &n));
	assert_false(jscan_i64(root_of("1.0"), &n));
	assert_false(jscan_i64(root_of("1e2"), &n));
	assert_false(jscan_i64(root_of("\"1\""), &n));
}

static void t_doubles(void **state)
{
	char longest[200] = "1";
	double d;

	(void)state;
	assert_true(jscan_double(root_of("-2.5e1"), &d) && d == -25.0);
	memset(longest + 1, '0', 100);
	assert_true(jscan_double(root_of(longest), &d) && d == 1e100);
	assert_false(jscan_double(root_of("1e999"), &d));
	assert_false(jscan_double(root_of("true"), &d));
}

static bool same(const char *a, const char *b)
{
	return jscan_number_same(root_of(a), root_of(b));
}

static void t_numbers(void **state)
{
	(void)state;
	assert_true(same("1", "1.0"));
	assert_true(same("100", "1e2"));
	assert_true(same("0.05", "5E-2"));
	assert_true(same("12.5", "125e-1"));
	assert_true(same("0", "-0.0e9"));
	assert_false(same("9007199254740993", "9007199254740992"));
	assert_false(same("1", "-1"));
	assert_false(same("1", "10"));
	assert_false(same("0", "0.1"));
	assert_false(same("1e99999999999999999999", "1e99999999999999999998"));
}

/* True if a key is there again, which begins where the text goes on so. */
static bool duplicate(const char *text, const char *from)
{
	struct jval key = { .type = J_NULL, .text = SPAN_EMPTY };
	bool twice = jscan_duplicate_key(root_of(text), &key);

	if (twice)
		assert_ptr_equal(key.text.at, strstr(text, from));
	return twice;
}

static void t_duplicates(void **state)
{
	(void)state;
	assert_false(duplicate("{\"a\":{\"a\":1},\"b\":[{\"a\":1}]}", ""));
	assert_false(duplicate("[\"a\",\"a\"]", ""));
	assert_true(duplicate("{\"a\":1,\"\\u0061\":2}", "\"\\u0061\":2"));
	assert_true(duplicate("[0,{\"x\":{\"k/\":1,\"k/\":2}}]", "\"k/\":2"));
	assert_true(
		duplicate("[{\"b\":1,\"b\":2},{\"a\":1,\"a\":2}]", "\"b\":2"));
	assert_true(duplicate("{\"a\":1,\"a\":2,\"a\":3}", "\"a\":2"));
	assert_true(duplicate("{\"b\":1,\"a\":1,\"b\":2,\"a\":2}", "\"b\":2"));
	assert_false(duplicate("{}", ""));
	assert_false(duplicate("1", ""));
	assert_false(duplicate("{\"a\":1}", ""));
	/* More keys than there is room for at first. */
	assert_false(
		duplicate("{\"a\":1,\"b\":1,\"c\":1,\"d\":1,\"e\":1,\"f\":1,"
			  "\"g\":1,\"h\":1,\"i\":1,\"j\":1,\"k\":1,\"l\":1,"
			  "\"m\":1,\"n\":1,\"o\":1,\"p\":1,\"q\":1}",
			  ""));
}

static void t_pointer(void **state)
{
	struct buf b = BUF_INIT(100);

	(void)state;
	buf_add_text(&b, "/x");
	assert_int_equal(jscan_pointer_add(&b, root_of("\"a~b/c\"")), 0);
	assert_string_equal(buf_str(&b), "/x/a~0b~1c");
	for (b.limit = 2; b.limit < 10; b.limit++) {
		buf_cut(&b, 2);
		assert_int_equal(jscan_pointer_add(&b, root_of("\"a~b/c\"")),
				 -1);
		assert_string_equal(buf_str(&b), "/x");
	}
	buf_clear(&b);
}

static void t_quotes(void **state)
{
	struct buf b = BUF_INIT(100), small = BUF_INIT(4);

	(void)state;
	jscan_quote(&b, span_make("a\"\\\n\x01\0\xc3\xa9\xff/", 10));
	assert_string_equal(buf_str(&b), "\"a\\\"\\\\\\n\\u0001\\u0000\xc3\xa9"
					 "\xef\xbf\xbd/\"");
	assert_int_equal(scan(buf_str(&b)), 0);
	assert_int_equal(jscan_quote(&small, span_of("abc")), -1);
	assert_int_equal(small.len, 0);
	buf_clear(&b);
	buf_clear(&small);
}

static const char forty[] = "0123456789abcdefghijklmnopqrstuvwxyzABCD";

/* Wherever in a text they stand. */
static void t_quotes_anywhere(void **state)
{
	static const char *const odd[][2] = {
		{ "\"", "\\\"" },
		{ "\\", "\\\\" },
		{ "\t", "\\t" },
		{ "\x1f", "\\u001f" },
		{ "\x7f", "\x7f" },
		{ "\xc3\xa9", "\xc3\xa9" },
		{ "\xe4\xb8\xad", "\xe4\xb8\xad" },
		{ "\x80", "\xef\xbf\xbd" },
		{ "\xe4\xb8", "\xef\xbf\xbd\xef\xbf\xbd" },
	};
	struct buf text = BUF_INIT(100), quoted = BUF_INIT(200);
	struct buf want = BUF_INIT(200);

	(void)state;
	for (size_t i = 0; i < sizeof(odd) / sizeof(odd[0]); i++)
		for (int at = 0; at < 40; at++) {
			buf_reset(&text);
			buf_reset(&quoted);
			buf_reset(&want);
			buf_addf(&text, "%.*s%s%.*s", at, forty, odd[i][0],
				 40 - at, forty);
			buf_addf(&want, "\"%.*s%s%.*s\"", at, forty, odd[i][1],
				 40 - at, forty);
			assert_int_equal(jscan_quote(&quoted, buf_span(&text)),
					 0);
			assert_string_equal(buf_str(&quoted), buf_str(&want));
		}
	buf_clear(&text);
	buf_clear(&quoted);
	buf_clear(&want);
}

static void t_nesting(void **state)
{
	static const struct {
		const char *text;
		size_t depth;
	} rows[] = { { "1", 0 },
		     { "\"[[\\\"[\"", 0 },
		     { "[]", 1 },
		     { "[1,{\"a]\":[]}]", 3 },
		     { "[[],[[]],[]]", 3 },
		     { "{\"a\":{},\"b\":{}}", 2 } };
	struct jval root;

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		assert_int_equal(jscan(span_of(rows[i].text), &root, NULL), 0);
		assert_int_equal(jscan_depth(root), rows[i].depth);
	}
}

/* null is as good as no member, and only a string is a text. */
static void t_members(void **state)
{
	struct jval root, v;

	(void)state;
	assert_int_equal(
		jscan(span_of("{\"a\":\"x\",\"b\":null,\"c\":1,\"d\":\"\"}"),
		      &root, NULL),
		0);
	v = jscan_get(root, "c");
	assert_int_equal(v.type, J_NUMBER);
	assert_null(jscan_get(root, "b").text.at);
	assert_null(jscan_get(root, "none").text.at);
	assert_null(jscan_get(v, "a").text.at);
	assert_true(jscan_member_is(root, "a", "x"));
	assert_false(jscan_member_is(root, "a", "y"));
	assert_false(jscan_member_is(root, "b", ""));
	assert_false(jscan_member_is(root, "c", ""));
	assert_true(jscan_member_is(root, "d", ""));
	assert_false(jscan_member_is(v, "a", "x"));
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(t_members),
		cmocka_unit_test(t_nesting),
		{ "jscan: JSON is accepted", t_accepts, NULL, NULL, NULL },
		{ "jscan: what is nearly JSON is not", t_rejects, NULL, NULL,
		  NULL },
		{ "jscan: a complaint names line and column", t_places, NULL,
		  NULL, NULL },
		{ "jscan: a complaint says what should be there", t_words, NULL,
		  NULL, NULL },
		{ "jscan: which bytes may stand where", t_every_byte, NULL,
		  NULL, NULL },
		{ "jscan: which bytes a long string may hold",
		  t_every_byte_of_a_string, NULL, NULL, NULL },
		{ "jscan: nesting has a limit", t_depth, NULL, NULL, NULL },
		{ "jscan: members come in order, as spans of the text",
		  t_iterates, NULL, NULL, NULL },
		{ "jscan: pointers find values", t_finds, NULL, NULL, NULL },
		{ "jscan: strings decode to bytes", t_strings, NULL, NULL,
		  NULL },
		{ "jscan: integers keep all 64 bits", t_integers, NULL, NULL,
		  NULL },
		{ "jscan: doubles are finite", t_doubles, NULL, NULL, NULL },
		{ "jscan: numbers compare to the last digit", t_numbers, NULL,
		  NULL, NULL },
		{ "jscan: the first key that comes twice is found",
		  t_duplicates, NULL, NULL, NULL },
		{ "jscan: a key is added to a pointer, or nothing of it",
		  t_pointer, NULL, NULL, NULL },
		{ "jscan: quoting makes JSON of any bytes", t_quotes, NULL,
		  NULL, NULL },
		{ "jscan: what has to be escaped is, wherever it stands",
		  t_quotes_anywhere, NULL, NULL, NULL },
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("jscan", tests, NULL, NULL);
}
