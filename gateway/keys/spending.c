/* Writes the state of a budget for clients. */
#include "gateway/keys/spending.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <time.h>

#include "wire/json/jscan.h"

#define PREFIX "anthropic-ratelimit-"
#define UNIFIED PREFIX "unified-"

/* From this percentage on the client warns. */
static const struct {
	unsigned percent;
	const char *value;
} thresholds[] = { { 95, "0.95" }, { 75, "0.75" } };

void spending_strip(struct headers *h)
{
	for (size_t i = 0; i < h->count;) {
		if (strncasecmp(h->list[i].name, PREFIX, strlen(PREFIX)) == 0)
			headers_remove(h, h->list[i].name);
		else
			i++;
	}
}

static const char *threshold_of(unsigned percent)
{
	for (size_t i = 0; i < sizeof(thresholds) / sizeof(thresholds[0]); i++)
		if (percent >= thresholds[i].percent)
			return thresholds[i].value;
	return NULL;
}

static void add_resets(const struct budget_standing *at, struct headers *h)
{
	char second[24];

	if (at->reset == 0)
		return;
	snprintf(second, sizeof(second), "%" PRId64, at->reset);
	headers_add_text(h, UNIFIED "reset", second);
	headers_add_text(h, UNIFIED "overage-reset", second);
}

void spending_fields(const struct budget_standing *at, struct headers *h)
{
	const char *threshold = threshold_of(at->percent);
	const char *status = threshold ? "allowed_warning" : "allowed";
	char part[16];

	snprintf(part, sizeof(part), "0.%02u", at->percent);
	headers_add_text(h, UNIFIED "status", status);
	headers_add_text(h, UNIFIED "representative-claim", "overage");
	headers_add_text(h, UNIFIED "overage-status", status);
	headers_add_text(h, UNIFIED "overage-utilization", part);
	if (threshold)
		headers_add_text(h, UNIFIED "overage-surpassed-threshold",
				 threshold);
	add_resets(at, h);
}

/* Appends "2026-12-01 00:00 UTC". */
static void add_time(int64_t at, struct buf *out)
{
	char text[40];
	time_t second = (time_t)at;
	struct tm tm;

	gmtime_r(&second, &tm);
	strftime(text, sizeof(text), "%Y-%m-%d %H:%M UTC", &tm);
	buf_add_text(out, text);
}

/* Appends "2026-12-01T00:00:00.000Z" with its quotes. */
static void add_json_time(int64_t at, struct buf *out)
{
	char text[40];
	time_t second = (time_t)at;
	struct tm tm;

	gmtime_r(&second, &tm);
	strftime(text, sizeof(text), "\"%Y-%m-%dT%H:%M:%S.000Z\"", &tm);
	buf_add_text(out, text);
}

void spending_refusal(const struct budget_standing *at, int64_t now,
		      struct headers *h, struct buf *message)
{
	const char *rhythm = budget_rhythm(at->period);
	char wait[24];

	if (at->reset != 0) {
		snprintf(wait, sizeof(wait), "%" PRId64, at->reset - now);
		headers_add_text(h, "retry-after", wait);
	}
	headers_add_text(h, "x-should-retry", "false");
	headers_add_text(h, UNIFIED "status", "rejected");
	add_resets(at, h);
	headers_add_text(h, UNIFIED "overage-utilization", "1");
	headers_add_text(h, UNIFIED "overage-surpassed-threshold", "1");
	if (rhythm)
		headers_add_text(h, UNIFIED "overage-period", rhythm);
	headers_add_text(h, UNIFIED "overage-disabled-reason",
			 "org_spend_cap_reached");
	buf_add_text(message, rhythm ? rhythm : "total");
	buf_add_text(message, " spend limit of ");
	money_show(at->limit, message);
	buf_add_text(message, " reached · ");
	buf_add_text(message, at->reset != 0 ? "resets " : "it does not reset");
	if (at->reset != 0)
		add_time(at->reset, message);
	buf_add_text(message,
		     " · ask whoever runs this gateway for a higher limit");
}

/* ---- bodies ---- */

static void add_limit(const struct budget_standing *at, const char *name,
		      money_t m, struct buf *out)
{
	buf_addf(out, ",\"%s\":", name);
	if (at->limited)
		money_write(m, out);
	else
		buf_add_text(out, "null");
}

static money_t remaining(const struct budget_standing *at)
{
	return at->spent_up ? 0 : at->limit - at->spent;
}

static void add_spent(const struct spending *s, const char *name,
		      enum budget_period p, struct buf *out)
{
	buf_addf(out, ",\"%s\":", name);
	money_write(s->spent.spent[p], out);
}

