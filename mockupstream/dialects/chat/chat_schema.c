/* Names and schemas as the vendor requires them. For something that is not a
 * valid schema at all, the message is that of a validator written in Python. */
#include <stdio.h>
#include <string.h>

#include "mockupstream/dialects/chat/chat_private.h"

enum {
	NAME_LIMIT = 64,
	NESTED_LIMIT = 64,
	COMPARED_LIMIT = 256, /* names of 'required' */
	SHOWN_BYTES = 200,
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
	int rc = 0;

	if (name.type != J_STRING)
		return chat_refuse(why, "invalid_type", param,
				   "Invalid type for '%s': expected a string.",
				   param);
	jscan_string(name, &text);
	if (text.len > NAME_LIMIT)
		rc = chat_refuse(why, "string_above_max_length", param,
				 "Invalid '%s': string too long. Expected a "
				 "string with maximum length %d, but got a "
				 "string with length %zu instead.",
				 param, NAME_LIMIT, text.len);
	else if (!is_plain_name(buf_span(&text)))
		rc = chat_refuse(why, "invalid_value", param,
				 "Invalid '%s': string does not match pattern. "
				 "Expected a string that matches the pattern "
				 "'^[a-zA-Z0-9_-]+$'.",
				 param);
	buf_clear(&text);
	return rc;
}

/* ---- how it is refused ---- */

/* Writes a value as Python shows it, as much as fits. */
static void write_python(struct jval v, struct buf *out)
{
	struct jiter it = jscan_iter(v);
	struct jval key, value;
	bool begun = false;

	if (v.type == J_STRING) {
		buf_add_byte(out, '\'');
		(void)jscan_string(v, out);
		buf_add_byte(out, '\'');
		return;
	}
	if (v.type != J_ARRAY && v.type != J_OBJECT) {
		if (v.type == J_NUMBER)
			buf_add_span(out, v.text);
		else
			buf_add_text(out, v.type == J_NULL   ? "None"
					  : v.type == J_TRUE ? "True"
							     : "False");
		return;
	}
	buf_add_byte(out, v.type == J_ARRAY ? '[' : '{');
	while (out->len < SHOWN_BYTES && jscan_next(&it, &key, &value)) {
		buf_add_text(out, begun ? ", " : "");
		begun = true;
		if (v.type == J_OBJECT) {
			write_python((struct jval){ .type = J_STRING,
						    .text = key.text },
				     out);
			buf_add_text(out, ": ");
		}
		write_python(value, out);
	}
	buf_add_byte(out, v.type == J_ARRAY ? ']' : '}');
}

static int refuse(const struct chat_schema *s, const char *what)
{
	return chat_refuse(s->why, s->code, s->param,
			   "Invalid schema for %s '%.64s': %s", s->what,
			   s->name, what);
}

/* Something is missing in the part of the schema being checked. */
static int refuse_here(const struct chat_schema *s, const char *what)
{
	return chat_refuse(
		s->why, s->code, s->param,
		"Invalid schema for %s '%.64s': In context=(%.160s), "
		"%s",
		s->what, s->name, buf_str(&s->context), what);
}

/* It is not a valid schema by any reading. */
static int refuse_value(const struct chat_schema *s, struct jval v,
			const char *what)
{
	struct buf text = BUF_INIT(BUF_NO_LIMIT);

	write_python(v, &text);
	buf_cut(&text, SHOWN_BYTES);
	buf_add_text(&text, what);
	refuse(s, buf_str(&text));
	buf_clear(&text);
	return -1;
}

/* ---- where it is looked at ---- */

static int check_schema(struct chat_schema *s, struct jval schema, int depth);

static void step_into(struct chat_schema *s, struct span step)
{
	if (s->context.len > 0)
		buf_add_text(&s->context, ", ");
	buf_addf(&s->context, "'%.*s'", SPAN_ARG(step));
}

/* Checks the schema under a keyword; `name` is that of a property, or "". */
static int check_below(struct chat_schema *s, const char *keyword,
		       struct span name, struct jval schema, int depth)
{
	size_t before = s->context.len;
	int rc;

