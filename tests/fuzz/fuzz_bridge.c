/*
 * Any JSON as a request that goes over a bridge, in both directions, any path,
 * any bytes as an error and as a stream. What comes out is JSON, the events and
 * frames of a stream can be read, and it does not matter where a stream was cut.
 */
#include <assert.h>
#include <stdint.h>

#include "gateway/bridge/bridge.h"
#include "wire/http/event_chunk.h"
#include "wire/http/event_stream.h"
#include "wire/http/sse.h"

/* The assertions are the test; a build without them would test nothing. */
#ifdef NDEBUG
#error "fuzz targets need assert()"
#endif

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

static void check_object(struct buf *out)
{
	struct jval root;

	assert(jscan(buf_span(out), &root, NULL) == 0);
	assert(root.type == J_OBJECT);
	buf_reset(out);
}

/* ---- requests ---- */

static void check_asked(struct jval root, struct span betas)
{
	struct bridge_asked from = { root, span_of("m"), betas };
	struct buf body = BUF_INIT(BUF_NO_LIMIT),
		   header = BUF_INIT(BUF_NO_LIMIT);
	struct bridge_asking to = { &body, &header };
	struct jval member;

	for (enum bridge_vendor v = BRIDGE_BEDROCK; v <= BRIDGE_VERTEX; v++) {
		if (bridge_ask_vendor(v, &from, &to, NULL) == 0) {
			struct jval out;

			assert(jscan(buf_span(&body), &out, NULL) == 0);
			assert(!jscan_member(out, "model", &member));
			assert(!jscan_member(out, "tags", &member));
			assert(jscan_member(out, "anthropic_version", &member));
			assert(v == BRIDGE_VERTEX || header.len == 0);
			check_object(&body);
		}
		buf_reset(&body);
		buf_reset(&header);
		if (bridge_ask_vendor_count(v, &from, &to, NULL) == 0)
			check_object(&body);
		buf_reset(&body);
		buf_reset(&header);
	}
	for (enum bridge_call c = BRIDGE_MESSAGE; c <= BRIDGE_COUNT; c++) {
		if (bridge_ask_plain(c, &from, &to, NULL) == 0)
			check_object(&body);
		buf_reset(&body);
		buf_reset(&header);
	}
	(void)bridge_count_body(root, &body, NULL);
	buf_clear(&body);
	buf_clear(&header);
}

static void check_path(struct span text)
{
	struct bridge_path p = bridge_path_of(text);
	struct buf name = BUF_INIT(BUF_NO_LIMIT),
		   other = BUF_INIT(BUF_NO_LIMIT);

	if (p.vendor != BRIDGE_NONE && p.model.len > 0) {
		assert(bridge_name_is_sound(p.model, true));
		bridge_name_decode(p.model, &name);
		bridge_name_encode(buf_span(&name), &other);
		assert(bridge_name_is_sound(buf_span(&other), true));
	}
	buf_reset(&other);
	(void)bridge_model_plain(text, &other, NULL);
	bridge_model_bedrock(text, "us-east-1", &other);
	bridge_model_vertex(text, &other);
	(void)bridge_model_foundation(text);
	buf_clear(&name);
	buf_clear(&other);
}

/* ---- answers ---- */

static void check_errors(struct span text, struct buf *out)
{
	(void)bridge_error_plain(400, text, "id", out);
	check_object(out);
	bridge_error_write(BRIDGE_BEDROCK, 400, text, out);
	check_object(out);
	bridge_error_write(BRIDGE_VERTEX, 400, text, out);
	check_object(out);
	buf_add_span(out, text);
	bridge_error_blot(out);
	buf_reset(out);
}

static void check_events(struct span stream)
{
	struct sse s;
	struct sse_event ev;
	struct jval root;

	sse_init(&s, SIZE_MAX);
	sse_feed(&s, stream.at, stream.len);
	while (sse_next(&s, &ev) == SSE_EVENT)
		assert(jscan(ev.data, &root, NULL) == 0);
	sse_clear(&s);
}

static void check_frames(struct span stream)
{
	struct event_stream s;
	struct event_frame frame;
	struct buf event = BUF_INIT(BUF_NO_LIMIT);

	event_stream_init(&s, SIZE_MAX);
	event_stream_feed(&s, stream.at, stream.len);
	while (event_stream_next(&s, &frame, NULL) == EVENT_STREAM_FRAME) {
		buf_reset(&event);
		if (span_is(event_frame_text(&frame, EVENT_FRAME_EVENT),
			    EVENT_CHUNK))
			assert(event_chunk_read(frame.payload, &event, NULL) ==
			       0);
	}
	assert(event_stream_finish(&s, NULL) == 0);
	event_stream_clear(&s);
	buf_clear(&event);
}

/* As far as it can be read, in pieces of this size. */
static enum bridge_state play(enum bridge_flow flow, struct span bytes,
			      size_t size, struct buf *out)
{
	struct bridge_stream *s;
	enum bridge_state state;

	bridge_stream_new(&s, flow);
	for (; bytes.len > 0; bytes = span_skip(bytes, size))
		if (bridge_stream_feed(s, span_first(bytes, size), out, NULL) <
		    0)
			break;
	state = bridge_stream_state(s);
	bridge_stream_break(s, "cut", out);
	bridge_stream_free(s);
	return state;
}

static void check_stream(struct span bytes)
{
	struct buf whole = BUF_INIT(BUF_NO_LIMIT), cut = BUF_INIT(BUF_NO_LIMIT);

	for (enum bridge_flow f = BRIDGE_FRAMES_TO_EVENTS;
	     f <= BRIDGE_EVENTS_AS_THEY_ARE; f++) {
		assert(play(f, bytes, bytes.len, &whole) ==
		       play(f, bytes, 3, &cut));
		assert(span_equal(buf_span(&whole), buf_span(&cut)));
		if (f == BRIDGE_FRAMES_TO_EVENTS)
			check_events(buf_span(&whole));
		if (f == BRIDGE_EVENTS_TO_FRAMES)
			check_frames(buf_span(&whole));
		buf_reset(&whole);
		buf_reset(&cut);
	}
	buf_clear(&whole);
	buf_clear(&cut);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	struct span text = span_make(bytes, len);
	struct span line = span_first(text, span_find_byte(text, '\n'));
	struct span rest = span_skip(text, line.len + 1);
	struct buf out = BUF_INIT(BUF_NO_LIMIT);
	struct jval root;

	if (jscan(text, &root, NULL) == 0 && root.type == J_OBJECT)
		check_asked(root, SPAN_EMPTY);
	else if (jscan(rest, &root, NULL) == 0 && root.type == J_OBJECT)
		check_asked(root, line); /* a line of betas before it */
	check_path(line);
	check_errors(text, &out);
	check_stream(text);
	buf_clear(&out);
	return 0;
}
