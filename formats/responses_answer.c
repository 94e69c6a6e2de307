/*
 * An answer of OpenAI's Responses, whole or streamed, in the plain form.
 *
 * A stream tells the same several times: in deltas, when a part, an item and
 * the response are done. The deltas count, and where none came, the first that
 * has it all.
 */
#include <stdlib.h>
#include <string.h>

#include "formats/plain_private.h"
#include "wire/bytes/mem.h"

enum { ITEMS_LIMIT = 512, TOKENS_LIMIT = 1000000000 };

struct responses_item {
	int64_t index;
	struct jval item; /* the newest form of it */
	struct buf text; /* from deltas, or when a part was done */
	int64_t part; /* of the text under way */
	bool grown; /* by deltas of this part */
};

struct responses_answer {
	struct jval response; /* the newest form of it */
	struct jval error;
	struct responses_item items[ITEMS_LIMIT];
	size_t count;
};

/* ---- items ---- */

static bool is_type(struct jval item, const char *type)
{
	return jscan_member_is(item, "type", type);
}

static int64_t number_of(struct jval object, const char *key, int64_t none)
{
	struct jval v = jscan_get(object, key);
	int64_t number = none;

	if (v.type == J_NUMBER)
		(void)jscan_i64(v, &number);
	return number;
}

/* The item at this place; NULL: there are too many. */
static struct responses_item *item_at(struct responses_answer *a, int64_t index)
{
	struct responses_item *new;

	for (size_t i = 0; i < a->count; i++)
		if (a->items[i].index == index)
			return &a->items[i];
	if (a->count == ITEMS_LIMIT)
		return NULL;
	new = &a->items[a->count++];
	*new = (struct responses_item){ .index = index,
					.text = BUF_INIT(BUF_NO_LIMIT) };
	return new;
}

/* ---- a stream ---- */

static bool is_thought(struct jval event)
{
	struct jval type = jscan_get(event, "type");

	return type.type == J_STRING &&
	       span_starts(type.text, "\"response.reasoning_");
}

/* Parts of a thought are paragraphs. */
static void begin_part(struct responses_item *i, struct jval event)
{
	int64_t part = number_of(event, "summary_index",
				 number_of(event, "content_index", 0));

	if (part != i->part && i->text.len > 0 && is_thought(event))
		buf_add_text(&i->text, "\n\n");
	if (part != i->part)
		i->grown = false;
	i->part = part;
}

static void take_delta(struct responses_item *i, struct jval event)
{
	struct jval delta = jscan_get(event, "delta");

	if (delta.type != J_STRING)
		return;
	begin_part(i, event);
	i->grown = true;
	jscan_string(delta, &i->text);
}

/* What is done is told whole, under the name of what it is. */
static void take_done(struct responses_item *i, struct jval event)
{
	static const char *const names[] = { "text", "refusal", "arguments" };

	begin_part(i, event);
	for (size_t k = 0; !i->grown && k < sizeof(names) / sizeof(names[0]);
	     k++) {
		struct jval text = jscan_get(event, names[k]);

		if (text.type == J_STRING)
			jscan_string(text, &i->text);
	}
}

static bool ends_with(struct jval type, const char *end)
{
	return type.type == J_STRING && span_ends(type.text, end);
}

static void take_response(struct responses_answer *a, struct jval response)
{
	struct jval output = jscan_get(response, "output"), item;
	struct jval error = jscan_get(response, "error");
	struct jiter it = jscan_iter(output);

	a->response = response;
	if (error.text.at)
		a->error = error;
	for (int64_t n = 0;
	     output.type == J_ARRAY && jscan_next(&it, NULL, &item); n++) {
		struct responses_item *i = item_at(a, n);

		if (i)
			i->item = item;
	}
}

/* {"type":"error","error":{...}}, or what it is directly in the event. */
static void take_error(struct responses_answer *a, struct jval event)
{
	struct jval error = jscan_get(event, "error");

	a->error = error.text.at ? error : event;
}

