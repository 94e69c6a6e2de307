/* The messages as the vendor requires them: roles, content, calls and
 * results. */
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

/* ---- calls and results ---- */

static int take_id(struct chat_turns *t, struct jval id)
{
	if (t->count < OPEN_LIMIT)
		t->open[t->count++] = id;
	return 0;
}

static int check_call(struct chat_turns *t, size_t message, size_t nth,
		      struct jval call)
{
	char place[CHAT_PLACE_LEN];
	struct jval id, function, name, arguments;

	snprintf(place, sizeof(place), "messages[%zu].tool_calls[%zu]", message,
		 nth);
	if (!jscan_member(call, "id", &id) || id.type != J_STRING)
		return refuse_type(t, place, "an 'id' that is a string");
	if (jscan_member_is(call, "type", "custom"))
		return take_id(t, id);
	if (!jscan_member_is(call, "type", "function"))
		return refuse_type(t, place, "a 'type' that is 'function'");
	if (!jscan_member(call, "function", &function) ||
	    !jscan_member(function, "name", &name) ||
	    !jscan_member(function, "arguments", &arguments) ||
	    arguments.type != J_STRING)
		return refuse_type(t, place,
				   "a function with 'name' and 'arguments', "
				   "which is a string");
	snprintf(place, sizeof(place),
		 "messages[%zu].tool_calls[%zu].function.name", message, nth);
	if (chat_name_check(name, place, t->why) < 0)
		return -1;
	return take_id(t, id);
}

static int check_assistant(struct chat_turns *t, size_t n, struct jval m)
{
	struct jval calls, call;
	struct jiter it;
	size_t nth = 0;
	bool has =
		jscan_member(m, "tool_calls", &calls) && calls.type != J_NULL;

	if (chat_parts_check(m, n, "assistant", has, t->why) < 0)
		return -1;
	if (!has)
		return 0;
	if (calls.type != J_ARRAY || jscan_count(calls) == 0)
		return chat_refuse(t->why, "empty_array", "messages",
				   "Invalid 'messages[%zu].tool_calls': empty "
				   "array. Expected an array with minimum "
				   "length 1, but got an empty array instead.",
				   n);
	it = jscan_iter(calls);
	while (jscan_next(&it, NULL, &call))
		if (check_call(t, n, nth++, call) < 0)
			return -1;
	t->has_calls = true;
	return 0;
}

static int check_result(struct chat_turns *t, size_t n, struct jval m)
{
	struct jval id;

	if (!t->has_calls)
		return chat_refuse(t->why, NULL, "messages",
				   "Invalid parameter: messages with role "
				   "'tool' must be a response to a preceding "
				   "message with 'tool_calls' (messages[%zu]).",
				   n);
	if (!jscan_member(m, "tool_call_id", &id) || id.type != J_STRING)
		return chat_refuse(t->why, "missing_required_parameter",
				   "messages",
				   "Missing required parameter: "
				   "'messages[%zu].tool_call_id'.",
				   n);
	for (size_t i = 0; i < t->count; i++) {
		if (jscan_string_order(t->open[i], id) != 0)
			continue;
		t->open[i] = t->open[--t->count];
		return chat_parts_check(m, n, "tool", false, t->why);
	}
	return chat_refuse(t->why, NULL, "messages",
			   "Invalid parameter: 'tool_call_id' of "
			   "messages[%zu], %.*s, not found in 'tool_calls' of "
			   "the previous message.",
			   n, SPAN_ARG(span_first(id.text, 80)));
}

/* Before a message with another role, all calls need their results. */
static int check_answered(struct chat_turns *t)
{
	t->has_calls = false;
	if (t->count == 0)
		return 0;
	return chat_refuse(t->why, NULL, "messages",
			   "An assistant message with 'tool_calls' must be "
			   "followed by tool messages responding to each "
			   "'tool_call_id'. The following tool_call_ids did "
			   "not have response messages: %.*s",
			   SPAN_ARG(span_first(t->open[0].text, 80)));
}

/* ---- a message ---- */

static int check_message(struct chat_turns *t, size_t n, struct jval m)
{
	static const char *const others[] = { "system", "developer", "user",
					      "function" };
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
			return chat_parts_check(m, n, others[i], false, t->why);
	return chat_refuse_value(t->why, "messages", role,
				 "'system', 'assistant', 'user', 'function', "
				 "'tool', and 'developer'");
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
