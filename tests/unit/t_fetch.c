/* Tests of the client, against plain sockets and against our server. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "net/fetch.h"
#include "net/serve.h"
#include "tests/unit/rawpeer.h"

/* ---- one request and what came of it ---- */

struct call {
	struct fetch *fetch; /* NULL once it ended */
	int status, heads, ends, pieces;
	struct headers headers;
	struct buf body;
	struct fetch_end end;
	bool pause, cancel_on_head, cancel_on_data;
};

static void on_head(void *arg, struct fetch *ft, const struct http_head *head)
{
	struct call *c = arg;

	assert_ptr_equal(c->fetch, ft);
	assert_true(fetch_has_head(ft));
	c->heads++;
	c->status = head->status;
	headers_clear(&c->headers);
	headers_copy(&c->headers, &head->headers);
	if (c->cancel_on_head) {
		fetch_cancel(ft);
		c->fetch = NULL;
	}
}

static bool on_data(void *arg, struct fetch *ft, struct span bytes)
{
	struct call *c = arg;

	assert_ptr_equal(c->fetch, ft);
	assert_int_equal(c->heads, 1);
	c->pieces++;
	buf_add_span(&c->body, bytes);
	if (c->cancel_on_data) {
		fetch_cancel(ft);
		c->fetch = NULL;
	}
	return !c->pause;
}

static void on_end(void *arg, struct fetch *ft, const struct fetch_end *end)
{
	struct call *c = arg;

	assert_ptr_equal(c->fetch, ft);
	c->ends++;
	c->end = *end;
	c->fetch = NULL;
	fetch_cancel(ft); /* allowed, and without effect */
	fetch_resume(ft);
}

static const struct fetch_handler handler = { on_head, on_data, on_end };

struct world {
	struct loop *loop;
	struct fetcher *fetcher;
	struct rawserver server;
	char origin[64];
};

static void world_open(struct world *w)
{
	memset(w, 0, sizeof(*w));
	assert_int_equal(loop_new(&w->loop, NULL), 0);
	assert_int_equal(fetcher_new(&w->fetcher, w->loop, NULL), 0);
	rawserver_open(&w->server, w->loop);
	snprintf(w->origin, sizeof(w->origin), "http://127.0.0.1:%u",
		 w->server.port);
}

static void world_close(struct world *w)
{
	fetcher_free(w->fetcher);
	rawserver_close(&w->server);
	loop_free(w->loop);
}

static void call_open(struct call *c, struct world *w,
		      const struct fetch_request *r)
{
	struct fail f = FAIL_INIT;

	memset(c, 0, sizeof(*c));
	buf_init(&c->body, BUF_NO_LIMIT);
	assert_int_equal(fetch_start(&c->fetch, w->fetcher, r, &handler, c, &f),
			 0);
	assert_int_equal(c->ends + c->heads, 0);
}

static void call_close(struct call *c)
{
	if (c->fetch)
		fetch_cancel(c->fetch);
	headers_clear(&c->headers);
	buf_clear(&c->body);
}

static struct fetch_request get(struct world *w)
{
	struct fetch_request r = { .origin = w->origin,
				   .method = "GET",
				   .target = "/x" };

	return r;
}

/* Waits for a connection with a whole request head on it. */
static struct rawpeer *accept_request(struct world *w, size_t nth)
{
	WAIT_FOR(w->loop,
		 w->server.count > nth &&
			 rawpeer_has(&w->server.peers[nth], "\r\n\r\n"));
	return &w->server.peers[nth];
}

/* Gives the answer to one GET and closes: how does that end? */
static void exchange(struct world *w, struct call *c, const char *answer,
		     bool reset)
{
	struct fetch_request r = get(w);
	struct rawpeer *p;
	size_t nth = w->server.count;

	call_open(c, w, &r);
	p = accept_request(w, nth);
	rawpeer_text(p, answer);
	if (reset) {
		WAIT_FOR(w->loop, c->body.len > 0);
		rawpeer_reset(p);
	} else {
		rawpeer_close(p);
	}
	WAIT_FOR(w->loop, c->ends == 1);
}

