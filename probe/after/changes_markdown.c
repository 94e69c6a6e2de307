/* Writes what changed between two reports as Markdown for a pull request. */
#include "probe/after/changes.h"

#include <stdlib.h>

#include "reports/markup.h"

#define ROWS_MOST 100 /* of each kind: hosts refuse more than 64 KiB */
#define REASON_MOST 200

static void add_side(struct buf *out, const char *which,
		     const struct stored_report *r)
{
	buf_addf(out, "| %s | ", which);
	markup_prose(out, r->target != NULL ? r->target : "not known");
	buf_add_text(out, " | ");
	markup_prose(out, r->version != NULL ? r->version : "not known");
	buf_add_text(out, " | ");
	markup_prose(out, r->client != NULL ? r->client : "not known");
	buf_add_text(out, " |\n");
}

/* Only the first line of the reason: each change is one line. */
static void add_reason(struct buf *out, const char *reason)
{
	struct span rest = span_first(span_of(reason), REASON_MOST), line;
	char *one;

	span_split(&rest, '\n', &line);
	one = span_dup(line);
	buf_add_text(out, ": ");
	markup_prose(out, one);
	free(one);
}

static void add_change(struct buf *out, const struct change *c)
{
	const char *was = c->was != NULL ? c->was->verdict : NULL;
	const char *is = c->is != NULL ? c->is->verdict : NULL;

	buf_add_text(out, "- `");
	buf_add_text(out, c->was != NULL ? c->was->id : c->is->id);
	buf_add_text(out, "`");
	if (was != NULL && is != NULL && c->kind != CHANGE_CHECKS)
		buf_addf(out, ": %s, was %s", is, was);
	if (c->is != NULL && c->is->reason != NULL && c->kind == CHANGE_FAILS)
		add_reason(out, c->is->reason);
	buf_add_byte(out, '\n');
}

/* Cases that fail now are shown, all others are folded. */
static void add_kind(struct buf *out, const struct changes *c,
		     enum change_kind kind)
{
	bool folded = kind != CHANGE_FAILS;
	size_t told = 0;

	if (c->counts[kind] == 0)
		return;
	buf_addf(out,
		 folded ? "\n<details><summary>%s (%zu)</summary>\n\n"
			: "\n**%s (%zu)**\n\n",
		 changes_title(kind), c->counts[kind]);
	for (size_t i = 0; i < c->count; i++)
		if (c->list[i].kind == kind && told++ < ROWS_MOST)
			add_change(out, &c->list[i]);
	if (told > ROWS_MOST)
		buf_addf(out, "- and %zu more\n", told - ROWS_MOST);
	if (folded)
		buf_add_text(out, "\n</details>\n");
}

void changes_write_markdown(const struct changes *c,
			    const struct stored_report *was,
			    const struct stored_report *is, struct buf *out)
{
	buf_add_text(out, "### Claude Code through this gateway: ");
	if (c->count == 0)
		buf_add_text(out, "nothing changed");
	else
		buf_addf(out, "%zu case%s changed, %zu of them fail%s now",
			 c->count, c->count == 1 ? "" : "s",
			 c->counts[CHANGE_FAILS],
			 c->counts[CHANGE_FAILS] == 1 ? "s" : "");
	buf_add_text(out, "\n\n| | gateway | ccprobe | Claude Code |\n"
			  "|---|---|---|---|\n");
	add_side(out, "before", was);
	add_side(out, "now", is);
	for (int kind = 0; kind < CHANGE_COUNT; kind++)
		add_kind(out, c, (enum change_kind)kind);
}
