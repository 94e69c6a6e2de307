/* gateway/meter: records are in the ledger before the end of an answer is sent;
 * some requests are never recorded. The upstream is a raw peer. */
#include "gateway/ledger/ledger.h"
#include "gateway/meter/asked.h"
#include "gateway/meter/meter.h"
#include "gateway/meter/metered.h"
#include "net/serve/serve_private.h"
#include "tests/unit/relay_kit.h"

#define DB "t_meter.db"
#define EVENTS \
	"data: {\"type\":\"message_start\",\"message\":{\"model\":\"m\"," \
	"\"usage\":{\"input_tokens\":7,\"output_tokens\":1}}}\n\n"
#define LAST \
	"data: " \
	"{\"type\":\"message_delta\",\"usage\":{\"output_tokens\":9}}\n\n" \
	"data: {\"type\":\"message_stop\"}\n\n"

static struct record_row found; /* the last one of the spool */
static size_t count;

static int see(void *arg, const struct record_row *r, struct fail *f)
{
	(void)arg;
	(void)f;
	found = *r;
	count++;
	return 0;
}

static size_t records(void)
{
	size_t broken = 0;

	count = 0;
	assert_int_equal(spool_read(DB, false, see, NULL, &broken, NULL), 0);
	assert_int_equal(broken, 0);
	return count;
}

/* ---- the answer on its way, looked at before it goes ---- */

static size_t at_stop, at_end; /* records there are then */

bool __real_conn_flush(struct conn *c);
bool __wrap_conn_flush(struct conn *c);
bool __wrap_conn_flush(struct conn *c)
{
	struct span out = buf_span(&c->out);

	if (span_find(out, span_of("message_stop")) != SIZE_MAX)
		at_stop = records();
	if (out.len > 0)
		at_end = records();
	return __real_conn_flush(c);
}

/* ---- a clock that stands still, if it is told to ---- */

static tick_t clock_at; /* 0: it goes */
static time_t second; /* the same for the time of day */

tick_t __real_loop_now(void);
tick_t __wrap_loop_now(void);
tick_t __wrap_loop_now(void)
{
	return clock_at > 0 ? clock_at : __real_loop_now();
}

/* Timers go by the real one all the same. */
void __real_loop_timer_set(struct loop *l, struct loop_timer *t, tick_t at,
			   loop_timer_fn *fn, void *arg);
void __wrap_loop_timer_set(struct loop *l, struct loop_timer *t, tick_t at,
			   loop_timer_fn *fn, void *arg);
void __wrap_loop_timer_set(struct loop *l, struct loop_timer *t, tick_t at,
			   loop_timer_fn *fn, void *arg)
{
	if (clock_at > 0)
		at += __real_loop_now() - clock_at;
	__real_loop_timer_set(l, t, at, fn, arg);
}

time_t __real_time(time_t *out);
time_t __wrap_time(time_t *out);
time_t __wrap_time(time_t *out)
{
	return second > 0 ? second : __real_time(out);
}

static tick_t turn_in; /* 0: a turn is free when it is */

bool __real_purse_turn(struct purse *p, size_t a_minute, tick_t now,
		       tick_t *wait);
bool __wrap_purse_turn(struct purse *p, size_t a_minute, tick_t now,
		       tick_t *wait);
bool __wrap_purse_turn(struct purse *p, size_t a_minute, tick_t now,
		       tick_t *wait)
{
	if (turn_in == 0)
		return __real_purse_turn(p, a_minute, now, wait);
	*wait = turn_in;
	return false;
}

/* ---- */

static struct ledger_files *ledger;

static void forget(void)
{
	static const char *const endings[] = { "",      ".spool", ".taking",
					       ".lock", "-wal",   "-shm" };

	for (size_t i = 0; i < sizeof(endings) / sizeof(endings[0]); i++) {
		char name[64];

		snprintf(name, sizeof(name), DB "%s", endings[i]);
		unlink(name);
	}
}

