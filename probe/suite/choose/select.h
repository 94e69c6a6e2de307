/* Which cases of a book a run is about. */
#ifndef PROBE_SUITE_CHOOSE_SELECT_H
#define PROBE_SUITE_CHOOSE_SELECT_H

#include "probe/suite/casefile.h"

struct selection {
	const char *const *patterns; /* none: all */
	size_t pattern_count;
	const char *const *excluded; /* patterns of what is left out */
	size_t excluded_count;
	const char *const *only; /* ids, beside which nothing is chosen; NULL:
				    any */
	size_t only_count;
	const char *const *areas; /* none: all */
	size_t area_count;
	enum level level; /* cases of this level and above */
	bool slow; /* slow cases too */
	bool live; /* and those that run the real client */
	enum format client_format; /* cases for it only; unknown: any */
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
