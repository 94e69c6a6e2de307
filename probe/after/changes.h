/* What changed between two reports: found, and written in three forms. */
#ifndef PROBE_AFTER_CHANGES_H
#define PROBE_AFTER_CHANGES_H

#include "probe/after/stored.h"

enum change_kind { /* in the order in which they are written */
		   CHANGE_FAILS, /* fails now, did not */
		   CHANGE_PASSES, /* passes now, failed */
		   CHANGE_VERDICT, /* another verdict, except for the two
				      above */
		   CHANGE_CHECKS, /* the same verdict by other checks */
		   CHANGE_ONLY_OLD,
		   CHANGE_ONLY_NEW,
		   CHANGE_COUNT
};

struct change {
	enum change_kind kind;
	const struct stored_case *was, *is; /* NULL: not in that report */
};

struct changes {
	struct change *list; /* in order of kind, then of id */
	size_t count;
	size_t counts[CHANGE_COUNT];
};

/* Borrows from both reports. */
void changes_of(struct changes *out, const struct stored_report *was,
		const struct stored_report *is);
void changes_clear(struct changes *c);

void changes_write(const struct changes *c, const struct stored_report *was,
		   const struct stored_report *is, struct buf *out);
/* The heading of a kind, such as "fails now". */
const char *changes_title(enum change_kind kind);

/* For a pull request: cases that fail now are shown, all others are folded. */
void changes_write_markdown(const struct changes *c,
			    const struct stored_report *was,
			    const struct stored_report *is, struct buf *out);
void changes_write_json(const struct changes *c,
			const struct stored_report *was,
			const struct stored_report *is, struct buf *out);

#endif
