/*
 * The conformance report: a document that a vendor can commit without changes.
 * docs/reports.md describes its format; `format` is its version. It contains no
 * times, so two equal runs give equal documents except for the date.
 */
#include "reports/reports.h"

#include <stdlib.h>
#include <string.h>

#include "reports/areas.h"
#include "reports/cause.h"
#include "reports/duty.h"
#include "reports/grade.h"
#include "reports/markup.h"
#include "wire/json/jscan.h"

/* A value in double quotes: a JSON string is a YAML one. */
static void field(struct buf *out, const char *name, const char *value)
{
	if (!value)
		return;
	buf_addf(out, "%s: ", name);
	jscan_quote_shown(out, span_of(value));
	buf_add_byte(out, '\n');
}

static const char *told(const char *value)
{
	return value && *value ? value : "not given";
}

/* Writes how many duties have each fate. */
static void write_fates(struct buf *out, const struct run_report *r)
{
	size_t counts[DUTY_FATES] = { 0 };

	for (size_t i = 0; i < r->requirement_count; i++)
		counts[duty_fate_of(r, r->requirements[i].id)]++;
	buf_add_text(out, "duties: {");
	for (int f = DUTY_KEPT; f < DUTY_ABSENT; f++)
		buf_addf(out, "%s%s: %zu", f > DUTY_KEPT ? ", " : " ",
			 duty_fate_name((enum duty_fate)f), counts[f]);
	buf_add_text(out, " }\n");
}

static void write_front(struct buf *out, const struct run_report *r,
			const struct grade *g)
{
	const char letter[] = { g->letter, '\0' };

	buf_add_text(out, "---\nformat: 1\n");
	field(out, "implementation",
	      r->implementation ? r->implementation : r->target);
	field(out, "version", told(r->implementation_version));
	field(out, "contact", told(r->contact));
	field(out, "ccprobe", r->version);
	field(out, "claude_code", r->client);
	field(out, "date", told(r->date));
	field(out, "channel", told(r->channel));
	field(out, "grade", g->letter == GRADE_NONE ? "none" : letter);
	buf_addf(out, "score: %u\npartial: %s\n", g->score,
		 grade_is_partial(g) ? "true" : "false");
	buf_addf(out, "expected_failures: %zu\n", g->expected);
	if (r->insecure)
		buf_add_text(out, "insecure: true\n");
	write_fates(out, r);
	buf_add_text(out, r->count > 0 ? "areas:\n" : "areas: {}\n");
}

static void write_area(struct buf *out, const struct area *a)
{
	buf_add_text(out, "  ");
	jscan_quote_shown(out, span_of(a->name));
	buf_add_text(out, ": {");
	for (int v = 0; v < VERDICT_COUNT; v++)
		buf_addf(out, "%s%s: %zu", v > 0 ? ", " : " ",
			 verdict_name((enum verdict)v), a->counts[v]);
	buf_add_text(out, " }\n");
}

/* Writes the ids of causes, which are the same in every run; the counts may
 * differ. */
static void write_cause_ids(struct buf *out, const struct run_report *r)
{
	bool any = false;

	for (size_t i = 0; i < r->cause_count; i++) {
		const struct cause *c = &r->causes[i];

		if (cause_is_note(c))
			continue;
		buf_add_text(out, any ? "" : "causes:\n");
		any = true;
		buf_add_text(out, "  - ");
		jscan_quote_shown(out, span_of(c->id));
		buf_addf(out, " # %s%s%s, %s, %zu case%s\n",
			 c->duty ? c->duty : "", c->duty ? ", " : "",
			 level_name(c->level), effect_name(c->effect),
			 c->case_count, c->case_count == 1 ? "" : "s");
	}
	if (!any)
		buf_add_text(out, "causes: []\n");
}

static void write_failed(struct buf *out, const struct run_report *r)
{
	bool any = false;

	for (size_t i = 0; i < r->count; i++) {
		const struct result *one = &r->list[i];

		if (!result_is_problem(one))
			continue;
		buf_add_text(out, any ? "" : "not_passed:\n");
		any = true;
		buf_add_text(out, "  - ");
		jscan_quote_shown(out, span_of(one->id));
		buf_addf(out, " # %s, %s, %s%s", verdict_name(one->verdict),
			 level_name(result_failed_level(one)),
			 effect_name(result_failed_effect(one)),
			 one->expected ? ", expected" : "");
		if (cause_of(r, one))
			buf_addf(out, ", cause %zu",
				 cause_number(r, cause_of(r, one)));
		buf_add_byte(out, '\n');
	}
	if (!any)
		buf_add_text(out, "not_passed: []\n");
}

