/* gateway/translating: a gateway whose upstream speaks chat completions. The
 * upstream is a raw peer, the client our own. */
#include "gateway/translating.h"
#include "tests/unit/relay_kit.h"

static int set_up_chat(void **state)
{
	struct gateway *g;

	set_up(state);
	g = *state;
	g->config.upstream.format = PROVIDER_CHAT;
	g->gate.translating = &translating_way;
	return 0;
}

#define HI "\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]"
#define BODY "{\"model\":\"m\",\"max_tokens\":9," HI "}"
#define STREAMING "{\"model\":\"m\",\"max_tokens\":9,\"stream\":true," HI "}"
#define COMPLETION "{\"choices\":[{\"message\":{\"content\":\"t\"}}]}"
#define JSON "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
#define SAYS(json) JSON "Connection: close\r\n\r\n" json
#define CHUNK(delta) \
	"data: {\"choices\":[{\"delta\":{" delta \
	"},\"finish_reason\":null}]}\n\n"
#define OVER STREAM "Connection: close\r\n\r\n"

/* Asks, has the upstream say `answer` and close; what went up is in *up. */
static void answered(struct gateway *g, const struct ask *ask,
		     const char *answer, struct call *c, struct buf *up)
{
	struct rawpeer *p = &g->w.server.peers[g->asked];

	send_ask(g, ask, c);
	WAIT_FOR(g->w.loop, g->w.server.count > g->asked);
	WAIT_FOR(g->w.loop, rawpeer_has(p, ask->body ? "]" : "\r\n\r\n"));
	g->asked++;
	if (up)
		buf_add_span(up, buf_span(&p->in));
	rawpeer_text(p, answer);
	rawpeer_shut(p);
	WAIT_FOR(g->w.loop, c->ends == 1);
	rawpeer_close(p);
}

static const struct ask whole = { "POST", "/v1/messages", "mine", BODY };
static const struct ask stream = { "POST", "/v1/messages?x=1", "mine",
				   STREAMING };
static const struct ask models = { "GET", "/v1/models?limit=2", "mine", NULL };
static const struct ask count = { "POST", "/v1/messages/count_tokens", "mine",
				  BODY };

static void assert_has(const struct buf *text, const char *words)
{
	if (!strstr(buf_str(text), words))
		fail_msg("'%s' is not in %s", words, buf_str(text));
}

static void t_requests(void **state)
{
	static const struct {
		const struct ask *ask;
		const char *answer, *line, *accept;
	} rows[] = {
		{ &whole, SAYS(COMPLETION),
		  "POST /v1/chat/completions HTTP/1.1",
		  "accept: application/json\r\n" },
		{ &stream, OVER "data: [DONE]\n\n",
		  "POST /v1/chat/completions HTTP/1.1",
		  "accept: text/event-stream\r\n" },
		{ &models, SAYS("{}"), "GET /v1/models HTTP/1.1",
		  "accept: application/json\r\n" },
	};
	struct gateway *g = *state;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct buf up = BUF_INIT(BUF_NO_LIMIT);
		bool body = rows[i].ask->body != NULL;
		struct call c;

		answered(g, rows[i].ask, rows[i].answer, &c, &up);
		assert_true(span_starts(buf_span(&up), rows[i].line));
		assert_has(&up, "authorization: Bearer up\r\n");
		assert_has(&up, rows[i].accept);
		assert_null(strstr(buf_str(&up), "Connection: close"));
		assert_null(strstr(buf_str(&up), "mine"));
		assert_int_equal(!!strstr(buf_str(&up),
					  "content-type: application/json\r\n"),
				 body);
		assert_int_equal(!!strstr(buf_str(&up), "\r\n\r\n{\"model\":"),
				 body);
		call_close(&c);
		buf_clear(&up);
	}
}

static void t_whole(void **state)
{
	struct gateway *g = *state;
	char id[2][64];

	for (int i = 0; i < 2; i++) {
		struct jval root, v;
		struct call c;

		answered(g, &whole,
			 JSON "X-Request-Id: up-7\r\nSet-Cookie: a=b\r\n"
			      "Connection: close\r\n\r\n" COMPLETION,
			 &c, NULL);
		assert_int_equal(c.status, 200);
		assert_int_equal(c.end.end, END_CLEAN);
		assert_string_equal(headers_get(&c.headers, "content-type"),
				    "application/json");
		assert_string_equal(headers_get(&c.headers, "request-id"),
				    "up-7");
		assert_null(headers_get(&c.headers, "set-cookie"));
		assert_null(headers_get(&c.headers, "retry-after"));
		assert_int_equal(jscan(buf_span(&c.body), &root, NULL), 0);
		assert_true(jscan_find(root, span_of("/content/0/text"), &v));
		assert_true(jscan_string_is(v, "t"));
		assert_true(jscan_member(root, "id", &v));
		snprintf(id[i], sizeof(id[i]), "%.*s", SPAN_ARG(v.text));
		call_close(&c);
	}
	/* No two answers have the same id. */
	assert_string_not_equal(id[0], id[1]);
}

