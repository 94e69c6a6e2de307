/*
 * Prints reports of a run that is written here: `show summary`, `show colour`,
 * or `show FORMAT`. What it prints is compared with the files beside it. With
 * `large` behind it one failure stands 400 times, with long texts.
 */
#include <stdio.h>
#include <string.h>

#include "reports/reports.h"
#include "wire/bytes/mem.h"

#define LARGE 400
#define LARGE_TEXT 20000

static char guard[] = "ERR-08";
static char *guards[] = { guard };

/* The texts of results are not const, as they are owned; here nobody frees
 * them. */
#define TEXT(name, value) static char name[] = value

TEXT(id_1, "errors/status-kept/529");
TEXT(id_2, "errors/wording-kept");
TEXT(id_3, "stream/ends");
TEXT(id_4, "stream/order");
TEXT(id_5, "timing/first-event");
TEXT(id_6, "auth/refusal");
TEXT(id_7, "errors/status-kept/404");
TEXT(errors, "errors");
TEXT(stream, "stream");
TEXT(timing, "timing");
TEXT(auth, "auth");
TEXT(title, "a 529 stays a 529");
TEXT(title_long, "the wording of an error is kept, so that \"quotes\", a # and "
		 "\\ do not confuse the client, however long the sentence is");
TEXT(why, "Claude Code waits and retries on 529; as a 500 or 400 it gives up "
	  "or asks again at once.");
TEXT(fix, "Pass the upstream's status on as it is.");
TEXT(seen, "2.1.329: status-500");
TEXT(reason, "the client sees 529");
TEXT(reason_mark, "the mark did not reach the mock # not at all");
TEXT(reason_claim, "nginx does not claim 'authenticates'");
TEXT(reason_broken, "the mock does not know this run");
TEXT(accepted, "we answer *all* of them ourselves");
TEXT(check_1, "the client sees 529");
TEXT(check_2, "the error body is the upstream's");
TEXT(check_3, "the reason phrase is kept too");
TEXT(expect_1, "c1.status == 529");
TEXT(expect_2, "c1.body same-bytes u1.body");
TEXT(wanted, "529");
TEXT(got, "500");
TEXT(got_hostile, "\033[2J\xff\xfe caf\xc3\xa9\ttab");
TEXT(difference, "changed /error/type: \"overloaded_error\" to \"api_error\"\n"
		 "lost /error/message");
TEXT(trace, "     0.0 ms  c1 > POST /v1/messages\n"
	    "     1.5 ms                         u1 > POST /v1/messages\n"
	    "     2.0 ms                         u1 < 529 Overloaded\n"
	    "     2.5 ms  c1 < 500 Internal Server Error\n");
TEXT(curl, "curl -isN \"$ANTHROPIC_BASE_URL\"/v1/messages \\\n"
	   "  -H 'x-api-key: ...'\n");

TEXT(file_1, "cases/errors/status-kept.json");
TEXT(sent_head, "POST /v1/messages?beta=true\n"
		"Authorization: Bearer <credential, 24 bytes, 3fa1>\n"
		"anthropic-beta: one-2025-01-01,two-2025-02-02\n");
TEXT(arrived_head, "POST /v1/messages?beta=true\n"
		   "anthropic-beta: one-2025-01-01\n"
		   "via: <script>alert(1)</script>\n");
TEXT(body_before, "{\"model\":\"m\",");
TEXT(body_left, "\"a\":1");
TEXT(body_right, "\"a\":1.0");
TEXT(body_after, "}");
TEXT(answer_head, "529\nretry-after: 3\n");
TEXT(answer_got, "500\n");
TEXT(moment_1, "c1 request");
TEXT(moment_2, "u1 request");
TEXT(moment_3, "u1 ping");
TEXT(moment_4, "u1 end: clean");
TEXT(moment_5, "c1 end: cut");

static struct moment moments[] = {
	{ 0, false, MOMENT_REQUEST, moment_1, 1 },
	{ 2 * TICK_MS, true, MOMENT_REQUEST, moment_2, 0 },
	{ 3 * TICK_MS, true, MOMENT_PING, moment_3, MOMENT_ALONE },
	{ 4 * TICK_MS, true, MOMENT_END, moment_4, 4 },
	{ 904 * TICK_MS, false, MOMENT_END, moment_5, 3 },
};

static struct evidence evidence = {
	.request = { sent_head, arrived_head, body_before, body_left,
		     body_right, body_after, 20, 22 },
	.answer = { answer_head, answer_got, NULL, NULL, NULL, NULL, 0, 0 },
	.moments = moments,
	.moment_count = sizeof(moments) / sizeof(moments[0]),
};

TEXT(requirement_level, "must");
TEXT(requirement_text, "Each status stays what it is.");
TEXT(requirement_source, "API errors, https://docs.example/errors; Guide, "
			 "https://docs.example/guide; X, "
			 "https://docs.example/x; "
			 "https://docs.example/alone");

static const struct requirement requirement = { guard, requirement_level,
						requirement_text,
						requirement_source, NULL };

