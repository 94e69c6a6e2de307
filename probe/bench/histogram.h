/*
 * Durations, counted in bins: their values are known to within 1/64, in memory
 * that does not grow. Histograms of several runs can be added; their
 * percentiles cannot.
 */
#ifndef PROBE_BENCH_HISTOGRAM_H
#define PROBE_BENCH_HISTOGRAM_H

#include "wire/bytes/tick.h"
#include "wire/bytes/buf.h"
#include "wire/json/jscan.h"

/* Each power of two has 64 bins; below 128 ns each nanosecond has its own. */
enum { HISTOGRAM_STEPS = 64, HISTOGRAM_BINS = HISTOGRAM_STEPS * 59 };

struct histogram { /* zero-initialised is empty */
	uint64_t count;
	tick_t least, most; /* exact */
	double sum; /* in ns */
	uint64_t *bins; /* NULL while it is empty */
};

void histogram_clear(struct histogram *h);

/* A negative duration counts as 0. */
void histogram_add(struct histogram *h, tick_t value);
void histogram_merge(struct histogram *to, const struct histogram *from);

/* The shortest duration that the share `part` (0 to 1) of all durations does
 * not exceed; 0 if the histogram is empty. */
tick_t histogram_at(const struct histogram *h, double part);

/* Appends {"count", "least", "most", "sum", "bins": [[BIN, COUNT], ...]}. */
void histogram_write(const struct histogram *h, struct buf *out);

/* Reads what histogram_write() wrote. If it fails, FAIL_SYNTAX says what is
 * wrong, and *out is empty. */
int histogram_read(struct histogram *out, struct jval object, struct fail *f);

#endif
