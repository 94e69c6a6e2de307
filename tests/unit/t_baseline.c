/* probe/after/baseline: expected failures, and entries that no longer apply. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "probe/after/baseline.h"
#include "probe/suite/scratch.h"
#include "wire/bytes/mem.h"

#define TODAY "2026-06-15"

static char *folder;
static char path[4096];
static struct baseline b;
static struct buf notes = BUF_INIT(BUF_NO_LIMIT);

static char id_a[] = "a/one", id_b[] = "b/two";
static char first[] = "first", second[] = "second";
static struct outcome of_a[3], of_b[2];
static struct result results[2];
static struct run_report run;

/* Both cases fail by their first check. */
static int set_up(void **state)
{
	(void)state;
	assert_int_equal(scratch_new(&folder, NULL), 0);
	snprintf(path, sizeof(path), "%s/b.json", folder);
	memset(of_a, 0, sizeof(of_a));
	memset(of_b, 0, sizeof(of_b));
	of_a[0] = of_b[0] =
		(struct outcome){ .name = first, .verdict = VERDICT_FAIL };
	of_a[1] = of_b[1] = (struct outcome){ .name = second };
	results[0] = (struct result){ .id = id_a,
				      .verdict = VERDICT_FAIL,
				      .outcomes = of_a,
				      .outcome_count = 2 };
	results[1] = (struct result){ .id = id_b,
				      .verdict = VERDICT_FAIL,
				      .outcomes = of_b,
				      .outcome_count = 2 };
	run = (struct run_report){ .list = results, .count = 2 };
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	baseline_clear(&b);
	buf_clear(&notes);
	scratch_free(folder);
	return 0;
}

static int read_text(const char *text, struct fail *f)
{
	assert_int_equal(scratch_write(folder, "b.json", span_of(text), NULL),
			 0);
	return baseline_read(&b, path, f);
}

static void read_good(const char *entries)
{
	struct buf text = BUF_INIT(10000);
	struct fail f = FAIL_INIT;

	baseline_clear(&b);
	buf_addf(&text, "{\"baseline\": [%s]}", entries);
	if (read_text(buf_str(&text), &f) < 0)
		fail_msg("%s", f.text);
	buf_clear(&text);
}

static void assert_refused(const char *text, const char *part)
{
	struct fail f = FAIL_INIT;

	assert_int_equal(read_text(text, &f), -1);
	assert_null(b.list);
	if (!strstr(f.text, part))
		fail_msg("'%s' is not in: %s", part, f.text);
}

#define ENTRY(id, rest) "{\"case\":\"" id "\",\"reason\":\"r\"" rest "}"
#define LIST(entries) "{\"baseline\": [" entries "]}"

static void t_refused(void **state)
{
	static const char *const dates[] = {
		"2027-13-01", "2027-00-10", "2027-02-30", "2027-04-31",
		"2027-01-32", "2027-01-00", "27-01-01",   "2027/01/01",
		"2027-1-011", "2027-01-0x", "soon",       "2027-03-32",
		"2027-05-32", "2027-06-31", "2027-07-32", "2027-08-32",
		"2027-09-31", "2027-10-32", "2027-11-31", "2027-12-32",
	};

	(void)state;
	assert_refused("[]", "b.json:1:1:");
	assert_refused("{\"baseline\": {}}", "b.json:1:");
	assert_refused(LIST("{\"case\":\"a/one\"}"), "reason");
	assert_refused(LIST("{\"reason\":\"a/one\"}"), "case");
	assert_refused(LIST(ENTRY("", "")), "case");
	assert_refused(LIST(ENTRY("a/one", ",\"chek\":\"x\"")), "chek");
	assert_refused(LIST("\n" ENTRY("a/one", "") ",\n" ENTRY("a/one", "")),
		       "b.json:3:1: the same as the entry in line 2");
	for (size_t i = 0; i < sizeof(dates) / sizeof(dates[0]); i++) {
		char text[200];

		snprintf(text, sizeof(text),
			 LIST(ENTRY("a/one", ",\"until\":\"%s\"")), dates[i]);
		assert_refused(text, "is not a date like 2027-01-31");
	}
}

