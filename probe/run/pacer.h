/*
 * Gives the requests of all runs to one gateway their turns, where a rate
 * limits them. Runs that have begun come first, so that their open exchanges do
 * not wait for runs that have not.
 */
#ifndef PROBE_RUN_PACER_H
#define PROBE_RUN_PACER_H

#include "net/loop.h"
#include "wire/bytes/rate.h"

struct pacer_place { /* a place in the queue; zero-initialised: not in it */
	struct pacer_place *next;
	struct pacer *pacer; /* NULL: not in the queue */
	bool under_way;
	void (*turn)(void *arg); /* called when the place has left the queue */
	void *arg;
};

struct pacer {
	struct loop *loop;
	struct rate rate;
	struct pacer_place *first;
	struct loop_timer timer;
};

/* Puts it into the queue; `turn` is called once, later. */
void pacer_add(struct pacer *p, struct pacer_place *place);

/* Takes it out of the queue, if it is in one. */
void pacer_leave(struct pacer_place *place);

#endif
