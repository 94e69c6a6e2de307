/* gateway/bridging: what comes down, between every two formats. */
#include <time.h>

#include "net/sigv4.h"
#include "tests/unit/bridging_kit.h"
#include "wire/http/event_chunk.h"
#include "wire/http/event_stream.h"

#define EVENT_STREAM \
	"HTTP/1.1 200 OK\r\nContent-Type: " \
	"application/vnd.amazon.eventstream\r\n"
#define VERTEX "/v1/projects/p-1/locations/r/publishers/anthropic/models/"
#define ASKS "{\"model\":\"claude-x\"," BODY
#define ASKS_STREAM "{\"model\":\"claude-x\",\"stream\":true," BODY
#define START "{\"type\":\"message_start\",\"message\":{}}"
#define DELTA "{\"type\":\"content_block_delta\",\"delta\":{}}"
#define STOP "{\"type\":\"message_stop\"}"
#define EVENT(name, json) "event: " name "\ndata: " json "\n\n"
#define TOLD EVENT("message_start", START) EVENT("message_stop", STOP)

static void use(struct gateway *g, const char *format)
{
	assert_int_equal(provider_set_format(&g->config.upstream, format, NULL),
			 0);
}

static void frame(struct buf *out, const char *json)
{
	assert_int_equal(event_chunk_write(out, span_of(json), 0), 0);
}

/* Of the routes that stream. */
static const struct route_of {
	const char *format, *target, *body;
} to_bedrock = { "bedrock", "/v1/messages", ASKS_STREAM },
  to_vertex = { "vertex", "/v1/messages", ASKS_STREAM },
  from_bedrock = { "messages", "/model/claude-x/invoke-with-response-stream",
		   "{" BODY },
  from_vertex = { "messages", VERTEX "claude-x:streamRawPredict", "{" BODY };

static void streamed(struct gateway *g, const struct route_of *r,
		     const char *head, const struct buf *body, struct call *c)
{
	struct buf answer = BUF_INIT(1 << 20);

	use(g, r->format);
	buf_add_text(&answer, head);
	buf_add_span(&answer, buf_span(body));
	asked(g, "POST", r->target, mine, r->body, buf_span(&answer), c, NULL);
	buf_clear(&answer);
}

static void t_bedrock_down(void **state)
{
	struct gateway *g = *state;
	struct buf body = BUF_INIT(65536);
	struct call c;

	frame(&body, START);
	frame(&body, STOP);
	streamed(g, &to_bedrock,
		 EVENT_STREAM "x-amzn-RequestId: up-7\r\nx-other: y\r\n"
			      "x-profile: arn:aws:bedrock:x\r\n" CLOSES,
		 &body, &c);
	assert_int_equal(c.status, 200);
	assert_int_equal(c.end.end, END_CLEAN);
	assert_string_equal(buf_str(&c.body), TOLD);
	assert_string_equal(headers_get(&c.headers, "content-type"),
			    "text/event-stream; charset=utf-8");
	assert_string_equal(headers_get(&c.headers, "cache-control"),
			    "no-cache");
	assert_string_equal(headers_get(&c.headers, "request-id"), "up-7");
	assert_string_equal(headers_get(&c.headers, "x-other"), "y");
	assert_null(headers_get(&c.headers, "x-profile"));
	buf_clear(&body);
	call_close(&c);
}

static void t_vertex_down(void **state)
{
	struct gateway *g = *state;
	struct buf body = BUF_INIT(65536);
	struct call c;

	buf_add_text(&body, TOLD);
	streamed(g, &to_vertex, STREAM CLOSES, &body, &c);
	assert_int_equal(c.end.end, END_CLEAN);
	assert_string_equal(buf_str(&c.body), TOLD);
	assert_true(span_starts(span_of(headers_get(&c.headers, "request-id")),
				"req_gw_"));
	buf_clear(&body);
	call_close(&c);
}

static void t_frames_up(void **state)
{
	struct gateway *g = *state;
	struct buf body = BUF_INIT(65536), want = BUF_INIT(65536);
	struct call c;

	buf_add_text(&body, TOLD);
	frame(&want, START);
	frame(&want, STOP);
	streamed(g, &from_bedrock,
		 STREAM "request-id: up-7\r\ncache-control: x\r\n" CLOSES,
		 &body, &c);
	assert_int_equal(c.end.end, END_CLEAN);
	assert_true(span_equal(buf_span(&c.body), buf_span(&want)));
	assert_string_equal(headers_get(&c.headers, "content-type"),
			    EVENT_STREAM_TYPE);
	assert_int_equal(headers_count(&c.headers, "content-type"), 1);
	assert_string_equal(headers_get(&c.headers, "x-amzn-requestid"),
			    "up-7");
	assert_string_equal(
		headers_get(&c.headers, "x-amzn-bedrock-content-type"),
		"application/json");
	buf_clear(&body);
	buf_clear(&want);
	call_close(&c);
}

