/*
 * The event loop. A turn is: wait, deliver the descriptors that are ready,
 * then fire the timers that were due when the waiting ended, then do what was
 * left for the end of the turn.
 */
#include "net/loop.h"

#include <assert.h>
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/signalfd.h>
#include <time.h>
#include <unistd.h>

#include "wire/bytes/mem.h"

enum { BATCH = 128 };

#define LONGEST_MS 3600000

struct signal_watch {
	struct signal_watch *next;
	struct loop *loop;
	struct loop_io io;
	loop_timer_fn *fn;
	void *arg;
};

struct loop {
	int epoll_fd;
	struct epoll_event batch[BATCH];
	int batch_len, batch_at; /* [batch_at, batch_len) wait for delivery */
	size_t watched; /* signals are not counted */
	struct loop_timer **heap; /* from index 1 */
	size_t timers, heap_cap;
	uint64_t order;
	struct loop_after *after, **after_end; /* in the order they were set */
	/* number of the pass over them; those set during it wait for the
	 * next */
	uint64_t pass;
	tick_t turn; /* when the waiting of this turn ended */
	bool in_turn, stop;
	struct signal_watch *signals;
};

tick_t loop_now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (tick_t)ts.tv_sec * TICK_S + ts.tv_nsec;
}

int loop_new(struct loop **out, struct fail *f)
{
	struct loop *l;
	int fd = epoll_create1(EPOLL_CLOEXEC);

	if (fd < 0)
		return fail_errno(f, FAIL_SYSTEM, "epoll_create1");
	l = xcalloc(1, sizeof(*l));
	l->epoll_fd = fd;
	l->after_end = &l->after;
	*out = l;
	return 0;
}

static void signals_free(struct loop *l)
{
	struct signal_watch *s;

	while (l->signals) {
		s = l->signals;
		l->signals = s->next;
		close(s->io.fd);
		free(s);
	}
}

void loop_free(struct loop *l)
{
	size_t i;

	if (!l)
		return;
	assert(!l->in_turn);
	for (i = 1; i <= l->timers; i++)
		l->heap[i]->slot = 0;
	while (l->after)
		loop_after_clear(l, l->after);
	signals_free(l);
	close(l->epoll_fd);
	free(l->heap);
	free(l);
}

/* ---- descriptors ---- */

static int io_control(struct loop *l, int op, struct loop_io *io)
{
	struct epoll_event ev = { .events = io->events, .data.ptr = io };

	return epoll_ctl(l->epoll_fd, op, io->fd, &ev);
}

int loop_watch(struct loop *l, struct loop_io *io, int fd, uint32_t events,
	       loop_io_fn *fn, void *arg, struct fail *f)
{
	struct loop_io set = {
		.fn = fn, .arg = arg, .fd = fd, .events = events
	};

	assert(!io->watched);
	*io = set;
	if (io_control(l, EPOLL_CTL_ADD, io) < 0)
		return fail_errno(f, FAIL_SYSTEM, "watching descriptor %d", fd);
	io->watched = true;
	l->watched++;
	return 0;
}

void loop_rewatch(struct loop *l, struct loop_io *io, uint32_t events)
{
	assert(io->watched);
	if (io->events == events)
		return;
	io->events = events;
	(void)io_control(l, EPOLL_CTL_MOD, io);
}

/* An event of this turn that was not delivered yet must not reach the owner,
 * who may free the struct now. */
static void batch_forget(struct loop *l, const struct loop_io *io)
{
	int i;

	for (i = l->batch_at; i < l->batch_len; i++)
		if (l->batch[i].data.ptr == io)
			l->batch[i].data.ptr = NULL;
}

void loop_unwatch(struct loop *l, struct loop_io *io)
{
	if (!io->watched)
		return;
	(void)io_control(l, EPOLL_CTL_DEL, io); /* may be closed already */
	batch_forget(l, io);
	io->watched = false;
	l->watched--;
}

static void batch_deliver(struct loop *l)
{
	struct epoll_event *ev;
	struct loop_io *io;

	while (l->batch_at < l->batch_len && !l->stop) {
		ev = &l->batch[l->batch_at++];
		io = ev->data.ptr;
		if (io)
			io->fn(io->arg, ev->events);
	}
	l->batch_at = l->batch_len = 0;
}

/* ---- timers: a binary heap ordered by time, then by when it was set ---- */

static bool is_before(const struct loop_timer *a, const struct loop_timer *b)
{
	return a->at != b->at ? a->at < b->at : a->order < b->order;
}

static void heap_put(struct loop *l, size_t slot, struct loop_timer *t)
{
	l->heap[slot] = t;
	t->slot = slot;
}

static void heap_up(struct loop *l, struct loop_timer *t)
{
	size_t slot = t->slot;

	while (slot > 1 && is_before(t, l->heap[slot / 2])) {
		heap_put(l, slot, l->heap[slot / 2]);
		slot /= 2;
	}
	heap_put(l, slot, t);
}

static void heap_down(struct loop *l, struct loop_timer *t)
{
	size_t slot = t->slot, child;

	while ((child = slot * 2) <= l->timers) {
		if (child < l->timers &&
		    is_before(l->heap[child + 1], l->heap[child]))
			child++;
		if (!is_before(l->heap[child], t))
			break;
		heap_put(l, slot, l->heap[child]);
		slot = child;
	}
	heap_put(l, slot, t);
}

static void heap_add(struct loop *l, struct loop_timer *t)
{
	l->heap = mem_room(l->heap, l->timers + 1, &l->heap_cap,
			   sizeof(*l->heap));
	heap_put(l, ++l->timers, t);
	heap_up(l, t);
}

