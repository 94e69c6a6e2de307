/* Tests of net/dial, against plain sockets. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "net/dial.h"
#include "tests/unit/rawpeer.h"

struct seen {
	struct buf in;
	enum stream_end end; /* END_OPEN: not yet */
	enum end_stage stage;
	bool cancels; /* with the first bytes */
	char text[128]; /* of the end */
};

static void on_data(void *arg, struct dial *d, struct span bytes)
{
	struct seen *s = arg;

	buf_add_span(&s->in, bytes);
	if (s->cancels)
		dial_cancel(d);
}

static void on_end(void *arg, struct dial *d, enum stream_end end,
		   const char *text)
{
	struct seen *s = arg;

	snprintf(s->text, sizeof(s->text), "%s", text);
	s->end = end;
	s->stage = dial_stage(d);
}

static const struct dial_handler handler = { on_data, on_end };

struct world {
	struct loop *loop;
	struct rawserver server;
	struct dial *dial;
	struct seen seen;
};

static void world_dial(struct world *w, struct span bytes, uint64_t limit)
{
	char origin[64];

	*w = (struct world){ .seen = { .in = BUF_INIT(1024 * 1024) } };
	assert_int_equal(loop_new(&w->loop, NULL), 0);
	rawserver_open(&w->server, w->loop);
	snprintf(origin, sizeof(origin), "http://127.0.0.1:%u/x",
		 w->server.port);
	assert_int_equal(dial_start(&w->dial, w->loop,
				    &(struct dial_to){ .origin = origin },
				    bytes, limit, &handler, &w->seen, NULL),
			 0);
}

static void world_close(struct world *w)
{
	buf_clear(&w->seen.in);
	rawserver_close(&w->server);
	loop_free(w->loop);
}

static void t_bytes(void **state)
{
	struct world w;

	(void)state;
	world_dial(&w, span_make("a\0b\r\n", 5), 100);
	WAIT_FOR(w.loop, w.server.count == 1 && w.server.peers[0].in.len == 5);
	assert_memory_equal(w.server.peers[0].in.at, "a\0b\r\n", 5);
	rawpeer_text(&w.server.peers[0], "back");
	WAIT_FOR(w.loop, w.seen.in.len == 4);
	assert_int_equal(w.seen.end, END_OPEN);
	rawpeer_close(&w.server.peers[0]);
	WAIT_FOR(w.loop, w.seen.end != END_OPEN);
	assert_int_equal(w.seen.end, END_CUT);
	assert_string_equal(w.seen.text, "the peer closed the connection");
	assert_int_equal(w.seen.stage, STAGE_HEAD);
	world_close(&w);
}

static void t_large(void **state)
{
	struct buf bytes = BUF_INIT(BUF_NO_LIMIT);
	struct world w;

	(void)state;
	while (bytes.len < (size_t)8 * 1024 * 1024)
		buf_add_text(&bytes, "0123456789abcdef");
	world_dial(&w, buf_span(&bytes), 100);
	WAIT_FOR(w.loop,
		 w.server.count == 1 && w.server.peers[0].in.len == bytes.len);
	rawpeer_reset(&w.server.peers[0]);
	WAIT_FOR(w.loop, w.seen.end != END_OPEN);
	assert_int_equal(w.seen.end, END_RESET);
	assert_string_equal(w.seen.text, "Connection reset by peer");
	buf_clear(&bytes);
	world_close(&w);
}

static void t_reset_while_sending(void **state)
{
	struct buf bytes = BUF_INIT(BUF_NO_LIMIT);
	struct world w;

	(void)state;
	while (bytes.len < (size_t)32 * 1024 * 1024)
		buf_add_text(&bytes, "0123456789abcdef");
	world_dial(&w, buf_span(&bytes), 100);
	WAIT_FOR(w.loop, w.server.count == 1 && w.server.peers[0].in.len > 0);
	rawpeer_reset(&w.server.peers[0]);
	WAIT_FOR(w.loop, w.seen.end != END_OPEN);
	assert_int_equal(w.seen.stage, STAGE_SEND);
	buf_clear(&bytes);
	world_close(&w);
}

static void t_limit(void **state)
{
	struct world w;

	(void)state;
	world_dial(&w, span_of("x"), 3);
	WAIT_FOR(w.loop, w.server.count == 1);
	rawpeer_text(&w.server.peers[0], "four");
	WAIT_FOR(w.loop, w.seen.end != END_OPEN);
	assert_int_equal(w.seen.end, END_BAD);
	assert_string_equal(w.seen.text, "the peer sends too much");
	assert_int_equal(w.seen.in.len, 0);
	world_close(&w);
}

/* Exactly the limit is sent; bytes added later are sent later. */
static void t_whole_limit(void **state)
{
	struct world w;

	(void)state;
	world_dial(&w, span_of("x"), 4);
	assert_int_equal(dial_stage(w.dial), STAGE_CONNECT);
	dial_send(w.dial, span_of("y"));
	WAIT_FOR(w.loop, w.server.count == 1);
	WAIT_FOR(w.loop, w.server.peers[0].in.len == 2);
	assert_string_equal(buf_str(&w.server.peers[0].in), "xy");
	assert_int_equal(dial_stage(w.dial), STAGE_HEAD);
	rawpeer_text(&w.server.peers[0], "four");
	WAIT_FOR(w.loop, w.seen.in.len == 4);
	dial_send(w.dial, span_of("z"));
	WAIT_FOR(w.loop, w.server.peers[0].in.len == 3);
	assert_int_equal(w.seen.end, END_OPEN);
	dial_cancel(w.dial);
	WAIT_FOR(w.loop, w.server.peers[0].end != END_OPEN);
	assert_int_equal(w.seen.end, END_OPEN);
	world_close(&w);
}

