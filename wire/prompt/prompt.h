/*
 * Counts the tokens of a request for a message, and simulates a prompt cache
 * that behaves like the API's: it remembers the prefixes (tools, system,
 * messages, in this order) that ended at a block with cache_control, and finds
 * the longest of them again in a later request. Values alone: no clock, no
 * network. The mock provider bills by it, and a session's cost is judged by it.
 */
#ifndef WIRE_PROMPT_PROMPT_H
#define WIRE_PROMPT_PROMPT_H

#include "wire/bytes/tick.h"
#include "wire/json/jscan.h"

struct prompt_usage { /* tokens, by what they are billed as */
	uint64_t input; /* neither read nor written */
	uint64_t read; /* from the cache */
	uint64_t written_5m, written_1h;
	uint64_t output; /* of the answer: left to the caller */
};

/* Slots are in sets of a few, as in a processor's cache. */
enum { PROMPT_CACHE_SETS = 1024, PROMPT_CACHE_WAYS = 8 };

struct prompt_prefix {
	uint64_t hash; /* 0: the slot is free */
	tick_t until; /* when it is forgotten */
	tick_t life; /* each reading extends it by this */
};

/* Zero-initialised it is empty. It is large: not for the stack. */
struct prompt_cache {
	struct prompt_prefix seen[PROMPT_CACHE_SETS][PROMPT_CACHE_WAYS];
};

/* The owner of prefixes. Each run has a cache of its own, and in it each
 * account, which is recognized by its credential. */
uint64_t prompt_owner(uint64_t run, struct span credential);

/*
 * Bills a request body (checked JSON): splits its input tokens by what is in
 * the cache, and adds its prefixes to the cache. A token is four bytes of what
 * the model is shown: strings without their escapes, names of members, numbers;
 * no punctuation. At least one token is input.
 */
void prompt_ask(struct prompt_cache *cache, uint64_t owner, tick_t now,
		struct jval root, struct prompt_usage *out);

/* All input tokens of a request; 1 at least. */
uint64_t prompt_tokens(struct jval root);

/* All input tokens, however they are billed. */
uint64_t prompt_total(const struct prompt_usage *u);

/* Adds each kind of tokens. */
void prompt_add(struct prompt_usage *sum, const struct prompt_usage *more);

#endif
