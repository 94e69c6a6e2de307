/* gateway/relay: which parts of an upstream's answer reach the client, and the
 * gateway's own answers. The upstream is a raw peer, the client our own. */
#include "tests/unit/relay_kit.h"

static void t_statuses(void **state)
{
	static const struct {
		const char *line;
		int status;
	} rows[] = {
		{ "299 A", 299 }, { "300 A", 502 }, { "301 A", 502 },
		{ "303 A", 502 }, { "304 A", 304 }, { "305 A", 502 },
		{ "399 A", 502 }, { "400 A", 400 },
	};
	struct gateway *g = *state;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char text[200];
		struct call c;

		snprintf(text, sizeof(text),
			 "HTTP/1.1 %s\r\nLocation: /y\r\nETag: \"e\"\r\n%s\r\n",
			 rows[i].line,
			 rows[i].status == 304 ? "" : "Content-Length: 0\r\n");
		relayed(g, text, false, &c);
		assert_int_equal(c.status, rows[i].status);
		assert_int_equal(c.end.end, END_CLEAN);
		if (rows[i].status == 502) {
			snprintf(text, sizeof(text),
				 "the upstream answered %.3s, and redirects "
				 "are not followed",
				 rows[i].line);
			assert_error(&c, 502, text);
			assert_null(headers_get(&c.headers, "location"));
		} else {
			assert_string_equal(headers_get(&c.headers, "etag"),
					    "\"e\"");
			assert_int_equal(c.body.len, 0);
		}
		call_close(&c);
		/* No more than eight peers at a time. */
		if (i == 3) {
			tear_down(state);
			set_up(state);
			g = *state;
		}
	}
}

static void t_bytes(void **state)
{
	struct gateway *g = *state;
	struct call c;

	relayed(g, STREAM CHUNKED "6\r\na: 1\n\n\r\n0\r\n\r\n", false, &c);
	assert_int_equal(c.status, 200);
	assert_string_equal(buf_str(&c.body), "a: 1\n\n");
	assert_int_equal(c.end.end, END_CLEAN);
	assert_null(headers_get(&c.headers, "content-length"));
	call_close(&c);
	relayed(g, "HTTP/1.1 201 A\r\nContent-Length: 3\r\n\r\nabc", false, &c);
	assert_int_equal(c.status, 201);
	assert_string_equal(buf_str(&c.body), "abc");
	assert_string_equal(headers_get(&c.headers, "content-length"), "3");
	call_close(&c);
}

/* Two readers could see different ends; or it is no answer at all. */
static void t_doubtful(void **state)
{
	static const struct {
		const char *head, *why;
	} rows[] = {
		{ "200 A\r\nContent-Length: 99999999999999999999\r\n",
		  "a Content-Length that is no number" },
		{ "200 A\r\nContent-Length: 3\r\nContent-Length: 4\r\n",
		  "two lengths that differ" },
		{ "200 A\r\nContent-Length: 3, 4\r\n",
		  "two lengths that differ" },
		{ "200 A\r\nContent-Length: many\r\n", "the upstream" },
		{ "101 A\r\nConnection: upgrade\r\nUpgrade: x\r\n",
		  "switched to another protocol" },
	};
	struct gateway *g = *state;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char text[200];
		struct call c;

		snprintf(text, sizeof(text), "HTTP/1.1 %s\r\nabc",
			 rows[i].head);
		relayed(g, text, true, &c);
		assert_error(&c, 502, rows[i].why);
		call_close(&c);
	}
}

/* The same length twice is one. */
static void t_length_twice(void **state)
{
	struct gateway *g = *state;
	struct call c;

	relayed(g,
		"HTTP/1.1 200 A\r\nContent-Length: 3\r\n"
		"Content-Length: 3\r\n\r\nabc",
		false, &c);
	assert_int_equal(c.status, 200);
	assert_string_equal(buf_str(&c.body), "abc");
	assert_string_equal(headers_get(&c.headers, "content-length"), "3");
	assert_int_equal(headers_count(&c.headers, "content-length"), 1);
	call_close(&c);
}

