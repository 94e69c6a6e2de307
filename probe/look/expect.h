/*
 * An expectation of a case, [SUBJECT, OPERATOR, VALUE]: how it is read from the
 * case, written for people, and decided on what a run has seen.
 */
#ifndef PROBE_LOOK_EXPECT_H
#define PROBE_LOOK_EXPECT_H

#include "probe/look/subject.h"
#include "wire/json/json.h"

struct op;

struct expect { /* zero-initialised is none */
	struct subject *subject;
	const struct op *op;
	char *value; /* its JSON as in the case file; NULL: none */
	struct jval wanted; /* into `value`; text.at is NULL: none */
	struct subject *of; /* {"of": "c1.body"} */
	char *bytes; /* {"file": "fixtures/..."} */
	size_t len;
	char *source; /* of the file */
	bool as_word; /* a short text counts only where it is no part of a
			 longer word */
};

/* What is read from, and what the case around the expectation knows. Each
 * function fails with the place of its node. */
struct expect_reader {
	const struct json *j;
	/* Does the case have this actor ("c1")? */
	int (*actor)(void *arg, const cJSON *node, const char *actor,
		     struct fail *f);
	/* The bytes of a fixture, yours to free(). */
	int (*fixture)(void *arg, const cJSON *node, char **bytes, size_t *len,
		       struct fail *f);
	void *arg;
};

int expect_read(struct expect *out, const cJSON *node,
		const struct expect_reader *r, struct fail *f);

/* One subject: of an expectation, and of an edit that takes a value. */
int expect_read_subject(struct subject **out, const cJSON *node,
			const struct expect_reader *r, struct fail *f);
void expect_clear(struct expect *e);

/* "c1.status == 529", as the case has it. */
void expect_write(const struct expect *e, struct buf *out);

/*
 * 1 holds, 0 does not, -1 cannot be said (the subject is absent and the
 * operator is not about presence counts as 0, not -1). wanted, got and
 * difference, each of which may be NULL, are filled where it does not hold.
 */
int expect_holds(const struct expect *e, const struct view *v,
		 struct buf *wanted, struct buf *got, struct buf *difference);

#endif