static struct outcome failed[] = {
	{ check_1, VERDICT_FAIL, LEVEL_MUST, EFFECT_BREAKS, SEES_NOTHING,
	  BLAME_GATEWAY, expect_1, wanted, got, NULL },
	{ check_2, VERDICT_FAIL, LEVEL_MUST, EFFECT_BREAKS, SEES_NOTHING,
	  BLAME_GATEWAY, expect_2, wanted, got_hostile, difference },
	{ check_3, VERDICT_PASS, LEVEL_MUST, EFFECT_BREAKS, SEES_NOTHING,
	  BLAME_GATEWAY, expect_1, NULL, NULL, NULL },
};

static struct outcome told[] = {
	{ check_3, VERDICT_FAIL, LEVEL_MAY, EFFECT_BREAKS, SEES_NOTHING,
	  BLAME_GATEWAY, expect_1, wanted, got, NULL },
};

static struct outcome accepted_check[] = {
	{ check_1, VERDICT_FAIL, LEVEL_SHOULD, EFFECT_BREAKS, SEES_NOTHING,
	  BLAME_GATEWAY, expect_1, wanted, got, NULL },
};

static struct result results[] = {
	{ .id = id_6,
	  .area = auth,
	  .title = title,
	  .guards = guards,
	  .guard_count = 1,
	  .verdict = VERDICT_SKIP,
	  .reason = reason_claim },
	{ .id = id_7,
	  .file = file_1,
	  .area = errors,
	  .title = title,
	  .why = why,
	  .fix = fix,
	  .level = LEVEL_SHOULD,
	  .effect = EFFECT_DEGRADES,
	  .verdict = VERDICT_FAIL,
	  .reason = reason,
	  .outcomes = accepted_check,
	  .outcome_count = 1,
	  .expected = accepted },
	{ .id = id_1,
	  .file = file_1,
	  .evidence = &evidence,
	  .area = errors,
	  .title = title,
	  .why = why,
	  .fix = fix,
	  .effect_seen = seen,
	  .guards = guards,
	  .guard_count = 1,
	  .level = LEVEL_MUST,
	  .effect = EFFECT_BREAKS,
	  .verdict = VERDICT_FAIL,
	  .reason = reason,
	  .outcomes = failed,
	  .outcome_count = 3,
	  .trace = trace,
	  .curl = curl,
	  .took = 12 * TICK_MS },
	{ .id = id_2,
	  .area = errors,
	  .title = title_long,
	  .verdict = VERDICT_UNDECIDED,
	  .reason = reason_mark,
	  .trace = trace },
	{ .id = id_3,
	  .area = stream,
	  .title = title,
	  .outcomes = told,
	  .outcome_count = 1,
	  .took = 3 * TICK_MS },
	{ .id = id_4, .area = stream, .title = title, .took = 3 * TICK_MS },
	{ .id = id_5,
	  .area = timing,
	  .title = title,
	  .verdict = VERDICT_BROKEN,
	  .reason = reason_broken,
	  .blame = BLAME_HARNESS },
};

static struct run_report run = {
	.list = results,
	.count = sizeof(results) / sizeof(results[0]),
	.target = "a gateway of this test",
	.gateway_url = "http://127.0.0.1:8080",
	.mock_url = "http://127.0.0.1:8473",
	.version = "0.0.0",
	.client = "2.1.329",
	.took = 1234 * TICK_MS,
	.interrupted = true,
	.implementation = "Some <Gateway> & more",
	.implementation_version = "1.2.3",
	.contact = "https://gateway.example/issues",
	.date = "2026-11-21",
	.channel = "standard",
	.command = "ccprobe run --gateway http://127.0.0.1:8080 --key env:KEY",
	.requirements = &requirement,
	.requirement_count = 1,
};

/* The run has nothing but one failure, many times. */
static void make_large(void)
{
	char *text = xcalloc(1, LARGE_TEXT + 1);
	struct result *failure = results;

	while (failure->id != id_1)
		failure++;
	memset(text, 'x', LARGE_TEXT);
	for (size_t i = 79; i < LARGE_TEXT; i += 80)
		text[i] = '\n';
	text[LARGE_TEXT - 1] = '\n';
	failure->trace = text;
	run.list = xcalloc(LARGE, sizeof(*run.list));
	run.count = LARGE;
	for (size_t i = 0; i < LARGE; i++)
		run.list[i] = *failure;
}

int main(int argc, char **argv)
{
	const char *what = argc > 1 ? argv[1] : "";
	const struct report_kind *kind = report_find(what);
	struct buf out = BUF_INIT(BUF_NO_LIMIT);

	if (argc > 2 && strcmp(argv[2], "large") == 0)
		make_large();
	for (size_t i = 0; i < run.count; i++) {
		run.counts[run.list[i].verdict]++;
		run.expected += run.list[i].expected != NULL;
	}
	if (kind)
		kind->write(&run, &out);
	else if (strcmp(what, "summary") == 0)
		summary_write(&run, false, &out);
	else if (strcmp(what, "colour") == 0)
		summary_write(&run, true, &out);
	else
		return 2;
	fwrite(out.at, 1, out.len, stdout);
	buf_clear(&out);
	return 0;
}
