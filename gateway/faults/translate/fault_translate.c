/* Faults of a translation to chat completions: edits of what the provider gets.
 * Faults of the client's request are in fault_translate_client.c, those of
 * answers in fault_translate_answer.c. */
#include <string.h>

#include "gateway/faults/faults.h"

#define MESSAGES "/messages"
#define PARAMETERS "/tools/*/function/parameters"
#define X8 "xxxxxxxx"
#define X64 X8 X8 X8 X8 X8 X8 X8 X8

/* ---- messages, one by one ---- */

enum { MESSAGES_LIMIT = 4096 };

struct chat {
	struct jval list[MESSAGES_LIMIT];
	size_t count;
};

/* Replaces the messages of the body. */
static void change_messages(struct span body, void (*change)(struct chat *c),
			    struct buf *to)
{
	static struct chat c;
	struct jval root, messages, message;
	struct jiter it;

	c.count = 0;
	if (jscan(body, &root, NULL) < 0 ||
	    !jscan_member(root, "messages", &messages)) {
		buf_add_span(to, body);
		return;
	}
	it = jscan_iter(messages);
	while (c.count < MESSAGES_LIMIT && jscan_next(&it, NULL, &message))
		c.list[c.count++] = message;
	change(&c);
	buf_add(to, body.at, (size_t)(messages.text.at - body.at));
	buf_add_byte(to, '[');
	for (size_t i = 0; i < c.count; i++) {
		if (i > 0)
			buf_add_byte(to, ',');
		buf_add_span(to, c.list[i].text);
	}
	buf_add_byte(to, ']');
	buf_add_span(to, span_skip(body, (size_t)(messages.text.at - body.at) +
						 messages.text.len));
}

static void drop(struct chat *c, size_t at)
{
	for (size_t i = at; i + 1 < c->count; i++)
		c->list[i] = c->list[i + 1];
	c->count--;
}

static void without_system(struct chat *c)
{
	while (c->count > 0 && jscan_member_is(c->list[0], "role", "system"))
		drop(c, 0);
}

static void drops_system(struct span body, struct buf *to)
{
	change_messages(body, without_system, to);
}

/* Drops the system messages that come after the first turn. */
static void without_late_system(struct chat *c)
{
	bool begun = false;

	for (size_t i = 0; i < c->count;) {
		begun = begun || !jscan_member_is(c->list[i], "role", "system");
		if (begun && jscan_member_is(c->list[i], "role", "system"))
			drop(c, i);
		else
			i++;
	}
}

static void drops_late_system(struct span body, struct buf *to)
{
	change_messages(body, without_late_system, to);
}

static void front_of_results(struct chat *c)
{
	for (size_t i = 1; i < c->count; i++) {
		struct jval message = c->list[i];
		size_t at = i;

		if (!jscan_member_is(message, "role", "user"))
			continue;
		for (;
		     at > 0 && jscan_member_is(c->list[at - 1], "role", "tool");
		     at--)
			c->list[at] = c->list[at - 1];
		c->list[at] = message;
	}
}

static void puts_text_first(struct span body, struct buf *to)
{
	change_messages(body, front_of_results, to);
}

static void without_last_result(struct chat *c)
{
	for (size_t i = c->count; i > 0; i--)
		if (jscan_member_is(c->list[i - 1], "role", "tool")) {
			drop(c, i - 1);
			return;
		}
}

static void loses_a_result(struct span body, struct buf *to)
{
	change_messages(body, without_last_result, to);
}

/* Leaves only the system prompt and the last message. */
static void without_history(struct chat *c)
{
	while (c->count > 1 && !jscan_member_is(c->list[0], "role", "system"))
		drop(c, 0);
	while (c->count > 1 && jscan_member_is(c->list[0], "role", "system") &&
	       !(c->count == 2))
		drop(c, 1);
}

static void keeps_the_last_turn(struct span body, struct buf *to)
{
	change_messages(body, without_history, to);
}

/* ---- where things are ---- */

static bool is_system(struct jval message)
{
	return jscan_member_is(message, "role", "system");
}

