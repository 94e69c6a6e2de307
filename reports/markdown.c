/*
 * Markdown for a job's summary: the grade, causes with their cases folded under
 * them, failures that no cause explains, areas. Hosts refuse more than 1 MiB; so
 * cases are written while there is room, and those left out are named as a
 * number.
 */
#include "reports/reports.h"

#include <stdlib.h>
#include <string.h>

#include "reports/areas.h"
#include "reports/bill.h"
#include "reports/cause.h"
#include "reports/grade.h"
#include "reports/markdown_private.h"
#include "wire/bytes/print.h"
#include "reports/markup.h"

#define LIMIT ((size_t)1000 * 1000) /* less than 1 MiB, with room for the end */
#define LIMIT_FOLDED (LIMIT / 2) /* the rest is for what no cause explains */
#define CASES_IN_FULL 5 /* of a cause */

static void write_grade(struct buf *out, const struct run_report *r)
{
	struct buf text = BUF_INIT(BUF_NO_LIMIT);
	struct grade g;

	grade_of(r, &g);
	buf_add_text(out, "## Claude Code through ");
	markup_prose(out, r->target);
	buf_add_text(out, ": ");
	grade_word(&g, out);
	buf_add_text(out, "\n\n");
	report_died(r, &text);
	markdown_item(out, "the gateway died", buf_str(&text));
	buf_reset(&text);
	report_terms(r, &text);
	markdown_item(out, "connection", buf_str(&text));
	for (int i = 0; i < CAP_COUNT; i++) {
		enum grade_cap cap = (enum grade_cap)i;

		if (g.capped[i] == 0)
			continue;
		buf_reset(&text);
		buf_addf(&text, "%s: ", grade_cap_reason(cap));
		grade_cap_cases(cap, r, &text);
		buf_addf(out, "- at most **%c**: ", grade_cap_letter(cap));
		markup_prose(out, buf_str(&text));
		buf_add_byte(out, '\n');
	}
	for (size_t i = 0; i < r->count; i++) {
		if (!bill_is_told(&r->list[i]))
			continue;
		buf_reset(&text);
		bill_write(r, &r->list[i], &text);
		markdown_item(out, "prompt cache", buf_str(&text));
	}
	buf_reset(&text);
	grade_partial(&g, &text);
	markdown_item(out, g.stopped ? "not graded" : "partial",
		      buf_str(&text));
	for (size_t i = 0; i < r->not_offered_count; i++) {
		buf_reset(&text);
		report_not_offered(&r->not_offered[i], &text);
		buf_add_text(out, "- ");
		markup_prose(out, buf_str(&text));
		buf_add_byte(out, '\n');
	}
	if (g.expected > 0) {
		buf_add_text(out, "- ");
		grade_expected(&g, out);
		buf_add_text(out, ", counted like any other\n");
	}
	buf_clear(&text);
}

static void write_areas(struct buf *out, const struct run_report *r)
{
	size_t count;
	struct area *areas = areas_of(r, &count);

	buf_add_text(out, "\n| area | pass | fail | undecided | skip | broken |"
			  "\n|---|--:|--:|--:|--:|--:|\n");
	for (size_t i = 0; i < count; i++) {
		buf_add_text(out, "| ");
		markup_prose(out, areas[i].name);
		for (int v = 0; v < VERDICT_COUNT; v++)
			buf_addf(out, " | %zu", areas[i].counts[v]);
		buf_add_text(out, " |\n");
	}
	buf_add_text(out, "| **all** ");
	for (int v = 0; v < VERDICT_COUNT; v++)
		buf_addf(out, "| **%zu** ", r->counts[v]);
	buf_add_text(out, "|\n\n");
	free(areas);
}

/* ---- causes ---- */

static void value(struct buf *out, const char *text)
{
	if (text)
		markdown_code(out, text);
	else
		buf_add_text(out, "nothing");
}

static void write_example(struct buf *out, const struct cause_example *e)
{
	buf_add_text(out, "- **seen** in ");
	markup_prose(out, e->id);
	buf_add_text(out, ": sent ");
	value(out, e->sent);
	buf_add_text(out, ", got ");
	value(out, e->got);
	buf_add_byte(out, '\n');
}

/* A few in full, the others in a line each; gives how many had no room. */
static size_t write_folded(struct buf *out, const struct run_report *r,
			   const struct cause *c)
{
	struct buf one = BUF_INIT(BUF_NO_LIMIT);
	size_t told = 0, cut = 0;

	buf_addf(out, "\n<details><summary>%zu case%s</summary>\n\n",
		 c->case_count, c->case_count == 1 ? "" : "s");
	for (size_t i = 0; i < c->case_count; i++) {
		const struct result *r_one = &r->list[c->cases[i]];

		buf_reset(&one);
		if (!r_one->expected && told < CASES_IN_FULL)
			markdown_case(&one, "####", r_one);
		if (one.len == 0 || out->len + one.len > LIMIT_FOLDED) {
			buf_reset(&one);
			markdown_line(&one, r_one);
		} else {
			told++;
		}
		if (out->len + one.len > LIMIT_FOLDED)
			cut++;
		else
			buf_add_span(out, buf_span(&one));
	}
	buf_add_text(out, "\n</details>\n\n");
	buf_clear(&one);
	return cut;
}