static int open_ledger(void **state)
{
	struct gateway *g;

	set_up(state);
	g = *state;
	forget();
	at_stop = at_end = 99;
	g->config.ledger.path = strdup(DB);
	assert_int_equal(ledger_new(&ledger, &g->config.ledger, NULL), 0);
	ledger_attach(ledger, g->config.keys, g->config.keys_count);
	g->gate.meter = &meter_relay;
	g->gate.ledger = ledger;
	return 0;
}

static int close_ledger(void **state)
{
	struct gateway *g = *state;

	clock_at = turn_in = second = 0;
	serve_free(g->serve);
	g->serve = NULL;
	meter_relay.leave(&g->gate);
	tear_down(state);
	ledger_free(ledger);
	forget();
	return 0;
}

static void t_stream(void **state)
{
	struct gateway *g = *state;
	struct call c;

	relayed(g, STREAM "\r\n" EVENTS LAST, true, &c);
	assert_int_equal(c.status, 200);
	assert_int_equal(at_stop, 1);
	assert_int_equal(records(), 1);
	assert_int_equal(found.usage.input, 7);
	assert_int_equal(found.usage.output, 9);
	assert_string_equal(found.served, "m");
	assert_string_equal(found.end, "clean");
	assert_string_equal(found.route, "messages");
	assert_int_equal(found.status, 200);
	assert_true(found.time / 1000 > 1600000000);
	assert_true(found.first_ms >= 0 && found.first_ms <= found.total_ms);
	call_close(&c);
}

static void t_length(void **state)
{
	struct gateway *g = *state;
	struct call c;

	relayed(g,
		"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
		"request-id: r1\r\nContent-Length: 35\r\n\r\n"
		"{\"usage\":{\"input_tokens\":5}       }",
		false, &c);
	assert_int_equal(at_end, 1);
	assert_int_equal(records(), 1);
	assert_int_equal(found.usage.input, 5);
	assert_string_equal(found.request_id, "r1");
	call_close(&c);
}

static void t_cut(void **state)
{
	struct gateway *g = *state;
	struct call c;

	relayed(g, STREAM CHUNKED "5\r\na: b\n\r\n", true, &c);
	assert_int_equal(c.end.end, END_CUT);
	assert_int_equal(records(), 1);
	assert_string_equal(found.end, "cut");
	call_close(&c);
}

/* An answer of our own, and a key that stands in another place. */
static void t_own(void **state)
{
	const struct ask ask = { "POST", "/v1/messages", "mine",
				 "{\"model\":\"is-mine-or\"}" };
	struct gateway *g = *state;
	struct call c;

	client_key_add_model(&g->config.keys[0], "other");
	g->config.limited = true;
	send_ask(g, &ask, &c);
	WAIT_FOR(g->w.loop, c.ends == 1);
	assert_error(&c, 404, "is not among this key's models");
	assert_int_equal(at_end, 1);
	assert_string_equal(found.end, "refused");
	assert_string_equal(found.asked, "(a credential)");
	assert_string_equal(found.provider, "");
	call_close(&c);
}

/* ---- requests with fields of their own ---- */

struct field {
	const char *name, *value;
};

/* Sends a request, after which the upstream has it. */
static struct rawpeer *begin(struct gateway *g, const struct ask *ask,
			     const struct field *fields, struct call *c)
{
	struct rawpeer *p = &g->w.server.peers[g->asked];
	struct headers headers = { 0 };
	struct fetch_request r = {
		.origin = g->origin,
		.method = ask->method,
		.target = ask->target,
		.headers = &headers,
		.body = span_of(ask->body),
		.has_body = ask->body != NULL,
	};

	headers_add_text(&headers, "x-api-key", ask->key);
	for (; fields && fields->name; fields++)
		headers_add_text(&headers, fields->name, fields->value);
	call_open(c, &g->w, &r);
	headers_clear(&headers);
	WAIT_FOR(g->w.loop, g->w.server.count > g->asked);
	WAIT_FOR(g->w.loop, rawpeer_has(p, ask->body ? ask->body : "\r\n\r\n"));
	g->asked++;
	return p;
}

