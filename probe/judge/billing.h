/* The bill of a session that a case has played: probe/look/ledger as plain data. */
#ifndef PROBE_JUDGE_BILLING_H
#define PROBE_JUDGE_BILLING_H

#include "probe/look/view.h"
#include "probe/suite/casefile.h"
#include "reports/verdict.h"

/* Of a session that was not played yet; the result's to free. NULL: the case asks
 * for none. */
struct bill *billing_of(const struct casefile *c);

/* From what was played; NULL is left alone. */
void billing_fill(struct bill *b, const struct view *v);

#endif
