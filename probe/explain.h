/* Cases, subjects and operators in words. */
#ifndef PROBE_EXPLAIN_H
#define PROBE_EXPLAIN_H

#include "probe/casefile.h"
#include "probe/requirements.h"

void explain_case(const struct casefile *c, const struct requirements *known,
		  struct buf *out);
void explain_subjects(struct buf *out);
void explain_operators(struct buf *out);

#endif
