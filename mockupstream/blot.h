/*
 * What a journal keeps of a request's head: credentials are "<credential, 24
 * bytes, 3fa1>", so that two can be told apart or found to be the same.
 */
#ifndef MOCK_BLOT_H
#define MOCK_BLOT_H

#include "wire/bytes/secrets.h"
#include "wire/http/http.h"

/* Adds what the head has in fields that hold credentials by their names, and
 * `known` (or NULL). */
void blot_find(const struct http_head *head, const char *known,
	       struct secrets *s);

/*
 * Copies the head. Blotted out are the fields that hold credentials by their
 * names, what such a field has wherever else it stands in the head, values in
 * the query that have such a name, `known` (or NULL), and what looks like a
 * credential. Clear `to`.
 */
void blot_head(const struct http_head *from, const char *known,
	       struct http_head *to);

#endif
