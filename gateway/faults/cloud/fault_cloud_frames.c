/* Faults of answers in Amazon's frames, and of Vertex's streams. */
#include <string.h>

#include "gateway/faults/faults.h"
#include "wire/http/event_chunk.h"
#include "wire/http/event_stream.h"

#define FRAME_LIMIT ((size_t)32 * 1024 * 1024)

/* ---- frames ---- */

/* Changes a frame: `raw` is the frame as it came, `event` the event in its
 * chunk, empty if there is none. */
typedef void frame_fn(struct slot *s, const struct event_frame *frame,
		      struct span raw, struct span event, struct buf *out);

static void change_frame(struct slot *s, struct span raw, frame_fn *fn,
			 struct buf *out)
{
	struct buf event = BUF_INIT(FRAME_LIMIT);
	struct event_frame frame;
	struct event_stream in;

	event_stream_init(&in, FRAME_LIMIT);
	event_stream_feed(&in, raw.at, raw.len);
	if (event_stream_next(&in, &frame, NULL) == EVENT_STREAM_FRAME) {
		(void)event_chunk_read(frame.payload, &event, NULL);
		fn(s, &frame, raw, buf_span(&event), out);
	} else {
		buf_add_span(out, raw);
	}
	event_stream_clear(&in);
	buf_clear(&event);
}

static size_t frame_size(struct span bytes)
{
	size_t len = 0;

	if (bytes.len < 4)
		return 0;
	for (size_t i = 0; i < 4; i++)
		len = len << 8 | (unsigned char)bytes.at[i];
	return len >= 16 && len <= bytes.len ? len : 0;
}

/* Calls `fn` for each frame. An answer that has no frames is passed on as it
 * is. */
static void each_frame(struct slot *s, struct span bytes, frame_fn *fn,
		       struct buf *out)
{
	size_t len;

	if (!s->is_set) {
		buf_add_span(out, bytes);
		return;
	}
	buf_add_span(&s->kept, bytes);
	while ((len = frame_size(buf_span(&s->kept))) > 0) {
		change_frame(s, span_first(buf_span(&s->kept), len), fn, out);
		buf_drop(&s->kept, len);
	}
}

static bool has_frames(const struct headers *h)
{
	const char *type = headers_get(h, "content-type");

	return type && strcmp(type, EVENT_STREAM_TYPE) == 0;
}

static enum take sees_frames(struct relay *r, struct slot *s,
			     const struct http_head *head,
			     struct relay_answer *a)
{
	(void)r;
	(void)a;
	s->is_set = has_frames(&head->headers);
	return TAKE_NOT;
}

static void gives_rest(struct slot *s, struct buf *out, enum stream_end *end)
{
	if (s->is_set)
		fault_give(s, out, end);
}

static bool is_event(struct span event, const char *type)
{
	struct jval root, v;

	return jscan(event, &root, NULL) == 0 &&
	       jscan_member(root, "type", &v) && jscan_string_is(v, type);
}

static bool is_exception(const struct event_frame *frame)
{
	return !span_is(event_frame_text(frame, EVENT_FRAME_MESSAGE), "event");
}

static void add_event(struct buf *out, const char *json)
{
	(void)event_chunk_write(out, span_of(json), 0);
}

/* ---- as another format ---- */

static enum take as_sse_head(struct relay *r, struct slot *s,
			     const struct http_head *head,
			     struct relay_answer *a)
{
	(void)sees_frames(r, s, head, a);
	if (s->is_set)
		headers_set(&a->headers, "content-type", "text/event-stream");
	return TAKE_NOT;
}

static void as_sse(struct slot *s, const struct event_frame *frame,
		   struct span raw, struct span event, struct buf *out)
{
	struct buf name = BUF_INIT(FRAME_LIMIT);
	struct jval root, type;

	(void)s;
	(void)frame;
	(void)raw;
	if (jscan(event, &root, NULL) == 0 && jscan_member(root, "type", &type))
		(void)jscan_string(type, &name);
	if (name.len > 0)
		buf_addf(out, "event: %s\ndata: %.*s\n\n", buf_str(&name),
			 SPAN_ARG(event));
	buf_clear(&name);
}

