/*
 * Plans a run without a mock. Tokens are estimated from the requests: input as
 * one token for four bytes, output as all that max_tokens allows. So the bill
 * will be lower than the estimate.
 */
#include "probe/run/blackbox.h"

#include <stdlib.h>
#include <string.h>

#include "wire/json/jscan.h"

#define BODY_LIMIT ((size_t)256 * 1024 * 1024)
#define BYTES_PER_TOKEN 4
#define MAX_TOKENS_LIMIT 1000000

static uint64_t max_tokens_of(struct span body)
{
	struct jval root, max;
	int64_t n;

	if (jscan(body, &root, NULL) < 0 || root.type != J_OBJECT ||
	    !jscan_member(root, "max_tokens", &max) || max.type != J_NUMBER ||
	    !jscan_i64(max, &n) || n < 0)
		return 0;
	return n < MAX_TOKENS_LIMIT ? (uint64_t)n : MAX_TOKENS_LIMIT;
}

/* Is it a request for a message? Others (counting of tokens, models) cost
 * nothing. */
static bool is_message(const struct request *q)
{
	const char *target = q->raw ? "" : q->head.target;
	size_t len = strcspn(target, "?");
	struct span path = span_make(target, len);
	size_t at = span_find(path, span_of("/messages"));

	return !q->raw && strcmp(q->head.method, "POST") == 0 &&
	       at != SIZE_MAX && at + strlen("/messages") == len;
}

static void add_step(struct cost *sum, const struct step *s)
{
	struct buf body = BUF_INIT(BODY_LIMIT);

	sum->requests += s->count;
	if (is_message(s->request) &&
	    request_body(s->request, &body, NULL) == 0) {
		sum->input += s->count * (body.len / BYTES_PER_TOKEN);
		sum->output += s->count * max_tokens_of(buf_span(&body));
	}
	buf_clear(&body);
}

struct cost blackbox_cost(const struct casefile *c)
{
	struct cost sum = { .requests = 0 };

	for (size_t i = 0; i < c->step_count; i++)
		if (c->steps[i].kind == STEP_SEND)
			add_step(&sum, &c->steps[i]);
	return sum;
}

static void cost_add(struct cost *sum, const struct cost *more)
{
	sum->requests += more->requests;
	sum->input += more->input;
	sum->output += more->output;
}

static bool is_skipped(const struct blackbox *b, const struct casefile *c)
{
	struct buf reason = BUF_INIT(BUF_NO_LIMIT);
	bool any = c->not_for != NULL;

	for (size_t i = 0; i < c->need_count && !any; i++)
		any = b->lacks(b->arg, c->needs[i], &reason);
	buf_clear(&reason);
	return any;
}

void blackbox_plan(struct blackbox *b, const struct casefile *preflight,
		   const char **left_out)
{
	b->cost = blackbox_cost(preflight);
	b->decided = 0;
	for (size_t i = 0; i < b->count; i++) {
		const struct casefile *c = b->cases[i];
		struct cost cost;

		left_out[i] = NULL;
		if (!c->black_box) {
			left_out[i] = "a mock behind the gateway is needed";
			continue;
		}
		if (is_skipped(b, c))
			continue;
		cost = blackbox_cost(c);
		if (cost.requests > b->max_requests - b->cost.requests) {
			left_out[i] = "left out by --max-requests";
			continue;
		}
		cost_add(&b->cost, &cost);
		b->decided++;
	}
}

/* The first answer with 429 or 529; NULL: there is none. */
static const struct wlog_entry *throttle(const struct wlog *log, uint64_t run)
{
	for (size_t i = 0; i < log->count; i++) {
		const struct wlog_entry *e = &log->list[i];

		if (e->run == run && e->kind == WLOG_RESPONSE &&
		    e->actor[0] == 'c' &&
		    (e->status == 429 || e->status == 529))
			return e;
	}
	return NULL;
}

void blackbox_excuse(const struct wlog *log, uint64_t run,
		     struct result *result)
{
	struct buf reason = BUF_INIT(BUF_NO_LIMIT);
	const struct wlog_entry *e = throttle(log, run);

	if (result->verdict != VERDICT_FAIL || !e)
		return;
	buf_addf(&reason,
		 "throttled: %s was answered with status %d; try again later, "
		 "or with fewer --jobs",
		 e->actor, e->status);
	result_doubt(result, buf_take(&reason, NULL));
}
