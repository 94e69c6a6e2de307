/*
 * What a key may spend in a day, in a week, in a month (all in UTC) and in
 * total. Pure functions of the time in Unix seconds.
 */
#ifndef GATEWAY_KEYS_BUDGET_H
#define GATEWAY_KEYS_BUDGET_H

#include "gateway/keys/money.h"

enum budget_period { BUDGET_DAY, BUDGET_WEEK, BUDGET_MONTH, BUDGET_TOTAL };
#define BUDGET_PERIODS 4

#define BUDGET_NONE INT64_C(-1)

/* Limits; BUDGET_NONE: no limit. */
struct budget {
	money_t limit[BUDGET_PERIODS];
};

void budget_init(struct budget *b); /* without a limit */
bool budget_is_any(const struct budget *b);

/* "daily", "weekly", "monthly"; NULL for the total, which has no such word. */
const char *budget_rhythm(enum budget_period p);

/* The second in which the period of this moment began, and in which the next
 * one begins; weeks begin on Monday. For the total: 0 and 0. */
int64_t budget_begin(enum budget_period p, int64_t now);
int64_t budget_reset(enum budget_period p, int64_t now); /* for tests */

/* What was spent in the current period of each kind, and the second in which
 * that period began. */
struct budget_spent {
	money_t spent[BUDGET_PERIODS];
	int64_t since[BUDGET_PERIODS];
};

/* Forgets what was spent in earlier periods; adds what is spent now. */
void budget_turn(struct budget_spent *s, int64_t now);
void budget_spend(struct budget_spent *s, int64_t now, money_t cost);

/* The state of a key's budget. */
struct budget_standing {
	bool limited; /* the key has a limit */
	bool spent_up; /* a limit is reached */
	/* The period that the members below describe: the fullest one or, of
	 * those that are spent up, the one that resets last. */
	enum budget_period period;
	money_t limit, spent;
	int64_t reset; /* 0: never */
	/* Percent of the limit, rounded down: at most 99 while more may be
	 * spent, at least 100 after that. */
	unsigned percent;
};

/* The state; `s` must have been turned to this moment. */
struct budget_standing budget_stand(const struct budget *b,
				    const struct budget_spent *s, int64_t now);

/* The same for one period, which must have a limit. */
struct budget_standing budget_stand_in(const struct budget *b,
				       const struct budget_spent *s,
				       enum budget_period p, int64_t now);

#endif
