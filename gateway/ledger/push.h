/* Sends metrics to a collector, by OTLP over HTTP with JSON. */
#ifndef GATEWAY_LEDGER_PUSH_H
#define GATEWAY_LEDGER_PUSH_H

#include "gateway/ledger/ledger.h"
#include "net/loop.h"

struct push;

/* Sends as often as the configuration says. All arguments are borrowed. */
int push_new(struct push **out, struct loop *l, struct ledger_files *ledger,
	     const struct ledger_config *c, struct fail *f);
void push_free(struct push *p); /* NULL-safe */

#endif
