/*
 * A command of ccprobe: one file, cmd_NAME.c, exports one constant descriptor
 * and main.c lists it. `ccprobe NAME --help` prints usage, brief and the rows
 * of its option table.
 */
#ifndef PROBE_COMMAND_H
#define PROBE_COMMAND_H

#include <stdbool.h>

struct command {
	const char *name; /* "run" */
	const char *usage; /* what follows the name: "[options] [PATTERN...]" */
	const char *brief; /* one line for `ccprobe --help` */

	/* argv[0] is the command's name. Returns the exit status; prints its
	 * own messages, each once, as "ccprobe: text" on stderr. */
	int (*run)(int argc, char **argv);
};

/* Exit statuses of every command. */
enum {
	EXIT_CONFORMS = 0,
	EXIT_FAILS = 1,
	EXIT_USAGE = 2, /* the command line or a file a user wrote */
	EXIT_UNDECIDED = 3, /* nothing reachable, interrupted, our own fault */
	EXIT_NOTHING = 77, /* every case was skipped */
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

/*
 * The folder with cases/, fixtures/ and targets/: `given` (--suite) if not
 * NULL; else the folder above the program's own, if it has cases/; else the
 * source folder it was built from. Yours to free().
 */
char *suite_root(const char *given);

/* Is there a folder cases/ in it? */
bool suite_exists(const char *root);

/* The folder this program is in; yours to free(). */
char *program_folder(void);

#endif
