/* probe/suite/select and scratch: selecting cases; and scratch folders. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "probe/suite/choose/casenear.h"
#include "probe/suite/scratch.h"
#include "probe/suite/choose/select.h"

static char auth[] = "auth", errors[] = "errors";
static char a[] = "auth/key", b[] = "errors/kept/404", c[] = "errors/kept/529",
	    d[] = "errors/keptlong", e[] = "live/edit", live[] = "live";
static struct casefile cases[] = {
	{ .id = a, .area = auth, .level = LEVEL_MUST },
	{ .id = b, .area = errors, .level = LEVEL_SHOULD },
	{ .id = c, .area = errors, .level = LEVEL_MUST },
	{ .id = d, .area = errors, .level = LEVEL_MAY, .slow = true },
	{ .id = e, .area = live, .level = LEVEL_MAY, .live = true },
};
static struct casefile *list[] = { &cases[0], &cases[1], &cases[2], &cases[3],
				   &cases[4] };
static const struct casebook book = { .list = list, .count = 5 };

static char kept[] = "cloud/kept/bedrock", kept_too[] = "cloud/kept/vertex",
	    cloud[] = "cloud";
static struct casefile formats[] = {
	{ .id = a, .area = auth, .client_format = FORMAT_MESSAGES },
	{ .id = kept, .area = cloud, .client_format = FORMAT_BEDROCK },
	{ .id = kept_too, .area = cloud, .client_format = FORMAT_VERTEX },
};
static struct casefile *format_list[] = { &formats[0], &formats[1],
					  &formats[2] };
static const struct casebook format_book = { .list = format_list, .count = 3 };

/* What is chosen, or the complaint. */
static void check_book(const struct casebook *from, const struct selection *s,
		       const char *wanted)
{
	struct buf text = BUF_INIT(1000);
	struct casefile **chosen = NULL;
	struct fail f = FAIL_INIT;
	size_t count = 0;

	if (select_cases(&chosen, &count, from, s, &f) < 0) {
		assert_int_equal(f.code, FAIL_USAGE);
		assert_string_equal(f.text, wanted);
		return;
	}
	for (size_t i = 0; i < count; i++)
		buf_addf(&text, "%s%s", i > 0 ? " " : "", chosen[i]->id);
	assert_string_equal(buf_str(&text), wanted);
	buf_clear(&text);
	free(chosen);
}

static void check(const struct selection *s, const char *wanted)
{
	check_book(&book, s, wanted);
}

static void check_patterns(const char *one, const char *two, const char *wanted)
{
	const char *patterns[] = { one, two };

	check(&(struct selection){ .patterns = patterns,
				   .pattern_count = two ? 2 : 1,
				   .level = LEVEL_MAY },
	      wanted);
}

static void t_patterns(void **state)
{
	(void)state;
	check(&(struct selection){ .level = LEVEL_MAY },
	      "auth/key errors/kept/404 errors/kept/529");
	check_patterns("auth/key", NULL, "auth/key");
	check_patterns("errors/kept", NULL, "errors/kept/404 errors/kept/529");
	check_patterns("errors/kept//", "auth",
		       "auth/key errors/kept/404 errors/kept/529");
	check_patterns("*/529", NULL, "errors/kept/529");
	check_patterns("errors/kep", NULL,
		       "no case matches 'errors/kep'; did you mean "
		       "'errors/kept'?");
	check_patterns("auth", "nothing",
		       "no case matches 'nothing'; `ccprobe list` shows what "
		       "there is");
	check_patterns("errors/keptlong", NULL,
		       "the cases that match 'errors/keptlong' are slow; "
		       "--slow runs them");
	check_patterns("live", NULL,
		       "the cases that match 'live' run the real Claude Code; "
		       "--live runs them (docs/live.md)");
	check_patterns("/", NULL,
		       "no case matches '/'; `ccprobe list` shows what there "
		       "is");
}

static void t_left_out(void **state)
{
	const char *pattern = "errors", *excluded[] = { "*/404", "auth" };
	const char *only[] = { "auth/key", "errors/kept/529",
			       "errors/keptlong" };
	struct selection s = { .level = LEVEL_MAY,
			       .excluded = excluded,
			       .excluded_count = 2 };

	(void)state;
	check(&s, "errors/kept/529");
	s.excluded_count = 1;
	check(&s, "auth/key errors/kept/529");
	s.only = only;
	s.only_count = 3;
	check(&s, "auth/key errors/kept/529");
	s.only_count = 1;
	check(&s, "auth/key");
	s.only_count = 3;
	s.slow = true;
	s.patterns = &pattern;
	s.pattern_count = 1;
	check(&s, "errors/kept/529 errors/keptlong");
	excluded[0] = "errors";
	check(&s, "of the cases that failed none is left: the patterns or "
		  "--exclude leave all of them out");
	s.only = NULL;
	s.only_count = 0;
	check(&s, "no case matches 'errors' and the level and areas asked "
		  "for, without --exclude");
	s.pattern_count = 0;
	excluded[0] = "eror/*";
	check(&s, "no case matches 'eror/*'; did you mean 'errors/*'?");
	/* With patterns it may be about files that were not read. */
	s.pattern_count = 1;
	s.slow = false;
	check(&s, "errors/kept/404 errors/kept/529");
}

