/*
 * Causes: what a gateway does to traffic, read off the wire log of a whole run,
 * and the failing checks that it explains. Plain data for reporters; made in
 * probe/judge.
 */
#ifndef REPORTS_CAUSE_H
#define REPORTS_CAUSE_H

#include "reports/verdict.h"

/* How the integrity statement sorts what a gateway does. */
enum cause_change { CAUSE_KEPT, CAUSE_CHANGED, CAUSE_DROPPED, CAUSE_ADDED };

struct cause_example {
	char *id; /* of the case it was seen in */
	char *sent, *got; /* printable, one line each; NULL: nothing */
};

#define CAUSE_EXAMPLES 2

struct cause {
	char *id; /* "request-field-dropped:anthropic-beta"; the same in every run */
	const char *kind; /* the part before ":", for `explain` */
	enum cause_change change;
	char *headline; /* "drops the request field anthropic-beta: 512 of 512 requests" */
	size_t count, of; /* seen in so many of so many */
	const char *duty; /* "HDR-01"; NULL: it breaks none and is a note */
	enum level level;
	enum effect effect;
	char *fix; /* one line */
	struct cause_example examples[CAUSE_EXAMPLES];
	size_t example_count;
	size_t *cases; /* indices into the report's list: failures it explains */
	size_t case_count;
};

void cause_clear(struct cause *c);
void cause_list_free(struct cause *list, size_t count); /* and each in it */

/* "kept", "changed", "dropped", "added" */
const char *cause_change_name(enum cause_change c);

#endif
