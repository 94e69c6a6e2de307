/* Compares two reports, whose cases are in order of id, and writes what
 * changed. */
#include "probe/after/changes.h"

#include <stdlib.h>
#include <string.h>

#include "wire/bytes/mem.h"

static const struct {
	const char *name, *title;
} kinds[CHANGE_COUNT] = {
	[CHANGE_FAILS] = { "newly_failing", "fails now" },
	[CHANGE_PASSES] = { "newly_passing", "passes now" },
	[CHANGE_VERDICT] = { "other_verdict", "another verdict" },
	[CHANGE_CHECKS] = { "other_checks", "the same verdict, other checks" },
	[CHANGE_ONLY_OLD] = { "only_old", "only in the first" },
	[CHANGE_ONLY_NEW] = { "only_new", "only in the second" },
};

/* ---- finding them ---- */

/* The verdict that `c` has for the i-th check of `other`; NULL: it has no such
 * check. Several checks may have one name: the second of them is compared with
 * the second. */
static const char *verdict_of(const struct stored_case *c,
			      const struct stored_case *other, size_t i)
{
	const char *name = other->checks[i].name;
	size_t before = 0;

	for (size_t k = 0; k < i; k++)
		before += strcmp(other->checks[k].name, name) == 0;
	for (size_t k = 0; k < c->check_count; k++)
		if (strcmp(c->checks[k].name, name) == 0 && before-- == 0)
			return c->checks[k].verdict;
	return NULL;
}

/* Whether `to` has another verdict than `from` for the i-th check of `from`.
 * *other is the verdict in `to`; NULL: it has no such check. */
static bool is_check_changed(const struct stored_case *from,
			     const struct stored_case *to, size_t i,
			     const char **other)
{
	*other = verdict_of(to, from, i);
	return *other == NULL || strcmp(*other, from->checks[i].verdict) != 0;
}

static bool have_same_checks(const struct stored_case *was,
			     const struct stored_case *is)
{
	const char *other;

	for (size_t i = 0; i < was->check_count; i++)
		if (is_check_changed(was, is, i, &other))
			return false;
	for (size_t i = 0; i < is->check_count; i++)
		if (verdict_of(was, is, i) == NULL)
			return false;
	return true;
}

static bool kind_of(const struct stored_case *was, const struct stored_case *is,
		    enum change_kind *out)
{
	if (strcmp(was->verdict, is->verdict) == 0) {
		*out = CHANGE_CHECKS;
		return !have_same_checks(was, is);
	}
	*out = CHANGE_VERDICT;
	if (strcmp(is->verdict, "fail") == 0)
		*out = CHANGE_FAILS;
	else if (strcmp(was->verdict, "fail") == 0 &&
		 strcmp(is->verdict, "pass") == 0)
		*out = CHANGE_PASSES;
	return true;
}

static void add(struct changes *c, enum change_kind kind,
		const struct stored_case *was, const struct stored_case *is)
{
	c->list[c->count++] = (struct change){ kind, was, is };
	c->counts[kind]++;
}

/* Takes the case with the lower id, or both if their ids are equal. `order` is
 * that of the two ids, as strcmp() gives it. */
static void step(struct changes *c, const struct stored_case **was,
		 const struct stored_case **is, int order)
{
	enum change_kind kind;

	if (order < 0)
		add(c, CHANGE_ONLY_OLD, *was, NULL);
	else if (order > 0)
		add(c, CHANGE_ONLY_NEW, NULL, *is);
	else if (kind_of(*was, *is, &kind))
		add(c, kind, *was, *is);
	if (order <= 0)
		(*was)++;
	if (order >= 0)
		(*is)++;
}

static const char *id_of(const struct change *c)
{
	return c->was != NULL ? c->was->id : c->is->id;
}

static int by_kind(const void *left, const void *right)
{
	const struct change *a = left, *b = right;

	if (a->kind != b->kind)
		return (int)a->kind - (int)b->kind;
	return strcmp(id_of(a), id_of(b));
}

void changes_of(struct changes *out, const struct stored_report *was,
		const struct stored_report *is)
{
	const struct stored_case *old = was->list, *new = is->list;
	const struct stored_case *old_end = old + was->count;
	const struct stored_case *new_end = new + is->count;
	struct changes c = { .count = 0 };

	c.list = xcalloc(was->count + is->count, sizeof(*c.list));
	while (old < old_end || new < new_end)
		step(&c, &old, &new,
		     old == old_end   ? 1
		     : new == new_end ? -1
				      : strcmp(old->id, new->id));
	qsort(c.list, c.count, sizeof(*c.list), by_kind);
	*out = c;
}

void changes_clear(struct changes *c)
{
	free(c->list);
	*c = (struct changes){ .count = 0 };
}

/* ---- telling them ---- */

const char *changes_title(enum change_kind kind)
{
	return kinds[kind].title;
}