	step_into(s, span_of(keyword));
	if (name.len > 0)
		step_into(s, name);
	rc = check_schema(s, schema, depth + 1);
	buf_cut(&s->context, before);
	return rc;
}

static int check_named(struct chat_schema *s, const char *keyword,
		       struct jval named, int depth)
{
	struct jiter it = jscan_iter(named);
	struct jval key, value;
	int rc = 0;

	if (named.type != J_OBJECT)
		return refuse_value(s, named, " is not of type 'object'.");
	while (rc == 0 && jscan_next(&it, &key, &value)) {
		struct buf name = BUF_INIT(BUF_NO_LIMIT);

		(void)jscan_string(key, &name);
		rc = check_below(s, keyword, buf_span(&name), value, depth);
		buf_clear(&name);
	}
	return rc;
}

static int check_listed(struct chat_schema *s, const char *keyword,
			struct jval list, int depth)
{
	struct jiter it = jscan_iter(list);
	struct jval value;
	char number[24];

	if (list.type != J_ARRAY)
		return refuse_value(s, list, " is not of type 'array'.");
	for (size_t i = 0; jscan_next(&it, NULL, &value); i++) {
		snprintf(number, sizeof(number), "%zu", i);
		if (check_below(s, keyword, span_of(number), value, depth) < 0)
			return -1;
	}
	return 0;
}

/* ---- keywords ---- */

static int check_required(struct chat_schema *s, struct jval required)
{
	struct jiter it = jscan_iter(required), other;
	struct jval item, twin;
	size_t n = 0, k;

	if (required.type != J_ARRAY)
		return refuse_value(s, required, " is not of type 'array'.");
	for (; n < COMPARED_LIMIT && jscan_next(&it, NULL, &item); n++) {
		other = jscan_iter(required);
		for (k = 0; k < n && jscan_next(&other, NULL, &twin); k++)
			if (item.type == J_STRING && twin.type == J_STRING &&
			    jscan_string_order(item, twin) == 0)
				return refuse_value(s, required,
						    " has non-unique "
						    "elements.");
	}
	return 0;
}

static int check_type(struct chat_schema *s, struct jval schema)
{
	struct jval type;

	if (!jscan_member(schema, "type", &type) || type.type == J_STRING ||
	    type.type == J_ARRAY)
		return 0;
	return refuse_value(s, type,
			    " is not valid under any of the given schemas.");
}

/* A pattern that JavaScript accepts and Python does not. */
static bool is_foreign(struct span pattern)
{
	static const char *const words[] = { "\\p{", "\\P{", "\\u{", "\\z" };
	struct span rest = pattern;
	size_t at;

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (span_find(pattern, span_of(words[i])) != SIZE_MAX)
			return true;
	while ((at = span_find(rest, span_of("(?<"))) != SIZE_MAX) {
		rest = span_skip(rest, at + 3);
		if (rest.len > 0 && rest.at[0] != '=' && rest.at[0] != '!')
			return true;
	}
	return false;
}

static int check_pattern(struct chat_schema *s, struct jval schema)
{
	struct jval pattern = jscan_get(schema, "pattern");
	struct buf text = BUF_INIT(BUF_NO_LIMIT);
	bool foreign;

	if (pattern.type != J_STRING)
		return 0;
	(void)jscan_string(pattern, &text);
	foreign = is_foreign(buf_span(&text));
	buf_clear(&text);
	return foreign ? refuse_value(s, pattern, " is not a 'regex'.") : 0;
}

static bool names(struct jval required, struct jval key)
{
	struct jiter it = jscan_iter(required);
	struct jval item;

	while (required.type == J_ARRAY && jscan_next(&it, NULL, &item))
		if (item.type == J_STRING && jscan_string_order(item, key) == 0)
			return true;
	return false;
}

