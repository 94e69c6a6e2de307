/* Faults of system prompts, messages and tools. */
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "gateway/faults/faults.h"
#include "wire/bytes/mem.h"

#define MARKER "{\"type\":\"ephemeral\"}"

/* Finds a member of the root; false also where the body is no JSON. */
static bool find(struct span body, const char *pointer, struct jval *out)
{
	struct jval root;

	return jscan(body, &root, NULL) == 0 &&
	       jscan_find(root, span_of(pointer), out);
}

/* Copies the body with another value in the place of `old`. */
static void put(struct span body, struct jval old, struct span value,
		struct buf *to)
{
	size_t at = (size_t)(old.text.at - body.at);

	buf_add_span(to, span_first(body, at));
	buf_add_span(to, value);
	buf_add_span(to, span_skip(body, at + old.text.len));
}

/* ---- system ---- */

static void flattens_system(struct span from, struct buf *to)
{
	struct buf text = BUF_INIT(BUF_NO_LIMIT), out = BUF_INIT(BUF_NO_LIMIT);
	struct jval system, item, part;
	struct jiter it;

	if (!find(from, "/system", &system) || system.type != J_ARRAY) {
		buf_add_span(to, from);
		return;
	}
	for (it = jscan_iter(system); jscan_next(&it, NULL, &item);) {
		if (text.len > 0)
			buf_add_text(&text, "\n\n");
		if (jscan_member(item, "text", &part))
			jscan_string(part, &text);
	}
	jscan_quote(&out, buf_span(&text));
	put(from, system, buf_span(&out), to);
	buf_clear(&text);
	buf_clear(&out);
}

/* Writes the items of an array in their new order. */
static void write_items(const struct jval *items, size_t count, struct buf *to)
{
	buf_add_byte(to, '[');
	for (size_t i = 0; i < count; i++) {
		if (i > 0)
			buf_add_byte(to, ',');
		buf_add_span(to, items[i].text);
	}
	buf_add_byte(to, ']');
}

typedef void arrange_fn(struct jval *items, size_t count);

static void arrange(struct span from, const char *pointer, arrange_fn *fn,
		    struct buf *to)
{
	struct buf out = BUF_INIT(BUF_NO_LIMIT);
	struct jval array, *items;
	struct jiter it;
	size_t n = 0;

	if (!find(from, pointer, &array) || array.type != J_ARRAY) {
		buf_add_span(to, from);
		return;
	}
	items = xcalloc(jscan_count(array) + 1, sizeof(*items));
	for (it = jscan_iter(array); jscan_next(&it, NULL, &items[n]);)
		n++;
	fn(items, n);
	write_items(items, n, &out);
	put(from, array, buf_span(&out), to);
	buf_clear(&out);
	free(items);
}

static void swap_ends(struct jval *items, size_t count)
{
	struct jval first = items[0];

	if (count < 2)
		return;
	items[0] = items[count - 1];
	items[count - 1] = first;
}

static void reorders_system(struct span from, struct buf *to)
{
	arrange(from, "/system", swap_ends, to);
}

static int by_name(const void *a, const void *b)
{
	struct jval x, y;

	if (!jscan_member(*(const struct jval *)a, "name", &x) ||
	    !jscan_member(*(const struct jval *)b, "name", &y))
		return 0;
	return jscan_string_order(x, y);
}

static void sort_by_name(struct jval *items, size_t count)
{
	qsort(items, count, sizeof(*items), by_name);
}

static void sorts_tools(struct span from, struct buf *to)
{
	arrange(from, "/tools", sort_by_name, to);
}

/* Puts the items in another order each time, as if they were in an unordered
 * map. */
static void shuffle(struct jval *items, size_t count)
{
	static atomic_uint asked;
	uint64_t x = UINT64_C(0x9e3779b97f4a7c15) *
		     (atomic_fetch_add(&asked, 1) + 1);

	for (size_t i = count; i > 1; i--) {
		struct jval last = items[i - 1];
		size_t other;

		x ^= x << 13;
		x ^= x >> 7;
		x ^= x << 17;
		other = (size_t)(x % i);
		items[i - 1] = items[other];
		items[other] = last;
	}
}

static void shuffles_tools(struct span from, struct buf *to)
{
	arrange(from, "/tools", shuffle, to);
}

static void stamps_system(struct span from, struct buf *to)
{
	struct timespec now;
	char text[96];
	struct fault_edit edit = { .path = "/system", .last = text };

	clock_gettime(CLOCK_REALTIME, &now);
	snprintf(text, sizeof(text),
		 "{\"type\":\"text\",\"text\":\"at %lld.%09ld\"}",
		 (long long)now.tv_sec, now.tv_nsec);
	if (!edit_apply(&edit, from, to))
		buf_add_span(to, from);
}

