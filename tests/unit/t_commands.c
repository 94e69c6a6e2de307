/* Tests of probe/command: what commands say to a command line, where nothing is
 * started. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "command_kit.h"
#include "reports/verdict.h"

#define MOST 8
#define SUITE "--suite=" CCPROBE_SOURCE_DIR

static int set_up(void **state)
{
	(void)state;
	command_kit_enter();
	unsetenv("ANTHROPIC_AUTH_TOKEN");
	unsetenv("ANTHROPIC_API_KEY");
	unsetenv("CCPROBE_SUITE");
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	command_kit_leave();
	return 0;
}

struct row {
	const struct command *command;
	int status;
	const char *out, *err; /* what is in them; NULL: they are empty */
	const char *words[MOST];
};

static void has(const struct row *r, const char *file, const char *part)
{
	char *text;
	size_t len;

	assert_int_equal(scratch_read(&text, &len, file, 1 << 20, NULL), 0);
	if (part ? !strstr(text, part) : len > 0)
		fail_msg("%s %s: std%s: %s", r->command->name,
			 r->words[0] ? r->words[0] : "", file, text);
	free(text);
}

static void check(const struct row *rows, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		char *argv[MOST + 2] = { (char *)rows[i].command->name };
		int argc = 1, status;

		while (rows[i].words[argc - 1]) {
			argv[argc] = (char *)rows[i].words[argc - 1];
			argc++;
		}
		status = command_kit_run(rows[i].command, argc, argv);
		has(&rows[i], "out", rows[i].out);
		has(&rows[i], "err", rows[i].err);
		if (status != rows[i].status)
			fail_msg("%s %s: gives %d", rows[i].command->name,
				 argc > 1 ? argv[1] : "", status);
	}
}

#define CHECK(rows) check(rows, sizeof(rows) / sizeof((rows)[0]))
#define USAGE 2
#define UNDECIDED 3

static void t_help(void **state)
{
	static const struct row rows[] = {
		{ &cmd_list, 0, "usage: ccprobe list", NULL, { "--help" } },
		{ &cmd_lint, 0, "usage: ccprobe lint", NULL, { "--help" } },
		{ &cmd_explain,
		  0,
		  "usage: ccprobe explain",
		  NULL,
		  { "--help" } },
		{ &cmd_judge, 0, "usage: ccprobe judge", NULL, { "--help" } },
		{ &cmd_replay, 0, "usage: ccprobe replay", NULL, { "--help" } },
		{ &cmd_compare,
		  0,
		  "usage: ccprobe compare",
		  NULL,
		  { "--help" } },
		{ &cmd_doctor, 0, "usage: ccprobe doctor", NULL, { "--help" } },
		{ &cmd_bisect, 0, "usage: ccprobe bisect", NULL, { "--help" } },
		{ &cmd_init, 0, "usage: ccprobe init", NULL, { "--help" } },
		{ &cmd_record, 0, "usage: ccprobe record", NULL, { "--help" } },
		{ &cmd_drift, 0, "usage: ccprobe drift", NULL, { "--help" } },
		{ &cmd_matrix, 0, "usage: ccprobe matrix", NULL, { "--help" } },
		{ &cmd_run, 0, "usage: ccprobe run", NULL, { "--help" } },
	};

	(void)state;
	CHECK(rows);
}

static void t_record(void **state)
{
	static const struct row rows[] = {
		{ &cmd_record,
		  USAGE,
		  NULL,
		  "ccprobe: 'more' is no option; the folder is named with "
		  "--out\n",
		  { "--out=x", "more" } },
		{ &cmd_record,
		  USAGE,
		  NULL,
		  "ccprobe: give --out FOLDER",
		  { NULL } },
		{ &cmd_record,
		  USAGE,
		  NULL,
		  "ccprobe: give --out FOLDER",
		  { "--out=" } },
		{ &cmd_record,
		  USAGE,
		  NULL,
		  "ccprobe: --ca-file goes with --upstream\n",
		  { "--out=x", "--ca-file=a" } },
		{ &cmd_record,
		  USAGE,
		  NULL,
		  "ccprobe: --ca-file",
		  { "--out=x", "--upstream=https://h", "--ca-file=none" } },
	};

	(void)state;
	CHECK(rows);
}

