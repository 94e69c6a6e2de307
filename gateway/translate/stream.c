/*
 * Chunks of a completion as the events of a message, each as soon as it can go
 * out. A message's blocks come one after another, while calls of a completion
 * may be interleaved: one call is open at a time, and what belongs to others
 * waits. What ends the message waits for the end of the stream, since tokens
 * are told last.
 */

#include "gateway/translate/translate_private.h"
#include "wire/bytes/mem.h"

/* ---- events ---- */

static void event_begin(const char *name, struct buf *out)
{
	buf_addf(out, "event: %s\ndata: {\"type\":\"%s\"", name, name);
}

static void event_end(struct buf *out)
{
	buf_add_text(out, "}\n\n");
}

static void begin_message(struct translate *t, struct buf *out)
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

static void write_delta(const struct translate *t, const char *type,
			const char *key, struct span text, struct buf *out)
{
	event_begin("content_block_delta", out);
	buf_addf(out,
		 ",\"index\":%u,\"delta\":{\"type\":\"%s\",\"%s\":", t->index,
		 type, key);
	jscan_quote(out, text);
	buf_add_byte(out, '}');
	event_end(out);
}

static void close_block(struct translate *t, struct buf *out)
{
	if (t->block == BLOCK_NONE)
		return;
	if (t->block == BLOCK_THOUGHT)
		write_delta(t, "signature_delta", "signature",
			    span_of(TRANSLATE_SIGNATURE), out);
	if (t->block == BLOCK_CALL)
		t->calls[t->call].closed = true;
	event_begin("content_block_stop", out);
	buf_addf(out, ",\"index\":%u", t->index++);
	event_end(out);
	t->block = BLOCK_NONE;
}

static void open_block(struct translate *t, enum translate_block block,
		       const char *start, struct buf *out)
{
	if (t->block == block)
		return;
	close_block(t, out);
	t->block = block;
	event_begin("content_block_start", out);
	buf_addf(out, ",\"index\":%u,\"content_block\":%s", t->index, start);
	event_end(out);
}

/* ---- calls ---- */

static void open_call(struct translate *t, size_t n, struct buf *out)
{
	struct translate_call *c = &t->calls[n];

	close_block(t, out);
	t->block = BLOCK_CALL;
	t->call = n;
	c->open = true;
	event_begin("content_block_start", out);
	buf_addf(out,
		 ",\"index\":%u,\"content_block\":{\"type\":\"tool_use\","
		 "\"id\":",
		 t->index);
	if (c->id.len > 0)
		jscan_quote(out, buf_span(&c->id));
	else
		buf_addf(out, "\"toolu_gate%016llu_%zu\"",
			 (unsigned long long)t->number, n);
	buf_add_text(out, ",\"name\":");
	translate_name_back(t, buf_span(&c->name), out);
	buf_add_text(out, ",\"input\":{}}");
	event_end(out);
}

static void flush_call(struct translate *t, struct buf *out)
{
	struct translate_call *c = &t->calls[t->call];

	if (c->waiting.len == 0)
		return;
	write_delta(t, "input_json_delta", "partial_json",
		    buf_span(&c->waiting), out);
	buf_reset(&c->waiting);
}

static void nest(struct translate_nesting *n, char c)
{
	if (n->escaped) {
		n->escaped = false;
	} else if (n->string) {
		n->escaped = c == '\\';
		n->string = c != '"';
	} else if (c == '"') {
		n->string = true;
	} else if (c == '{' || c == '[') {
		n->begun = true;
		n->depth++;
	} else if ((c == '}' || c == ']') && n->depth > 0) {
		n->depth--;
	}
}

/* As far as brackets tell: arguments are an object. */
static bool is_whole(const struct translate_call *c)
{
	return c->nesting.begun && c->nesting.depth == 0;
}