/* Where the provider gives no id, the gateway does. */
static void t_own_id(void **state)
{
	struct gateway *g = *state;
	struct call c;

	answered(g, &whole, SAYS(COMPLETION), &c, NULL);
	assert_true(span_starts(span_of(headers_get(&c.headers, "request-id")),
				"req_gw_"));
	call_close(&c);
	answered(g, &stream, OVER CHUNK("") "data: [DONE]\n\n", &c, NULL);
	assert_true(span_starts(span_of(headers_get(&c.headers, "request-id")),
				"req_gw_"));
	call_close(&c);
}

static void t_compressed(void **state)
{
	static const unsigned char gzip[] = {
		0x1f, 0x8b, 0x08, 0x00, 0x00, 0x00, 0x00, 0x00, 0x02,
		0x03, 0xab, 0x56, 0x4a, 0xce, 0xc8, 0xcf, 0x4c, 0x4e,
		0x2d, 0x56, 0xb2, 0x8a, 0xae, 0x56, 0xca, 0x4d, 0x2d,
		0x2e, 0x4e, 0x4c, 0x4f, 0x55, 0xb2, 0xaa, 0x56, 0x4a,
		0xce, 0xcf, 0x2b, 0x49, 0xcd, 0x2b, 0x51, 0xb2, 0x52,
		0x2a, 0x51, 0xaa, 0xad, 0x8d, 0xad, 0x05, 0x00, 0x8b,
		0x22, 0x8f, 0x85, 0x29, 0x00, 0x00, 0x00
	};
	struct gateway *g = *state;
	struct rawpeer *p = &g->w.server.peers[0];
	struct call c;

	send_ask(g, &whole, &c);
	WAIT_FOR(g->w.loop, g->w.server.count == 1 && rawpeer_has(p, "]"));
	rawpeer_text(p, JSON "Content-Encoding: gzip\r\n"
			     "Content-Length: 61\r\n\r\n");
	rawpeer_send(p, gzip, sizeof(gzip));
	WAIT_FOR(g->w.loop, c.ends == 1);
	assert_int_equal(c.status, 200);
	assert_null(headers_get(&c.headers, "content-encoding"));
	assert_has(&c.body, "\"text\":\"t\"");
	call_close(&c);
}

/* What is no answer of the kind that was asked for. */
static void t_no_answer(void **state)
{
#define UNREADABLE "what the provider answered cannot be read"
#define NO_COMPLETION \
	"the provider's answer is no completion of the kind that was asked " \
	"for"
	static const struct {
		const struct ask *ask;
		const char *answer, *words;
	} rows[] = {
		{ &whole, SAYS("no JSON"), UNREADABLE },
		{ &whole, SAYS(""), UNREADABLE },
		{ &whole, SAYS("{}"), NO_COMPLETION },
		{ &stream, SAYS(COMPLETION), NO_COMPLETION },
		{ &whole, OVER CHUNK("") "data: [DONE]\n\n", UNREADABLE },
		{ &models, OVER "data: {}\n\n", UNREADABLE },
		{ &whole, JSON "Content-Length: 9\r\n\r\n{}",
		  "the upstream closed the connection" },
		{ &whole, "", "closed the connection before it answered" },
	};
	struct gateway *g = *state;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct call c;

		answered(g, rows[i].ask, rows[i].answer, &c, NULL);
		assert_error(&c, 502, rows[i].words);
		assert_string_equal(headers_get(&c.headers, "content-type"),
				    "application/json");
		call_close(&c);
	}
}

/* Nor an answer that is neither a success nor an error. */
static void t_neither(void **state)
{
	static const struct {
		const struct ask *ask;
		const char *answer;
	} rows[] = {
		{ &whole, "HTTP/1.1 204 A\r\n\r\n" },
		{ &stream, "HTTP/1.1 302 A\r\nContent-Length: 2\r\n\r\n{}" },
		{ &models, "HTTP/1.1 201 A\r\nContent-Length: 2\r\n\r\n{}" },
	};
	struct gateway *g = *state;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct call c;

		answered(g, rows[i].ask, rows[i].answer, &c, NULL);
		assert_error(&c, 502, "neither a success nor an error");
		call_close(&c);
	}
}

