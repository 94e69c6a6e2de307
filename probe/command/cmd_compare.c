/* ccprobe compare: shows what changed between two gateways, or two versions. */
#include <stdio.h>
#include <string.h>

#include "probe/after/changes.h"
#include "probe/after/status.h"
#include "probe/command/command.h"
#include "probe/command/rows.h"
#include "probe/suite/say.h"

struct compare_options {
	bool help, json, markdown;
};

static const struct option_row rows[] = {
	{ "json", OPTION_FLAG, offsetof(struct compare_options, json), NULL,
	  "print it as JSON" },
	{ "markdown", OPTION_FLAG, offsetof(struct compare_options, markdown),
	  NULL, "print it as Markdown, for a pull request" },
	ROW_HELP(offsetof(struct compare_options, help)),
	{ .name = NULL },
};

static int compare_files(const struct compare_options *o, const char *old,
			 const char *new, struct fail *f)
{
	struct stored_report was = { .path = NULL }, is = { .path = NULL };
	struct buf text = BUF_INIT(BUF_NO_LIMIT);
	struct changes c;
	int status = EXIT_USAGE;

	if (stored_report_read(&was, old, f) == 0 &&
	    stored_report_read(&is, new, f) == 0) {
		changes_of(&c, &was, &is);
		if (o->json)
			changes_write_json(&c, &was, &is, &text);
		else if (o->markdown)
			changes_write_markdown(&c, &was, &is, &text);
		else
			changes_write(&c, &was, &is, &text);
		say_text(stdout, &text);
		status = c.count > 0 ? EXIT_FAILS : EXIT_CONFORMS;
		changes_clear(&c);
	}
	buf_clear(&text);
	stored_report_clear(&was);
	stored_report_clear(&is);
	return status;
}

static int help(void)
{
	struct buf b = BUF_INIT(BUF_NO_LIMIT);

	option_help(rows, &b);
	printf("usage: ccprobe compare %s\n%s\n\n%s\nBoth files are reports "
	       "that `ccprobe run --report json=FILE` has written. Exit "
	       "status:\n"
	       "0 no case differs, 1 at least one case differs, 2 wrong usage "
	       "or a file that is no such report.\n",
	       cmd_compare.usage, cmd_compare.brief, buf_str(&b));
	buf_clear(&b);
	return EXIT_CONFORMS;
}

static int compare(int argc, char **argv)
{
	struct compare_options o = { .help = false };
	struct option_list files = { .list = NULL };
	struct fail f = FAIL_INIT;
	int status = EXIT_USAGE;

	if (option_parse(rows, argc, argv, &o, &files, &f) == 0) {
		if (o.help)
			status = help();
		else if (o.json && o.markdown)
			fail_set(&f, FAIL_USAGE,
				 "--json and --markdown exclude each other");
		else if (files.count != 2)
			fail_set(&f, FAIL_USAGE,
				 "two reports are needed: ccprobe compare "
				 "OLD.json NEW.json");
		else
			status = compare_files(&o, files.list[0], files.list[1],
					       &f);
	}
	if (f.code != FAIL_OK)
		say(stderr, "ccprobe: %s\n", f.text);
	option_list_clear(&files);
	return status;
}

const struct command cmd_compare = {
	.name = "compare",
	.usage = "[--json | --markdown] A.json B.json",
	.brief = "what changed between two reports",
	.rows = rows,
	.takes = TAKES_FILES,
	.run = compare,
};
