/* What the gateway tells its operator, on stderr. */
#ifndef GATEWAY_LOG_H
#define GATEWAY_LOG_H

#include <stdio.h>

#include "gateway/relay.h"
#include "wire/bytes/attr.h"

/* A line about a request that is over, if its configuration wants one. */
void log_request(const struct relay *r, enum stream_end end);

/* The same about one that the server refused by itself. */
void log_refusal(const struct config *c, const struct framing_refusal *why);

/* One line on a stream, with what is not printable text escaped. */
void log_print(FILE *to, const char *text);

/* "ccgate: " and a line of the gateway's own, escaped too. */
void log_say(const char *fmt, ...) ATTR_PRINTF(1, 2);

#endif
