/*
 * The runner: many cases at once, those that need the mock for themselves one
 * after the other beside them, each judged when it is over. In phases:
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
	bool no_mock; /* so there is nothing to be alone with, and each request
			 is paid for: there is one phase */

	/* A request that the gateway is known to answer, and whether this run
	 * of it was answered. */
	const struct casefile *plain;
	bool (*plain_ok)(void *arg, struct run *run);
	uint32_t pool_wait_ms; /* for a resting gateway, in all */
	uint32_t
		again_ms; /* for asking late cases again, alone, in all; 0: none
			      is, and what was seen is believed */

	/* A reason for each case that is left undecided without being run, and
	 * NULL for the others; or NULL. */
	const char *const *left_out;

	/* NULL, or why a target is not held to this claim: the reason of a
	 * skip, written into `out`. */
	bool (*lacks)(void *arg, const char *claim, struct buf *out);

	/* True if the case is for another provider than the gateway has: the
	 * reason of a skip. */
	bool (*unfit)(void *arg, const struct casefile *c, struct buf *out);

	/* A case is over; run and view are NULL for one that was skipped. */
	void (*on_result)(void *arg, const struct result *result,
			  struct run *run, const struct view *view);
	void (*on_done)(void *arg); /* all are */
	void *arg;
};

struct runner *runner_start(const struct runner_config *config);

/* Starts nothing more and drops what is under way; on_done is not called. */
void runner_stop(struct runner *r);
void runner_free(struct runner *r);

/* Nothing listens any more where the gateway has answered before. */
bool runner_is_gone(const struct runner *r);

/* What is finished so far, in order of the cases. The list and its texts go
 * over to the caller. */
struct result *runner_take(struct runner *r, size_t *count);

#endif
