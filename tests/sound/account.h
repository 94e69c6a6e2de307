/* The gateway's account with its provider. Answers of the provider say how long
 * to wait and how many tokens are left. */
#ifndef SOUND_ACCOUNT_H
#define SOUND_ACCOUNT_H

#include <pthread.h>
#include <stdint.h>

#include "tests/sound/head.h"
#include "tests/sound/refusal.h"

struct account {
	pthread_mutex_t lock;
	int64_t cool_until; /* milliseconds of the monotonic clock */
	/* Seconds since 1970; `remaining` is valid until then */
	int64_t known_until;
	uint64_t remaining; /* tokens that are left, as an answer said */
	uint64_t promised; /* tokens reserved for requests under way */
};

void account_init(struct account *a);

/* Refuses the request, or reserves the tokens; account_give() releases them. */
void account_take(struct account *a, unsigned freedoms, uint64_t tokens,
		  struct refusal *no);
void account_give(struct account *a, uint64_t tokens);
/* Learns from an answer of the provider. */
void account_saw(struct account *a, const struct head *answer);

#endif
