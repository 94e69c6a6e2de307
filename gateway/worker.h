/* A worker: a thread with a loop, a server and a fetcher of its own. */
#ifndef GATEWAY_WORKER_H
#define GATEWAY_WORKER_H

#include "gateway/relay.h"

struct worker;

/*
 * Listens at once, so that a port in use is reported before any thread exists.
 * port: 0 for any. `shared`: other workers listen on the same port. The
 * configuration is held.
 */
int worker_new(struct worker **out, struct config *config, uint16_t port,
	       bool shared, struct fail *f);
void worker_free(struct worker *w); /* ends what is under way */

/* Sets the ledger that it counts with; before it runs. */
void worker_count(struct worker *w, struct ledger_files *ledger);

uint16_t worker_port(const struct worker *w);

void worker_run(struct worker *w); /* until worker_stop, or drained */

/* How many requests were broken off when worker_run returned. */
size_t worker_open(const struct worker *w);

/* ---- what another thread may call, at any time ---- */

void worker_stop(struct worker *w);

/* Stops listening, and ends when the requests under way have ended, or after
 * the drain_ms of its configuration. */
void worker_drain(struct worker *w);

/* Sets the configuration for the requests to come; those under way keep
 * theirs. */
void worker_configure(struct worker *w, struct config *config);

#endif
