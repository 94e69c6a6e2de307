/* gateway/keys/spending: what a client is told about its budget. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "gateway/keys/spending.h"

/* 2026-11-30 15:00:00 UTC, and the end of that day and month */
#define NOW INT64_C(1796050800)
#define RESET "1796083200"
#define PREFIX "anthropic-ratelimit-unified-"

static struct budget budget;
static struct budget_spent spent;

static void spend(enum budget_period p, double limit, double used)
{
	money_t m;

	budget_init(&budget);
	spent = (struct budget_spent){ .spent = { 0 } };
	assert_true(money_of(limit, &budget.limit[p]));
	assert_true(money_of(used, &m));
	budget_spend(&spent, NOW, m);
}

static void field(const struct headers *h, const char *name, const char *value)
{
	char whole[100];
	const char *is;

	snprintf(whole, sizeof(whole), "%s%s", PREFIX, name);
	is = headers_get(h, whole);
	if (!value && is)
		fail_msg("%s is there: %s", whole, is);
	if (value && (!is || strcmp(is, value) != 0))
		fail_msg("%s is %s", whole, is ? is : "missing");
}

static void t_fields(void **state)
{
	static const struct {
		double used;
		const char *status, *part, *threshold;
	} rows[] = {
		{ 0, "allowed", "0.00", NULL },
		{ 37.49, "allowed", "0.74", NULL },
		{ 37.5, "allowed_warning", "0.75", "0.75" },
		{ 47.49, "allowed_warning", "0.94", "0.75" },
		{ 47.5, "allowed_warning", "0.95", "0.95" },
		{ 49.9999, "allowed_warning", "0.99", "0.95" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct headers h = { 0 };
		struct budget_standing at;

		spend(BUDGET_DAY, 50, rows[i].used);
		at = budget_stand(&budget, &spent, NOW);
		spending_fields(&at, &h);
		field(&h, "status", rows[i].status);
		field(&h, "representative-claim", "overage");
		field(&h, "overage-status", rows[i].status);
		field(&h, "overage-utilization", rows[i].part);
		field(&h, "overage-surpassed-threshold", rows[i].threshold);
		field(&h, "reset", RESET);
		field(&h, "overage-reset", RESET);
		headers_clear(&h);
	}
}

static void t_refusal(void **state)
{
	struct headers h = { 0 };
	struct buf message = BUF_INIT(1000);
	struct budget_standing at;

	(void)state;
	spend(BUDGET_DAY, 50, 50.2);
	at = budget_stand(&budget, &spent, NOW);
	spending_refusal(&at, NOW, &h, &message);
	assert_string_equal(headers_get(&h, "retry-after"), "32400");
	assert_string_equal(headers_get(&h, "x-should-retry"), "false");
	field(&h, "status", "rejected");
	field(&h, "reset", RESET);
	field(&h, "overage-reset", RESET);
	field(&h, "overage-utilization", "1");
	field(&h, "overage-surpassed-threshold", "1");
	field(&h, "overage-period", "daily");
	field(&h, "overage-disabled-reason", "org_spend_cap_reached");
	field(&h, "representative-claim", NULL);
	field(&h, "overage-status", NULL);
	assert_string_equal(buf_str(&message),
			    "daily spend limit of $50.00 reached · resets "
			    "2026-12-01 00:00 UTC · ask whoever runs this "
			    "gateway for a higher limit");
	headers_clear(&h);
	buf_reset(&message);
	spend(BUDGET_TOTAL, 50, 50);
	at = budget_stand(&budget, &spent, NOW);
	spending_refusal(&at, NOW, &h, &message);
	assert_null(headers_get(&h, "retry-after"));
	field(&h, "reset", NULL);
	field(&h, "overage-period", NULL);
	assert_string_equal(buf_str(&message),
			    "total spend limit of $50.00 reached · it does not "
			    "reset · ask whoever runs this gateway for a "
			    "higher limit");
	headers_clear(&h);
	buf_clear(&message);
}

static void t_strip(void **state)
{
	struct headers h = { 0 };

	(void)state;
	headers_add_text(&h, "Anthropic-Ratelimit-Unified-Status", "allowed");
	headers_add_text(&h, "request-id", "r");
	headers_add_text(&h, "anthropic-ratelimit-requests-limit", "1");
	headers_add_text(&h, "anthropic-ratelimit-requests-limit", "2");
	headers_add_text(&h, "anthropic-organization-id", "o");
	spending_strip(&h);
	assert_int_equal(h.count, 2);
	assert_string_equal(headers_get(&h, "request-id"), "r");
	headers_clear(&h);
}

static uint32_t a_minute; /* 0: any number */

typedef void write_fn(const struct spending *s, struct buf *out);

static void writes(write_fn *fn, const char *want)
{
	struct spending s = { .label = "a\"b",
			      .budget = &budget,
			      .spent = spent,
			      .a_minute = a_minute,
			      .now = NOW };
	struct buf out = BUF_INIT(10000);

	fn(&s, &out);
	assert_string_equal(buf_str(&out), want);
	buf_clear(&out);
}

static void t_bodies(void **state)
{
	(void)state;
	spend(BUDGET_DAY, 50, 12.345);
	writes(spending_key,
	       "{\"data\":{\"label\":\"a\\\"b\",\"usage\":12.345,"
	       "\"usage_daily\":12.345,\"usage_weekly\":12.345,"
	       "\"usage_monthly\":12.345,\"limit\":50,\"limit_remaining\":"
	       "37.655,\"limit_reset\":\"daily\",\"is_free_tier\":false}}");
	writes(spending_credits,
	       "{\"data\":{\"total_credits\":50,\"total_usage\":12.345}}");
	writes(spending_usage,
	       "{\"extra_usage\":{\"is_enabled\":true,\"monthly_limit\":5000,"
	       "\"used_credits\":1234,\"utilization\":24,\"currency\":\"USD\"},"
	       "\"limits\":[{\"kind\":\"spend\",\"group\":\"daily\","
	       "\"percent\":"
	       "24,\"resets_at\":\"2026-12-01T00:00:00.000Z\",\"severity\":"
	       "\"normal\",\"is_active\":true}]}");
	spend(BUDGET_MONTH, 50, 60);
	writes(spending_key,
	       "{\"data\":{\"label\":\"a\\\"b\",\"usage\":60,"
	       "\"usage_daily\":60,\"usage_weekly\":60,\"usage_monthly\":60,"
	       "\"limit\":50,\"limit_remaining\":0,\"limit_reset\":\"monthly\","
	       "\"is_free_tier\":false}}");
	budget_init(&budget);
	writes(spending_key,
	       "{\"data\":{\"label\":\"a\\\"b\",\"usage\":60,"
	       "\"usage_daily\":60,\"usage_weekly\":60,\"usage_monthly\":60,"
	       "\"limit\":null,\"limit_remaining\":null,\"limit_reset\":null,"
	       "\"is_free_tier\":false}}");
	writes(spending_credits,
	       "{\"data\":{\"total_credits\":null,\"total_usage\":60}}");
	writes(spending_usage,
	       "{\"extra_usage\":{\"is_enabled\":true,\"monthly_limit\":null,"
	       "\"used_credits\":6000,\"utilization\":null,\"currency\":"
	       "\"USD\",\"daily\":{\"limit\":null,\"used_credits\":6000,"
	       "\"utilization\":null},\"weekly\":{\"limit\":null,"
	       "\"used_credits\":6000,\"utilization\":null}},\"limits\":[]}");
}

#define ROW(group, percent, resets, severity, active) \
	"{\"kind\":\"spend\",\"group\":\"" group "\",\"percent\":" percent \
	",\"resets_at\":" resets ",\"severity\":\"" severity \
	"\",\"is_active\":" active "}"

/* Two limits: the fuller one is told, and both stand in the list. */
static void t_two_limits(void **state)
{
	(void)state;
	spend(BUDGET_DAY, 50, 40);
	assert_true(money_of(100, &budget.limit[BUDGET_TOTAL]));
	a_minute = 60;
	writes(spending_key,
	       "{\"data\":{\"label\":\"a\\\"b\",\"usage\":40,"
	       "\"usage_daily\":40,\"usage_weekly\":40,"
	       "\"usage_monthly\":40,\"limit\":50,\"limit_remaining\":10,"
	       "\"limit_reset\":\"daily\",\"rate_limit\":{\"requests\":60,"
	       "\"interval\":\"60s\"},\"is_free_tier\":false}}");
	a_minute = 0;
	writes(spending_credits,
	       "{\"data\":{\"total_credits\":100,\"total_usage\":40}}");
	writes(spending_usage,
	       "{\"extra_usage\":{\"is_enabled\":true,\"monthly_limit\":5000,"
	       "\"used_credits\":4000,\"utilization\":80,\"currency\":"
	       "\"USD\"},\"limits\":[" ROW(
		       "daily", "80", "\"2026-12-01T00:00:00.000Z\"", "warning",
		       "true") "," ROW("total", "40", "null", "normal",
				       "false") "]}");
	assert_true(money_of(40, &budget.limit[BUDGET_TOTAL]));
	writes(spending_key,
	       "{\"data\":{\"label\":\"a\\\"b\",\"usage\":40,"
	       "\"usage_daily\":40,\"usage_weekly\":40,"
	       "\"usage_monthly\":40,\"limit\":40,\"limit_remaining\":0,"
	       "\"limit_reset\":null,\"is_free_tier\":false}}");
	writes(spending_usage,
	       "{\"extra_usage\":{\"is_enabled\":true,\"monthly_limit\":4000,"
	       "\"used_credits\":4000,\"utilization\":100,\"currency\":"
	       "\"USD\"},\"limits\":[" ROW(
		       "daily", "80", "\"2026-12-01T00:00:00.000Z\"", "warning",
		       "false") "," ROW("total", "100", "null", "critical",
					"true") "]}");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(t_fields),     cmocka_unit_test(t_refusal),
		cmocka_unit_test(t_strip),      cmocka_unit_test(t_bodies),
		cmocka_unit_test(t_two_limits),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
