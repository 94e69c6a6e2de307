/* probe/bench: reading results again, and merging them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "bench_kit.h"

static void write_json(const struct bench_result *r, struct buf *out)
{
	buf_reset(out);
	bench_json(r, out);
}

static void t_read(void **state)
{
	struct buf text = BUF_INIT(BUF_NO_LIMIT),
		   again = BUF_INIT(BUF_NO_LIMIT);
	struct bench_result r, back;
	struct fail f = FAIL_INIT;

	(void)state;
	for (int known = 0; known < 2; known++) {
		bench_kit_make(&r, known);
		r.shard = 2;
		r.shards = 3;
		write_json(&r, &text);
		if (bench_read(buf_span(&text), &back, &f) < 0)
			fail_msg("%s", f.text);
		write_json(&back, &again);
		assert_string_equal(buf_str(&again), buf_str(&text));
		bench_clear(&r);
		bench_clear(&back);
	}
	buf_clear(&text);
	buf_clear(&again);
}

/* The first `what` becomes `with`. */
static void swap(struct buf *text, const char *what, const char *with)
{
	struct buf all = BUF_INIT(BUF_NO_LIMIT);
	size_t at = span_find(buf_span(text), span_of(what));

	if (at == SIZE_MAX)
		fail_msg("there is no %s", what);
	buf_add_span(&all, span_first(buf_span(text), at));
	buf_add_text(&all, with);
	buf_add_span(&all, span_skip(buf_span(text), at + strlen(what)));
	buf_clear(text);
	*text = all;
}

static void t_unread(void **state)
{
	static const struct {
		const char *what, *with, *why;
	} rows[] = {
		{ "{", "", "nothing may follow" },
		{ "\"ccprobe_bench\"", "\"x\"", "writes: ccprobe_bench" },
		{ "\"ccprobe_bench\": 2", "\"ccprobe_bench\": 1",
		  "another version" },
		{ "\"gateway\"", "\"x\"", "writes: gateway" },
		{ "\"pairs\"", "\"x\"", "writes: pairs" },
		{ "\"pace_ms\"", "\"x\"", "writes: pace_ms" },
		{ "\"lasts_ms\"", "\"x\"", "writes: lasts_ms" },
		{ "\"seed\"", "\"x\"", "writes: seed" },
		{ "\"shard\": 1", "\"shard\": 0", "writes: shard" },
		{ "\"shard\": 1", "\"shard\": 2", "writes: shard" },
		{ "\"shards\": 1", "\"shards\": 65", "writes: shards" },
		{ "\"files\"", "\"x\"", "writes: files" },
		{ "\"direct_to_direct\"", "\"x\"", "writes: direct_to_direct" },
		{ "[0.95", "[\"0.95\"", "writes: direct_to_direct" },
		{ "\"loads\"", "\"x\"", "writes: loads" },
		{ "\"request\": \"5 kB\"", "\"request\": \"6 kB\"",
		  "writes: loads/0/request" },
		{ "\"streams\"", "\"x\"", "writes: loads/0/streams" },
		{ "\"added_head_ns\"", "\"x\"", "loads/0/added_head_ns" },
		{ "\"added_first_ns\"", "\"x\"", "loads/0/added_first_ns" },
		{ "\"added_gap_ns\"", "\"x\"", "loads/0/added_gap_ns" },
		{ "\"direct\": {", "\"x\": {", "loads/0/direct" },
		{ "\"gateway\": {", "\"x\": {", "loads/0/gateway" },
		{ "\"done\"", "\"x\"", "loads/0/done" },
		{ "\"failed\"", "\"x\"", "loads/0/failed" },
		{ "\"events\"", "\"x\"", "loads/0/events" },
		{ "\"lost\"", "\"x\"", "loads/0/lost" },
		{ "\"took_ns\"", "\"x\"", "loads/0/took_ns" },
		{ "\"head_ns\"", "\"x\"", "loads/0/head_ns: a histogram" },
		{ "\"first_ns\"", "\"x\"", "loads/0/first_ns: a histogram" },
		{ "\"gap_ns\"", "\"x\"", "loads/0/gap_ns: a histogram" },
		{ "\"whole_ns\"", "\"x\"", "loads/0/whole_ns: a histogram" },
		{ "\"steps\"", "\"x\"", "writes: steps" },
		{ "\"paced\"", "\"x\"", "writes: paced" },
		{ "\"long\"", "\"x\"", "writes: direct" },
		{ "\"usage\"", "\"x\"", "writes: usage" },
		{ "\"cpu_ns_a_request\"", "\"x\"", "writes: cpu_ns_a_request" },
		{ "\"idle\"", "\"x\"", "writes: idle" },
		{ "\"loaded\"", "\"x\"", "writes: loaded" },
		{ "\"after\"", "\"x\"", "writes: after" },
	};
	struct bench_result r, back;

	(void)state;
	bench_kit_make(&r, true);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct buf text = BUF_INIT(BUF_NO_LIMIT);
		struct fail f = FAIL_INIT;

		bench_json(&r, &text);
		swap(&text, rows[i].what, rows[i].with);
		if (bench_read(buf_span(&text), &back, &f) == 0)
			fail_msg("without %s it is taken", rows[i].what);
		assert_int_equal(f.code, FAIL_SYNTAX);
		if (!strstr(f.text, rows[i].why))
			fail_msg("%s: %s", rows[i].what, f.text);
		assert_null(back.name);
		buf_clear(&text);
	}
	bench_clear(&r);
}

