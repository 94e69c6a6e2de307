/* Checks tools: their fields and names, the choice, and references to them. */
#include <stdlib.h>
#include <string.h>

#include "mockupstream/dialects/betas.h"
#include "mockupstream/dialects/strict_private.h"
#include "wire/bytes/mem.h"

static const struct shape custom = {
	"custom",
	"type name description input_schema cache_control strict defer_loading "
	"eager_input_streaming input_examples allowed_callers",
	"name input_schema",
};

/* The API's own tools: types that begin so. Their members are not checked. */
static const char *const families[] = {
	"web_search_",       "web_fetch_",   "code_execution_", "bash_",
	"memory_",           "text_editor_", "computer_",       "advisor_",
	"tool_search_tool_", "mcp_toolset",
};

enum { NAME_LIMIT = 128 };

static bool is_own_tool(const struct strict *s, struct jval type)
{
	struct span text =
		span_first(span_skip(type.text, 1), type.text.len - 2);

	if (span_starts(text, "advisor_") && !strict_has_beta(s, BETA_ADVISOR))
		return false;
	for (size_t i = 0; i < sizeof(families) / sizeof(families[0]); i++)
		if (span_starts(text, families[i]))
			return true;
	return false;
}

static int check_name(struct strict *s, struct jval tool)
{
	struct jval name;
	int rc = 0;
	size_t was = strict_enter(s, "name");

	if (!jscan_member(tool, "name", &name) || name.type != J_STRING)
		rc = strict_refuse_here(s, "Input should be a valid string");
	else if (name.text.len - 2 > NAME_LIMIT)
		rc = strict_refuse_here(s,
					"String should have at most %d "
					"characters",
					NAME_LIMIT);
	for (size_t i = 1; rc == 0 && i + 1 < name.text.len; i++)
		if (!strchr("abcdefghijklmnopqrstuvwxyz"
			    "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-",
			    name.text.at[i]))
			rc = strict_refuse_here(s,
						"String should match pattern "
						"'^[a-zA-Z0-9_-]{1,128}$'");
	strict_leave(s, was);
	return rc;
}

static bool is_deferred(struct jval tool)
{
	struct jval v;

	return tool.type == J_OBJECT &&
	       jscan_member(tool, "defer_loading", &v) && v.type == J_TRUE;
}

static int check_tool(struct strict *s, struct jval tool)
{
	struct jval type, mark;

	if (tool.type != J_OBJECT)
		return strict_refuse_here(s, "Input should be a valid "
					     "dictionary");
	if (is_deferred(tool) && jscan_member(tool, "cache_control", &mark) &&
	    mark.type != J_NULL)
		return strict_refuse_here(s, "a tool cannot have both "
					     "defer_loading=true and "
					     "cache_control set");
	if (strict_check_mark(s, tool) < 0)
		return -1;
	if (jscan_member(tool, "type", &type) && type.type == J_STRING &&
	    !jscan_string_is(type, "custom")) {
		if (is_own_tool(s, type))
			return 0;
		return strict_refuse_here(
			s,
			"Input tag '%.*s' found using 'type' does not match "
			"any of the expected tags",
			SPAN_ARG(span_first(span_first(span_skip(type.text, 1),
						       type.text.len - 2),
					    100)));
	}
	(void)strict_enter(s, "%s", custom.name);
	if (strict_check_shape(s, tool, &custom) < 0)
		return -1;
	return check_name(s, tool);
}

int strict_check_tools(struct strict *s, struct jval root)
{
	struct jval tools, key, tool;
	struct jiter it;
	size_t n = 0;

	if (!jscan_member(root, "tools", &tools) || tools.type == J_NULL)
		return 0;
	if (tools.type != J_ARRAY)
		return strict_refuse(s, "tools: Input should be a valid list");
	it = jscan_iter(tools);
	while (jscan_next(&it, &key, &tool)) {
		size_t was = strict_enter(s, "tools.%zu", n++);
		int rc = check_tool(s, tool);

		strict_leave(s, was);
		if (rc < 0)
			return -1;
	}
	return 0;
}

/* ---- what holds between tools and the rest ---- */

/* The names of the declared tools, sorted. */
struct names {
	struct jval *list;
	size_t count;
	bool loaded; /* at least one is not deferred */
};

