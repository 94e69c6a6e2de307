/* gateway/meter: records are in the ledger before the end of an answer is sent;
 * some requests are never recorded. The upstream is a raw peer. */
#include "gateway/ledger/ledger.h"
#include "gateway/meter/asked.h"
#include "gateway/meter/meter.h"
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
	call_close(&c);
}

/* ---- requests of any kind, with fields ---- */

#define JSON "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
#define MESSAGE \
	JSON "Content-Length: 35\r\n\r\n{\"usage\":{\"input_tokens\":5}}     " \
	     "  "

static void send_with(struct gateway *g, const struct ask *ask,
		      const struct headers *h, struct call *c)
{
	struct fetch_request r = {
		.origin = g->origin,
		.method = ask->method,
		.target = ask->target,
		.headers = h,
		.body = span_of(ask->body),
		.has_body = ask->body != NULL,
	};

	call_open(c, &g->w, &r);
}

/* It is answered by the upstream, which closes then. */
static void passed(struct gateway *g, const struct ask *ask,
		   const struct headers *more, const char *answer)
{
	struct rawpeer *p = &g->w.server.peers[g->asked];
	struct headers h = { 0 };
	struct call c;

	if (more)
		headers_copy(&h, more);
	if (ask->key)
		headers_add_text(&h, "x-api-key", ask->key);
	send_with(g, ask, &h, &c);
	WAIT_FOR(g->w.loop, g->w.server.count > g->asked);
	WAIT_FOR(g->w.loop, rawpeer_has(p, ask->body ? ask->body : "\r\n\r\n"));
	g->asked++;
	rawpeer_text(p, answer);
	rawpeer_shut(p);
	WAIT_FOR(g->w.loop, c.ends == 1);
	rawpeer_close(p);
	call_close(&c);
	headers_clear(&h);
	records();
}

static const struct ask asked = { "POST", "/v1/messages", "mine",
				  "{\"model\":\"m\"}" };

/* What the client tells of itself, the first time it does. */
static void t_told(void **state)
{
	static const char *const keys[] = { "mine", "key-2", "key-3", "key-4",
					    "key-5" };
	struct gateway *g = *state;
	struct headers h = { 0 };
	struct ask ask = asked;

	headers_add_text(&h, "X-Claude-Code-Session-Id", "s1");
	headers_add_text(&h, "x-claude-code-session-id", "s2");
	headers_add_text(&h, "x-claude-code-agent-id", "a1");
	headers_add_text(&h, "x-claude-code-prompt-id", "p1");
	headers_add_text(&h, "x-claude-code-other", "o1");
	headers_add_text(&h, "User-Agent", "u1");
	headers_add_text(&h, "user-agent", "u2");
	headers_add_text(&h, "authorization", "Basic eA==");
	passed(g, &asked, &h, MESSAGE);
	assert_string_equal(found.key, "key-3fd30542");
	assert_string_equal(found.session, "s1");
	assert_string_equal(found.agent, "a1");
	assert_string_equal(found.prompt, "p1");
	assert_string_equal(found.client, "u1");
	assert_string_equal(found.asked, "m");
	assert_string_equal(found.provider, g->w.origin + strlen("http://"));
	assert_int_equal(found.bytes, 35);
	assert_int_equal(found.cost, -1); /* it has no price */
	/* Of the next one nothing is left. */
	passed(g, &asked, NULL, MESSAGE);
	assert_int_equal(count, 2);
	assert_string_equal(found.session, "");
	headers_clear(&h);
	/* A credential of one letter is one, too. */
	headers_add_text(&h, "authorization", "Bearer Q");
	headers_add_text(&h, "x-claude-code-session-id", "aQb");
	passed(g, &asked, &h, MESSAGE);
	assert_string_equal(found.session, "(a credential)");
	headers_clear(&h);
	/* Up to four credentials are looked for in other places. */
	headers_add_text(&h, "x-claude-code-session-id", "key-4-x");
	headers_add_text(&h, "x-claude-code-agent-id", "a-mine-b");
	headers_add_text(&h, "x-claude-code-prompt-id", "p1");
	ask.key = NULL;
	for (size_t i = 0; i < 4; i++)
		headers_add_text(&h, "x-api-key", keys[i]);
	passed(g, &ask, &h, MESSAGE);
	assert_string_equal(found.session, "(a credential)");
	assert_string_equal(found.agent, "(a credential)");
	assert_string_equal(found.prompt, "p1");
	headers_add_text(&h, "x-api-key", keys[4]);
	passed(g, &ask, &h, MESSAGE);
	assert_string_equal(found.prompt, "(a credential)");
	assert_string_equal(found.client, "");
	headers_clear(&h);
}

