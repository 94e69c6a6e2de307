/* Tests of mockupstream/mock: which run a request belongs to, which rule
 * answers, what is logged. */
#include "tests/unit/mock_kit.h"
#include "tests/unit/rawpeer.h"

#include <arpa/inet.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define MARK_5 "[probe-0000000000000005]"
#define MARK_9 "[probe-0000000000000009]"

static void ask(struct kit *k, struct client *c, const char *body)
{
	client_clear(c);
	client_post(c, k, body);
	KIT_UNTIL(k, client_ended(c));
}

/* The last entry of a kind. */
static const struct wlog_entry *last(const struct kit *k, enum wlog_kind kind)
{
	const struct wlog_entry *e = NULL;

	for (size_t i = 0; i < k->log.count; i++)
		if (k->log.list[i].kind == kind)
			e = &k->log.list[i];
	assert_non_null(e);
	return e;
}

static void t_log(void **state)
{
	static const enum wlog_kind wanted[] = { WLOG_REQUEST, WLOG_BODY,
						 WLOG_RESPONSE, WLOG_DATA,
						 WLOG_END };
	struct kit *k = *state;
	struct rules *rules =
		kit_rules("{\"u1\":{\"reply\":{\"status\":529,\"text\":"
			  "\"over\",\"headers\":[[\"X-B\",\"1\"],"
			  "[\"x-a\",\"2\"]],\"headers_only\":true}}}");
	struct client c = { 0 };

	mock_arm(k->mock, 0, rules);
	client_send(&c, k,
		    &(struct client_ask){
			    .target = "/v1/messages?beta=true",
			    .body = "{ }",
			    .headers = { "X-One", "1", "x-two", "2" } });
	KIT_UNTIL(k, client_ended(&c) && kit_entry(k, "u1", WLOG_END, 0));
	assert_int_equal(c.status, 529);
	assert_string_equal(buf_str(&c.body), "over");
	assert_int_equal(k->log.count, 5);
	for (size_t i = 0; i < 5; i++) {
		const struct wlog_entry *e = &k->log.list[i];

		assert_int_equal(e->kind, wanted[i]);
		assert_string_equal(e->actor, "u1");
		assert_int_equal(e->exchange, 1);
		assert_int_equal(e->run, 0);
		assert_true(e->at >= 0);
	}
	assert_string_equal(k->log.list[0].target, "/v1/messages?beta=true");
	assert_string_equal(headers_get(&k->log.list[0].headers, "X-One"), "1");
	assert_int_equal(k->log.list[1].len, 3);
	assert_int_equal(k->log.list[2].status, 529);
	assert_string_equal(k->log.list[2].headers.list[0].name, "X-B");
	assert_int_equal(k->log.list[2].headers.count, 2);
	assert_int_equal(k->log.list[4].end, END_CLEAN);
	mock_disarm(k->mock, 0);
	rules_free(rules);
	client_clear(&c);
}

static void t_marks(void **state)
{
	struct kit *k = *state;
	struct rules *rules = kit_rules("{\"u1\":{\"reply\":{\"text\":\"5\"}},"
					"\"u2\":{\"reply\":{\"text\":\"\"}}}");
	struct client c = { 0 };

	mock_arm(k->mock, 5, rules);
	ask(k, &c, "{\"x\":\"" MARK_5 " " MARK_9 "\"}");
	assert_string_equal(buf_str(&c.body), "5");
	assert_int_equal(last(k, WLOG_REQUEST)->run, 5);

	client_clear(&c);
	client_send(&c, k,
		    &(struct client_ask){ .method = "GET",
					  .target = "/?" MARK_5,
					  .headers = { "a", MARK_9 } });
	KIT_UNTIL(k, client_ended(&c));
	assert_int_equal(last(k, WLOG_REQUEST)->run, 5);
	assert_int_equal(last(k, WLOG_REQUEST)->exchange, 2);

	client_clear(&c);
	client_send(&c, k,
		    &(struct client_ask){ .method = "GET",
					  .target = "/",
					  .headers = { "a", MARK_5 } });
	KIT_UNTIL(k, client_ended(&c));
	assert_int_equal(last(k, WLOG_REQUEST)->run, 5);

	ask(k, &c, "{\"x\":\"" MARK_9 "\"}");
	assert_int_equal(last(k, WLOG_REQUEST)->run, 0);
	assert_string_equal(last(k, WLOG_NOTE)->text,
			    "no run has the mark 0000000000000009");
	mock_disarm(k->mock, 5);
	rules_free(rules);
	client_clear(&c);
}

