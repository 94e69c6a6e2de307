/* probe/bench/histogram: durations, counted in bins. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "probe/bench/histogram.h"
#include "wire/bytes/buf.h"

static void t_empty(void **state)
{
	struct histogram h = { .count = 0 }, other = { .count = 0 };
	struct buf out = BUF_INIT(1000);

	(void)state;
	assert_int_equal(histogram_at(&h, 0.5), 0);
	histogram_merge(&h, &other);
	assert_null(h.bins);
	histogram_write(&h, &out);
	assert_string_equal(buf_str(&out), "{ \"count\": 0, \"least\": 0, "
					   "\"most\": 0, \"sum\": 0, "
					   "\"bins\": [] }");
	buf_clear(&out);
}

/* A single duration is given exactly; of several the end of the bin is given,
 * at most 1/64 more. */
static void t_exact(void **state)
{
	static const tick_t values[] = {
		0,   1,    63,   64,      127,    128,           129,      255,
		256, 4095, 4096, 1000000, TICK_S, 3600 * TICK_S, INT64_MAX
	};

	(void)state;
	for (size_t i = 0; i < sizeof(values) / sizeof(values[0]); i++) {
		struct histogram h = { .count = 0 };
		tick_t v = values[i], at;

		histogram_add(&h, v);
		assert_true(histogram_at(&h, 0) == v);
		assert_true(histogram_at(&h, 1) == v);
		assert_true(h.least == v && h.most == v);
		assert_true(h.sum == (double)v);
		histogram_add(&h, INT64_MAX);
		at = histogram_at(&h, 0.5);
		assert_true(at >= v && at - v <= v / 64);
		assert_true(v >= 128 || at == v);
		histogram_clear(&h);
	}
}

/* Where a bin begins and ends. */
static void t_bins(void **state)
{
	static const struct {
		tick_t value;
		const char *bin;
	} rows[] = {
		{ 0, "[[0, 1]]" },     { 127, "[[127, 1]]" },
		{ 128, "[[128, 1]]" }, { 129, "[[128, 1]]" },
		{ 130, "[[129, 1]]" }, { 255, "[[191, 1]]" },
		{ 256, "[[192, 1]]" }, { 259, "[[192, 1]]" },
		{ 260, "[[193, 1]]" }, { INT64_MAX, "[[3711, 1]]" },
		{ -5, "[[0, 1]]" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct histogram h = { .count = 0 };
		struct buf out = BUF_INIT(1000);

		histogram_add(&h, rows[i].value);
		histogram_write(&h, &out);
		if (!strstr(buf_str(&out), rows[i].bin))
			fail_msg("%lld: %s", (long long)rows[i].value,
				 buf_str(&out));
		assert_true(h.least == (rows[i].value < 0 ? 0 : rows[i].value));
		buf_clear(&out);
		histogram_clear(&h);
	}
}

static void t_parts(void **state)
{
	struct histogram h = { .count = 0 }, even = { .count = 0 };

	(void)state;
	for (tick_t v = 100; v >= 1; v--)
		histogram_add(v % 2 ? &h : &even, v);
	assert_int_equal(histogram_at(&h, 0.5), 49);
	histogram_merge(&h, &even);
	assert_int_equal(h.count, 100);
	assert_int_equal(h.least, 1);
	assert_int_equal(h.most, 100);
	assert_true(h.sum == 5050);
	assert_int_equal(histogram_at(&h, 0), 1);
	assert_int_equal(histogram_at(&h, 0.01), 1);
	assert_int_equal(histogram_at(&h, 0.011), 2);
	assert_int_equal(histogram_at(&h, 0.5), 50);
	assert_int_equal(histogram_at(&h, 0.99), 99);
	assert_int_equal(histogram_at(&h, 1), 100);
	histogram_clear(&even);
	histogram_merge(&even, &h);
	assert_int_equal(even.least, 1);
	assert_int_equal(histogram_at(&even, 0.5), 50);
	histogram_clear(&h);
	histogram_clear(&even);
	assert_null(h.bins);
	assert_int_equal(h.count, 0);
}

static int read_text(const char *text, struct histogram *out, struct fail *f)
{
	struct jval root;

	assert_int_equal(jscan(span_of(text), &root, NULL), 0);
	return histogram_read(out, root, f);
}

static void t_read(void **state)
{
	struct histogram h = { .count = 0 }, again;
	struct buf out = BUF_INIT(4000), same = BUF_INIT(4000);
	struct fail f = FAIL_INIT;

	(void)state;
	histogram_add(&h, 3);
	histogram_add(&h, 3);
	histogram_add(&h, 70000);
	histogram_write(&h, &out);
	assert_int_equal(read_text(buf_str(&out), &again, &f), 0);
	histogram_write(&again, &same);
	assert_string_equal(buf_str(&same), buf_str(&out));
	assert_int_equal(histogram_at(&again, 1), 70000);
	histogram_clear(&h);
	histogram_clear(&again);
	buf_clear(&out);
	buf_clear(&same);
}

#define FRONT(n) "{\"count\":" n ",\"least\":1,\"most\":2,\"sum\":3"
#define BINS(n, bins) FRONT(n) ",\"bins\":" bins "}"

static void t_unread(void **state)
{
	static const struct {
		const char *text, *why;
	} rows[] = {
		{ "{}", "must have count" },
		{ "{\"count\":-1,\"least\":1,\"most\":2,\"sum\":3}",
		  "must have count" },
		{ "{\"count\":1,\"most\":2,\"sum\":3}", "least" },
		{ "{\"count\":1,\"least\":1,\"sum\":3}", "most" },
		{ "{\"count\":1,\"least\":1,\"most\":2}", "sum" },
		{ FRONT("0") "}", "pairs" },
		{ BINS("1", "{}"), "pairs" },
		{ BINS("1", "[]"), "add up" },
		{ BINS("1", "[[1,2]]"), "add up" },
		{ BINS("1", "[1]"), "pairs" },
		{ BINS("1", "[[]]"), "pairs" },
		{ BINS("1", "[[1]]"), "pairs" },
		{ BINS("1", "[[-1,1]]"), "pairs" },
		{ BINS("1", "[[3776,1]]"), "pairs" },
		{ BINS("1", "[[1,2],[1,-1]]"), "pairs" },
		{ BINS("1", "[[\"1\",1]]"), "pairs" },
		{ BINS("1", "[[1,\"1\"]]"), "pairs" },
	};
	struct histogram h;

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct fail f = FAIL_INIT;

		assert_int_equal(read_text(rows[i].text, &h, &f), -1);
		assert_int_equal(f.code, FAIL_SYNTAX);
		if (!strstr(f.text, rows[i].why))
			fail_msg("%s: %s", rows[i].text, f.text);
		assert_int_equal(h.count, 0);
		assert_null(h.bins);
	}
	assert_int_equal(read_text(BINS("1", "[[3775,1]]"), &h, NULL), 0);
	histogram_clear(&h);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		{ "histogram: of nothing", t_empty, NULL, NULL, NULL },
		{ "histogram: how exact it is", t_exact, NULL, NULL, NULL },
		{ "histogram: its bins", t_bins, NULL, NULL, NULL },
		{ "histogram: parts, and sums of several", t_parts, NULL, NULL,
		  NULL },
		{ "histogram: written and read again", t_read, NULL, NULL,
		  NULL },
		{ "histogram: what is none", t_unread, NULL, NULL, NULL },
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("histogram", tests, NULL, NULL);
}