/* A provider that has a name, and one whose URL has a path. */
static void t_provider(void **state)
{
	struct gateway *g = *state;
	struct ask ask = { "POST", "/v1/messages/count_tokens", "mine",
			   "{\"model\":\"m\"}" };
	struct buf url = BUF_INIT(1000);

	g->config.upstream.name = strdup("main");
	passed(g, &ask, NULL,
	       JSON "x-amzn-requestid: r2\r\nContent-Length: 2\r\n\r\n{}");
	assert_string_equal(found.provider, "main");
	assert_string_equal(found.route, "count_tokens");
	assert_string_equal(found.request_id, "r2");
	assert_int_equal(found.cost, 0);
	assert_string_equal(found.end, "clean");
	free(g->config.upstream.name);
	g->config.upstream.name = NULL;
	buf_addf(&url, "%s/base", g->w.origin);
	free(g->config.upstream.url);
	g->config.upstream.url = buf_take(&url, NULL);
	ask = (struct ask){ "GET", "/v1/models?limit=1", "mine", NULL };
	passed(g, &ask, NULL, JSON "Content-Length: 0\r\n\r\n");
	assert_string_equal(found.provider, g->w.origin + strlen("http://"));
	assert_string_equal(found.route, "models");
	assert_string_equal(found.end, "clean");
	assert_int_equal(found.first_ms, -1);
}

/* Where the path is a cloud's. */
static void t_routes(void **state)
{
	static const struct {
		const char *method, *target, *route;
	} rows[] = {
		{ "POST", "/model/m/invoke", "messages" },
		{ "POST", "/model/m/count-tokens", "count_tokens" },
		{ "GET", "/inference-profiles", "models" },
	};
	struct gateway *g = *state;

	g->config.fronts |= 1U << BRIDGE_BEDROCK;
	g->config.upstream.format = PROVIDER_BEDROCK;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct ask ask = { rows[i].method, rows[i].target, "mine",
				   "{}" };

		if (i == 2)
			ask.body = NULL;
		passed(g, &ask, NULL, JSON "Content-Length: 2\r\n\r\n{}");
		assert_string_equal(found.route, rows[i].route);
	}
}

/* With an answer without a body the record is there before its head. */
static void t_empty(void **state)
{
	struct gateway *g = *state;

	at_end = 99;
	passed(g, &asked, NULL, JSON "Content-Length: 0\r\n\r\n");
	assert_int_equal(at_end, 1);
	assert_string_equal(found.end, "clean");
	assert_int_equal(found.bytes, 0);
}

static void no_mistake(void *arg, const struct fail *f)
{
	(void)arg;
	fail_msg("%s", f->text);
}

/* A tenth of a cent for each token of input, a cent for each of output. */
static void set_prices(struct gateway *g)
{
	struct json *j;

	assert_int_equal(json_parse(&j, "p",
				    span_of("{\"models\":{\"m\":{\"input\":"
					    "1000,\"output\":10000}}}"),
				    NULL),
			 0);
	price_list_read(&g->config.ledger.prices, j, no_mistake, NULL);
	json_free(j);
}

static money_t spent(const struct gateway *g)
{
	return purse_spent(g->config.keys[0].purse, (int64_t)time(NULL))
		.spent[BUDGET_TOTAL];
}