static size_t write_cause(struct buf *out, const struct run_report *r,
			  const struct cause *c)
{
	const struct cause_example *seen = cause_example_from(c, 0);
	size_t expected = c->case_count - cause_news(r, c);
	struct buf text = BUF_INIT(BUF_NO_LIMIT);

	buf_addf(out, "### %zu. ", cause_number(r, c));
	markup_prose(out, c->headline);
	buf_addf(&text, "%s: %s", effect_name(c->effect),
		 report_effect(c->effect));
	buf_add_text(out, "\n\n");
	markdown_item(out, "effect", buf_str(&text));
	buf_reset(&text);
	cause_duty(r, c, &text);
	markdown_item(out, "duty", buf_str(&text));
	markdown_item(out, "fix", c->fix);
	if (seen != NULL)
		write_example(out, seen);
	if (expected > 0)
		buf_addf(out, "- %zu of its cases %s expected (baseline)\n",
			 expected, expected == 1 ? "is" : "are");
	buf_clear(&text);
	return write_folded(out, r, c);
}

static size_t write_causes(struct buf *out, const struct run_report *r)
{
	struct buf text = BUF_INIT(BUF_NO_LIMIT);
	size_t cut = 0;

	if (cause_counts(r).causes == 0)
		return 0;
	cause_sentence(r, &text);
	buf_addf(out, "\n**%s.**\n\n", buf_str(&text));
	for (size_t i = 0; i < r->cause_count; i++)
		if (!cause_is_note(&r->causes[i]))
			cut += write_cause(out, r, &r->causes[i]);
	buf_clear(&text);
	return cut;
}

/* What breaks no duty, folded. */
static void write_notes(struct buf *out, const struct run_report *r)
{
	size_t count = r->cause_count - cause_counts(r).causes;

	if (count == 0)
		return;
	buf_addf(out,
		 "<details><summary>%zu more thing%s that it does to "
		 "traffic</summary>\n\n",
		 count, count == 1 ? "" : "s");
	for (size_t i = 0; i < r->cause_count; i++) {
		if (!cause_is_note(&r->causes[i]))
			continue;
		buf_add_text(out, "- ");
		markup_prose(out, r->causes[i].headline);
		buf_add_byte(out, '\n');
	}
	buf_add_text(out, "\n</details>\n\n");
}

/* ---- all the others ---- */

/* Cases of one verdict that no cause explains, while there is room; gives how
 * many had none. */
static size_t write_cases(struct buf *out, const struct run_report *r,
			  enum verdict v)
{
	struct buf one = BUF_INIT(BUF_NO_LIMIT);
	size_t cut = 0;

	for (size_t i = 0; i < r->count; i++) {
		if (r->list[i].verdict != v || r->list[i].left_out ||
		    r->list[i].expected || cause_of(r, &r->list[i]))
			continue;
		buf_reset(&one);
		markdown_case(&one, "###", &r->list[i]);
		if (out->len + one.len > LIMIT)
			cut++;
		else
			buf_add_span(out, buf_span(&one));
	}
	buf_clear(&one);
	return cut;
}

/* What a baseline expects is no news: a line each, behind what is. */
static size_t write_expected(struct buf *out, const struct run_report *r)
{
	struct buf one = BUF_INIT(BUF_NO_LIMIT);
	size_t cut = 0;

	if (r->expected > 0)
		buf_add_text(out, "### Expected failures (baseline)\n\n");
	for (size_t i = 0; i < r->count; i++) {
		if (!r->list[i].expected)
			continue;
		buf_reset(&one);
		buf_add_text(&one, "- ");
		markup_prose(&one, r->list[i].id);
		buf_add_text(&one, ": ");
		markup_prose(&one, r->list[i].expected);
		buf_add_byte(&one, '\n');
		if (out->len + one.len > LIMIT)
			cut++;
		else
			buf_add_span(out, buf_span(&one));
	}
	if (r->expected > 0)
		buf_add_byte(out, '\n');
	buf_clear(&one);
	return cut;
}

static void write_advice(struct buf *out, const char *advice)
{
	struct span rest = span_of(advice ? advice : ""), line;

	while (rest.len > 0 && span_split(&rest, '\n', &line)) {
		char *one = span_dup(span_trim(line));

		if (*one != '\0') {
			buf_add_text(out, "- ");
			markup_prose(out, one);
			buf_add_byte(out, '\n');
		}
		free(one);
	}
}

void markdown_write(const struct run_report *r, struct buf *out)
{
	size_t cut;

	write_grade(out, r);
	write_advice(out, r->stopped_advice);
	cut = write_causes(out, r);
	if (cause_counts(r).causes > 0 && cause_counts(r).alone > 0)
		buf_addf(out, "**No cause was found for %zu failure%s.**\n\n",
			 cause_counts(r).alone,
			 cause_counts(r).alone == 1 ? "" : "s");
	cut += write_cases(out, r, VERDICT_FAIL);
	cut += write_cases(out, r, VERDICT_BROKEN);
	cut += write_cases(out, r, VERDICT_UNDECIDED);
	cut += write_expected(out, r);
	write_notes(out, r);
	write_areas(out, r);
	if (cut > 0)
		buf_addf(out,
			 "**%zu more %s cut:** the summary of a job has "
			 "room for 1 MiB; `--report html=FILE` or `json=FILE` "
			 "has them.\n\n",
			 cut, cut == 1 ? "case was" : "cases were");
	if (r->interrupted)
		buf_add_text(out, "**The run was interrupted:** the other "
				  "cases are missing.\n\n");
	buf_addf(out, "ccprobe %s, ", r->version);
	report_client(r, out);
	buf_add_byte(out, '\n');
	print_guard(out);
}
