/* JSON: everything about the run, one case per line. */
#include "reports/reports.h"

#include "reports/bill.h"
#include "reports/cause.h"
#include "reports/grade.h"
#include "reports/members.h"
#include "wire/json/jscan.h"

static void write_check(const struct outcome *o, struct buf *out)
{
	struct members m = { .out = out };

	buf_add_byte(out, '{');
	member_text(&m, "name", o->name);
	member_text(&m, "level", level_name(o->level));
	member_text(&m, "effect", effect_name(o->effect));
	member_text(&m, "sees", sees_name(o->sees));
	member_text(&m, "verdict", verdict_name(o->verdict));
	if (o->verdict == VERDICT_FAIL)
		member_text(&m, "blame", blame_name(o->blame));
	member_text(&m, "expect", o->expect);
	member_text(&m, "wanted", o->wanted);
	member_text(&m, "got", o->got);
	member_text(&m, "difference", o->difference);
	buf_add_byte(out, '}');
}

static void write_guards(struct members *m, const struct result *r)
{
	member(m, "guards");
	for (size_t i = 0; i < r->guard_count; i++) {
		buf_add_byte(m->out, i == 0 ? '[' : ',');
		jscan_quote_shown(m->out, span_of(r->guards[i]));
	}
	buf_add_text(m->out, r->guard_count > 0 ? "]" : "[]");
}

static void write_checks(struct members *m, const struct result *r)
{
	member(m, "checks");
	for (size_t i = 0; i < r->outcome_count; i++) {
		buf_add_byte(m->out, i == 0 ? '[' : ',');
		write_check(&r->outcomes[i], m->out);
	}
	buf_add_text(m->out, r->outcome_count > 0 ? "]" : "[]");
}

static void write_case(const struct result *r, struct buf *out)
{
	struct members m = { .out = out };

	buf_add_byte(out, '{');
	member_text(&m, "id", r->id);
	member_text(&m, "area", r->area);
	member_text(&m, "file", r->file);
	member_text(&m, "title", r->title);
	member_text(&m, "level", level_name(r->level));
	member_text(&m, "effect", effect_name(r->effect));
	member_text(&m, "effect_seen", r->effect_seen);
	member_text(&m, "verdict", verdict_name(r->verdict));
	if (r->verdict == VERDICT_FAIL) {
		member_text(&m, "failed_level",
			    level_name(result_failed_level(r)));
		member_text(&m, "failed_effect",
			    effect_name(result_failed_effect(r)));
		member_text(&m, "blame", blame_name(r->blame));
	}
	if (r->cause > 0)
		member_number(&m, "cause", (long long)r->cause);
	member_text(&m, "reason", r->reason);
	member_text(&m, "expected", r->expected);
	if (r->left_out)
		member_bool(&m, "not_run", true);
	if (r->verdict == VERDICT_SKIP && r->not_meant)
		member_bool(&m, "not_meant", true);
	member_text(&m, "why", r->why);
	member_text(&m, "fix", r->fix);
	write_guards(&m, r);
	member_number(&m, "took_ms", r->took / TICK_MS);
	write_checks(&m, r);
	member_text(&m, "trace", r->trace);
	member_text(&m, "curl", r->curl);
	buf_add_byte(out, '}');
}

static void write_counts(struct members *m, const struct run_report *r)
{
	struct members counts = { .out = m->out };

	member(m, "counts");
	buf_add_byte(m->out, '{');
	for (int i = 0; i < VERDICT_COUNT; i++)
		member_number(&counts, verdict_name((enum verdict)i),
			      (long long)r->counts[i]);
	buf_add_byte(m->out, '}');
}

static void write_cap(enum grade_cap cap, const struct run_report *r,
		      struct buf *out)
{
	const char letter[] = { grade_cap_letter(cap), '\0' };
	struct members m = { .out = out };
	bool any = false;

	buf_add_byte(out, '{');
	member_text(&m, "letter", letter);
	member_text(&m, "reason", grade_cap_reason(cap));
	member(&m, "cases");
	buf_add_byte(out, '[');
	for (size_t i = 0; i < r->count; i++) {
		if (!grade_cap_has(cap, &r->list[i]))
			continue;
		if (any)
			buf_add_byte(out, ',');
		any = true;
		jscan_quote_shown(out, span_of(r->list[i].id));
	}
	buf_add_text(out, "]}");
}

static void write_caps(struct members *m, const struct grade *g,
		       const struct run_report *r)
{
	bool any = false;

	member(m, "caps");
	buf_add_byte(m->out, '[');
	for (int i = 0; i < CAP_COUNT; i++) {
		if (g->capped[i] == 0)
			continue;
		if (any)
			buf_add_byte(m->out, ',');
		any = true;
		write_cap((enum grade_cap)i, r, m->out);
	}
	buf_add_byte(m->out, ']');
}

