/* Rare runs for golden outputs: with costs of sessions, with one case, with
 * none. They are not freed. */
#include "tests/golden/runs.h"

#include "reports/cause.h"

#define TEXT(name, value) static char name[] = value
#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

TEXT(area_sessions, "sessions");
TEXT(area_errors, "errors");
TEXT(area_models, "models");
TEXT(title, "the cache is read in each turn");
TEXT(fix, "Leave cache_control in the request.");
TEXT(no_session, "turn 2 was not answered");
TEXT(no_words, "the mock was gone");
TEXT(open_turn, "turn 3 was not seen at the provider");
TEXT(lost, "cache markers lost in 1 of 2 turns");
TEXT(claim, "it does not claim 'counts'");
TEXT(too_late, "no request was left (--max-requests)");
TEXT(expect_status, "c1.status == 200");
TEXT(expect_bare, "c1.status == 529");
TEXT(two_hundred, "200");
TEXT(four_hundred, "400");
TEXT(bare, "529");
TEXT(empty, "");

/* ---- bills ---- */

static struct bill cheap = { .turns = 1,
			     .requests = 1,
			     .direct = { .input = 1000, .output = 10 },
			     .through = { .input = 1000, .output = 10 } };
static struct bill dear = { .turns = 2,
			    .requests = 3,
			    .direct = { .input = 1, .read = 200000 },
			    .through = { .input = 200000,
					 .written_5m = 100000,
					 .written_1h = 50000,
					 .output = 7 } };
static struct bill dear_why = { .turns = 2,
				.requests = 2,
				.direct = { .read = 100 },
				.through = { .input = 100 },
				.why = lost };
static struct bill never_seen = { .turns = 4, .open = open_turn };
static const struct prices half = { .input = 2.5,
				    .output = 12.25,
				    .read = 10,
				    .written_5m = 125,
				    .written_1h = 200 };

/* ---- texts that try to inject markup or commands ---- */

TEXT(hostile_id, "errors/command/\xef\xbf\xbe\"'&<b>");
TEXT(hostile_title,
     "::error::not ours\n  ::warning::nor this\t##[section]x "
     "##vso[task]y \xe2\x80\xae\x01 \xef\xbf\xbf 100% a:b,c #\\");
TEXT(hostile_fix, "do\r\n| this | *now* |");
TEXT(unknown_guard, "NOBODY-01");
TEXT(plain_guard, "PLAIN-01");
static char *odd_guards[] = { unknown_guard, plain_guard };
TEXT(must, "must");
TEXT(duty_text, "The cache is read.");
TEXT(duty_source, "the guide, section 3; The API, https://docs.example/api; "
		  "3, https://docs.example/3; 4, https://docs.example/4; "
		  "5, https://docs.example/5; 6, https://docs.example/6; "
		  "7, https://docs.example/7");
static const struct requirement odd_requirements[] = {
	{ plain_guard, must, duty_text, duty_source, NULL, NULL },
};

/* Texts are cut at 60 bytes or at the end of a line; here a character of two
 * bytes is at that place. */
TEXT(headline, "drops cache_control of the last block of the system prompt "
	       "\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9: 1 of 2 requests");
TEXT(cause_id, "body-member-dropped:/system/0/cache_control");
TEXT(optional_id, "reason-changed");
TEXT(optional_headline, "changes the reason phrase: 1 of 1 answer");
TEXT(other_run, "sessions/of-another-run");
TEXT(clean, "clean");
TEXT(cut, "cut");
TEXT(accepted, "until the next release");
static size_t lost_cases[] = { 1 }, optional_cases[] = { 5 };

