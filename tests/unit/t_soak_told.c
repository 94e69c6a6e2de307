/* probe/bench: verdicts of a soak, from made-up samples. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "probe/bench/soak_private.h"
#include "wire/bytes/mem.h"
#include "wire/json/jscan.h"

/* Memory in MiB, descriptors, microseconds through the gateway. */
static void make(struct soak_result *r, const unsigned *memory,
		 const unsigned *descriptors, const unsigned *us)
{
	*r = (struct soak_result){ .name = xstrdup("a gateway"),
				   .seed = 3,
				   .lasts = 600 * TICK_S,
				   .whole = 1000,
				   .left = 20,
				   .cut = 10,
				   .refused = 5,
				   .fresh = 7,
				   .bytes = 5000000,
				   .exact = true,
				   .has_usage = true,
				   .samples_count = SOAK_PARTS + 1 };
	for (unsigned i = 0; i <= SOAK_PARTS; i++) {
		r->samples[i].usage.memory_kb = memory[i] * (size_t)1024;
		r->samples[i].usage.descriptors = descriptors[i];
		r->samples[i].direct = 100 * 1000;
		r->samples[i].gateway = us[i] * (tick_t)1000;
	}
}

static const unsigned calm[] = { 20, 30, 31, 30, 31, 30, 29, 31, 30, 31, 30 };
static const unsigned slow[] = { 200, 300, 310, 300, 310, 300,
				 290, 310, 300, 310, 300 };

static void t_memory(void **state)
{
	static const struct {
		unsigned memory[SOAK_PARTS + 1];
		bool leaks;
	} rows[] = {
		{ { 20, 30, 31, 30, 31, 30, 29, 31, 30, 31, 30 }, false },
		/* the same in each part */
		{ { 20, 30, 33, 36, 39, 42, 45, 48, 51, 54, 57 }, true },
		/* it levels off */
		{ { 20, 30, 40, 46, 50, 52, 53, 54, 54, 54, 54 }, false },
		/* it comes down again */
		{ { 20, 30, 40, 50, 60, 70, 80, 90, 60, 50, 55 }, false },
		/* 8 MiB and a quarter are nothing */
		{ { 9, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18 }, false },
		{ { 9, 9, 10, 11, 12, 13, 14, 15, 18, 19, 20 }, true },
		{ { 100, 100, 102, 104, 106, 108, 110, 112, 114, 116, 118 },
		  false },
		/* which samples are the early ones, the middle ones and the
		 * late ones */
		{ { 20, 10, 40, 40, 12, 40, 40, 40, 30, 30, 30 }, true },
		{ { 20, 40, 40, 10, 12, 40, 40, 40, 30, 30, 30 }, true },
		{ { 20, 30, 33, 36, 30, 40, 42, 44, 60, 62, 64 }, false },
		{ { 20, 30, 33, 36, 40, 42, 44, 30, 60, 62, 64 }, false },
		{ { 20, 30, 30, 30, 31, 31, 31, 31, 30, 60, 60 }, false },
		{ { 20, 30, 30, 30, 31, 31, 31, 31, 60, 60, 30 }, false },
		{ { 20, 30, 30, 30, 31, 31, 31, 31, 60, 60, 60 }, true },
		/* one that is far from the others */
		{ { 30, 30, 30, 30, 30, 31, 30, 30, 30, 90, 30 }, false },
	};
	struct soak_result r;

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		make(&r, rows[i].memory, calm, slow);
		if (soak_leaks_memory(&r) != rows[i].leaks)
			fail_msg("row %zu", i);
		assert_int_equal(soak_is_sound(&r), !rows[i].leaks);
		r.has_usage = false;
		assert_false(soak_leaks_memory(&r));
		r.has_usage = true;
		r.samples_count--;
		assert_false(soak_leaks_memory(&r)); /* not known yet */
		r.samples_count++;
		r.lasts = 59 * TICK_S;
		assert_false(soak_leaks_memory(&r));
		soak_result_clear(&r);
	}
}

static void t_descriptors(void **state)
{
	static const unsigned leak[] = { 10, 15, 20, 25, 30, 35,
					 40, 45, 50, 55, 60 };
	static const unsigned pool[] = { 10, 15, 20, 25, 30, 30,
					 30, 30, 30, 30, 30 };
	static const unsigned few[] = { 10, 12, 14, 16, 18, 20,
					22, 24, 26, 28, 30 };
	struct soak_result r;

	(void)state;
	make(&r, calm, leak, slow);
	assert_true(soak_leaks_descriptors(&r));
	assert_false(soak_is_sound(&r));
	r.has_usage = false;
	assert_false(soak_leaks_descriptors(&r));
	soak_result_clear(&r);
	make(&r, calm, pool, slow);
	assert_false(soak_leaks_descriptors(&r));
	assert_true(soak_is_sound(&r));
	soak_result_clear(&r);
	make(&r, calm, few, slow);
	assert_false(soak_leaks_descriptors(&r));
	soak_result_clear(&r);
}

