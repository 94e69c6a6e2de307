/* Tests of the event loop. */
#include <setjmp.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <cmocka.h>

#include "net/loop.h"

static struct loop *new_loop(void)
{
	struct loop *l = NULL;

	assert_int_equal(loop_new(&l, NULL), 0);
	return l;
}

static int order[64];
static int order_count;

static void note(void *arg)
{
	order[order_count++] = *(int *)arg;
}

static void t_empty(void **state)
{
	struct loop *l = new_loop();

	(void)state;
	loop_run(l);
	loop_free(l);
	loop_free(NULL);
}

static void t_timer_order(void **state)
{
	static int ids[50];
	struct loop_timer t[50] = { 0 };
	struct loop *l = new_loop();
	tick_t now = loop_now();
	int i;

	(void)state;
	order_count = 0;
	for (i = 0; i < 50; i++) {
		ids[i] = i;
		/* 50 timers at 5 different times */
		loop_timer_set(l, &t[i], now + (i * 7 % 5) * TICK_MS, note,
			       &ids[i]);
	}
	for (i = 0; i < 50; i += 10) /* some are cleared, some moved */
		loop_timer_clear(l, &t[i]);
	loop_timer_set(l, &t[1], now + 10 * TICK_MS, note, &ids[1]);
	loop_timer_clear(l, &t[0]);
	loop_run(l);
	assert_int_equal(order_count, 45);
	assert_int_equal(order[44], 1);
	for (i = 1; i < 44; i++) {
		int a = order[i - 1], b = order[i];

		assert_true(a * 7 % 5 <= b * 7 % 5);
		if (a * 7 % 5 == b * 7 % 5)
			assert_true(a < b);
	}
	for (i = 0; i < 50; i++)
		assert_int_equal(t[i].slot, 0);
	loop_free(l);
}

static void on_stop(void *arg)
{
	loop_stop(arg);
}

enum { MANY = 700 };

struct timed {
	struct loop_timer timer;
	tick_t at;
	int set; /* when it was set, among the others; -1: it was cleared */
};

static struct timed timed[MANY];
static int fired[MANY], fired_count;

static void on_timed(void *arg)
{
	const struct timed *t = arg;

	assert_true(loop_now() >= t->at);
	fired[fired_count++] = (int)(t - timed);
}

/* More than the heap has room for at first, in any order, and some are set
 * anew or cleared: each fires once, none too early. */
static void t_many_timers(void **state)
{
	struct loop *l = new_loop();
	tick_t now = loop_now();
	uint32_t x = 1;
	int sets = 0, left = 0;

	(void)state;
	fired_count = 0;
	for (int i = 0; i < 3 * MANY; i++) {
		struct timed *t;

		x = x * 1664525 + 1013904223;
		t = &timed[(x >> 16) % MANY];
		x = x * 1664525 + 1013904223;
		if ((x >> 16) % 4 == 0) {
			loop_timer_clear(l, &t->timer);
			t->set = -1;
			continue;
		}
		t->at = now + (tick_t)((x >> 18) % 40) * TICK_MS / 4;
		t->set = sets++;
		loop_timer_set(l, &t->timer, t->at, on_timed, t);
	}
	for (int i = 0; i < MANY; i++)
		left += timed[i].timer.slot != 0;
	loop_run(l);
	assert_int_equal(fired_count, left);
	for (int i = 1; i < fired_count; i++) {
		const struct timed *a = &timed[fired[i - 1]];
		const struct timed *b = &timed[fired[i]];

		assert_true(a->at < b->at ||
			    (a->at == b->at && a->set < b->set));
	}
	loop_free(l);
}

static void stop_and_note(void *arg)
{
	loop_stop(*(struct loop **)arg);
	order_count++;
}

/* What is due after the loop was stopped waits for the next run. */
static void t_stop_among_timers(void **state)
{
	struct loop_timer t[3] = { 0 };
	struct loop *l = new_loop();

	(void)state;
	order_count = 0;
	for (int i = 0; i < 3; i++)
		loop_timer_set(l, &t[i], 0, stop_and_note, &l);
	for (int i = 1; i <= 3; i++) {
		loop_run(l);
		assert_int_equal(order_count, i);
	}
	loop_free(l);
}

static void on_ready(void *arg, uint32_t events)
{
	(void)events;
	stop_and_note(arg);
}

/* The same for descriptors; and one that is not watched for anything is still,
 * until it is watched again. */
