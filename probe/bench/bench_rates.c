/* Collects the values of pairs, and works out rates from steps. */
#include <stdlib.h>
#include <string.h>

#include "probe/bench/bench_private.h"
#include "wire/bytes/mem.h"

static const tick_t bounds[BENCH_BOUNDS] = { 5 * TICK_MS, 20 * TICK_MS,
					     100 * TICK_MS };
const unsigned bench_step_streams[BENCH_RUNGS] = { 1, 4, 16, 32, 64, 128 };

/* ---- values of pairs ---- */

void bench_spread_add(struct bench_spread *s, double value)
{
	size_t at = s->count++;

	s->values = xrealloc(s->values, s->count * sizeof(*s->values));
	for (; at > 0 && s->values[at - 1] > value; at--)
		s->values[at] = s->values[at - 1];
	s->values[at] = value;
	s->least = s->values[0];
	s->most = s->values[s->count - 1];
	s->median =
		(s->values[(s->count - 1) / 2] + s->values[s->count / 2]) / 2;
}

void bench_spread_clear(struct bench_spread *s)
{
	free(s->values);
	*s = (struct bench_spread){ .count = 0 };
}

/* ---- rates ---- */

static bool keeps_within(const struct load_result *r, tick_t within)
{
	return r->failed == 0 && r->done > 0 &&
	       histogram_at(&r->whole, 0.99) <= within;
}

static void take(const struct load_result *r, tick_t within, unsigned streams,
		 double *best, unsigned *at)
{
	if (keeps_within(r, within) && load_rate(r) > *best) {
		*best = load_rate(r);
		*at = streams;
	}
}

static void fill_rate(struct bench_rate *rate, const struct bench_step *steps)
{
	for (size_t i = 0; i < BENCH_RUNGS; i++) {
		take(&steps[i].direct, rate->within, steps[i].streams,
		     &rate->direct, &rate->direct_streams);
		take(&steps[i].gateway, rate->within, steps[i].streams,
		     &rate->gateway, &rate->gateway_streams);
	}
	if (rate->direct > 0)
		rate->ratio = rate->gateway / rate->direct;
}

void bench_rates(struct bench_result *r)
{
	for (size_t i = 0; i < 2; i++) {
		for (size_t k = 0; k < BENCH_BOUNDS; k++) {
			struct bench_rate *rate =
				&r->rates[i * BENCH_BOUNDS + k];

			*rate = (struct bench_rate){
				.size = bench_sizes[i].name, .within = bounds[k]
			};
			fill_rate(rate, &r->steps[i * BENCH_RUNGS]);
		}
	}
}
