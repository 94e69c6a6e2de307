/* ccprobe lint: reads all cases and reports what is wrong with them. */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "probe/after/status.h"
#include "probe/command/command.h"
#include "probe/command/rows.h"
#include "probe/matrix/matrix.h"
#include "probe/suite/lint.h"
#include "probe/suite/place.h"
#include "wire/bytes/mem.h"

struct lint_options {
	bool help;
	const char *suite, *client;
};

static const struct option_row rows[] = {
	{ "client", OPTION_TEXT, offsetof(struct lint_options, client),
	  "VERSION", "with this release of Claude Code only; else with all" },
	ROW_SUITE(offsetof(struct lint_options, suite)),
	ROW_HELP(offsetof(struct lint_options, help)),
	{ .name = NULL },
};

struct linting {
	char *root;
	const struct option_list *paths; /* of cases; none: all of the suite */
	struct casebook *books; /* one for each client */
	size_t book_count;
	const char *older; /* the client being checked, unless it is the
			      first */
	struct buf told; /* the errors reported so far, a line each */
	size_t files, results, errors, warnings;
};

/* An error that several clients have is reported once, for the newest. */
static void on_error(void *arg, const char *line)
{
	struct linting *l = arg;
	struct buf whole = BUF_INIT(BUF_NO_LIMIT);

	buf_addf(&whole, "\n%s\n", line);
	if (span_find(buf_span(&l->told), buf_span(&whole)) == SIZE_MAX) {
		buf_add_span(&l->told, buf_span(&whole));
		l->errors++;
		fputs(line, stderr);
		if (l->older != NULL)
			fprintf(stderr, " (with Claude Code %s)", l->older);
		fputc('\n', stderr);
	}
	buf_clear(&whole);
}

static void on_warning(void *arg, const char *line)
{
	struct linting *l = arg;

	l->warnings++;
	fprintf(stderr, "%s\n", line);
}

static void read_files(struct linting *l, struct casebook *book,
		       const char *client, const char *const *files,
		       size_t count)
{
	struct casebook_values values = CASEBOOK_VALUES_INIT;

	values.client = client;
	for (size_t i = 0; i < count; i++) {
		struct fail f = FAIL_INIT;

		if (casefile_read(book, files[i], &values, &f) < 0)
			on_error(l, f.text);
	}
	l->files = count;
}

static int read_all(struct linting *l, struct casebook *book,
		    const char *client, struct fail *f)
{
	char **files = NULL;
	size_t count = 0;

	if (casebook_files(&files, &count, l->root, f) < 0)
		return -1;
	read_files(l, book, client, (const char *const *)files, count);
	for (size_t i = 0; i < count; i++)
		free(files[i]);
	free(files);
	return 0;
}

static int lint_client(struct linting *l, const char *client,
		       const struct requirements *known, struct fail *f)
{
	struct casebook *book = &l->books[l->book_count++];

	book->root = xstrdup(l->root);
	l->older = l->book_count > 1 ? client : NULL;
	if (l->paths->count > 0)
		read_files(l, book, client, l->paths->list, l->paths->count);
	else if (read_all(l, book, client, f) < 0)
		return -1;
	lint_cases(book, known, on_error, l);
	return 0;
}

/* The newest client comes first, so that errors of all clients are reported for
 * it. */
static int lint_clients(struct linting *l, const struct clients *clients,
			const char *only, const struct requirements *known,
			struct fail *f)
{
	const char *chosen;

	if (clients_choose(&chosen, clients, only, f) < 0)
		return -1;
	l->books = xcalloc(clients->count, sizeof(*l->books));
	if (only != NULL || clients->count == 0)
		return lint_client(l, chosen, known, f);
	for (size_t i = clients->count; i-- > 0;)
		if (lint_client(l, clients->list[i], known, f) < 0)
			return -1;
	return 0;
}

/* ---- result files of `ccprobe matrix --store` ---- */

