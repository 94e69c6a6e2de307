/*
 * What a session costs at the provider, and what it would cost without a
 * gateway: the requests that the client sent and those that the provider saw go
 * through the same simulation of a prompt cache, each side through one of its
 * own. A pure function of the log.
 */
#ifndef PROBE_LOOK_LEDGER_H
#define PROBE_LOOK_LEDGER_H

#include "probe/look/view.h"
#include "wire/prompt/prices.h"

/* Why a turn reads less from the cache than it would without a gateway. */
enum ledger_reason {
	LEDGER_MARKERS, /* fewer markers arrive than were set */
	LEDGER_LIFE, /* markers for an hour arrive as others */
	LEDGER_TOOLS_MOVED, /* the same tools, in another order than before */
	LEDGER_TOOLS, /* other tools than the turn before */
	LEDGER_SYSTEM, /* another system prompt */
	LEDGER_MODEL,
	LEDGER_OTHER, /* something else before the marker, such as a message */
	LEDGER_REASONS,
};

struct ledger {
	size_t turns; /* of the client */
	size_t requests; /* that the provider answered */
	size_t accounts; /* that it saw, each with a cache of its own */
	struct prompt_usage direct, through;
	size_t seen[LEDGER_REASONS]; /* in how many turns */
	char missing[128]; /* why nothing can be said; "": all was seen */
};

/* Of the message requests of the run; each turn has to be answered by 200. */
void ledger_of(const struct view *v, struct ledger *out);

/* How many different credentials the provider saw in them. */
size_t ledger_credentials(const struct view *v);

/* What the session cost through the gateway, in percent of what it would have
 * cost without one. */
size_t ledger_percent(const struct ledger *l);

/* Appends why it costs more: "markers lost in 20 of 21 turns, 4 keys in turn";
 * nothing where it is not known. */
void ledger_why(const struct ledger *l, struct buf *out);

#endif
