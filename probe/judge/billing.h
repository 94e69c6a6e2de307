/* The bill of a session that a case has played: probe/look/ledger as plain data. */
#ifndef PROBE_JUDGE_BILLING_H
#define PROBE_JUDGE_BILLING_H

#include "probe/look/view.h"
#include "probe/suite/casefile.h"
#include "reports/verdict.h"

/* Makes an empty bill for the result. NULL: no check of the case is about a
 * cost. */
struct bill *billing_of(const struct casefile *c);

/* Fills in the bill from the log of the run; b may be NULL. */
void billing_fill(struct bill *b, const struct view *v);

#endif