/* Two merged shards are like one run of all pairs: histograms are added,
 * percentiles are not averaged. */
static void t_shards(void **state)
{
	struct bench_result all = { .name = NULL }, r;
	struct fail f = FAIL_INIT;

	(void)state;
	for (unsigned i = 1; i <= 2; i++) {
		bench_kit_make(&r, true);
		r.shard = i;
		r.shards = 2;
		if (i == 2) {
			histogram_add(&r.loads[0].gateway.first, 77 * TICK_S);
			bench_spread_add(&r.loads[0].first, 5e9);
			r.idle.memory_kb = 1024;
			r.after.memory_kb = 6000;
		}
		assert_int_equal(bench_merge(&all, &r, &f), 0);
		if (i == 1) {
			assert_int_equal(bench_merged(&all, &f), -1);
			assert_string_equal(f.text, "shard 2 of 2 is missing");
			assert_int_equal(f.code, FAIL_USAGE);
		}
		bench_clear(&r);
	}
	assert_int_equal(bench_merged(&all, &f), 0);
	assert_int_equal(all.files, 2);
	assert_int_equal(all.pairs, 3);
	assert_int_equal(all.loads[0].gateway.first.count, 21);
	assert_int_equal(all.loads[0].gateway.first.most, 77 * TICK_S);
	assert_int_equal(all.loads[0].gateway.done, 20);
	assert_int_equal(all.loads[8].gateway.gap.count, 20);
	assert_int_equal(all.loads[0].first.count, 7);
	assert_true(all.loads[0].first.most == 5e9);
	assert_int_equal(all.steps[11].direct.done, 2 * 2100);
	assert_true(all.rates[1].direct == 1300); /* in twice the time */
	assert_int_equal(all.paced_count, 2);
	assert_int_equal(all.paced[1].streams, 4096);
	assert_int_equal(all.paced[1].gateway.lost, 12);
	assert_int_equal(all.long_direct.whole.count, 20);
	assert_int_equal(all.same.count, 6);
	assert_int_equal(all.cpu.count, 2);
	assert_true(all.has_usage);
	assert_int_equal(all.idle.memory_kb, 2048);
	assert_int_equal(all.after.memory_kb, 6000);
	bench_clear(&all);
}

/* Runs that are whole add up their pairs, whatever their seeds. */
static void t_runs(void **state)
{
	struct bench_result all = { .name = NULL }, r;
	struct fail f = FAIL_INIT;

	(void)state;
	for (unsigned i = 0; i < 3; i++) {
		bench_kit_make(&r, false);
		r.seed = i;
		assert_int_equal(bench_merge(&all, &r, &f), 0);
		bench_clear(&r);
	}
	assert_int_equal(bench_merged(&all, &f), 0);
	assert_int_equal(all.pairs, 9);
	assert_int_equal(all.files, 3);
	assert_false(all.has_usage);
	bench_clear(&all);
}

/* Results that cannot be merged. */
static void t_apart(void **state)
{
	static const char *const why[] = { "another gateway",
					   "another number of shards",
					   "other --pairs or --seed",
					   "other --pairs or --seed",
					   "another --each",
					   "other --streams or --pace",
					   "other --streams or --pace",
					   "other --streams or --pace",
					   "shard 1 of 2 was there before",
					   "it is a merged result" };

	(void)state;
	for (unsigned i = 0; i < sizeof(why) / sizeof(why[0]); i++) {
		struct bench_result all = { .name = NULL }, r;
		struct fail f = FAIL_INIT;

		bench_kit_make(&r, true);
		r.shards = 2;
		assert_int_equal(bench_merge(&all, &r, &f), 0);
		r.shard = i == 8 ? 1 : 2;
		r.name[0] = i == 0 ? 'x' : r.name[0];
		r.shards += i == 1;
		r.pairs += i == 2;
		r.seed += i == 3;
		r.lasts += i == 4;
		r.pace_ms += i == 5;
		r.paced_count -= i == 6;
		r.paced[1].streams += i == 7;
		r.files += i == 9;
		assert_int_equal(bench_merge(&all, &r, &f), -1);
		assert_int_equal(f.code, FAIL_USAGE);
		if (!strstr(f.text, why[i]))
			fail_msg("%s: %s", why[i], f.text);
		assert_int_equal(all.files, 1);
		bench_clear(&r);
		bench_clear(&all);
	}
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		{ "bench: JSON is read again", t_read, NULL, NULL, NULL },
		{ "bench: what is no bench", t_unread, NULL, NULL, NULL },
		{ "bench: shards add up", t_shards, NULL, NULL, NULL },
		{ "bench: whole runs add up", t_runs, NULL, NULL, NULL },
		{ "bench: what does not belong together", t_apart, NULL, NULL,
		  NULL },
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("bench_merge", tests, NULL, NULL);
}