/* -1: they are more than a call may have. */
static int add_arguments(struct translate_call *c, struct jval string)
{
	size_t was = c->waiting.len;

	if (jscan_string(string, &c->waiting) < 0)
		return -1;
	for (size_t i = was; i < c->waiting.len; i++)
		nest(&c->nesting, c->waiting.at[i]);
	c->size += c->waiting.len - was;
	if (c->size > TRANSLATE_INPUT_LIMIT)
		return -1;
	return 0;
}

/* Calls go out in the order in which they began. The open one is over when
 * another one has begun and its arguments are whole; `end`: all of them are. */
static void advance(struct translate *t, bool end, struct buf *out)
{
	for (size_t i = 0; i < t->calls_count; i++) {
		struct translate_call *c = &t->calls[i];
		bool last = i + 1 == t->calls_count;

		if (c->closed || c->name.len == 0)
			continue;
		if (!c->open)
			open_call(t, i, out);
		flush_call(t, out);
		if (!end && (last || !is_whole(c)))
			return;
		close_block(t, out);
	}
}

/* Some vendors number every call 0: one with another id, and a name, is
 * another call. An id alone may be made anew for each piece. */
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

/* Pieces without an index belong to the call under way, unless they bring an
 * id: then a new one begins. */
static struct translate_call *call_of(struct translate *t, struct jval piece)
{
	struct jval number = jscan_get(piece, "index");
	int64_t index =
		t->calls_count > 0 ? t->calls[t->calls_count - 1].index : 0;
	struct translate_call *new;

	if (number.type != J_NUMBER || !jscan_i64(number, &index))
		index += t->calls_count > 0 && jscan_get(piece, "id").text.at;
	for (size_t i = t->calls_count; i > 0; i--) {
		if (t->calls[i - 1].index != index)
			continue;
		if (is_of_call(&t->calls[i - 1], piece))
			return &t->calls[i - 1];
		break;
	}
	if (t->calls_count == TRANSLATE_CALLS_LIMIT)
		return NULL;
	t->calls = xrealloc(t->calls, (t->calls_count + 1) * sizeof(*new));
	new = &t->calls[t->calls_count++];
	*new = (struct translate_call){ .index = index,
					.id = BUF_INIT(1024),
					.name = BUF_INIT(1024),
					.waiting = BUF_INIT(
						TRANSLATE_INPUT_LIMIT) };
	return new;
}

/* Ids and names come once; some vendors repeat them. */
static void take_once(struct buf *to, struct jval object, const char *key)
{
	struct jval v = jscan_get(object, key);

	if (to->len == 0 && v.type == J_STRING)
		(void)jscan_string(v, to);
}

static int take_calls(struct translate *t, struct jval calls, struct buf *out)
{
	struct jiter it = jscan_iter(calls);
	struct jval piece;

	while (calls.type == J_ARRAY && jscan_next(&it, NULL, &piece)) {
		struct jval function = jscan_get(piece, "function");
		struct jval text = jscan_get(function, "arguments");
		struct translate_call *c = call_of(t, piece);

		if (!c)
			return -1;
		take_once(&c->id, piece, "id");
		take_once(&c->name, function, "name");
		if (text.type == J_STRING && !c->closed &&
		    add_arguments(c, text) < 0)
			return -1;
	}
	advance(t, false, out);
	return 0;
}

/* ---- texts ---- */

static void take_text(struct translate *t, enum translate_block block,
		      struct jval string, struct buf *out)
{
	bool thought = block == BLOCK_THOUGHT;
	struct buf text = BUF_INIT(BUF_NO_LIMIT);

	if (string.type != J_STRING || string.text.len == 2)
		return;
	if (t->block == BLOCK_CALL) /* more of it would come too late */
		advance(t, true, out);
	open_block(t, block,
		   thought ? "{\"type\":\"thinking\",\"thinking\":\"\","
			     "\"signature\":\"\"}"
			   : "{\"type\":\"text\",\"text\":\"\"}",
		   out);
	jscan_string(string, &text);
	write_delta(t, thought ? "thinking_delta" : "text_delta",
		    thought ? "thinking" : "text", buf_span(&text), out);
	t->written += text.len;
	buf_clear(&text);
}

