/* Letters, caps and what makes a grade partial. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "reports/grade.h"
#include "wire/bytes/mem.h"

#define MANY 200

static char area[] = "errors", other_area[] = "auth", id[] = "errors/x";
static char known[] = "known";
static char status_is[] = "c1.status == 529";

/* MANY must-cases of effect `breaks` that pass; the first is for the test. */
static struct run_report *passing(void)
{
	static struct result list[MANY];
	static struct run_report r;

	for (size_t i = 0; i < MANY; i++)
		list[i] = (struct result){ .id = id,
					   .area = area,
					   .level = LEVEL_MUST,
					   .effect = EFFECT_BREAKS };
	r = (struct run_report){ .list = list, .count = MANY };
	return &r;
}

static struct grade graded(const struct run_report *r)
{
	struct grade g;

	grade_of(r, &g);
	return g;
}

static void fail_by(struct result *one, struct outcome *o, char *guard)
{
	static char *guards[1];

	guards[0] = guard;
	one->verdict = VERDICT_FAIL;
	one->blame = BLAME_GATEWAY;
	one->outcomes = o;
	one->outcome_count = o ? 1 : 0;
	one->guards = guards;
	one->guard_count = guard ? 1 : 0;
}

/* What a failing case takes away beside one of weight 10 that passes. */
static void t_weights(void **state)
{
	static const struct {
		enum effect effect;
		unsigned scores[3]; /* must, should, may */
	} rows[] = {
		{ EFFECT_EXPOSES, { 33, 55, 100 } },
		{ EFFECT_BREAKS, { 50, 71, 100 } },
		{ EFFECT_COSTS, { 62, 76, 100 } },
		{ EFFECT_DEGRADES, { 71, 83, 100 } },
		{ EFFECT_COSMETIC, { 90, 90, 100 } },
	};
	static char second[] = "errors/y";

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		for (int l = LEVEL_MUST; l <= LEVEL_MAY; l++) {
			struct run_report *r = passing();

			r->count = 2;
			r->list[1].id = second;
			r->list[1].level = (enum level)l;
			r->list[1].effect = rows[i].effect;
			r->list[1].verdict = VERDICT_FAIL;
			assert_int_equal(graded(r).score, rows[i].scores[l]);
		}
	}
}

/* What is optional earns nothing either. */
static void t_optional_alone(void **state)
{
	struct run_report *r = passing();

	(void)state;
	r->count = 1;
	r->list[0].level = LEVEL_MAY;
	assert_int_equal(graded(r).letter, GRADE_NONE);
	r->list[0].effect = EFFECT_COSMETIC;
	r->list[0].level = LEVEL_SHOULD;
	assert_int_equal(graded(r).letter, 'A');
}

static void t_all_pass(void **state)
{
	struct grade g = graded(passing());

	(void)state;
	assert_int_equal(g.letter, 'A');
	assert_int_equal(g.score, 100);
	assert_false(grade_is_partial(&g));
}

static void t_nothing_decided(void **state)
{
	struct run_report *r = passing();
	struct grade g;

	(void)state;
	for (size_t i = 0; i < r->count; i++)
		r->list[i].verdict = VERDICT_SKIP;
	g = graded(r);
	assert_int_equal(g.letter, GRADE_NONE);
	assert_false(grade_is_partial(&g));
}

/* A baseline says what is known; it raises no letter. */
static void t_expected(void **state)
{
	struct outcome o = { .verdict = VERDICT_FAIL,
			     .effect = EFFECT_BREAKS,
			     .expect = status_is };
	struct buf out = BUF_INIT(BUF_NO_LIMIT);
	struct run_report *r = passing();
	struct grade g;

	(void)state;
	fail_by(&r->list[0], &o, NULL);
	r->list[0].expected = known;
	r->expected = 1;
	g = graded(r);
	assert_int_equal(g.letter, 'C');
	assert_int_equal(g.score, 99);
	grade_expected(&g, &out);
	assert_string_equal(buf_str(&out), "1 expected failure (baseline)");
	g.expected = 0;
	buf_reset(&out);
	grade_expected(&g, &out);
	assert_int_equal(out.len, 0);
	buf_clear(&out);
}

static void t_must_that_breaks(void **state)
{
	struct outcome o = { .verdict = VERDICT_FAIL,
			     .effect = EFFECT_BREAKS,
			     .expect = status_is };
	struct run_report *r = passing();
	struct grade g;

	(void)state;
	fail_by(&r->list[0], &o, NULL);
	g = graded(r);
	assert_int_equal(g.letter, 'C');
	assert_int_equal(g.uncapped, 'A');
	assert_int_equal(g.capped[CAP_BROKEN_MUST], 1);
	assert_int_equal(g.capped[CAP_FALSE_END], 0);
}

