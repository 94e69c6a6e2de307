/*
 * One of several streams at a time: a connection with one request at a time,
 * the reader of its answer, and a clock. It asks its handler for each request,
 * and tells the handler what became of it.
 */
#ifndef PROBE_BENCH_LANE_H
#define PROBE_BENCH_LANE_H

#include "net/dial.h"
#include "wire/http/answer.h"
#include "wire/http/sse.h"

struct lane_handler {
	void (*next)(void *arg); /* calls lane_send(), or ends the lane */
	void (*head)(void *arg); /* the head is complete; may be NULL */
	void (*piece)(void *arg, struct span piece); /* bytes of the body */
	/* false: the handler has called lane_go_on(), and wants no more of this
	 * answer */
	bool (*event)(void *arg, const struct sse_event *ev);
	/* the answer is complete */
	void (*whole)(void *arg);
	void (*broken)(void *arg, const char *why); /* the connection broke */
	void (*failed)(void *arg, const char *why); /* any other failure */
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

/* The handler is asked for the first request at this time. */
void lane_begin(struct lane *l, struct loop *loop, tick_t at,
		const struct lane_handler *handler, void *arg);
void lane_clear(struct lane *l);

/* The answer must be complete within `patience`, or it has failed. The request
 * is borrowed until the answer ends. */
void lane_send(struct lane *l, const struct dial_to *to, struct span request,
	       tick_t patience);

/* After an answer, or instead of its end: lane_hang_up() closes the connection,
 * lane_go_on() asks for the next request after `pause`, in a later turn of the
 * loop. */
void lane_hang_up(struct lane *l);
void lane_go_on(struct lane *l, tick_t pause);

/* After a complete answer: asks for the next request; the connection is kept
 * unless the answer says "Connection: close". */
void lane_done(struct lane *l);

#endif
