/* Runs for golden outputs. Nobody frees them. */
#include "tests/golden/runs.h"

#include <stdio.h>
#include <string.h>

#include "reports/cause.h"
#include "wire/bytes/mem.h"

#define TEXT(name, value) static char name[] = value

TEXT(title, "the request arrives as it was sent");
TEXT(fix, "Pass it on.");
TEXT(why, "It matters.");
TEXT(reason, "the status is kept");
TEXT(mark_reason, "no mark came");
TEXT(accepted, "known since May");
TEXT(accepted_too, "known since June");
TEXT(claim_reason, "it does not claim 'counts'");
TEXT(other_reason, "not for this release");
TEXT(budget, "no request was left (--max-requests)");
TEXT(ticks, "`a` ``b``");
TEXT(lines, "`one\ntwo`");
TEXT(expect, "c1.body#/a == \"b\"");
TEXT(status, "c1.status == 200");
TEXT(difference, "lost /a\nlost /b\n");
TEXT(two_hundred, "200");
TEXT(six_hundred, "600");
TEXT(trace, "````\nc1 > POST /v1/messages\n");
TEXT(one_line, "c1 > POST /v1/messages");
TEXT(curl, "curl \"$ANTHROPIC_BASE_URL\"\n");
TEXT(area_body, "body");
TEXT(area_admin, "admin");
TEXT(area_auth, "auth");
TEXT(area_count, "count");
TEXT(area_models, "models");
TEXT(area_tools, "tools");

/* ---- one of everything ---- */

static struct outcome broken_check[] = {
	{ reason, VERDICT_FAIL, LEVEL_SHOULD, EFFECT_COSTS, SEES_NOTHING,
	  BLAME_UPSTREAM, "c1", expect, ticks, lines, NULL },
	{ why, VERDICT_UNDECIDED, LEVEL_MUST, EFFECT_BREAKS, SEES_NOTHING,
	  BLAME_GATEWAY, "", NULL, NULL, NULL, NULL },
};

static struct outcome exposing_check[] = {
	{ reason, VERDICT_FAIL, LEVEL_MUST, EFFECT_EXPOSES, SEES_CREDENTIAL,
	  BLAME_GATEWAY, "u1", status, two_hundred, six_hundred, NULL },
	{ title, VERDICT_PASS, LEVEL_MUST, EFFECT_BREAKS, SEES_NOTHING,
	  BLAME_GATEWAY, "u1", status, NULL, NULL, NULL },
};

/* A failed check that is optional, and one that only came too late. */
static struct outcome optional_check[] = {
	{ title, VERDICT_FAIL, LEVEL_MAY, EFFECT_COSMETIC, SEES_NOTHING,
	  BLAME_GATEWAY, "c1", status, two_hundred, six_hundred, NULL },
};

TEXT(head_same, "POST /v1/messages\na: 1\n");
TEXT(head_left, "POST /v1/messages\nname: caf\xc3\xa9 one\nonly: left\n");
TEXT(head_right, "POST /v1/messages\nName: caf\xc3\xa8 one\n");
TEXT(body_before, "{\"a\":");
TEXT(body_after, "}");
TEXT(empty, "");
TEXT(label_request, "c1 request");
TEXT(label_upstream, "u1 request");
TEXT(label_mark, "half");
TEXT(label_head, "u1 head");
TEXT(label_got, "c1 head");

static struct moment small_moments[] = {
	{ 0, true, MOMENT_MARK, label_mark, MOMENT_ALONE },
	{ 1 * TICK_MS, false, MOMENT_REQUEST, label_request, 2 },
	{ 21 * TICK_MS, true, MOMENT_REQUEST, label_upstream, 1 },
	{ 22 * TICK_MS, true, MOMENT_HEAD, label_head, 4 },
	{ 272 * TICK_MS, false, MOMENT_HEAD, label_got, 3 },
	{ 1500 * TICK_MS, false, MOMENT_DATA, label_got, MOMENT_ALONE },
};

static struct evidence small_evidence = {
	.request = { head_left, head_right, body_before, empty, empty,
		     body_after, 6, 6 },
	.answer = { NULL, head_same, NULL, NULL, NULL, NULL, 0, 0 },
	.moments = small_moments,
	.moment_count = sizeof(small_moments) / sizeof(small_moments[0]),
	.left_out = 1,
};

TEXT(small_explained, "body/explained");
TEXT(small_alone, "auth/alone");
TEXT(small_news, "auth/news");
TEXT(small_undecided, "body/undecided");
TEXT(small_left, "count/left");
TEXT(small_skip, "count/skip");
TEXT(small_older, "body/older");
TEXT(small_pass, "models/pass");
TEXT(small_guard, "HDR-01");
TEXT(small_guard_2, "HDR-02");
static char *small_guards[] = { small_guard, small_guard_2 };

