/* Checks messages, and refuses those that cannot be translated. */
#include "gateway/translate/translate_private.h"

#define SHOWN_BYTES 40 /* of a type */

int translate_check_messages(struct jval messages, struct fail *why)
{
	if (messages.type != J_ARRAY)
		return fail_set(why, FAIL_USAGE, "messages: Field required");
	if (jscan_count(messages) == 0)
		return fail_set(why, FAIL_USAGE,
				"messages: at least one message is required");
	return 0;
}

int translate_check_turn(struct jval message, size_t n, struct fail *why)
{
	struct jval content = jscan_get(message, "content");

	if (jscan_get(message, "role").type != J_STRING)
		return fail_set(why, FAIL_USAGE,
				"messages.%zu.role: Field required", n);
	if (content.type != J_STRING && content.type != J_ARRAY)
		return fail_set(why, FAIL_USAGE,
				"messages.%zu.content: Field required", n);
	return 0;
}

int translate_check_said(struct jval content, size_t n, struct fail *why)
{
	static const char *const known[] = { "text", "tool_use", "thinking",
					     "redacted_thinking" };
	struct jiter it = jscan_iter(content);
	struct jval block;

	for (size_t nth = 0; jscan_next(&it, NULL, &block); nth++) {
		struct jval type = jscan_get(block, "type");
		size_t i = 0;

		while (i < 4 && !jscan_member_is(block, "type", known[i]))
			i++;
		if (i == 4)
			return fail_set(
				why, FAIL_USAGE,
				"messages.%zu.content.%zu: a block of "
				"type %.*s has no place in the API of "
				"this model's provider",
				n, nth,
				SPAN_ARG(span_first(type.text, SHOWN_BYTES)));
	}
	return 0;
}