/* What comes after the last event is billed as well, and once. */
static void t_more(void **state)
{
	struct gateway *g = *state;

	set_prices(g);
	passed(g, &asked, NULL,
	       STREAM "\r\n" EVENTS LAST
		      "data: {\"type\":\"message_delta\",\"usage\":"
		      "{\"output_tokens\":11}}\n\n");
	assert_int_equal(found.usage.output, 11);
	assert_int_equal(found.cost, 117 * MONEY_CENT / 10);
	assert_int_equal(spent(g), 117 * MONEY_CENT / 10);
	assert_string_equal(found.end, "clean");
	/* What has no price is not taken from anything. */
	passed(g, &message, NULL,
	       JSON "Content-Length: 35\r\n\r\n"
		    "{\"usage\":{\"input_tokens\":5}}       ");
	assert_int_equal(found.cost, -1);
	assert_int_equal(spent(g), 117 * MONEY_CENT / 10);
}

/* ---- limits of a key ---- */

static void t_key_limits(void **state)
{
	static const struct ask counts = { "POST", "/v1/messages/count_tokens",
					   "mine", "{\"model\":\"m\"}" };
	struct gateway *g = *state;
	struct client_key *k = &g->config.keys[0];

	k->expires = (int64_t)time(NULL);
	local(g, &asked, 401, "this key has expired");
	k->expires = (int64_t)time(NULL) + 1000;
	passed(g, &asked, NULL, MESSAGE);
	assert_string_equal(found.end, "clean");
	k->streams = 2;
	assert_true(purse_enter(k->purse, 0));
	assert_true(purse_enter(k->purse, 0));
	local(g, &asked, 429, "this key may have 2 requests under way at once");
	purse_leave(k->purse);
	passed(g, &asked, NULL, MESSAGE);
	passed(g, &asked, NULL, MESSAGE); /* the place is free again */
	k->streams = 0;
	k->a_minute = 1;
	passed(g, &asked, NULL, MESSAGE);
	local(g, &asked, 429, "this key may send 1 requests in a minute");
	/* Only what asks for tokens is counted. */
	passed(g, &(struct ask){ "GET", "/v1/models", "mine", NULL }, NULL,
	       JSON "Content-Length: 2\r\n\r\n{}");
	k->a_minute = 0;
	set_prices(g);
	k->budget.limit[BUDGET_DAY] = 5 * MONEY_CENT;
	local(g,
	      &(struct ask){ "POST", "/v1/messages", "mine",
			     "{\"model\":\"n\"}" },
	      400, "has no price at this gateway, and this key has a budget");
	passed(g, &asked, NULL, STREAM "\r\n" EVENTS LAST); /* 9.7 cents */
	local(g, &asked, 429, "daily spend limit of $0.05 reached");
	passed(g, &counts, NULL, JSON "Content-Length: 2\r\n\r\n{}");
	assert_int_equal(found.status, 200);
}

/* The model is found wherever it stands, and under its plain name. */
static void t_key_models(void **state)
{
	static const struct {
		const char *body;
		const char *refusal;
	} rows[] = {
		{ "{\"model\":\"claude-opus-5\"}", NULL },
		{ "{\"a\":1,\"model\":\"claude-opus-5\"}", NULL },
		{ "{\"model\":\"us.anthropic.claude-opus-5\"}", NULL },
		{ "{\"model\":\"claude-haiku-4-5\"}",
		  "model: 'claude-haiku-4-5' is not among this key's models" },
		{ "{}", "does not name one model" },
		{ "{\"model\":\"claude-opus-5\",\"model\":\"x\"}",
		  "does not name one model" },
	};
	struct gateway *g = *state;

	client_key_add_model(&g->config.keys[0], "claude-opus-5");
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct ask ask = { "POST", "/v1/messages", "mine",
					 rows[i].body };

		if (rows[i].refusal)
			local(g, &ask, i == 3 ? 404 : 400, rows[i].refusal);
		else
			passed(g, &ask, NULL, MESSAGE);
	}
}

/* ---- fields of an answer ---- */

#define STATE "anthropic-ratelimit-unified-status"

