/* Streams over the bridges, cut anywhere. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "gateway/bridge/bridge.h"
#include "wire/http/event_chunk.h"
#include "wire/http/event_stream.h"

#define START "{\"type\":\"message_start\",\"message\":{}}"
#define DELTA \
	"{\"type\":\"content_block_delta\",\"delta\":{\"text\":\"\\u00e9\"}}"
#define STOP "{\"type\":\"message_stop\"}"
#define EVENT(name, json) "event: " name "\ndata: " json "\n\n"

/* Feeds it in pieces of `size` bytes; -1 as soon as a piece is refused. */
static int fed(enum bridge_flow flow, struct span bytes, size_t size,
	       struct buf *out, enum bridge_state *state, struct fail *why)
{
	struct bridge_stream *s;
	int rc = 0;

	bridge_stream_new(&s, flow);
	for (size_t at = 0; rc == 0 && at < bytes.len; at += size)
		rc = bridge_stream_feed(
			s, span_first(span_skip(bytes, at), size), out, why);
	*state = bridge_stream_state(s);
	bridge_stream_free(s);
	return rc;
}

static void frame(struct buf *out, const char *json)
{
	assert_int_equal(event_chunk_write(out, span_of(json), 0), 0);
}

static void same(enum bridge_flow flow, const struct buf *from,
		 struct span want, enum bridge_state state)
{
	static const size_t sizes[] = { 1, 2, 7, 100000 };

	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		struct buf out = BUF_INIT(65536);
		struct fail why = FAIL_INIT;
		enum bridge_state is;

		if (fed(flow, buf_span(from), sizes[i], &out, &is, &why) < 0)
			fail_msg("%s", why.text);
		if (!span_equal(buf_span(&out), want))
			fail_msg("'%s' is not '%.*s'", buf_str(&out),
				 SPAN_ARG(want));
		assert_int_equal(is, state);
		buf_clear(&out);
	}
}

static void t_frames_to_events(void **state)
{
	struct buf from = BUF_INIT(65536);

	(void)state;
	same(BRIDGE_FRAMES_TO_EVENTS, &from, SPAN_EMPTY, BRIDGE_SILENT);
	/* What has no type, and events that are no chunks, say nothing. */
	frame(&from, "{}");
	event_frame_write_event(&from, "other", span_of("{\"bytes\":1}"));
	same(BRIDGE_FRAMES_TO_EVENTS, &from, SPAN_EMPTY, BRIDGE_SILENT);
	frame(&from, START);
	frame(&from, DELTA);
	same(BRIDGE_FRAMES_TO_EVENTS, &from,
	     span_of(EVENT("message_start", START)
			     EVENT("content_block_delta", DELTA)),
	     BRIDGE_SPEAKING);
	frame(&from, STOP);
	same(BRIDGE_FRAMES_TO_EVENTS, &from,
	     span_of(EVENT("message_start", START) EVENT(
		     "content_block_delta", DELTA) EVENT("message_stop", STOP)),
	     BRIDGE_STOPPED);
	buf_clear(&from);
}

/* JSON over several lines is data over several lines. */
static void t_lines(void **state)
{
	struct buf from = BUF_INIT(65536);

	(void)state;
	frame(&from, "{\"type\":\"a\",\r\n\"b\":1}");
	same(BRIDGE_FRAMES_TO_EVENTS, &from,
	     span_of("event: a\ndata: {\"type\":\"a\",\ndata: \"b\":1}\n\n"),
	     BRIDGE_SPEAKING);
	buf_reset(&from);
	frame(&from, "{\r\"type\":\"a\",\r\r\n\"b\":1}");
	same(BRIDGE_FRAMES_TO_EVENTS, &from,
	     span_of("event: a\ndata: {\ndata: \"type\":\"a\",\ndata: \n"
		     "data: \"b\":1}\n\n"),
	     BRIDGE_SPEAKING);
	buf_reset(&from);
	/* A type that would be more than a name is none. */
	frame(&from, "{\"type\":\"a\\nevent: b\"}");
	frame(&from, "{\"type\":\"\\na\"}");
	frame(&from, "{\"type\":\"\"}");
	frame(&from, "{\"type\":7}");
	same(BRIDGE_FRAMES_TO_EVENTS, &from, SPAN_EMPTY, BRIDGE_SILENT);
	buf_clear(&from);
}

