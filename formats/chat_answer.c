/* An answer of OpenAI's chat completions, whole or streamed, in the plain
 * form. Of several choices the first is read. */
#include <stdlib.h>
#include <string.h>

#include "formats/plain_private.h"
#include "wire/bytes/mem.h"

enum { CALLS_LIMIT = 512 };

struct chat_call {
	int64_t index;
	struct jval id, name; /* the first that were not empty */
	struct buf arguments;
};

struct chat_answer {
	struct jval id, model, finish, usage, error;
	struct buf thought, text;
	struct chat_call calls[CALLS_LIMIT];
	size_t count;
};

static struct chat_answer *chat_new(void)
{
	struct chat_answer *c = xcalloc(1, sizeof(*c));

	buf_init(&c->thought, BUF_NO_LIMIT);
	buf_init(&c->text, BUF_NO_LIMIT);
	return c;
}

static void chat_free(struct chat_answer *c)
{
	buf_clear(&c->thought);
	buf_clear(&c->text);
	for (size_t i = 0; i < c->count; i++)
		buf_clear(&c->calls[i].arguments);
	free(c);
}

/* ---- reading ---- */

static void take(struct jval *kept, struct jval object, const char *key)
{
	struct jval v = jscan_get(object, key);

	if (v.text.at)
		*kept = v;
}

/* Ids and names come once; some vendors repeat them, or send "" later. */
static void take_once(struct jval *kept, struct jval object, const char *key)
{
	struct jval v = jscan_get(object, key);

	if (kept->text.at == NULL && v.type == J_STRING && v.text.len > 2)
		*kept = v;
}

static void add_text(struct buf *to, struct jval object, const char *key)
{
	struct jval v = jscan_get(object, key);

	if (v.type == J_STRING)
		jscan_string(v, to);
}

static bool is_other_text(struct jval known, struct jval v)
{
	return known.text.at && v.type == J_STRING && v.text.len > 2 &&
	       jscan_string_order(known, v) != 0;
}

/* Some vendors number every call 0: another id with a name is another call. */
static bool is_another(const struct chat_call *call, struct jval piece)
{
	struct jval name = jscan_get(jscan_get(piece, "function"), "name");

	return call->name.text.at && name.type == J_STRING &&
	       name.text.len > 2 &&
	       is_other_text(call->id, jscan_get(piece, "id"));
}

/* Pieces without an index belong to the call under way, unless they bring an
 * id: then a new one begins. */
static struct chat_call *call_of(struct chat_answer *c, struct jval piece)
{
	struct jval number = jscan_get(piece, "index");
	int64_t index = (int64_t)c->count - 1;
	struct chat_call *new;

	if (number.type == J_NUMBER)
		(void)jscan_i64(number, &index);
	else if (c->count == 0 || jscan_get(piece, "id").text.at)
		index = (int64_t)c->count;
	for (size_t i = c->count; i > 0; i--) {
		if (c->calls[i - 1].index != index)
			continue;
		if (!is_another(&c->calls[i - 1], piece))
			return &c->calls[i - 1];
		break;
	}
	if (c->count == CALLS_LIMIT)
		return NULL;
	new = &c->calls[c->count++];
	new->index = index;
	buf_init(&new->arguments, BUF_NO_LIMIT);
	return new;
}

static void take_calls(struct chat_answer *c, struct jval message)
{
	struct jval calls = jscan_get(message, "tool_calls"), piece;
	struct jiter it = jscan_iter(calls);

	while (calls.type == J_ARRAY && jscan_next(&it, NULL, &piece)) {
		struct chat_call *call = call_of(c, piece);
		struct jval function = jscan_get(piece, "function");

		if (!call)
			return;
		take_once(&call->id, piece, "id");
		take_once(&call->name, function, "name");
		add_text(&call->arguments, function, "arguments");
	}
}

static void take_choice(struct chat_answer *c, struct jval choice,
			const char *key)
{
	struct jval message = jscan_get(choice, key);

	take(&c->finish, choice, "finish_reason");
	add_text(&c->thought, message, "reasoning_content");
	if (!jscan_get(message, "reasoning_content").text.at)
		add_text(&c->thought, message, "reasoning");
	add_text(&c->text, message, "content");
	add_text(&c->text, message, "refusal");
	take_calls(c, message);
}

static bool is_first(struct jval choice)
{
	struct jval index = jscan_get(choice, "index");
	int64_t number;

	return index.type != J_NUMBER || !jscan_i64(index, &number) ||
	       number == 0;
}

