/* Tests of probe/suite: where the suite is, and its requirements. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>

#include "probe/suite/place.h"
#include "probe/suite/requirements.h"
#include "probe/suite/scratch.h"

static char *folder, cases[4096];

static int set_up(void **state)
{
	(void)state;
	unsetenv("CCPROBE_SUITE");
	assert_int_equal(scratch_new(&folder, NULL), 0);
	snprintf(cases, sizeof(cases), "%s/cases", folder);
	return mkdir(cases, 0700);
}

static int tear_down(void **state)
{
	(void)state;
	unsetenv("CCPROBE_SUITE");
	scratch_free(folder);
	return 0;
}

static int reads(struct requirements *out, const char *text, struct fail *f)
{
	assert_int_equal(
		scratch_write(cases, "requirements.json", span_of(text), NULL),
		0);
	return requirements_read(out, folder, f);
}

#define ROW(id, level, more) \
	"{\"id\":\"" id "\",\"level\":\"" level \
	"\",\"text\":\"t\",\"source\":\"\"" more "}"
#define ROWS(rows) "{\"requirements\":[" rows "]}"

static void t_reads(void **state)
{
	struct requirements r = { .list = NULL };
	struct fail f = FAIL_INIT;

	(void)state;
	assert_int_equal(
		reads(&r,
		      ROWS(ROW("A-1", "must", ",\"undecidable\":\"u\"") "," ROW(
			      "A-2", "should",
			      ",\"proof\":\"p\"") "," ROW("A-3", "may",
							  "") "," ROW("A-4",
								      "fact",
								      "") "," ROW("A-5",
										  "failure",
										  "")),
		      &f),
		0);
	assert_int_equal(r.count, 5);
	assert_string_equal(r.list[0].undecidable, "u");
	assert_null(r.list[0].proof);
	assert_null(r.list[1].undecidable);
	assert_string_equal(r.list[1].proof, "p");
	assert_string_equal(r.list[4].level, "failure");
	assert_string_equal(r.list[4].text, "t");
	assert_string_equal(r.list[4].source, "");
	assert_ptr_equal(requirements_find(&r, "A-2"), &r.list[1]);
	assert_null(requirements_find(&r, "A"));
	assert_string_equal(requirements_nearest(&r, "a-5"), "A-5");
	assert_null(requirements_nearest(&r, "nothing like it"));
	requirements_clear(&r);
	assert_int_equal(r.count, 0);
}

static void t_wrong(void **state)
{
	static const char *const rows[][2] = {
		{ "[]", "" },
		{ "{}",
		  "requirements.json:1:1: key 'requirements' is missing" },
		{ "{\"requirements\":[],\"x\":1}", "unknown key 'x'" },
		{ ROWS("5"), "requirements.json:1:18: " },
		{ ROWS(ROW("", "must", "")), "key 'id' may not be empty" },
		{ ROWS(ROW("A", "most", "")), "unknown level 'most'" },
		{ ROWS(ROW("A", "must", ",\"proof\":\"\"")),
		  "key 'proof' may not be empty" },
		{ ROWS(ROW("A", "must", ",\"undecidable\":\"\"")),
		  "key 'undecidable' may not be empty" },
		{ ROWS(ROW("A", "must", "") "," ROW("A", "may", "")),
		  "a second requirement 'A'" },
		{ ROWS("{\"id\":\"A\",\"text\":\"t\",\"source\":\"\"}"),
		  "key 'level' is missing" },
		{ ROWS("{\"id\":\"A\",\"level\":\"may\",\"source\":\"\"}"),
		  "key 'text' is missing" },
		{ ROWS("{\"id\":\"A\",\"level\":\"may\",\"text\":\"t\"}"),
		  "key 'source' is missing" },
		{ ROWS("{\"level\":\"may\",\"text\":\"t\",\"source\":\"\"}"),
		  "key 'id' is missing" },
		{ ROWS("{\"id\":\"A\",\"level\":\"may\",\"text\":\"\","
		       "\"source\":\"\"}"),
		  "key 'text' may not be empty" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct requirements r = { .count = 7 };
		struct fail f = FAIL_INIT;

		assert_int_equal(reads(&r, rows[i][0], &f), -1);
		assert_int_equal(r.count, 7);
		if (strstr(f.text, rows[i][1]) == NULL)
			fail_msg("%s: %s", rows[i][0], f.text);
	}
}

static void t_places(void **state)
{
	struct fail f = FAIL_INIT;
	char *programs = place_programs(), *found = NULL;

	(void)state;
	assert_true(span_ends(span_of(programs), "/unit"));
	free(programs);
	found = place_suite(NULL);
	assert_string_equal(found, CCPROBE_SOURCE_DIR);
	assert_string_equal(place_reason(), "the source of this build");
	free(found);
	assert_int_equal(place_find(&found, folder, &f), 0);
	assert_string_equal(found, folder);
	free(found);
	assert_int_equal(place_find(&found, cases, &f), -1);
	assert_int_equal(f.code, FAIL_USAGE);
	assert_non_null(strstr(f.text, "/cases: no suite here"));
	free(found);
	setenv("CCPROBE_SUITE", folder, 1);
	found = place_suite(NULL);
	assert_string_equal(found, folder);
	assert_string_equal(place_reason(), "CCPROBE_SUITE");
	free(found);
	setenv("CCPROBE_SUITE", "", 1);
	assert_string_equal(place_reason(), "the source of this build");
}

#define TEST(title, fn) \
	{ \
		title, fn, set_up, tear_down, NULL \
	}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		TEST("requirements: are read", t_reads),
		TEST("requirements: wrong ones", t_wrong),
		TEST("place: the suite that belongs to a program", t_places),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("requirements", tests, NULL, NULL);
}
