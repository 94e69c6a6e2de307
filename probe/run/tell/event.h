/*
 * The events of a run as JSON lines, written during the run (docs/reports.md):
 * one `start`, a `case` for each case once its verdict is final, one `end`; or
 * one `stopped` if no case could be run.
 */
#ifndef PROBE_RUN_TELL_EVENT_H
#define PROBE_RUN_TELL_EVENT_H

#include "reports/verdict.h"
#include "wire/bytes/buf.h"

#define EVENT_FORMAT 1

struct event_start {
	const char *version, *client, *gateway;
	const char *mock; /* NULL: there is none */
	size_t count; /* of cases */
};

void event_start_write(const struct event_start *e, struct buf *out);
/* The n-th case that is over, `at` after the first case began. */
void event_case_write(const struct result *r, size_t n, tick_t at,
		      struct buf *out);
void event_end_write(const struct run_report *r, int status, struct buf *out);
void event_stopped_write(const char *reason, int status, struct buf *out);

#endif
