/*
 * Durations, counted in bins: what they are to within a sixty-fourth, in memory
 * that does not grow. Histograms of several runs add up; their percentiles do
 * not.
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

/* A negative duration counts as none. */
void histogram_add(struct histogram *h, tick_t value);
void histogram_merge(struct histogram *to, const struct histogram *from);

/* The least duration that this part of all (0 to 1) does not exceed; 0 where
 * there is none. */
tick_t histogram_at(const struct histogram *h, double part);

/* Appends {"count", "least", "most", "sum", "bins": [[BIN, COUNT], ...]}. */
void histogram_write(const struct histogram *h, struct buf *out);

/* Reads that. FAIL_SYNTAX says what is wrong; *out is then empty. */
int histogram_read(struct histogram *out, struct jval object, struct fail *f);

#endif
