/*
 * One pass over every value of a checked document, in the order of the text; no
 * recursion and no second look, so its time is linear however deep the document
 * is. For files that read whole documents; others iterate with jscan_next().
 */
#ifndef WIRE_JSON_JWALK_H
#define WIRE_JSON_JWALK_H

#include "wire/json/jscan.h"

struct jwalk {
	const char *at, *end;
	const char *open[JSCAN_DEPTH_LIMIT]; /* where the containers began */
	size_t depth;
	bool in_object; /* the innermost container has keys */
};

struct jstop {
	const char *at; /* the first byte of the value */
	const char *parent; /* of the container around it; NULL at the root */
	struct jval key; /* text is empty where there is none */
};

void jwalk_init(struct jwalk *w, struct jval root);
bool jwalk_next(struct jwalk *w, struct jstop *out);

/* The value that has these bytes. */
struct jval jscan_span(struct span text);

/* The value that begins at a byte of a checked text. */
struct jval jscan_value(const char *at, const char *end);

#endif
