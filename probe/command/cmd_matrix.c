/* ccprobe matrix: puts many results on one page. */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "probe/after/status.h"
#include "probe/command/command.h"
#include "probe/command/rows.h"
#include "probe/matrix/matrix.h"
#include "probe/suite/newfile.h"
#include "probe/suite/place.h"
#include "probe/suite/requirements.h"
#include "probe/suite/say.h"
#include "wire/bytes/folder.h"
#include "wire/bytes/mem.h"

#define FILES_LIMIT 1000

struct matrix_options {
	bool help;
	const char *store, *suite;
	struct matrix_filter filter;
	struct option_list reports, reproduce;
};

#define AT(member) offsetof(struct matrix_options, member)

static const struct option_row rows[] = {
	{ "report", OPTION_LIST, AT(reports), "FORMAT[=FILE]",
	  "html, json or markdown, into FILE or on stdout (markdown on "
	  "stdout)" },
	{ "gateway", OPTION_TEXT, AT(filter.gateway), "NAME",
	  "only gateways with this in their name: the history of one" },
	{ "area", OPTION_TEXT, AT(filter.area), "AREA",
	  "only cases of this area" },
	{ "duty", OPTION_TEXT, AT(filter.duty), "ID",
	  "only cases that guard this duty first, such as SSE-03" },
	{ "store", OPTION_TEXT, AT(store), "DIR",
	  "write the result file of each report into this folder instead" },
	{ "reproduce", OPTION_LIST, AT(reproduce), "COMMAND",
	  "with --store: a command that repeats the run, instead of the one in "
	  "the report; repeatable" },
	ROW_SUITE(AT(suite)),
	ROW_HELP(AT(help)),
	{ .name = NULL },
};

struct matrix_files {
	struct matrix_result *list;
	size_t count;
};

typedef void write_fn(const struct matrix *m, struct buf *out);

static const struct {
	const char *name;
	write_fn *write;
} formats[] = {
	{ "html", matrix_html_write },
	{ "json", matrix_json_write },
	{ "markdown", matrix_markdown_write },
};

static write_fn *format_of(struct span name, struct fail *f)
{
	for (size_t i = 0; i < sizeof(formats) / sizeof(formats[0]); i++)
		if (span_is(name, formats[i].name))
			return formats[i].write;
	fail_set(f, FAIL_USAGE,
		 "--report: no format '%.*s'; there are: html, json, markdown",
		 SPAN_ARG(span_first(name, 60)));
	return NULL;
}

/* ---- reading ---- */

static int read_file(struct matrix_files *r, const char *path, struct fail *f)
{
	if (r->count == FILES_LIMIT)
		return fail_set(f, FAIL_USAGE, "more than %d results",
				FILES_LIMIT);
	r->list = xrealloc(r->list, (r->count + 1) * sizeof(*r->list));
	if (matrix_result_read(&r->list[r->count], path, f) < 0)
		return -1;
	r->count++;
	return 0;
}

static int is_json_name(const struct dirent *e)
{
	return e->d_name[0] != '.' && span_ends(span_of(e->d_name), ".json");
}

static int read_folder(struct matrix_files *r, const char *path, struct fail *f)
{
	struct dirent **list = NULL;
	int count = scandir(path, &list, is_json_name, alphasort);
	int rc = count < 0 ? fail_errno(f, FAIL_USAGE, "%s", path) : 0;

	if (count == 0)
		rc = fail_set(f, FAIL_USAGE, "%s: there is no .json file in it",
			      path);
	for (int i = 0; i < count; i++) {
		struct buf name = BUF_INIT(BUF_NO_LIMIT);

		buf_addf(&name, "%s/%s", path, list[i]->d_name);
		if (rc == 0)
			rc = read_file(r, buf_str(&name), f);
		buf_clear(&name);
		free(list[i]);
	}
	free(list);
	return rc;
}

static int read_all(struct matrix_files *r, const struct option_list *paths,
		    struct fail *f)
{
	for (size_t i = 0; i < paths->count; i++) {
		struct stat s;
		int rc;

		if (stat(paths->list[i], &s) < 0)
			return fail_errno(f, FAIL_USAGE, "%s", paths->list[i]);
		rc = S_ISDIR(s.st_mode) ? read_folder(r, paths->list[i], f)
					: read_file(r, paths->list[i], f);
		if (rc < 0)
			return -1;
	}
	return 0;
}

/* ---- writing ---- */

static int write_report(const struct matrix *m, const char *asked,
			struct fail *f)
{
	struct buf text = BUF_INIT(BUF_NO_LIMIT);
	struct span rest = span_of(asked), name;
	write_fn *write;
	int rc = 0;

	span_split(&rest, '=', &name);
	write = format_of(name, f);
	if (!write)
		return -1;
	if (rest.at && rest.len == 0)
		return fail_set(f, FAIL_USAGE, "--report %s: a file is missing",
				asked);
	write(m, &text);
	if (rest.at)
		rc = newfile_write(rest.at, buf_span(&text), false, f);
	else
		fwrite(text.at, 1, text.len, stdout);
	buf_clear(&text);
	return rc;
}

static int write_reports(const struct matrix_options *o, struct matrix *m,
			 struct fail *f)
{
	int rc = 0;

