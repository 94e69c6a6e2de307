/* ccprobe merge: merges several results of a bench into one. */
#include <stdio.h>

#include "probe/after/status.h"
#include "probe/bench/bench.h"
#include "probe/command/command.h"
#include "probe/command/rows.h"
#include "probe/suite/say.h"
#include "wire/bytes/load.h"

enum { FILE_LIMIT_BYTES = 64 * 1024 * 1024 };

struct merge_options {
	bool help;
	const char *format;
};

static const struct option_row rows[] = {
	{ "format", OPTION_TEXT, offsetof(struct merge_options, format),
	  "FORMAT", "text (default), json, markdown or html" },
	ROW_HELP(offsetof(struct merge_options, help)),
	{ .name = NULL },
};

static int help(void)
{
	struct buf text = BUF_INIT(BUF_NO_LIMIT);

	option_help(rows, &text);
	printf("usage: ccprobe merge %s\n%s\n\nEach FILE is a result of "
	       "`ccprobe bench --format json`: all shards of one bench, or "
	       "several runs of it.\nHistograms and values of pairs are added, "
	       "and the figures are worked out from the sums.\nExit status: 0 "
	       "merged, 2 wrong usage or files that do not belong "
	       "together.\n\n%s",
	       cmd_merge.usage, cmd_merge.brief, buf_str(&text));
	buf_clear(&text);
	return EXIT_CONFORMS;
}

/* An error names the file. */
static int add_file(struct bench_result *all, const char *path, struct fail *f)
{
	struct bench_result one = { .name = NULL };
	struct buf text = BUF_INIT(FILE_LIMIT_BYTES);
	struct fail why = FAIL_INIT;
	int rc = load_file(&text, path, FILE_LIMIT_BYTES, f);

	if (rc == 0 && (bench_read(buf_span(&text), &one, &why) < 0 ||
			bench_merge(all, &one, &why) < 0))
		rc = fail_set(f, FAIL_USAGE, "%s: %s", path, why.text);
	bench_clear(&one);
	buf_clear(&text);
	return rc;
}

static int merge(const struct merge_options *o, const struct option_list *files,
		 struct fail *f)
{
	const struct bench_form *form = bench_form(o->format, f);
	struct bench_result all = { .name = NULL };
	struct buf text = BUF_INIT(BUF_NO_LIMIT);
	int rc = form ? 0 : -1;

	if (rc == 0 && files->count == 0)
		rc = fail_set(
			f, FAIL_USAGE,
			"name the files of 'ccprobe bench --format json'");
	for (size_t i = 0; rc == 0 && i < files->count; i++)
		rc = add_file(&all, files->list[i], f);
	if (rc == 0)
		rc = bench_merged(&all, f);
	if (rc == 0) {
		form->write(&all, &text);
		say_text(stdout, &text);
	}
	buf_clear(&text);
	bench_clear(&all);
	return rc;
}

static int merge_main(int argc, char **argv)
{
	struct merge_options o = { .help = false };
	struct option_list files = { .list = NULL };
	struct fail f = FAIL_INIT;
	int status = EXIT_USAGE;

	if (option_parse(rows, argc, argv, &o, &files, &f) == 0) {
		if (o.help)
			status = help();
		else if (merge(&o, &files, &f) == 0)
			status = EXIT_CONFORMS;
	}
	if (f.code != FAIL_OK)
		say(stderr, "ccprobe: %s\n", f.text);
	option_list_clear(&files);
	return status;
}

const struct command cmd_merge = {
	.name = "merge",
	.usage = "[options] FILE...",
	.brief = "merge the results of several benches",
	.rows = rows,
	.takes = TAKES_FILES,
	.run = merge_main,
};
