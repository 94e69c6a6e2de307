/*
 * The ledger's table (SQLite, seen nowhere else): one row a request, whose
 * columns are those of a record. Times are Unix milliseconds, costs
 * nano-dollars, or null.
 */
#ifndef GATEWAY_LEDGER_STORE_H
#define GATEWAY_LEDGER_STORE_H

#include "gateway/ledger/record.h"
#include "wire/bytes/fail.h"

struct store_table;

/* `write`: it is made if it is not there. Otherwise nothing in it changes. */
int store_open(struct store_table **out, const char *path, bool write,
	       struct fail *f);
void store_close(struct store_table *s); /* NULL-safe */

/* ---- writing, all or nothing ---- */

int store_begin(struct store_table *s, struct fail *f);
int store_add(struct store_table *s, const struct record_row *r,
	      struct fail *f);
int store_end(struct store_table *s, bool good, struct fail *f);

/* A record that is seen, by this connection alone, as if it were a row. */
int store_overlay(struct store_table *s, const struct record_row *r,
		  struct fail *f);

/* ---- questions ---- */

enum store_group {
	STORE_BY_KEY,
	STORE_BY_MODEL,
	STORE_BY_SESSION,
	STORE_BY_DAY,
	STORE_BY_HOUR,
	STORE_BY_PROVIDER,
	STORE_BY_ALL, /* one row */
};

/* -1: there is no such word: key, model, session, day, hour, provider. */
int store_group_from(const char *word, enum store_group *out);
const char *store_group_word(enum store_group group);

struct store_filter {
	const char *key, *model, *session; /* NULL: any */
	int64_t since, until; /* milliseconds; until: the first that does not
				 count; 0: any */
};

struct store_sum {
	const char *name; /* of the group; valid during the callback */
	int64_t requests, failed; /* failed: refused, an error, or not whole */
	int64_t unpriced; /* requests with tokens and without a cost */
	struct usage_tokens usage;
	money_t cost;
};

typedef void store_fn(void *arg, const struct store_sum *sum);

/* By name for days and hours, else those that cost most first. most: 0: all. */
int store_sums(struct store_table *s, enum store_group group,
	       const struct store_filter *filter, size_t most, store_fn *fn,
	       void *arg, struct fail *f);

typedef void store_spent_fn(void *arg, const char *key, money_t cost);

/* What each key has spent since then. */
int store_spent(struct store_table *s, int64_t since_ms, store_spent_fn *fn,
		void *arg, struct fail *f);

#endif
