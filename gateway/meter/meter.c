/* Checks limits when a request comes, counts tokens while it is answered, and
 * writes a record at its end. */
#include "gateway/meter/meter.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "gateway/hooks.h"
#include "gateway/keys/spending.h"
#include "gateway/meter/asked.h"
#include "gateway/meter/metered.h"
#include "gateway/reply.h"

enum { PLAIN_LIMIT = 4096, STREAMS_RETRY_S = 1 };

/* ---- refusals ---- */

static bool refuse(struct relay *r, struct reply_words *words)
{
	r->metered->refused = true;
	reply_refuse(r, words);
	return false;
}

static bool refuse_expired(struct relay *r)
{
	struct reply_words words = { .status = 401,
				     .message = "this key has expired" };

	headers_add_text(&words.headers, "x-should-retry", "false");
	return refuse(r, &words);
}

static bool refuse_spent(struct relay *r, const struct budget_standing *at,
			 int64_t now)
{
	struct buf message = BUF_INIT(BUF_NO_LIMIT);
	struct reply_words words = { .status = (int)r->config->over_budget,
				     .type = "billing_error" };

	spending_refusal(at, now, &words.headers, &message);
	words.message = buf_str(&message);
	(void)refuse(r, &words);
	buf_clear(&message);
	return false;
}

static bool refuse_rate(struct relay *r, int64_t seconds, const char *message)
{
	struct reply_words words = { .status = 429, .message = message };
	char wait[24];

	snprintf(wait, sizeof(wait), "%" PRId64, seconds);
	headers_add_text(&words.headers, "retry-after", wait);
	return refuse(r, &words);
}

/* ---- the request ---- */

static bool has_budget(const struct relay *r)
{
	return r->key && r->metered->purse && budget_is_any(&r->key->budget);
}

static bool check_budget(struct relay *r, int64_t now)
{
	struct budget_spent spent;
	struct budget_standing at;

	if (!has_budget(r) || (!r->metered->asks && !hook_lifts(r, "counting")))
		return true;
	spent = purse_spent(r->metered->purse, now);
	at = budget_stand(&r->key->budget, &spent, now);
	return !at.spent_up || hook_lifts(r, "budget") ||
	       refuse_spent(r, &at, now);
}

static bool check_turn(struct relay *r)
{
	char message[80];
	tick_t wait;

	if (purse_turn(r->metered->purse, r->key->a_minute, loop_now(),
		       &wait) ||
	    hook_lifts(r, "rate"))
		return true;
	snprintf(message, sizeof(message),
		 "this key may send %u requests in a minute", r->key->a_minute);
	return refuse_rate(r, (wait + TICK_S - 1) / TICK_S, message);
}

static bool check_streams(struct relay *r)
{
	char message[80];

	r->metered->entered = purse_enter(r->metered->purse, r->key->streams);
	if (r->metered->entered || hook_lifts(r, "streams"))
		return true;
	snprintf(message, sizeof(message),
		 "this key may have %u request%s under way at once",
		 r->key->streams, r->key->streams == 1 ? "" : "s");
	return refuse_rate(r, STREAMS_RETRY_S, message);
}

static bool meter_arrive(struct relay *r)
{
	const struct client_key *key = r->key;
	int64_t now = (int64_t)time(NULL);

	metered_new(r);
	if (!key)
		return true;
	r->metered->purse = key->purse;
	if (key->expires > 0 && now >= key->expires && !hook_lifts(r, "expiry"))
		return refuse_expired(r);
	if (!key->purse || strcmp(visit_head(r->visit)->method, "POST") != 0)
		return true;
	return check_budget(r, now) && check_turn(r) && check_streams(r);
}

/* Finds the model that is asked for, which a cloud's client has in the path.
 * -1: it is not certain. */
static int find_model(const struct relay *r, bool closely, struct buf *out)
{
	if (r->route.cloud.model.len > 0) {
		bridge_name_decode(r->route.cloud.model, out);
		return 0;
	}
	if (!closely && asked_model_quickly(buf_span(&r->body), out) == 0)
		return 0;
	return asked_model(buf_span(&r->body), out);
}

