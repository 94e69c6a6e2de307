/*
 * Reduces a request that fails to the smallest one that fails in the same way.
 * The search over requests knows nothing of networks: a function of the caller,
 * the *trial*, says what a candidate does. Files:
 *   parts.c    reads a request as a tree of parts with spans
 *   without.c  writes the request without some parts; the other bytes stay
 *   needs.c    finds which parts are invalid without others; close.c sees to
 *              that in each candidate
 *   search.c   remembers what was asked, in the search for one cause
 *   reduce.c   delta debugging over the parts, level by level
 *   text.c     the same inside a string; size.c and count.c: only the number
 *              of bytes or items matters
 *   culprit.c  finds which of the remaining parts are to blame; name.c names them
 *   missing.c  finds what a request lacks
 *   trial.c    asks a real server: budget, retry-after, remembered answers
 *   report.c   writes what was found
 */
#ifndef PROBE_BISECT_BISECT_H
#define PROBE_BISECT_BISECT_H

#include "probe/refusal/feature.h"
#include "wire/bytes/buf.h"
#include "wire/bytes/fail.h"
#include "wire/http/http.h"

struct bisect_request {
	char *method, *target;
	struct headers headers; /* credential fields hold "{{credential}}" */
	struct buf body; /* JSON, or empty */
};

void bisect_request_clear(struct bisect_request *r);
void bisect_request_copy(struct bisect_request *to,
			 const struct bisect_request *from);
size_t bisect_request_size(const struct bisect_request *r); /* in bytes */

enum trial {
	TRIAL_SAME, /* it fails in the way that is searched for */
	TRIAL_PASSES,
	TRIAL_OTHER, /* it fails, but in another way */
	TRIAL_OVER, /* no more requests: the budget is spent, or interrupted */
};

/* Says what happens to a request. Requests are never larger than the given
 * one. */
typedef enum trial trial_fn(void *arg, const struct bisect_request *r);

/* A part of the request: without it, the request does not fail in this way. */
struct culprit {
	char *name; /* "tool `mcp__x__y`: input_schema.properties.q.format" */
	char *pointer; /* in the given body ("/tools/25/..."), or NULL */
	char *header; /* "anthropic-beta", ..., or NULL */
	char *value; /* the beta, or a short value as it is spelt, or NULL */
	const struct feature *feature; /* or NULL */
};

/* One cause: the parts that together make the request fail in one way. A cause
 * without culprits that is neither bare nor a matter of size was not found: the
 * search ended before. */
struct bisect_cause {
	struct culprit *culprits; /* several: it fails only if all are there */
	size_t count;
	bool is_each; /* it fails with any one of them: betas that are
			 refused */
	struct culprit *missing; /* what the request lacks */
	size_t missing_count;
	bool is_size; /* the number of bytes, and no part: a request of
			 `fails_at` bytes failed, one of `passes_at` did not */
	size_t fails_at, passes_at;
	bool is_bare; /* even a request without anything optional fails so; then
			 the culprits are parts that every request has */
	struct bisect_request smallest; /* of those that fail */
	struct bisect_request passing; /* the passing one that is most like it;
					  method NULL: none */
	bool minimal; /* false: the search ended early */
};

/* Called while the search goes on; all may be NULL. */
struct bisect_watch {
	void (*stage)(void *arg, const char *what, size_t bytes);
	void *arg;
};

#define BISECT_CAUSES_LIMIT 8

/*
 * Finds the smallest failing request, for each cause. `given` is known to fail,
 * and the trial compares with its failure. When a cause has been taken out of
 * the request, `again` sends the rest. If the rest fails, `again` returns true,
 * and from then on the trial compares with that failure, so that the next cause
 * is found. `causes` holds BISECT_CAUSES_LIMIT. Returns how many were found, or
 * -1.
 */
int bisect_reduce(const struct bisect_request *given, trial_fn *trial,
		  bool (*again)(void *arg, const struct bisect_request *r),
		  void *arg, const struct bisect_watch *watch,
		  struct bisect_cause *causes, struct fail *f);
void bisect_cause_clear(struct bisect_cause *c);

#define BISECT_MISSING_TRIALS 24

/*
 * For a request that fails whatever is taken out of it: adds parts of a
 * recorded request of the client. If it passes with them, c->missing is the
 * fewest of them, c->passing the request with them, and the result true. Asks
 * the trial at most BISECT_MISSING_TRIALS times, with requests that may be
 * larger than `given`.
 */
bool bisect_missing(const struct bisect_request *given,
		    const struct bisect_request *recorded, trial_fn *trial,
		    void *arg, struct bisect_cause *c);

#endif
