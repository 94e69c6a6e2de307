/* Tests of probe/run/rawsend, against plain sockets. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "probe/run/rawsend.h"
#include "tests/unit/rawpeer.h"

#define GET "GET / HTTP/1.1\r\n\r\n"
#define HEAD "HEAD / HTTP/1.1\r\n\r\n"
#define HI "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nhi"
#define NO "HTTP/1.1 404 Not Found\r\ncontent-length: 3\r\n\r\nnot"

static struct world {
	struct loop *loop;
	struct rawserver server;
	struct rawsend *sent;
	struct buf heard; /* what the callbacks were told, a line each */
	bool ended;
} w;

/* ---- what is told ---- */

static void on_head(void *arg, const struct http_head *head)
{
	assert_ptr_equal(arg, &w);
	buf_addf(&w.heard, "head %d\n", head->status);
}

static void on_data(void *arg, struct span bytes)
{
	assert_ptr_equal(arg, &w);
	buf_addf(&w.heard, "data %.*s\n", SPAN_ARG(bytes));
}

static void on_extra(void *arg, struct span bytes)
{
	assert_ptr_equal(arg, &w);
	buf_addf(&w.heard, "extra %.*s\n", SPAN_ARG(bytes));
}

static void on_end(void *arg, enum stream_end end, enum end_stage stage,
		   const char *text)
{
	assert_ptr_equal(arg, &w);
	buf_addf(&w.heard, "%s in %s: %s\n",
		 end == END_CLEAN ? "clean"
		 : end == END_CUT ? "cut"
		 : end == END_BAD ? "bad"
				  : "other",
		 stage == STAGE_BODY   ? "body"
		 : stage == STAGE_HEAD ? "head"
				       : "connect",
		 text);
	w.ended = true;
}

static const struct rawsend_handler handler = { on_head, on_data, on_extra,
						on_end };

/* ---- a server that was asked ---- */

static void ask(const char *bytes, const char *next)
{
	char origin[64];

	w = (struct world){ .heard = BUF_INIT(1024 * 1024) };
	assert_int_equal(loop_new(&w.loop, NULL), 0);
	rawserver_open(&w.server, w.loop);
	snprintf(origin, sizeof(origin), "http://127.0.0.1:%u", w.server.port);
	assert_int_equal(rawsend_start(&w.sent, w.loop,
				       &(struct dial_to){ .origin = origin },
				       span_of(bytes), span_of(next), 10000,
				       &handler, &w, NULL),
			 0);
	WAIT_FOR(w.loop,
		 w.server.count == 1 && rawpeer_has(&w.server.peers[0], bytes));
	assert_int_equal(rawsend_stage(w.sent), STAGE_HEAD);
}

static void close_world(void)
{
	buf_clear(&w.heard);
	rawserver_close(&w.server);
	loop_free(w.loop);
}

static void heard(const char *wanted)
{
	WAIT_FOR(w.loop, w.ended);
	assert_string_equal(buf_str(&w.heard), wanted);
	close_world();
}

static void say(const char *text)
{
	rawpeer_text(&w.server.peers[0], text);
}

static void t_answers(void **state)
{
	(void)state;
	ask(GET, "");
	say(HI);
	heard("head 200\ndata hi\nclean in body: \n");
	/* An answer to HEAD has no body. */
	ask(HEAD, "");
	say("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n");
	heard("head 200\nclean in body: \n");
	/* Its end is that of the connection. */
	ask(GET, "");
	say("HTTP/1.1 200 OK\r\n\r\nhi");
	rawpeer_close(&w.server.peers[0]);
	heard("head 200\ndata hi\nclean in body: \n");
}

/* What follows an answer is told as well. */
static void t_extra(void **state)
{
	(void)state;
	ask(GET, "");
	say(HI NO);
	heard("head 200\ndata hi\nextra " NO "\nclean in body: \n");
	ask(GET, "");
	say(HI);
	WAIT_FOR(w.loop, strstr(buf_str(&w.heard), "data hi") != NULL);
	say("one");
	WAIT_FOR(w.loop, strstr(buf_str(&w.heard), "one") != NULL);
	say("two");
	heard("head 200\ndata hi\nextra one\nextra two\nclean in body: \n");
}

