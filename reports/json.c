/* JSON: all that the run knows, one case a line. */
#include "reports/reports.h"

#include "reports/grade.h"
#include "wire/jscan.h"

/* Members of one object; the first has no comma in front. */
struct members {
	struct buf *out;
	bool any;
};

static void member(struct members *m, const char *name)
{
	if (m->any)
		buf_add_byte(m->out, ',');
	m->any = true;
	jscan_quote(m->out, span_of(name));
	buf_add_byte(m->out, ':');
}

/* Texts that are NULL are left out. */
static void text(struct members *m, const char *name, const char *value)
{
	if (!value)
		return;
	member(m, name);
	jscan_quote(m->out, span_of(value));
}

static void number(struct members *m, const char *name, long long value)
{
	member(m, name);
	buf_addf(m->out, "%lld", value);
}

static void write_check(const struct outcome *o, struct buf *out)
{
	struct members m = { .out = out };

	buf_add_byte(out, '{');
	text(&m, "name", o->name);
	text(&m, "level", level_name(o->level));
	text(&m, "verdict", verdict_name(o->verdict));
	if (o->verdict == VERDICT_FAIL)
		text(&m, "blame", blame_name(o->blame));
	text(&m, "expect", o->expect);
	text(&m, "wanted", o->wanted);
	text(&m, "got", o->got);
	text(&m, "difference", o->difference);
	buf_add_byte(out, '}');
}

static void write_guards(struct members *m, const struct result *r)
{
	member(m, "guards");
	for (size_t i = 0; i < r->guard_count; i++) {
		buf_add_byte(m->out, i == 0 ? '[' : ',');
		jscan_quote(m->out, span_of(r->guards[i]));
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
	text(&m, "id", r->id);
	text(&m, "area", r->area);
	text(&m, "file", r->file);
	text(&m, "title", r->title);
	text(&m, "level", level_name(r->level));
	text(&m, "effect", effect_name(r->effect));
	text(&m, "effect_seen", r->effect_seen);
	text(&m, "verdict", verdict_name(r->verdict));
	if (r->verdict == VERDICT_FAIL)
		text(&m, "blame", blame_name(r->blame));
	text(&m, "reason", r->reason);
	if (r->left_out) {
		member(&m, "not_run");
		buf_add_text(out, "true");
	}
	text(&m, "why", r->why);
	text(&m, "fix", r->fix);
	write_guards(&m, r);
	number(&m, "took_ms", r->took / TICK_MS);
	write_checks(&m, r);
	text(&m, "trace", r->trace);
	text(&m, "curl", r->curl);
	buf_add_byte(out, '}');
}

static void write_counts(struct members *m, const struct run_report *r)
{
	struct members counts = { .out = m->out };

	member(m, "counts");
	buf_add_byte(m->out, '{');
	for (int i = 0; i < VERDICT_COUNT; i++)
		number(&counts, verdict_name((enum verdict)i),
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
	text(&m, "letter", letter);
	text(&m, "reason", grade_cap_reason(cap));
	member(&m, "cases");
	buf_add_byte(out, '[');
	for (size_t i = 0; i < r->count; i++) {
		if (!grade_cap_has(cap, &r->list[i]))
			continue;
		if (any)
			buf_add_byte(out, ',');
		any = true;
		jscan_quote(out, span_of(r->list[i].id));
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

/* Without a grade the letter is null. */
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
		jscan_quote(m->out, span_of(letter));
	number(&inner, "score", (long long)g.score);
	member(&inner, "partial");
	buf_add_text(m->out, grade_is_partial(&g) ? "true" : "false");
	text(&inner, "missing", why.len > 0 ? buf_str(&why) : NULL);
	write_caps(&inner, &g, r);
	buf_add_byte(m->out, '}');
	buf_clear(&why);
}

void json_write(const struct run_report *r, struct buf *out)
{
	struct members m = { .out = out };

	buf_add_byte(out, '{');
	number(&m, "version", 1); /* of this format */
	text(&m, "ccprobe", r->version);
	text(&m, "target", r->target);
	text(&m, "gateway", r->gateway_url);
	text(&m, "mock", r->mock_url);
	text(&m, "client", r->client);
	text(&m, "date", r->date);
	text(&m, "channel", r->channel);
	text(&m, "implementation", r->implementation);
	text(&m, "implementation_version", r->implementation_version);
	text(&m, "contact", r->contact);
	number(&m, "took_ms", r->took / TICK_MS);
	member(&m, "interrupted");
	buf_add_text(out, r->interrupted ? "true" : "false");
	write_counts(&m, r);
	write_grade(&m, r);
	member(&m, "cases");
	buf_add_byte(out, '[');
	for (size_t i = 0; i < r->count; i++) {
		buf_add_text(out, i == 0 ? "\n" : ",\n");
		write_case(&r->list[i], out);
	}
	buf_add_text(out, "\n]}\n");
}