static void t_lane(void **state)
{
	struct kit *k = *state;
	struct client c = { 0 };

	mock_arm(k->mock, 7, NULL);
	mock_lane(k->mock, 7);
	ask(k, &c, "{}");
	assert_int_equal(last(k, WLOG_REQUEST)->run, 7);
	assert_string_equal(last(k, WLOG_REQUEST)->actor, "u1");
	ask(k, &c, "{\"x\":\"" MARK_9 "\"}");
	assert_int_equal(last(k, WLOG_REQUEST)->run, 0);
	mock_lane(k->mock, 0);
	ask(k, &c, "{}");
	assert_int_equal(last(k, WLOG_REQUEST)->run, 0);
	mock_disarm(k->mock, 7);
	/* The lane ends with its run; the end of another run does not change
	 * it. */
	mock_arm(k->mock, 7, NULL);
	mock_arm(k->mock, 8, NULL);
	mock_lane(k->mock, 7);
	mock_disarm(k->mock, 8);
	ask(k, &c, "{}");
	assert_int_equal(last(k, WLOG_REQUEST)->run, 7);
	mock_disarm(k->mock, 7);
	mock_arm(k->mock, 7, NULL);
	ask(k, &c, "{}");
	assert_int_equal(last(k, WLOG_REQUEST)->run, 0);
	mock_disarm(k->mock, 7);
	client_clear(&c);
}

static void t_json_rule(void **state)
{
	struct kit *k = *state;
	struct rules *rules =
		kit_rules("{\"u1\":{\"when\":{\"json\":[\"/stream\",true]},"
			  "\"reply\":{\"text\":\"stream\"}},"
			  "\"u2\":{\"when\":{\"json\":[\"/a/0\",{\"x\":1}]},"
			  "\"reply\":{\"text\":\"item\"}},"
			  "\"u3\":{\"reply\":{\"text\":\"other\"}}}");
	static const char *const bodies[][2] = {
		{ "{\"stream\":true}", "stream" },
		{ "{ \"stream\" : true }", "stream" },
		{ "{\"stream\":false}", "other" },
		{ "{\"a\":[{ \"x\" : 1.0 }]}", "item" },
		{ "{}", "other" },
		{ "\"stream\":true", "other" },
	};
	struct client c = { 0 };

	mock_arm(k->mock, 0, rules);
	for (size_t i = 0; i < sizeof(bodies) / sizeof(bodies[0]); i++) {
		ask(k, &c, bodies[i][0]);
		assert_string_equal(buf_str(&c.body), bodies[i][1]);
	}
	mock_disarm(k->mock, 0);
	rules_free(rules);
	client_clear(&c);
}

static void t_body_rules(void **state)
{
	struct kit *k = *state;
	struct rules *rules =
		kit_rules("{\"u1\":{\"when\":{\"longer\":8},\"reply\":{"
			  "\"text\":\"long\"}},"
			  "\"u2\":{\"when\":{\"lacks\":\"needle\"},"
			  "\"reply\":{\"text\":\"lacks\"}},"
			  "\"u3\":{\"reply\":{\"text\":\"other\"}}}");
	static const char *const bodies[][2] = {
		{ "\"needles\"", "long" },
		{ "needle", "other" },
		{ "12345678", "lacks" },
		{ "", "lacks" },
	};
	struct client c = { 0 };

	mock_arm(k->mock, 0, rules);
	for (size_t i = 0; i < sizeof(bodies) / sizeof(bodies[0]); i++) {
		ask(k, &c, bodies[i][0]);
		assert_string_equal(buf_str(&c.body), bodies[i][1]);
	}
	mock_disarm(k->mock, 0);
	rules_free(rules);
	client_clear(&c);
}

