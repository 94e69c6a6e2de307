/*
 * A gap: events of the provider and of the client between two places where both
 * streams are the same. Events of one kind are paired; what was dropped, added,
 * changed, merged or split is reported.
 */
#ifndef PROBE_CAUSES_GAP_H
#define PROBE_CAUSES_GAP_H

#include "probe/causes/behaviour_private.h"
#include "probe/causes/events.h"

struct gap { /* half-open ranges of the two lists of events */
	size_t a, a_end, b, b_end;
};

struct gap_streams {
	const struct behaviour_reading *r;
	struct events a, b; /* the provider's, the client's */
	size_t paired, compared;
	bool block_dropped;
};

void gap_read(struct gap_streams *c, const struct gap *g);

/* The client's stream ended too early: events after its last one were not
 * dropped. */
bool gap_is_tail_lost(const struct gap_streams *c);

/* Reports that an event of the provider became one that the API does not
 * have. */
void gap_saw_replaced(struct gap_streams *c, const struct event *was,
		      const struct event *is);

#endif