static void finish(struct gateway *g, struct rawpeer *p, const char *answer,
		   struct call *c)
{
	rawpeer_text(p, answer);
	rawpeer_shut(p);
	WAIT_FOR(g->w.loop, c->ends == 1);
	rawpeer_close(p);
	call_close(c);
	assert_true(records() > 0);
}

/* Sends a request and reads its record. */
static void recorded(struct gateway *g, const struct ask *ask,
		     const struct field *fields, const char *answer)
{
	struct call c;

	finish(g, begin(g, ask, fields, &c), answer, &c);
}

#define JSON "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
#define WHOLE JSON "Content-Length: 2\r\n\r\n{}"

static const struct ask m_asked = { "POST", "/v1/messages", "mine",
				    "{\"model\":\"m\"}" };

/* What the client tells of itself: the first of each. */
static void t_told(void **state)
{
	const struct field fields[] = {
		{ "User-Agent", "cc/1" },
		{ "user-agent", "cc/2" },
		{ "X-Claude-Code-Session-Id", "s" },
		{ "x-claude-code-session-id", "s2" },
		{ "x-claude-code-agent-id", "a1" },
		{ "x-claude-code-prompt-id", "p1" },
		{ "x-claude-codes-prompt-id", "p2" },
		{ "authorization", "Bearer " },
		{ NULL, NULL },
	};
	const struct field more[] = {
		{ "x-claude-code-session-id", "a-seven-b" },
		{ "x-claude-code-agent-id", "for-up-hill-1234" },
		{ "x-claude-code-prompt-id", "p1" },
		{ "x-api-key", "seven" },
		{ "x-api-key", "eight" },
		{ "authorization", "Bearer nine" },
		{ NULL, NULL },
	};
	const struct field many[] = {
		{ "x-claude-code-prompt-id", "p1" },
		{ "x-api-key", "seven" },
		{ "x-api-key", "eight" },
		{ "x-api-key", "nine" },
		{ "x-api-key", "ten" },
		{ NULL, NULL },
	};
	struct gateway *g = *state;
	char host[40];

	secrets_add(&g->config.secrets, "up-hill-1234");
	g->config.keys[0].name = strdup("ann");
	recorded(g, &m_asked, fields, WHOLE);
	assert_string_equal(found.key, "ann");
	assert_string_equal(found.client, "cc/1");
	assert_string_equal(found.session, "s");
	assert_string_equal(found.agent, "a1");
	assert_string_equal(found.prompt, "p1");
	assert_string_equal(found.asked, "m");
	assert_int_equal(found.cost, -1);
	snprintf(host, sizeof(host), "127.0.0.1:%u", g->w.server.port);
	assert_string_equal(found.provider, host);
	/* With all credentials known, texts without one stay. */
	recorded(g, &m_asked, more, WHOLE);
	assert_string_equal(found.session, "(a credential)");
	assert_string_equal(found.agent, "(a credential)");
	assert_string_equal(found.prompt, "p1");
	recorded(g, &m_asked, many, WHOLE);
	assert_string_equal(found.session, "");
	assert_string_equal(found.prompt, "(a credential)");
	assert_string_equal(found.asked, "(a credential)");
}

/* The model is read again for each request, wherever it is in the body. */
static void t_asked(void **state)
{
	const struct ask late = { "POST", "/v1/messages", "mine",
				  "{\"a\":1,\"model\":\"late\"}" };
	struct gateway *g = *state;

	recorded(g, &m_asked, NULL, WHOLE);
	assert_string_equal(found.asked, "m");
	assert_int_equal(g->gate.desk->spares, 1);
	recorded(g, &late, NULL, WHOLE);
	assert_string_equal(found.asked, "late");
	assert_int_equal(g->gate.desk->spares, 1);
}

