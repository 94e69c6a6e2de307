/*
 * A load: streams side by side. Each sends the same request again, on the same
 * connection, as soon as the answer before it is complete.
 */
#ifndef PROBE_BENCH_LOAD_H
#define PROBE_BENCH_LOAD_H

#include "net/dial.h"
#include "probe/bench/histogram.h"

struct load_plan { /* borrowed while it runs */
	const char *origin; /* "http://127.0.0.1:8080" */
	struct span request; /* head and body, as they go out */
	struct fetcher *fetcher;
	struct fetch_tls tls;
	unsigned streams;
	tick_t lasts; /* no request begins later than this after the first */
	uint64_t most; /* requests in all; 0: any number */
	tick_t patience; /* with one answer, before it counts as failed */
	unsigned events; /* an answer has so many, else it counts as failed; 0:
			    any number */
	tick_t pace; /* between its events; 0: as fast as they come */
	void (*halfway)(void *arg); /* once, when half of `lasts` is over */
	void *arg;
};

/* All durations count from where the request began to be sent. */
struct load_result { /* zero-initialised is empty */
	struct histogram head, first, whole; /* first: event, or byte of a body
						that is no event stream */
	struct histogram gap; /* between two events; with a pace, how far that
				 is from it */
	uint64_t done, failed;
	uint64_t events, lost; /* lost: those that did not come */
	tick_t took;
	char why[200]; /* of the first that failed */
};

void load_run(struct loop *l, const struct load_plan *plan,
	      struct load_result *out);

void load_merge(struct load_result *to, const struct load_result *from);
void load_clear(struct load_result *r);

/* Answers in a second. */
double load_rate(const struct load_result *r);

#endif
