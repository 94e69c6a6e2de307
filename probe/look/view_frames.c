/*
 * Reads an answer in frames of Amazon's event stream, as Bedrock sends it: the
 * frames, and the events in them. A frame without an event, such as
 * {"bytes":""}, which keeps a connection alive, counts as a comment.
 */
#include <stdlib.h>
#include <string.h>

#include "probe/look/view_private.h"
#include "wire/bytes/mem.h"
#include "wire/http/event_chunk.h"
#include "wire/http/event_stream.h"

#define FRAME_LIMIT ((size_t)32 * 1024 * 1024)

struct frames_reading {
	struct exchange *x;
	size_t cap, event_cap;
	size_t arrival; /* that of the last offset */
};

static tick_t time_of(struct frames_reading *r, uint64_t offset)
{
	const struct exchange *x = r->x;

	while (r->arrival < x->pieces && x->arrivals[r->arrival].end < offset)
		r->arrival++;
	return r->arrival < x->pieces ? x->arrivals[r->arrival].at : x->began;
}

/* ---- events ---- */

/* Adds an event and takes over its data. The name is the type in the data. */
static void add_event(struct frames_reading *r, char *data, size_t len,
		      tick_t at)
{
	struct exchange *x = r->x;
	struct buf name = BUF_INIT(FRAME_LIMIT);
	struct view_event *ev;
	struct jval type;

	x->events = mem_room(x->events, x->event_count, &r->event_cap,
			     sizeof(*x->events));
	ev = &x->events[x->event_count++];
	*ev = (struct view_event){ .data = data,
				   .data_len = len,
				   .at = at,
				   .event_lines = 1,
				   .data_lines = 1,
				   .newlines = 1 };
	(void)jscan(span_make(data, len), &ev->json, NULL);
	if (jscan_member(ev->json, "type", &type))
		(void)jscan_string(type, &name);
	ev->name_len = name.len;
	ev->name = span_dup(buf_span(&name));
	ev->is_ping = strcmp(ev->name, "ping") == 0;
	x->ping_count += ev->is_ping;
	buf_clear(&name);
}

static bool has_type(struct span text)
{
	struct jval root, type;

	return jscan(text, &root, NULL) == 0 && root.type == J_OBJECT &&
	       jscan_member(root, "type", &type) && type.type == J_STRING;
}

/* The client ignores chunks without an event. */
static void read_chunk(struct frames_reading *r, struct span payload, tick_t at)
{
	struct buf event = BUF_INIT(FRAME_LIMIT);
	size_t len;

	if (event_chunk_read(payload, &event, NULL) == 0 &&
	    has_type(buf_span(&event))) {
		char *data = buf_take(&event, &len);

		add_event(r, data, len, at);
	} else {
		r->x->comment_count++;
	}
	buf_clear(&event);
}

/* An exception ends the turn like an `error` event. */
static void read_exception(struct frames_reading *r, const char *type,
			   struct span payload, tick_t at)
{
	struct buf data = BUF_INIT(FRAME_LIMIT);
	struct jval root, message;
	size_t len;
	char *text;

	buf_add_text(&data, "{\"type\":\"error\",\"error\":{\"type\":");
	jscan_quote(&data, span_of(type));
	buf_add_text(&data, ",\"message\":");
	if (jscan(payload, &root, NULL) == 0 &&
	    jscan_member(root, "message", &message) && message.type == J_STRING)
		buf_add_span(&data, message.text);
	else
		jscan_quote(&data, payload);
	buf_add_text(&data, "}}");
	text = buf_take(&data, &len);
	add_event(r, text, len, at);
}

/* ---- frames ---- */

static void add_frame(struct frames_reading *r, const struct event_frame *from)
{
	struct exchange *x = r->x;
	struct span kind = event_frame_text(from, EVENT_FRAME_MESSAGE);
	bool is_event = span_is(kind, "event");
	struct view_frame *frame;

	x->frames = mem_room(x->frames, x->frame_count, &r->cap,
			     sizeof(*x->frames));
	frame = &x->frames[x->frame_count++];
	*frame = (struct view_frame){
		.kind = span_dup(kind),
		.type = span_dup(event_frame_text(
			from,
			is_event ? EVENT_FRAME_EVENT : EVENT_FRAME_EXCEPTION)),
		.payload = span_dup(from->payload),
		.payload_len = from->payload.len,
		.at = time_of(r, from->end),
	};
	if (!is_event)
		read_exception(r, frame->type, from->payload, frame->at);
	else if (strcmp(frame->type, EVENT_CHUNK) == 0)
		read_chunk(r, from->payload, frame->at);
	else
		x->comment_count++;
}

bool view_is_framed(const struct headers *h)
{
	const char *type = headers_get(h, "content-type");
	size_t len = strlen(EVENT_STREAM_TYPE);

	return type && strncasecmp(type, EVENT_STREAM_TYPE, len) == 0 &&
	       strchr("; \t", type[len]) != NULL;
}

void view_read_frames(struct exchange *x)
{
	struct frames_reading r = { .x = x };
	enum event_stream_step step;
	struct fail f = FAIL_INIT;
	struct event_frame frame;
	struct event_stream s;

	event_stream_init(&s, FRAME_LIMIT);
	event_stream_feed(&s, x->content.at, x->content.len);
	while ((step = event_stream_next(&s, &frame, &f)) == EVENT_STREAM_FRAME)
		add_frame(&r, &frame);
	/* An open answer may still get the rest of a frame. */
	if (step == EVENT_STREAM_BAD ||
	    (x->end != END_OPEN && event_stream_finish(&s, &f) < 0))
		x->bad_frame = xstrdup(f.text);
	event_stream_clear(&s);
}

void view_clear_frames(struct exchange *x)
{
	for (size_t i = 0; i < x->frame_count; i++) {
		free(x->frames[i].kind);
		free(x->frames[i].type);
		free(x->frames[i].payload);
	}
	free(x->frames);
	free(x->bad_frame);
}