/* Vertex's clients get the bytes. */
static void t_vertex_up(void **state)
{
#define ODD ": a\n\nevent:message_start\r\ndata: {}\r\n\r\n"
	struct gateway *g = *state;
	struct buf body = BUF_INIT(65536);
	struct call c;

	buf_add_text(&body, ODD);
	streamed(g, &from_vertex, STREAM "X-Odd: 1\r\n" CLOSES, &body, &c);
	assert_string_equal(buf_str(&c.body), ODD);
	assert_string_equal(headers_get(&c.headers, "x-odd"), "1");
	assert_string_equal(headers_get(&c.headers, "content-type"),
			    "text/event-stream");
	buf_clear(&body);
	call_close(&c);
}

/* Each event is sent at once, and does not wait for the next one. */
static void t_prompt(void **state)
{
	static const struct route_of *const routes[] = { &to_bedrock,
							 &to_vertex,
							 &from_bedrock };

	for (size_t i = 0; i < sizeof(routes) / sizeof(routes[0]); i++) {
		struct buf first = BUF_INIT(65536), last = BUF_INIT(65536);
		struct gateway *g;
		struct rawpeer *p;
		struct call c;

		set_up_bridge(state);
		g = *state;
		p = &g->w.server.peers[0];
		use(g, routes[i]->format);
		send_with(g, "POST", routes[i]->target, mine, routes[i]->body,
			  &c);
		WAIT_FOR(g->w.loop,
			 g->w.server.count == 1 && rawpeer_has(p, "[]"));
		if (routes[i] == &to_bedrock) {
			frame(&first, START);
			frame(&last, STOP);
			rawpeer_text(p, EVENT_STREAM CLOSES);
		} else {
			buf_add_text(&first, EVENT("message_start", START));
			buf_add_text(&last, EVENT("message_stop", STOP));
			rawpeer_text(p, STREAM CLOSES);
		}
		WAIT_FOR(g->w.loop, c.heads == 1);
		rawpeer_send(p, first.at, first.len);
		WAIT_FOR(g->w.loop, c.body.len > 0);
		rawpeer_send(p, last.at, last.len);
		rawpeer_shut(p);
		WAIT_FOR(g->w.loop, c.ends == 1);
		assert_int_equal(c.end.end, END_CLEAN);
		buf_clear(&first);
		buf_clear(&last);
		call_close(&c);
		tear_down(state);
	}
}

/* How streams end: the last thing that the client gets, and whether the answer
 * is complete. */
static void t_ends(void **state)
{
#define ENDED "the provider's stream ended before the message did"
#define UNREADABLE "what the provider streams cannot be read"
	static const struct {
		const struct route_of *route;
		const char *events; /* NULL: none; "!": bad bytes after them */
		bool bad, cut;
		enum stream_end end;
		const char *last, *note;
	} rows[] = {
		{ &to_bedrock, START, false, false, END_CUT, ENDED, ENDED },
		{ &to_bedrock, NULL, false, false, END_CUT, ENDED, ENDED },
		{ &to_bedrock, START, true, false, END_CUT, UNREADABLE,
		  UNREADABLE },
		{ &to_bedrock, START, false, true, END_CUT, "message_start",
		  "cut: " },
		{ &to_vertex, START, false, false, END_CUT, ENDED, ENDED },
		{ &to_vertex, START, false, true, END_CUT, "message_start",
		  "cut: " },
		{ &from_bedrock, START, false, false, END_CUT, ENDED, ENDED },
		{ &from_bedrock, START, false, true, END_CUT, "bytes",
		  "cut: " },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct buf body = BUF_INIT(65536), seen = BUF_INIT(65536);
		bool frames = rows[i].route == &to_bedrock;
		const char *head = frames ? EVENT_STREAM CLOSES : STREAM CLOSES;
		struct gateway *g;
		char said[1000];
		struct call c;

		set_up_bridge(state);
		g = *state;
		if (rows[i].cut)
			head = frames ? EVENT_STREAM "Content-Length: 5000\r\n"
						     "\r\n"
				      : STREAM "Content-Length: 5000\r\n\r\n";
		if (rows[i].events && frames)
			frame(&body, rows[i].events);
		else if (rows[i].events)
			buf_add_text(&body, EVENT("message_start", START));
		if (rows[i].bad)
			buf_add_text(&body,
				     "\0\0\0\x01 this is no frame of it");
		if (rows[i].bad)
			for (int n = 0; n < 30; n++)
				buf_add_byte(&body, '\xff');
		log_begin(g);
		streamed(g, rows[i].route, head, &body, &c);
		log_end(said, sizeof(said));
		assert_int_equal(c.status, 200);
		assert_int_equal(c.end.end, rows[i].end);
		for (size_t n = 0; n < c.body.len; n++)
			if (c.body.at[n] != '\0')
				buf_add_byte(&seen, c.body.at[n]);
		assert_in(&seen, rows[i].last);
		if (!strstr(said, rows[i].note))
			fail_msg("'%s' is not in %s", rows[i].note, said);
		buf_clear(&body);
		buf_clear(&seen);
		call_close(&c);
		tear_down(state);
	}
}

