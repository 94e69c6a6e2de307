/* A stream of the Messages API, put together as its message. */
#include <stdlib.h>

#include "formats/plain_private.h"
#include "wire/bytes/mem.h"

enum { BLOCKS_LIMIT = 4096, USAGE_LIMIT = 64 };

struct block_piece { /* a content block that may still grow */
	int64_t index;
	struct jval start; /* as content_block_start had it */
	const char *key; /* of the text that grows: "text", ... */
	struct buf text; /* what the deltas brought */
	struct jval signature; /* the last one; text.at NULL: none */
};

struct block_pieces {
	struct block_piece list[BLOCKS_LIMIT];
	size_t count;
	struct jval front, stop_reason, stop_sequence, error;
	struct jval usage, late_usage; /* of the start, and of the end */
};

static struct block_piece *piece_at(struct block_pieces *p, struct jval event)
{
	struct jval index = jscan_get(event, "index");
	int64_t number;

	if (index.type != J_NUMBER || !jscan_i64(index, &number))
		return NULL;
	for (size_t i = p->count; i > 0; i--)
		if (p->list[i - 1].index == number)
			return &p->list[i - 1];
	return NULL;
}

static void piece_start(struct block_pieces *p, struct jval event)
{
	struct jval index = jscan_get(event, "index");
	struct block_piece *new = &p->list[p->count];

	if (p->count == BLOCKS_LIMIT || index.type != J_NUMBER)
		return;
	*new = (struct block_piece){ .text = BUF_INIT(BUF_NO_LIMIT) };
	if (!jscan_i64(index, &new->index))
		return;
	new->start = jscan_get(event, "content_block");
	if (jscan_member_is(new->start, "type", "thinking"))
		new->key = "thinking";
	else if (jscan_member_is(new->start, "type", "text"))
		new->key = "text";
	else
		new->key = "input";
	p->count++;
}

static void piece_grow(struct block_piece *piece, struct jval delta)
{
	static const char *const growing[] = { "text", "thinking",
					       "partial_json" };
	struct jval signature = jscan_get(delta, "signature");

	for (size_t i = 0; i < sizeof(growing) / sizeof(growing[0]); i++) {
		struct jval text = jscan_get(delta, growing[i]);

		if (text.type == J_STRING)
			jscan_string(text, &piece->text);
	}
	if (signature.text.at)
		piece->signature = signature;
}

static void take(struct jval *kept, struct jval object, const char *key)
{
	struct jval v = jscan_get(object, key);

	if (v.text.at)
		*kept = v;
}

static void take_event(struct block_pieces *p, struct jval event)
{
	struct jval delta = jscan_get(event, "delta");

	if (jscan_member_is(event, "type", "message_start")) {
		take(&p->front, event, "message");
		take(&p->usage, p->front, "usage");
	} else if (jscan_member_is(event, "type", "content_block_start")) {
		piece_start(p, event);
	} else if (jscan_member_is(event, "type", "content_block_delta")) {
		struct block_piece *piece = piece_at(p, event);

		if (piece)
			piece_grow(piece, delta);
	} else if (jscan_member_is(event, "type", "message_delta")) {
		take(&p->stop_reason, delta, "stop_reason");
		take(&p->stop_sequence, delta, "stop_sequence");
		take(&p->late_usage, event, "usage");
	} else if (jscan_member_is(event, "type", "error")) {
		take(&p->error, event, "error");
	}
}

/* If no delta brought any of the text, the value of the start is kept. */
static void write_grown(const struct block_piece *piece,
			struct plain_list *members, struct jval key,
			struct jval value)
{
	if (jscan_string_is(key, "signature") && piece->signature.text.at) {
		buf_add_span(members->out, piece->signature.text);
	} else if (!jscan_string_is(key, piece->key) || piece->text.len == 0) {
		buf_add_span(members->out, value.text);
	} else if (jscan_string_is(key, "input")) {
		plain_input(members->out, buf_span(&piece->text));
	} else {
		jscan_quote(members->out, buf_span(&piece->text));
	}
}

static void write_piece(const struct block_piece *piece, struct buf *out)
{
	struct plain_list members = { .out = out };
	struct jiter it = jscan_iter(piece->start);
	struct jval key, value;

	buf_add_byte(out, '{');
	while (piece->start.type == J_OBJECT && jscan_next(&it, &key, &value)) {
		plain_item(&members);
		buf_add_span(out, key.text);
		buf_add_byte(out, ':');
		write_grown(piece, &members, key, value);
	}
	buf_add_byte(out, '}');
}

/* A count of the end takes the place of the start's, but 0 and null do not:
 * who translates knows no count before the end, and who relays repeats none
 * but that of the output. */
static struct jval newer(struct jval early, struct jval late)
{
	int64_t count = 0;

	if (!early.text.at)
		return late;
	if (!late.text.at || late.type == J_NULL)
		return early;
	return late.type == J_NUMBER && jscan_i64(late, &count) && count == 0
		       ? early
		       : late;
}

static struct jval member_of(struct jval object, struct jval key)
{
	struct jiter it = jscan_iter(object);
	struct jval other, value;

	while (jscan_next(&it, &other, &value))
		if (jscan_string_order(other, key) == 0)
			return value;
	return (struct jval){ .type = J_NULL };
}

static void usage_member(struct plain_list *usage, struct jval key,
			 struct jval value)
{
	plain_item(usage);
	buf_add_span(usage->out, key.text);
	buf_add_byte(usage->out, ':');
	buf_add_span(usage->out, value.text);
}

static void write_usage(struct jval early, struct jval late,
			struct plain_list *root)
{
	struct plain_list usage = { .out = root->out };
	struct jiter it = jscan_iter(early);
	struct jval key, value;

	if (early.type != J_OBJECT || late.type != J_OBJECT ||
	    jscan_count(early) + jscan_count(late) > USAGE_LIMIT) {
		plain_member(root, "usage", newer(early, late));
		return;
	}
	plain_key(root, "usage");
	buf_add_byte(root->out, '{');
	while (jscan_next(&it, &key, &value))
		usage_member(&usage, key, newer(value, member_of(late, key)));
	it = jscan_iter(late);
	while (jscan_next(&it, &key, &value))
		if (!member_of(early, key).text.at)
			usage_member(&usage, key, value);
	buf_add_byte(root->out, '}');
}

static void write_pieces(const struct block_pieces *p, struct buf *out)
{
	struct plain_list members = { .out = out };
	struct plain_list blocks = { .out = out };

	buf_add_byte(out, '{');
	plain_copy(&members, "id", p->front, "id");
	plain_copy(&members, "model", p->front, "model");
	plain_key(&members, "content");
	buf_add_byte(out, '[');
	for (size_t i = 0; i < p->count; i++) {
		plain_item(&blocks);
		write_piece(&p->list[i], out);
	}
	buf_add_byte(out, ']');
	plain_member(&members, "stop_reason", p->stop_reason);
	plain_member(&members, "stop_sequence", p->stop_sequence);
	write_usage(p->usage, p->late_usage, &members);
	plain_member(&members, "error", p->error);
	buf_add_byte(out, '}');
}

void plain_messages_stream(const struct jval *events, size_t count,
			   struct buf *out)
{
	struct block_pieces *p = xcalloc(1, sizeof(*p));

	for (size_t i = 0; i < count; i++)
		take_event(p, events[i]);
	write_pieces(p, out);
	for (size_t i = 0; i < p->count; i++)
		buf_clear(&p->list[i].text);
	free(p);
}