static void take_item_event(struct responses_answer *a, struct jval event)
{
	struct jval type = jscan_get(event, "type");
	struct jval item = jscan_get(event, "item");
	int64_t index = number_of(event, "output_index", -1);
	struct responses_item *i = index < 0 ? NULL : item_at(a, index);

	if (!i)
		return;
	if (item.type == J_OBJECT)
		i->item = item;
	else if (ends_with(type, ".delta\""))
		take_delta(i, event);
	else if (ends_with(type, "_part.done\""))
		return;
	else if (ends_with(type, ".done\""))
		take_done(i, event);
}

static void take_event(struct responses_answer *a, struct jval event)
{
	struct jval response = jscan_get(event, "response");

	if (is_type(event, "error") ||
	    (event.type == J_OBJECT && !jscan_get(event, "type").text.at &&
	     jscan_get(event, "error").text.at))
		take_error(a, event);
	else if (response.type == J_OBJECT)
		take_response(a, response);
	else
		take_item_event(a, event);
}

/* ---- writing ---- */

static void add_parts(struct jval list, const char *key, const char *between,
		      struct buf *text)
{
	struct jiter it = jscan_iter(list);
	struct jval part, v;

	while (list.type == J_ARRAY && jscan_next(&it, NULL, &part)) {
		v = jscan_get(part, key);
		if (v.type != J_STRING)
			v = jscan_get(part, "refusal");
		if (v.type != J_STRING)
			continue;
		if (text->len > 0)
			buf_add_text(text, between);
		jscan_string(v, text);
	}
}

void plain_reasoning_text(struct jval item, struct buf *out)
{
	add_parts(jscan_get(item, "summary"), "text", "\n\n", out);
	if (out->len == 0)
		add_parts(jscan_get(item, "content"), "text", "\n\n", out);
}

void plain_reasoning_block(struct jval item, struct span text, struct buf *out)
{
	struct plain_list members = { .out = out };

	buf_add_byte(out, '{');
	plain_text(&members, "type", span_of("thinking"));
	plain_text(&members, "thinking", text);
	plain_copy_text(&members, "signature", item, "encrypted_content");
	buf_add_byte(out, '}');
}

/* What the item itself says, where the stream did not. */
static void complete(struct responses_item *i)
{
	struct jval arguments = jscan_get(i->item, "arguments");

	if (i->text.len > 0)
		return;
	if (is_type(i->item, "reasoning"))
		plain_reasoning_text(i->item, &i->text);
	else if (is_type(i->item, "function_call")) {
		if (arguments.type == J_STRING)
			jscan_string(arguments, &i->text);
	} else if (is_type(i->item, "message")) {
		add_parts(jscan_get(i->item, "content"), "text", "", &i->text);
	}
}

static void write_call(const struct responses_item *i, struct buf *out)
{
	struct plain_list members = { .out = out };

	buf_add_byte(out, '{');
	plain_text(&members, "type", span_of("tool_use"));
	plain_copy_text(&members, "id", i->item, "call_id");
	plain_copy_text(&members, "name", i->item, "name");
	plain_key(&members, "input");
	if (i->text.len == 0)
		buf_add_text(out, "{}");
	else
		plain_input(out, buf_span(&i->text));
	buf_add_byte(out, '}');
}

static bool is_empty(const struct responses_item *i)
{
	if (i->text.len > 0 || is_type(i->item, "function_call"))
		return false;
	if (is_type(i->item, "reasoning"))
		return !jscan_get(i->item, "encrypted_content").text.at;
	return i->item.text.at == NULL || is_type(i->item, "message");
}

static void write_item(const struct responses_item *i, struct buf *out)
{
	if (is_type(i->item, "function_call")) {
		write_call(i, out);
	} else if (is_type(i->item, "reasoning")) {
		plain_reasoning_block(i->item, buf_span(&i->text), out);
	} else if (is_type(i->item, "message") || i->item.text.at == NULL) {
		buf_add_text(out, "{\"type\":\"text\",\"text\":");
		jscan_quote(out, buf_span(&i->text));
		buf_add_byte(out, '}');
	} else {
		plain_input(out, i->item.text);
	}
}

static int by_index(const void *a, const void *b)
{
	const struct responses_item *x = a, *y = b;

	return (x->index > y->index) - (x->index < y->index);
}

