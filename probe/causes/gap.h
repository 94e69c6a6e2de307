/*
 * A gap: events of the provider and of the client between two places where both
 * streams are the same. They are put together by kind; what is told is what was
 * dropped, added, changed, merged, split.
 */
#ifndef PROBE_CAUSES_GAP_H
#define PROBE_CAUSES_GAP_H

#include "probe/causes/behaviour_private.h"
#include "probe/causes/events.h"

struct gap { /* half-open ranges of both sides */
	size_t a, a_end, b, b_end;
};

struct gap_streams {
	const struct behaviour_reading *r;
	struct events a, b; /* the provider's, the client's */
	size_t paired, compared;
	bool block_dropped;
};

void gap_read(struct gap_streams *c, const struct gap *g);

/* The client's stream ends before its time: what is missing after its last
 * event was not dropped. */
bool gap_is_tail_lost(const struct gap_streams *c);

/* An event of the provider's became one that is not of the API. */
void gap_saw_replaced(struct gap_streams *c, const struct event *was,
		      const struct event *is);

#endif
