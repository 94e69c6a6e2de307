/*
 * What a relay must know of a head: which fields belong to one connection only,
 * and where the body ends.
 */
#ifndef WIRE_HTTP_HOP_H
#define WIRE_HTTP_HOP_H

#include "wire/http/http.h"

/* Does the field belong to this connection only, by its name or because
 * Connection names it? */
bool hop_is_field(const struct headers *h, const char *name);

/* The length that the head gives to an answer's body; false: it gives none, and
 * only the end of the answer tells. */
bool hop_length(const struct http_head *answer, uint64_t *length);

/* Why two readers could see different ends of this answer, as a few words;
 * NULL: they could not. The same length given twice counts as one. */
const char *hop_doubt(const struct http_head *answer);

/* Do the fields announce a stream of events? */
bool hop_is_stream(const struct headers *h);

#endif