static const char *told(const char *text)
{
	return text != NULL ? text : "not known";
}

static void write_head(struct buf *out, const char *mark,
		       const struct stored_report *r)
{
	buf_addf(out, "%s %s: %s, ccprobe %s, Claude Code %s\n", mark, r->path,
		 told(r->target), told(r->version), told(r->client));
}

static void write_checks(struct buf *out, const struct change *c)
{
	const char *other;

	for (size_t i = 0; i < c->was->check_count; i++)
		if (is_check_changed(c->was, c->is, i, &other))
			buf_addf(out, "    %s: %s, was %s\n",
				 c->was->checks[i].name,
				 other != NULL ? other : "not there",
				 c->was->checks[i].verdict);
	for (size_t i = 0; i < c->is->check_count; i++)
		if (verdict_of(c->was, c->is, i) == NULL)
			buf_addf(out, "    %s: %s, was not there\n",
				 c->is->checks[i].name,
				 c->is->checks[i].verdict);
}

static void write_change(struct buf *out, const struct change *c)
{
	buf_addf(out, "  %s", id_of(c));
	if (c->was == NULL || c->is == NULL) {
		buf_addf(out, " (%s)\n",
			 c->was != NULL ? c->was->verdict : c->is->verdict);
		return;
	}
	if (c->kind != CHANGE_CHECKS)
		buf_addf(out, ": %s, was %s", c->is->verdict, c->was->verdict);
	buf_add_byte(out, '\n');
	if (c->is->reason != NULL && c->kind != CHANGE_CHECKS)
		buf_addf(out, "    reason: %s\n", c->is->reason);
	if (c->kind == CHANGE_CHECKS)
		write_checks(out, c);
}

void changes_write(const struct changes *c, const struct stored_report *was,
		   const struct stored_report *is, struct buf *out)
{
	write_head(out, "-", was);
	write_head(out, "+", is);
	for (size_t i = 0; i < c->count; i++) {
		enum change_kind kind = c->list[i].kind;

		if (i == 0 || c->list[i - 1].kind != kind)
			buf_addf(out, "\n%s (%zu)\n", kinds[kind].title,
				 c->counts[kind]);
		write_change(out, &c->list[i]);
	}
	if (c->count == 0)
		buf_add_text(out, "\nno case differs\n");
}

static void member(struct buf *out, const char *before, const char *name,
		   const char *value)
{
	buf_addf(out, "%s\"%s\":", before, name);
	if (value != NULL)
		jscan_quote_shown(out, span_of(value));
	else
		buf_add_text(out, "null");
}

static void write_side(struct buf *out, const char *before, const char *name,
		       const struct stored_report *r)
{
	buf_addf(out, "%s\"%s\":", before, name);
	member(out, "{", "file", r->path);
	member(out, ",", "target", r->target);
	member(out, ",", "ccprobe", r->version);
	member(out, ",", "client", r->client);
	buf_add_byte(out, '}');
}

static void write_json_checks(struct buf *out, const struct change *c)
{
	const char *other, *comma = "";

	buf_add_text(out, ",\"checks\":[");
	for (size_t i = 0; i < c->was->check_count; i++) {
		if (!is_check_changed(c->was, c->is, i, &other))
			continue;
		buf_add_text(out, comma);
		member(out, "{", "name", c->was->checks[i].name);
		member(out, ",", "was", c->was->checks[i].verdict);
		member(out, ",", "is", other);
		buf_add_byte(out, '}');
		comma = ",";
	}
	for (size_t i = 0; i < c->is->check_count; i++) {
		if (verdict_of(c->was, c->is, i) != NULL)
			continue;
		buf_add_text(out, comma);
		member(out, "{", "name", c->is->checks[i].name);
		member(out, ",", "was", NULL);
		member(out, ",", "is", c->is->checks[i].verdict);
		buf_add_byte(out, '}');
		comma = ",";
	}
	buf_add_byte(out, ']');
}

void changes_write_json(const struct changes *c,
			const struct stored_report *was,
			const struct stored_report *is, struct buf *out)
{
	buf_add_text(out, "{\"version\":1");
	write_side(out, ",", "was", was);
	write_side(out, ",", "is", is);
	buf_add_text(out, ",\"changes\":[");
	for (size_t i = 0; i < c->count; i++) {
		const struct change *one = &c->list[i];

		buf_add_text(out, i == 0 ? "\n" : ",\n");
		member(out, "{", "kind", kinds[one->kind].name);
		member(out, ",", "case", id_of(one));
		member(out, ",", "was",
		       one->was != NULL ? one->was->verdict : NULL);
		member(out, ",", "is",
		       one->is != NULL ? one->is->verdict : NULL);
		if (one->was != NULL && one->is != NULL)
			write_json_checks(out, one);
		buf_add_byte(out, '}');
	}
	buf_add_text(out, "]}\n");
}
