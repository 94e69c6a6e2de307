/* Reads the first event of a stream. */
#include "gateway/pool/first.h"

#include "wire/json/jscan.h"

/* An event that is larger than this is no error. */
enum { HELD_LIMIT = 64 * 1024 };

void first_init(struct first *s, enum first_kind kind)
{
	*s = (struct first){ .kind = kind };
	buf_init(&s->held, BUF_NO_LIMIT);
	if (kind == FIRST_EVENTS)
		sse_init(&s->events, HELD_LIMIT);
	else
		event_stream_init(&s->frames, HELD_LIMIT);
}

void first_clear(struct first *s)
{
	buf_clear(&s->held);
	if (s->kind == FIRST_EVENTS)
		sse_clear(&s->events);
	else
		event_stream_clear(&s->frames);
}

/* Is the request wrong? It would be wrong at every provider, so the client gets
 * the error, as it gets a 400. */
static bool is_of_request(struct jval root)
{
	return jscan_member_is(jscan_get(root, "error"), "type",
			       "invalid_request_error");
}

/* Is it an error: {"type":"error",...} of the Messages API and of Responses, or
 * {"error":{...}} of chat completions? */
static bool is_error(const struct sse_event *ev)
{
	struct jval root, error;

	if (jscan(ev->data, &root, NULL) < 0 || root.type != J_OBJECT)
		return span_is(ev->name, "error");
	if (is_of_request(root))
		return false;
	if (span_is(ev->name, "error"))
		return true;
	if (jscan_member_is(root, "type", "error") ||
	    jscan_member_is(root, "type", "response.failed"))
		return true;
	return jscan_member(root, "error", &error) && error.type == J_OBJECT;
}

static bool is_ping(const struct sse_event *ev)
{
	struct jval root;

	if (jscan(ev->data, &root, NULL) == 0 && root.type == J_OBJECT)
		return jscan_member_is(root, "type", "ping");
	return span_is(ev->name, "ping");
}

static enum first_says feed_events(struct first *s, struct span bytes)
{
	struct sse_event ev;

	sse_feed(&s->events, bytes.at, bytes.len);
	for (;;) {
		switch (sse_next(&s->events, &ev)) {
		case SSE_MORE:
			return s->quiet ? FIRST_QUIET : FIRST_MORE;
		case SSE_COMMENT:
			s->quiet = true;
			break;
		case SSE_EVENT:
			if (is_error(&ev))
				return FIRST_ERROR;
			if (ev.data_lines == 0)
				break;
			if (!is_ping(&ev))
				return FIRST_GOOD;
			s->quiet = true;
			break;
		default: /* the client waits for it */
			return FIRST_GOOD;
		}
	}
}

static enum first_says feed_frames(struct first *s, struct span bytes)
{
	struct event_frame frame;
	struct fail f = FAIL_INIT;

	event_stream_feed(&s->frames, bytes.at, bytes.len);
	switch (event_stream_next(&s->frames, &frame, &f)) {
	case EVENT_STREAM_MORE:
		return FIRST_MORE;
	case EVENT_STREAM_FRAME:
		return span_is(event_frame_text(&frame, EVENT_FRAME_MESSAGE),
			       "event")
			       ? FIRST_GOOD
			       : FIRST_ERROR;
	default:
		return FIRST_GOOD;
	}
}

enum first_says first_feed(struct first *s, struct span bytes)
{
	enum first_says says = s->kind == FIRST_EVENTS ? feed_events(s, bytes)
						       : feed_frames(s, bytes);

	buf_add_span(&s->held, bytes);
	return s->held.len > HELD_LIMIT && says != FIRST_ERROR ? FIRST_GOOD
							       : says;
}
