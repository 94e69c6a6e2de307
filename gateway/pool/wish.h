/*
 * Wishes about which providers may answer, and in which order. The
 * configuration, a client's key, an alias and the request may each have one;
 * they are put together. Providers are numbers: their places in the
 * configuration.
 */
#ifndef GATEWAY_POOL_WISH_H
#define GATEWAY_POOL_WISH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { WISH_PROVIDERS_LIMIT = 64 }; /* as many as a mask has bits */

enum wish_sort {
	WISH_UNSORTED, /* no wish */
	WISH_LISTED, /* in the order of the configuration */
	WISH_PRICE, /* drawn at random; the share is weight / price^2 */
	WISH_FLOOR, /* the cheapest first */
	WISH_THROUGHPUT,
	WISH_LATENCY,
};

struct wish {
	uint64_t only; /* a bit for each provider that may answer */
	uint64_t ignore;
	/* those that come first, in this order */
	uint8_t order[WISH_PROVIDERS_LIMIT];
	size_t ordered;
	enum wish_sort sort;
	bool no_fallbacks; /* only those of `order`, or only the first */
	bool deny_collection; /* no provider that keeps requests */
	bool free; /* no provider that has a price */
};

/* No wish: all may answer. */
#define WISH_INIT ((struct wish){ .only = UINT64_MAX })

/*
 * Adds a wish that is nearer to the request: what was forbidden stays
 * forbidden, and a new order or sort replaces the old one.
 */
void wish_add(struct wish *w, const struct wish *nearer);

#endif
