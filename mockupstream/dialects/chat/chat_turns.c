/* The messages as the vendor wants them: roles, content, calls and results. */
#include <stdio.h>
#include <string.h>

#include "mockupstream/dialects/chat/chat_private.h"

enum { OPEN_LIMIT = 128 };

/* Calls of the newest assistant message that have no result yet. */
struct chat_turns {
	struct jval open[OPEN_LIMIT]; /* their ids */
	size_t count;
	bool has_calls; /* results may come */
	struct chat_refusal *why;
};

static int refuse_type(struct chat_turns *t, const char *place,
		       const char *expected)
{
	return chat_refuse(t->why, "invalid_type", place,
			   "Invalid type for '%s': expected %s.", place,
			   expected);
}

/* ---- content ---- */

static bool has_type(struct jval part, const char *type)
{
	return jscan_member_is(part, "type", type);
}

/* role: only `user` may send images. */
static int check_part(struct chat_turns *t, size_t message, size_t part_at,
		      const char *role, struct jval part)
{
	char place[CHAT_PLACE_BYTES];
	struct jval v;

	snprintf(place, sizeof(place), "messages[%zu].content[%zu]", message,
		 part_at);
	if (part.type != J_OBJECT || !jscan_member(part, "type", &v))
		return refuse_type(t, place, "an object with a 'type'");
	if (has_type(part, "text")) {
		if (jscan_get(part, "text").type == J_STRING)
			return 0;
		return refuse_type(t, place, "a 'text' that is a string");
	}
	if (has_type(part, "refusal") && strcmp(role, "assistant") == 0)
		return 0;
	if (has_type(part, "image_url") && strcmp(role, "user") != 0)
		return chat_refuse(t->why, NULL, place,
				   "Invalid 'messages[%zu]'. Image URLs are "
				   "only allowed for messages with role "
				   "'user', but this message with role '%s' "
				   "contains an image URL.",
				   message, role);
	if (strcmp(role, "user") == 0 &&
	    (has_type(part, "image_url") || has_type(part, "input_audio") ||
	     has_type(part, "file")))
		return 0;
	return chat_refuse(t->why, "invalid_value", place,
			   "Invalid value: %.*s. Supported values are: 'text', "
			   "'image_url', 'input_audio', 'refusal', and 'file'.",
			   SPAN_ARG(span_first(v.text, CHAT_SHOWN_BYTES)));
}

/* optional: the message may have no content, since it has calls. */
static int check_content(struct chat_turns *t, size_t message, const char *role,
			 struct jval m, bool optional)
{
	char place[CHAT_PLACE_BYTES];
	struct jval content = jscan_get(m, "content"), part;
	struct jiter it = jscan_iter(content);
	size_t n = 0;

	snprintf(place, sizeof(place), "messages[%zu].content", message);
	if (content.type == J_STRING || (optional && !content.text.at))
		return 0;
	if (!content.text.at)
		return refuse_type(t, place,
				   "a string or an array, but got null "
				   "instead");
	if (content.type != J_ARRAY)
		return refuse_type(t, place, "a string or an array");
	while (jscan_next(&it, NULL, &part))
		if (check_part(t, message, n++, role, part) < 0)
			return -1;
	if (n == 0)
		return chat_refuse(t->why, "empty_array", place,
				   "Invalid '%s': empty array. Expected an "
				   "array with minimum length 1.",
				   place);
	return 0;
}

/* ---- calls and results ---- */

static int check_call(struct chat_turns *t, size_t message, size_t nth,
		      struct jval call)
{
	char place[CHAT_PLACE_BYTES];
	struct jval id = jscan_get(call, "id");
	struct jval function = jscan_get(call, "function"), name;

	snprintf(place, sizeof(place), "messages[%zu].tool_calls[%zu]", message,
		 nth);
	if (id.type != J_STRING)
		return refuse_type(t, place, "an 'id' that is a string");
	if (!has_type(call, "function"))
		return refuse_type(t, place, "a 'type' that is 'function'");
	if (!jscan_member(function, "name", &name) ||
	    jscan_get(function, "arguments").type != J_STRING)
		return refuse_type(t, place,
				   "a function with 'name' and 'arguments', "
				   "which is a string");
	snprintf(place, sizeof(place),
		 "messages[%zu].tool_calls[%zu].function.name", message, nth);
	if (chat_name_check(name, place, t->why) < 0)
		return -1;
	if (t->count < OPEN_LIMIT)
		t->open[t->count++] = id;
	return 0;
}

