/*
 * Tests of reports/summary: causes in few lines, and what it says of failures
 * that are alike.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "reports/cause.h"
#include "reports/grade.h"
#include "reports/reports.h"
#include "wire/bytes/mem.h"

enum { MOST = 6 };

static char area[] = "body", title[] = "t", check[] = "n", other[] = "m";
static char lost[] = "lost /a 1", lost_more[] = "lost /a 1\nlost /b 2";
static char ids[MOST][8] = { "body/a", "body/b", "body/c",
			     "body/d", "body/e", "body/f" };

static struct outcome outcomes[MOST][2];
static struct result results[MOST];
static struct buf out = BUF_INIT(BUF_NO_LIMIT);

/* Failures of a must-case; check `n` has the level of the row. */
static void fail_all(enum level level)
{
	for (size_t i = 0; i < MOST; i++) {
		outcomes[i][0] = (struct outcome){ .name = check,
						   .verdict = VERDICT_FAIL,
						   .level = level,
						   .difference = lost };
		outcomes[i][1] = (struct outcome){ .name = other,
						   .verdict = VERDICT_PASS };
		results[i] = (struct result){ .id = ids[i],
					      .area = area,
					      .title = title,
					      .verdict = VERDICT_FAIL,
					      .outcomes = outcomes[i],
					      .outcome_count = 2 };
	}
}

static const char *summary_of(struct run_report *r, bool verbose)
{
	const struct summary_how how = { .verbose = verbose };

	r->target = "t";
	r->gateway_url = "http://127.0.0.1:8080";
	r->mock_url = "http://127.0.0.1:8473";
	r->client = "2.1.329";
	r->version = "0.0.0";
	memset(r->counts, 0, sizeof(r->counts));
	for (size_t i = 0; i < r->count; i++)
		r->counts[r->list[i].verdict]++;
	buf_reset(&out);
	summary_write(r, how, &out);
	return buf_str(&out);
}

static const char *summary(bool verbose)
{
	struct run_report r = { .list = results, .count = MOST };

	return summary_of(&r, verbose);
}

/* What a gateway without a key of its own does, cause by cause. */
static void t_keys_passed_on(void **state)
{
	static char in_x_api_key[] = "credential-forwarded:x-api-key",
		    wrong_key[] = "passed-on:wrong-key", text[] = "does it";
	struct cause causes[2] = {
		{ .id = in_x_api_key, .headline = text, .fix = text },
		{ .id = wrong_key, .headline = text, .fix = text },
	};
	struct run_report r = { .causes = causes, .cause_count = 2 };

	(void)state;
	assert_non_null(strstr(summary_of(&r, false), "a wrong key is served"));
	assert_non_null(strstr(summary_of(&r, false), "replaces-key\n"));
	r.cause_count = 1;
	assert_null(strstr(summary_of(&r, false), "--without"));
	r.causes = causes + 1;
	assert_null(strstr(summary_of(&r, false), "--without"));
}

static void t_alike(void **state)
{
	const char *text;

	(void)state;
	fail_all(LEVEL_MUST);
	outcomes[4][0].difference = lost_more;
	text = summary(true);
	assert_non_null(strstr(text, "FAIL  body/c  (must)\n      t\n"));
	assert_non_null(strstr(text, "\nFAIL  body/d  (must): same difference "
				     "as body/a\n"));
	assert_non_null(strstr(text, "FAIL  body/e  (must)\n      t\n"));
	assert_non_null(strstr(text, "FAIL  body/f  (must): same difference "
				     "as body/a\n"));
	text = summary(false);
	assert_non_null(strstr(text, "FAIL  body/c  (must)\n      t\n"));
	assert_non_null(strstr(text, "FAIL  body/e  (must)\n      t\n"));
	assert_non_null(strstr(text, "\nFAIL  2 more, same difference as "
				     "body/a: body/d, body/f\n"));
	buf_clear(&out);
}

/* What is expected and what is wanted are not one text. */
static void t_not_alike(void **state)
{
	static char a[] = "a", ab[] = "ab", bc[] = "bc", c[] = "c";

	(void)state;
	fail_all(LEVEL_MUST);
	for (size_t i = 0; i < MOST; i++) {
		outcomes[i][0].difference = NULL;
		outcomes[i][0].expect = i == 4 ? ab : a;
		outcomes[i][0].wanted = i == 4 ? c : bc;
	}
	assert_non_null(
		strstr(summary(false), "FAIL  body/e  (must)\n      t\n"));
	assert_non_null(strstr(buf_str(&out),
			       "\nFAIL  2 more, same difference as body/a: "
			       "body/d, body/f\n"));
	buf_clear(&out);
}