/* A part that a rule asks for has to be there, even if any value would fit. */
static void t_picks(void **state)
{
	static const char rules_text[] =
		"{\"m\":{\"when\":{\"model\":\"*\"},\"reply\":{\"text\":"
		"\"model\""
		"}},\"h\":{\"when\":{\"header\":[\"x-two\",\"^a, b$\"]},"
		"\"reply\":{\"text\":\"both\"}},\"e\":{\"when\":{\"header\":["
		"\"x-two\",\"\"]},\"reply\":{\"text\":\"one\"}},\"k\":{"
		"\"when\":{"
		"\"mark\":\"00000000000000af\"},\"reply\":{\"text\":\"mark\"}},"
		"\"p\":{\"when\":{\"path\":\"/only\"},\"reply\":{\"text\":"
		"\"path\"}},\"g\":{\"when\":{\"method\":\"GET\"},\"reply\":{"
		"\"text\":\"get\"}},\"o\":{\"reply\":{\"text\":\"other\"}}}";
	static const struct {
		struct client_ask ask;
		const char *text;
	} rows[] = {
		{ { .body = "{\"model\":\"x\"}" }, "model" },
		{ { .body = "{\"model\":5}" }, "other" },
		{ { .body = "{\"model\":\"\"}" }, "other" },
		{ { .body = "[\"model\",\"x\"]" }, "other" },
		{ { .body = "\"model\"" }, "other" },
		{ { .body = "" }, "other" },
		{ { .body = "{}", .headers = { "x-two", "a", "X-Two", "b" } },
		  "both" },
		{ { .body = "{}", .headers = { "x-two", "b", "x-two", "a" } },
		  "one" },
		{ { .body = "{}", .headers = { "x-two", "a" } }, "one" },
		{ { .body = "[probe-00000000000000af]" }, "mark" },
		{ { .body = "[probe-00000000000000ae]" }, "other" },
		{ { .body = "{}", .target = "/only?x=1" }, "path" },
		{ { .body = "{}", .target = "/only/x" }, "other" },
		{ { .method = "GET", .target = "/x" }, "get" },
	};
	struct kit *k = *state;
	struct rules *rules = kit_rules(rules_text);
	struct client c = { 0 };

	mock_arm(k->mock, 0, rules);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		client_clear(&c);
		client_send(&c, k, &rows[i].ask);
		KIT_UNTIL(k, client_ended(&c));
		if (strcmp(buf_str(&c.body), rows[i].text) != 0)
			fail_msg("row %zu: %s", i, buf_str(&c.body));
	}
	mock_disarm(k->mock, 0);
	rules_free(rules);
	client_clear(&c);
}

static void t_location(void **state)
{
	struct kit *k = *state;
	struct rules *rules = kit_rules(
		"{\"u1\":{\"reply\":{\"status\":307,\"headers\":[[\"location\","
		"\"http://localhost:{{port}}/x?[probe-0000000000000000]\"]],"
		"\"text\":\"{{port}}\"}}}");
	struct client c = { 0 };
	char wanted[96];

	mock_arm(k->mock, 5, rules);
	ask(k, &c, "\"" MARK_5 "\"");
	snprintf(wanted, sizeof(wanted), "http://localhost:%u/x?" MARK_5,
		 (unsigned)mock_port(k->mock));
	assert_string_equal(headers_get(&c.headers, "location"), wanted);
	assert_string_equal(buf_str(&c.body), "{{port}}");

	client_clear(&c);
	client_send(&c, k,
		    &(struct client_ask){
			    .method = "GET",
			    .target = "/x?%5Bprobe-0000000000000005%5d" });
	KIT_UNTIL(k, client_ended(&c));
	assert_int_equal(last(k, WLOG_REQUEST)->run, 5);
	/* Brackets that are none: nobody's. */
	for (int i = 0; i < 3; i++) {
		static const char *const targets[] = {
			"/x?%5Bprobe-0000000000000005%5d&y=1",
			"/x?%5Bprobe-0000000000000005%5E&y=1",
			"/x?%5Cprobe-0000000000000005%5D&y=1",
		};

		client_clear(&c);
		client_send(&c, k,
			    &(struct client_ask){ .method = "GET",
						  .target = targets[i] });
		KIT_UNTIL(k, client_ended(&c));
		assert_int_equal(last(k, WLOG_REQUEST)->run, i == 0 ? 5 : 0);
	}
	mock_disarm(k->mock, 5);
	rules_free(rules);
	client_clear(&c);
}

static void t_order_and_times(void **state)
{
	struct kit *k = *state;
	struct rules *rules = kit_rules(
		"{\"u1\":{\"when\":{\"call\":2},\"reply\":{\"text\":\"call\"}},"
		"\"u2\":{\"when\":{\"model\":\"*opus*\"},\"times\":\"once\","
		"\"reply\":{\"text\":\"opus\"}},"
		"\"u3\":{\"when\":{\"has\":\"needle\",\"header\":"
		"[\"x-api-key\",\"^k\"]},\"reply\":{\"text\":\"has\"}},"
		"\"u4\":{\"times\":3,\"replies\":[{\"text\":\"a\"},"
		"{\"text\":\"b\"}]}}");
	static const char *const bodies[] = { "{\"model\":\"x-opus-5\"}",
					      "{}",
					      "{\"model\":\"x-opus-5\"}",
					      "needle",
					      "{}",
					      "{}" };
	static const char *const wanted[] = { "opus", "call", "a",
					      "has",  "b",    "b" };
	struct client c = { 0 };

	mock_arm(k->mock, 0, rules);
	for (size_t i = 0; i < 6; i++) {
		ask(k, &c, bodies[i]);
		assert_string_equal(buf_str(&c.body), wanted[i]);
	}
	ask(k, &c, "{}");
	assert_int_equal(c.status, 500);
	assert_true(client_has(&c,
			       "{\"type\":\"api_error\",\"message\":"
			       "\"ccmock: no rule answers this request\"}"));
	assert_string_equal(last(k, WLOG_REQUEST)->actor, "u0");
	assert_string_equal(last(k, WLOG_NOTE)->text,
			    "no rule answers POST /v1/messages");
	mock_disarm(k->mock, 0);
	rules_free(rules);
	client_clear(&c);
}

