/* ccprobe list: lists cases, or what they cover. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "probe/after/status.h"
#include "probe/command/command.h"
#include "probe/command/rows.h"
#include "formats/clientformat.h"
#include "probe/suite/coverage.h"
#include "probe/suite/place.h"
#include "probe/suite/choose/select.h"

struct list_options {
	bool help, json, coverage, strict;
	const char *suite, *client, *client_format;
};

static const struct option_row rows[] = {
	{ "json", OPTION_FLAG, offsetof(struct list_options, json), NULL,
	  "as a JSON array, with guards, needs and the lane" },
	{ "coverage", OPTION_FLAG, offsetof(struct list_options, coverage),
	  NULL,
	  "list requirements and failures instead (PATTERN chooses among their "
	  "ids), with their cases and the faults that make these cases fail" },
	{ "strict", OPTION_FLAG, offsetof(struct list_options, strict), NULL,
	  "with --coverage: exit 1 if one that must be guarded is not" },
	{ "client", OPTION_TEXT, offsetof(struct list_options, client),
	  "VERSION", "only cases for this release of Claude Code" },
	{ "client-format", OPTION_TEXT,
	  offsetof(struct list_options, client_format), "FORMAT",
	  "only cases for this format of the client: " CLIENTFORMAT_NAMES },
	ROW_SUITE(offsetof(struct list_options, suite)),
	ROW_HELP(offsetof(struct list_options, help)),
	{ .name = NULL },
};

static void print_table(struct casefile *const *list, size_t count)
{
	int width = 0;

	for (size_t i = 0; i < count; i++)
		if ((int)strlen(list[i]->id) > width)
			width = (int)strlen(list[i]->id);
	for (size_t i = 0; i < count; i++)
		printf("%-*s  %-6s  %-8s  %s%s\n", width, list[i]->id,
		       level_name(list[i]->level), effect_name(list[i]->effect),
		       list[i]->title,
		       list[i]->live   ? " (live)"
		       : list[i]->slow ? " (slow)"
				       : "");
}

static void add_text(struct buf *out, const char *key, const char *text)
{
	buf_addf(out, "\"%s\": ", key);
	jscan_quote(out, span_of(text));
}

static void add_words(struct buf *out, const char *key, char *const *words,
		      size_t count)
{
	buf_addf(out, ", \"%s\": [", key);
	for (size_t i = 0; i < count; i++) {
		if (i > 0)
			buf_add_text(out, ", ");
		jscan_quote(out, span_of(words[i]));
	}
	buf_add_byte(out, ']');
}

static void add_client(struct buf *out, const struct client_range *r)
{
	buf_add_text(out, ", \"client\": {");
	if (r->min != NULL)
		buf_addf(out, " \"min\": \"%s\"%s", r->min,
			 r->max != NULL ? "," : "");
	if (r->max != NULL)
		buf_addf(out, " \"max\": \"%s\"", r->max);
	buf_add_text(out, r->min != NULL || r->max != NULL ? " }" : "}");
}

static void print_json(struct casefile *const *list, size_t count)
{
	struct buf out = BUF_INIT(BUF_NO_LIMIT);

	for (size_t i = 0; i < count; i++) {
		const struct casefile *c = list[i];

		buf_add_text(&out, i > 0 ? ",\n  { " : "[\n  { ");
		add_text(&out, "id", c->id);
		buf_add_text(&out, ", ");
		add_text(&out, "level", level_name(c->level));
		buf_add_text(&out, ", ");
		add_text(&out, "effect", effect_name(c->effect));
		buf_add_text(&out, ", ");
		if (c->effect_reason != NULL) {
			add_text(&out, "effect_reason", c->effect_reason);
			buf_add_text(&out, ", ");
		}
		add_text(&out, "title", c->title);
		add_words(&out, "guards", c->guards, c->guard_count);
		add_words(&out, "needs", c->needs, c->need_count);
		add_client(&out, &c->client);
		buf_addf(&out,
			 ", \"client_format\": \"%s\", \"slow\": %s, "
			 "\"live\": %s, \"exclusive\": %s, "
			 "\"black_box\": %s }",
			 clientformat_of(c->client_format)->name,
			 c->slow ? "true" : "false", c->live ? "true" : "false",
			 c->exclusive ? "true" : "false",
			 c->black_box ? "true" : "false");
	}
	buf_add_text(&out, "\n]\n");
	fwrite(buf_str(&out), 1, out.len, stdout);
	buf_clear(&out);
}

/* Removes cases that are not for the client that was asked for. */
static size_t keep_fitting(const struct list_options *o, struct casefile **list,
			   size_t count)
{
	size_t kept = 0;

	for (size_t i = 0; i < count; i++)
		if (o->client == NULL || list[i]->not_for == NULL)
			list[kept++] = list[i];
	return kept;
}

