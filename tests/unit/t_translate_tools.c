/* Tools and their schemas, as the provider gets them. */
#include "tests/unit/translate_kit.h"

/* The tools' part of the request for these members. */
static void tools_of(const char *members, struct buf *told)
{
	struct buf ask = BUF_INIT(BUF_NO_LIMIT), out = ask;
	struct fail why = FAIL_INIT;
	struct span text;
	struct translate *t;

	buf_addf(&ask, "{\"model\":\"m\",\"max_tokens\":9," HI ",%s}", members);
	translate_new(&t, &plain_rules, 1);
	if (translate_request(t, json_of(buf_str(&ask)), &out, &why) < 0)
		fail_msg("%s: %s", members, why.text);
	text = span_skip(buf_span(&out),
			 span_find(buf_span(&out), span_of(",\"tools\":")));
	text = span_first(text,
			  text.len - strlen(",\"max_completion_tokens\":9}"));
	buf_add_span(told, span_skip(text, 1));
	translate_free(t);
	buf_clear(&ask);
	buf_clear(&out);
}

/* What the schema of a tool's input becomes. */
static void root_of(const char *schema, struct buf *told)
{
	static const char front[] = "\"tools\":[{\"type\":\"function\","
				    "\"function\":{\"name\":\"n\","
				    "\"parameters\":";
	struct buf members = BUF_INIT(BUF_NO_LIMIT), out = members;

	buf_addf(&members, "\"tools\":[{\"name\":\"n\",\"input_schema\":%s}]",
		 schema);
	tools_of(buf_str(&members), &out);
	assert_true(span_starts(buf_span(&out), front));
	assert_true(span_ends(buf_span(&out), "}}]"));
	buf_cut(&out, out.len - 3);
	buf_add_span(told, span_skip(buf_span(&out), strlen(front)));
	buf_clear(&members);
	buf_clear(&out);
}

/* What that of one property becomes. */
static void schema_of(const char *schema, struct buf *told)
{
	static const char front[] =
		"{\"type\":\"object\",\"properties\":{\"p\":";
	struct buf whole = BUF_INIT(BUF_NO_LIMIT), out = whole;

	buf_addf(&whole, "%s%s}}", front, schema);
	root_of(buf_str(&whole), &out);
	assert_true(span_starts(buf_span(&out), front));
	buf_cut(&out, out.len - 2);
	buf_add_span(told, span_skip(buf_span(&out), strlen(front)));
	buf_clear(&whole);
	buf_clear(&out);
}

#define OBJECT(more) "{\"type\":\"object\"," more "}"
#define LIST "{\"type\":\"array\"}"
#define MENDED "{\"type\":\"array\",\"items\":{}}"

