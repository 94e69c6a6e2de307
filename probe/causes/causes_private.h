/* What the files of causes share. */
#ifndef PROBE_CAUSES_CAUSES_PRIVATE_H
#define PROBE_CAUSES_CAUSES_PRIVATE_H

#include "probe/causes/behaviours.h"
#include "probe/causes/causes.h"
#include "probe/causes/couples.h"

#define CAUSE_NONE SIZE_MAX
#define CAUSES_JOINED 32 /* bytes of a subject */

/* Writes the subject of all behaviours that are one mistake with b; "" if there
 * are no others. */
void causes_joined_subject(const struct behaviours *seen,
			   const struct behaviour *b, char out[CAUSES_JOINED]);

/*
 * The behaviour seen in this run that is nearest to what the check looked at;
 * among equals, the earliest on the way from the client to the provider and
 * back. CAUSE_NONE: none explains it. The result is an index in the list of
 * `seen`.
 */
size_t causes_explain(const struct behaviours *seen,
		      const struct couples *pairs, const struct view *v,
		      const struct outcome *o);

/* All behaviours seen so far; the behaviour that explains the failing result
 * with this id, or CAUSE_NONE. */
const struct behaviours *causes_seen(const struct causes *c);
size_t causes_explained(const struct causes *c, const char *id);

#endif