static void write_head(struct buf *out, const struct run_report *r,
		       const struct grade *g)
{
	struct buf text = BUF_INIT(BUF_NO_LIMIT);

	buf_add_text(out, "\n# Claude Code conformance: ");
	markup_prose(out, r->implementation ? r->implementation : r->target);
	buf_addf(out, "\n\nGrade%s ", g->letter == GRADE_NONE ? ":" : "");
	grade_word(g, out);
	if (g->expected > 0)
		buf_add_text(out, ", ");
	grade_expected(g, out);
	buf_addf(out, ": %zu of %zu cases pass with ", r->counts[VERDICT_PASS],
		 r->count);
	report_client(r, out);
	buf_add_byte(out, '.');
	for (int i = 0; i < CAP_COUNT; i++) {
		if (g->capped[i] > 0)
			buf_addf(out, "\nAt most %c, because %s.",
				 grade_cap_letter((enum grade_cap)i),
				 grade_cap_reason((enum grade_cap)i));
	}
	buf_add_byte(out, '\n');
	if (grade_is_partial(g)) {
		buf_reset(&text);
		grade_partial(g, &text);
		buf_add_text(out, g->stopped ? "Not graded: " : "Partial: ");
		markup_prose(out, buf_str(&text));
		buf_add_text(out, ".\n");
		buf_reset(&text);
	}
	if (r->died) {
		buf_add_text(out, "The gateway died: ");
		report_died(r, &text);
		markup_prose(out, buf_str(&text));
		buf_add_text(out, ".\n");
	}
	buf_clear(&text);
}

static void write_cause(struct buf *out, const struct run_report *r,
			const struct cause *c)
{
	struct buf duty = BUF_INIT(BUF_NO_LIMIT);

	cause_duty(r, c, &duty);
	buf_addf(out, "%zu. ", cause_number(r, c));
	markup_prose(out, c->headline);
	buf_addf(out, "\n   - %s: %s\n", effect_name(c->effect),
		 report_effect(c->effect));
	if (duty.len > 0) {
		buf_add_text(out, "   - ");
		markup_prose(out, buf_str(&duty));
		buf_add_byte(out, '\n');
	}
	if (c->fix) {
		buf_add_text(out, "   - fix: ");
		markup_prose(out, c->fix);
		buf_add_byte(out, '\n');
	}
	buf_addf(out, "   - %zu case%s\n", c->case_count,
		 c->case_count == 1 ? " fails because of it"
				    : "s fail because of it");
	buf_clear(&duty);
}

static void write_causes(struct buf *out, const struct run_report *r)
{
	if (cause_counts(r).causes == 0)
		return;
	buf_add_text(out, "\n## Causes\n\n");
	cause_sentence(r, out);
	buf_add_text(out, ".\n\n");
	for (size_t i = 0; i < r->cause_count; i++)
		if (!cause_is_note(&r->causes[i]))
			write_cause(out, r, &r->causes[i]);
}

static void write_not_offered(struct buf *out, const struct run_report *r)
{
	struct buf text = BUF_INIT(BUF_NO_LIMIT);

	if (r->not_offered_count > 0)
		buf_add_text(out, "\n## Not held to\n\n");
	for (size_t i = 0; i < r->not_offered_count; i++) {
		buf_reset(&text);
		report_not_offered(&r->not_offered[i], &text);
		buf_add_text(out, "- ");
		markup_prose(out, buf_str(&text));
		buf_add_byte(out, '\n');
	}
	buf_clear(&text);
}

static void write_table(struct buf *out, const struct area *areas, size_t count)
{
	buf_add_text(out, "\n## Results\n\n"
			  "| area | pass | fail | undecided | skip | broken |\n"
			  "|---|--:|--:|--:|--:|--:|\n");
	for (size_t i = 0; i < count; i++) {
		buf_addf(out, "| %s ", areas[i].name);
		for (int v = 0; v < VERDICT_COUNT; v++)
			buf_addf(out, "| %zu ", areas[i].counts[v]);
		buf_add_text(out, "|\n");
	}
}

/* Writes each requirement that has cases in this run, in the order of the
 * guide. */
static void write_duties(struct buf *out, const struct run_report *r)
{
	bool any = false;

	for (size_t i = 0; i < r->requirement_count; i++) {
		const struct requirement *one = &r->requirements[i];
		enum duty_fate fate = duty_fate_of(r, one->id);

		if (fate == DUTY_ABSENT)
			continue;
		if (!any)
			buf_add_text(out, "\n## Duties\n\n| duty | level | "
					  "here | version | what it asks |\n"
					  "|---|---|---|---|---|\n");
		any = true;
		buf_addf(out, "| %s | %s | %s | ", one->id, one->level,
			 duty_fate_name(fate));
		markup_prose(out, told(r->implementation_version));
		buf_add_text(out, " | ");
		markup_prose(out, one->text);
		buf_add_text(out, " |\n");
	}
}

static void write_reproduce(struct buf *out, const struct run_report *r)
{
	struct span rest =
		span_of(r->command ? r->command
				   : "ccprobe run --gateway URL --key env:KEY");
	struct span line;

	buf_addf(out,
		 "\n## Reproduce\n\nWith ccprobe %s, whose cases are those of "
		 "its release:\n\n",
		 r->version);
	while (rest.len > 0 && span_split(&rest, '\n', &line))
		buf_addf(out, "    %.*s\n", SPAN_ARG(line));
}

void conformance_write(const struct run_report *r, struct buf *out)
{
	struct grade g;
	size_t count;
	struct area *areas = areas_of(r, &count);

	grade_of(r, &g);
	write_front(out, r, &g);
	for (size_t i = 0; i < count; i++)
		write_area(out, &areas[i]);
	write_cause_ids(out, r);
	write_failed(out, r);
	buf_add_text(out, "---\n");
	write_head(out, r, &g);
	write_causes(out, r);
	write_not_offered(out, r);
	write_table(out, areas, count);
	write_duties(out, r);
	write_reproduce(out, r);
	free(areas);
}