static void t_routes(void **state)
{
	static const struct ask counts = { "POST", "/v1/messages/count_tokens",
					   "mine", "{\"model\":\"m\"}" };
	static const struct ask models = { "GET", "/v1/models?limit=1", "mine",
					   NULL };
	struct gateway *g = *state;

	g->config.keys[0].a_minute = 1;
	recorded(g, &models, NULL, WHOLE); /* takes no turn */
	assert_string_equal(found.route, "models");
	assert_string_equal(found.asked, "");
	recorded(g, &counts, NULL, JSON "Content-Length: 0\r\n\r\n");
	assert_string_equal(found.route, "count_tokens");
	assert_string_equal(found.asked, "m");
	assert_int_equal(found.cost, 0);
	assert_int_equal(found.usage.input, 0);
	assert_int_equal(at_end, 2); /* before the head goes out */
}

/* A cloud's routes, to a provider of that cloud. */
static void t_cloud(void **state)
{
	static const struct ask invoke = { "POST", "/model/m/invoke", "mine",
					   "{\"max_tokens\":1}" };
	static const struct ask counts = { "POST", "/model/m/count-tokens",
					   "mine", "{\"input\":1}" };
	static const struct ask profiles = { "GET", "/inference-profiles",
					     "mine", NULL };
	struct gateway *g = *state;

	g->config.upstream.format = PROVIDER_BEDROCK;
	recorded(g, &invoke, NULL,
		 JSON "x-amzn-requestid: z9\r\n\r\n"
		      "{\"usage\":{\"input_tokens\":5}}");
	assert_string_equal(found.route, "messages");
	assert_string_equal(found.asked, "m");
	assert_string_equal(found.request_id, "z9");
	assert_int_equal(found.usage.input, 5); /* its end is its length */
	recorded(g, &counts, NULL, WHOLE);
	assert_string_equal(found.route, "count_tokens");
	recorded(g, &profiles, NULL, WHOLE);
	assert_string_equal(found.route, "models");
}

/* A whole message that comes in two pieces, and times. */
static void t_pieces(void **state)
{
	struct gateway *g = *state;
	struct rawpeer *p;
	struct call c;

	clock_at = loop_now();
	p = begin(g, &m_asked, NULL, &c);
	clock_at += 3 * TICK_MS;
	rawpeer_text(p, JSON "Content-Length: 33\r\n\r\n{\"usage\":{");
	WAIT_FOR(g->w.loop, c.body.len > 0);
	assert_int_equal(records(), 0);
	clock_at += 4 * TICK_MS;
	finish(g, p, "\"input_tokens\":5}     }", &c);
	assert_int_equal(found.usage.input, 5);
	assert_int_equal(found.first_ms, 3);
	assert_int_equal(found.total_ms, 7);
	assert_int_equal(found.bytes, 33);
	assert_string_equal(found.end, "clean");
	assert_int_equal(records(), 1);
	/* At once is 0, not none. */
	p = begin(g, &m_asked, NULL, &c);
	rawpeer_text(p, JSON "Content-Length: 33\r\n\r\n{\"usage\":{");
	WAIT_FOR(g->w.loop, c.body.len > 0);
	clock_at += TICK_MS;
	finish(g, p, "\"input_tokens\":5}     }", &c);
	assert_int_equal(found.first_ms, 0);
	assert_int_equal(found.total_ms, 1);
}

/* A client that leaves before there is an answer. */
static void t_left(void **state)
{
	struct gateway *g = *state;
	struct call c;

	begin(g, &m_asked, NULL, &c);
	call_close(&c);
	WAIT_FOR(g->w.loop, g->gate.open == 0);
	assert_int_equal(records(), 1);
	assert_int_equal(found.first_ms, -1);
	assert_int_equal(found.status, 0);
	assert_int_equal(found.bytes, 0);
}

