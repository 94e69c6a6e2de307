/*
 * Changes streams between Bedrock's frames and server-sent events. The JSON of
 * an event is never printed again: its bytes are copied. Only errors, which
 * have another form on each side, are written anew.
 */
#include <stdlib.h>
#include <string.h>

#include "gateway/bridge/bridge_private.h"
#include "wire/bytes/mem.h"
#include "wire/http/event_chunk.h"
#include "wire/http/event_stream.h"
#include "wire/http/sse.h"

enum {
	FRAME_LIMIT = 16 * 1024 * 1024, /* bytes of an event */
	RAW_LIMIT = 2 * FRAME_LIMIT, /* with comments before it */
};

struct bridge_stream {
	enum bridge_flow flow;
	enum bridge_state state;
	struct event_stream frames;
	struct sse events;
	struct buf raw; /* the bytes of the current event as they came */
	uint64_t raw_at; /* where in the stream they begin */
};

void bridge_stream_new(struct bridge_stream **out, enum bridge_flow flow)
{
	struct bridge_stream *s = xcalloc(1, sizeof(*s));

	s->flow = flow;
	event_stream_init(&s->frames, FRAME_LIMIT);
	sse_init(&s->events, FRAME_LIMIT);
	buf_init(&s->raw, RAW_LIMIT);
	*out = s;
}

void bridge_stream_free(struct bridge_stream *s)
{
	if (!s)
		return;
	event_stream_clear(&s->frames);
	sse_clear(&s->events);
	buf_clear(&s->raw);
	free(s);
}

enum bridge_state bridge_stream_state(const struct bridge_stream *s)
{
	return s->state;
}

void bridge_stream_ping(struct buf *out)
{
	buf_add_text(out, "event: ping\ndata: {\"type\":\"ping\"}\n\n");
}

static void move_on(struct bridge_stream *s, struct span type)
{
	if (span_is(type, "message_stop"))
		s->state = BRIDGE_STOPPED;
	else if (s->state == BRIDGE_SILENT)
		s->state = BRIDGE_SPEAKING;
}

/* ---- errors ---- */

/* Writes an error event in the form of the Messages API. */
static void write_event_error(struct bridge_stream *s, const char *type,
			      struct span words, struct buf *out)
{
	buf_addf(out,
		 "event: error\ndata: {\"type\":\"error\",\"error\":{\"type\":"
		 "\"%s\",\"message\":",
		 type);
	jscan_quote(out, words);
	buf_add_text(out, "}}\n\n");
	s->state = BRIDGE_FAILED;
}

static void write_frame_error(struct bridge_stream *s, const char *name,
			      struct span words, struct buf *out)
{
	struct buf payload = BUF_INIT(BUF_NO_LIMIT);

	buf_add_text(&payload, "{\"message\":");
	jscan_quote(&payload, words);
	buf_add_byte(&payload, '}');
	(void)event_frame_write_exception(out, name, buf_span(&payload));
	buf_clear(&payload);
	s->state = BRIDGE_FAILED;
}

void bridge_stream_break(struct bridge_stream *s, const char *words,
			 struct buf *out)
{
	if (s->flow == BRIDGE_EVENTS_TO_FRAMES)
		write_frame_error(s, "modelStreamErrorException",
				  span_of(words), out);
	else
		write_event_error(s, "api_error", span_of(words), out);
}

/* ---- frames to events ---- */

/* Writes an event, with a line `data:` for each line of the JSON, whatever ends
 * that line. */
static void write_event(struct span type, struct span json, struct buf *out)
{
	struct span line, part;

	buf_addf(out, "event: %.*s\n", SPAN_ARG(type));
	while (span_split(&json, '\n', &line)) {
		if (span_ends(line, "\r"))
			line.len--;
		while (span_split(&line, '\r', &part)) {
			buf_add_text(out, "data: ");
			buf_add_span(out, part);
			buf_add_byte(out, '\n');
		}
	}
	buf_add_byte(out, '\n');
}

/* May this type be put on a line? Only visible characters may. */
static bool is_word(struct span s)
{
	for (size_t i = 0; i < s.len; i++)
		if (s.at[i] < '!' || s.at[i] > '~')
			return false;
	return s.len > 0;
}

static int take_chunk(struct bridge_stream *s, struct span payload,
		      struct buf *out, struct fail *why)
{
	struct buf json = BUF_INIT(FRAME_LIMIT), type = BUF_INIT(1024);
	struct jval root, text;
	int rc = event_chunk_read(payload, &json, why);

	if (rc == 0)
		rc = jscan(buf_span(&json), &root, why);
	if (rc == 0) {
		text = jscan_get(root, "type");
		/* A chunk without a type only keeps the connection alive. */
		if (text.type == J_STRING && jscan_string(text, &type) == 0 &&
		    is_word(buf_span(&type))) {
			write_event(buf_span(&type), buf_span(&json), out);
			move_on(s, buf_span(&type));
		}
	}
	buf_clear(&json);
	buf_clear(&type);
	return rc;
}

static void take_exception(struct bridge_stream *s, struct span name,
			   struct span said, struct buf *out)
{
	const struct bridge_exception *e = bridge_exception_named(name);
	struct buf words = BUF_INIT(BUF_NO_LIMIT);

	if (said.len == 0)
		said = span_of("the provider ended its stream with an error, "
			       "and does not say which");
	bridge_error_tell(e->status, said, &words);
	write_event_error(s, e->messages, buf_span(&words), out);
	buf_clear(&words);
}