/* A root has a type and properties; what is below it needs none. */
static void t_roots(void **state)
{
	static const char *const rows[][2] = {
		{ "{}", "{\"type\":\"object\",\"properties\":{}}" },
		{ "{\"properties\":{\"a\":{}}}",
		  OBJECT("\"properties\":{\"a\":{}}") },
		{ OBJECT("\"title\":\"t\""),
		  "{\"properties\":{},\"type\":\"object\",\"title\":\"t\"}" },
		{ "{\"title\":\"t\"}",
		  OBJECT("\"properties\":{},\"title\":\"t\"") },
		{ "{\"properties\":{},\"type\":\"array\"}",
		  "{\"properties\":{},\"type\":\"array\",\"items\":{}}" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct buf told = BUF_INIT(BUF_NO_LIMIT);

		root_of(rows[i][0], &told);
		assert_string_equal(buf_str(&told), rows[i][1]);
		buf_clear(&told);
	}
}

/* Patterns that only JavaScript reads are left out. */
static void t_patterns(void **state)
{
	static const struct {
		const char *pattern;
		bool kept;
	} rows[] = {
		{ "^a+$", true },        { "(?<=a)b", true },
		{ "(?<!a)b", true },     { "(?<=a)(?<!b)", true },
		{ "(?<name>a)", false }, { "(?<=a)(?<n>b)", false },
		{ "\\\\p{L}", false },   { "\\\\P{L}", false },
		{ "\\\\u{41}", false },  { "a\\\\z", false },
		{ "p{L}", true },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct buf schema = BUF_INIT(200), told = schema;

		buf_addf(&schema, "{\"type\":\"string\",\"pattern\":\"%s\"}",
			 rows[i].pattern);
		schema_of(buf_str(&schema), &told);
		assert_string_equal(buf_str(&told),
				    rows[i].kept ? buf_str(&schema)
						 : "{\"type\":\"string\"}");
		buf_clear(&schema);
		buf_clear(&told);
	}
}

static void t_schemas(void **state)
{
	static const char *const rows[][2] = {
		/* Items, wherever a list may be. */
		{ "{\"type\":\"array\"}", "{\"type\":\"array\",\"items\":{}}" },
		{ "{\"type\":\"array\",\"items\":{\"type\":\"string\"}}",
		  "{\"type\":\"array\",\"items\":{\"type\":\"string\"}}" },
		{ OBJECT("\"properties\":{\"a\":" LIST ",\"b\":" LIST "}"),
		  OBJECT("\"properties\":{\"a\":" MENDED ",\"b\":" MENDED
			 "}") },
		{ OBJECT("\"$defs\":{\"a\":" LIST "}"),
		  OBJECT("\"$defs\":{\"a\":" MENDED "}") },
		{ OBJECT("\"definitions\":{\"a\":" LIST "}"),
		  OBJECT("\"definitions\":{\"a\":" MENDED "}") },
		{ OBJECT("\"patternProperties\":{\"a\":" LIST "}"),
		  OBJECT("\"patternProperties\":{\"a\":" MENDED "}") },
		{ OBJECT("\"items\":" LIST), OBJECT("\"items\":" MENDED) },
		{ OBJECT("\"additionalProperties\":" LIST),
		  OBJECT("\"additionalProperties\":" MENDED) },
		{ OBJECT("\"not\":" LIST), OBJECT("\"not\":" MENDED) },
		{ OBJECT("\"not\":{}"), OBJECT("\"not\":{}") },
		{ OBJECT("\"anyOf\":[" LIST ",{}]"),
		  OBJECT("\"anyOf\":[" MENDED ",{}]") },
		{ OBJECT("\"oneOf\":[{}," LIST "]"),
		  OBJECT("\"oneOf\":[{}," MENDED "]") },
		{ OBJECT("\"allOf\":[" LIST "]"),
		  OBJECT("\"allOf\":[" MENDED "]") },
		/* Names and values that look like a schema are none. */
		{ OBJECT("\"default\":" LIST), OBJECT("\"default\":" LIST) },
		{ OBJECT("\"enum\":[" LIST "]"),
		  OBJECT("\"enum\":[" LIST "]") },
		{ OBJECT("\"const\":" LIST), OBJECT("\"const\":" LIST) },
		{ OBJECT("\"properties\":{\"required\":{\"enum\":[1,1]}}"),
		  OBJECT("\"properties\":{\"required\":{\"enum\":[1,1]}}") },
		/* What is no schema stays as it is. */
		{ OBJECT("\"additionalProperties\":false"),
		  OBJECT("\"additionalProperties\":false") },
		{ OBJECT("\"items\":[" LIST "]"),
		  OBJECT("\"items\":[" LIST "]") },
		{ OBJECT("\"properties\":7"), OBJECT("\"properties\":7") },
		{ OBJECT("\"properties\":{\"a\":true,\"b\":null}"),
		  OBJECT("\"properties\":{\"a\":true,\"b\":null}") },
		/* A name is required once. */
		{ OBJECT("\"required\":[]"), OBJECT("\"required\":[]") },
		{ OBJECT("\"required\":[\"a\",\"a\"]"),
		  OBJECT("\"required\":[\"a\"]") },
		{ OBJECT("\"required\":[\"a\",\"b\",\"b\",\"c\",\"a\"]"),
		  OBJECT("\"required\":[\"a\",\"b\",\"c\"]") },
		{ OBJECT("\"required\":[\"b\",\"a\",\"\\u0061\"]"),
		  OBJECT("\"required\":[\"b\",\"a\"]") },
		{ OBJECT("\"required\":[1,1,\"1\"]"),
		  OBJECT("\"required\":[1,1,\"1\"]") },
		{ OBJECT("\"required\":\"a\""), OBJECT("\"required\":\"a\"") },
		{ OBJECT("\"properties\":{\"a\":{\"required\":[\"x\",\"x\"]}}"),
		  OBJECT("\"properties\":{\"a\":{\"required\":[\"x\"]}}") },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct buf told = BUF_INIT(BUF_NO_LIMIT);

		schema_of(rows[i][0], &told);
		assert_string_equal(buf_str(&told), rows[i][1]);
		buf_clear(&told);
	}
}

/* A long list of names stays as it is: each is compared with each. */
static void t_required_limit(void **state)
{
	(void)state;
	for (size_t count = 256; count <= 257; count++) {
		struct buf schema = BUF_INIT(BUF_NO_LIMIT), told = schema;
		struct jval names;

		buf_add_text(&schema, "{\"required\":[\"n1\"");
		for (size_t i = 1; i < count; i++)
			buf_addf(&schema, ",\"n%zu\"", i);
		buf_add_text(&schema, "]}");
		schema_of(buf_str(&schema), &told);
		names = jscan_get(json_of(buf_str(&told)), "required");
		assert_int_equal(jscan_count(names),
				 count == 256 ? count - 1 : count);
		buf_clear(&schema);
		buf_clear(&told);
	}
}

/* As deeply as JSON may be nested, a schema is mended. */
static void t_deep_schema(void **state)
{
	struct buf schema = BUF_INIT(BUF_NO_LIMIT), told = schema;

	(void)state;
	for (int i = 0; i < 400; i++)
		buf_add_text(&schema, "{\"items\":");
	buf_add_text(&schema, LIST);
	for (int i = 0; i < 400; i++)
		buf_add_byte(&schema, '}');
	schema_of(buf_str(&schema), &told);
	assert_non_null(strstr(buf_str(&told), MENDED));
	buf_clear(&schema);
	buf_clear(&told);
}

static void t_tools(void **state)
{
#define TOOL(more) \
	"{\"type\":\"function\",\"function\":{\"name\":\"n\"," more "}}"
#define NOTHING "\"parameters\":{\"type\":\"object\",\"properties\":{}}"
#define N "\"tools\":[{\"name\":\"n\"}],\"tool_choice\":"
#define AND_CHOICE "\"tools\":[" TOOL(NOTHING) "]"
	static const char *const rows[][2] = {
		{ "\"tools\":[{\"name\":\"n\"},{\"name\":\"n\",\"type\":"
		  "\"custom\",\"description\":\"d\"}]",
		  "\"tools\":[" TOOL(NOTHING) "," TOOL(
			  "\"description\":\"d\"," NOTHING) "]" },
		{ "\"tools\":[{\"name\":\"n\",\"description\":7,"
		  "\"input_schema\":\"s\"}]",
		  "\"tools\":[" TOOL(NOTHING) "]" },
		{ N "{\"type\":\"auto\"}",
		  AND_CHOICE ",\"tool_choice\":\"auto\"" },
		{ N "{\"type\":\"any\"}",
		  AND_CHOICE ",\"tool_choice\":\"required\"" },
		{ N "{\"type\":\"none\"}",
		  AND_CHOICE ",\"tool_choice\":\"none\"" },
		{ N "{\"type\":\"tool\",\"name\":\"n\"}",
		  AND_CHOICE ",\"tool_choice\":{\"type\":\"function\","
			     "\"function\":{\"name\":\"n\"}}" },
		{ N "{\"type\":\"auto\",\"disable_parallel_tool_use\":true}",
		  AND_CHOICE ",\"tool_choice\":\"auto\","
			     "\"parallel_tool_calls\":false" },
		{ N "{\"type\":\"auto\",\"disable_parallel_tool_use\":false}",
		  AND_CHOICE ",\"tool_choice\":\"auto\"" },
		{ N "{\"type\":\"another\"}", AND_CHOICE },
		{ N "null", AND_CHOICE },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct buf told = BUF_INIT(BUF_NO_LIMIT);

		tools_of(rows[i][0], &told);
		assert_string_equal(buf_str(&told), rows[i][1]);
		buf_clear(&told);
	}
}

/* Of a tool that the API itself would run, its place and type are told; of a
 * type that has no end, the front. */
static void t_foreign_tools(void **state)
{
#define TEN "0123456789"
	static const char *const rows[][2] = {
		{ ASK(HI ",\"tools\":[{\"type\":\"bash_1\"}]"),
		  "tools.0.type: \"bash_1\" is run by the API itself, which "
		  "the provider of this model does not offer" },
		{ ASK(HI ",\"tools\":[{\"name\":\"a\",\"type\":null},"
			 "{\"type\":\"b\"}]"),
		  "tools.1.type: \"b\" is run by the API itself, which the "
		  "provider of this model does not offer" },
		{ ASK(HI ",\"tools\":[{\"type\":\"" TEN TEN TEN TEN TEN TEN
			 "\"}]"),
		  "tools.0.type: \"" TEN TEN TEN TEN TEN "012345678 is run by "
		  "the API itself, which the provider of this model does not "
		  "offer" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct buf out = BUF_INIT(BUF_NO_LIMIT);
		struct fail why = FAIL_INIT;
		struct translate *t;

		translate_new(&t, &plain_rules, 1);
		assert_int_equal(
			translate_request(t, json_of(rows[i][0]), &out, &why),
			-1);
		assert_string_equal(why.text, rows[i][1]);
		translate_free(t);
		buf_clear(&out);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(t_roots),
		cmocka_unit_test(t_patterns),
		cmocka_unit_test(t_schemas),
		cmocka_unit_test(t_required_limit),
		cmocka_unit_test(t_deep_schema),
		cmocka_unit_test(t_tools),
		cmocka_unit_test(t_foreign_tools),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("translate_tools", tests, NULL,
					   NULL);
}