/* Up to the limit of what is read of the upstream, a head is passed on. */
static void t_large_head(void **state)
{
	struct gateway *g = *state;
	struct buf head = BUF_INIT(BUF_NO_LIMIT);
	struct call c;

	buf_add_text(&head, "HTTP/1.1 200 A\r\nContent-Length: 2\r\n");
	for (int i = 0; i < 200; i++)
		buf_addf(&head, "x-%d: %0600d\r\n", i, i);
	buf_add_text(&head, "\r\n{}");
	relayed(g, buf_str(&head), false, &c);
	assert_int_equal(c.status, 200);
	assert_int_equal(c.end.end, END_CLEAN);
	assert_int_equal(strlen(headers_get(&c.headers, "x-199")), 600);
	call_close(&c);
	buf_cut(&head, head.len - 4);
	for (int i = 0; i < 260; i++)
		buf_addf(&head, "y-%d: %0600d\r\n", i, i);
	buf_add_text(&head, "\r\n{}");
	relayed(g, buf_str(&head), false, &c);
	assert_error(&c, 502, "what the upstream answered is not HTTP");
	call_close(&c);
	buf_clear(&head);
}

/* What the gateway's server refuses by itself has the gateway's shape. */
static void t_refusals(void **state)
{
	static const struct {
		const char *text, *status, *type;
	} rows[] = {
		{ "GET / HTTP/1.1\r\nhost: a\r\nx: y\r\n z\r\n\r\n",
		  "HTTP/1.1 400 ", "invalid_request_error" },
		{ "GET / HTTP/2.0\r\nhost: a\r\n\r\n", "HTTP/1.1 505 ",
		  "invalid_request_error" },
		{ "POST / HTTP/1.1\r\nhost: a\r\n"
		  "content-length: 18446744073709551616\r\n\r\n",
		  "HTTP/1.1 413 ", "request_too_large" },
	};
	struct gateway *g = *state;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char shape[100];
		struct rawpeer p;

		rawpeer_connect(&p, g->w.loop, serve_port(g->serve));
		rawpeer_text(&p, rows[i].text);
		WAIT_FOR(g->w.loop, p.end == END_CUT);
		assert_true(span_starts(buf_span(&p.in), rows[i].status));
		snprintf(shape, sizeof(shape),
			 "\r\n\r\n{\"type\":\"error\",\"error\":{\"type\":"
			 "\"%s\",\"message\":\"",
			 rows[i].type);
		assert_true(rawpeer_has(&p, shape));
		assert_true(rawpeer_has(&p, "\"request_id\":\"req_gw_"));
		assert_true(rawpeer_has(&p, "request-id: req_gw_"));
		assert_true(rawpeer_has(&p, "Connection: close\r\n"));
		rawpeer_close(&p);
	}
	assert_int_equal(g->w.server.count, 0);
}

/* What goes up: the body as it came, and no body where there was none. */
static void t_requests(void **state)
{
	static const struct ask list = { "GET", "/v1/models?limit=2", "mine",
					 NULL };
	static const struct ask empty = { "POST", "/v1/messages", "mine", "" };
	struct gateway *g = *state;
	struct rawpeer *p = g->w.server.peers;
	struct call c;

	send_ask(g, &list, &c);
	WAIT_FOR(g->w.loop,
		 g->w.server.count == 1 && rawpeer_has(&p[0], "\r\n\r\n"));
	assert_true(span_starts(buf_span(&p[0].in),
				"GET /v1/models?limit=2 HTTP/1.1\r\n"));
	assert_true(rawpeer_has(&p[0], "x-api-key: up\r\n"));
	assert_false(rawpeer_has(&p[0], "mine"));
	assert_false(rawpeer_has(&p[0], "Content-Length"));
	assert_false(rawpeer_has(&p[0], "Transfer-Encoding"));
	rawpeer_text(&p[0], "HTTP/1.1 200 A\r\nContent-Length: 2\r\n\r\n{}");
	WAIT_FOR(g->w.loop, c.ends == 1);
	assert_string_equal(buf_str(&c.body), "{}");
	call_close(&c);
	rawpeer_close(&p[0]);
	send_ask(g, &empty, &c);
	WAIT_FOR(g->w.loop,
		 g->w.server.count == 2 && rawpeer_has(&p[1], "\r\n\r\n"));
	assert_true(rawpeer_has(&p[1], "Content-Length: 0\r\n"));
	call_close(&c);
	/* One that nobody expects goes up all the same. */
	send_ask(g, &(struct ask){ "GET", "/v1/models", "mine", "x" }, &c);
	WAIT_FOR(g->w.loop,
		 g->w.server.count == 3 && rawpeer_has(&p[2], "\r\n\r\nx"));
	assert_true(rawpeer_has(&p[2], "Content-Length: 1\r\n"));
	call_close(&c);
}

