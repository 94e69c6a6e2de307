/* The gateway's own list of models, in the form of the Messages API. */
#ifndef GATEWAY_POOL_CATALOG_H
#define GATEWAY_POOL_CATALOG_H

#include "gateway/relay.h"

/*
 * Answers /v1/models and /v1/models/ID from the configuration, if it names any
 * model: aliases first, then the models of the providers' lists. false: this is
 * another request, or there are no names, and a provider has to answer.
 */
bool catalog_reply(struct relay *r);

/* The list. Zero-initialised is empty; the rows are borrowed. */
struct catalog {
	struct catalog_row {
		const char *id, *display;
	} * list;
	size_t count;
};

/* Appends the page that the query asks for: limit, after_id, before_id. -1:
 * `why` says what is wrong with the query. */
int catalog_page(const struct catalog *c, struct span query, struct buf *out,
		 struct fail *why); /* for tests */

#endif
