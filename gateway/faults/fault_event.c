/* Faults of streams, event by event. */
#include <stdio.h>

#include "gateway/faults/faults.h"

#define END_TURN \
	"{\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"end_turn\"," \
	"\"stop_sequence\":null},\"usage\":{\"output_tokens\":1}}"
#define STOP "{\"type\":\"message_stop\"}"

static void pass(struct span frame, struct buf *out)
{
	buf_add_span(out, frame);
}

static bool delta_is(struct span frame, const char *type)
{
	struct jval v;

	return frame_find(frame, "/delta/type", &v) && jscan_string_is(v, type);
}

static bool block_is(struct span frame, const char *type)
{
	struct jval v;

	return frame_is(frame, "content_block_start") &&
	       frame_find(frame, "/content_block/type", &v) &&
	       jscan_string_is(v, type);
}

/* The number of the block that an event belongs to, from 1; 0: none. */
static unsigned block_of(struct span frame)
{
	struct jval v;
	int64_t number;

	if (!frame_find(frame, "/index", &v) || !jscan_i64(v, &number))
		return 0;
	return (unsigned)number + 1;
}

/* ---- what is left out ---- */

static void swallows_ping(struct slot *s, struct span frame, struct buf *out)
{
	(void)s;
	if (!frame_is(frame, "ping"))
		pass(frame, out);
}

static void swallows_comments(struct slot *s, struct span frame,
			      struct buf *out)
{
	struct span rest = frame, line;

	(void)s;
	if (frame_read(frame).data.len == 0 && span_starts(frame, ":"))
		return;
	while (span_split(&rest, '\n', &line))
		if (!span_starts(line, ":")) {
			buf_add_span(out, line);
			if (rest.at)
				buf_add_byte(out, '\n');
		}
}

static void drops_event_lines(struct slot *s, struct span frame,
			      struct buf *out)
{
	struct span rest = frame, line;

	(void)s;
	while (span_split(&rest, '\n', &line))
		if (!span_starts(line, "event:")) {
			buf_add_span(out, line);
			if (rest.at)
				buf_add_byte(out, '\n');
		}
}

static void drops_unknown_events(struct slot *s, struct span frame,
				 struct buf *out)
{
	static const char *const known[] = {
		"message_start",
		"content_block_start",
		"content_block_delta",
		"content_block_stop",
		"message_delta",
		"message_stop",
		"ping",
		"error",
		"",
		NULL,
	};
	struct span name = frame_read(frame).name;

	(void)s;
	for (size_t i = 0; known[i]; i++)
		if (span_is(name, known[i]))
			pass(frame, out);
}

static void drops_unknown_deltas(struct slot *s, struct span frame,
				 struct buf *out)
{
	(void)s;
	if (!frame_is(frame, "content_block_delta") ||
	    delta_is(frame, "text_delta") ||
	    delta_is(frame, "input_json_delta") ||
	    delta_is(frame, "thinking_delta") ||
	    delta_is(frame, "signature_delta"))
		pass(frame, out);
}

static void drops_message_start(struct slot *s, struct span frame,
				struct buf *out)
{
	(void)s;
	if (!frame_is(frame, "message_start"))
		pass(frame, out);
}

static void drops_message_stop(struct slot *s, struct span frame,
			       struct buf *out)
{
	(void)s;
	if (!frame_is(frame, "message_stop"))
		pass(frame, out);
}

static void drops_message_delta(struct slot *s, struct span frame,
				struct buf *out)
{
	(void)s;
	if (!frame_is(frame, "message_delta"))
		pass(frame, out);
}

static void drops_block_stop(struct slot *s, struct span frame, struct buf *out)
{
	(void)s;
	if (!frame_is(frame, "content_block_stop"))
		pass(frame, out);
}

static void loses_signature(struct slot *s, struct span frame, struct buf *out)
{
	(void)s;
	if (!delta_is(frame, "signature_delta"))
		pass(frame, out);
}

/* Drops the events of a block of this type, from its start to its stop. */
static void drops_block(struct slot *s, const char *type, struct span frame,
			struct buf *out)
{
	if (block_is(frame, type))
		s->count = block_of(frame);
	if (s->count == 0 || block_of(frame) != s->count)
		pass(frame, out);
	else if (frame_is(frame, "content_block_stop"))
		s->count = 0;
}

