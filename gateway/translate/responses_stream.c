/*
 * Writes the events of a response as the events of a message, each as soon as
 * possible. Each item has an event when it is done, and so has the response: a
 * stream without the last one was cut.
 *
 * Content that came in pieces is repeated as a whole in the events that end a
 * part, an item and the response. It is taken from there only if the pieces did
 * not come.
 */
#include "gateway/translate/translate_private.h"
#include "wire/bytes/mem.h"

static int64_t number_of(struct jval event, const char *key)
{
	return translate_number(event, key, 0);
}

/* ---- texts and thoughts ---- */

static struct translate_part *find_part(struct translate *t,
					const struct translate_part *p)
{
	for (size_t i = t->parts_count; i > 0; i--)
		if (t->parts[i - 1].block == p->block &&
		    t->parts[i - 1].item == p->item &&
		    t->parts[i - 1].part == p->part)
			return &t->parts[i - 1];
	return NULL;
}

static bool is_last(const struct translate *t, int64_t item,
		    enum translate_block block)
{
	return t->parts_count > 0 &&
	       t->parts[t->parts_count - 1].item == item &&
	       t->parts[t->parts_count - 1].block == block;
}

/* Begins a part. Each part of a message is a block; the parts of a thought are
 * paragraphs of one block. */
static int begin_part(struct translate *t, const struct translate_part *p,
		      struct buf *out)
{
	bool goes_on = p->block == BLOCK_THOUGHT && t->block == p->block &&
		       is_last(t, p->item, p->block);

	if (t->parts_count == TRANSLATE_PARTS_LIMIT)
		return -1;
	if (goes_on)
		translate_delta(t, DELTA_THOUGHT, span_of("\n\n"), out);
	else if (t->block == p->block)
		translate_close_block(t, out);
	t->parts = xrealloc(t->parts, (t->parts_count + 1) * sizeof(*p));
	t->parts[t->parts_count++] = *p;
	return 0;
}

/* Takes a text. `whole`: it is all of the part, which may have come in pieces
 * before. */
static int take_text(struct translate *t, struct translate_part p,
		     struct jval text, bool whole, struct buf *out)
{
	bool known = find_part(t, &p) != NULL;

	if (!translate_has_text(text) || (known && whole))
		return 0;
	if (!known && begin_part(t, &p, out) < 0)
		return -1;
	translate_take_text(t, p.block, text, out);
	return 0;
}

static int on_text(struct translate *t, struct jval event, struct buf *out)
{
	struct translate_part p = { BLOCK_TEXT,
				    number_of(event, "output_index"),
				    number_of(event, "content_index") };

	return take_text(t, p, jscan_get(event, "delta"), false, out);
}

static int on_refusal(struct translate *t, struct jval event, struct buf *out)
{
	t->refused = true;
	return on_text(t, event, out);
}

static int on_text_done(struct translate *t, struct jval event, struct buf *out)
{
	struct translate_part p = { BLOCK_TEXT,
				    number_of(event, "output_index"),
				    number_of(event, "content_index") };
	struct jval text = jscan_get(event, "text");

	if (!text.text.at)
		text = jscan_get(event, "refusal");
	return take_text(t, p, text, true, out);
}

static int on_thought(struct translate *t, struct jval event, struct buf *out)
{
	bool summary = jscan_get(event, "summary_index").text.at != NULL;
	struct translate_part p = {
		BLOCK_THOUGHT, number_of(event, "output_index"),
		number_of(event, summary ? "summary_index" : "content_index")
	};
	struct jval delta = jscan_get(event, "delta");

	return delta.text.at
		       ? take_text(t, p, delta, false, out)
		       : take_text(t, p, jscan_get(event, "text"), true, out);
}

/* ---- calls ---- */

static struct translate_call *call_of(struct translate *t, int64_t index)
{
	for (size_t i = t->calls_count; i > 0; i--)
		if (t->calls[i - 1].index == index)
			return &t->calls[i - 1];
	return translate_call_new(t, index);
}

/* Adds arguments; -1: they are more than a call may have. */
static int add_arguments(struct translate_call *c, struct jval arguments)
{
	return arguments.type != J_STRING || c->closed
		       ? 0
		       : translate_call_add(c, arguments);
}

