/* What a session cost at the provider, in words and as JSON, for reports. */
#ifndef REPORTS_BILL_H
#define REPORTS_BILL_H

#include "reports/verdict.h"
#include "wire/bytes/buf.h"

/* Whether the case has a session to report. It has none if the case was skipped
 * or not run. */
bool bill_is_told(const struct result *one);

bool bill_any(const struct run_report *r);

/* Appends what follows "prompt cache: ", such as "$1.10 instead of $0.19 for 21
 * turns (recorded): cache markers lost in 20 of 21 turns". */
void bill_write(const struct run_report *r, const struct result *one,
		struct buf *out);

/* Appends a JSON object: the prices, and each session that is reported. */
void bill_write_json(const struct run_report *r, struct buf *out);

#endif
