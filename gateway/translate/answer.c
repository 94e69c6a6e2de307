/* A whole completion as a message. Of several choices the first is taken. */
#include <stdlib.h>
#include <string.h>

#include "gateway/translate/translate_private.h"

struct answer_writing {
	struct translate *t;
	struct buf *out;
	size_t blocks;
	bool calls;
};

static void block_begin(struct answer_writing *w, const char *front)
{
	buf_add_text(w->out, w->blocks++ > 0 ? "," : "");
	buf_add_text(w->out, front);
}

static bool has_text(struct jval v)
{
	return v.type == J_STRING && v.text.len > 2;
}

static void write_thought(struct answer_writing *w, struct jval message)
{
	struct jval text = jscan_get(message, "reasoning_content");

	if (!has_text(text))
		text = jscan_get(message, "reasoning");
	if (!has_text(text))
		return;
	block_begin(w, "{\"type\":\"thinking\",\"thinking\":");
	buf_add_span(w->out, text.text);
	buf_add_text(w->out, ",\"signature\":\"" TRANSLATE_SIGNATURE "\"}");
}

static void write_text(struct answer_writing *w, struct jval text)
{
	if (!has_text(text))
		return;
	block_begin(w, "{\"type\":\"text\",\"text\":");
	buf_add_span(w->out, text.text);
	buf_add_byte(w->out, '}');
	w->t->written += text.text.len;
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

static void write_call(struct answer_writing *w, struct jval call, size_t n)
{
	struct jval function = jscan_get(call, "function");
	struct jval id = jscan_get(call, "id");
	struct jval name = jscan_get(function, "name");
	struct buf text = BUF_INIT(BUF_NO_LIMIT);

	if (!has_text(name))
		return;
	jscan_string(name, &text);
	block_begin(w, "{\"type\":\"tool_use\",\"id\":");
	if (has_text(id))
		buf_add_span(w->out, id.text);
	else
		buf_addf(w->out, "\"toolu_gate%016llu_%zu\"",
			 (unsigned long long)w->t->number, n);
	buf_add_text(w->out, ",\"name\":");
	translate_name_back(w->t, buf_span(&text), w->out);
	buf_add_text(w->out, ",\"input\":");
	write_input(w->out, jscan_get(function, "arguments"));
	buf_add_byte(w->out, '}');
	buf_clear(&text);
	w->calls = true;
}

static void write_blocks(struct answer_writing *w, struct jval message)
{
	struct jval calls = jscan_get(message, "tool_calls"), call;
	struct jiter it = jscan_iter(calls);

	write_thought(w, message);
	write_text(w, jscan_get(message, "content"));
	write_text(w, jscan_get(message, "refusal"));
	for (size_t n = 0;
	     calls.type == J_ARRAY && jscan_next(&it, NULL, &call); n++)
		write_call(w, call, n);
}

/* The choice number 0, wherever it stands. */
static struct jval choice_of(struct jval root)
{
	struct jval choices = jscan_get(root, "choices"), choice, index;
	struct jval none = { .type = J_NULL };
	struct jiter it = jscan_iter(choices);
	int64_t number;

	while (choices.type == J_ARRAY && jscan_next(&it, NULL, &choice)) {
		index = jscan_get(choice, "index");
		if (index.type != J_NUMBER || !jscan_i64(index, &number) ||
		    number == 0)
			return choice;
	}
	return none;
}

int translate_answer(struct translate *t, struct jval root, struct buf *out)
{
	struct answer_writing w = { .t = t, .out = out };
	struct jval choice = choice_of(root);
	struct jval message = jscan_get(choice, "message");
	struct jval finish = jscan_get(choice, "finish_reason");
	struct buf word = BUF_INIT(64);

	if (message.type != J_OBJECT)
		return -1;
	translate_take_usage(t, root);
	if (finish.type == J_STRING)
		(void)jscan_string(finish, &word);
	buf_add_byte(out, '{');
	translate_write_front(t, out);
	buf_add_text(out, ",\"content\":[");
	write_blocks(&w, message);
	buf_addf(out, "],\"stop_reason\":\"%s\",\"stop_sequence\":null,",
		 translate_stop(buf_str(&word), w.calls));
	buf_add_text(out, "\"usage\":");
	translate_write_usage(t, out);
	buf_add_byte(out, '}');
	buf_clear(&word);
	return 0;
}
