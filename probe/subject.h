/*
 * Subjects: the left-hand side of an expectation, a path into the view. The
 * table of subjects in subject_rows.c is the reference (`ccprobe explain subjects`
 * prints it): c1.status, c1.header.NAME, c1.body#/pointer, c1.events.names,
 * u1.request.body, u1.requests.count, ...
 */
#ifndef PROBE_SUBJECT_H
#define PROBE_SUBJECT_H

#include "probe/view.h"

struct subject;

/* Reads "c1.event[last]#/error/type". f says what is unknown and the nearest
 * known word. */
int subject_new(struct subject **out, const char *text, struct fail *f);
void subject_free(struct subject *s);
const char *subject_text(const struct subject *s);
const char *subject_actor(const struct subject *s); /* "u1" of "u1[2].end" */
bool subject_is_events(const struct subject *s); /* only for same-events */

enum value_kind {
	VALUE_ABSENT, /* there is no such thing in the log */
	VALUE_NUMBER,
	VALUE_BYTES, /* text and raw bytes */
	VALUE_LIST, /* of texts */
	VALUE_JSON, /* a piece of JSON, as spelt */
	VALUE_EVENTS, /* all events of an exchange */
};

struct value {
	enum value_kind kind;
	double number;
	struct span bytes; /* BYTES; JSON: raw text */
	struct jval json;
	struct span *list; /* owned by the value */
	size_t list_count;
	bool is_body; /* all of a body, and not a piece of it */
	struct buf own; /* bytes that had to be built */
	const struct exchange *exchange; /* EVENTS */
	const char *absent; /* why it is absent: "no exchange c2", ... */
};

void subject_value(const struct subject *s, const struct view *v,
		   struct value *out);

/* The same for people: credentials in header fields are blotted out. */
void subject_shown(const struct subject *s, const struct view *v,
		   struct value *out);
void value_clear(struct value *v);

/* Appends bytes on one line: what is not printable text is escaped, and behind
 * about `most` bytes the length is told. */
void print_bytes(struct span bytes, size_t most, struct buf *out);

/* Printable, cut to about `most` bytes; bytes that are not text are escaped. */
void value_print(const struct value *v, struct buf *out, size_t most);

#endif
