/* The bill of a session that a case has played: probe/look/ledger as plain data. */
#ifndef PROBE_JUDGE_BILLING_H
#define PROBE_JUDGE_BILLING_H

#include "probe/look/view.h"
#include "probe/suite/casefile.h"
#include "reports/verdict.h"

/* A bill with nothing in it, which the result owns. NULL: no check of the case
 * is about a cost. */
struct bill *billing_of(const struct casefile *c);

/* Fills it from the log of the run; NULL is left alone. */
void billing_fill(struct bill *b, const struct view *v);

#endif