static void lint_result(struct linting *l, const char *path)
{
	struct fail f = FAIL_INIT;

	l->results++;
	if (matrix_result_lint(path, &f) < 0)
		on_error(l, f.text);
}

static int is_json_name(const struct dirent *e)
{
	return e->d_name[0] != '.' && span_ends(span_of(e->d_name), ".json");
}

/* Checks the result files of the suite, which may have none. */
static void lint_results(struct linting *l)
{
	struct buf path = BUF_INIT(BUF_NO_LIMIT);
	struct dirent **list = NULL;
	int count;

	buf_addf(&path, "%s/docs/matrix/results", l->root);
	count = scandir(buf_str(&path), &list, is_json_name, alphasort);
	for (int i = 0; i < count; i++) {
		buf_reset(&path);
		buf_addf(&path, "%s/docs/matrix/results/%s", l->root,
			 list[i]->d_name);
		lint_result(l, buf_str(&path));
		free(list[i]);
	}
	free(list);
	buf_clear(&path);
}

/* Checks the result files among the paths, and removes them from the list. */
static void lint_given(struct linting *l, struct option_list *paths)
{
	size_t kept = 0;

	for (size_t i = 0; i < paths->count; i++) {
		if (matrix_result_is_short(paths->list[i]))
			lint_result(l, paths->list[i]);
		else
			paths->list[kept++] = paths->list[i];
	}
	paths->count = kept;
}

static int lint_all(struct linting *l, const char *client, struct fail *f)
{
	struct requirements known = { .list = NULL };
	struct clients clients = { .list = NULL };
	int rc = requirements_read(&known, l->root, f);

	if (rc == 0)
		rc = clients_read(&clients, l->root, f);
	if (rc == 0)
		rc = lint_clients(l, &clients, client, &known, f);
	if (rc == 0 && l->paths->count == 0 && client == NULL)
		rc = lint_fixtures(l->root, l->books, l->book_count, on_warning,
				   l, f);
	l->older = NULL;
	if (rc == 0 && l->paths->count == 0)
		rc = lint_private(l->root, on_error, l, f);
	if (rc == 0 && l->paths->count == 0)
		lint_results(l);
	clients_clear(&clients);
	requirements_clear(&known);
	return rc;
}

static const char *many(size_t n)
{
	return n == 1 ? "" : "s";
}

static int report(const struct linting *l)
{
	size_t cases = l->book_count > 0 ? l->books[0].count : 0;

	if (l->book_count > 0)
		printf("%zu case%s in %zu file%s", cases, many(cases), l->files,
		       many(l->files));
	if (l->book_count > 1)
		printf(", for %zu clients", l->book_count);
	if (l->results > 0)
		printf("%s%zu result file%s", l->book_count > 0 ? ", " : "",
		       l->results, many(l->results));
	fputs(", ", stdout);
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
	struct linting l = { .paths = &paths, .told = BUF_INIT(BUF_NO_LIMIT) };
	struct fail f = FAIL_INIT;
	int status = EXIT_USAGE;

	if (option_parse(rows, argc, argv, &o, &paths, &f) == 0) {
		l.root = place_suite(o.suite);
		if (!o.help)
			lint_given(&l, &paths);
		if (o.help)
			status = help();
		else if (l.results > 0 && paths.count == 0)
			status = report(&l);
		else if (lint_all(&l, o.client, &f) == 0)
			status = report(&l);
	}
	if (f.code != FAIL_OK)
		fprintf(stderr, "ccprobe: %s\n", f.text);
	option_list_clear(&paths);
	for (size_t i = 0; i < l.book_count; i++)
		casebook_clear(&l.books[i]);
	free(l.books);
	free(l.root);
	buf_clear(&l.told);
	return status;
}

const struct command cmd_lint = {
	.name = "lint",
	.usage = "[options] [FILE...]",
	.brief = "check case and result files: all of them, or those given",
	.rows = rows,
	.takes = TAKES_FILES,
	.run = lint_run,
};
