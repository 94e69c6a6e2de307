/* ccprobe lint: reads every case and says what is wrong with any of them. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "probe/command.h"
#include "probe/lint.h"
#include "wire/mem.h"
#include "wire/option.h"

struct lint_options {
	bool help;
	const char *suite;
};

static const struct option_row rows[] = {
	{ "suite", OPTION_TEXT, offsetof(struct lint_options, suite), "DIR",
	  "folder with cases/, fixtures/ and targets/" },
	{ "help", OPTION_FLAG, offsetof(struct lint_options, help), NULL,
	  "show this" },
	{ .name = NULL },
};

struct linting {
	struct casebook book;
	size_t files, errors, warnings;
};

static void on_error(void *arg, const char *line)
{
	struct linting *l = arg;

	l->errors++;
	fprintf(stderr, "%s\n", line);
}

static void on_warning(void *arg, const char *line)
{
	struct linting *l = arg;

	l->warnings++;
	fprintf(stderr, "%s\n", line);
}

static void read_file(struct linting *l, const char *path)
{
	struct fail f = FAIL_INIT;

	l->files++;
	if (casefile_read(&l->book, path, NULL, &f) < 0)
		on_error(l, f.text);
}

static int read_all(struct linting *l, struct fail *f)
{
	char **files = NULL;
	size_t count = 0;

	if (casebook_files(&files, &count, l->book.root, f) < 0)
		return -1;
	for (size_t i = 0; i < count; i++) {
		read_file(l, files[i]);
		free(files[i]);
	}
	free(files);
	return 0;
}

static int lint_all(struct linting *l, const struct option_list *paths,
		    struct fail *f)
{
	struct requirements known = { .list = NULL };
	int rc = requirements_read(&known, l->book.root, f);

	if (rc == 0 && paths->count == 0)
		rc = read_all(l, f);
	for (size_t i = 0; rc == 0 && i < paths->count; i++)
		read_file(l, paths->list[i]);
	if (rc == 0)
		lint_cases(&l->book, &known, on_error, l);
	if (rc == 0 && paths->count == 0)
		rc = lint_fixtures(&l->book, on_warning, l, f);
	requirements_clear(&known);
	return rc;
}

static const char *many(size_t n)
{
	return n == 1 ? "" : "s";
}

static int report(const struct linting *l)
{
	printf("%zu case%s in %zu file%s, ", l->book.count, many(l->book.count),
	       l->files, many(l->files));
	if (l->errors > 0)
		printf("%zu error%s", l->errors, many(l->errors));
	else
		fputs("no errors", stdout);
	if (l->warnings > 0)
		printf(", %zu warning%s", l->warnings, many(l->warnings));
	putchar('\n');
	return l->errors > 0 ? EXIT_USAGE : EXIT_CONFORMS;
}

static int help(void)
{
	struct buf text = BUF_INIT(BUF_NO_LIMIT);

	option_help(rows, &text);
	printf("usage: ccprobe lint %s\n%s\n\n%s", cmd_lint.usage,
	       cmd_lint.brief, buf_str(&text));
	buf_clear(&text);
	return EXIT_CONFORMS;
}

static int lint_run(int argc, char **argv)
{
	struct lint_options o = { .help = false };
	struct option_list paths = { .list = NULL };
	struct linting l = { .files = 0 };
	struct fail f = FAIL_INIT;
	int status = EXIT_USAGE;

	if (option_parse(rows, argc, argv, &o, &paths, &f) == 0) {
		l.book.root = suite_root(o.suite);
		if (o.help)
			status = help();
		else if (lint_all(&l, &paths, &f) == 0)
			status = report(&l);
	}
	if (f.code != FAIL_OK)
		fprintf(stderr, "ccprobe: %s\n", f.text);
	option_list_clear(&paths);
	casebook_clear(&l.book);
	return status;
}

const struct command cmd_lint = {
	.name = "lint",
	.usage = "[options] [FILE...]",
	.brief = "check case files: all of them, or those given",
	.run = lint_run,
};
