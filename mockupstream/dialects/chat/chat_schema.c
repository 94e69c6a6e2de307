/* Tools as the vendor wants them: their form, their names, their schemas. */
#include <stdio.h>
#include <string.h>

#include "mockupstream/dialects/chat/chat_private.h"

enum {
	NAME_LIMIT = 64,
	TOOLS_LIMIT = 128,
	NESTED_LIMIT = 64,
	COMPARED_LIMIT = 256, /* names of 'required' */
};

/* ---- names ---- */

static bool is_plain_name(struct span name)
{
	for (size_t i = 0; i < name.len; i++) {
		char c = name.at[i];

		if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
		      (c >= '0' && c <= '9') || c == '_' || c == '-'))
			return false;
	}
	return name.len > 0;
}

int chat_name_check(struct jval name, const char *param,
		    struct chat_refusal *why)
{
	struct buf text = BUF_INIT(BUF_NO_LIMIT);
	size_t len;
	bool plain;

	if (name.type != J_STRING)
		return chat_refuse(why, "invalid_type", param,
				   "Invalid type for '%s': expected a string.",
				   param);
	jscan_string(name, &text);
	len = text.len;
	plain = is_plain_name(buf_span(&text));
	buf_clear(&text);
	if (len > NAME_LIMIT)
		return chat_refuse(why, "string_above_max_length", param,
				   "Invalid '%s': string too long. Expected a "
				   "string with maximum length %d, but got a "
				   "string with length %zu instead.",
				   param, NAME_LIMIT, len);
	if (!plain)
		return chat_refuse(why, "invalid_value", param,
				   "Invalid '%s': string does not match "
				   "pattern. Expected a string that matches "
				   "the pattern '^[a-zA-Z0-9_-]+$'.",
				   param);
	return 0;
}

/* ---- schemas ---- */

struct schema_place {
	const char *function; /* its name */
	char context[CHAT_PLACE_BYTES]; /* the member that is looked at */
	struct chat_refusal *why;
};

static int refuse_schema(const struct schema_place *p, const char *what)
{
	return chat_refuse(p->why, "invalid_function_parameters",
			   "tools.function.parameters",
			   "Invalid schema for function '%.64s': In "
			   "context=(%s), %s",
			   p->function, p->context, what);
}

static int check_schema(struct schema_place *p, struct jval schema, int depth);

static int check_properties(struct schema_place *p, struct jval properties,
			    int depth)
{
	struct jiter it = jscan_iter(properties);
	struct jval key, value;

	if (properties.type != J_OBJECT)
		return refuse_schema(p, "'properties' is not an object.");
	while (jscan_next(&it, &key, &value)) {
		snprintf(p->context, sizeof(p->context), "'properties', %.*s",
			 SPAN_ARG(span_first(key.text, CHAT_SHOWN_BYTES)));
		if (check_schema(p, value, depth + 1) < 0)
			return -1;
	}
	return 0;
}

static int check_required(struct schema_place *p, struct jval required)
{
	struct jiter it = jscan_iter(required), other;
	struct jval item, twin;
	size_t n = 0, k;

	if (required.type != J_ARRAY)
		return refuse_schema(p, "'required' is not an array.");
	for (; n < COMPARED_LIMIT && jscan_next(&it, NULL, &item); n++) {
		other = jscan_iter(required);
		for (k = 0; k < n && jscan_next(&other, NULL, &twin); k++)
			if (item.type == J_STRING && twin.type == J_STRING &&
			    jscan_string_order(item, twin) == 0)
				return refuse_schema(p, "'required' has "
							"non-unique elements.");
	}
	return 0;
}

static int check_type(struct schema_place *p, struct jval schema)
{
	struct jval type;

	if (!jscan_member(schema, "type", &type))
		return 0;
	if (type.type != J_STRING && type.type != J_ARRAY)
		return refuse_schema(p, "'type' is neither a string nor an "
					"array of strings.");
	return 0;
}

static int check_schema(struct schema_place *p, struct jval schema, int depth)
{
	struct jval v;

	if (depth > NESTED_LIMIT)
		return refuse_schema(p, "the schema is nested too deeply.");
	if (schema.type == J_TRUE || schema.type == J_FALSE)
		return 0;
	if (schema.type != J_OBJECT)
		return refuse_schema(p, "the schema is not an object.");
	if (check_type(p, schema) < 0)
		return -1;
	if (jscan_member_is(schema, "type", "array") &&
	    !jscan_member(schema, "items", &v))
		return refuse_schema(p, "array schema missing items.");
	if (jscan_member(schema, "items", &v) &&
	    check_schema(p, v, depth + 1) < 0)
		return -1;
	if (jscan_member(schema, "required", &v) && check_required(p, v) < 0)
		return -1;
	if (jscan_member(schema, "properties", &v))
		return check_properties(p, v, depth);
	return 0;
}