static int on_arguments(struct translate *t, struct jval event, struct buf *out)
{
	struct translate_call *c = call_of(t, number_of(event, "output_index"));

	if (!c || add_arguments(c, jscan_get(event, "delta")) < 0)
		return -1;
	translate_calls_advance(t, false, out);
	return 0;
}

static int on_arguments_done(struct translate *t, struct jval event,
			     struct buf *out)
{
	struct translate_call *c = call_of(t, number_of(event, "output_index"));

	if (!c || (c->size == 0 &&
		   add_arguments(c, jscan_get(event, "arguments")) < 0))
		return -1;
	translate_calls_advance(t, false, out);
	return 0;
}

/* Begins a call. Arguments in its first event are kept aside: either they come
 * again in pieces, or no others come. */
static int begin_call(struct translate *t, int64_t index, struct jval item,
		      struct buf *out)
{
	struct translate_call *c = call_of(t, index);

	if (!c)
		return -1;
	translate_take_once(&c->id, item, "call_id");
	translate_take_once(&c->name, item, "name");
	translate_take_once(&c->given, item, "arguments");
	translate_calls_advance(t, false, out);
	return 0;
}

static int take_given(struct translate_call *c)
{
	struct buf text = BUF_INIT(BUF_NO_LIMIT);
	struct jval v = { .type = J_STRING };
	int rc = 0;

	if (c->size == 0 && c->given.len > 0) {
		jscan_quote(&text, buf_span(&c->given));
		v.text = buf_span(&text);
		rc = add_arguments(c, v);
	}
	buf_clear(&text);
	return rc;
}

static int end_call(struct translate *t, int64_t index, struct jval item,
		    struct buf *out)
{
	struct translate_call *c = call_of(t, index);

	if (!c)
		return -1;
	translate_take_once(&c->id, item, "call_id");
	translate_take_once(&c->name, item, "name");
	if (c->size == 0 && add_arguments(c, jscan_get(item, "arguments")) < 0)
		return -1;
	if (take_given(c) < 0)
		return -1;
	c->whole = true;
	translate_calls_advance(t, false, out);
	return 0;
}

/* ---- items ---- */

static int take_parts(struct translate *t, int64_t index, struct jval list,
		      enum translate_block block, struct buf *out)
{
	struct jiter it = jscan_iter(list);
	struct jval part, text;
	struct translate_part p = { block, index, 0 };

	for (; list.type == J_ARRAY && jscan_next(&it, NULL, &part); p.part++) {
		text = jscan_get(part, "text");
		if (!text.text.at)
			text = jscan_get(part, "refusal");
		t->refused = t->refused || translate_is(part, "refusal");
		if (take_text(t, p, text, true, out) < 0)
			return -1;
	}
	return 0;
}

/* Ends a thought, with a signature that brings the item back. A thought without
 * words is a block, too. */
static int end_thought(struct translate *t, int64_t index, struct jval item,
		       struct buf *out)
{
	struct buf words = BUF_INIT(BUF_NO_LIMIT);
	bool own;
	int rc;

	translate_responses_thought(item, &words, &own);
	buf_clear(&words);
	rc = take_parts(t, index, jscan_get(item, own ? "content" : "summary"),
			BLOCK_THOUGHT, out);
	if (t->block != BLOCK_THOUGHT || !is_last(t, index, BLOCK_THOUGHT))
		translate_open_thought(t, out);
	translate_responses_sign(item, own, &t->signature);
	translate_close_block(t, out);
	return rc;
}

static int end_item(struct translate *t, int64_t index, struct jval item,
		    struct buf *out)
{
	if (translate_is(item, "message"))
		return take_parts(t, index, jscan_get(item, "content"),
				  BLOCK_TEXT, out);
	if (translate_is(item, "reasoning"))
		return end_thought(t, index, item, out);
	if (translate_is(item, "function_call"))
		return end_call(t, index, item, out);
	return 0;
}

static int on_item(struct translate *t, struct jval event, struct buf *out)
{
	struct jval item = jscan_get(event, "item");

	if (!translate_is(item, "function_call"))
		return 0;
	return begin_call(t, number_of(event, "output_index"), item, out);
}

static int on_item_done(struct translate *t, struct jval event, struct buf *out)
{
	return end_item(t, number_of(event, "output_index"),
			jscan_get(event, "item"), out);
}

/* ---- the response ---- */

static int on_begin(struct translate *t, struct jval event, struct buf *out)
{
	(void)t;
	(void)event;
	(void)out;
	return 0;
}

