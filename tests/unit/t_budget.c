/* gateway/keys: money, periods of UTC, budgets, turns of a minute, purses. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "gateway/keys/minute.h"
#include "gateway/keys/purse.h"
#include "tests/unit/lock_kit.h"

/* 2026-11-30, a Monday, 15:00:00 UTC */
#define NOW INT64_C(1796050800)
#define DAY INT64_C(86400)

static void shows(money_t m, const char *exact, const char *shown)
{
	struct buf a = BUF_INIT(100), b = BUF_INIT(100);

	money_write(m, &a);
	money_show(m, &b);
	assert_string_equal(buf_str(&a), exact);
	assert_string_equal(buf_str(&b), shown);
	buf_clear(&a);
	buf_clear(&b);
}

static void t_money(void **state)
{
	money_t m = 7;

	(void)state;
	shows(0, "0", "$0.00");
	shows(1, "0.000000001", "$0.0000");
	shows(114000, "0.000114", "$0.0001");
	shows(50 * MONEY_DOLLAR, "50", "$50.00");
	shows(1234567891, "1.234567891", "$1.23");
	shows(MONEY_CENT, "0.01", "$0.01");
	assert_true(money_of(0.1, &m));
	assert_int_equal(m, 100000000);
	assert_true(money_of(1e9, &m));
	assert_false(money_of(1.1e9, &m));
	assert_false(money_of(-0.01, &m));
	assert_int_equal(m, MONEY_MOST);
}

static void t_periods(void **state)
{
	(void)state;
	assert_int_equal(budget_begin(BUDGET_DAY, NOW), NOW - 15 * 3600);
	assert_int_equal(budget_reset(BUDGET_DAY, NOW), NOW + 9 * 3600);
	/* Monday's own second is of its week, the one before is not. */
	assert_int_equal(budget_begin(BUDGET_WEEK, NOW - 15 * 3600),
			 NOW - 15 * 3600);
	assert_int_equal(budget_begin(BUDGET_WEEK, NOW - 15 * 3600 - 1),
			 NOW - 15 * 3600 - 7 * DAY);
	assert_int_equal(budget_reset(BUDGET_WEEK, NOW),
			 NOW - 15 * 3600 + 7 * DAY);
	/* November has 30 days; December leads into another year. */
	assert_int_equal(budget_begin(BUDGET_MONTH, NOW),
			 NOW - 15 * 3600 - 29 * DAY);
	assert_int_equal(budget_reset(BUDGET_MONTH, NOW), NOW + 9 * 3600);
	assert_int_equal(budget_reset(BUDGET_MONTH, NOW + DAY), 1798761600);
	assert_int_equal(budget_begin(BUDGET_TOTAL, NOW), 0);
	assert_int_equal(budget_reset(BUDGET_TOTAL, NOW), 0);
	assert_string_equal(budget_rhythm(BUDGET_WEEK), "weekly");
	assert_null(budget_rhythm(BUDGET_TOTAL));
}

static void t_spending(void **state)
{
	struct budget_spent s = { .spent = { 0 } };

	(void)state;
	budget_spend(&s, NOW, 5);
	assert_int_equal(s.spent[BUDGET_DAY], 5);
	/* The next day is another month, and the same week. */
	budget_spend(&s, NOW + DAY, 7);
	assert_int_equal(s.spent[BUDGET_DAY], 7);
	assert_int_equal(s.spent[BUDGET_WEEK], 12);
	assert_int_equal(s.spent[BUDGET_MONTH], 7);
	assert_int_equal(s.spent[BUDGET_TOTAL], 12);
	/* A clock that goes back opens nothing again. */
	budget_spend(&s, NOW, 1);
	assert_int_equal(s.spent[BUDGET_DAY], 8);
	budget_turn(&s, NOW + 7 * DAY);
	assert_int_equal(s.spent[BUDGET_WEEK], 0);
	assert_int_equal(s.spent[BUDGET_TOTAL], 13);
	/* The first second of a day is of that day. */
	budget_spend(&s, NOW + 7 * DAY, 1);
	budget_turn(&s, NOW + 7 * DAY + 9 * 3600 - 1);
	assert_int_equal(s.spent[BUDGET_DAY], 1);
	budget_turn(&s, NOW + 7 * DAY + 9 * 3600);
	assert_int_equal(s.spent[BUDGET_DAY], 0);
	assert_int_equal(s.spent[BUDGET_WEEK], 1);
}