/* A second request goes out once the first is answered. */
static void t_next(void **state)
{
	struct rawpeer *p;

	(void)state;
	ask(GET, HEAD);
	p = &w.server.peers[0];
	assert_false(rawpeer_has(p, HEAD));
	say("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nh");
	WAIT_FOR(w.loop, strstr(buf_str(&w.heard), "data h\n") != NULL);
	assert_int_equal(rawsend_stage(w.sent), STAGE_BODY);
	assert_false(rawpeer_has(p, HEAD));
	say("i");
	WAIT_FOR(w.loop, rawpeer_has(p, HEAD));
	say(NO);
	heard("head 200\ndata h\ndata i\nextra " NO "\nclean in body: \n");
	/* The answer to it came already. */
	ask(GET, HEAD);
	say(HI NO);
	heard("head 200\ndata hi\nextra " NO "\nclean in body: \n");
	ask(GET, HEAD);
	say(HI "HTTP/1.1 200 OK\r\ncontent-length: no\r\n\r\n");
	heard("head 200\ndata hi\nextra HTTP/1.1 200 OK\r\n"
	      "content-length: no\r\n\r\n\nclean in body: \n");
}

static void t_bad(void **state)
{
	(void)state;
	ask(GET, "");
	say("no HTTP\r\n\r\n");
	WAIT_FOR(w.loop, w.ended);
	assert_memory_equal(buf_str(&w.heard), "bad in ", 7);
	assert_non_null(strstr(buf_str(&w.heard), ": "));
	close_world();
	ask(GET, "");
	say("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nx\r\n");
	WAIT_FOR(w.loop, w.ended);
	assert_memory_equal(buf_str(&w.heard), "head 200\nbad in body: ", 22);
	assert_true(w.heard.len > 23);
	close_world();
}

static void t_cut(void **state)
{
	(void)state;
	ask(GET, "");
	rawpeer_close(&w.server.peers[0]);
	heard("cut in head: the peer closed the connection\n");
	ask(GET, "");
	say("HTTP/1.1 200 OK\r\ncontent-length: 3\r\n\r\nhi");
	rawpeer_close(&w.server.peers[0]);
	heard("head 200\ndata hi\ncut in body: the peer closed the "
	      "connection\n");
}

static void t_cancelled(void **state)
{
	(void)state;
	ask(GET, "");
	rawsend_cancel(w.sent);
	WAIT_FOR(w.loop, w.server.peers[0].end == END_CUT ||
				 w.server.peers[0].end == END_RESET);
	assert_string_equal(buf_str(&w.heard), "");
	assert_false(w.ended);
	close_world();
}

static void t_no_address(void **state)
{
	struct fail f = FAIL_INIT;

	(void)state;
	w = (struct world){ .sent = NULL };
	assert_int_equal(loop_new(&w.loop, NULL), 0);
	assert_int_equal(rawsend_start(&w.sent, w.loop,
				       &(struct dial_to){ .origin = "no" },
				       span_of(GET), SPAN_EMPTY, 1, &handler,
				       &w, &f),
			 -1);
	assert_null(w.sent);
	assert_int_not_equal(f.code, FAIL_OK);
	loop_free(w.loop);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		{ "raw: answers", t_answers, NULL, NULL, NULL },
		{ "raw: what follows an answer", t_extra, NULL, NULL, NULL },
		{ "raw: a second request", t_next, NULL, NULL, NULL },
		{ "raw: what is no answer", t_bad, NULL, NULL, NULL },
		{ "raw: answers that are cut", t_cut, NULL, NULL, NULL },
		{ "raw: cancelled", t_cancelled, NULL, NULL, NULL },
		{ "raw: no address", t_no_address, NULL, NULL, NULL },
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("rawsend", tests, NULL, NULL);
}