/* key: "message" of a whole answer, "delta" of a piece of a stream. */
static void take_object(struct chat_answer *c, struct jval root,
			const char *key)
{
	struct jval choices = jscan_get(root, "choices"), choice;
	struct jiter it = jscan_iter(choices);

	take_once(&c->id, root, "id");
	take_once(&c->model, root, "model");
	take(&c->usage, root, "usage");
	take(&c->error, root, "error");
	while (choices.type == J_ARRAY && jscan_next(&it, NULL, &choice))
		if (is_first(choice))
			take_choice(c, choice, key);
}

/* ---- writing ---- */

static void write_call(const struct chat_call *call, struct buf *out)
{
	struct plain_list members = { .out = out };

	buf_add_byte(out, '{');
	plain_text(&members, "type", span_of("tool_use"));
	plain_member(&members, "id", call->id);
	plain_member(&members, "name", call->name);
	plain_key(&members, "input");
	if (call->arguments.len == 0)
		buf_add_text(out, "{}");
	else
		plain_input(out, buf_span(&call->arguments));
	buf_add_byte(out, '}');
}

static void write_content(const struct chat_answer *c, struct buf *out)
{
	struct plain_list blocks = { .out = out };

	buf_add_byte(out, '[');
	if (c->thought.len > 0) {
		plain_item(&blocks);
		buf_add_text(out, "{\"type\":\"thinking\",\"thinking\":");
		jscan_quote(out, buf_span(&c->thought));
		buf_add_byte(out, '}');
	}
	if (c->text.len > 0) {
		plain_item(&blocks);
		buf_add_text(out, "{\"type\":\"text\",\"text\":");
		jscan_quote(out, buf_span(&c->text));
		buf_add_byte(out, '}');
	}
	for (size_t i = 0; i < c->count; i++) {
		plain_item(&blocks);
		write_call(&c->calls[i], out);
	}
	buf_add_byte(out, ']');
}

/* Words that neither side knows stay as they are. */
static void write_stop(struct plain_list *root, struct jval finish)
{
	static const char *const words[][2] = {
		{ "stop", "end_turn" },
		{ "length", "max_tokens" },
		{ "tool_calls", "tool_use" },
		{ "function_call", "tool_use" },
		{ "content_filter", "refusal" },
	};

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (finish.type == J_STRING &&
		    jscan_string_is(finish, words[i][0])) {
			plain_text(root, "stop_reason", span_of(words[i][1]));
			return;
		}
	plain_member(root, "stop_reason", finish);
}

static int64_t number_of(struct jval object, const char *key)
{
	struct jval v = jscan_get(object, key);
	int64_t number = 0;

	if (v.type == J_NUMBER)
		(void)jscan_i64(v, &number);
	return number;
}

/* prompt_tokens counts what was read from a cache, input_tokens does not. */
static void write_usage(struct plain_list *root, struct jval usage)
{
	struct jval details = jscan_get(usage, "prompt_tokens_details");
	int64_t cached = number_of(details, "cached_tokens");

	if (usage.type != J_OBJECT)
		return;
	plain_key(root, "usage");
	buf_addf(root->out,
		 "{\"input_tokens\":%lld,\"cache_read_input_tokens\":%lld,"
		 "\"output_tokens\":%lld}",
		 (long long)(number_of(usage, "prompt_tokens") - cached),
		 (long long)cached,
		 (long long)number_of(usage, "completion_tokens"));
}

static void write_chat(const struct chat_answer *c, struct buf *out)
{
	struct plain_list members = { .out = out };

	buf_add_byte(out, '{');
	plain_member(&members, "id", c->id);
	plain_member(&members, "model", c->model);
	plain_key(&members, "content");
	write_content(c, out);
	write_stop(&members, c->finish);
	write_usage(&members, c->usage);
	plain_member(&members, "error", c->error);
	buf_add_byte(out, '}');
}

void plain_chat_answer(struct jval root, struct buf *out)
{
	struct chat_answer *c = chat_new();

	take_object(c, root, "message");
	write_chat(c, out);
	chat_free(c);
}

void plain_chat_stream(const struct jval *events, size_t count, struct buf *out)
{
	struct chat_answer *c = chat_new();

	for (size_t i = 0; i < count; i++)
		take_object(c, events[i], "delta");
	write_chat(c, out);
	chat_free(c);
}
