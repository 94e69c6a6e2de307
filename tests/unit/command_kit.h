/* Commands of ccprobe in a test's own process: in a folder of their own, with
 * what they print in its files "out" and "err". */
#ifndef TESTS_UNIT_COMMAND_KIT_H
#define TESTS_UNIT_COMMAND_KIT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <unistd.h>

#include <cmocka.h>

#include "probe/command/command.h"
#include "probe/suite/scratch.h"

static char *folder;
static char folder_before[4096];

static inline void command_kit_enter(void)
{
	assert_non_null(getcwd(folder_before, sizeof(folder_before)));
	assert_int_equal(scratch_new(&folder, NULL), 0);
	assert_int_equal(chdir(folder), 0);
}

static inline void command_kit_leave(void)
{
	assert_int_equal(chdir(folder_before), 0);
	scratch_free(folder);
}

/* Sends a stream into a file; gives what it was. */
static inline int command_kit_into(FILE *stream, const char *name)
{
	int was = dup(fileno(stream));

	fflush(stream);
	assert_non_null(freopen(name, "w", stream));
	return was;
}

static inline void command_kit_back(FILE *stream, int was)
{
	fflush(stream);
	dup2(was, fileno(stream));
	close(was);
}

static inline int command_kit_run(const struct command *c, int argc,
				  char **argv)
{
	int out = command_kit_into(stdout, "out");
	int err = command_kit_into(stderr, "err");
	int status = c->run(argc, argv);

	command_kit_back(stdout, out);
	command_kit_back(stderr, err);
	return status;
}

#endif
