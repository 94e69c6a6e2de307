/* Known credentials in texts: how many, how long, how often encoded, and which
 * masks replace them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "wire/bytes/base64.h"
#include "wire/bytes/secrets.h"

#define KEY "sk-test-0123456789abcdef" /* 24 bytes */

/* values: NULL ends them */
static void blot(const char *const *values, const char *text, struct buf *out)
{
	struct secrets s = { .list = NULL };

	for (; *values; values++)
		secrets_add(&s, *values);
	buf_add_text(out, text);
	secrets_blot(&s, out);
	secrets_clear(&s);
}

static void assert_blotted(const char *const *values, const char *text,
			   const char *wanted)
{
	struct buf b = BUF_INIT(BUF_NO_LIMIT);

	blot(values, text, &b);
	assert_string_equal(buf_str(&b), wanted);
	buf_clear(&b);
}

#define VALUES(...) ((const char *const[]){ __VA_ARGS__, NULL })
#define MARK "<credential, 24 bytes, 6592>"

/* More than half of a value, in any case, is it. */
static void t_occur(void **state)
{
	static const struct {
		const char *text;
		bool occurs;
	} rows[] = {
		{ "", false },
		{ KEY, true },
		{ "x" KEY "x", true },
		{ "SK-TEST-0123456789ABCDEF", true },
		{ "sk-test-0123", false }, /* a half */
		{ "sk-test-01234", true },
		{ "456789abcdef", false },
		{ "3456789abcdef", true },
		{ "sk-test-0123 sk-test-01234", true },
		{ "c2stdGVzdC0wMTIzNDU2Nzg5YWJjZGVm", false },
		{ "another text", false },
	};
	struct secrets s = { .list = NULL };

	(void)state;
	assert_false(secrets_occur(&s, span_of(KEY)));
	secrets_add(&s, KEY);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (secrets_occur(&s, span_of(rows[i].text)) != rows[i].occurs)
			fail_msg("%s", rows[i].text);
	secrets_clear(&s);
	/* The next one may begin a byte after the first. */
	secrets_add(&s, "x0123456789aZZZZZZZZZZZZ");
	assert_false(secrets_occur(&s, span_of("x0123456789ab")));
	secrets_add(&s, "0123456789ab");
	assert_true(secrets_occur(&s, span_of("x0123456789ab")));
	secrets_clear(&s);
}

/* What is kept, once each. */
static void t_values(void **state)
{
	struct secrets s = { .list = NULL };

	(void)state;
	assert_false(secrets_has(&s, "abcdef"));
	secrets_add(&s, "abcde");
	secrets_add(&s, NULL);
	secrets_add(&s, "message_start");
	secrets_add(&s, "Keep-Alive");
	assert_int_equal(s.count, 0);
	secrets_add(&s, "abcdef");
	secrets_add(&s, "ghijkl");
	secrets_add(&s, "abcdef");
	assert_int_equal(s.count, 2);
	assert_true(secrets_has(&s, "abcdef"));
	assert_true(secrets_has(&s, "ghijkl"));
	assert_false(secrets_has(&s, "ABCDEF"));
	secrets_clear(&s);
	assert_int_equal(s.count, 0);
	assert_false(secrets_has(&s, "abcdef"));
}

/* Many values are found, the first and the last, and so is a very long one. */
static void t_many(void **state)
{
	struct secrets s = { .list = NULL };
	struct buf text = BUF_INIT(BUF_NO_LIMIT), value = text;

	(void)state;
	for (int i = 0; i < 300; i++) {
		buf_reset(&value);
		buf_addf(&value, "k%06d%06d", i * 7919, i);
		secrets_add(&s, buf_str(&value));
		buf_addf(&text, "%s, ", buf_str(&value));
	}
	buf_reset(&value);
	for (int i = 0; i < 1000; i++)
		buf_addf(&value, "%03d", i);
	secrets_add(&s, buf_str(&value));
	buf_addf(&text, "%s;", buf_str(&value));
	assert_int_equal(s.count, 301);
	secrets_blot(&s, &text);
	assert_null(strstr(buf_str(&text), "k0"));
	assert_true(span_starts(buf_span(&text), "<credential, 13 bytes, "));
	assert_non_null(strstr(buf_str(&text), ", <credential, 3000 bytes, "));
	assert_true(span_ends(buf_span(&text), ">;"));
	/* A piece from its middle is one, too. */
	buf_reset(&text);
	buf_add_text(&text, "a 500501502503 b");
	secrets_blot(&s, &text);
	assert_true(span_starts(buf_span(&text), "a <credential, 3000 bytes"));
	secrets_clear(&s);
	buf_clear(&text);
	buf_clear(&value);
}

