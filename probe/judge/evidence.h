/*
 * Makes the evidence for a report: request and answer on both sides of the
 * gateway, and the moments of a two-sided timeline. Plain data, without
 * credentials.
 */
#ifndef PROBE_JUDGE_EVIDENCE_H
#define PROBE_JUDGE_EVIDENCE_H

#include "probe/look/view.h"
#include "reports/verdict.h"
#include "wire/bytes/secrets.h"

/* `r` selects the exchange: that of its first check that did not pass. The
 * result is the caller's. */
struct evidence *evidence_of(const struct view *v, const struct result *r,
			     const struct secrets *secrets);

#endif
