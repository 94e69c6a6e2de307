/*
 * The ledger's table, in SQLite, which only this file uses: one row for each
 * request, whose columns are the members of a record. Times are Unix
 * milliseconds, costs nano-dollars, or null.
 */
#ifndef GATEWAY_LEDGER_STORE_H
#define GATEWAY_LEDGER_STORE_H

#include "gateway/ledger/record.h"
#include "wire/bytes/fail.h"

struct store_table;

/* `write`: makes the file if it is not there. Otherwise nothing in it
 * changes. */
int store_open(struct store_table **out, const char *path, bool write,
	       struct fail *f);
void store_close(struct store_table *s); /* NULL-safe */

/* ---- writing, all or nothing ---- */

int store_begin(struct store_table *s, struct fail *f);
int store_add(struct store_table *s, const struct record_row *r,
	      struct fail *f);
int store_end(struct store_table *s, bool good, struct fail *f);

/* Adds a record that only this connection sees. */
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
	/* milliseconds; `until` itself does not count; 0: any */
	int64_t since, until;
};

struct store_sum {
	const char *name; /* of the group; valid during the callback */
	int64_t requests, failed; /* failed: refused, an error, or not whole */
	int64_t unpriced; /* requests with tokens and without a cost */
	struct usage_tokens usage;
	money_t cost;
};

typedef void store_fn(void *arg, const struct store_sum *sum);

/* Sums by group: in the order of time for days and hours, else the highest cost
 * first. most: of groups; 0: all. */
int store_sums(struct store_table *s, enum store_group group,
	       const struct store_filter *filter, size_t most, store_fn *fn,
	       void *arg, struct fail *f);

typedef void store_spent_fn(void *arg, const char *key, money_t cost);

/* What each key has spent since that time. */
int store_spent(struct store_table *s, int64_t since_ms, store_spent_fn *fn,
		void *arg, struct fail *f);

#endif
