/*
 * An expectation of a case, [SUBJECT, OPERATOR, VALUE]: reads it from the case,
 * writes it for people, and decides it from what a run has seen.
 */
#ifndef PROBE_LOOK_EXPECT_H
#define PROBE_LOOK_EXPECT_H

#include "probe/look/subject.h"
#include "wire/json/json.h"

struct op;

struct expect { /* zero-initialised: no expectation */
	struct subject *subject;
	const struct op *op;
	char *value; /* the value's JSON as in the case file; NULL: none */
	struct jval wanted; /* points into `value`; text.at == NULL: none */
	struct subject *of; /* the subject in {"of": "c1.body"} */
	char *bytes; /* the bytes of {"file": "fixtures/..."} */
	size_t len;
	char *source; /* path of that file */
	bool as_word; /* find a short text only as a whole word, not as a part
			 of a longer one */
};

/* The JSON to read from, and what the case knows. A function that fails reports
 * the place of the node. */
struct expect_reader {
	const struct json *j;
	/* Fails if the case does not have this actor ("c1"). */
	int (*actor)(void *arg, const cJSON *node, const char *actor,
		     struct fail *f);
	/* Reads a fixture; the caller frees the bytes. */
	int (*fixture)(void *arg, const cJSON *node, char **bytes, size_t *len,
		       struct fail *f);
	void *arg;
};

int expect_read(struct expect *out, const cJSON *node,
		const struct expect_reader *r, struct fail *f);

/* Reads one subject: of an expectation, or of an edit that takes a value. */
int expect_read_subject(struct subject **out, const cJSON *node,
			const struct expect_reader *r, struct fail *f);
void expect_clear(struct expect *e);

/* Appends "c1.status == 529", as the case has it. */
void expect_write(const struct expect *e, struct buf *out);

/*
 * 1: it holds; 0: it does not; -1: it cannot be decided. If the subject is
 * absent, only `absent` and `lacks` hold. wanted, got and difference may be
 * NULL; they are filled unless it holds.
 */
int expect_holds(const struct expect *e, const struct view *v,
		 struct buf *wanted, struct buf *got, struct buf *difference);

#endif