static struct result small_results[] = {
	{ .id = small_alone,
	  .area = area_auth,
	  .title = title,
	  .file = small_alone,
	  .level = LEVEL_MUST,
	  .effect = EFFECT_EXPOSES,
	  .verdict = VERDICT_FAIL,
	  .reason = reason,
	  .outcomes = exposing_check,
	  .outcome_count = 2,
	  .expected = accepted,
	  .guards = small_guards,
	  .guard_count = 2,
	  .trace = one_line,
	  .took = 999 * TICK_MS },
	{ .id = small_news,
	  .area = area_auth,
	  .title = title,
	  .level = LEVEL_SHOULD,
	  .effect = EFFECT_DEGRADES,
	  .verdict = VERDICT_FAIL,
	  .blame = BLAME_HARNESS,
	  .reason = other_reason,
	  .took = 1 * TICK_S },
	{ .id = small_explained,
	  .area = area_body,
	  .title = title,
	  .why = why,
	  .level = LEVEL_MUST,
	  .effect = EFFECT_COSTS,
	  .verdict = VERDICT_FAIL,
	  .blame = BLAME_UPSTREAM,
	  .reason = reason,
	  .outcomes = broken_check,
	  .outcome_count = 2,
	  .trace = trace,
	  .curl = curl,
	  .evidence = &small_evidence,
	  .cause = 1 },
	{ .id = small_older,
	  .area = area_body,
	  .title = title,
	  .verdict = VERDICT_SKIP,
	  .not_meant = true,
	  .reason = other_reason },
	{ .id = small_undecided,
	  .area = area_body,
	  .title = title,
	  .verdict = VERDICT_UNDECIDED,
	  .reason = mark_reason,
	  .outcomes = optional_check,
	  .outcome_count = 1,
	  .curl = curl },
	{ .id = small_left,
	  .area = area_count,
	  .title = title,
	  .verdict = VERDICT_UNDECIDED,
	  .left_out = true,
	  .reason = budget },
	{ .id = small_skip,
	  .area = area_count,
	  .title = title,
	  .verdict = VERDICT_SKIP,
	  .reason = claim_reason },
	{ .id = small_pass,
	  .area = area_models,
	  .title = title,
	  .level = LEVEL_SHOULD,
	  .outcomes = optional_check,
	  .outcome_count = 1 },
};

TEXT(small_cause_id, "body-value-changed:/a");
TEXT(small_headline, "changes the value at /a: 1 of 1 request");
TEXT(small_note_id, "request-field-added:via");
TEXT(small_note, "adds the request field via: 1 of 1 request");
static size_t small_cases[] = { 2 };

static struct cause small_causes[] = {
	{ .id = small_cause_id,
	  .kind = "body-value-changed",
	  .change = CAUSE_CHANGED,
	  .headline = small_headline,
	  .count = 1,
	  .of = 1,
	  .level = LEVEL_MUST,
	  .effect = EFFECT_COSTS,
	  .fix = fix,
	  .examples = { { small_explained, ticks, lines },
			{ small_pass, NULL, ticks } },
	  .example_count = 2,
	  .cases = small_cases,
	  .case_count = 1 },
	{ .id = small_note_id,
	  .kind = "request-field-added",
	  .change = CAUSE_ADDED,
	  .headline = small_note,
	  .count = 1,
	  .of = 1,
	  .fix = fix },
};

TEXT(lacked, "counts");
TEXT(lacked_how, "nothing to see it with");
TEXT(lacked_without, "The client estimates.");
TEXT(last_words, "target x exited with status 3: panic");

static struct not_offered small_not_offered[] = {
	{ lacked, lacked_how, NULL, true },
	{ area_models, lacked_how, lacked_without, false },
	{ area_tools, lacked_how, lacked_without, false },
};

TEXT(must, "must");
TEXT(duty_text, "The header arrives.");
static const struct requirement small_requirements[] = {
	{ small_guard_2, must, duty_text, NULL, NULL, NULL },
	{ small_guard, must, duty_text, NULL, NULL, NULL },
};

void runs_small(struct run_report *r)
{
	*r = (struct run_report){
		.list = small_results,
		.count = sizeof(small_results) / sizeof(small_results[0]),
		.left_out = 1,
		.target = "a small gateway",
		.target_name = "small",
		.gateway_url = "https://gateway.example",
		.insecure = true,
		.rate = 0.5,
		.version = "0.0.0",
		.client = "2.1.329",
		.took = 999 * TICK_MS,
		.died = true,
		.last_words = last_words,
		.selection = true,
		.not_offered = small_not_offered,
		.not_offered_count = 3,
		.requirements = small_requirements,
		.requirement_count = 2,
		.causes = small_causes,
		.cause_count = 2,
	};
}

/* ---- more of everything than is told ---- */

#define FAILING 7 /* of the one cause */
#define ALONE 6 /* that nothing explains; all expected, by two reasons */
#define NOTED 7 /* pass, with an optional check that does not hold */
#define NOTES 7 /* behaviours that break a duty, though nothing failed */
#define SKIPPED 4 /* by two reasons, in two areas */
#define FULL (SKIPPED + FAILING + ALONE + NOTED)

