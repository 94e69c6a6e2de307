/* Judges a finished log of a case. Pure; no network. */
#ifndef PROBE_JUDGE_CHECK_H
#define PROBE_JUDGE_CHECK_H

#include "probe/look/view.h"
#include "probe/suite/casefile.h"
#include "reports/verdict.h"
#include "wire/log/wlog.h"

/*
 * Judges one run of a case. Every check and every `until` has an outcome. The
 * verdict is BROKEN if the harness failed or the log is not complete; UNDECIDED
 * if the gateway changed the prompt so that nothing can be matched, a wait for
 * a precondition timed out, or a check could not be decided; FAIL if a check of
 * level must or should does not hold (a check of level `may` is reported, but
 * never fails a case); else PASS.
 */
void check_case(const struct casefile *c, const struct wlog *log, uint64_t run,
		struct result *out);

/* The same, with a view of the run that exists already. */
void check_view(const struct casefile *c, const struct view *v,
		struct result *out);

/* Fills in what the case says (id, title, why ...), and no verdict. */
void check_result(const struct casefile *c, struct result *out);

/* Appends the two-sided trace of a run: one line for each entry, with
 * milliseconds since the start; the client on the left, the upstream on the
 * right. Credentials are masked in headers only. */
void trace_write(const struct wlog *log, uint64_t run, struct buf *out);

/* Appends a curl command that repeats the first request of the run against
 * `url`; NULL: $ANTHROPIC_BASE_URL. true: the command sends the body from a
 * file, request.json. */
bool curl_write(const struct wlog *log, uint64_t run, const char *url,
		struct buf *out);

#endif