/* An empty stream with status 200 becomes a failure. */
static void t_empty_stream(void **state)
{
	struct gateway *g = *state;
	struct call c;

	relayed(g, STREAM "Content-Length: 0\r\n\r\n", false, &c);
	assert_error(&c, 502, "the upstream answered an empty stream");
	call_close(&c);
	relayed(g, STREAM CHUNKED "0\r\n\r\n", false, &c);
	assert_int_equal(c.status, 200);
	assert_int_equal(c.end.end, END_CUT);
	call_close(&c);
	relayed(g,
		"HTTP/1.1 500 A\r\nContent-Type: text/event-stream\r\n" CHUNKED
		"0\r\n\r\n",
		false, &c);
	assert_int_equal(c.status, 500);
	assert_int_equal(c.end.end, END_CLEAN);
	call_close(&c);
	relayed(g,
		"HTTP/1.1 200 A\r\nContent-Type: text/plain\r\n"
		"Content-Length: 0\r\n\r\n",
		false, &c);
	assert_int_equal(c.status, 200);
	assert_int_equal(c.end.end, END_CLEAN);
	call_close(&c);
}

static void t_broken_off(void **state)
{
	struct gateway *g = *state;
	struct call c;

	relayed(g, STREAM CHUNKED "3\r\nabc\r\n", true, &c);
	assert_int_equal(c.status, 200);
	assert_string_equal(buf_str(&c.body), "abc");
	assert_int_equal(c.end.end, END_CUT);
	call_close(&c);
	relayed(g, "", true, &c);
	assert_error(&c, 502, "closed the connection before it answered");
	call_close(&c);
	relayed(g, "junk\r\n\r\n", false, &c);
	assert_error(&c, 502, "is not HTTP");
	call_close(&c);
}

static void t_reset(void **state)
{
	struct gateway *g = *state;
	struct rawpeer *p = &g->w.server.peers[0];
	struct call c;

	send_ask(g, &message, &c);
	WAIT_FOR(g->w.loop, g->w.server.count == 1 && rawpeer_has(p, "{}"));
	rawpeer_text(p, STREAM CHUNKED "3\r\nabc\r\n");
	WAIT_FOR(g->w.loop, c.body.len == 3);
	rawpeer_reset(p);
	WAIT_FOR(g->w.loop, c.ends == 1);
	assert_int_equal(c.end.end, END_RESET);
	call_close(&c);
}

static void t_too_late(void **state)
{
	struct gateway *g = *state;
	struct call c;

	g->config.upstream.head_ms = 50;
	relayed(g, "", false, &c);
	assert_error(&c, 504, "did not answer in time");
	call_close(&c);
}

static void on_empty(void *arg)
{
	struct gateway *g = arg;

	g->emptied++;
}

/* What the gateway answers itself has fields of its own. */
static void t_fields(void **state)
{
	struct gateway *g = *state;
	struct call c;

	send_ask(g, &(struct ask){ "GET", "/v1/messages", "mine", NULL }, &c);
	WAIT_FOR(g->w.loop, c.ends == 1);
	assert_string_equal(headers_get(&c.headers, "allow"), "POST");
	assert_string_equal(headers_get(&c.headers, "content-type"),
			    "application/json");
	assert_non_null(headers_get(&c.headers, "request-id"));
	call_close(&c);
	send_ask(g, &(struct ask){ "GET", "/healthz", NULL, NULL }, &c);
	WAIT_FOR(g->w.loop, c.ends == 1);
	assert_string_equal(headers_get(&c.headers, "content-type"),
			    "application/json");
	assert_string_equal(headers_get(&c.headers, "cache-control"),
			    "no-store");
	call_close(&c);
	/* Without a health path there is none. */
	assert_int_equal(config_set_health(&g->config, "", NULL), 0);
	local(g, &(struct ask){ "GET", "/healthz", NULL, NULL }, 404,
	      "there is nothing at this path; this gateway serves "
	      "/v1/messages, /v1/messages/count_tokens, /v1/models; Bedrock's "
	      "/model/ID/... and /inference-profiles; Vertex's "
	      "/v1/projects/...");
	assert_int_equal(config_set_fronts(&g->config, "messages", NULL), 0);
	local(g, &(struct ask){ "GET", "/healthz", NULL, NULL }, 404,
	      "serves /v1/messages, /v1/messages/count_tokens, "
	      "/v1/models\"}");
}