static void t_request_bytes(void **state)
{
	struct world w;
	struct call c;
	struct headers h = { 0 };
	struct fetch_request r;
	struct rawpeer *p;

	(void)state;
	world_open(&w);
	strcat(w.origin, "/prefix/");
	r = get(&w);
	headers_add_text(&h, "x-b", "1");
	headers_add_text(&h, "X-A", "two  words");
	headers_add_text(&h, "x-b", "3");
	headers_add_text(&h, "X-Empty", "");
	headers_add_text(&h, "content-length", "99");
	headers_add_text(&h, "Content-Type", "application/json");
	headers_add_text(&h, "User-Agent", "claude-cli/1");
	headers_add_text(&h, "Host", "example.test");
	r.method = "POST";
	r.target = "/a/../b%2f?x=1&y={}";
	r.headers = &h;
	r.body = span_of("body");
	r.has_body = true;
	call_open(&c, &w, &r);
	p = accept_request(&w, 0);
	WAIT_FOR(w.loop, rawpeer_has(p, "\r\n\r\nbody"));
	assert_string_equal(buf_str(&p->in),
			    "POST /prefix/a/../b%2f?x=1&y={} HTTP/1.1\r\n"
			    "Host: example.test\r\n"
			    "x-b: 1\r\nX-A: two  words\r\nx-b: 3\r\n"
			    "X-Empty:\r\nContent-Type: application/json\r\n"
			    "User-Agent: claude-cli/1\r\n"
			    "Content-Length: 4\r\n\r\nbody");
	rawpeer_text(p, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
	WAIT_FOR(w.loop, c.ends == 1);
	assert_int_equal(c.end.end, END_CLEAN);
	assert_string_equal(c.end.text, "");
	assert_int_equal(c.status, 200);
	assert_string_equal(buf_str(&c.body), "ok");
	call_close(&c);
	headers_clear(&h);
	world_close(&w);
}

struct ending {
	const char *answer;
	bool reset;
	enum stream_end end;
	const char *body;
};

static void t_endings(void **state)
{
#define OK "HTTP/1.1 200 OK\r\n"
	static const struct ending endings[] = {
		{ OK "Content-Length: 2\r\n\r\nab", false, END_CLEAN, "ab" },
		{ OK "Content-Length: 3\r\n\r\nab", false, END_CUT, "ab" },
		{ OK "Content-Length: 3\r\n\r\nab", true, END_RESET, "ab" },
		{ OK "\r\nab", false, END_CLEAN, "ab" },
		{ OK "\r\nab", true, END_RESET, "ab" },
		{ OK "Transfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\n\r\n",
		  false, END_CLEAN, "a" },
		{ OK "Transfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\n"
		     "X-Trailer: 1\r\n\r\n",
		  false, END_CLEAN, "a" },
		{ OK "Transfer-Encoding: chunked\r\n\r\n1\r\na\r\n", false,
		  END_CUT, "a" },
		{ OK "Transfer-Encoding: chunked\r\n\r\n5\r\na", false, END_CUT,
		  "a" },
		{ OK "Transfer-Encoding: chunked\r\n\r\n1\r\na\r\n", true,
		  END_RESET, "a" },
		{ OK "Transfer-Encoding: chunked\r\n\r\n1\r\na\r\nzz\r\n",
		  false, END_BAD, "a" },
		{ "HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n" OK
		  "Content-Length: 1\r\n\r\na",
		  false, END_CLEAN, "a" },
		{ "", false, END_CUT, "" },
		{ "HTT", false, END_CUT, "" },
		{ OK "Content-Len", false, END_CUT, "" },
		{ "SSH-2.0-x\r\n\r\nabcdefgh", false, END_BAD, "" },
		{ "HTTP/1.1 abc OK\r\n\r\n", false, END_BAD, "" },
		{ "HTTP/3.7 200 OK\r\n\r\n", false, END_BAD, "" },
	};
	struct world w;
	struct call c;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(endings) / sizeof(endings[0]); i++) {
		world_open(&w);
		exchange(&w, &c, endings[i].answer, endings[i].reset);
		if (c.end.end != endings[i].end ||
		    strcmp(buf_str(&c.body), endings[i].body) != 0)
			fail_msg("[%s]: %s (%s), body [%s]", endings[i].answer,
				 end_name(c.end.end), c.end.text,
				 buf_str(&c.body));
		assert_true((c.end.end == END_CLEAN) == (c.end.text[0] == 0));
		call_close(&c);
		world_close(&w);
	}
}

static void t_large_heads(void **state)
{
	struct buf head = BUF_INIT(BUF_NO_LIMIT);
	struct world w;
	struct call c;
	int i;

	(void)state;
	world_open(&w);
	buf_add_text(&head, OK);
	for (i = 0; i < 400; i++)
		buf_addf(&head, "X-Field-%03d: %0512d\r\n", i, i);
	buf_add_text(&head, "Content-Length: 0\r\n\r\n");
	exchange(&w, &c, buf_str(&head), false);
	assert_int_equal(c.end.end, END_CLEAN);
	assert_int_equal(c.headers.count, 401);
	assert_string_equal(c.headers.list[7].name, "X-Field-007");
	call_close(&c);
	buf_reset(&head);
	buf_add_text(&head, OK);
	for (i = 0; i < 600; i++)
		buf_addf(&head, "X-Field-%03d: %0512d\r\n", i, i);
	exchange(&w, &c, buf_str(&head), false);
	assert_int_equal(c.end.end, END_BAD);
	assert_int_equal(c.heads, 0);
	assert_string_equal(c.end.text,
			    "the answer's head is larger than 256 KiB");
	call_close(&c);
	buf_reset(&head); /* one line without end */
	buf_addf(&head, OK "X: %0300000d", 1);
	exchange(&w, &c, buf_str(&head), false);
	assert_int_equal(c.end.end, END_BAD);
	assert_true(c.end.text[0]);
	call_close(&c);
	buf_clear(&head);
	world_close(&w);
}

