/*
 * Checks tool calls and their results. Neighbouring messages of one role are
 * one turn, as in the API. After a turn that calls tools, a turn of the user
 * must begin with one result for each call.
 */
#include <stdlib.h>

#include "mockupstream/dialects/strict_private.h"
#include "wire/bytes/mem.h"

enum { CALLS_LIMIT = 256 }; /* in one turn; the API's limit is not known */

struct turn_call {
	struct jval id;
	bool answered;
};

struct turns {
	struct strict *s;
	struct turn_call calls[CALLS_LIMIT]; /* of the newest assistant turn */
	size_t count, answered;
	size_t message; /* the message that has them */
	bool after_calls; /* the turn before is the assistant's */
	struct jval *ids; /* all of the conversation */
	size_t ids_count, ids_cap;
};

#define INNER(v) SPAN_ARG(span_first(span_skip((v).text, 1), (v).text.len - 2))

static int refuse_missing(struct turns *t)
{
	struct buf ids = BUF_INIT(256);

	for (size_t i = 0; i < t->count; i++)
		if (!t->calls[i].answered &&
		    buf_addf(&ids, "%s%.*s", ids.len > 0 ? ", " : "",
			     INNER(t->calls[i].id)) < 0)
			break;
	(void)strict_refuse(t->s,
			    "messages.%zu: `tool_use` ids were found without "
			    "`tool_result` blocks immediately after: %s. Each "
			    "`tool_use` block must have a corresponding "
			    "`tool_result` block in the next message.",
			    t->message, buf_str(&ids));
	buf_clear(&ids);
	return -1;
}

static int check_answered(struct turns *t)
{
	return t->answered == t->count ? 0 : refuse_missing(t);
}

static int take_call(struct turns *t, struct jval block, size_t message)
{
	struct jval id;

	if (!jscan_member(block, "id", &id) || id.type != J_STRING)
		return strict_refuse(t->s,
				     "messages.%zu: a `tool_use` block has no "
				     "id",
				     message);
	if (t->count == CALLS_LIMIT)
		return strict_refuse(t->s,
				     "messages.%zu: more than %d `tool_use` "
				     "blocks",
				     message, CALLS_LIMIT);
	t->message = message;
	t->calls[t->count++] = (struct turn_call){ .id = id };
	t->ids = mem_room(t->ids, t->ids_count, &t->ids_cap, sizeof(*t->ids));
	t->ids[t->ids_count++] = id;
	return 0;
}

static int take_result(struct turns *t, struct jval block, size_t message,
		       size_t n)
{
	struct jval id;

	if (!jscan_member(block, "tool_use_id", &id) || id.type != J_STRING)
		return strict_refuse(t->s,
				     "messages.%zu.content.%zu.tool_result."
				     "tool_use_id: Input should be a valid "
				     "string",
				     message, n);
	for (size_t i = 0; i < t->count; i++) {
		if (jscan_string_order(t->calls[i].id, id) != 0)
			continue;
		if (t->calls[i].answered)
			return strict_refuse(
				t->s,
				"messages.%zu.content.%zu: each tool_use must "
				"have a single result. Found multiple "
				"`tool_result` blocks with id: %.*s",
				message, n, INNER(id));
		t->calls[i].answered = true;
		t->answered++;
		return 0;
	}
	return strict_refuse(t->s,
			     "messages.%zu.content.%zu: unexpected "
			     "`tool_use_id` found in `tool_result` blocks: "
			     "%.*s. Each `tool_result` block must have a "
			     "corresponding `tool_use` block in the previous "
			     "message.",
			     message, n, INNER(id));
}

static int take_user(struct turns *t, struct jval content, size_t message)
{
	struct jiter it = jscan_iter(content);
	struct jval key, block;
	size_t n = 0;

	t->after_calls = false;
	if (content.type != J_ARRAY)
		return check_answered(t);
	for (; jscan_next(&it, &key, &block); n++) {
		if (!strict_type_is(block, "tool_result")) {
			if (check_answered(t) < 0)
				return -1;
		} else if (take_result(t, block, message, n) < 0) {
			return -1;
		}
	}
	return 0;
}

static int take_assistant(struct turns *t, struct jval content, size_t message)
{
	struct jiter it = jscan_iter(content);
	struct jval key, block;

	if (!t->after_calls) {
		if (check_answered(t) < 0)
			return -1;
		t->count = t->answered = 0;
	}
	t->after_calls = true;
	while (content.type == J_ARRAY && jscan_next(&it, &key, &block))
		if (strict_type_is(block, "tool_use") &&
		    take_call(t, block, message) < 0)
			return -1;
	return 0;
}

static int take_message(struct turns *t, struct jval message, size_t n)
{
	struct jval role, content;

	if (!jscan_member(message, "role", &role) ||
	    !jscan_member(message, "content", &content))
		return 0;
	if (jscan_string_is(role, "assistant"))
		return take_assistant(t, content, n);
	if (jscan_string_is(role, "user"))
		return take_user(t, content, n);
	return check_answered(t);
}

static int order(const void *a, const void *b)
{
	return jscan_string_order(*(const struct jval *)a,
				  *(const struct jval *)b);
}

static int check_unique(struct turns *t)
{
	if (t->ids_count > 0)
		qsort(t->ids, t->ids_count, sizeof(*t->ids), order);
	for (size_t i = 1; i < t->ids_count; i++)
		if (order(&t->ids[i - 1], &t->ids[i]) == 0)
			return strict_refuse(t->s,
					     "messages: `tool_use` ids must be "
					     "unique: %.*s",
					     INNER(t->ids[i]));
	return 0;
}

static int take_messages(struct turns *t, struct jval messages)
{
	struct jiter it = jscan_iter(messages);
	struct jval key, message;
	size_t n = 0;

	while (jscan_next(&it, &key, &message))
		if (take_message(t, message, n++) < 0)
			return -1;
	return check_answered(t) < 0 ? -1 : check_unique(t);
}

int strict_check_turns(struct strict *s, struct jval messages)
{
	struct turns *t = xcalloc(1, sizeof(*t));
	int rc;

	t->s = s;
	rc = take_messages(t, messages);
	free(t->ids);
	free(t);
	return rc;
}