static const char *state_of(struct gateway *g, const struct ask *ask,
			    const char *answer, char *to, size_t size)
{
	struct rawpeer *p = &g->w.server.peers[g->asked];
	struct call c;
	const char *is;

	send_ask(g, ask, &c);
	WAIT_FOR(g->w.loop, g->w.server.count > g->asked);
	WAIT_FOR(g->w.loop, rawpeer_has(p, ask->body));
	g->asked++;
	rawpeer_text(p, answer);
	rawpeer_shut(p);
	WAIT_FOR(g->w.loop, c.ends == 1);
	rawpeer_close(p);
	is = headers_get(&c.headers, STATE);
	snprintf(to, size, "%s", is ? is : "none");
	call_close(&c);
	return to;
}

static void t_standing(void **state)
{
	static const struct ask counts = { "POST", "/v1/messages/count_tokens",
					   "mine", "{\"model\":\"m\"}" };
	static const char theirs[] =
		JSON STATE ": theirs\r\nContent-Length: 2\r\n\r\n{}";
	static const char odd[] = "HTTP/1.1 201 Odd\r\n" STATE
				  ": theirs\r\nContent-Length: 2\r\n\r\n{}";
	struct gateway *g = *state;
	struct client_key *k = &g->config.keys[0];
	char is[40];

	set_prices(g);
	assert_string_equal(state_of(g, &asked, theirs, is, sizeof(is)),
			    "theirs");
	k->budget.limit[BUDGET_TOTAL] = 10 * MONEY_DOLLAR;
	assert_string_equal(state_of(g, &asked, theirs, is, sizeof(is)),
			    "allowed");
	assert_string_equal(state_of(g, &asked, odd, is, sizeof(is)), "none");
	assert_string_equal(state_of(g, &counts, theirs, is, sizeof(is)),
			    "none");
}

/* ---- the state of a key ---- */

static void t_account(void **state)
{
	static const struct {
		const char *target, *has;
	} rows[] = {
		{ "/api/v1/auth/key?a=1",
		  "\"limit\":20,\"limit_remaining\":13" },
		{ "/api/v1/credits",
		  "{\"data\":{\"total_credits\":20,\"total_usage\":7}}" },
		{ "/api/oauth/usage", "\"used_credits\":700" },
	};
	struct gateway *g = *state;
	struct client_key *k = &g->config.keys[0];

	k->budget.limit[BUDGET_TOTAL] = 20 * MONEY_DOLLAR;
	k->a_minute = 5;
	purse_spend(k->purse, (int64_t)time(NULL), 7 * MONEY_DOLLAR);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		local(g, &(struct ask){ "GET", rows[i].target, "mine", NULL },
		      200, rows[i].has);
	local(g, &(struct ask){ "GET", rows[0].target, "mine", NULL }, 200,
	      "\"requests\":5");
	assert_int_equal(records(), 0);
	/* A credential of the client's own has no limits here. */
	g->config.upstream.scheme = KEY_CLIENT;
	local(g, &(struct ask){ "GET", rows[1].target, "other", NULL }, 200,
	      "{\"data\":{\"total_credits\":null,\"total_usage\":0}}");
	passed(g, &(struct ask){ "POST", "/v1/messages", "other", "{}" }, NULL,
	       MESSAGE);
	assert_string_equal(found.key, "");
	assert_string_equal(found.end, "clean");
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
	asks("{\"model\":[\"x\"]}", NULL);
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
		cmocka_unit_test_setup_teardown(t_provider, open_ledger,
						close_ledger),
		cmocka_unit_test_setup_teardown(t_routes, open_ledger,
						close_ledger),
		cmocka_unit_test_setup_teardown(t_empty, open_ledger,
						close_ledger),
		cmocka_unit_test_setup_teardown(t_more, open_ledger,
						close_ledger),
		cmocka_unit_test_setup_teardown(t_key_limits, open_ledger,
						close_ledger),
		cmocka_unit_test_setup_teardown(t_key_models, open_ledger,
						close_ledger),
		cmocka_unit_test_setup_teardown(t_standing, open_ledger,
						close_ledger),
		cmocka_unit_test_setup_teardown(t_account, open_ledger,
						close_ledger),
		cmocka_unit_test(t_model),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
