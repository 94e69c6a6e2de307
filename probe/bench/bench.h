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
	tick_t lasts; /* each half of a pair */
	unsigned streams; /* paced ones */
	unsigned pace_ms; /* between their events */
	unsigned spread; /* of two equal runs, at most, in percent */
	uint64_t seed; /* for who is first in a pair */
};

/* Of the values of all pairs. */
struct bench_spread {
	double median, least, most;
};

enum {
	BENCH_PAIRS_LIMIT = 64,
	BENCH_LOADS = 9,
	BENCH_BOUNDS = 3,
	BENCH_SIZES = 3
};

struct bench_load { /* answers whose events are paced */
	const char *size; /* "50 kB" */
	size_t bytes; /* of the request */
	unsigned streams;
	struct load_result direct, gateway; /* of all pairs */
	struct bench_spread head, first; /* added at the median, in ns */
	struct bench_spread gap; /* distance from the pace, added at p99 */
};

/* How many answers in a second, with the 99th percentile of whole answers
 * within a bound, and none that failed. */
struct bench_rate {
	const char *size;
	tick_t within;
	double direct, gateway; /* 0: at no number of streams */
	unsigned direct_streams, gateway_streams;
	double ratio; /* median over pairs, at the gateway's best */
};

struct bench_result { /* zero-initialised is empty */
	char *name; /* of the target, or URL */
	uint64_t seed;
	unsigned pairs, streams, pace_ms;
	tick_t lasts;
	struct bench_spread same; /* direct divided by direct, of rates */
	struct bench_load loads[BENCH_LOADS];
	struct bench_rate rates[2 * BENCH_BOUNDS];
	struct load_result paced_direct, paced_gateway;
	struct load_result long_direct, long_gateway;
	bool has_usage; /* we have started it */
	tick_t cpu; /* a request of 50 kB */
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

/* Names of forms: "text", "json", "markdown", "html". */
struct bench_form {
	const char *name; /* NULL ends the table */
	void (*write)(const struct bench_result *r, struct buf *out);
};
extern const struct bench_form bench_forms[];

#endif