static void t_recommendation_of_a_must(void **state)
{
	struct outcome o = { .verdict = VERDICT_FAIL,
			     .level = LEVEL_SHOULD,
			     .effect = EFFECT_DEGRADES,
			     .expect = status_is };
	struct run_report *r = passing();
	struct grade g;

	(void)state;
	fail_by(&r->list[0], &o, NULL);
	g = graded(r);
	assert_int_equal(g.letter, 'A');
	assert_int_equal(g.score, 99);
}

static void t_false_end(void **state)
{
	struct outcome o = { .verdict = VERDICT_FAIL,
			     .effect = EFFECT_BREAKS,
			     .sees = SEES_FALSE_END };
	struct run_report *r = passing();
	struct grade g;

	(void)state;
	fail_by(&r->list[0], &o, NULL);
	g = graded(r);
	assert_int_equal(g.letter, 'D');
	assert_int_equal(g.capped[CAP_FALSE_END], 1);
}

/* Another check of the same case failed; this one did not see it. */
static void t_only_what_was_seen(void **state)
{
	struct outcome o[] = {
		{ .verdict = VERDICT_PASS, .sees = SEES_CREDENTIAL },
		{ .verdict = VERDICT_UNDECIDED, .sees = SEES_FALSE_END },
		{ .verdict = VERDICT_FAIL, .effect = EFFECT_DEGRADES },
	};
	struct run_report *r = passing();
	struct grade g;

	(void)state;
	fail_by(&r->list[0], o, NULL);
	r->list[0].outcome_count = 3;
	r->list[0].effect = EFFECT_EXPOSES;
	g = graded(r);
	assert_int_equal(g.capped[CAP_CREDENTIAL], 0);
	assert_int_equal(g.capped[CAP_FALSE_END], 0);
	assert_int_equal(g.capped[CAP_BROKEN_MUST], 0);
	assert_int_equal(g.letter, 'A');
}

static void t_credential(void **state)
{
	struct outcome o = { .verdict = VERDICT_FAIL,
			     .effect = EFFECT_EXPOSES,
			     .sees = SEES_CREDENTIAL };
	struct run_report *r = passing();

	(void)state;
	fail_by(&r->list[0], &o, NULL);
	assert_int_equal(graded(r).letter, 'F');
	assert_int_equal(graded(r).uncapped, 'A');
}

static void t_not_the_gateways_fault(void **state)
{
	struct outcome o = { .verdict = VERDICT_FAIL,
			     .effect = EFFECT_EXPOSES,
			     .sees = SEES_CREDENTIAL,
			     .blame = BLAME_CLIENT_CONFIG };
	struct run_report *r = passing();

	(void)state;
	fail_by(&r->list[0], &o, NULL);
	assert_int_equal(graded(r).capped[CAP_CREDENTIAL], 0);
	assert_int_equal(graded(r).capped[CAP_BROKEN_MUST], 0);
}

/* ---- duties ---- */

static char duty_a[] = "HDR-01", duty_b[] = "SSE-03";
static char *guards_a[] = { duty_a }, *guards_b[] = { duty_b };

static struct result about(char **guards, uint64_t file, struct outcome *failed)
{
	return (struct result){ .id = id,
				.area = area,
				.digest = file,
				.guards = guards,
				.guard_count = 1,
				.effect = EFFECT_BREAKS,
				.verdict = failed != NULL ? VERDICT_FAIL
							  : VERDICT_PASS,
				.outcomes = failed,
				.outcome_count = failed != NULL };
}

/* Two duties of one weight: a file of one fails, another passes. */
static void t_copies(void **state)
{
	struct outcome o = { .verdict = VERDICT_FAIL, .effect = EFFECT_BREAKS };
	struct result list[12] = { about(guards_a, 1, &o),
				   about(guards_a, 2, NULL),
				   about(guards_b, 3, NULL) };
	struct run_report r = { .list = list, .count = 3 };

	(void)state;
	assert_int_equal(graded(&r).score, 75);
	for (r.count = 4; r.count < 12; r.count++) {
		list[r.count - 1] = list[0]; /* copies of the one that fails */
		assert_int_equal(graded(&r).score, 75);
	}
	for (size_t i = 3; i < 12; i++)
		list[i] = list[2]; /* of one that passes */
	assert_int_equal(graded(&r).score, 75);
}