/* ---- messages ---- */

static bool is_role(struct jval message, const char *role)
{
	struct jval v;

	return jscan_member(message, "role", &v) && jscan_string_is(v, role);
}

/* Writes the content of a message as items of a system array. */
static void write_as_system(struct jval message, struct buf *to)
{
	struct jval content, item;
	struct jiter it;

	if (!jscan_member(message, "content", &content))
		return;
	if (content.type == J_STRING) {
		buf_addf(to, ",{\"type\":\"text\",\"text\":%.*s}",
			 SPAN_ARG(content.text));
		return;
	}
	for (it = jscan_iter(content); jscan_next(&it, NULL, &item);)
		buf_addf(to, ",%.*s", SPAN_ARG(item.text));
}

/* Moves messages of the role system to the end of the system array. */
static void hoists_system(struct span from, struct buf *to)
{
	struct fault_edit edit = { .path = "/system" };
	struct buf kept = BUF_INIT(BUF_NO_LIMIT), all = BUF_INIT(BUF_NO_LIMIT);
	struct buf half = BUF_INIT(BUF_NO_LIMIT);
	struct jval messages, item;
	struct jiter it = { 0 };

	if (find(from, "/messages", &messages))
		it = jscan_iter(messages);
	while (it.rest.len > 0 && jscan_next(&it, NULL, &item)) {
		if (is_role(item, "system"))
			write_as_system(item, &all);
		else
			buf_addf(&kept, "%s%.*s", kept.len > 0 ? "," : "[",
				 SPAN_ARG(item.text));
	}
	buf_add_byte(&kept, ']');
	edit.last = buf_str(&all) + 1;
	if (all.len > 0)
		put(from, messages, buf_span(&kept), &half);
	if (all.len == 0 || !edit_apply(&edit, buf_span(&half), to))
		buf_add_span(to, all.len > 0 ? buf_span(&half) : from);
	buf_clear(&kept);
	buf_clear(&all);
	buf_clear(&half);
}

static bool is_tool_result(struct jval block)
{
	struct jval type;

	return jscan_member(block, "type", &type) &&
	       jscan_string_is(type, "tool_result");
}

/* A message with several tool results becomes several messages. */
static bool write_split(struct jval message, struct buf *to)
{
	struct jval content, item;
	struct jiter it;
	unsigned results = 0;

	if (!is_role(message, "user") ||
	    !jscan_member(message, "content", &content))
		return false;
	for (it = jscan_iter(content); jscan_next(&it, NULL, &item);)
		results += is_tool_result(item);
	if (results < 2)
		return false;
	results = 0;
	for (it = jscan_iter(content); jscan_next(&it, NULL, &item);)
		buf_addf(to, "%s{\"role\":\"user\",\"content\":[%.*s]}",
			 results++ > 0 ? "," : "", SPAN_ARG(item.text));
	return true;
}

static void splits_tool_results(struct span from, struct buf *to)
{
	struct buf out = BUF_INIT(BUF_NO_LIMIT);
	struct jval messages, item;
	struct jiter it;

	if (!find(from, "/messages", &messages)) {
		buf_add_span(to, from);
		return;
	}
	for (it = jscan_iter(messages); jscan_next(&it, NULL, &item);) {
		buf_add_byte(&out, out.len > 0 ? ',' : '[');
		if (!write_split(item, &out))
			buf_add_span(&out, item.text);
	}
	buf_add_byte(&out, ']');
	put(from, messages, buf_span(&out), to);
	buf_clear(&out);
}

#define BLOCKS "/messages/*/content/*"

