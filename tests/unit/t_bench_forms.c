/*
 * probe/bench: the forms in which a bench is told, of made-up figures.
 * tests/golden/bench.txt has them, which UPDATE_GOLDEN=1 writes anew.
 */
#include "golden_kit.h"
#include "bench_kit.h"
#include "wire/json/jscan.h"

#define GOLDEN CCPROBE_SOURCE_DIR "/tests/golden/bench.txt"

static void t_forms(void **state)
{
	static const char *const names[] = { "text", "json", "markdown",
					     "html" };
	struct buf all = BUF_INIT(BUF_NO_LIMIT);
	struct bench_result r;

	(void)state;
	golden_open(GOLDEN);
	bench_kit_make(&r, true);
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		const struct bench_form *f = bench_form(names[i], NULL);

		assert_non_null(f);
		buf_addf(&all, "==== %s\n", f->name);
		f->write(&r, &all);
		golden_compare(&all);
	}
	bench_clear(&r);
	bench_kit_make(&r, false);
	buf_add_text(&all, "==== of a gateway that was running\n");
	bench_form(NULL, NULL)->write(&r, &all);
	golden_compare(&all);
	bench_clear(&r);
	golden_close(&all);
	buf_clear(&all);
}

/* What the first line says of parts. */
static void t_parts(void **state)
{
	static const struct {
		unsigned files, shard, shards;
		const char *words;
	} rows[] = { { 0, 1, 1, "\n" },
		     { 0, 1, 2, ", shard 1 of 2\n" },
		     { 0, 2, 2, ", shard 2 of 2\n" },
		     { 1, 1, 2, ", of 1 files\n" },
		     { 2, 1, 1, ", of 2 files\n" } };
	struct buf text = BUF_INIT(BUF_NO_LIMIT), line = BUF_INIT(200);
	struct bench_result r;

	(void)state;
	bench_kit_make(&r, true);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		r.files = rows[i].files;
		r.shard = rows[i].shard;
		r.shards = rows[i].shards;
		buf_reset(&line);
		buf_addf(&line,
			 "ccprobe bench: a|gate <way>, 3 pairs of 1500 ms, "
			 "seed 7%s",
			 rows[i].words);
		buf_reset(&text);
		bench_text(&r, &text);
		assert_true(span_starts(buf_span(&text), buf_str(&line)));
		buf_reset(&text);
		bench_markdown(&r, &text);
		assert_true(span_starts(span_skip(buf_span(&text), 2),
					buf_str(&line)));
	}
	bench_clear(&r);
	buf_clear(&text);
	buf_clear(&line);
}

static void t_json(void **state)
{
	struct buf text = BUF_INIT(BUF_NO_LIMIT);
	struct bench_result r;
	struct jval root, v;

	(void)state;
	for (int known = 0; known < 2; known++) {
		bench_kit_make(&r, known);
		buf_reset(&text);
		bench_form("json", NULL)->write(&r, &text);
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
		{ "bench: parts", t_parts, NULL, NULL, NULL },
		{ "bench: JSON is JSON", t_json, NULL, NULL, NULL },
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("bench", tests, NULL, NULL);
}