static void t_provider_by_rule(void **state)
{
	struct kit *k = *state;
	struct rules *rules = kit_rules(
		"{\"u1\":{\"when\":{\"method\":\"GET\",\"path\":"
		"\"/v1/m?dels\"},\"reply\":{\"provider\":true,\"hold\":"
		"\"first\"}}}");
	struct client c = { 0 };

	mock_arm(k->mock, 0, rules);
	client_send(&c, k,
		    &(struct client_ask){ .method = "GET",
					  .target = "/v1/models" });
	KIT_UNTIL(k, kit_entry(k, "u1", WLOG_MARK, 0));
	assert_null(kit_entry(k, "u1", WLOG_RESPONSE, 0));
	assert_int_equal(mock_open(k->mock), 1);
	assert_int_equal(mock_release(k->mock, 0, "u1.first"), 0);
	KIT_UNTIL(k, client_ended(&c));
	assert_true(client_has(&c, "\"data\":[{\"type\":\"model\""));
	mock_disarm(k->mock, 0);
	rules_free(rules);
	client_clear(&c);
}

static void t_strict_by_rule(void **state)
{
	static const char body[] =
		"{\"model\":\"claude-opus-5-5\",\"max_tokens\":9,"
		"\"ccprobe_future\":1,\"messages\":[{\"role\":\"user\","
		"\"content\":\"hi\"}]}";
	struct kit *k = *state;
	struct rules *rules = kit_rules(
		"{\"u1\":{\"times\":\"once\",\"reply\":{\"provider\":"
		"\"strict\"}},\"u2\":{\"reply\":{\"provider\":true}}}");
	struct client c = { 0 };

	mock_arm(k->mock, 0, rules);
	client_post(&c, k, body);
	KIT_UNTIL(k, client_ended(&c));
	assert_int_equal(c.status, 400);
	assert_true(client_has(&c, "\"message\":\"ccprobe_future: Extra inputs "
				   "are not permitted\""));
	client_clear(&c);
	client_post(&c, k, body);
	KIT_UNTIL(k, client_ended(&c));
	assert_int_equal(c.status, 200);
	mock_disarm(k->mock, 0);
	rules_free(rules);
	client_clear(&c);
}

/* Without rules the provider takes what the real one refuses. */
static void t_not_strict(void **state)
{
	static const char body[] =
		"{\"model\":\"claude-opus-5-5\",\"max_tokens\":9,"
		"\"ccprobe_future\":1,\"messages\":[{\"role\":\"user\","
		"\"content\":\"hi\"}]}";
	struct kit *k = *state;
	struct client c = { 0 };

	ask(k, &c, body);
	assert_int_equal(c.status, 200);
	client_clear(&c);
}

/* A request byte by byte as it is on the wire. */
static void send_raw(struct kit *k, struct rawpeer *p, const char *text)
{
	rawpeer_connect(p, k->loop, mock_port(k->mock));
	rawpeer_text(p, text);
}

/* A mark in the first field is found. */
static void t_mark_in_first_field(void **state)
{
	struct kit *k = *state;
	struct rawpeer p;

	mock_arm(k->mock, 5, NULL);
	send_raw(k, &p,
		 "GET /v1/models HTTP/1.1\r\na: " MARK_5 "\r\nhost: x\r\n\r\n");
	KIT_UNTIL(k, kit_entry(k, NULL, WLOG_END, 0));
	assert_int_equal(last(k, WLOG_REQUEST)->run, 5);
	rawpeer_close(&p);
	mock_disarm(k->mock, 5);
}

