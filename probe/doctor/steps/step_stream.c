/* Checks streaming: the events, their order, and whether they come as the model
 * makes them. */
#include <string.h>

#include "probe/doctor/steps/step_private.h"
#include "probe/look/grammar.h"

/* The marker makes ccmock as slow as a model; a model ignores it. The answer is
 * long enough to see whether it comes as it is made. */
#define PROMPT "Count from 1 to 40, one number a line, in digits. [pace:25]"
#define MAX_TOKENS 160
#define TEXT_LIMIT ((size_t)4 * 1024)

/* An answer that took LONGER than one of a single token was made bit by bit; if
 * all of it came within BURST, it was held back. */
#define LONGER (150 * TICK_MS)
#define BURST (40 * TICK_MS)
#define LEAST_EVENTS 6

/* ---- what is in it ---- */

static bool has_bytes(const struct doctor_call *c, const char *text)
{
	return span_find(buf_span(&c->got.body), span_of(text)) != SIZE_MAX;
}

static bool has_event(const struct exchange *x, const char *name)
{
	for (size_t i = 0; i < x->event_count; i++)
		if (strcmp(x->events[i].name, name) == 0)
			return true;
	return false;
}

/* Whether this is no stream of this API at all; a finding then says so. */
static bool is_other(struct doctor *d, const struct doctor_call *c,
		     const struct look *s, struct step_result *out)
{
	const char *type = headers_get(&c->got.head.headers, "content-type");

	if (has_bytes(c, "chat.completion.chunk") ||
	    (has_bytes(c, "\"choices\"") && has_bytes(c, "data:"))) {
		step_finding(d, out, "DR-STREAM-FOREIGN", c, NULL, NULL, NULL);
		return true;
	}
	if (step_has_type(c, "text/event-stream"))
		return false;
	if (has_event(s->x, "message_start")) {
		step_finding(d, out, "DR-STREAM-TYPE", c, type, NULL, NULL);
		return true;
	}
	step_finding(d, out, "DR-STREAM-NOT-EVENTS", c, type, NULL, NULL);
	return true;
}

/* The end marker of another API's streams, which the grammar ignores. */
static bool has_done(const struct exchange *x)
{
	for (size_t i = 0; i < x->event_count; i++)
		if (strcmp(x->events[i].data, "[DONE]") == 0)
			return true;
	return false;
}

static bool is_disordered(struct doctor *d, const struct doctor_call *c,
			  const struct look *s, struct step_result *out)
{
	struct buf why = BUF_INIT(TEXT_LIMIT);
	enum grammar_fault fault = grammar_check(s->x, &why);
	const char *code = NULL;

	if (has_event(s->x, "message_start") &&
	    !has_event(s->x, "message_stop"))
		code = "DR-STREAM-NO-STOP";
	else if (fault == GRAMMAR_USAGE)
		code = "DR-STREAM-NO-USAGE";
	else if (fault != GRAMMAR_GOOD)
		code = "DR-STREAM-ORDER";
	else if (has_done(s->x))
		code = "DR-STREAM-DONE";
	if (code)
		step_finding(d, out, code, c, buf_str(&why), NULL, NULL);
	buf_clear(&why);
	return code != NULL;
}

/* ---- when it came ---- */

static tick_t took(const struct doctor_call *c)
{
	return c->got.ended - c->got.began;
}

static tick_t spread_of(const struct exchange *x)
{
	return x->events[x->event_count - 1].at - x->events[0].at;
}

static bool is_held_back(const struct doctor *d, const struct doctor_call *c,
			 const struct look *s)
{
	return s->x->event_count >= LEAST_EVENTS && d->first &&
	       took(c) > took(d->first) + LONGER && spread_of(s->x) < BURST;
}

static void judge_flow(struct doctor *d, const struct doctor_call *c,
		       const struct look *s, struct step_result *out)
{
	size_t count = s->x->event_count;
	tick_t spread;

	if (count < LEAST_EVENTS) {
		buf_addf(&out->text, "%zu events, too few to tell more", count);
		return;
	}
	spread = spread_of(s->x);
	buf_addf(&out->text, "%zu events within %lld ms", count,
		 (long long)(spread / TICK_MS));
	if (is_held_back(d, c, s)) {
		buf_addf(&out->text, ", after %lld ms of nothing",
			 (long long)((took(c) - spread) / TICK_MS));
		step_finding(d, out, "DR-NOT-STREAMED", c, NULL, NULL, NULL);
	} else if (spread < BURST) {
		buf_add_text(&out->text,
			     ": too quick to tell whether they are held back");
	}
}

/* ---- the step ---- */

/* For the client the answer ends only when the body ends. */
static bool stays_open(const struct doctor_call *c, const struct look *s)
{
	return c->got.end == END_TIMEOUT && has_event(s->x, "message_stop");
}

/* A whole answer that does not itself report an error. */
static bool is_whole(const struct doctor_call *c, const struct look *s)
{
	return c->got.head.status == 200 && c->got.end == END_CLEAN &&
	       c->got.body.len > 0 && !has_event(s->x, "error") &&
	       !step_has_type(c, "text/html");
}

/* If there is no stream, steps that need one are skipped. */
static void judge(struct doctor *d, const struct doctor_call *c,
		  const struct look *s, struct step_result *out)
{
	if (stays_open(c, s)) {
		step_finding(d, out, "DR-STREAM-OPEN", c, NULL, NULL, NULL);
		doctor_tell(c, &out->text);
		out->state = STATE_BAD;
	} else if (is_whole(c, s) && is_other(d, c, s, out)) {
		doctor_tell(c, &out->text);
		if (!has_event(s->x, "message_start"))
			out->state = STATE_BAD;
	} else if (is_whole(c, s) && has_event(s->x, "message_start") &&
		   is_disordered(d, c, s, out)) {
		doctor_tell(c, &out->text);
	} else if (step_failed(d, c, out)) {
		out->state = STATE_BAD;
	} else {
		judge_flow(d, c, s, out);
	}
}

/* A machine that was busy reads late, and then everything at once. So a stream
 * that looks held back is asked for again. */
void step_stream(struct doctor *d, struct step_result *out)
{
	bool again = true;

	for (int n = 0; again && n < 2; n++) {
		struct doctor_call c = { .method = NULL };
		struct look s;

		doctor_small(d, &c, MAX_TOKENS, PROMPT, ",\"stream\":true");
		again = step_ask(d, &c, out);
		if (again) {
			look_of(&s, &c);
			again = n == 0 && is_held_back(d, &c, &s) &&
				doctor_spare(d);
			if (!again)
				judge(d, &c, &s, out);
			look_clear(&s);
		}
		doctor_call_clear(&c);
	}
}
