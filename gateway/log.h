/* Lines for the operator, on stderr. */
#ifndef GATEWAY_LOG_H
#define GATEWAY_LOG_H

#include <stdio.h>

#include "gateway/relay.h"
#include "wire/bytes/attr.h"

/* Logs a finished request, if its configuration asks for it. */
void log_request(const struct relay *r, enum stream_end end);

/* Logs a request that the server itself refused. */
void log_refusal(const struct config *c, const struct framing_refusal *why);

/* Prints one line on a stream; what is not printable text is escaped. */
void log_print(FILE *to, const char *text);

/* Prints "ccgate: " and a line of the gateway's own, escaped. */
void log_say(const char *fmt, ...) ATTR_PRINTF(1, 2);

#endif
