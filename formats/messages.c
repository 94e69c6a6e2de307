/* The Messages format in its plain form: fewer spellings, nothing else. */
#include "formats/plain_private.h"

/* Members of a block that say how it is kept, not what it says. */
static bool is_upkeep(struct jval key)
{
	return jscan_string_is(key, "cache_control");
}

static void copy_block(struct jval block, struct buf *out);

static void copy_blocks(struct jval content, struct buf *out)
{
	struct plain_list list = { .out = out };
	struct jiter it = jscan_iter(content);
	struct jval item;

	buf_add_byte(out, '[');
	if (content.type == J_STRING)
		plain_text_block(out, content);
	while (content.type == J_ARRAY && jscan_next(&it, NULL, &item)) {
		plain_item(&list);
		copy_block(item, out);
	}
	buf_add_byte(out, ']');
}

/* The content of a tool's result, a text or blocks, becomes a list. */
static void copy_block(struct jval block, struct buf *out)
{
	struct plain_list members = { .out = out };
	struct jiter it = jscan_iter(block);
	bool result = jscan_member_is(block, "type", "tool_result");
	struct jval key, value;

	if (block.type != J_OBJECT) {
		buf_add_span(out, block.text);
		return;
	}
	buf_add_byte(out, '{');
	while (jscan_next(&it, &key, &value)) {
		if (is_upkeep(key))
			continue;
		plain_item(&members);
		buf_add_span(out, key.text);
		buf_add_byte(out, ':');
		if (result && jscan_string_is(key, "content"))
			copy_blocks(value, out);
		else
			buf_add_span(out, value.text);
	}
	buf_add_byte(out, '}');
}

static const char *role_of(struct jval message)
{
	if (jscan_member_is(message, "role", "assistant"))
		return "assistant";
	return jscan_member_is(message, "role", "system") ? "system" : "user";
}

static void copy_message(struct plain_turns *turns, struct jval message)
{
	struct jval content = jscan_get(message, "content"), block;
	struct jiter it = jscan_iter(content);
	const char *role = role_of(message);

	if (content.type == J_STRING) {
		plain_turn_block(turns, role);
		plain_text_block(turns->turns.out, content);
		return;
	}
	while (content.type == J_ARRAY && jscan_next(&it, NULL, &block)) {
		plain_turn_block(turns, role);
		copy_block(block, turns->turns.out);
	}
}

static void copy_messages(struct plain_list *root, struct jval messages)
{
	struct plain_turns turns = { .turns = { .out = root->out } };
	struct jiter it = jscan_iter(messages);
	struct jval message;

	if (messages.type != J_ARRAY)
		return;
	plain_key(root, "messages");
	buf_add_byte(root->out, '[');
	while (jscan_next(&it, NULL, &message))
		copy_message(&turns, message);
	plain_turn_end(&turns);
	buf_add_byte(root->out, ']');
}

static const struct plain_tool_spelling tool_spelling = {
	.type = "custom", .schema = "input_schema"
};

void plain_messages_request(struct jval root, struct buf *out)
{
	static const char *const as_they_are[] = {
		"tool_choice", "max_tokens",    "stream",
		"temperature", "top_p",         "stop_sequences",
		"thinking",    "output_config", "metadata"
	};
	struct plain_list members = { .out = out };
	struct jval system = jscan_get(root, "system");

	buf_add_byte(out, '{');
	plain_copy(&members, "model", root, "model");
	if (system.text.at != NULL) {
		plain_key(&members, "system");
		copy_blocks(system, out);
	}
	copy_messages(&members, jscan_get(root, "messages"));
	plain_tools(&members, jscan_get(root, "tools"), &tool_spelling);
	for (size_t i = 0; i < sizeof(as_they_are) / sizeof(as_they_are[0]);
	     i++)
		plain_copy(&members, as_they_are[i], root, as_they_are[i]);
	buf_add_byte(out, '}');
}

/* ---- answers ---- */

void plain_messages_answer(struct jval root, struct buf *out)
{
	static const char *const as_they_are[] = { "stop_reason",
						   "stop_sequence", "usage",
						   "error" };
	struct plain_list members = { .out = out };
	struct jval content = jscan_get(root, "content");

	buf_add_byte(out, '{');
	plain_copy(&members, "id", root, "id");
	plain_copy(&members, "model", root, "model");
	if (content.text.at != NULL) {
		plain_key(&members, "content");
		copy_blocks(content, out);
	}
	for (size_t i = 0; i < sizeof(as_they_are) / sizeof(as_they_are[0]);
	     i++)
		plain_copy(&members, as_they_are[i], root, as_they_are[i]);
	buf_add_byte(out, '}');
}
