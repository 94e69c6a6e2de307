/*
 * Runs without a mock, against a gateway whose provider is the real one: which
 * cases can be decided, and what their requests come to.
 */
#ifndef PROBE_RUN_BLACKBOX_H
#define PROBE_RUN_BLACKBOX_H

#include "probe/suite/casefile.h"
#include "wire/log/wlog.h"

struct cost {
	size_t requests;
	uint64_t input, output; /* tokens: estimated, and at most */
};

struct blackbox {
	struct casefile *const *cases;
	size_t count;
	size_t max_requests; /* the preflight is one of them */
	/* As of the runner: such a case is skipped and costs nothing. */
	bool (*lacks)(void *arg, const char *claim, struct buf *out);
	void *arg;

	/* What comes out. */
	struct cost cost; /* with the preflight */
	size_t decided; /* cases that are run */
};

/* Writes for each case why it is left out, or NULL. */
void blackbox_plan(struct blackbox *b, const struct casefile *preflight,
		   const char **left_out);

/* Of one run of this case. */
struct cost blackbox_cost(const struct casefile *c); /* for tests */

/* A failure in a run that was throttled says nothing about the gateway: it
 * becomes undecided. */
void blackbox_excuse(const struct wlog *log, uint64_t run,
		     struct result *result);

#endif