static void t_stop_among_descriptors(void **state)
{
	int fd[2] = { eventfd(1, EFD_CLOEXEC), eventfd(1, EFD_CLOEXEC) };
	struct loop_timer late = { 0 };
	struct loop_io io[2] = { 0 };
	struct loop *l = new_loop();

	(void)state;
	order_count = 0;
	for (int i = 0; i < 2; i++)
		assert_int_equal(loop_watch(l, &io[i], fd[i], EPOLLIN, on_ready,
					    &l, NULL),
				 0);
	loop_run(l);
	assert_int_equal(order_count, 1);
	loop_run(l);
	assert_int_equal(order_count, 2);
	loop_rewatch(l, &io[0], 0);
	loop_rewatch(l, &io[1], 0);
	loop_timer_set(l, &late, loop_now() + TICK_MS, on_stop, l);
	loop_run(l);
	assert_int_equal(order_count, 2);
	loop_rewatch(l, &io[1], EPOLLIN);
	loop_run(l);
	assert_int_equal(order_count, 3);
	for (int i = 0; i < 2; i++) {
		loop_unwatch(l, &io[i]);
		close(fd[i]);
	}
	loop_run(l); /* nothing is watched any more */
	loop_free(l);
}

struct chain {
	struct loop *loop;
	struct loop_timer again, other;
	int left, others;
};

static void on_other(void *arg)
{
	struct chain *c = arg;

	c->others++;
}

static void on_again(void *arg)
{
	struct chain *c = arg;

	if (c->left-- == 0)
		return;
	/* The time is in the past on purpose: the timer must still wait for the
	 * next turn. */
	loop_timer_set(c->loop, &c->again, 0, on_again, c);
	if (c->left == 5)
		loop_timer_set(c->loop, &c->other, loop_now(), on_other, c);
}

static void t_timer_defers(void **state)
{
	struct chain c = { .loop = new_loop(), .left = 1000 };

	(void)state;
	loop_timer_set(c.loop, &c.again, 0, on_again, &c);
	loop_run(c.loop);
	assert_int_equal(c.left, -1);
	assert_int_equal(c.others, 1);
	loop_free(c.loop);
}

/* ---- the end of a turn ---- */

struct ending {
	struct loop *loop;
	struct loop_timer timer;
	struct loop_after first, second, gone;
	int turns, left;
};

static void on_second(void *arg)
{
	struct ending *e = arg;

	assert_int_equal(order_count, 1); /* the first one was before */
	order_count++;
	e->turns++;
	if (--e->left > 0) /* in the next turn, which waits for nothing */
		loop_after_set(e->loop, &e->second, on_second, e);
	order_count--;
}

static void on_turn(void *arg)
{
	static int id = 7;
	struct ending *e = arg;

	loop_after_set(e->loop, &e->first, note, &id);
	loop_after_set(e->loop, &e->gone, note, &id);
	loop_after_set(e->loop, &e->second, on_second, e);
	loop_after_set(e->loop, &e->second, note, &id); /* set already */
	loop_after_clear(e->loop, &e->gone);
	loop_after_clear(e->loop, &e->gone);
	assert_int_equal(order_count, 0); /* not inside of this */
}

static void t_after(void **state)
{
	struct ending e = { .loop = new_loop(), .left = 3 };

	(void)state;
	order_count = 0;
	loop_timer_set(e.loop, &e.timer, 0, on_turn, &e);
	loop_run(e.loop);
	assert_int_equal(e.turns, 3);
	assert_int_equal(order_count, 1);
	assert_int_equal(order[0], 7);
	/* Before a turn it is for the first one; and a loop may go before. */
	loop_after_set(e.loop, &e.first, note, &order[0]);
	loop_run(e.loop);
	assert_int_equal(order_count, 2);
	loop_after_set(e.loop, &e.first, note, &order[0]);
	loop_free(e.loop);
	assert_null(e.first.link);
}

struct pair {
	struct loop *loop;
	struct loop_io a, b;
	int delivered;
};

static void on_pair(void *arg, uint32_t events)
{
	struct pair *p = arg;

	assert_true(events & EPOLLIN);
	p->delivered++;
	loop_unwatch(p->loop, &p->a);
	loop_unwatch(p->loop, &p->b);
	loop_unwatch(p->loop, &p->b);
}

static void t_unwatch_in_batch(void **state)
{
	struct pair p = { .loop = new_loop() };
	int a = eventfd(1, EFD_CLOEXEC), b = eventfd(1, EFD_CLOEXEC);

	(void)state;
	assert_int_equal(
		loop_watch(p.loop, &p.a, a, EPOLLIN, on_pair, &p, NULL), 0);
	assert_int_equal(
		loop_watch(p.loop, &p.b, b, EPOLLIN, on_pair, &p, NULL), 0);
	loop_run(p.loop);
	assert_int_equal(p.delivered, 1);
	close(a);
	close(b);
	loop_free(p.loop);
}