static void t_errors(void **state)
{
	struct gateway *g = *state;
	struct call c;

	answered(g, &stream,
		 "HTTP/1.1 429 A\r\nContent-Type: application/json\r\n"
		 "Retry-After: 7\r\nX-Request-Id: up-7\r\n"
		 "Connection: close\r\n\r\n"
		 "{\"error\":{\"message\":\"slow down\"}}",
		 &c, NULL);
	assert_error(&c, 429,
		     "{\"type\":\"error\",\"error\":{\"type\":"
		     "\"rate_limit_error\",\"message\":\"slow down\"},"
		     "\"request_id\":\"up-7\"}");
	assert_string_equal(headers_get(&c.headers, "retry-after"), "7");
	assert_string_equal(headers_get(&c.headers, "request-id"), "up-7");
	call_close(&c);
	/* Also where the error comes as a stream. */
	answered(g, &stream,
		 "HTTP/1.1 500 A\r\nContent-Type: text/event-stream\r\n"
		 "Connection: close\r\n\r\nno data",
		 &c, NULL);
	assert_error(&c, 500, "no data");
	call_close(&c);
}

/* A provider's words may have the key in them that it was shown. */
static void t_no_key(void **state)
{
#define THE_KEY "sk-up-0123456789abcdef"
	static const struct {
		const struct ask *ask;
		const char *answer;
	} rows[] = {
		{ &whole, "HTTP/1.1 401 A\r\nConnection: close\r\n\r\n"
			  "{\"error\":{\"message\":\"wrong: " THE_KEY "\"}}" },
		{ &stream,
		  OVER "data: {\"error\":{\"message\":\"wrong: " THE_KEY
		       "\"}}\n\n" },
	};
	struct gateway *g = *state;

	provider_set_key(&g->config.upstream, THE_KEY, NULL);
	provider_secrets(&g->config.upstream, &g->config.secrets);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct call c;

		answered(g, rows[i].ask, rows[i].answer, &c, NULL);
		assert_has(&c.body, "wrong: <credential");
		if (strstr(buf_str(&c.body), THE_KEY))
			fail_msg("%s", buf_str(&c.body));
		call_close(&c);
	}
}

static void t_models(void **state)
{
#define MODEL(id) \
	"{\"type\":\"model\",\"id\":\"" id "\",\"display_name\":\"" id \
	"\",\"created_at\":\"1970-01-01T00:00:00Z\"}"
#define LIST(models) \
	"{\"data\":[" models "],\"has_more\":false,\"first_id\":null," \
	"\"last_id\":null}"
	static const char *const rows[][2] = {
		{ SAYS("{\"data\":[{\"id\":\"a\"},{\"id\":7},{},"
		       "{\"id\":\"b\"}]}"),
		  LIST(MODEL("a") "," MODEL("b")) },
		{ SAYS("{\"data\":[{\"id\":\"a\"}]}"), LIST(MODEL("a")) },
		{ SAYS("{\"data\":{\"x\":{\"id\":\"a\"}}}"), LIST("") },
		{ SAYS("{\"data\":[]}"), LIST("") },
		{ SAYS("{}"), LIST("") },
	};
	struct gateway *g = *state;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct call c;

		answered(g, &models, rows[i][0], &c, NULL);
		assert_int_equal(c.status, 200);
		assert_string_equal(buf_str(&c.body), rows[i][1]);
		call_close(&c);
	}
}

static void t_local(void **state)
{
	struct gateway *g = *state;
	struct call c;

	local(g, &(struct ask){ "POST", "/v1/messages", "mine", "{" }, 400,
	      "The request body is not a JSON object: 1:2");
	local(g, &(struct ask){ "POST", "/v1/messages", "mine", "[]" }, 400,
	      "The request body is not a JSON object\"");
	local(g, &(struct ask){ "POST", "/v1/messages", "mine", "{}" }, 400,
	      "model: Field required");
	local(g,
	      &(struct ask){ "POST", "/v1/messages/count_tokens", "mine",
			     "{}" },
	      400, "messages: Field required");
	send_ask(g, &count, &c);
	WAIT_FOR(g->w.loop, c.ends == 1);
	assert_int_equal(c.status, 200);
	assert_string_equal(buf_str(&c.body), "{\"input_tokens\":9}");
	assert_true(span_starts(span_of(headers_get(&c.headers, "request-id")),
				"req_gw_"));
	call_close(&c);
	assert_int_equal(g->w.server.count, 0);
}

