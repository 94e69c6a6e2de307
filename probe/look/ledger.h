/*
 * Computes what a session costs at the provider, and what it would cost without
 * a gateway. The requests that the client sent and those that the provider saw
 * go through a simulated prompt cache each. A pure function of the log.
 */
#ifndef PROBE_LOOK_LEDGER_H
#define PROBE_LOOK_LEDGER_H

#include "probe/look/view.h"
#include "wire/prompt/prices.h"

/* Why a turn reads less from the cache than it would without a gateway. */
enum ledger_reason {
	LEDGER_MARKERS, /* fewer cache markers arrive than were sent */
	LEDGER_LIFE, /* markers for an hour arrive as other markers */
	LEDGER_TOOLS_MOVED, /* the same tools, in another order than before */
	LEDGER_TOOLS, /* other tools than the turn before */
	LEDGER_SYSTEM, /* another system prompt */
	LEDGER_MODEL,
	LEDGER_OTHER, /* something else before the marker changed, such as a
			 message */
	LEDGER_REASONS,
};

struct ledger {
	size_t turns; /* requests of the client */
	size_t requests; /* requests that the provider answered */
	size_t accounts; /* accounts that it saw, each with its own cache */
	struct prompt_usage direct, through;
	size_t seen[LEDGER_REASONS]; /* in how many turns each reason was
					seen */
	char missing[128]; /* why there is no cost; "": there is one */
};

/* Computes the ledger of the run's message requests; each turn must be answered
 * with 200. */
void ledger_of(const struct view *v, struct ledger *out);

/* How many different credentials the provider saw in message requests. */
size_t ledger_credentials(const struct view *v);

/* The cost through the gateway, in percent of the cost without one; 0: there is
 * no cost. */
size_t ledger_percent(const struct ledger *l);

/* Appends why it costs more: "cache markers lost in 20 of 21 turns, 4 keys in
 * turn"; nothing if no reason is known. */
void ledger_why(const struct ledger *l, struct buf *out);

#endif