/* With "strict", an object requires all its properties and allows no others. */
static int check_strict(struct chat_schema *s, struct jval schema)
{
	struct jval properties = jscan_get(schema, "properties"), key, value;
	struct jiter it = jscan_iter(properties);
	struct buf text = BUF_INIT(BUF_NO_LIMIT);
	int rc = 0;

	if (!s->strict || !jscan_member_is(schema, "type", "object"))
		return 0;
	if (jscan_get(schema, "additionalProperties").type != J_FALSE)
		return refuse_here(s, "'additionalProperties' is required to "
				      "be supplied and to be false.");
	while (rc == 0 && jscan_next(&it, &key, &value)) {
		if (names(jscan_get(schema, "required"), key))
			continue;
		buf_add_text(&text, "'required' is required to be supplied "
				    "and to be an array including every key in "
				    "properties. Missing '");
		(void)jscan_string(key, &text);
		buf_add_text(&text, "'.");
		rc = refuse_here(s, buf_str(&text));
	}
	buf_clear(&text);
	return rc;
}

/* Checks the schemas inside this one. */
static int check_held(struct chat_schema *s, struct jval schema, int depth)
{
	static const char *const named[] = { "properties", "$defs",
					     "definitions" };
	static const char *const listed[] = { "anyOf", "oneOf", "allOf" };
	static const char *const single[] = { "items", "not",
					      "additionalProperties" };
	struct jval v;

	for (size_t i = 0; i < sizeof(named) / sizeof(named[0]); i++)
		if (jscan_member(schema, named[i], &v) &&
		    check_named(s, named[i], v, depth) < 0)
			return -1;
	for (size_t i = 0; i < sizeof(listed) / sizeof(listed[0]); i++)
		if (jscan_member(schema, listed[i], &v) &&
		    check_listed(s, listed[i], v, depth) < 0)
			return -1;
	for (size_t i = 0; i < sizeof(single) / sizeof(single[0]); i++)
		if (jscan_member(schema, single[i], &v) &&
		    check_below(s, single[i], SPAN_EMPTY, v, depth) < 0)
			return -1;
	return 0;
}

static int check_schema(struct chat_schema *s, struct jval schema, int depth)
{
	struct jval v;

	if (depth > NESTED_LIMIT)
		return refuse(s, "the schema is nested too deeply.");
	if (schema.type == J_TRUE || schema.type == J_FALSE)
		return 0;
	if (schema.type != J_OBJECT)
		return refuse_value(s, schema,
				    " is not of type 'object', 'boolean'.");
	if (check_type(s, schema) < 0 || check_pattern(s, schema) < 0)
		return -1;
	if (jscan_member_is(schema, "type", "array") &&
	    !jscan_member(schema, "items", &v))
		return refuse_here(s, "array schema missing items.");
	if (jscan_member(schema, "required", &v) && check_required(s, v) < 0)
		return -1;
	if (check_strict(s, schema) < 0)
		return -1;
	return check_held(s, schema, depth);
}

/* ---- the root ---- */

static int check_root(struct chat_schema *s, struct jval schema)
{
	static const char *const none[] = { "oneOf", "anyOf", "allOf", "enum",
					    "not" };
	struct buf text = BUF_INIT(BUF_NO_LIMIT);
	struct jval type = jscan_get(schema, "type"), v;

	if (!jscan_member_is(schema, "type", "object")) {
		buf_add_text(&text, "schema must be a JSON Schema of 'type: "
				    "\"object\"', got 'type: \"");
		if (type.type == J_STRING)
			(void)jscan_string(type, &text);
		else
			buf_add_text(&text, "None");
		buf_add_text(&text, "\"'.");
		refuse(s, buf_str(&text));
		buf_clear(&text);
		return -1;
	}
	for (size_t i = 0; i < sizeof(none) / sizeof(none[0]); i++)
		if (jscan_member(schema, none[i], &v))
			return refuse(s, "schema must have type 'object' and "
					 "not have 'oneOf'/'anyOf'/'allOf'/"
					 "'enum'/'not' at the top level.");
	if (!jscan_member(schema, "properties", &v))
		return refuse_here(s, "object schema missing properties.");
	return 0;
}

int chat_schema_check(struct chat_schema *s, struct jval schema)
{
	int rc;

	buf_init(&s->context, BUF_NO_LIMIT);
	rc = check_root(s, schema);
	if (rc == 0)
		rc = check_schema(s, schema, 0);
	buf_clear(&s->context);
	return rc;
}
