/*
 * ccprobe bench: what a gateway costs. Each load is sent to ccmock directly and
 * through the gateway, in turns, in one run: what is told are differences and
 * ratios of pairs, since a machine is now faster and now slower.
 *
 *	bench.c          what is started, and stopped again
 *	bench_measure.c  the loads in turn
 *	bench_request.c  recorded requests, and how they go out
 *	bench_mock.c     the provider: a ccmock of our own
 *	load.c           streams side by side
 *	bench_rates.c    what follows from the steps
 *	bench_merge.c    several results put together
 *	bench_read.c     a result read again
 *	histogram.c      durations
 *	usage.c          processor time and memory
 *	bench_*.c        the forms in which it is told
 */
#ifndef PROBE_BENCH_BENCH_H
#define PROBE_BENCH_BENCH_H

#include "probe/bench/load.h"
#include "probe/bench/usage.h"
#include "probe/run/campaign.h"

struct bench_config { /* borrowed */
	const struct campaign_config
		*gateway; /* how it is reached, or started */
	unsigned pairs; /* of each load */
	unsigned shard, shards; /* of the pairs this run has its part: 1 of 1,
				   or one of several */
	tick_t lasts; /* each half of a pair */
	const unsigned *streams; /* paced ones: how many at a time */
	unsigned streams_count;
	unsigned pace_ms; /* between their events */
	unsigned spread; /* of two equal runs, at most, in percent */
	uint64_t seed; /* for who is first in a pair */
};

/* The values of all pairs. Zero-initialised is empty. */
struct bench_spread {
	double median, least, most;
	double *values; /* in order of size */
	size_t count;
};

enum {
	BENCH_PAIRS_LIMIT = 64,
	BENCH_SHARDS_LIMIT = 64,
	BENCH_LOADS = 9,
	BENCH_BOUNDS = 3,
	BENCH_SIZES = 3,
	BENCH_RUNGS = 6, /* numbers of streams, at which rates are measured */
	BENCH_PACED_LIMIT = 4
};

struct bench_load { /* answers whose events are paced */
	const char *size; /* "50 kB" */
	size_t bytes; /* of the request */
	unsigned streams;
	struct load_result direct, gateway; /* of all pairs */
	struct bench_spread head, first; /* added at the median, in ns */
	struct bench_spread gap; /* distance from the pace, added at p99 */
};

struct bench_step { /* answers as fast as they come, at a number of streams */
	const char *size;
	unsigned streams;
	struct load_result direct, gateway;
};

struct bench_paced { /* streams whose events have a pace */
	unsigned streams;
	struct load_result direct, gateway;
};

/* How many answers in a second, with the 99th percentile of whole answers
 * within a bound, and none that failed. */
struct bench_rate {
	const char *size;
	tick_t within;
	double direct, gateway; /* 0: at no number of streams */
	unsigned direct_streams, gateway_streams;
	double ratio; /* of the gateway's best to the direct best */
};

struct bench_result { /* zero-initialised is empty */
	char *name; /* of the target, or URL */
	uint64_t seed;
	unsigned pairs, pace_ms;
	unsigned shard, shards; /* 1 of 1: all of it */
	unsigned files; /* that were put together; 0: it was measured */
	uint64_t parts; /* the shards in it, a bit each */
	tick_t lasts;
	struct bench_spread same; /* direct divided by direct, of rates */
	struct bench_load loads[BENCH_LOADS];
	struct bench_step steps[2 * BENCH_RUNGS];
	struct bench_rate rates[2 * BENCH_BOUNDS]; /* of the steps */
	struct bench_paced paced[BENCH_PACED_LIMIT];
	unsigned paced_count;
	struct load_result long_direct, long_gateway;
	bool has_usage; /* we have started it */
	struct bench_spread cpu; /* ns, of a request of 50 kB */
	struct usage idle, loaded, after;
	bool interrupted;
};

/*
 * Measures. FAIL_PEER where it is not to be measured: the answers are not those
 * of our own provider, they are not whole, or this machine is too busy; f
 * says so and what to do.
 */
int bench_run(const struct bench_config *config, struct bench_result *out,
	      struct fail *f);
void bench_clear(struct bench_result *r);

/* Reads what the form "json" writes; FAIL_SYNTAX. */
int bench_read(struct span text, struct bench_result *out, struct fail *f);

/*
 * Puts results together, first into an empty one: histograms and values of pairs
 * are added up, and what follows from them is worked out anew. FAIL_USAGE where
 * they are not of the same measurement, or the same shard comes twice.
 */
int bench_merge(struct bench_result *to, const struct bench_result *from,
		struct fail *f);

/* All shards are there; FAIL_USAGE names one that is not. */
int bench_merged(const struct bench_result *r, struct fail *f);

/* Names of forms: "text", "json", "markdown", "html". */
struct bench_form {
	const char *name;
	void (*write)(const struct bench_result *r, struct buf *out);
};

/* NULL: the first. FAIL_USAGE where there is none of this name. */
const struct bench_form *bench_form(const char *name, struct fail *f);

#endif