/* An error in mid-stream is an end, and told in the client's form. */
static void t_exceptions(void **state)
{
	struct gateway *g = *state;
	struct buf body = BUF_INIT(65536), want = BUF_INIT(65536);
	struct call c;

	frame(&body, START);
	event_frame_write_exception(
		&body, "validationException",
		span_of("{\"message\":\"Input is too long for requested "
			"model.\"}"));
	streamed(g, &to_bedrock, EVENT_STREAM CLOSES, &body, &c);
	assert_string_equal(
		buf_str(&c.body),
		EVENT("message_start", START)
			EVENT("error", "{\"type\":\"error\",\"error\":{"
				       "\"type\":\"invalid_request_error\","
				       "\"message\":\"Input is too long.\"}}"));
	assert_int_equal(c.end.end, END_CLEAN);
	call_close(&c);
	buf_reset(&body);
	buf_add_text(&body,
		     EVENT("message_start", START)
			     EVENT("error",
				   "{\"type\":\"error\",\"error\":{\"type\":"
				   "\"overloaded_error\",\"message\":\"m\"}}"));
	frame(&want, START);
	event_frame_write_exception(&want, "throttlingException",
				    span_of("{\"message\":\"m\"}"));
	streamed(g, &from_bedrock, STREAM CLOSES, &body, &c);
	assert_true(span_equal(buf_span(&c.body), buf_span(&want)));
	assert_int_equal(c.end.end, END_CLEAN);
	call_close(&c);
	buf_clear(&body);
	buf_clear(&want);
}

static void t_reset(void **state)
{
	struct gateway *g = *state;
	struct rawpeer *p = &g->w.server.peers[0];
	struct buf body = BUF_INIT(65536);
	struct call c;

	use(g, "bedrock");
	frame(&body, START);
	send_with(g, "POST", "/v1/messages", mine, ASKS_STREAM, &c);
	WAIT_FOR(g->w.loop, g->w.server.count == 1 && rawpeer_has(p, "[]"));
	rawpeer_text(p, EVENT_STREAM CLOSES);
	rawpeer_send(p, body.at, body.len);
	WAIT_FOR(g->w.loop, c.body.len > 0);
	rawpeer_reset(p);
	WAIT_FOR(g->w.loop, c.ends == 1);
	assert_int_equal(c.end.end, END_RESET);
	buf_clear(&body);
	call_close(&c);
}

/* Silence is filled, from the first event to the last. */
static void t_pings(void **state)
{
	static const struct route_of *const routes[] = { &to_bedrock,
							 &to_vertex };
#define PING EVENT("ping", "{\"type\":\"ping\"}")

	for (size_t i = 0; i < sizeof(routes) / sizeof(routes[0]); i++) {
		struct buf first = BUF_INIT(65536), last = BUF_INIT(65536);
		struct gateway *g;
		struct rawpeer *p;
		struct call c;

		set_up_bridge(state);
		g = *state;
		p = &g->w.server.peers[0];
		g->config.upstream.ping_ms = 5;
		use(g, routes[i]->format);
		send_with(g, "POST", routes[i]->target, mine, routes[i]->body,
			  &c);
		WAIT_FOR(g->w.loop,
			 g->w.server.count == 1 && rawpeer_has(p, "[]"));
		if (routes[i] == &to_bedrock) {
			frame(&first, START);
			frame(&last, STOP);
		} else {
			buf_add_text(&first, EVENT("message_start", START));
			buf_add_text(&last, EVENT("message_stop", STOP));
		}
		rawpeer_text(p, routes[i] == &to_bedrock ? EVENT_STREAM CLOSES
							 : STREAM CLOSES);
		WAIT_FOR(g->w.loop, c.heads == 1);
		rawpeer_send(p, first.at, first.len);
		/* A part of an event is none, and no ping stands inside one. */
		WAIT_FOR(g->w.loop, strstr(buf_str(&c.body), PING PING));
		rawpeer_send(p, last.at, 9);
		buf_drop(&last, 9);
		buf_reset(&c.body);
		WAIT_FOR(g->w.loop, strstr(buf_str(&c.body), PING PING));
		rawpeer_send(p, last.at, last.len);
		WAIT_FOR(g->w.loop,
			 strstr(buf_str(&c.body), EVENT("message_stop", STOP)));
		buf_reset(&c.body);
		for (int n = 0; n < 20; n++)
			step(g->w.loop);
		assert_int_equal(c.body.len, 0);
		rawpeer_shut(p);
		WAIT_FOR(g->w.loop, c.ends == 1);
		assert_int_equal(c.end.end, END_CLEAN);
		assert_int_equal(c.body.len, 0);
		buf_clear(&first);
		buf_clear(&last);
		call_close(&c);
		tear_down(state);
	}
}

/* ---- answers that are no stream ---- */