static void drops_thinking(struct slot *s, struct span frame, struct buf *out)
{
	drops_block(s, "thinking", frame, out);
}

static void drops_redacted(struct slot *s, struct span frame, struct buf *out)
{
	drops_block(s, "redacted_thinking", frame, out);
}

static void drops_server_tools(struct slot *s, struct span frame,
			       struct buf *out)
{
	drops_block(s, "server_tool_use", frame, out);
}

/* ---- what is put in another form ---- */

static void splits_signature(struct slot *s, struct span frame, struct buf *out)
{
	struct jval v, index;
	size_t half;

	(void)s;
	if (!delta_is(frame, "signature_delta") ||
	    !frame_find(frame, "/delta/signature", &v) || v.text.len < 4 ||
	    !frame_find(frame, "/index", &index)) {
		pass(frame, out);
		return;
	}
	half = v.text.len / 2;
	for (unsigned i = 0; i < 2; i++) {
		struct span part = i == 0 ? span_first(v.text, half)
					  : span_skip(v.text, half);

		buf_addf(out,
			 "event: content_block_delta\ndata: {\"type\":"
			 "\"content_block_delta\",\"index\":%.*s,\"delta\":{"
			 "\"type\":\"signature_delta\",\"signature\":%s%.*s%s}}"
			 "\n\n",
			 SPAN_ARG(index.text), i == 0 ? "" : "\"",
			 SPAN_ARG(part), i == 0 ? "\"" : "");
	}
}

static void give_text(struct slot *s, struct buf *out)
{
	if (s->spare.len > 0)
		buf_addf(out,
			 "event: content_block_delta\ndata: {\"type\":"
			 "\"content_block_delta\",\"index\":%u,\"delta\":{"
			 "\"type\":\"text_delta\",\"text\":\"%s\"}}\n\n",
			 s->count - 1, buf_str(&s->spare));
	buf_reset(&s->spare);
}

static void merges_deltas(struct slot *s, struct span frame, struct buf *out)
{
	struct jval text;

	if (!delta_is(frame, "text_delta") ||
	    !frame_find(frame, "/delta/text", &text)) {
		give_text(s, out);
		pass(frame, out);
		return;
	}
	s->count = block_of(frame);
	buf_add_span(&s->spare,
		     span_first(span_skip(text.text, 1), text.text.len - 2));
}

static void gives_last_text(struct slot *s, struct buf *out,
			    enum stream_end *end)
{
	(void)end;
	give_text(s, out);
}

/* Sends the start of the block, with all of the input in it. */
static void give_start(struct slot *s, struct buf *out)
{
	struct buf data = BUF_INIT(BUF_NO_LIMIT);
	struct span rest = buf_span(&s->spare), start;
	struct fault_edit edit = { .path = "/content_block/input" };

	span_split(&rest, '\0', &start);
	edit.with = rest.len > 0 ? rest.at : "{}";
	if (edit_apply(&edit, frame_read(start).data, &data))
		frame_write_data(out, start, buf_span(&data));
	else
		pass(start, out);
	buf_clear(&data);
	buf_reset(&s->spare);
}

/* `spare` is the start of the block, a NUL, and the input so far. */
static void input_in_start(struct slot *s, struct span frame, struct buf *out)
{
	struct jval part;

	if (block_is(frame, "tool_use")) {
		s->is_set = true;
		buf_add_span(&s->spare, frame);
		buf_add_byte(&s->spare, '\0');
	} else if (s->is_set && delta_is(frame, "input_json_delta")) {
		if (frame_find(frame, "/delta/partial_json", &part))
			jscan_string(part, &s->spare);
	} else {
		if (s->is_set && frame_is(frame, "content_block_stop")) {
			give_start(s, out);
			s->is_set = false;
		}
		pass(frame, out);
	}
}

static void index_off_by_one(struct slot *s, struct span frame, struct buf *out)
{
	struct buf data = BUF_INIT(BUF_NO_LIMIT);
	char number[16];
	struct fault_edit edit = { .path = "/index", .with = number };

	(void)s;
	snprintf(number, sizeof(number), "%u", block_of(frame));
	if (edit_apply(&edit, frame_read(frame).data, &data))
		frame_write_data(out, frame, buf_span(&data));
	else
		pass(frame, out);
	buf_clear(&data);
}

