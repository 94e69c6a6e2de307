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

int main(void)
{
	static const struct CMUnitTest tests[] = {
		{ "fetch: a request goes out byte for byte", t_request_bytes,
		  NULL, NULL, NULL },
		{ "fetch: every ending has its name", t_endings, NULL, NULL,
		  NULL },
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("fetch", tests, NULL, NULL);
}
