/*
 * What bisect found: for people, for programs, and as files that can be sent to
 * others. All of it is free of credentials: requests have words in their place,
 * and texts of answers were masked when they came.
 */
#ifndef PROBE_BISECT_REPORT_H
#define PROBE_BISECT_REPORT_H

#include "probe/bisect/memory.h"
#include "probe/bisect/sample.h"
#include "probe/bisect/trial.h"

enum bisect_end {
	BISECT_FOUND, /* at least one cause, and it is minimal */
	BISECT_INCOMPLETE, /* the search ended before that */
	BISECT_PASSES, /* the request does not fail */
	BISECT_UNSTABLE, /* the answer is not the same each time */
	BISECT_UNREACHABLE, /* no server answers */
};

struct bisect_found {
	const struct bisect_cause *cause;
	struct seen failure; /* the answer to the smallest request */
	int passing_status; /* of the passing request; 0: not known */
};

#define BISECT_CONFIRM_LIMIT 20

struct bisect_report {
	const struct sample *sample;
	const char *folder;
	const char *curl_options; /* options that curl needs to reach the
				     server */
	bool show_host; /* in report.md */
	enum bisect_end end;
	struct seen answers[BISECT_CONFIRM_LIMIT]; /* to the unchanged
						      request */
	size_t answer_count;
	struct bisect_found list[BISECT_CAUSES_LIMIT];
	size_t count;
	const char *why_over; /* why the search ended early; NULL: it did not */
	size_t sent, remembered, most; /* requests; answers that were known;
					  limit of requests */
	struct buf files; /* names in the folder, a line each */
	bool has_text; /* report.md is one of them */
};

const char *bisect_end_name(enum bisect_end end); /* "found" */

void bisect_report_print(const struct bisect_report *r, struct buf *out);
void bisect_report_json(const struct bisect_report *r, struct buf *out);

/* Appends what to do about a cause: sentences, each on a line. */
void bisect_report_advice(const struct bisect_report *r,
			  const struct bisect_found *x, struct buf *out);

/* Appends the name of a cause: "field `thinking` together with header `x`", its
 * size, or that nothing in the request is to blame. */
void bisect_found_name(const struct bisect_found *x, struct buf *out);

/* Writes "smallest.http", or for the second cause (n is 1)
 * "smallest-2.http". */
void bisect_report_file_name(char *name, size_t size, const char *what,
			     size_t n, const char *end);

/* Writes the files of each cause (smallest.http, passing.http and others), and
 * report.md. */
int bisect_report_files(struct bisect_report *r, const struct memory *m,
			struct fail *f);

#endif
