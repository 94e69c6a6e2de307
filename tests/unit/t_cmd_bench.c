/* probe/command/bench: the options of `ccprobe bench`, and `ccprobe merge` of
 * made-up results. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "bench_kit.h"
#include "command_kit.h"

static int set_up(void **state)
{
	(void)state;
	command_kit_enter();
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	command_kit_leave();
	return 0;
}

/* Runs a command with words that blanks separate. */
static int run(const struct command *c, const char *line)
{
	char text[512], *argv[16] = { (char *)c->name }, *rest;
	int argc = 1;

	snprintf(text, sizeof(text), "%s", line);
	for (char *word = strtok_r(text, " ", &rest); word;
	     word = strtok_r(NULL, " ", &rest))
		argv[argc++] = word;
	return command_kit_run(c, argc, argv);
}

static void assert_text(const char *name, const char *wanted)
{
	size_t len;
	char *text;

	assert_int_equal(scratch_read(&text, &len, name, 1000000, NULL), 0);
	assert_string_equal(text, wanted);
	free(text);
}

/* ---- bench ---- */

#define FAIR \
	"--pairs 64 --each 3600000 --pace 3600000 --streams 1,20000,3,4 " \
	"--shard 64/64 "
#define NO_TIME(word) \
	"--soak: '" word "' is no duration, such as 90s, 10m or 2h"
#define NO_STREAMS \
	"--streams: up to 4 numbers from 1 to 20000, such as 512,4096"
#define NO_SHARD(word) "--shard: '" word "' is not K/N, such as 2/4 (up to 64)"
#define TWO(word) "'" word "': one gateway is measured at a time"

