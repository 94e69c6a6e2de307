/* Tests of the server, byte for byte against plain sockets. */
#include "tests/unit/serve_kit.h"

#include <dirent.h>

static void answer_rest(struct visit *v)
{
	visit_send(v, "hello", 5);
	visit_finish(v);
}

/* ---- requests ---- */

static void check_head(struct visit *v)
{
	const struct http_head *h = visit_head(v);

	assert_string_equal(h->method, "GET");
	assert_string_equal(h->target, "/a%2Fb//../c?x=%20&y=+&x=2");
	assert_true(span_is(visit_path(v), "/a%2Fb//../c"));
	assert_int_equal(h->minor, 1);
	assert_int_equal(h->headers.count, 5);
	assert_string_equal(h->headers.list[0].name, "hOST");
	assert_string_equal(h->headers.list[1].name, "X-Dup");
	assert_string_equal(h->headers.list[1].value, "one");
	assert_string_equal(h->headers.list[2].name, "x-other");
	assert_string_equal(h->headers.list[2].value, "a  b");
	assert_string_equal(h->headers.list[3].name, "x-dup");
	assert_string_equal(h->headers.list[3].value, "two");
	assert_string_equal(h->headers.list[4].name, "X-Empty");
	assert_string_equal(h->headers.list[4].value, "");
	answer_ok(v);
}

static void t_request_as_on_wire(void **state)
{
	struct site s;
	struct rawpeer p;

	(void)state;
	site_open(&s);
	s.request = check_head;
	site_call(&s, &p,
		  "GET /a%2Fb//../c?x=%20&y=+&x=2 HTTP/1.1\r\nhOST: h\r\n"
		  "X-Dup: one\r\nx-other:   a  b \r\nx-dup: two\r\n"
		  "X-Empty:\r\n\r\n");
	WAIT_FOR(s.loop, s.dones == 1 && rawpeer_has(&p, "hello"));
	assert_int_equal(s.done, END_CLEAN);
	rawpeer_close(&p);
	site_close(&s);
}

static void check_path(struct visit *v)
{
	assert_true(span_is(visit_path(v), "/a/b"));
	answer_ok(v);
}

/* A target may name the whole URL, with a query or without. */
static void t_absolute_target(void **state)
{
	static const char *const targets[] = { "http://h/a/b",
					       "http://h:8/a/b?x=/y?z",
					       "/a/b?http://h/c", "/a/b" };
	struct site s;

	(void)state;
	site_open(&s);
	s.request = check_path;
	for (size_t i = 0; i < sizeof(targets) / sizeof(targets[0]); i++) {
		struct rawpeer p;
		char text[200];

		snprintf(text, sizeof(text),
			 "GET %s HTTP/1.1\r\nHost: h\r\n\r\n", targets[i]);
		site_call(&s, &p, text);
		WAIT_FOR(s.loop, rawpeer_has(&p, "hello"));
		rawpeer_close(&p);
	}
	site_close(&s);
}

static void t_keep_alive(void **state)
{
	struct site s;
	struct rawpeer p, q;
	int i;

	(void)state;
	site_open(&s);
	s.request = answer_ok;
	site_call(&s, &p, "");
	for (i = 1; i <= 20; i++) {
		rawpeer_text(&p, GET);
		WAIT_FOR(s.loop, s.dones == i);
		assert_int_equal(s.connection, 1);
	}
	site_call(&s, &q, GET GET GET); /* pipelined */
	WAIT_FOR(s.loop, s.dones == 23);
	assert_int_equal(s.connection, 2);
	assert_int_equal(s.hangups, 0);
	rawpeer_close(&p);
	rawpeer_close(&q);
	site_close(&s);
}

static void check_chunks(struct visit *v)
{
	assert_true(span_is(visit_body(v), "abcdefgh"));
	answer_ok(v);
}

