/*
 * What a finished run comes to: its exit status, with the failures that a
 * baseline expects and the level from which failures count.
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

/* Reads the baseline, and makes sure that its cases exist. NULL: none. */
int settle_open(struct settle *s, const char *path, const struct casebook *book,
		struct fail *f);
void settle_clear(struct settle *s);

/* Before the reports: marks what is expected. Lines on stderr say what is to
 * be changed in the baseline. */
void settle_mark(struct settle *s, struct run_report *r);

/* After them: writes the new baseline, and gives the exit status. */
int settle_status(struct settle *s, const struct run_report *r, struct fail *f);

#endif
