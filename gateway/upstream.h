/* The request to the upstream, and what its failures mean to a client. */
#ifndef GATEWAY_UPSTREAM_H
#define GATEWAY_UPSTREAM_H

#include "gateway/relay.h"

/* Asks once and never again; `handler` gets the relay as its argument. */
int upstream_start(struct relay *r, const struct fetch_handler *handler,
		   struct fail *f);

/* How an upstream that ended before its answer began is told: a status. */
int upstream_status(enum stream_end end);
const char *upstream_message(enum stream_end end);

#endif