/* The shortest value counts, whichever was there first. */
static void t_short_beside_long(void **state)
{
	(void)state;
	for (int n = 0; n < 2; n++) {
		struct buf b = BUF_INIT(1024);

		blot(n == 0 ? VALUES("abc\"ef", KEY) : VALUES(KEY, "abc\"ef"),
		     "x 6162632265 66 YWJjImVm y abc\\\"ef", &b);
		assert_null(strstr(buf_str(&b), "YWJj"));
		assert_null(strstr(buf_str(&b), "abc"));
		buf_clear(&b);
	}
}

/* Values with bytes beyond ASCII, wherever these are, in base64. */
static void t_wide(void **state)
{
	static const char *const values[] = {
		"\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9",
		"\xc3\xa9"
		"tudier-beaucoup",
		"beaucoup-d-\xc3\xa9",
		"\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(values) / sizeof(values[0]); i++) {
		struct buf code = BUF_INIT(1024), out = code;

		base64_encode(span_of(values[i]), &code);
		blot(VALUES(values[i]), buf_str(&code), &out);
		if (!span_starts(buf_span(&out), "<credential, "))
			fail_msg("value %zu: %s", i, buf_str(&out));
		buf_clear(&code);
		buf_clear(&out);
	}
}

/* Escapes are decoded up to four times, base64 and hexadecimal twice; no reader
 * decodes more often. */
static void t_depths(void **state)
{
	struct buf text = BUF_INIT(1024), next = text, out = text;

	(void)state;
	for (int depth = 1; depth <= 5; depth++) {
		buf_reset(&text);
		buf_add_text(&text, "sk%");
		for (int i = 1; i < depth; i++)
			buf_add_text(&text, "25");
		buf_add_text(&text, "2dtest-0123456789abcdef");
		buf_reset(&out);
		blot(VALUES(KEY), buf_str(&text), &out);
		/* At five, the longer piece of it is found all the same. */
		assert_int_equal(span_is(buf_span(&out), MARK), depth <= 4);
		/* The same in an event's text. */
		buf_reset(&next);
		buf_addf(&next, "data: {\"a\":{\"t\":\"%s\"}}\n\n",
			 buf_str(&text));
		buf_reset(&out);
		blot(VALUES(KEY), buf_str(&next), &out);
		assert_int_equal(span_find(buf_span(&out),
					   span_of("\"" MARK "\"")) != SIZE_MAX,
				 depth <= 4);
	}
	buf_reset(&text);
	buf_add_text(&text, KEY);
	for (int depth = 1; depth <= 3; depth++) {
		buf_reset(&next);
		base64_encode(buf_span(&text), &next);
		buf_reset(&text);
		buf_add_span(&text, buf_span(&next));
		buf_reset(&out);
		blot(VALUES(KEY), buf_str(&text), &out);
		assert_int_equal(span_starts(buf_span(&out), "<credential, "),
				 depth <= 2);
	}
	buf_clear(&text);
	buf_clear(&next);
	buf_clear(&out);
}

/* What looks like an escape and is none belongs to the value, also where others
 * are escapes. */