static int take_delta(struct translate *t, struct jval delta, struct buf *out)
{
	struct jval thought = jscan_get(delta, "reasoning_content");

	if (!thought.text.at)
		thought = jscan_get(delta, "reasoning");
	take_text(t, BLOCK_THOUGHT, thought, out);
	take_text(t, BLOCK_TEXT, jscan_get(delta, "content"), out);
	take_text(t, BLOCK_TEXT, jscan_get(delta, "refusal"), out);
	return take_calls(t, jscan_get(delta, "tool_calls"), out);
}

/* ---- chunks ---- */

static bool is_first(struct jval choice)
{
	struct jval index = jscan_get(choice, "index");
	int64_t number;

	return index.type != J_NUMBER || !jscan_i64(index, &number) ||
	       number == 0;
}

static int take_choice(struct translate *t, struct jval choice, struct buf *out)
{
	struct jval finish = jscan_get(choice, "finish_reason");

	if (take_delta(t, jscan_get(choice, "delta"), out) < 0)
		return -1;
	if (finish.type == J_STRING && !jscan_string_is(finish, "")) {
		buf_reset(&t->finish);
		jscan_string(finish, &t->finish);
	}
	return 0;
}

/* An error in the stream: in the client's form, and nothing after it. */
static void take_error(struct translate *t, struct jval error, struct buf *out)
{
	struct jval message = jscan_get(error, "message");
	struct buf said = BUF_INIT(BUF_NO_LIMIT);
	struct buf words = BUF_INIT(BUF_NO_LIMIT);
	bool too_long;

	if (message.type != J_STRING)
		message = error;
	if (message.type == J_STRING)
		jscan_string(message, &said);
	else
		buf_add_span(&said, error.text);
	too_long = translate_error_words(error, buf_span(&said), &words);
	begin_message(t, out);
	event_begin("error", out);
	buf_addf(out, ",\"error\":{\"type\":\"%s\",\"message\":",
		 too_long ? "invalid_request_error" : "api_error");
	jscan_quote(out, buf_span(&words));
	buf_add_byte(out, '}');
	event_end(out);
	t->ended = true;
	buf_clear(&said);
	buf_clear(&words);
}

int translate_chunk(struct translate *t, struct span data, struct buf *out)
{
	struct jval root, error, choices, choice;
	struct jiter it;

	if (span_is(span_trim(data), "[DONE]"))
		t->done = true;
	if (t->done || t->ended)
		return 0;
	if (jscan(data, &root, NULL) < 0 || root.type != J_OBJECT)
		return -1;
	error = jscan_get(root, "error");
	if (error.text.at) {
		take_error(t, error, out);
		return 0;
	}
	translate_take_usage(t, root);
	begin_message(t, out);
	choices = jscan_get(root, "choices");
	it = jscan_iter(choices);
	while (choices.type == J_ARRAY && jscan_next(&it, NULL, &choice))
		if (is_first(choice) && take_choice(t, choice, out) < 0)
			return -1;
	return 0;
}

bool translate_finish(struct translate *t, struct buf *out)
{
	bool calls;

	if (t->ended)
		return true;
	if (!t->begun || (t->finish.len == 0 && !t->done))
		return false;
	advance(t, true, out);
	close_block(t, out);
	calls = t->calls_count > 0 && t->calls[0].open;
	event_begin("message_delta", out);
	buf_addf(out,
		 ",\"delta\":{\"stop_reason\":\"%s\",\"stop_sequence\":null},"
		 "\"usage\":",
		 translate_stop(buf_str(&t->finish), calls));
	translate_write_usage(t, out);
	event_end(out);
	event_begin("message_stop", out);
	event_end(out);
	return true;
}
