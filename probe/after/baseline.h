/*
 * A baseline: which checks are expected to fail, and why. A check that fails
 * counts unless it is listed. An entry whose check no longer fails is reported
 * with its line, so that it is deleted and the list only shrinks.
 *
 *	{"baseline": [
 *	  {"case": "models/list", "check": "the list is the provider's",
 *	   "reason": "we serve our own list", "until": "2027-01-31"}
 *	]}
 *
 * An entry without `check` is for every check of the case. After the day `until`
 * an entry has no effect: its check counts again.
 */
#ifndef PROBE_AFTER_BASELINE_H
#define PROBE_AFTER_BASELINE_H

#include "probe/suite/casefile.h"

struct baseline_entry {
	char *id, *check, *reason, *until; /* check, until: NULL if not given */
	unsigned line, column; /* where it begins */
};

struct baseline { /* zero-initialised is empty */
	char *path;
	struct baseline_entry *list;
	size_t count;
};

/* Fails for a file that cannot be read, is no baseline, or has an entry
 * twice. */
int baseline_read(struct baseline *out, const char *path, struct fail *f);
void baseline_clear(struct baseline *b);

/* Gives entries the ids that their cases have today. Fails for an entry whose
 * case is not in the book. */
int baseline_fits(struct baseline *b, const struct casebook *book,
		  struct fail *f);

/*
 * Marks the failing results that the baseline expects: `expected` gets the
 * reason, and the report the number of them. `today` is a date like `until`.
 * Appends to `notes` what to change in the file, a line each. Returns how many
 * entries are to be deleted.
 */
size_t baseline_apply(const struct baseline *b, struct run_report *r,
		      const char *today, struct buf *notes);

/* Appends to `out` the baseline that lists just the checks that fail in r. It
 * takes reasons and dates from `old` (which may be empty) for checks that `old`
 * lists. */
void baseline_of(const struct run_report *r, const struct baseline *old,
		 struct buf *out);

#endif
