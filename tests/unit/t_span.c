/* Spans, and the small values beside them: failures and stream ends. */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>

#include "wire/bytes/fail.h"
#include "wire/bytes/mem.h"
#include "wire/bytes/span.h"
#include "wire/http/end.h"

static void t_compare(void **state)
{
	(void)state;
	assert_true(span_is(span_of("abc"), "abc"));
	assert_false(span_is(span_of("abc"), "abcd"));
	assert_true(span_is(span_of(NULL), ""));
	assert_true(span_equal(span_make(NULL, 0), span_of("")));
	assert_true(span_is_nocase(span_of("Content-Type"), "cONTENT-tYPE"));
	assert_false(span_is_nocase(span_of("["), "{"));
	assert_false(span_is_nocase(span_make("ab\0c", 4), "ab"));
	assert_false(span_is_nocase(span_of("ab"), "abc"));
	assert_true(span_starts(span_of("data: x"), "data:"));
	assert_false(span_starts(span_of("da"), "data:"));
	assert_true(span_ends(span_of("a.json"), ".json"));
	assert_false(span_ends(span_of("json"), ".json"));
}

static void t_find(void **state)
{
	struct span s = span_make("a\0bc", 4);

	(void)state;
	assert_int_equal(span_find(s, span_of("bc")), 2);
	assert_int_equal(span_find(s, span_of("")), 0);
	assert_true(span_find(s, span_of("cd")) == SIZE_MAX);
	assert_int_equal(span_find_byte(s, '\0'), 1);
	assert_true(span_find_byte(span_make(NULL, 0), 'x') == SIZE_MAX);
}

static void t_clamp(void **state)
{
	(void)state;
	assert_true(span_is(span_skip(span_of("abc"), 2), "c"));
	assert_true(span_is(span_skip(span_of("abc"), 9), ""));
	assert_true(span_is(span_first(span_of("abc"), 2), "ab"));
	assert_true(span_is(span_first(span_of("abc"), 9), "abc"));
	assert_true(span_is(span_trim(span_of(" \ta b\t ")), "a b"));
	assert_true(span_is(span_trim(span_of(" \t ")), ""));
}

static void t_split(void **state)
{
	struct span rest = span_of("a,,b,"), part;

	(void)state;
	assert_true(span_find(span_of("ab"), span_of("ab")) == 0);
	assert_true(span_find(span_of("ab"), span_of("abc")) == SIZE_MAX);
	assert_true(span_split(&rest, ',', &part) && span_is(part, "a"));
	assert_true(span_split(&rest, ',', &part) && span_is(part, ""));
	assert_true(span_split(&rest, ',', &part) && span_is(part, "b"));
	assert_true(span_split(&rest, ',', &part) && span_is(part, ""));
	assert_false(span_split(&rest, ',', &part));
	assert_null(rest.at);
}

static void t_u64(void **state)
{
	uint64_t n = 7;

	(void)state;
	assert_true(span_u64(span_of("18446744073709551615"), UINT64_MAX, &n));
	assert_true(n == UINT64_MAX);
	assert_true(span_u64(span_of("0"), 0, &n) && n == 0);
	n = 7;
	assert_false(span_u64(span_of("18446744073709551616"), UINT64_MAX, &n));
	assert_false(span_u64(span_of("256"), 255, &n));
	assert_false(span_u64(span_of("9"), 5, &n));
	assert_false(span_u64(span_of(""), 5, &n));
	assert_false(span_u64(span_of("-1"), 5, &n));
	assert_false(span_u64(span_of("1 "), 5, &n));
	assert_true(n == 7);
}

/* The copy ends where its memory does, so that a sanitizer sees a byte read
 * too many. */
static bool utf8(const char *text)
{
	size_t len = strlen(text);
	char *tight = malloc(len > 0 ? len : 1);
	bool good;

	assert_non_null(tight);
	memcpy(tight, text, len);
	good = span_is_utf8(span_make(tight, len));
	free(tight);
	return good;
}

static void t_utf8(void **state)
{
	static const char *const good[] = {
		"",
		"plain",
		"\xc2\x80",
		"\xdf\xbf",
		"\xe0\xa0\x80",
		"\xed\x9f\xbf",
		"\xee\x80\x80",
		"\xf0\x90\x80\x80",
		"\xf4\x8f\xbf\xbf",
	};
	static const char *const wrong[] = {
		"\x80",
		"\xc0\xaf",
		"\xc1\xbf",
		"\xc2",
		"\xe0\x9f\xbf",
		"\xed\xa0\x80",
		"\xe2\x82",
		"\xf0\x8f\xbf\xbf",
		"\xf4\x90\x80\x80",
		"\xf5\x80\x80\x80",
		"\xf0\x9f\x98",
		"\xff",
		"a\xe2\x28\xa1",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(good) / sizeof(*good); i++)
		assert_true(utf8(good[i]));
	for (size_t i = 0; i < sizeof(wrong) / sizeof(*wrong); i++)
		assert_false(utf8(wrong[i]));
}

