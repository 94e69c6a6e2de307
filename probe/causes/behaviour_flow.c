/* Reads when things came, how they ended, and what a run waited for in vain. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "probe/causes/behaviour_private.h"
#include "probe/judge/diagnosis.h"
#include "probe/causes/trigger.h"
#include "wire/http/chunked.h"
#include "wire/http/hop.h"

/* A stream must last at least this long to show whether the gateway collects
 * it before it passes it on. */
#define COLLECTED (100 * TICK_MS)

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

static bool is_whole(const struct exchange *u)
{
	struct span rest = buf_span(&u->body), piece;
	struct chunked chunked = { .left = 0 };

	while (chunked_next(&chunked, &rest, &piece))
		;
	return chunked.state == CHUNKED_DONE;
}

/* Some scripts write raw bytes: the framing then tells how the answer ended. */
static enum stream_end provider_end(const struct exchange *u)
{
	const struct headers *h = &u->response->headers;
	struct http_head head = { .status = u->response->status,
				  .headers = *h };
	uint64_t length;

	if (how_of(u->end) != HOW_CLEAN && how_of(u->end) != HOW_BROKEN)
		return u->end;
	if (u->response->minor == 0 && u->end == END_CUT)
		return END_CLEAN; /* HTTP/1.0: the answer ends with its
				     connection */
	if (headers_get(h, "transfer-encoding") != NULL)
		return is_whole(u)           ? END_CLEAN
		       : u->end == END_CLEAN ? END_CUT
					     : u->end;
	if (hop_length(&head, &length) && length > 0)
		return u->body.len >= length ? END_CLEAN
		       : u->end == END_CLEAN ? END_CUT
					     : u->end;
	return u->end;
}

static void read_end(const struct behaviour_reading *r)
{
	static const char *const names[] = { "clean", "broken", "open" };
	enum stream_end end = provider_end(r->u);
	enum flow_how was = how_of(end), is = how_of(r->c->end);
	char subject[32], of[32];

	if (was == HOW_OTHER || is == HOW_OTHER ||
	    r->u->response->status < 200 ||
	    r->u->response->status != r->c->response->status)
		return; /* not about the end of the provider's answer */
	snprintf(of, sizeof(of), "end %s", names[was]);
	behaviours_count(r->seen, of);
	if (was == is || was == HOW_OPEN)
		return;
	snprintf(subject, sizeof(subject), "%s-%s", end_name(end),
		 is == HOW_BROKEN ? end_name(r->c->end) : names[is]);
	saw(r, BEHAVIOUR_END_CHANGED, subject, NULL);
}

/* The gateway closed its connection to the mock, although the client was still
 * there. */
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

/*
 * A slow stream that reached the client all at once, after it had ended. This
 * is a weak sign, so it is reported only if it explains a failure.
 */
static void read_collected(const struct behaviour_reading *r)
{
	char words[120];
	tick_t took;

	if (!r->u->is_stream || r->u->event_count < 3 ||
	    r->u->ended_at == TICK_NEVER || r->c->first_byte_at == TICK_NEVER ||
	    r->c->first_byte_at < r->u->ended_at)
		return;
	took = r->u->events[r->u->event_count - 1].at - r->u->events[0].at;
	if (took < COLLECTED)
		return;
	snprintf(words, sizeof(words),
		 "nothing had reached the client before the provider ended, "
		 "%" PRId64 " ms after its first event",
		 (int64_t)(took / TICK_MS));
	saw(r, BEHAVIOUR_BUFFERED, "", words);
}

static void read_empty(const struct behaviour_reading *r)
{
	if (r->u->is_stream && r->u->content.len == 0 &&
	    r->c->content.len == 0 && r->u->end == END_CLEAN &&
	    r->c->end == END_CLEAN)
		saw(r, BEHAVIOUR_EMPTY_RELAYED, "", NULL);
}

static void read_early(const struct behaviour_reading *r)
{
	if (r->c->head_at < r->u->head_at && r->c->response->status < 400)
		saw(r, BEHAVIOUR_HEAD_EARLY, "", NULL);
}

/* A request of raw bytes may have more after it. This one was answered, and
 * nothing came for the rest. */
static bool is_left_alone(const struct behaviour_reading *r)
{
	return r->pair->raw && r->c->end == END_CLEAN && r->c->extra.len == 0;
}