static int read_book(struct casebook *book, const struct list_options *o,
		     const char *root, const struct option_list *patterns,
		     struct fail *f)
{
	struct casebook_values values = CASEBOOK_VALUES_INIT;

	values.client = o->client;
	return casebook_read(book, root, patterns, &values, f);
}

static int read_client_format(struct selection *s, const char *name,
			      struct fail *f)
{
	if (!name)
		return 0;
	s->client_format = clientformat_from(name);
	if (s->client_format != FORMAT_UNKNOWN)
		return 0;
	return fail_set(f, FAIL_USAGE,
			"--client-format: '%s' is none of " CLIENTFORMAT_NAMES,
			name);
}

static int list_cases(const struct list_options *o,
		      const struct option_list *patterns, struct fail *f)
{
	struct casebook book = { .list = NULL };
	struct selection s = { .patterns = patterns->list,
			       .pattern_count = patterns->count,
			       .level = LEVEL_MAY,
			       .slow = true,
			       .live = true };
	struct casefile **list = NULL;
	char *root = NULL;
	size_t count = 0;
	int rc = read_client_format(&s, o->client_format, f);

	if (rc == 0)
		rc = place_find(&root, o->suite, f);
	if (rc == 0)
		rc = read_book(&book, o, root,
			       patterns->count > 0 ? patterns : NULL, f);
	if (rc == 0)
		rc = select_cases(&list, &count, &book, &s, f);
	count = keep_fitting(o, list, count);
	if (rc == 0 && o->json)
		print_json(list, count);
	else if (rc == 0)
		print_table(list, count);
	free(list);
	free(root);
	casebook_clear(&book);
	return rc;
}

/* ---- coverage ---- */

static void print_coverage(const struct coverage_table *table, bool json)
{
	struct buf out = BUF_INIT(BUF_NO_LIMIT);

	if (json)
		coverage_write_json(table, &out);
	else
		coverage_write(table, &out);
	fwrite(buf_str(&out), 1, out.len, stdout);
	buf_clear(&out);
}

static int list_coverage(const struct list_options *o,
			 const struct option_list *patterns, size_t *gaps,
			 struct fail *f)
{
	struct casebook book = { .list = NULL };
	struct requirements known = { .list = NULL };
	struct faults faults = { .list = NULL };
	struct coverage_table table = { .list = NULL };
	char *root = NULL;
	int rc = -1;

	if (place_find(&root, o->suite, f) == 0 &&
	    read_book(&book, o, root, NULL, f) == 0 &&
	    requirements_read(&known, root, f) == 0 &&
	    faults_read(&faults, root, f) == 0 &&
	    coverage_make(&table, &known, &book, &faults, patterns, f) == 0) {
		print_coverage(&table, o->json);
		*gaps = table.gaps;
		rc = 0;
	}
	coverage_clear(&table);
	faults_clear(&faults);
	requirements_clear(&known);
	casebook_clear(&book);
	free(root);
	return rc;
}

static int help(void)
{
	struct buf text = BUF_INIT(BUF_NO_LIMIT);

	option_help(rows, &text);
	printf("usage: ccprobe list %s\n%s\n\n%s", cmd_list.usage,
	       cmd_list.brief, buf_str(&text));
	buf_clear(&text);
	return EXIT_CONFORMS;
}

static int status_of(const struct list_options *o,
		     const struct option_list *patterns, struct fail *f)
{
	size_t gaps = 0;

	if (o->help)
		return help();
	if (o->strict && !o->coverage) {
		fail_set(f, FAIL_USAGE, "--strict goes with --coverage");
		return EXIT_USAGE;
	}
	if (!o->coverage)
		return list_cases(o, patterns, f) < 0 ? EXIT_USAGE
						      : EXIT_CONFORMS;
	if (list_coverage(o, patterns, &gaps, f) < 0)
		return EXIT_USAGE;
	return o->strict && gaps > 0 ? EXIT_FAILS : EXIT_CONFORMS;
}

static int list_run(int argc, char **argv)
{
	struct list_options o = { .help = false };
	struct option_list patterns = { .list = NULL };
	struct fail f = FAIL_INIT;
	int status = EXIT_USAGE;

	if (option_parse(rows, argc, argv, &o, &patterns, &f) == 0)
		status = status_of(&o, &patterns, &f);
	if (f.code != FAIL_OK)
		fprintf(stderr, "ccprobe: %s\n", f.text);
	option_list_clear(&patterns);
	return status;
}

const struct command cmd_list = {
	.name = "list",
	.usage = "[options] [PATTERN...]",
	.brief = "the cases: id, level, effect and title",
	.rows = rows,
	.takes = TAKES_CASES,
	.run = list_run,
};
