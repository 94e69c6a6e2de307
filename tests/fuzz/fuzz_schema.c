/*
 * Structured output: an input is a JSON schema, or else a pattern. What is made
 * of a schema is one JSON value, always the same, of the type that the schema
 * names. A text that is made for a pattern keeps to its limit.
 */
#include <string.h>

#include "mockupstream/values/values.h"
#include "tests/fuzz/kit.h"
#include "wire/bytes/pattern.h"

#define VALUE_LIMIT ((size_t)1 << 20)
#define TEXT_LIMIT 8192

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Another keyword than `type` has the first word. */
static bool is_plain(struct jval schema)
{
	static const char *const others[] = { "$ref",  "const", "enum",
					      "allOf", "anyOf", "oneOf" };
	struct jval v;

	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
		if (jscan_member(schema, others[i], &v))
			return false;
	return true;
}

static void check_type(struct jval schema, struct jval value)
{
	static const struct {
		const char *name;
		enum jtype type;
	} types[] = {
		{ "object", J_OBJECT }, { "array", J_ARRAY },
		{ "string", J_STRING }, { "integer", J_NUMBER },
		{ "null", J_NULL },
	};
	struct jval v;

	if (schema.type != J_OBJECT || !is_plain(schema) ||
	    !jscan_member(schema, "type", &v) || v.type != J_STRING)
		return;
	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++)
		if (jscan_string_is(v, types[i].name) &&
		    value.type != types[i].type)
			/* "{}": it was too long, or no number */
			kit_require(span_is(value.text, "{}"),
				    "a value of another type");
}

static void check_schema(struct jval schema)
{
	struct buf out = BUF_INIT(VALUE_LIMIT), again = BUF_INIT(VALUE_LIMIT);
	struct jval value;

	buf_add_text(&out, "before");
	values_for_schema(schema, &out);
	kit_require(span_starts(buf_span(&out), "before"),
		    "what stood before is gone");
	kit_require(jscan(span_skip(buf_span(&out), 6), &value, NULL) == 0,
		    "a value that is no JSON");
	check_type(schema, value);
	values_for_schema(schema, &again);
	kit_require(span_equal(buf_span(&again), span_skip(buf_span(&out), 6)),
		    "another value for the same schema");
	buf_clear(&out);
	buf_clear(&again);
}

static void check_pattern(struct span pattern)
{
	size_t before = 0;

	for (size_t more = 0; more < 4; more++) {
		struct buf text = BUF_INIT(TEXT_LIMIT);

		if (values_for_pattern(pattern, more, &text) == 0) {
			kit_require(text.len >= before,
				    "a longer repetition gives a shorter text");
			before = text.len;
		}
		kit_require(text.len <= TEXT_LIMIT, "past the limit");
		buf_clear(&text);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span text = span_make(data, size);
	struct jval schema;

	if (jscan(text, &schema, NULL) == 0)
		check_schema(schema);
	else
		check_pattern(text);
	return 0;
}