/* The body is what is in the chunks; the next request is behind them. */
static void t_chunked_request(void **state)
{
	struct site s;
	struct rawpeer p;

	(void)state;
	site_open(&s);
	s.request = check_chunks;
	site_call(
		&s, &p,
		"POST /x HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n"
		"\r\n3\r\nabc\r\n5;a=b\r\ndef");
	WAIT_FOR(s.loop, s.heads == 1);
	assert_int_equal(s.requests, 0);
	rawpeer_text(&p, "gh\r\n0\r\nx-sum: 1\r\n\r\n");
	WAIT_FOR(s.loop, s.dones == 1 && rawpeer_has(&p, "hello"));
	s.request = answer_ok;
	buf_reset(&p.in);
	rawpeer_text(&p, GET);
	WAIT_FOR(s.loop, s.dones == 2 && rawpeer_has(&p, "hello"));
	assert_int_equal(s.body_len, 0);
	rawpeer_close(&p);
	site_close(&s);
}

/* Of the next request any part may come with the one before it. */
static void t_pipelined_in_part(void **state)
{
	struct site s;
	struct rawpeer p;

	(void)state;
	site_open(&s);
	site_call(&s, &p, "");
	for (size_t part = 1; part < strlen(GET); part++) {
		int before = s.requests;
		struct buf first = BUF_INIT(BUF_NO_LIMIT);

		buf_addf(&first, GET "%.*s", (int)part, GET);
		rawpeer_text(&p, buf_str(&first));
		WAIT_FOR(s.loop, s.requests == before + 1);
		answer_ok(s.visit);
		rawpeer_text(&p, &GET[part]);
		WAIT_FOR(s.loop, s.requests == before + 2);
		answer_ok(s.visit);
		WAIT_FOR(s.loop, !s.visit);
		buf_clear(&first);
	}
	rawpeer_close(&p);
	site_close(&s);
}

/* A reset inside of a request is told as one. */
static void t_reset_in_request(void **state)
{
	struct site s;
	struct rawpeer p;

	(void)state;
	site_open(&s);
	site_call(
		&s, &p,
		"POST /x HTTP/1.1\r\nHost: h\r\nContent-Length: 9\r\n\r\nabc");
	WAIT_FOR(s.loop, s.heads == 1);
	rawpeer_reset(&p);
	WAIT_FOR(s.loop, s.dones == 1);
	assert_int_equal(s.hangup, END_RESET);
	assert_int_equal(s.done, END_CANCELLED);
	site_close(&s);
}

static void t_large_body(void **state)
{
	struct site s;
	struct rawpeer p;

	(void)state;
	site_open(&s);
	s.request = answer_ok;
	site_call(&s, &p, "");
	send_body(&p, (size_t)33 << 20);
	WAIT_FOR(s.loop, s.dones == 1);
	assert_int_equal(s.body_len, 33 << 20);
	assert_false(s.too_large);
	send_body(&p, (size_t)41 << 20); /* one more than the limit */
	WAIT_FOR(s.loop, s.dones == 2);
	assert_int_equal(s.requests, 2);
	assert_true(s.too_large);
	assert_int_equal(s.body_len, 0);
	send_body(&p, (size_t)81 << 20); /* more than twice the limit */
	WAIT_FOR(s.loop, s.dones == 3);
	assert_int_equal(s.requests, 2);
	assert_int_equal(s.done, END_CUT);
	rawpeer_close(&p);
	site_close(&s);
}

static void t_large_head(void **state)
{
	struct buf head = BUF_INIT(BUF_NO_LIMIT);
	struct site s;
	struct rawpeer p;
	int i;

	(void)state;
	site_open(&s);
	s.request = answer_ok;
	buf_add_text(&head, "GET /x HTTP/1.1\r\nHost: h\r\n");
	for (i = 0; i < 100; i++)
		buf_addf(&head, "X-Field-%03d: %0650d\r\n", i, i);
	buf_add_text(&head, "\r\n");
	assert_true(head.len > 64 * 1024);
	site_call(&s, &p, buf_str(&head));
	WAIT_FOR(s.loop, s.dones == 1);
	rawpeer_close(&p);
	/* Fields without end are refused. */
	buf_cut(&head, head.len - 2);
	for (i = 0; i < 5000; i++)
		buf_addf(&head, "X-Field-%03d: %0128d\r\n", i, i);
	site_call(&s, &p, buf_str(&head));
	WAIT_FOR(s.loop, rawpeer_has(&p, "HTTP/1.1 431") || p.end != END_OPEN);
	assert_int_equal(s.heads, 1);
	rawpeer_close(&p);
	/* So are too many of them. */
	buf_reset(&head);
	buf_add_text(&head, "GET /x HTTP/1.1\r\nHost: h\r\n");
	for (i = 0; i < HTTP_HEADERS_LIMIT; i++)
		buf_add_text(&head, "a:b\r\n");
	buf_add_text(&head, "\r\n");
	site_call(&s, &p, buf_str(&head));
	WAIT_FOR(s.loop, rawpeer_has(&p, "HTTP/1.1 431"));
	assert_int_equal(s.heads, 1);
	rawpeer_close(&p);
	buf_clear(&head);
	site_close(&s);
}

