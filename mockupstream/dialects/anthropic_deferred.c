/*
 * The calls of the plan: which tools are declared, which are deferred, and
 * which have to be searched for before they can be called.
 */
#include <string.h>

#include "mockupstream/dialects/anthropic_private.h"

enum { NAME_LIMIT_BYTES = 4096 };

/* Call fn for each item of the list that is an object. */
typedef void item_fn(struct anthropic_ask *a, struct jval item);

static void each_item(struct anthropic_ask *a, struct jval list, item_fn *fn)
{
	struct jiter it = jscan_iter(list);
	struct jval key, item;

	while (list.type == J_ARRAY && jscan_next(&it, &key, &item))
		if (item.type == J_OBJECT)
			fn(a, item);
}

static void each_of(struct anthropic_ask *a, struct jval object,
		    const char *member, item_fn *fn)
{
	struct jval list;

	if (jscan_member(object, member, &list))
		each_item(a, list, fn);
}

/* The decoded string of a member; false: there is none. */
static bool read_text(struct jval object, const char *member, struct buf *out)
{
	struct jval v;

	return jscan_member(object, member, &v) && v.type == J_STRING &&
	       jscan_string(v, out) == 0;
}

/* ---- what is declared ---- */

static void take_tool(struct anthropic_ask *a, struct jval tool)
{
	struct buf name = BUF_INIT(NAME_LIMIT_BYTES);
	struct jval v;

	if (jscan_member(tool, "type", &v) && v.type == J_STRING &&
	    span_starts(v.text, "\"tool_search_tool_"))
		a->search_tool = tool;
	if (read_text(tool, "name", &name))
		for (size_t i = 0; i < a->calls_count; i++) {
			struct tool_call *call = &a->calls[i];

			if (!span_equal(call->name, buf_span(&name)))
				continue;
			call->tool = tool;
			call->deferred =
				jscan_member(tool, "defer_loading", &v) &&
				v.type == J_TRUE;
		}
	buf_clear(&name);
}

/* ---- what was found and searched for ---- */

static void take_reference(struct anthropic_ask *a, struct jval block)
{
	struct buf name = BUF_INIT(NAME_LIMIT_BYTES);

	if (jscan_member_is(block, "type", "tool_reference") &&
	    read_text(block, "tool_name", &name))
		for (size_t i = 0; i < a->calls_count; i++)
			if (span_equal(a->calls[i].name, buf_span(&name)))
				a->calls[i].loaded = true;
	buf_clear(&name);
}

/* Reads {"query": "select:NAME,NAME"}. */
static void take_search(struct anthropic_ask *a, struct jval use)
{
	struct buf query = BUF_INIT(NAME_LIMIT_BYTES);
	struct span rest, name;
	struct jval input;

	if (jscan_member(use, "input", &input) &&
	    read_text(input, "query", &query) &&
	    span_starts(buf_span(&query), "select:")) {
		rest = span_skip(buf_span(&query), strlen("select:"));
		while (span_split(&rest, ',', &name))
			for (size_t i = 0; i < a->calls_count; i++)
				if (span_equal(a->calls[i].name, name))
					a->calls[i].searched = true;
	}
	buf_clear(&query);
}

static void take_block(struct anthropic_ask *a, struct jval block)
{
	struct jval content;

	if (jscan_member_is(block, "type", "tool_use") &&
	    jscan_member_is(block, "name", TOOL_SEARCH))
		take_search(a, block);
	if (jscan_member_is(block, "type", "tool_result"))
		each_of(a, block, "content", take_reference);
	if (jscan_member_is(block, "type", "tool_search_tool_result") &&
	    jscan_member(block, "content", &content))
		each_of(a, content, "tool_references", take_reference);
}

static void take_message(struct anthropic_ask *a, struct jval message)
{
	each_of(a, message, "content", take_block);
}

/* ---- which calls are kept ---- */

static bool plan_has(const struct anthropic_ask *a, const char *name)
{
	for (size_t i = 0; i < a->calls_count; i++)
		if (span_is(a->calls[i].name, name))
			return true;
	return false;
}

static void add_note(struct anthropic_ask *a, const struct tool_call *call)
{
	if (call->searched)
		(void)buf_addf(&a->note,
			       "\nccmock: " TOOL_SEARCH
			       " gave no reference to the tool '%.*s', so it "
			       "cannot be called.",
			       SPAN_ARG(span_first(call->name, 100)));
	else
		(void)buf_addf(&a->note,
			       "\nccmock: the request declares no tool '%.*s', "
			       "so it cannot be called.",
			       SPAN_ARG(span_first(call->name, 100)));
}

static bool can_call(const struct anthropic_ask *a, struct tool_call *call)
{
	bool declared = call->tool.type == J_OBJECT;

	if (declared && (!call->deferred || call->loaded))
		return true;
	if (a->finder && !call->searched) {
		call->search = true;
		return true;
	}
	/* A deferred tool that no search can find is called as it is. */
	if (declared && !call->searched) {
		call->search = a->search_tool.type == J_OBJECT;
		return true;
	}
	return false;
}

static bool declares(struct jval tools, const char *name)
{
	struct jiter it = jscan_iter(tools);
	struct jval key, tool;

	while (tools.type == J_ARRAY && jscan_next(&it, &key, &tool))
		if (jscan_member_is(tool, "name", name))
			return true;
	return false;
}

void anthropic_deferred_read(struct anthropic_ask *a)
{
	size_t count, kept = 0;
	struct jval tools;

	if (!jscan_member(a->root, "tools", &tools))
		return;
	a->calls_count = anthropic_marks_calls(a, buf_span(&a->plan), a->calls);
	each_item(a, tools, take_tool);
	if (a->calls_count > 0)
		each_of(a, a->root, "messages", take_message);
	a->finder = !plan_has(a, TOOL_SEARCH) && declares(tools, TOOL_SEARCH);
	if (a->finder)
		a->results -=
			a->searches < a->results ? a->searches : a->results;
	count = a->calls_count;
	for (size_t i = 0; i < count; i++) {
		if (can_call(a, &a->calls[i]))
			a->calls[kept++] = a->calls[i];
		else
			add_note(a, &a->calls[i]);
	}
	a->calls_count = kept;
	if (a->fresh)
		anthropic_marks_complain(a);
}
