/* The gateway's account with its provider, of which it knows what answers
 * said: to wait a while, and for how many tokens it lasts. */
#ifndef SOUND_ACCOUNT_H
#define SOUND_ACCOUNT_H

#include <pthread.h>
#include <stdint.h>

#include "tests/sound/head.h"
#include "tests/sound/refusal.h"

struct account {
	pthread_mutex_t lock;
	int64_t cool_until; /* milliseconds of the monotonic clock */
	int64_t known_until; /* seconds since 1970; what follows, until then */
	uint64_t remaining; /* tokens that an answer said are left */
	uint64_t promised; /* to requests that are under way */
};

void account_init(struct account *a);

/* Refuses, or promises the tokens; account_give() gives them back. */
void account_take(struct account *a, unsigned freedoms, uint64_t tokens,
		  struct refusal *no);
void account_give(struct account *a, uint64_t tokens);
/* Learns from an answer of the provider. */
void account_saw(struct account *a, const struct head *answer);

#endif