/* With -q only the names of new failures. */
static void t_quiet(void **state)
{
	const struct summary_how how = { .quiet = true };
	struct run_report r = { .list = results, .count = MOST };

	(void)state;
	fail_all(LEVEL_MUST);
	results[1].verdict = VERDICT_PASS;
	results[2].expected = title;
	results[3].verdict = VERDICT_UNDECIDED;
	buf_reset(&out);
	summary_write(&r, how, &out);
	assert_string_equal(buf_str(&out), "body/a\nbody/e\nbody/f\n");
	buf_clear(&out);
}

static void t_failed_level(void **state)
{
	(void)state;
	fail_all(LEVEL_SHOULD);
	outcomes[1][1].verdict = VERDICT_FAIL;
	assert_int_equal(result_failed_level(&results[0]), LEVEL_SHOULD);
	assert_int_equal(result_failed_level(&results[1]), LEVEL_MUST);
	results[0].effect = results[1].effect = EFFECT_BREAKS;
	assert_false(grade_cap_has(CAP_BROKEN_MUST, &results[0]));
	assert_true(grade_cap_has(CAP_BROKEN_MUST, &results[1]));
	results[2].outcome_count = 0;
	assert_int_equal(result_failed_level(&results[2]), LEVEL_MUST);
	assert_non_null(strstr(summary(true), "FAIL  body/a  (should)\n"));
	assert_non_null(strstr(summary(true), "FAIL  body/b  (must)\n"));
	buf_clear(&out);
}

/* ---- causes ---- */

enum { SUITE = 643, FAILING = 181, AREAS = 19, LINES = 40, COLUMNS = 80 };

static char cause_id[] = "request-field-dropped:x";
static char headline[] =
	"drops the request field anthropic-beta: 512 of 512 requests";
static char fix[] = "Pass anthropic-beta on as it came, values in order.";
static char duty_text[] =
	"anthropic-beta passes byte for byte: nothing dropped, "
	"added, sorted or changed.";
static char duty[] = "HDR-01", word_must[] = "must";
static const struct requirement requirements[] = { { duty, word_must, duty_text,
						     NULL, NULL, NULL } };

static char *made(const char *fmt, unsigned a, unsigned b)
{
	struct buf text = BUF_INIT(BUF_NO_LIMIT);

	buf_addf(&text, "%s-area-%02u", fmt, a);
	if (b != SUITE)
		buf_addf(&text, "/a-case-of-a-usual-length/%u", b);
	return buf_take(&text, NULL);
}

/* A whole suite of which the first cases fail, each by one of `count` causes;
 * every area has failures. */
static struct run_report suite_with(size_t count)
{
	struct run_report r = { .requirements = requirements,
				.requirement_count = 1 };

	r.list = xcalloc(SUITE, sizeof(*r.list));
	r.count = SUITE;
	r.causes = xcalloc(count + 1, sizeof(*r.causes));
	r.cause_count = count;
	for (size_t i = 0; i < count; i++)
		r.causes[i] =
			(struct cause){ .id = cause_id,
					.headline = headline,
					.duty = duty,
					.effect = EFFECT_COSTS,
					.fix = fix,
					.cases = xcalloc(FAILING,
							 sizeof(size_t)) };
	for (unsigned i = 0; i < SUITE; i++) {
		struct cause *c = &r.causes[count > 0 ? i % count : 0];

		r.list[i] =
			(struct result){ .id = made("one", i % AREAS, i),
					 .area = made("one", i % AREAS, SUITE),
					 .title = title,
					 .outcomes = outcomes[0],
					 .effect = EFFECT_BREAKS };
		if (i >= FAILING || count == 0)
			continue;
		r.list[i].verdict = VERDICT_FAIL;
		r.list[i].outcome_count = 2;
		r.list[i].cause = i % count + 1;
		c->cases[c->case_count++] = i;
	}
	return r;
}

static void suite_free(struct run_report *r)
{
	for (size_t i = 0; i < r->count; i++) {
		free(r->list[i].id);
		free(r->list[i].area);
	}
	for (size_t i = 0; i < r->cause_count; i++)
		free(r->causes[i].cases);
	free(r->causes);
	free(r->list);
	buf_clear(&out);
}

static size_t lines_of(const char *text, size_t *widest)
{
	struct span rest = span_of(text), line;
	size_t count = 0;

	*widest = 0;
	while (rest.len > 0 && span_split(&rest, '\n', &line)) {
		count++;
		if (line.len > *widest)
			*widest = line.len;
	}
	return count;
}

static size_t times(const char *text, const char *what)
{
	size_t count = 0;

	for (; (text = strstr(text, what)) != NULL; text += strlen(what))
		count++;
	return count;
}

