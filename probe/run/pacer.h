/*
 * The turns of all runs that send to one gateway, where requests have a pace. A
 * run that is under way goes first: what it has open is not to wait for those
 * that have not begun.
 */
#ifndef PROBE_RUN_PACER_H
#define PROBE_RUN_PACER_H

#include "net/loop.h"
#include "wire/bytes/rate.h"

struct pacer_place { /* in the queue; zero-initialised: in none */
	struct pacer_place *next;
	struct pacer *pacer; /* NULL: not in the queue */
	bool under_way;
	void (*turn)(void *arg); /* it is out of the queue then */
	void *arg;
};

struct pacer {
	struct loop *loop;
	struct rate rate;
	struct pacer_place *first;
	struct loop_timer timer;
};

/* Puts it into the queue; its turn comes later, once. */
void pacer_add(struct pacer *p, struct pacer_place *place);

/* Out of the queue, if it is in one. */
void pacer_leave(struct pacer_place *place);

#endif