static void t_body_limit(void **state)
{
	struct world w;
	struct call c;
	struct fetch_request r;
	struct rawpeer *p;

	(void)state;
	world_open(&w);
	r = get(&w);
	r.body_limit = 1000;
	call_open(&c, &w, &r);
	p = accept_request(&w, 0);
	rawpeer_text(p, OK "\r\n");
	step_reset();
	while (c.ends == 0) { /* a body without end */
		rawpeer_text(p, "0123456789abcdef");
		step(w.loop);
	}
	assert_int_equal(c.end.end, END_BAD);
	assert_int_equal(c.body.len, 1000);
	assert_string_equal(c.end.text,
			    "the answer's body is larger than 1000 bytes");
	WAIT_FOR(w.loop, p->end != END_OPEN);
	call_close(&c);
	world_close(&w);
}

static void t_timeouts(void **state)
{
	struct world w;
	struct call c;
	struct fetch_request r;
	struct rawpeer *p;

	(void)state;
	world_open(&w);
	r = get(&w);
	r.head_ms = 30;
	call_open(&c, &w, &r);
	WAIT_FOR(w.loop, c.ends == 1);
	assert_int_equal(c.end.end, END_TIMEOUT);
	assert_string_equal(c.end.text, "no answer within 30 ms");
	WAIT_FOR(w.loop,
		 w.server.count == 1 && w.server.peers[0].end != END_OPEN);
	call_close(&c);
	r.head_ms = 0;
	r.idle_ms = 30;
	call_open(&c, &w, &r);
	p = accept_request(&w, 1);
	rawpeer_text(p, OK "Content-Length: 9\r\n\r\nab");
	WAIT_FOR(w.loop, c.ends == 1);
	assert_int_equal(c.end.end, END_TIMEOUT);
	assert_string_equal(buf_str(&c.body), "ab");
	call_close(&c);
	/* A pause of our own is not the server's silence. */
	call_open(&c, &w, &r);
	c.pause = true;
	p = accept_request(&w, 2);
	rawpeer_text(p, OK "Content-Length: 4\r\n\r\nab");
	WAIT_FOR(w.loop, c.pieces == 1);
	tick_t until = tick_now() + 60 * TICK_MS;

	WAIT_FOR(w.loop, tick_now() > until);
	assert_int_equal(c.ends, 0);
	c.pause = false;
	fetch_resume(c.fetch);
	rawpeer_text(p, "cd");
	WAIT_FOR(w.loop, c.ends == 1);
	assert_int_equal(c.end.end, END_CLEAN);
	call_close(&c);
	world_close(&w);
}

static void t_refused(void **state)
{
	struct world w;
	struct call c;
	struct fetch_request r;
	struct rawserver gone;
	struct fetch *ft = NULL;
	struct fail f = FAIL_INIT;
	static const char *const bad[] = { "",
					   "http://",
					   "ftp://127.0.0.1/",
					   "http://127.0.0.1/?x=1",
					   "http://u:p@127.0.0.1/",
					   "http://127.0.0.1:99999/" };
	size_t i;

	(void)state;
	world_open(&w);
	rawserver_open(&gone, w.loop);
	rawserver_close(&gone);
	snprintf(w.origin, sizeof(w.origin), "http://127.0.0.1:%u", gone.port);
	r = get(&w);
	call_open(&c, &w, &r);
	WAIT_FOR(w.loop, c.ends == 1);
	assert_int_equal(c.end.end, END_REFUSED);
	assert_true(c.end.text[0]);
	call_close(&c);
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		f.code = FAIL_OK;
		r.origin = bad[i];
		assert_int_equal(
			fetch_start(&ft, w.fetcher, &r, &handler, &c, &f), -1);
		assert_int_equal(f.code, FAIL_USAGE);
	}
	r.origin = w.origin;
	r.target = "/x\r\nX-Smuggled: 1";
	assert_int_equal(fetch_start(&ft, w.fetcher, &r, &handler, &c, &f), -1);
	world_close(&w);
}

static void t_head_method(void **state)
{
	struct world w;
	struct call c;
	struct fetch_request r;
	struct rawpeer *p;

	(void)state;
	world_open(&w);
	r = get(&w);
	r.method = "HEAD";
	call_open(&c, &w, &r);
	p = accept_request(&w, 0);
	assert_true(rawpeer_has(p, "HEAD /x HTTP/1.1\r\n"));
	rawpeer_text(p, OK "Content-Length: 100\r\n\r\n");
	WAIT_FOR(w.loop, c.ends == 1);
	assert_int_equal(c.end.end, END_CLEAN);
	assert_int_equal(c.body.len, 0);
	assert_string_equal(headers_get(&c.headers, "content-length"), "100");
	call_close(&c);
	world_close(&w);
}

/* ---- cancelling and pausing ---- */

