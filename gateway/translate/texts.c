/* Writes the texts of the system prompt and of results of tools. */
#include "gateway/translate/translate_private.h"

/* A line of the client for its maker. It changes with each request, so no
 * request would begin like one in the provider's prompt cache. */
#define BILLING "\"x-anthropic-billing-header:"

/* Adds a text to a JSON string; the first one opens its quotes. */
static void add_text(struct jval text, bool *open, struct buf *out)
{
	struct span inner = text.text;

	if (text.type != J_STRING || span_starts(text.text, BILLING))
		return;
	buf_add_text(out, *open ? "\\n\\n" : "\"");
	*open = true;
	buf_add(out, inner.at + 1, inner.len - 2);
}

bool translate_system(struct jval system, struct buf *out)
{
	struct jiter it = jscan_iter(system);
	struct jval block;
	bool open = false;

	add_text(system, &open, out);
	while (system.type == J_ARRAY && jscan_next(&it, NULL, &block))
		add_text(jscan_get(block, "text"), &open, out);
	if (open)
		buf_add_byte(out, '"');
	return open;
}

/* Joins the texts of a result. A reference to a tool has the name that the
 * provider knows. */
void translate_result_text(struct translate *t, struct jval result,
			   struct buf *text)
{
	struct jval content = jscan_get(result, "content"), item, part;
	struct jiter it = jscan_iter(content);
	const char *line = "";

	if (jscan_get(result, "is_error").type == J_TRUE)
		buf_add_text(text, "Error: ");
	if (content.type == J_STRING)
		jscan_string(content, text);
	while (content.type == J_ARRAY && jscan_next(&it, NULL, &item)) {
		part = jscan_get(item, "text");
		if (jscan_member_is(item, "type", "tool_reference")) {
			buf_addf(text, "%sTool: ", line);
			translate_name_text(t, jscan_get(item, "tool_name"),
					    text);
		} else if (part.type == J_STRING) {
			buf_add_text(text, line);
			jscan_string(part, text);
		} else {
			continue;
		}
		line = "\n";
	}
}

bool translate_is_media(struct jval item)
{
	return !jscan_member_is(item, "type", "text") &&
	       !jscan_member_is(item, "type", "tool_reference");
}
