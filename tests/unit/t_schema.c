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
	/* numbers */
	{ "{\"type\":\"integer\"}", "1" },
	{ "{\"type\":\"number\"}", "1" },
	{ "{\"type\":\"number\",\"minimum\":1}", "1" },
	{ "{\"type\":\"number\",\"maximum\":1}", "1" },
	{ "{\"type\":\"integer\",\"minimum\":1.5}", "2" },
	{ "{\"type\":\"integer\",\"maximum\":-1.5}", "-2" },
	{ "{\"type\":\"integer\",\"exclusiveMinimum\":1.5}", "2" },
	{ "{\"type\":\"integer\",\"exclusiveMaximum\":0.5}", "0" },
	{ "{\"type\":\"number\",\"maximum\":0.5}", "0.5" },
	{ "{\"type\":\"number\",\"minimum\":0,\"maximum\":1}", "1" },
	{ "{\"type\":\"integer\",\"minimum\":0,\"maximum\":1}", "1" },
	{ "{\"type\":\"number\",\"minimum\":1,\"maximum\":9}", "1" },
	{ "{\"type\":\"number\",\"exclusiveMaximum\":0.5}",
	  "0.49999999999999994" },
	{ "{\"type\":\"number\",\"exclusiveMinimum\":1}", "2" },
	{ "{\"type\":\"number\",\"minimum\":2,\"maximum\":3}", "2.5" },
	{ "{\"type\":\"integer\",\"minimum\":2,\"maximum\":3}", "2" },
	{ "{\"type\":\"integer\",\"minimum\":2}", "2" },
	{ "{\"type\":\"integer\",\"minimum\":7,\"exclusiveMinimum\":5}", "7" },
	{ "{\"type\":\"integer\",\"minimum\":7,\"exclusiveMinimum\":7}", "8" },
	{ "{\"type\":\"integer\",\"maximum\":-3,\"exclusiveMaximum\":0}",
	  "-3" },
	{ "{\"type\":\"integer\",\"maximum\":-3,\"exclusiveMaximum\":-3}",
	  "-4" },
	{ "{\"type\":\"integer\",\"multipleOf\":5}", "5" },
	{ "{\"type\":\"integer\",\"multipleOf\":5,\"maximum\":-1}", "-5" },
	{ "{\"type\":\"integer\",\"multipleOf\":5,\"minimum\":5,\"maximum\":5}",
	  "5" },
	{ "{\"type\":\"integer\",\"multipleOf\":0}", "1" },
	{ "{\"type\":\"number\",\"multipleOf\":0.5}", "0.5" },
	{ "{\"type\":\"number\",\"multipleOf\":0.25,\"minimum\":0.3}", "0.5" },
	{ "{\"type\":\"integer\",\"multipleOf\":-2}", "1" },
	{ "{\"type\":\"integer\",\"minimum\":1e17}", "1e+17" },
	{ "{\"type\":\"integer\",\"minimum\":999999999999999}",
	  "999999999999999" },
	{ "{\"maximum\":0}", "0" },
	{ "{\"multipleOf\":4}", "4" },
	{ "{\"exclusiveMinimum\":0.5}", "1" },
	/* texts */
	{ "{\"type\":\"string\",\"minLength\":4}", "\"text\"" },
	{ "{\"type\":\"string\",\"minLength\":5}", "\"textx\"" },
	{ "{\"type\":\"string\",\"maxLength\":4}", "\"text\"" },
	{ "{\"type\":\"string\",\"maxLength\":3}", "\"tex\"" },
	{ "{\"type\":\"string\",\"maxLength\":0}", "\"\"" },
	{ "{\"type\":\"string\",\"minLength\":-1}", "\"text\"" },
	{ "{\"type\":\"string\",\"format\":\"date-time\"}",
	  "\"2026-01-01T00:00:00Z\"" },
	{ "{\"type\":\"string\",\"format\":\"uuid\"}",
	  "\"00000000-0000-4000-8000-000000000000\"" },
	{ "{\"type\":\"string\",\"format\":\"ipv6\"}", "\"2001:db8::1\"" },
	{ "{\"type\":\"string\",\"format\":\"dat\"}", "\"text\"" },
	{ "{\"type\":\"string\",\"format\":1}", "\"text\"" },
	{ "{\"type\":\"string\",\"pattern\":\"^b*$\",\"maxLength\":0}",
	  "\"\"" },
	{ "{\"type\":\"string\",\"pattern\":\"^b*$\"}", "\"\"" },
	{ "{\"type\":\"string\",\"pattern\":\"^b+$\",\"maxLength\":0}",
	  "\"\"" },
	{ "{\"type\":\"string\",\"pattern\":\"^b*$\",\"minLength\":3,"
	  "\"maxLength\":3}",
	  "\"bbb\"" },
	{ "{\"type\":\"string\",\"pattern\":\"^b{2}$\",\"maxLength\":1}",
	  "\"t\"" },
	{ "{\"type\":\"string\",\"pattern\":\"^(é){2}$\",\"maxLength\":2}",
	  "\"éé\"" },
	{ "{\"type\":\"string\",\"pattern\":\"^(é)+$\",\"minLength\":2}",
	  "\"éé\"" },
	{ "{\"type\":\"string\",\"pattern\":\"^a$b\"}", "\"text\"" },
	{ "{\"type\":\"string\",\"pattern\":\"^b$\",\"format\":\"date\"}",
	  "\"b\"" },
	{ "{\"type\":\"string\",\"pattern\":\"(?=x)y\",\"format\":\"date\"}",
	  "\"2026-01-01\"" },
	{ "{\"type\":\"string\",\"pattern\":1}", "\"text\"" },
	/* lists */
	{ "{\"type\":\"array\"}", "[\"text\"]" },
	{ "{\"type\":\"array\",\"minItems\":0}", "[]" },
	{ "{\"type\":\"array\",\"minItems\":3}",
	  "[\"text\",\"text2\",\"text3\"]" },
	{ "{\"type\":\"array\",\"items\":true}", "[\"text\"]" },
	{ "{\"type\":\"array\",\"items\":{\"type\":\"integer\",\"multipleOf\":"
	  "3},\"minItems\":3}",
	  "[3,6,9]" },
	{ "{\"type\":\"array\",\"items\":{\"enum\":[\"a\",\"b\"]},\"minItems\":"
	  "3}",
	  "[\"a\",\"b\",\"a\"]" },
	{ "{\"type\":\"array\",\"prefixItems\":[{\"type\":\"boolean\"},{"
	  "\"type\":\"null\"}],\"maxItems\":1}",
	  "[true]" },
	{ "{\"type\":\"array\",\"prefixItems\":[{\"type\":\"boolean\"}],"
	  "\"items\":{\"type\":\"null\"},\"minItems\":3}",
	  "[true,null,null]" },
	{ "{\"type\":\"array\",\"prefixItems\":[],\"minItems\":0}", "[]" },
	{ "{\"minItems\":2}", "[\"text\",\"text2\"]" },
	{ "{\"prefixItems\":[{\"const\":2}]}", "[2]" },
	{ "{\"items\":{\"const\":3}}", "[3]" },
	/* objects */
	{ "{\"required\":[\"a\"]}", "{\"a\":\"text\"}" },
	{ "{\"type\":\"object\",\"required\":[\"a\",\"b\"]}",
	  "{\"a\":\"text\",\"b\":\"text\"}" },
	{ "{\"type\":\"object\",\"required\":[\"a\",1,\"b\"]}",
	  "{\"a\":\"text\",\"b\":\"text\"}" },
	{ "{\"type\":\"object\",\"required\":\"a\"}", "{}" },
	{ "{\"type\":\"object\"}", "{}" },
	{ "{\"allOf\":[{\"required\":[\"a\"]},{\"required\":[\"b\"]},{"
	  "\"required\":[\"c\",\"b\"]}],\"type\":\"object\"}",
	  "{\"a\":\"text\",\"b\":\"text\",\"c\":\"text\"}" },
	{ "{\"allOf\":[{\"required\":[\"a\"]},{\"properties\":{\"a\":{"
	  "\"const\":1}}},{\"properties\":{\"a\":{\"const\":2}}}]}",
	  "{\"a\":1}" },
	{ "{\"type\":\"array\",\"minItems\":2,\"items\":{\"required\":[\"a\"]}"
	  "}",
	  "[{\"a\":\"text\"},{\"a\":\"text\"}]" },
	/* what is no type, or none that is known */
	{ "{\"type\":\"x\"}", "\"text\"" },
	{ "{\"type\":[]}", "\"text\"" },
	{ "{\"type\":[],\"minimum\":1}", "1" },
	{ "{\"type\":1}", "\"text\"" },
	{ "{\"type\":[\"null\",\"integer\"]}", "null" },
	{ "{\"enum\":[],\"type\":\"null\"}", "null" },
	{ "{\"enum\":\"a\"}", "\"text\"" },
	{ "{\"const\":null,\"type\":\"integer\"}", "null" },
	{ "{\"const\":1,\"enum\":[2]}", "1" },
	/* parts that are not there, or more than one */
	{ "{\"$ref\":\"#/$defs/no\"}", "\"text\"" },
	{ "{\"$ref\":\"x\"}", "\"text\"" },
	{ "{\"$ref\":1}", "\"text\"" },
	{ "{\"anyOf\":{}}", "\"text\"" },
	{ "{\"anyOf\":[]}", "\"text\"" },
	{ "{\"oneOf\":1}", "\"text\"" },
	{ "{\"allOf\":{\"type\":\"null\"}}", "\"text\"" },
	{ "{\"oneOf\":[{\"type\":\"null\"},{\"type\":\"boolean\"}]}", "null" },
	{ "{\"allOf\":[{\"minimum\":3},{\"type\":\"integer\"}]}", "3" },
	{ "{\"type\":\"integer\",\"allOf\":[{\"minimum\":\"x\"},{\"minimum\":5}"
	  "]}",
	  "5" },
	/* A chain ends where it may. */
	{ "{\"$defs\":{\"L\":{\"type\":\"object\",\"properties\":{\"n\":"
	  "{\"oneOf\":[{\"$ref\":\"#/$defs/L\"},{\"type\":\"array\"},"
	  "{\"type\":\"object\"},{\"type\":\"boolean\"},{\"type\":\"null\"}"
	  "]}},\"required\":[\"n\"]}},\"$ref\":\"#/$defs/L\"}",
	  "{\"n\":{\"n\":{\"n\":{\"n\":{\"n\":true}}}}}" },
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

