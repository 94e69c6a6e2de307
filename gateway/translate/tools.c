/*
 * Tools and the choice among them. Schemas are copied, except for what
 * providers are known to refuse: an array without items gets items, a root
 * without a type or properties becomes an object without properties, a name
 * that is required twice is listed once, and a pattern that only JavaScript can
 * read is left out.
 */
#include <string.h>

#include "gateway/translate/translate_private.h"

/* Recursive: the scanner has limited the depth. */
static void write_schema(struct jval schema, bool root, struct buf *out);

/* ---- schemas ---- */

/* Members whose values are several schemas by name, one schema, or a list of
 * schemas. */
static bool holds_named(struct jval key)
{
	return jscan_string_is(key, "properties") ||
	       jscan_string_is(key, "$defs") ||
	       jscan_string_is(key, "definitions") ||
	       jscan_string_is(key, "patternProperties");
}

static bool holds_one(struct jval key)
{
	return jscan_string_is(key, "items") ||
	       jscan_string_is(key, "additionalProperties") ||
	       jscan_string_is(key, "not");
}

static bool holds_list(struct jval key)
{
	return jscan_string_is(key, "anyOf") || jscan_string_is(key, "oneOf") ||
	       jscan_string_is(key, "allOf");
}

static void write_each(struct jval container, struct buf *out)
{
	struct jiter it = jscan_iter(container);
	struct jval key, value;
	bool object = container.type == J_OBJECT, begun = false;

	if (!object && container.type != J_ARRAY) {
		buf_add_span(out, container.text);
		return;
	}
	buf_add_byte(out, object ? '{' : '[');
	while (jscan_next(&it, &key, &value)) {
		if (begun)
			buf_add_byte(out, ',');
		begun = true;
		if (object) {
			buf_add_span(out, key.text);
			buf_add_byte(out, ':');
		}
		write_schema(value, false, out);
	}
	buf_add_byte(out, object ? '}' : ']');
}

static bool was_before(struct jval list, size_t n, struct jval item)
{
	struct jiter it = jscan_iter(list);
	struct jval other;

	for (size_t i = 0; i < n && jscan_next(&it, NULL, &other); i++)
		if (other.type == J_STRING && item.type == J_STRING &&
		    jscan_string_order(other, item) == 0)
			return true;
	return false;
}

static void write_required(struct jval list, struct buf *out)
{
	struct jiter it = jscan_iter(list);
	struct jval item;
	bool begun = false;

	if (list.type != J_ARRAY || jscan_count(list) > 256) {
		buf_add_span(out, list.text);
		return;
	}
	buf_add_byte(out, '[');
	for (size_t n = 0; jscan_next(&it, NULL, &item); n++) {
		if (was_before(list, n, item))
			continue;
		if (begun)
			buf_add_byte(out, ',');
		begun = true;
		buf_add_span(out, item.text);
	}
	buf_add_byte(out, ']');
}

/* Can only JavaScript read the pattern? Providers read patterns as Python does,
 * which does not know \p{L}, \u{41}, \z and (?<name>...). */
static bool is_foreign(struct span pattern)
{
	static const char *const words[] = { "\\\\p{", "\\\\P{", "\\\\u{",
					     "\\\\z" };
	size_t at;

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (span_find(pattern, span_of(words[i])) != SIZE_MAX)
			return true;
	while ((at = span_find(pattern, span_of("(?<"))) != SIZE_MAX) {
		pattern = span_skip(pattern, at + 3);
		if (pattern.len > 0 && pattern.at[0] != '=' &&
		    pattern.at[0] != '!')
			return true;
	}
	return false;
}

static void write_keyword(struct jval key, struct jval value, struct buf *out)
{
	buf_add_span(out, key.text);
	buf_add_byte(out, ':');
	if (jscan_string_is(key, "required"))
		write_required(value, out);
	else if (holds_named(key) || holds_list(key))
		write_each(value, out);
	else if (holds_one(key))
		write_schema(value, false, out);
	else
		buf_add_span(out, value.text);
}