static int order(const void *a, const void *b)
{
	return jscan_string_order(*(const struct jval *)a,
				  *(const struct jval *)b);
}

static void names_read(struct names *n, struct jval tools)
{
	struct jiter it = jscan_iter(tools);
	struct jval key, tool, name;

	n->list = xcalloc(jscan_count(tools), sizeof(*n->list));
	while (jscan_next(&it, &key, &tool)) {
		n->loaded = n->loaded || !is_deferred(tool);
		if (tool.type == J_OBJECT &&
		    jscan_member(tool, "name", &name) && name.type == J_STRING)
			n->list[n->count++] = name;
	}
	qsort(n->list, n->count, sizeof(*n->list), order);
}

static bool names_have(const struct names *n, struct jval name)
{
	return n->count > 0 && bsearch(&name, n->list, n->count,
				       sizeof(*n->list), order) != NULL;
}

static int check_unique(struct strict *s, const struct names *n)
{
	for (size_t i = 1; i < n->count; i++)
		if (order(&n->list[i - 1], &n->list[i]) == 0)
			return strict_refuse(s, "tools: Tool names must be "
						"unique.");
	if (n->count > 0 && !n->loaded)
		return strict_refuse(s, "At least one tool must have "
					"defer_loading=false.");
	return 0;
}

static int check_choice(struct strict *s, struct jval root,
			const struct names *n)
{
	struct jval choice, name, thinking;

	if (!jscan_member(root, "tool_choice", &choice) ||
	    choice.type != J_OBJECT)
		return 0;
	if (n->count == 0)
		return strict_refuse(s, "tool_choice may only be specified "
					"while providing tools");
	if (strict_type_is(choice, "tool") &&
	    jscan_member(choice, "name", &name) && name.type == J_STRING &&
	    !names_have(n, name))
		return strict_refuse(
			s, "Tool '%.*s' not found in provided tools",
			SPAN_ARG(span_first(span_first(span_skip(name.text, 1),
						       name.text.len - 2),
					    100)));
	if ((strict_type_is(choice, "tool") || strict_type_is(choice, "any")) &&
	    jscan_member(root, "thinking", &thinking) &&
	    strict_type_is(thinking, "enabled"))
		return strict_refuse(s, "Thinking may not be enabled when "
					"tool_choice forces tool use.");
	return 0;
}

/* Checks the tool_reference blocks in the results of a message. */
static int check_references(struct strict *s, struct jval blocks,
			    const struct names *n)
{
	struct jiter it = jscan_iter(blocks);
	struct jval key, block, v;

	while (blocks.type == J_ARRAY && jscan_next(&it, &key, &block)) {
		if (strict_type_is(block, "tool_result") &&
		    jscan_member(block, "content", &v) &&
		    check_references(s, v, n) < 0)
			return -1;
		if (!strict_type_is(block, "tool_reference") ||
		    !jscan_member(block, "tool_name", &v) ||
		    v.type != J_STRING || names_have(n, v))
			continue;
		return strict_refuse(
			s, "Tool reference '%.*s' not found in available tools",
			SPAN_ARG(span_first(span_first(span_skip(v.text, 1),
						       v.text.len - 2),
					    100)));
	}
	return 0;
}

static int check_messages(struct strict *s, struct jval root,
			  const struct names *n)
{
	struct jval messages, key, message, content;
	struct jiter it;

	if (!jscan_member(root, "messages", &messages))
		return 0;
	it = jscan_iter(messages);
	while (jscan_next(&it, &key, &message))
		if (jscan_member(message, "content", &content) &&
		    check_references(s, content, n) < 0)
			return -1;
	return 0;
}

int strict_check_tool_rules(struct strict *s, struct jval root)
{
	struct jval tools = { .type = J_ARRAY, .text = span_of("[]") };
	struct names n = { .count = 0 };
	int rc = 0;

	(void)jscan_member(root, "tools", &tools);
	names_read(&n, tools);
	if (check_unique(s, &n) < 0 || check_choice(s, root, &n) < 0 ||
	    check_messages(s, root, &n) < 0)
		rc = -1;
	free(n.list);
	return rc;
}
