/*
 * Markdown for the summary of a job: the grade, causes with the ids of their
 * cases folded below them, failures that no cause explains, areas. Hosts refuse
 * more than 1 MiB, so cases are written while there is room, and the others are
 * counted.
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
#define CASES_IN_LINES 8 /* of a cause; if it has more, their ids by area */
#define AREAS_TOLD 12
#define IDS_TOLD 4 /* of one area */
#define NOTES_TOLD 5

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

/* Writes one row for all areas without problems. */
static void write_others(struct buf *out, const struct area *areas,
			 size_t count, size_t others)
{
	size_t sums[VERDICT_COUNT] = { 0 };

	for (size_t i = 0; i < count; i++)
		for (int v = 0;
		     !area_has_problems(&areas[i]) && v < VERDICT_COUNT; v++)
			sums[v] += areas[i].counts[v];
	buf_addf(out, "| %zu other%s", others, others == 1 ? "" : "s");
	for (int v = 0; v < VERDICT_COUNT; v++)
		buf_addf(out, " | %zu", sums[v]);
	buf_add_text(out, " |\n");
}

static void write_areas(struct buf *out, const struct run_report *r)
{
	size_t count, others = 0;
	struct area *areas = areas_of(r, &count);

	buf_add_text(out, "\n| area | pass | fail | undecided | skip | broken |"
			  "\n|---|--:|--:|--:|--:|--:|\n");
	for (size_t i = 0; i < count; i++) {
		if (!area_has_problems(&areas[i])) {
			others++;
			continue;
		}
		buf_add_text(out, "| ");
		markup_prose(out, areas[i].name);
		for (int v = 0; v < VERDICT_COUNT; v++)
			buf_addf(out, " | %zu", areas[i].counts[v]);
		buf_add_text(out, " |\n");
	}
	if (others > 0)
		write_others(out, areas, count, others);
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

static void write_lines(struct buf *out, const struct run_report *r,
			const struct cause *c)
{
	for (size_t i = 0; i < c->case_count; i++)
		markdown_line(out, &r->list[c->cases[i]]);
}

/* Writes "- **body** (12): `body/a`, `body/b` and 10 more". */
static void write_area_ids(struct buf *out, const struct run_report *r,
			   const struct cause *c, const char *area)
{
	size_t count = 0, told = 0;

	for (size_t i = 0; i < c->case_count; i++)
		count += strcmp(r->list[c->cases[i]].area, area) == 0;
	buf_add_text(out, "- **");
	markup_prose(out, area);
	buf_addf(out, "** (%zu):", count);
	for (size_t i = 0; i < c->case_count && told < IDS_TOLD; i++) {
		const struct result *one = &r->list[c->cases[i]];

		if (strcmp(one->area, area) != 0)
			continue;
		buf_add_text(out, told++ > 0 ? ", " : " ");
		markdown_code(out, one->id);
	}
	if (count > told)
		buf_addf(out, " and %zu more", count - told);
	buf_add_byte(out, '\n');
}

static bool is_first_of_area(const struct run_report *r, const struct cause *c,
			     size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (strcmp(r->list[c->cases[i]].area,
			   r->list[c->cases[n]].area) == 0)
			return false;
	return true;
}

/* If a cause has many cases, only their ids are written, by area: a summary is
 * read from top to bottom. */
static void write_areas_of(struct buf *out, const struct run_report *r,
			   const struct cause *c)
{
	size_t told = 0, more = 0;

	for (size_t i = 0; i < c->case_count; i++) {
		if (!is_first_of_area(r, c, i))
			continue;
		if (told++ < AREAS_TOLD)
			write_area_ids(out, r, c, r->list[c->cases[i]].area);
		else
			more++;
	}
	if (more > 0)
		buf_addf(out, "- and %zu more areas\n", more);
}

static void write_folded(struct buf *out, const struct run_report *r,
			 const struct cause *c)
{
	buf_addf(out, "\n<details><summary>%zu case%s</summary>\n\n",
		 c->case_count, c->case_count == 1 ? "" : "s");
	if (c->case_count <= CASES_IN_LINES)
		write_lines(out, r, c);
	else
		write_areas_of(out, r, c);
	buf_add_text(out, "\n</details>\n\n");
}

static void write_cause(struct buf *out, const struct run_report *r,
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
	write_folded(out, r, c);
}

static void write_causes(struct buf *out, const struct run_report *r)
{
	struct buf text = BUF_INIT(BUF_NO_LIMIT);

	if (cause_counts(r).causes == 0)
		return;
	cause_sentence(r, &text);
	buf_addf(out, "\n**%s.**\n\n", buf_str(&text));
	for (size_t i = 0; i < r->cause_count; i++)
		if (!cause_is_note(&r->causes[i]))
			write_cause(out, r, &r->causes[i]);
	buf_clear(&text);
}

/* Writes what breaks no duty, folded. */
static void write_notes(struct buf *out, const struct run_report *r)
{
	size_t count = r->cause_count - cause_counts(r).causes, told = 0;

	if (count == 0)
		return;
	buf_addf(out,
		 "<details><summary>%zu more thing%s it does to "
		 "traffic</summary>\n\n",
		 count, count == 1 ? "" : "s");
	for (size_t i = 0; i < r->cause_count; i++) {
		if (!cause_is_note(&r->causes[i]) || told++ >= NOTES_TOLD)
			continue;
		buf_add_text(out, "- ");
		markup_prose(out, r->causes[i].headline);
		buf_add_byte(out, '\n');
	}
	if (count > NOTES_TOLD)
		buf_addf(out, "- and %zu more: `--causes` lists them\n",
			 count - NOTES_TOLD);
	buf_add_text(out, "\n</details>\n\n");
}

/* ---- all the others ---- */

/* Writes cases of one verdict that no cause explains, while there is room.
 * Returns how many did not fit. */
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

/* Writes failures that a baseline expects, one line each, after the new
 * ones. */
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
	write_causes(out, r);
	if (cause_counts(r).causes > 0 && cause_counts(r).alone > 0)
		buf_addf(out, "**No cause was found for %zu failure%s.**\n\n",
			 cause_counts(r).alone,
			 cause_counts(r).alone == 1 ? "" : "s");
	cut = write_cases(out, r, VERDICT_FAIL);
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
