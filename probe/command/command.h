/*
 * A command of ccprobe. A file, cmd_NAME.c, exports a constant descriptor, and
 * main.c lists it. `ccprobe NAME --help` prints usage, brief and the rows of
 * its option table.
 */
#ifndef PROBE_COMMAND_COMMAND_H
#define PROBE_COMMAND_COMMAND_H

#include "wire/manual/manual.h"

struct command {
	const char *name; /* "run" */
	const char *usage; /* the arguments: "[options] [PATTERN...]" */
	const char *brief; /* one line for `ccprobe --help` */
	const struct option_row *rows;
	enum manual_takes takes; /* arguments other than options */

	/* argv[0] is the command's name. Returns the exit status; prints its
	 * own messages, each once, as "ccprobe: text" on stderr. */
	int (*run)(int argc, char **argv);
};

extern const struct command cmd_run;
extern const struct command cmd_list;
extern const struct command cmd_lint;
extern const struct command cmd_explain;
extern const struct command cmd_judge;
extern const struct command cmd_replay;
extern const struct command cmd_compare;
extern const struct command cmd_doctor;
extern const struct command cmd_bisect;
extern const struct command cmd_init;
extern const struct command cmd_record;
extern const struct command cmd_drift;
extern const struct command cmd_bench;
extern const struct command cmd_matrix;
extern const struct command cmd_merge;

#endif