static void t_read(void **state)
{
	static const char *const last[] = {
		"2027-01-31", "2028-02-29", "2027-03-31", "2027-04-30",
		"2027-05-31", "2027-06-30", "2027-07-31", "2027-08-31",
		"2027-09-30", "2027-10-31", "2027-11-30", "2027-12-31",
		"2027-02-01", "0000-01-01",
	};

	(void)state;
	read_good(ENTRY("a/one", "") "," ENTRY(
		"a/one",
		",\"check\":\"first\"") ",\n " ENTRY("b/two",
						     ",\"check\":\"x\","
						     "\"until\":"
						     "\"2028-02-29\""));
	assert_int_equal(b.count, 3);
	assert_string_equal(b.path, path);
	assert_string_equal(b.list[0].id, "a/one");
	assert_null(b.list[0].check);
	assert_null(b.list[0].until);
	assert_string_equal(b.list[1].check, "first");
	assert_string_equal(b.list[2].until, "2028-02-29");
	assert_int_equal(b.list[2].line, 2);
	assert_int_equal(b.list[2].column, 2);
	for (size_t i = 0; i < sizeof(last) / sizeof(last[0]); i++) {
		char text[400];

		snprintf(text, sizeof(text),
			 ENTRY("a/one", ",\"until\":\"%s\""), last[i]);
		read_good(text);
	}
	read_good(ENTRY("a/one", ",\"until\":\"2027-12-31\""));
	read_good(ENTRY("a/one", ",\"until\":\"2027-01-01\""));
	read_good("");
	assert_int_equal(b.count, 0);
}

/* What is expected, and what is said about the list. */
static void check(const char *a, const char *two, size_t gone,
		  const char *wanted)
{
	struct buf all = BUF_INIT(10000);
	size_t count;

	run.expected = 0;
	buf_reset(&notes);
	count = baseline_apply(&b, &run, TODAY, &notes);
	assert_int_equal(run.expected, (a != NULL) + (two != NULL));
	for (size_t i = 0; i < 2; i++) {
		const char *reason = i == 0 ? a : two;

		if (reason)
			assert_string_equal(results[i].expected, reason);
		else
			assert_null(results[i].expected);
		free(results[i].expected);
		results[i].expected = NULL;
	}
	if (*wanted)
		buf_addf(&all, "%s%s\n", wanted[0] == ':' ? path : "", wanted);
	assert_string_equal(buf_str(&notes), buf_str(&all));
	assert_int_equal(count, gone);
	buf_clear(&all);
}

static void t_expected(void **state)
{
	(void)state;
	check(NULL, NULL, 0, "");
	read_good(ENTRY("b/two", ""));
	check(NULL, "r", 0, "");
	read_good(ENTRY("a/one", ",\"check\":\"first\""));
	check("r", NULL, 0, "");
	read_good(ENTRY("a/one", ",\"check\":\"second\""));
	check(NULL, NULL, 1, ":1: delete this entry: a/one passes: second");
	read_good(ENTRY("c/none", ""));
	check(NULL, NULL, 0, "");
}

static void t_more_fails(void **state)
{
	(void)state;
	of_a[1].verdict = VERDICT_FAIL;
	read_good(ENTRY("a/one", ",\"check\":\"first\""));
	check(NULL, NULL, 0, "a/one: 'second' fails too, and is not listed");
	of_a[1].level = LEVEL_MAY; /* that fails no case */
	check("r", NULL, 0, "");
	of_a[1].level = LEVEL_MUST;
	read_good(ENTRY("a/one", ""));
	check("r", NULL, 0, "");
}

static void t_over(void **state)
{
	(void)state;
	read_good(ENTRY("a/one", ",\"until\":\"" TODAY "\""));
	check("r", NULL, 0, "");
	read_good(ENTRY("a/one", ",\"until\":\"2026-06-14\""));
	check(NULL, NULL, 0, ":1: a/one counts again since 2026-06-14");
	results[0].verdict = VERDICT_PASS;
	of_a[0].verdict = VERDICT_PASS;
	check(NULL, NULL, 1, ":1: delete this entry: a/one passes");
}