static void t_bad_request(void **state)
{
	static const char *const bad[] = {
		"\r\n\r\n\r\nGARBAGE\r\n\r\n",
		"GET /x HTTP/1.1\r\nHost: h\r\nContent-Length: x\r\n\r\n",
		"POST /x HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: "
		"chunked\r\n\r\nzz\r\n\r\n",
		"GET /x HT",
	};
	struct site s;
	struct rawpeer p;
	size_t i;

	(void)state;
	site_open(&s);
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		site_call(&s, &p, bad[i]);
		rawpeer_shut(&p);
		WAIT_FOR(s.loop, p.end != END_OPEN);
		rawpeer_close(&p);
	}
	assert_int_equal(s.requests, 0);
	assert_int_equal(s.heads, s.dones);
	assert_int_equal(serve_visits(s.serve), 0);
	site_close(&s);
}

/* ---- answers ---- */

static void t_chunks(void **state)
{
	struct headers h = { 0 };
	struct site s;
	struct rawpeer p;

	(void)state;
	site_open(&s);
	site_call(&s, &p, GET);
	WAIT_FOR(s.loop, s.requests == 1);
	headers_add_text(&h, "x-second", "2");
	headers_add_text(&h, "X-First", "1");
	headers_add_text(&h, "x-second", "again");
	headers_add_text(&h, "content-length", "77");
	headers_add_text(&h, "X-Empty", "");
	visit_begin(s.visit, 200, &h, VISIT_CHUNKED);
	headers_clear(&h);
	/* The head is there before anything of the body. */
	WAIT_FOR(s.loop, rawpeer_has(&p, "\r\n\r\n"));
	assert_string_equal(body_of(&p), "");
	assert_true(rawpeer_has(
		&p, "x-second: 2\r\nX-First: 1\r\nx-second: again\r\n"));
	assert_true(rawpeer_has(&p, "Transfer-Encoding: chunked\r\n"));
	assert_false(rawpeer_has(&p, "77"));
	assert_true(rawpeer_has(&p, "X-Empty:"));
	visit_send(s.visit, "one", 3);
	WAIT_FOR(s.loop, strcmp(body_of(&p), "3\r\none\r\n") == 0);
	visit_send(s.visit, "two", 3);
	visit_send(s.visit, "", 0);
	visit_send(s.visit, "three", 5);
	visit_finish(s.visit);
	WAIT_FOR(s.loop, s.dones == 1);
	WAIT_FOR(s.loop, rawpeer_has(&p, "\r\n0\r\n\r\n"));
	assert_string_equal(body_of(&p), "3\r\none\r\n3\r\ntwo\r\n"
					 "5\r\nthree\r\n0\r\n\r\n");
	assert_int_equal(s.done, END_CLEAN);
	rawpeer_close(&p);
	site_close(&s);
}

static void t_known_length(void **state)
{
	struct site s;
	struct rawpeer p;
	struct visit *first;

	(void)state;
	site_open(&s);
	site_call(&s, &p, GET);
	WAIT_FOR(s.loop, s.requests == 1);
	first = s.visit;
	visit_begin(first, 200, NULL, 5);
	visit_send(first, "hello world", 11); /* the rest does not fit */
	WAIT_FOR(s.loop, strcmp(body_of(&p), "hello") == 0);
	assert_true(rawpeer_has(&p, "Content-Length: 5\r\n"));
	/* Complete by its length, and the next request is answered, but the
	 * visit stays until its owner has finished it. */
	buf_reset(&p.in);
	s.request = answer_ok;
	rawpeer_text(&p, GET);
	WAIT_FOR(s.loop, s.dones == 1 && rawpeer_has(&p, "hello"));
	assert_int_equal(serve_visits(s.serve), 1);
	visit_finish(first);
	assert_int_equal(s.dones, 1);
	WAIT_FOR(s.loop, s.dones == 2);
	assert_int_equal(s.done, END_CLEAN);
	/* Too short is cut. */
	s.request = NULL;
	buf_reset(&p.in);
	rawpeer_text(&p, GET);
	WAIT_FOR(s.loop, s.requests == 3);
	visit_begin(s.visit, 200, NULL, 5);
	visit_send(s.visit, "hell", 4);
	visit_finish(s.visit);
	WAIT_FOR(s.loop, s.dones == 3 && p.end == END_CUT);
	assert_int_equal(s.done, END_CUT);
	assert_string_equal(body_of(&p), "hell");
	rawpeer_close(&p);
	site_close(&s);
}