TEXT(full_cause_id, "credential-forwarded:x-user");
TEXT(full_headline, "passes the client's key on");

static struct outcome false_end_check[] = {
	{ why, VERDICT_PASS, LEVEL_MUST, EFFECT_BREAKS, SEES_NOTHING,
	  BLAME_GATEWAY, "c1", status, NULL, NULL, NULL },
	{ reason, VERDICT_FAIL, LEVEL_MUST, EFFECT_BREAKS, SEES_FALSE_END,
	  BLAME_GATEWAY, "c1", expect, two_hundred, six_hundred, difference },
	{ title, VERDICT_FAIL, LEVEL_SHOULD, EFFECT_COSTS, SEES_NOTHING,
	  BLAME_GATEWAY, "c1", status, two_hundred, six_hundred, NULL },
	{ title, VERDICT_FAIL, LEVEL_SHOULD, EFFECT_COSTS, SEES_NOTHING,
	  BLAME_GATEWAY, "c1", status, two_hundred, six_hundred, NULL },
};

static char *text_of(const char *area, const char *name, size_t i)
{
	struct buf b = BUF_INIT(64);
	char *text;

	buf_addf(&b, "%s/%s-%zu", area, name, i);
	text = xstrdup(buf_str(&b));
	buf_clear(&b);
	return text;
}

/* Texts of more bytes than reports show, and of exactly as many. */
static char *long_text(size_t bytes)
{
	char *text = xcalloc(1, bytes + 1);

	memset(text, 'x', bytes);
	for (size_t i = 99; i < bytes; i += 100)
		text[i] = '\n';
	return text;
}

static struct outcome *long_check(size_t bytes)
{
	struct outcome *o = xcalloc(1, sizeof(*o));

	*o = exposing_check[0];
	o->got = long_text(bytes);
	o->sees = SEES_CREDENTIAL;
	return o;
}

static void add_failing(struct result *list, struct cause *c)
{
	static const size_t sizes[FAILING] = {
		100, 101, 400, 401, 404, 50, 50
	};

	c->cases = xcalloc(FAILING, sizeof(*c->cases));
	for (size_t i = 0; i < FAILING; i++) {
		list[i] = small_results[0];
		list[i].id = text_of("auth", "exposes", i);
		list[i].outcomes = long_check(sizes[i]);
		list[i].outcome_count = 1;
		list[i].expected = i == 1 ? accepted : NULL;
		list[i].trace = NULL;
		list[i].cause = 1;
		c->cases[c->case_count++] = SKIPPED + i;
	}
}

static void add_skipped(struct result *list)
{
	for (size_t i = 0; i < SKIPPED; i++) {
		list[i] = small_results[3];
		list[i].id = text_of("admin", "skipped", i);
		list[i].area = i == 2 ? area_tools : area_admin;
		list[i].not_meant = false;
		list[i].reason = i == 3 ? claim_reason : other_reason;
	}
}

static void add_alone(struct result *list)
{
	for (size_t i = 0; i < ALONE; i++) {
		list[i] = small_results[0];
		list[i].id = text_of("body", "false-end", i);
		list[i].area = area_body;
		list[i].outcomes = false_end_check;
		list[i].outcome_count = 3 + i % 2;
		list[i].expected = i == 3 ? accepted_too : accepted;
	}
}

static void add_noted(struct result *list)
{
	for (size_t i = 0; i < NOTED; i++) {
		list[i] = small_results[7];
		list[i].id = text_of("models", "optional", i);
	}
}

static struct cause *full_causes(void)
{
	struct cause *list = xcalloc(NOTES + 1, sizeof(*list));

	list[0] = (struct cause){ .id = full_cause_id,
				  .kind = "credential-forwarded",
				  .change = CAUSE_KEPT,
				  .headline = full_headline,
				  .count = FAILING,
				  .of = FAILING,
				  .duty = small_guard,
				  .level = LEVEL_MUST,
				  .effect = EFFECT_EXPOSES,
				  .fix = fix };
	for (size_t i = 1; i <= NOTES; i++) {
		list[i] = small_causes[1];
		list[i].id = text_of("request-field-added:x", "y", i);
		list[i].duty = small_guard_2;
	}
	return list;
}

void runs_full(struct run_report *r)
{
	struct result *list = xcalloc(FULL, sizeof(*list));
	struct cause *causes = full_causes();

	add_skipped(list);
	add_failing(list + SKIPPED, &causes[0]);
	add_alone(list + SKIPPED + FAILING);
	add_noted(list + SKIPPED + FAILING + ALONE);
	runs_small(r);
	r->list = list;
	r->count = FULL;
	r->left_out = 0;
	r->causes = causes;
	r->cause_count = NOTES + 1;
	r->insecure = r->died = r->selection = false;
	r->rate = 2;
	r->last_words = NULL;
	r->mock_url = "http://127.0.0.1:8473";
	r->not_offered_count = 1;
	r->took = 1 * TICK_S;
	r->command = "CCPROBE_KEY=env:KEY\nccprobe run";
}