/* The rows of the standard: which bytes begin a character, and what follows. */
static size_t step_of(const unsigned char *b)
{
	if (b[0] < 0x80)
		return 1;
	if (b[0] >= 0xc2 && b[0] <= 0xdf)
		return b[1] >= 0x80 && b[1] <= 0xbf ? 2 : 0;
	if (b[0] < 0xe0 || b[0] > 0xf4 || b[2] < 0x80 || b[2] > 0xbf)
		return 0;
	if (b[0] <= 0xef) {
		unsigned low = b[0] == 0xe0 ? 0xa0 : 0x80;
		unsigned high = b[0] == 0xed ? 0x9f : 0xbf;

		return b[1] >= low && b[1] <= high ? 3 : 0;
	}
	if (b[3] < 0x80 || b[3] > 0xbf)
		return 0;
	return b[1] >= (b[0] == 0xf0 ? 0x90 : 0x80) &&
			       b[1] <= (b[0] == 0xf4 ? 0x8f : 0xbf)
		       ? 4
		       : 0;
}

static void t_every_step(void **state)
{
	static const unsigned char later[] = { 0x00, 0x7f, 0x80, 0x81,
					       0xbe, 0xbf, 0xc0, 0xff };
	const size_t count = sizeof(later);

	(void)state;
	for (int first = 0; first < 256; first++)
		for (int second = 0; second < 256; second++)
			for (size_t i = 0; i < count * count; i++) {
				unsigned char b[4] = { (unsigned char)first,
						       (unsigned char)second,
						       later[i / count],
						       later[i % count] };

				if (span_utf8_step(span_make(b, 4)) !=
				    step_of(b))
					fail_msg("%02x %02x %02x %02x", b[0],
						 b[1], b[2], b[3]);
			}
	assert_int_equal(span_utf8_step(SPAN_EMPTY), 0);
	assert_int_equal(span_utf8_step(span_make("\xc3\xa9", 1)), 0);
	assert_int_equal(span_utf8_step(span_make("\xe2\x82\xac", 2)), 0);
	assert_int_equal(span_utf8_step(span_make("\xf0\x9f\x98\x80", 3)), 0);
}

/* Only the letters of ASCII have two cases. */
static void t_case(void **state)
{
	(void)state;
	for (int a = 1; a < 256; a++)
		for (int b = 1; b < 256; b++) {
			char text[] = { (char)a, '\0' }, byte = (char)b;
			bool same = a == b ||
				    (a >= 'A' && a <= 'Z' && b == a + 32) ||
				    (b >= 'A' && b <= 'Z' && a == b + 32);

			assert_int_equal(
				span_is_nocase(span_make(&byte, 1), text),
				same);
		}
	for (int c = 0; c < 256; c++) {
		char text[] = { '1', (char)c };
		uint64_t n;

		assert_int_equal(span_u64(span_make(text, 2), 100, &n),
				 c >= '0' && c <= '9');
		assert_int_equal(span_trim(span_make(text + 1, 1)).len,
				 c == ' ' || c == '\t' ? 0 : 1);
	}
}

static void t_fail_first(void **state)
{
	struct fail f = FAIL_INIT;

	(void)state;
	assert_int_equal(fail_set(&f, FAIL_CASE, "x.json:%d: %s", 3, "a"), -1);
	assert_int_equal(fail_set(&f, FAIL_USAGE, "later"), -1);
	assert_int_equal(f.code, FAIL_CASE);
	assert_string_equal(f.text, "x.json:3: a");
	assert_int_equal(fail_set(NULL, FAIL_USAGE, "nobody"), -1);
}

static void t_fail_line(void **state)
{
	struct fail f = FAIL_INIT;

	(void)state;
	fail_set(&f, FAIL_CASE, "two\r\nlines\033[1m");
	assert_string_equal(f.text, "two  lines [1m");
}

static void t_fail_long(void **state)
{
	struct fail f = FAIL_INIT, g = FAIL_INIT;

	(void)state;
	fail_set(&f, FAIL_CASE, "%0999d", 1);
	assert_int_equal(strlen(f.text), sizeof(f.text) - 1);
	errno = ENOENT;
	fail_errno(&g, FAIL_SYSTEM, "a/b");
	assert_string_equal(g.text, "a/b: No such file or directory");
	assert_int_equal(errno, ENOENT);
}

static void t_ends(void **state)
{
	enum stream_end end;

	(void)state;
	for (int i = END_OPEN; i <= END_BAD; i++) {
		const char *name = end_name((enum stream_end)i);

		assert_int_equal(end_from(span_of(name), &end), 0);
		assert_int_equal(end, i);
	}
	assert_int_equal(end_from(span_of("gone"), &end), -1);
	assert_int_equal(end, END_BAD);
}

/* Nothing is a size like others: what is given can be made larger, and freed. */
static void t_nothing(void **state)
{
	void *p = xmalloc(0);

	(void)state;
	assert_non_null(p);
	p = xrealloc(p, 4);
	p = xrealloc(p, 0);
	assert_non_null(p);
	free(p);
	p = xcalloc(0, 0);
	assert_non_null(p);
	free(p);
}

