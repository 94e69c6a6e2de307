/*
 * Records that wait for the ledger's table. They are written at the end of a
 * file, so that they survive if the program is killed. From time to time the
 * file is set aside and its records are moved into the table; a record that is
 * moved twice gives the same row.
 *
 * Files beside the ledger at PATH: PATH.spool, PATH.taking (set aside), and
 * PATH.lock, by which a second program sees that the ledger is in use.
 */
#ifndef GATEWAY_LEDGER_SPOOL_H
#define GATEWAY_LEDGER_SPOOL_H

#include "gateway/ledger/record.h"
#include "wire/bytes/fail.h"

struct spool;

/* -1 with FAIL_LIMIT: another program uses this ledger. */
int spool_open(struct spool **out, const char *path, struct fail *f);
void spool_close(struct spool *s);

/* Records of one thread that are written together. */
struct spool_batch {
	struct buf lines; /* its memory is kept */
	size_t count;
};

void spool_batch_init(struct spool_batch *b);
void spool_batch_clear(struct spool_batch *b);

void spool_batch_add(struct spool_batch *b, const struct record_row *r);

/* Writes a batch by one write(2), after which it is empty; any thread may call
 * this. -1 with errno: its records may be lost. */
int spool_write(struct spool *s, struct spool_batch *b);

/* How many records were lost. */
uint64_t spool_lost(const struct spool *s);

/* Bytes of the records that are not set aside. */
uint64_t spool_size(struct spool *s);

/* Are there records that are set aside and not yet in the table? */
bool spool_is_aside(const struct spool *s);

/* Sets aside the records added so far; does nothing while spool_is_aside(). */
int spool_set_aside(struct spool *s, struct fail *f);

/* The records that were set aside are in the table now: deletes their file. */
int spool_taken(const struct spool *s, struct fail *f);

typedef int spool_fn(void *arg, const struct record_row *r, struct fail *f);

/*
 * Calls fn for each record of the ledger at `path`: of the file that is set
 * aside (`aside`), or of the file that records are added to. A missing file has
 * none. *broken grows by the number of lines that are no records.
 */
int spool_read(const char *path, bool aside, spool_fn *fn, void *arg,
	       size_t *broken, struct fail *f);

#endif