/* If there is no grade, the letter is null. */
static void write_grade(struct members *m, const struct run_report *r)
{
	struct members inner = { .out = m->out };
	struct buf why = BUF_INIT(BUF_NO_LIMIT);
	struct grade g;
	char letter[2] = "";

	grade_of(r, &g);
	grade_partial(&g, &why);
	letter[0] = g.letter;
	member(m, "grade");
	buf_add_byte(m->out, '{');
	member(&inner, "letter");
	if (g.letter == GRADE_NONE)
		buf_add_text(m->out, "null");
	else
		jscan_quote_shown(m->out, span_of(letter));
	member_number(&inner, "score", (long long)g.score);
	member_bool(&inner, "partial", grade_is_partial(&g));
	member_number(&inner, "expected", (long long)g.expected);
	member_text(&inner, "missing", why.len > 0 ? buf_str(&why) : NULL);
	write_caps(&inner, &g, r);
	buf_add_byte(m->out, '}');
	buf_clear(&why);
}

static void write_examples(struct members *m, const struct cause *c)
{
	member(m, "examples");
	buf_add_byte(m->out, '[');
	for (size_t i = 0; i < c->example_count; i++) {
		struct members one = { .out = m->out };

		buf_add_text(m->out, i == 0 ? "{" : ",{");
		member_text(&one, "case", c->examples[i].id);
		member_text(&one, "sent", c->examples[i].sent);
		member_text(&one, "got", c->examples[i].got);
		buf_add_byte(m->out, '}');
	}
	buf_add_byte(m->out, ']');
}

static void write_cause(const struct run_report *r, const struct cause *c,
			struct buf *out)
{
	struct members m = { .out = out };

	buf_add_byte(out, '{');
	member_text(&m, "id", c->id);
	member_text(&m, "kind", c->kind);
	member_text(&m, "change", cause_change_name(c->change));
	member_text(&m, "headline", c->headline);
	member_number(&m, "count", (long long)c->count);
	member_number(&m, "of", (long long)c->of);
	if (!cause_is_note(c)) { /* a note breaks nothing */
		member_text(&m, "duty", c->duty);
		member_text(&m, "level", level_name(c->level));
		member_text(&m, "effect", effect_name(c->effect));
	}
	member_text(&m, "fix", c->fix);
	write_examples(&m, c);
	member(&m, "cases");
	buf_add_byte(out, '[');
	for (size_t i = 0; i < c->case_count; i++) {
		buf_add_text(out, i == 0 ? "" : ",");
		jscan_quote_shown(out, span_of(r->list[c->cases[i]].id));
	}
	buf_add_text(out, "]}");
}

static void write_causes(struct members *m, const struct run_report *r)
{
	member(m, "causes");
	buf_add_byte(m->out, '[');
	for (size_t i = 0; i < r->cause_count; i++) {
		buf_add_text(m->out, i == 0 ? "\n" : ",\n");
		write_cause(r, &r->causes[i], m->out);
	}
	buf_add_byte(m->out, ']');
}

/* Requirements that the gateway was not held to, because it was seen not to
 * offer them. */
static void write_not_offered(struct members *m, const struct run_report *r)
{
	member(m, "not_offered");
	buf_add_byte(m->out, '[');
	for (size_t i = 0; i < r->not_offered_count; i++) {
		const struct not_offered *n = &r->not_offered[i];
		struct members one = { .out = m->out };

		buf_add_text(m->out, i == 0 ? "{" : ",{");
		member_text(&one, "claim", n->claim);
		member_text(&one, "how", n->how);
		member_text(&one, "without", n->without);
		if (n->unseen)
			member_bool(&one, "unseen", true);
		buf_add_byte(m->out, '}');
	}
	buf_add_byte(m->out, ']');
}

void json_write(const struct run_report *r, struct buf *out)
{
	struct members m = { .out = out };

	buf_add_byte(out, '{');
	member_number(&m, "version", 2); /* version of this format */
	member_text(&m, "ccprobe", r->version);
	member_text(&m, "target", r->target);
	member_text(&m, "target_name", r->target_name);
	member_text(&m, "gateway", r->gateway_url);
	member_text(&m, "mock", r->mock_url);
	member_text(&m, "provider", r->provider);
	member_bool(&m, "insecure", r->insecure);
	if (r->rate > 0) {
		member(&m, "rate");
		buf_addf(out, "%.4g", r->rate);
	}
	member_text(&m, "client", r->client);
	member_text(&m, "client_format", r->client_format);
	member_text(&m, "date", r->date);
	member_text(&m, "channel", r->channel);
	member_text(&m, "implementation", r->implementation);
	member_text(&m, "implementation_version", r->implementation_version);
	member_text(&m, "contact", r->contact);
	member_text(&m, "command", r->command);
	member_number(&m, "took_ms", r->took / TICK_MS);
	member_bool(&m, "interrupted", r->interrupted);
	member_text(&m, "stopped", r->stopped);
	member_text(&m, "stopped_advice", r->stopped_advice);
	write_counts(&m, r);
	write_grade(&m, r);
	if (r->not_offered_count > 0)
		write_not_offered(&m, r);
	write_causes(&m, r);
	if (bill_any(r)) {
		member(&m, "prompt_cache");
		bill_write_json(r, out);
	}
	member(&m, "cases");
	buf_add_byte(out, '[');
	for (size_t i = 0; i < r->count; i++) {
		buf_add_text(out, i == 0 ? "\n" : ",\n");
		write_case(&r->list[i], out);
	}
	buf_add_text(out, "\n]}\n");
}