/* What comes after the end of a message. */
static void t_after(void **state)
{
	struct gateway *g = *state;
	struct rawpeer *p;
	struct call c;

	p = begin(g, &m_asked, NULL, &c);
	rawpeer_text(p, STREAM "\r\n" EVENTS LAST);
	WAIT_FOR(g->w.loop, strstr(buf_str(&c.body), "message_stop"));
	assert_int_equal(records(), 1);
	finish(g, p, ": nothing new\n\n", &c);
	assert_int_equal(records(), 1);
	assert_string_equal(found.end, "clean");
	/* An error in the stream, and a stream of nothing. */
	recorded(g, &m_asked, NULL,
		 STREAM "\r\n" EVENTS
			"event: error\ndata: {\"type\":\"error\",\"error\":"
			"{\"type\":\"api_error\",\"message\":\"x\"}}\n\n");
	assert_string_equal(found.end, "error");
	assert_int_equal(found.usage.input, 7);
	recorded(g, &m_asked, NULL, JSON CHUNKED "0\r\n\r\n");
	assert_int_equal(records(), 3);
	assert_string_equal(found.end, "clean");
	assert_int_equal(found.first_ms, -1);
}

/* ---- limits ---- */

static void refused(struct gateway *g, const struct ask *ask, int status,
		    const char *text)
{
	local(g, ask, status, text);
	assert_int_equal(g->gate.open, 0);
}

static void t_expires(void **state)
{
	struct gateway *g = *state;

	g->config.limited = true;
	second = 1000;
	g->config.keys[0].expires = 1001;
	recorded(g, &m_asked, NULL, WHOLE);
	second = 1001;
	refused(g, &m_asked, 401, "this key has expired");
	g->config.keys[0].expires = 1;
	refused(g, &m_asked, 401, "this key has expired");
}

/* Waits are told in whole seconds, rounded up. */
static void t_wait(void **state)
{
	static const struct {
		tick_t wait;
		const char *seconds;
	} rows[] = { { 1, "1" },
		     { TICK_S, "1" },
		     { TICK_S + 1, "2" },
		     { 2 * TICK_S, "2" } };
	struct gateway *g = *state;
	struct call c;

	g->config.keys[0].a_minute = 1;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		turn_in = rows[i].wait;
		send_ask(g, &m_asked, &c);
		WAIT_FOR(g->w.loop, c.ends == 1);
		assert_error(&c, 429,
			     "this key may send 1 requests in a minute");
		assert_string_equal(headers_get(&c.headers, "retry-after"),
				    rows[i].seconds);
		call_close(&c);
	}
}

static void t_models(void **state)
{
	static const struct ask asks[] = {
		{ "POST", "/v1/messages", "mine",
		  "{\"model\":\"us.anthropic.claude-haiku-4-5-20251001-v1:"
		  "0\"}" },
		{ "POST", "/v1/messages", "mine",
		  "{\"model\":\"anthropic.claude-opus-5\"}" },
	};
	struct gateway *g = *state;

	/* By its plain name, or as it is. A price is for budgets only. */
	client_key_add_model(&g->config.keys[0], "claude-haiku-*");
	client_key_add_model(&g->config.keys[0], "anthropic.claude-opus-5");
	g->config.limited = true;
	for (size_t i = 0; i < 2; i++)
		recorded(g, &asks[i], NULL, WHOLE);
	assert_string_equal(found.asked, "anthropic.claude-opus-5");
	refused(g, &m_asked, 404, "model: 'm' is not among this key's models");
}

static void on_mistake(void *arg, const struct fail *f)
{
	(void)arg;
	fail_msg("%s", f->text);
}

static void set_prices(struct gateway *g, const char *text)
{
	struct json *j;

	assert_int_equal(json_parse(&j, "prices", span_of(text), NULL), 0);
	price_list_read(&g->config.ledger.prices, j, on_mistake, NULL);
	json_free(j);
}

static money_t spent_by(const struct gateway *g)
{
	return purse_spent(g->config.keys[0].purse, time(NULL))
		.spent[BUDGET_TOTAL];
}

