/* wire/bytes/fail and wire/http/end: failures and endings as values. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
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
	struct fail set = FAIL_INIT, with = FAIL_INIT, place = FAIL_INIT;

	(void)state;
	fail_set(&set, FAIL_SYNTAX, "%s", "a\nb\x1f\x7f~ \x80\xff");
	assert_string_equal(set.text, "a b  ~ \x80\xff");
	fail_place(&place, FAIL_CASE, "a\nb", 1, 2, "c\rd\x7f");
	assert_string_equal(place.text, "a b:1:2: c d ");
	errno = ENOENT;
	fail_errno(&with, FAIL_SYSTEM, "x\n%s", "y");
	assert_string_equal(with.text, "x y: No such file or directory");
	assert_int_equal(with.code, FAIL_SYSTEM);
	assert_int_equal(errno, ENOENT);
}

/* Where no place was given, none is found. */
static void t_no_place(void **state)
{
	struct fail f = FAIL_INIT;

	(void)state;
	fail_set(&f, FAIL_CASE, "a:1:2: b");
	assert_int_equal(fail_place(&f, FAIL_LIMIT, "x", 1, 2, "c"), -1);
	assert_int_equal(fail_place(NULL, FAIL_LIMIT, "x", 1, 2, "d"), -1);
	assert_string_equal(f.text, "a:1:2: b");
	assert_string_equal(fail_what(&f), "a:1:2: b");
	assert_int_equal(f.line + f.column, 0);
	assert_false(fail_is_in(&f, "a"));
	assert_false(fail_is_in(&f, ""));
}

static void t_places(void **state)
{
	static const struct {
		const char *file;
		unsigned line, column;
		const char *text;
	} rows[] = {
		{ "a.json", 14, 7, "a.json:14:7: no 'x'" },
		{ "a.json", 14, 0, "a.json:14: no 'x'" },
		{ "b", 1, 1, "b:1:1: no 'x'" },
		{ "a.json", 0, 0, "a.json: no 'x'" },
		{ NULL, 14, 7, "14:7: no 'x'" },
		{ NULL, 0, 0, "no 'x'" },
		{ "odd: 1:2: name", 3, 4, "odd: 1:2: name:3:4: no 'x'" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct fail f = FAIL_INIT;

		fail_place(&f, FAIL_CASE, rows[i].file, rows[i].line,
			   rows[i].column, "no '%s'", "x");
		assert_string_equal(f.text, rows[i].text);
		assert_string_equal(fail_what(&f), "no 'x'");
		assert_int_equal(f.line, rows[i].line);
		assert_int_equal(f.column, rows[i].column);
		assert_int_equal(f.file,
				 rows[i].file ? strlen(rows[i].file) : 0);
		assert_int_equal(
			fail_is_in(&f, rows[i].file ? rows[i].file : ""),
			rows[i].line > 0 && rows[i].column > 0);
		assert_false(fail_is_in(&f, "a"));
	}
}

static void t_move(void **state)
{
	struct fail f = FAIL_INIT, copy = FAIL_INIT;

	(void)state;
	fail_place(&f, FAIL_CASE, "1:2: a", 99, 100, "1:2: %s", "b");
	fail_move(&f, 3, 4);
	assert_string_equal(f.text, "1:2: a:3:4: 1:2: b");
	assert_int_equal(f.line, 3);
	assert_int_equal(f.column, 4);
	assert_int_equal(f.code, FAIL_CASE);
	assert_string_equal(fail_what(&f), "1:2: b");
	assert_int_equal(fail_copy(&copy, &f), -1);
	assert_true(fail_is_in(&copy, "1:2: a"));
	assert_string_equal(copy.text, f.text);
	f = (struct fail)FAIL_INIT;
	fail_place(&f, FAIL_CASE, "b", 1, 1, "c");
	fail_move(&f, 2, 1);
	assert_string_equal(f.text, "b:2:1: c");
	f = (struct fail)FAIL_INIT;
	fail_place(&f, FAIL_CASE, NULL, 1, 1, "c");
	fail_move(&f, 2, 1);
	assert_string_equal(f.text, "2:1: c");
	fail_set(&f, FAIL_LIMIT, "not taken");
	assert_int_equal(fail_copy(&copy, &f), -1);
	assert_int_equal(fail_copy(NULL, &f), -1);
}

/* A place that fills the text leaves nothing of what is wrong. */
static void t_long(void **state)
{
	struct fail f = FAIL_INIT;
	char name[2 * sizeof(f.text)];

	(void)state;
	memset(name, 'a', sizeof(name));
	name[sizeof(name) - 1] = '\0';
	fail_place(&f, FAIL_CASE, name, 1, 2, "b");
	assert_int_equal(strlen(f.text), sizeof(f.text) - 1);
	assert_string_equal(fail_what(&f), "");
	assert_false(fail_is_in(&f, name));
	fail_move(&f, 3, 4);
	assert_int_equal(strlen(f.text), sizeof(f.text) - 1);
}

static void t_errno(void **state)
{
	struct fail f = FAIL_INIT;

	(void)state;
	errno = ENOENT;
	assert_int_equal(fail_errno(&f, FAIL_SYSTEM, "%s", "a:1:2"), -1);
	assert_string_equal(f.text, "a:1:2: No such file or directory");
	assert_int_equal(f.line, 0);
	assert_string_equal(fail_what(&f), f.text);
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

static void t_stages(void **state)
{
	enum end_stage stage = STAGE_NONE;
	size_t i = 0;

	(void)state;
	for (; strcmp(end_stage_name((enum end_stage)i), "none") != 0 || i == 0;
	     i++) {
		const char *name = end_stage_name((enum end_stage)i);

		assert_int_equal(end_stage_from(span_of(name), &stage), 0);
		assert_int_equal(stage, i);
	}
	assert_true(i > 1);
	assert_int_equal(end_stage_from(span_of("nowhere"), &stage), -1);
	assert_int_equal(stage, i - 1);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		{ "fail: the first failure is the one that is told",
		  t_first_wins, NULL, NULL, NULL },
		{ "fail: a message is one line, safe on a terminal", t_one_line,
		  NULL, NULL, NULL },
		{ "fail: places", t_places, NULL, NULL, NULL },
		{ "fail: no place", t_no_place, NULL, NULL, NULL },
		{ "fail: a place is put into another", t_move, NULL, NULL,
		  NULL },
		{ "fail: a name that is too long", t_long, NULL, NULL, NULL },
		{ "fail: what the system says", t_errno, NULL, NULL, NULL },
		{ "end: each end of a stream has a name", t_ends, NULL, NULL,
		  NULL },
		{ "end: each stage has a name", t_stages, NULL, NULL, NULL },
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("fail", tests, NULL, NULL);
}
