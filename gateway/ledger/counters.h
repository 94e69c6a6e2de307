/*
 * Sums since the program began, by key and model, for metrics. Any thread may
 * add to them.
 */
#ifndef GATEWAY_LEDGER_COUNTERS_H
#define GATEWAY_LEDGER_COUNTERS_H

#include "gateway/ledger/record.h"

struct counters;

struct counter {
	const char *key, *model;
	int64_t requests, failed;
	struct usage_tokens usage;
	money_t cost;
};

struct counters *counters_new(void);
void counters_free(struct counters *c);

/* Adds a finished request. */
void counters_add(struct counters *c, const struct record_row *r);

typedef void counters_fn(void *arg, const struct counter *one);

/* Calls fn for each sum, in the order of keys and models. */
void counters_each(struct counters *c, counters_fn *fn, void *arg);

/* Clients choose names of models: beyond this many pairs all further ones share
 * one sum. */
enum { COUNTERS_MOST = 10000 };
#define COUNTERS_OTHER "other"

#endif