static void t_whole(void **state)
{
	static const char *const routes[][3] = {
		{ "bedrock", "/v1/messages", ASKS },
		{ "vertex", "/v1/messages", ASKS },
		{ "messages", "/model/claude-x/invoke", "{" BODY },
		{ "messages", VERTEX "claude-x:rawPredict", "{" BODY },
		{ "vertex", "/v1/messages/count_tokens", ASKS },
	};
	struct gateway *g = *state;

	for (size_t i = 0; i < sizeof(routes) / sizeof(routes[0]); i++) {
		struct call c;

		use(g, routes[i][0]);
		asked(g, "POST", routes[i][1], mine, routes[i][2],
		      span_of(AS_JSON "request-id: up-7\r\n" CLOSES
				      "{ \"x\" : 1.0 }"),
		      &c, NULL);
		assert_int_equal(c.status, 200);
		assert_string_equal(buf_str(&c.body), "{ \"x\" : 1.0 }");
		assert_string_equal(headers_get(&c.headers, "content-type"),
				    "application/json");
		assert_string_equal(headers_get(&c.headers, "request-id"),
				    "up-7");
		call_close(&c);
	}
}

static void t_counts(void **state)
{
	static const struct {
		const char *format, *target, *body, *answer;
		int status;
		const char *want;
	} rows[] = {
		{ "bedrock", "/v1/messages/count_tokens", ASKS,
		  AS_JSON CLOSES "{\"inputTokens\":7}", 200,
		  "{\"input_tokens\":7}" },
		{ "bedrock", "/v1/messages/count_tokens", ASKS,
		  "HTTP/1.1 400 A\r\n" CLOSES
		  "{\"message\":\"The provided model doesn't support counting "
		  "tokens.\"}",
		  501, "does not count its tokens" },
		{ "bedrock", "/v1/messages/count_tokens", ASKS,
		  "HTTP/1.1 403 A\r\n" CLOSES "{\"message\":\"arn:aws:x\"}",
		  501, "does not count its tokens" },
		{ "bedrock", "/v1/messages/count_tokens", ASKS,
		  "HTTP/1.1 400 A\r\n" CLOSES
		  "{\"message\":\"messages: Field required, arn:aws:x\"}",
		  400, "messages: Field required, <arn>" },
		{ "bedrock", "/v1/messages/count_tokens", ASKS,
		  AS_JSON CLOSES "{\"inputTokens\":\"7\"}", 502,
		  "not of the kind" },
		{ "vertex", "/v1/messages/count_tokens", ASKS,
		  AS_JSON CLOSES "{\"input_tokens\":7}", 200,
		  "{\"input_tokens\":7}" },
		{ "messages", "/model/claude-x/count-tokens",
		  "{\"input\":{\"invokeModel\":{\"body\":\"e30=\"}}}",
		  AS_JSON CLOSES "{\"input_tokens\":7}", 200,
		  "{\"inputTokens\":7}" },
	};
	struct gateway *g = *state;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct call c;

		use(g, rows[i].format);
		asked(g, "POST", rows[i].target, mine, rows[i].body,
		      span_of(rows[i].answer), &c, NULL);
		assert_error(&c, rows[i].status, rows[i].want);
		assert_not_in(&c.body, "arn:");
		if (rows[i].status == 501) {
			assert_in(&c.body, "not_supported");
			assert_string_equal(
				headers_get(&c.headers, "x-should-retry"),
				"false");
		}
		call_close(&c);
	}
}