/* One connection to the upstream serves one request after the other. */
static void t_same_connection(void **state)
{
	struct gateway *g = *state;
	struct rawpeer *p = &g->w.server.peers[0];
	struct call c;

	for (int i = 0; i < 3; i++) {
		send_ask(g, &message, &c);
		WAIT_FOR(g->w.loop, g->w.server.count == 1);
		WAIT_FOR(g->w.loop, rawpeer_has(p, "\r\n\r\n{}"));
		buf_reset(&p->in);
		rawpeer_text(p, "HTTP/1.1 200 A\r\nContent-Length: 2\r\n\r\n"
				"ok");
		WAIT_FOR(g->w.loop, c.ends == 1);
		assert_string_equal(buf_str(&c.body), "ok");
		call_close(&c);
	}
	assert_int_equal(g->w.server.count, 1);
}

static void t_local(void **state)
{
	struct gateway *g = *state;
	char large[1002];

	memset(large, 'x', sizeof(large) - 1);
	large[sizeof(large) - 1] = '\0';
	local(g, &(struct ask){ "POST", "/v1/nothing", "mine", "{}" }, 404,
	      "not_found_error");
	local(g, &(struct ask){ "GET", "/v1/messages", "mine", NULL }, 405,
	      "this path is for POST only");
	local(g, &(struct ask){ "HEAD", "/", NULL, NULL }, 200, "");
	local(g, &(struct ask){ "GET", "/healthz", NULL, NULL }, 200,
	      "{\"status\":\"ok\"}\n");
	local(g, &(struct ask){ "HEAD", "/healthz?x", NULL, NULL }, 200, "");
	local(g, &(struct ask){ "POST", "/healthz", NULL, "{}" }, 405,
	      "this path is for GET only");
	g->gate.draining = true;
	g->gate.on_empty = on_empty;
	g->gate.arg = g;
	local(g, &(struct ask){ "GET", "/healthz", NULL, NULL }, 503,
	      "{\"status\":\"draining\"}\n");
	assert_int_equal(g->emptied, 1);
	g->gate.draining = false;
	local(g, &(struct ask){ "POST", "/v1/messages", NULL, "{}" }, 401,
	      "no credential");
	local(g, &(struct ask){ "POST", "/v1/messages", "other", "{}" }, 401,
	      "does not know this key");
	local(g, &(struct ask){ "POST", "/v1/messages", "mine", large }, 413,
	      "the request body is larger than 1000 bytes");
}

/* Nothing goes on asking for a client that went away. */
static void t_hangup(void **state)
{
	struct gateway *g = *state;
	struct rawpeer *p = &g->w.server.peers[0];
	struct call c;

	send_ask(g, &message, &c);
	WAIT_FOR(g->w.loop, g->w.server.count == 1 && rawpeer_has(p, "{}"));
	rawpeer_text(p, STREAM CHUNKED "3\r\nabc\r\n");
	WAIT_FOR(g->w.loop, c.body.len == 3);
	call_close(&c);
	WAIT_FOR(g->w.loop, p->end != END_OPEN);
}