void spending_key(const struct spending *s, struct buf *out)
{
	struct budget_standing at = budget_stand(s->budget, &s->spent, s->now);
	const char *rhythm = at.limited ? budget_rhythm(at.period) : NULL;

	buf_add_text(out, "{\"data\":{\"label\":");
	jscan_quote(out, span_of(s->label));
	add_spent(s, "usage", BUDGET_TOTAL, out);
	add_spent(s, "usage_daily", BUDGET_DAY, out);
	add_spent(s, "usage_weekly", BUDGET_WEEK, out);
	add_spent(s, "usage_monthly", BUDGET_MONTH, out);
	add_limit(&at, "limit", at.limit, out);
	add_limit(&at, "limit_remaining", remaining(&at), out);
	if (rhythm)
		buf_addf(out, ",\"limit_reset\":\"%s\"", rhythm);
	else
		buf_add_text(out, ",\"limit_reset\":null");
	if (s->a_minute > 0)
		buf_addf(out,
			 ",\"rate_limit\":{\"requests\":%u,\"interval\":"
			 "\"60s\"}",
			 s->a_minute);
	buf_add_text(out, ",\"is_free_tier\":false}}");
}

void spending_credits(const struct spending *s, struct buf *out)
{
	bool in_all = s->budget->limit[BUDGET_TOTAL] != BUDGET_NONE;
	struct budget_standing at =
		in_all ? budget_stand_in(s->budget, &s->spent, BUDGET_TOTAL,
					 s->now)
		       : budget_stand(s->budget, &s->spent, s->now);

	buf_add_text(out, "{\"data\":{\"total_credits\":");
	if (at.limited)
		money_write(at.limit, out);
	else
		buf_add_text(out, "null");
	buf_add_text(out, ",\"total_usage\":");
	money_write(at.limited ? at.spent : s->spent.spent[BUDGET_TOTAL], out);
	buf_add_text(out, "}}");
}

/* ---- /api/oauth/usage ---- */

static int64_t cents(money_t m)
{
	return m / MONEY_CENT;
}

static void add_unlimited(const struct spending *s, const char *name,
			  enum budget_period p, struct buf *out)
{
	buf_addf(out,
		 ",\"%s\":{\"limit\":null,\"used_credits\":%" PRId64
		 ",\"utilization\":null}",
		 name, cents(s->spent.spent[p]));
}

static const char *severity_of(const struct budget_standing *at)
{
	if (at->spent_up)
		return "critical";
	return threshold_of(at->percent) ? "warning" : "normal";
}

static void add_row(const struct budget_standing *at, bool active,
		    struct buf *out)
{
	const char *rhythm = budget_rhythm(at->period);

	buf_addf(out,
		 "{\"kind\":\"spend\",\"group\":\"%s\",\"percent\":%u,"
		 "\"resets_at\":",
		 rhythm ? rhythm : "total", at->percent);
	if (at->reset != 0)
		add_json_time(at->reset, out);
	else
		buf_add_text(out, "null");
	buf_addf(out, ",\"severity\":\"%s\",\"is_active\":%s}", severity_of(at),
		 active ? "true" : "false");
}

static void add_rows(const struct spending *s,
		     const struct budget_standing *active, struct buf *out)
{
	const char *between = "";

	for (enum budget_period p = BUDGET_DAY; p < BUDGET_PERIODS; p++) {
		struct budget_standing at;

		if (s->budget->limit[p] == BUDGET_NONE)
			continue;
		at = budget_stand_in(s->budget, &s->spent, p, s->now);
		buf_add_text(out, between);
		add_row(&at, p == active->period, out);
		between = ",";
	}
}

void spending_usage(const struct spending *s, struct buf *out)
{
	struct budget_standing at = budget_stand(s->budget, &s->spent, s->now);

	if (!at.limited) {
		buf_addf(out,
			 "{\"extra_usage\":{\"is_enabled\":true,"
			 "\"monthly_limit\":null,\"used_credits\":%" PRId64
			 ",\"utilization\":null,\"currency\":\"USD\"",
			 cents(s->spent.spent[BUDGET_MONTH]));
		add_unlimited(s, "daily", BUDGET_DAY, out);
		add_unlimited(s, "weekly", BUDGET_WEEK, out);
		buf_add_text(out, "},\"limits\":[]}");
		return;
	}
	buf_addf(out,
		 "{\"extra_usage\":{\"is_enabled\":true,\"monthly_limit\":"
		 "%" PRId64 ",\"used_credits\":%" PRId64
		 ",\"utilization\":%u,\"currency\":\"USD\"},\"limits\":[",
		 cents(at.limit), cents(at.spent), at.percent);
	add_rows(s, &at, out);
	buf_add_text(out, "]}");
}
