/* The request to the upstream, and what its failures mean to a client. */
#ifndef GATEWAY_UPSTREAM_H
#define GATEWAY_UPSTREAM_H

#include "gateway/relay.h"

/* Asks once and never again; `handler` gets the relay as its argument. */
int upstream_start(struct relay *r, const struct fetch_handler *handler,
		   struct fail *f);

/* The status and the message for a client whose upstream ended before its
 * answer began. */
int upstream_status(enum stream_end end);
const char *upstream_message(enum stream_end end);

#endif
