/* wire/bytes/fail and wire/http/end: failures and endings as values. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <errno.h>
#include <string.h>

#include <cmocka.h>

#include "wire/bytes/fail.h"
#include "wire/http/end.h"

static void t_first_wins(void **state)
{
	struct fail f = FAIL_INIT;

	(void)state;
	assert_int_equal(fail_set(&f, FAIL_LIMIT, "%d is too many", 7), -1);
	assert_int_equal(fail_set(&f, FAIL_SYNTAX, "later"), -1);
	errno = ENOENT;
	assert_int_equal(fail_errno(&f, FAIL_SYSTEM, "later"), -1);
	assert_int_equal(f.code, FAIL_LIMIT);
	assert_string_equal(f.text, "7 is too many");
	assert_int_equal(fail_set(NULL, FAIL_LIMIT, "to nobody"), -1);
	assert_int_equal(fail_errno(NULL, FAIL_SYSTEM, "to nobody"), -1);
}

static void t_one_line(void **state)
{
	struct fail set = FAIL_INIT, with = FAIL_INIT;

	(void)state;
	fail_set(&set, FAIL_SYNTAX, "%s", "a\nb\x1f\x7f~ \x80\xff");
	assert_string_equal(set.text, "a b  ~ \x80\xff");
	errno = ENOENT;
	fail_errno(&with, FAIL_SYSTEM, "x\n%s", "y");
	assert_string_equal(with.text, "x y: No such file or directory");
	assert_int_equal(with.code, FAIL_SYSTEM);
	assert_int_equal(errno, ENOENT);
}

static void t_ends(void **state)
{
	static const char *const names[] = { "open",    "clean",   "cut",
					     "reset",   "timeout", "cancelled",
					     "refused", "bad" };
	enum stream_end end = END_CUT;

	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		assert_string_equal(end_name((enum stream_end)i), names[i]);
		assert_int_equal(end_from(span_of(names[i]), &end), 0);
		assert_int_equal(end, i);
	}
	assert_string_equal(end_name((enum stream_end)8), "bad");
	assert_int_equal(end_from(span_of("soon"), &end), -1);
	assert_int_equal(end, END_BAD);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		{ "fail: the first failure is the one that is told",
		  t_first_wins, NULL, NULL, NULL },
		{ "fail: a message is one line, safe on a terminal", t_one_line,
		  NULL, NULL, NULL },
		{ "end: each end of a stream has a name", t_ends, NULL, NULL,
		  NULL },
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("fail", tests, NULL, NULL);
}
