/* Tests of the client, against plain sockets. */
#include "tests/unit/fetch_kit.h"

#include <errno.h>

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
	const char *text; /* how it begins */
};

#define IN_BODY "closed inside the answer's body"
#define RESET(n) "connection reset inside the answer, after " n " bytes of body"

static void t_endings(void **state)
{
#define OK "HTTP/1.1 200 OK\r\n"
	static const struct ending endings[] = {
		{ OK "Content-Length: 2\r\n\r\nab", false, END_CLEAN, "ab",
		  "" },
		{ OK "Content-Length: 3\r\n\r\nab", false, END_CUT, "ab",
		  IN_BODY },
		{ OK "Content-Length: 3\r\n\r\nab", true, END_RESET, "ab",
		  RESET("2") },
		{ OK "\r\nab", false, END_CLEAN, "ab", "" },
		{ OK "\r\nab", true, END_RESET, "ab", RESET("2") },
		{ OK "Transfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\n\r\n",
		  false, END_CLEAN, "a", "" },
		{ OK "Transfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\n"
		     "X-Trailer: 1\r\n\r\n",
		  false, END_CLEAN, "a", "" },
		{ OK "Transfer-Encoding: chunked\r\n\r\n1\r\na\r\n", false,
		  END_CUT, "a", IN_BODY },
		{ OK "Transfer-Encoding: chunked\r\n\r\n5\r\na", false, END_CUT,
		  "a", IN_BODY },
		{ OK "Transfer-Encoding: chunked\r\n\r\n1\r\na\r\n", true,
		  END_RESET, "a", RESET("1") },
		{ OK "Transfer-Encoding: chunked\r\n\r\n1\r\na\r\nzz\r\n",
		  false, END_BAD, "a", "" },
		{ "HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n" OK
		  "Content-Length: 1\r\n\r\na",
		  false, END_CLEAN, "a", "" },
		{ "", false, END_CUT, "", "closed before any answer" },
		{ "HTT", false, END_CUT, "", "closed before any answer" },
		{ OK "Content-Len", false, END_CUT, "",
		  "closed inside the answer's head" },
		{ "SSH-2.0-x\r\n\r\nabcdefgh", false, END_BAD, "", "" },
		{ "HTTP/1.1 abc OK\r\n\r\n", false, END_BAD, "", "" },
		{ "HTTP/3.7 200 OK\r\n\r\n", false, END_BAD, "", "" },
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
		if (!span_starts(span_of(c.end.text), endings[i].text))
			fail_msg("[%s]: %s", endings[i].answer, c.end.text);
		assert_int_equal(c.end.os_error,
				 c.end.end == END_RESET ? ECONNRESET : 0);
		assert_int_equal(c.end.tunnel, 0);
		assert_false(c.end.ca_file_bad);
		assert_int_equal(c.end.stage,
				 c.heads ? STAGE_BODY : STAGE_HEAD);
		assert_true(c.end.sent);
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

/* What is exactly as large as allowed is allowed. */
static void t_body_limit_exact(void **state)
{
	struct world w;
	struct call c;
	struct fetch_request r;
	struct rawpeer *p;

	(void)state;
	world_open(&w);
	r = get(&w);
	r.body_limit = 1;
	for (size_t i = 0; i < 2; i++) {
		call_open(&c, &w, &r);
		p = accept_request(&w, i);
		rawpeer_text(p, i == 0 ? OK "Content-Length: 1\r\n\r\n"
					    "0"
				       : OK "Content-Length: 2\r\n\r\n"
					    "0a");
		WAIT_FOR(w.loop, c.ends == 1);
		assert_int_equal(c.end.end, i == 0 ? END_CLEAN : END_BAD);
		assert_string_equal(buf_str(&c.body), "0");
		call_close(&c);
	}
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
	assert_string_equal(c.end.text,
			    "silence for 30 ms in the answer's body");
	assert_string_equal(buf_str(&c.body), "ab");
	call_close(&c);
	/* A pause by the caller does not count as silence of the server. */
	call_open(&c, &w, &r);
	c.pause = true;
	p = accept_request(&w, 2);
	rawpeer_text(p, OK "Content-Length: 4\r\n\r\nab");
	WAIT_FOR(w.loop, c.pieces == 1);
	tick_t until = loop_now() + 60 * TICK_MS;

	WAIT_FOR(w.loop, loop_now() > until);
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
	snprintf(w.origin, sizeof(w.origin), "http://" WORLD_HOST ":%u",
		 gone.port);
	r = get(&w);
	call_open(&c, &w, &r);
	WAIT_FOR(w.loop, c.ends == 1);
	assert_int_equal(c.end.end, END_REFUSED);
	assert_int_equal(c.end.stage, STAGE_CONNECT);
	assert_int_equal(c.end.os_error, ECONNREFUSED);
	assert_false(c.end.sent);
	assert_true(span_starts(span_of(c.end.text), "no connection"));
	call_close(&c);
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		f.code = FAIL_OK;
		r.origin = bad[i];
		assert_int_equal(
			fetch_start(&ft, w.fetcher, &r, &call_handler, &c, &f),
			-1);
		assert_int_equal(f.code, FAIL_USAGE);
	}
	r.origin = w.origin;
	r.target = "/x\r\nX-Smuggled: 1";
	assert_int_equal(fetch_start(&ft, w.fetcher, &r, &call_handler, &c, &f),
			 -1);
	world_close(&w);
}

/* Requests that cannot be sent, and the failure texts. */
static void t_no_request(void **state)
{
	static const struct {
		struct fetch_request request;
		const char *why;
	} rows[] = {
		{ { .origin = "http://h:0" },
		  "'http://h:0' is not a usable URL: nobody can listen on port "
		  "0" },
		{ { .origin = "ftp://h" },
		  "'ftp://h': the scheme must be http or https" },
		{ { .origin = "http://h/?secret" },
		  "'http://h/': a query does not belong here" },
		{ { .origin = "http://h", .method = "" },
		  "'' is not a method" },
		{ { .origin = "http://h", .method = "A B" },
		  "'A B' is not a method" },
		{ { .origin = "http://h", .method = "A:" },
		  "'A:' is not a method" },
		{ { .origin = "http://h", .target = "" },
		  "the request target is empty or has a line break in it" },
		{ { .origin = "http://h", .target = "/a\nb" },
		  "the request target is empty or has a line break in it" },
		{ { .origin = "http://h", .method = "HEAD", .has_body = true },
		  "a HEAD request has no body" },
	};
	struct fail user = FAIL_INIT;
	struct world w;

	(void)state;
	world_open(&w);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct fetch_request r = rows[i].request;
		struct fail f = FAIL_INIT;
		struct fetch *ft = NULL;

		r.method = r.method ? r.method : "GET";
		r.target = r.target ? r.target : "/";
		assert_int_equal(fetch_start(&ft, w.fetcher, &r, &call_handler,
					     NULL, &f),
				 -1);
		assert_null(ft);
		assert_int_equal(f.code, FAIL_USAGE);
		assert_string_equal(f.text, rows[i].why);
	}
	assert_int_equal(fetch_check_origin("http://user:secret@h", &user), -1);
	assert_true(
		span_starts(span_of(user.text),
			    "a URL with a user name in it is not usable: "));
	assert_true(span_find(span_of(user.text), span_of("secret")) ==
		    SIZE_MAX);
	assert_int_equal(fetch_check_origin("https://h:1/a", NULL), 0);
	assert_int_equal(fetch_check_origin("http://[::1]", NULL), 0);
	world_close(&w);
}

