/*
 * What documents say about a run besides its results: when it was, the command
 * that repeats it, without credentials, and the requirements.
 */
#ifndef PROBE_COMMAND_IDENTITY_H
#define PROBE_COMMAND_IDENTITY_H

#include "probe/suite/requirements.h"
#include "reports/verdict.h"

/* Zero-initialised is empty. */
struct identity {
	struct requirements requirements;
	char *command;
	char date[16];
};

/*
 * Fills in these members of the report, which borrow from `out`. If
 * requirements.json cannot be read, the report has no requirements. argv[0] is
 * the command's name.
 */
void identity_of(struct identity *out, int argc, char **argv, const char *root,
		 struct run_report *report);
void identity_clear(struct identity *i);

#endif
