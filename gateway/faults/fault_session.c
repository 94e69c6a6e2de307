/* Faults of gateways whose provider speaks another format: what that format
 * does not have is refused in the provider's words, or is lost. */
#include <stdio.h>
#include <string.h>

#include "gateway/faults/faults.h"

#define NAME_LIMIT 64

static bool refuse(struct relay *r, const char *body)
{
	fault_answer(r, 400, "application/json", body);
	return true;
}

#define ERROR(message) \
	"{\"type\":\"error\",\"error\":{\"type\":\"invalid_request_error\"," \
	"\"message\":\"" message "\"}}"

static bool find(const struct relay *r, const char *pointer, struct jval *out)
{
	struct jval root;

	return jscan(buf_span(&r->body), &root, NULL) == 0 &&
	       jscan_find(root, span_of(pointer), out);
}

static bool has_text(struct jval object, const char *key, const char *text)
{
	struct jval v;

	return jscan_member(object, key, &v) && v.type == J_STRING &&
	       jscan_string_is(v, text);
}

/* ---- history ---- */

/* Is this a message of the user's own words, without results of tools? */
static bool is_words(struct jval message)
{
	struct jval content, block;
	struct jiter it;

	if (!has_text(message, "role", "user") ||
	    !jscan_member(message, "content", &content))
		return false;
	for (it = jscan_iter(content); jscan_next(&it, NULL, &block);)
		if (has_text(block, "type", "tool_result"))
			return false;
	return true;
}

/* Leaves out what comes before the newest words of the user. */
static void newest_words_only(struct span from, struct buf *to)
{
	struct jval root, messages, message;
	const char *begin = NULL;
	struct jiter it = { 0 };

	if (jscan(from, &root, NULL) == 0 &&
	    jscan_member(root, "messages", &messages))
		it = jscan_iter(messages);
	while (it.rest.len > 0 && jscan_next(&it, NULL, &message))
		if (is_words(message))
			begin = message.text.at;
	if (!begin) {
		buf_add_span(to, from);
		return;
	}
	buf_add(to, from.at, (size_t)(messages.text.at - from.at) + 1);
	buf_add(to, begin, (size_t)(from.at + from.len - begin));
}

/* ---- tools ---- */

static bool limits_names(struct relay *r, struct slot *s)
{
	struct jval tools, tool, name;
	struct jiter it;

	(void)s;
	if (!find(r, "/tools", &tools))
		return false;
	for (it = jscan_iter(tools); jscan_next(&it, NULL, &tool);)
		if (jscan_member(tool, "name", &name) &&
		    name.text.len - 2 > NAME_LIMIT)
			return refuse(r,
				      ERROR("Invalid 'tools[0].function.name':"
					    " string too long. Expected a "
					    "string with maximum length 64."));
	return false;
}

static bool refuses_server_tools(struct relay *r, struct slot *s)
{
	struct jval tools, tool, type;
	struct jiter it;

	(void)s;
	if (!find(r, "/tools", &tools))
		return false;
	for (it = jscan_iter(tools); jscan_next(&it, NULL, &tool);)
		if (jscan_member(tool, "type", &type) &&
		    span_starts(type.text, "\"web_search_"))
			return refuse(r, ERROR("Missing required parameter: "
					       "'tools[0].function'."));
	return false;
}

/* True if a message has text of the user after results. */
static bool has_words_after(struct jval message)
{
	struct jval content, block;
	struct jiter it;
	bool result = false;

	if (!jscan_member(message, "content", &content))
		return false;
	for (it = jscan_iter(content); jscan_next(&it, NULL, &block);) {
		if (has_text(block, "type", "tool_result"))
			result = true;
		else if (result)
			return true;
	}
	return false;
}

static bool refuses_words(struct relay *r, struct slot *s)
{
	struct jval messages, message;
	struct jiter it;

	(void)s;
	if (!find(r, "/messages", &messages))
		return false;
	for (it = jscan_iter(messages); jscan_next(&it, NULL, &message);)
		if (has_words_after(message))
			return refuse(r, ERROR("An assistant message with "
					       "'tool_calls' must be followed "
					       "by tool messages responding to "
					       "each 'tool_call_id'."));
	return false;
}