static void check_near(const char *pattern, const char *wanted)
{
	char *near = casenear_of(&book, pattern);

	if (wanted)
		assert_string_equal(near, wanted);
	else
		assert_null(near);
	free(near);
}

static void t_near(void **state)
{
	(void)state;
	check_near("error/*", "errors/*");
	check_near("ERRORS/*", "errors/*");
	check_near("eror", "errors");
	check_near("error/kept/529", "errors/kept/529");
	check_near("error/kpt/529", "errors/kept/529");
	check_near("errors/kept/teapot", "errors/kept");
	check_near("keptlong", "errors/keptlong");
	check_near("ketp", "errors/kept");
	check_near("Auth/Kye", "auth/key");
	check_near("errors/ketp/teapot", "errors/kept");
	check_near("/keptlong", NULL);
	check_near("auht/k*", "auth/k*");
	check_near("kye", "auth/key");
	check_near("nothing", NULL);
	check_near("*", NULL);
	check_near("", NULL);
}

static void t_level_and_patience(void **state)
{
	(void)state;
	check(&(struct selection){ .level = LEVEL_MUST },
	      "auth/key errors/kept/529");
	check(&(struct selection){ .level = LEVEL_SHOULD },
	      "auth/key errors/kept/404 errors/kept/529");
	check(&(struct selection){ .level = LEVEL_MAY, .slow = true },
	      "auth/key errors/kept/404 errors/kept/529 errors/keptlong");
	check(&(struct selection){ .level = LEVEL_MAY, .live = true },
	      "auth/key errors/kept/404 errors/kept/529 live/edit");
}

static void check_format(enum format format, const char *pattern,
			 const char *wanted)
{
	check_book(&format_book,
		   &(struct selection){ .patterns = &pattern,
					.pattern_count = pattern != NULL,
					.client_format = format },
		   wanted);
}

static void t_client_formats(void **state)
{
	(void)state;
	check_format(FORMAT_UNKNOWN, NULL,
		     "auth/key cloud/kept/bedrock cloud/kept/vertex");
	check_format(FORMAT_MESSAGES, NULL, "auth/key");
	check_format(FORMAT_BEDROCK, NULL, "cloud/kept/bedrock");
	check_format(FORMAT_VERTEX, "cloud/*", "cloud/kept/vertex");
	check_format(FORMAT_MESSAGES, "cloud/kept/vertex",
		     "the cases that match 'cloud/kept/vertex' are for another "
		     "format of the client; --client-format vertex runs them");
	check_format(
		FORMAT_BEDROCK, "auth",
		"the cases that match 'auth' are for another format of the "
		"client; --client-format messages runs them");
	check_format(FORMAT_BEDROCK, "none",
		     "no case matches 'none'; `ccprobe list` shows what there "
		     "is");
}

static void t_areas(void **state)
{
	const char *one[] = { "auth" }, *both[] = { "auth", "errors" };
	const char *none[] = { "auth", "timing" };
	const char *patterns[] = { "errors" };

	(void)state;
	check(&(struct selection){ .areas = one, .area_count = 1 }, "auth/key");
	check(&(struct selection){ .areas = both,
				   .area_count = 2,
				   .level = LEVEL_SHOULD },
	      "auth/key errors/kept/404 errors/kept/529");
	check(&(struct selection){ .areas = none, .area_count = 2 },
	      "no area 'timing'; there are: auth, errors, live");
	none[1] = "erors";
	check(&(struct selection){ .areas = none, .area_count = 2 },
	      "no area 'erors'; did you mean 'errors'?");
	one[0] = "timing";
	check(&(struct selection){ .areas = one, .area_count = 1 },
	      "no area 'timing'; there are: auth, errors, live");
	one[0] = "live";
	check(&(struct selection){ .areas = one,
				   .area_count = 1,
				   .level = LEVEL_MAY },
	      "the cases that match '*' run the real Claude Code; --live runs "
	      "them (docs/live.md)");
	one[0] = "auth";
	none[1] = "error";
	check(&(struct selection){ .areas = none, .area_count = 2 },
	      "no area 'error'; did you mean 'errors'?");
	check(&(struct selection){ .areas = one,
				   .area_count = 1,
				   .patterns = patterns,
				   .pattern_count = 1 },
	      "no case matches 'errors' and the level and areas asked for");
}

