/* The results of a run, counted by area. */
#ifndef REPORTS_AREAS_H
#define REPORTS_AREAS_H

#include "reports/verdict.h"

struct area {
	const char *name; /* borrowed from a result */
	size_t counts[VERDICT_COUNT];
	size_t left_out; /* of the undecided ones: not run */
	size_t not_meant; /* of those that were skipped: for other
			     clients or providers */
	size_t total;
};

/* In order of their first case; the list is yours to free(). */
struct area *areas_of(const struct run_report *r, size_t *count);

/* Something in it failed, broke or could not be decided. */
bool area_has_problems(const struct area *a);

/* Something in it was decided: the target claims at least a part of it. */
bool area_is_claimed(const struct area *a);

/* The worst that is to be told of it. */
enum verdict area_verdict(const struct area *a);

#endif
