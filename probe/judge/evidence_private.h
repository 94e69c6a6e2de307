/* Between the two files that evidence is made in. */
#ifndef PROBE_JUDGE_EVIDENCE_PRIVATE_H
#define PROBE_JUDGE_EVIDENCE_PRIVATE_H

#include "probe/judge/evidence.h"

/* Fills in the moments (moments.c). */
void evidence_add_moments(struct evidence *e, const struct view *v,
			  const struct secrets *secrets);

#endif