static void t_open(void **state)
{
	(void)state;
	read_good(ENTRY("a/one", ",\"check\":\"second\""));
	of_a[1].verdict = VERDICT_UNDECIDED;
	check(NULL, NULL, 0, "");
	of_a[1].verdict = VERDICT_PASS;
	results[0].verdict = VERDICT_UNDECIDED;
	check(NULL, NULL, 0, "");
	results[0].verdict = VERDICT_SKIP;
	check(NULL, NULL, 0, "");
}

static void assert_written(const char *wanted)
{
	buf_reset(&notes);
	baseline_of(&run, &b, &notes);
	assert_string_equal(buf_str(&notes), wanted);
}

#define NEW "\"reason\": \"failed when this list was written\"}"

static void t_written(void **state)
{
	(void)state;
	assert_written(
		"{\"baseline\": [\n"
		"  {\"case\": \"a/one\", \"check\": \"first\", " NEW ",\n"
		"  {\"case\": \"b/two\", \"check\": \"first\", " NEW "\n]}\n");
	/* A check that fails twice is written once, one of level may not at
	 * all. */
	of_a[1] = (struct outcome){ .name = second,
				    .verdict = VERDICT_FAIL,
				    .level = LEVEL_MAY };
	of_a[2] = of_a[0];
	results[0].outcome_count = 3;
	results[1].verdict = VERDICT_UNDECIDED;
	read_good(ENTRY("a/one", ",\"check\":\"second\"") "," ENTRY(
		"a/one", ",\"check\":\"first\",\"until\":\"2027-01-31\""));
	assert_written("{\"baseline\": [\n"
		       "  {\"case\": \"a/one\", \"check\": \"first\", "
		       "\"reason\": \"r\", \"until\": \"2027-01-31\"}\n]}\n");
	of_a[1].level = LEVEL_MUST;
	assert_written("{\"baseline\": [\n"
		       "  {\"case\": \"a/one\", \"check\": \"first\", "
		       "\"reason\": \"r\", \"until\": \"2027-01-31\"},\n"
		       "  {\"case\": \"a/one\", \"check\": \"second\", "
		       "\"reason\": \"r\"}\n]}\n");
	results[0].verdict = VERDICT_PASS;
	assert_written("{\"baseline\": [\n]}\n");
}

static void t_fits(void **state)
{
	struct casefile files[] = { { .id = (char *)"a/new" }, { .id = id_b } };
	struct casefile *list[] = { &files[0], &files[1] };
	struct casebook book = { .list = list, .count = 2 };
	struct fail f = FAIL_INIT;

	(void)state;
	assert_int_equal(json_parse(&book.renamed, "renamed.json",
				    span_of("{\"a/one\": \"a/new\"}"), &f),
			 0);
	read_good("\n" ENTRY("b/two", "") ",\n " ENTRY("a/one", ""));
	if (baseline_fits(&b, &book, &f) < 0)
		fail_msg("%s", f.text);
	assert_string_equal(b.list[0].id, "b/two");
	assert_string_equal(b.list[1].id, "a/new");
	read_good("\n" ENTRY("b/two", "") ",\n " ENTRY("a/two", ""));
	assert_int_equal(baseline_fits(&b, &book, &f), -1);
	assert_string_equal(f.text + strlen(path),
			    ":3:2: no case 'a/two'; delete the entry, or "
			    "correct the id");
	json_free(book.renamed);
}

#define T(title, fn) \
	{ \
		title, fn, set_up, tear_down, NULL \
	}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		T("baseline: what is no baseline is refused, with its place",
		  t_refused),
		T("baseline: entries are read", t_read),
		T("baseline: entries are of cases that there are", t_fits),
		T("baseline: what is listed may fail", t_expected),
		T("baseline: a case fails by what is not listed", t_more_fails),
		T("baseline: after its day an entry counts no more", t_over),
		T("baseline: what is not decided deletes nothing", t_open),
		T("baseline: what fails is written, with the old reasons",
		  t_written),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("baseline", tests, NULL, NULL);
}
