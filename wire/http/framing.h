/*
 * Whether two readers could understand the head of a request in two ways: the
 * root of request smuggling (RFC 9112, 6.3 and 11.2).
 */
#ifndef WIRE_HTTP_FRAMING_H
#define WIRE_HTTP_FRAMING_H

#include "wire/http/http.h"

/* What is doubtful, as a sentence for the sender; NULL: nothing. */
const char *framing_doubt(const struct http_head *h);

#endif