static void t_no_escapes(void **state)
{
	static const char *const values[] = { "pass%word/more",
					      "pass&word/more",
					      "pass&#65-/more",
					      "pass\\u004/more" };

	(void)state;
	for (size_t i = 0; i < sizeof(values) / sizeof(values[0]); i++) {
		struct buf text = BUF_INIT(100), out = text;

		buf_add_text(&text, values[i]);
		buf_replace(&text, "/", "%2f");
		blot(VALUES(values[i]), buf_str(&text), &out);
		if (!span_starts(buf_span(&out), "<credential, ") ||
		    !span_ends(buf_span(&out), ">"))
			fail_msg("%s: %s", buf_str(&text), buf_str(&out));
		buf_clear(&text);
		buf_clear(&out);
	}
}

/* Two beside each other are two. */
static void t_neighbours(void **state)
{
	struct buf b = BUF_INIT(1024);

	(void)state;
	assert_blotted(VALUES(KEY), KEY KEY, MARK MARK);
	assert_blotted(VALUES(KEY), KEY " " KEY, MARK " " MARK);
	/* Of two that begin alike, the longer one. */
	blot(VALUES("abcdefgh", "abcdefgh-ijkl"), "x abcdefgh-ijkl y", &b);
	assert_true(span_starts(buf_span(&b), "x <credential, 13 bytes, "));
	assert_true(span_ends(buf_span(&b), "> y"));
	buf_clear(&b);
	/* A value inside another value is not masked separately. */
	blot(VALUES("ghi-0123456789", "abcdef-ghi-0123456789-jkl"),
	     "x abcdef-ghi-0123456789-jkl y", &b);
	assert_true(span_starts(buf_span(&b), "x <credential, 25 bytes, "));
	assert_true(span_ends(buf_span(&b), "> y"));
	buf_clear(&b);
	/* Where one that is spelt begins in another one, both are one. */
	blot(VALUES("abcdefgh%2d", "gh-0123456789"),
	     "x abcdefgh%2d0123456789 y", &b);
	assert_true(span_starts(buf_span(&b), "x <credential, 11 bytes, "));
	assert_true(span_ends(buf_span(&b), "> y"));
	buf_clear(&b);
	/* A piece of one is less than another that begins there, once its
	 * escape is undone. */
	for (int n = 0; n < 2; n++) {
		const char *piece = "abcdefghijkl-123456";
		const char *whole = "abcdefghijkl.9876543210";

		blot(n == 0 ? VALUES(piece, whole) : VALUES(whole, piece),
		     "x abcdefghijkl%2e9876543210 y", &b);
		assert_true(
			span_starts(buf_span(&b), "x <credential, 23 bytes, "));
		assert_true(span_ends(buf_span(&b), "> y"));
		buf_clear(&b);
	}
}

/* ---- painting ---- */

static void assert_mark(const char *name, size_t len, const char *wanted)
{
	struct buf b = BUF_INIT(100);

	secrets_mark(name, len, &b);
	assert_string_equal(buf_str(&b), wanted);
	buf_clear(&b);
}

/* A mark has the length of the value that it replaces. */
static void t_marks(void **state)
{
	(void)state;
	assert_mark("credential", 0, "");
	assert_mark("credential", 1, "}");
	assert_mark("credential", 2, "}}");
	assert_mark("credential", 3, "{}}");
	assert_mark("credential", 4, "{{}}");
	assert_mark("credential", 6, "{{cr}}");
	assert_mark("credential", 14, "{{credential}}");
	assert_mark("credential", 15, "{{credential.}}");
	assert_mark("key", 10, "{{key...}}");
}

static bool paint(const char *const *values, char *text)
{
	struct secrets s = { .list = NULL };
	struct secrets_text one = { text, strlen(text) };
	bool any;

	for (; *values; values++)
		secrets_add_named(&s, *values, "credential");
	any = secrets_paint(&s, &one, 1);
	secrets_clear(&s);
	return any;
}

static void assert_painted(const char *const *values, const char *text,
			   const char *wanted)
{
	char copy[400];

	snprintf(copy, sizeof(copy), "%s", text);
	assert_int_equal(paint(values, copy), strcmp(text, wanted) != 0);
	assert_string_equal(copy, wanted);
}

