/*
 * What the files of the driver share: driver.c does the steps, drive_call.c the
 * client's exchanges, drive_wait.c what is waited for and for how long, and
 * what the log gets of it.
 */
#ifndef PROBE_RUN_DRIVE_PRIVATE_H
#define PROBE_RUN_DRIVE_PRIVATE_H

#include "probe/run/driver.h"
#include "probe/live/live.h"
#include "probe/run/outgoing.h"

struct call { /* one exchange of the client */
	struct drive *drive;
	struct call *next;
	char actor[24];
	unsigned number;
	struct fetch *fetch; /* NULL: ended, or it is raw */
	struct rawsend *raw; /* NULL: ended, or it is not raw */
	struct live *live; /* a session of the real client; or NULL */
	bool slow; /* reads no more after the first piece */
};

/* How many exchanges have begun and ended. */
struct tally {
	size_t read; /* entries looked at */
	size_t begun, ended;
};

struct drive {
	struct driver_config config;
	const struct casefile *c;
	uint64_t run;
	struct wlog *log;
	loop_timer_fn *go_on; /* takes a turn of it */
	drive_done_fn *done;
	void *arg;
	struct call *calls;
	size_t step; /* the one to do now */
	uint32_t sent; /* of the requests of this step */
	struct pacer_place place; /* for the next of them */
	bool has_turn;
	tick_t queued; /* since when it waits for its turn */
	tick_t paced; /* so long it has waited for turns */
	tick_t began; /* as if it had not */
	tick_t step_began; /* waiting, in this step; TICK_NEVER: not yet */
	tick_t excused; /* time that we ourselves lost */
	struct tally all, awaited;
	size_t seen; /* entries of the log when it was looked at last */
	tick_t next_look; /* not before; keeps long logs from eating the time */
	struct loop_timer turn, alarm;
	bool over; /* the limit was reached */
	unsigned excuses;
	size_t held; /* our share of *config.held */
	struct live_place *folders; /* of its sessions; NULL: there was none */
};

/* ---- drive_call.c ---- */

struct call *call_add(struct drive *d, const char *actor);
int call_start(struct call *call, struct outgoing *o, struct fail *f);
int call_start_raw(struct call *call, struct span bytes, struct fail *f);

int call_start_live(struct call *call, const struct live_start *start,
		    struct fail *f);

/* Closes the connection; true if it was open. */
bool call_close(struct call *call);

/* The same, and writes the end down. */
void call_stop(struct call *call, enum stream_end end, const char *text);

/* ---- drive_wait.c ---- */

/* Time for entries of the log. */
tick_t drive_since(const struct drive *d);

/* Goes on in the next turn of the loop; any number of times is once. */
void drive_go_on(struct drive *d);

/* What became of the step at hand; and that we ourselves are in trouble. */
void drive_note_step(struct drive *d, enum wlog_verb verb,
		     enum wlog_outcome outcome);
void drive_note_trouble(struct drive *d, const char *text);

/* May the next request go out? Where not, its turn is waited for. */
bool drive_may_send(struct drive *d);
bool drive_is_queued(const struct drive *d);

/* The session of this name; NULL: there is none. */
struct call *drive_find_live(const struct drive *d, const char *actor);

/* Nothing of this run is open on either side. */
bool drive_is_quiet(struct drive *d);

/* When the run, or the step waited for, has taken too long. */
tick_t drive_run_limit(const struct drive *d);
tick_t drive_step_limit(const struct drive *d, const struct step *s);

/* True when such a limit is to be looked at again later. */
bool drive_is_excused(struct drive *d, tick_t limit);

/* UNTIL and AWAIT: true when the step is over, one way or the other. */
bool drive_wait(struct drive *d, const struct step *s);

#endif
