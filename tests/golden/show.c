/*
 * Prints reports of a run that is written here: `show summary`, `show colour`,
 * `show verbose` or `show FORMAT`. What it prints is compared with the files
 * beside it. A second word changes the run: `large`, one failure is repeated
 * 400 times, with long texts; `one`, one cause explains 181 failures of a whole
 * suite; `many`, there are 13 causes; others name the runs of runs.h. `show all
 * RUN` prints them in every format, without what a page always has.
 */
#include <stdio.h>
#include <string.h>

#include "reports/cause.h"
#include "reports/reports.h"
#include "tests/golden/runs.h"
#include "wire/bytes/mem.h"

#define LARGE 400
#define LARGE_TEXT 20000

static char guard[] = "ERR-08";
static char *guards[] = { guard };

/* Texts of results are not const, because results own them; here they are
 * static and not freed. */
#define TEXT(name, value) static char name[] = value

TEXT(id_1, "errors/status-kept/529");
TEXT(id_2, "errors/wording-kept");
TEXT(id_3, "stream/ends");
TEXT(id_4, "stream/order");
TEXT(id_5, "timing/first-event");
TEXT(id_6, "auth/refusal");
TEXT(id_7, "errors/status-kept/404");
TEXT(id_8, "headers/beta-list/future-value");
TEXT(id_9, "sessions/edit/2.1.100");
TEXT(id_other, "headers/of-another-run");
TEXT(headers, "headers");
TEXT(sessions, "sessions");
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
TEXT(got_hostile, "\033[2J\xff\xfe caf\xc3\xa9\ttab ~\x7f");
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

/* This evidence has no late moments, the other one has no moments at all. */
static struct evidence evidence_prompt = {
	.request = { sent_head, arrived_head, NULL, NULL, NULL, NULL, 0, 0 },
	.moments = moments,
	.moment_count = 3,
};
static struct evidence evidence_bare;

/* Text of a gateway must not reach a terminal or a page unescaped. */
TEXT(beta_id, "request-field-dropped:anthropic-beta");
TEXT(beta_headline,
     "drops the request field anthropic-beta: 512 of 512 requests");
TEXT(beta_fix, "Pass anthropic-beta on as it came, values in order.");
TEXT(beta_duty, "HDR-01");
TEXT(beta_sent, "anthropic-beta: claude-code-20250219,effort-2025-11-24");
TEXT(title_beta, "the beta list arrives as it was sent");
TEXT(why_beta, "Without its value the provider refuses the field that needs "
	       "it.");
TEXT(check_4, "the provider sees the same list in the same order");
TEXT(check_5, "the first turn is answered with 200");
TEXT(expect_4, "u1.request.header.anthropic-beta == "
	       "c1.request.header.anthropic-beta");
TEXT(expect_5, "c1.status == 200");
TEXT(wanted_4, "c1.request.header.anthropic-beta: claude-code-20250219,"
	       "effort-2025-11-24");
TEXT(wanted_5, "200");
TEXT(got_4, "nothing: there is no such header");
TEXT(got_5, "400");
TEXT(status_id, "status-mapped:404-to-500");
TEXT(status_headline, "answers 500 where the provider said 404, with "
		      "\"\033[2J<b>no such page</b> # | `\": 3 of 3 answers");
TEXT(status_fix, "Pass the provider's status and body on as they came.");
TEXT(via_id, "request-field-added:via");
TEXT(via_headline, "adds the request field via: 512 of 512 requests");
TEXT(via_fix, "Leave the field out.");
TEXT(via_got, "via: <script>alert(1)</script>");

static size_t beta_cases[] = { 7, 8 }, status_cases[] = { 1 };

static struct cause causes[] = {
	{ .id = beta_id,
	  .kind = "request-field-dropped",
	  .change = CAUSE_DROPPED,
	  .headline = beta_headline,
	  .count = 512,
	  .of = 512,
	  .duty = beta_duty,
	  .level = LEVEL_MUST,
	  .effect = EFFECT_COSTS,
	  .fix = beta_fix,
	  .examples = { { id_8, beta_sent, NULL } },
	  .example_count = 1,
	  .cases = beta_cases,
	  .case_count = 2 },
	{ .id = status_id,
	  .kind = "status-mapped",
	  .change = CAUSE_CHANGED,
	  .headline = status_headline,
	  .count = 3,
	  .of = 3,
	  .duty = guard,
	  .level = LEVEL_SHOULD,
	  .effect = EFFECT_DEGRADES,
	  .fix = status_fix,
	  .cases = status_cases,
	  .case_count = 1 },
	{ .id = via_id,
	  .kind = "request-field-added",
	  .change = CAUSE_ADDED,
	  .headline = via_headline,
	  .count = 512,
	  .of = 512,
	  .effect = EFFECT_COSMETIC,
	  .fix = via_fix,
	  .examples = { { id_8, NULL, via_got }, { id_other, via_got, NULL } },
	  .example_count = 2 },
};

