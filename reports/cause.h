/*
 * Causes: what a gateway does to traffic, read off the wire log of a whole run,
 * and the failing checks that it explains. Plain data for reporters; made in
 * probe/causes.
 */
#ifndef REPORTS_CAUSE_H
#define REPORTS_CAUSE_H

#include "reports/verdict.h"
#include "wire/bytes/buf.h"

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

/* What explains a failure; NULL: nothing does, and it stands by itself. */
const struct cause *cause_of(const struct run_report *r,
			     const struct result *one);

/* The first example from `from` on that shows something: of a cause that is about
 * time both sides are whole, or nothing. NULL: there is none. */
const struct cause_example *cause_example_from(const struct cause *c,
					       size_t from);

/* The number that reports call it by, from 1. */
size_t cause_number(const struct run_report *r, const struct cause *c);

/* It explains no failure: told, and that is all. */
bool cause_is_note(const struct cause *c);

/* How many of its failures are news: no baseline expects them. */
size_t cause_news(const struct run_report *r, const struct cause *c);

struct cause_count {
	size_t causes; /* that explain failures */
	size_t failures, explained, alone; /* those a baseline expects too */
};

struct cause_count cause_counts(const struct run_report *r);

/* "1 cause explains 181 of 190 failures"; needs a cause */
void cause_sentence(const struct run_report *r, struct buf *out);

/* "errors/cut/fin, errors/cut/rst and 3 more" */
void cause_cases(const struct run_report *r, const struct cause *c, size_t most,
		 struct buf *out);

/* "HDR-01, must: The header arrives as it was sent."; nothing for a note. */
void cause_duty(const struct run_report *r, const struct cause *c,
		struct buf *out);

#endif
