/* Tests of the server: requests that it refuses, and clients that it does not
 * wait for. */
#include <errno.h>
#include <sys/socket.h>

#include "tests/unit/serve_kit.h"

/* ---- what is refused ---- */

/* Refused in the shape of the Messages API, and nobody hears of it. */
static void refused(struct site *s, const char *text, const char *status,
		    const char *why)
{
	struct buf body = BUF_INIT(1000);
	char length[64];
	struct rawpeer p;

	buf_addf(&body,
		 "{\"type\":\"error\",\"error\":{\"type\":"
		 "\"invalid_request_error\",\"message\":\"%s\"}}",
		 why);
	snprintf(length, sizeof(length), "\r\nContent-Length: %zu\r\n",
		 body.len);

	site_call(s, &p, text);
	WAIT_FOR(s->loop, p.end == END_CUT);
	if (!rawpeer_has(&p, status))
		fail_msg("%s: %s", text, buf_str(&p.in));
	assert_true(rawpeer_has(&p, "Connection: close\r\n"));
	assert_true(rawpeer_has(&p, "\r\ncontent-type: application/json\r\n"));
	assert_true(rawpeer_has(&p, length));
	assert_string_equal(body_of(&p), buf_str(&body));
	assert_int_equal(s->requests, 0);
	assert_int_equal(s->heads, s->dones);
	rawpeer_close(&p);
	buf_clear(&body);
}

static void t_refusals(void **state)
{
	struct site s;
	struct rawpeer p;

	(void)state;
	site_open(&s);
	refused(&s, "GET /x HTTP/1.1\r\n\r\n" GET, "HTTP/1.1 400 ",
		"there is no Host");
	refused(&s, "GET /x HTTP/3.0\r\n\r\n" GET, "HTTP/1.1 505 ",
		"this server speaks HTTP/1.1");
	refused(&s, "CONNECT a:1 HTTP/1.1\r\nHost: h\r\n\r\n" GET,
		"HTTP/1.1 501 ", "this server is no proxy");
	assert_int_equal(s.heads, 0);
	refused(&s,
		"POST /x HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n"
		"\r\nzz\r\n" GET,
		"HTTP/1.1 400 ",
		"the chunked body is broken, or a chunk's extension or the "
		"trailer is too large");
	assert_int_equal(s.heads, 1);
	assert_int_equal(s.hangups, 1);
	assert_int_equal(s.done, END_CANCELLED);
	/* To HEAD nothing is said behind the head. */
	site_call(&s, &p, "HEAD /x HTTP/1.1\r\nHost : h\r\n\r\n");
	WAIT_FOR(s.loop, p.end == END_CUT);
	assert_true(rawpeer_has(&p, "HTTP/1.1 400 "));
	assert_true(rawpeer_has(&p, "\r\nContent-Length: "));
	assert_string_equal(body_of(&p), "");
	rawpeer_close(&p);
	site_close(&s);
}

/* An answer that was decided already goes out in its place. */
static void t_broken_behind_answer(void **state)
{
	struct site s;
	struct rawpeer p;

	(void)state;
	site_open(&s);
	s.head = answer_ok;
	site_call(
		&s, &p,
		"POST /x HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n"
		"\r\nzz\r\n" GET);
	WAIT_FOR(s.loop, p.end == END_CUT);
	assert_true(rawpeer_has(&p, "HTTP/1.1 200 "));
	assert_string_equal(body_of(&p), "hello");
	assert_int_equal(s.dones, 1);
	assert_int_equal(s.done, END_CLEAN);
	rawpeer_close(&p);
	site_close(&s);
}

/* A client that sends on gets to read why it is refused. */
static void t_too_large_by_far(void **state)
{
	struct site s;
	struct rawpeer p;

	(void)state;
	site_open(&s);
	site_call(&s, &p, "");
	send_body(&p, (size_t)81 << 20);
	WAIT_FOR(s.loop, p.end != END_OPEN);
	assert_true(rawpeer_has(&p, "HTTP/1.1 413 "));
	assert_string_equal(body_of(&p),
			    "{\"type\":\"error\",\"error\":{\"type\":"
			    "\"request_too_large\",\"message\":"
			    "\"the request body is too large\"}}");
	assert_int_equal(s.requests, 0);
	assert_int_equal(s.done, END_CUT);
	rawpeer_close(&p);
	site_close(&s);
}

static void answer_large(struct visit *v)
{
	assert_true(visit_too_large(v));
	visit_answer(v, 413, NULL, span_of("large"));
}

