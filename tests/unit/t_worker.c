/* gateway/worker: it listens, is stopped by another thread, and frees
 * everything. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <dirent.h>
#include <pthread.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "gateway/worker.h"
#include "tests/unit/lock_kit.h"

static size_t open_files(void)
{
	DIR *d = opendir("/proc/self/fd");
	size_t n = 0;

	if (!d)
		return 0;
	while (readdir(d))
		n++;
	closedir(d);
	return n;
}

static void *run(void *w)
{
	worker_run(w);
	return NULL;
}

static void t_stopped(void **state)
{
	size_t before = open_files();
	struct worker *w = NULL;
	struct config *c = config_new();
	pthread_t thread;

	(void)state;
	assert_int_equal(worker_new(&w, c, 0, false, NULL), 0);
	assert_true(worker_port(w) > 0);
	assert_int_equal(pthread_create(&thread, NULL, run, w), 0);
	worker_stop(w);
	assert_int_equal(pthread_join(thread, NULL), 0);
	worker_free(w);
	config_drop(c);
	assert_int_equal(open_files(), before);
}

static void t_port_taken(void **state)
{
	struct worker *first = NULL, *second = NULL, *third = NULL;
	struct fail f = FAIL_INIT;
	size_t before;
	struct config *c = config_new();

	(void)state;
	assert_int_equal(worker_new(&first, c, 0, false, NULL), 0);
	before = open_files();
	assert_int_equal(worker_new(&second, c, worker_port(first), false, &f),
			 -1);
	assert_null(second);
	assert_int_equal(f.code, FAIL_SYSTEM);
	assert_int_equal(open_files(), before);
	worker_free(first);
	/* Several workers share one. */
	assert_int_equal(worker_new(&second, c, 0, true, NULL), 0);
	assert_int_equal(worker_new(&third, c, worker_port(second), true, NULL),
			 0);
	worker_free(second);
	worker_free(third);
	worker_free(NULL);
	config_drop(c);
}

/* Nothing is under way: a drain is over at once, and a new configuration comes
 * in before it. */
static void t_drained(void **state)
{
	size_t before = open_files();
	struct config *c = config_new(), *next = config_new();
	struct worker *w = NULL;
	pthread_t thread;

	(void)state;
	assert_int_equal(worker_new(&w, c, 0, false, NULL), 0);
	assert_int_equal(pthread_create(&thread, NULL, run, w), 0);
	worker_configure(w, next);
	worker_configure(w, next);
	worker_drain(w);
	assert_int_equal(pthread_join(thread, NULL), 0);
	assert_int_equal(worker_open(w), 0);
	worker_free(w);
	/* Nobody holds them any more. */
	assert_int_equal(atomic_load(&c->holders), 1);
	assert_int_equal(atomic_load(&next->holders), 1);
	config_drop(c);
	config_drop(next);
	assert_int_equal(open_files(), before);
}

/* What it is told waits until it runs; each message is under the lock. */
static void t_mail(void **state)
{
	struct config *c = config_new(), *next = config_new();
	struct worker *w = NULL;

	(void)state;
	assert_int_equal(worker_new(&w, c, 0, false, NULL), 0);
	locks_begin();
	worker_configure(w, next);
	assert_locked_once();
	worker_stop(w);
	assert_locked_once();
	worker_run(w);
	assert_locked_once();
	assert_int_equal(atomic_load(&c->holders), 1);
	assert_int_equal(atomic_load(&next->holders), 2);
	worker_drain(w);
	assert_locked_once();
	worker_configure(w, c); /* too late */
	assert_locked_once();
	worker_run(w);
	assert_int_equal(locks_held, 0);
	assert_int_equal(worker_open(w), 0);
	locks_begin();
	worker_free(w);
	assert_true(locks_gone >= 1);
	assert_int_equal(atomic_load(&c->holders), 1);
	assert_int_equal(atomic_load(&next->holders), 1);
	config_drop(c);
	config_drop(next);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		{ "worker: another thread stops it, and nothing is left open",
		  t_stopped, NULL, NULL, NULL },
		{ "worker: drained and configured by another thread", t_drained,
		  NULL, NULL, NULL },
		{ "worker: what it is told before it runs", t_mail, NULL, NULL,
		  NULL },
		{ "worker: a port is taken once, or shared by all",
		  t_port_taken, NULL, NULL, NULL },
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("worker", tests, NULL, NULL);
}