static void doubles_start(struct slot *s, struct span frame, struct buf *out)
{
	(void)s;
	pass(frame, out);
	if (frame_is(frame, "message_start"))
		pass(frame, out);
}

static void as_chat_chunk(struct slot *s, struct span frame, struct buf *out)
{
	struct jval text;

	(void)s;
	if (!delta_is(frame, "text_delta") ||
	    !frame_find(frame, "/delta/text", &text)) {
		pass(frame, out);
		return;
	}
	buf_addf(out,
		 "data: {\"object\":\"chat.completion.chunk\",\"choices\":[{"
		 "\"index\":0,\"delta\":{\"content\":%.*s}}]}\n\n",
		 SPAN_ARG(text.text));
}

/* ---- errors in a stream ---- */

static void swallows_error(struct slot *s, struct span frame, struct buf *out)
{
	(void)s;
	if (!frame_is(frame, "error"))
		pass(frame, out);
}

static void error_to_stop(struct slot *s, struct span frame, struct buf *out)
{
	(void)s;
	if (!frame_is(frame, "error")) {
		pass(frame, out);
		return;
	}
	frame_write(out, "message_delta", END_TURN);
	frame_write(out, "message_stop", STOP);
}

static void stop_after_error(struct slot *s, struct span frame, struct buf *out)
{
	(void)s;
	pass(frame, out);
	if (frame_is(frame, "error"))
		frame_write(out, "message_stop", STOP);
}

static void error_to_text(struct slot *s, struct span frame, struct buf *out)
{
	struct jval message;

	(void)s;
	if (!frame_is(frame, "error") ||
	    !frame_find(frame, "/error/message", &message)) {
		pass(frame, out);
		return;
	}
	frame_write(out, "content_block_start",
		    "{\"type\":\"content_block_start\",\"index\":9,"
		    "\"content_block\":{\"type\":\"text\",\"text\":\"\"}}");
	buf_addf(out,
		 "event: content_block_delta\ndata: {\"type\":"
		 "\"content_block_delta\",\"index\":9,\"delta\":{\"type\":"
		 "\"text_delta\",\"text\":%.*s}}\n\n",
		 SPAN_ARG(message.text));
	frame_write(out, "content_block_stop",
		    "{\"type\":\"content_block_stop\",\"index\":9}");
	frame_write(out, "message_delta", END_TURN);
	frame_write(out, "message_stop", STOP);
}

static void adds_done(struct slot *s, struct buf *out, enum stream_end *end)
{
	(void)s;
	if (*end == END_CLEAN)
		buf_add_text(out, "data: [DONE]\n\n");
}

static void synthesizes_stop(struct slot *s, struct buf *out,
			     enum stream_end *end)
{
	(void)s;
	if (*end == END_CLEAN)
		return;
	frame_write(out, "message_delta", END_TURN);
	frame_write(out, "message_stop", STOP);
	*end = END_CLEAN;
}

/* Drops deltas outside of a block; `is_set`: a block is open. */
static void drops_late_deltas(struct slot *s, struct span frame,
			      struct buf *out)
{
	if (frame_is(frame, "content_block_start"))
		s->is_set = true;
	if (!frame_is(frame, "content_block_delta") || s->is_set)
		buf_add_span(out, frame);
	if (frame_is(frame, "content_block_stop"))
		s->is_set = false;
}

/* Passes the first message_delta only; `count`: how many came. */
static void drops_late_usage(struct slot *s, struct span frame, struct buf *out)
{
	if (!frame_is(frame, "message_delta") || s->count++ == 0)
		buf_add_span(out, frame);
}

/* Notes in `is_set` whether message_stop or an error came. */
static void waits_for_stop(struct slot *s, struct span frame, struct buf *out)
{
	s->is_set = s->is_set || frame_is(frame, "message_stop") ||
		    frame_is(frame, "error");
	buf_add_span(out, frame);
}

