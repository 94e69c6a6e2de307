/*
 * What bisect found, for people, for programs, and as files that can be passed
 * on. Everything here is free of credentials: requests hold words for them,
 * and texts of answers were masked when they came.
 */
#ifndef PROBE_BISECT_REPORT_H
#define PROBE_BISECT_REPORT_H

#include "probe/bisect/memory.h"
#include "probe/bisect/sample.h"
#include "probe/bisect/trial.h"

enum bisect_end {
	BISECT_FOUND, /* a cause at least, and it is minimal */
	BISECT_INCOMPLETE, /* the search was cut short before that */
	BISECT_PASSES, /* the request does not fail */
	BISECT_UNSTABLE, /* it does not fail each time in the same way */
	BISECT_UNREACHABLE, /* there is nobody to ask */
};

struct bisect_found {
	const struct bisect_cause *cause;
	struct seen failure; /* of its smallest request */
	int passing_status; /* of the nearest that passes; 0: not known */
};

#define BISECT_CONFIRM_LIMIT 20

struct bisect_report {
	const struct sample *sample;
	const char *folder;
	const char *curl_options; /* what else curl needs to get there */
	bool show_host;
	enum bisect_end end;
	struct seen answers[BISECT_CONFIRM_LIMIT]; /* to it as it was given */
	size_t answer_count;
	struct bisect_found list[BISECT_CAUSES_LIMIT];
	size_t count;
	const char *why_over; /* why it was cut short; NULL: it was not */
	size_t sent, remembered, most;
	struct buf files; /* names in the folder, a line each */
	bool has_text; /* report.md is one of them */
};

const char *bisect_end_name(enum bisect_end end); /* "found" */

void bisect_report_print(const struct bisect_report *r, struct buf *out);
void bisect_report_json(const struct bisect_report *r, struct buf *out);

/* What to do about a cause, sentences with a line each. */
void bisect_report_advice(const struct bisect_report *r,
			  const struct bisect_found *x, struct buf *out);

/* "field `thinking` and header `anthropic-beta`", the size, or that it is
 * nothing in the request. */
void bisect_found_name(const struct bisect_found *x, struct buf *out);

/* "smallest.http"; of the second cause (n is 1) "smallest-2.http". */
void bisect_report_file_name(char *name, size_t size, const char *what,
			     size_t n, const char *end);

/* Writes smallest.http and its kin, and report.md. */
int bisect_report_files(struct bisect_report *r, const struct memory *m,
			struct fail *f);

#endif