static int take_frame(struct bridge_stream *s, const struct event_frame *frame,
		      struct buf *out, struct fail *why)
{
	struct span message = event_frame_text(frame, EVENT_FRAME_MESSAGE);
	struct buf said = BUF_INIT(BUF_NO_LIMIT);

	if (span_is(message, "event")) {
		if (span_is(event_frame_text(frame, EVENT_FRAME_EVENT),
			    EVENT_CHUNK))
			return take_chunk(s, frame->payload, out, why);
	} else if (span_is(message, "exception")) {
		bridge_error_words(frame->payload, &said);
		take_exception(s,
			       event_frame_text(frame, EVENT_FRAME_EXCEPTION),
			       buf_span(&said), out);
	} else {
		take_exception(s, event_frame_text(frame, ":error-code"),
			       event_frame_text(frame, ":error-message"), out);
	}
	buf_clear(&said);
	return 0;
}

static int feed_frames(struct bridge_stream *s, struct span bytes,
		       struct buf *out, struct fail *why)
{
	enum event_stream_step step;
	struct event_frame frame;

	event_stream_feed(&s->frames, bytes.at, bytes.len);
	while ((step = event_stream_next(&s->frames, &frame, why)) ==
	       EVENT_STREAM_FRAME)
		if (s->state != BRIDGE_FAILED &&
		    take_frame(s, &frame, out, why) < 0)
			return -1;
	return step == EVENT_STREAM_BAD ? -1 : 0;
}

/* ---- events ---- */

/* The event's name, or its type where it has none; Google's own errors have
 * neither. */
static void type_of(const struct sse_event *ev, struct buf *type)
{
	struct jval root, text;

	buf_add_span(type, ev->name);
	if (ev->name.len > 0 || jscan(ev->data, &root, NULL) < 0)
		return;
	text = jscan_get(root, "type");
	if (text.type == J_STRING)
		(void)jscan_string(text, type);
	else if (jscan_get(root, "error").text.at)
		buf_add_text(type, "error");
}

/* Reads type and words of {"error":{"type":..,"message":..}}. */
static void read_error(struct span data, struct buf *type, struct buf *words)
{
	struct jval root, text;

	bridge_error_words(data, words);
	if (jscan(data, &root, NULL) < 0)
		return;
	text = jscan_get(jscan_get(root, "error"), "type");
	if (text.type == J_STRING)
		(void)jscan_string(text, type);
}

static void take_error(struct bridge_stream *s, struct span data,
		       struct span raw, struct buf *out)
{
	struct buf type = BUF_INIT(1024), said = BUF_INIT(BUF_NO_LIMIT);
	struct buf words = BUF_INIT(BUF_NO_LIMIT);
	const struct bridge_exception *e;

	read_error(data, &type, &said);
	e = bridge_exception_typed(buf_span(&type));
	if (s->flow == BRIDGE_EVENTS_TO_FRAMES) {
		write_frame_error(s, e->bedrock, buf_span(&said), out);
	} else {
		bridge_error_tell(e->status, buf_span(&said), &words);
		if (type.len > 0 &&
		    span_equal(buf_span(&words), buf_span(&said)))
			buf_add_span(out, raw);
		else
			write_event_error(s, e->messages, buf_span(&words),
					  out);
		s->state = BRIDGE_FAILED;
	}
	buf_clear(&type);
	buf_clear(&said);
	buf_clear(&words);
}

static int take_event(struct bridge_stream *s, const struct sse_event *ev,
		      struct span raw, struct buf *out)
{
	struct buf type = BUF_INIT(BUF_NO_LIMIT);
	int rc = 0;

	type_of(ev, &type);
	if (ev->data_lines == 0) { /* clients ignore such an event */
		if (s->flow == BRIDGE_EVENTS_AS_THEY_ARE)
			buf_add_span(out, raw);
	} else if (span_is(buf_span(&type), "error")) {
		take_error(s, ev->data, raw, out);
	} else {
		if (s->flow == BRIDGE_EVENTS_AS_THEY_ARE)
			buf_add_span(out, raw);
		else
			rc = event_chunk_write(out, ev->data, 0);
		move_on(s, buf_span(&type));
	}
	buf_clear(&type);
	return rc;
}

static int feed_events(struct bridge_stream *s, struct span bytes,
		       struct buf *out, struct fail *why)
{
	struct sse_event ev;
	enum sse_step step;

	if (buf_add_span(&s->raw, bytes) < 0)
		return fail_set(why, FAIL_LIMIT,
				"more than %d bytes without an event",
				RAW_LIMIT);
	sse_feed(&s->events, bytes.at, bytes.len);
	while ((step = sse_next(&s->events, &ev)) != SSE_MORE) {
		size_t len;

		if (step == SSE_BAD)
			return fail_set(why, FAIL_LIMIT,
					"an event has more than %d bytes",
					FRAME_LIMIT);
		if (step != SSE_EVENT)
			continue;
		len = (size_t)(ev.end - s->raw_at);
		if (s->state != BRIDGE_FAILED &&
		    take_event(s, &ev, span_first(buf_span(&s->raw), len),
			       out) < 0)
			return fail_set(why, FAIL_LIMIT,
					"an event is too large for a frame");
		buf_drop(&s->raw, len);
		s->raw_at = ev.end;
	}
	return 0;
}

int bridge_stream_feed(struct bridge_stream *s, struct span bytes,
		       struct buf *out, struct fail *why)
{
	if (s->flow == BRIDGE_FRAMES_TO_EVENTS)
		return feed_frames(s, bytes, out, why);
	return feed_events(s, bytes, out, why);
}
