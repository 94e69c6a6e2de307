/*
 * Judging: from a finished log and a case to a result. Pure; no network.
 */
#ifndef PROBE_JUDGE_CHECK_H
#define PROBE_JUDGE_CHECK_H

#include "probe/look/view.h"
#include "probe/suite/casefile.h"
#include "reports/verdict.h"
#include "wire/log/wlog.h"

/*
 * Judges one run of a case. Every check and every `until` is reported. The
 * verdict: BROKEN when the log says that the harness failed; UNDECIDED when a
 * request reached the mock without its mark, so that nothing can be matched;
 * FAIL when a check of level must or should does not hold (one of level `may`
 * is told and does not fail a case); else PASS.
 */
void check_case(const struct casefile *c, const struct wlog *log, uint64_t run,
		struct result *out);

/* The same, for who has the run's view already. */
void check_view(const struct casefile *c, const struct view *v,
		struct result *out);

/* Fills in id, title, why ... without a verdict. */
void check_result(const struct casefile *c, struct result *out);

/* The two-sided trace of a run: one line an entry, in relative milliseconds,
 * client left, upstream right. Credentials are masked. */
void trace_write(const struct wlog *log, uint64_t run, struct buf *out);

/* A curl command that repeats the run's first request against `url`. True: it
 * sends the body from a file, request.json. */
bool curl_write(const struct wlog *log, uint64_t run, const char *url,
		struct buf *out);

#endif
