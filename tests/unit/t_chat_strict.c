/* What ccmock refuses of chat completions where it is strict, and in which words. */
#include "tests/unit/chat_kit.h"

#define ADD \
	"\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"add\"," \
	"\"parameters\":{\"type\":\"object\",\"properties\":{}}}}]"

#define X8 "xxxxxxxx"
#define X64 X8 X8 X8 X8 X8 X8 X8 X8
#define BODY(members) "{\"model\":\"m\"," USER "," members "}"
#define TOOL(members) BODY("\"tools\":[{" members "}]")
#define SCHEMA(s) \
	TOOL("\"type\":\"function\",\"function\":{\"name\":\"f\"," \
	     "\"parameters\":" s "}")

#define NAME(name) \
	TOOL("\"type\":\"function\",\"function\":{\"name\":\"" name "\"}")
#define OBJECT(members) SCHEMA("{\"type\":\"object\"," members "}")
#define PARTS_OF(role, more, list) \
	"{\"role\":\"" role "\"," more "\"content\":[" list "]}"
#define PARTS(role, list) PARTS_OF(role, "", list)
#define TEXT "{\"type\":\"text\",\"text\":\"t\"}"
#define IMAGE "{\"type\":\"image_url\",\"image_url\":{\"url\":\"https://x/y\"}}"
#define AUDIO "{\"type\":\"input_audio\"}"
#define FILE_ "{\"type\":\"file\"}"
#define REFUSAL "{\"type\":\"refusal\",\"refusal\":\"r\"}"
#define ADDS "{\"name\":\"a\",\"arguments\":\"{}\"}"

