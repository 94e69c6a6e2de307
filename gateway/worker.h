/* A worker: a loop, a server and a fetcher of its own, shared with nobody. */
#ifndef GATEWAY_WORKER_H
#define GATEWAY_WORKER_H

#include "gateway/relay.h"

struct worker;

/*
 * Listens at once, so that a port in use is told before any thread exists.
 * port: 0 for any. `config` must outlive the worker.
 */
int worker_new(struct worker **out, const struct config *config, uint16_t port,
	       struct fail *f);
void worker_free(struct worker *w); /* ends what is under way */

uint16_t worker_port(const struct worker *w);
struct loop *worker_loop(struct worker *w); /* borrowed */

void worker_run(struct worker *w); /* until worker_stop */

/* The one function that another thread may call. */
void worker_stop(struct worker *w);

#endif