static bool may_ask(const struct relay *r, struct span model)
{
	const struct client_key *key = r->key;
	struct buf plain = BUF_INIT(PLAIN_LIMIT);
	bool may = client_key_may_ask(key, model) ||
		   client_key_may_ask(key, span_of(r->metered->plain));

	if (!may && bridge_model_plain(model, &plain, NULL) == 0)
		may = client_key_may_ask(key, buf_span(&plain));
	buf_clear(&plain);
	return may;
}

static bool refuse_model(struct relay *r, int status, const char *why)
{
	struct reply_words words = { .status = status };
	char message[300];

	snprintf(message, sizeof(message), "model: '%.100s' %s",
		 r->metered->record.asked, why);
	words.message = message;
	return refuse(r, &words);
}

#define CHARACTER_MAX 4 /* bytes that may be left free by a name that was cut */

/* A model that no provider has costs nothing and is refused later. That is not
 * known here for a cloud's route, or for a name that was cut. */
static bool can_cost(const struct relay *r)
{
	const struct pool *p = r->config->pool;
	struct span plain = span_of(r->metered->plain);

	if (!r->metered->asks)
		return false;
	return !p || r->route.cloud.model.len > 0 ||
	       plain.len + CHARACTER_MAX >= sizeof(r->metered->plain) ||
	       pool_has(p, r->route.cloud.vendor, plain);
}

static bool check_model(struct relay *r, struct span model)
{
	if (!may_ask(r, model) && !hook_lifts(r, "models"))
		return refuse_model(r, 404, "is not among this key's models");
	if (can_cost(r) && has_budget(r) && !hook_lifts(r, "prices") &&
	    !metered_price(r))
		return refuse_model(r, 400,
				    "has no price at this gateway, and this "
				    "key has a budget");
	return true;
}

static bool meter_ready(struct relay *r)
{
	bool closely = r->key && (r->key->models_count > 0 || has_budget(r));
	struct buf *model = &r->gate->desk->model;

	if (strcmp(visit_head(r->visit)->method, "POST") != 0)
		return true;
	buf_reset(model);
	if (find_model(r, closely, model) == 0) {
		metered_ask(r, buf_span(model));
		return !closely || check_model(r, buf_span(model));
	}
	if (closely) {
		struct reply_words words = {
			.status = 400,
			.message = "model: the body of the request does not "
				   "name one model, and this key is not for "
				   "all of them"
		};

		return refuse(r, &words);
	}
	return true;
}

/* ---- the answer ---- */

/* Adds the state of the key's budget, and removes the provider's own limits,
 * which do not concern this client. */
static void tell_standing(struct relay *r, int status, struct headers *h)
{
	int64_t now = (int64_t)time(NULL);
	struct budget_spent spent;
	struct budget_standing at;

	if (!has_budget(r) || r->metered->refused || hook_lifts(r, "warnings"))
		return;
	spending_strip(h);
	if (status != 200 || !r->metered->asks)
		return;
	spent = purse_spent(r->metered->purse, now);
	at = budget_stand(&r->key->budget, &spent, now);
	if (!at.spent_up)
		spending_fields(&at, h);
}

static void begin(struct relay *r, int status, struct headers *h)
{
	struct record_row *record = &r->metered->record;
	const char *id = headers_get(h, "request-id");

	if (!id)
		id = headers_get(h, "x-amzn-requestid");
	record_put(record->request_id, sizeof(record->request_id), span_of(id));
	tell_standing(r, status, h);
	r->metered->taps = r->metered->asks && !r->metered->refused &&
			   tap_begin(r->metered->tap, h);
}

static void took_first(struct metered *m)
{
	if (m->record.first_ms < 0)
		m->record.first_ms = metered_took(m);
}