/* Nor does one wait that only says how much it would send. */
static void t_too_large_by_word(void **state)
{
	static const char *const heads[] = {
		"Content-Length: 99999999999\r\n",
		"Content-Length: 99999999999\r\nExpect: 100-continue\r\n",
		"Content-Length: 41943041\r\nExpect: 100-continue\r\n",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(heads) / sizeof(heads[0]); i++) {
		struct site s;
		struct rawpeer p;
		char text[256];

		site_open(&s);
		s.request = answer_large;
		snprintf(text, sizeof(text),
			 "POST /x HTTP/1.1\r\nHost: h\r\n%s\r\n", heads[i]);
		site_call(&s, &p, text);
		WAIT_FOR(s.loop, p.end != END_OPEN);
		assert_true(rawpeer_has(&p, "HTTP/1.1 413 "));
		assert_false(rawpeer_has(&p, "100 Continue"));
		assert_int_equal(s.dones, 1);
		rawpeer_close(&p);
		site_close(&s);
	}
}

/* Bytes after the last request of a connection are not read as a request. */
static void t_behind_close(void **state)
{
	struct site s;
	struct rawpeer p;

	(void)state;
	site_open(&s);
	s.request = answer_ok;
	site_call(
		&s, &p,
		"GET /x HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n" GET);
	WAIT_FOR(s.loop, p.end == END_CUT);
	assert_int_equal(s.requests, 1);
	assert_true(rawpeer_has(&p, "Connection: close\r\n"));
	assert_string_equal(body_of(&p), "hello");
	rawpeer_close(&p);
	site_close(&s);
}

static void put_own(void *arg, struct visit *v,
		    const struct framing_refusal *why, struct headers *headers,
		    struct buf *body)
{
	struct site *s = arg;

	assert_ptr_equal(v, s->visit);
	headers_add_text(headers, "x-why", why->text);
	buf_addf(body, "own %d", why->status);
}

/* An owner may say it in words of its own, and is told of whose request. */
static void t_own_words(void **state)
{
	struct serve_config c = { .host = "127.0.0.1", .body_limit = 100 };
	struct serve_handler handler = site_handler;
	struct site s = { .heads = 0 };
	struct rawpeer p;

	(void)state;
	handler.on_refuse = put_own;
	assert_int_equal(loop_new(&s.loop, NULL), 0);
	assert_int_equal(serve_new(&s.serve, s.loop, &c, &handler, &s, NULL),
			 0);
	site_call(&s, &p, "GET /x HTTP/1.1\r\n\r\n");
	WAIT_FOR(s.loop, p.end == END_CUT);
	assert_true(rawpeer_has(&p, "\r\nx-why: there is no Host\r\n"));
	assert_true(rawpeer_has(&p, "\r\nContent-Length: 7\r\n"));
	assert_string_equal(body_of(&p), "own 400");
	rawpeer_close(&p);
	site_call(
		&s, &p,
		"POST /x HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n"
		"\r\nzz\r\n");
	WAIT_FOR(s.loop, p.end == END_CUT);
	assert_string_equal(body_of(&p), "own 400");
	assert_int_equal(s.hangup, END_CUT);
	rawpeer_close(&p);
	/* A refused HEAD has no body, whoever writes it. */
	site_call(
		&s, &p,
		"HEAD /x HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n"
		"\r\nzz\r\n");
	WAIT_FOR(s.loop, p.end == END_CUT);
	assert_true(rawpeer_has(&p, "\r\nContent-Length: 7\r\n"));
	assert_string_equal(body_of(&p), "");
	rawpeer_close(&p);
	site_close(&s);
}

/* ---- who is slow ---- */

static void t_silence(void **state)
{
	struct site s;
	struct rawpeer p, q;

	(void)state;
	site_open_with(
		&s, (struct serve_config){ .body_limit = 100, .idle_ms = 30 });
	/* Nothing at all is closed without a word. */
	site_call(&s, &p, "");
	WAIT_FOR(s.loop, p.end == END_CUT);
	assert_int_equal(p.in.len, 0);
	rawpeer_close(&p);
	/* Half a head, and half a body, are told. */
	site_call(&s, &p, "GET /x HTTP/1.1\r\nHost:");
	WAIT_FOR(s.loop, p.end == END_CUT);
	assert_true(rawpeer_has(&p, "HTTP/1.1 408 "));
	assert_true(rawpeer_has(&p, "\"the request did not come in time\""));
	assert_int_equal(s.heads, 0);
	rawpeer_close(&p);
	site_call(&s, &p,
		  "POST /x HTTP/1.1\r\nHost: h\r\nContent-Length: 9\r\n\r\nab");
	WAIT_FOR(s.loop, p.end == END_CUT);
	assert_true(rawpeer_has(&p, "HTTP/1.1 408 "));
	assert_int_equal(s.dones, 1);
	assert_int_equal(s.done, END_CANCELLED);
	rawpeer_close(&p);
	/* A visit that waits for its owner is not silent. */
	site_call(&s, &p, GET);
	WAIT_FOR(s.loop, s.requests == 1);
	site_call(&s, &q, "");
	WAIT_FOR(s.loop, q.end == END_CUT);
	assert_int_equal(p.end, END_OPEN);
	answer_ok(s.visit);
	WAIT_FOR(s.loop, rawpeer_has(&p, "hello"));
	rawpeer_close(&p);
	rawpeer_close(&q);
	site_close(&s);
}

