/* probe/after/settle: baseline and exit status of a finished run. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "probe/after/settle.h"
#include "probe/after/status.h"
#include "probe/suite/scratch.h"

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

#define LIST(rest) \
	"{\"baseline\": [{\"case\": \"a/one\", \"check\": \"c\", \"reason\": " \
	"\"known\"" rest "}]}"

static char *folder, path[4096];
static struct casefile file = { .id = (char *)"a/one" };
static struct casefile *files[] = { &file };
static struct casebook book = { .list = files, .count = 1 };

static int open_list(const char *text, struct fail *f)
{
	assert_int_equal(scratch_write(folder, "b.json", span_of(text), NULL),
			 0);
	return settle_open(&all, path, &book, f);
}

/* One case fails, by one check. */
static void t_baseline(void **state)
{
	static char id[] = "a/one", name[] = "c", other[] = "b/two";
	static struct outcome outcomes[] = {
		{ .name = name, .verdict = VERDICT_FAIL },
	};
	struct fail f = FAIL_INIT;
	char *text;
	size_t len;
	char list[9000], today[20];
	time_t now = time(NULL);

	(void)state;
	assert_int_equal(scratch_new(&folder, NULL), 0);
	snprintf(path, sizeof(path), "%s/b.json", folder);
	snprintf(list, sizeof(list), "%s/err", folder);
	assert_non_null(freopen(list, "w", stderr));
	results[0] = (struct result){ .id = id,
				      .verdict = VERDICT_FAIL,
				      .outcomes = outcomes,
				      .outcome_count = 1 };
	results[1].id = other;

	/* Without one nothing is marked. */
	assert_int_equal(settle_open(&all, NULL, &book, &f), 0);
	settle_mark(&all, &run);
	assert_null(results[0].expected);
	assert_int_equal(run.gone, 0);

	assert_int_equal(settle_open(&all, path, &book, &f), -1);
	assert_int_equal(f.code, FAIL_CASE);
	f = (struct fail)FAIL_INIT;
	assert_int_equal(open_list("{\"baseline\": [{\"case\": \"b/none\", "
				   "\"reason\": \"r\"}]}",
				   &f),
			 -1);
	assert_int_equal(f.code, FAIL_CASE);
	assert_string_equal(f.text + strlen(path),
			    ":1:15: no case 'b/none'; delete the entry, or "
			    "correct the id");
	settle_clear(&all);
	assert_null(all.baseline.list);

	assert_int_equal(open_list(LIST(""), &f), 0);
	settle_mark(&all, &run);
	assert_string_equal(results[0].expected, "known");
	assert_int_equal(run.expected, 1);
	assert_int_equal(status(), EXIT_CONFORMS);
	free(results[0].expected);
	results[0].expected = NULL;
	outcomes[0].verdict = results[0].verdict = VERDICT_PASS;
	settle_mark(&all, &run);
	assert_int_equal(run.gone, 1);
	assert_int_equal(status(), EXIT_FAILS);
	run.gone = 0;
	outcomes[0].verdict = results[0].verdict = VERDICT_FAIL;
	settle_clear(&all);

	/* To the end of its day, and no longer. */
	strftime(today, sizeof(today), "%Y-%m-%d", gmtime(&now));
	snprintf(list, sizeof(list), LIST(", \"until\": \"%s\""), today);
	assert_int_equal(open_list(list, &f), 0);
	settle_mark(&all, &run);
	assert_string_equal(results[0].expected, "known");
	free(results[0].expected);
	results[0].expected = NULL;
	settle_clear(&all);
	assert_int_equal(open_list(LIST(", \"until\": \"2026-01-01\""), &f), 0);
	settle_mark(&all, &run);
	assert_null(results[0].expected);
	assert_int_equal(status(), EXIT_FAILS);

	/* It is written anew, but not by a run that was broken off. */
	all.write = path;
	run.interrupted = true;
	assert_int_equal(scratch_write(folder, "b.json", span_of("x"), NULL),
			 0);
	assert_int_equal(status(), EXIT_UNDECIDED);
	assert_int_equal(scratch_read(&text, &len, path, 9999, NULL), 0);
	assert_string_equal(text, "x");
	free(text);
	run.interrupted = false;
	assert_int_equal(status(), EXIT_FAILS);
	assert_int_equal(scratch_read(&text, &len, path, 9999, NULL), 0);
	assert_string_equal(text, "{\"baseline\": [\n  {\"case\": \"a/one\", "
				  "\"check\": \"c\", \"reason\": \"known\", "
				  "\"until\": \"2026-01-01\"}\n]}\n");
	free(text);
	run.logs_missing = true;
	assert_int_equal(status(), EXIT_UNDECIDED);
	settle_clear(&all);

	/* What is to be changed in it was told on stderr. */
	snprintf(list, sizeof(list), "%s/err", folder);
	assert_non_null(freopen("/dev/null", "w", stderr));
	assert_int_equal(scratch_read(&text, &len, list, 9999, NULL), 0);
	snprintf(list, sizeof(list),
		 "%s:1: delete this entry: a/one passes: c\n"
		 "%s:1: a/one counts again since 2026-01-01\n",
		 path, path);
	assert_string_equal(text, list);
	free(text);
	scratch_free(folder);
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
		T("settle: a baseline says what may fail, and is written anew",
		  t_baseline),
		T("settle: a baseline that cannot be written is told",
		  t_no_place_to_write),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("settle", tests, NULL, NULL);
}
