/*
 * The providers of a configuration, and what is said of all of them. It is a
 * part of the configuration: once it is read only standing and sticky sessions
 * change, which are shared with the configuration that was there before.
 */
#ifndef GATEWAY_POOL_POOL_H
#define GATEWAY_POOL_POOL_H

#include "gateway/pool/choice.h"
#include "gateway/pool/names.h"
#include "gateway/pool/provider.h"
#include "gateway/pool/sticky.h"

struct pool {
	struct provider *list;
	size_t count;
	struct standing *standings[WISH_PROVIDERS_LIMIT]; /* held */
	struct names_table names; /* of models */
	struct wish wish; /* of the whole configuration */
	struct sticky *sticky; /* held */
	bool lent; /* the list is the only upstream, which is another's */
	bool tells; /* clients are told the provider's name in a field */
};

#define POOL_FIELD "x-ccgate-provider" /* of an answer */
#define POOL_ASKS "x-ccgate-routing" /* of a request */

struct pool *pool_new(void);
void pool_free(struct pool *p); /* NULL-safe */

/* The next provider, with its defaults. NULL: there are too many. */
struct provider *pool_add(struct pool *p);

/* A pool of the only provider there is, which stays where it is. */
void pool_lend(struct pool *p, struct provider *only);

/* Its place, or -1. */
int pool_find(const struct pool *p, struct span name);

/* Can any of them take requests of this vendor's format? */
bool pool_serves(const struct pool *p, enum bridge_vendor front);

/* Does any of them have the model of this plain name, if it may be asked or not? */
bool pool_has(const struct pool *p, enum bridge_vendor front,
	      struct span model);

/* Adds what is missing, provider by provider. */
void pool_lacks(const struct pool *p, struct mistakes *to);

/* Standing of those that stay, by name and address, and all sessions. Before
 * anybody uses the pool. */
void pool_inherit(struct pool *p, const struct pool *from);

/* What a request is to be served with. */
struct pool_asked {
	enum bridge_vendor front;
	struct span model; /* by its plain name; empty: any will do */
	const struct wish *wish;
	uint64_t session; /* 0: none */
	bool moves; /* the request itself says the order: wherever the session
		       is */
	tick_t now;
	uint64_t random;
};

/* The places of those to ask, in order; gives how many. *known says whether
 * any of them has the model, if it may be asked or not. */
size_t pool_choose(const struct pool *p, const struct pool_asked *a,
		   uint8_t out[WISH_PROVIDERS_LIMIT], bool *known);

#endif