/* A duty that fails in many files is lost only once. */
static void t_many_files(void **state)
{
	struct outcome o = { .verdict = VERDICT_FAIL, .effect = EFFECT_BREAKS };
	struct result list[10] = { about(guards_b, 99, NULL) };
	struct run_report r = { .list = list, .count = 1 };

	(void)state;
	for (; r.count < 10; r.count++) {
		list[r.count] = about(guards_a, r.count, &o);
		if (r.count > 1)
			assert_int_equal(graded(&r).score, 50);
	}
}

/* A check that matters less costs less than its case. */
static void t_weight_of_the_check(void **state)
{
	struct outcome o = { .verdict = VERDICT_FAIL,
			     .level = LEVEL_SHOULD,
			     .effect = EFFECT_COSMETIC };
	struct result list[] = { about(guards_a, 1, &o) };
	struct run_report r = { .list = list, .count = 1 };

	(void)state;
	assert_int_equal(graded(&r).score, 90); /* 1 of 10 is lost */
}

static void t_decided(void **state)
{
	struct run_report *r = passing();

	(void)state;
	for (size_t i = 0; i < 50; i++)
		r->list[i].verdict = VERDICT_UNDECIDED;
	r->counts[VERDICT_PASS] = MANY - 50;
	assert_int_equal(graded(r).decided, 75);
}

static void t_partial(void **state)
{
	struct run_report *r = passing();
	struct grade g;

	(void)state;
	r->list[0].verdict = VERDICT_SKIP;
	assert_true(graded(r).skipped == 1);
	r->list[0].not_meant = true;
	g = graded(r);
	assert_true(g.skipped == 0);
	assert_false(grade_is_partial(&g));
	r->list[0].not_meant = false;
	r->list[0].area = other_area; /* none of it was decided */
	assert_true(graded(r).skipped == 0);
	r->list[1].verdict = VERDICT_UNDECIDED;
	assert_true(graded(r).undecided == 1);
	r->list[1].verdict = VERDICT_PASS;
	r->selection = true;
	g = graded(r);
	assert_true(grade_is_partial(&g));
}

static void t_cap_cases(void **state)
{
	struct outcome o = { .verdict = VERDICT_FAIL, .effect = EFFECT_BREAKS };
	struct run_report *r = passing();
	struct buf b = BUF_INIT(BUF_NO_LIMIT);

	(void)state;
	for (size_t i = 0; i < 5; i++)
		fail_by(&r->list[i], &o, NULL);
	grade_cap_cases(CAP_BROKEN_MUST, r, &b);
	assert_string_equal(buf_str(&b),
			    "errors/x, errors/x, errors/x and 2 more");
	buf_clear(&b);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		{ "grade: what each check weighs", t_weights, NULL, NULL,
		  NULL },
		{ "grade: optional checks alone give none", t_optional_alone,
		  NULL, NULL, NULL },
		{ "grade: all that pass are an A", t_all_pass, NULL, NULL,
		  NULL },
		{ "grade: without anything decided there is none",
		  t_nothing_decided, NULL, NULL, NULL },
		{ "grade: one must that breaks the session caps at C",
		  t_must_that_breaks, NULL, NULL, NULL },
		{ "grade: what a baseline expects costs the same", t_expected,
		  NULL, NULL, NULL },
		{ "grade: a recommendation of a must caps nothing",
		  t_recommendation_of_a_must, NULL, NULL, NULL },
		{ "grade: a cut that looks like an end caps at D", t_false_end,
		  NULL, NULL, NULL },
		{ "grade: only a check that saw it caps", t_only_what_was_seen,
		  NULL, NULL, NULL },
		{ "grade: a copy of a case changes nothing", t_copies, NULL,
		  NULL, NULL },
		{ "grade: a duty counts once", t_many_files, NULL, NULL, NULL },
		{ "grade: what is lost is the failed check's weight",
		  t_weight_of_the_check, NULL, NULL, NULL },
		{ "grade: how much was decided", t_decided, NULL, NULL, NULL },
		{ "grade: a credential on the wrong side caps at F",
		  t_credential, NULL, NULL, NULL },
		{ "grade: what is not the gateway's fault caps nothing",
		  t_not_the_gateways_fault, NULL, NULL, NULL },
		{ "grade: skips in claimed areas, and selections, are partial",
		  t_partial, NULL, NULL, NULL },
		{ "grade: a cap names its first cases", t_cap_cases, NULL, NULL,
		  NULL },
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("grade", tests, NULL, NULL);
}
