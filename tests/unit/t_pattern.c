/* Regular expressions over bytes, and globs. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "wire/bytes/pattern.h"

static int match(const char *pattern, struct span subject)
{
	struct pattern *p;
	int rc;

	assert_int_equal(pattern_new(&p, pattern, NULL), 0);
	rc = pattern_match(p, subject);
	pattern_free(p);
	return rc;
}

static void t_bytes(void **state)
{
	(void)state;
	assert_int_equal(match("^msg_[a-z0-9]+$", span_of("msg_01ab")), 1);
	assert_int_equal(match("^msg_[a-z0-9]+$", span_of("msg_")), 0);
	assert_int_equal(match("^$", span_make(NULL, 0)), 1);
	assert_int_equal(match("a.b", span_make("a\0b", 3)), 1);
	assert_int_equal(match("^.$", span_of("\xc3\xa9")), 0);
	assert_int_equal(match("^\\xff$", span_of("\xff")), 1);
}

static void t_tight(void **state)
{
	char *tight = malloc(3);

	(void)state;
	assert_non_null(tight);
	memcpy(tight, "abc", 3);
	assert_int_equal(match("c+$", span_make(tight, 3)), 1);
	assert_int_equal(match("c(?=d)", span_make(tight, 3)), 0);
	free(tight);
}

static void t_error(void **state)
{
	struct pattern *p = NULL;
	struct fail f = FAIL_INIT, g = FAIL_INIT;

	(void)state;
	assert_int_equal(pattern_new(&p, "ab(c", &f), -1);
	assert_null(p);
	assert_int_equal(f.code, FAIL_CASE);
	assert_non_null(strstr(f.text, "offset 4: missing"));
	assert_int_equal(pattern_new(&p, "(*UTF)a", &g), -1);
	pattern_free(NULL);
}

static void t_hard(void **state)
{
	char subject[64];

	(void)state;
	memset(subject, 'x', sizeof(subject));
	assert_int_equal(match("(x+x+)+[yz]", span_make(subject, 64)), -1);
}

/* Every place begins another run to the end of the subject. */
static void t_square(void **state)
{
	size_t len = (size_t)1 << 18;
	char *subject = malloc(len);

	(void)state;
	assert_non_null(subject);
	memset(subject, 'x', len);
	assert_int_equal(match("x*[yz]", span_make(subject, len)), -1);
	assert_int_equal(match("^x*[yz]", span_make(subject, len)), 0);
	assert_int_equal(match("^x*$", span_make(subject, len)), 1);
	free(subject);
}

/* What is too long is no pattern, and nothing is looked for in such a text. */
static void t_too_long(void **state)
{
	size_t most = (size_t)64 * 1024;
	char *text = malloc(most + 2);
	struct pattern *p = NULL;
	struct fail f = FAIL_INIT;

	(void)state;
	assert_non_null(text);
	memset(text, 'x', most + 1);
	text[most + 1] = '\0';
	assert_int_equal(pattern_new(&p, text, &f), -1);
	assert_string_equal(f.text, "pattern: longer than 65536 bytes");
	text[0] = '^';
	text[1] = '\0';
	assert_int_equal(match(text, span_make(text, ((size_t)64 << 20) + 1)),
			 -1);
	free(text);
}

static void t_glob(void **state)
{
	(void)state;
	assert_true(pattern_glob("", ""));
	assert_true(pattern_glob("*", ""));
	assert_true(pattern_glob("stream/*", "stream/a/b"));
	assert_true(pattern_glob("*cut*", "stream/cut-in-event"));
	assert_true(pattern_glob("a?c", "abc"));
	assert_true(pattern_glob("*ab", "aab"));
	assert_true(pattern_glob("a*b*c", "a-b-b-c"));
	assert_true(pattern_glob("[x]", "[x]"));
	assert_false(pattern_glob("a?c", "ac"));
	assert_false(pattern_glob("stream", "stream/a"));
	assert_false(pattern_glob("a*b*c", "a-c-b"));
	assert_false(pattern_glob("", "a"));
}

static void t_names(void **state)
{
	(void)state;
	assert_true(pattern_names("a/b", "a/b"));
	assert_true(pattern_names("a", "a/b"));
	assert_true(pattern_names("a//", "a/b"));
	assert_true(pattern_names("a/b", "a/b/c"));
	assert_true(pattern_names("*/c", "a/b/c"));
	assert_false(pattern_names("a/b/c", "a/b"));
	assert_false(pattern_names("a/b", "a/bc"));
	assert_false(pattern_names("", "a"));
	assert_false(pattern_names("/", "/a"));
}

static void t_glob_hard(void **state)
{
	char text[2001];

	(void)state;
	memset(text, 'a', 2000);
	text[2000] = '\0';
	assert_false(pattern_glob("*a*a*a*a*a*a*a*a*a*a*a*a*b", text));
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		{ "pattern: subjects are bytes", t_bytes, NULL, NULL, NULL },
		{ "pattern: nothing is read behind the subject", t_tight, NULL,
		  NULL, NULL },
		{ "pattern: an error names its offset", t_error, NULL, NULL,
		  NULL },
		{ "pattern: endless backtracking gives up", t_hard, NULL, NULL,
		  NULL },
		{ "pattern: so does work that grows with the square", t_square,
		  NULL, NULL, NULL },
		{ "pattern: neither it nor a subject may be too long",
		  t_too_long, NULL, NULL, NULL },
		{ "glob: a star spans slashes, a question mark is one byte",
		  t_glob, NULL, NULL, NULL },
		{ "pattern: a glob, a path, a folder above it", t_names, NULL,
		  NULL, NULL },
		{ "glob: many stars do not take forever", t_glob_hard, NULL,
		  NULL, NULL },
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("pattern", tests, NULL, NULL);
}