static const struct strict_row strict_rows[] = {
	{ BODY("\"x\":1"), "unknown_parameter", "x",
	  "Unknown parameter: 'x'." },
	/* Words are those of a list. */
	{ BODY("\"reasoning_effort\":\"none\""), NULL, NULL, NULL },
	{ BODY("\"reasoning_effort\":\"max\""), NULL, NULL, NULL },
	{ BODY("\"reasoning_effort\":null"), NULL, NULL, NULL },
	{ BODY("\"reasoning_effort\":7"), "invalid_value", "reasoning_effort",
	  "Invalid value: 7. Supported values are: 'none', 'minimal', 'low', "
	  "'medium', 'high', 'xhigh', and 'max'." },
	{ BODY("\"verbosity\":\"low\",\"service_tier\":\"fast\","
	       "\"prompt_cache_retention\":\"24h\""),
	  NULL, NULL, NULL },
	{ BODY("\"verbosity\":\"max\""), "invalid_value", "verbosity", "max" },
	{ BODY("\"service_tier\":\"standard_only\""), "invalid_value",
	  "service_tier", "standard_only" },
	{ BODY("\"prompt_cache_retention\":\"1h\""), "invalid_value",
	  "prompt_cache_retention", "1h" },
	/* Numbers: their bounds. */
	{ BODY("\"temperature\":0,\"top_p\":0"), NULL, NULL, NULL },
	{ BODY("\"temperature\":0.5,\"top_p\":1"), NULL, NULL, NULL },
	{ BODY("\"temperature\":null,\"top_p\":null,\"max_tokens\":null,"
	       "\"max_completion_tokens\":null,\"user\":null,\"stop\":null,"
	       "\"stream_options\":null,\"tools\":null,\"tool_choice\":null,"
	       "\"parallel_tool_calls\":null"),
	  NULL, NULL, NULL },
	{ BODY("\"temperature\":-0.1"), "decimal_below_min_value",
	  "temperature",
	  "Invalid 'temperature': decimal below minimum value. Expected a "
	  "value >= 0, but got -0.1 instead." },
	{ BODY("\"top_p\":1.1"), "decimal_above_max_value", "top_p",
	  "Invalid 'top_p': decimal above maximum value. Expected a value <= "
	  "1, but got 1.1 instead." },
	{ BODY("\"max_tokens\":1,\"max_completion_tokens\":1"), NULL, NULL,
	  NULL },
	{ BODY("\"max_completion_tokens\":0"), "integer_below_min_value",
	  "max_completion_tokens",
	  "Invalid 'max_completion_tokens': integer below minimum value. "
	  "Expected a value >= 1, but got 0 instead." },
	{ BODY("\"max_tokens\":128001"), "invalid_value", "max_tokens",
	  "max_tokens is too large: 128001. This model supports at most 128000 "
	  "completion tokens, whereas you provided 128001." },
	{ BODY("\"max_tokens\":1.5"), "invalid_type", "max_tokens",
	  "Invalid type for 'max_tokens': expected an integer, but got a "
	  "decimal instead." },
	/* Models that think take the newer name. */
	{ "{\"model\":\"o1-x\",\"max_tokens\":1," USER "}",
	  "unsupported_parameter", "max_tokens", "Use" },
	{ "{\"model\":\"o3\",\"max_tokens\":1," USER "}",
	  "unsupported_parameter", "max_tokens", "Use" },
	{ "{\"model\":\"o4-x\",\"max_tokens\":1," USER "}",
	  "unsupported_parameter", "max_tokens", "Use" },
	{ "{\"model\":\"gpt-4\",\"max_tokens\":1," USER "}", NULL, NULL, NULL },
	{ "{\"model\":\"gpt-5\",\"max_completion_tokens\":1," USER "}", NULL,
	  NULL, NULL },
	{ "{\"model\":\"gpt-5\",\"max_tokens\":null," USER "}", NULL, NULL,
	  NULL },
	/* Texts. */
	{ BODY("\"user\":7"), "invalid_type", "user",
	  "Invalid type for 'user': expected a string, but got an integer "
	  "instead." },
	{ BODY("\"user\":\"" X64 "x\""), "string_above_max_length", "user",
	  "Expected a string with maximum length 64, but got a string with "
	  "length 65 instead." },
	{ BODY("\"stop\":\"a\""), NULL, NULL, NULL },
	{ BODY("\"stop\":[\"a\"]"), NULL, NULL, NULL },
	{ BODY("\"stop\":[\"a\",7]"), "invalid_type", "stop",
	  "expected an array of strings" },
	{ BODY("\"stop\":[\"a\",\"b\",\"c\",\"d\",\"e\"]"),
	  "array_above_max_length", "stop",
	  "Expected an array with maximum length 4, but got an array with "
	  "length 5 instead." },
	{ BODY("\"stream\":false,\"stream_options\":{}"), "null",
	  "stream_options", "'stream' is enabled" },
	{ BODY("\"stream\":null,\"stream_options\":{}"), "null",
	  "stream_options", "'stream' is enabled" },
	/* The choice of a tool. */
	{ BODY(ADD ",\"tool_choice\":\"none\""), NULL, NULL, NULL },
	{ BODY(ADD ",\"tool_choice\":\"auto\",\"parallel_tool_calls\":false"),
	  NULL, NULL, NULL },
	{ BODY(ADD ",\"tool_choice\":{\"type\":\"function\"}"),
	  "missing_required_parameter", "tool_choice.function.name",
	  "Missing required parameter: 'tool_choice.function.name'." },
	{ BODY(ADD ",\"tool_choice\":{\"type\":\"x\",\"function\":{}}"),
	  "invalid_value", "tool_choice.type",
	  "Invalid value: 'x'. Supported values are: 'function', "
	  "'allowed_tools', and 'custom'." },
	/* Tools, and the letters of their names. */
	{ BODY("\"tools\":7"), "invalid_type", "tools",
	  "expected an array of objects, but got an integer instead." },
	{ BODY("\"tools\":[7]"), "missing_required_parameter", "tools[0].type",
	  "'tools[0].type'" },
	{ TOOL("\"type\":\"custom\""), NULL, NULL, NULL },
	{ BODY("\"tools\":[{\"type\":\"custom\"},{}]"),
	  "missing_required_parameter", "tools[1].type", "'tools[1].type'" },
	{ TOOL("\"type\":\"function\""), "missing_required_parameter",
	  "tools[0].function.name", "name" },
	{ NAME("azAZ09_-"), NULL, NULL, NULL },
	{ NAME(""), "invalid_value", "tools[0].function.name", "pattern" },
	{ NAME(".a"), "invalid_value", "tools[0].function.name", "pattern" },
	{ NAME("a`"), "invalid_value", "tools[0].function.name", "pattern" },
	{ NAME("a{"), "invalid_value", "tools[0].function.name", "pattern" },
	{ NAME("a@"), "invalid_value", "tools[0].function.name", "pattern" },
	{ NAME("a["), "invalid_value", "tools[0].function.name", "pattern" },
	{ NAME("a/"), "invalid_value", "tools[0].function.name", "pattern" },
	{ NAME("a:"), "invalid_value", "tools[0].function.name", "pattern" },
	{ NAME(X64 "x"), "string_above_max_length", "tools[0].function.name",
	  "string too long. Expected a string with maximum length 64, but got "
	  "a string with length 65 instead." },
	{ TOOL("\"type\":\"function\",\"function\":{\"name\":7}"),
	  "invalid_type", "tools[0].function.name",
	  "Invalid type for 'tools[0].function.name': expected a string." },
	/* Schemas. */
	{ TOOL("\"type\":\"function\",\"function\":{\"name\":\"f\","
	       "\"parameters\":null}"),
	  NULL, NULL, NULL },
	{ SCHEMA("{}"), "invalid_function_parameters",
	  "tools[0].function.parameters",
	  "Invalid schema for function 'f': schema must be a JSON Schema of "
	  "'type: \"object\"', got" },
	{ OBJECT("\"properties\":{\"a\":true,\"b\":false,\"c\":{},"
		 "\"d\":{\"type\":\"array\",\"items\":true}}"),
	  NULL, NULL, NULL },
	{ OBJECT("\"properties\":{\"a\":{},\"b\":7}"),
	  "invalid_function_parameters", "tools[0].function.parameters",
	  "Invalid schema for function 'f': 7 is not of type 'object', "
	  "'boolean'." },
	{ OBJECT("\"properties\":{\"a\":{\"type\":[\"array\",\"null\"]}}"),
	  NULL, NULL, NULL },
	{ OBJECT("\"properties\":{},\"items\":{},\"required\":[\"a\",\"a\"]"),
	  "invalid_function_parameters", "tools[0].function.parameters",
	  "non-unique" },
	{ OBJECT("\"properties\":{},\"required\":[\"b\",\"a\",\"a\"]"),
	  "invalid_function_parameters", "tools[0].function.parameters",
	  "non-unique" },
	{ OBJECT("\"properties\":{},\"required\":[1,1]"), NULL, NULL, NULL },
	{ OBJECT("\"required\":[],\"properties\":{\"a\":7}"),
	  "invalid_function_parameters", "tools[0].function.parameters",
	  "7 is not of type 'object', 'boolean'." },
	{ OBJECT("\"properties\":{},\"required\":\"a\""),
	  "invalid_function_parameters", "tools[0].function.parameters",
	  "'a' is not of type 'array'." },
	/* Roles. */
	{ TURNS("{\"role\":\"system\",\"content\":\"s\"},{\"role\":"
		"\"developer\",\"content\":\"d\"}," SAYS
		",{\"role\":\"assistant\",\"content\":\"a\"}"),
	  NULL, NULL, NULL },
	{ TURNS("7"), "missing_required_parameter", "messages",
	  "messages[0].role" },
	{ TURNS(SAYS ",{\"role\":7}"), "invalid_value", "messages",
	  "Invalid value: 7." },
	/* Parts of content, by role. */
	{ TURNS(PARTS("user", TEXT "," IMAGE "," AUDIO "," FILE_)), NULL, NULL,
	  NULL },
	{ TURNS(PARTS("assistant", TEXT "," REFUSAL)), NULL, NULL, NULL },
	{ TURNS(PARTS("system", TEXT "," TEXT) "," SAYS), NULL, NULL, NULL },
	{ TURNS(PARTS("assistant", IMAGE)), "null", "messages[0].content[0]",
	  "Invalid 'messages[0]'. Image URLs are only allowed for messages "
	  "with role 'user', but this message with role 'assistant' contains "
	  "an image URL." },
	{ TURNS(PARTS("assistant", TEXT "," FILE_)), "invalid_value",
	  "messages[0].content[1]",
	  "Invalid value: 'file'. Supported values are: 'text'" },
	{ TURNS(PARTS("system", AUDIO)), "invalid_value",
	  "messages[0].content[0]", "Invalid value: 'input_audio'." },
	{ TURNS(PARTS("user", REFUSAL)), "invalid_value",
	  "messages[0].content[0]", "Invalid value: 'refusal'." },
	{ TURNS(PARTS("user", "{\"type\":\"text\"}")), "invalid_type",
	  "messages[0].content[0]",
	  "expected a 'text' that is a string, but got null instead." },
	{ TURNS(PARTS("user", "{\"type\":\"text\",\"text\":7}")),
	  "invalid_type", "messages[0].content[0]", "a 'text' that" },
	{ TURNS(PARTS("user", "{}")), "invalid_type", "messages[0].content[0]",
	  "an object with a 'type'" },
	{ TURNS(PARTS("user", "7")), "invalid_type", "messages[0].content[0]",
	  "an object with a 'type'" },
	{ TURNS("{\"role\":\"user\",\"content\":7}"), "invalid_type",
	  "messages[0].content",
	  "expected one of a string or array of objects, but got an integer "
	  "instead." },
	{ TURNS("{\"role\":\"user\"}"), "invalid_type", "messages[0].content",
	  "expected one of a string or array of objects, but got null "
	  "instead." },
	/* Calls. */
	{ TURNS(CALLS(CALL("1")) "," RESULT("1")), NULL, NULL, NULL },
	{ TURNS("{\"role\":\"assistant\",\"content\":\"a\",\"tool_calls\":"
		"null}"),
	  NULL, NULL, NULL },
	{ TURNS("{\"role\":\"assistant\",\"content\":\"a\",\"tool_calls\":"
		"7}"),
	  "empty_array", "messages", "messages[0].tool_calls" },
	{ TURNS(CALLS("{\"type\":\"function\",\"function\":" ADDS "}")),
	  "invalid_type", "messages[0].tool_calls[0]",
	  "expected an 'id' that is a string." },
	{ TURNS(CALLS("{\"id\":7,\"type\":\"function\",\"function\":" ADDS
		      "}")),
	  "invalid_type", "messages[0].tool_calls[0]", "an 'id'" },
	{ TURNS(CALLS(CALL("1") ",{\"id\":\"2\",\"function\":" ADDS "}")),
	  "invalid_type", "messages[0].tool_calls[1]",
	  "a 'type' that is 'function'" },
	{ TURNS(CALLS("{\"id\":\"1\",\"type\":\"function\"}")), "invalid_type",
	  "messages[0].tool_calls[0]", "a function with 'name'" },
	{ TURNS(CALLS("{\"id\":\"1\",\"type\":\"function\",\"function\":{"
		      "\"arguments\":\"\"}}")),
	  "invalid_type", "messages[0].tool_calls[0]",
	  "a function with 'name'" },
	{ TURNS(CALLS("{\"id\":\"1\",\"type\":\"function\",\"function\":{"
		      "\"name\":\"a\"}}")),
	  "invalid_type", "messages[0].tool_calls[0]",
	  "a function with 'name'" },
	{ TURNS(CALLS(CALL("1") ",{\"id\":\"2\",\"type\":\"function\","
				"\"function\":{\"name\":\"a.b\","
				"\"arguments\":\"\"}}")),
	  "invalid_value", "messages[0].tool_calls[1].function.name",
	  "pattern" },
	/* Results. */
	{ TURNS(CALLS(CALL("1")) ",{\"role\":\"tool\",\"content\":\"r\"}"),
	  "missing_required_parameter", "messages",
	  "Missing required parameter: 'messages[1].tool_call_id'." },
	{ TURNS(CALLS(CALL("1")) ",{\"role\":\"tool\",\"tool_call_id\":7,"
				 "\"content\":\"r\"}"),
	  "missing_required_parameter", "messages", "tool_call_id" },
	{ TURNS(CALLS(CALL("1")) ",{\"role\":\"tool\",\"tool_call_id\":\"1\","
				 "\"content\":null}"),
	  "invalid_type", "messages[1].content", "null" },
	{ TURNS(CALLS(CALL("1")) "," PARTS_OF("tool", "\"tool_call_id\":\"1\",",
					      TEXT)),
	  NULL, NULL, NULL },
	{ TURNS(CALLS(CALL("1")) "," RESULT("")), "null", "messages",
	  "Invalid parameter: 'tool_call_id' of messages[1], \"\", not found "
	  "in 'tool_calls' of the previous message." },
	{ TURNS(CALLS(CALL("1")) "," RESULT("1") "," RESULT("1")), "null",
	  "messages", "'tool_call_id' of messages[2], \"1\", not found" },
	{ TURNS(CALLS(CALL("1") "," CALL("2")) "," SAYS), "null", "messages",
	  "did not have response messages: \"1\"" },
	{ TURNS(CALLS(CALL("1")) "," RESULT("1") "," SAYS "," RESULT("1")),
	  "null", "messages",
	  "a preceding message with 'tool_calls' "
	  "(messages[3])" },
};

