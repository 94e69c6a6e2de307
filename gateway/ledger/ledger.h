/*
 * The ledger of a running gateway: workers add records to it, and it knows what
 * each key has spent. Without a path in its configuration there are purses
 * only, and no file is opened.
 */
#ifndef GATEWAY_LEDGER_LEDGER_H
#define GATEWAY_LEDGER_LEDGER_H

#include "gateway/ledger/counters.h"
#include "gateway/ledger/ledger_config.h"
#include "gateway/ledger/spool.h"
#include "gateway/ledger/store.h"

struct ledger_files;

/* Opens the files, moves records that an earlier run left in the spool into the
 * table, and tells each key's purse what was spent before. */
int ledger_new(struct ledger_files **out, const struct ledger_config *c,
	       struct fail *f);

/* Moves the rest of the spool into the table and closes; NULL-safe. */
void ledger_free(struct ledger_files *l);

/* Gives each of these keys its purse. */
void ledger_attach(struct ledger_files *l, struct client_key *keys,
		   size_t count);

/* ---- what any thread may call ---- */

bool ledger_keeps(const struct ledger_files *l); /* there are files */

/* Makes a new id for a record. */
void ledger_id(struct ledger_files *l, char *out, size_t size);

/* Adds a record to a batch; when the batch is written, it replaces a record with
 * the same id. */
void ledger_add(const struct ledger_files *l, const struct record_row *r,
		struct spool_batch *b);

/* Writes a batch. When this returns it is in the file, and survives the end of
 * the program. */
void ledger_write(struct ledger_files *l, struct spool_batch *b);

struct counters *ledger_counters(const struct ledger_files *l);
uint64_t ledger_lost(const struct ledger_files *l);

/* ---- the clerk's ---- */

/* Moves records from the spool into the table. */
int ledger_take(struct ledger_files *l, struct fail *f);

/* Does the same, once a second; but while many requests come in it waits for a
 * calmer moment, until some 100,000 records are waiting. */
int ledger_take_calmly(struct ledger_files *l, struct fail *f);

/* The table; records in the spool are not in it yet. */
struct store_table *ledger_store(const struct ledger_files *l);

#endif
