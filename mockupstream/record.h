/* Logs an exchange as it goes on. */
#ifndef MOCK_RECORD_H
#define MOCK_RECORD_H

#include "mockupstream/mock_private.h"

/* Logs the request's head, with credentials masked if the mock is told so. */
void record_request(struct mock_exchange *x);
void record_response(struct mock_exchange *x, const struct http_head *head);

/* A body, or a piece of one. */
void record_bytes(struct mock_exchange *x, enum wlog_kind kind,
		  struct span bytes);
void record_text(struct mock_exchange *x, enum wlog_kind kind,
		 const char *text);

/* Notes a mark that no run has, and a request that no rule answers. */
void record_strangers(struct mock_exchange *x, uint64_t mark);

/* Logs the end; only the first call counts. */
void record_end(struct mock_exchange *x, enum stream_end end, const char *text);

#endif