void loop_timer_set(struct loop *l, struct loop_timer *t, tick_t at,
		    loop_timer_fn *fn, void *arg)
{
	loop_timer_clear(l, t);
	/* After this turn's clock, so that the timer waits for the next
	 * turn. */
	if (l->in_turn && at <= l->turn)
		at = l->turn + 1;
	t->fn = fn;
	t->arg = arg;
	t->at = at;
	t->order = l->order++;
	heap_add(l, t);
}

void loop_timer_clear(struct loop *l, struct loop_timer *t)
{
	struct loop_timer *last;

	if (t->slot == 0)
		return;
	assert(l->heap[t->slot] == t);
	last = l->heap[l->timers--];
	if (last != t) {
		heap_put(l, t->slot, last);
		heap_up(l, last);
		heap_down(l, last);
	}
	t->slot = 0;
}

static void timers_fire(struct loop *l)
{
	struct loop_timer *t;

	while (l->timers > 0 && l->heap[1]->at <= l->turn && !l->stop) {
		t = l->heap[1];
		loop_timer_clear(l, t);
		t->fn(t->arg);
	}
}

/* ---- at the end of a turn ---- */

void loop_after_set(struct loop *l, struct loop_after *a, loop_timer_fn *fn,
		    void *arg)
{
	if (a->link)
		return;
	*a = (struct loop_after){
		.fn = fn, .arg = arg, .link = l->after_end, .pass = l->pass
	};
	*l->after_end = a;
	l->after_end = &a->next;
}

void loop_after_clear(struct loop *l, struct loop_after *a)
{
	if (!a->link)
		return;
	*a->link = a->next;
	if (a->next)
		a->next->link = a->link;
	else
		l->after_end = a->link;
	a->link = NULL;
}

static void after_run(struct loop *l)
{
	uint64_t pass = l->pass++;
	struct loop_after *a;

	while (l->after && l->after->pass <= pass && !l->stop) {
		a = l->after;
		loop_after_clear(l, a);
		a->fn(a->arg);
	}
}

/* ---- running ---- */

static int wait_ms(const struct loop *l)
{
	tick_t left, ms;

	if (l->after)
		return 0;
	if (l->timers == 0)
		return -1;
	left = l->heap[1]->at - loop_now();
	if (left <= 0)
		return 0;
	ms = left / TICK_MS + (left % TICK_MS != 0);
	return ms > LONGEST_MS ? LONGEST_MS : (int)ms;
}

static void turn(struct loop *l)
{
	int n = epoll_wait(l->epoll_fd, l->batch, BATCH, wait_ms(l));

	assert(n >= 0 || errno == EINTR);
	l->batch_at = 0;
	l->batch_len = n > 0 ? n : 0;
	l->turn = loop_now();
	l->in_turn = true;
	batch_deliver(l);
	timers_fire(l);
	after_run(l);
	l->in_turn = false;
}

void loop_run(struct loop *l)
{
	assert(!l->in_turn);
	l->stop = false;
	while (!l->stop && (l->watched > 0 || l->timers > 0 || l->after))
		turn(l);
}

void loop_stop(struct loop *l)
{
	l->stop = true;
}

/* ---- signals ---- */

static void on_signal_ready(void *arg, uint32_t events)
{
	struct signal_watch *s = arg;
	struct signalfd_siginfo info;

	(void)events;
	if (read(s->io.fd, &info, sizeof(info)) == (ssize_t)sizeof(info))
		s->fn(s->arg);
}

static int watch_signals(struct loop *l, const sigset_t *set, loop_timer_fn *fn,
			 void *arg, struct fail *f)
{
	struct signal_watch *s;
	int fd;

	pthread_sigmask(SIG_BLOCK, set, NULL);
	fd = signalfd(-1, set, SFD_NONBLOCK | SFD_CLOEXEC);
	if (fd < 0)
		return fail_errno(f, FAIL_SYSTEM, "signalfd");
	s = xcalloc(1, sizeof(*s));
	s->loop = l;
	s->fn = fn;
	s->arg = arg;
	if (loop_watch(l, &s->io, fd, EPOLLIN, on_signal_ready, s, f) < 0) {
		close(fd);
		free(s);
		return -1;
	}
	l->watched--; /* a signal alone does not keep the loop running */
	s->next = l->signals;
	l->signals = s;
	return 0;
}

int loop_on_signal(struct loop *l, int signo, loop_timer_fn *fn, void *arg,
		   struct fail *f)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, signo);
	return watch_signals(l, &set, fn, arg, f);
}

static bool is_ignored(int signo)
{
	struct sigaction is;

	return sigaction(signo, NULL, &is) == 0 && is.sa_handler == SIG_IGN;
}

static void end_signals(sigset_t *set)
{
	sigemptyset(set);
	sigaddset(set, SIGINT);
	sigaddset(set, SIGQUIT);
	sigaddset(set, SIGTERM);
	/* An ignored signal would still arrive here if it were blocked. */
	if (!is_ignored(SIGHUP))
		sigaddset(set, SIGHUP);
}

int loop_on_end(struct loop *l, loop_timer_fn *fn, void *arg, struct fail *f)
{
	sigset_t set;

	end_signals(&set);
	return watch_signals(l, &set, fn, arg, f);
}

bool loop_end_is_pending(void)
{
	sigset_t pending, set;

	end_signals(&set);
	return sigpending(&pending) == 0 &&
	       sigandset(&set, &set, &pending) == 0 && !sigisemptyset(&set);
}