static struct cause odd_causes[] = {
	{ .id = cause_id,
	  .kind = "body-member-dropped",
	  .change = CAUSE_DROPPED,
	  .headline = headline,
	  .count = 1,
	  .of = 2,
	  .duty = plain_guard,
	  .level = LEVEL_MUST,
	  .effect = EFFECT_COSTS,
	  .examples = { { other_run, clean, clean },
			{ other_run, clean, cut } },
	  .example_count = 2,
	  .cases = lost_cases,
	  .case_count = 1 },
	{ .id = optional_id,
	  .kind = "reason-changed",
	  .change = CAUSE_CHANGED,
	  .headline = optional_headline,
	  .count = 1,
	  .of = 1,
	  .level = LEVEL_MAY,
	  .effect = EFFECT_COSMETIC,
	  .fix = fix,
	  .examples = { { other_run, empty, NULL } },
	  .example_count = 1,
	  .cases = optional_cases,
	  .case_count = 1 },
};

/* ---- checks ---- */

static struct outcome nameless[] = {
	{ NULL, VERDICT_FAIL, LEVEL_SHOULD, EFFECT_COSTS, SEES_NOTHING,
	  BLAME_GATEWAY, "c1", expect_status, two_hundred, four_hundred, NULL },
	{ NULL, VERDICT_FAIL, LEVEL_MAY, EFFECT_BREAKS, SEES_NOTHING,
	  BLAME_GATEWAY, "c1", expect_bare, bare, two_hundred, NULL },
};

static struct outcome undecided_check[] = {
	{ title, VERDICT_UNDECIDED, LEVEL_MUST, EFFECT_BREAKS, SEES_NOTHING,
	  BLAME_GATEWAY, "c1", expect_status, NULL, NULL, NULL },
};

/* ---- evidence ---- */

TEXT(head_ab, "POST /v1/messages\nx: \xc3\xa9\nA: 1\nsame: 1\n");
TEXT(head_ba, "POST /v1/messages\nx: \xc4\xa9\na: 2\nsame: 1\n");
TEXT(one_byte, "x");
TEXT(body, "{\"model\":\"m\"}");
TEXT(label, "u1 mark");
TEXT(label_ping, "u1 ping");
TEXT(label_got, "c1 ping");

static struct moment odd_moments[] = {
	{ 0, true, MOMENT_MARK, label, MOMENT_ALONE },
	{ 20 * TICK_MS, true, MOMENT_PING, label_ping, 2 },
	{ 270 * TICK_MS, false, MOMENT_PING, label_got, 1 },
	{ 271 * TICK_MS, false, MOMENT_END, label_got, MOMENT_ALONE },
};

/* Bodies that are the same, and an answer of one byte that nobody got. */
static struct evidence odd_evidence = {
	.request = { head_ab, head_ba, body, empty, NULL, empty, 13, 13 },
	.answer = { head_ab, NULL, one_byte, NULL, NULL, empty, 1, 0 },
	.moments = odd_moments,
	.moment_count = COUNT(odd_moments),
};

TEXT(id_cheap, "cheap"); /* without an area in front */
TEXT(id_dear, "sessions/long/dear");
TEXT(id_why, "sessions/long/why");
TEXT(id_undecided, "sessions/undecided");
TEXT(id_broken, "sessions/broken");
TEXT(id_open, "sessions/open");
TEXT(id_skipped, "sessions/skipped");
TEXT(id_left, "sessions/left");
TEXT(id_left_2, "models/left");
TEXT(id_bare, "models/bare");

