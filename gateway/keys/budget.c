/* Calendar periods, and how full they are. */
#include "gateway/keys/budget.h"

#include <time.h>

enum {
	DAY_S = 24 * 60 * 60,
	WEEK_DAYS = 7,
	FIRST_MONDAY = 4, /* of 1970 */
	PERCENT_MOST = 1000000
};

void budget_init(struct budget *b)
{
	for (int p = 0; p < BUDGET_PERIODS; p++)
		b->limit[p] = BUDGET_NONE;
}

bool budget_is_any(const struct budget *b)
{
	for (int p = 0; p < BUDGET_PERIODS; p++)
		if (b->limit[p] != BUDGET_NONE)
			return true;
	return false;
}

const char *budget_rhythm(enum budget_period p)
{
	static const char *const rhythms[] = {
		[BUDGET_DAY] = "daily",
		[BUDGET_WEEK] = "weekly",
		[BUDGET_MONTH] = "monthly",
		[BUDGET_TOTAL] = NULL,
	};

	return rhythms[p];
}

static int64_t day_of(int64_t now)
{
	return now / DAY_S;
}

static int64_t week_of(int64_t now)
{
	int64_t days = day_of(now) - FIRST_MONDAY;

	return days - days % WEEK_DAYS + FIRST_MONDAY;
}

/* The first second of this month, or of one that is `later` months after it. */
static int64_t month_of(int64_t now, int later)
{
	time_t at = (time_t)now;
	struct tm tm;

	gmtime_r(&at, &tm);
	tm = (struct tm){ .tm_year = tm.tm_year,
			  .tm_mon = tm.tm_mon + later,
			  .tm_mday = 1 };
	return (int64_t)timegm(&tm);
}

int64_t budget_begin(enum budget_period p, int64_t now)
{
	switch (p) {
	case BUDGET_DAY:
		return day_of(now) * DAY_S;
	case BUDGET_WEEK:
		return week_of(now) * DAY_S;
	case BUDGET_MONTH:
		return month_of(now, 0);
	default:
		return 0;
	}
}

int64_t budget_reset(enum budget_period p, int64_t now)
{
	switch (p) {
	case BUDGET_DAY:
		return (day_of(now) + 1) * DAY_S;
	case BUDGET_WEEK:
		return (week_of(now) + WEEK_DAYS) * DAY_S;
	case BUDGET_MONTH:
		return month_of(now, 1);
	default:
		return 0;
	}
}

void budget_turn(struct budget_spent *s, int64_t now)
{
	/* Until the day is over, no period is. */
	if (now < s->since[BUDGET_DAY] + DAY_S)
		return;
	for (enum budget_period p = BUDGET_DAY; p < BUDGET_TOTAL; p++) {
		int64_t begin = budget_begin(p, now);

		/* A clock that is set back gives no money back. */
		if (begin <= s->since[p])
			continue;
		s->since[p] = begin;
		s->spent[p] = 0;
	}
}

void budget_spend(struct budget_spent *s, int64_t now, money_t cost)
{
	budget_turn(s, now);
	for (int p = 0; p < BUDGET_PERIODS; p++)
		s->spent[p] += cost;
}

struct budget_standing budget_stand_in(const struct budget *b,
				       const struct budget_spent *s,
				       enum budget_period p, int64_t now)
{
	struct budget_standing at = {
		.limited = true,
		.period = p,
		.limit = b->limit[p],
		.spent = s->spent[p],
		.spent_up = s->spent[p] >= b->limit[p],
		.reset = budget_reset(p, now),
	};
	double part =
		at.spent > 0 ? (double)at.spent * 100 / (double)at.limit : 0;

	if (part > PERCENT_MOST)
		part = PERCENT_MOST;
	at.percent = (unsigned)part;
	/* Large amounts are rounded. */
	if (at.spent_up == (at.percent < 100))
		at.percent = at.spent_up ? 100 : 99;
	return at;
}

/* Of periods that reset at the same time the first is told; the total, which
 * never resets, comes last. */
static bool is_worse(const struct budget_standing *one,
		     const struct budget_standing *than)
{
	if (one->spent_up != than->spent_up)
		return one->spent_up;
	if (one->spent_up)
		return one->reset == 0 || one->reset > than->reset;
	return (double)one->spent * (double)than->limit >
	       (double)than->spent * (double)one->limit;
}

struct budget_standing budget_stand(const struct budget *b,
				    const struct budget_spent *s, int64_t now)
{
	struct budget_standing worst = { .limited = false };

	for (enum budget_period p = BUDGET_DAY; p < BUDGET_PERIODS; p++) {
		struct budget_standing one;

		if (b->limit[p] == BUDGET_NONE)
			continue;
		one = budget_stand_in(b, s, p, now);
		if (!worst.limited || is_worse(&one, &worst))
			worst = one;
	}
	return worst;
}
