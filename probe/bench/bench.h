/*
 * ccprobe bench: what a gateway costs. Each load goes to ccmock directly and
 * through the gateway, in turns, in one run. The results are differences and
 * ratios of such pairs, because the speed of a machine changes all the time.
 *
 *	bench.c          starts all that is needed, and stops it
 *	bench_measure.c  runs the loads, one after the other
 *	bench_request.c  makes requests of recorded ones
 *	bench_mock.c     the provider: a ccmock of our own
 *	load.c           runs many streams at a time
 *	bench_rates.c    works out rates from the steps
 *	bench_merge.c    merges several results
 *	bench_read.c     reads a result that was written as JSON
 *	histogram.c      durations
 *	usage.c          processor time and memory
 *	bench_*.c        the other files write a result
 */
#ifndef PROBE_BENCH_BENCH_H
#define PROBE_BENCH_BENCH_H

#include "probe/bench/load.h"
#include "probe/bench/usage.h"
#include "probe/run/campaign.h"

struct bench_config { /* borrowed by the bench */
	const struct campaign_config
		*gateway; /* how it is reached, or started */
	unsigned pairs; /* for each load */
	unsigned shard, shards; /* this run measures shard `shard` (from 1) of
				   `shards`; 1 of 1: all pairs */
	tick_t lasts; /* each half of a pair */
	const unsigned *streams; /* numbers of paced streams at a time */
	unsigned streams_count;
	unsigned pace_ms; /* between the events of paced streams */
	unsigned spread; /* the most that equal runs may differ, in percent */
	uint64_t seed; /* chooses who is first in each pair */
};

/* The values of all pairs. Zero-initialised is empty. */
struct bench_spread {
	double median, least, most;
	double *values; /* in ascending order */
	size_t count;
};

enum {
	BENCH_PAIRS_LIMIT = 64,
	BENCH_SHARDS_LIMIT = 64,
	BENCH_LOADS = 9,
	BENCH_BOUNDS = 3,
	BENCH_SIZES = 3,
	BENCH_RUNGS = 6, /* numbers of streams at which rates are measured */
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

struct bench_step { /* answers without a pace, at one number of streams */
	const char *size;
	unsigned streams;
	struct load_result direct, gateway;
};

struct bench_paced { /* streams whose events have the pace of the
			configuration */
	unsigned streams;
	struct load_result direct, gateway;
};

/* The most answers in a second, at any number of streams, with the 99th
 * percentile of whole answers within a bound and no answer that failed. */
struct bench_rate {
	const char *size;
	tick_t within;
	double direct, gateway; /* 0: the bound was kept at no number of
				   streams */
	unsigned direct_streams, gateway_streams;
	double ratio; /* of the gateway's best to the direct best */
};

struct bench_result { /* zero-initialised is empty */
	char *name; /* of the target, or URL */
	uint64_t seed;
	unsigned pairs, pace_ms;
	unsigned shard, shards; /* 1 of 1: all of it */
	unsigned files; /* results that were merged into this one; 0: this one
			   was measured */
	uint64_t parts; /* bit i: shard i + 1 is in it */
	tick_t lasts;
	struct bench_spread same; /* direct divided by direct, of rates */
	struct bench_load loads[BENCH_LOADS];
	struct bench_step steps[2 * BENCH_RUNGS];
	struct bench_rate rates[2 * BENCH_BOUNDS]; /* of the steps */
	struct bench_paced paced[BENCH_PACED_LIMIT];
	unsigned paced_count;
	struct load_result long_direct, long_gateway;
	bool has_usage; /* ccprobe started the gateway, and could measure it */
	struct bench_spread cpu; /* ns for each request of 50 kB */
	struct usage idle, loaded, after;
	bool interrupted;
};

/*
 * Measures. FAIL_PEER if a measurement would say nothing: the answers are not
 * those of our own provider, they are not whole, or this machine is too busy. f
 * says which, and what to do.
 */
int bench_run(const struct bench_config *config, struct bench_result *out,
	      struct fail *f);
void bench_clear(struct bench_result *r);

/* Reads what the form "json" wrote; FAIL_SYNTAX if the text is something
 * else. */
int bench_read(struct span text, struct bench_result *out, struct fail *f);

/*
 * Merges `from` into `to`, which is empty at first: adds histograms and the
 * values of pairs, and works out the rates anew. FAIL_USAGE if they are not of
 * the same measurement, or a shard comes twice.
 */
int bench_merge(struct bench_result *to, const struct bench_result *from,
		struct fail *f);

/* Makes sure that all shards were merged; FAIL_USAGE names one that is
 * missing. */
int bench_merged(const struct bench_result *r, struct fail *f);

/* The forms of a result: "text", "json", "markdown", "html". */
struct bench_form {
	const char *name;
	void (*write)(const struct bench_result *r, struct buf *out);
};

/* NULL: the first form. NULL with FAIL_USAGE if no form has this name. */
const struct bench_form *bench_form(const char *name, struct fail *f);

#endif
