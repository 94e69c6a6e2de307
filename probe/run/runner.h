/*
 * The runner: runs many cases at once, and beside them, one after the other,
 * the cases that need the exclusive lane. Each is judged when it is over. In
 * phases:
 *
 *   calm    cases whose answers strain no gateway
 *   strain  those after which a pool of accounts may rest (suite/strain.h), one
 *           kind of answer after the other. A plain request between them tells
 *           whether the gateway rests; while it does, the phase waits.
 *   live    sessions of the real client, a few at once, and after these those
 *           that strain a gateway, one at a time
 *   again   what was left open, or failed by taking too long, once more and
 *           alone: a busy machine is no fault of the gateway
 */
#ifndef PROBE_RUN_RUNNER_H
#define PROBE_RUN_RUNNER_H

#include "probe/look/view.h"
#include "probe/run/session.h"
#include "reports/verdict.h"

struct runner;

struct runner_config {
	struct session *session;
	struct casefile *const *cases;
	size_t count;
	size_t jobs; /* at once, from 1 */
	size_t live_jobs; /* sessions of the real client at once, from 1 */
	/* One phase only: nothing needs the lane, and each request costs
	 * money */
	bool no_mock;

	/* A request that the gateway is known to answer, and a function that
	 * says whether a run of it was answered. */
	const struct casefile *plain;
	bool (*plain_ok)(void *arg, struct run *run);
	uint32_t pool_wait_ms; /* for a resting gateway, in all */
	uint32_t
		/* For running late cases again, one at a time, in all; 0: none
		 * is, and the first result counts */
		again_ms;

	/* A reason for each case that is left undecided without being run, and
	 * NULL for the others; or NULL. */
	const char *const *left_out;

	/* True if this claim is not asked of the gateway; `out` gets the reason
	 * of the skip. */
	bool (*lacks)(void *arg, const char *claim, struct buf *out);

	/* True if this run cannot play the case; `out` gets the reason of the
	 * skip. */
	bool (*unfit)(void *arg, const struct casefile *c, struct buf *out);

	/* A case is over; run and view are NULL for one that was skipped. */
	void (*on_result)(void *arg, const struct result *result,
			  struct run *run, const struct view *view);
	void (*on_done)(void *arg); /* all cases are over */
	void *arg;
};

struct runner *runner_start(const struct runner_config *config);

/* Starts no more cases and drops those under way; on_done is not called. */
void runner_stop(struct runner *r);
void runner_free(struct runner *r);

/* True if nothing listens any more at the gateway's address. */
bool runner_is_gone(const struct runner *r);

/* The results so far, in order of the cases. The caller owns the list and its
 * texts. */
struct result *runner_take(struct runner *r, size_t *count);

#endif
