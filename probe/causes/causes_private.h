/* Between the files of causes: which behaviour explains a failing check. */
#ifndef PROBE_CAUSES_CAUSES_PRIVATE_H
#define PROBE_CAUSES_CAUSES_PRIVATE_H

#include "probe/causes/behaviours.h"
#include "probe/causes/causes.h"
#include "probe/causes/couples.h"

#define CAUSE_NONE SIZE_MAX
#define CAUSES_JOINED 32 /* bytes of a subject */

/* The subject of all behaviours that are one with b; "": it is alone. */
void causes_joined_subject(const struct behaviours *seen,
			   const struct behaviour *b, char out[CAUSES_JOINED]);

/*
 * Of the behaviours seen in this run the one nearest to what the check looked
 * at; of equals the one that comes first on the way from the client to the
 * provider and back. CAUSE_NONE: none explains it.
 */
size_t causes_explain(const struct behaviours *seen,
		      const struct couples *pairs, const struct view *v,
		      const struct outcome *o);

/* What was seen so far, and what explains the failing result of this id. */
const struct behaviours *causes_seen(const struct causes *c);
size_t causes_explained(const struct causes *c, const char *id);

#endif