static void t_drift(void **state)
{
	static const unsigned slower[] = { 500,  1000, 1000, 1000, 1500, 1500,
					   1500, 1500, 2500, 2500, 2500 };
	static const unsigned little[] = { 100, 200, 200, 200, 500, 500,
					   500, 500, 900, 900, 900 };
	struct soak_result r;

	(void)state;
	make(&r, calm, calm, slower);
	assert_true(soak_drifts(&r));
	assert_false(soak_is_sound(&r));
	/* The machine has become slower: no fault of the gateway. */
	for (unsigned i = 8; i <= SOAK_PARTS; i++)
		r.samples[i].direct = 250 * 1000;
	assert_false(soak_drifts(&r));
	soak_result_clear(&r);
	make(&r, calm, calm, little); /* less than a millisecond */
	assert_false(soak_drifts(&r));
	soak_result_clear(&r);
}

static void has(const struct buf *text, const char *what)
{
	if (span_find(buf_span(text), span_of(what)) == SIZE_MAX)
		fail_msg("no '%s' in %s", what, buf_str(text));
}

static void t_text(void **state)
{
	struct buf out = BUF_INIT(BUF_NO_LIMIT);
	struct soak_result r;

	(void)state;
	make(&r, calm, calm, slow);
	soak_text(&r, &out);
	has(&out, "ccprobe bench --soak: a gateway, 600 s, seed 3\n");
	has(&out, "1000 whole, 20 left by the client, 10 cut and 5 refused by "
		  "the provider; 7 new connections; 5.0 MB\n");
	has(&out, "wrong        0; each byte was compared\n");
	has(&out, "memory       no leak\ndescriptors  no leak\n"
		  "latency      no drift\n");
	has(&out, "\n30.0         30                        100 us  300 us\n");
	has(&out, "\nsound\n");
	buf_reset(&out);
	r.exact = false;
	r.has_usage = false;
	r.wrong = 1;
	strcpy(r.why, "'text': it is wrong");
	soak_text(&r, &out);
	has(&out, "wrong        1; the text was compared: ");
	has(&out, "the first    'text': it is wrong\nlatency ");
	has(&out, "not known    not known                 100 us");
	r.lasts = 59 * TICK_S;
	soak_text(&r, &out);
	has(&out, "latency      not judged: 60 s are needed\n");
	has(&out, "\nNOT SOUND\n");
	soak_result_clear(&r);
	buf_clear(&out);
}

static void t_json(void **state)
{
	static const char *const sound[] = { "leaks_memory",
					     "leaks_descriptors", "drifts" };
	static const unsigned more[] = { 100,  1500, 2000, 2500, 3000, 3500,
					 4000, 4500, 5000, 5500, 6000 };
	struct buf out = BUF_INIT(BUF_NO_LIMIT);
	struct soak_result r;
	struct jval root, v;

	(void)state;
	make(&r, calm, calm, slow);
	soak_json(&r, &out);
	assert_int_equal(jscan(buf_span(&out), &root, NULL), 0);
	for (size_t i = 0; i < 3; i++)
		assert_int_equal(jscan_get(root, sound[i]).type, J_FALSE);
	assert_int_equal(jscan_get(root, "sound").type, J_TRUE);
	assert_int_equal(jscan_get(root, "each_byte").type, J_TRUE);
	assert_int_equal(jscan_count(jscan_get(root, "samples")), 11);
	assert_true(jscan_find(root, span_of("/samples/0/memory_kb"), &v));
	assert_true(span_is(v.text, "20480"));
	assert_true(span_is(jscan_get(root, "whole").text, "1000"));
	soak_result_clear(&r);
	make(&r, more, more, more);
	buf_reset(&out);
	soak_json(&r, &out);
	assert_int_equal(jscan(buf_span(&out), &root, NULL), 0);
	for (size_t i = 0; i < 3; i++)
		assert_int_equal(jscan_get(root, sound[i]).type, J_TRUE);
	assert_int_equal(jscan_get(root, "sound").type, J_FALSE);
	soak_result_clear(&r);
	buf_clear(&out);
}

