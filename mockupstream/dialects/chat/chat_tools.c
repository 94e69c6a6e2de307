/* Tools as the vendor requires them, the choice among them, and the format of
 * the answer, which has a schema, too. */
#include <stdio.h>
#include <string.h>

#include "mockupstream/dialects/chat/chat_private.h"

enum { TOOLS_LIMIT = 128 };

static int refuse_missing(struct chat_refusal *why, const char *place)
{
	return chat_refuse(why, "missing_required_parameter", place,
			   "Missing required parameter: '%s'.", place);
}

/* ---- tools ---- */

static int check_parameters(struct jval function, struct jval name,
			    const char *param, struct chat_refusal *why)
{
	struct buf text = BUF_INIT(BUF_NO_LIMIT);
	struct jval parameters = jscan_get(function, "parameters");
	struct chat_schema schema = {
		.what = "function",
		.param = param,
		.code = "invalid_function_parameters",
		.strict = jscan_get(function, "strict").type == J_TRUE,
		.why = why,
	};
	int rc = 0;

	if (parameters.text.at == NULL)
		return 0;
	(void)jscan_string(name, &text);
	schema.name = buf_str(&text);
	rc = chat_schema_check(&schema, parameters);
	buf_clear(&text);
	return rc;
}

static int check_function(struct jval tool, size_t n, struct chat_refusal *why)
{
	struct jval function = jscan_get(tool, "function"), name;
	char place[CHAT_PLACE_LEN], inner[CHAT_PLACE_LEN];

	snprintf(place, sizeof(place), "tools[%zu].function.name", n);
	snprintf(inner, sizeof(inner), "tools[%zu].function", n);
	if (!jscan_member(function, "name", &name))
		return refuse_missing(why, place);
	if (chat_name_check(name, place, why) < 0 ||
	    chat_value_names(function, inner,
			     "name description parameters strict", why) < 0)
		return -1;
	snprintf(place, sizeof(place), "tools[%zu].function.parameters", n);
	return check_parameters(function, name, place, why);
}

static int check_tool(struct jval tool, size_t n, struct chat_refusal *why)
{
	char place[CHAT_PLACE_LEN];
	struct jval type;

	snprintf(place, sizeof(place), "tools[%zu].type", n);
	if (tool.type != J_OBJECT || !jscan_member(tool, "type", &type))
		return refuse_missing(why, place);
	if (!jscan_member_is(tool, "type", "custom") &&
	    !jscan_member_is(tool, "type", "function"))
		return chat_refuse_value(why, place, type,
					 "'function' and 'custom'");
	snprintf(place, sizeof(place), "tools[%zu]", n);
	if (jscan_member_is(tool, "type", "custom"))
		return chat_value_names(tool, place, "type custom", why);
	if (chat_value_names(tool, place, "type function", why) < 0)
		return -1;
	return check_function(tool, n, why);
}

/* ---- the choice ---- */

static bool has_tool(struct jval tools, const char *kind, struct jval name)
{
	struct jiter it = jscan_iter(tools);
	struct jval tool, other;

	while (jscan_next(&it, NULL, &tool)) {
		other = jscan_get(jscan_get(tool, kind), "name");
		if (other.type == J_STRING &&
		    jscan_string_order(other, name) == 0)
			return true;
	}
	return false;
}

/* kind: "function" or "custom" */
static int check_named(struct jval tools, struct jval choice, const char *kind,
		       struct chat_refusal *why)
{
	struct jval name = jscan_get(jscan_get(choice, kind), "name");
	struct buf text = BUF_INIT(BUF_NO_LIMIT);
	char place[CHAT_PLACE_LEN];

	snprintf(place, sizeof(place), "tool_choice.%s.name", kind);
	if (name.type != J_STRING)
		return refuse_missing(why, place);
	if (chat_value_names(choice, "tool_choice", "type function custom",
			     why) < 0)
		return -1;
	if (has_tool(tools, kind, name))
		return 0;
	(void)jscan_string(name, &text);
	chat_refuse(why, NULL, "tool_choice",
		    "Tool choice '%.64s' not found in 'tools' parameter.",
		    buf_str(&text));
	buf_clear(&text);
	return -1;
}