static void write_schema(struct jval schema, bool root, struct buf *out)
{
	struct jiter it = jscan_iter(schema);
	struct jval key, value;
	const char *comma = "";

	if (schema.type != J_OBJECT) {
		buf_add_span(out, schema.text);
		return;
	}
	buf_add_byte(out, '{');
	if (root && !jscan_get(schema, "type").text.at) {
		buf_add_text(out, "\"type\":\"object\"");
		comma = ",";
	}
	if (root && !jscan_member(schema, "properties", &value)) {
		buf_addf(out, "%s\"properties\":{}", comma);
		comma = ",";
	}
	while (jscan_next(&it, &key, &value)) {
		if (jscan_string_is(key, "pattern") && is_foreign(value.text))
			continue;
		buf_add_text(out, comma);
		comma = ",";
		write_keyword(key, value, out);
	}
	if (jscan_member_is(schema, "type", "array") &&
	    !jscan_member(schema, "items", &value))
		buf_addf(out, "%s\"items\":{}", comma);
	buf_add_byte(out, '}');
}

/* ---- tools ---- */

/* Refuses a tool that the API itself would run, since nobody would run it
 * here. */
static int check_tool(struct jval tool, size_t n, struct fail *why)
{
	struct jval type = jscan_get(tool, "type");

	if (type.text.at == NULL || jscan_member_is(tool, "type", "custom"))
		return 0;
	return fail_set(why, FAIL_USAGE,
			"tools.%zu.type: %.*s is run by the API itself, which "
			"the provider of this model does not offer",
			n, SPAN_ARG(span_first(type.text, 60)));
}

static void write_tool(struct translate *t, struct jval tool, struct buf *out)
{
	struct jval schema = jscan_get(tool, "input_schema");
	struct jval description = jscan_get(tool, "description");

	buf_add_text(out, t->form->words.tool);
	translate_name_out(t, jscan_get(tool, "name"), out);
	if (description.type == J_STRING) {
		buf_add_text(out, ",\"description\":");
		buf_add_span(out, description.text);
	}
	buf_add_text(out, ",\"parameters\":");
	if (schema.type == J_OBJECT)
		write_schema(schema, true, out);
	else
		buf_add_text(out, "{\"type\":\"object\",\"properties\":{}}");
	buf_add_text(out, t->form->words.tool_end);
}

static void write_choice(struct translate *t, struct jval choice,
			 struct buf *out)
{
	static const char *const words[][2] = { { "auto", "auto" },
						{ "any", "required" },
						{ "none", "none" } };

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (jscan_member_is(choice, "type", words[i][0]))
			buf_addf(out, ",\"tool_choice\":\"%s\"", words[i][1]);
	if (jscan_member_is(choice, "type", "tool")) {
		buf_addf(out, ",\"tool_choice\":%s", t->form->words.choice);
		translate_name_out(t, jscan_get(choice, "name"), out);
		buf_add_text(out, t->form->words.choice_end);
	}
	if (jscan_get(choice, "disable_parallel_tool_use").type == J_TRUE)
		buf_add_text(out, ",\"parallel_tool_calls\":false");
}

int translate_tools(struct translate *t, struct jval root, struct buf *out,
		    struct fail *why)
{
	struct jval tools = jscan_get(root, "tools"), tool;
	struct jiter it = jscan_iter(tools);

	if (tools.type != J_ARRAY || jscan_count(tools) == 0)
		return 0;
	buf_add_text(out, ",\"tools\":[");
	for (size_t n = 0; jscan_next(&it, NULL, &tool); n++) {
		if (check_tool(tool, n, why) < 0)
			return -1;
		if (n > 0)
			buf_add_byte(out, ',');
		write_tool(t, tool, out);
	}
	buf_add_byte(out, ']');
	write_choice(t, jscan_get(root, "tool_choice"), out);
	return 0;
}