static void read_connection(const struct behaviour_reading *r)
{
	if (r->c->response == NULL || r->c->response->status >= 400 ||
	    strcmp(trigger_of(r->pair, r->keys)->name, TRIGGER_FRAMING) == 0 ||
	    (!headers_has_token(&r->c->response->headers, "connection",
				"close") &&
	     !is_left_alone(r)) ||
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
	if (r->u->response == NULL)
		return;
	read_early(r);
	read_end(r);
	read_empty(r);
	read_collected(r);
}

/* ---- what the run waited for ---- */

/* The step that was waited for in vain, from 1; 0: this entry is none. */
static size_t waited_in_vain(const struct wlog_entry *e)
{
	return e->kind == WLOG_STEP && e->step.outcome == OUTCOME_TIMEOUT
		       ? e->step.index
		       : 0;
}

struct amount { /* of an answer, in bytes or events */
	size_t then, all; /* when the wait was given up; at the end */
};

static struct amount bytes_of(const struct exchange *x, tick_t at)
{
	struct amount n = { .all = x->body.len };

	for (size_t i = 0; i < x->pieces && x->arrivals[i].at <= at; i++)
		n.then = x->arrivals[i].end;
	return n;
}

static struct amount events_of(const struct exchange *x, tick_t at)
{
	struct amount n = { .then = 0 };

	for (size_t i = 0; i < x->event_count; i++) {
		n.then += view_event_counts(&x->events[i]) &&
			  x->events[i].at <= at;
		n.all += view_event_counts(&x->events[i]);
	}
	return n;
}

/* Events are counted if the bytes of both sides differ; otherwise bytes, which
 * include comments. */
static bool is_by_events(const struct exchange *u, const struct exchange *c)
{
	return u->is_stream && c->is_stream &&
	       !span_equal(buf_span(&u->body), buf_span(&c->body));
}

/*
 * The client had got less than the provider had sent, and it was no loss: the
 * rest came later, or nothing had come at all.
 */
static bool is_behind(const struct exchange *u, const struct exchange *c,
		      tick_t at, struct amount *sent, struct amount *got)
{
	bool by_events = is_by_events(u, c);

	*sent = by_events ? events_of(u, at) : bytes_of(u, at);
	*got = by_events ? events_of(c, at) : bytes_of(c, at);
	if (sent->then <= got->then)
		return false;
	return got->then == 0 ||
	       sent->then - got->then >
		       (sent->all > got->all ? sent->all - got->all : 0);
}

static void saw_buffering(struct behaviours *seen, const struct view *v,
			  size_t step, const char *own_words)
{
	struct buf said = BUF_INIT(4096);
	struct behaviour_sight s = { .kind = BEHAVIOUR_BUFFERED,
				     .subject = "" };

	if (!diagnosis_buffering(v->log, v->run, step, &said))
		buf_add_text(&said, own_words);
	s.said = buf_str(&said);
	s.sent = s.got = span_make(NULL, 0);
	behaviours_add(seen, &s);
	buf_clear(&said);
}

static void read_buffering(struct behaviours *seen, const struct view *v,
			   const struct couple *p, size_t step, tick_t at)
{
	const struct exchange *u = couple_answered(p);
	struct amount sent, got;
	char words[120];

	if (u == NULL || u->head_at > at || p->c->began > at ||
	    p->c->ended_at < at)
		return;
	if (is_behind(u, p->c, at, &sent, &got)) {
		snprintf(words, sizeof(words),
			 "of %zu %s that the provider had sent, %zu had "
			 "reached the client",
			 sent.then, is_by_events(u, p->c) ? "events" : "bytes",
			 got.then);
		saw_buffering(seen, v, step, words);
	} else if (p->c->head_at > at) {
		struct behaviour_sight s = { .kind = BEHAVIOUR_HEAD_DELAYED,
					     .subject = "" };

		s.sent = s.got = span_make(NULL, 0);
		behaviours_add(seen, &s);
	}
}

static bool is_waiting(const struct couple *p, tick_t at)
{
	return p->c->began < at && p->c->ended_at >= at &&
	       (p->count == 0 || p->u[0]->began > at);
}

static bool is_served(const struct couple *p, tick_t at)
{
	return p->c->began < at && p->count > 0 && p->u[0]->began < at &&
	       p->u[0]->ended_at >= at;
}

/* One request has reached the provider, and another waits for it to end. */
static void read_queue(struct behaviours *seen, const struct couples *p,
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
		       const struct couples *p)
{
	for (size_t i = 0; i < v->log->count; i++) {
		const struct wlog_entry *e = &v->log->list[i];
		size_t step = e->run == v->run ? waited_in_vain(e) : 0;

		if (step == 0)
			continue;
		for (size_t k = 0; k < p->count; k++) {
			behaviours_pair(seen, k);
			read_buffering(seen, v, &p->list[k], step, e->at);
		}
		read_queue(seen, p, e->at);
	}
}