/* A request that drips a byte now and then is ended, too. */
static void t_drip(void **state)
{
	struct site s;
	struct rawpeer p;
	int heads = 0;

	(void)state;
	site_open_with(
		&s, (struct serve_config){ .body_limit = 100, .idle_ms = 30 });
	site_call(&s, &p, "GET /x HTTP/1.1\r\nx: ");
	step_reset();
	while (p.end == END_OPEN) {
		rawpeer_text(&p, "y");
		step(s.loop);
	}
	assert_true(rawpeer_has(&p, "HTTP/1.1 408 "));
	rawpeer_close(&p);
	site_call(
		&s, &p,
		"POST /x HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n"
		"\r\n2;");
	WAIT_FOR(s.loop, s.heads == 1);
	heads = s.heads;
	step_reset();
	while (p.end == END_OPEN) {
		rawpeer_text(&p, "y");
		step(s.loop);
	}
	assert_true(rawpeer_has(&p, "HTTP/1.1 4"));
	assert_int_equal(s.heads, heads);
	assert_int_equal(s.requests, 0);
	rawpeer_close(&p);
	site_close(&s);
}

/* One more than there may be is served once another leaves. */
static void t_limit(void **state)
{
	struct site s;
	struct rawpeer p, q;

	(void)state;
	site_open_with(&s, (struct serve_config){ .body_limit = 100,
						  .connections_limit = 1 });
	s.request = answer_ok;
	site_call(&s, &p, GET);
	WAIT_FOR(s.loop, rawpeer_has(&p, "hello"));
	site_call(&s, &q, GET);
	for (int i = 0; i < 20; i++)
		step(s.loop);
	assert_int_equal(q.in.len, 0);
	rawpeer_close(&p);
	WAIT_FOR(s.loop, rawpeer_has(&q, "hello"));
	rawpeer_close(&q);
	site_close(&s);
}

/* ---- descriptors run out ---- */

static int accept_error; /* 0: it is the system's */
static size_t accepts;

int __real_accept4(int fd, struct sockaddr *at, socklen_t *len, int flags);
int __wrap_accept4(int fd, struct sockaddr *at, socklen_t *len, int flags);
int __wrap_accept4(int fd, struct sockaddr *at, socklen_t *len, int flags)
{
	if (accept_error == 0)
		return __real_accept4(fd, at, len, flags);
	accepts++;
	errno = accept_error;
	return -1;
}

/* Nobody who waits is forgotten, and nobody is asked for all the time. */
static void t_short_of(void **state)
{
	static const struct {
		int error;
		bool waits;
	} rows[] = { { EMFILE, true },
		     { ENFILE, true },
		     { ENOBUFS, true },
		     { ENOMEM, true },
		     { ECONNABORTED, false } };

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct site s;
		struct rawpeer p;

		site_open(&s);
		s.request = answer_ok;
		accepts = 0;
		accept_error = rows[i].error;
		site_call(&s, &p, GET);
		WAIT_FOR(s.loop, accepts > 0);
		for (int n = 0; n < 10; n++)
			step(s.loop);
		if (rows[i].waits)
			assert_int_equal(accepts, 1);
		else
			assert_true(accepts > 1);
		accept_error = 0;
		WAIT_FOR(s.loop, rawpeer_has(&p, "HTTP/1.1 200 OK\r\n"));
		rawpeer_close(&p);
		site_close(&s);
	}
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		{ "serve: descriptors run out", t_short_of, NULL, NULL, NULL },
		{ "serve: what is refused, and how", t_refusals, NULL, NULL,
		  NULL },
		{ "serve: who is refused may be told in other words",
		  t_own_words, NULL, NULL, NULL },
		{ "serve: an answer goes out though its request breaks",
		  t_broken_behind_answer, NULL, NULL, NULL },
		{ "serve: a body that never ends is refused",
		  t_too_large_by_far, NULL, NULL, NULL },
		{ "serve: nor is one waited for that says it is too large",
		  t_too_large_by_word, NULL, NULL, NULL },
		{ "serve: nothing comes behind Connection: close",
		  t_behind_close, NULL, NULL, NULL },
		{ "serve: silence has an end", t_silence, NULL, NULL, NULL },
		{ "serve: dripping has an end", t_drip, NULL, NULL, NULL },
		{ "serve: no more connections than may be", t_limit, NULL, NULL,
		  NULL },
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("serve_refuse", tests, NULL, NULL);
}