static void t_bodyless(void **state)
{
	struct site s;
	struct rawpeer p;

	(void)state;
	site_open(&s);
	s.request = answer_ok;
	site_call(&s, &p, "HEAD /x HTTP/1.1\r\nHost: h\r\n\r\n");
	WAIT_FOR(s.loop, s.dones == 1 && rawpeer_has(&p, "\r\n\r\n"));
	assert_int_equal(s.done, END_CLEAN);
	assert_true(rawpeer_has(&p, "Content-Length: 5\r\n"));
	assert_string_equal(body_of(&p), "");
	/* The same connection goes on, and a streamed answer to HEAD ends
	 * only when its owner says so. */
	s.request = NULL;
	buf_reset(&p.in);
	rawpeer_text(&p, "HEAD /x HTTP/1.1\r\nHost: h\r\n\r\n");
	WAIT_FOR(s.loop, s.requests == 2);
	visit_begin(s.visit, 200, NULL, VISIT_CHUNKED);
	WAIT_FOR(s.loop, rawpeer_has(&p, "\r\n\r\n"));
	assert_true(rawpeer_has(&p, "Transfer-Encoding: chunked\r\n"));
	assert_false(rawpeer_has(&p, "Content-Length"));
	assert_true(visit_send(s.visit, "x", 1));
	visit_finish(s.visit);
	WAIT_FOR(s.loop, s.dones == 2);
	assert_string_equal(body_of(&p), "");
	buf_reset(&p.in);
	rawpeer_text(&p, GET);
	WAIT_FOR(s.loop, s.requests == 3);
	visit_begin(s.visit, 204, NULL, 0);
	visit_finish(s.visit);
	WAIT_FOR(s.loop, s.dones == 3 && rawpeer_has(&p, " 204 "));
	rawpeer_close(&p);
	site_close(&s);
}

