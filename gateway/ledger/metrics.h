/*
 * Writes the sums of the running gateway as metrics: for Prometheus, and as
 * OTLP's JSON. Names are those of Claude Code's own metrics, where it has them.
 */
#ifndef GATEWAY_LEDGER_METRICS_H
#define GATEWAY_LEDGER_METRICS_H

#include "gateway/ledger/counters.h"

#define METRICS_TYPE "text/plain; version=0.0.4; charset=utf-8"

/* lost: records that could not be written. */
void metrics_prometheus(struct counters *c, uint64_t lost, struct buf *out);

/* An ExportMetricsServiceRequest. Times in Unix nanoseconds; since: when the
 * program began. */
void metrics_otlp(struct counters *c, uint64_t lost, uint64_t since,
		  uint64_t now, struct buf *out);

#endif