static int check_choice(struct jval root, struct jval tools,
			struct chat_refusal *why)
{
	static const char *const words[] = { "none", "auto", "required" };
	struct jval choice = jscan_get(root, "tool_choice");

	if (choice.text.at == NULL)
		return 0;
	if (tools.text.at == NULL)
		return chat_refuse(why, NULL, "tool_choice",
				   "Invalid value for 'tool_choice': "
				   "'tool_choice' is only allowed when 'tools' "
				   "are specified.");
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (choice.type == J_STRING &&
		    jscan_string_is(choice, words[i]))
			return 0;
	if (choice.type == J_OBJECT && !jscan_get(choice, "type").text.at)
		return refuse_missing(why, "tool_choice.type");
	if (jscan_member_is(choice, "type", "function"))
		return check_named(tools, choice, "function", why);
	if (jscan_member_is(choice, "type", "custom"))
		return check_named(tools, choice, "custom", why);
	if (jscan_member_is(choice, "type", "allowed_tools"))
		return 0;
	if (choice.type == J_OBJECT)
		return chat_refuse_value(why, "tool_choice.type",
					 jscan_get(choice, "type"),
					 "'function', 'allowed_tools', and "
					 "'custom'");
	return chat_refuse_value(why, "tool_choice", choice,
				 "'none', 'auto', and 'required'");
}

/* ---- the format of the answer ---- */

static int check_json_schema(struct jval format, struct chat_refusal *why)
{
	struct jval inner = jscan_get(format, "json_schema");
	struct jval name = jscan_get(inner, "name");
	struct jval schema = jscan_get(inner, "schema");
	struct buf text = BUF_INIT(BUF_NO_LIMIT);
	struct chat_schema s = {
		.what = "response_format",
		.param = "response_format",
		.strict = jscan_get(inner, "strict").type == J_TRUE,
		.why = why,
	};
	int rc = 0;

	if (inner.type != J_OBJECT)
		return refuse_missing(why, "response_format.json_schema");
	if (name.text.at == NULL)
		return refuse_missing(why, "response_format.json_schema.name");
	if (chat_name_check(name, "response_format.json_schema.name", why) < 0)
		return -1;
	if (schema.text.at == NULL)
		return 0;
	(void)jscan_string(name, &text);
	s.name = buf_str(&text);
	rc = chat_schema_check(&s, schema);
	buf_clear(&text);
	return rc;
}

static int check_format(struct jval root, struct chat_refusal *why)
{
	struct jval format = jscan_get(root, "response_format");
	struct jval type = jscan_get(format, "type");

	if (format.text.at == NULL)
		return 0;
	if (type.text.at == NULL)
		return refuse_missing(why, "response_format.type");
	if (chat_value_names(format, "response_format", "type json_schema",
			     why) < 0 ||
	    chat_value_names(jscan_get(format, "json_schema"),
			     "response_format.json_schema",
			     "name description schema strict", why) < 0)
		return -1;
	if (jscan_member_is(format, "type", "json_schema"))
		return check_json_schema(format, why);
	if (jscan_member_is(format, "type", "text") ||
	    jscan_member_is(format, "type", "json_object"))
		return 0;
	return chat_refuse_value(why, "response_format.type", type,
				 "'json_object', 'json_schema', and 'text'");
}

/* ---- all of it ---- */

static int check_tools(struct jval tools, struct chat_refusal *why)
{
	struct jiter it = jscan_iter(tools);
	struct jval tool;

	if (chat_length_check(tools, "tools", TOOLS_LIMIT, why) < 0)
		return -1;
	for (size_t n = 0; jscan_next(&it, NULL, &tool); n++)
		if (check_tool(tool, n, why) < 0)
			return -1;
	return 0;
}

int chat_tools_check(struct jval root, struct chat_refusal *why)
{
	struct jval tools = jscan_get(root, "tools");

	if (check_format(root, why) < 0)
		return -1;
	if (tools.text.at == NULL &&
	    jscan_get(root, "parallel_tool_calls").text.at)
		return chat_refuse(why, NULL, "parallel_tool_calls",
				   "Invalid value for 'parallel_tool_calls': "
				   "'parallel_tool_calls' is only allowed when "
				   "'tools' are specified.");
	if (tools.text.at && check_tools(tools, why) < 0)
		return -1;
	return check_choice(root, tools, why);
}