	if (m->count == 0)
		return fail_set(
			f, FAIL_USAGE,
			"--gateway %s: no result has a gateway of this name",
			o->filter.gateway);
	if (m->duty_count == 0)
		return fail_set(f, FAIL_USAGE,
				"no result has a case of this area and duty; "
				"`ccprobe list` shows both");
	if (o->reports.count == 0)
		return write_report(m, "markdown", f);
	for (size_t i = 0; rc == 0 && i < o->reports.count; i++)
		rc = write_report(m, o->reports.list[i], f);
	return rc;
}

/* Rejects unknown formats before anything is read or written. */
static int check(const struct matrix_options *o,
		 const struct option_list *paths, struct fail *f)
{
	for (size_t i = 0; i < o->reports.count; i++) {
		struct span rest = span_of(o->reports.list[i]), name;

		span_split(&rest, '=', &name);
		if (!format_of(name, f))
			return -1;
	}
	if (o->store && o->reports.count > 0)
		return fail_set(f, FAIL_USAGE,
				"--store and --report exclude each other");
	if (o->reproduce.count > 0 && !o->store)
		return fail_set(f, FAIL_USAGE, "--reproduce needs --store");
	if (paths->count == 0)
		return fail_set(
			f, FAIL_USAGE,
			"give a report of `ccprobe run --report json=FILE`, a "
			"result file or a folder of them");
	return 0;
}

/* ---- result files ---- */

static int store_one(const struct matrix_options *o, struct matrix_result *r,
		     struct fail *f)
{
	struct buf path = BUF_INIT(BUF_NO_LIMIT), text = BUF_INIT(BUF_NO_LIMIT);
	int rc;

	if (o->reproduce.count > 0) {
		free(r->reproduce);
		r->reproduce =
			xcalloc(o->reproduce.count, sizeof(*r->reproduce));
		memcpy(r->reproduce, o->reproduce.list,
		       o->reproduce.count * sizeof(*r->reproduce));
		r->reproduce_count = o->reproduce.count;
	}
	if (r->reproduce_count == 0)
		return fail_set(f, FAIL_USAGE,
				"%s: an old report without its command; give "
				"it with --reproduce",
				r->path);
	buf_addf(&path, "%s/", o->store);
	matrix_result_name(r, &path);
	matrix_result_write(r, &text);
	rc = newfile_write(buf_str(&path), buf_span(&text), false, f);
	if (rc == 0)
		say(stdout, "%s\n", buf_str(&path));
	buf_clear(&path);
	buf_clear(&text);
	return rc;
}

static int store_all(const struct matrix_options *o, struct matrix_files *r,
		     struct fail *f)
{
	if (folder_make(o->store, f) < 0)
		return -1;
	for (size_t i = 0; i < r->count; i++)
		if (store_one(o, &r->list[i], f) < 0)
			return -1;
	return 0;
}

/* ---- the command ---- */

/* Without a suite the texts of duties are missing, which is no error. */
static int join(const struct matrix_options *o, struct matrix_files *r,
		struct fail *f)
{
	struct requirements known = { .list = NULL };
	struct fail unknown = FAIL_INIT;
	char *root = place_suite(o->suite);
	struct matrix m;
	int rc;

	if (requirements_read(&known, root, &unknown) < 0 && o->suite) {
		free(root);
		return fail_copy(f, &unknown);
	}
	matrix_join(&m, &r->list, &r->count, &o->filter);
	m.requirements = known.list;
	m.requirement_count = known.count;
	rc = write_reports(o, &m, f);
	matrix_clear(&m);
	requirements_clear(&known);
	free(root);
	return rc;
}

static int make(const struct matrix_options *o, const struct option_list *paths,
		struct fail *f)
{
	struct matrix_files r = { .list = NULL };
	int rc = check(o, paths, f);

	if (rc == 0)
		rc = read_all(&r, paths, f);
	if (rc == 0)
		rc = o->store ? store_all(o, &r, f) : join(o, &r, f);
	for (size_t i = 0; i < r.count; i++)
		matrix_result_clear(&r.list[i]);
	free(r.list);
	return rc;
}

static int help(void)
{
	struct buf b = BUF_INIT(BUF_NO_LIMIT);

	option_help(rows, &b);
	printf("usage: ccprobe matrix %s\n%s\n\n%s\nA file is a report of "
	       "`ccprobe run --report json=FILE` or a result of --store; see "
	       "docs/matrix.md.\nExit status: 0 written, 2 wrong usage or a "
	       "file that is no result.\n",
	       cmd_matrix.usage, cmd_matrix.brief, buf_str(&b));
	buf_clear(&b);
	return EXIT_CONFORMS;
}

static int matrix(int argc, char **argv)
{
	struct matrix_options o = { .help = false };
	struct option_list paths = { .list = NULL };
	struct fail f = FAIL_INIT;
	int status = EXIT_USAGE;

	if (option_parse(rows, argc, argv, &o, &paths, &f) == 0) {
		if (o.help)
			status = help();
		else if (make(&o, &paths, &f) == 0)
			status = EXIT_CONFORMS;
		else if (f.code == FAIL_SYSTEM)
			status = EXIT_UNDECIDED;
	}
	if (f.code != FAIL_OK)
		say(stderr, "ccprobe: %s\n", f.text);
	option_list_clear(&paths);
	option_list_clear(&o.reports);
	option_list_clear(&o.reproduce);
	return status;
}

const struct command cmd_matrix = {
	.name = "matrix",
	.usage = "[options] DIR|FILE...",
	.brief = "compare many gateways, versions and clients on one page",
	.rows = rows,
	.takes = TAKES_FILES,
	.run = matrix,
};
