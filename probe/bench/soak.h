/*
 * ccprobe bench --soak: hours of mixed traffic, of recorded requests, with
 * faults, cancels and reconnects. A wrong byte, an answer that is not whole, and
 * what grows without end are failures.
 */
#ifndef PROBE_BENCH_SOAK_H
#define PROBE_BENCH_SOAK_H

#include "probe/bench/bench.h"

enum { SOAK_PARTS = 10 }; /* after each of which the gateway rests */

struct soak_sample { /* while the gateway rests */
	struct usage usage;
	tick_t direct, gateway; /* to the first event, at p50 */
};

struct soak_result { /* zero-initialised is empty */
	char *name;
	uint64_t seed;
	tick_t lasts;
	uint64_t whole; /* answers that were as expected */
	uint64_t left, cut, refused, fresh; /* on purpose */
	uint64_t bytes; /* of all answers */
	uint64_t wrong, failed;
	char why[300]; /* the first of these */
	bool exact; /* each byte was compared; else the text alone, as the
		       answers of the gateway differ by themselves */
	bool has_usage;
	struct soak_sample samples[SOAK_PARTS + 1];
	unsigned samples_count; /* the first is before the traffic */
};

/* FAIL_PEER where it could not be done; what was found is in *out. */
int soak_run(const struct bench_config *config, tick_t lasts,
	     struct soak_result *out, struct fail *f);
void soak_result_clear(struct soak_result *r);

/* ---- soak_verdict.c ---- */

/* Shorter ones say nothing of what follows: a program that has just begun
 * grows, and a few requests have no median. */
#define SOAK_TELLS (60 * TICK_S)

/* What grows from part to part, and does not level off. */
bool soak_leaks_memory(const struct soak_result *r);
bool soak_leaks_descriptors(const struct soak_result *r);
/* The way through the gateway has become longer, compared with the direct one. */
bool soak_drifts(const struct soak_result *r);
bool soak_is_sound(const struct soak_result *r);

/* ---- soak_told.c ---- */

void soak_text(const struct soak_result *r, struct buf *out);
void soak_json(const struct soak_result *r, struct buf *out);

#endif
