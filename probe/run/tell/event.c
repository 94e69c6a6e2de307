/* Writes the events of a run as JSON lines. */
#include "probe/run/tell/event.h"

#include "reports/grade.h"
#include "reports/members.h"

static struct members begin(const char *event, struct buf *out)
{
	struct members m = { .out = out };

	buf_add_byte(out, '{');
	member_text(&m, "event", event);
	return m;
}

static void end(struct members *m)
{
	buf_add_text(m->out, "}\n");
}

void event_start_write(const struct event_start *e, struct buf *out)
{
	struct members m = begin("start", out);

	member_number(&m, "format", EVENT_FORMAT);
	member_text(&m, "ccprobe", e->version);
	member_text(&m, "client", e->client);
	member_text(&m, "gateway", e->gateway);
	member_text(&m, "mock", e->mock);
	member_number(&m, "cases", (long long)e->count);
	end(&m);
}

void event_case_write(const struct result *r, size_t n, tick_t at,
		      struct buf *out)
{
	struct members m = begin("case", out);

	member_text(&m, "id", r->id);
	member_text(&m, "verdict", verdict_name(r->verdict));
	if (r->verdict == VERDICT_FAIL) {
		member_text(&m, "level", level_name(result_failed_level(r)));
		member_text(&m, "effect", effect_name(result_failed_effect(r)));
	}
	member_text(&m, "reason", r->reason);
	member_number(&m, "took_ms", (long long)(r->took / TICK_MS));
	member_number(&m, "at_ms", (long long)(at / TICK_MS));
	member_number(&m, "finished", (long long)n);
	end(&m);
}

static void add_counts(struct members *m, const struct run_report *r)
{
	struct members counts = { .out = m->out };

	member(m, "counts");
	buf_add_byte(m->out, '{');
	for (int v = 0; v < VERDICT_COUNT; v++)
		member_number(&counts, verdict_name((enum verdict)v),
			      (long long)r->counts[v]);
	buf_add_byte(m->out, '}');
}

void event_end_write(const struct run_report *r, int status, struct buf *out)
{
	struct members m = begin("end", out);
	char letter[2] = { 0 };
	struct grade g;

	grade_of(r, &g);
	letter[0] = g.letter;
	member_number(&m, "status", status);
	add_counts(&m, r);
	member_text(&m, "grade", g.letter == GRADE_NONE ? "none" : letter);
	member_bool(&m, "partial", grade_is_partial(&g));
	member_bool(&m, "interrupted", r->interrupted);
	member_number(&m, "took_ms", (long long)(r->took / TICK_MS));
	end(&m);
}

void event_stopped_write(const char *reason, int status, struct buf *out)
{
	struct members m = begin("stopped", out);

	member_text(&m, "reason", reason);
	member_number(&m, "status", status);
	end(&m);
}