/* Adds a text so many times. */
static void add_times(struct buf *out, size_t times, const char *text)
{
	for (size_t i = 0; i < times; i++)
		buf_add_text(out, text);
}

static void assert_value(const char *schema, const char *value)
{
	struct buf out = BUF_INIT(1 << 16);
	struct jval root;

	assert_int_equal(jscan(span_of(schema), &root, NULL), 0);
	values_for_schema(root, &out);
	assert_string_equal(buf_str(&out), value);
	buf_clear(&out);
}

/* How deep values go, how many schemas one is made of, how often repeated. */
static void t_limits(void **state)
{
	struct buf schema = BUF_INIT(1 << 16), value = BUF_INIT(1 << 16);

	(void)state;
	add_times(&value, 24, "[");
	buf_add_text(&value, "null");
	add_times(&value, 24, "]");
	assert_value("{\"type\":\"array\",\"minItems\":1,"
		     "\"items\":{\"$ref\":\"#\"}}",
		     buf_str(&value));
	/* Where no minimum asks for an item, the list ends sooner. */
	buf_reset(&value);
	add_times(&value, 6, "[");
	add_times(&value, 6, "]");
	assert_value("{\"type\":\"array\",\"items\":{\"$ref\":\"#\"}}",
		     buf_str(&value));
	buf_reset(&value);
	buf_add_text(&schema, "{\"allOf\":[{}");
	for (int i = 1; i < 20; i++) {
		buf_addf(&schema, ",{\"required\":[\"k%d\"]}", i);
		if (i < 15)
			buf_addf(&value, "%c\"k%d\":\"text\"",
				 i > 1 ? ',' : '{', i);
	}
	buf_add_text(&schema, "]}");
	buf_add_text(&value, "}");
	assert_value(buf_str(&schema), buf_str(&value));
	buf_reset(&value);
	buf_add_text(&value, "\"");
	add_times(&value, 255, "b");
	buf_add_text(&value, "\"");
	assert_value("{\"pattern\":\"^b*$\",\"minLength\":255}",
		     buf_str(&value));
	buf_reset(&value);
	buf_add_text(&value, "\"text");
	add_times(&value, 252, "x");
	buf_add_text(&value, "\"");
	assert_value("{\"pattern\":\"^b*$\",\"minLength\":256}",
		     buf_str(&value));
	buf_clear(&schema);
	buf_clear(&value);
}

