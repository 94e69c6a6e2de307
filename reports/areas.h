/* The results of a run, counted by area. */
#ifndef REPORTS_AREAS_H
#define REPORTS_AREAS_H

#include "reports/verdict.h"

struct area {
	const char *name; /* belongs to a result */
	size_t counts[VERDICT_COUNT];
	size_t left_out; /* so many of the undecided ones were not run */
	/* so many of the skipped ones are for other clients or providers */
	size_t not_meant;
	size_t total;
};

/* The areas in order of their first case; the list is yours to free(). */
struct area *areas_of(const struct run_report *r, size_t *count);

/* Whether a case in it failed, is broken or could not be decided. */
bool area_has_problems(const struct area *a);

/* Whether a case in it was decided, so that the target claims at least a part
 * of it. */
bool area_is_claimed(const struct area *a);

/* The worst verdict in it. */
enum verdict area_verdict(const struct area *a);

#endif
