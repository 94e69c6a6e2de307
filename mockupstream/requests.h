/* The newest requests of a journal, one line each. */
#ifndef MOCK_REQUESTS_H
#define MOCK_REQUESTS_H

#include "mockupstream/journal.h"

struct requests;

struct requests *requests_new(void);
void requests_free(struct requests *r);
void requests_reset(struct requests *r);
void requests_take(struct requests *r, const struct wlog_entry *e);
void requests_write(const struct requests *r, const struct journal_query *q,
		    struct buf *out);

#endif