static void move(struct chat *c, size_t from, size_t to)
{
	struct jval message = c->list[from];

	for (; from < to; from++)
		c->list[from] = c->list[from + 1];
	for (; from > to; from--)
		c->list[from] = c->list[from - 1];
	c->list[to] = message;
}

static void system_last(struct chat *c)
{
	for (size_t n = c->count; n > 0 && is_system(c->list[0]); n--)
		move(c, 0, c->count - 1);
}

static void puts_system_last(struct span body, struct buf *to)
{
	change_messages(body, system_last, to);
}

static void system_first(struct chat *c)
{
	size_t front = 0;

	for (size_t i = 0; i < c->count; i++)
		if (is_system(c->list[i]))
			move(c, i, front++);
}

static void puts_system_first(struct span body, struct buf *to)
{
	change_messages(body, system_first, to);
}

enum { KEPT_AT_FRONT = 4, KEPT_AT_END = 6 };

/* Leaves out the middle of a long conversation; calls stay with their
 * results. */
static void without_middle(struct chat *c)
{
	size_t at = KEPT_AT_FRONT;

	while (at < c->count && jscan_member_is(c->list[at], "role", "tool"))
		at++;
	while (c->count > at + KEPT_AT_END &&
	       jscan_member_is(c->list[at], "role", "assistant")) {
		drop(c, at);
		while (at < c->count &&
		       !jscan_member_is(c->list[at], "role", "assistant"))
			drop(c, at);
	}
}

static void folds_history(struct span body, struct buf *to)
{
	change_messages(body, without_middle, to);
}

/* The value of the n-th such key, from 0. */
static struct span nth_id(struct span body, size_t n)
{
	static const char key[] = "\"tool_call_id\":";
	size_t at;

	for (; (at = span_find(body, span_of(key))) != SIZE_MAX; n--) {
		body = span_skip(body, at + strlen(key));
		if (n == 0)
			return span_first(body, span_find_byte(body, ','));
	}
	return SPAN_EMPTY;
}

/* Gives each result of the first two calls the id of the other call. */
static void swaps_results(struct span body, struct buf *to)
{
	struct span a = nth_id(body, 0), b = nth_id(body, 1);

	if (b.len == 0) {
		buf_add_span(to, body);
		return;
	}
	buf_add(to, body.at, (size_t)(a.at - body.at));
	buf_add_span(to, b);
	buf_add(to, a.at + a.len, (size_t)(b.at - a.at) - a.len);
	buf_add_span(to, a);
	buf_add_span(to, span_skip(body, (size_t)(b.at - body.at) + b.len));
}

/* ---- what changes with each request ---- */

static unsigned asked;

/* Adds the number of the request to the beginning of each id of a call. */
static void changes_ids(struct span body, struct buf *to)
{
	static const char *const fronts[] = { "\"id\":\"toolu_",
					      "\"tool_call_id\":\"toolu_" };

	asked++;
	for (size_t i = 0; i < body.len;) {
		struct span rest = span_skip(body, i);
		size_t n = 0;

		while (n < 2 && !span_starts(rest, fronts[n]))
			n++;
		if (n == 2) {
			buf_add_byte(to, body.at[i++]);
			continue;
		}
		buf_addf(to, "%s%u_", fronts[n], asked);
		i += strlen(fronts[n]);
	}
}

static void adds_time(struct span body, struct buf *to)
{
	static const char front[] = "\"messages\":[";
	size_t at = span_find(body, span_of(front));

	if (at == SIZE_MAX) {
		buf_add_span(to, body);
		return;
	}
	at += strlen(front);
	buf_add_span(to, span_first(body, at));
	buf_addf(to,
		 "{\"role\":\"system\",\"content\":\"This is request %u.\"},",
		 ++asked);
	buf_add_span(to, span_skip(body, at));
}

