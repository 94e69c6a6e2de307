/*
 * A baseline: which checks are expected to fail, and why. What fails and is
 * not listed counts; what is listed and holds is told with the line to delete,
 * so that the list only ever shrinks.
 *
 *	{"baseline": [
 *	  {"case": "models/list", "check": "the list is the provider's",
 *	   "reason": "we serve our own list", "until": "2027-01-31"}
 *	]}
 *
 * Without `check` the whole case is meant. After the day `until` it counts.
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

int baseline_read(struct baseline *out, const char *path, struct fail *f);
void baseline_clear(struct baseline *b);

/* Entries get the ids that cases have today. Fails at an entry whose case is
 * not in the book. */
int baseline_fits(struct baseline *b, const struct casebook *book,
		  struct fail *f);

/*
 * Marks the results that fail as expected (`expected` gets the reason, and the
 * report their count). `today` is a date like `until`. Lines about what is to
 * be changed in the file go to `notes`; gives how many entries are to be
 * deleted.
 */
size_t baseline_apply(const struct baseline *b, struct run_report *r,
		      const char *today, struct buf *notes);

/* The baseline that expects just what fails in r. Reasons and dates come from
 * `old` (which may be empty) where it has the same check. */
void baseline_of(const struct run_report *r, const struct baseline *old,
		 struct buf *out);

#endif
