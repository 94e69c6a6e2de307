/*
 * Reporters: from a finished run to text. Each is a pure function of the run;
 * reports[] is the list that `--report` chooses from.
 */
#ifndef REPORTS_REPORTS_H
#define REPORTS_REPORTS_H

#include "reports/verdict.h"
#include "wire/bytes/buf.h"

typedef void report_fn(const struct run_report *r, struct buf *out);

struct report_kind {
	const char *name; /* "tap"; NULL ends the table */
	const char *brief; /* for the help */
	report_fn *write;
};

extern const struct report_kind reports[];

const struct report_kind *report_find(const char *name); /* NULL: none */

/* The summary for people; it is not in the table, since it has a colour. */
void summary_write(const struct run_report *r, bool colour, struct buf *out);

report_fn tap_write, junit_write, json_write, markdown_write, html_write,
	badge_write, sarif_write, conformance_write;
report_fn github_write;

/*
 * Appends text that anything may be in: bytes that are neither printable ASCII
 * nor UTF-8 come out as "?" or U+FFFD, so that a gateway cannot send escape
 * sequences to the reader's terminal. `indent` goes in front of each line but
 * the first.
 */
void report_text(struct buf *out, const char *text, const char *indent);

/* What the real client does: "a feature or a diagnosis is lost". */
const char *report_effect(enum effect e);

/* "1.2 s" or "840 ms" */
void report_took(struct buf *out, tick_t took);

#endif