static void turns_tools(struct span body, struct buf *to)
{
	struct jval root, tools, tool, first = { .type = J_NULL };
	struct jiter it;
	size_t n = 0;

	if (jscan(body, &root, NULL) < 0 ||
	    jscan_count(jscan_get(root, "messages")) / 2 % 2 == 0 ||
	    !jscan_member(root, "tools", &tools) || jscan_count(tools) < 2) {
		buf_add_span(to, body);
		return;
	}
	buf_add(to, body.at, (size_t)(tools.text.at - body.at));
	buf_add_byte(to, '[');
	for (it = jscan_iter(tools); jscan_next(&it, NULL, &tool); n++) {
		if (n == 0)
			first = tool;
		else
			buf_addf(to, "%.*s,", SPAN_ARG(tool.text));
	}
	buf_add_span(to, first.text);
	buf_add_byte(to, ']');
	buf_add_span(to, span_skip(body, (size_t)(tools.text.at - body.at) +
						 tools.text.len));
}

/* ---- words that the vendor does not have ---- */

static void asks_for_no_effort(struct span body, struct buf *to)
{
	static const char added[] = ",\"reasoning_effort\":\"disabled\"}";
	bool any = span_find(body, span_of("\"reasoning_effort\"")) != SIZE_MAX;

	buf_add_span(to, any ? body : span_first(body, body.len - 1));
	if (!any)
		buf_add_text(to, added);
}

/* Takes out keywords of schemas, as a careless cleaner does. */
static void simplifies(struct span body, struct buf *to)
{
	static const struct fault_edit edits[] = {
		{ .path = PARAMETERS "/*/anyOf" },
		{ .path = PARAMETERS "/*/$ref" },
		{ .path = PARAMETERS "/$defs" },
		{ .path = PARAMETERS "/*/pattern" },
		{ .path = PARAMETERS "/*/enum" },
		{ .path = PARAMETERS "/*/maximum" },
		{ .path = PARAMETERS "/*/type",
		  .was = "[\"string\",\"null\"]",
		  .with = "\"string\"" },
		{ .path = PARAMETERS "/properties/required" },
	};
	struct buf from = BUF_INIT(BUF_NO_LIMIT);

	buf_add_span(&from, body);
	for (size_t i = 0; i < sizeof(edits) / sizeof(edits[0]); i++) {
		buf_reset(to);
		if (!edit_apply(&edits[i], buf_span(&from), to))
			buf_add_span(to, buf_span(&from));
		buf_reset(&from);
		buf_add_span(&from, buf_span(to));
	}
	buf_clear(&from);
}