static void write_content(struct responses_answer *a, struct buf *out)
{
	struct plain_list blocks = { .out = out };

	qsort(a->items, a->count, sizeof(a->items[0]), by_index);
	buf_add_byte(out, '[');
	for (size_t i = 0; i < a->count; i++) {
		complete(&a->items[i]);
		if (is_empty(&a->items[i]))
			continue;
		plain_item(&blocks);
		write_item(&a->items[i], out);
	}
	buf_add_byte(out, ']');
}

static bool has_call(const struct responses_answer *a)
{
	for (size_t i = 0; i < a->count; i++)
		if (is_type(a->items[i].item, "function_call"))
			return true;
	return false;
}

/* Words that neither side knows stay as they are. An answer that failed, or is
 * not over, ends for no reason. */
static void write_stop(struct plain_list *root,
		       const struct responses_answer *a)
{
	struct jval details = jscan_get(a->response, "incomplete_details");
	struct jval status = jscan_get(a->response, "status");
	struct jval reason = jscan_get(details, "reason");

	if (jscan_member_is(a->response, "status", "completed"))
		plain_text(root, "stop_reason",
			   span_of(has_call(a) ? "tool_use" : "end_turn"));
	else if (jscan_member_is(details, "reason", "max_output_tokens"))
		plain_text(root, "stop_reason", span_of("max_tokens"));
	else if (jscan_member_is(details, "reason", "content_filter"))
		plain_text(root, "stop_reason", span_of("refusal"));
	else if (reason.text.at)
		plain_member(root, "stop_reason", reason);
	else if (!jscan_member_is(a->response, "status", "failed") &&
		 !jscan_member_is(a->response, "status", "in_progress"))
		plain_member(root, "stop_reason", status);
}

/* Tokens; what nobody has so many of is none. */
static int64_t tokens_of(struct jval object, const char *key)
{
	int64_t n = number_of(object, key, 0);

	return n < 0 || n > TOKENS_LIMIT ? 0 : n;
}

/* Here input_tokens counts what a cache had, and what it got. */
static void write_usage(struct plain_list *root, struct jval usage)
{
	struct jval details = jscan_get(usage, "input_tokens_details");
	int64_t cached = tokens_of(details, "cached_tokens");
	int64_t written = tokens_of(details, "cache_write_tokens");

	if (usage.type != J_OBJECT)
		return;
	plain_key(root, "usage");
	buf_addf(root->out, "{\"input_tokens\":%lld,",
		 (long long)(tokens_of(usage, "input_tokens") - cached -
			     written));
	if (written > 0)
		buf_addf(root->out, "\"cache_creation_input_tokens\":%lld,",
			 (long long)written);
	buf_addf(root->out,
		 "\"cache_read_input_tokens\":%lld,\"output_tokens\":%lld}",
		 (long long)cached,
		 (long long)tokens_of(usage, "output_tokens"));
}

static void write_answer(struct responses_answer *a, struct buf *out)
{
	struct plain_list members = { .out = out };

	buf_add_byte(out, '{');
	plain_copy_text(&members, "id", a->response, "id");
	plain_copy_text(&members, "model", a->response, "model");
	plain_key(&members, "content");
	write_content(a, out);
	write_stop(&members, a);
	write_usage(&members, jscan_get(a->response, "usage"));
	if (a->error.text.at) {
		plain_key(&members, "error");
		plain_input(out, a->error.text);
	}
	buf_add_byte(out, '}');
}

static void answer_free(struct responses_answer *a)
{
	for (size_t i = 0; i < a->count; i++)
		buf_clear(&a->items[i].text);
	free(a);
}

void plain_responses_answer(struct jval root, struct buf *out)
{
	struct responses_answer *a = xcalloc(1, sizeof(*a));

	if (root.type == J_OBJECT)
		take_response(a, root);
	write_answer(a, out);
	answer_free(a);
}

void plain_responses_stream(const struct jval *events, size_t count,
			    struct buf *out)
{
	struct responses_answer *a = xcalloc(1, sizeof(*a));

	for (size_t i = 0; i < count; i++)
		take_event(a, events[i]);
	write_answer(a, out);
	answer_free(a);
}
