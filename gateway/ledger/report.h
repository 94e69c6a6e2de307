/* Writes sums of the ledger as text, CSV or JSON. */
#ifndef GATEWAY_LEDGER_REPORT_H
#define GATEWAY_LEDGER_REPORT_H

#include "gateway/ledger/store.h"

enum report_format { REPORT_TEXT, REPORT_CSV, REPORT_JSON };

int report_format_from(const char *word, enum report_format *out);

struct report {
	enum store_group group;
	struct store_filter filter;
	enum report_format format;
	size_t most; /* groups; 0: all */
};

/*
 * Reads a time: "2026-11-30", "2026-11-30T12:00:00Z", or a time before now:
 * "90m", "24h", "7d". -1: it is none of these.
 */
int report_time(const char *text, int64_t now, int64_t *out_ms, struct fail *f);

/* Appends the report. */
int report_write(struct store_table *s, const struct report *r, struct buf *out,
		 struct fail *f);

#endif