static void t_exceptions(void **state)
{
	static const char *const rows[][4] = {
		{ "throttlingException", "slow", "rate_limit_error", "slow" },
		{ "validationException", "Input is too long for this.",
		  "invalid_request_error", "Input is too long." },
		{ "internalServerException", "of arn:aws:x", "api_error",
		  "of <arn>" },
		{ "modelStreamErrorException", "m", "api_error", "m" },
		{ "modelTimeoutException", "m", "timeout_error", "m" },
		{ "serviceUnavailableException", "m", "overloaded_error", "m" },
		{ "unknownException", "m", "api_error", "m" },
		{ "unknownException", "", "api_error",
		  "the provider ended its stream with an error, and does not "
		  "say which" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct buf from = BUF_INIT(65536), want = BUF_INIT(65536);
		struct buf payload = BUF_INIT(65536);

		buf_addf(&payload, "{\"message\":\"%s\"}", rows[i][1]);
		frame(&from, START);
		event_frame_write_exception(&from, rows[i][0],
					    buf_span(&payload));
		frame(&from, STOP); /* nothing comes after it */
		buf_addf(&want,
			 EVENT("message_start", START) EVENT(
				 "error",
				 "{\"type\":\"error\",\"error\":{\"type\":"
				 "\"%s\",\"message\":\"%s\"}}"),
			 rows[i][2], rows[i][3]);
		same(BRIDGE_FRAMES_TO_EVENTS, &from, buf_span(&want),
		     BRIDGE_FAILED);
		buf_clear(&from);
		buf_clear(&payload);
		buf_clear(&want);
	}
}

/* An error of the framing itself has its words in headers. */
static void t_error_frame(void **state)
{
	const struct event_header headers[] = {
		{ .name = span_of(":message-type"),
		  .type = EVENT_STRING,
		  .bytes = span_of("error") },
		{ .name = span_of(":error-code"),
		  .type = EVENT_STRING,
		  .bytes = span_of("throttlingException") },
		{ .name = span_of(":error-message"),
		  .type = EVENT_STRING,
		  .bytes = span_of("m") },
	};
	struct buf from = BUF_INIT(65536);

	(void)state;
	assert_int_equal(event_frame_write(&from, headers, 3, SPAN_EMPTY), 0);
	same(BRIDGE_FRAMES_TO_EVENTS, &from,
	     span_of(EVENT("error", "{\"type\":\"error\",\"error\":{\"type\":"
				    "\"rate_limit_error\",\"message\":"
				    "\"m\"}}")),
	     BRIDGE_FAILED);
	buf_clear(&from);
}

static void t_bad_frames(void **state)
{
	static const char *const payloads[] = { "{\"bytes\":7}", "no JSON",
						"{\"bytes\":\"****\"}",
						"{\"bytes\":\"bm8=\"}" };
	enum bridge_state is;

	(void)state;
	for (size_t i = 0; i < sizeof(payloads) / sizeof(payloads[0]); i++) {
		struct buf from = BUF_INIT(65536), out = BUF_INIT(65536);
		struct fail why = FAIL_INIT;

		frame(&from, START);
		event_frame_write_event(&from, EVENT_CHUNK,
					span_of(payloads[i]));
		assert_int_equal(fed(BRIDGE_FRAMES_TO_EVENTS, buf_span(&from),
				     5, &out, &is, &why),
				 -1);
		assert_true(why.code != FAIL_OK && why.text[0] != '\0');
		/* What came before it went out. */
		assert_string_equal(buf_str(&out),
				    EVENT("message_start", START));
		buf_reset(&from);
		buf_reset(&out);
		frame(&from, START);
		from.at[from.len - 1] ^= 1; /* its checksum */
		why = (struct fail)FAIL_INIT;
		assert_int_equal(fed(BRIDGE_FRAMES_TO_EVENTS, buf_span(&from),
				     5, &out, &is, &why),
				 -1);
		assert_true(why.text[0] != '\0');
		assert_int_equal(out.len, 0);
		buf_clear(&from);
		buf_clear(&out);
	}
}

static void t_events_to_frames(void **state)
{
	struct buf from = BUF_INIT(65536), want = BUF_INIT(65536);

	(void)state;
	buf_add_text(&from, ": hello\n\n" EVENT("message_start", START));
	frame(&want, START);
	same(BRIDGE_EVENTS_TO_FRAMES, &from, buf_span(&want), BRIDGE_SPEAKING);
	/* Without its own name, and with other line ends. */
	buf_add_text(&from, "data: " DELTA "\r\n\r\nevent: x\n\n");
	frame(&want, DELTA);
	buf_add_text(&from, EVENT("ping", "{\"type\": \"ping\"}"));
	frame(&want, "{\"type\": \"ping\"}");
	same(BRIDGE_EVENTS_TO_FRAMES, &from, buf_span(&want), BRIDGE_SPEAKING);
	buf_add_text(&from, "data: " STOP "\n\n");
	frame(&want, STOP);
	same(BRIDGE_EVENTS_TO_FRAMES, &from, buf_span(&want), BRIDGE_STOPPED);
	buf_clear(&from);
	buf_clear(&want);
}

static void t_errors_to_frames(void **state)
{
	static const char *const rows[][2] = {
		{ "rate_limit_error", "throttlingException" },
		{ "overloaded_error", "throttlingException" },
		{ "invalid_request_error", "validationException" },
		{ "api_error", "internalServerException" },
		{ "timeout_error", "modelTimeoutException" },
		{ "odd_error", "modelStreamErrorException" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct buf from = BUF_INIT(65536), want = BUF_INIT(65536);

		buf_addf(&from,
			 EVENT("message_start", START) EVENT(
				 "error",
				 "{\"type\":\"error\",\"error\":{\"type\":"
				 "\"%s\",\"message\":\"arn:aws:x\"}}")
				 EVENT("message_stop", STOP),
			 rows[i][0]);
		frame(&want, START);
		event_frame_write_exception(
			&want, rows[i][1],
			span_of("{\"message\":\"arn:aws:x\"}"));
		same(BRIDGE_EVENTS_TO_FRAMES, &from, buf_span(&want),
		     BRIDGE_FAILED);
		buf_clear(&from);
		buf_clear(&want);
	}
}

/* Every byte, comments and line ends included, but for what errors tell. */
static void t_as_they_are(void **state)
{
#define ODD \
	": hello\n\nid: 7\nevent:message_start\r\ndata:" START "\r\n\r\n" \
	":\n\nevent: content_block_delta\ndata: " DELTA "\n\n"
#define PLAIN_ERROR \
	"event: error\r\ndata: {\"type\":\"error\",\"error\":{\"type\":" \
	"\"overloaded_error\",\"message\":\"m\"}}\r\n\r\n"
	struct buf from = BUF_INIT(65536);

	(void)state;
	buf_add_text(&from, ODD);
	same(BRIDGE_EVENTS_AS_THEY_ARE, &from, span_of(ODD), BRIDGE_SPEAKING);
	buf_add_text(&from, "data: " STOP "\n\n");
	same(BRIDGE_EVENTS_AS_THEY_ARE, &from,
	     span_of(ODD "data: " STOP "\n\n"), BRIDGE_STOPPED);
	buf_reset(&from);
	buf_add_text(&from, PLAIN_ERROR);
	same(BRIDGE_EVENTS_AS_THEY_ARE, &from, span_of(PLAIN_ERROR),
	     BRIDGE_FAILED);
	buf_reset(&from);
	buf_add_text(&from, "event: error\ndata: {\"error\":{\"message\":"
			    "\"projects/p-1\"}}\n\n" EVENT("a", "{}"));
	same(BRIDGE_EVENTS_AS_THEY_ARE, &from,
	     span_of(EVENT("error", "{\"type\":\"error\",\"error\":{\"type\":"
				    "\"api_error\",\"message\":"
				    "\"projects/<project>\"}}")),
	     BRIDGE_FAILED);
	buf_reset(&from);
	/* Google's own has neither a name nor a type. */
	buf_add_text(&from, "data: {\"error\":{\"code\":500,\"message\":"
			    "\"projects/p-1\"}}\n\n");
	same(BRIDGE_EVENTS_AS_THEY_ARE, &from,
	     span_of(EVENT("error", "{\"type\":\"error\",\"error\":{\"type\":"
				    "\"api_error\",\"message\":"
				    "\"projects/<project>\"}}")),
	     BRIDGE_FAILED);
	buf_clear(&from);
}

/* An event without data is none, whatever its name. */
static void t_no_data(void **state)
{
#define NAMES_ALONE "event: message_stop\n\nevent: error\n\n"
	struct buf from = BUF_INIT(65536);

	(void)state;
	buf_add_text(&from, NAMES_ALONE);
	same(BRIDGE_EVENTS_AS_THEY_ARE, &from, span_of(NAMES_ALONE),
	     BRIDGE_SILENT);
	same(BRIDGE_EVENTS_TO_FRAMES, &from, SPAN_EMPTY, BRIDGE_SILENT);
	buf_clear(&from);
}

/* An event goes out when it is whole, and no byte of it before. */
static void t_prompt(void **state)
{
	struct buf out = BUF_INIT(65536);
	struct bridge_stream *s;

	(void)state;
	bridge_stream_new(&s, BRIDGE_EVENTS_AS_THEY_ARE);
	bridge_stream_feed(s, span_of("event: a\ndata: {}\n"), &out, NULL);
	assert_int_equal(out.len, 0);
	bridge_stream_feed(s, span_of("\ndata: "), &out, NULL);
	assert_string_equal(buf_str(&out), "event: a\ndata: {}\n\n");
	bridge_stream_free(s);
	bridge_stream_free(NULL);
	buf_clear(&out);
}

static void t_own(void **state)
{
	struct buf out = BUF_INIT(65536), want = BUF_INIT(65536);
	struct bridge_stream *s;

	(void)state;
	bridge_stream_ping(&out);
	assert_string_equal(buf_str(&out),
			    EVENT("ping", "{\"type\":\"ping\"}"));
	buf_reset(&out);
	bridge_stream_new(&s, BRIDGE_FRAMES_TO_EVENTS);
	bridge_stream_break(s, "w", &out);
	assert_string_equal(buf_str(&out),
			    EVENT("error",
				  "{\"type\":\"error\",\"error\":{\"type\":"
				  "\"api_error\",\"message\":\"w\"}}"));
	assert_int_equal(bridge_stream_state(s), BRIDGE_FAILED);
	bridge_stream_free(s);
	buf_reset(&out);
	bridge_stream_new(&s, BRIDGE_EVENTS_TO_FRAMES);
	bridge_stream_break(s, "w", &out);
	event_frame_write_exception(&want, "modelStreamErrorException",
				    span_of("{\"message\":\"w\"}"));
	assert_true(span_equal(buf_span(&out), buf_span(&want)));
	bridge_stream_free(s);
	buf_clear(&out);
	buf_clear(&want);
}

/* An event, comments: neither may grow for ever. */
static void t_limits(void **state)
{
	static const char *const fronts[] = { "data: ", ": a\n" };
	static const char *const more[] = { "xxxxxxxxxxxxxxxx",
					    ": xxxxxxxxxxxx\n" };

	(void)state;
	for (size_t n = 0; n < 2; n++) {
		struct buf piece = BUF_INIT(1 << 20), out = BUF_INIT(65536);
		struct fail why = FAIL_INIT;
		struct bridge_stream *s;
		size_t times = 0;

		for (size_t i = 0; i < 65536; i++)
			buf_add_text(&piece, more[n]);
		bridge_stream_new(&s, BRIDGE_EVENTS_AS_THEY_ARE);
		bridge_stream_feed(s, span_of(fronts[n]), &out, NULL);
		while (bridge_stream_feed(s, buf_span(&piece), &out, &why) == 0)
			times++;
		assert_int_equal(why.code, FAIL_LIMIT);
		assert_in_range(times, 15, 40);
		assert_int_equal(out.len, 0);
		bridge_stream_free(s);
		buf_clear(&piece);
	}
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		{ "bridge: frames to events", t_frames_to_events, NULL, NULL,
		  NULL },
		{ "bridge: JSON over several lines", t_lines, NULL, NULL,
		  NULL },
		{ "bridge: exceptions become errors", t_exceptions, NULL, NULL,
		  NULL },
		{ "bridge: errors of the framing", t_error_frame, NULL, NULL,
		  NULL },
		{ "bridge: frames that cannot be read", t_bad_frames, NULL,
		  NULL, NULL },
		{ "bridge: events to frames", t_events_to_frames, NULL, NULL,
		  NULL },
		{ "bridge: errors become exceptions", t_errors_to_frames, NULL,
		  NULL, NULL },
		{ "bridge: events as they are", t_as_they_are, NULL, NULL,
		  NULL },
		{ "bridge: an event without data", t_no_data, NULL, NULL,
		  NULL },
		{ "bridge: an event goes out when it is whole", t_prompt, NULL,
		  NULL, NULL },
		{ "bridge: what is said by ourselves", t_own, NULL, NULL,
		  NULL },
		{ "bridge: streams have limits", t_limits, NULL, NULL, NULL },
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("bridge_stream", tests, NULL, NULL);
}