static void t_strict(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(strict_rows) / sizeof(strict_rows[0]);
	     i++)
		check_strict(&strict_rows[i]);
}

#define FRONT \
	"{\"model\":\"m\"," USER ",\"tools\":[{\"type\":\"function\"," \
	"\"function\":{\"name\":\"f\",\"parameters\":{\"type\":\"object\","

/* As many tools as may be, and one more. */
static void t_tools(void **state)
{
	(void)state;
	for (int count = 128; count <= 129; count++) {
		struct buf body = BUF_INIT(BUF_NO_LIMIT);
		struct asked a;

		buf_add_text(&body, "{\"model\":\"m\"," USER ",\"tools\":[");
		for (int i = 0; i < count; i++)
			buf_addf(&body, "%s{\"type\":\"custom\"}",
				 i > 0 ? "," : "");
		buf_add_text(&body, "]}");
		ask(&a, buf_str(&body), true);
		assert_int_equal(a.reply.status, count == 128 ? 200 : 400);
		if (count > 128) {
			assert_at(&a, "/error/code", "array_above_max_length");
			assert_at(&a, "/error/param", "tools");
			assert_at(
				&a, "/error/message",
				"Invalid 'tools': array too long. Expected "
				"an array with maximum length 128, but got an "
				"array with length 129 instead.");
		}
		asked_clear(&a);
		buf_clear(&body);
	}
}