static void t_cancel(void **state)
{
	struct world w;
	struct call c;
	struct fetch_request r;
	struct rawpeer *p;
	int when;

	(void)state;
	world_open(&w);
	r = get(&w);
	for (when = 0; when < 4; when++) {
		call_open(&c, &w, &r);
		c.cancel_on_head = when == 2;
		c.cancel_on_data = when == 3;
		p = accept_request(&w, (size_t)when);
		if (when > 0)
			rawpeer_text(p, OK "Transfer-Encoding: chunked\r\n\r\n"
					   "2\r\nab\r\n2\r\ncd\r\n");
		if (when == 1)
			WAIT_FOR(w.loop, c.body.len == 4);
		if (when < 2) {
			fetch_cancel(c.fetch);
			c.fetch = NULL;
		}
		WAIT_FOR(w.loop, p->end != END_OPEN);
		assert_int_equal(c.ends, 0);
		assert_null(c.fetch);
		if (when == 3)
			assert_string_equal(buf_str(&c.body), "ab");
		call_close(&c);
	}
	/* Before anything happened. */
	call_open(&c, &w, &r);
	fetch_cancel(c.fetch);
	c.fetch = NULL;
	call_close(&c);
	world_close(&w);
}

static void t_pause(void **state)
{
	struct world w;
	struct call c;
	struct fetch_request r;
	struct rawpeer *p;
	int pieces, i;

	(void)state;
	world_open(&w);
	r = get(&w);
	call_open(&c, &w, &r);
	c.pause = true;
	p = accept_request(&w, 0);
	rawpeer_text(p, OK "Transfer-Encoding: chunked\r\n\r\n");
	for (i = 0; i < 2000; i++) {
		char text[1200];

		snprintf(text, sizeof(text), "400\r\n%01024d\r\n", i);
		rawpeer_text(p, text);
	}
	rawpeer_text(p, "0\r\n\r\n");
	step_reset();
	while (c.ends == 0) {
		pieces = c.pieces;
		for (i = 0; i < 3; i++)
			step(w.loop);
		assert_true(!c.pause || c.pieces <= pieces + 1);
		if (c.pieces > 20)
			c.pause = false;
		if (c.fetch)
			fetch_resume(c.fetch);
	}
	assert_int_equal(c.end.end, END_CLEAN);
	assert_int_equal(c.body.len, 2000 * 1024);
	for (i = 0; i < 2000; i++) {
		char text[8];

		snprintf(text, sizeof(text), "%04d", i);
		assert_memory_equal(c.body.at + i * 1024 + 1020, text, 4);
	}
	call_close(&c);
	world_close(&w);
}

/* ---- from inside a callback ---- */

struct nested {
	struct call a, b;
	struct world *w;
	bool is_begun;
};

static bool on_outer_data(void *arg, struct fetch *ft, struct span bytes)
{
	struct nested *n = arg;
	struct fetch_request r = get(n->w);

	(void)ft;
	buf_add_span(&n->a.body, bytes);
	if (!n->is_begun)
		call_open(&n->b, n->w, &r);
	else if (n->b.fetch)
		fetch_cancel(n->b.fetch);
	n->is_begun = true;
	return true;
}

static void on_outer_end(void *arg, struct fetch *ft,
			 const struct fetch_end *end)
{
	struct nested *n = arg;

	(void)ft;
	n->a.end = *end;
	n->a.ends++;
}

static void t_nested(void **state)
{
	static const struct fetch_handler outer = { NULL, on_outer_data,
						    on_outer_end };
	struct world w;
	struct nested n = { .w = &w };
	struct fetch_request r;
	struct rawpeer *p, *q;

	(void)state;
	world_open(&w);
	buf_init(&n.a.body, BUF_NO_LIMIT);
	r = get(&w);
	assert_int_equal(
		fetch_start(&n.a.fetch, w.fetcher, &r, &outer, &n, NULL), 0);
	p = accept_request(&w, 0);
	rawpeer_text(p, OK "Content-Length: 4\r\n\r\nab");
	q = accept_request(&w, 1); /* the request begun inside */
	rawpeer_text(q, OK "Content-Length: 4\r\n\r\nab");
	WAIT_FOR(w.loop, n.b.body.len == 2);
	rawpeer_text(p, "cd"); /* cancels the other one */
	WAIT_FOR(w.loop, n.a.ends == 1 && q->end != END_OPEN);
	assert_int_equal(n.a.end.end, END_CLEAN);
	assert_int_equal(n.b.ends, 0);
	n.b.fetch = NULL;
	n.a.fetch = NULL;
	call_close(&n.a);
	call_close(&n.b);
	world_close(&w);
}

