/*
 * What whoever passes messages on has to know of a head: which fields end with
 * the connection they came on, and how the body behind it is told from what
 * follows.
 */
#ifndef WIRE_HTTP_HOP_H
#define WIRE_HTTP_HOP_H

#include "wire/http/http.h"

/* Belongs to this connection by name, or because Connection names it. */
bool hop_is_field(const struct headers *h, const char *name);

/* The length of an answer's body that the head gives; false: it has to be
 * read to its end to know. */
bool hop_length(const struct http_head *answer, uint64_t *length);

/* Why two readers could see different ends of this answer, as a few words;
 * NULL: they could not. One length said twice is one. */
const char *hop_doubt(const struct http_head *answer);

/* An answer that is a stream of events. */
bool hop_is_stream(const struct headers *h);

#endif
