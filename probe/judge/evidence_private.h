/* What evidence.c and moments.c share. */
#ifndef PROBE_JUDGE_EVIDENCE_PRIVATE_H
#define PROBE_JUDGE_EVIDENCE_PRIVATE_H

#include "probe/judge/evidence.h"

/* Adds the moments of the timeline (moments.c). */
void evidence_add_moments(struct evidence *e, const struct view *v,
			  const struct secrets *secrets);

#endif