#ifndef __SANITIZE_ADDRESS__ /* which ends such a process by itself */
/* How a process ends that asks for more than there can be. */
static bool ends_without_memory(int which)
{
	volatile size_t most = SIZE_MAX / 2;
	int status = 0, nowhere = open("/dev/null", O_WRONLY);
	pid_t child = fork();

	assert_true(child >= 0 && nowhere >= 0);
	if (child == 0) {
		dup2(nowhere, STDERR_FILENO);
		if (which == 0)
			_exit(xmalloc(most) != NULL);
		if (which == 1)
			_exit(xcalloc(most, 16) != NULL);
		if (which == 2)
			_exit(xrealloc(NULL, most) != NULL);
		_exit(xmemdup("", SIZE_MAX) != NULL);
	}
	close(nowhere);
	assert_int_equal(waitpid(child, &status, 0), child);
	return WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT;
}

/* Nobody goes on with NULL. */
static void t_no_memory(void **state)
{
	(void)state;
	for (int which = 0; which < 4; which++)
		assert_true(ends_without_memory(which));
}
#endif

static void t_words(void **state)
{
	static const struct {
		const char *list, *word;
		char between;
		bool is_in;
	} rows[] = {
		{ "a bc d", "bc", ' ', true },   { "a bc d", "b", ' ', false },
		{ "a, bc ,d", "bc", ',', true }, { "a, bc ,d", "d", ',', true },
		{ "a,b", "a,b", ',', false },    { "", "a", ' ', false },
		{ NULL, "a", ' ', false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		assert_int_equal(span_has_word(span_of(rows[i].list),
					       rows[i].between,
					       span_of(rows[i].word)),
				 rows[i].is_in);
}

/* A front that cuts no character, and has one at least. */
static void t_utf8_first(void **state)
{
	static const struct {
		const char *text;
		size_t len;
		const char *front;
	} rows[] = {
		{ "", 0, "" },
		{ "", 3, "" },
		{ "abc", 0, "a" }, /* one at least */
		{ "abc", 1, "a" },
		{ "abc", 2, "ab" },
		{ "abc", 3, "abc" },
		{ "abc", 4, "abc" },
		/* Characters stay whole; a byte that is none counts as one. */
		{ "\xc3\xa9z", 1, "\xc3\xa9" },
		{ "\xc3\xa9z", 2, "\xc3\xa9" },
		{ "\xc3\xa9z", 3, "\xc3\xa9z" },
		{ "z\xc3\xa9", 2, "z" },
		{ "\xff\xffz", 1, "\xff" },
		{ "\xff\xffz", 2, "\xff\xff" },
		{ "\xff\xffz", 3, "\xff\xffz" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (!span_is(
			    span_utf8_first(span_of(rows[i].text), rows[i].len),
			    rows[i].front))
			fail_msg("%zu of '%s' are not '%s'", rows[i].len,
				 rows[i].text, rows[i].front);
}

static void t_copies(void **state)
{
	char *a = xmemdup("a\0b", 3), *b = span_dup(span_make(NULL, 0));

	(void)state;
	assert_memory_equal(a, "a\0b\0", 4);
	assert_string_equal(b, "");
	free(a);
	free(b);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		{ "span: a front cuts no character", t_utf8_first, NULL, NULL,
		  NULL },
		{ "span: comparing is by bytes, or by ASCII without case",
		  t_compare, NULL, NULL, NULL },
		{ "span: finding crosses NUL bytes", t_find, NULL, NULL, NULL },
		{ "span: taking too much takes all", t_clamp, NULL, NULL,
		  NULL },
		{ "span: splitting gives empty parts too", t_split, NULL, NULL,
		  NULL },
		{ "span: a number is digits only and within its maximum", t_u64,
		  NULL, NULL, NULL },
		{ "span: UTF-8 has no surrogates and no overlong forms", t_utf8,
		  NULL, NULL, NULL },
		{ "span: every first and second byte of a character",
		  t_every_step, NULL, NULL, NULL },
		{ "span: which bytes are letters, digits and blanks", t_case,
		  NULL, NULL, NULL },
		{ "span: a word of a list", t_words, NULL, NULL, NULL },
		{ "span: copies end with a NUL", t_copies, NULL, NULL, NULL },
#ifndef __SANITIZE_ADDRESS__
		{ "mem: without memory the program ends", t_no_memory, NULL,
		  NULL, NULL },
#endif
		{ "mem: nothing can be allocated", t_nothing, NULL, NULL,
		  NULL },
		{ "fail: the first failure wins", t_fail_first, NULL, NULL,
		  NULL },
		{ "fail: a message is one line without control characters",
		  t_fail_line, NULL, NULL, NULL },
		{ "fail: a long message is cut, and errno is told", t_fail_long,
		  NULL, NULL, NULL },
		{ "end: names lead back to their values", t_ends, NULL, NULL,
		  NULL },
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("span", tests, NULL, NULL);
}