static void as_sse_piece(struct slot *s, struct span bytes, struct buf *out)
{
	each_frame(s, bytes, as_sse, out);
}

static enum take as_bytes_head(struct relay *r, struct slot *s,
			       const struct http_head *head,
			       struct relay_answer *a)
{
	(void)sees_frames(r, s, head, a);
	if (s->is_set)
		headers_set(&a->headers, "content-type",
			    "application/octet-stream");
	return TAKE_NOT;
}

/* ---- spoilt ---- */

/* Spoils the checksum of large frames, as a writer does whose lengths have 15
 * bits. */
static void spoils_large(struct slot *s, const struct event_frame *frame,
			 struct span raw, struct span event, struct buf *out)
{
	size_t begun = out->len;

	(void)s;
	(void)frame;
	(void)event;
	buf_add_span(out, raw);
	if (raw.len > 32768)
		out->at[begun + raw.len - 1] ^= 1;
}

static void spoils_large_piece(struct slot *s, struct span bytes,
			       struct buf *out)
{
	each_frame(s, bytes, spoils_large, out);
}

static void loses_strange(struct slot *s, const struct event_frame *frame,
			  struct span raw, struct span event, struct buf *out)
{
	(void)s;
	if (event.len > 0 || is_exception(frame))
		buf_add_span(out, raw);
}

static void loses_strange_piece(struct slot *s, struct span bytes,
				struct buf *out)
{
	each_frame(s, bytes, loses_strange, out);
}

/* Writes the frame again, without the padding of its chunk. */
static void writes_anew(struct slot *s, const struct event_frame *frame,
			struct span raw, struct span event, struct buf *out)
{
	(void)s;
	if (event.len > 0 && !is_exception(frame))
		(void)event_chunk_write(out, event, 0);
	else
		buf_add_span(out, raw);
}

static void writes_anew_piece(struct slot *s, struct span bytes,
			      struct buf *out)
{
	each_frame(s, bytes, writes_anew, out);
}

/* ---- events ---- */

static void drops_signature(struct slot *s, const struct event_frame *frame,
			    struct span raw, struct span event, struct buf *out)
{
	(void)s;
	(void)frame;
	if (span_find(event, span_of("signature_delta")) == SIZE_MAX)
		buf_add_span(out, raw);
}

static void drops_signature_piece(struct slot *s, struct span bytes,
				  struct buf *out)
{
	each_frame(s, bytes, drops_signature, out);
}

static void drops_arguments(struct slot *s, const struct event_frame *frame,
			    struct span raw, struct span event, struct buf *out)
{
	(void)s;
	(void)frame;
	if (span_find(event, span_of("input_json_delta")) == SIZE_MAX)
		buf_add_span(out, raw);
}

static void drops_arguments_piece(struct slot *s, struct span bytes,
				  struct buf *out)
{
	each_frame(s, bytes, drops_arguments, out);
}

/* ---- ends ---- */

#define STOP_DELTA \
	"{\"type\":\"message_delta\",\"delta\":{\"stop_reason\":" \
	"\"end_turn\",\"stop_sequence\":null},\"usage\":{\"output_tokens\":1}" \
	"}"
#define STOP "{\"type\":\"message_stop\"}"

static void swallows(struct slot *s, const struct event_frame *frame,
		     struct span raw, struct span event, struct buf *out)
{
	if (is_event(event, "message_stop"))
		s->count = 1;
	if (!is_exception(frame))
		buf_add_span(out, raw);
}

static void swallows_piece(struct slot *s, struct span bytes, struct buf *out)
{
	each_frame(s, bytes, swallows, out);
}

/* Ends the stream well, however it ended; half a frame is dropped. */
static void mends(struct slot *s, struct buf *out, enum stream_end *end)
{
	if (!s->is_set || s->count > 0)
		return;
	buf_reset(&s->kept);
	add_event(out, STOP_DELTA);
	add_event(out, STOP);
	*end = END_CLEAN;
}