/* What is no request is answered as an error of the provider's, and noted. */
static void t_refused(void **state)
{
	struct kit *k = *state;
	struct rawpeer p;

	mock_arm(k->mock, 5, NULL);
	mock_lane(k->mock, 5);
	send_raw(k, &p, "GET / HTTP/1.1\r\n\r\n");
	KIT_UNTIL(k, kit_entry(k, NULL, WLOG_NOTE, 0));
	assert_string_equal(last(k, WLOG_NOTE)->text,
			    "refused a request with 400: there is no Host");
	assert_string_equal(last(k, WLOG_NOTE)->actor, "u0");
	assert_int_equal(last(k, WLOG_NOTE)->run, 5);
	WAIT_FOR(k->loop, p.end != END_OPEN);
	assert_true(rawpeer_has(&p, "HTTP/1.1 400 "));
	assert_true(rawpeer_has(&p, "\r\nrequest-id: req_"));
	assert_true(rawpeer_has(&p, "{\"type\":\"error\",\"error\":{\"type\":"
				    "\"invalid_request_error\",\"message\":"
				    "\"there is no Host\"}"));
	rawpeer_close(&p);
	send_raw(k, &p,
		 "POST / HTTP/1.1\r\nhost: x\r\n"
		 "content-length: 99999999999999999999\r\n\r\n");
	WAIT_FOR(k->loop, p.end != END_OPEN);
	assert_true(rawpeer_has(&p, "\"type\":\"request_too_large\""));
	rawpeer_close(&p);
	mock_disarm(k->mock, 5);
}

static void on_over(void *arg, const struct access *a)
{
	access_write(a, ACCESS_TEXT, arg);
}

/* Each exchange that is over is told, with what it came to. */
static void t_told(void **state)
{
	struct buf lines = BUF_INIT(1000);
	struct kit *k = *state;
	struct mock_config config = {
		.serve = { .host = "127.0.0.1", .body_limit = 1000 },
		.sink = { .log_for = kit_log_for,
			  .on_entry = kit_on_entry,
			  .arg = k,
			  .zero = loop_now() },
		.on_over = on_over,
		.arg = &lines,
	};
	struct rules *rules = kit_rules(
		"{\"u1\":{\"replies\":[{\"status\":404,\"text\":\"four\"},"
		"{\"text\":\"abc\",\"end\":\"fin\"}]}}");
	struct mock *mock = k->mock;
	struct client c = { 0 };
	struct span line, rest;

	assert_int_equal(mock_new(&k->mock, k->loop, &config, NULL), 0);
	snprintf(k->origin, sizeof(k->origin), "http://127.0.0.1:%u",
		 mock_port(k->mock));
	mock_arm(k->mock, 0, rules);
	ask(k, &c, "{}");
	ask(k, &c, "{}");
	KIT_UNTIL(k, mock_open(k->mock) == 0);
	rest = buf_span(&lines);
	assert_true(span_split(&rest, '\n', &line));
	assert_true(span_starts(line, "POST /v1/messages 404 4 bytes "));
	assert_true(span_ends(line, " ms clean"));
	assert_true(span_split(&rest, '\n', &line));
	assert_true(span_starts(line, "POST /v1/messages 200 3 bytes "));
	assert_true(span_ends(line, " ms cut"));
	client_clear(&c);
	mock_free(k->mock);
	rules_free(rules);
	buf_clear(&lines);
	k->mock = mock;
}

static void t_ends(void **state)
{
	struct kit *k = *state;
	struct rules *rules = kit_rules(
		"{\"u1\":{\"replies\":[{\"end\":\"fin\"},{\"end\":\"rst\"},"
		"{\"text\":\"abc\",\"end\":\"fin\"},{\"status\":200,\"end\":"
		"\"rst\"},{\"status\":404}]}}");
	struct client c = { 0 };

	mock_arm(k->mock, 0, rules);
	ask(k, &c, "{}");
	assert_int_equal(c.status, 0);
	assert_int_equal(c.end.end, END_CUT);
	ask(k, &c, "{}");
	assert_int_equal(c.status, 0);
	assert_int_equal(c.end.end, END_RESET);
	ask(k, &c, "{}");
	assert_int_equal(c.status, 200);
	assert_string_equal(buf_str(&c.body), "abc");
	assert_int_equal(c.end.end, END_CUT);
	ask(k, &c, "{}");
	assert_int_equal(c.status, 200);
	assert_int_equal(c.end.end, END_RESET);
	ask(k, &c, "{}");
	assert_int_equal(c.status, 404);
	assert_int_equal(c.end.end, END_CLEAN);
	mock_disarm(k->mock, 0);
	rules_free(rules);
	client_clear(&c);
}

