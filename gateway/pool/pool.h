/*
 * The providers of a configuration, and what holds for all of them. It belongs
 * to the configuration: once read, only standings and sticky sessions change,
 * which are shared with the configuration before it.
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
	struct wish wish; /* the wish of the whole configuration */
	struct sticky *sticky; /* held */
	/* the list is the only upstream, owned by the configuration */
	bool lent;
	bool tells; /* answers have a field with the provider's name */
};

#define POOL_FIELD "x-ccgate-provider" /* of an answer */
#define POOL_ASKS "x-ccgate-routing" /* of a request */

struct pool *pool_new(void);
void pool_free(struct pool *p); /* NULL-safe */

/* The next provider, with its defaults. NULL: there are too many. */
struct provider *pool_add(struct pool *p);

/* Makes a pool of the only provider, which stays where it is. */
void pool_lend(struct pool *p, struct provider *only);

/* The place of the provider with this name, or -1. */
int pool_find(const struct pool *p, struct span name);

/* Can any of them take requests of this vendor's format? */
bool pool_serves(const struct pool *p, enum bridge_vendor front);

/* Whether any provider has the model of this plain name, even if it may not be
 * asked. */
bool pool_has(const struct pool *p, enum bridge_vendor front,
	      struct span model);

/* Adds what is missing in each provider, and among all. */
void pool_lacks(const struct pool *p, struct mistakes *to);

/* Takes over the standings of providers with the same name and address, and all
 * sessions. To be called before anybody uses the pool. */
void pool_inherit(struct pool *p, const struct pool *from);

/* What the choice of providers for a request depends on. */
struct pool_asked {
	enum bridge_vendor front;
	struct span model; /* the plain name; empty: any provider will do */
	const struct wish *wish;
	uint64_t session; /* 0: none */
	/* the request names its own order, which counts more than the session's
	 * provider */
	bool moves;
	tick_t now;
	uint64_t random;
};

/* The places of the providers to ask, in order; gives their number. *known:
 * does any provider have the model, whether it may be asked or not? */
size_t pool_choose(const struct pool *p, const struct pool_asked *a,
		   uint8_t out[WISH_PROVIDERS_LIMIT], bool *known);

#endif
