/* Writing the plain form: what all readers share. */
#include <string.h>

#include "formats/plain_private.h"

void plain_item(struct plain_list *l)
{
	if (l->begun)
		buf_add_byte(l->out, ',');
	l->begun = true;
}

void plain_key(struct plain_list *object, const char *key)
{
	plain_item(object);
	buf_addf(object->out, "\"%s\":", key);
}

void plain_member(struct plain_list *object, const char *key, struct jval value)
{
	if (value.text.at == NULL)
		return;
	plain_key(object, key);
	buf_add_span(object->out, value.text);
}

void plain_text(struct plain_list *object, const char *key, struct span text)
{
	plain_key(object, key);
	jscan_quote(object->out, text);
}

void plain_copy(struct plain_list *object, const char *key, struct jval from,
		const char *name)
{
	plain_member(object, key, jscan_get(from, name));
}

void plain_copy_text(struct plain_list *object, const char *key,
		     struct jval from, const char *name)
{
	struct jval v = jscan_get(from, name);

	if (v.type == J_STRING)
		plain_member(object, key, v);
}

void plain_turn_block(struct plain_turns *t, const char *role)
{
	if (t->role && strcmp(t->role, role) != 0)
		plain_turn_end(t);
	if (!t->role) {
		plain_item(&t->turns);
		buf_addf(t->turns.out, "{\"role\":\"%s\",\"content\":[", role);
		t->blocks = (struct plain_list){ .out = t->turns.out };
		t->role = role;
	}
	plain_item(&t->blocks);
}

void plain_turn_end(struct plain_turns *t)
{
	if (t->role)
		buf_add_text(t->turns.out, "]}");
	t->role = NULL;
}

void plain_content(struct plain_turns *t, const char *role, struct jval content,
		   void (*write_part)(struct jval part, struct buf *out))
{
	struct jiter it = jscan_iter(content);
	struct jval part;

	if (content.type == J_STRING) {
		plain_turn_block(t, role);
		plain_text_block(t->turns.out, content);
	}
	while (content.type == J_ARRAY && jscan_next(&it, NULL, &part)) {
		plain_turn_block(t, role);
		write_part(part, t->turns.out);
	}
}

void plain_text_block(struct buf *out, struct jval string)
{
	buf_add_text(out, "{\"type\":\"text\",\"text\":");
	buf_add_span(out,
		     string.type == J_STRING ? string.text : span_of("\"\""));
	buf_add_byte(out, '}');
}

void plain_input(struct buf *out, struct span text)
{
	struct jval input;

	if (jscan(text, &input, NULL) == 0 &&
	    jscan_depth(input) <= JSCAN_DEPTH_LIMIT / 2)
		buf_add_span(out, input.text);
	else
		jscan_quote(out, text);
}

void plain_arguments(struct buf *out, struct jval string)
{
	struct buf text = BUF_INIT(BUF_NO_LIMIT);

	if (string.type == J_STRING)
		jscan_string(string, &text);
	plain_input(out, buf_span(&text));
	buf_clear(&text);
}

void plain_source(struct buf *out, const char *type, struct jval url)
{
	struct buf text = BUF_INIT(BUF_NO_LIMIT);
	struct span rest, front;

	jscan_string(url, &text);
	rest = buf_span(&text);
	buf_addf(out, "{\"type\":\"%s\",\"source\":", type);
	if (span_starts(rest, "data:") && span_split(&rest, ',', &front) &&
	    rest.at && span_ends(front, ";base64")) {
		front = span_skip(front, 5);
		buf_add_text(out, "{\"type\":\"base64\",\"media_type\":");
		jscan_quote(out, span_first(front, front.len - 7));
		buf_add_text(out, ",\"data\":");
		jscan_quote(out, rest);
	} else {
		buf_add_text(out, "{\"type\":\"url\",\"url\":");
		jscan_quote(out, buf_span(&text));
	}
	buf_add_text(out, "}}");
	buf_clear(&text);
}

static void write_tool(struct buf *out, struct jval tool,
		       const struct plain_tool_spelling *as)
{
	struct jval inner = as->inside ? jscan_get(tool, as->inside) : tool;
	struct plain_list members = { .out = out };

	buf_add_byte(out, '{');
	if (!jscan_member_is(tool, "type", as->type))
		plain_copy(&members, "type", tool, "type");
	plain_copy(&members, "name", inner, "name");
	plain_copy(&members, "description", inner, "description");
	plain_copy(&members, "input_schema", inner, as->schema);
	buf_add_byte(out, '}');
}

void plain_tools(struct plain_list *root, struct jval tools,
		 const struct plain_tool_spelling *as)
{
	struct plain_list list = { .out = root->out };
	struct jiter it = jscan_iter(tools);
	struct jval tool;

	if (tools.type != J_ARRAY)
		return;
	plain_key(root, "tools");
	buf_add_byte(root->out, '[');
	while (jscan_next(&it, NULL, &tool)) {
		plain_item(&list);
		write_tool(root->out, tool, as);
	}
	buf_add_byte(root->out, ']');
}