static void t_raw(void **state)
{
	struct kit *k = *state;
	struct rules *rules = kit_rules(
		"{\"u1\":{\"replies\":[{\"raw_text\":\"HTTP/1.1 299 Odd\\r\\n"
		"content-length: 9\\r\\n\\r\\nhel\"},{\"raw_text\":"
		"\"NOT HTTP\\r\\n\\r\\n\"}]}}");
	struct client c = { 0 };

	mock_arm(k->mock, 0, rules);
	ask(k, &c, "{}");
	assert_int_equal(c.status, 299);
	assert_string_equal(buf_str(&c.body), "hel");
	assert_int_equal(c.end.end, END_CUT);
	KIT_UNTIL(k, kit_entry(k, "u1", WLOG_END, 0));
	assert_string_equal(last(k, WLOG_RESPONSE)->reason, "Odd");
	assert_int_equal(last(k, WLOG_DATA)->len, 3);
	ask(k, &c, "{}");
	assert_int_equal(c.status, 0);
	assert_int_equal(last(k, WLOG_DATA)->len, 12);
	mock_disarm(k->mock, 0);
	rules_free(rules);
	client_clear(&c);
}

static void t_disarm(void **state)
{
	struct kit *k = *state;
	struct rules *rules = kit_stream("data: 1\n\n: @hold x\n");
	struct client c = { 0 };

	mock_arm(k->mock, 5, rules);
	client_post(&c, k, MARK_5);
	KIT_UNTIL(k, client_has(&c, "data: 1"));
	mock_disarm(k->mock, 5);
	rules_free(rules);
	assert_string_equal(last(k, WLOG_END)->text, "ended with its run");
	assert_int_equal(mock_release(k->mock, 5, "u1.x"), -1);
	KIT_UNTIL(k, client_ended(&c) && mock_open(k->mock) == 0);
	assert_int_equal(c.end.end, END_CUT);
	assert_int_equal(kit_count(k, "u1", WLOG_END), 1);
	client_clear(&c);
}

static void t_arm_again(void **state)
{
	struct kit *k = *state;
	struct rules *rules = kit_rules("{\"u1\":{\"times\":\"once\","
					"\"reply\":{\"text\":\"1\"}}}");
	struct client c = { 0 };

	for (int i = 0; i < 2; i++) {
		mock_arm(k->mock, 0, rules);
		ask(k, &c, "{}");
		assert_string_equal(buf_str(&c.body), "1");
		assert_int_equal(last(k, WLOG_REQUEST)->exchange, 1);
		ask(k, &c, "{}"); /* no rule is left */
		assert_string_equal(last(k, WLOG_REQUEST)->actor, "u0");
		assert_int_equal(last(k, WLOG_REQUEST)->exchange, 1);
	}
	mock_disarm(k->mock, 0);
	ask(k, &c, "{}");
	assert_int_equal(c.status, 400);
	rules_free(rules);
	client_clear(&c);
}

static void t_no_bytes(void **state)
{
	struct kit *k = kit_new("right", 100, false);
	void *mine = k;
	struct client c = { 0 };
	char large[201];

	(void)state;
	ask(k, &c, "0123456789");
	assert_int_equal(c.status, 401);
	assert_string_equal(kit_entry(k, "u1", WLOG_BODY, 0)->text, "10 bytes");
	assert_int_equal(kit_entry(k, "u1", WLOG_BODY, 0)->len, 0);
	assert_int_equal(kit_entry(k, "u1", WLOG_DATA, 0)->len, 0);

	memset(large, 'x', 200);
	large[200] = '\0';
	client_clear(&c);
	client_send(&c, k,
		    &(struct client_ask){ .body = large,
					  .headers = { "x-api-key", "right",
						       "anthropic-version",
						       "2023-06-01" } });
	KIT_UNTIL(k, client_ended(&c));
	assert_int_equal(c.status, 413);
	assert_true(client_has(&c, "request_too_large"));
	client_clear(&c);
	kit_tear_down(&mine);
}

static void assert_limit(const struct client *c, const char *family,
			 const char *limit, const char *remaining)
{
	char name[80];

	snprintf(name, sizeof(name), "anthropic-ratelimit-%s-limit", family);
	assert_string_equal(headers_get(&c->headers, name), limit);
	snprintf(name, sizeof(name), "anthropic-ratelimit-%s-remaining",
		 family);
	assert_string_equal(headers_get(&c->headers, name), remaining);
}