static void t_standing(void **state)
{
	struct budget b;
	struct budget_spent s = { .spent = { 0 } };
	struct budget_standing at;

	(void)state;
	budget_init(&b);
	assert_false(budget_is_any(&b));
	assert_false(budget_stand(&b, &s, NOW).limited);
	b.limit[BUDGET_DAY] = 1000;
	b.limit[BUDGET_MONTH] = 3000;
	assert_true(budget_is_any(&b));
	budget_spend(&s, NOW, 759);
	at = budget_stand(&b, &s, NOW); /* the fullest */
	assert_int_equal(at.period, BUDGET_DAY);
	assert_int_equal(at.percent, 75);
	assert_false(at.spent_up);
	assert_int_equal(at.reset, NOW + 9 * 3600);
	budget_spend(&s, NOW, 240);
	assert_int_equal(budget_stand(&b, &s, NOW).percent, 99);
	budget_spend(&s, NOW, 1);
	at = budget_stand(&b, &s, NOW);
	assert_true(at.spent_up);
	assert_int_equal(at.percent, 100);
	/* Of two that reset at the same time the first is told. */
	b.limit[BUDGET_MONTH] = 1000;
	assert_int_equal(budget_stand(&b, &s, NOW).period, BUDGET_DAY);
	b.limit[BUDGET_DAY] = b.limit[BUDGET_MONTH] = 2000;
	assert_int_equal(budget_stand(&b, &s, NOW).period, BUDGET_DAY);
	b.limit[BUDGET_DAY] = 1000;
	/* Both are spent up: the one that resets last. */
	b.limit[BUDGET_MONTH] = 1000;
	b.limit[BUDGET_WEEK] = 999;
	at = budget_stand(&b, &s, NOW);
	assert_int_equal(at.period, BUDGET_WEEK);
	b.limit[BUDGET_TOTAL] = 1000; /* which never does */
	at = budget_stand(&b, &s, NOW);
	assert_int_equal(at.period, BUDGET_TOTAL);
	assert_int_equal(at.reset, 0);
	/* A spent budget is told before one that is fuller but not spent. */
	budget_init(&b);
	b.limit[BUDGET_DAY] = 1001;
	b.limit[BUDGET_TOTAL] = 1000;
	assert_int_equal(budget_stand(&b, &s, NOW).period, BUDGET_TOTAL);
	assert_int_equal(budget_stand_in(&b, &s, BUDGET_DAY, NOW).percent, 99);
}

/* Percent of a limit. */
static void t_percent(void **state)
{
	static const struct {
		money_t spent, limit;
		unsigned percent;
		bool spent_up;
	} rows[] = {
		{ 0, 1, 0, false },
		{ 1, 2, 50, false },
		{ -1, 1, 0, false },
		{ -1, 1000, 0, false },
		{ 1999, 1000, 199, true },
		{ 10000, 1, 1000000, true },
		{ 10001, 1, 1000000, true },
		{ MONEY_MOST, 1, 1000000, true },
		/* where a double is not exact */
		{ MONEY_MOST - 1, MONEY_MOST, 99, false },
		{ 757448840234967992, 757448840234967992, 100, true },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct budget_spent s = { .spent = { 0 } };
		struct budget_standing at;
		struct budget b;

		budget_init(&b);
		b.limit[BUDGET_WEEK] = rows[i].limit;
		s.spent[BUDGET_WEEK] = rows[i].spent;
		at = budget_stand(&b, &s, NOW);
		assert_true(at.limited);
		assert_int_equal(at.percent, rows[i].percent);
		assert_int_equal(at.spent_up, rows[i].spent_up);
		assert_int_equal(at.spent, rows[i].spent);
		assert_int_equal(at.limit, rows[i].limit);
	}
}

