/* Tests of the values that the provider makes for a JSON schema. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "mockupstream/values/values.h"

static const struct {
	const char *schema, *value;
} values[] = {
	{ "{\"type\":\"string\"}", "\"text\"" },
	{ "{}", "\"text\"" },
	{ "true", "\"text\"" },
	{ "{\"type\":\"boolean\"}", "true" },
	{ "{\"type\":\"null\"}", "null" },
	{ "{\"type\":[\"integer\",\"null\"]}", "1" },
	{ "{\"const\":{\"a\":1.10}}", "{\"a\":1.10}" },
	{ "{\"enum\":[12345678901234567890,2]}", "12345678901234567890" },
	/* numbers */
	{ "{\"type\":\"integer\",\"minimum\":7}", "7" },
	{ "{\"type\":\"integer\",\"exclusiveMinimum\":7}", "8" },
	{ "{\"type\":\"integer\",\"maximum\":-3}", "-3" },
	{ "{\"type\":\"integer\",\"exclusiveMaximum\":1}", "0" },
	{ "{\"type\":\"integer\",\"minimum\":6,\"multipleOf\":5}", "10" },
	{ "{\"type\":\"number\",\"minimum\":0,\"maximum\":0.5}", "0.25" },
	{ "{\"minimum\":2}", "3" },
	/* texts */
	{ "{\"type\":\"string\",\"minLength\":6}", "\"textxx\"" },
	{ "{\"type\":\"string\",\"maxLength\":2}", "\"te\"" },
	{ "{\"type\":\"string\",\"format\":\"date\"}", "\"2026-01-01\"" },
	{ "{\"type\":\"string\",\"pattern\":\"^[A-Z]{2}-\\\\d{3,4}$\"}",
	  "\"AA-000\"" },
	{ "{\"type\":\"string\",\"pattern\":\"^[a-z]+$\",\"minLength\":4}",
	  "\"aaaa\"" },
	{ "{\"type\":\"string\",\"pattern\":\"^(?:cat|dog)s?\\\\.txt$\"}",
	  "\"cat.txt\"" },
	{ "{\"type\":\"string\",\"pattern\":\"^[^a]\\\\w.\\\\s$\"}",
	  "\"0aa \"" },
	{ "{\"type\":\"string\",\"pattern\":\"(?=x)y\"}", "\"text\"" },
	/* lists */
	{ "{\"type\":\"array\",\"items\":{\"type\":\"integer\"}}", "[1]" },
	{ "{\"type\":\"array\",\"items\":{\"type\":\"integer\"},"
	  "\"minItems\":3}",
	  "[1,2,3]" },
	{ "{\"type\":\"array\",\"items\":{\"enum\":[\"a\",\"b\"]},"
	  "\"minItems\":2}",
	  "[\"a\",\"b\"]" },
	{ "{\"type\":\"array\",\"maxItems\":0}", "[]" },
	{ "{\"type\":\"array\",\"prefixItems\":[{\"type\":\"boolean\"},"
	  "{\"type\":\"null\"}]}",
	  "[true,null]" },
	/* objects */
	{ "{\"type\":\"object\",\"properties\":{\"a\":{\"type\":\"null\"},"
	  "\"b\":{\"type\":\"boolean\"}},\"required\":[\"b\"],"
	  "\"additionalProperties\":false}",
	  "{\"b\":true}" },
	{ "{\"type\":\"object\",\"required\":[\"x\\u0041\"],\"properties\":{"
	  "\"xA\":{\"type\":\"null\"}}}",
	  "{\"x\\u0041\":null}" },
	{ "{\"properties\":{\"a\":{}}}", "{}" },
	/* parts of schemas */
	{ "{\"$ref\":\"#/$defs/P\",\"$defs\":{\"P\":{\"type\":\"object\","
	  "\"properties\":{\"n\":{\"$ref\":\"#/$defs/N\"}},\"required\":"
	  "[\"n\"]},\"N\":{\"type\":\"integer\",\"minimum\":4}}}",
	  "{\"n\":4}" },
	{ "{\"anyOf\":[{\"type\":\"integer\"},{\"type\":\"null\"}]}", "1" },
	{ "{\"oneOf\":[{\"const\":\"x\"},{\"const\":\"y\"}]}", "\"x\"" },
	{ "{\"allOf\":[{\"type\":\"object\",\"properties\":{\"a\":{\"const\":"
	  "1}},\"required\":[\"a\"]},{\"properties\":{\"b\":{\"const\":2}},"
	  "\"required\":[\"b\",\"a\"]}]}",
	  "{\"a\":1,\"b\":2}" },
	/* A chain ends where it may. */
	{ "{\"$defs\":{\"L\":{\"type\":\"object\",\"properties\":{\"n\":"
	  "{\"anyOf\":[{\"$ref\":\"#/$defs/L\"},{\"type\":\"null\"}]}},"
	  "\"required\":[\"n\"]}},\"$ref\":\"#/$defs/L\"}",
	  "{\"n\":{\"n\":{\"n\":{\"n\":{\"n\":null}}}}}" },
};

