/* probe/command/guide: what ccprobe says about itself. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "probe/command/guide/guide.h"
#include "probe/suite/place.h"

static const struct option_row rows[] = { { .name = NULL } };
static const struct command one = {
	.name = "one", .usage = "[FILE]", .brief = "does this", .rows = rows
};
static const struct command another = {
	.name = "another", .usage = "", .brief = "does that", .rows = rows
};
static const struct command *const commands[] = { &one, &another, NULL };
static struct buf out = BUF_INIT(BUF_NO_LIMIT);

static int tear_down(void **state)
{
	(void)state;
	buf_clear(&out);
	return 0;
}

static void t_first(void **state)
{
	(void)state;
	guide_first(&out);
	assert_true(span_starts(buf_span(&out), "ccprobe tells whether"));
	assert_non_null(strstr(buf_str(&out), "\n    ccprobe doctor\n"));
}

static void t_commands(void **state)
{
	(void)state;
	guide_commands(commands, &out);
	assert_string_equal(
		buf_str(&out),
		"usage: ccprobe COMMAND [...]\n"
		"Does a gateway serve Claude Code as the Anthropic API would?\n"
		"\n"
		"  one        does this\n"
		"  another    does that\n"
		"\n"
		"`ccprobe help COMMAND` tells more. `ccprobe run` alone grades "
		"the bundled gateway.\n");
}

static void t_version(void **state)
{
	struct buf wanted = BUF_INIT(BUF_NO_LIMIT);
	char *programs = place_programs();

	(void)state;
	guide_version(false, &out);
	assert_string_equal(buf_str(&out), "ccprobe " CCPROBE_VERSION "\n");
	buf_reset(&out);
	setenv("CCPROBE_SUITE", "/no/such", 1);
	guide_version(true, &out);
	buf_addf(&wanted,
		 "ccprobe " CCPROBE_VERSION "\nprograms  %s\n"
		 "suite     /no/such (CCPROBE_SUITE): not there\n",
		 programs);
	assert_string_equal(buf_str(&out), buf_str(&wanted));
	buf_clear(&wanted);
	free(programs);
}

/* All commands are in it, and words of options; another form is none. */
static void t_manual(void **state)
{
	(void)state;
	assert_true(guide_manual(commands, "--man", &out));
	assert_non_null(strstr(buf_str(&out), "does this"));
	assert_non_null(strstr(buf_str(&out), "does that"));
	assert_non_null(strstr(buf_str(&out), "EXIT STATUS"));
	buf_reset(&out);
	assert_false(guide_manual(commands, "--nothing", &out));
}

#define T(title, fn) \
	{ \
		title, fn, NULL, tear_down, NULL \
	}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		T("guide: called alone", t_first),
		T("guide: the commands", t_commands),
		T("guide: the version, and where the suite is", t_version),
		T("guide: the manual", t_manual),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("guide", tests, NULL, NULL);
}
