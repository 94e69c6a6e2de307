/* Where reports go: the summary and any number of others, on stdout or in
 * files; a bad path is told before anything runs. */
#ifndef PROBE_COMMAND_OUTPUT_H
#define PROBE_COMMAND_OUTPUT_H

#include <stdio.h>

#include "reports/reports.h"
#include "wire/bytes/fail.h"

#define OUTPUTS_LIMIT 16

struct output {
	const struct report_kind *kind;
	const char *path; /* NULL: stdout, which one of them may have */
};

struct outputs {
	struct output list[OUTPUTS_LIMIT];
	size_t count;
	bool machine; /* something else has stdout: the summary goes to stderr */
	struct summary_how how; /* of the summary */
};

/* Is it a terminal that shows colours, and nobody wants none (NO_COLOR)? */
bool output_colour(bool no_colour, int fd);

struct outputs_asked {
	const char *const *reports; /* values: "tap" or "json=FILE" */
	size_t count;
	bool no_colour, verbose, quiet; /* the summary */
	bool events; /* stdout has them */
};

int outputs_open(struct outputs *out, const struct outputs_asked *asked,
		 struct fail *f);

/* Writes them all, each file whole or not at all. -1: some are missing, and
 * stderr has a line for each. */
int outputs_write(struct outputs *o, const struct run_report *r);

#endif
