/*
 * ccprobe bench --soak: hours of mixed traffic made of recorded requests, with
 * faults, cancelled answers and new connections. Wrong bytes, incomplete
 * answers and use of memory or descriptors that grows without end are failures.
 */
#ifndef PROBE_BENCH_SOAK_H
#define PROBE_BENCH_SOAK_H

#include "probe/bench/bench.h"

enum { SOAK_PARTS = 10 }; /* the gateway rests after each */

struct soak_sample { /* while the gateway rests */
	struct usage usage;
	tick_t direct, gateway; /* to the first event, at p50 */
};

struct soak_result { /* zero-initialised is empty */
	char *name;
	uint64_t seed;
	tick_t lasts;
	uint64_t whole; /* answers that came as expected */
	uint64_t left, cut, refused, fresh; /* ended on purpose; requests on new
					       connections */
	uint64_t bytes; /* of all answers */
	uint64_t wrong, failed;
	char why[300]; /* of the first that was wrong or failed */
	bool exact; /* each byte was compared; false: only the text, because the
		       gateway's answers differ from one to the next */
	bool has_usage;
	struct soak_sample samples[SOAK_PARTS + 1];
	unsigned samples_count; /* the first is taken before the traffic */
};

/* FAIL_PEER if it could not be finished; *out has what was found until then. */
int soak_run(const struct bench_config *config, tick_t lasts,
	     struct soak_result *out, struct fail *f);
void soak_result_clear(struct soak_result *r);

/* ---- soak_time.c ---- */

/* How long "90s", "10m" or "2h" is; 0: it is no such time, or too long. */
tick_t soak_time(const char *text);

/* ---- soak_verdict.c ---- */

/* Shorter soaks are not judged by what grows: a program that has just started
 * grows, and a few requests have no meaningful median. */
#define SOAK_TELLS (60 * TICK_S)

/* Whether it grows from part to part and does not level off. */
bool soak_leaks_memory(const struct soak_result *r);
bool soak_leaks_descriptors(const struct soak_result *r);
/* Whether the way through the gateway got slower, compared with the direct
 * one. */
bool soak_drifts(const struct soak_result *r);
bool soak_is_sound(const struct soak_result *r);

/* ---- soak_told.c ---- */

void soak_text(const struct soak_result *r, struct buf *out);
void soak_json(const struct soak_result *r, struct buf *out);

#endif
