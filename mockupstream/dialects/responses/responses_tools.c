/* Tools as the vendor requires them, the choice among them, and the format of
 * the answer. */
#include <stdio.h>
#include <string.h>

#include "mockupstream/dialects/responses/responses_private.h"

enum { TOOLS_LIMIT = 128 };

/* All types of tools; the members of the vendor's own tools are not checked. */
#define TOOL_TYPES \
	"function file_search computer computer_use_preview web_search " \
	"web_search_2025_08_26 mcp code_interpreter " \
	"programmatic_tool_calling image_generation local_shell shell custom " \
	"namespace tool_search web_search_preview " \
	"web_search_preview_2025_03_11 apply_patch"

static int refuse_missing(struct chat_refusal *why, const char *place)
{
	return chat_refuse(why, "missing_required_parameter", place,
			   "Missing required parameter: '%s'.", place);
}

/* ---- schemas ---- */

static int check_schema(const struct chat_schema *like, struct jval name,
			struct jval schema)
{
	struct buf text = BUF_INIT(BUF_NO_LIMIT);
	struct chat_schema s = *like;
	int rc;

	(void)jscan_string(name, &text);
	s.name = buf_str(&text);
	rc = chat_schema_check(&s, schema);
	buf_clear(&text);
	return rc;
}

/* ---- tools ---- */

/* The members are in the tool itself, not in an inner object. */
static int check_function(struct jval tool, size_t n, struct chat_refusal *why)
{
	struct jval name = jscan_get(tool, "name");
	struct jval parameters = jscan_get(tool, "parameters");
	char place[CHAT_PLACE_LEN];
	const struct chat_schema like = {
		.what = "function",
		.param = place,
		.code = "invalid_function_parameters",
		.strict = jscan_get(tool, "strict").type == J_TRUE,
		.why = why,
	};

	snprintf(place, sizeof(place), "tools[%zu].name", n);
	if (name.text.at == NULL)
		return refuse_missing(why, place);
	if (chat_name_check(name, place, why) < 0)
		return -1;
	snprintf(place, sizeof(place), "tools[%zu]", n);
	if (chat_value_names(tool, place,
			     "type name description parameters strict "
			     "defer_loading allowed_callers output_schema "
			     "async",
			     why) < 0)
		return -1;
	snprintf(place, sizeof(place), "tools[%zu].parameters", n);
	return parameters.text.at ? check_schema(&like, name, parameters) : 0;
}

static int check_tool(struct jval tool, size_t n, struct chat_refusal *why)
{
	struct jval type = jscan_get(tool, "type");
	char place[CHAT_PLACE_LEN];

	snprintf(place, sizeof(place), "tools[%zu].type", n);
	if (type.text.at == NULL)
		return refuse_missing(why, place);
	if (chat_value_word(place, type, TOOL_TYPES, why) < 0)
		return -1;
	if (jscan_string_is(type, "function"))
		return check_function(tool, n, why);
	snprintf(place, sizeof(place), "tools[%zu].name", n);
	if (jscan_string_is(type, "custom") && !jscan_get(tool, "name").text.at)
		return refuse_missing(why, place);
	return 0;
}

static int check_tools(struct jval tools, struct chat_refusal *why)
{
	struct jiter it = jscan_iter(tools);
	struct jval tool;

	if (jscan_count(tools) > TOOLS_LIMIT)
		return chat_length_check(tools, "tools", TOOLS_LIMIT, why);
	for (size_t n = 0; jscan_next(&it, NULL, &tool); n++)
		if (check_tool(tool, n, why) < 0)
			return -1;
	return 0;
}

/* ---- the choice ---- */

static bool has_tool(struct jval tools, struct jval name)
{
	struct jiter it = jscan_iter(tools);
	struct jval tool, other;

	while (jscan_next(&it, NULL, &tool)) {
		other = jscan_get(tool, "name");
		if (other.type == J_STRING &&
		    jscan_string_order(other, name) == 0)
			return true;
	}
	return false;
}

static int check_named(struct jval tools, struct jval choice,
		       struct chat_refusal *why)
{
	struct jval name = jscan_get(choice, "name");
	struct buf text = BUF_INIT(BUF_NO_LIMIT);

	if (chat_value_names(choice, "tool_choice", "type name", why) < 0)
		return -1;
	if (name.type != J_STRING)
		return refuse_missing(why, "tool_choice.name");
	if (has_tool(tools, name))
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
	struct jval choice = jscan_get(root, "tool_choice");

	if (choice.text.at == NULL)
		return 0;
	if (choice.type != J_OBJECT) {
		if (chat_value_word("tool_choice", choice, "none auto required",
				    why) < 0)
			return -1;
		return jscan_string_is(choice, "required") &&
				       jscan_count(tools) == 0
			       ? chat_refuse(why, NULL, "tool_choice",
					     "Tool choice 'required' must be "
					     "specified with 'tools' "
					     "parameter.")
			       : 0;
	}
	if (!jscan_get(choice, "type").text.at)
		return refuse_missing(why, "tool_choice.type");
	if (chat_value_word("tool_choice.type", jscan_get(choice, "type"),
			    TOOL_TYPES " allowed_tools", why) < 0)
		return -1;
	if (jscan_member_is(choice, "type", "function") ||
	    jscan_member_is(choice, "type", "custom"))
		return check_named(tools, choice, why);
	return 0;
}

/* ---- the format of the answer ---- */

static int check_format(struct jval root, struct chat_refusal *why)
{
	struct jval format = jscan_get(jscan_get(root, "text"), "format");
	struct jval name = jscan_get(format, "name");
	struct jval schema = jscan_get(format, "schema");
	const struct chat_schema like = {
		.what = "response_format",
		.param = "text.format.schema",
		.code = "invalid_json_schema",
		.strict = jscan_get(format, "strict").type == J_TRUE,
		.why = why,
	};

	if (format.text.at == NULL)
		return 0;
	if (!jscan_get(format, "type").text.at)
		return refuse_missing(why, "text.format.type");
	if (chat_value_word("text.format.type", jscan_get(format, "type"),
			    "json_object json_schema text", why) < 0)
		return -1;
	if (!jscan_member_is(format, "type", "json_schema"))
		return chat_value_names(format, "text.format", "type", why);
	if (name.text.at == NULL)
		return refuse_missing(why, "text.format.name");
	if (schema.text.at == NULL)
		return refuse_missing(why, "text.format.schema");
	if (chat_value_names(format, "text.format",
			     "type name schema strict description", why) < 0 ||
	    chat_name_check(name, "text.format.name", why) < 0)
		return -1;
	return check_schema(&like, name, schema);
}

int responses_tools_check(struct jval root, struct chat_refusal *why)
{
	struct jval tools = jscan_get(root, "tools");

	if (check_format(root, why) < 0 || check_tools(tools, why) < 0)
		return -1;
	return check_choice(root, tools, why);
}