/* The state of a key, which is not recorded. */
static void t_account(void **state)
{
	static const char *const rows[][2] = {
		{ "/api/v1/auth/key?x",
		  "{\"data\":{\"label\":\"ann\",\"usage\":0.000000003," },
		{ "/api/v1/credits", "{\"data\":{\"total_credits\":0.000000005,"
				     "\"total_usage\":0.000000003}}" },
		{ "/api/oauth/usage",
		  "{\"extra_usage\":{\"is_enabled\":true," },
	};
	struct gateway *g = *state;

	g->config.keys[0].name = strdup("ann");
	g->config.keys[0].a_minute = 7;
	g->config.keys[0].budget.limit[BUDGET_TOTAL] = 5;
	purse_spend(g->config.keys[0].purse, time(NULL), 3);
	for (size_t i = 0; i < 3; i++) {
		struct ask ask = { "GET", rows[i][0], "mine", NULL };
		struct call c;

		send_ask(g, &ask, &c);
		WAIT_FOR(g->w.loop, c.ends == 1);
		assert_int_equal(c.status, 200);
		assert_string_equal(headers_get(&c.headers, "content-type"),
				    "application/json");
		assert_string_equal(headers_get(&c.headers, "cache-control"),
				    "no-store");
		if (!span_starts(buf_span(&c.body), rows[i][1]))
			fail_msg("%s", buf_str(&c.body));
		assert_int_equal(strstr(buf_str(&c.body), "\"requests\":7") !=
					 NULL,
				 i == 0);
		call_close(&c);
		assert_int_equal(records(), 0);
		assert_int_equal(g->gate.desk->spares, 1);
	}
}

#define STATUS "anthropic-ratelimit-unified-status"

static void t_budget(void **state)
{
	static const struct ask counts = { "POST", "/v1/messages/count_tokens",
					   "mine", "{\"model\":\"none\"}" };
	static const struct ask none = { "POST", "/v1/messages", "mine",
					 "{\"model\":\"none\"}" };
	struct gateway *g = *state;
	struct rawpeer *p;
	struct call c;

	set_prices(g, "{\"models\":{\"m\":{\"input\":0.001,"
		      "\"output\":0.001}}}");
	g->config.keys[0].budget.limit[BUDGET_TOTAL] = 22;
	g->config.limited = true;
	/* A cost of the smallest amount there is. */
	recorded(g, &m_asked, NULL,
		 JSON "Content-Length: 32\r\n\r\n"
		      "{\"usage\":{\"input_tokens\":1}    }");
	assert_int_equal(found.cost, 1);
	assert_int_equal(spent_by(g), 1);
	p = begin(g, &m_asked, NULL, &c);
	rawpeer_text(p, STREAM "\r\ndata: {\"type\":\"message_start\","
			       "\"message\":{\"usage\":{\"input_tokens\":1}}}"
			       "\n\ndata: {\"type\":\"message_stop\"}\n\n");
	WAIT_FOR(g->w.loop, strstr(buf_str(&c.body), "message_stop"));
	assert_int_equal(spent_by(g), 2);
	finish(g, p,
	       "data: {\"type\":\"message_delta\",\"usage\":"
	       "{\"output_tokens\":1}}\n\n",
	       &c);
	assert_int_equal(spent_by(g), 3);
	/* A record that is written again costs the difference. */
	p = begin(g, &m_asked, NULL, &c);
	rawpeer_text(p, STREAM "\r\n" EVENTS LAST);
	WAIT_FOR(g->w.loop, strstr(buf_str(&c.body), "message_stop"));
	assert_string_equal(headers_get(&c.headers, STATUS), "allowed");
	assert_int_equal(spent_by(g), 19);
	finish(g, p,
	       "data: {\"type\":\"message_delta\",\"usage\":"
	       "{\"output_tokens\":10}}\n\n",
	       &c);
	assert_int_equal(spent_by(g), 20);
	assert_int_equal(found.cost, 17);
	/* No price is needed for what costs nothing, and nothing is told. */
	p = begin(g, &counts, NULL, &c);
	rawpeer_text(p, WHOLE);
	WAIT_FOR(g->w.loop, c.ends == 1);
	assert_int_equal(c.status, 200);
	assert_null(headers_get(&c.headers, STATUS));
	rawpeer_close(p);
	call_close(&c);
	refused(g, &none, 400, "model: 'none' has no price at this gateway");
	/* Nor is anything told with an error, or when another request has
	 * spent it all. */
	p = begin(g, &m_asked, NULL, &c);
	rawpeer_text(p, "HTTP/1.1 500 No\r\nContent-Length: 0\r\n"
			"anthropic-ratelimit-requests-limit: 1\r\n\r\n");
	WAIT_FOR(g->w.loop, c.ends == 1);
	assert_int_equal(c.status, 500);
	assert_null(headers_get(&c.headers, STATUS));
	assert_null(
		headers_get(&c.headers, "anthropic-ratelimit-requests-limit"));
	rawpeer_close(p);
	call_close(&c);
	p = begin(g, &m_asked, NULL, &c);
	purse_spend(g->config.keys[0].purse, time(NULL), 2);
	rawpeer_text(p, WHOLE);
	WAIT_FOR(g->w.loop, c.ends == 1);
	assert_int_equal(c.status, 200);
	assert_null(headers_get(&c.headers, STATUS));
	rawpeer_close(p);
	call_close(&c);
	refused(g, &m_asked, 429, "total spend limit of");
}