static void t_decompress(void **state)
{
	/* "hello hello hello\n", by gzip -n */
	static const unsigned char packed[] = {
		0x1f, 0x8b, 0x08, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x03,
		0xcb, 0x48, 0xcd, 0xc9, 0xc9, 0x57, 0xc8, 0x40, 0x90, 0x5c,
		0x00, 0x3b, 0x7c, 0x8a, 0xdf, 0x12, 0x00, 0x00, 0x00
	};
	struct world w;
	struct call c;
	struct fetch_request r;
	struct rawpeer *p;
	char head[128];
	int decode;

	(void)state;
	world_open(&w);
	r = get(&w);
	snprintf(head, sizeof(head),
		 OK "Content-Encoding: gzip\r\nContent-Length: %zu\r\n\r\n",
		 sizeof(packed));
	for (decode = 0; decode < 2; decode++) {
		r.decompress = decode == 1;
		call_open(&c, &w, &r);
		p = accept_request(&w, (size_t)decode);
		assert_false(rawpeer_has(p, "Accept-Encoding"));
		rawpeer_text(p, head);
		rawpeer_send(p, packed, sizeof(packed));
		WAIT_FOR(w.loop, c.ends == 1);
		assert_int_equal(c.end.end, END_CLEAN);
		if (decode)
			assert_string_equal(buf_str(&c.body),
					    "hello hello hello\n");
		else
			assert_memory_equal(c.body.at, packed, sizeof(packed));
		call_close(&c);
	}
	world_close(&w);
}

/* ---- kept connections ---- */

static void t_keep_alive(void **state)
{
	struct world w;
	struct call c;
	struct fetch_request r;
	struct rawpeer *p;
	int i;

	(void)state;
	world_open(&w);
	r = get(&w);
	r.keep_alive = true;
	for (i = 0; i < 3; i++) {
		call_open(&c, &w, &r);
		p = accept_request(&w, 0);
		WAIT_FOR(w.loop, rawpeer_has(p, "\r\n\r\n"));
		buf_reset(&p->in);
		rawpeer_text(p, OK "Content-Length: 2\r\n\r\nok");
		WAIT_FOR(w.loop, c.ends == 1);
		assert_int_equal(w.server.count, 1);
		call_close(&c);
	}
	r.keep_alive = false;
	for (i = 1; i < 3; i++) {
		call_open(&c, &w, &r);
		p = accept_request(&w, (size_t)i);
		rawpeer_text(p, OK "Content-Length: 2\r\n\r\nok");
		WAIT_FOR(w.loop, c.ends == 1 && p->end == END_CUT);
		call_close(&c);
	}
	world_close(&w);
}

/* The server closes a kept connection when the second request arrives. */
static void no_repeat(const char *method, const char *body, bool reset)
{
	struct world w;
	struct call c;
	struct fetch_request r;
	struct rawpeer *p;

	world_open(&w);
	r = get(&w);
	r.keep_alive = true;
	call_open(&c, &w, &r);
	p = accept_request(&w, 0);
	rawpeer_text(p, OK "Content-Length: 2\r\n\r\nok");
	WAIT_FOR(w.loop, c.ends == 1);
	call_close(&c);
	buf_reset(&p->in);
	r.method = method;
	r.body = span_of(body ? body : "");
	r.has_body = body != NULL;
	call_open(&c, &w, &r);
	WAIT_FOR(w.loop, rawpeer_has(p, "\r\n\r\n"));
	if (reset)
		rawpeer_reset(p);
	else
		rawpeer_close(p);
	WAIT_FOR(w.loop, c.ends == 1);
	assert_true(c.end.end == END_CUT || c.end.end == END_RESET);
	/* A new connection may have been opened, but nothing was sent. */
	if (w.server.count > 1) {
		WAIT_FOR(w.loop, w.server.peers[1].end != END_OPEN);
		assert_int_equal(w.server.peers[1].in.len, 0);
	}
	call_close(&c);
	world_close(&w);
}

static void t_no_repeat(void **state)
{
	(void)state;
	no_repeat("GET", NULL, false);
	no_repeat("HEAD", NULL, false);
	no_repeat("POST", "{}", false);
	no_repeat("GET", NULL, true);
	no_repeat("POST", "{}", true);
}

/* ---- uploads ---- */

static void t_early_answer(void **state)
{
	struct world w;
	struct call c;
	struct fetch_request r;
	struct rawpeer *p;
	char *bytes = calloc(1, (size_t)32 << 20);

	(void)state;
	world_open(&w);
	r = get(&w);
	r.method = "POST";
	r.has_body = true;
	r.body = span_make(bytes, (size_t)32 << 20);
	call_open(&c, &w, &r);
	free(bytes);
	p = accept_request(&w, 0);
	rawpeer_set_deaf(p, true);
	rawpeer_text(p, "HTTP/1.1 413 Too Large\r\nContent-Length: 3\r\n"
			"Connection: close\r\n\r\nbig");
	rawpeer_close(p); /* with unread bytes: a reset */
	WAIT_FOR(w.loop, c.ends == 1);
	assert_int_equal(c.status, 413);
	assert_string_equal(buf_str(&c.body), "big");
	call_close(&c);
	world_close(&w);
}

/* ---- our two ends against each other ---- */

struct echo {
	struct serve *serve;
	struct world w;
	int requests, hangups, dones;
	struct visit *visit;
};

static void echo_request(void *arg, struct visit *v)
{
	struct echo *e = arg;

	e->requests++;
	e->visit = v;
	if (visit_head(v)->method[0] == 'P') {
		visit_begin(v, 200, &visit_head(v)->headers, VISIT_CHUNKED);
		visit_send(v, visit_body(v).at, visit_body(v).len);
		visit_finish(v);
	}
}

