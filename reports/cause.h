/*
 * Causes: what a gateway does to traffic, found in the wire logs of a whole
 * run, and the failing checks that this explains. Plain data for reporters;
 * made in probe/causes.
 */
#ifndef REPORTS_CAUSE_H
#define REPORTS_CAUSE_H

#include "reports/verdict.h"
#include "wire/bytes/buf.h"

/* How the integrity statement groups what a gateway does. */
enum cause_change { CAUSE_KEPT, CAUSE_CHANGED, CAUSE_DROPPED, CAUSE_ADDED };

struct cause_example {
	char *id; /* the case in which it was seen */
	char *sent, *got; /* printable, one line each; NULL: nothing */
};

#define CAUSE_EXAMPLES 2

struct cause {
	/* "request-field-dropped:anthropic-beta"; the same in every run */
	char *id;
	const char *kind; /* the part before ":", for `explain` */
	enum cause_change change;
	/* "drops the request field anthropic-beta: 512 of 512 requests" */
	char *headline;
	size_t count, of; /* seen in `count` of `of` requests, answers, ... */
	const char *duty; /* "HDR-01"; NULL: it breaks no duty */
	enum level level;
	enum effect effect;
	char *fix; /* one line */
	struct cause_example examples[CAUSE_EXAMPLES];
	size_t example_count;
	/* the failures it explains: indices into the report's list */
	size_t *cases;
	size_t case_count;
};

void cause_clear(struct cause *c);
/* clears each entry, too */
void cause_list_free(struct cause *list, size_t count);

/* "kept", "changed", "dropped", "added" */
const char *cause_change_name(enum cause_change c);

/* The cause that explains a failure; NULL: there is none. */
const struct cause *cause_of(const struct run_report *r,
			     const struct result *one);

/* The first example from `from` on that shows a difference. Examples where both
 * sides are complete answers show none. NULL: there is none. */
const struct cause_example *cause_example_from(const struct cause *c,
					       size_t from);

/* Its number in reports, from 1. */
size_t cause_number(const struct run_report *r, const struct cause *c);

/* Whether it explains no failure, and so is a note. */
bool cause_is_note(const struct cause *c);

/* How many of its failures are new: not expected by a baseline. */
size_t cause_news(const struct run_report *r, const struct cause *c);

struct cause_count {
	size_t causes; /* causes that explain failures */
	/* including those that a baseline expects */
	size_t failures, explained, alone;
};

struct cause_count cause_counts(const struct run_report *r);

/* Appends "1 cause explains 181 of 190 failures"; there must be a cause. */
void cause_sentence(const struct run_report *r, struct buf *out);

/* Appends "errors/cut/fin, errors/cut/rst and 3 more". */
void cause_cases(const struct run_report *r, const struct cause *c, size_t most,
		 struct buf *out);

/* Appends "HDR-01, must: The header arrives as it was sent."; nothing for a
 * note. */
void cause_duty(const struct run_report *r, const struct cause *c,
		struct buf *out);

#endif
