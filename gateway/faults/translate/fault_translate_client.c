/* Faults in what a translation reads: edits of the client's request before it
 * is translated. */
#include "gateway/faults/faults.h"

/* Copies the bytes with `was` replaced once. */
static void replace_once(struct span from, const char *was, const char *with,
			 struct buf *to)
{
	size_t at = span_find(from, span_of(was));

	buf_add_span(to, span_first(from, at));
	if (at == SIZE_MAX)
		return;
	buf_add_text(to, with);
	buf_add_span(to, span_skip(from, at + span_of(was).len));
}

static void keeps_bill(struct span from, struct buf *to)
{
	replace_once(from, "\"x-anthropic-billing", "\" x-anthropic-billing",
		     to);
}

/* Drops the tools that are to be loaded later. */
static void drops_deferred(struct span from, struct buf *to)
{
	struct jval root, tools, tool;
	struct jiter it;
	size_t n = 0;

	if (jscan(from, &root, NULL) < 0 ||
	    !jscan_member(root, "tools", &tools)) {
		buf_add_span(to, from);
		return;
	}
	buf_add(to, from.at, (size_t)(tools.text.at - from.at));
	buf_add_byte(to, '[');
	for (it = jscan_iter(tools); jscan_next(&it, NULL, &tool);)
		if (jscan_get(tool, "defer_loading").type != J_TRUE)
			buf_addf(to, "%s%.*s", n++ > 0 ? "," : "",
				 SPAN_ARG(tool.text));
	buf_add_byte(to, ']');
	buf_add_span(to, span_skip(from, (size_t)(tools.text.at - from.at) +
						 tools.text.len));
}

/* Empties the content of results that failed. */
static void drops_failures(struct span from, struct buf *to)
{
	static const struct fault_edit edit = {
		.path = "/messages/*/content/0/content", .with = "\"\""
	};

	if (span_find(from, span_of("\"is_error\":true")) == SIZE_MAX ||
	    !edit_apply(&edit, from, to))
		buf_add_span(to, from);
}

static bool refuses_thoughts(struct relay *r, struct slot *s)
{
	(void)s;
	if (span_find(buf_span(&r->body), span_of("\"signature\"")) == SIZE_MAX)
		return false;
	fault_answer(r, 400, "application/json",
		     "{\"type\":\"error\",\"error\":{\"type\":"
		     "\"invalid_request_error\",\"message\":"
		     "\"Invalid `signature` in `thinking` block\"}}");
	return true;
}

static bool is_count(const struct relay *r)
{
	return fault_is_path(r, "/v1/messages/count_tokens");
}

static bool counts_without(struct relay *r, const struct fault_edit *edit)
{
	struct buf changed = BUF_INIT(BUF_NO_LIMIT);

	if (is_count(r) && edit_apply(edit, buf_span(&r->body), &changed)) {
		buf_clear(&r->body);
		r->body = changed;
	} else {
		buf_clear(&changed);
	}
	return false;
}

static bool counts_no_tools(struct relay *r, struct slot *s)
{
	static const struct fault_edit edit = { .path = "/tools" };

	(void)s;
	return counts_without(r, &edit);
}

static bool counts_no_images(struct relay *r, struct slot *s)
{
	static const struct fault_edit edit = { .path = "/messages/*/content/*",
						.type = "image" };

	(void)s;
	return counts_without(r, &edit);
}

static bool counts_no_results(struct relay *r, struct slot *s)
{
	static const struct fault_edit edit = { .path = "/messages/*/content/*",
						.type = "tool_result" };

	(void)s;
	return counts_without(r, &edit);
}

static void counts_at_random(struct relay *r, struct gate_reply *reply)
{
	static unsigned asked;

	if (!is_count(r) || reply->status != 200)
		return;
	buf_reset(&reply->body);
	buf_addf(&reply->body, "{\"input_tokens\":%u}", 1000 + ++asked);
}

const struct fault faults_of_translated_clients[] = {
	{ .name = "chat-keeps-bill",
	  .about = "sends the line x-anthropic-billing-header to the vendor",
	  .client = keeps_bill },
	{ .name = "chat-drops-deferred",
	  .about = "sends no tools that are loaded later",
	  .client = drops_deferred },
	{ .name = "chat-drops-references",
	  .about = "leaves out references to tools in results",
	  .client_edit = { .path = "/messages/*/content/*/content/*",
			   .type = "tool_reference" } },
	{ .name = "chat-drops-search",
	  .about = "leaves out tools that the API runs",
	  .client_edit = { .path = "/tools/*",
			   .type = "web_search_20250305" } },
	{ .name = "chat-drops-documents",
	  .about = "leaves out documents",
	  .client_edit = { .path = "/messages/*/content/*",
			   .type = "document" } },
	{ .name = "chat-drops-failures",
	  .about = "leaves out the words of tool results that failed",
	  .client = drops_failures },
	{ .name = "chat-refuses-thoughts",
	  .about = "refuses thinking that it has signed itself",
	  .ready = refuses_thoughts },
	{ .name = "chat-counts-no-tools",
	  .about = "counts tokens without the tools",
	  .ready = counts_no_tools },
	{ .name = "chat-counts-no-images",
	  .about = "counts tokens without the images",
	  .ready = counts_no_images },
	{ .name = "chat-counts-no-results",
	  .about = "counts tokens without the tool results",
	  .ready = counts_no_results },
	{ .name = "chat-counts-at-random",
	  .about = "gives another count for the same request each time",
	  .local = counts_at_random },
	{ .name = NULL },
};
