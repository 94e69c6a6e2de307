/*
 * What a key may spend in a day, a week, a month, all of them of UTC, and in
 * all. Pure functions of the time in Unix seconds.
 */
#ifndef GATEWAY_KEYS_BUDGET_H
#define GATEWAY_KEYS_BUDGET_H

#include "gateway/keys/money.h"

enum budget_period { BUDGET_DAY, BUDGET_WEEK, BUDGET_MONTH, BUDGET_TOTAL };
#define BUDGET_PERIODS 4

#define BUDGET_NONE INT64_C(-1)

/* Limits; BUDGET_NONE: there is none. */
struct budget {
	money_t limit[BUDGET_PERIODS];
};

void budget_init(struct budget *b); /* without a limit */
bool budget_is_any(const struct budget *b);

/* "daily", "weekly", "monthly"; NULL: in all, which has no word. */
const char *budget_rhythm(enum budget_period p);

/* The second in which the period of this moment began, and the one in which the
 * next begins: weeks on Monday. In all: 0, and 0. */
int64_t budget_begin(enum budget_period p, int64_t now);
int64_t budget_reset(enum budget_period p, int64_t now); /* for tests */

/* What was spent, by periods; of each the second in which it began. */
struct budget_spent {
	money_t spent[BUDGET_PERIODS];
	int64_t since[BUDGET_PERIODS];
};

/* What an earlier period has spent is forgotten; then more is spent. */
void budget_turn(struct budget_spent *s, int64_t now);
void budget_spend(struct budget_spent *s, int64_t now, money_t cost);

/* How a key stands. */
struct budget_standing {
	bool limited; /* there is a limit at all */
	bool spent_up; /* nothing more may be spent */
	enum budget_period period; /* that the rest is about: the fullest, or,
				      of those that are spent up, the one that
				      resets last */
	money_t limit, spent;
	int64_t reset; /* 0: never */
	unsigned percent; /* of the limit, rounded down; 99 at most while more
			     may be spent, 100 at least after that */
};

/* `s` was turned to this moment. */
struct budget_standing budget_stand(const struct budget *b,
				    const struct budget_spent *s, int64_t now);

/* The same of one period, which has a limit. */
struct budget_standing budget_stand_in(const struct budget *b,
				       const struct budget_spent *s,
				       enum budget_period p, int64_t now);

#endif
