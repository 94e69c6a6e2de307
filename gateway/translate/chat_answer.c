/* Writes a whole completion as a message. The first of several choices
 * counts. */
#include <string.h>

#include "gateway/translate/translate_private.h"

static void write_thought(struct translate_answering *w, struct jval message)
{
	struct jval text = jscan_get(message, "reasoning_content");

	if (!translate_has_text(text))
		text = jscan_get(message, "reasoning");
	if (translate_has_text(text))
		translate_answer_thought(
			w, span_make(text.text.at + 1, text.text.len - 2),
			span_of(TRANSLATE_SIGNATURE));
}

static void write_blocks(struct translate_answering *w, struct jval message)
{
	struct jval calls = jscan_get(message, "tool_calls"), call, function;
	struct jiter it = jscan_iter(calls);

	write_thought(w, message);
	translate_answer_text(w, jscan_get(message, "content"));
	translate_answer_text(w, jscan_get(message, "refusal"));
	while (calls.type == J_ARRAY && jscan_next(&it, NULL, &call)) {
		function = jscan_get(call, "function");
		translate_answer_call(w, jscan_get(call, "id"),
				      jscan_get(function, "name"),
				      jscan_get(function, "arguments"));
	}
}

/* The choice with index 0, wherever it is in the list. */
static struct jval choice_of(struct jval root)
{
	struct jval choices = jscan_get(root, "choices"), choice, index;
	struct jval none = { .type = J_NULL };
	struct jiter it = jscan_iter(choices);
	int64_t number;

	while (choices.type == J_ARRAY && jscan_next(&it, NULL, &choice)) {
		index = jscan_get(choice, "index");
		if (!jscan_i64(index, &number) || number == 0)
			return choice;
	}
	return none;
}

const char *translate_chat_stop(const char *finish, bool calls)
{
	if (strcmp(finish, "length") == 0)
		return "max_tokens";
	if (strcmp(finish, "content_filter") == 0)
		return "refusal";
	return calls ? "tool_use" : "end_turn";
}

void translate_chat_usage(struct translate *t, struct jval usage)
{
	struct jval details;

	if (usage.type != J_OBJECT)
		return;
	details = jscan_get(usage, "prompt_tokens_details");
	t->input = translate_number(usage, "prompt_tokens", t->input);
	t->output = translate_number(usage, "completion_tokens", t->output);
	t->cached = translate_number(details, "cached_tokens", t->cached);
}

/* A failure in a 200: this format has none. */
int translate_chat_failure(struct jval root)
{
	(void)root;
	return 0;
}

int translate_chat_answer(struct translate *t, struct jval root,
			  struct buf *out)
{
	struct translate_answering w = { .t = t, .out = out };
	struct jval choice = choice_of(root);
	struct jval message = jscan_get(choice, "message");
	struct jval finish = jscan_get(choice, "finish_reason");
	struct buf word = BUF_INIT(64);

	if (message.type != J_OBJECT)
		return -1;
	translate_chat_usage(t, jscan_get(root, "usage"));
	if (finish.type == J_STRING)
		(void)jscan_string(finish, &word);
	translate_answer_begin(&w);
	write_blocks(&w, message);
	translate_answer_end(&w,
			     translate_chat_stop(buf_str(&word), w.named > 0));
	buf_clear(&word);
	return 0;
}