static void t_matrix(void **state)
{
	static const struct row rows[] = {
		{ &cmd_matrix,
		  USAGE,
		  NULL,
		  "ccprobe: give a report of",
		  { NULL } },
		{ &cmd_matrix,
		  USAGE,
		  NULL,
		  "ccprobe: --reproduce needs --store\n",
		  { "--reproduce=x", "a.json" } },
		{ &cmd_matrix,
		  USAGE,
		  NULL,
		  "ccprobe: --store and --report exclude each other\n",
		  { "--store=x", "--report=html=y", "a.json" } },
		{ &cmd_matrix,
		  USAGE,
		  NULL,
		  "ccprobe: none.json",
		  { "none.json" } },
		{ &cmd_matrix,
		  USAGE,
		  NULL,
		  "ccprobe: ",
		  { "--report=hmtl=x", "none.json" } },
	};

	(void)state;
	CHECK(rows);
}

static void t_list(void **state)
{
	static const struct row rows[] = {
		{ &cmd_list, 0, "stream/ends", NULL, { "stream/ends", SUITE } },
		{ &cmd_list,
		  0,
		  "\"stream/ends\"",
		  NULL,
		  { "--json", "stream/ends", SUITE } },
		{ &cmd_list,
		  USAGE,
		  NULL,
		  "ccprobe: --client-format: 'chat' is none of messages, "
		  "bedrock or vertex\n",
		  { "--client-format=chat", SUITE } },
		{ &cmd_list,
		  USAGE,
		  NULL,
		  "are for another format of the client",
		  { "--client-format=bedrock", "stream/ends", SUITE } },
		{ &cmd_list,
		  0,
		  "cloud/",
		  NULL,
		  { "--client-format=bedrock", "cloud/*", SUITE } },
		{ &cmd_list,
		  USAGE,
		  NULL,
		  "ccprobe: none: no suite here",
		  { "--suite=none" } },
		{ &cmd_list,
		  USAGE,
		  NULL,
		  "ccprobe: no case matches",
		  { "stream/endz", SUITE } },
		{ &cmd_list, USAGE, NULL, "--strict", { "--strict", SUITE } },
		{ &cmd_list,
		  USAGE,
		  NULL,
		  "ccprobe: ",
		  { "--client=2.1.1", SUITE } },
		{ &cmd_explain,
		  USAGE,
		  NULL,
		  "ccprobe: none: no suite here",
		  { "--suite=none", "stream/ends" } },
		{ &cmd_explain,
		  0,
		  "stream/ends (",
		  NULL,
		  { "stream/ends", SUITE } },
		{ &cmd_explain,
		  0,
		  "stream/ends (",
		  NULL,
		  { "STREAM/ends", SUITE } },
	};

	(void)state;
	CHECK(rows);
}