static void t_bad_descriptor(void **state)
{
	struct loop *l = new_loop();
	struct loop_io io = { 0 };
	struct fail f = FAIL_INIT;

	(void)state;
	assert_int_equal(loop_watch(l, &io, -1, EPOLLIN, on_pair, NULL, &f),
			 -1);
	assert_int_equal(f.code, FAIL_SYSTEM);
	assert_string_equal(f.text,
			    "watching descriptor -1: Bad file descriptor");
	assert_false(io.watched);
	loop_unwatch(l, &io);
	loop_run(l); /* and there is nothing to wait for */
	loop_free(l);
}

/* How many descriptors are open. */
static int open_files(void)
{
	int n = 0;

	for (int fd = 0; fd < 1000; fd++)
		n += fcntl(fd, F_GETFD) >= 0;
	return n;
}

/* A loop takes all its descriptors with it. */
static void t_closed(void **state)
{
	int before = open_files();
	struct loop *l = new_loop();

	(void)state;
	assert_int_equal(loop_on_signal(l, SIGUSR1, note, NULL, NULL), 0);
	assert_int_equal(loop_on_signal(l, SIGUSR2, note, NULL, NULL), 0);
	assert_true(open_files() > before);
	loop_free(l);
	assert_int_equal(open_files(), before);
}

static void t_signal(void **state)
{
	struct loop *l = new_loop();
	struct loop_timer never = { 0 };

	(void)state;
	assert_int_equal(loop_on_signal(l, SIGUSR1, on_stop, l, NULL), 0);
	loop_run(l); /* a signal handler alone is nothing to wait for */
	loop_timer_set(l, &never, TICK_NEVER, on_stop, l);
	kill(getpid(), SIGUSR1);
	loop_run(l);
	assert_int_not_equal(never.slot, 0);
	loop_free(l);
	assert_int_equal(never.slot, 0);
}

static void on_count(void *arg)
{
	unsigned *count = arg;

	++*count;
}

/* In a child, as the signals stay blocked. */
static int run_ends(bool ignores)
{
	static const int ends[] = { SIGINT, SIGQUIT, SIGTERM, SIGHUP };
	struct loop *l = new_loop();
	struct loop_timer soon = { 0 };
	unsigned count = 0, before;

	signal(SIGHUP, ignores ? SIG_IGN : SIG_DFL);
	if (loop_on_end(l, on_count, &count, NULL) < 0)
		return 1;
	for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++) {
		bool is_one = !ignores || ends[i] != SIGHUP;

		before = count;
		kill(getpid(), ends[i]);
		if (loop_end_is_pending() != is_one)
			return 2;
		loop_timer_set(l, &soon, loop_now() + TICK_MS, on_stop, l);
		loop_run(l);
		if (count != before + is_one || loop_end_is_pending())
			return 3;
	}
	loop_free(l);
	return 0;
}

static void t_ends(void **state)
{
	(void)state;
	for (int ignores = 0; ignores < 2; ignores++) {
		pid_t child = fork();
		int status = -1;

		if (child == 0)
			_exit(run_ends(ignores));
		waitpid(child, &status, 0);
		assert_int_equal(status, 0);
	}
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		{ "loop: with nothing to wait for, running returns", t_empty,
		  NULL, NULL, NULL },
		{ "loop: timers fire by time, then in the order they were set",
		  t_timer_order, NULL, NULL, NULL },
		{ "loop: many timers keep their order", t_many_timers, NULL,
		  NULL, NULL },
		{ "loop: once it is stopped no timer fires",
		  t_stop_among_timers, NULL, NULL, NULL },
		{ "loop: once it is stopped no event is told",
		  t_stop_among_descriptors, NULL, NULL, NULL },
		{ "loop: a timer set in a callback waits for a later turn",
		  t_timer_defers, NULL, NULL, NULL },
		{ "loop: an unwatched descriptor's waiting event is dropped",
		  t_unwatch_in_batch, NULL, NULL, NULL },
		{ "loop: watching a bad descriptor is a failure",
		  t_bad_descriptor, NULL, NULL, NULL },
		{ "loop: all that ask for an end arrive, but an ignored SIGHUP",
		  t_ends, NULL, NULL, NULL },
		{ "loop: its descriptors are closed with it", t_closed, NULL,
		  NULL, NULL },
		{ "loop: what is left for the end of a turn waits for nothing",
		  t_after, NULL, NULL, NULL },
		{ "loop: a signal arrives as a callback", t_signal, NULL, NULL,
		  NULL },
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("loop", tests, NULL, NULL);
}
