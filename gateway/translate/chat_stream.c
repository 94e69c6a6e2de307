/*
 * Writes chunks of a completion as the events of a message, each as soon as
 * possible. The events that end the message wait for the end of the stream,
 * since the numbers of tokens come last.
 */
#include "gateway/translate/translate_private.h"

/* ---- calls ---- */

/* Does the piece belong to this call? Some vendors give every call the index 0:
 * a piece with another id and a name is another call. An id alone does not
 * tell, since it may be new in each piece. */
static bool is_of_call(const struct translate_call *c, struct jval piece)
{
	struct jval id = jscan_get(piece, "id");
	struct jval name = jscan_get(jscan_get(piece, "function"), "name");
	struct buf text = BUF_INIT(1024);
	bool is;

	if (c->id.len == 0 || c->name.len == 0 || id.type != J_STRING ||
	    name.type != J_STRING || id.text.len == 2 || name.text.len == 2)
		return true;
	is = jscan_string(id, &text) < 0 ||
	     span_equal(buf_span(&text), buf_span(&c->id));
	buf_clear(&text);
	return is;
}

/* The call of a piece. One without an index belongs to the newest call, unless
 * it has an id: then a new call begins. */
static struct translate_call *call_of(struct translate *t, struct jval piece)
{
	struct jval number = jscan_get(piece, "index");
	int64_t index =
		t->calls_count > 0 ? t->calls[t->calls_count - 1].index : 0;

	if (!jscan_i64(number, &index))
		index += t->calls_count > 0 && jscan_get(piece, "id").text.at;
	for (size_t i = t->calls_count; i > 0; i--) {
		if (t->calls[i - 1].index != index)
			continue;
		if (is_of_call(&t->calls[i - 1], piece))
			return &t->calls[i - 1];
		break;
	}
	return translate_call_new(t, index);
}

static int take_calls(struct translate *t, struct jval calls, struct buf *out)
{
	struct jval piece;
	struct jiter it;

	if (calls.type != J_ARRAY)
		return 0;
	translate_chat_piece(t, BLOCK_CALL, calls);
	it = jscan_iter(calls);
	while (jscan_next(&it, NULL, &piece)) {
		struct jval function = jscan_get(piece, "function");
		struct jval text = jscan_get(function, "arguments");
		struct translate_call *c = call_of(t, piece);

		if (!c)
			return -1;
		translate_take_once(&c->id, piece, "id");
		translate_take_once(&c->name, function, "name");
		if (text.type == J_STRING && !c->closed &&
		    translate_call_add(c, text) < 0)
			return -1;
	}
	translate_calls_advance(t, false, out);
	return 0;
}

/* ---- chunks ---- */

static void take_piece(struct translate *t, enum translate_block block,
		       struct jval text, struct buf *out)
{
	translate_chat_piece(t, block, text);
	translate_take_text(t, block, text, out);
}

static int take_delta(struct translate *t, struct jval delta, struct buf *out)
{
	enum { THOUGHT, THOUGHT_TOO, TEXT, REFUSAL, CALLS, KEYS };
	static const struct span keys[KEYS] = {
		[THOUGHT] = JSCAN_KEY("reasoning_content"),
		[THOUGHT_TOO] = JSCAN_KEY("reasoning"),
		[TEXT] = JSCAN_KEY("content"),
		[REFUSAL] = JSCAN_KEY("refusal"),
		[CALLS] = JSCAN_KEY("tool_calls"),
	};
	struct jval is[KEYS];

	jscan_pick(delta, keys, KEYS, is);
	take_piece(t, BLOCK_THOUGHT,
		   is[is[THOUGHT].text.at ? THOUGHT : THOUGHT_TOO], out);
	take_piece(t, BLOCK_TEXT, is[TEXT], out);
	take_piece(t, BLOCK_TEXT, is[REFUSAL], out);
	return take_calls(t, is[CALLS], out);
}

static bool is_first(struct jval index)
{
	int64_t number;

	return !jscan_i64(index, &number) || number == 0;
}

/* Takes the first of several choices. */
static int take_choice(struct translate *t, struct jval choice, struct buf *out)
{
	enum { INDEX, DELTA, FINISH, KEYS };
	static const struct span keys[KEYS] = {
		[INDEX] = JSCAN_KEY("index"),
		[DELTA] = JSCAN_KEY("delta"),
		[FINISH] = JSCAN_KEY("finish_reason"),
	};
	struct jval is[KEYS];

	jscan_pick(choice, keys, KEYS, is);
	if (!is_first(is[INDEX]))
		return 0;
	if (take_delta(t, is[DELTA], out) < 0)
		return -1;
	if (is[FINISH].type == J_STRING && !jscan_string_is(is[FINISH], "")) {
		buf_reset(&t->finish);
		jscan_string(is[FINISH], &t->finish);
	}
	return 0;
}

static int take_chunk(struct translate *t, struct jval root, struct buf *out)
{
	enum { ERROR, USAGE, CHOICES, KEYS };
	static const struct span keys[KEYS] = {
		[ERROR] = JSCAN_KEY("error"),
		[USAGE] = JSCAN_KEY("usage"),
		[CHOICES] = JSCAN_KEY("choices"),
	};
	struct jval is[KEYS], choice;
	struct jiter it;

	jscan_pick(root, keys, KEYS, is);
	if (is[ERROR].text.at) {
		translate_stream_error(t, is[ERROR], out);
		return 0;
	}
	translate_chat_usage(t, is[USAGE]);
	translate_begin_message(t, out);
	it = jscan_iter(is[CHOICES]);
	while (is[CHOICES].type == J_ARRAY && jscan_next(&it, NULL, &choice))
		if (take_choice(t, choice, out) < 0)
			return -1;
	return 0;
}

int translate_chat_chunk(struct translate *t, struct span data, struct buf *out)
{
	struct jval root;

	if (span_is(span_trim(data), "[DONE]"))
		t->done = true;
	if (t->done || t->ended)
		return 0;
	if (translate_chat_like(t, data, out))
		return 0;
	translate_chat_forget(t);
	if (translate_read_chunk(t, data, &root) < 0 ||
	    take_chunk(t, root, out) < 0)
		return -1;
	translate_chat_remember(t, data);
	return 0;
}

bool translate_chat_finish(struct translate *t, struct buf *out)
{
	bool calls;

	if (t->ended)
		return true;
	if (!t->begun || (t->finish.len == 0 && !t->done))
		return false;
	translate_calls_advance(t, true, out);
	translate_close_block(t, out);
	calls = t->calls_count > 0 && t->calls[0].open;
	translate_end_message(
		t, translate_chat_stop(buf_str(&t->finish), calls), out);
	return true;
}