/* What does not fit is an object without members, after what was there. */
static void t_no_room(void **state)
{
	struct buf out = BUF_INIT(8);
	struct jval root;

	(void)state;
	assert_int_equal(jscan(span_of("{\"minLength\":9}"), &root, NULL), 0);
	buf_add_text(&out, "[1,");
	values_for_schema(root, &out);
	assert_string_equal(buf_str(&out), "[1,{}");
	buf_clear(&out);
}

static void assert_pattern(struct span pattern, size_t more, const char *text)
{
	struct buf out = BUF_INIT(1 << 16);
	int rc = values_for_pattern(pattern, more, &out);

	if (rc != (text ? 0 : -1) || (text && strcmp(buf_str(&out), text) != 0))
		fail_msg("%.*s with %zu gives %d '%s'", SPAN_ARG(pattern), more,
			 rc, buf_str(&out));
	buf_clear(&out);
}

/* Texts for patterns; NULL: the pattern is beyond it. */
static void t_patterns(void **state)
{
	static const struct {
		const char *pattern;
		size_t more;
		const char *text;
	} rows[] = {
		{ "", 0, "" },
		{ "abc", 0, "abc" },
		{ "^a$", 0, "a" },
		{ ".-.", 0, "a-a" },
		{ "\xc3\xa9x", 0, "\xc3\xa9x" },
		{ "\xffz", 0, "\xffz" },
		{ "x\xc3\xa9", 0, "x\xc3\xa9" },
		{ "\x80z", 0, "\x80z" },
		/* how often */
		{ "a*", 0, "" },
		{ "a*", 3, "aaa" },
		{ "a+", 0, "a" },
		{ "a+", 2, "aaa" },
		{ "a?", 0, "" },
		{ "a?", 1, "a" },
		{ "a?", 5, "a" },
		{ "a{3}", 0, "aaa" },
		{ "a{3}", 2, "aaa" },
		{ "a{2,}", 0, "aa" },
		{ "a{2,}", 2, "aaaa" },
		{ "a{2,4}", 1, "aaa" },
		{ "a{2,4}", 2, "aaaa" },
		{ "a{2,4}", 9, "aaaa" },
		{ "a{0}b", 3, "b" },
		{ "a*?b", 0, "b" },
		{ "a+?b", 0, "ab" },
		{ "a{2}?b", 0, "aab" },
		{ "a{2}b{2}", 0, "aabb" },
		{ "a{,3}", 0, NULL },
		{ "a{x}", 0, NULL },
		{ "a{2,x}", 0, NULL },
		{ "a{2", 0, NULL },
		{ "a{4097}", 0, NULL },
		/* what a backslash stands before */
		{ "\\d\\w\\s\\D\\W\\S", 0, "0a a-a" },
		{ "\\n\\t\\r", 0, "\n\t\r" },
		{ "\\\n\\\t\\\r", 0, "\n\t\r" },
		{ "\\.\\\\\\/\\:\\@\\[\\`\\{", 0, ".\\/:@[`{" },
		{ "\\b", 0, NULL },
		{ "\\B", 0, NULL },
		{ "\\a", 0, NULL },
		{ "\\z", 0, NULL },
		{ "\\A", 0, NULL },
		{ "\\Z", 0, NULL },
		{ "\\0", 0, NULL },
		{ "\\9", 0, NULL },
		{ "\\", 0, NULL },
		/* classes */
		{ "[bcd]", 0, "b" },
		{ "[b-d]", 0, "b" },
		{ "[b-]", 0, "b" },
		{ "[-b]", 0, "-" },
		{ "[\\d-x]", 0, "0" },
		{ "[\\]x]", 0, "]" },
		{ "[bc]+", 2, "bbb" },
		{ "[^b]", 0, "a" },
		{ "[^a]", 0, "0" },
		{ "[^a0-]", 0, "_" },
		{ "[^a-z0-9]", 0, "-" },
		{ "[^a-c0b]", 0, "-" },
		{ "[^]x", 0, "ax" },
		{ "[^ -~]", 0, NULL },
		{ "[]", 0, NULL },
		{ "[", 0, NULL },
		{ "[^", 0, NULL },
		{ "[a", 0, NULL },
		{ "[a-", 0, NULL },
		{ "[\\b]", 0, NULL },
		{ "[a-\\b]", 0, NULL },
		{ "[\xc3\xa9]", 0, NULL },
		/* groups and branches */
		{ "(a)(b)", 0, "ab" },
		{ "(ab){2}c", 0, "ababc" },
		{ "(?:a)b", 0, "ab" },
		{ "(a|b)c", 0, "ac" },
		{ "(a|b|c)d", 0, "ad" },
		{ "a|b", 0, "a" },
		{ "|a", 0, "" },
		{ "a|", 0, "a" },
		{ "(?=x)y", 0, NULL },
		{ "a(?", 0, NULL },
		{ "(?<n>x)", 0, NULL },
		{ "(a", 0, NULL },
		{ "(a|b", 0, NULL },
		{ "a)", 0, NULL },
		{ "a|\\b", 0, NULL },
		{ "(\\b)", 0, NULL },
	};
	struct buf pattern = BUF_INIT(1000), text = BUF_INIT(1000);

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		assert_pattern(span_of(rows[i].pattern), rows[i].more,
			       rows[i].text);
	assert_pattern(span_make("\\\0", 2), 0, NULL);
	add_times(&pattern, 20, "(a)");
	add_times(&text, 20, "a");
	assert_pattern(buf_span(&pattern), 0, buf_str(&text));
	buf_reset(&pattern);
	add_times(&pattern, 16, "(");
	add_times(&pattern, 16, ")");
	assert_pattern(buf_span(&pattern), 0, "");
	buf_splice(&pattern, 16, 0, "()", 2);
	assert_pattern(buf_span(&pattern), 0, NULL);
	buf_clear(&text);
	buf_clear(&pattern);
}