static int check_parameters(struct jval function, struct jval name,
			    struct chat_refusal *why)
{
	struct buf text = BUF_INIT(BUF_NO_LIMIT);
	struct schema_place p = { .context = "", .why = why };
	struct jval parameters = jscan_get(function, "parameters");
	int rc;

	if (!parameters.text.at)
		return 0;
	jscan_string(name, &text);
	p.function = buf_str(&text);
	if (!jscan_member_is(parameters, "type", "object"))
		rc = chat_refuse(why, "invalid_function_parameters",
				 "tools.function.parameters",
				 "Invalid schema for function '%.64s': schema "
				 "must be a JSON Schema of 'type: \"object\"'.",
				 p.function);
	else
		rc = check_schema(&p, parameters, 0);
	buf_clear(&text);
	return rc;
}

/* ---- tools ---- */

static int check_tool(size_t n, struct jval tool, struct chat_refusal *why)
{
	char place[CHAT_PLACE_BYTES];
	struct jval function, name;

	snprintf(place, sizeof(place), "tools[%zu].type", n);
	if (tool.type != J_OBJECT || !jscan_member(tool, "type", &function))
		return chat_refuse(why, "missing_required_parameter", place,
				   "Missing required parameter: '%s'.", place);
	if (jscan_member_is(tool, "type", "custom"))
		return 0;
	if (!jscan_member_is(tool, "type", "function"))
		return chat_refuse(
			why, "invalid_value", place,
			"Invalid value: %.*s. Supported values are: "
			"'function' and 'custom'.",
			SPAN_ARG(span_first(function.text, CHAT_SHOWN_BYTES)));
	snprintf(place, sizeof(place), "tools[%zu].function.name", n);
	if (!jscan_member(tool, "function", &function) ||
	    !jscan_member(function, "name", &name))
		return chat_refuse(why, "missing_required_parameter", place,
				   "Missing required parameter: '%s'.", place);
	if (chat_name_check(name, place, why) < 0)
		return -1;
	return check_parameters(function, name, why);
}

static int check_choice(struct jval root, bool tools, struct chat_refusal *why)
{
	static const char *const words[] = { "none", "auto", "required" };
	struct jval choice = jscan_get(root, "tool_choice"), v;

	if (!choice.text.at)
		return 0;
	if (!tools)
		return chat_refuse(why, NULL, "tool_choice",
				   "Invalid value for 'tool_choice': "
				   "'tool_choice' is only allowed when 'tools' "
				   "are specified.");
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (choice.type == J_STRING &&
		    jscan_string_is(choice, words[i]))
			return 0;
	if (jscan_member_is(choice, "type", "function") &&
	    jscan_member(choice, "function", &v))
		return 0;
	return chat_refuse(why, "invalid_value", "tool_choice",
			   "Invalid value: %.*s. Supported values are: 'none', "
			   "'auto', and 'required', or an object of type "
			   "'function'.",
			   SPAN_ARG(span_first(choice.text, CHAT_SHOWN_BYTES)));
}

int chat_tools_check(struct jval root, struct chat_refusal *why)
{
	struct jval tools = jscan_get(root, "tools"), tool;
	struct jiter it = jscan_iter(tools);
	size_t n = 0;
	bool any = tools.text.at != NULL;

	if (check_choice(root, any, why) < 0)
		return -1;
	if (!any && jscan_get(root, "parallel_tool_calls").text.at)
		return chat_refuse(why, NULL, "parallel_tool_calls",
				   "Invalid value for 'parallel_tool_calls': "
				   "'parallel_tool_calls' is only allowed when "
				   "'tools' are specified.");
	if (!any)
		return 0;
	if (tools.type != J_ARRAY || jscan_count(tools) == 0)
		return chat_refuse(why, "empty_array", "tools",
				   "Invalid 'tools': empty array. Expected an "
				   "array with minimum length 1, but got an "
				   "empty array instead.");
	if (jscan_count(tools) > TOOLS_LIMIT)
		return chat_refuse(why, "array_above_max_length", "tools",
				   "Invalid 'tools': array too long. Expected "
				   "an array with maximum length %d, but got "
				   "an array with length %zu instead.",
				   TOOLS_LIMIT, jscan_count(tools));
	while (jscan_next(&it, NULL, &tool))
		if (check_tool(n++, tool, why) < 0)
			return -1;
	return 0;
}