TEXT(lacked, "takes-x-api-key");
TEXT(lacked_how, "seen before the first case");
TEXT(lacked_without, "Users set ANTHROPIC_AUTH_TOKEN, not ANTHROPIC_API_KEY.");

static struct not_offered not_offered = { lacked, lacked_how, lacked_without,
					  false };

TEXT(requirement_level, "must");
TEXT(requirement_text, "Each status stays what it is.");
TEXT(requirement_source, "API errors, https://docs.example/errors; Guide, "
			 "https://docs.example/guide; X, "
			 "https://docs.example/x; "
			 "https://docs.example/alone");

static const struct requirement requirement = {
	guard, requirement_level, requirement_text, requirement_source, NULL,
	NULL
};

static struct outcome failed[] = {
	{ check_1, VERDICT_FAIL, LEVEL_MUST, EFFECT_BREAKS, SEES_NOTHING,
	  BLAME_GATEWAY, "c1", expect_1, wanted, got, NULL },
	{ check_2, VERDICT_FAIL, LEVEL_MUST, EFFECT_BREAKS, SEES_NOTHING,
	  BLAME_GATEWAY, "c1", expect_2, wanted, got_hostile, difference },
	{ check_3, VERDICT_PASS, LEVEL_MUST, EFFECT_BREAKS, SEES_NOTHING,
	  BLAME_GATEWAY, "c1", expect_1, NULL, NULL, NULL },
};

static struct outcome told[] = {
	{ check_3, VERDICT_FAIL, LEVEL_MAY, EFFECT_BREAKS, SEES_NOTHING,
	  BLAME_GATEWAY, "c1", expect_1, wanted, got, NULL },
};

static struct outcome accepted_check[] = {
	{ check_1, VERDICT_FAIL, LEVEL_SHOULD, EFFECT_BREAKS, SEES_NOTHING,
	  BLAME_GATEWAY, "c1", expect_1, wanted, got, NULL },
};

static struct outcome beta_check[] = {
	{ check_4, VERDICT_FAIL, LEVEL_MUST, EFFECT_COSTS, SEES_NOTHING,
	  BLAME_GATEWAY, "u1", expect_4, wanted_4, got_4, NULL },
};

static struct outcome turn_check[] = {
	{ check_5, VERDICT_FAIL, LEVEL_MUST, EFFECT_COSTS, SEES_NOTHING,
	  BLAME_GATEWAY, "u1", expect_5, wanted_5, got_5, NULL },
};

TEXT(bill_why, "cache markers lost in 21 of 21 turns");
TEXT(bill_open, "turn 3 was not answered with 200");

static struct bill bill_lost = {
	.turns = 21,
	.requests = 21,
	.direct = { .input = 21,
		    .read = 343169,
		    .written_5m = 22262,
		    .output = 903 },
	.through = { .input = 365431, .output = 903 },
	.why = bill_why,
};
static struct bill bill_missing = { .turns = 21, .open = bill_open };

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
	  .cause = 2,
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
	  .bill = &bill_missing,
	  .trace = trace },
	{ .id = id_3,
	  .area = stream,
	  .title = title,
	  .outcomes = told,
	  .outcome_count = 1,
	  .took = 3 * TICK_MS },
	{ .id = id_4,
	  .area = stream,
	  .title = title,
	  .bill = &bill_lost,
	  .took = 3 * TICK_MS },
	{ .id = id_5,
	  .area = timing,
	  .title = title,
	  .verdict = VERDICT_BROKEN,
	  .reason = reason_broken,
	  .blame = BLAME_HARNESS },
	{ .id = id_8,
	  .evidence = &evidence_prompt,
	  .area = headers,
	  .title = title_beta,
	  .why = why_beta,
	  .fix = beta_fix,
	  .level = LEVEL_MUST,
	  .effect = EFFECT_BREAKS,
	  .verdict = VERDICT_FAIL,
	  .reason = check_4,
	  .outcomes = beta_check,
	  .outcome_count = 1,
	  .cause = 1 },
	{ .id = id_9,
	  .evidence = &evidence_bare,
	  .area = sessions,
	  .title = title_beta,
	  .why = why_beta,
	  .fix = beta_fix,
	  .level = LEVEL_MUST,
	  .effect = EFFECT_BREAKS,
	  .verdict = VERDICT_FAIL,
	  .reason = check_5,
	  .outcomes = turn_check,
	  .outcome_count = 1,
	  .cause = 1 },
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
	.not_offered = &not_offered,
	.not_offered_count = 1,
	.causes = causes,
	.cause_count = sizeof(causes) / sizeof(causes[0]),
};

/* A run with one failure many times, which no cause explains. */
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
	run.cause_count = 0;
	for (size_t i = 0; i < LARGE; i++)
		run.list[i] = *failure;
}

/* ---- a whole suite ---- */