/* Parts of an origin: host, port, and characters that belong to neither. */
static void t_origins(void **state)
{
	static const struct {
		const char *format; /* of the port */
		bool good;
	} rows[] = {
		{ "http://127.0.0.1:%u", true },
		{ "http://127.0.0.1:%u/", true },
		{ "http://127.0.0.1:%u?x=/:1", true },
		{ "http://127.0.0.1:%u#:1", true },
		{ "http://[::ffff:127.0.0.1]:%u/x", true },
		{ "http://[::1:%u", false },
		{ "http://127.0.0.1:%u-", false },
		{ "ftp://127.0.0.1:%u", false },
		{ "127.0.0.1:%u", false },
	};
	struct fail f = FAIL_INIT;
	struct rawserver server;
	struct loop *loop;
	struct dial *d;

	(void)state;
	assert_int_equal(loop_new(&loop, NULL), 0);
	rawserver_open(&server, loop);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct seen seen = { .in = BUF_INIT(16) };
		struct dial_to to;
		size_t before = server.count;
		char origin[100];

		{
			struct span rest = span_of(rows[i].format), front;

			span_split(&rest, '%', &front);
			snprintf(origin, sizeof(origin), "%.*s%u%s",
				 SPAN_ARG(front), server.port, rest.at + 1);
		}
		to = (struct dial_to){ .origin = origin };
		assert_int_equal(dial_start(&d, loop, &to, span_of("x"), 16,
					    &handler, &seen, NULL),
				 rows[i].good ? 0 : -1);
		if (!rows[i].good)
			continue;
		WAIT_FOR(loop, server.count > before &&
				       server.peers[before].in.len == 1);
		dial_cancel(d);
	}
	assert_int_equal(dial_start(&d, loop,
				    &(struct dial_to){ .origin = "ftp://a" },
				    span_of("x"), 1, &handler, NULL, &f),
			 -1);
	assert_string_equal(f.text,
			    "ftp://a: raw bytes go to http:// or https://");
	rawserver_close(&server);
	loop_free(loop);
}

static void t_cancel(void **state)
{
	struct world w;

	(void)state;
	world_dial(&w, span_of("x"), 100);
	w.seen.cancels = true;
	WAIT_FOR(w.loop, w.server.count == 1);
	rawpeer_text(&w.server.peers[0], "back");
	WAIT_FOR(w.loop, w.server.peers[0].end != END_OPEN);
	assert_int_equal(w.seen.end, END_OPEN);
	world_close(&w);
}

static void t_nobody(void **state)
{
	struct seen seen = { .in = BUF_INIT(16) };
	struct fail f = FAIL_INIT;
	struct loop *loop;
	struct dial *d;

	(void)state;
	assert_int_equal(loop_new(&loop, NULL), 0);
	assert_int_equal(
		dial_start(&d, loop,
			   &(struct dial_to){ .origin = "http://127.0.0.1:1" },
			   span_of("x"), 1, &handler, &seen, &f),
		0);
	WAIT_FOR(loop, seen.end != END_OPEN);
	assert_int_equal(seen.end, END_REFUSED);
	assert_string_equal(seen.text, "Connection refused");
	assert_int_equal(seen.stage, STAGE_CONNECT);
	assert_int_equal(
		dial_start(&d, loop,
			   &(struct dial_to){ .origin = "https://127.0.0.1:1" },
			   span_of("x"), 1, &handler, &seen, &f),
		-1);
	loop_free(loop);
}

/* No way leads there, which the system says before the loop has run. */
static void t_no_way(void **state)
{
	static const char *const origins[] = { "http://224.0.0.1:9",
					       "http://224.0.0.1",
					       "http://224.0.0.1/:x" };

	(void)state;
	for (size_t i = 0; i < sizeof(origins) / sizeof(origins[0]); i++) {
		struct seen seen = { .in = BUF_INIT(16) };
		struct loop *loop;
		struct dial *d;

		assert_int_equal(loop_new(&loop, NULL), 0);
		assert_int_equal(
			dial_start(&d, loop,
				   &(struct dial_to){ .origin = origins[i] },
				   span_of("x"), 1, &handler, &seen, NULL),
			0);
		assert_int_equal(seen.end, END_OPEN);
		WAIT_FOR(loop, seen.end != END_OPEN);
		assert_int_equal(seen.end, END_REFUSED);
		assert_string_equal(seen.text, "Network is unreachable");
		assert_int_equal(seen.stage, STAGE_CONNECT);
		loop_free(loop);
	}
}

static const struct CMUnitTest tests[] = {
	{ "dial: up to the limit, and more to send", t_whole_limit, NULL, NULL,
	  NULL },
	{ "dial: what an origin says", t_origins, NULL, NULL, NULL },
	{ "dial: bytes go out and come in as they are", t_bytes, NULL, NULL,
	  NULL },
	{ "dial: more than the socket takes at once, and a reset", t_large,
	  NULL, NULL, NULL },
	{ "dial: a reset before all is sent", t_reset_while_sending, NULL, NULL,
	  NULL },
	{ "dial: what comes in has a limit", t_limit, NULL, NULL, NULL },
	{ "dial: cancelled inside of its callback", t_cancel, NULL, NULL,
	  NULL },
	{ "dial: nobody listens, or not without TLS", t_nobody, NULL, NULL,
	  NULL },
	{ "dial: a place that no way leads to", t_no_way, NULL, NULL, NULL },
};

int main(void)
{
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("dial", tests, NULL, NULL);
}