/* The promise of the default: everything in one screen. */
static void t_one_cause(void **state)
{
	struct run_report r = suite_with(1);
	size_t widest;
	const char *text;

	(void)state;
	fail_all(LEVEL_MUST);
	text = summary_of(&r, false);
	assert_in_range(lines_of(text, &widest), 10, LINES);
	assert_in_range(widest, 60, COLUMNS);
	assert_non_null(
		strstr(text, "\n1 cause explains 181 of 181 failures.\n"));
	assert_non_null(strstr(text, "\nCAUSE 1   drops the request field "));
	assert_non_null(strstr(text, "\n      effect  costs: the session "));
	assert_non_null(
		strstr(text, "\n      duty    HDR-01, must: anthropic"));
	assert_non_null(strstr(text, "\n      fix     Pass anthropic-beta"));
	assert_non_null(strstr(text, "\n      cases   181: one-area-00/"));
	assert_non_null(strstr(text, " and 178 more\n"));
	assert_non_null(strstr(text, "in full: -v;"));
	assert_null(strstr(text, "\nFAIL  one-area-00/"));
	/* the grade leads, and is told again at the end */
	assert_true(strstr(text, "\ngrade ") < strstr(text, "\nCAUSE 1"));
	assert_non_null(strstr(text, "181 fail (in 0 ms); grade "));
	suite_free(&r);
}

static void t_verbose(void **state)
{
	struct run_report r = suite_with(1);
	const char *text;

	(void)state;
	fail_all(LEVEL_MUST);
	text = summary_of(&r, true);
	assert_int_equal(times(text, "\nFAIL  one-area-"), FAILING);
	assert_null(strstr(text, "in full: -v"));
	assert_non_null(strstr(text, "      cause   1: drops the request"));
	suite_free(&r);
}

/* Ten are told in full, the others in a line that fits; what nothing explains
 * stands by itself. */
static void t_many_causes(void **state)
{
	struct run_report r = suite_with(12);
	const char *text;
	size_t widest;

	(void)state;
	fail_all(LEVEL_MUST);
	r.list[5].cause = 0;
	text = summary_of(&r, false);
	assert_int_equal(times(text, "\n      fix     Pass"), 10);
	assert_int_equal(times(text, "\nCAUSE "), 12);
	assert_non_null(strstr(text, "\nCAUSE 12  drops"));
	assert_non_null(strstr(text, " (costs, 15 cases)\n"));
	assert_int_equal(times(text, "\nFAIL  one-area-"), 1);
	assert_non_null(strstr(text, "\nNo cause was found for 1 failure.\n"));
	lines_of(text, &widest);
	assert_in_range(widest, 60, COLUMNS);
	suite_free(&r);
}

/* In a run of a few selected cases, each failure is told in full. */
static void t_few(void **state)
{
	struct run_report r = suite_with(1);

	(void)state;
	fail_all(LEVEL_MUST);
	for (size_t i = 3; i < FAILING; i++) {
		r.list[i].verdict = VERDICT_PASS;
		r.list[i].outcome_count = 0;
	}
	r.causes[0].case_count = 3;
	assert_int_equal(times(summary_of(&r, false), "\nFAIL  one-area-"), 0);
	r.selection = true;
	assert_int_equal(times(summary_of(&r, false), "\nFAIL  one-area-"), 3);
	assert_null(strstr(buf_str(&out), "in full: -v"));
	r.list[3].verdict = VERDICT_FAIL;
	assert_int_equal(times(summary_of(&r, false), "\nFAIL  one-area-"), 0);
	suite_free(&r);
}

/* What is undecided is a line for each reason, with a few names; unless it is all
 * that somebody chose. */
static void t_undecided(void **state)
{
	static char one[] = "unasked", late[] = "overlong";
	static char trace[] = "0.1  c1  request";
	struct run_report r = suite_with(0);
	const char *text;
	size_t widest;

	(void)state;
	for (size_t i = 0; i < 9; i++) {
		r.list[i].verdict = VERDICT_UNDECIDED;
		r.list[i].reason = i == 4 ? late : one;
		r.list[i].trace = trace;
	}
	text = summary_of(&r, false);
	assert_null(strstr(text, trace));
	assert_int_equal(times(text, one), 1);
	assert_int_equal(times(text, late), 1);
	assert_non_null(strstr(text, " 5 more:"));
	assert_non_null(
		strstr(text, "one-area-04/a-case-of-a-usual-length/4:"));
	assert_null(strstr(text, "usual-length/3"));
	lines_of(text, &widest);
	assert_in_range(widest, 60, COLUMNS);
	assert_int_equal(times(summary_of(&r, true), trace), 4);
	r.selection = true;
	assert_null(strstr(summary_of(&r, false), trace));
	for (size_t i = 3; i < 9; i++)
		r.list[i].verdict = VERDICT_PASS;
	assert_non_null(strstr(summary_of(&r, false), trace));
	for (size_t i = 0; i < 9; i++)
		r.list[i].reason = r.list[i].trace = NULL;
	suite_free(&r);
}

