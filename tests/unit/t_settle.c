/* probe/after/settle: what a finished run comes to. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "probe/after/settle.h"
#include "probe/after/status.h"

enum { COUNT = 2 };

static char reason[] = "known";
static struct result results[COUNT];
static struct run_report run;
static struct settle all, musts_only;

static int set_up(void **state)
{
	(void)state;
	memset(results, 0, sizeof(results)); /* passes of level must */
	run = (struct run_report){ .list = results, .count = COUNT };
	all = (struct settle){ .write = NULL };
	musts_only = (struct settle){ .less = LEVEL_MUST, .has_less = true };
	return 0;
}

static int status_with(struct settle *s)
{
	memset(run.counts, 0, sizeof(run.counts));
	for (size_t i = 0; i < COUNT; i++)
		run.counts[results[i].verdict]++;
	return settle_status(s, &run, NULL);
}

static int status(void)
{
	return status_with(&all);
}

static void t_conforms(void **state)
{
	(void)state;
	assert_int_equal(status(), EXIT_CONFORMS);
	results[0].verdict = VERDICT_SKIP;
	assert_int_equal(status(), EXIT_CONFORMS);
	results[1].verdict = VERDICT_SKIP;
	assert_int_equal(status(), EXIT_NOTHING);
	results[0].verdict = VERDICT_FAIL;
	results[0].expected = reason;
	assert_int_equal(status(), EXIT_CONFORMS);
}

static void t_fails(void **state)
{
	(void)state;
	results[0].verdict = VERDICT_FAIL;
	assert_int_equal(status(), EXIT_FAILS);
	assert_int_equal(status_with(&musts_only), EXIT_FAILS);
	results[1].verdict = VERDICT_UNDECIDED;
	assert_int_equal(status(), EXIT_FAILS);
	results[0].level = LEVEL_SHOULD;
	results[1].verdict = VERDICT_PASS;
	assert_int_equal(status(), EXIT_FAILS);
	assert_int_equal(status_with(&musts_only), EXIT_CONFORMS);
	results[0].expected = reason;
	assert_int_equal(status(), EXIT_CONFORMS);
	run.gone = 1;
	assert_int_equal(status(), EXIT_FAILS);
	run.gone = 0;
	run.died = true;
	assert_int_equal(status(), EXIT_FAILS);
}

static void t_undecided(void **state)
{
	(void)state;
	results[0].verdict = VERDICT_UNDECIDED;
	assert_int_equal(status(), EXIT_UNDECIDED);
	run.left_out = 1;
	assert_int_equal(status(), EXIT_CONFORMS);
	results[1].verdict = VERDICT_BROKEN;
	assert_int_equal(status(), EXIT_UNDECIDED);
	results[1].verdict = VERDICT_PASS;
	run.interrupted = true;
	assert_int_equal(status(), EXIT_UNDECIDED);
	results[1].verdict = VERDICT_FAIL;
	assert_int_equal(status(), EXIT_UNDECIDED);
}

static void t_no_place_to_write(void **state)
{
	struct fail f = FAIL_INIT;

	(void)state;
	all.write = "/nowhere/at/all";
	run.counts[VERDICT_PASS] = 1;
	assert_int_equal(settle_status(&all, &run, &f), EXIT_UNDECIDED);
	assert_string_equal(f.text,
			    "/nowhere/at/all: No such file or directory");
}

#define T(title, fn) \
	{ \
		title, fn, set_up, NULL, NULL \
	}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		T("settle: what passes conforms, if anything was decided",
		  t_conforms),
		T("settle: a failure that counts and nobody expects fails",
		  t_fails),
		T("settle: what could not be decided is neither", t_undecided),
		T("settle: a baseline that cannot be written is told",
		  t_no_place_to_write),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("settle", tests, NULL, NULL);
}
