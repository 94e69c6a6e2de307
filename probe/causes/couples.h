/*
 * Which request of the gateway to the provider came from which of the client:
 * both sides of a run, side by side.
 */
#ifndef PROBE_CAUSES_COUPLES_H
#define PROBE_CAUSES_COUPLES_H

#include "probe/look/view.h"

struct couple {
	const struct exchange *c; /* the client's */
	const struct exchange **u; /* what came of it, in order; may be none */
	size_t count;
	bool raw; /* sent as raw bytes, which may hold more than a request */
};

struct couples { /* zero-initialised is empty */
	struct couple *list; /* one a request of the client, in order */
	size_t count;
};

/* Borrows from the view. Of requests that are alike and under way at once it
 * takes those together that have the most in common. */
void couples_of(struct couples *out, const struct view *v);
void couples_clear(struct couples *p);

/* The one that the client got the answer of; NULL: none. */
const struct exchange *couple_answered(const struct couple *p);

#endif
