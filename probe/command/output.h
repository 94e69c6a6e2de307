/* Where reports go: the summary, and any number of others on stdout or in
 * files. A path that cannot be written is reported before anything runs. */
#ifndef PROBE_COMMAND_OUTPUT_H
#define PROBE_COMMAND_OUTPUT_H

#include <stdio.h>

#include "reports/reports.h"
#include "wire/bytes/fail.h"

#define OUTPUTS_LIMIT 16

struct output {
	const struct report_kind *kind;
	const char *path; /* NULL: stdout, for one report at most */
};

struct outputs {
	struct output list[OUTPUTS_LIMIT];
	size_t count;
	bool machine; /* stdout has something else, so the summary goes to
			 stderr */
	struct summary_how how; /* of the summary */
};

/* Whether the terminal can show colours and neither option nor NO_COLOR forbids
 * them. */
bool output_colour(bool no_colour, int fd);

struct outputs_asked {
	const char *const *reports; /* values of --report: "tap" or
				       "json=FILE" */
	size_t count;
	bool no_colour, verbose, quiet; /* for the summary */
	bool events; /* --events uses stdout */
};

int outputs_open(struct outputs *out, const struct outputs_asked *asked,
		 struct fail *f);

/* Writes all reports, each file whole or not at all. -1: some are missing, and
 * stderr has a line for each. */
int outputs_write(struct outputs *o, const struct run_report *r);

#endif
