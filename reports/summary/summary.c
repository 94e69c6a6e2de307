/*
 * The summary, for people: the grade, then what the gateway does and how many
 * failures that explains, then the failures that nothing explains, with what is
 * needed to act on each; at the end areas and counts in a few lines.
 */
#include "reports/summary/summary_private.h"

#include "reports/bill.h"
#include "reports/grade.h"
#include "wire/bytes/print.h"

static void caps(struct summary *s, const struct grade *g)
{
	struct buf text = BUF_INIT(BUF_NO_LIMIT);

	for (int i = 0; i < CAP_COUNT; i++) {
		enum grade_cap cap = (enum grade_cap)i;

		if (g->capped[i] == 0)
			continue;
		buf_reset(&text);
		buf_addf(&text, "%c at most: %s: ", grade_cap_letter(cap),
			 grade_cap_reason(cap));
		grade_cap_cases(cap, s->r, &text);
		summary_field(s, "cap", buf_str(&text));
	}
	buf_clear(&text);
}

static void summary_grade(struct summary *s)
{
	struct buf text = BUF_INIT(BUF_NO_LIMIT);
	struct grade g;

	grade_of(s->r, &g);
	buf_add_text(s->out, g.letter == GRADE_NONE ? "" : "grade ");
	grade_word(&g, s->out);
	if (g.letter != GRADE_NONE)
		buf_addf(s->out, " (%u %% of what was decided, by weight",
			 g.score);
	if (g.letter != g.uncapped)
		buf_addf(s->out, "; %c without the cap", g.uncapped);
	if (g.letter != GRADE_NONE)
		buf_add_byte(s->out, ')');
	buf_add_byte(s->out, '\n');
	report_died(s->r, &text);
	summary_field(s, "died", buf_str(&text));
	buf_reset(&text);
	caps(s, &g);
	grade_partial(&g, &text);
	summary_field(s, "partial", buf_str(&text));
	if (g.expected > 0) {
		buf_add_text(s->out, SUMMARY_MARGIN);
		grade_expected(&g, s->out);
		buf_add_text(s->out, ", counted like any other\n");
	}
	buf_clear(&text);
}

/* Writes a line for each session that was played. */
static void summary_bills(struct summary *s)
{
	struct buf text = BUF_INIT(BUF_NO_LIMIT);

	for (size_t i = 0; i < s->r->count; i++) {
		if (!bill_is_told(&s->r->list[i]))
			continue;
		buf_reset(&text);
		buf_add_text(&text, "prompt cache: ");
		bill_write(s->r, &s->r->list[i], &text);
		summary_wrapped(s, buf_str(&text), SUMMARY_MARGIN);
	}
	buf_clear(&text);
}

static void add_counts(const struct run_report *r, struct buf *out)
{
	bool any = false;

	buf_addf(out, "%zu case%s: ", r->count, r->count == 1 ? "" : "s");
	for (int i = 0; i < VERDICT_COUNT; i++) {
		if (r->counts[i] == 0)
			continue;
		buf_addf(out, "%s%zu %s", any ? ", " : "", r->counts[i],
			 verdict_name((enum verdict)i));
		if (i == VERDICT_FAIL && r->expected > 0)
			buf_addf(out, " (%zu expected)", r->expected);
		any = true;
	}
	buf_add_text(out, any ? " (in " : "none was finished (in ");
	report_took(out, r->took);
	buf_add_byte(out, ')');
}

/* Repeats the grade: after a long list the first line is out of sight. */
static void counts(struct summary *s)
{
	struct buf text = BUF_INIT(BUF_NO_LIMIT);
	struct grade g;

	grade_of(s->r, &g);
	add_counts(s->r, &text);
	buf_add_text(&text, g.letter == GRADE_NONE ? "; " : "; grade ");
	grade_word(&g, &text);
	buf_add_byte(s->out, '\n');
	summary_wrapped(s, buf_str(&text), "");
	if (s->r->interrupted)
		buf_add_text(s->out,
			     "interrupted: the other cases are missing\n");
	buf_clear(&text);
}

static void summary_terms(struct summary *s)
{
	struct buf text = BUF_INIT(BUF_NO_LIMIT);

	report_terms(s->r, &text);
	if (text.len > 0)
		buf_addf(s->out, "%s\n", buf_str(&text));
	buf_clear(&text);
}

static void only_ids(const struct run_report *r, struct buf *out)
{
	for (size_t i = 0; i < r->count; i++)
		if (r->list[i].verdict == VERDICT_FAIL && !r->list[i].expected)
			buf_addf(out, "%s\n", r->list[i].id);
}

void summary_write(const struct run_report *r, struct summary_how how,
		   struct buf *out)
{
	struct summary s = { .r = r, .out = out, .how = how };

	if (how.quiet) {
		only_ids(r, out);
		return;
	}
	buf_addf(out, "ccprobe %s: ", r->version);
	report_text(out, r->target, "");
	buf_addf(out, "\ngateway %s, mock %s, ", r->gateway_url,
		 r->mock_url ? r->mock_url : "none");
	report_client(r, out);
	buf_add_byte(out, '\n');
	summary_terms(&s);
	buf_add_byte(out, '\n');
	summary_grade(&s);
	summary_bills(&s);
	summary_causes(&s);
	summary_problems(&s);
	summary_areas(&s);
	summary_notes(&s);
	counts(&s);
	print_guard(out);
}
