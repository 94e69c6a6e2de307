/* What the files of the runner share: runner.c keeps the cases, runner_slot.c
 * runs one and tells its result, runner_turn.c says what is started when. */
#ifndef PROBE_RUN_RUNNER_PRIVATE_H
#define PROBE_RUN_RUNNER_PRIVATE_H

#include "probe/run/runner.h"

enum slot_state {
	WAITING,
	UNDER_WAY,
	HELD, /* judged; not told before it is known whether to believe it */
	FINISHED,
};

struct runner_slot { /* of one case */
	struct runner *runner;
	const struct casefile *c;
	enum slot_state state;
	bool in_lane;
	bool again; /* HELD until it was run once more, alone */
	bool unasked; /* the gateway refused by itself: the mock saw nothing */
	bool refused_some; /* it made an error of its own */
	bool refused; /* a connection was not taken */
	unsigned runs;
	struct run *run;
	struct view view; /* of the run, when it is over */
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
	PACE_FIRST, /* one of them, to see what comes of it */
	PACE_ALL, /* nothing came of it: all at once */
	PACE_ONE, /* the gateway rests after each: one at a time */
};

struct runner {
	struct runner_config config;
	struct loop *loop;
	struct runner_slot *slots;
	size_t open, left; /* runs under way, cases not finished */
	struct runner_slot *lane; /* which slot has it, or NULL */
	struct loop_timer turn;
	/* A run was judged: is it told, held, or to be run again? */
	void (*judged)(struct runner *r, struct runner_slot *p);
	bool stopped;

	enum phase phase;
	enum strain kind; /* in PHASE_STRAIN; before it STRAIN_NONE */
	enum pace pace;
	struct run *plain; /* under way */
	bool plain_due; /* before anything else is started */
	tick_t resting; /* since when the gateway rests; TICK_NEVER: it does not */
	tick_t rested; /* in all, before that */
	bool gone, suspect; /* a connection was refused: is it gone? */
	tick_t again_began;
};

/* ---- runner_slot.c ---- */

void runner_slot_start(struct runner_slot *p);
/* Its run, if there is one, is not needed any more. */
void runner_slot_drop(struct runner_slot *p);
/* The result is believed and told. */
void runner_slot_finish(struct runner_slot *p);
/* It is left as undecided, for this reason. */
void runner_slot_leave(struct runner_slot *p, const char *reason);
/* Back to the cases that wait. */
void runner_slot_wait(struct runner_slot *p);

/* ---- runner_turn.c ---- */

/* On the loop: starts what is due. */
void runner_turn(void *arg);
/* Says what becomes of a run that was judged. */
void runner_sort(struct runner *r, struct runner_slot *p);

#endif