static void t_http10(void **state)
{
	struct site s;
	struct rawpeer p;

	(void)state;
	site_open(&s);
	site_call(&s, &p, "GET /x HTTP/1.0\r\n\r\n");
	WAIT_FOR(s.loop, s.requests == 1);
	assert_int_equal(visit_head(s.visit)->minor, 0);
	visit_begin(s.visit, 200, NULL, VISIT_CHUNKED);
	visit_send(s.visit, "one", 3);
	visit_send(s.visit, "two", 3);
	visit_finish(s.visit);
	WAIT_FOR(s.loop, p.end == END_CUT);
	assert_string_equal(body_of(&p), "onetwo");
	assert_int_equal(s.done, END_CLEAN);
	rawpeer_close(&p);
	/* A length keeps the connection, for who asks. */
	s.request = answer_ok;
	site_call(&s, &p, "GET /x HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
	WAIT_FOR(s.loop, s.dones == 2 && rawpeer_has(&p, "hello"));
	assert_true(rawpeer_has(&p, "Connection: keep-alive\r\n"));
	rawpeer_text(&p, "GET /x HTTP/1.0\r\n\r\n");
	WAIT_FOR(s.loop, s.dones == 3 && p.end == END_CUT);
	rawpeer_close(&p);
	site_close(&s);
}

static char block[16384];

/* ---- early answers ---- */

static void t_answer_in_on_head(void **state)
{
	struct site s;
	struct rawpeer p;

	(void)state;
	site_open(&s);
	s.head = answer_ok;
	site_call(&s, &p, "");
	send_body(&p, (size_t)4 << 20);
	WAIT_FOR(s.loop, s.dones == 1 && rawpeer_has(&p, "hello"));
	buf_reset(&p.in);
	rawpeer_text(&p, GET); /* the connection is still good */
	WAIT_FOR(s.loop, s.dones == 2 && rawpeer_has(&p, "hello"));
	buf_reset(&p.in);
	rawpeer_text(&p, "POST /x HTTP/1.1\r\nHost: h\r\nExpect: 100-continue"
			 "\r\nContent-Length: 100\r\n\r\n");
	WAIT_FOR(s.loop, s.dones == 3 && rawpeer_has(&p, "hello"));
	assert_false(rawpeer_has(&p, " 100 "));
	assert_int_equal(s.requests, 0);
	rawpeer_close(&p);
	site_close(&s);
}

static void t_expect(void **state)
{
	struct site s;
	struct rawpeer p;

	(void)state;
	site_open(&s);
	s.request = answer_ok;
	site_call(&s, &p,
		  "POST /x HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\n"
		  "Content-Length: 3\r\n\r\n");
	WAIT_FOR(s.loop, rawpeer_has(&p, "HTTP/1.1 100 "));
	rawpeer_text(&p, "abc");
	WAIT_FOR(s.loop, s.dones == 1 && rawpeer_has(&p, "hello"));
	assert_int_equal(s.body_len, 3);
	rawpeer_close(&p);
	site_close(&s);
}

/* ---- hang-ups ---- */

enum stage { BEFORE_BEGIN, AFTER_HEAD, IN_PAUSE, WHILE_SENDING };
enum leaving { BY_CLOSE, BY_SHUT, BY_RESET };

static void hang_up(enum stage stage, enum leaving how)
{
	struct site s;
	struct rawpeer p;

	site_open(&s);
	site_call(&s, &p, GET);
	WAIT_FOR(s.loop, s.requests == 1);
	if (stage >= AFTER_HEAD)
		visit_begin(s.visit, 200, NULL, VISIT_CHUNKED);
	if (stage >= AFTER_HEAD)
		WAIT_FOR(s.loop, rawpeer_has(&p, "\r\n\r\n"));
	if (stage == IN_PAUSE) {
		visit_send(s.visit, "one", 3);
		WAIT_FOR(s.loop, rawpeer_has(&p, "one"));
	}
	if (stage == WHILE_SENDING) {
		rawpeer_set_deaf(&p, true);
		while (visit_send(s.visit, block, sizeof(block)))
			;
		WAIT_FOR(s.loop, s.rooms == 1);
		while (visit_send(s.visit, block, sizeof(block)))
			;
	}
	assert_int_equal(s.hangups + s.dones, 0);
	if (how == BY_CLOSE)
		rawpeer_close(&p);
	else if (how == BY_SHUT)
		rawpeer_shut(&p);
	else
		rawpeer_reset(&p);
	WAIT_FOR(s.loop, s.dones == 1);
	assert_int_equal(s.hangups, 1);
	assert_int_equal(s.done, END_CANCELLED);
	if (how == BY_RESET)
		assert_int_equal(s.hangup, END_RESET);
	else if (stage != WHILE_SENDING)
		assert_int_equal(s.hangup, END_CUT);
	rawpeer_close(&p);
	site_close(&s);
}

static void t_hang_ups(void **state)
{
	int stage, how;

	(void)state;
	for (stage = BEFORE_BEGIN; stage <= WHILE_SENDING; stage++)
		for (how = BY_CLOSE; how <= BY_RESET; how++)
			hang_up((enum stage)stage, (enum leaving)how);
}

static void t_hang_up_in_request(void **state)
{
	struct site s;
	struct rawpeer p;

	(void)state;
	site_open(&s);
	site_call(
		&s, &p,
		"POST /x HTTP/1.1\r\nHost: h\r\nContent-Length: 9\r\n\r\nabc");
	WAIT_FOR(s.loop, s.heads == 1);
	rawpeer_shut(&p);
	WAIT_FOR(s.loop, s.dones == 1);
	assert_int_equal(s.requests, 0);
	assert_int_equal(s.hangups, 1);
	assert_int_equal(s.hangup, END_CUT);
	assert_int_equal(s.done, END_CANCELLED);
	rawpeer_close(&p);
	/* Request and hang-up in one go: the request still counts. */
	site_call(&s, &p, GET);
	rawpeer_shut(&p);
	WAIT_FOR(s.loop, s.dones == 2);
	assert_int_equal(s.requests, 1);
	assert_int_equal(s.hangups, 2);
	rawpeer_close(&p);
	/* Answered at once, a client that closed one way gets its answer. */
	s.request = answer_ok;
	site_call(&s, &p, GET);
	rawpeer_shut(&p);
	WAIT_FOR(s.loop, s.dones == 3 && p.end == END_CUT);
	assert_int_equal(s.done, END_CLEAN);
	assert_true(rawpeer_has(&p, "hello"));
	rawpeer_close(&p);
	site_close(&s);
}

/* ---- endings that are not clean ---- */

static void cut(bool begin, enum stream_end how)
{
	struct site s;
	struct rawpeer p;
	struct buf want = BUF_INIT(BUF_NO_LIMIT);

	site_open(&s);
	site_call(&s, &p, GET);
	WAIT_FOR(s.loop, s.requests == 1);
	if (begin) {
		visit_begin(s.visit, 200, NULL, VISIT_CHUNKED);
		for (int i = 0; i < 100; i++) {
			char text[16];

			snprintf(text, sizeof(text), "piece%d", i);
			visit_send(s.visit, text, strlen(text));
			buf_addf(&want, "%zx\r\n%s\r\n", strlen(text), text);
		}
	}
	visit_cut(s.visit, how);
	visit_send(s.visit, "more", 4);
	visit_finish(s.visit);
	WAIT_FOR(s.loop, s.dones == 1 && p.end != END_OPEN);
	assert_int_equal(s.done, how);
	assert_int_equal(p.end, how);
	assert_int_equal(s.hangups, 0);
	if (begin)
		assert_string_equal(body_of(&p), buf_str(&want));
	else
		assert_int_equal(p.in.len, 0);
	rawpeer_close(&p);
	buf_clear(&want);
	site_close(&s);
}

static void t_cuts(void **state)
{
	(void)state;
	cut(true, END_CUT);
	cut(true, END_RESET);
	cut(false, END_CUT);
	cut(false, END_RESET);
}

static void reset_at_once(struct visit *v)
{
	visit_cut(v, END_RESET);
}

static void cut_at_once(struct visit *v)
{
	visit_cut(v, END_CUT);
}

static void t_cut_in_on_head(void **state)
{
	struct site s;
	struct rawpeer p;

	(void)state;
	site_open(&s);
	s.head = reset_at_once;
	site_call(&s, &p, "");
	send_body(&p, 300000);
	WAIT_FOR(s.loop, s.dones == 1 && p.end == END_RESET);
	rawpeer_close(&p);
	s.head = cut_at_once;
	site_call(&s, &p, "");
	send_body(&p, 300000);
	WAIT_FOR(s.loop, s.dones == 2 && p.end == END_CUT);
	assert_int_equal(s.requests, 0);
	rawpeer_close(&p);
	site_close(&s);
}

static void t_raw(void **state)
{
	struct site s;
	struct rawpeer p;
	size_t i;

	(void)state;
	site_open(&s);
	site_call(&s, &p, GET);
	WAIT_FOR(s.loop, s.requests == 1);
	visit_raw(s.visit, "HTP/1.1 2OO\n", 12);
	WAIT_FOR(s.loop, p.in.len == 12);
	rawpeer_set_deaf(&p, true);
	for (i = 0; i < 1000; i++)
		visit_raw(s.visit, block, sizeof(block));
	visit_cut(s.visit, END_CUT);
	for (i = 0; i < 20; i++)
		step(s.loop);
	assert_int_equal(s.dones, 0);
	rawpeer_set_deaf(&p, false);
	WAIT_FOR(s.loop, s.dones == 1 && p.end == END_CUT);
	assert_int_equal(p.in.len, 12 + 1000 * sizeof(block));
	assert_memory_equal(p.in.at, "HTP/1.1 2OO\n", 12);
	assert_int_equal(s.rooms, 1);
	assert_int_equal(s.done, END_CUT);
	rawpeer_close(&p);
	/* The same, ended by a reset; and a client that leaves. */
	site_call(&s, &p, GET);
	WAIT_FOR(s.loop, s.requests == 2);
	visit_raw(s.visit, "HTTP/1.1 200 OK\r\n", 17);
	visit_cut(s.visit, END_RESET);
	WAIT_FOR(s.loop, s.dones == 2 && p.end == END_RESET);
	assert_string_equal(buf_str(&p.in), "HTTP/1.1 200 OK\r\n");
	rawpeer_close(&p);
	site_call(&s, &p, GET);
	WAIT_FOR(s.loop, s.requests == 3);
	visit_raw(s.visit, "HTTP", 4);
	rawpeer_close(&p);
	WAIT_FOR(s.loop, s.dones == 3);
	assert_int_equal(s.hangups, 1);
	assert_int_equal(s.done, END_CANCELLED);
	site_close(&s);
}

/* ---- the server's own life ---- */

static void t_free_with_visits(void **state)
{
	struct site s;
	struct rawpeer p[4];

	(void)state;
	site_open(&s);
	site_call(&s, &p[0], GET);
	WAIT_FOR(s.loop, s.requests == 1);
	site_call(&s, &p[1], GET);
	WAIT_FOR(s.loop, s.requests == 2);
	visit_begin(s.visit, 200, NULL, VISIT_CHUNKED);
	WAIT_FOR(s.loop, rawpeer_has(&p[1], "\r\n\r\n"));
	site_call(&s, &p[2], GET);
	WAIT_FOR(s.loop, s.requests == 3);
	visit_begin(s.visit, 200, NULL, 1);
	visit_send(s.visit, "x", 1);
	WAIT_FOR(s.loop, rawpeer_has(&p[2], "\r\n\r\nx"));
	site_call(
		&s, &p[3],
		"POST /x HTTP/1.1\r\nHost: h\r\nContent-Length: 9\r\n\r\nabc");
	WAIT_FOR(s.loop, s.heads == 4);
	assert_int_equal(serve_visits(s.serve), 4);
	serve_free(s.serve);
	assert_int_equal(s.dones, 4);
	assert_int_equal(s.hangups, 0);
	WAIT_FOR(s.loop, p[1].end != END_OPEN);
	for (int i = 0; i < 4; i++)
		rawpeer_close(&p[i]);
	loop_free(s.loop);
}

static size_t open_files(void)
{
	DIR *d = opendir("/proc/self/fd");
	size_t n = 0;

	while (d && readdir(d))
		n++;
	if (d)
		closedir(d);
	return n;
}

static void refuse_to_listen(struct site *s, const char *host, uint16_t port,
			     enum fail_code code, const char *why)
{
	struct serve_config c = { .host = host, .port = port };
	struct serve *other = NULL;
	struct fail f = FAIL_INIT;

	assert_int_equal(serve_new(&other, s->loop, &c, &site_handler, s, &f),
			 -1);
	assert_null(other);
	assert_int_equal(f.code, code);
	assert_string_equal(f.text, why);
}

static void t_port_taken(void **state)
{
	struct site s;
	size_t before;
	char want[200];

	(void)state;
	site_open(&s);
	before = open_files();
	snprintf(want, sizeof(want),
		 "127.0.0.1:%u: the port is taken by another program; stop "
		 "that one or choose another port (0 takes any free one)",
		 serve_port(s.serve));
	refuse_to_listen(&s, "127.0.0.1", serve_port(s.serve), FAIL_SYSTEM,
			 want);
	refuse_to_listen(&s, "localhost", 0, FAIL_USAGE,
			 "'localhost' is not a numeric address, such as "
			 "127.0.0.1 or ::1");
	refuse_to_listen(&s, "192.0.2.1", 65535, FAIL_SYSTEM,
			 "192.0.2.1:65535: this machine does not have that "
			 "address");
	assert_int_equal(open_files(), before); /* nothing is left behind */
	site_close(&s);
}

static void t_ipv6(void **state)
{
	struct serve_config c = { .host = "::1" };
	struct serve *s = NULL;
	struct loop *l = NULL;
	struct fail f = FAIL_INIT;

	(void)state;
	assert_int_equal(loop_new(&l, NULL), 0);
	if (serve_new(&s, l, &c, &site_handler, NULL, &f) < 0) {
		loop_free(l); /* a machine without IPv6 says so */
		assert_int_equal(f.code, FAIL_SYSTEM);
		skip();
	}
	assert_int_not_equal(serve_port(s), 0);
	{
		struct site other = { .loop = l };
		char want[200];

		snprintf(want, sizeof(want),
			 "[::1]:%u: the port is taken by another program; stop "
			 "that one or choose another port (0 takes any free "
			 "one)",
			 serve_port(s));
		refuse_to_listen(&other, "::1", serve_port(s), FAIL_SYSTEM,
				 want);
	}
	serve_free(s);
	loop_free(l);
}

static void t_pipelined_hang_up(void **state)
{
	struct site s;
	struct rawpeer p;

	(void)state;
	site_open(&s);
	site_call(&s, &p, GET "GET /half HT");
	WAIT_FOR(s.loop, s.requests == 1);
	visit_begin(s.visit, 200, NULL, 5);
	rawpeer_shut(&p);
	answer_rest(s.visit);
	WAIT_FOR(s.loop, s.dones == 1 && p.end != END_OPEN);
	rawpeer_close(&p);
	site_close(&s);
}

static void t_reuse_port(void **state)
{
	struct serve_config c = { .host = "127.0.0.1", .reuse_port = true };
	struct serve *a = NULL, *b = NULL;
	struct loop *l = NULL;

	(void)state;
	assert_int_equal(loop_new(&l, NULL), 0);
	assert_int_equal(serve_new(&a, l, &c, &site_handler, NULL, NULL), 0);
	c.port = serve_port(a);
	assert_int_equal(serve_new(&b, l, &c, &site_handler, NULL, NULL), 0);
	assert_int_equal(serve_port(a), serve_port(b));
	serve_free(a);
	serve_free(b);
	serve_free(NULL);
	loop_free(l);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		{ "serve: target and fields come as they were on the wire",
		  t_request_as_on_wire, NULL, NULL, NULL },
		{ "serve: the path of a whole URL is its path",
		  t_absolute_target, NULL, NULL, NULL },
		{ "serve: many requests on one connection are many visits",
		  t_keep_alive, NULL, NULL, NULL },
		{ "serve: a chunked body is what is in the chunks",
		  t_chunked_request, NULL, NULL, NULL },
		{ "serve: a request may come in part with the one before it",
		  t_pipelined_in_part, NULL, NULL, NULL },
		{ "serve: a reset inside of a request is told as one",
		  t_reset_in_request, NULL, NULL, NULL },
		{ "serve: bodies are kept up to the limit and dropped above",
		  t_large_body, NULL, NULL, NULL },
		{ "serve: heads of 64 KiB are taken, endless ones are not",
		  t_large_head, NULL, NULL, NULL },
		{ "serve: malformed requests reach nobody", t_bad_request, NULL,
		  NULL, NULL },
		{ "serve: one send is one chunk, and the head comes first",
		  t_chunks, NULL, NULL, NULL },
		{ "serve: an answer is held to the length it announced",
		  t_known_length, NULL, NULL, NULL },
		{ "serve: HEAD and 204 have no body", t_bodyless, NULL, NULL,
		  NULL },
		{ "serve: for HTTP/1.0 the end of the stream is the close",
		  t_http10, NULL, NULL, NULL },
		{ "serve: an answer before the body drops the body",
		  t_answer_in_on_head, NULL, NULL, NULL },
		{ "serve: a client that waits for 100 gets it", t_expect, NULL,
		  NULL, NULL },
		{ "serve: a hang-up is seen at every stage of the answer",
		  t_hang_ups, NULL, NULL, NULL },
		{ "serve: a hang-up is seen inside and behind the request",
		  t_hang_up_in_request, NULL, NULL, NULL },
		{ "serve: a cut comes behind the data, by FIN or by RST",
		  t_cuts, NULL, NULL, NULL },
		{ "serve: a cut before the body", t_cut_in_on_head, NULL, NULL,
		  NULL },
		{ "serve: raw bytes go out as they are", t_raw, NULL, NULL,
		  NULL },
		{ "serve: freeing ends every visit", t_free_with_visits, NULL,
		  NULL, NULL },
		{ "serve: a port that is taken is explained", t_port_taken,
		  NULL, NULL, NULL },
		{ "serve: half a request and a hang-up behind an answer",
		  t_pipelined_hang_up, NULL, NULL, NULL },
		{ "serve: listens on an IPv6 address", t_ipv6, NULL, NULL,
		  NULL },
		{ "serve: workers share a port", t_reuse_port, NULL, NULL,
		  NULL },
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("serve", tests, NULL, NULL);
}