/* ---- buffers ---- */

static void holds(struct slot *s, struct span bytes, struct buf *out)
{
	if (s->is_set)
		fault_keep(s, bytes, out);
	else
		buf_add_span(out, bytes);
}

/* ---- Vertex's streams ---- */

static void sse_swallows(struct slot *s, struct span frame, struct buf *out)
{
	if (frame_is(frame, "message_stop"))
		s->count = 1;
	if (!frame_is(frame, "error"))
		buf_add_span(out, frame);
}

static void sse_mends(struct slot *s, struct buf *out, enum stream_end *end)
{
	if (s->count > 0)
		return;
	frame_write(out, "message_delta", STOP_DELTA);
	frame_write(out, "message_stop", STOP);
	*end = END_CLEAN;
}

static void sse_no_signature(struct slot *s, struct span frame, struct buf *out)
{
	(void)s;
	if (span_find(frame, span_of("signature_delta")) == SIZE_MAX)
		buf_add_span(out, frame);
}

static void sse_no_arguments(struct slot *s, struct span frame, struct buf *out)
{
	(void)s;
	if (span_find(frame, span_of("input_json_delta")) == SIZE_MAX)
		buf_add_span(out, frame);
}

static void sse_numbers(struct slot *s, struct span frame, struct buf *out)
{
	buf_addf(out, "id: %u\n", s->count++);
	buf_add_span(out, frame);
}

const struct fault faults_of_cloud_answers[] = {
	{ .name = "bedrock-as-sse",
	  .about = "answers a stream of frames as text/event-stream",
	  .response = as_sse_head,
	  .piece = as_sse_piece },
	{ .name = "bedrock-as-bytes",
	  .about = "calls a stream of frames application/octet-stream",
	  .response = as_bytes_head },
	{ .name = "bedrock-spoils-large",
	  .about = "spoils the checksum of large frames",
	  .response = sees_frames,
	  .piece = spoils_large_piece,
	  .end = gives_rest },
	{ .name = "bedrock-loses-strange",
	  .about = "drops frames that have no event of the model",
	  .response = sees_frames,
	  .piece = loses_strange_piece,
	  .end = gives_rest },
	{ .name = "bedrock-writes-anew",
	  .about = "writes each frame anew, without its padding",
	  .response = sees_frames,
	  .piece = writes_anew_piece,
	  .end = gives_rest },
	{ .name = "bedrock-drops-signature",
	  .about = "drops the signature of a thought from the frames",
	  .response = sees_frames,
	  .piece = drops_signature_piece,
	  .end = gives_rest },
	{ .name = "bedrock-drops-arguments",
	  .about = "drops the input of tool calls from the frames of a stream",
	  .response = sees_frames,
	  .piece = drops_arguments_piece,
	  .end = gives_rest },
	{ .name = "bedrock-swallows-exceptions",
	  .about = "drops exceptions, and ends the stream as if it were whole",
	  .response = sees_frames,
	  .piece = swallows_piece,
	  .end = mends },
	{ .name = "bedrock-holds",
	  .about = "sends frames only when the last of them is there",
	  .response = sees_frames,
	  .piece = holds,
	  .end = gives_rest },
	{ .name = "vertex-swallows-errors",
	  .about = "drops errors inside a stream, and ends it as if it were "
		   "whole",
	  .frame = sse_swallows,
	  .end = sse_mends },
	{ .name = "vertex-numbers-events",
	  .about = "gives each event of a stream an id",
	  .frame = sse_numbers },
	{ .name = "vertex-drops-signature",
	  .about = "drops the signature of a thought",
	  .frame = sse_no_signature },
	{ .name = "vertex-drops-arguments",
	  .about = "drops the input of tool calls",
	  .frame = sse_no_arguments },
	{ .name = "vertex-holds",
	  .about = "sends a stream only when its last event is there",
	  .applies = fault_is_stream,
	  .piece = fault_keep,
	  .end = fault_give },
	{ .name = NULL },
};
