/* For the files of the runner: runner.c begins and ends, runner_slot.c runs one
 * case, runner_turn.c decides which cases start when, and which results
 * count. */
#ifndef PROBE_RUN_RUNNER_PRIVATE_H
#define PROBE_RUN_RUNNER_PRIVATE_H

#include "probe/run/runner.h"

enum slot_state {
	WAITING,
	UNDER_WAY,
	HELD, /* judged, but it is not yet known whether the result counts */
	FINISHED,
};

struct runner_slot { /* one case and its runs */
	struct runner *runner;
	const struct casefile *c;
	enum slot_state state;
	bool in_lane;
	bool again; /* HELD: it is to run once more, alone */
	/* The gateway refused it itself: the mock saw no request */
	bool unasked;
	bool refused_some; /* some errors were the gateway's own */
	bool refused; /* a connection was not taken */
	unsigned runs;
	struct run *run;
	struct view view; /* of the run, once that is over */
	struct result result;
};

enum phase {
	PHASE_CALM,
	PHASE_STRAIN,
	PHASE_LIVE,
	PHASE_LIVE_STRAIN,
	PHASE_AGAIN
};

/* How the cases of one kind of strain are run. */
enum pace {
	PACE_FIRST, /* one of them, to see whether the gateway rests then */
	PACE_ALL, /* the gateway did not rest: all at once */
	PACE_ONE, /* the gateway rests after each: one at a time */
};

struct runner {
	struct runner_config config;
	struct loop *loop;
	struct runner_slot *slots;
	size_t open, left; /* runs under way, cases not finished */
	struct runner_slot *lane; /* the slot that has the lane, or NULL */
	struct loop_timer turn;
	/* Called when a run was judged. */
	void (*judged)(struct runner *r, struct runner_slot *p);
	bool stopped;

	enum phase phase;
	enum strain kind; /* of PHASE_STRAIN; STRAIN_NONE before it */
	enum pace pace;
	struct run *plain; /* under way */
	bool plain_due; /* send it before other cases start */
	tick_t resting; /* since when the gateway rests; TICK_NEVER: it does not */
	tick_t rested; /* total of earlier rests */
	bool gone; /* nothing listens at the gateway's address any more */
	bool suspect; /* a connection was refused: is the gateway gone? */
	tick_t again_began;
};

/* ---- runner_slot.c ---- */

void runner_slot_start(struct runner_slot *p);
/* Frees its run and view. */
void runner_slot_drop(struct runner_slot *p);
/* The result counts: passes it to on_result. */
void runner_slot_finish(struct runner_slot *p);
/* Ends it as undecided, for this reason. */
void runner_slot_leave(struct runner_slot *p, const char *reason);
/* Puts it back among the cases that wait. */
void runner_slot_wait(struct runner_slot *p);

/* ---- runner_turn.c ---- */

/* A timer of the loop: starts the cases that are due. */
void runner_turn(void *arg);
/* Decides about a run that was judged: the result counts, is held, or the case
 * runs again. */
void runner_sort(struct runner *r, struct runner_slot *p);

#endif