static void echo_hangup(void *arg, struct visit *v, enum stream_end end)
{
	struct echo *e = arg;

	(void)v;
	(void)end;
	e->hangups++;
}

static void echo_done(void *arg, struct visit *v, enum stream_end end)
{
	struct echo *e = arg;

	(void)end;
	e->dones++;
	if (e->visit == v)
		e->visit = NULL;
}

static const struct serve_handler echo_handler = { .on_request = echo_request,
						   .on_hangup = echo_hangup,
						   .on_done = echo_done };

static void echo_open(struct echo *e)
{
	struct serve_config c = { .host = "127.0.0.1", .body_limit = 64 << 20 };

	memset(e, 0, sizeof(*e));
	world_open(&e->w);
	assert_int_equal(
		serve_new(&e->serve, e->w.loop, &c, &echo_handler, e, NULL), 0);
	snprintf(e->w.origin, sizeof(e->w.origin), "http://127.0.0.1:%u",
		 serve_port(e->serve));
}

static void echo_close(struct echo *e)
{
	serve_free(e->serve);
	world_close(&e->w);
}

static void t_both_large(void **state)
{
	size_t len = (size_t)33 << 20, i;
	struct headers h = { 0 };
	struct echo e;
	struct call c;
	struct fetch_request r;
	char *bytes = malloc(len);

	(void)state;
	for (i = 0; i < len; i++)
		bytes[i] = (char)(i * 7 + i / 1000);
	echo_open(&e);
	headers_add_text(&h, "X-One", "1");
	headers_add_text(&h, "x-two", "2");
	headers_add_text(&h, "X-ONE", "3");
	r = get(&e.w);
	r.method = "POST";
	r.has_body = true;
	r.body = span_make(bytes, len);
	r.headers = &h;
	call_open(&c, &e.w, &r);
	WAIT_FOR(e.w.loop, c.ends == 1);
	assert_int_equal(c.end.end, END_CLEAN);
	assert_int_equal(c.body.len, len);
	assert_memory_equal(c.body.at, bytes, len);
	for (i = 0; i + 2 < c.headers.count; i++)
		if (strcmp(c.headers.list[i].name, "X-One") == 0)
			break;
	assert_string_equal(c.headers.list[i + 1].name, "x-two");
	assert_string_equal(c.headers.list[i + 2].name, "X-ONE");
	assert_string_equal(c.headers.list[i + 2].value, "3");
	free(bytes);
	headers_clear(&h);
	call_close(&c);
	echo_close(&e);
}

static void t_both_cut(void **state)
{
	static const enum stream_end how[] = { END_CUT, END_RESET };
	struct echo e;
	struct call c;
	struct fetch_request r;
	size_t i;
	int n;

	(void)state;
	echo_open(&e);
	r = get(&e.w);
	for (n = 0; n < 20; n++) {
		i = (size_t)n % 2;
		call_open(&c, &e.w, &r);
		WAIT_FOR(e.w.loop, e.requests == n + 1);
		visit_begin(e.visit, 200, NULL, VISIT_CHUNKED);
		visit_send(e.visit, "all of", 6);
		visit_send(e.visit, " this", 5);
		visit_cut(e.visit, how[i]);
		WAIT_FOR(e.w.loop, c.ends == 1);
		assert_int_equal(c.end.end, how[i]);
		assert_string_equal(buf_str(&c.body), "all of this");
		call_close(&c);
	}
	/* Before any answer. */
	for (i = 0; i < 2; i++, n++) {
		call_open(&c, &e.w, &r);
		WAIT_FOR(e.w.loop, e.requests == n + 1);
		visit_cut(e.visit, how[i]);
		WAIT_FOR(e.w.loop, c.ends == 1);
		assert_int_equal(c.end.end, how[i]);
		assert_int_equal(c.heads, 0);
		call_close(&c);
	}
	echo_close(&e);
}

static void t_both_cancel(void **state)
{
	struct echo e;
	struct call c;
	struct fetch_request r;

	(void)state;
	echo_open(&e);
	r = get(&e.w);
	call_open(&c, &e.w, &r);
	WAIT_FOR(e.w.loop, e.requests == 1);
	visit_begin(e.visit, 200, NULL, VISIT_CHUNKED);
	visit_send(e.visit, "x", 1);
	WAIT_FOR(e.w.loop, c.body.len == 1);
	fetch_cancel(c.fetch);
	c.fetch = NULL;
	WAIT_FOR(e.w.loop, e.dones == 1);
	assert_int_equal(e.hangups, 1);
	call_close(&c);
	echo_close(&e);
}

static char block[16384];