static void t_values(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(values) / sizeof(values[0]); i++) {
		struct buf out = BUF_INIT(1 << 16);
		struct jval schema;

		assert_int_equal(
			jscan(span_of(values[i].schema), &schema, NULL), 0);
		values_for_schema(schema, &out);
		if (strcmp(buf_str(&out), values[i].value) != 0)
			fail_msg("%s gives %s and not %s", values[i].schema,
				 buf_str(&out), values[i].value);
		buf_clear(&out);
	}
}

/* What has no end gets one, and is JSON. */
static void t_bounds(void **state)
{
	static const char *const schemas[] = {
		"{\"type\":\"object\",\"properties\":{\"a\":{\"$ref\":\"#\"}},"
		"\"required\":[\"a\"]}",
		"{\"$ref\":\"#\"}",
		"{\"allOf\":[{\"$ref\":\"#\"},{\"$ref\":\"#\"}]}",
		"{\"type\":\"array\",\"minItems\":1e9,\"items\":{\"$ref\":"
		"\"#\"}}",
		"{\"type\":\"string\",\"minLength\":1e300}",
		"{\"type\":\"string\",\"pattern\":\"((((a{999}){999})+)+)\"}",
		"{\"type\":\"array\",\"minItems\":4000,\"items\":{\"type\":"
		"\"string\",\"minLength\":4000}}",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(schemas) / sizeof(schemas[0]); i++) {
		struct buf out = BUF_INIT(1 << 16);
		struct jval schema, value;

		assert_int_equal(jscan(span_of(schemas[i]), &schema, NULL), 0);
		values_for_schema(schema, &out);
		assert_int_equal(jscan(buf_span(&out), &value, NULL), 0);
		buf_clear(&out);
	}
}

/* Each property is looked up in all of them: only so much is gone through. */
static void t_large(void **state)
{
	struct buf text = BUF_INIT(BUF_NO_LIMIT), out = BUF_INIT(1 << 20);
	struct jval schema, value;

	(void)state;
	buf_add_text(&text, "{\"properties\":{");
	for (unsigned i = 0; i < 40000; i++)
		buf_addf(&text, "%s\"p%05u\":{\"type\":\"string\"}",
			 i > 0 ? "," : "", i);
	buf_add_text(&text, "},\"required\":[");
	for (unsigned i = 0; i < 4000; i++)
		buf_addf(&text, "%s\"p%05u\"", i > 0 ? "," : "", 39999 - i);
	buf_add_text(&text, "]}");
	assert_int_equal(jscan(buf_span(&text), &schema, NULL), 0);
	values_for_schema(schema, &out);
	assert_int_equal(jscan(buf_span(&out), &value, NULL), 0);
	assert_int_equal(value.type, J_OBJECT);
	assert_in_range(jscan_count(value), 10, 200);
	buf_clear(&text);
	buf_clear(&out);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		{ "schema: values are what the schema takes", t_values, NULL,
		  NULL, NULL },
		{ "schema: a large one is not gone through without end",
		  t_large, NULL, NULL, NULL },
		{ "schema: what has no end gets one", t_bounds, NULL, NULL,
		  NULL },
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("schema", tests, NULL, NULL);
}