/* What explains no failure is a note; without a duty it is only counted. */
static void t_notes(void **state)
{
	struct run_report r = suite_with(0);
	const char *text;

	(void)state;
	r.cause_count = 1;
	r.causes[0] = (struct cause){ .id = cause_id, .headline = headline };
	text = summary_of(&r, false);
	assert_null(strstr(text, "CAUSE"));
	assert_null(strstr(text, headline));
	assert_non_null(strstr(text,
			       "it does 1 thing to traffic that breaks no "
			       "duty: --causes\n"));
	assert_non_null(strstr(summary_of(&r, true), headline));
	r.causes[0].duty = duty;
	assert_non_null(strstr(summary_of(&r, false), headline));
	suite_free(&r);
}

/* A gateway that died is told beside the grade. */
static void t_died(void **state)
{
	static char words[] = "exited with status 3: panic";
	struct run_report r = suite_with(0);
	const char *text, *died;

	(void)state;
	assert_null(strstr(summary_of(&r, false), "died"));
	r.died = true;
	r.last_words = words;
	text = summary_of(&r, false);
	died = strstr(text, "\n      died    it answered at first, and "
			    "no longer listens: exited ");
	assert_non_null(died);
	assert_true(died > strstr(text, "\ngrade ") &&
		    died < strstr(text, "\npass "));
	suite_free(&r);
}

/* Expected failures take one line, and their cause another one. */
static void t_expected(void **state)
{
	struct run_report r = suite_with(1);
	const char *text;

	(void)state;
	fail_all(LEVEL_MUST);
	for (size_t i = 0; i < FAILING; i++)
		r.list[i].expected = fix;
	r.expected = FAILING;
	text = summary_of(&r, false);
	assert_non_null(strstr(text, " (costs, 181 cases, expected)\n"));
	assert_int_equal(times(text, "\nexpected   "), 1);
	assert_int_equal(times(summary_of(&r, true), "\nexpected   "), FAILING);
	suite_free(&r);
}

/* What a gateway says does not reach the terminal as it is. */
static void t_hostile(void **state)
{
	static char bad[] = "answers with \033[2J\x9b and \xff";
	struct run_report r = suite_with(12);

	(void)state;
	fail_all(LEVEL_MUST);
	for (size_t i = 0; i < 12; i++) {
		r.causes[i].headline = r.causes[i].fix = bad;
		r.causes[i].examples[0] =
			(struct cause_example){ bad, bad, bad };
		r.causes[i].example_count = 1;
	}
	assert_null(strchr(summary_of(&r, false), '\033'));
	assert_null(strchr(summary_of(&r, true), '\033'));
	assert_null(strchr(buf_str(&out), '\x9b'));
	suite_free(&r);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		{ "summary: a gateway without a key of its own is told how to "
		  "say so",
		  t_keys_passed_on, NULL, NULL, NULL },
		{ "summary: the fourth failure of one difference is one line",
		  t_alike, NULL, NULL, NULL },
		{ "summary: with -q the names of failures", t_quiet, NULL, NULL,
		  NULL },
		{ "summary: what fails in another way", t_not_alike, NULL, NULL,
		  NULL },
		{ "summary: one cause of 181 failures fits a screen",
		  t_one_cause, NULL, NULL, NULL },
		{ "summary: -v tells each failure, with its cause", t_verbose,
		  NULL, NULL, NULL },
		{ "summary: a few failures of a selection are told in full",
		  t_few, NULL, NULL, NULL },
		{ "summary: what is undecided is folded under its reason",
		  t_undecided, NULL, NULL, NULL },
		{ "summary: ten causes in full, the others in a line",
		  t_many_causes, NULL, NULL, NULL },
		{ "summary: what explains no failure is a note", t_notes, NULL,
		  NULL, NULL },
		{ "summary: that the gateway died stands beside the grade",
		  t_died, NULL, NULL, NULL },
		{ "summary: what a baseline expects is told in few lines",
		  t_expected, NULL, NULL, NULL },
		{ "summary: causes are safe for a terminal", t_hostile, NULL,
		  NULL, NULL },
		{ "summary: a failure has the level of the check that failed",
		  t_failed_level, NULL, NULL, NULL },
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("summary", tests, NULL, NULL);
}