static void t_errors(void **state)
{
#define ERROR(status) "HTTP/1.1 " status " A\r\nRetry-After: 7\r\n"
#define ENVELOPE \
	"{\"type\":\"error\",\"error\":{\"type\":\"rate_limit_error\"," \
	"\"message\":\"slow\"}}"
	static const struct {
		const struct route_of *route;
		const char *answer;
		int status;
		const char *want, *name;
	} rows[] = {
		{ &to_bedrock,
		  ERROR("429") "x-amzn-ErrorType: ThrottlingException\r\n"
			       "x-amzn-RequestId: up-7\r\n" CLOSES
			       "{\"message\":\"slow, arn:aws:x\"}",
		  429,
		  "{\"type\":\"error\",\"error\":{\"type\":"
		  "\"rate_limit_error\",\"message\":\"slow, <arn>\"},"
		  "\"request_id\":\"up-7\"}",
		  NULL },
		{ &to_vertex,
		  ERROR("400") CLOSES
		  "[{\"error\":{\"code\":400,\"message\":\"The request size "
		  "(1 bytes) exceeds 30.000MB limit.\"}}]",
		  400, "\"message\":\"Input is too long.\"", NULL },
		{ &from_bedrock, ERROR("429") CLOSES ENVELOPE, 429,
		  "{\"message\":\"slow\"}", "ThrottlingException" },
		{ &from_vertex, ERROR("429") CLOSES ENVELOPE, 429, ENVELOPE,
		  NULL },
		{ &to_bedrock, "HTTP/1.1 302 A\r\nRetry-After: 7\r\n" CLOSES,
		  502, "neither a success nor an error", NULL },
		/* What is no answer of the kind that was asked for. */
		{ &to_bedrock, AS_JSON CLOSES "{}", 502, "not of the kind",
		  NULL },
		{ &to_bedrock, STREAM CLOSES TOLD, 502, "not of the kind",
		  NULL },
		{ &to_vertex, EVENT_STREAM CLOSES "x", 502, "not of the kind",
		  NULL },
		{ &from_bedrock, AS_JSON CLOSES "{}", 502,
		  "{\"message\":\"the provider's answer is not of the kind",
		  "InternalServerException" },
		{ &to_bedrock, "", 502, "closed the connection before", NULL },
		{ &from_bedrock, "", 502, "{\"message\":\"the upstream closed",
		  "InternalServerException" },
		{ &from_vertex, "", 502,
		  "{\"error\":{\"code\":502,\"message\":\"the upstream closed "
		  "the connection before it answered\",\"status\":"
		  "\"INTERNAL\"}}",
		  NULL },
	};
	struct gateway *g = *state;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct call c;

		use(g, rows[i].route->format);
		if (g->w.server.count == 8) {
			tear_down(state);
			set_up_bridge(state);
			g = *state;
			use(g, rows[i].route->format);
		}
		asked(g, "POST", rows[i].route->target, mine,
		      rows[i].route->body, span_of(rows[i].answer), &c, NULL);
		assert_error(&c, rows[i].status, rows[i].want);
		if (rows[i].status < 500)
			assert_string_equal(
				headers_get(&c.headers, "retry-after"), "7");
		if (rows[i].name)
			assert_string_equal(
				headers_get(&c.headers, "x-amzn-errortype"),
				rows[i].name);
		else
			assert_null(
				headers_get(&c.headers, "x-amzn-errortype"));
		call_close(&c);
	}
}

/* Logs go far: no path in them names an account. */
static void t_paths_logged(void **state)
{
#define ACCOUNT "123456789012"
	static const char *const rows[][2] = {
		{ "/model/arn%3Aaws%3Abedrock%3Aus-east-1%3A" ACCOUNT
		  "%3Aapplication-inference-profile%2Fabc/invoke",
		  "POST /model/<arn>/invoke " },
		{ "/model/arn:aws:bedrock:us-east-1:" ACCOUNT
		  ":inference-profile%2fus.anthropic.claude-x/invoke",
		  "POST /model/<arn>/invoke " },
		{ VERTEX "claude-x:rawPredict",
		  "POST /v1/projects/<project>/locations/" },
		{ "/model/claude%2Dx%20/invoke", "POST /model/claude%2Dx%20/" },
	};
	struct gateway *g = *state;

	use(g, "openai-chat");
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char said[1000];
		struct call c;

		log_begin(g);
		send_with(g, "POST", rows[i][0], mine, "{" BODY, &c);
		WAIT_FOR(g->w.loop, c.ends == 1);
		log_end(said, sizeof(said));
		if (!strstr(said, rows[i][1]) || strstr(said, ACCOUNT))
			fail_msg("%s", said);
		call_close(&c);
	}
}

/* For the operator: what the client is not told. */
static void t_noted(void **state)
{
	struct gateway *g = *state;
	char said[1000];
	struct call c;

	use(g, "bedrock");
	log_begin(g);
	asked(g, "POST", "/v1/messages", mine, ASKS,
	      span_of("HTTP/1.1 403 A\r\n" CLOSES
		      "{\"message\":\"arn:aws:sts::1:x may not\"}"),
	      &c, NULL);
	log_end(said, sizeof(said));
	assert_int_equal(c.status, 403);
	assert_not_in(&c.body, "arn:");
	assert_in(&c.body, "permission_error");
	assert_non_null(strstr(said, "the provider said: <arn> may not"));
	call_close(&c);
}

static void t_no_upstream(void **state)
{
	struct gateway *g = *state;
	struct call c;

	use(g, "bedrock");
	free(g->config.upstream.url);
	g->config.upstream.url = strdup("nowhere");
	send_with(g, "POST", "/v1/messages", mine, ASKS, &c);
	WAIT_FOR(g->w.loop, c.ends == 1);
	assert_int_equal(c.status, 502);
	call_close(&c);
}

/* If the client reads slowly, the upstream has to wait, and the client gets
 * everything. */