/* What fails is told, and what is not judged is not told to be sound. */
static void t_bad(void **state)
{
	static const unsigned more[] = { 100,  1500, 2000, 2500, 3000, 3500,
					 4000, 4500, 5000, 5500, 6000 };
	struct buf out = BUF_INIT(BUF_NO_LIMIT);
	struct soak_result r;

	(void)state;
	make(&r, more, more, more);
	soak_text(&r, &out);
	has(&out, "failed       0\n"
		  "memory       grows and does not level off\n"
		  "descriptors  more and more are open\n"
		  "latency      the way through the gateway becomes longer\n"
		  "\nAt rest, before the traffic and after each tenth of it\n"
		  "memory, MiB  descriptors  first event: direct  gateway\n"
		  "100.0        100                       100 us  100 us\n"
		  "1500.0       1500                      100 us  1.5 ms\n");
	has(&out, "\nNOT SOUND\n");
	buf_reset(&out);
	r.lasts = SOAK_TELLS; /* is long enough */
	soak_text(&r, &out);
	has(&out, "latency      the way through the gateway becomes longer\n");
	buf_reset(&out);
	r.lasts = SOAK_TELLS - 1;
	soak_text(&r, &out);
	has(&out, "memory       not judged: 60 s are needed\n"
		  "descriptors  not judged: 60 s are needed\n"
		  "latency      not judged: 60 s are needed\n");
	has(&out, "\nsound\n");
	soak_result_clear(&r);
	make(&r, calm, calm, slow);
	r.lasts = SOAK_TELLS;
	buf_reset(&out);
	soak_text(&r, &out);
	has(&out, "latency      no drift\n");
	r.failed = 1;
	assert_false(soak_is_sound(&r));
	r.failed = 0;
	assert_true(soak_is_sound(&r));
	r.wrong = 1;
	assert_false(soak_is_sound(&r));
	soak_result_clear(&r);
	buf_clear(&out);
}

/* Where a verdict turns. */
static void t_bounds(void **state)
{
	static const unsigned even[] = { 20, 30, 30, 30, 36, 36,
					 36, 36, 39, 39, 39 };
	unsigned descriptors[SOAK_PARTS + 1], us[SOAK_PARTS + 1];
	struct soak_result r;

	(void)state;
	for (unsigned i = 0; i <= SOAK_PARTS; i++) {
		descriptors[i] = i < 4 ? 10 : i < 8 ? 18 : 26;
		us[i] = i < 4 ? 2000 : i < 8 ? 2500 : 3001;
	}
	make(&r, even, descriptors, us);
	assert_false(soak_leaks_memory(&r)); /* half as fast as before */
	assert_false(soak_leaks_descriptors(&r)); /* by 16 */
	assert_true(soak_drifts(&r));
	for (unsigned i = 8; i <= SOAK_PARTS; i++) {
		r.samples[i].usage.memory_kb++;
		r.samples[i].usage.descriptors++;
		r.samples[i].gateway = 3000 * 1000;
	}
	assert_true(soak_leaks_memory(&r));
	assert_true(soak_leaks_descriptors(&r));
	assert_false(soak_drifts(&r)); /* by half, and by a millisecond */
	for (unsigned i = 1; i <= SOAK_PARTS; i++)
		r.samples[i].gateway = (i < 8 ? 1500 : 2500) * (tick_t)1000;
	assert_false(soak_drifts(&r)); /* by just a millisecond */
	r.samples[8].gateway = r.samples[9].gateway = r.samples[10].gateway =
		2500 * 1000 + 1;
	assert_true(soak_drifts(&r));
	for (unsigned i = 1; i <= SOAK_PARTS; i++)
		r.samples[i].direct = 0;
	assert_false(soak_drifts(&r));
	soak_result_clear(&r);
}

