/* Faults of gateways that limit what keys may spend, and report it. */
#include "gateway/faults/faults.h"

#include <stdio.h>
#include <string.h>

/* ---- what is counted ---- */

/* Counts nothing for a request that used a cache. */
static int64_t without_cache(const struct record_row *record, int64_t cost)
{
	const struct usage_tokens *u = &record->usage;

	return u->cache_5m + u->cache_1h + u->cache_read > 0 ? 0 : cost;
}

static int64_t whole_ends_only(const struct record_row *record, int64_t cost)
{
	return strcmp(record->end, "clean") == 0 ? cost : 0;
}

static int64_t nothing(const struct record_row *record, int64_t cost)
{
	(void)record;
	(void)cost;
	return 0;
}

/* Counts the same for every request that was answered. */
static int64_t by_request(const struct record_row *record, int64_t cost)
{
	(void)cost;
	return record->status == 0 ? 0 : 1000000;
}

/* ---- what is reported ---- */

static int64_t sum; /* of all keys */

static int64_t add_up(const struct record_row *record, int64_t cost)
{
	(void)record;
	sum += cost > 0 ? cost : 0;
	return cost;
}

static bool is_about_key(const struct relay *r)
{
	return fault_is_path(r, "/api/v1/auth/key");
}

static void tells_of_all(struct relay *r, struct gate_reply *reply)
{
	char body[100];

	if (!is_about_key(r) || reply->status != 200)
		return;
	snprintf(body, sizeof(body),
		 "{\"data\":{\"usage\":%.9f,\"limit\":null}}",
		 (double)sum / 1e9);
	fault_become(reply, 200, "application/json", body);
}

static enum auth open_to_all(struct relay *r, enum auth auth)
{
	return is_about_key(r) ? AUTH_GOOD : auth;
}

/* ---- what is under way ---- */

static bool is_budgeted_stream(const struct relay *r)
{
	return r->key && budget_is_any(&r->key->budget) && fault_is_stream(r);
}

static void breaks_off(struct slot *s, struct buf *out, enum stream_end *end)
{
	(void)s;
	(void)out;
	*end = END_CUT;
}

/* ---- how it is refused ---- */

static bool has(const struct gate_reply *reply, const char *words)
{
	return span_find(buf_span(&reply->body), span_of(words)) != SIZE_MAX;
}

static void as_rate_limit(struct relay *r, struct gate_reply *reply)
{
	(void)r;
	if (has(reply, "billing_error"))
		fault_become(reply, 429, "application/json",
			     "{\"type\":\"error\",\"error\":{\"type\":"
			     "\"rate_limit_error\",\"message\":"
			     "\"too much\"}}");
}

static void without_time(struct relay *r, struct gate_reply *reply)
{
	(void)r;
	if (reply->status == 429)
		(void)headers_remove(&reply->headers, "retry-after");
}

static void without_fields(struct relay *r, struct gate_reply *reply)
{
	static const char *const fields[] = {
		"anthropic-ratelimit-unified-status",
		"anthropic-ratelimit-unified-overage-disabled-reason",
		"anthropic-ratelimit-unified-overage-reset",
	};

	(void)r;
	for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++)
		if (headers_get(&reply->headers, fields[i]))
			(void)headers_remove(&reply->headers, fields[i]);
}

static void model_as_outage(struct relay *r, struct gate_reply *reply)
{
	(void)r;
	if (has(reply, "among this key's models"))
		reply->status = 503;
}

const struct fault faults_of_keys[] = {
	{ "key-spends-on", "does not stop a key whose budget is spent",
	  .lifts = "budget" },
	{ "key-stops-counting", "stops counting tokens with a spent budget",
	  .lifts = "counting" },
	{ "key-without-warnings", "does not say how much of a budget is used",
	  .lifts = "warnings" },
	{ "key-asks-unpriced",
	  "lets a key with a budget use a model without a price",
	  .lifts = "prices" },
	{ "key-without-rate", "does not count the requests of a minute",
	  .lifts = "rate" },
	{ "key-without-streams", "does not count the requests under way",
	  .lifts = "streams" },
	{ "key-keeps-places", "goes on counting requests that have ended",
	  .lifts = "places" },
	{ "key-keeps-left-places",
	  "goes on counting requests that were cancelled",
	  .lifts = "places left" },
	{ "key-lives-on", "takes keys that have expired", .lifts = "expiry" },
	{ "key-asks-any-model", "lets each key use every model",
	  .lifts = "models" },
	{ "key-sees-all-models", "lists the same models to each key",
	  .lifts = "lists" },
	{ "key-breaks-off", "breaks off the stream that spends a budget",
	  .applies = is_budgeted_stream, .end = breaks_off },
	{ "key-budget-as-rate", "answers a spent budget as a rate limit",
	  .local = as_rate_limit },
	{ "key-budget-without-fields",
	  "leaves header fields of a spent budget out",
	  .local = without_fields },
	{ "key-rate-without-time", "does not say when a key may go on",
	  .local = without_time },
	{ "key-model-as-outage",
	  "answers 503 for a model that the key may not use",
	  .local = model_as_outage },
	{ "key-counts-nothing", "says that nothing was spent",
	  .cost = nothing },
	{ "key-counts-no-cache", "counts nothing where a cache was used",
	  .cost = without_cache },
	{ "key-counts-whole-ends", "counts only answers that end whole",
	  .cost = whole_ends_only },
	{ "key-counts-requests", "counts requests, not tokens",
	  .cost = by_request },
	{ "key-counts-for-all", "tells each key what all keys have spent",
	  .cost = add_up, .local = tells_of_all },
	{ "key-usage-open", "tells what was spent without a key",
	  .auth = open_to_all },
	{ "key-usage-as-text", "gives sums as strings",
	  .own_edit = { .path = "/data/*usage", .with = "\"$0.00\"" } },
	{ "key-usage-in-parts", "gives percents with a fraction",
	  .own_edit = { .path = "/limits/*/percent", .with = "12.5" } },
	{ .name = NULL },
};