static void t_slow_client(void **state)
{
	enum { PIECE = 65536, PIECES = 200 };
	struct gateway *g = *state;
	struct rawpeer *p = &g->w.server.peers[0];
	struct buf body = BUF_INIT(BUF_NO_LIMIT),
		   event = BUF_INIT(BUF_NO_LIMIT);
	struct call c;
	size_t queued;

	use(g, "bedrock");
	frame(&body, START);
	buf_add_text(&event, "{\"type\":\"a\",\"b\":\"");
	for (int n = 0; n < PIECE; n++)
		buf_add_byte(&event, 'x');
	buf_add_text(&event, "\"}");
	for (int i = 0; i < PIECES; i++)
		frame(&body, buf_str(&event));
	frame(&body, STOP);
	send_with(g, "POST", "/v1/messages", mine, ASKS_STREAM, &c);
	c.pause = true;
	WAIT_FOR(g->w.loop, g->w.server.count == 1 && rawpeer_has(p, "[]"));
	rawpeer_text(p, EVENT_STREAM CLOSES);
	rawpeer_send(p, body.at, body.len);
	do { /* until nothing moves any more */
		queued = p->out.len;
		for (int i = 0; i < 50; i++)
			step(g->w.loop);
	} while (p->out.len != queued);
	assert_true(p->out.len > 0);
	c.pause = false;
	fetch_resume(c.fetch);
	WAIT_FOR(g->w.loop, p->out.len == 0);
	rawpeer_shut(p);
	WAIT_FOR(g->w.loop, c.ends == 1);
	assert_int_equal(c.end.end, END_CLEAN);
	assert_true(span_ends(buf_span(&c.body), EVENT("message_stop", STOP)));
	assert_true(c.body.len > (size_t)PIECE * PIECES);
	buf_clear(&body);
	buf_clear(&event);
	call_close(&c);
}

/* A provider's words may have the key in them that it was shown. */
static void t_no_key(void **state)
{
#define THE_KEY "AKID0123456789EXAMPLE"
#define WRONG "{\"message\":\"wrong: " THE_KEY "\"}"
	struct gateway *g = *state;
	struct buf body = BUF_INIT(65536);
	struct call c;

	use(g, "bedrock");
	provider_set_key_id(&g->config.upstream, THE_KEY, NULL);
	provider_secrets(&g->config.upstream, &g->config.secrets);
	asked(g, "POST", "/v1/messages", mine, ASKS,
	      span_of("HTTP/1.1 400 A\r\n" CLOSES WRONG), &c, NULL);
	assert_in(&c.body, "wrong: <credential");
	assert_not_in(&c.body, THE_KEY);
	call_close(&c);
	buf_add_text(&body, EVENT_STREAM CLOSES);
	frame(&body, START);
	event_frame_write_exception(&body, "validationException",
				    span_of(WRONG));
	asked(g, "POST", "/v1/messages", mine, ASKS_STREAM, buf_span(&body), &c,
	      NULL);
	assert_in(&c.body, "wrong: <credential");
	assert_not_in(&c.body, THE_KEY);
	call_close(&c);
	buf_clear(&body);
}

/* After an error nothing is sent, even if the upstream goes on or never
 * ends. */
static void t_error_ends(void **state)
{
	struct gateway *g = *state;
	struct rawpeer *p = &g->w.server.peers[0];
	struct buf body = BUF_INIT(65536);
	struct call c;

	use(g, "bedrock");
	frame(&body, START);
	event_frame_write_exception(&body, "throttlingException",
				    span_of("{\"message\":\"slow\"}"));
	send_with(g, "POST", "/v1/messages", mine, ASKS_STREAM, &c);
	WAIT_FOR(g->w.loop, g->w.server.count == 1 && rawpeer_has(p, "[]"));
	rawpeer_text(p, EVENT_STREAM CLOSES);
	rawpeer_send(p, body.at, body.len);
	WAIT_FOR(g->w.loop, c.ends == 1);
	assert_int_equal(c.end.end, END_CLEAN);
	assert_in(&c.body, "event: error");
	WAIT_FOR(g->w.loop, p->end != END_OPEN);
	buf_clear(&body);
	call_close(&c);
}

/* An answer that is no stream, and has no end. */
static void t_endless(void **state)
{
	enum { PIECES = 65 }; /* of a MiB: one more than is taken */
	static char piece[1024 * 1024];
	struct gateway *g = *state;
	struct rawpeer *p = &g->w.server.peers[0];
	struct call c;

	memset(piece, ' ', sizeof(piece));
	use(g, "bedrock");
	send_with(g, "POST", "/v1/messages", mine, ASKS, &c);
	WAIT_FOR(g->w.loop, g->w.server.count == 1 && rawpeer_has(p, "[]"));
	rawpeer_text(p, AS_JSON CLOSES);
	for (int i = 0; i < PIECES; i++)
		rawpeer_send(p, piece, sizeof(piece));
	WAIT_FOR(g->w.loop, c.ends == 1);
	assert_int_equal(c.status, 502);
	assert_in(&c.body, "larger than this gateway takes");
	WAIT_FOR(g->w.loop, p->end != END_OPEN);
	assert_int_equal(g->gate.open, 0);
	call_close(&c);
}

