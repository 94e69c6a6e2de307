/* Writes the changes for people: for a terminal, or as Markdown. */
#include <string.h>

#include "probe/drift/drift.h"
#include "wire/bytes/span.h"

#define NAMED 4 /* the most cases, requests or partners that are listed */

static const struct {
	const char *name, *title;
} kinds[] = {
	[DRIFT_REQUESTS] = { "requests", "Requests" },
	[DRIFT_RETRIES] = { "retries", "After a failure" },
	[DRIFT_ROUTE] = { "routes", "Routes" },
	[DRIFT_HEADER] = { "headers", "Header fields" },
	[DRIFT_BETA] = { "betas", "Betas" },
	[DRIFT_ROLE] = { "roles", "Roles" },
	[DRIFT_BLOCK] = { "blocks", "Block types" },
	[DRIFT_FIELD] = { "fields", "Fields" },
	[DRIFT_LIMIT] = { "limits", "Limits" },
	[DRIFT_TOOL] = { "tools", "Tools" },
	[DRIFT_SCHEMA] = { "schemas", "Schemas of tools" },
};

const char *drift_kind_name(enum drift_kind kind)
{
	return kinds[kind].name;
}

static const char *many(size_t n)
{
	return n == 1 ? "" : "s";
}

static void add_list(struct buf *out, const struct drift_list *l)
{
	size_t named = l->count > NAMED + 1 ? NAMED : l->count;

	for (size_t i = 0; i < named; i++)
		buf_addf(out, "%s%s", i > 0 ? ", " : "", l->list[i]);
	if (named < l->count)
		buf_addf(out, " and %zu more", l->count - named);
}

static void quote(struct buf *out, const char *text, bool markdown)
{
	buf_addf(out, markdown ? "`%s`" : "%s", text);
}

/* "+ NAME", "- NAME", "~ NAME: was became now" */
static void add_what(struct buf *out, const struct drift_change *c,
		     bool markdown)
{
	bool both = c->was != NULL && c->now != NULL;
	const char *value = c->now != NULL ? c->now : c->was;

	buf_addf(out, "%s%c ", markdown ? "- " : "  ",
		 both             ? '~'
		 : c->now != NULL ? '+'
				  : '-');
	quote(out, c->what, markdown);
	if (both) {
		buf_add_text(out, ": ");
		quote(out, c->was, markdown);
		buf_add_text(out, " became ");
		quote(out, c->now, markdown);
	} else if (value != NULL && *value != '\0') {
		buf_add_text(out, ": ");
		quote(out, value, markdown);
	}
}

static void add_change(struct buf *out, const struct drift *d,
		       const struct drift_change *c, bool markdown)
{
	const char *next = markdown ? "  \n  " : "\n      ";

	add_what(out, c, markdown);
	if (c->in.count > 0) {
		buf_addf(out, "%s%zu", next, c->in.count);
		/* Requests that came or went are not among the compared
		 * ones. */
		if (c->kind != DRIFT_REQUESTS)
			buf_addf(out, " of %zu", d->requests);
		buf_addf(out, " request%s: ",
			 many(c->kind == DRIFT_REQUESTS ? c->in.count
							: d->requests));
		add_list(out, &c->in);
	}
	if (c->with.count > 0) {
		buf_addf(out, "%stogether with ", next);
		add_list(out, &c->with);
	}
	if (c->cases.count > 0) {
		buf_addf(out, "%snamed by ", next);
		add_list(out, &c->cases);
	}
	if (c->senders > 0)
		buf_addf(out, "%ssent by %zu case%s", next, c->senders,
			 many(c->senders));
	buf_add_byte(out, '\n');
}

static void add_kind(struct buf *out, const struct drift *d,
		     enum drift_kind kind, bool markdown)
{
	bool first = true;

	for (size_t i = 0; i < d->count; i++) {
		if (d->changes[i].kind != kind)
			continue;
		if (first)
			buf_addf(out, markdown ? "\n## %s\n\n" : "\n%s\n",
				 kinds[kind].title);
		first = false;
		add_change(out, d, &d->changes[i], markdown);
	}
}

static void add_only(struct buf *out, const char *version,
		     const struct drift_list *l)
{
	if (l->count == 0)
		return;
	buf_addf(out, "Only %s has %zu scenario%s: ", version, l->count,
		 many(l->count));
	add_list(out, l);
	buf_add_byte(out, '\n');
}

void drift_write(const struct drift *d, bool markdown, struct buf *out)
{
	buf_addf(out, "%sClaude Code %s to %s%s", markdown ? "# " : "", d->old,
		 d->new, markdown ? "\n\n" : ": ");
	buf_addf(out, "%zu scenario%s, %zu request%s compared, %zu change%s\n",
		 d->compared.count, many(d->compared.count), d->requests,
		 many(d->requests), d->count, many(d->count));
	for (int kind = 0; kind < DRIFT_KINDS; kind++)
		add_kind(out, d, (enum drift_kind)kind, markdown);
	buf_add_byte(out, '\n');
	if (d->texts > 0)
		buf_addf(out, "Prose: %zu text%s changed in %zu request%s\n",
			 d->texts, many(d->texts), d->texts_in,
			 many(d->texts_in));
	else
		buf_add_text(out, "Prose: none changed\n");
	add_only(out, d->old, &d->only_old);
	add_only(out, d->new, &d->only_new);
}
