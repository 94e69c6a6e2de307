/* The exit statuses of all commands. */
#ifndef PROBE_AFTER_STATUS_H
#define PROBE_AFTER_STATUS_H

enum {
	EXIT_CONFORMS = 0,
	EXIT_FAILS = 1,
	EXIT_USAGE = 2, /* the command line, or a file that the user wrote, is
			   wrong */
	EXIT_UNDECIDED = 3, /* nothing reachable, interrupted, or our own
			       fault */
	EXIT_NOTHING = 77, /* every case was skipped */
};

#endif