static void t_options(void **state)
{
	static const struct {
		const char *words, *message;
	} rows[] = {
		/* the largest that are taken, and what comes after them */
		{ FAIR "--soak 10", NO_TIME("10") },
		{ "--pairs 65", "--pairs: a number from 1 to 64" },
		{ "--pairs 0", "--pairs: a number from 1 to 64" },
		{ "--each 0", "--each: a number from 1 to 3600000" },
		{ "--each 3600001", "--each: a number from 1 to 3600000" },
		{ "--pace 0", "--pace: a number from 1 to 3600000" },
		{ "--pace 3600001", "--pace: a number from 1 to 3600000" },
		{ "--each 1 --pace 1 --pairs 1 --streams 1 --soak 1",
		  NO_TIME("1") },
		{ "--streams 20001", NO_STREAMS },
		{ "--streams 0", NO_STREAMS },
		{ "--streams 1,,2", NO_STREAMS },
		{ "--streams 1,2,3,4,5", NO_STREAMS },
		{ "--streams x", NO_STREAMS },
		{ "--shard 0/2", NO_SHARD("0/2") },
		{ "--shard 3/2", NO_SHARD("3/2") },
		{ "--shard 2", NO_SHARD("2") },
		{ "--shard 1/65", NO_SHARD("1/65") },
		{ "--shard /2", NO_SHARD("/2") },
		{ "--shard 1/", NO_SHARD("1/") },
		{ "--shard 1/4",
		  "--shard: 3 pairs cannot be divided by 4 (--pairs)" },
		{ "--shard 3/3 --soak 0s", NO_TIME("0s") },
		{ "--soak 1m --format html",
		  "--format: a soak is written as text or json" },
		{ "--soak 1m --format markdown",
		  "--format: a soak is written as text or json" },
		{ "--soak 1m --format text http://a http://b",
		  TWO("http://b") },
		{ "--soak 1m --format json http://a http://b",
		  TWO("http://b") },
		{ "--soak 1m http://a --gateway http://c", TWO("http://a") },
		{ "--format html http://a http://b", TWO("http://b") },
		{ "--format pdf",
		  "--format: 'pdf' is none of text, json, markdown and html" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char wanted[256];

		assert_int_equal(run(&cmd_bench, rows[i].words), 2);
		snprintf(wanted, sizeof(wanted), "ccprobe: %s\n",
			 rows[i].message);
		assert_text("err", wanted);
		assert_text("out", "");
	}
}

static void t_help(void **state)
{
	static const struct {
		const struct command *command;
		const char *begin, *option;
	} rows[] = {
		{ &cmd_bench,
		  "usage: ccprobe bench [options] [URL]\nmeasure what a "
		  "gateway "
		  "costs, compared with none\n\nStarts ccmock, ",
		  "--spread PERCENT" },
		{ &cmd_merge,
		  "usage: ccprobe merge [options] FILE...\nmerge the results "
		  "of "
		  "several benches\n\nEach FILE is ",
		  "--format FORMAT" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		size_t len;
		char *text;

		assert_int_equal(run(rows[i].command, "--help"), 0);
		assert_text("err", "");
		assert_int_equal(scratch_read(&text, &len, "out", 100000, NULL),
				 0);
		assert_true(span_starts(span_of(text), rows[i].begin));
		assert_non_null(strstr(text, rows[i].option));
		free(text);
	}
}

/* ---- merge ---- */

static void put_result(const char *name, const struct bench_result *r)
{
	struct buf text = BUF_INIT(BUF_NO_LIMIT);

	bench_json(r, &text);
	assert_int_equal(scratch_write(folder, name, buf_span(&text), NULL), 0);
	buf_clear(&text);
}

static void t_merge(void **state)
{
	static const struct {
		const char *words;
		void (*write)(const struct bench_result *r, struct buf *out);
	} rows[] = {
		{ "one two", bench_text },
		{ "--format text one two", bench_text },
		{ "--format json one two", bench_json },
		{ "two one --format markdown", bench_markdown },
		{ "--format html two one", bench_html },
	};
	struct bench_result all = { .name = NULL }, r;
	struct fail f = FAIL_INIT;

	(void)state;
	for (unsigned i = 1; i <= 2; i++) {
		bench_kit_make(&r, true);
		r.shard = i;
		r.shards = 2;
		put_result(i == 1 ? "one" : "two", &r);
		assert_int_equal(bench_merge(&all, &r, &f), 0);
		bench_clear(&r);
	}
	assert_int_equal(bench_merged(&all, &f), 0);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct buf wanted = BUF_INIT(BUF_NO_LIMIT);

		rows[i].write(&all, &wanted);
		assert_int_equal(run(&cmd_merge, rows[i].words), 0);
		assert_text("out", buf_str(&wanted));
		assert_text("err", "");
		buf_clear(&wanted);
	}
	bench_clear(&all);
}

static void t_not_merged(void **state)
{
	static const struct {
		const char *words, *message;
	} rows[] = {
		{ "two", "shard 1 of 2 is missing" },
		{ "two two", "two: shard 2 of 2 was there before" },
		{ "two none", "none: this is not what 'ccprobe bench --format "
			      "json' writes: "
			      "ccprobe_bench" },
		{ "nowhere", "nowhere: No such file or directory" },
		{ "", "name the files of 'ccprobe bench --format json'" },
		{ "--format pdf two",
		  "--format: 'pdf' is none of text, json, markdown and html" },
	};
	struct bench_result r;

	(void)state;
	bench_kit_make(&r, true);
	r.shard = r.shards = 2;
	put_result("two", &r);
	bench_clear(&r);
	assert_int_equal(scratch_write(folder, "none", span_of("{}"), NULL), 0);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char wanted[256];

		assert_int_equal(run(&cmd_merge, rows[i].words), 2);
		snprintf(wanted, sizeof(wanted), "ccprobe: %s\n",
			 rows[i].message);
		assert_text("err", wanted);
		assert_text("out", "");
	}
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		{ "bench: options", t_options, set_up, tear_down, NULL },
		{ "bench: help", t_help, set_up, tear_down, NULL },
		{ "merge: results", t_merge, set_up, tear_down, NULL },
		{ "merge: what cannot be merged", t_not_merged, set_up,
		  tear_down, NULL },
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("cmd_bench", tests, NULL, NULL);
}
