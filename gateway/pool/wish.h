/*
 * Which providers may answer, and in which order: what the configuration, a
 * client's key, a model's row and the request say, put together. Providers are
 * numbers here, their places in the configuration.
 */
#ifndef GATEWAY_POOL_WISH_H
#define GATEWAY_POOL_WISH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { WISH_PROVIDERS_LIMIT = 64 }; /* as many as a mask has bits */

enum wish_sort {
	WISH_UNSORTED, /* nothing is said */
	WISH_LISTED, /* as they stand in the configuration */
	WISH_PRICE, /* by lot; weight / price^2 is the share */
	WISH_FLOOR, /* the cheapest first */
	WISH_THROUGHPUT,
	WISH_LATENCY,
};

struct wish {
	uint64_t only; /* a bit for each that may answer */
	uint64_t ignore;
	uint8_t order[WISH_PROVIDERS_LIMIT]; /* come first, in this order */
	size_t ordered;
	enum wish_sort sort;
	bool no_fallbacks; /* those of `order`, or the first alone */
	bool deny_collection; /* none that keeps what it is sent */
	bool free; /* none that has a price */
};

/* Says nothing: all may answer. */
#define WISH_INIT ((struct wish){ .only = UINT64_MAX })

/*
 * What is nearer to the request comes in addition: what was forbidden stays
 * forbidden, a new order or sort takes the place of the old one.
 */
void wish_add(struct wish *w, const struct wish *nearer);

#endif