static void meter_begin(struct relay *r, struct relay_answer *a)
{
	r->metered->length = a->length;
	begin(r, a->status, &a->headers);
	if (a->length == 0) /* nothing comes after the head */
		metered_write(r, end_name(END_CLEAN));
}

/* Counts bytes that go out. With the last byte, or the last event, the answer
 * is complete for the client, so the record is written. */
static void meter_send(struct relay *r, struct span bytes)
{
	struct metered *m = r->metered;
	bool whole = m->length != VISIT_CHUNKED && r->bytes >= m->length;

	took_first(m);
	if (m->taps) {
		if (whole)
			tap_last(m->tap, bytes);
		else
			tap_feed(m->tap, bytes);
		whole |= tap_seen(m->tap)->ended;
	}
	if (whole)
		metered_write(r, end_name(END_CLEAN));
}

static void meter_close(struct relay *r, enum stream_end end)
{
	struct metered *m = r->metered;

	if (m->taps)
		tap_finish(m->tap);
	if (m->taps && tap_seen(m->tap)->ended)
		end = END_CLEAN; /* the message was whole */
	/* After the end of a message there is usually nothing new. */
	if (end != END_CLEAN || !m->written.is || m->written.bytes != r->bytes)
		metered_write(r, end_name(end));
}

static void meter_reply(struct relay *r, int status, struct headers *headers,
			struct span body)
{
	struct metered *m = r->metered;

	begin(r, status, headers);
	took_first(m);
	if (m->taps)
		tap_last(m->tap, body);
	metered_write(r, end_name(END_CLEAN));
}

static void meter_sending(struct gate *gate)
{
	ledger_write(gate->ledger, &gate->desk->batch);
}

static void meter_done(struct relay *r, enum stream_end end)
{
	struct metered *m = r->metered;

	/* A client that leaves after the end of the message has all of it. */
	if (!m->written.is || end != END_CLEAN)
		meter_close(r, end);
	if (m->entered &&
	    !hook_lifts(r, end == END_CLEAN ? "places" : "places left"))
		purse_leave(m->purse);
	counters_add(ledger_counters(r->gate->ledger), &m->record);
	metered_drop(r);
	meter_sending(r->gate); /* for an answer that no client waits for */
}

/* ---- the state of a key ---- */

static void meter_account(struct relay *r)
{
	static const struct {
		const char *path;
		void (*write)(const struct spending *s, struct buf *out);
	} rows[] = {
		{ "/api/v1/auth/key", spending_key },
		{ "/api/v1/credits", spending_credits },
		{ "/api/oauth/usage", spending_usage },
	};
	struct span target = buf_span(&r->target);
	struct span path = span_first(target, span_find_byte(target, '?'));
	struct gate_reply reply = { .status = 200,
				    .body = BUF_INIT(BUF_NO_LIMIT) };
	struct spending s = { .label = r->metered->record.key,
			      .now = (int64_t)time(NULL) };
	struct budget none;

	budget_init(&none);
	s.budget = r->key ? &r->key->budget : &none;
	s.a_minute = r->key ? r->key->a_minute : 0;
	if (r->metered->purse)
		s.spent = purse_spent(r->metered->purse, s.now);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (span_is(path, rows[i].path))
			rows[i].write(&s, &reply.body);
	headers_add_text(&reply.headers, "content-type", "application/json");
	headers_add_text(&reply.headers, "cache-control", "no-store");
	metered_drop(r); /* asking for the state of a key is not counted */
	reply_send(r, &reply);
}

static void meter_leave(struct gate *gate)
{
	if (gate->desk)
		meter_sending(gate);
	meter_desk_free(gate->desk);
	gate->desk = NULL;
}

const struct relay_meter meter_relay = {
	.arrive = meter_arrive,
	.ready = meter_ready,
	.begin = meter_begin,
	.send = meter_send,
	.close = meter_close,
	.reply = meter_reply,
	.sending = meter_sending,
	.done = meter_done,
	.account = meter_account,
	.leave = meter_leave,
};
