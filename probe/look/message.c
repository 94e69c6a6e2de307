/*
 * Builds the message of an answer as the client does: content blocks from the
 * events of a stream, or from a JSON body.
 */
#include <stdlib.h>

#include "probe/look/view.h"
#include "wire/bytes/mem.h"

#define BLOCKS_LIMIT 4096

struct building { /* a block of a stream, while it is read */
	int64_t index;
	struct view_block block;
	struct buf text;
	struct span input; /* of a tool use, from the block's start */
	bool closed;
};

struct builder {
	struct building *list;
	size_t count, cap;
};

/* The member as text; "": it is missing, or no string. */
static char *member_text(struct jval object, const char *key, size_t *len)
{
	struct buf text = BUF_INIT(BUF_NO_LIMIT);
	struct jval v;

	if (jscan_member(object, key, &v) && v.type == J_STRING)
		jscan_string(v, &text);
	return buf_take(&text, len);
}

static struct span raw_member(struct jval object, const char *key)
{
	struct jval v;

	return jscan_member(object, key, &v) ? v.text : SPAN_EMPTY;
}

static struct view_block block_of(struct jval from)
{
	return (struct view_block){
		.type = member_text(from, "type", NULL),
		.signature = member_text(from, "signature", NULL),
		.id = member_text(from, "id", NULL),
		.name = member_text(from, "name", NULL),
	};
}

static const char *text_key(const struct view_block *b)
{
	return span_is(span_of(b->type), "thinking") ? "thinking" : "text";
}

/* ---- a stream ---- */

static void add_member(struct buf *to, struct jval object, const char *key)
{
	struct jval v;

	if (jscan_member(object, key, &v) && v.type == J_STRING)
		jscan_string(v, to);
}

static void block_start(struct builder *b, int64_t index, struct jval event)
{
	struct building *new;
	struct jval from;

	if (!jscan_member(event, "content_block", &from) ||
	    b->count == BLOCKS_LIMIT)
		return;
	b->list = mem_room(b->list, b->count, &b->cap, sizeof(*b->list));
	new = &b->list[b->count++];
	*new = (struct building){ .index = index, .block = block_of(from) };
	new->input = raw_member(from, "input");
	buf_init(&new->text, VIEW_BODY_LIMIT);
	add_member(&new->text, from, text_key(&new->block));
}

static struct building *block_at(struct builder *b, int64_t index)
{
	for (size_t i = b->count; i > 0; i--)
		if (b->list[i - 1].index == index)
			return &b->list[i - 1];
	return NULL;
}

static void block_delta(struct building *b, struct jval event)
{
	struct jval delta;

	if (!jscan_member(event, "delta", &delta))
		return;
	if (jscan_member_is(delta, "type", "text_delta"))
		add_member(&b->text, delta, "text");
	else if (jscan_member_is(delta, "type", "thinking_delta"))
		add_member(&b->text, delta, "thinking");
	else if (jscan_member_is(delta, "type", "input_json_delta"))
		add_member(&b->text, delta, "partial_json");
	if (jscan_member_is(delta, "type", "signature_delta")) {
		/* As in the client, the last signature replaces earlier
		 * ones. */
		free(b->block.signature);
		b->block.signature = member_text(delta, "signature", NULL);
	}
}

static void take_stop_reason(struct exchange *x, struct jval object)
{
	struct jval v;

	if (!jscan_member(object, "stop_reason", &v) || v.type != J_STRING)
		return;
	free(x->stop_reason);
	x->stop_reason = member_text(object, "stop_reason", NULL);
}

static void take_event(struct exchange *x, struct builder *b,
		       const struct view_event *ev)
{
	struct span name = span_make(ev->name, ev->name_len);
	struct jval v;
	struct building *at;
	int64_t index;

	if (ev->json.text.at == NULL)
		return;
	if (span_is(name, "message_delta") &&
	    jscan_member(ev->json, "delta", &v))
		take_stop_reason(x, v);
	if (!jscan_member(ev->json, "index", &v) || !jscan_i64(v, &index))
		return;
	if (span_is(name, "content_block_start")) {
		block_start(b, index, ev->json);
		return;
	}
	at = block_at(b, index);
	if (at == NULL)
		return;
	if (span_is(name, "content_block_delta"))
		block_delta(at, ev->json);
	else if (span_is(name, "content_block_stop"))
		at->closed = true;
}

/* The input of a tool without arguments may have no delta; then the block's
 * start has it: {}. */
static void block_finish(struct building *b)
{
	if (b->text.len == 0 && b->input.len > 0 && b->closed)
		buf_add_span(&b->text, b->input);
	b->block.text = buf_take(&b->text, &b->block.text_len);
}

static void from_stream(struct exchange *x)
{
	struct builder b = { .list = NULL };

	for (size_t i = 0; i < x->event_count; i++)
		if (view_event_counts(&x->events[i]))
			take_event(x, &b, &x->events[i]);
	if (b.count > 0)
		x->blocks = xcalloc(b.count, sizeof(*x->blocks));
	for (size_t i = 0; i < b.count; i++) {
		block_finish(&b.list[i]);
		x->blocks[x->block_count++] = b.list[i].block;
	}
	free(b.list);
}

/* ---- a body ---- */

static void from_json(struct exchange *x)
{
	struct jval content, item;
	struct jiter it;
	size_t count;

	take_stop_reason(x, x->json);
	if (!jscan_member(x->json, "content", &content) ||
	    content.type != J_ARRAY)
		return;
	count = jscan_count(content);
	if (count == 0 || count > BLOCKS_LIMIT)
		return;
	x->blocks = xcalloc(count, sizeof(*x->blocks));
	it = jscan_iter(content);
	while (jscan_next(&it, NULL, &item)) {
		struct view_block *b = &x->blocks[x->block_count++];
		struct span input = raw_member(item, "input");

		*b = block_of(item);
		if (input.len > 0) {
			b->text = span_dup(input);
			b->text_len = input.len;
		} else {
			b->text = member_text(item, text_key(b), &b->text_len);
		}
	}
}

void message_of(struct exchange *x)
{
	if (x->is_stream)
		from_stream(x);
	else if (x->json.text.at != NULL &&
		 jscan_member_is(x->json, "type", "message"))
		from_json(x);
}