static void t_stored(void **state)
{
	static const struct row rows[] = {
		{ &cmd_compare,
		  USAGE,
		  NULL,
		  "ccprobe: two reports are needed",
		  { NULL } },
		{ &cmd_compare,
		  USAGE,
		  NULL,
		  "ccprobe: two reports are needed",
		  { "a" } },
		{ &cmd_compare,
		  USAGE,
		  NULL,
		  "ccprobe: two reports are needed",
		  { "a", "b", "c" } },
		{ &cmd_compare,
		  USAGE,
		  NULL,
		  "ccprobe: --json and --markdown exclude each other\n",
		  { "--json", "--markdown", "a", "b" } },
		{ &cmd_compare,
		  USAGE,
		  NULL,
		  "ccprobe: a: No such file",
		  { "a", "b" } },
		{ &cmd_judge,
		  USAGE,
		  NULL,
		  "ccprobe: name the logs to judge",
		  { NULL } },
		{ &cmd_judge, USAGE, NULL, "none", { "none", SUITE } },
		{ &cmd_replay,
		  USAGE,
		  NULL,
		  "ccprobe: one CASE and --from RUN are needed\n",
		  { NULL } },
		{ &cmd_replay,
		  USAGE,
		  NULL,
		  "ccprobe: one CASE and --from RUN are needed\n",
		  { "a" } },
		{ &cmd_replay,
		  USAGE,
		  NULL,
		  "ccprobe: one CASE and --from RUN are needed\n",
		  { "--from=a", "a", "b" } },
		{ &cmd_replay,
		  USAGE,
		  NULL,
		  "ccprobe: one CASE and --from RUN are needed\n",
		  { "--from=a" } },
		{ &cmd_replay, USAGE, NULL, "none", { "--from=none", "a" } },
		{ &cmd_drift,
		  USAGE,
		  NULL,
		  "ccprobe: two releases are needed",
		  { NULL } },
		{ &cmd_drift,
		  USAGE,
		  NULL,
		  "ccprobe: two releases are needed",
		  { "2.1.1" } },
		{ &cmd_drift,
		  USAGE,
		  NULL,
		  "ccprobe: two releases are needed",
		  { "2.1.1", "2.1.2", "2.1.3" } },
		{ &cmd_drift,
		  USAGE,
		  NULL,
		  "ccprobe: '2.1' is not a release",
		  { "2.1", "2.1.332", SUITE } },
		{ &cmd_drift,
		  UNDECIDED,
		  NULL,
		  "ccprobe: no requests of '2.1.1' are recorded; there are: ",
		  { "2.1.332", "2.1.1", SUITE } },
	};

	(void)state;
	CHECK(rows);
}

static void t_bisect(void **state)
{
	static const struct row rows[] = {
		{ &cmd_bisect,
		  USAGE,
		  NULL,
		  "ccprobe: a REQUEST and a URL are needed",
		  { NULL } },
		{ &cmd_bisect,
		  USAGE,
		  NULL,
		  "ccprobe: a REQUEST and a URL are needed",
		  { "a" } },
		{ &cmd_bisect, USAGE, NULL, "ccprobe: ", { "a", "b", "c" } },
		{ &cmd_bisect,
		  USAGE,
		  NULL,
		  "ccprobe: --confirm: from 1 to ",
		  { "--confirm=0", "a", "http://h" } },
		{ &cmd_bisect,
		  USAGE,
		  NULL,
		  "ccprobe: --max-requests: from 3 ",
		  { "--confirm=3", "--max-requests=2", "a", "http://h" } },
		{ &cmd_bisect,
		  USAGE,
		  NULL,
		  "ccprobe: --timeout: 3600 at most\n",
		  { "--timeout=3601", "a", "http://h" } },
		{ &cmd_bisect,
		  USAGE,
		  NULL,
		  "ccprobe: --max-wait: 3600 at most\n",
		  { "--max-wait=3601", "a", "http://h" } },
		{ &cmd_bisect,
		  USAGE,
		  NULL,
		  "ccprobe: none",
		  { "none", "http://h", SUITE } },
	};

	(void)state;
	CHECK(rows);
}

static void t_init(void **state)
{
	static const struct row rows[] = {
		{ &cmd_init,
		  USAGE,
		  NULL,
		  "ccprobe: init needs --gateway URL",
		  { SUITE } },
		{ &cmd_init,
		  USAGE,
		  NULL,
		  "ccprobe: init takes no 'more'",
		  { "--gateway=http://h", "more", SUITE } },
	};
	static const struct row there[] = {
		{ &cmd_init,
		  USAGE,
		  NULL,
		  "ccprobe: ccprobe.json exists already",
		  { "--gateway=http://h", SUITE } },
	};

	(void)state;
	CHECK(rows);
	assert_int_equal(
		scratch_write(folder, "ccprobe.json", span_of("{}"), NULL), 0);
	CHECK(there);
}

#define TEST(title, fn) \
	{ \
		"commands: " title, fn, set_up, tear_down, NULL \
	}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		TEST("help", t_help),
		TEST("record", t_record),
		TEST("matrix", t_matrix),
		TEST("list and explain", t_list),
		TEST("what works with stored runs", t_stored),
		TEST("bisect", t_bisect),
		TEST("init", t_init),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("commands", tests, NULL, NULL);
}
