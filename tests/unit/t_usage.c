/* probe/bench/usage: what a process group uses, from /proc. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "probe/bench/usage.h"

static tick_t used(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return t.tv_sec * TICK_S + t.tv_nsec;
}

static void *idle(void *arg)
{
	char byte;

	(void)!read(*(int *)arg, &byte, 1);
	return NULL;
}

/* A thread counts with its own time, not with that of the first. */
static void t_ours(void **state)
{
	enum { MORE = 16 * 1024 * 1024 };
	struct usage before, after;
	int fds[5], ends[2];
	pthread_t thread;
	char *memory;

	(void)state;
	assert_int_equal(pipe(ends), 0);
	assert_int_equal(pthread_create(&thread, NULL, idle, &ends[0]), 0);
	/* A name that looks like the fields after it. */
	prctl(PR_SET_NAME, "x) S 1 2 3");
	(void)setpgid(0, 0);
	assert_int_equal(getpgrp(), getpid());
	assert_true(usage_read(getpid(), &before));
	assert_true(before.memory_kb > 0);
	for (size_t i = 0; i < 5; i++)
		fds[i] = dup(0);
	memory = malloc(MORE);
	assert_non_null(memory);
	memset(memory, 1, MORE);
	while (used() < 60 * TICK_MS)
		memory[rand() % MORE]++;
	assert_true(usage_read(getpid(), &after));
	assert_true(after.cpu >= 30 * TICK_MS);
	assert_true(after.cpu <= used() + 20 * TICK_MS);
	assert_true(after.memory_kb >= before.memory_kb + MORE / 1024);
	assert_int_equal(after.descriptors, before.descriptors + 5);
	for (size_t i = 0; i < 5; i++)
		close(fds[i]);
	free(memory);
	close(ends[1]);
	pthread_join(thread, NULL);
	close(ends[0]);
}

/* Each process of the group counts. */
static void t_group(void **state)
{
	struct usage one, two;
	pid_t pid;

	(void)state;
	(void)setpgid(0, 0);
	assert_true(usage_read(getpid(), &one));
	pid = fork();
	if (pid == 0)
		for (;;)
			pause();
	assert_true(usage_read(getpid(), &two));
	/* The two with which the group is read are not those of the child. */
	assert_in_range(two.descriptors, 2 * one.descriptors - 4,
			2 * one.descriptors);
	assert_true(two.descriptors > one.descriptors);
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
}

static void t_none(void **state)
{
	struct usage u = { .cpu = 5, .memory_kb = 6, .descriptors = 7 };

	(void)state;
	/* No process has this number. */
	assert_false(usage_read(0x7fffffff, &u));
	assert_true(u.cpu == 0 && u.memory_kb == 0 && u.descriptors == 0);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		{ "usage: of ours", t_ours, NULL, NULL, NULL },
		{ "usage: of a group", t_group, NULL, NULL, NULL },
		{ "usage: of nobody", t_none, NULL, NULL, NULL },
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("usage", tests, NULL, NULL);
}
