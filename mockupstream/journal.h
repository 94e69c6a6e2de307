/*
 * The journal of a ccmock: the newest entries up to a limit of bytes, and a
 * line about each of the newest requests. The oldest entries are dropped, a
 * small part of the limit at a time.
 */
#ifndef MOCK_JOURNAL_H
#define MOCK_JOURNAL_H

#include <stdio.h>

#include "mockupstream/mock.h"
#include "wire/log/wlog.h"

struct journal;

/* Keeps about limit bytes; `file` (or NULL) gets every entry as it comes. */
struct journal *journal_new(size_t limit, FILE *file);
void journal_free(struct journal *j);

/* What the mock writes into. */
struct mock_sink journal_sink(struct journal *j);

/* Forgets all entries and requests. Numbers go on. */
void journal_reset(struct journal *j);

/* Has a write to `file` failed? Nothing is written to it any more. */
bool journal_is_broken(const struct journal *j);

/* Number of the oldest entry that is kept; those before it were dropped. */
uint64_t journal_first(const struct journal *j);

struct journal_query {
	bool by_run; /* entries of `run` only */
	uint64_t run;
	uint64_t since; /* leaves out entries with a smaller number */
};

/* Appends JSON lines. Gives the number of the next entry to come. */
uint64_t journal_write(const struct journal *j, const struct journal_query *q,
		       struct buf *out);

/* Appends a JSON list of the newest requests, oldest first. */
void journal_requests(const struct journal *j, const struct journal_query *q,
		      struct buf *out);

#endif
