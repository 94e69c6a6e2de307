/*
 * `ccprobe drift OLD NEW`: what changed on the wire between two recorded
 * releases of Claude Code. Files:
 *   drift_facts.c    what a request says, as a sorted list of facts
 *   drift_read.c     reads a release's recordings
 *   drift_compare.c  pairs the requests of two releases, and compares each pair
 *   drift_change.c   makes changes of the differences: one change for the same
 *                    difference of many requests, and none for one that follows
 *                    from another
 *   drift_cases.c    the cases that a change touches
 *   drift_write.c    text and Markdown
 */
#ifndef PROBE_DRIFT_DRIFT_H
#define PROBE_DRIFT_DRIFT_H

#include "wire/bytes/buf.h"
#include "wire/bytes/fail.h"

enum drift_kind {
	DRIFT_REQUESTS, /* their number in a scenario */
	DRIFT_RETRIES, /* their number in a scenario about failures */
	DRIFT_ROUTE,
	DRIFT_HEADER,
	DRIFT_BETA,
	DRIFT_ROLE,
	DRIFT_BLOCK,
	DRIFT_FIELD,
	DRIFT_LIMIT,
	DRIFT_TOOL,
	DRIFT_SCHEMA,
	DRIFT_KINDS,
};

struct drift_list { /* of texts; owned */
	char **list;
	size_t count, cap;
};

struct drift_change {
	enum drift_kind kind;
	char *what; /* "/thinking/display", "anthropic-version", ... */
	char *was, *now; /* NULL: it did not exist; "": it has no value */
	struct drift_list in; /* the requests: "plain/01"; of the new release,
				 or of the old one if the thing is gone */
	struct drift_list with; /* of a beta: other changes of exactly the same
				   requests */
	struct drift_list cases; /* the cases that name it */
	size_t senders; /* how many cases send one of the recordings */
};

struct drift {
	const char *old, *new; /* borrowed */
	struct drift_list compared, only_old, only_new; /* scenarios */
	size_t requests; /* pairs that were compared */
	struct drift_change *changes;
	size_t count, cap;
	size_t texts, texts_in; /* texts that changed, and in how many
				   requests */
};

/*
 * Compares the scenarios that both releases have. FAIL_USAGE: one of the
 * releases has no recording; FAIL_CASE: a recording that cannot be read.
 */
int drift_read(struct drift *out, const char *root, const char *old,
	       const char *new, struct fail *f);
void drift_clear(struct drift *d);

/*
 * Finds the cases that each change touches; before this call there are none.
 * FAIL_CASE: a case cannot be read.
 */
int drift_cases(struct drift *d, const char *root, struct fail *f);

void drift_write(const struct drift *d, bool markdown, struct buf *out);
void drift_json(const struct drift *d, struct buf *out);

/* "requests", "retries", "routes", ... */
const char *drift_kind_name(enum drift_kind kind);

#endif