static void t_both_back_pressure(void **state)
{
	struct echo e;
	struct call c;
	struct fetch_request r;
	size_t sent = 0;
	int idle = 0;

	(void)state;
	echo_open(&e);
	r = get(&e.w);
	call_open(&c, &e.w, &r);
	c.pause = true;
	WAIT_FOR(e.w.loop, e.requests == 1);
	visit_begin(e.visit, 200, NULL, VISIT_CHUNKED);
	step_reset();
	while (idle < 50) { /* until nothing moves any more */
		size_t before = sent;

		while (visit_queued(e.visit) < 256 * 1024) {
			visit_send(e.visit, block, sizeof(block));
			sent += sizeof(block);
		}
		step(e.w.loop);
		idle = sent == before ? idle + 1 : 0;
		assert_true(sent < (size_t)64 << 20);
	}
	assert_int_equal(c.pieces, 1);
	visit_finish(e.visit);
	c.pause = false;
	fetch_resume(c.fetch);
	WAIT_FOR(e.w.loop, c.ends == 1);
	assert_int_equal(c.end.end, END_CLEAN);
	assert_int_equal(c.body.len, sent);
	call_close(&c);
	echo_close(&e);
}

/* 200 streams at the same time, each with its own bytes. */

enum { STREAMS = 200, ROUNDS = 20 };

struct crowd {
	struct visit *visits[STREAMS];
	int count, dones;
};

static void crowd_request(void *arg, struct visit *v)
{
	struct crowd *c = arg;

	c->visits[c->count++] = v;
	visit_begin(v, 200, NULL, VISIT_CHUNKED);
}

static void crowd_done(void *arg, struct visit *v, enum stream_end end)
{
	struct crowd *c = arg;

	(void)v;
	assert_int_equal(end, END_CLEAN);
	c->dones++;
}

static const struct serve_handler crowd_handler = {
	.on_request = crowd_request,
	.on_done = crowd_done,
};

static bool all_ended(const struct call *calls)
{
	int i;

	for (i = 0; i < STREAMS; i++)
		if (calls[i].ends == 0)
			return false;
	return true;
}

static void t_both_crowd(void **state)
{
	static struct call calls[STREAMS];
	struct serve_config config = { .host = "127.0.0.1" };
	struct crowd crowd = { .count = 0 };
	struct fetch_request r;
	struct serve *s = NULL;
	struct world w;
	char text[64];
	int i, round;

	(void)state;
	world_open(&w);
	assert_int_equal(
		serve_new(&s, w.loop, &config, &crowd_handler, &crowd, NULL),
		0);
	snprintf(w.origin, sizeof(w.origin), "http://127.0.0.1:%u",
		 serve_port(s));
	for (i = 0; i < STREAMS; i++) {
		r = get(&w);
		snprintf(text, sizeof(text), "/%d", i);
		r.target = text;
		call_open(&calls[i], &w, &r);
	}
	WAIT_FOR(w.loop, crowd.count == STREAMS);
	for (round = 0; round < ROUNDS; round++) {
		for (i = 0; i < STREAMS; i++) {
			const char *t = visit_head(crowd.visits[i])->target;

			visit_send(crowd.visits[i], t, strlen(t));
		}
		step(w.loop);
	}
	for (i = 0; i < STREAMS; i++)
		visit_finish(crowd.visits[i]);
	WAIT_FOR(w.loop, all_ended(calls) && crowd.dones == STREAMS);
	for (i = 0; i < STREAMS; i++) {
		snprintf(text, sizeof(text), "/%d", i);
		assert_int_equal(calls[i].body.len, ROUNDS * strlen(text));
		assert_memory_equal(calls[i].body.at, text, strlen(text));
		assert_int_equal(calls[i].end.end, END_CLEAN);
		call_close(&calls[i]);
	}
	serve_free(s);
	world_close(&w);
}

/* Both ends do whatever comes to their minds, by a fixed row of dice. */

enum { CHAOS_CALLS = 40, CHAOS_STEPS = 3000 };

struct chaos {
	struct visit *visits[CHAOS_CALLS * 2];
	size_t count;
	int heads, dones;
};

static unsigned dice_state;

static unsigned dice(unsigned sides)
{
	dice_state = dice_state * 1103515245 + 12345;
	return dice_state / 65536 % 32768 % sides;
}

static void chaos_head(void *arg, struct visit *v)
{
	struct chaos *c = arg;

	(void)v;
	c->heads++;
}

static void chaos_request(void *arg, struct visit *v)
{
	struct chaos *c = arg;

	if (c->count < CHAOS_CALLS * 2)
		c->visits[c->count++] = v;
	else
		visit_cut(v, END_CUT);
}

static void chaos_done(void *arg, struct visit *v, enum stream_end end)
{
	struct chaos *c = arg;
	size_t i;

	assert_true(end == END_CLEAN || end == END_CUT || end == END_RESET ||
		    end == END_CANCELLED);
	c->dones++;
	for (i = 0; i < c->count; i++)
		if (c->visits[i] == v)
			c->visits[i] = c->visits[--c->count];
}

static const struct serve_handler chaos_handler = {
	.on_head = chaos_head,
	.on_request = chaos_request,
	.on_done = chaos_done,
};

