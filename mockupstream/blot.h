/*
 * Masks the credentials in a request's head for a journal: each becomes
 * "<credential, 24 bytes, 3fa1>", which shows whether two are the same.
 */
#ifndef MOCK_BLOT_H
#define MOCK_BLOT_H

#include "wire/bytes/secrets.h"
#include "wire/http/http.h"

/* Adds to `s` the values of fields whose names say that they hold credentials,
 * and `known` (or NULL). */
void blot_find(const struct http_head *head, const char *known,
	       struct secrets *s);

/*
 * Copies the head with its credentials masked: values of fields with such
 * names, also where they occur elsewhere in the head; values of such names in
 * the query; `known` (or NULL); and text that looks like a credential. `to` is
 * yours to clear.
 */
void blot_head(const struct http_head *from, const char *known,
	       struct http_head *to);

#endif
