/* Writes causes in the summary: a few lines each, the most harmful first. */
#include "reports/summary/summary_private.h"

#include <string.h>

#include "reports/cause.h"

#define IN_FULL 10
#define CASES_TOLD 3

static void heading(struct summary *s, const struct cause *c)
{
	static const char indent[] = "          ";
	struct buf label = BUF_INIT(40);

	buf_addf(&label, "CAUSE %zu", cause_number(s->r, c));
	summary_word(s, VERDICT_FAIL, buf_str(&label), strlen(indent));
	summary_wrapped(s, c->headline, indent);
	buf_clear(&label);
}

static void effect(struct summary *s, const struct cause *c)
{
	struct buf text = BUF_INIT(BUF_NO_LIMIT);

	buf_addf(&text, "%s: %s", effect_name(c->effect),
		 report_effect(c->effect));
	summary_field(s, "effect", buf_str(&text));
	buf_clear(&text);
}

static void duty(struct summary *s, const struct cause *c)
{
	struct buf text = BUF_INIT(BUF_NO_LIMIT);

	cause_duty(s->r, c, &text);
	summary_field(s, "duty", buf_str(&text));
	buf_clear(&text);
}

static void cases(struct summary *s, const struct cause *c)
{
	size_t expected = c->case_count - cause_news(s->r, c);
	struct buf text = BUF_INIT(BUF_NO_LIMIT);

	buf_addf(&text, "%zu", c->case_count);
	if (expected > 0)
		buf_addf(&text, " (%zu expected)", expected);
	buf_add_text(&text, ": ");
	cause_cases(s->r, c, CASES_TOLD, &text);
	summary_field(s, "cases", buf_str(&text));
	buf_clear(&text);
}

static void examples(struct summary *s, const struct cause *c)
{
	struct buf text = BUF_INIT(BUF_NO_LIMIT);
	const struct cause_example *e = cause_example_from(c, 0);

	for (; e != NULL;
	     e = cause_example_from(c, (size_t)(e - c->examples) + 1)) {
		buf_reset(&text);
		buf_addf(&text, "in %s: sent %s, got %s", e->id,
			 e->sent ? e->sent : "nothing",
			 e->got ? e->got : "nothing");
		summary_field(s, "seen", buf_str(&text));
	}
	buf_clear(&text);
}

static void in_full(struct summary *s, const struct cause *c)
{
	buf_add_byte(s->out, '\n');
	heading(s, c);
	effect(s, c);
	duty(s, c);
	summary_field(s, "fix", c->fix);
	if (s->how.verbose)
		examples(s, c);
	cases(s, c);
}

/* The headline gets the room that the rest leaves. */
static void in_a_line(struct summary *s, const struct cause *c)
{
	struct buf text = BUF_INIT(BUF_NO_LIMIT), tail = BUF_INIT(200);
	size_t room = SUMMARY_WIDTH;
	struct span shown = span_of(c->headline);

	buf_addf(&text, "CAUSE %zu  ", cause_number(s->r, c));
	buf_addf(&tail, " (%s, %zu case%s%s)", effect_name(c->effect),
		 c->case_count, c->case_count == 1 ? "" : "s",
		 cause_news(s->r, c) == 0 ? ", expected" : "");
	room -= text.len + tail.len;
	if (shown.len > room) {
		shown = report_piece(c->headline, room - 3);
		buf_add_span(&text, shown);
		buf_add_text(&text, "...");
	} else {
		buf_add_span(&text, shown);
	}
	buf_add_span(&text, buf_span(&tail));
	report_text(s->out, buf_str(&text), "");
	buf_add_byte(s->out, '\n');
	buf_clear(&text);
	buf_clear(&tail);
}

/* A cause whose failures are all expected by a baseline is not written in
 * full. */
static bool is_told_in_full(struct summary *s, const struct cause *c,
			    size_t told)
{
	return s->how.verbose || (told < IN_FULL && cause_news(s->r, c) > 0);
}

static void how_to_see_more(struct summary *s)
{
	if (!summary_tells_all(s))
		buf_add_text(s->out, "\nAll of these cases in full: -v; "
				     "grouped by cause: --report html=FILE.\n");
}

void summary_causes(struct summary *s)
{
	const struct run_report *r = s->r;
	struct buf text = BUF_INIT(BUF_NO_LIMIT);
	size_t told = 0, rest = 0;

	if (cause_counts(r).causes == 0)
		return;
	cause_sentence(r, &text);
	buf_addf(s->out, "\n%s.\n", buf_str(&text));
	for (size_t i = 0; i < r->cause_count; i++) {
		const struct cause *c = &r->causes[i];

		if (cause_is_note(c) || !is_told_in_full(s, c, told))
			continue;
		in_full(s, c);
		told++;
	}
	told = 0;
	for (size_t i = 0; i < r->cause_count; i++) {
		const struct cause *c = &r->causes[i];

		if (cause_is_note(c))
			continue;
		if (is_told_in_full(s, c, told)) {
			told++;
			continue;
		}
		buf_add_text(s->out, rest++ == 0 ? "\n" : "");
		in_a_line(s, c);
	}
	how_to_see_more(s);
	buf_clear(&text);
}