static void misses_stop(struct slot *s, struct buf *out, enum stream_end *end)
{
	if (!s->is_set && *end == END_CLEAN)
		frame_write(out, "error",
			    "{\"type\":\"error\",\"error\":{\"type\":"
			    "\"api_error\",\"message\":\"unexpected end of "
			    "stream\"}}");
}

const struct fault faults_of_events[] = {
	{ .name = "swallows-ping",
	  .about = "does not relay ping events",
	  .frame = swallows_ping },
	{ .name = "swallows-comments",
	  .about = "does not relay comment lines",
	  .frame = swallows_comments },
	{ .name = "drops-event-lines",
	  .about = "relays the data of events without their names",
	  .frame = drops_event_lines },
	{ .name = "drops-unknown-events",
	  .about = "drops events it does not know",
	  .frame = drops_unknown_events },
	{ .name = "drops-unknown-deltas",
	  .about = "drops deltas it does not know",
	  .frame = drops_unknown_deltas },
	{ .name = "drops-message-start",
	  .about = "drops message_start",
	  .frame = drops_message_start },
	{ .name = "drops-message-stop",
	  .about = "drops message_stop",
	  .frame = drops_message_stop },
	{ .name = "drops-message-delta",
	  .about = "drops message_delta and the stop reason with it",
	  .frame = drops_message_delta },
	{ .name = "drops-block-stop",
	  .about = "drops content_block_stop",
	  .frame = drops_block_stop },
	{ .name = "doubles-message-start",
	  .about = "sends message_start twice",
	  .frame = doubles_start },
	{ .name = "splits-signature",
	  .about = "sends a thinking signature in two deltas",
	  .frame = splits_signature },
	{ .name = "loses-signature-delta",
	  .about = "drops the signature of thinking",
	  .frame = loses_signature },
	{ .name = "drops-thinking-blocks",
	  .about = "drops thinking blocks from streams",
	  .frame = drops_thinking },
	{ .name = "drops-redacted-blocks",
	  .about = "drops redacted thinking from streams",
	  .frame = drops_redacted },
	{ .name = "drops-server-blocks-of-streams",
	  .about = "drops blocks of server tools from streams",
	  .frame = drops_server_tools },
	{ .name = "merges-deltas",
	  .about = "holds text back to send it in one delta",
	  .applies = fault_is_stream,
	  .frame = merges_deltas,
	  .end = gives_last_text },
	{ .name = "tool-input-in-start",
	  .about = "puts a tool's input into the start of its block",
	  .frame = input_in_start },
	{ .name = "index-off-by-one",
	  .about = "counts content blocks from 1",
	  .frame = index_off_by_one },
	{ .name = "chat-chunks",
	  .about = "sends text as another provider's chunks",
	  .frame = as_chat_chunk },
	{ .name = "adds-done-sentinel",
	  .about = "ends streams with data: [DONE]",
	  .applies = fault_is_stream,
	  .end = adds_done },
	{ .name = "error-event-swallowed",
	  .about = "drops the error event and ends the stream cleanly",
	  .frame = swallows_error },
	{ .name = "error-event-to-stop",
	  .about = "turns an error event into a tidy end",
	  .frame = error_to_stop },
	{ .name = "error-event-to-text",
	  .about = "turns an error event into text of the model",
	  .frame = error_to_text },
	{ .name = "stop-after-error",
	  .about = "sends message_stop after an error event",
	  .frame = stop_after_error },
	{ .name = "error-event-type",
	  .about = "calls every error event api_error",
	  .event = "error",
	  .frame_edit = { .path = "/error/type", .with = "\"api_error\"" } },
	{ .name = "cut-synthesizes-stop",
	  .about = "completes a stream that was cut off",
	  .applies = fault_is_stream,
	  .end = synthesizes_stop },
	{ .name = "drops-late-deltas",
	  .about = "drops deltas for a block that is closed",
	  .frame = drops_late_deltas },
	{ .name = "drops-late-usage",
	  .about = "drops every message_delta after the first",
	  .frame = drops_late_usage },
	{ .name = "misses-message-stop",
	  .about = "makes an error of an answer without message_stop",
	  .applies = fault_is_stream,
	  .frame = waits_for_stop,
	  .end = misses_stop },
	{ .name = NULL },
};
