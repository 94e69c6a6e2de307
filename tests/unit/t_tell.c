/* probe/run/tell: progress on a terminal, and events. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "probe/run/tell/event.h"
#include "probe/run/tell/progress.h"

static struct buf out = BUF_INIT(BUF_NO_LIMIT);

static void check_progress(size_t finished, size_t count, tick_t took,
			   const char *id, const char *wanted)
{
	const struct progress_now p = { finished, count, took, id };

	buf_reset(&out);
	progress_write(&p, &out);
	assert_string_equal(buf_str(&out), wanted);
	assert_true(out.len < 80);
}

static void t_progress(void **state)
{
	(void)state;
	check_progress(1, 943, 0, "a/b", "1/943: a/b");
	check_progress(100, 943, 2 * TICK_S - 1, "a/b", "100/943: a/b");
	check_progress(47, 943, 10 * TICK_S, "a/b", "47/943: a/b");
	check_progress(100, 943, 2 * TICK_S, "a/b",
		       "100/943, about 17 s left: a/b");
	check_progress(100, 943, 12 * TICK_S, "a/b",
		       "100/943, about 2 min left: a/b");
	/* A hundred seconds are told in minutes; begun ones count. */
	check_progress(100, 200, 98 * TICK_S, "a/b",
		       "100/200, about 99 s left: a/b");
	check_progress(100, 200, 99 * TICK_S, "a/b",
		       "100/200, about 2 min left: a/b");
	check_progress(100, 200, 119 * TICK_S, "a/b",
		       "100/200, about 2 min left: a/b");
	check_progress(100, 200, 120 * TICK_S, "a/b",
		       "100/200, about 3 min left: a/b");
	check_progress(100, 200, 6000 * TICK_S, "a/b",
		       "100/200, about 101 min left: a/b");
	check_progress(942, 943, 600 * TICK_S, "a/b",
		       "942/943, about 1 s left: a/b");
	check_progress(943, 943, 600 * TICK_S, "a/b", "943/943: a/b");
	/* A longer time is told in minutes, which are rounded up. */
	check_progress(50, 100, 98 * TICK_S, "a", "50/100, about 99 s left: a");
	check_progress(50, 100, 99 * TICK_S, "a",
		       "50/100, about 2 min left: a");
	check_progress(50, 100, 119 * TICK_S, "a",
		       "50/100, about 2 min left: a");
	check_progress(50, 100, 120 * TICK_S, "a",
		       "50/100, about 3 min left: a");
	check_progress(1, 20, 5 * TICK_S,
		       "errors/a-case-with-a-very-long-name/and-a-row-that-is-"
		       "also-long",
		       "1/20, about 96 s left: errors/a-case-with-a-very-long-"
		       "name/and-a-row-that-is-al");
}

static void t_graded(void **state)
{
	static char id[] = "errors/x", area[] = "errors";
	struct result one = { .id = id, .area = area, .verdict = VERDICT_PASS };
	struct run_report r = { .list = &one, .count = 1 };

	(void)state;
	r.counts[VERDICT_PASS] = 1;
	buf_reset(&out);
	event_end_write(&r, 0, &out);
	assert_string_equal(
		buf_str(&out),
		"{\"event\":\"end\",\"status\":0,\"counts\":{\"pass\":1,"
		"\"fail\":0,\"undecided\":0,\"skip\":0,\"broken\":0},\"grade\""
		":\"A\",\"partial\":false,\"interrupted\":false,\"took_ms\":0}"
		"\n");
	buf_clear(&out);
}

static void t_events(void **state)
{
	static char id[] = "errors/x", reason[] = "a \"word\"\n\x1b[0m";
	struct event_start start = { .version = "1",
				     .client = "2.1.332",
				     .gateway = "http://h",
				     .count = 2 };
	struct result r = { .id = id,
			    .verdict = VERDICT_PASS,
			    .took = 1500 * TICK_MS };
	struct run_report report = { .took = 3 * TICK_S };

	(void)state;
	buf_reset(&out);
	event_start_write(&start, &out);
	start.mock = "http://m";
	event_start_write(&start, &out);
	event_case_write(&r, 1, 7 * TICK_MS, &out);
	r.verdict = VERDICT_FAIL;
	r.level = LEVEL_SHOULD;
	r.effect = EFFECT_COSTS;
	r.reason = reason;
	event_case_write(&r, 2, 8 * TICK_MS, &out);
	report.counts[VERDICT_FAIL] = 1;
	report.interrupted = true;
	event_end_write(&report, 3, &out);
	event_stopped_write("nothing listens", 3, &out);
	report = (struct run_report){ .list = &r, .count = 1 };
	r.verdict = VERDICT_PASS;
	report.counts[VERDICT_PASS] = 1;
	event_end_write(&report, 0, &out);
	assert_string_equal(
		buf_str(&out),
		"{\"event\":\"start\",\"format\":1,\"ccprobe\":\"1\",\"client\""
		":\"2.1.332\",\"gateway\":\"http://h\",\"cases\":2}\n"
		"{\"event\":\"start\",\"format\":1,\"ccprobe\":\"1\",\"client\""
		":\"2.1.332\",\"gateway\":\"http://h\",\"mock\":\"http://m\","
		"\"cases\":2}\n"
		"{\"event\":\"case\",\"id\":\"errors/x\",\"verdict\":\"pass\","
		"\"took_ms\":1500,\"at_ms\":7,\"finished\":1}\n"
		"{\"event\":\"case\",\"id\":\"errors/x\",\"verdict\":\"fail\","
		"\"level\":\"should\",\"effect\":\"costs\",\"reason\":\"a "
		"\\\"word\\\"\\n\\u001b[0m\",\"took_ms\":1500,\"at_ms\":8,"
		"\"finished\":2}\n"
		"{\"event\":\"end\",\"status\":3,\"counts\":{\"pass\":0,"
		"\"fail\":1,\"undecided\":0,\"skip\":0,\"broken\":0},\"grade\""
		":\"none\",\"partial\":true,\"interrupted\":true,\"took_ms\":"
		"3000}\n"
		"{\"event\":\"stopped\",\"reason\":\"nothing listens\","
		"\"status\":3}\n"
		"{\"event\":\"end\",\"status\":0,\"counts\":{\"pass\":1,"
		"\"fail\":0,\"undecided\":0,\"skip\":0,\"broken\":0},\"grade\""
		":\"A\",\"partial\":false,\"interrupted\":false,\"took_ms\":"
		"0}\n");
	buf_clear(&out);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		{ "tell: progress, and what is left", t_progress, NULL, NULL,
		  NULL },
		{ "tell: the end has a letter", t_graded, NULL, NULL, NULL },
		{ "tell: events", t_events, NULL, NULL, NULL },
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("tell", tests, NULL, NULL);
}