/* The client goes away: so does the provider's request. */
static void t_hangup(void **state)
{
	struct gateway *g = *state;
	struct rawpeer *p = &g->w.server.peers[0];
	struct buf body = BUF_INIT(65536);
	struct call c;

	use(g, "bedrock");
	g->config.upstream.ping_ms = 5;
	frame(&body, START);
	send_with(g, "POST", "/v1/messages", mine, ASKS_STREAM, &c);
	WAIT_FOR(g->w.loop, g->w.server.count == 1 && rawpeer_has(p, "[]"));
	rawpeer_text(p, EVENT_STREAM CLOSES);
	rawpeer_send(p, body.at, body.len);
	WAIT_FOR(g->w.loop, c.body.len > 0);
	fetch_cancel(c.fetch);
	c.fetch = NULL;
	WAIT_FOR(g->w.loop, p->end != END_OPEN);
	assert_int_equal(g->gate.open, 0);
	buf_clear(&body);
	call_close(&c);
}

/* ---- equal formats ---- */

/* Bytes, fields and targets pass as they are; only the key is another. */
static void t_equal(void **state)
{
	static const char *const rows[][3] = {
		{ "bedrock",
		  "/model/arn:aws:bedrock:us-east-1:123456789012:application-"
		  "inference-profile%2Fabcdef/invoke-with-response-stream",
		  "{ \"anthropic_beta\" : [ \"a\" ], \"n\":1.0}" },
		{ "bedrock", "/model/a-v1:0/invoke", "{}" },
		{ "vertex", VERTEX "claude-x@20250101:streamRawPredict",
		  "{\"stream\":true, \"n\":1.0}" },
	};
	static const char *const fields[] = { "Authorization",
					      "Bearer mine",
					      "anthropic-beta",
					      "a,b",
					      "X-Odd-Case",
					      "1",
					      NULL };
	static const char odd[] = "\0\0\0\x10 not a frame\r\n\xff";
	struct gateway *g = *state;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct buf answer = BUF_INIT(4096), up = BUF_INIT(65536);
		struct buf line = BUF_INIT(4096);
		struct call c;

		use(g, rows[i][0]);
		buf_add_text(&answer, EVENT_STREAM "x-amzn-odd: 1\r\n" CLOSES);
		buf_add(&answer, odd, sizeof(odd));
		buf_addf(&line, "POST %s HTTP/1.1\r\n", rows[i][1]);
		asked(g, "POST", rows[i][1], fields, rows[i][2],
		      buf_span(&answer), &c, &up);
		assert_true(span_starts(buf_span(&up), buf_str(&line)));
		assert_in(&up, "Authorization: Bearer up\r\n");
		assert_in(&up, "anthropic-beta: a,b\r\nX-Odd-Case: 1\r\n");
		assert_true(span_ends(buf_span(&up), rows[i][2]));
		assert_true(span_equal(buf_span(&c.body),
				       span_make(odd, sizeof(odd))));
		assert_string_equal(headers_get(&c.headers, "content-type"),
				    EVENT_STREAM_TYPE);
		assert_string_equal(headers_get(&c.headers, "x-amzn-odd"), "1");
		buf_clear(&answer);
		buf_clear(&up);
		buf_clear(&line);
		call_close(&c);
	}
}

/* What a client has signed is as it signed it. */
static void t_client_signed(void **state)
{
	static const char *const fields[] = {
		"host",
		"gateway.example:8443",
		"x-amz-date",
		"20260101T000000Z",
		"X-Stainless-OS",
		"Linux",
		"authorization",
		"AWS4-HMAC-SHA256 Credential=a/b, SignedHeaders=host, "
		"Signature=c",
		"x-amz-content-sha256",
		"dd",
		NULL
	};
	struct gateway *g = *state;
	struct buf up = BUF_INIT(65536);
	struct call c;

	use(g, "bedrock");
	provider_set_scheme(&g->config.upstream, "client", NULL);
	asked(g, "GET", "/inference-profiles?type=SYSTEM_DEFINED", fields, NULL,
	      span_of(AS_JSON CLOSES "{}"), &c, &up);
	assert_in(&up, "Host: gateway.example:8443\r\n"
		       "x-amz-date: 20260101T000000Z\r\n"
		       "X-Stainless-OS: Linux\r\n"
		       "authorization: AWS4-HMAC-SHA256 Credential=a/b, "
		       "SignedHeaders=host, Signature=c\r\n"
		       "x-amz-content-sha256: dd\r\n");
	assert_int_equal(c.status, 200);
	call_close(&c);
	buf_clear(&up);
	/* Without a credential there is nothing to pass on. */
	send_with(g, "GET", "/inference-profiles", NULL, NULL, &c);
	WAIT_FOR(g->w.loop, c.ends == 1);
	assert_error(&c, 401, "no credential");
	call_close(&c);
	/* And where the gateway has a key of its own, it checks no signature. */
	provider_set_scheme(&g->config.upstream, "bearer", NULL);
	send_with(g, "GET", "/inference-profiles", fields, NULL, &c);
	WAIT_FOR(g->w.loop, c.ends == 1);
	assert_error(&c, 401, "does not check signatures");
	call_close(&c);
}

/* Is the signature that of these bytes, with a base of the upstream before the
 * target? */
