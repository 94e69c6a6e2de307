/*
 * Decides in which order providers are asked. A pure function of what is known
 * of them, of the wishes, of the time and of a random number.
 */
#ifndef GATEWAY_POOL_CHOICE_H
#define GATEWAY_POOL_CHOICE_H

#include "gateway/pool/standing.h"
#include "gateway/pool/wish.h"

struct choice_provider {
	double price, weight; /* price 0: free */
	bool collects; /* may keep the requests it gets */
	struct standing_now standing;
};

struct choice_given {
	const struct choice_provider *list;
	size_t count; /* WISH_PROVIDERS_LIMIT at most */
	uint64_t able; /* a bit for each provider that can serve the request */
	const struct wish *wish;
	int kept; /* the provider that the session is at; -1: none */
	tick_t now;
	uint64_t random;
};

/*
 * The places of the providers to ask, in order; gives their number. First comes
 * the provider that the session is at, then those without a recent failure,
 * then those that failed in the last 30 s. In each group those of the wish's
 * order come first, then the others, sorted; a provider that has not been
 * measured yet comes before the measured ones.
 */
size_t choice_make(const struct choice_given *g,
		   uint8_t out[WISH_PROVIDERS_LIMIT]);

#endif