static void t_minute(void **state)
{
	struct minute m = { .room = 0 };
	tick_t wait = 0;

	(void)state;
	for (int i = 0; i < 3; i++)
		assert_true(minute_take(&m, 3, i * TICK_S, &wait));
	assert_false(minute_take(&m, 3, 10 * TICK_S, &wait));
	assert_int_equal(wait, 50 * TICK_S);
	assert_false(minute_take(&m, 3, 60 * TICK_S - 1, &wait));
	assert_int_equal(wait, 1);
	assert_true(minute_take(&m, 3, 60 * TICK_S, &wait));
	assert_false(minute_take(&m, 3, 60 * TICK_S, &wait));
	assert_int_equal(wait, TICK_S);
	/* After a change of the limit, earlier requests still count. */
	assert_false(minute_take(&m, 2, 60 * TICK_S, &wait));
	assert_int_equal(wait, 2 * TICK_S);
	assert_true(minute_take(&m, 4, 60 * TICK_S, &wait));
	assert_true(minute_take(&m, 4, 61 * TICK_S, &wait));
	assert_false(minute_take(&m, 4, 61 * TICK_S, &wait) &&
		     minute_take(&m, 4, 61 * TICK_S, &wait));
	/* Much later all of them are forgotten. */
	assert_true(minute_take(&m, 4, 200 * TICK_S, &wait));
	assert_true(minute_take(&m, 4, 400 * TICK_S, &wait));
	assert_int_equal(m.count, 1);
	minute_clear(&m);
	assert_int_equal(m.count, 0);
	assert_true(minute_take(&m, 1, 400 * TICK_S, &wait));
	minute_clear(&m);
}

static void t_purse(void **state)
{
	struct purses *all = purses_new();
	struct purse *ann = purses_find(all, "ann"), *bob;
	struct budget_spent before = { .spent = { 1, 2, 3, 4 } };
	tick_t wait;

	(void)state;
	bob = purses_find(all, "bob");
	assert_ptr_equal(purses_find(all, "ann"), ann);
	assert_ptr_not_equal(ann, bob);
	assert_true(purse_enter(ann, 2));
	assert_true(purse_enter(ann, 2));
	assert_false(purse_enter(ann, 2));
	assert_true(purse_enter(bob, 2));
	assert_true(purse_enter(ann, 0)); /* any number */
	purse_leave(ann);
	purse_leave(ann);
	assert_true(purse_enter(ann, 2));
	assert_true(purse_turn(ann, 0, 0, &wait));
	assert_true(purse_turn(ann, 1, 0, &wait));
	assert_false(purse_turn(ann, 1, 0, &wait));
	before.since[BUDGET_DAY] = budget_begin(BUDGET_DAY, NOW);
	before.since[BUDGET_WEEK] = budget_begin(BUDGET_WEEK, NOW);
	before.since[BUDGET_MONTH] = budget_begin(BUDGET_MONTH, NOW);
	purse_restore(ann, &before);
	purse_spend(ann, NOW, 10);
	purse_spend(ann, NOW, -3);
	assert_int_equal(purse_spent(ann, NOW).spent[BUDGET_DAY], 8);
	assert_int_equal(purse_spent(ann, NOW).spent[BUDGET_TOTAL], 11);
	assert_int_equal(purse_spent(ann, NOW + DAY).spent[BUDGET_DAY], 0);
	assert_int_equal(purse_spent(bob, NOW).spent[BUDGET_TOTAL], 0);
	purse_spend(bob, NOW, 1);
	assert_int_equal(purse_spent(bob, NOW).spent[BUDGET_TOTAL], 1);
	purses_free(all);
	purses_free(NULL);
}

/* Each of these takes the purse's lock, or that of all. */
static void t_locks(void **state)
{
	struct budget_spent before = { .spent = { 0 } };
	struct purses *all = purses_new();
	struct purse *p;
	tick_t wait;

	(void)state;
	locks_begin();
	p = purses_find(all, "ann");
	assert_locked_once();
	assert_true(purse_turn(p, 1, 0, &wait));
	assert_locked_once();
	assert_true(purse_enter(p, 1));
	assert_locked_once();
	purse_leave(p);
	assert_locked_once();
	purse_spend(p, NOW, 1);
	assert_locked_once();
	(void)purse_spent(p, NOW);
	assert_locked_once();
	purse_restore(p, &before);
	assert_locked_once();
	purses_free(all);
	assert_int_equal(locks_gone, 2); /* the purse's, and that of all */
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(t_money),    cmocka_unit_test(t_periods),
		cmocka_unit_test(t_spending), cmocka_unit_test(t_standing),
		cmocka_unit_test(t_percent),  cmocka_unit_test(t_minute),
		cmocka_unit_test(t_purse),    cmocka_unit_test(t_locks),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
