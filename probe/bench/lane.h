/*
 * One of several streams side by side: a connection with one request at a time,
 * the reader of its answer, and a clock. Whoever owns it is asked for the next
 * request, and told what comes of it.
 */
#ifndef PROBE_BENCH_LANE_H
#define PROBE_BENCH_LANE_H

#include "net/dial.h"
#include "wire/http/answer.h"
#include "wire/http/sse.h"

struct lane_handler {
	void (*next)(void *arg); /* lane_send(), or nothing any more */
	void (*head)(void *arg); /* may be NULL */
	void (*piece)(void *arg, struct span piece); /* of the body */
	/* false: it was left for another request */
	bool (*event)(void *arg, const struct sse_event *ev);
	void (*whole)(void *arg);
	void (*broken)(void *arg, const char *why); /* the connection */
	void (*failed)(void *arg, const char *why); /* all else */
};

struct lane {
	struct loop *loop;
	const struct lane_handler *handler;
	void *arg;
	struct dial *dial; /* NULL: not connected */
	struct loop_timer start, clock;
	struct answer answer;
	struct sse sse;
	bool reads; /* answer and sse are in use */
	bool is_events;
};

/* What comes is asked for at this time. */
void lane_begin(struct lane *l, struct loop *loop, tick_t at,
		const struct lane_handler *handler, void *arg);
void lane_clear(struct lane *l);

/* The answer has to be whole after so much time. The request is lent until then. */
void lane_send(struct lane *l, const struct dial_to *to, struct span request,
	       tick_t patience);

/* After an answer, or in its place: the connection is closed; the next request
 * is asked for, in a later turn at least. */
void lane_hang_up(struct lane *l);
void lane_go_on(struct lane *l, tick_t pause);

/* After an answer that is whole: its connection is kept if the other side does. */
void lane_done(struct lane *l);

#endif