static int check_assistant(struct chat_turns *t, size_t n, struct jval m)
{
	struct jval calls = jscan_get(m, "tool_calls"), call;
	struct jiter it = jscan_iter(calls);
	size_t nth = 0;
	bool has = calls.text.at != NULL;

	if (check_content(t, n, "assistant", m, has) < 0)
		return -1;
	if (!has)
		return 0;
	if (calls.type != J_ARRAY || jscan_count(calls) == 0)
		return chat_refuse(t->why, "empty_array", "messages",
				   "Invalid 'messages[%zu].tool_calls': empty "
				   "array. Expected an array with minimum "
				   "length 1, but got an empty array instead.",
				   n);
	while (jscan_next(&it, NULL, &call))
		if (check_call(t, n, nth++, call) < 0)
			return -1;
	t->has_calls = true;
	return 0;
}

static int check_result(struct chat_turns *t, size_t n, struct jval m)
{
	struct jval id = jscan_get(m, "tool_call_id");

	if (!t->has_calls)
		return chat_refuse(t->why, NULL, "messages",
				   "Invalid parameter: messages with role "
				   "'tool' must be a response to a preceding "
				   "message with 'tool_calls' (messages[%zu]).",
				   n);
	if (id.type != J_STRING)
		return chat_refuse(t->why, "missing_required_parameter",
				   "messages",
				   "Missing required parameter: "
				   "'messages[%zu].tool_call_id'.",
				   n);
	for (size_t i = 0; i < t->count; i++) {
		if (jscan_string_order(t->open[i], id) != 0)
			continue;
		t->open[i] = t->open[--t->count];
		return check_content(t, n, "tool", m, false);
	}
	return chat_refuse(t->why, NULL, "messages",
			   "Invalid parameter: 'tool_call_id' of "
			   "messages[%zu], %.*s, not found in 'tool_calls' of "
			   "the previous message.",
			   n, SPAN_ARG(span_first(id.text, CHAT_SHOWN_BYTES)));
}

/* Another role comes while calls are without their results. */
static int check_answered(struct chat_turns *t)
{
	t->has_calls = false;
	if (t->count == 0)
		return 0;
	return chat_refuse(
		t->why, NULL, "messages",
		"An assistant message with 'tool_calls' must be "
		"followed by tool messages responding to each "
		"'tool_call_id'. The following tool_call_ids did "
		"not have response messages: %.*s",
		SPAN_ARG(span_first(t->open[0].text, CHAT_SHOWN_BYTES)));
}

/* ---- a message ---- */

static int check_message(struct chat_turns *t, size_t n, struct jval m)
{
	static const char *const others[] = { "system", "developer", "user" };
	struct jval role;

	if (m.type != J_OBJECT || !jscan_member(m, "role", &role))
		return chat_refuse(t->why, "missing_required_parameter",
				   "messages",
				   "Missing required parameter: "
				   "'messages[%zu].role'.",
				   n);
	if (jscan_member_is(m, "role", "tool"))
		return check_result(t, n, m);
	if (check_answered(t) < 0)
		return -1;
	if (jscan_member_is(m, "role", "assistant"))
		return check_assistant(t, n, m);
	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
		if (jscan_member_is(m, "role", others[i]))
			return check_content(t, n, others[i], m, false);
	return chat_refuse(t->why, "invalid_value", "messages",
			   "Invalid value: %.*s. Supported values are: "
			   "'system', 'assistant', 'user', 'function', 'tool', "
			   "and 'developer'.",
			   SPAN_ARG(span_first(role.text, CHAT_SHOWN_BYTES)));
}

int chat_turns_check(struct jval messages, struct chat_refusal *why)
{
	struct chat_turns t = { .why = why };
	struct jiter it = jscan_iter(messages);
	struct jval message;
	size_t n = 0;

	if (messages.type != J_ARRAY)
		return refuse_type(&t, "messages", "an array of objects");
	while (jscan_next(&it, NULL, &message))
		if (check_message(&t, n++, message) < 0)
			return -1;
	if (n == 0)
		return chat_refuse(why, "empty_array", "messages",
				   "Invalid 'messages': empty array. Expected "
				   "an array with minimum length 1, but got an "
				   "empty array instead.");
	return check_answered(&t);
}