/* The owner's state of an answer: 0, 'b'egun or 'r'aw, kept in the visit. */
static void chaos_visit(struct visit *v)
{
	static char begun, raw;
	void *now = visit_get(v);

	/* After a raw answer to HEAD the client is content and keeps the
	 * connection, so its leaving would not end such a visit. */
	bool is_head = visit_head(v)->method[0] == 'H';

	if (!now && (is_head || dice(3) > 0)) {
		visit_set(v, &begun);
		visit_begin(v, 200, NULL,
			    dice(2) ? VISIT_CHUNKED : (uint64_t)1 << 40);
		if (is_head) /* complete as it is */
			visit_finish(v);
	} else if (!now) {
		visit_set(v, &raw);
		visit_raw(v, "HTTP/1.1 200 OK\r\n\r\n", 19);
	} else if (now == &raw) {
		visit_raw(v, block, dice(sizeof(block)));
	} else {
		visit_send(v, block, dice(sizeof(block)));
	}
	switch (dice(16)) {
	case 0:
		visit_cut(v, END_CUT);
		break;
	case 1:
		visit_cut(v, END_RESET);
		break;
	case 2:
	case 3:
		if (visit_get(v) == &begun)
			visit_finish(v);
		break;
	}
}

static void chaos_call(struct call *c, struct world *w)
{
	static const char *const methods[] = { "GET", "HEAD", "POST" };
	struct fetch_request r = get(w);

	if (c->fetch && dice(8) == 0) {
		fetch_cancel(c->fetch);
		c->fetch = NULL;
	} else if (c->fetch) {
		c->pause = dice(3) == 0;
		fetch_resume(c->fetch);
	} else {
		call_close(c);
		r.method = methods[dice(3)];
		r.has_body = r.method[0] == 'P';
		r.body = span_make(block, dice(sizeof(block)));
		r.keep_alive = dice(2);
		r.body_limit = dice(2) ? 100000 : 0;
		call_open(c, w, &r);
	}
}

static void t_both_chaos(void **state)
{
	struct serve_config config = { .host = "127.0.0.1",
				       .body_limit = 12000 };
	static struct call calls[CHAOS_CALLS];
	struct chaos chaos = { .count = 0 };
	struct serve *s = NULL;
	struct world w;
	int i;

	(void)state;
	dice_state = 1;
	world_open(&w);
	assert_int_equal(
		serve_new(&s, w.loop, &config, &chaos_handler, &chaos, NULL),
		0);
	snprintf(w.origin, sizeof(w.origin), "http://127.0.0.1:%u",
		 serve_port(s));
	step_reset();
	for (i = 0; i < CHAOS_STEPS; i++) {
		chaos_call(&calls[dice(CHAOS_CALLS)], &w);
		if (chaos.count > 0)
			chaos_visit(chaos.visits[dice((unsigned)chaos.count)]);
		if (dice(3) == 0)
			step(w.loop);
	}
	assert_true(chaos.dones > 100);
	for (i = 0; i < CHAOS_CALLS; i++)
		call_close(&calls[i]);
	/* With the clients gone every visit comes to its end. */
	WAIT_FOR(w.loop, serve_visits(s) == 0);
	serve_free(s);
	assert_int_equal(chaos.heads, chaos.dones);
	world_close(&w);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		{ "fetch: a request goes out byte for byte", t_request_bytes,
		  NULL, NULL, NULL },
		{ "fetch: every ending has its name", t_endings, NULL, NULL,
		  NULL },
		{ "fetch: heads have a limit", t_large_heads, NULL, NULL,
		  NULL },
		{ "fetch: bodies have a limit", t_body_limit, NULL, NULL,
		  NULL },
		{ "fetch: silence ends a request, our own pause does not",
		  t_timeouts, NULL, NULL, NULL },
		{ "fetch: no connection is told, a bad URL is a failure",
		  t_refused, NULL, NULL, NULL },
		{ "fetch: HEAD expects no body", t_head_method, NULL, NULL,
		  NULL },
		{ "fetch: cancelling closes the connection", t_cancel, NULL,
		  NULL, NULL },
		{ "fetch: a pause keeps everything for later", t_pause, NULL,
		  NULL, NULL },
		{ "fetch: starting and cancelling others in a callback",
		  t_nested, NULL, NULL, NULL },
		{ "fetch: a body is decoded only when asked", t_decompress,
		  NULL, NULL, NULL },
		{ "fetch: connections are kept when asked", t_keep_alive, NULL,
		  NULL, NULL },
		{ "fetch: nothing is sent twice", t_no_repeat, NULL, NULL,
		  NULL },
		{ "fetch: an answer before the end of the upload is heard",
		  t_early_answer, NULL, NULL, NULL },
		{ "both: 33 MiB there and back, fields in their order",
		  t_both_large, NULL, NULL, NULL },
		{ "both: FIN and RST are told apart and lose no data",
		  t_both_cut, NULL, NULL, NULL },
		{ "both: a cancelled request is a hang-up", t_both_cancel, NULL,
		  NULL, NULL },
		{ "both: a paused client stops the server",
		  t_both_back_pressure, NULL, NULL, NULL },
		{ "both: 200 streams in one loop", t_both_crowd, NULL, NULL,
		  NULL },
		{ "both: whatever either end does, every visit ends",
		  t_both_chaos, NULL, NULL, NULL },
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("fetch", tests, NULL, NULL);
}