static void t_time(void **state)
{
	static const struct {
		const char *text;
		tick_t time;
	} rows[] = {
		{ "1s", TICK_S },
		{ "90s", 90 * TICK_S },
		{ "10m", 600 * TICK_S },
		{ "2h", 7200 * TICK_S },
		{ "10000h", 36000000 * TICK_S },
		{ "10001s", 0 },
		{ "0s", 0 },
		{ "s", 0 },
		{ "", 0 },
		{ "10", 0 },
		{ "5d", 0 },
		{ "-1s", 0 },
		{ "1ss", 0 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (soak_time(rows[i].text) != rows[i].time)
			fail_msg("%s: %lld", rows[i].text,
				 (long long)soak_time(rows[i].text));
}

#define SOAK_MARK "0123456789abcdef"

/* What is asked, and the rules by which it is answered. */
static void t_script(void **state)
{
	static struct soak s;
	struct buf rules = BUF_INIT(BUF_NO_LIMIT);
	struct jval root, v;
	unsigned sum = 0;

	(void)state;
	buf_add_text(&rules, "{ ");
	soak_make(&s, UINT64_C(0x0123456789abcdef), &rules);
	buf_add_text(&rules, " }");
	assert_int_equal(jscan(buf_span(&rules), &root, NULL), 0);
	assert_int_equal(jscan_count(root), SOAK_ITEMS);
	assert_true(s.dice == UINT64_C(0x0123456789abcdef));
	assert_true(span_starts(
		buf_span(&rules),
		"{ \"text-0\": { \"when\": { \"has\": \"[probe-" SOAK_MARK
		"] soak-text-0\" }, \"reply\": { \"say\": [{ \"text\": "
		"\"text 0 00000 " SOAK_MARK " text 0 00001 " SOAK_MARK));
	has(&rules, "text 0 00039 " SOAK_MARK " \" }], \"form\": { \"id\": "
		    "\"msg_soak\", \"piece\": 30 } } }, \"text-1\": {");
	has(&rules, "paced 3 00019 " SOAK_MARK " \" }], \"form\": { \"id\": "
		    "\"msg_soak\", \"piece\": 31, \"pace\": 5 } } }");
	has(&rules, "cut 2 00039 " SOAK_MARK " \" }, { \"cut\": \"rst\" }], "
		    "\"form\": { \"id\": \"msg_soak\", \"piece\": 29 } } }");
	has(&rules, "\"refused-3\": { \"when\": { \"has\": \"[probe-" SOAK_MARK
		    "] soak-refused-3\" }, \"reply\": { \"say\": [{ \"error\": "
		    "\"invalid_request_error\", \"message\": \"refused on "
		    "purpose\" }] } } }");
	for (unsigned i = 0; i < SOAK_ITEMS; i++) {
		const struct soak_item *item = &s.items[i];
		struct buf path = BUF_INIT(100);

		assert_ptr_equal(item->kind, &soak_kinds[i / SOAK_VARIANTS]);
		buf_addf(&path, "/%s-%u/when/has", item->kind->name,
			 i % SOAK_VARIANTS);
		assert_true(jscan_find(root, buf_span(&path), &v));
		assert_int_equal(v.text.len, item->word.len + 2);
		assert_int_equal(item->text.len == 0,
				 item->kind->act == SOAK_REFUSED);
		assert_int_equal(item->request.len, 0);
		assert_false(item->hashed);
		sum += i % SOAK_VARIANTS ? 0 : item->kind->weight;
		buf_clear(&path);
	}
	assert_int_equal(sum, 100);
	soak_clear(&s);
	buf_clear(&rules);
}

/* The mix: bytes of the request, events of the answer and how they come, and how
 * often in a hundred requests. */
static void t_mix(void **state)
{
	static const char wanted[] = "text 5 kB 40/0 ms 40\n"
				     "large 50 kB 40/0 ms 20\n"
				     "huge 1 MB 10/0 ms 1\n"
				     "long 5 kB 400/0 ms 5\n"
				     "paced 5 kB 20/5 ms 10\n"
				     "fresh 5 kB 40/0 ms 8, fresh\n"
				     "leaves 5 kB 100/5 ms 8, left\n"
				     "cut 5 kB 40/0 ms 5, cut\n"
				     "refused 5 kB 0/0 ms 3, refused\n";
	static const char *const acts[] = { "", ", left", ", cut",
					    ", refused" };
	struct buf mix = BUF_INIT(1000);

	(void)state;
	for (size_t i = 0; i < SOAK_KINDS; i++) {
		const struct soak_kind *k = &soak_kinds[i];

		buf_addf(&mix, "%s %s %u/%u ms %u%s%s\n", k->name,
			 bench_sizes[k->size].name, k->pieces, k->pace_ms,
			 k->weight, k->fresh ? ", fresh" : "", acts[k->act]);
	}
	assert_string_equal(buf_str(&mix), wanted);
	buf_clear(&mix);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		{ "soak: memory", t_memory, NULL, NULL, NULL },
		{ "soak: descriptors", t_descriptors, NULL, NULL, NULL },
		{ "soak: latency", t_drift, NULL, NULL, NULL },
		{ "soak: as text", t_text, NULL, NULL, NULL },
		{ "soak: what fails", t_bad, NULL, NULL, NULL },
		{ "soak: bounds", t_bounds, NULL, NULL, NULL },
		{ "soak: the mix", t_mix, NULL, NULL, NULL },
		{ "soak: what is asked", t_script, NULL, NULL, NULL },
		{ "soak: how long it lasts", t_time, NULL, NULL, NULL },
		{ "soak: as JSON", t_json, NULL, NULL, NULL },
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("soak", tests, NULL, NULL);
}
