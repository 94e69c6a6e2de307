/* Selects the cases of a book for a run. */
#ifndef PROBE_SUITE_CHOOSE_SELECT_H
#define PROBE_SUITE_CHOOSE_SELECT_H

#include "probe/suite/casefile.h"

struct selection {
	const char *const *patterns; /* none: all */
	size_t pattern_count;
	const char *const *excluded; /* patterns of cases to leave out */
	size_t excluded_count;
	const char *const *only; /* if not NULL, only cases with these ids */
	size_t only_count;
	const char *const *areas; /* none: all */
	size_t area_count;
	enum level level; /* cases of this level and above */
	bool slow; /* also slow cases */
	bool live; /* also cases that run the real client */
	enum format client_format; /* only cases for it; FORMAT_UNKNOWN: any */
};

/*
 * Gives the chosen cases in order of id. A pattern is a glob over ids, an id,
 * or a folder. A pattern or area that nothing matches is FAIL_USAGE, and so is
 * an empty selection. The list is yours to free(), the cases stay the book's.
 */
int select_cases(struct casefile ***out, size_t *count,
		 const struct casebook *book, const struct selection *s,
		 struct fail *f);

#endif
