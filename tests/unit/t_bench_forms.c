/*
 * probe/bench: the forms in which a bench is told, of made-up figures.
 * tests/golden/bench.txt has them, which UPDATE_GOLDEN=1 writes anew.
 */
#include "golden_kit.h"
#include "probe/bench/bench.h"
#include "wire/json/jscan.h"

#define GOLDEN CCPROBE_SOURCE_DIR "/tests/golden/bench.txt"

static void put_load(struct load_result *l, tick_t from, uint64_t failed)
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

static void put_loads(struct bench_result *r)
{
	static const char *const sizes[] = { "5 kB", "50 kB", "1 MB" };
	static const unsigned streams[] = { 1, 8, 64 };

	for (unsigned i = 0; i < BENCH_LOADS; i++) {
		struct bench_load *l = &r->loads[i];

		l->size = sizes[i / 3];
		l->streams = streams[i % 3];
		put_load(&l->direct, TICK_MS, 0);
		put_load(&l->gateway, 2 * TICK_MS, i % 2);
		l->head = (struct bench_spread){ 1e6 * i, 0.5e6, 3e8 };
		l->first = (struct bench_spread){ -2e3 * i, -9e6, 1e3 };
		l->gap = (struct bench_spread){ 10.0 * i, 0, 999 };
	}
}

static void put_rates(struct bench_result *r)
{
	static const tick_t bounds[] = { 5 * TICK_MS, 20 * TICK_MS,
					 100 * TICK_MS };

	for (unsigned i = 0; i < 2 * BENCH_BOUNDS; i++) {
		struct bench_rate *rate = &r->rates[i];

		rate->size = i < BENCH_BOUNDS ? "5 kB" : "50 kB";
		rate->within = bounds[i % BENCH_BOUNDS];
		if (i == 0)
			continue; /* neither keeps within it */
		rate->direct = 1000.4 * i;
		rate->direct_streams = 4 * i;
		if (i == 1)
			continue; /* the gateway does not */
		rate->gateway = 500.2 * i;
		rate->gateway_streams = i;
		rate->ratio = 0.5;
	}
}

static void make(struct bench_result *r, bool has_usage)
{
	*r = (struct bench_result){
		.name = strdup("a|gate <way>"),
		.seed = 7,
		.pairs = 3,
		.streams = 512,
		.pace_ms = 1000,
		.lasts = 1500 * TICK_MS,
		.same = { 1.01, 0.95, 1.1 },
		.has_usage = has_usage,
		.cpu = 110 * 1000,
		.idle = { .memory_kb = 2048 },
		.loaded = { .memory_kb = 9000 },
		.after = { .memory_kb = 5000 },
	};
	assert_non_null(r->name);
	put_loads(r);
	put_rates(r);
	put_load(&r->paced_direct, TICK_MS, 0);
	put_load(&r->paced_gateway, TICK_MS, 2);
	put_load(&r->long_direct, 10 * TICK_MS, 0);
	put_load(&r->long_gateway, 20 * TICK_MS, 0);
}

static void t_forms(void **state)
{
	struct buf all = BUF_INIT(BUF_NO_LIMIT);
	struct bench_result r;

	(void)state;
	golden_open(GOLDEN);
	make(&r, true);
	for (const struct bench_form *f = bench_forms; f->name; f++) {
		buf_addf(&all, "==== %s\n", f->name);
		f->write(&r, &all);
		golden_compare(&all);
	}
	bench_clear(&r);
	make(&r, false);
	buf_add_text(&all, "==== of a gateway that was running\n");
	bench_forms[0].write(&r, &all);
	golden_compare(&all);
	bench_clear(&r);
	golden_close(&all);
	buf_clear(&all);
}

static void t_json(void **state)
{
	struct buf text = BUF_INIT(BUF_NO_LIMIT);
	struct bench_result r;
	struct jval root, v;

	(void)state;
	for (int known = 0; known < 2; known++) {
		make(&r, known);
		buf_reset(&text);
		bench_forms[1].write(&r, &text);
		assert_string_equal(bench_forms[1].name, "json");
		assert_int_equal(jscan(buf_span(&text), &root, NULL), 0);
		assert_true(jscan_find(
			root, span_of("/loads/8/gateway/head_ns"), &v));
		assert_true(jscan_member(root, "usage", &v));
		assert_int_equal(v.type, known ? J_OBJECT : J_NULL);
		bench_clear(&r);
	}
	buf_clear(&text);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		{ "bench: it is told in each form", t_forms, NULL, NULL, NULL },
		{ "bench: JSON is JSON", t_json, NULL, NULL, NULL },
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("bench", tests, NULL, NULL);
}