static void t_first_party_headers(void **state)
{
	struct kit *k = *state;
	struct rules *rules =
		kit_rules("{\"u1\":{\"reply\":{\"status\":429,\"headers\":"
			  "[[\"Request-Id\",\"mine\"]],\"json\":{}}}}");
	struct client c = { 0 };

	mock_arm(k->mock, 0, rules);
	ask(k, &c, "{}");
	assert_int_equal(headers_count(&c.headers, "request-id"), 1);
	assert_string_equal(headers_get(&c.headers, "request-id"), "mine");
	assert_non_null(headers_get(&c.headers, "anthropic-organization-id"));
	assert_non_null(headers_get(&c.headers,
				    "anthropic-ratelimit-input-tokens-reset"));
	assert_limit(&c, "requests", "4000000", "3999999");
	assert_limit(&c, "tokens", "480000000", "479999000");
	assert_limit(&c, "input-tokens", "400000000", "399999000");
	assert_limit(&c, "output-tokens", "80000000", "80000000");
	assert_string_equal(
		headers_get(&c.headers, "anthropic-organization-id"),
		"00000000-0000-4000-8000-0000000000cc");
	{
		const char *reset = headers_get(
			&c.headers, "anthropic-ratelimit-requests-reset");
		struct tm tm = { .tm_mday = 1 };
		double ahead;

		assert_non_null(strptime(reset, "%Y-%m-%dT%H:%M:%SZ", &tm));
		ahead = difftime(timegm(&tm), time(NULL));
		assert_true(ahead >= 40 && ahead <= 60);
	}
	assert_null(headers_get(&c.headers, "content-type"));
	mock_disarm(k->mock, 0);
	rules_free(rules);
	client_clear(&c);
}

static void t_head(void **state)
{
	struct kit *k = *state;
	struct client c = { 0 };

	client_send(&c, k,
		    &(struct client_ask){ .method = "HEAD", .target = "/" });
	KIT_UNTIL(k, client_ended(&c) && kit_entry(k, "u1", WLOG_END, 0));
	assert_int_equal(c.status, 200);
	assert_int_equal(kit_count(k, "u1", WLOG_DATA), 0);
	assert_int_equal(last(k, WLOG_END)->end, END_CLEAN);
	client_clear(&c);
}

/* Neither have these a body, whatever the rule has for one. */
static void t_bodyless(void **state)
{
	struct kit *k = *state;
	struct rules *rules = kit_rules(
		"{\"u1\":{\"times\":\"once\",\"reply\":{\"status\":204,"
		"\"text\":\"x\"}},\"u2\":{\"times\":\"once\",\"reply\":{"
		"\"status\":304,\"text\":\"x\"}},\"u3\":{\"reply\":{"
		"\"status\":205,\"text\":\"x\"}}}");
	struct client c = { 0 };

	mock_arm(k->mock, 0, rules);
	for (int i = 0; i < 3; i++) {
		static const int statuses[] = { 204, 304, 205 };
		char name[] = { 'u', (char)('1' + i), '\0' };

		ask(k, &c, "{}");
		KIT_UNTIL(k, kit_entry(k, name, WLOG_END, 0));
		assert_int_equal(c.status, statuses[i]);
		assert_int_equal(kit_count(k, name, WLOG_DATA), i == 2);
	}
	mock_disarm(k->mock, 0);
	rules_free(rules);
	client_clear(&c);
}

/* A client that leaves in the middle of its request. */
/* Many runs at a time, armed and disarmed in any order. */
static void t_many_runs(void **state)
{
	enum { RUNS = 50 };
	struct kit *k = *state;
	struct rules *rules[RUNS];
	struct client c = { 0 };

	for (int i = 0; i < RUNS; i++) {
		int run = 1 + i * 7 % RUNS;
		char text[64];

		snprintf(text, sizeof(text),
			 "{\"u1\":{\"reply\":{\"text\":\"%d\"}}}", run);
		rules[run - 1] = kit_rules(text);
		mock_arm(k->mock, (uint64_t)run, rules[run - 1]);
	}
	for (int i = 0; i < RUNS; i += 3)
		mock_disarm(k->mock, (uint64_t)(1 + i));
	mock_disarm(k->mock, 1000); /* there is none */
	for (int i = 0; i < RUNS; i++) {
		char mark[64], want[16];

		snprintf(mark, sizeof(mark), "[probe-%016x]", 1 + i);
		snprintf(want, sizeof(want), "%d", 1 + i);
		ask(k, &c, mark);
		if (i % 3 == 0)
			assert_int_equal(c.status, 400);
		else
			assert_string_equal(buf_str(&c.body), want);
	}
	for (int i = 0; i < RUNS; i++) {
		mock_disarm(k->mock, (uint64_t)(1 + i));
		rules_free(rules[i]);
	}
	client_clear(&c);
}

/* Holds that a rule does not have are refused; a release counts for all
 * exchanges of the run. */