/* A schema may have 64 levels below its root, through properties and through
 * items. */
static void assert_levels(const char *root, const char *front, const char *back)
{
	for (int count = 64; count <= 65; count++) {
		struct buf body = BUF_INIT(BUF_NO_LIMIT);
		struct asked a;

		buf_add_text(&body, FRONT);
		buf_add_text(&body, root);
		for (int i = 0; i < count; i++)
			buf_add_text(&body, front);
		for (int i = 0; i < count; i++)
			buf_add_text(&body, back);
		buf_add_text(&body, "}}}]}");
		ask(&a, buf_str(&body), true);
		assert_int_equal(a.reply.status, count == 64 ? 200 : 400);
		if (count > 64)
			assert_non_null(
				strstr(a.reply.bytes, "is nested too deeply."));
		asked_clear(&a);
		buf_clear(&body);
	}
}

static void t_levels(void **state)
{
	(void)state;
	assert_levels("\"x\":0", ",\"properties\":{\"a\":{\"x\":0", "}}");
	assert_levels("\"properties\":{}", ",\"items\":{\"x\":0", "}");
}

/* Names that are required are compared as far as the work is bounded. */
static void t_required(void **state)
{
	(void)state;
	for (int count = 256; count <= 257; count++) {
		struct buf body = BUF_INIT(BUF_NO_LIMIT);
		struct asked a;

		buf_add_text(&body, FRONT "\"properties\":{},\"required\":[");
		for (int i = 1; i < count; i++)
			buf_addf(&body, "\"n%d\",", i);
		buf_add_text(&body, "\"n1\"]}}}]}");
		ask(&a, buf_str(&body), true);
		assert_int_equal(a.reply.status, count == 256 ? 400 : 200);
		asked_clear(&a);
		buf_clear(&body);
	}
}

/* A turn may have 128 calls that wait for their results. */
static void t_calls(void **state)
{
	(void)state;
	for (int count = 128; count <= 129; count++) {
		struct buf body = BUF_INIT(BUF_NO_LIMIT);
		struct asked a;

		buf_add_text(&body, "{\"model\":\"m\",\"messages\":[{\"role\":"
				    "\"assistant\",\"tool_calls\":[");
		for (int i = 0; i < count; i++)
			buf_addf(&body, "%s" CALL("%d"), i > 0 ? "," : "", i);
		buf_add_text(&body, "]}");
		for (int i = 0; i < count; i++)
			buf_addf(&body, "," RESULT("%d"), i);
		buf_add_text(&body, "]}");
		ask(&a, buf_str(&body), true);
		if (a.reply.status != (count == 128 ? 200 : 400))
			fail_msg("%d: %d", count, a.reply.status);
		asked_clear(&a);
		buf_clear(&body);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(t_strict), cmocka_unit_test(t_tools),
		cmocka_unit_test(t_levels), cmocka_unit_test(t_required),
		cmocka_unit_test(t_calls),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("chat_strict", tests, NULL, NULL);
}