/* Nothing is added to what is asked for, but a host; a target that is no path
 * has nothing before it. */
static void t_bare(void **state)
{
	static const struct {
		const char *method, *path, *target, *line;
	} rows[] = {
		{ "GET", "", "/x", "GET /x" },
		{ "GET", "/", "/x", "GET /x" },
		{ "GET", "/a//", "/x", "GET /a/x" },
		{ "GET", "/a", "/", "GET /a/" },
		{ "OPTIONS", "/a", "*", "OPTIONS *" },
		{ "DELETE", "/a#b", "/x", "DELETE /a/x" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct world w;
		struct call c;
		struct fetch_request r;
		char origin[100], want[200];

		world_open(&w);
		snprintf(want, sizeof(want), "%s HTTP/1.1\r\nHost: %s\r\n\r\n",
			 rows[i].line, w.origin + strlen("http://"));
		snprintf(origin, sizeof(origin), "%s%s", w.origin,
			 rows[i].path);
		r = get(&w);
		r.origin = origin;
		r.method = rows[i].method;
		r.target = rows[i].target;
		call_open(&c, &w, &r);
		assert_string_equal(buf_str(&accept_request(&w, 0)->in), want);
		call_close(&c);
		world_close(&w);
	}
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
		char text[16];

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

/* "hello hello hello\n", by gzip -n */
static const unsigned char packed[] = { 0x1f, 0x8b, 0x08, 0x00, 0x00, 0x00,
					0x00, 0x00, 0x00, 0x03, 0xcb, 0x48,
					0xcd, 0xc9, 0xc9, 0x57, 0xc8, 0x40,
					0x90, 0x5c, 0x00, 0x3b, 0x7c, 0x8a,
					0xdf, 0x12, 0x00, 0x00, 0x00 };

static void t_decompress(void **state)
{
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

/* What a piece completes is given with it. */
static void t_decompress_pieces(void **state)
{
	struct world w;
	struct call c;
	struct fetch_request r;
	struct rawpeer *p;

	(void)state;
	world_open(&w);
	r = get(&w);
	r.decompress = true;
	call_open(&c, &w, &r);
	p = accept_request(&w, 0);
	rawpeer_text(p, OK "Content-Encoding: gzip\r\n"
			   "Transfer-Encoding: chunked\r\n\r\n");
	for (size_t i = 0; i < sizeof(packed); i++) {
		rawpeer_text(p, "1\r\n");
		rawpeer_send(p, packed + i, 1);
		rawpeer_text(p, "\r\n");
	}
	WAIT_FOR(w.loop, c.body.len == 18);
	assert_int_equal(c.ends, 0);
	rawpeer_text(p, "0\r\n\r\n");
	WAIT_FOR(w.loop, c.ends == 1);
	assert_int_equal(c.end.end, END_CLEAN);
	assert_string_equal(buf_str(&c.body), "hello hello hello\n");
	call_close(&c);
	world_close(&w);
}

static void t_decompress_bad(void **state)
{
	static const struct {
		const char *coding, *body;
		enum stream_end end;
	} rows[] = {
		{ "gzip", "plain", END_BAD },
		{ "compress", "plain", END_BAD },
		{ "identity", "plain", END_CLEAN },
		{ "gzip", "", END_CLEAN }, /* there is nothing to undo */
	};
	struct world w;
	struct call c;
	struct fetch_request r;
	struct rawpeer *p;
	char answer[128];

	(void)state;
	world_open(&w);
	r = get(&w);
	r.decompress = true;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		call_open(&c, &w, &r);
		p = accept_request(&w, i);
		snprintf(answer, sizeof(answer),
			 OK "Content-Encoding: %s\r\n"
			    "Content-Length: %zu\r\n\r\n%s",
			 rows[i].coding, strlen(rows[i].body), rows[i].body);
		rawpeer_text(p, answer);
		WAIT_FOR(w.loop, c.ends == 1);
		assert_int_equal(c.end.end, rows[i].end);
		assert_string_equal(buf_str(&c.body), rows[i].end == END_CLEAN
							      ? rows[i].body
							      : "");
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

/* The server closes before the request was sent: that is no answer. */
static void t_early_close(void **state)
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
	rawpeer_shut(p);
	WAIT_FOR(w.loop, c.ends == 1);
	assert_int_equal(c.end.end, END_CUT);
	assert_int_equal(c.heads, 0);
	call_close(&c);
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
		{ "fetch: a body may be as large as its limit",
		  t_body_limit_exact, NULL, NULL, NULL },
		{ "fetch: silence ends a request, our own pause does not",
		  t_timeouts, NULL, NULL, NULL },
		{ "fetch: no connection is told, a bad URL is a failure",
		  t_refused, NULL, NULL, NULL },
		{ "fetch: why a request is none", t_no_request, NULL, NULL,
		  NULL },
		{ "fetch: nothing is added to a request", t_bare, NULL, NULL,
		  NULL },
		{ "fetch: HEAD expects no body", t_head_method, NULL, NULL,
		  NULL },
		{ "fetch: cancelling closes the connection", t_cancel, NULL,
		  NULL, NULL },
		{ "fetch: a pause keeps everything for later", t_pause, NULL,
		  NULL, NULL },
		{ "fetch: starting and cancelling others in a callback",
		  t_nested, NULL, NULL, NULL },
		{ "fetch: a body that comes in pieces is decoded in pieces",
		  t_decompress_pieces, NULL, NULL, NULL },
		{ "fetch: a body that is not what its coding says is no answer",
		  t_decompress_bad, NULL, NULL, NULL },
		{ "fetch: a body is decoded only when asked", t_decompress,
		  NULL, NULL, NULL },
		{ "fetch: connections are kept when asked", t_keep_alive, NULL,
		  NULL, NULL },
		{ "fetch: nothing is sent twice", t_no_repeat, NULL, NULL,
		  NULL },
		{ "fetch: an answer before the end of the upload is heard",
		  t_early_answer, NULL, NULL, NULL },
		{ "fetch: a server that closes inside the upload",
		  t_early_close, NULL, NULL, NULL },
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("fetch", tests, NULL, NULL);
}
