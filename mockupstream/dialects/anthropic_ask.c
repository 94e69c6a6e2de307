/* Reads what a message request asks for, and refuses what the API would
 * refuse. */
#include <stdlib.h>
#include <string.h>

#include "mockupstream/dialects/anthropic_private.h"
#include "wire/bytes/mem.h"

#define REDACTED "[redacted-thinking]"
#define PACE_FRONT "[pace:"

/* Limits of texts that are searched: a request may have 32 MB, these may
 * not. */
enum {
	MODEL_LIMIT_BYTES = 4096,
	NOTE_LIMIT_BYTES = 4096,
	PACE_LIMIT_MS = 10000
};

void anthropic_ask_init(struct anthropic_ask *a)
{
	*a = (struct anthropic_ask){ .model = BUF_INIT(MODEL_LIMIT_BYTES),
				     .prompt = BUF_INIT(BUF_NO_LIMIT),
				     .plan = BUF_INIT(BUF_NO_LIMIT),
				     .note = BUF_INIT(NOTE_LIMIT_BYTES) };
}

void anthropic_ask_clear(struct anthropic_ask *a)
{
	buf_clear(&a->model);
	buf_clear(&a->prompt);
	buf_clear(&a->plan);
	buf_clear(&a->note);
}

static int refuse(struct fail *why, const char *text)
{
	return fail_set(why, FAIL_SYNTAX, "%s", text);
}

static bool has_true(struct jval object, const char *key)
{
	struct jval v;

	return jscan_member(object, key, &v) && v.type == J_TRUE;
}

/* ---- markers ---- */

/* Reads "[pace:50]" in the prompt: milliseconds between two words of the
 * answer. */
static void take_pace(struct anthropic_ask *a)
{
	struct span rest = buf_span(&a->prompt), number;
	size_t at = span_find(rest, span_of(PACE_FRONT));
	uint64_t ms = 0;

	if (at == SIZE_MAX)
		return;
	rest = span_skip(rest, at + strlen(PACE_FRONT));
	if (span_split(&rest, ']', &number) && rest.at &&
	    span_u64(number, PACE_LIMIT_MS, &ms))
		a->pace_ms = (uint32_t)ms;
}

/* ---- messages ---- */

/*
 * Takes a user text: it becomes the prompt, and the plan if it has markers.
 * Text that Claude Code itself adds is skipped.
 */
static void take_text(struct anthropic_ask *a, struct jval string)
{
	struct tool_call calls[ASK_CALLS_LIMIT];

	if (span_starts(string.text, "\"<system-reminder>"))
		return;
	buf_reset(&a->prompt);
	jscan_string(string, &a->prompt);
	a->fresh = true;
	a->structured = 0;
	if (anthropic_marks_calls(a, buf_span(&a->prompt), calls) == 0)
		return;
	buf_reset(&a->plan);
	buf_add_span(&a->plan, buf_span(&a->prompt));
	a->results = 0;
	a->searches = 0;
}

static void take_block(struct anthropic_ask *a, struct jval block)
{
	struct jval text;

	if (jscan_member_is(block, "type", "tool_result")) {
		a->results++;
		a->fresh = false;
		return;
	}
	if (jscan_member_is(block, "type", "text") &&
	    jscan_member(block, "text", &text) && text.type == J_STRING)
		take_text(a, text);
}

/* Counts calls that the provider made without a marker. */
static void take_use(struct anthropic_ask *a, struct jval block)
{
	if (!jscan_member_is(block, "type", "tool_use"))
		return;
	if (jscan_member_is(block, "name", TOOL_SEARCH))
		a->searches++;
	if (jscan_member_is(block, "name", TOOL_STRUCTURED))
		a->structured++;
}

static int take_message(struct anthropic_ask *a, struct jval message, size_t n,
			struct fail *why)
{
	struct jval role, content, key, block;
	struct jiter it;

	if (message.type != J_OBJECT || !jscan_member(message, "role", &role) ||
	    role.type != J_STRING)
		return fail_set(why, FAIL_SYNTAX,
				"messages.%zu.role: Field required", n);
	if (!jscan_member(message, "content", &content))
		return fail_set(why, FAIL_SYNTAX,
				"messages.%zu.content: Field required", n);
	it = jscan_iter(content);
	if (jscan_string_is(role, "assistant"))
		while (content.type == J_ARRAY && jscan_next(&it, &key, &block))
			take_use(a, block);
	if (!jscan_string_is(role, "user"))
		return 0;
	if (content.type == J_STRING)
		take_text(a, content);
	while (content.type == J_ARRAY && jscan_next(&it, &key, &block))
		if (block.type == J_OBJECT)
			take_block(a, block);
	return 0;
}

static int take_messages(struct anthropic_ask *a, struct jval root,
			 struct fail *why)
{
	struct jval messages, key, message;
	struct jiter it;
	size_t n = 0;

	if (!jscan_member(root, "messages", &messages))
		return refuse(why, "messages: Field required");
	if (messages.type != J_ARRAY)
		return refuse(why, "messages: Input should be a valid array");
	it = jscan_iter(messages);
	while (jscan_next(&it, &key, &message))
		if (take_message(a, message, n++, why) < 0)
			return -1;
	if (n == 0)
		return refuse(why, "messages: at least one message is "
				   "required");
	return 0;
}

/* ---- the rest of the request ---- */

static int take_model(struct anthropic_ask *a, struct jval root,
		      struct fail *why)
{
	struct jval model;

	if (!jscan_member(root, "model", &model))
		return refuse(why, "model: Field required");
	if (model.type != J_STRING)
		return refuse(why, "model: Input should be a valid string");
	if (jscan_string(model, &a->model) < 0 || a->model.len == 0)
		return refuse(why, "model: String should have at least 1 and "
				   "at most 4096 characters");
	return 0;
}

static int take_max_tokens(struct anthropic_ask *a, struct jval root,
			   struct fail *why)
{
	struct jval max;

	if (!jscan_member(root, "max_tokens", &max))
		return refuse(why, "max_tokens: Field required");
	if (max.type != J_NUMBER || !jscan_i64(max, &a->max_tokens))
		return refuse(why,
			      "max_tokens: Input should be a valid integer");
	if (a->max_tokens < 0)
		return refuse(why, "max_tokens: Input should be greater than "
				   "or equal to 0");
	return 0;
}

static void take_thinking(struct anthropic_ask *a, struct jval root)
{
	struct jval thinking;

	if (!jscan_member(root, "thinking", &thinking) ||
	    thinking.type != J_OBJECT)
		return;
	a->thinking = a->max_tokens != 0 &&
		      (jscan_member_is(thinking, "type", "enabled") ||
		       jscan_member_is(thinking, "type", "adaptive"));
	a->omitted = jscan_member_is(thinking, "display", "omitted");
	a->redacted =
		span_find(buf_span(&a->prompt), span_of(REDACTED)) != SIZE_MAX;
}

int anthropic_ask_read(struct anthropic_ask *a, struct jval root, bool counting,
		       struct fail *why)
{
	if (take_model(a, root, why) < 0)
		return -1;
	if (!counting && take_max_tokens(a, root, why) < 0)
		return -1;
	if (take_messages(a, root, why) < 0)
		return -1;
	a->stream = has_true(root, "stream");
	a->root = root;
	take_thinking(a, root);
	anthropic_deferred_read(a);
	take_pace(a);
	return 0;
}