/* The events of one stream as their names. */
static void names_of(const struct buf *body, struct buf *out)
{
	struct span rest = buf_span(body), line;

	while (span_split(&rest, '\n', &line))
		if (span_starts(line, "event: ")) {
			buf_add_span(out, span_skip(line, 7));
			buf_add_byte(out, ' ');
		}
}

static void t_streams(void **state)
{
#define TOLD \
	"message_start content_block_start content_block_delta " \
	"content_block_stop message_delta message_stop "
#define BROKEN "message_start content_block_start content_block_delta "
#define A CHUNK("\"content\":\"a\"")
	static const struct {
		const char *answer, *names;
		enum stream_end end;
		const char *note; /* in the log; NULL: none */
	} rows[] = {
		{ OVER A "data: [DONE]\n\n", TOLD, END_CLEAN, NULL },
		/* Comments, and events without data, say nothing. */
		{ OVER ": hello\n\nevent: ping\n\n" A "data: [DONE]\n\n", TOLD,
		  END_CLEAN, NULL },
		/* It ends without a finish: it was cut. */
		{ OVER A, BROKEN, END_CUT, NULL },
		{ STREAM CHUNKED "3\r\n: \n\r\n", "", END_CUT, "cut: " },
		/* An error is an end. */
		{ OVER A "data: {\"error\":{\"message\":\"x\"}}\n\n",
		  BROKEN "error ", END_CLEAN, NULL },
		/* What cannot be read ends it; what came before went out. */
		{ OVER A "data: no JSON\n\n" A, BROKEN, END_CUT,
		  "(what the provider streams cannot be read)" },
	};
	struct gateway *g = *state;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct buf names = BUF_INIT(4096);
		char said[1000];
		struct call c;

		log_begin(g);
		answered(g, &stream, rows[i].answer, &c, NULL);
		names_of(&c.body, &names);
		log_end(said, sizeof(said));
		assert_int_equal(c.status, 200);
		assert_string_equal(headers_get(&c.headers, "content-type"),
				    "text/event-stream; charset=utf-8");
		assert_string_equal(headers_get(&c.headers, "cache-control"),
				    "no-cache");
		assert_string_equal(buf_str(&names), rows[i].names);
		assert_int_equal(c.end.end, rows[i].end);
		if (rows[i].note && !strstr(said, rows[i].note))
			fail_msg("'%s' is not in %s", rows[i].note, said);
		if (!rows[i].note && strchr(said, '('))
			fail_msg("a note in %s", said);
		call_close(&c);
		buf_clear(&names);
	}
}

static void t_reset(void **state)
{
	struct gateway *g = *state;
	struct rawpeer *p = &g->w.server.peers[0];
	struct call c;

	send_ask(g, &stream, &c);
	WAIT_FOR(g->w.loop, g->w.server.count == 1 && rawpeer_has(p, "]"));
	rawpeer_text(p, OVER A);
	WAIT_FOR(g->w.loop, strstr(buf_str(&c.body), "text_delta"));
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
	send_ask(g, &whole, &c);
	WAIT_FOR(g->w.loop, c.ends == 1);
	assert_error(&c, 504, "did not answer in time");
	call_close(&c);
}

/* One connection to the upstream serves one request after the other. */
static void t_same_connection(void **state)
{
	struct gateway *g = *state;
	struct rawpeer *p = &g->w.server.peers[0];
	struct call c;

	for (int i = 0; i < 3; i++) {
		send_ask(g, &whole, &c);
		WAIT_FOR(g->w.loop, g->w.server.count == 1);
		WAIT_FOR(g->w.loop, rawpeer_has(p, "]"));
		buf_reset(&p->in);
		rawpeer_text(p, JSON "Content-Length: 41\r\n\r\n" COMPLETION);
		WAIT_FOR(g->w.loop, c.ends == 1);
		assert_int_equal(c.status, 200);
		call_close(&c);
	}
	assert_int_equal(g->w.server.count, 1);
}

