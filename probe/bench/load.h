/*
 * A load: streams that run at the same time. Each sends the same request again,
 * on the same connection, as soon as the last answer is complete.
 */
#ifndef PROBE_BENCH_LOAD_H
#define PROBE_BENCH_LOAD_H

#include "net/dial.h"
#include "probe/bench/histogram.h"

struct load_plan { /* borrowed while it runs */
	const char *origin; /* "http://127.0.0.1:8080" */
	struct span request; /* head and body */
	struct fetcher *fetcher;
	struct fetch_tls tls;
	unsigned streams;
	tick_t lasts; /* no request is sent later than this after the start */
	uint64_t most; /* requests in all; 0: any number */
	tick_t patience; /* with one answer, before it counts as failed */
	unsigned events; /* how many an answer must have, or it has failed; 0:
			    any number */
	tick_t pace; /* the time that the provider leaves between two events of
			an answer, with which the gaps are compared; 0: it
			leaves none */
	void (*halfway)(void *arg); /* once, when half of `lasts` is over */
	void *arg;
};

/* All durations count from when the request was sent. */
struct load_result { /* zero-initialised is empty */
	struct histogram head, first, whole; /* first: the first event, or byte
						of a body that is no event
						stream */
	struct histogram gap; /* between two events; if they have a pace, its
				 distance from that pace */
	uint64_t done, failed;
	uint64_t events, lost; /* lost: events that did not come */
	tick_t took;
	char why[200]; /* of the first failure */
};

/* Runs the load until all its lanes have ended, and adds to *out. */
void load_run(struct loop *l, const struct load_plan *plan,
	      struct load_result *out);

void load_merge(struct load_result *to, const struct load_result *from);
void load_clear(struct load_result *r);

/* Whole answers in a second. */
double load_rate(const struct load_result *r);

#endif
