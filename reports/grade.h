/*
 * The grade: a letter over the duties that were decided, held down by caps. A
 * duty is what a case guards first; it counts once, however many cases are about
 * it. A cap says that one kind of failure cannot be made good by any
 * number of passes. Weights, letters and caps are tables in grade.c; the README
 * explains them.
 */
#ifndef REPORTS_GRADE_H
#define REPORTS_GRADE_H

#include "reports/verdict.h"
#include "wire/bytes/buf.h"

#define GRADE_NONE '-' /* nothing was decided */

enum grade_cap { CAP_CREDENTIAL, CAP_FALSE_END, CAP_BROKEN_MUST, CAP_COUNT };

struct grade {
	char letter; /* 'A', 'B', 'C', 'D', 'F' or GRADE_NONE */
	char uncapped; /* what it would be without caps */
	unsigned score; /* percent, rounded down: 100 is without any failure */
	unsigned decided; /* percent of what could have been decided */
	size_t capped[CAP_COUNT]; /* how many cases cause each */

	/* Why it says less than it could; 0 and false: it is a whole one. */
	size_t undecided; /* broken ones too */
	size_t skipped; /* for the target, in areas that it claims otherwise */
	bool interrupted, selection;
	const char *stopped; /* before the first case, for this reason */

	/* Failures that a baseline expects. They cost what they would cost
	 * without it: a baseline lets a gate pass and makes nothing better. */
	size_t expected;
};

void grade_of(const struct run_report *r, struct grade *out);

bool grade_is_partial(const struct grade *g);

/* Does this result cause that cap? */
bool grade_cap_has(enum grade_cap cap, const struct result *r);
char grade_cap_letter(enum grade_cap cap);
const char *grade_cap_reason(enum grade_cap cap);

/* "C", "C, partial", "no grade" */
void grade_word(const struct grade *g, struct buf *out);

/* "partial: 2 cases undecided, 1 skipped in areas otherwise claimed" without
 * its first word; nothing for a whole grade. */
void grade_partial(const struct grade *g, struct buf *out);

/* "2 expected failures (baseline)", which stands beside every grade; nothing
 * when there are none. */
void grade_expected(const struct grade *g, struct buf *out);

/* "errors/cut/fin, errors/cut/rst and 3 more": what causes a cap. */
void grade_cap_cases(enum grade_cap cap, const struct run_report *r,
		     struct buf *out);

#endif
