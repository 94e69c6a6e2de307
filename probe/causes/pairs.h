/*
 * Which request of the gateway to the provider came from which of the client:
 * both sides of a run, side by side.
 */
#ifndef PROBE_CAUSES_PAIRS_H
#define PROBE_CAUSES_PAIRS_H

#include "probe/look/view.h"

struct pair {
	const struct exchange *c; /* the client's */
	const struct exchange **u; /* what came of it, in order; may be none */
	size_t count;
	bool raw; /* sent as raw bytes, which may hold more than a request */
};

struct pairs { /* zero-initialised is empty */
	struct pair *list; /* one a request of the client, in order */
	size_t count;
};

/* Borrows from the view. Of requests that are alike and under way at once it
 * takes those together that have the most in common. */
void pairs_of(struct pairs *out, const struct view *v);
void pairs_clear(struct pairs *p);

/* The one that the client got the answer of; NULL: none. */
const struct exchange *pair_answered(const struct pair *p);

#endif