static void assert_signed(const struct buf *up, const char *base)
{
	struct sigv4_key key = { "AKIDEXAMPLE", "up", NULL, "us-east-1",
				 "bedrock" };
	struct sigv4_request r = { 0 };
	struct headers h = { 0 };
	struct http_head head;
	struct tm tm = { 0 };
	long len = http_request_read(buf_span(up), &head, NULL);
	const char *type = headers_get(&head.headers, "content-type");

	assert_true(len > 0 && span_starts(span_of(head.target), base));
	assert_non_null(strptime(headers_get(&head.headers, "x-amz-date"),
				 "%Y%m%dT%H%M%SZ", &tm));
	headers_add_text(&h, "Host", headers_get(&head.headers, "host"));
	headers_add_text(&h, "content-type", type);
	r.method = head.method;
	r.target = span_of(head.target);
	r.body = span_skip(buf_span(up), (size_t)len);
	r.now = timegm(&tm);
	assert_int_equal(sigv4_sign(&key, &r, &h, NULL), 0);
	assert_string_equal(headers_get(&head.headers, "authorization"),
			    headers_get(&h, "authorization"));
	http_head_clear(&head);
	headers_clear(&h);
}

/* And where the gateway signs, it signs what goes up. */
static void t_signed_again(void **state)
{
	static const char *const fields[] = { "Authorization",
					      "Bearer mine",
					      "content-type",
					      "application/json",
					      "x-amz-date",
					      "20260101T000000Z",
					      NULL };
	struct gateway *g = *state;
	struct buf up = BUF_INIT(65536);
	char based[100];
	struct call c;

	use(g, "bedrock");
	snprintf(based, sizeof(based), "%s/base", g->w.origin);
	provider_set_url(&g->config.upstream, based, NULL);
	provider_set_scheme(&g->config.upstream, "sigv4", NULL);
	provider_set_key_id(&g->config.upstream, "AKIDEXAMPLE", NULL);
	asked(g, "POST", "/model/a-v1:0/invoke", fields, "{}",
	      span_of(AS_JSON CLOSES "{}"), &c, &up);
	assert_in(&up, "Authorization: AWS4-HMAC-SHA256 "
		       "Credential=AKIDEXAMPLE/");
	assert_in(&up, "SignedHeaders=content-type;host;x-amz-date, ");
	assert_not_in(&up, "20260101T000000Z");
	assert_not_in(&up, "mine");
	assert_signed(&up, "/base/model/a-v1:0/invoke");
	call_close(&c);
	buf_clear(&up);
}

/* Requests that cannot be signed, and the client's errors. */
static void t_unsigned(void **state)
{
	struct gateway *g = *state;
	struct buf target = BUF_INIT(8192);
	struct call c;

	use(g, "bedrock");
	provider_set_scheme(&g->config.upstream, "sigv4", NULL);
	provider_set_key_id(&g->config.upstream, "AKIDEXAMPLE", NULL);
	buf_add_text(&target, "/model/a/invoke?a");
	for (int i = 0; i < 256; i++)
		buf_add_text(&target, "&a");
	send_with(g, "POST", buf_str(&target), mine, "{}", &c);
	WAIT_FOR(g->w.loop, c.ends == 1);
	assert_int_equal(c.status, 400);
	assert_in(&c.body, "the request has more than 256 parameters");
	call_close(&c);
	buf_clear(&target);
}

#define T(title, fn) \
	{ \
		title, fn, set_up_bridge, tear_down, NULL \
	}
#define EACH(title, fn) \
	{ \
		title, fn, NULL, NULL, NULL \
	}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		T("bridging: Bedrock's stream for clients of the Messages API",
		  t_bedrock_down),
		T("bridging: Vertex's stream for them", t_vertex_down),
		T("bridging: their stream for clients of Bedrock", t_frames_up),
		T("bridging: their stream for clients of Vertex", t_vertex_up),
		EACH("bridging: an event goes out when it is there", t_prompt),
		EACH("bridging: a stream that is no whole", t_ends),
		T("bridging: errors in mid-stream", t_exceptions),
		T("bridging: a reset is passed on as a reset", t_reset),
		EACH("bridging: pings in silence", t_pings),
		T("bridging: answers that are no stream", t_whole),
		T("bridging: counts of tokens", t_counts),
		T("bridging: errors", t_errors),
		T("bridging: what operators are told", t_noted),
		T("bridging: paths in the log", t_paths_logged),
		T("bridging: a provider that cannot be asked", t_no_upstream),
		T("bridging: a client that reads slowly gets everything",
		  t_slow_client),
		T("bridging: no key of the gateway goes down", t_no_key),
		T("bridging: an error ends the stream", t_error_ends),
		T("bridging: an answer that does not end", t_endless),
		T("bridging: a client that goes away", t_hangup),
		T("bridging: equal formats pass as they are", t_equal),
		T("bridging: what clients have signed", t_client_signed),
		T("bridging: what the gateway signs", t_signed_again),
		T("bridging: what it cannot sign", t_unsigned),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("bridging", tests, NULL, NULL);
}
