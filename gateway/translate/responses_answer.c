/* Writes a whole response as a message. */
#include "gateway/translate/translate_private.h"

/* ---- ends, tokens ---- */

/* The stop reason. A response that was cut short says why; one with an unknown
 * reason is incomplete as well. */
const char *translate_responses_stop(struct jval response, bool calls)
{
	struct jval details = jscan_get(response, "incomplete_details");

	if (jscan_member_is(response, "status", "incomplete") ||
	    jscan_get(details, "reason").text.at)
		return jscan_member_is(details, "reason", "content_filter")
			       ? "refusal"
			       : "max_tokens";
	if (jscan_get(response, "status").text.at &&
	    !jscan_member_is(response, "status", "completed"))
		return NULL;
	return calls ? "tool_use" : "end_turn";
}

void translate_responses_usage(struct translate *t, struct jval response)
{
	struct jval usage = jscan_get(response, "usage");
	struct jval details = jscan_get(usage, "input_tokens_details");

	t->input = translate_number(usage, "input_tokens", t->input);
	t->output = translate_number(usage, "output_tokens", t->output);
	t->cached = translate_number(details, "cached_tokens", t->cached);
	t->stored = translate_number(details, "cache_write_tokens", t->stored);
}

int translate_responses_failure(struct jval root)
{
	struct jval error = jscan_get(root, "error");

	if (!error.text.at && !jscan_member_is(root, "status", "failed"))
		return 0;
	return translate_error_status(error);
}

/* ---- items ---- */

static void write_thought(struct translate_answering *w, struct jval item)
{
	struct buf text = BUF_INIT(BUF_NO_LIMIT), signature = text;
	bool own;

	translate_responses_thought(item, &text, &own);
	translate_responses_sign(item, own, &signature);
	translate_answer_thought(w, buf_span(&text), buf_span(&signature));
	buf_clear(&text);
	buf_clear(&signature);
}

static bool write_texts(struct translate_answering *w, struct jval item)
{
	struct jval content = jscan_get(item, "content"), part;
	struct jiter it = jscan_iter(content);
	bool refused = false;

	while (content.type == J_ARRAY && jscan_next(&it, NULL, &part)) {
		translate_answer_text(w, jscan_get(part, "text"));
		translate_answer_text(w, jscan_get(part, "refusal"));
		refused = refused || translate_is(part, "refusal");
	}
	return refused;
}

int translate_responses_answer(struct translate *t, struct jval root,
			       struct buf *out)
{
	struct translate_answering w = { .t = t, .out = out };
	struct jval output = jscan_get(root, "output"), item;
	struct jiter it = jscan_iter(output);
	bool refused = false;
	const char *stop;

	if (output.type != J_ARRAY || !translate_responses_stop(root, false))
		return -1;
	translate_responses_usage(t, root);
	translate_answer_begin(&w);
	while (jscan_next(&it, NULL, &item)) {
		if (translate_is(item, "reasoning"))
			write_thought(&w, item);
		else if (translate_is(item, "message"))
			refused = write_texts(&w, item) || refused;
		else if (translate_is(item, "function_call"))
			translate_answer_call(&w, jscan_get(item, "call_id"),
					      jscan_get(item, "name"),
					      jscan_get(item, "arguments"));
	}
	stop = translate_responses_stop(root, w.named > 0);
	translate_answer_end(&w, refused && w.named == 0 ? "refusal" : stop);
	return 0;
}
