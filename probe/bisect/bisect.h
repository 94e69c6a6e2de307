/*
 * From a request that fails to the smallest one that fails in the same way.
 * Reducing is a search over requests that knows nothing of networks: it asks a
 * *trial* what a candidate does. Files:
 *   parts.c    what a request is made of, as a tree of parts with spans
 *   without.c  the request without some of its parts (bytes of the rest stay)
 *   needs.c    what makes no sense without another part; close.c mends that
 *   search.c   what has been asked; one search for each cause
 *   reduce.c   delta debugging over the parts, level by level
 *   text.c     the same inside a string; size.c and count.c: only the number
 *              of bytes or items matters
 *   culprit.c  which of what is left is to blame; name.c what it is called
 *   missing.c  the contrary: what it passes with
 *   trial.c    the answer of a real server; memory, budget, retry-after
 *   report.c   what is printed and written
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
	TRIAL_SAME, /* the failure that is looked for */
	TRIAL_PASSES,
	TRIAL_OTHER, /* it fails, but in another way */
	TRIAL_OVER, /* no more requests: the budget is spent, or interrupted */
};

/* Asked with requests that are never larger than the given one. */
typedef enum trial trial_fn(void *arg, const struct bisect_request *r);

/* One thing without which the request does not fail in this way. */
struct culprit {
	char *name; /* "tool `mcp__x__y`: input_schema.properties.q.format" */
	char *pointer; /* in the given body ("/tools/25/..."), or NULL */
	char *header; /* "anthropic-beta", ..., or NULL */
	char *value; /* the beta, or a short value as it is spelt, or NULL */
	const struct feature *feature; /* or NULL */
};

/* One cause: what has to come together for one failure. Without culprits, and
 * neither bare nor a matter of size: the search ended before it was known. */
struct bisect_cause {
	struct culprit *culprits; /* more than one: only together they fail */
	size_t count;
	bool is_each; /* each of them fails by itself: betas that are refused */
	struct culprit *missing; /* what the request lacks */
	size_t missing_count;
	bool is_size; /* not a part: the number of bytes. `fails_at` did, and
			 `passes_at` did not */
	size_t fails_at, passes_at;
	bool is_bare; /* even a request with nothing optional fails so; then
			 the culprits are of what every request has */
	struct bisect_request smallest; /* that fails */
	struct bisect_request passing; /* nearest to it; method NULL: none */
	bool minimal; /* false: the search was cut short */
};

/* Told while it searches; all may be NULL. */
struct bisect_watch {
	void (*stage)(void *arg, const char *what, size_t bytes);
	void *arg;
};

#define BISECT_CAUSES_LIMIT 8

/*
 * Finds the smallest failing request. `given` is known to fail; the trial means
 * its failure until `again` is called, which makes whatever the request given
 * to it shows the failure that is looked for (true: it fails), so that after
 * one cause has been taken out the next is found.
 * `causes` holds BISECT_CAUSES_LIMIT; the number found is returned, or -1.
 */
int bisect_reduce(const struct bisect_request *given, trial_fn *trial,
		  bool (*again)(void *arg, const struct bisect_request *r),
		  void *arg, const struct bisect_watch *watch,
		  struct bisect_cause *causes, struct fail *f);
void bisect_cause_clear(struct bisect_cause *c);

#define BISECT_MISSING_TRIALS 24

/*
 * For a request that fails whatever is taken out of it. Puts parts of one of
 * the client's own into it; where it passes with them, c->missing is the fewest
 * of these, c->passing the request with them, and the answer true. The trial is
 * asked BISECT_MISSING_TRIALS times at most, with requests that may be larger.
 */
bool bisect_missing(const struct bisect_request *given,
		    const struct bisect_request *recorded, trial_fn *trial,
		    void *arg, struct bisect_cause *c);

#endif