/* A client that reads slowly holds the upstream back, and gets everything. */
static void t_slow_client(void **state)
{
	enum { PIECE = 65536, PIECES = 400 };
	struct gateway *g = *state;
	struct rawpeer *p = &g->w.server.peers[0];
	char *piece = malloc(PIECE + 1);
	struct call c;
	size_t queued;

	assert_non_null(piece);
	memset(piece, 'x', PIECE);
	piece[PIECE] = '\0';
	send_ask(g, &message, &c);
	c.pause = true;
	WAIT_FOR(g->w.loop, g->w.server.count == 1 && rawpeer_has(p, "{}"));
	rawpeer_text(p, STREAM CHUNKED);
	for (int i = 0; i < PIECES; i++) {
		rawpeer_text(p, "10000\r\n");
		rawpeer_text(p, piece);
		rawpeer_text(p, "\r\n");
	}
	rawpeer_text(p, "0\r\n\r\n");
	do { /* until nothing moves any more */
		queued = p->out.len;
		for (int i = 0; i < 50; i++)
			step(g->w.loop);
	} while (p->out.len != queued);
	assert_true(p->out.len > 0);
	c.pause = false;
	fetch_resume(c.fetch);
	WAIT_FOR(g->w.loop, c.ends == 1);
	assert_int_equal(c.end.end, END_CLEAN);
	assert_int_equal(c.body.len, (size_t)PIECE * PIECES);
	free(piece);
	call_close(&c);
}

/* What went wrong upstream is told to the operator alone. */
static void t_notes(void **state)
{
	static const struct {
		const char *answer, *note;
	} rows[] = {
		{ "HTTP/1.1 200 A\r\nContent-Length: 0\r\n\r\n", " 200 " },
		{ "HTTP/1.1 301 A\r\nContent-Length: 0\r\n\r\n",
		  "(the upstream answered 301, and redirects are not "
		  "followed)" },
		{ STREAM CHUNKED "3\r\nabc\r\n", "(cut: " },
		{ "", "(cut: " },
		{ "junk\r\n\r\n", "(bad: " },
	};
	struct gateway *g = *state;
	char said[1000];
	struct call c;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		log_begin(g);
		relayed(g, rows[i].answer, true, &c);
		log_end(said, sizeof(said));
		if (!strstr(said, rows[i].note))
			fail_msg("'%s' is not in %s", rows[i].note, said);
		if (i == 0)
			assert_null(strchr(said, '('));
		call_close(&c);
	}
	log_begin(g);
	free(g->config.upstream.url);
	g->config.upstream.url = strdup("nowhere");
	send_ask(g, &message, &c);
	WAIT_FOR(g->w.loop, c.ends == 1);
	log_end(said, sizeof(said));
	assert_error(&c, 502, "the gateway has no connection to its upstream");
	if (!strstr(said, "(") || !strstr(said, "nowhere"))
		fail_msg("no note in %s", said);
	call_close(&c);
}

/* What is refused at its head is not read on. */
static void t_dropped(void **state)
{
	struct gateway *g = *state;
	struct rawpeer *p = &g->w.server.peers[0];
	struct call c;

	send_ask(g, &message, &c);
	WAIT_FOR(g->w.loop, g->w.server.count == 1 && rawpeer_has(p, "{}"));
	rawpeer_text(p, "HTTP/1.1 301 A\r\nContent-Length: 100\r\n\r\nabc");
	WAIT_FOR(g->w.loop, c.ends == 1);
	assert_int_equal(c.status, 502);
	WAIT_FOR(g->w.loop, p->end != END_OPEN);
	call_close(&c);
}

#define T(title, fn) \
	{ \
		title, fn, set_up, tear_down, NULL \
	}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		T("relay: a redirect leads nowhere, but 304 is no redirect",
		  t_statuses),
		T("relay: bytes and framing go down as they came", t_bytes),
		T("relay: requests go up with the gateway's key and their body",
		  t_requests),
		T("relay: a stream without an event is no success",
		  t_empty_stream),
		T("relay: what breaks off upstream breaks off here",
		  t_broken_off),
		T("relay: an answer that two may read in two ways is 502",
		  t_doubtful),
		T("relay: one length said twice is one", t_length_twice),
		T("relay: a large head goes down, one too large is 502",
		  t_large_head),
		T("relay: what is refused below HTTP has the same shape",
		  t_refusals),
		T("relay: what went wrong upstream is in the log", t_notes),
		T("relay: an answer that is refused is not read on", t_dropped),
		T("relay: a reset is passed on as a reset", t_reset),
		T("relay: an upstream that says nothing is 504", t_too_late),
		T("relay: what the gateway answers itself", t_local),
		T("relay: its own answers have fields of their own", t_fields),
		T("relay: a connection upstream serves many requests",
		  t_same_connection),
		T("relay: a client that goes away ends it upstream", t_hangup),
		T("relay: a client that reads slowly gets everything",
		  t_slow_client),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("relay", tests, NULL, NULL);
}
