/*
 * For the files of the driver: driver.c plays the steps, drive_call.c the
 * client's exchanges, drive_wait.c waits and limits.
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
	bool slow; /* stops reading after the first piece */
};

/* How many exchanges have begun and ended, counted from the log. */
struct tally {
	size_t read; /* entries looked at */
	size_t begun, ended;
};

struct drive {
	struct driver_config config;
	const struct casefile *c;
	uint64_t run;
	struct wlog *log;
	loop_timer_fn *go_on; /* does the steps that can be done now */
	drive_done_fn *done;
	void *arg;
	struct call *calls;
	size_t step; /* index of the current step */
	uint32_t sent; /* of the requests of this step */
	/* In the pacer's queue, for the next request */
	struct pacer_place place;
	bool has_turn;
	tick_t queued; /* when it entered the pacer's queue */
	tick_t paced; /* total time in that queue */
	tick_t began; /* the start, moved on by `paced` */
	/* When the current step began to wait; TICK_NEVER: it does not wait */
	tick_t step_began;
	tick_t excused; /* time that ccprobe itself lost */
	struct tally all, awaited;
	size_t seen; /* entries of the log at the last look */
	/* Earliest time of the next look, so that long logs do not take all
	 * time */
	tick_t next_look;
	struct loop_timer turn, alarm;
	bool over; /* the run's limit was reached */
	unsigned excuses;
	size_t held; /* this run's share of *config.held */
	/* Of its sessions of the real client; NULL: none */
	struct live_place *folders;
};

/* ---- drive_call.c ---- */

struct call *call_add(struct drive *d, const char *actor);
int call_start(struct call *call, struct outgoing *o, struct fail *f);
int call_start_raw(struct call *call, struct span bytes, struct fail *f);

int call_start_live(struct call *call, const struct live_start *start,
		    struct fail *f);

/* Closes the connection; true if it was open. */
bool call_close(struct call *call);

/* The same, and logs this end; also ends a session of the real client. */
void call_stop(struct call *call, enum stream_end end, const char *text);

/* ---- drive_wait.c ---- */

/* The time now, as entries of the log have it. */
tick_t drive_since(const struct drive *d);

/* Continues in the next turn of the loop; several calls until then count as
 * one. */
void drive_go_on(struct drive *d);

/* Log the outcome of the current step, or an error of ccprobe itself. */
void drive_note_step(struct drive *d, enum wlog_verb verb,
		     enum wlog_outcome outcome);
void drive_note_trouble(struct drive *d, const char *text);

/* May the next request be sent now? If not, it is queued, and the driver goes
 * on at its turn. */
bool drive_may_send(struct drive *d);
bool drive_is_queued(const struct drive *d);

/* The session of this name; NULL: there is none. */
struct call *drive_find_live(const struct drive *d, const char *actor);

/* True if no exchange or session of this run is open on either side. */
bool drive_is_quiet(struct drive *d);

/* The time at which the run, or the step that waits, reaches its limit. */
tick_t drive_run_limit(const struct drive *d);
tick_t drive_step_limit(const struct drive *d, const struct step *s);

/* True if the limit passed through a delay of ccprobe itself: then time is
 * added, and the caller looks again. */
bool drive_is_excused(struct drive *d, tick_t limit);

/* For UNTIL and AWAIT: true when the step is over, reached or timed out. */
bool drive_wait(struct drive *d, const struct step *s);

#endif