static struct result odd_results[] = {
	{ .id = id_cheap,
	  .area = area_sessions,
	  .title = title,
	  .bill = &cheap },
	{ .id = id_dear,
	  .area = area_sessions,
	  .title = title,
	  .guards = odd_guards,
	  .guard_count = COUNT(odd_guards),
	  .verdict = VERDICT_FAIL,
	  .reason = no_session,
	  .outcomes = nameless,
	  .outcome_count = COUNT(nameless),
	  .evidence = &odd_evidence,
	  .expected = accepted,
	  .cause = 1,
	  .bill = &dear },
	{ .id = id_why,
	  .area = area_sessions,
	  .title = title,
	  .verdict = VERDICT_PASS,
	  .bill = &dear_why },
	{ .id = id_undecided,
	  .area = area_sessions,
	  .title = title,
	  .verdict = VERDICT_UNDECIDED,
	  .reason = no_words,
	  .outcomes = undecided_check,
	  .outcome_count = COUNT(undecided_check),
	  .bill = &dear },
	{ .id = id_broken,
	  .area = area_sessions,
	  .title = title,
	  .verdict = VERDICT_BROKEN,
	  .bill = &cheap },
	{ .id = id_open,
	  .area = area_sessions,
	  .title = title,
	  .level = LEVEL_MAY,
	  .effect = EFFECT_COSMETIC,
	  .verdict = VERDICT_FAIL,
	  .cause = 2,
	  .bill = &never_seen },
	{ .id = id_skipped,
	  .area = area_sessions,
	  .title = title,
	  .verdict = VERDICT_SKIP,
	  .reason = claim,
	  .bill = &cheap },
	{ .id = id_left,
	  .area = area_sessions,
	  .title = title,
	  .verdict = VERDICT_UNDECIDED,
	  .left_out = true,
	  .reason = too_late,
	  .bill = &cheap },
	{ .id = hostile_id,
	  .area = area_errors,
	  .title = hostile_title,
	  .fix = hostile_fix,
	  .level = LEVEL_MAY,
	  .effect = EFFECT_DEGRADES,
	  .verdict = VERDICT_FAIL,
	  .blame = BLAME_CLIENT_CONFIG,
	  .cause = 3 }, /* there is none */
	{ .id = id_bare, .area = area_models, .verdict = VERDICT_SKIP },
	{ .id = id_left_2,
	  .area = area_models,
	  .title = title,
	  .verdict = VERDICT_UNDECIDED,
	  .left_out = true,
	  .reason = too_late },
};

void runs_odd(struct run_report *r)
{
	*r = (struct run_report){
		.list = odd_results,
		.count = COUNT(odd_results),
		.left_out = 2,
		.target = hostile_title,
		.gateway_url = "https://gateway.example",
		.provider = "openai-chat",
		.rate = 12.5,
		.version = "0.0.0",
		.client = "2.1.329",
		.took = 61 * TICK_S,
		.died = true,
		.interrupted = true,
		.implementation_version = "",
		.command = "ccprobe run\n",
		.requirements = odd_requirements,
		.requirement_count = COUNT(odd_requirements),
		.causes = odd_causes,
		.cause_count = COUNT(odd_causes),
		.prices = &half,
	};
}

/* ---- one case ---- */

static size_t single_cases[] = { 0 };

static struct result single_result = { .id = id_open,
				       .area = area_sessions,
				       .title = title,
				       .effect = EFFECT_COSTS,
				       .verdict = VERDICT_FAIL,
				       .cause = 1 };

static struct cause single_cause = { .id = cause_id,
				     .kind = "body-member-dropped",
				     .change = CAUSE_DROPPED,
				     .headline = headline,
				     .count = 1,
				     .of = 1,
				     .effect = EFFECT_COSTS,
				     .cases = single_cases,
				     .case_count = 1 };

void runs_single(struct run_report *r)
{
	*r = (struct run_report){
		.list = &single_result,
		.count = 1,
		.target = "a gateway",
		.gateway_url = "https://gateway.example",
		.version = "0.0.0",
		.client = "2.1.329",
		.causes = &single_cause,
		.cause_count = 1,
	};
}

/* ---- no case: the run was interrupted at once ---- */

void runs_none(struct run_report *r)
{
	runs_single(r);
	r->count = r->cause_count = 0;
	r->interrupted = true;
}

/* ---- stopped: its first request was refused ---- */

void runs_stopped(struct run_report *r)
{
	runs_single(r);
	r->count = r->cause_count = 0;
	r->stopped = "the gateway refuses the key: status 401 <b>";
	r->stopped_advice =
		"  It said: {\"error\": \"no\"}\n"
		"  Set the gateway's own key with --key VALUE or --key "
		"env:NAME.\n"
		"  (ccprobe explain PRE-KEY)\n";
}
