/* What the gateway tells its operator, on stderr. */
#ifndef GATEWAY_LOG_H
#define GATEWAY_LOG_H

#include "gateway/relay.h"
#include "wire/bytes/attr.h"

/* A line about a request that is over, if its configuration wants one. */
void log_request(const struct relay *r, enum stream_end end);

/* "ccgate: " and a line of the gateway's own. */
void log_say(const char *fmt, ...) ATTR_PRINTF(1, 2);

#endif
