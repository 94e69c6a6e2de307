/*
 * Runs without a mock, against a gateway with a real provider: which cases can
 * be decided, and what their requests cost.
 */
#ifndef PROBE_RUN_BLACKBOX_H
#define PROBE_RUN_BLACKBOX_H

#include "probe/suite/casefile.h"
#include "wire/log/wlog.h"

struct cost {
	size_t requests;
	uint64_t input, output; /* tokens: an estimate, and an upper bound */
};

struct blackbox {
	struct casefile *const *cases;
	size_t count;
	size_t max_requests; /* the preflight is one of them */
	/* As in struct runner_config: a case with such a claim is skipped and
	 * costs nothing. */
	bool (*lacks)(void *arg, const char *claim, struct buf *out);
	void *arg;

	/* Outputs of blackbox_plan(). */
	struct cost cost; /* with the preflight */
	size_t decided; /* cases that are run */
};

/* Sets left_out[i] to the reason why case i is left out (static), or to
 * NULL. */
void blackbox_plan(struct blackbox *b, const struct casefile *preflight,
		   const char **left_out);

/* The cost of one run of this case. */
struct cost blackbox_cost(const struct casefile *c); /* for tests */

/* If an answer of the run was 429 or 529, a failure says nothing about the
 * gateway: it becomes undecided. */
void blackbox_excuse(const struct wlog *log, uint64_t run,
		     struct result *result);

#endif