const struct fault faults_of_translation[] = {
	{ .name = "chat-drops-system",
	  .about = "translates no system prompt",
	  .body = drops_system },
	{ .name = "chat-drops-late-system",
	  .about = "leaves out system messages between the turns",
	  .body = drops_late_system },
	{ .name = "chat-text-first",
	  .about = "puts a user's text between tool calls and their results",
	  .body = puts_text_first },
	{ .name = "chat-loses-result",
	  .about = "translates all tool results but the last one",
	  .body = loses_a_result },
	{ .name = "chat-loses-history",
	  .about = "translates the newest message only",
	  .body = keeps_the_last_turn },
	{ .name = "chat-drops-images",
	  .about = "leaves images out",
	  .body_edit = { .path = MESSAGES "/*/content/*",
			 .type = "image_url" } },
	{ .name = "chat-empties-arguments",
	  .about = "translates earlier calls without their input",
	  .body_edit = { .path = MESSAGES "/*/tool_calls/*/function/arguments",
			 .with = "\"{}\"" } },
	{ .name = "chat-drops-tools",
	  .about = "translates no tools",
	  .body_edit = { .path = "/tools/0" } },
	{ .name = "chat-drops-schemas",
	  .about = "translates tools without their parameters",
	  .body_edit = { .path = "/tools/*/function/parameters/properties",
			 .with = "{}" } },
	{ .name = "chat-chooses-auto",
	  .about = "leaves the choice of a tool to the model",
	  .body_edit = { .path = "/tool_choice", .with = "\"auto\"" } },
	{ .name = "chat-calls-in-parallel",
	  .about = "does not say that one call at a time is wanted",
	  .body_edit = { .path = "/parallel_tool_calls" } },
	{ .name = "chat-drops-format",
	  .about = "does not ask for structured output",
	  .body_edit = { .path = "/response_format" } },
	{ .name = "chat-one-effort",
	  .about = "asks for the same effort each time",
	  .body_edit = { .path = "/reasoning_effort", .with = "\"high\"" } },
	{ .name = "chat-drops-effort",
	  .about = "does not translate the effort",
	  .body_edit = { .path = "/reasoning_effort" } },
	{ .name = "chat-drops-stop",
	  .about = "does not translate stop sequences",
	  .body_edit = { .path = "/stop" } },
	{ .name = "chat-drops-limit",
	  .about = "does not translate max_tokens",
	  .body_edit = { .path = "/max_completion_tokens" } },
	{ .name = "chat-old-limit",
	  .about = "sends max_tokens to models that take max_completion_tokens "
		   "only",
	  .body_edit = { .path = "/max_completion_tokens",
			 .key = "\"max_tokens\"" } },
	{ .name = "chat-drops-temperature",
	  .about = "does not translate temperature",
	  .body_edit = { .path = "/temperature" } },
	{ .name = "chat-leaks-fields",
	  .about = "sends fields of the Messages API to the other vendor",
	  .body_edit = { .path = "",
			 .last = "\"context_management\":{\"edits\":[]}" } },
	{ .name = "chat-long-user",
	  .about = "sends a user id with more letters than the vendor takes",
	  .body_edit = { .path = "/user", .with = "\"" X64 "x\"" } },
	{ .name = "chat-system-last",
	  .about = "puts the system prompt after the conversation",
	  .body = puts_system_last },
	{ .name = "chat-system-first",
	  .about = "puts system messages in front of all others",
	  .body = puts_system_first },
	{ .name = "chat-folds-history",
	  .about = "leaves out the middle of long conversations",
	  .body = folds_history },
	{ .name = "chat-swaps-results",
	  .about = "sends tool results under each other's ids",
	  .body = swaps_results },
	{ .name = "chat-random-ids",
	  .about = "gives calls other ids in each request",
	  .body = changes_ids },
	{ .name = "chat-tells-the-time",
	  .about = "puts a text that changes in front of the prompt",
	  .body = adds_time },
	{ .name = "chat-turns-tools",
	  .about = "changes the order of the tools at every other turn",
	  .body = turns_tools },
	{ .name = "chat-effort-disabled",
	  .about = "asks for an effort when thinking is switched off",
	  .body = asks_for_no_effort },
	{ .name = "chat-simplifies-schemas",
	  .about = "removes keywords from schemas",
	  .body = simplifies },
	{ .name = "chat-drops-items",
	  .about = "sends schemas whose arrays have no items",
	  .body_edit = { .path = PARAMETERS "/*items" } },
	{ .name = "chat-empty-as-null",
	  .about = "sends empty texts as null",
	  .body_edit = { .path = MESSAGES "/*/content",
			 .was = "\"\"",
			 .with = "null" } },
	{ .name = "chat-image-as-text",
	  .about = "sends images as the text of their bytes",
	  .body_edit = { .path = MESSAGES "/*/content/*",
			 .type = "image_url",
			 .with = "{\"type\":\"text\",\"text\":"
				 "\"iVBORw0KGgoAAAANSU"
				 "hEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk\""
				 "}" } },
	{ .name = "chat-drops-files",
	  .about = "leaves documents out",
	  .body_edit = { .path = MESSAGES "/*/content/*", .type = "file" } },
	{ .name = "chat-other-name-again",
	  .about = "sends earlier calls under another name than their tool has",
	  .body_edit = { .path = MESSAGES "/*/tool_calls/*/function/name",
			 .with = "\"earlier_call\"" } },
	{ .name = "chat-drops-top-p",
	  .about = "does not translate top_p",
	  .body_edit = { .path = "/top_p" } },
	{ .name = NULL },
};