/* A negated class gives the first of these that is not in it. */
static void t_outside(void **state)
{
	static const char tries[] = "a0-_ .:/Zz!~";

	(void)state;
	for (size_t n = 0; n <= strlen(tries); n++) {
		struct buf pattern = BUF_INIT(100);
		char text[] = { tries[n], '\0' };

		buf_add_text(&pattern, "[^");
		for (size_t i = 0; i < n; i++)
			buf_addf(&pattern, "%s%c", tries[i] == '-' ? "\\" : "",
				 tries[i]);
		buf_add_text(&pattern, "]");
		assert_pattern(buf_span(&pattern), 0, *text ? text : NULL);
		buf_clear(&pattern);
	}
}

/* A text that does not fit is none. */
static void t_pattern_room(void **state)
{
	static const char *const patterns[] = { "abc", "a{3}",      "[x]bc",
						"...", "a\xc3\xa9", "(ab)(c)" };

	(void)state;
	for (size_t i = 0; i < sizeof(patterns) / sizeof(patterns[0]); i++) {
		struct buf out = BUF_INIT(2);

		assert_int_equal(
			values_for_pattern(span_of(patterns[i]), 0, &out), -1);
		buf_clear(&out);
	}
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
		{ "schema: values have a depth and a number of parts", t_limits,
		  NULL, NULL, NULL },
		{ "schema: what does not fit is an empty object", t_no_room,
		  NULL, NULL, NULL },
		{ "schema: texts for patterns", t_patterns, NULL, NULL, NULL },
		{ "schema: what is not in a class", t_outside, NULL, NULL,
		  NULL },
		{ "schema: a text that does not fit is none", t_pattern_room,
		  NULL, NULL, NULL },
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("schema", tests, NULL, NULL);
}
