/* The value of a subject in a view: a number, bytes, a list, JSON, or
 * nothing. */
#ifndef PROBE_LOOK_VALUE_H
#define PROBE_LOOK_VALUE_H

#include "probe/look/view.h"

enum value_kind {
	VALUE_ABSENT, /* the log has no such thing */
	VALUE_NUMBER,
	VALUE_BYTES, /* text and raw bytes */
	VALUE_LIST, /* of texts */
	VALUE_JSON, /* a part of JSON, as it was spelt */
	VALUE_EVENTS, /* all events of an exchange */
};

struct value {
	enum value_kind kind;
	double number;
	struct span bytes; /* BYTES; JSON: raw text */
	struct jval json;
	struct span *list; /* owned by the value; the texts are borrowed */
	size_t list_count;
	bool is_body; /* a whole body, not a part of it */
	struct buf own; /* bytes that had to be built */
	const struct exchange *exchange; /* EVENTS */
	const char *absent; /* why it is absent: "no exchange c2", ... */
};

void value_absent(struct value *v, const char *why);
void value_bytes(struct value *v, struct span bytes); /* borrowed */
void value_number(struct value *v, size_t number);
void value_own(struct value *v); /* uses the bytes in v->own */
void value_clear(struct value *v);

/* Printable, cut to about `most` bytes; bytes that are not text are escaped. */
void value_print(const struct value *v, struct buf *out, size_t most);

#endif
