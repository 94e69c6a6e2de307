/* Writes the blocks of a whole answer. */
#include "gateway/translate/translate_private.h"

bool translate_has_text(struct jval v)
{
	return v.type == J_STRING && v.text.len > 2;
}

void translate_answer_begin(struct translate_answering *w)
{
	buf_add_byte(w->out, '{');
	translate_write_front(w->t, w->out);
	buf_add_text(w->out, ",\"content\":[");
}

static void block_begin(struct translate_answering *w, const char *front)
{
	buf_add_text(w->out, w->blocks++ > 0 ? "," : "");
	buf_add_text(w->out, front);
}

void translate_answer_text(struct translate_answering *w, struct jval text)
{
	if (!translate_has_text(text))
		return;
	block_begin(w, "{\"type\":\"text\",\"text\":");
	buf_add_span(w->out, text.text);
	buf_add_byte(w->out, '}');
	w->t->written += text.text.len;
}

void translate_answer_thought(struct translate_answering *w, struct span text,
			      struct span signature)
{
	block_begin(w, "{\"type\":\"thinking\",\"thinking\":\"");
	buf_add_span(w->out, text);
	buf_addf(w->out, "\",\"signature\":\"%.*s\"}", SPAN_ARG(signature));
}

static void write_input(struct buf *out, struct jval arguments)
{
	struct buf text = BUF_INIT(BUF_NO_LIMIT);
	struct jval input;

	if (arguments.type == J_STRING)
		jscan_string(arguments, &text);
	if (jscan(buf_span(&text), &input, NULL) == 0 &&
	    input.type == J_OBJECT &&
	    jscan_depth(input) < JSCAN_DEPTH_LIMIT / 2)
		buf_add_span(out, input.text);
	else
		buf_add_text(out, "{}");
	buf_clear(&text);
}

void translate_answer_call(struct translate_answering *w, struct jval id,
			   struct jval name, struct jval arguments)
{
	struct buf text = BUF_INIT(BUF_NO_LIMIT);
	size_t nth = w->calls++;

	if (!translate_has_text(name))
		return;
	block_begin(w, "{\"type\":\"tool_use\",\"id\":");
	if (id.type == J_STRING)
		jscan_string(id, &text);
	translate_write_id(w->t, buf_span(&text), nth, w->out);
	buf_reset(&text);
	jscan_string(name, &text);
	buf_add_text(w->out, ",\"name\":");
	translate_name_back(w->t, buf_span(&text), w->out);
	buf_add_text(w->out, ",\"input\":");
	write_input(w->out, arguments);
	buf_add_byte(w->out, '}');
	buf_clear(&text);
	w->named++;
}

void translate_answer_end(struct translate_answering *w, const char *stop)
{
	buf_addf(w->out,
		 "],\"stop_reason\":\"%s\",\"stop_sequence\":null,\"usage\":",
		 stop);
	translate_write_usage(w->t, w->out);
	buf_add_byte(w->out, '}');
}