const struct fault faults_of_turns[] = {
	{ .name = "flattens-system",
	  .about = "joins the system blocks to one string",
	  .body = flattens_system },
	{ .name = "reorders-system",
	  .about = "changes the order of the system blocks",
	  .body = reorders_system },
	{ .name = "prepends-system",
	  .about = "puts a system block of its own first",
	  .body_edit = { .path = "/system",
			 .first = "{\"type\":\"text\",\"text\":"
				  "\"You are a helpful assistant.\"}" } },
	{ .name = "stamps-system",
	  .about = "adds the time of day to the system prompt",
	  .body = stamps_system },
	{ .name = "hoists-system-messages",
	  .about = "moves system messages into the system prompt",
	  .body = hoists_system },
	{ .name = "relabels-system-messages",
	  .about = "turns system messages into the user's",
	  .body_edit = { .path = "/messages/*/role",
			 .was = "\"system\"",
			 .with = "\"user\"" } },
	{ .name = "drops-cache-control",
	  .about = "removes every cache marker",
	  .body_edit = { .path = "*/cache_control" } },
	{ .name = "drops-one-cache-control",
	  .about = "removes the first cache marker",
	  .body_edit = { .path = "*/cache_control", .once = true } },
	{ .name = "drops-message-cache-control",
	  .about = "removes the cache markers of messages",
	  .body_edit = { .path = "/messages/*/cache_control" } },
	{ .name = "drops-cache-ttl",
	  .about = "removes the life time of cache markers",
	  .body_edit = { .path = "*/cache_control/ttl" } },
	{ .name = "drops-cache-scope",
	  .about = "removes the scope of cache markers",
	  .body_edit = { .path = "*/cache_control/scope" } },
	{ .name = "adds-cache-control",
	  .about = "adds a cache marker for the whole request",
	  .body_edit = { .path = "", .last = "\"cache_control\":" MARKER } },
	{ .name = "drops-thinking-history",
	  .about = "removes thinking from earlier turns",
	  .body_edit = { .path = BLOCKS, .type = "thinking" } },
	{ .name = "drops-redacted-thinking",
	  .about = "removes redacted thinking from earlier turns",
	  .body_edit = { .path = BLOCKS, .type = "redacted_thinking" } },
	{ .name = "drops-signature",
	  .about = "removes the signatures of earlier thinking",
	  .body_edit = { .path = BLOCKS "/signature" } },
	{ .name = "drops-empty-thinking",
	  .about = "removes the empty text of thinking blocks",
	  .body_edit = { .path = BLOCKS "/thinking", .was = "\"\"" } },
	{ .name = "thinking-to-text",
	  .about = "turns earlier thinking into text",
	  .body_edit = { .path = BLOCKS "/type",
			 .was = "\"thinking\"",
			 .with = "\"text\"" } },
	{ .name = "drops-tool-reference",
	  .about = "removes tool references",
	  .body_edit = { .path = BLOCKS, .type = "tool_reference" } },
	{ .name = "drops-server-blocks",
	  .about = "removes blocks of server tools from earlier turns",
	  .body_edit = { .path = BLOCKS, .type = "server_tool_use" } },
	{ .name = "drops-is-error",
	  .about = "removes is_error from tool results",
	  .body_edit = { .path = BLOCKS "/is_error" } },
	{ .name = "splits-tool-results",
	  .about = "gives each tool result a message of its own",
	  .body = splits_tool_results },
	{ .name = "renames-tool-ids",
	  .about = "gives tool calls ids of its own",
	  .body_edit = { .path = BLOCKS "/tool_use_id",
			 .with = "\"call_1\"" } },
	{ .name = "drops-images",
	  .about = "removes images",
	  .body_edit = { .path = BLOCKS, .type = "image" } },
	{ .name = "drops-documents",
	  .about = "removes documents",
	  .body_edit = { .path = BLOCKS, .type = "document" } },
	{ .name = "drops-empty-text",
	  .about = "removes empty text",
	  .body_edit = { .path = BLOCKS "/text", .was = "\"\"" } },
	{ .name = "sorts-tools",
	  .about = "sorts the tools by name",
	  .body = sorts_tools },
	{ .name = "shuffles-tools",
	  .about = "puts the tools in another order in each request",
	  .body = shuffles_tools },
	{ .name = "drops-tools",
	  .about = "drops the tools",
	  .body_edit = { .path = "/tools" } },
	{ .name = "drops-defer-loading",
	  .about = "removes defer_loading from tools",
	  .body_edit = { .path = "/tools/*/defer_loading" } },
	{ .name = "drops-tool-strict",
	  .about = "removes strict from tools",
	  .body_edit = { .path = "/tools/*/strict" } },
	{ .name = "drops-eager-input",
	  .about = "removes eager_input_streaming from tools",
	  .body_edit = { .path = "/tools/*/eager_input_streaming" } },
	{ .name = "drops-input-examples",
	  .about = "removes input_examples from tools",
	  .body_edit = { .path = "/tools/*/input_examples" } },
	{ .name = "drops-schema-version",
	  .about = "removes $schema from tool schemas",
	  .body_edit = { .path = "/tools/*/$schema" } },
	{ .name = "drops-additional-properties",
	  .about = "removes additionalProperties from tool schemas",
	  .body_edit = { .path = "/tools/*/additionalProperties" } },
	{ .name = NULL },
};