/* An upstream that cannot even be asked. */
static void t_no_upstream(void **state)
{
	struct gateway *g = *state;
	char said[1000];
	struct call c;

	free(g->config.upstream.url);
	g->config.upstream.url = strdup("nowhere");
	log_begin(g);
	send_ask(g, &whole, &c);
	WAIT_FOR(g->w.loop, c.ends == 1);
	log_end(said, sizeof(said));
	assert_int_equal(c.status, 502);
	if (!strstr(said, "(") || !strstr(said, "nowhere"))
		fail_msg("no note in %s", said);
	call_close(&c);
}

/* After an error nothing is sent, even if the upstream goes on or never
 * ends. */
static void t_error_ends(void **state)
{
	struct gateway *g = *state;
	struct rawpeer *p = &g->w.server.peers[0];
	struct call c;

	send_ask(g, &stream, &c);
	WAIT_FOR(g->w.loop, g->w.server.count == 1 && rawpeer_has(p, "]"));
	rawpeer_text(p, OVER "data: {\"error\":{\"message\":\"x\"}}\n\n");
	WAIT_FOR(g->w.loop, c.ends == 1);
	assert_int_equal(c.end.end, END_CLEAN);
	assert_has(&c.body, "event: error");
	WAIT_FOR(g->w.loop, p->end != END_OPEN);
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
	send_ask(g, &whole, &c);
	WAIT_FOR(g->w.loop, g->w.server.count == 1 && rawpeer_has(p, "]"));
	rawpeer_text(p, JSON "Connection: close\r\n\r\n");
	for (int i = 0; i < PIECES; i++)
		rawpeer_send(p, piece, sizeof(piece));
	WAIT_FOR(g->w.loop, c.ends == 1);
	assert_int_equal(c.status, 502);
	assert_has(&c.body, "larger than this gateway takes");
	WAIT_FOR(g->w.loop, p->end != END_OPEN);
	assert_int_equal(g->gate.open, 0);
	call_close(&c);
}

/* If the client reads slowly, the upstream has to wait, and the client gets
 * everything. */
static void t_slow_client(void **state)
{
	enum { PIECE = 65536, PIECES = 400 };
	struct gateway *g = *state;
	struct rawpeer *p = &g->w.server.peers[0];
	struct buf body = BUF_INIT(BUF_NO_LIMIT), head = BUF_INIT(4096);
	struct call c;
	size_t queued;

	for (int i = 0; i < PIECES; i++) {
		buf_add_text(&body, "data: {\"choices\":[{\"delta\":{"
				    "\"content\":\"");
		for (int n = 0; n < PIECE; n++)
			buf_add_byte(&body, 'x');
		buf_add_text(&body, "\"}}]}\n\n");
	}
	buf_add_text(&body, "data: [DONE]\n\n");
	buf_addf(&head, STREAM "Content-Length: %zu\r\n\r\n", body.len);
	send_ask(g, &stream, &c);
	c.pause = true;
	WAIT_FOR(g->w.loop, g->w.server.count == 1 && rawpeer_has(p, "]"));
	rawpeer_text(p, buf_str(&head));
	rawpeer_send(p, body.at, body.len);
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
	assert_true(span_ends(buf_span(&c.body),
			      "data: {\"type\":\"message_stop\"}\n\n"));
	assert_true(c.body.len > (size_t)PIECE * PIECES);
	buf_clear(&body);
	buf_clear(&head);
	call_close(&c);
}

#define T(title, fn) \
	{ \
		title, fn, set_up_chat, tear_down, NULL \
	}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		T("translating: requests go up as the provider wants them",
		  t_requests),
		T("translating: a completion comes down as a message", t_whole),
		T("translating: an answer has an id in any case", t_own_id),
		T("translating: the provider may compress", t_compressed),
		T("translating: what is no answer is 502", t_no_answer),
		T("translating: the provider's errors come down as such",
		  t_errors),
		T("translating: models are listed in the client's shape",
		  t_models),
		T("translating: what the gateway answers itself", t_local),
		T("translating: events come down, and ends as what they were",
		  t_streams),
		T("translating: a reset is passed on as a reset", t_reset),
		T("translating: a provider that says nothing is 504",
		  t_too_late),
		T("translating: a connection upstream serves many requests",
		  t_same_connection),
		T("translating: a provider that cannot be asked is 502",
		  t_no_upstream),
		T("translating: no key of the gateway goes down", t_no_key),
		T("translating: what is neither a success nor an error is 502",
		  t_neither),
		T("translating: an error ends the stream", t_error_ends),
		T("translating: an answer that does not end", t_endless),
		T("translating: a client that reads slowly gets everything",
		  t_slow_client),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("translating", tests, NULL, NULL);
}
