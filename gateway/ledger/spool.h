/*
 * Records on their way into the ledger. They are written at the end of a
 * file, so that what was written is there after the program was killed. From
 * time to time the file is set aside and taken into the ledger's table; a record
 * that is taken twice is the same row.
 *
 * Files beside the ledger at PATH: PATH.spool, PATH.taking (set aside), and
 * PATH.lock, by which a second program sees that there is a first one.
 */
#ifndef GATEWAY_LEDGER_SPOOL_H
#define GATEWAY_LEDGER_SPOOL_H

#include "gateway/ledger/record.h"
#include "wire/bytes/fail.h"

struct spool;

/* -1 with FAIL_LIMIT: another program has it. */
int spool_open(struct spool **out, const char *path, struct fail *f);
void spool_close(struct spool *s);

/* Records of one thread that are written at once. */
struct spool_batch {
	struct buf lines; /* its memory is kept */
	size_t count;
};

void spool_batch_init(struct spool_batch *b);
void spool_batch_clear(struct spool_batch *b);

void spool_batch_add(struct spool_batch *b, const struct record_row *r);

/* Any thread's: one write(2), after which the batch is empty. -1 with errno:
 * its records may be lost. */
int spool_write(struct spool *s, struct spool_batch *b);

/* How many were lost. */
uint64_t spool_lost(const struct spool *s);

/* Is there anything that was not set aside? */
bool spool_is_empty(struct spool *s);

/* Is there what was set aside and not taken? */
bool spool_is_aside(const struct spool *s);

/* Sets aside what was added so far; nothing, while spool_is_aside(). */
int spool_set_aside(struct spool *s, struct fail *f);

/* What was set aside is in the ledger. */
int spool_taken(const struct spool *s, struct fail *f);

typedef int spool_fn(void *arg, const struct record_row *r, struct fail *f);

/*
 * Calls fn for each record in the file that was set aside for the ledger at
 * `path` (`aside`), or in the one that is added to; none, if it is not there.
 * *broken grows by the lines that are none.
 */
int spool_read(const char *path, bool aside, spool_fn *fn, void *arg,
	       size_t *broken, struct fail *f);

#endif
