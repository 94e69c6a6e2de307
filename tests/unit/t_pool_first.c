/* gateway/pool: how a stream begins, which provider a session stays with, and
 * the health of providers. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "gateway/pool/first.h"
#include "gateway/pool/standing.h"
#include "gateway/pool/sticky.h"
#include "tests/unit/lock_kit.h"

/* However it is cut: what it says at last, and after how many bytes. */
static void expect_first(enum first_kind kind, struct span stream,
			 enum first_says says, size_t after)
{
	for (size_t step = 1; step <= stream.len; step += step < 9 ? 1 : 37) {
		struct first first;
		enum first_says now = FIRST_MORE;
		size_t at = 0;

		first_init(&first, kind);
		while (at < stream.len &&
		       (now == FIRST_MORE || now == FIRST_QUIET)) {
			struct span piece =
				span_first(span_skip(stream, at), step);

			at += piece.len;
			now = first_feed(&first, piece);
		}
		if (now != says)
			fail_msg("%d after %zu bytes of %.40s", now, at,
				 stream.at);
		if (step == 1)
			assert_int_equal(at, after);
		assert_true(span_equal(buf_span(&first.held),
				       span_first(stream, at)));
		first_clear(&first);
	}
}

static void t_events(void **state)
{
#define PING "event: ping\ndata: {\"type\": \"ping\"}\n\n"
#define ERROR_EVENT \
	"event: error\ndata: " \
	"{\"type\":\"error\",\"error\":{\"type\":\"x\"}}\n\n"
	static const struct {
		const char *stream;
		enum first_says says;
		size_t after; /* 0: all of it */
	} rows[] = {
		{ "event: message_start\ndata: {\"type\":\"message_start\"}\n\n"
		  "more",
		  FIRST_GOOD, 53 },
		{ "event: message_start\ndata: {}\n", FIRST_MORE, 0 },
		{ ERROR_EVENT, FIRST_ERROR, 0 },
		{ "event: error\ndata: {\"type\":\"error\",\"error\":{\"type\":"
		  "\"invalid_request_error\"}}\n\n",
		  FIRST_GOOD, 0 },
		{ "event: error\r\ndata: x\r\n\r\n", FIRST_ERROR, 0 },
		{ "data: {\"type\":\"error\"}\n\n", FIRST_ERROR, 0 },
		{ "data: {\"error\":{\"message\":\"x\"}}\n\n", FIRST_ERROR, 0 },
		{ "data: {\"id\":1,\"error\":null}\n\n", FIRST_GOOD, 0 },
		{ "event: response.failed\ndata: {\"type\":\"response.failed\"}"
		  "\n\n",
		  FIRST_ERROR, 0 },
		{ "event: nothing\n\n" ERROR_EVENT, FIRST_ERROR, 0 },
		{ "data: no JSON\n\n", FIRST_GOOD, 0 },
		{ ": waiting\n", FIRST_QUIET, 0 },
		{ PING, FIRST_QUIET, 0 },
		{ "data: {\"type\":\"ping\"}\n\n", FIRST_QUIET, 0 },
		{ "event: ping\ndata: {}\n\n", FIRST_GOOD, 0 },
		{ "event: ping\ndata: none\n\n", FIRST_QUIET, 0 },
		{ "event: ping\ndata: 5\n\n", FIRST_QUIET, 0 },
		{ "event: error\ndata: [1]\n\n", FIRST_ERROR, 0 },
		{ "data: [1]\n\n", FIRST_GOOD, 0 },
		{ ": waiting\n\n" PING ERROR_EVENT, FIRST_ERROR, 0 },
		{ ": waiting\n\n" PING "data: {}\n\n", FIRST_GOOD, 0 },
		{ ": waiting\n\nevent: message_start\n", FIRST_QUIET, 0 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		expect_first(
			FIRST_EVENTS, span_of(rows[i].stream), rows[i].says,
			rows[i].after ? rows[i].after : strlen(rows[i].stream));
}

static void t_large_event(void **state)
{
	struct buf stream = BUF_INIT(BUF_NO_LIMIT);

	(void)state;
	buf_add_text(&stream, "event: error\ndata: ");
	for (size_t i = 0; i < 70000; i++)
		buf_add_byte(&stream, 'x');
	{
		struct first first;

		first_init(&first, FIRST_EVENTS);
		assert_int_equal(first_feed(&first, buf_span(&stream)),
				 FIRST_GOOD);
		assert_int_equal(first.held.len, stream.len);
		first_clear(&first);
	}
	buf_clear(&stream);
}

/* Comments are waited for up to as much, and an error after them is one. */
static void t_comments(void **state)
{
	static char text[70000];
	struct first first;

	(void)state;
	memset(text, ':', sizeof(text));
	for (size_t i = 9; i < sizeof(text); i += 10)
		text[i] = '\n';
	first_init(&first, FIRST_EVENTS);
	assert_int_equal(first_feed(&first, span_make(text, 65536)),
			 FIRST_QUIET);
	assert_int_equal(first_feed(&first, span_make(text + 65536, 1)),
			 FIRST_GOOD);
	first_clear(&first);
	first_init(&first, FIRST_EVENTS);
	(void)first_feed(&first, span_make(text, sizeof(text)));
	assert_int_equal(first_feed(&first, span_of(ERROR_EVENT)), FIRST_ERROR);
	first_clear(&first);
}

static void t_frames(void **state)
{
	struct buf good = BUF_INIT(10000), bad = BUF_INIT(10000);

	(void)state;
	event_frame_write_event(&good, "chunk", span_of("{\"bytes\":\"\"}"));
	expect_first(FIRST_FRAMES, buf_span(&good), FIRST_GOOD, good.len);
	expect_first(FIRST_FRAMES, span_first(buf_span(&good), good.len - 1),
		     FIRST_MORE, good.len - 1);
	event_frame_write_exception(&bad, "throttlingException",
				    span_of("{\"message\":\"x\"}"));
	expect_first(FIRST_FRAMES, buf_span(&bad), FIRST_ERROR, bad.len);
	bad.at[0] ^= 1; /* whoever reads it says what is wrong */
	{
		struct first first;

		first_init(&first, FIRST_FRAMES);
		assert_int_equal(first_feed(&first, buf_span(&bad)),
				 FIRST_GOOD);
		first_clear(&first);
	}
	buf_clear(&good);
	buf_clear(&bad);
}

static void t_sessions(void **state)
{
	struct sticky *s = sticky_new();
	uint64_t a = sticky_session(span_of("a"), span_of("m"));
	uint64_t b = sticky_session(span_of("b"), span_of("m"));

	(void)state;
	assert_true(a != 0 && b != 0 && a != b);
	assert_true(a != sticky_session(span_of("a"), span_of("n")));
	assert_true(a != sticky_session(span_of("am"), SPAN_EMPTY));
	assert_int_equal(sticky_get(s, a, 1), 0);
	sticky_put(s, a, 7, 1);
	sticky_put(s, b, 8, 2);
	assert_int_equal(sticky_get(s, a, 3), 7);
	assert_int_equal(sticky_get(s, b, 3), 8);
	sticky_put(s, a, 9, 4);
	assert_int_equal(sticky_get(s, a, 5), 9);
	/* The table has a fixed size: sessions without requests are
	 * forgotten. */
	for (uint64_t i = 1; i < 500000; i++) {
		sticky_put(s, a + 8192 * i, 1, (tick_t)i + 5);
		if (i < 400000)
			(void)sticky_get(s, a, (tick_t)i + 5);
	}
	assert_int_equal(sticky_get(s, a, 600000), 0);
	assert_int_equal(sticky_get(s, b, 600000), 8);
	/* As many as fit, and one more: the oldest goes. */
	for (uint64_t i = 0; i < 8; i++)
		sticky_put(s, 3 + 8192 * i, (uint32_t)i + 1, (tick_t)i + 1);
	for (uint64_t i = 0; i < 8; i++)
		assert_int_equal(sticky_get(s, 3 + 8192 * i, (tick_t)i + 20),
				 i + 1);
	sticky_put(s, 3 + 8192 * 8, 9, 30);
	for (uint64_t i = 0; i < 9; i++)
		assert_int_equal(sticky_get(s, 3 + 8192 * i, 31),
				 i == 0 ? 0 : i + 1);
	locks_begin();
	sticky_put(s, b, 8, 600000);
	assert_locked_once();
	assert_int_equal(sticky_get(s, b, 600000), 8);
	assert_locked_once();
	sticky_drop(sticky_hold(s));
	assert_int_equal(locks_gone, 0);
	assert_int_equal(sticky_get(s, b, 600000), 8);
	sticky_drop(s);
	assert_int_equal(locks_gone, 1);
	sticky_drop(NULL);
}

static void t_standing(void **state)
{
	struct standing *a = standing_new(), *b = standing_new();

	(void)state;
	assert_int_not_equal(standing_number(a), standing_number(b));
	assert_int_not_equal(standing_number(a), 0);
	assert_int_equal(standing_look(a).failed, 0);
	standing_failed(a, 5);
	assert_int_equal(standing_look(a).failed, 5);
	standing_first(a, 100);
	assert_int_equal(standing_look(a).first, 100);
	standing_first(a, 300);
	assert_int_equal(standing_look(a).first, 150);
	standing_first(a, 50);
	assert_int_equal(standing_look(a).first, 125);
	standing_pace(a, 1000, TICK_MS / 2); /* too short to say */
	assert_int_equal(standing_look(a).pace, 0);
	standing_pace(a, 1000, 500 * TICK_MS);
	assert_int_equal(standing_look(a).pace, 2000);
	standing_pace(a, 4000, 500 * TICK_MS);
	assert_int_equal(standing_look(a).pace, 3500);
	assert_int_equal(standing_look(b).first, 0);
	standing_pace(b, 3, TICK_MS);
	assert_int_equal(standing_look(b).pace, 3000);
	standing_drop(standing_hold(a));
	assert_int_equal(standing_look(a).failed, 5);
	standing_drop(a);
	standing_drop(b);
	standing_drop(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		{ "pool: the first event of a stream is an error, or none",
		  t_events, NULL, NULL, NULL },
		{ "pool: what is too large is no error", t_large_event, NULL,
		  NULL, NULL },
		{ "pool: comments before an event", t_comments, NULL, NULL,
		  NULL },
		{ "pool: the first frame is an exception, or none", t_frames,
		  NULL, NULL, NULL },
		{ "pool: sessions are kept, the oldest forgotten", t_sessions,
		  NULL, NULL, NULL },
		{ "pool: how a provider has fared", t_standing, NULL, NULL,
		  NULL },
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("pool_first", tests, NULL, NULL);
}
