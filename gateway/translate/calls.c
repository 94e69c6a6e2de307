/*
 * Calls of a stream, and texts beside them. The blocks of a message come one
 * after the other, but a provider may interleave calls: one call is open at a
 * time, and the others' arguments wait.
 */
#include "gateway/translate/translate_private.h"
#include "wire/bytes/mem.h"

/* ---- one call ---- */

struct translate_call *translate_call_new(struct translate *t, int64_t index)
{
	struct translate_call *new;

	if (t->calls_count == TRANSLATE_CALLS_LIMIT)
		return NULL;
	t->calls = xrealloc(t->calls, (t->calls_count + 1) * sizeof(*new));
	new = &t->calls[t->calls_count++];
	*new = (struct translate_call){ .index = index,
					.id = BUF_INIT(1024),
					.name = BUF_INIT(1024),
					.waiting =
						BUF_INIT(TRANSLATE_INPUT_LIMIT),
					.given = BUF_INIT(BUF_NO_LIMIT) };
	return new;
}

void translate_take_once(struct buf *to, struct jval object, const char *key)
{
	struct jval v = jscan_get(object, key);

	if (to->len == 0 && v.type == J_STRING)
		(void)jscan_string(v, to);
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

int translate_call_add(struct translate_call *c, struct jval arguments)
{
	size_t was = c->waiting.len;

	if (jscan_string(arguments, &c->waiting) < 0)
		return -1;
	for (size_t i = was; i < c->waiting.len; i++)
		nest(&c->nesting, c->waiting.at[i]);
	c->size += c->waiting.len - was;
	if (c->size > TRANSLATE_INPUT_LIMIT)
		return -1;
	return 0;
}

/* ---- all of them ---- */

static void open_call(struct translate *t, size_t n, struct buf *out)
{
	struct translate_call *c = &t->calls[n];
	struct buf start = BUF_INIT(BUF_NO_LIMIT);

	buf_add_text(&start, "{\"type\":\"tool_use\",\"id\":");
	translate_write_id(t, buf_span(&c->id), n, &start);
	buf_add_text(&start, ",\"name\":");
	translate_name_back(t, buf_span(&c->name), &start);
	buf_add_text(&start, ",\"input\":{}}");
	translate_open_block(t, BLOCK_CALL, buf_span(&start), out);
	t->call = n;
	c->open = true;
	buf_clear(&start);
}

static void flush_call(struct translate *t, struct buf *out)
{
	struct translate_call *c = &t->calls[t->call];

	if (c->waiting.len == 0)
		return;
	translate_delta(t, DELTA_INPUT, buf_span(&c->waiting), out);
	buf_reset(&c->waiting);
}

/* Do the brackets say that the arguments, an object, are complete? */
static bool looks_whole(const struct translate_call *c)
{
	return c->nesting.begun && c->nesting.depth == 0;
}

void translate_calls_advance(struct translate *t, bool end, struct buf *out)
{
	for (size_t i = 0; i < t->calls_count; i++) {
		struct translate_call *c = &t->calls[i];
		bool last = i + 1 == t->calls_count;

		if (c->closed || c->name.len == 0)
			continue;
		if (!c->open)
			open_call(t, i, out);
		flush_call(t, out);
		if (!end && !c->whole && (last || !looks_whole(c)))
			return;
		translate_close_block(t, out);
	}
}

/* ---- texts ---- */

void translate_open_thought(struct translate *t, struct buf *out)
{
	/* more arguments of the call would come too late */
	if (t->block == BLOCK_CALL)
		translate_calls_advance(t, true, out);
	translate_open_block(t, BLOCK_THOUGHT,
			     span_of("{\"type\":\"thinking\",\"thinking\":\"\","
				     "\"signature\":\"\"}"),
			     out);
}

static void open_text(struct translate *t, struct buf *out)
{
	if (t->block == BLOCK_CALL)
		translate_calls_advance(t, true, out);
	translate_open_block(t, BLOCK_TEXT,
			     span_of("{\"type\":\"text\",\"text\":\"\"}"), out);
}

void translate_take_text(struct translate *t, enum translate_block block,
			 struct jval string, struct buf *out)
{
	bool thought = block == BLOCK_THOUGHT;

	if (!translate_has_text(string))
		return;
	if (t->block != block && thought)
		translate_open_thought(t, out);
	else if (t->block != block)
		open_text(t, out);
	buf_reset(&t->text);
	jscan_string(string, &t->text);
	translate_delta(t, thought ? DELTA_THOUGHT : DELTA_TEXT,
			buf_span(&t->text), out);
	t->written += t->text.len;
}
