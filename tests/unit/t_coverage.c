/* Tests of probe/suite/coverage and faults: which requirements are guarded, and
 * which of their cases a fault fails. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>

#include "probe/suite/coverage.h"
#include "probe/suite/scratch.h"

#define REQUIREMENT(a, b, c) \
	.id = (char *)(a), .level = (char *)(b), .text = (char *)(c), \
	.source = (char *)""

static struct requirement rows[] = {
	{ REQUIREMENT("A-1", "must", "is guarded") },
	{ REQUIREMENT("A-2", "should", "has no proof") },
	{ REQUIREMENT("A-3", "must", "has no case") },
	{ REQUIREMENT("A-4", "failure", "has no case") },
	{ REQUIREMENT("A-5", "may", "has no case") },
	{ REQUIREMENT("A-6", "fact", "cannot be decided"),
	  .undecidable = (char *)"nobody sees it" },
	{ REQUIREMENT("B-1", "must", "is proven elsewhere"),
	  .proof = (char *)"results/x" },
};
static const struct requirements known = { .list = rows, .count = 7 };

static char *first[] = { (char *)"A-1", (char *)"A-2" };
static char *second[] = { (char *)"A-1" };
static char *third[] = { (char *)"B-1" };
static struct casefile cases[] = {
	{ .id = (char *)"a/x/1",
	  .path = (char *)"cases/a/x.json",
	  .guards = first,
	  .guard_count = 1 },
	{ .id = (char *)"a/x/2",
	  .path = (char *)"cases/a/x.json",
	  .guards = second,
	  .guard_count = 1 },
	{ .id = (char *)"a/y",
	  .path = (char *)"cases/a/y.json",
	  .guards = first,
	  .guard_count = 2 },
	{ .id = (char *)"a/z",
	  .path = (char *)"cases/a/z.json",
	  .guards = third,
	  .guard_count = 1 },
};
static struct casefile *list[] = { &cases[0], &cases[1], &cases[2], &cases[3] };
static const struct casebook book = { .list = list, .count = 4 };

static char *folder;

static int set_up(void **state)
{
	char path[4096];

	(void)state;
	assert_int_equal(scratch_new(&folder, NULL), 0);
	snprintf(path, sizeof(path), "%s/tests", folder);
	assert_int_equal(mkdir(path, 0700), 0);
	snprintf(path, sizeof(path), "%s/tests/faults", folder);
	return mkdir(path, 0700);
}

static int tear_down(void **state)
{
	(void)state;
	scratch_free(folder);
	return 0;
}

static int reads(struct faults *out, const char *text, struct fail *f)
{
	char path[4096];

	snprintf(path, sizeof(path), "%s/tests/faults", folder);
	assert_int_equal(
		scratch_write(path, "expected.txt", span_of(text), NULL), 0);
	return faults_read(out, folder, f);
}

static void t_faults(void **state)
{
	static const char *const wrong[] = { "a b", ": x", "# a\n\na:x\nb" };
	struct faults faults = { .list = NULL };
	struct fail f = FAIL_INIT;

	(void)state;
	assert_int_equal(faults_read(&faults, folder, &f), 0);
	assert_false(faults.known);
	assert_int_equal(faults.count, 0);
	assert_int_equal(reads(&faults,
			       "# comment\n\n one : a/x/1  a/y | area\n"
			       "two:a/z\nthree: |\n  # more\n",
			       &f),
			 0);
	assert_true(faults.known);
	assert_int_equal(faults.count, 3);
	assert_string_equal(faults.list[0].name, "one");
	assert_int_equal(faults.list[0].case_count, 2);
	assert_string_equal(faults.list[0].cases[0], "a/x/1");
	assert_string_equal(faults.list[0].cases[1], "a/y");
	assert_string_equal(faults.list[1].cases[0], "a/z");
	assert_int_equal(faults.list[2].case_count, 0);
	faults_clear(&faults);
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		f = (struct fail)FAIL_INIT;
		assert_int_equal(reads(&faults, wrong[i], &f), -1);
		assert_null(faults.list);
		assert_non_null(strstr(f.text, "not 'fault: case ... | area"));
	}
	assert_non_null(strstr(f.text, "expected.txt:4"));
}

static void is_table(const struct faults *faults, const char *pattern,
		     size_t gaps, const char *wanted, const char *json)
{
	struct option_list patterns = { .list = &pattern,
					.count = pattern != NULL };
	struct buf out = BUF_INIT(BUF_NO_LIMIT);
	struct coverage_table table;
	struct fail f = FAIL_INIT;

	if (coverage_make(&table, &known, &book, faults, &patterns, &f) < 0)
		fail_msg("%s", f.text);
	coverage_write(&table, &out);
	assert_string_equal(buf_str(&out), wanted);
	buf_reset(&out);
	coverage_write_json(&table, &out);
	if (json)
		assert_string_equal(buf_str(&out), json);
	assert_int_equal(table.gaps, gaps);
	coverage_clear(&table);
	buf_clear(&out);
}

static void t_tables(void **state)
{
	struct option_list patterns = { .list = NULL };
	struct faults none = { .known = false }, faults;
	const char *nothing = "C-*";
	struct coverage_table table;
	struct fail f = FAIL_INIT;

	(void)state;
	assert_int_equal(reads(&faults, "one: a/x/2\ntwo: a/x/1 a/x/2\n", &f),
			 0);
	is_table(
		&faults, NULL, 3,
		"Without a case\n"
		"  A-3         must     has no case\n"
		"  A-4         failure  has no case\n"
		"  A-5         may      has no case\n"
		"\n"
		"With cases that no fault has failed\n"
		"  A-2         should   a/y\n"
		"\n"
		"What no case can decide, and why\n"
		"  A-6         fact     nobody sees it\n"
		"\n"
		"Guarded\n"
		"  A-1         must     a/x/* (2), a/y\n"
		"                       failed by one, two\n"
		"  B-1         must     a/z\n"
		"                       not offered by ccgate; proof: "
		"results/x/result.json\n"
		"\n"
		"7 requirements and failures: 3 without a case, 1 that no "
		"fault proves, 1 that\n"
		"no case can decide, 2 guarded.\n",
		"[\n"
		"  { \"id\": \"A-3\", \"level\": \"must\", \"state\": "
		"\"uncovered\", \"text\": \"has no case\", \"cases\": [], "
		"\"faults\": [] },\n"
		"  { \"id\": \"A-4\", \"level\": \"failure\", \"state\": "
		"\"uncovered\", \"text\": \"has no case\", \"cases\": [], "
		"\"faults\": [] },\n"
		"  { \"id\": \"A-5\", \"level\": \"may\", \"state\": "
		"\"uncovered\", \"text\": \"has no case\", \"cases\": [], "
		"\"faults\": [] },\n"
		"  { \"id\": \"A-2\", \"level\": \"should\", \"state\": "
		"\"unproven\", \"text\": \"has no proof\", \"cases\": "
		"[\"a/y\"], \"faults\": [] },\n"
		"  { \"id\": \"A-6\", \"level\": \"fact\", \"state\": "
		"\"undecidable\", \"text\": \"cannot be decided\", "
		"\"undecidable\": \"nobody sees it\", \"cases\": [], "
		"\"faults\": [] },\n"
		"  { \"id\": \"A-1\", \"level\": \"must\", \"state\": "
		"\"covered\", \"text\": \"is guarded\", \"cases\": [\"a/x/1\", "
		"\"a/x/2\", \"a/y\"], \"faults\": [\"one\", \"two\"] },\n"
		"  { \"id\": \"B-1\", \"level\": \"must\", \"state\": "
		"\"covered\", \"text\": \"is proven elsewhere\", \"proof\": "
		"\"results/x\", \"cases\": [\"a/z\"], \"faults\": [] }\n"
		"]\n");
	is_table(&none, "A-2", 0,
		 "Guarded\n"
		 "  A-2         should   a/y\n"
		 "\n"
		 "1 requirements and failures: 0 without a case, 0 that no "
		 "fault proves, 0 that\n"
		 "no case can decide, 1 guarded; the suite has no "
		 "tests/faults/expected.txt, so nothing\n"
		 "is known of faults.\n",
		 NULL);
	is_table(&faults, "B-1", 0,
		 "Guarded\n"
		 "  B-1         must     a/z\n"
		 "                       not offered by ccgate; proof: "
		 "results/x/result.json\n"
		 "\n"
		 "1 requirements and failures: 0 without a case, 0 that no "
		 "fault proves, 0 that\n"
		 "no case can decide, 1 guarded.\n",
		 "[\n"
		 "  { \"id\": \"B-1\", \"level\": \"must\", \"state\": "
		 "\"covered\", \"text\": \"is proven elsewhere\", \"proof\": "
		 "\"results/x\", \"cases\": [\"a/z\"], \"faults\": [] }\n"
		 "]\n");
	faults_clear(&faults);
	assert_int_equal(reads(&faults, "one: a/z\n", &f), 0);
	is_table(&faults, "B-1", 0,
		 "Guarded\n"
		 "  B-1         must     a/z\n"
		 "                       not offered by ccgate; proof: "
		 "results/x/result.json\n"
		 "                       failed by one\n"
		 "\n"
		 "1 requirements and failures: 0 without a case, 0 that no "
		 "fault proves, 0 that\n"
		 "no case can decide, 1 guarded.\n",
		 NULL);
	patterns.list = &nothing;
	patterns.count = 1;
	assert_int_equal(
		coverage_make(&table, &known, &book, &faults, &patterns, &f),
		-1);
	assert_int_equal(f.code, FAIL_USAGE);
	assert_string_equal(f.text, "no requirement or failure matches 'C-*'");
	faults_clear(&faults);
}

#define TEST(title, fn) \
	{ \
		"coverage: " title, fn, set_up, tear_down, NULL \
	}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		TEST("the file of faults", t_faults),
		TEST("what is guarded and proven", t_tables),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("coverage", tests, NULL, NULL);
}