static void asks(const char *body, const char *model)
{
	struct buf out = BUF_INIT(1000);
	int rc = asked_model(span_of(body), &out);

	assert_int_equal(rc, model ? 0 : -1);
	assert_string_equal(buf_str(&out), model ? model : "");
	buf_clear(&out);
}

static void t_model(void **state)
{
	struct buf out = BUF_INIT(1000);

	(void)state;
	asks("{\"a\":{\"model\":\"x\"},\"model\":\"y\"}", "y");
	asks("{\"mod\\u0065l\":\"y\\u0041\"}", "yA");
	asks("{\"model\":\"y\",\"mod\\u0065l\":\"z\"}", NULL);
	asks("{\"model\":5}", NULL);
	asks("{\"model\":\"y\"", NULL);
	asks("[\"model\"]", NULL);
	asks("", NULL);
	assert_int_equal(
		asked_model_quickly(span_of("{\"model\": \"z\",\"a\""), &out),
		0);
	assert_string_equal(buf_str(&out), "z");
	buf_reset(&out);
	assert_int_equal(
		asked_model_quickly(span_of("{\"model\":\"y\",\"a\""), &out),
		0);
	assert_string_equal(buf_str(&out), "y");
	assert_int_equal(asked_model_quickly(span_of("{\"model\":\"y"), &out),
			 -1);
	assert_int_equal(
		asked_model_quickly(span_of("{\"model\":\"\\u0041\"}"), &out),
		-1);
	assert_int_equal(asked_model_quickly(span_of("{\"a\":\"y\"}"), &out),
			 -1);
	buf_clear(&out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(t_stream, open_ledger,
						close_ledger),
		cmocka_unit_test_setup_teardown(t_length, open_ledger,
						close_ledger),
		cmocka_unit_test_setup_teardown(t_cut, open_ledger,
						close_ledger),
		cmocka_unit_test_setup_teardown(t_own, open_ledger,
						close_ledger),
		cmocka_unit_test_setup_teardown(t_told, open_ledger,
						close_ledger),
		cmocka_unit_test_setup_teardown(t_asked, open_ledger,
						close_ledger),
		cmocka_unit_test_setup_teardown(t_routes, open_ledger,
						close_ledger),
		cmocka_unit_test_setup_teardown(t_cloud, open_ledger,
						close_ledger),
		cmocka_unit_test_setup_teardown(t_pieces, open_ledger,
						close_ledger),
		cmocka_unit_test_setup_teardown(t_left, open_ledger,
						close_ledger),
		cmocka_unit_test_setup_teardown(t_after, open_ledger,
						close_ledger),
		cmocka_unit_test_setup_teardown(t_expires, open_ledger,
						close_ledger),
		cmocka_unit_test_setup_teardown(t_wait, open_ledger,
						close_ledger),
		cmocka_unit_test_setup_teardown(t_models, open_ledger,
						close_ledger),
		cmocka_unit_test_setup_teardown(t_account, open_ledger,
						close_ledger),
		cmocka_unit_test_setup_teardown(t_budget, open_ledger,
						close_ledger),
		cmocka_unit_test(t_model),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