static const char unsaid[] = "{\"message\":\"the provider ended its response "
			     "without an answer, and does not say why\"}";

static int on_error(struct translate *t, struct jval event, struct buf *out)
{
	struct jval response = jscan_get(event, "response");
	struct jval error = jscan_get(event, "error");

	if (!error.text.at)
		error = jscan_get(response, "error");
	if (!error.text.at && jscan_get(event, "message").text.at)
		error = event;
	if (!error.text.at)
		error = (struct jval){ .type = J_OBJECT,
				       .text = span_of(unsaid) };
	translate_stream_error(t, error, out);
	return 0;
}

static int take_last_arguments(struct translate *t, struct jval item)
{
	for (size_t i = 0; i < t->calls_count; i++) {
		struct translate_call *c = &t->calls[i];

		if (c->size == 0 && c->id.len > 0 &&
		    jscan_member_is(item, "call_id", buf_str(&c->id)) &&
		    add_arguments(c, jscan_get(item, "arguments")) < 0)
			return -1;
	}
	return 0;
}

/* Takes items from the last event, which repeats them, if they did not come
 * before. */
static int take_output(struct translate *t, struct jval output, struct buf *out)
{
	bool nothing =
		t->index == 0 && t->block == BLOCK_NONE && t->calls_count == 0;
	struct jiter it = jscan_iter(output);
	struct jval item;

	for (int64_t n = 0;
	     output.type == J_ARRAY && jscan_next(&it, NULL, &item); n++)
		if ((nothing ? end_item(t, n, item, out)
			     : take_last_arguments(t, item)) < 0)
			return -1;
	for (size_t i = 0; i < t->calls_count; i++)
		if (take_given(&t->calls[i]) < 0)
			return -1;
	return 0;
}

static int on_end(struct translate *t, struct jval event, struct buf *out)
{
	struct jval response = jscan_get(event, "response");
	const char *stop;
	bool calls;

	if (take_output(t, jscan_get(response, "output"), out) < 0)
		return -1;
	translate_responses_usage(t, response);
	translate_calls_advance(t, true, out);
	translate_close_block(t, out);
	calls = t->calls_count > 0 && t->calls[0].open;
	stop = translate_responses_stop(response, calls);
	if (!stop)
		return on_error(t, event, out);
	translate_end_message(t, t->refused && !calls ? "refusal" : stop, out);
	t->done = true;
	return 0;
}

/* ---- events ---- */

static const struct {
	const char *type;
	int (*take)(struct translate *t, struct jval event, struct buf *out);
} events[] = {
	{ "response.created", on_begin },
	{ "response.in_progress", on_begin },
	{ "response.output_item.added", on_item },
	{ "response.output_item.done", on_item_done },
	{ "response.output_text.delta", on_text },
	{ "response.output_text.done", on_text_done },
	{ "response.refusal.delta", on_refusal },
	{ "response.refusal.done", on_text_done },
	{ "response.reasoning_summary_text.delta", on_thought },
	{ "response.reasoning_summary_text.done", on_thought },
	{ "response.reasoning_text.delta", on_thought },
	{ "response.reasoning_text.done", on_thought },
	{ "response.function_call_arguments.delta", on_arguments },
	{ "response.function_call_arguments.done", on_arguments_done },
	{ "response.completed", on_end },
	{ "response.incomplete", on_end },
	{ "response.failed", on_error },
	{ "response.cancelled", on_error },
	{ "error", on_error },
};

int translate_responses_chunk(struct translate *t, struct span data,
			      struct buf *out)
{
	struct jval root, type;

	if (t->done || t->ended || span_is(span_trim(data), "[DONE]"))
		return 0;
	if (translate_read_chunk(t, data, &root) < 0)
		return -1;
	type = jscan_get(root, "type");
	if (!type.text.at && jscan_get(root, "error").text.at)
		return on_error(t, root, out);
	for (size_t i = 0; i < sizeof(events) / sizeof(events[0]); i++) {
		if (!jscan_string_is(type, events[i].type))
			continue;
		translate_begin_message(t, out);
		return events[i].take(t, root, out);
	}
	return 0;
}

/* The end of the message went out with the provider's last event. */
bool translate_responses_finish(struct translate *t, struct buf *out)
{
	(void)out;
	return t->done || t->ended;
}
