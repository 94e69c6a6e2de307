/*
 * The exit status of a finished run. A baseline may expect failures, and a
 * level may say which failures count.
 */
#ifndef PROBE_AFTER_SETTLE_H
#define PROBE_AFTER_SETTLE_H

#include "probe/after/baseline.h"

struct settle { /* zero-initialised: no baseline, every failure counts */
	struct baseline baseline;
	bool has_baseline;
	const char *write; /* path of the baseline to write, or NULL */
	enum level less; /* failures of lower levels than this do not count */
	bool has_less;
};

/* Reads the baseline, and makes sure that its cases exist. If path is NULL,
 * there is no baseline. */
int settle_open(struct settle *s, const char *path, const struct casebook *book,
		struct fail *f);
void settle_clear(struct settle *s);

/* Call this before the reports are written: marks the results that the baseline
 * expects. Lines on stderr say what to change in the baseline. */
void settle_mark(struct settle *s, struct run_report *r);

/* Call this after the reports are written: writes the new baseline, if one is
 * asked for, and returns the exit status. */
int settle_status(struct settle *s, const struct run_report *r, struct fail *f);

#endif
