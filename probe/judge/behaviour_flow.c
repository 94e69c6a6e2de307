/* When things came, how they ended, and what kept a run waiting. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "probe/judge/behaviour_private.h"
#include "probe/judge/diagnosis.h"
#include "wire/bytes/mem.h"

static void saw(const struct behaviour_reading *r, enum behaviour_kind kind,
		const char *subject, const char *said)
{
	struct behaviour_sight s = { .kind = kind,
				     .subject = subject,
				     .said = said };

	s.sent = s.got = span_make(NULL, 0);
	if (r->u != NULL)
		s.sent = span_of(end_name(r->u->end));
	if (r->c != NULL)
		s.got = span_of(end_name(r->c->end));
	behaviours_add(r->seen, &s);
}

/* ---- ends ---- */

enum flow_how { HOW_CLEAN, HOW_BROKEN, HOW_OPEN, HOW_OTHER };

static enum flow_how how_of(enum stream_end end)
{
	switch (end) {
	case END_CLEAN:
		return HOW_CLEAN;
	case END_CUT:
	case END_RESET:
	case END_BAD:
		return HOW_BROKEN;
	case END_OPEN:
	case END_TIMEOUT:
		return HOW_OPEN;
	default:
		return HOW_OTHER;
	}
}

static void read_end(const struct behaviour_reading *r)
{
	static const char *const names[] = { "clean", "broken", "open" };
	enum flow_how was = how_of(r->u->end), is = how_of(r->c->end);
	char subject[32], of[32];

	if (was == HOW_OTHER || is == HOW_OTHER)
		return;
	snprintf(of, sizeof(of), "end %s", names[was]);
	behaviours_count(r->seen, of);
	if (was == is || was == HOW_OPEN)
		return;
	snprintf(subject, sizeof(subject), "%s-%s", end_name(r->u->end),
		 is == HOW_BROKEN ? end_name(r->c->end) : names[is]);
	saw(r, BEHAVIOUR_END_CHANGED, subject, NULL);
}

/* The mock was hung up on, though nobody had left. */
static void read_gave_up(const struct behaviour_reading *r)
{
	if (r->u->end != END_CANCELLED || r->c->end == END_CANCELLED ||
	    r->c->end == END_TIMEOUT || r->c->end == END_OPEN)
		return;
	saw(r, BEHAVIOUR_GAVE_UP,
	    r->u->response != NULL ? "in-answer" : "before-head",
	    r->u->response != NULL ? "in the middle of its answer"
				   : "before it has answered");
}

static void read_hang_up(const struct behaviour_reading *r)
{
	const char *when =
		r->c->head_at == TICK_NEVER ? "before-head" : "in-answer";

	if (r->c->end != END_CANCELLED)
		return;
	behaviours_count(r->seen, "cancelled requests");
	if (r->u->ended_at < r->c->ended_at || r->u->end == END_CANCELLED)
		return;
	saw(r, BEHAVIOUR_HANG_UP_IGNORED, when,
	    r->c->head_at == TICK_NEVER ? "before its answer has begun"
					: "in the middle of its answer");
}

static void read_early(const struct behaviour_reading *r)
{
	if (r->c->head_at < r->u->head_at && r->c->response->status < 400)
		saw(r, BEHAVIOUR_HEAD_EARLY, "", NULL);
}

static void read_connection(const struct behaviour_reading *r)
{
	if (r->c->response == NULL || r->c->response->status >= 400 ||
	    !headers_has_token(&r->c->response->headers, "connection",
			       "close") ||
	    headers_has_token(&r->c->request->headers, "connection", "close"))
		return;
	saw(r, BEHAVIOUR_CONNECTION_CLOSED, "", NULL);
}

void behaviour_flow(const struct behaviour_reading *r)
{
	read_connection(r);
	if (r->u == NULL)
		return;
	read_gave_up(r);
	read_hang_up(r);
	if (r->c->response == NULL || r->pair->raw)
		return;
	read_early(r);
	if (r->u->response != NULL)
		read_end(r);
}

/* ---- what kept the run waiting ---- */

/* The step that was waited for in vain, from 1; 0: none. */
static size_t waited_in_vain(const struct wlog_entry *e)
{
	char *rest;
	unsigned long step;

	if (e->kind != WLOG_STEP || e->text == NULL)
		return 0;
	step = strtoul(e->text, &rest, 10);
	if (strcmp(rest, " until timeout") != 0 &&
	    strcmp(rest, " await timeout") != 0)
		return 0;
	return step;
}

static void read_buffering(struct behaviours *seen, const struct view *v,
			   size_t step)
{
	static const char front[] = "the gateway buffers: ";
	struct buf said = BUF_INIT(4096);
	struct behaviour_sight s = { .kind = BEHAVIOUR_BUFFERED,
				     .subject = "" };

	if (!diagnosis_buffering(v->log, v->run, step, &said)) {
		buf_clear(&said);
		return;
	}
	if (span_find(buf_span(&said), span_of("the head")) != SIZE_MAX)
		s.kind = BEHAVIOUR_HEAD_DELAYED;
	else if (span_starts(buf_span(&said), front))
		buf_drop(&said, strlen(front));
	if (s.kind == BEHAVIOUR_BUFFERED)
		s.said = buf_str(&said);
	s.sent = s.got = span_make(NULL, 0);
	behaviours_add(seen, &s);
	buf_clear(&said);
}

static bool is_waiting(const struct pair *p, tick_t at)
{
	return p->c->began < at && p->c->ended_at >= at &&
	       (p->count == 0 || p->u[0]->began > at);
}

static bool is_served(const struct pair *p, tick_t at)
{
	return p->c->began < at && p->count > 0 && p->u[0]->began < at &&
	       p->u[0]->ended_at >= at;
}

/* One request is with the provider and another has not got there. */
static void read_queue(struct behaviours *seen, const struct pairs *p,
		       tick_t at)
{
	struct behaviour_sight s = { .kind = BEHAVIOUR_SERIALISED,
				     .subject = "" };
	size_t waiting = SIZE_MAX;
	bool served = false;

	for (size_t i = 0; i < p->count; i++) {
		if (is_waiting(&p->list[i], at))
			waiting = i;
		served = served || is_served(&p->list[i], at);
	}
	if (!served || waiting == SIZE_MAX)
		return;
	s.sent = s.got = span_make(NULL, 0);
	behaviours_pair(seen, waiting);
	behaviours_add(seen, &s);
}

void behaviour_waiting(struct behaviours *seen, const struct view *v,
		       const struct pairs *p)
{
	for (size_t i = 0; i < v->log->count; i++) {
		const struct wlog_entry *e = &v->log->list[i];
		size_t step = e->run == v->run ? waited_in_vain(e) : 0;

		if (step == 0)
			continue;
		read_buffering(seen, v, step);
		read_queue(seen, p, e->at);
	}
}
