/* Faults of a translation to Responses: edits of what the provider gets. Those
 * of the way back are in fault_responses_answer.c. */
#include <string.h>

#include "gateway/faults/faults.h"

#define INPUT "/input"
#define X64 "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"

enum { ITEMS_LIMIT = 4096 };

struct items {
	struct jval list[ITEMS_LIMIT];
	size_t count;
};

/* Replaces the items of the input. */
static void change_items(struct span body, void (*change)(struct items *c),
			 struct buf *to)
{
	static struct items c;
	struct jval root, input, item;
	struct jiter it;

	c.count = 0;
	if (jscan(body, &root, NULL) < 0 ||
	    !jscan_member(root, "input", &input)) {
		buf_add_span(to, body);
		return;
	}
	it = jscan_iter(input);
	while (c.count < ITEMS_LIMIT && jscan_next(&it, NULL, &item))
		c.list[c.count++] = item;
	change(&c);
	buf_add(to, body.at, (size_t)(input.text.at - body.at));
	for (size_t i = 0; i < c.count; i++)
		buf_addf(to, "%s%.*s", i > 0 ? "," : "[",
			 SPAN_ARG(c.list[i].text));
	buf_add_text(to, c.count > 0 ? "]" : "[]");
	buf_add_span(to, span_skip(body, (size_t)(input.text.at - body.at) +
						 input.text.len));
}

static bool is(struct jval item, const char *type)
{
	return jscan_member_is(item, "type", type);
}

static bool is_of(struct jval item, const char *role)
{
	return jscan_member_is(item, "role", role);
}

static void drop(struct items *c, size_t at)
{
	for (size_t i = at; i + 1 < c->count; i++)
		c->list[i] = c->list[i + 1];
	c->count--;
}

static void without_late_system(struct items *c)
{
	for (size_t i = 0; i < c->count;)
		if (is_of(c->list[i], "developer"))
			drop(c, i);
		else
			i++;
}

static void drops_late_system(struct span body, struct buf *to)
{
	change_items(body, without_late_system, to);
}

/* Puts the messages of the role developer before all others. */
static void system_first(struct items *c)
{
	size_t front = 0;

	for (size_t i = 0; i < c->count; i++) {
		struct jval item = c->list[i];

		if (!is_of(item, "developer"))
			continue;
		for (size_t at = i; at > front; at--)
			c->list[at] = c->list[at - 1];
		c->list[front++] = item;
	}
}

static void puts_system_first(struct span body, struct buf *to)
{
	change_items(body, system_first, to);
}

/* Sends only the last turn, as if the provider held the conversation. */
static void without_history(struct items *c)
{
	size_t last = c->count;

	while (last > 0 && (is_of(c->list[last - 1], "user") ||
			    is(c->list[last - 1], "function_call_output")))
		last--;
	while (last-- > 0)
		drop(c, 0);
}

static void keeps_the_last_turn(struct span body, struct buf *to)
{
	change_items(body, without_history, to);
}

static void text_first(struct items *c)
{
	for (size_t i = 1; i < c->count; i++) {
		struct jval item = c->list[i];
		size_t at = i;

		if (!is_of(item, "user"))
			continue;
		for (; at > 0 && is(c->list[at - 1], "function_call_output");
		     at--)
			c->list[at] = c->list[at - 1];
		c->list[at] = item;
	}
}

static void puts_text_first(struct span body, struct buf *to)
{
	change_items(body, text_first, to);
}

static void without_last_output(struct items *c)
{
	for (size_t i = c->count; i > 0; i--)
		if (is(c->list[i - 1], "function_call_output")) {
			drop(c, i - 1);
			return;
		}
}

static void loses_an_output(struct span body, struct buf *to)
{
	change_items(body, without_last_output, to);
}

static void without_reasoning(struct items *c)
{
	for (size_t i = 0; i < c->count;)
		if (is(c->list[i], "reasoning"))
			drop(c, i);
		else
			i++;
}

static void drops_reasoning(struct span body, struct buf *to)
{
	change_items(body, without_reasoning, to);
}

/* Replaces a text wherever it occurs. */
static void write_all(struct span body, const char *was, const char *with,
		      struct buf *to)
{
	size_t at;

	while ((at = span_find(body, span_of(was))) != SIZE_MAX) {
		buf_add_span(to, span_first(body, at));
		buf_add_text(to, with);
		body = span_skip(body, at + strlen(was));
	}
	buf_add_span(to, body);
}

/* Gives an output the id of the item that held the call, not the call's own. */
static void mixes_ids(struct span body, struct buf *to)
{
	write_all(body, "\"type\":\"function_call_output\",\"call_id\":\"",
		  "\"type\":\"function_call_output\",\"call_id\":\"fc_", to);
}

static void says_input_for_output(struct span body, struct buf *to)
{
	write_all(body, "\"type\":\"output_text\"", "\"type\":\"input_text\"",
		  to);
}

/* Writes parts of texts as chat completions have them. */
static void says_text(struct span body, struct buf *to)
{
	write_all(body, "\"type\":\"input_text\"", "\"type\":\"text\"", to);
}

