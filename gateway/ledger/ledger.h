/*
 * The ledger of a running gateway: what workers add to, and what is known of
 * each key. Without a path in its configuration there are purses only, and no
 * file is opened.
 */
#ifndef GATEWAY_LEDGER_LEDGER_H
#define GATEWAY_LEDGER_LEDGER_H

#include "gateway/ledger/counters.h"
#include "gateway/ledger/ledger_config.h"
#include "gateway/ledger/spool.h"
#include "gateway/ledger/store.h"

struct ledger_files;

/* Opens its files, takes in what an earlier run has left in the spool, and
 * gives each key what it has spent before. */
int ledger_new(struct ledger_files **out, const struct ledger_config *c,
	       struct fail *f);

/* Takes in what is in the spool; NULL-safe. */
void ledger_free(struct ledger_files *l);

/* Each of these keys gets its purse. */
void ledger_attach(struct ledger_files *l, struct client_key *keys,
		   size_t count);

/* ---- what any thread may call ---- */

bool ledger_keeps(const struct ledger_files *l); /* there are files */

/* A new id for a record. */
void ledger_id(struct ledger_files *l, char *out, size_t size);

/* It takes the place of one with the same id, once the batch is written. */
void ledger_add(const struct ledger_files *l, const struct record_row *r,
		struct spool_batch *b);

/* On disk when it returns, as far as a killed program goes. */
void ledger_write(struct ledger_files *l, struct spool_batch *b);

struct counters *ledger_counters(const struct ledger_files *l);
uint64_t ledger_lost(const struct ledger_files *l);

/* ---- the clerk's ---- */

/* Takes what is in the spool into the table. */
int ledger_take(struct ledger_files *l, struct fail *f);

/* The table; what is in the spool is not in it yet. */
struct store_table *ledger_store(const struct ledger_files *l);

#endif
