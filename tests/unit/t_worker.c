/* gateway/worker: it listens, is stopped by another thread, leaves nothing. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <dirent.h>
#include <pthread.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "gateway/worker.h"

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
	struct config c;
	pthread_t thread;

	(void)state;
	config_init(&c);
	assert_int_equal(worker_new(&w, &c, 0, NULL), 0);
	assert_true(worker_port(w) > 0);
	assert_non_null(worker_loop(w));
	assert_int_equal(pthread_create(&thread, NULL, run, w), 0);
	worker_stop(w);
	assert_int_equal(pthread_join(thread, NULL), 0);
	worker_free(w);
	config_clear(&c);
	assert_int_equal(open_files(), before);
}

static void t_port_taken(void **state)
{
	struct worker *first = NULL, *second = NULL, *third = NULL;
	struct fail f = FAIL_INIT;
	size_t before;
	struct config c;

	(void)state;
	config_init(&c);
	assert_int_equal(worker_new(&first, &c, 0, NULL), 0);
	before = open_files();
	assert_int_equal(worker_new(&second, &c, worker_port(first), &f), -1);
	assert_null(second);
	assert_int_equal(f.code, FAIL_SYSTEM);
	assert_int_equal(open_files(), before);
	worker_free(first);
	/* Several workers share one. */
	c.workers = 2;
	assert_int_equal(worker_new(&second, &c, 0, NULL), 0);
	assert_int_equal(worker_new(&third, &c, worker_port(second), NULL), 0);
	worker_free(second);
	worker_free(third);
	worker_free(NULL);
	config_clear(&c);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		{ "worker: another thread stops it, and nothing is left open",
		  t_stopped, NULL, NULL, NULL },
		{ "worker: a port is taken once, or shared by all",
		  t_port_taken, NULL, NULL, NULL },
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("worker", tests, NULL, NULL);
}