static void t_scratch(void **state)
{
	char *folder = NULL, path[4096];
	struct fail f = FAIL_INIT;
	struct stat st;

	(void)state;
	assert_int_equal(scratch_new(&folder, &f), 0);
	assert_int_equal(scratch_write(folder, "one", span_of("1"), &f), 0);
	assert_int_equal(scratch_write(folder, "two", span_of("2"), &f), 0);
	assert_int_equal(scratch_write(folder, "a/b", span_of("x"), &f), -1);
	assert_int_equal(scratch_write(folder, "..", span_of("x"), NULL), -1);
	snprintf(path, sizeof(path), "%s/below", folder);
	assert_int_equal(mkdir(path, 0700), 0);
	assert_int_equal(scratch_write(path, "three", span_of("3"), NULL), 0);
	snprintf(path, sizeof(path), "%s", folder);
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0700);
	scratch_free(folder);
	assert_int_equal(stat(path, &st), -1);
	scratch_free(NULL);
}

static bool is_there(const char *above, const char *name)
{
	char path[4096];

	snprintf(path, sizeof(path), "%s/%s", above, name);
	return access(path, F_OK) == 0;
}

static void make_folder(const char *above, const char *name, mode_t mode,
			bool owned)
{
	char path[4096];

	snprintf(path, sizeof(path), "%s/%s", above, name);
	assert_int_equal(mkdir(path, 0700), 0);
	if (owned)
		assert_int_equal(
			scratch_write(path, ".owner", span_of(""), NULL), 0);
	assert_int_equal(chmod(path, mode), 0);
}

/* Folders whose owners are gone are removed, and no others. */
static void t_dead(void **state)
{
	char *above = NULL, *one = NULL, *two = NULL, link[4096];
	int lock = -1, other = -1;
	struct fail f = FAIL_INIT;

	(void)state;
	assert_int_equal(scratch_new(&above, NULL), 0);
	setenv("TMPDIR", above, 1);
	make_folder(above, "ccprobe-dead01", 0700, true);
	make_folder(above, "ccprobe-open01", 0755, true);
	make_folder(above, "ccprobe-none01", 0700, false);
	make_folder(above, "ccprobe-longer1", 0700, true);
	make_folder(above, "ccprobf-dead01", 0700, true);
	make_folder(above, "linked", 0700, true);
	snprintf(link, sizeof(link), "%s/ccprobe-link01", above);
	assert_int_equal(symlink("linked", link), 0);
	assert_int_equal(scratch_own(&one, &lock, &f), 0);
	assert_true(lock >= 0);
	assert_true(is_there(one, ".owner"));
	assert_false(is_there(one, ".owner.new"));
	assert_int_equal(strncmp(one, above, strlen(above)), 0);
	assert_false(is_there(above, "ccprobe-dead01"));
	assert_true(is_there(above, "ccprobe-open01"));
	assert_true(is_there(above, "ccprobe-none01"));
	assert_true(is_there(above, "ccprobe-longer1"));
	assert_true(is_there(above, "ccprobf-dead01"));
	assert_true(is_there(above, "linked/.owner"));
	assert_true(is_there(above, "ccprobe-link01"));
	/* One whose owner is alive stays, for as long as it is. */
	assert_int_equal(scratch_own(&two, &other, &f), 0);
	close(other);
	scratch_free(two);
	assert_true(is_there(one, ".owner"));
	close(lock);
	assert_int_equal(scratch_own(&two, &other, &f), 0);
	assert_false(is_there(one, ""));
	close(other);
	scratch_free(two);
	free(one);
	assert_int_equal(scratch_write(link, "none/x", span_of(""), &f), -1);
	f = (struct fail)FAIL_INIT;
	snprintf(link, sizeof(link), "%s/none", above);
	assert_int_equal(scratch_write(link, "x", span_of(""), &f), -1);
	assert_int_equal(f.code, FAIL_SYSTEM);
	setenv("TMPDIR", link, 1);
	assert_int_equal(scratch_own(&two, &other, &f), -1);
	scratch_free(above);
	setenv("TMPDIR", "", 1);
	assert_int_equal(scratch_new(&above, NULL), 0);
	assert_int_equal(strncmp(above, "/tmp/ccprobe-", 13), 0);
	scratch_free(above);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		{ "select: globs, ids and folders", t_patterns, NULL, NULL,
		  NULL },
		{ "select: what is left out", t_left_out, NULL, NULL, NULL },
		{ "select: what may have been meant", t_near, NULL, NULL,
		  NULL },
		{ "select: levels from the top, slow ones when asked",
		  t_level_and_patience, NULL, NULL, NULL },
		{ "select: cases for one format of the client",
		  t_client_formats, NULL, NULL, NULL },
		{ "select: areas, and what there is instead", t_areas, NULL,
		  NULL, NULL },
		{ "scratch: all that is in it goes with it", t_scratch, NULL,
		  NULL, NULL },
		{ "scratch: what a killed process left", t_dead, NULL, NULL,
		  NULL },
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("select", tests, NULL, NULL);
}
