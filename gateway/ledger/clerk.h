/*
 * A thread for work that no request may wait for: it moves records from the
 * spool into the table once a second, serves the page and the metrics of the
 * admin port, and sends metrics to a collector.
 */
#ifndef GATEWAY_LEDGER_CLERK_H
#define GATEWAY_LEDGER_CLERK_H

#include "gateway/ledger/ledger.h"

struct clerk;

/* Listens, if the configuration has an address. All arguments are borrowed. */
int clerk_new(struct clerk **out, struct ledger_files *l,
	      const struct ledger_config *c, struct fail *f);
void clerk_free(struct clerk *k); /* NULL-safe */

uint16_t clerk_port(const struct clerk *k); /* 0: it does not listen */

int clerk_begin(struct clerk *k, struct fail *f);

/* Ends the thread, and waits for its end. */
void clerk_end(struct clerk *k);

#endif
