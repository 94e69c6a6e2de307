/* Which requests to the provider came from which request of the client. */
#ifndef PROBE_CAUSES_COUPLES_H
#define PROBE_CAUSES_COUPLES_H

#include "probe/look/view.h"

struct couple {
	const struct exchange *c; /* the client's */
	const struct exchange **u; /* the provider's exchanges that came from
				      it, in order; may be none */
	size_t count;
	bool raw; /* the request was sent as raw bytes, which may hold more than
		     one */
};

struct couples { /* zero-initialised is empty */
	struct couple *list; /* one for each request of the client, in order */
	size_t count;
};

/* Borrows from the view. If several open requests could be the one, it takes
 * the one that is most alike. */
void couples_of(struct couples *out, const struct view *v);
void couples_clear(struct couples *p);

/* The exchange whose answer the client got, which is the last; NULL: none. */
const struct exchange *couple_answered(const struct couple *p);

#endif