/* Gives all calls of a turn the index of the first one. */
static void one_tool_index(struct slot *s, struct span frame, struct buf *out)
{
	struct fault_edit edit = { .path = "/index",
				   .with = buf_str(&s->spare) };
	struct buf data = BUF_INIT(BUF_NO_LIMIT);
	struct jval type, index;

	if (!s->is_set && frame_is(frame, "content_block_start") &&
	    frame_find(frame, "/content_block/type", &type) &&
	    jscan_string_is(type, "tool_use") &&
	    frame_find(frame, "/index", &index)) {
		buf_add_span(&s->spare, index.text);
		s->is_set = true;
		edit.with = buf_str(&s->spare);
	}
	if (s->is_set && frame_find(frame, "/index", &index) &&
	    edit_apply(&edit, frame_read(frame).data, &data))
		frame_write_data(out, frame, buf_span(&data));
	else
		buf_add_span(out, frame);
	buf_clear(&data);
}

/* ---- usage ---- */

/* Counts requests, to make up other numbers each time. */
static unsigned drift;

static void drift_of(struct span doc, struct buf *out)
{
	char number[16];
	struct fault_edit edit = { .path = "*usage/input_tokens",
				   .with = number };

	snprintf(number, sizeof(number), "%u", 20 + drift++ % 7);
	if (!edit_apply(&edit, doc, out))
		buf_add_span(out, doc);
}

static void usage_drifts(struct relay *r, struct span from, struct buf *to)
{
	(void)r;
	drift_of(from, to);
}

static void usage_drifts_in(struct slot *s, struct span frame, struct buf *out)
{
	struct buf data = BUF_INIT(BUF_NO_LIMIT);

	(void)s;
	if (frame_is(frame, "message_start")) {
		drift_of(frame_read(frame).data, &data);
		frame_write_data(out, frame, buf_span(&data));
	} else {
		buf_add_span(out, frame);
	}
	buf_clear(&data);
}

/* ---- thinking and effort ---- */

static bool one_effort(struct relay *r, struct slot *s)
{
	struct jval effort;

	(void)s;
	if (!find(r, "/output_config/effort", &effort) ||
	    jscan_string_is(effort, "medium"))
		return false;
	return refuse(r, ERROR("Unsupported value: 'reasoning.effort'. "
			       "Supported values are: 'medium'."));
}

static bool always_thinks(struct relay *r, struct slot *s)
{
	struct jval type;

	(void)s;
	if (!find(r, "/thinking/type", &type) ||
	    !jscan_string_is(type, "disabled"))
		return false;
	return refuse(r, ERROR("thinking.type: Input should be 'enabled'"));
}

const struct fault faults_of_sessions[] = {
	{ .name = "newest-words-only",
	  .about = "leaves out what comes before the user's newest text",
	  .body = newest_words_only },
	{ .name = "limits-tool-names",
	  .about = "refuses tools whose names have more than 64 letters",
	  .ready = limits_names },
	{ .name = "refuses-server-tools",
	  .about = "refuses web_search, as a function without a name",
	  .ready = refuses_server_tools },
	{ .name = "hands-searches-back",
	  .about = "turns the provider's search into a call for the client",
	  .frame_edit = { .path = "/content_block/type",
			  .was = "\"server_tool_use\"",
			  .with = "\"tool_use\"" } },
	{ .name = "refuses-words-after-results",
	  .about = "refuses a user's text after tool results",
	  .ready = refuses_words },
	{ .name = "one-tool-index",
	  .about = "gives all tool calls of a turn one index",
	  .frame = one_tool_index },
	{ .name = "usage-drifts",
	  .about = "makes up other input tokens each time",
	  .reply = usage_drifts,
	  .frame = usage_drifts_in },
	{ .name = "one-effort",
	  .about = "refuses all efforts but medium",
	  .ready = one_effort },
	{ .name = "thinks-always",
	  .about = "refuses to switch thinking off",
	  .ready = always_thinks },
	{ .name = NULL },
};
