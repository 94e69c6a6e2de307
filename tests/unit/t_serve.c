/* Tests of the server, byte for byte against plain sockets. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "net/serve.h"
#include "tests/unit/rawpeer.h"

/* ---- a server that writes down what happens ---- */

struct site {
	struct loop *loop;
	struct serve *serve;
	struct visit *visit; /* the last one; NULL once it is done */
	void (*head)(struct visit *v); /* what to do, or NULL */
	void (*request)(struct visit *v);
	void (*room)(struct visit *v);
	int heads, requests, rooms, hangups, dones;
	enum stream_end hangup, done;
	size_t body_len;
	bool too_large;
	uint64_t connection;
};

static void on_head(void *arg, struct visit *v)
{
	struct site *s = arg;

	s->heads++;
	s->visit = v;
	if (s->head)
		s->head(v);
}

static void on_request(void *arg, struct visit *v)
{
	struct site *s = arg;

	s->requests++;
	s->body_len = visit_body(v).len;
	s->too_large = visit_too_large(v);
	s->connection = visit_connection(v);
	if (s->request)
		s->request(v);
}

static void on_room(void *arg, struct visit *v)
{
	struct site *s = arg;

	s->rooms++;
	if (s->room)
		s->room(v);
}

static void on_hangup(void *arg, struct visit *v, enum stream_end end)
{
	struct site *s = arg;

	assert_ptr_equal(s->visit, v);
	s->hangups++;
	s->hangup = end;
}

static void on_done(void *arg, struct visit *v, enum stream_end end)
{
	struct site *s = arg;

	s->dones++;
	s->done = end;
	if (s->visit == v)
		s->visit = NULL;
}

static const struct serve_handler handler = { on_head, on_request, on_room,
					      on_hangup, on_done };

static void site_open(struct site *s)
{
	struct serve_config c = { .host = "127.0.0.1", .body_limit = 40 << 20 };
	struct fail f = FAIL_INIT;

	memset(s, 0, sizeof(*s));
	assert_int_equal(loop_new(&s->loop, &f), 0);
	assert_int_equal(serve_new(&s->serve, s->loop, &c, &handler, s, &f), 0);
}

static void site_close(struct site *s)
{
	serve_free(s->serve);
	loop_free(s->loop);
}

static void site_call(struct site *s, struct rawpeer *p, const char *text)
{
	rawpeer_connect(p, s->loop, serve_port(s->serve));
	rawpeer_text(p, text);
}

#define GET "GET /x HTTP/1.1\r\nHost: h\r\n\r\n"

/* The bytes behind the head. */
static const char *body_of(const struct rawpeer *p)
{
	size_t at = span_find(buf_span(&p->in), span_of("\r\n\r\n"));

	return at == SIZE_MAX ? "" : buf_str(&p->in) + at + 4;
}

static void answer_ok(struct visit *v)
{
	visit_answer(v, 200, NULL, span_of("hello"));
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

static void send_body(struct rawpeer *p, size_t len)
{
	char head[128];
	char *bytes = malloc(len);

	memset(bytes, 'b', len);
	snprintf(head, sizeof(head),
		 "POST /x HTTP/1.1\r\nHost: h\r\nContent-Length: %zu\r\n\r\n",
		 len);
	rawpeer_text(p, head);
	rawpeer_send(p, bytes, len);
	free(bytes);
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
	for (i = 0; i < 500; i++)
		buf_addf(&head, "X-Field-%03d: %0128d\r\n", i, i);
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

int main(void)
{
	static const struct CMUnitTest tests[] = {
		{ "serve: target and fields come as they were on the wire",
		  t_request_as_on_wire, NULL, NULL, NULL },
		{ "serve: many requests on one connection are many visits",
		  t_keep_alive, NULL, NULL, NULL },
		{ "serve: bodies are kept up to the limit and dropped above",
		  t_large_body, NULL, NULL, NULL },
		{ "serve: heads of 64 KiB are taken, endless ones are not",
		  t_large_head, NULL, NULL, NULL },
		{ "serve: malformed requests reach nobody", t_bad_request, NULL,
		  NULL, NULL },
		{ "serve: one send is one chunk, and the head comes first",
		  t_chunks, NULL, NULL, NULL },
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("serve", tests, NULL, NULL);
}
