/*
 * What documents say about a run beside its results: who was graded, when, and
 * the command that repeats it, without the credentials that were in it.
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
 * Fills in the report's members about this, which borrow from `out`. Without a
 * readable requirements.json the report is without requirements. argv[0] is
 * the command's name.
 */
void identity_of(struct identity *out, int argc, char **argv, const char *root,
		 struct run_report *report);
void identity_clear(struct identity *i);

#endif
