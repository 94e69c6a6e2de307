/*
 * The event loop: epoll and a heap of timers, one thread, no locks. Everything
 * on a loop runs in callbacks that must not block. A program with workers has
 * a loop for each.
 */
#ifndef NET_LOOP_H
#define NET_LOOP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "wire/bytes/fail.h"
#include "wire/bytes/tick.h"

struct loop;

int loop_new(struct loop **out, struct fail *f);
void loop_free(struct loop *l); /* watches and timers still set are dropped */

/* Runs until loop_stop() is called, or until nothing is left to do: no
 * descriptor and no timer. Signal handlers alone do not keep it running. After
 * loop_stop() what was ready in this turn is delivered by the next run. */
void loop_run(struct loop *l);
void loop_stop(struct loop *l);

/* The monotonic clock, read anew at each call. */
tick_t loop_now(void);

/* ---- descriptors ---- */

typedef void loop_io_fn(void *arg, uint32_t events); /* EPOLLIN, ... */

/* Owned by the caller; zero-initialised is unwatched; must not move while
 * watched. Unwatching inside any callback is safe, also for a descriptor
 * whose event is already waiting in this turn: it will not be delivered. */
struct loop_io {
	loop_io_fn *fn;
	void *arg;
	int fd;
	uint32_t events;
	bool watched;
};

int loop_watch(struct loop *l, struct loop_io *io, int fd, uint32_t events,
	       loop_io_fn *fn, void *arg, struct fail *f);
void loop_rewatch(struct loop *l, struct loop_io *io, uint32_t events);
void loop_unwatch(struct loop *l, struct loop_io *io);

/* ---- timers ---- */

typedef void loop_timer_fn(void *arg);

/* Owned by the caller; zero-initialised means not set; must not move while
 * set. */
struct loop_timer {
	loop_timer_fn *fn;
	void *arg;
	tick_t at;
	size_t slot; /* in the heap, from 1; 0: not set */
	uint64_t order;
};

/* Fires once at `at` (loop_now() + delay). Setting again moves it. Timers due
 * at the same tick fire in the order they were set; a timer set in a callback
 * fires in a later turn, so setting one for "now" defers work safely. */
void loop_timer_set(struct loop *l, struct loop_timer *t, tick_t at,
		    loop_timer_fn *fn, void *arg);
void loop_timer_clear(struct loop *l, struct loop_timer *t);

/* ---- at the end of a turn ---- */

/* Owned by the caller; zero-initialised means not set; must not move while
 * set. */
struct loop_after {
	loop_timer_fn *fn;
	void *arg;
	struct loop_after *next, **link; /* link is NULL if it is not set */
	uint64_t pass;
};

/* Fires once, when all is delivered that this turn has brought: outside of the
 * callback that sets it, and without waiting for anything. One that is set by
 * such a function fires in the next turn. Setting again changes nothing. */
void loop_after_set(struct loop *l, struct loop_after *a, loop_timer_fn *fn,
		    void *arg);
void loop_after_clear(struct loop *l, struct loop_after *a);

/* ---- signals ---- */

/* Calls fn on the loop whenever the signal arrives (signalfd). One handler a
 * signal; the signal is blocked in the calling thread. */
int loop_on_signal(struct loop *l, int signo, loop_timer_fn *fn, void *arg,
		   struct fail *f);

/* The same for the signals that ask a program to end: Ctrl-C and Ctrl-\,
 * SIGTERM, and SIGHUP, unless it is ignored (nohup). */
int loop_on_end(struct loop *l, loop_timer_fn *fn, void *arg, struct fail *f);
/* Has one of these signals come while the loop did not run? */
bool loop_end_is_pending(void);

#endif