static void t_holds(void **state)
{
	struct kit *k = *state;
	struct rules *rules = kit_rules(
		"{\"u1\":{\"reply\":{\"text\":\"1\",\"hold\":\"a\"}},"
		"\"u2\":{\"reply\":{\"text\":\"2\",\"hold\":\"b\"}}}");
	struct client c = { 0 };

	mock_arm(k->mock, 0, rules);
	assert_int_equal(mock_release(k->mock, 1, "u1.a"), -1);
	assert_int_equal(mock_release(k->mock, 0, "u1"), -1);
	assert_int_equal(mock_release(k->mock, 0, "u1.b"), -1);
	assert_int_equal(mock_release(k->mock, 0, "u2.a"), -1);
	assert_int_equal(mock_release(k->mock, 0, ".a"), -1);
	client_post(&c, k, "{}");
	KIT_UNTIL(k, kit_entry(k, "u1", WLOG_MARK, 0));
	assert_int_equal(mock_release(k->mock, 0, "u2.b"), 0);
	assert_null(kit_entry(k, "u1", WLOG_RESPONSE, 0));
	assert_int_equal(mock_release(k->mock, 0, "u1.a"), 0);
	KIT_UNTIL(k, client_ended(&c));
	assert_string_equal(buf_str(&c.body), "1");
	/* What is released before it is reached does not wait. */
	ask(k, &c, "{}");
	assert_string_equal(buf_str(&c.body), "1");
	mock_disarm(k->mock, 0);
	rules_free(rules);
	client_clear(&c);
}

static void t_half_a_request(void **state)
{
	static const char half[] = "POST /v1/messages HTTP/1.1\r\nhost: x\r\n"
				   "content-length: 99\r\n\r\n" MARK_5;
	struct kit *k = *state;
	struct sockaddr_in to = { .sin_family = AF_INET,
				  .sin_port = htons(mock_port(k->mock)) };
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	mock_arm(k->mock, 5, NULL);
	assert_int_equal(connect(fd, (struct sockaddr *)&to, sizeof(to)), 0);
	assert_int_equal(write(fd, half, sizeof(half) - 1), sizeof(half) - 1);
	close(fd);
	KIT_UNTIL(k, kit_entry(k, NULL, WLOG_END, 0));
	assert_int_equal(last(k, WLOG_REQUEST)->run, 5);
	assert_int_equal(last(k, WLOG_END)->end, END_CANCELLED);
	assert_string_equal(last(k, WLOG_END)->text,
			    "the client left before its request was complete");
	KIT_UNTIL(k, mock_open(k->mock) == 0);
}

#define ON_KIT(title, fn) \
	{ \
		title, fn, kit_set_up, kit_tear_down, NULL \
	}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		ON_KIT("mock: an exchange is in the log, in order", t_log),
		ON_KIT("mock: the mark is looked for in body, target, headers",
		       t_marks),
		ON_KIT("mock: what has no mark belongs to the lane", t_lane),
		ON_KIT("mock: a redirect names port and mark, and brings the "
		       "mark back",
		       t_location),
		ON_KIT("mock: a rule may ask for a value in the body",
		       t_json_rule),
		ON_KIT("mock: a rule may ask for a length, and for a text not "
		       "there",
		       t_body_rules),
		ON_KIT("mock: what a rule asks for has to be there", t_picks),
		ON_KIT("mock: the first rule that fits answers, in turn",
		       t_order_and_times),
		ON_KIT("mock: a rule may leave the answer to the provider",
		       t_provider_by_rule),
		ON_KIT("mock: a rule says which personality answers",
		       t_strict_by_rule),
		ON_KIT("mock: without rules nothing is refused that can be "
		       "read",
		       t_not_strict),
		ON_KIT("mock: the mark is found in the first field, too",
		       t_mark_in_first_field),
		ON_KIT("mock: what is no request is refused and noted",
		       t_refused),
		ON_KIT("mock: an exchange that is over is told", t_told),
		ON_KIT("mock: each end is what the client sees", t_ends),
		ON_KIT("mock: raw bytes go out as they are", t_raw),
		ON_KIT("mock: an answer to HEAD has no body", t_head),
		ON_KIT("mock: nor have answers with some statuses", t_bodyless),
		ON_KIT("mock: half a request is in the log", t_half_a_request),
		ON_KIT("mock: many runs are kept apart", t_many_runs),
		ON_KIT("mock: holds are those of the rules", t_holds),
		ON_KIT("mock: disarming ends what is open", t_disarm),
		ON_KIT("mock: arming again starts to count again", t_arm_again),
		ON_KIT("mock: first-party headers only where there are none",
		       t_first_party_headers),
		{ "mock: without bytes the log has lengths", t_no_bytes, NULL,
		  NULL, NULL },
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("mock", tests, NULL, NULL);
}
