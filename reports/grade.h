/*
 * The grade: a letter for the duties that were decided, limited by caps. The
 * duty of a case is the first requirement it guards; a duty counts once,
 * however many cases it has. A cap means that no number of passes makes up for
 * a certain kind of failure. Weights, letters and caps are tables in grade.c;
 * the README explains them.
 */
#ifndef REPORTS_GRADE_H
#define REPORTS_GRADE_H

#include "reports/verdict.h"
#include "wire/bytes/buf.h"

#define GRADE_NONE '-' /* nothing was decided */

enum grade_cap { CAP_CREDENTIAL, CAP_FALSE_END, CAP_BROKEN_MUST, CAP_COUNT };

struct grade {
	char letter; /* 'A', 'B', 'C', 'D', 'F' or GRADE_NONE */
	char uncapped; /* the letter without caps */
	unsigned score; /* percent, rounded down; 100 means no failure */
	unsigned decided; /* percent of what could have been decided */
	size_t capped[CAP_COUNT]; /* how many cases cause each cap */

	/* Why the grade is partial; it is not if all are 0 and false. */
	size_t undecided; /* including broken ones */
	/* for this target, in areas of which it claims a part */
	size_t skipped;
	bool interrupted, selection;
	/* the run stopped before the first case, for this reason */
	const char *stopped;

	/* Failures that a baseline expects. They count like others: a baseline
	 * only keeps a gate from failing. */
	size_t expected;
};

void grade_of(const struct run_report *r, struct grade *out);

bool grade_is_partial(const struct grade *g);

/* Whether this result causes the cap. */
bool grade_cap_has(enum grade_cap cap, const struct result *r);
char grade_cap_letter(enum grade_cap cap);
const char *grade_cap_reason(enum grade_cap cap);

/* Appends "C", "C, partial" or "no grade". */
void grade_word(const struct grade *g, struct buf *out);

/* Appends why the grade is partial, such as "2 not decided, the run was
 * interrupted"; nothing if it is not. */
void grade_partial(const struct grade *g, struct buf *out);

/* Appends "2 expected failures (baseline)", which is shown with every grade;
 * nothing if there are none. */
void grade_expected(const struct grade *g, struct buf *out);

/* Appends the cases that cause a cap: "errors/cut/fin, errors/cut/rst and 3
 * more". */
void grade_cap_cases(enum grade_cap cap, const struct run_report *r,
		     struct buf *out);

#endif
