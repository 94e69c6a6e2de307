/* A made-up result of a bench. */
#ifndef TESTS_UNIT_BENCH_KIT_H
#define TESTS_UNIT_BENCH_KIT_H

#include "probe/bench/bench_private.h"

static inline void put_load(struct load_result *l, tick_t from, uint64_t failed)
{
	for (tick_t i = 0; i < 10; i++) {
		histogram_add(&l->head, from + i * TICK_MS / 10);
		histogram_add(&l->first, from + i * TICK_MS / 5);
		histogram_add(&l->gap, i * 1000);
		histogram_add(&l->whole, 10 * from + i * TICK_MS);
	}
	l->done = 10;
	l->events = 250;
	l->took = TICK_S;
	l->failed = failed;
	l->lost = 3 * failed;
	if (failed > 0)
		strcpy(l->why, "the answer was <502>");
}

/* Three pairs. */
static inline void put_spread(struct bench_spread *s, double median,
			      double least, double most)
{
	bench_spread_add(s, most);
	bench_spread_add(s, least);
	bench_spread_add(s, median);
}

static inline void put_loads(struct bench_result *r)
{
	static const char *const sizes[] = { "5 kB", "50 kB", "1 MB" };
	static const unsigned streams[] = { 1, 8, 64 };

	for (unsigned i = 0; i < BENCH_LOADS; i++) {
		struct bench_load *l = &r->loads[i];

		l->size = sizes[i / 3];
		l->streams = streams[i % 3];
		put_load(&l->direct, TICK_MS, 0);
		put_load(&l->gateway, 2 * TICK_MS, i % 2);
		put_spread(&l->head, 1e6 * i, 0.5e6, 3e8);
		put_spread(&l->first, -2e3 * i, -9e6, 1e3);
		put_spread(&l->gap, 10.0 * i, 0, 999);
	}
}

/* Steps with more and more streams, each slower; for the first request the
 * gateway fails in all steps after the third. */
static inline void put_steps(struct bench_result *r)
{
	for (unsigned i = 0; i < 2 * BENCH_RUNGS; i++) {
		struct bench_step *s = &r->steps[i];
		bool fails = i > 2 && i < BENCH_RUNGS;

		s->size = i < BENCH_RUNGS ? "5 kB" : "50 kB";
		s->streams = bench_step_streams[i % BENCH_RUNGS];
		put_load(&s->direct, (i + 1) * TICK_MS / 4, 0);
		put_load(&s->gateway, (i + 1) * TICK_MS, fails);
		s->direct.done = 1000 + 100 * i;
		s->gateway.done = 500 + 50 * i;
	}
	bench_rates(r);
}

static inline void bench_kit_make(struct bench_result *r, bool has_usage)
{
	*r = (struct bench_result){
		.name = strdup("a|gate <way>"),
		.seed = 7,
		.pairs = 3,
		.shard = 1,
		.shards = 1,
		.paced_count = 2,
		.pace_ms = 1000,
		.lasts = 1500 * TICK_MS,
		.has_usage = has_usage,
		.idle = { .memory_kb = 2048 },
		.loaded = { .memory_kb = 9000 },
		.after = { .memory_kb = 5000 },
	};
	assert_non_null(r->name);
	put_loads(r);
	put_steps(r);
	put_spread(&r->same, 1.01, 0.95, 1.1);
	bench_spread_add(&r->cpu, 110 * 1000);
	for (unsigned i = 0; i < 2; i++) {
		r->paced[i].streams = i > 0 ? 4096 : 512;
		put_load(&r->paced[i].direct, TICK_MS, 0);
		put_load(&r->paced[i].gateway, TICK_MS, 2 * i);
	}
	put_load(&r->long_direct, 10 * TICK_MS, 0);
	put_load(&r->long_gateway, 20 * TICK_MS, 0);
}

#endif
