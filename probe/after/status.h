/* What a command says to the shell. */
#ifndef PROBE_AFTER_STATUS_H
#define PROBE_AFTER_STATUS_H

/* Exit statuses of every command. */
enum {
	EXIT_CONFORMS = 0,
	EXIT_FAILS = 1,
	EXIT_USAGE = 2, /* the command line or a file a user wrote */
	EXIT_UNDECIDED = 3, /* nothing reachable, interrupted, our own fault */
	EXIT_NOTHING = 77, /* every case was skipped */
};

#endif
