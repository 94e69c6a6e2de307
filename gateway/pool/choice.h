/*
 * In which order providers are asked. A pure function of what is known of
 * them, of what is wished, of the time and of a random number.
 */
#ifndef GATEWAY_POOL_CHOICE_H
#define GATEWAY_POOL_CHOICE_H

#include "gateway/pool/standing.h"
#include "gateway/pool/wish.h"

struct choice_provider {
	double price, weight; /* price 0: free */
	bool collects; /* may keep what it is sent */
	struct standing_now standing;
};

struct choice_given {
	const struct choice_provider *list;
	size_t count; /* WISH_PROVIDERS_LIMIT at most */
	uint64_t able; /* a bit for each that can serve the request */
	const struct wish *wish;
	int kept; /* the one that the session is at; -1: none */
	tick_t now;
	uint64_t random;
};

/*
 * The places of those to ask, the first first; gives how many. The one that
 * the session is at comes first of all, then those that are well, then those
 * that failed in the last 30 s; among them those of the wish's order, then the
 * others, sorted. What has not been measured yet goes before what has.
 */
size_t choice_make(const struct choice_given *g,
		   uint8_t out[WISH_PROVIDERS_LIMIT]);

#endif
