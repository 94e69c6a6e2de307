/*
 * Reporters: they turn a finished run into text. Each is a pure function of the
 * run; REPORTS is the table that `--report` chooses from.
 */
#ifndef REPORTS_REPORTS_H
#define REPORTS_REPORTS_H

#include "reports/verdict.h"
#include "wire/bytes/buf.h"

typedef void report_fn(const struct run_report *r, struct buf *out);

/* A row for each: the name of the format, and its purpose. NAME_write() is in
 * reports/NAME.c or reports/NAME/NAME.c. */
#define REPORTS(X) \
	X(tap, "TAP, for prove and other harnesses") \
	X(json, "everything, for programs") \
	X(junit, "JUnit XML, for CI systems") \
	X(markdown, "for the summary of a job") \
	X(html, "one page with everything, for a browser") \
	X(badge, "the JSON of a shields.io badge") \
	X(sarif, "SARIF 2.1.0, for annotations") \
	X(github, "annotations of a GitHub job") \
	X(conformance, "a document to commit") \
	X(integrity, "what the gateway does to traffic, for people")

#define REPORT_DECLARED(name, brief) report_fn name##_write;
REPORTS(REPORT_DECLARED)
#undef REPORT_DECLARED

struct report_kind {
	const char *name; /* NULL ends the table */
	const char *brief;
	report_fn *write;
};

extern const struct report_kind reports[]; /* the same rows */

/* NULL: there is none. */
const struct report_kind *report_find(const char *name); /* for tests */

struct summary_how {
	bool colour;
	bool verbose; /* each failing case in full, and all notes */
	bool quiet; /* only the ids of failing cases */
};

/* The summary for people; it is not in the table, since it has options of its
 * own. */
void summary_write(const struct run_report *r, struct summary_how how,
		   struct buf *out);

/* For the help: appends a line for each format. */
void report_list(struct buf *out);

/*
 * Appends text that may contain anything: what is neither printable ASCII nor
 * UTF-8, and what changes the direction of text, becomes "?", so that a gateway
 * cannot send escape sequences to the reader's terminal. `indent` is put before
 * each line except the first.
 */
void report_text(struct buf *out, const char *text, const char *indent);

/* What it means for the real client: "a feature or a diagnosis is lost". */
const char *report_effect(enum effect e);

/* Appends "it answered at first, and no longer listens: ...", which is shown
 * with the grade; nothing unless the gateway died. */
void report_died(const struct run_report *r, struct buf *out);

/* Appends "Claude Code 2.1.329", or "Claude Code 2.1.332 in Bedrock mode". */
void report_client(const struct run_report *r, struct buf *out);

/* Appends what was unusual about the run: "any certificate of the gateway was
 * accepted (--insecure)"; nothing if nothing was. */
void report_terms(const struct run_report *r, struct buf *out);

/* Appends "not offered: takes-bearer: Users who ...": a claim that the gateway
 * was not held to, and what users of Claude Code have to do without. It begins
 * with "not checked" if the claim could not be checked. If the claim does not
 * tell what users lose, how the claim was decided takes its place. */
void report_not_offered(const struct not_offered *n, struct buf *out);

/* Was a request with a wrong key passed on to the provider? */
bool report_serves_wrong_key(const struct run_report *r);

/* Did a request with a wrong key, and the client's own credential reach the
 * provider? So it is with a gateway that has no key of its own. */
bool report_passes_keys_on(const struct run_report *r);

/* The first bytes of a text, never ending inside a character. */
struct span report_piece(const char *text, size_t most);

/* Appends "1.2 s" or "840 ms". */
void report_took(struct buf *out, tick_t took);

#endif