static const struct {
	const char *name;
	size_t count, failing;
} suite[] = {
	{ "auth", 13, 1 },   { "blackbox", 87, 0 }, { "body", 113, 98 },
	{ "caching", 4, 0 }, { "cancel", 15, 0 },   { "concurrency", 5, 0 },
	{ "count", 10, 2 },  { "errors", 100, 0 },  { "headers", 22, 15 },
	{ "models", 7, 0 },  { "response", 30, 0 }, { "retry", 21, 8 },
	{ "routes", 30, 6 }, { "security", 53, 3 }, { "sessions", 38, 38 },
	{ "stream", 39, 0 }, { "thinking", 13, 7 }, { "timing", 18, 0 },
	{ "tools", 25, 3 },
};

#define AREAS (sizeof(suite) / sizeof(suite[0]))

/* The failing cases of each area are first in it, and are `id_9` over again. */
static void make_suite(void)
{
	struct buf id = BUF_INIT(BUF_NO_LIMIT);
	size_t n = 0;

	run.count = 0;
	for (size_t i = 0; i < AREAS; i++)
		run.count += suite[i].count;
	run.list = xcalloc(run.count, sizeof(*run.list));
	for (size_t i = 0; i < AREAS; i++) {
		for (size_t k = 0; k < suite[i].count; k++) {
			buf_reset(&id);
			buf_addf(&id, "%s/a-case-of-a-usual-length/%02zu",
				 suite[i].name, k);
			run.list[n] = results[8];
			run.list[n].id = xstrdup(buf_str(&id));
			run.list[n].area = xstrdup(suite[i].name);
			if (k >= suite[i].failing) {
				run.list[n].verdict = VERDICT_PASS;
				run.list[n].outcome_count = 0;
			}
			n++;
		}
	}
	buf_clear(&id);
	run.interrupted = false;
}

/* Gives each failure to one of the causes, in turn. */
static void explain(size_t count)
{
	size_t next = 0;

	run.causes = xcalloc(count, sizeof(*run.causes));
	run.cause_count = count;
	for (size_t i = 0; i < count; i++) {
		run.causes[i] = causes[i == 1];
		run.causes[i].cases = xcalloc(run.count, sizeof(size_t));
		run.causes[i].case_count = 0;
	}
	for (size_t i = 0; i < run.count; i++) {
		struct cause *c = &run.causes[next % count];

		if (run.list[i].verdict != VERDICT_FAIL)
			continue;
		run.list[i].cause = next++ % count + 1;
		c->cases[c->case_count++] = i;
	}
}

static const struct {
	const char *name;
	void (*make)(struct run_report *r);
} runs[] = {
	/* of runs.h */
	{ "small", runs_small }, { "full", runs_full },
	{ "odd", runs_odd },     { "single", runs_single },
	{ "none", runs_none },   { "stopped", runs_stopped },
};

static void change(const char *how)
{
	if (strcmp(how, "large") == 0) {
		make_large();
	} else if (strcmp(how, "one") == 0) {
		make_suite();
		explain(1);
	} else if (strcmp(how, "many") == 0) {
		make_suite();
		explain(13);
	}
	for (size_t i = 0; i < sizeof(runs) / sizeof(runs[0]); i++)
		if (strcmp(how, runs[i].name) == 0)
			runs[i].make(&run);
}

static void summary(const char *what, struct buf *out)
{
	struct summary_how how = { .colour = strcmp(what, "colour") == 0,
				   .verbose = strcmp(what, "verbose") == 0 };

	summary_write(&run, how, out);
}

/* The style and the script of a page are the same in all. */
static struct span without_frame(struct span text)
{
	size_t body = span_find(text, span_of("<body>"));
	size_t script = span_find(text, span_of("<script>\n"));

	if (body == SIZE_MAX || script == SIZE_MAX)
		return text;
	return span_skip(span_first(text, script), body);
}

static void all(struct buf *out)
{
	static const char *const summaries[] = { "summary", "colour",
						 "verbose" };
	struct buf one = BUF_INIT(BUF_NO_LIMIT);

	for (size_t i = 0; i < sizeof(summaries) / sizeof(summaries[0]); i++) {
		buf_addf(out, "==== %s\n", summaries[i]);
		summary(summaries[i], out);
	}
	for (const struct report_kind *k = reports; k->name; k++) {
		buf_reset(&one);
		k->write(&run, &one);
		buf_addf(out, "==== %s\n", k->name);
		buf_add_span(out, without_frame(buf_span(&one)));
	}
	buf_clear(&one);
}

int main(int argc, char **argv)
{
	const char *what = argc > 1 ? argv[1] : "";
	const struct report_kind *kind = report_find(what);
	struct buf out = BUF_INIT(BUF_NO_LIMIT);

	change(argc > 2 ? argv[2] : "");
	for (size_t i = 0; i < run.count; i++) {
		run.counts[run.list[i].verdict]++;
		run.expected += run.list[i].expected != NULL;
	}
	if (kind)
		kind->write(&run, &out);
	else if (strcmp(what, "summary") == 0 || strcmp(what, "colour") == 0 ||
		 strcmp(what, "verbose") == 0)
		summary(what, &out);
	else if (strcmp(what, "all") == 0)
		all(&out);
	else
		return 2;
	fwrite(out.at, 1, out.len, stdout);
	buf_clear(&out);
	return 0;
}
