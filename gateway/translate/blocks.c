/* Writes the events of a message, and knows which block is open. */
#include "gateway/translate/translate_private.h"

int translate_read_chunk(struct translate *t, struct span data,
			 struct jval *root)
{
	return jindex_scan(&t->chunk, data, root, NULL) < 0 ||
			       root->type != J_OBJECT
		       ? -1
		       : 0;
}

static void event_begin(const char *name, struct buf *out)
{
	buf_addf(out, "event: %s\ndata: {\"type\":\"%s\"", name, name);
}

static void event_end(struct buf *out)
{
	buf_add_text(out, "}\n\n");
}

void translate_begin_message(struct translate *t, struct buf *out)
{
	if (t->begun)
		return;
	t->begun = true;
	event_begin("message_start", out);
	buf_add_text(out, ",\"message\":{");
	translate_write_front(t, out);
	buf_add_text(out, ",\"content\":[],\"stop_reason\":null,"
			  "\"stop_sequence\":null,\"usage\":");
	translate_write_usage(t, out);
	buf_add_byte(out, '}');
	event_end(out);
}

static void write_front(struct translate *t, enum translate_delta delta)
{
	static const struct {
		const char *type, *key;
	} of[] = {
		[DELTA_TEXT] = { "text_delta", "text" },
		[DELTA_THOUGHT] = { "thinking_delta", "thinking" },
		[DELTA_SIGNATURE] = { "signature_delta", "signature" },
		[DELTA_INPUT] = { "input_json_delta", "partial_json" },
	};

	buf_reset(&t->front);
	event_begin("content_block_delta", &t->front);
	buf_addf(&t->front,
		 ",\"index\":%u,\"delta\":{\"type\":\"%s\",\"%s\":", t->index,
		 of[delta].type, of[delta].key);
	t->last = delta;
}

void translate_delta(struct translate *t, enum translate_delta delta,
		     struct span text, struct buf *out)
{
	if (t->last != delta)
		write_front(t, delta);
	buf_add_span(out, buf_span(&t->front));
	jscan_quote(out, text);
	buf_add(out, "}}\n\n", 4);
}

static void sign(struct translate *t, struct buf *out)
{
	translate_delta(t, DELTA_SIGNATURE,
			t->signature.len > 0 ? buf_span(&t->signature)
					     : span_of(TRANSLATE_SIGNATURE),
			out);
	buf_reset(&t->signature);
}

void translate_close_block(struct translate *t, struct buf *out)
{
	if (t->block == BLOCK_NONE)
		return;
	if (t->block == BLOCK_THOUGHT)
		sign(t, out);
	if (t->block == BLOCK_CALL)
		t->calls[t->call].closed = true;
	event_begin("content_block_stop", out);
	buf_addf(out, ",\"index\":%u", t->index++);
	event_end(out);
	t->block = BLOCK_NONE;
	t->last = DELTA_NONE; /* the next block has another index */
}

void translate_open_block(struct translate *t, enum translate_block block,
			  struct span start, struct buf *out)
{
	translate_close_block(t, out);
	t->block = block;
	event_begin("content_block_start", out);
	buf_addf(out, ",\"index\":%u,\"content_block\":", t->index);
	buf_add_span(out, start);
	event_end(out);
}

void translate_end_message(struct translate *t, const char *stop,
			   struct buf *out)
{
	event_begin("message_delta", out);
	buf_addf(out,
		 ",\"delta\":{\"stop_reason\":\"%s\",\"stop_sequence\":null},"
		 "\"usage\":",
		 stop);
	translate_write_usage(t, out);
	event_end(out);
	event_begin("message_stop", out);
	event_end(out);
}

void translate_stream_error(struct translate *t, struct jval error,
			    struct buf *out)
{
	struct jval message = jscan_get(error, "message");
	struct buf said = BUF_INIT(BUF_NO_LIMIT);
	struct buf words = BUF_INIT(BUF_NO_LIMIT);
	int status = translate_error_status(error);

	if (message.type != J_STRING)
		message = error;
	if (message.type == J_STRING)
		jscan_string(message, &said);
	else
		buf_add_span(&said, error.text);
	if (translate_error_words(error, buf_span(&said), &words))
		status = 400;
	translate_begin_message(t, out);
	event_begin("error", out);
	buf_addf(out, ",\"error\":{\"type\":\"%s\",\"message\":",
		 translate_error_type(status));
	jscan_quote(out, buf_span(&words));
	buf_add_byte(out, '}');
	event_end(out);
	t->ended = true;
	buf_clear(&said);
	buf_clear(&words);
}