static void t_paint(void **state)
{
	(void)state;
	assert_painted(VALUES(KEY), "nothing of it", "nothing of it");
	assert_painted(VALUES(KEY), "sk-test-0123", "sk-test-0123");
	assert_painted(VALUES(KEY), "sk-test-01234", "{{~credenti}}");
	assert_painted(VALUES(KEY), KEY, "{{credential..........}}");
	/* In a code it is no mark of the value. */
	assert_painted(VALUES(KEY), "c2stdGVzdC0wMTIzNDU2Nzg5YWJjZGVm",
		       "{{~credential.................}}");
	/* Two of one text. */
	assert_painted(VALUES(KEY, "another-key-0123"),
		       KEY " another-key-0123 " KEY,
		       "{{credential..........}} {{credential..}} "
		       "{{credential..........}}");
	/* What one has in common with another one is no whole mark. */
	assert_painted(VALUES("abcdefgh%2d", "gh-0123456789"),
		       "x abcdefgh%2d0123456789 y",
		       "x {{~credential......}} y");
	assert_painted(VALUES("abcdefgh-0123", "abcdefgh-0123456789"),
		       "x abcdefgh-0123456789 y", "x {{credential.....}} y");
	/* Most of it as it is, and all of it with one sign spelt. */
	assert_painted(VALUES(KEY), "sk-test-0123456789abcde%66 y",
		       "{{~credential...........}} y");
}

/* A text may have no bytes, or one. */
static void t_paint_bytes(void **state)
{
	char first[] = "s", rest[] = "k-test-0123456789abcdef";
	struct secrets_text texts[] = { { NULL, 0 },
					{ first, 1 },
					{ NULL, 0 },
					{ rest, sizeof(rest) - 1 } };
	struct secrets s = { .list = NULL };

	(void)state;
	secrets_add(&s, KEY);
	assert_true(secrets_paint(&s, texts, 4));
	assert_string_equal(first, "{");
	assert_string_equal(rest, "{secret..............}}");
	assert_false(secrets_paint(&s, texts, 4));
	assert_false(secrets_paint(&s, texts, 0));
	secrets_clear(&s);
}

/* What a value is broken into, over several texts. */
static void t_pieces(void **state)
{
	static const struct {
		const char *texts[4];
		const char *kept; /* with bars between them */
	} rows[] = {
		{ { KEY, "b" }, "" },
		{ { "b", KEY }, "" },
		{ { "x", KEY, "y" }, "" },
		{ { "sk-test-0123", "456789abcdef" },
		  "sk-test-0123|456789abcdef" },
		{ { "x=sk-test-", "0123456789abcdef y" },
		  "sk-test-|0123456789abcdef" },
		{ { "sk-tes", "t-0123456789abc", "def", "ghi" },
		  "sk-tes|t-0123456789abc" },
		{ { "one", "two" }, "" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct secrets s = { .list = NULL }, pieces = { .list = NULL };
		struct span texts[4], rest = span_of(rows[i].kept), part;
		size_t count = 0, kept = 0;

		secrets_add(&s, KEY);
		for (; count < 4 && rows[i].texts[count]; count++)
			texts[count] = span_of(rows[i].texts[count]);
		secrets_pieces(&s, texts, count, &pieces);
		while (rest.len > 0 && span_split(&rest, '|', &part)) {
			char *text = span_dup(part);

			if (!secrets_has(&pieces, text))
				fail_msg("row %zu: %s is not kept", i, text);
			free(text);
			kept++;
		}
		assert_int_equal(pieces.count, kept);
		secrets_clear(&pieces);
		secrets_clear(&s);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(t_occur),
		cmocka_unit_test(t_values),
		cmocka_unit_test(t_many),
		cmocka_unit_test(t_short_beside_long),
		cmocka_unit_test(t_wide),
		cmocka_unit_test(t_depths),
		cmocka_unit_test(t_no_escapes),
		cmocka_unit_test(t_neighbours),
		cmocka_unit_test(t_marks),
		cmocka_unit_test(t_paint),
		cmocka_unit_test(t_paint_bytes),
		cmocka_unit_test(t_pieces),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("secrets_find", tests, NULL, NULL);
}