static void nests_tools(struct span body, struct buf *to)
{
	struct buf half = BUF_INIT(BUF_NO_LIMIT);

	write_all(body, "{\"type\":\"function\",\"name\":",
		  "{\"type\":\"function\",\"function\":{\"name\":", &half);
	write_all(buf_span(&half), ",\"strict\":false}", "}}", to);
	buf_clear(&half);
}

static unsigned asked;

static void tells_the_time(struct span body, struct buf *to)
{
	struct buf with = BUF_INIT(200);

	buf_addf(&with, "\"instructions\":\"This is request %u. ", ++asked);
	write_all(body, "\"instructions\":\"", buf_str(&with), to);
	buf_clear(&with);
}

const struct fault faults_of_responses[] = {
	{ .name = "responses-drops-instructions",
	  .about = "translates no system prompt",
	  .body_edit = { .path = "/instructions" } },
	{ .name = "responses-drops-late-system",
	  .about = "leaves out system messages between the turns",
	  .body = drops_late_system },
	{ .name = "responses-system-first",
	  .about = "puts system messages in front of all others",
	  .body = puts_system_first },
	{ .name = "responses-tells-the-time",
	  .about = "begins the instructions with a text that changes",
	  .body = tells_the_time },
	{ .name = "responses-loses-history",
	  .about = "sends the newest turn only, as if the provider held the "
		   "conversation",
	  .body = keeps_the_last_turn },
	{ .name = "responses-text-first",
	  .about = "puts a user's text between calls and their outputs",
	  .body = puts_text_first },
	{ .name = "responses-loses-output",
	  .about = "sends all outputs of calls but the last one",
	  .body = loses_an_output },
	{ .name = "responses-mixes-ids",
	  .about = "sends outputs of calls under the ids of items",
	  .body = mixes_ids },
	{ .name = "responses-empties-arguments",
	  .about = "sends earlier calls without their input",
	  .body_edit = { .path = INPUT "/*/arguments", .with = "\"{}\"" } },
	{ .name = "responses-input-for-output",
	  .about = "sends what the model said as if it were input",
	  .body = says_input_for_output },
	{ .name = "responses-parts-of-chat",
	  .about = "sends texts in the form of chat completions",
	  .body = says_text },
	{ .name = "responses-tools-of-chat",
	  .about = "sends tools in the form of chat completions",
	  .body = nests_tools },
	{ .name = "responses-strict-tools",
	  .about = "asks for strict schemas, which the vendor refuses for some "
		   "tools",
	  .body_edit = { .path = "/tools/*/strict", .with = "true" } },
	{ .name = "responses-drops-schemas",
	  .about = "sends tools without their parameters",
	  .body_edit = { .path = "/tools/*/parameters/properties",
			 .with = "{}" } },
	{ .name = "responses-drops-images",
	  .about = "leaves images out",
	  .body_edit = { .path = INPUT "/*/*/*", .type = "input_image" } },
	{ .name = "responses-drops-files",
	  .about = "leaves documents out",
	  .body_edit = { .path = INPUT "/*/*/*", .type = "input_file" } },
	{ .name = "responses-drops-thoughts",
	  .about = "does not send the model's thinking back",
	  .body = drops_reasoning },
	{ .name = "responses-thoughts-without-summary",
	  .about = "sends thinking back without its list of summaries",
	  .body_edit = { .path = INPUT "/*/summary" } },
	{ .name = "responses-thoughts-without-text",
	  .about = "sends thinking back without its encrypted content",
	  .body_edit = { .path = INPUT "/*/encrypted_content" } },
	{ .name = "responses-does-not-include",
	  .about = "does not ask for encrypted content",
	  .body_edit = { .path = "/include" } },
	{ .name = "responses-chooses-auto",
	  .about = "leaves the choice of a tool to the model",
	  .body_edit = { .path = "/tool_choice", .with = "\"auto\"" } },
	{ .name = "responses-calls-in-parallel",
	  .about = "does not say that one call at a time is wanted",
	  .body_edit = { .path = "/parallel_tool_calls" } },
	{ .name = "responses-drops-format",
	  .about = "does not ask for structured output",
	  .body_edit = { .path = "/text" } },
	{ .name = "responses-drops-effort",
	  .about = "does not translate the effort",
	  .body_edit = { .path = "/reasoning" } },
	{ .name = "responses-drops-limit",
	  .about = "does not translate max_tokens",
	  .body_edit = { .path = "/max_output_tokens" } },
	{ .name = "responses-old-limit",
	  .about = "sends the limit under its name in chat completions",
	  .body_edit = { .path = "/max_output_tokens",
			 .key = "\"max_completion_tokens\"" } },
	{ .name = "responses-low-limit",
	  .about =
		  "sends a token limit below the least that the vendor accepts",
	  .body_edit = { .path = "/max_output_tokens",
			 .was = "16",
			 .with = "1" } },
	{ .name = "responses-leaks-fields",
	  .about = "sends fields of the Messages API to the other vendor",
	  .body_edit = { .path = "",
			 .last = "\"thinking\":{\"type\":\"disabled\"}" } },
	{ .name = "responses-long-key",
	  .about = "sends a cache key that is too long",
	  .body_edit = { .path = "/prompt_cache_key",
			 .with = "\"" X64 "x\"" } },
	{ .name = "responses-drops-temperature",
	  .about = "does not translate temperature",
	  .body_edit = { .path = "/temperature" } },
	{ .name = NULL },
};
