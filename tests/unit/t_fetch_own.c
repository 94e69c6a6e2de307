/* Tests of plain requests over connections of our own: what is kept, and what
 * an answer may be. */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include "tests/unit/fetch_kit.h"

#define OK "HTTP/1.1 200 OK\r\n"
#define SHORT OK "Content-Length: 2\r\n\r\nok"

static struct rawpeer *accept_request(struct world *w, size_t nth)
{
	WAIT_FOR(w->loop,
		 w->server.count > nth &&
			 rawpeer_has(&w->server.peers[nth], "\r\n\r\n"));
	return &w->server.peers[nth];
}

/* One request that may leave a connection, and its answer. */
static struct rawpeer *exchange(struct world *w, size_t nth, const char *answer,
				enum stream_end end)
{
	struct fetch_request r = get(w);
	struct rawpeer *p;
	struct call c;

	r.keep_alive = true;
	call_open(&c, w, &r);
	p = accept_request(w, nth);
	buf_reset(&p->in);
	rawpeer_text(p, answer);
	WAIT_FOR(w->loop, c.ends == 1);
	if (c.end.end != end)
		fail_msg("[%s]: %s (%s)", answer, end_name(c.end.end),
			 c.end.text);
	call_close(&c);
	return p;
}

/* Which answers leave a connection that can be used again. */
static void t_reusable(void **state)
{
	static const struct {
		const char *answer;
		bool kept;
	} rows[] = {
		{ SHORT, true },
		{ OK "Content-Length: 0\r\n\r\n", true },
		{ "HTTP/1.1 204 No Content\r\n\r\n", true },
		{ "HTTP/1.1 304 Not Modified\r\nContent-Length: 7\r\n\r\n",
		  true },
		{ OK "Transfer-Encoding: Chunked\r\n\r\n1\r\na\r\n0\r\n\r\n",
		  true },
		{ "HTTP/1.0 200 OK\r\nConnection: Keep-Alive\r\n"
		  "Content-Length: 2\r\n\r\nok",
		  true },
		{ "HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nok", false },
		{ OK "Connection: close\r\nContent-Length: 2\r\n\r\nok",
		  false },
		/* Another reader may find another length. */
		{ OK "Content-Length: 2\r\nContent-Length: 2\r\n\r\nok",
		  false },
		{ OK "Content-Length: 2, 2\r\n\r\nok", false },
		{ OK "Content-Length: 9\r\nTransfer-Encoding: chunked\r\n"
		     "\r\n0\r\n\r\n",
		  false },
		/* What comes after it was not asked for. */
		{ SHORT "HTTP/1.1 200 OK\r\n", false },
		{ OK "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\nx", false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct world w;
		struct rawpeer *p;

		world_open(&w);
		p = exchange(&w, 0, rows[i].answer, END_CLEAN);
		if (!rows[i].kept)
			WAIT_FOR(w.loop, p->end != END_OPEN);
		(void)exchange(&w, rows[i].kept ? 0 : 1, SHORT, END_CLEAN);
		world_close(&w);
	}
}

/* A client that says "close" keeps nothing. */
static void t_says_close(void **state)
{
	struct headers h = { 0 };
	struct fetch_request r;
	struct rawpeer *p;
	struct world w;
	struct call c;

	(void)state;
	world_open(&w);
	headers_add_text(&h, "Connection", "close");
	r = get(&w);
	r.keep_alive = true;
	r.headers = &h;
	call_open(&c, &w, &r);
	p = accept_request(&w, 0);
	rawpeer_text(p, SHORT);
	WAIT_FOR(w.loop, c.ends == 1 && p->end == END_CUT);
	call_close(&c);
	headers_clear(&h);
	world_close(&w);
}

/* If a kept connection was closed or got unasked bytes, the next request gets a
 * new one. */
static void t_left_alone(void **state)
{
	(void)state;
	for (int talks = 0; talks < 2; talks++) {
		struct world w;
		struct rawpeer *p;

		world_open(&w);
		p = exchange(&w, 0, SHORT, END_CLEAN);
		if (talks)
			rawpeer_text(p, SHORT);
		else
			rawpeer_close(p);
		(void)exchange(&w, 1, SHORT, END_CLEAN);
		if (talks)
			WAIT_FOR(w.loop, p->end != END_OPEN);
		world_close(&w);
	}
}

/* Two servers: a connection is kept for its own only. */
static void t_two_places(void **state)
{
	struct world a, b;
	char origin[64];

	(void)state;
	world_open(&a);
	world_open(&b);
	(void)exchange(&a, 0, SHORT, END_CLEAN);
	memcpy(origin, a.origin, sizeof(origin));
	memcpy(a.origin, b.origin, sizeof(origin));
	{
		struct fetch_request r = get(&a);
		struct call c;

		r.keep_alive = true;
		call_open(&c, &a, &r);
		WAIT_FOR(a.loop, c.ends == 1 || b.server.count == 1 ||
					 (step(b.loop), false));
		assert_int_equal(c.ends, 0);
		assert_int_equal(a.server.peers[0].in.len, 0);
		call_close(&c);
	}
	memcpy(a.origin, origin, sizeof(origin));
	(void)exchange(&a, 0, SHORT, END_CLEAN);
	world_close(&a);
	world_close(&b);
}

/* An answer whose length is ambiguous is refused. */
static void t_odd_framing(void **state)
{
	static const struct {
		const char *answer;
		enum stream_end end;
		const char *body;
	} rows[] = {
		{ OK "Content-Length: two\r\n\r\nok", END_BAD, "" },
		{ OK "Content-Length: -2\r\n\r\nok", END_BAD, "" },
		{ OK "Content-Length:\r\n\r\nok", END_BAD, "" },
		{ OK "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
		  END_BAD, "" },
		{ OK "Transfer-Encoding: chunked\r\n"
		     "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
		  END_BAD, "" },
		{ OK "Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n"
		     "2\r\nok\r\n0\r\n\r\n",
		  END_CLEAN, "ok" },
		{ OK "Transfer-Encoding: chunked\r\n\r\n2\r\nokay\r\n", END_BAD,
		  "ok" },
		{ OK "Transfer-Encoding: chunked\r\n\r\n"
		     "10000000000000000\r\n",
		  END_BAD, "" },
		{ "XTTP/1.1 200 OK", END_BAD, "" },
		{ "HTTP/1.1 200 OK\r\nno colon\r\n\r\n", END_BAD, "" },
		{ "HTTP/1.1 200 OK\n"
		  "Content-Length: 1\n\nx",
		  END_CLEAN, "x" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct world w;
		struct call c;
		struct fetch_request r;

		world_open(&w);
		r = get(&w);
		call_open(&c, &w, &r);
		rawpeer_text(accept_request(&w, 0), rows[i].answer);
		WAIT_FOR(w.loop, c.ends == 1);
		if (c.end.end != rows[i].end ||
		    strcmp(buf_str(&c.body), rows[i].body) != 0)
			fail_msg("[%s]: %s (%s), body [%s]", rows[i].answer,
				 end_name(c.end.end), c.end.text,
				 buf_str(&c.body));
		call_close(&c);
		world_close(&w);
	}
}

/* However it is cut into pieces, it is the same answer. */
static void t_pieces(void **state)
{
	static const char answer[] =
		"HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n" OK
		"Transfer-Encoding: chunked\r\n\r\n"
		"3;a=b\r\nabc\r\nB\r\ndefghijklmn\r\n0\r\nX-T: 1\r\n\r\n";

	(void)state;
	for (size_t size = 1; size < 40; size += size < 4 ? 1 : 7) {
		struct world w;
		struct call c;
		struct fetch_request r;
		struct rawpeer *p;

		world_open(&w);
		r = get(&w);
		call_open(&c, &w, &r);
		p = accept_request(&w, 0);
		for (size_t at = 0; at < strlen(answer); at += size) {
			rawpeer_send(p, answer + at,
				     strnlen(answer + at, size));
			step_reset();
			step(w.loop);
		}
		WAIT_FOR(w.loop, c.ends == 1);
		assert_int_equal(c.end.end, END_CLEAN);
		assert_int_equal(c.status, 200);
		assert_int_equal(c.heads, 1);
		assert_string_equal(buf_str(&c.body), "abcdefghijklmn");
		call_close(&c);
		world_close(&w);
	}
}

/* It is over, and its owner has paused at the last piece. */
static void t_end_in_a_pause(void **state)
{
	struct world w;
	struct call c;
	struct fetch_request r;

	(void)state;
	world_open(&w);
	r = get(&w);
	call_open(&c, &w, &r);
	c.pause = true;
	rawpeer_text(accept_request(&w, 0),
		     OK "Transfer-Encoding: chunked\r\n\r\n"
			"1\r\na\r\n1\r\nb\r\n0\r\n\r\n");
	WAIT_FOR(w.loop, c.pieces == 1);
	/* The server is gone; what is held comes in order all the same. */
	rawpeer_close(&w.server.peers[0]);
	for (int i = 0; i < 5; i++)
		step(w.loop);
	assert_int_equal(c.pieces, 1);
	assert_int_equal(c.ends, 0);
	c.pause = false;
	fetch_resume(c.fetch);
	WAIT_FOR(w.loop, c.ends == 1);
	assert_string_equal(buf_str(&c.body), "ab");
	assert_int_equal(c.end.end, END_CLEAN);
	call_close(&c);
	world_close(&w);
}

/* A large body in many writes, to a server that reads it late. */
static void t_large_upload(void **state)
{
	struct buf body = BUF_INIT(BUF_NO_LIMIT);
	struct world w;
	struct call c;
	struct fetch_request r;
	struct rawpeer *p;

	(void)state;
	for (int i = 0; i < 1000000; i++)
		buf_addf(&body, "%07d\n", i);
	world_open(&w);
	r = get(&w);
	r.method = "POST";
	r.body = buf_span(&body);
	r.body_lent = true;
	r.has_body = true;
	call_open(&c, &w, &r);
	WAIT_FOR(w.loop, w.server.count == 1);
	p = &w.server.peers[0];
	WAIT_FOR(w.loop, rawpeer_has(p, "\r\n\r\n") && p->in.len > body.len &&
				 span_ends(buf_span(&p->in), "0999999\n"));
	assert_true(span_ends(buf_span(&p->in), buf_str(&body)));
	rawpeer_text(p, SHORT);
	WAIT_FOR(w.loop, c.ends == 1);
	assert_int_equal(c.end.end, END_CLEAN);
	call_close(&c);
	buf_clear(&body);
	world_close(&w);
}

/* An address of the newer kind: its Host has brackets. */
static void t_address(void **state)
{
	struct loop *l;
	struct fetcher *fr;
	struct fetch_request r = { .origin = "http://[::1]:9",
				   .method = "GET",
				   .target = "/" };
	struct call c = { .body = BUF_INIT(BUF_NO_LIMIT) };

	(void)state;
	assert_int_equal(loop_new(&l, NULL), 0);
	assert_int_equal(fetcher_new(&fr, l, NULL), 0);
	assert_int_equal(fetch_start(&c.fetch, fr, &r, &call_handler, &c, NULL),
			 0);
	WAIT_FOR(l, c.ends == 1);
	assert_int_equal(c.end.end, END_REFUSED);
	assert_int_equal(c.end.stage, STAGE_CONNECT);
	assert_false(c.end.sent);
	assert_true(c.end.os_error != 0);
	call_close(&c);
	fetcher_free(fr);
	loop_free(l);
}

/* No way leads there, which the system says before the loop has run. */
static void t_no_way(void **state)
{
	struct fetch_request r;
	struct world w;
	struct call c;

	(void)state;
	world_open(&w);
	r = get(&w);
	r.origin = "http://224.0.0.1:9";
	call_open(&c, &w, &r);
	assert_int_equal(c.ends, 0);
	WAIT_FOR(w.loop, c.ends == 1);
	assert_int_equal(c.end.end, END_REFUSED);
	assert_int_equal(c.end.stage, STAGE_CONNECT);
	assert_non_null(strstr(c.end.text, "Network is unreachable"));
	call_close(&c);
	/* The same for one that is cancelled before it is told. */
	call_open(&c, &w, &r);
	call_close(&c);
	step(w.loop);
	world_close(&w);
}

/* A server that takes no connection: its queue is full. */
static void t_no_connection_in_time(void **state)
{
	struct sockaddr_in at = { .sin_family = AF_INET,
				  .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t len = sizeof(at);
	int listener = socket(AF_INET, SOCK_STREAM, 0), waiting[4];
	struct fetch_request r;
	struct world w;
	struct call c;
	char origin[64];

	(void)state;
	assert_true(listener >= 0);
	assert_int_equal(bind(listener, (struct sockaddr *)&at, sizeof(at)), 0);
	assert_int_equal(listen(listener, 0), 0);
	assert_int_equal(getsockname(listener, (struct sockaddr *)&at, &len),
			 0);
	for (size_t i = 0; i < 4; i++) {
		waiting[i] = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
		(void)connect(waiting[i], (struct sockaddr *)&at, sizeof(at));
	}
	world_open(&w);
	snprintf(origin, sizeof(origin), "http://127.0.0.1:%u",
		 ntohs(at.sin_port));
	r = get(&w);
	r.origin = origin;
	r.connect_ms = 30;
	call_open(&c, &w, &r);
	WAIT_FOR(w.loop, c.ends == 1);
	assert_int_equal(c.end.end, END_TIMEOUT);
	assert_int_equal(c.end.stage, STAGE_CONNECT);
	assert_string_equal(c.end.text, "no connection in time: 30 ms");
	call_close(&c);
	world_close(&w);
	for (size_t i = 0; i < 4; i++)
		close(waiting[i]);
	close(listener);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		{ "own: which answers leave a connection", t_reusable, NULL,
		  NULL, NULL },
		{ "own: who says close keeps nothing", t_says_close, NULL, NULL,
		  NULL },
		{ "own: a kept connection that is closed or talks is left",
		  t_left_alone, NULL, NULL, NULL },
		{ "own: a connection is kept for its server only", t_two_places,
		  NULL, NULL, NULL },
		{ "own: what has no sure length is no answer", t_odd_framing,
		  NULL, NULL, NULL },
		{ "own: an answer in pieces of any size", t_pieces, NULL, NULL,
		  NULL },
		{ "own: an end that comes in a pause", t_end_in_a_pause, NULL,
		  NULL, NULL },
		{ "own: a large body goes out whole", t_large_upload, NULL,
		  NULL, NULL },
		{ "own: a place that no way leads to", t_no_way, NULL, NULL,
		  NULL },
		{ "own: no connection in time", t_no_connection_in_time, NULL,
		  NULL, NULL },
		{ "own: nobody listens at an address in brackets", t_address,
		  NULL, NULL, NULL },
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("fetch_own", tests, NULL, NULL);
}
