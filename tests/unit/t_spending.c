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
	assert_non_null(strstr(buf_str(&message), "it does not reset"));
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

typedef void write_fn(const struct spending *s, struct buf *out);

static void writes(write_fn *fn, const char *want)
{
	struct spending s = {
		.label = "a\"b", .budget = &budget, .spent = spent, .now = NOW
	};
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

/* Several limits, of which the total is another one's. */
static void t_several(void **state)
{
	struct spending s = {
		.label = "k", .budget = &budget, .now = NOW, .a_minute = 1
	};
	struct buf out = BUF_INIT(10000);

	(void)state;
	spend(BUDGET_DAY, 50, 38);
	budget.limit[BUDGET_TOTAL] = 40 * MONEY_DOLLAR;
	writes(spending_credits,
	       "{\"data\":{\"total_credits\":40,\"total_usage\":38}}");
	writes(spending_usage,
	       "{\"extra_usage\":{\"is_enabled\":true,\"monthly_limit\":4000,"
	       "\"used_credits\":3800,\"utilization\":95,\"currency\":\"USD\"},"
	       "\"limits\":[{\"kind\":\"spend\",\"group\":\"daily\","
	       "\"percent\":76,\"resets_at\":\"2026-12-01T00:00:00.000Z\","
	       "\"severity\":\"warning\",\"is_active\":false},"
	       "{\"kind\":\"spend\",\"group\":\"total\",\"percent\":95,"
	       "\"resets_at\":null,\"severity\":\"warning\","
	       "\"is_active\":true}]}");
	budget.limit[BUDGET_TOTAL] = 38 * MONEY_DOLLAR;
	writes(spending_key,
	       "{\"data\":{\"label\":\"a\\\"b\",\"usage\":38,"
	       "\"usage_daily\":38,\"usage_weekly\":38,\"usage_monthly\":38,"
	       "\"limit\":38,\"limit_remaining\":0,\"limit_reset\":null,"
	       "\"is_free_tier\":false}}");
	budget.limit[BUDGET_DAY] = BUDGET_NONE;
	writes(spending_usage,
	       "{\"extra_usage\":{\"is_enabled\":true,\"monthly_limit\":3800,"
	       "\"used_credits\":3800,\"utilization\":100,\"currency\":\"USD\"}"
	       ","
	       "\"limits\":[{\"kind\":\"spend\",\"group\":\"total\","
	       "\"percent\":100,\"resets_at\":null,\"severity\":\"critical\","
	       "\"is_active\":true}]}");
	budget_init(&budget);
	spent.spent[BUDGET_TOTAL] = 0;
	s.spent = spent;
	spending_key(&s, &out);
	assert_non_null(strstr(buf_str(&out),
			       "null,\"rate_limit\":{\"requests\":1,"
			       "\"interval\":\"60s\"},\"is_free_tier\""));
	buf_clear(&out);
	/* A day, a week and a month, each with an amount of its own. */
	spent.spent[BUDGET_DAY] = 1 * MONEY_CENT;
	spent.spent[BUDGET_WEEK] = 2 * MONEY_CENT;
	spent.spent[BUDGET_MONTH] = 3 * MONEY_CENT;
	spent.spent[BUDGET_TOTAL] = 4 * MONEY_CENT;
	writes(spending_usage,
	       "{\"extra_usage\":{\"is_enabled\":true,\"monthly_limit\":null,"
	       "\"used_credits\":3,\"utilization\":null,\"currency\":"
	       "\"USD\",\"daily\":{\"limit\":null,\"used_credits\":1,"
	       "\"utilization\":null},\"weekly\":{\"limit\":null,"
	       "\"used_credits\":2,\"utilization\":null}},\"limits\":[]}");
	writes(spending_key, "{\"data\":{\"label\":\"a\\\"b\",\"usage\":0.04,"
			     "\"usage_daily\":0.01,\"usage_weekly\":0.02,"
			     "\"usage_monthly\":0.03,\"limit\":null,"
			     "\"limit_remaining\":null,\"limit_reset\":null,"
			     "\"is_free_tier\":false}}");
	writes(spending_credits,
	       "{\"data\":{\"total_credits\":null,\"total_usage\":0.04}}");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(t_fields),  cmocka_unit_test(t_refusal),
		cmocka_unit_test(t_strip),   cmocka_unit_test(t_bodies),
		cmocka_unit_test(t_several),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
