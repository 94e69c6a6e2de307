/* What ccmock refuses of chat completions where it is strict, and in which words. */
#include "tests/unit/chat_kit.h"

#define X8 "xxxxxxxx"
#define X64 X8 X8 X8 X8 X8 X8 X8 X8
#define BODY(members) "{\"model\":\"m\"," USER "," members "}"
#define TURNS(list) "{\"model\":\"m\",\"messages\":[" list "]}"
#define CALLS(list) \
	"{\"role\":\"assistant\",\"content\":null,\"tool_calls\":[" list "]}"
#define CALL(id) \
	"{\"id\":\"" id "\",\"type\":\"function\",\"function\":{\"name\":" \
	"\"a\",\"arguments\":\"{}\"}}"
#define RESULT(id) \
	"{\"role\":\"tool\",\"tool_call_id\":\"" id "\",\"content\":\"r\"}"
#define SAYS "{\"role\":\"user\",\"content\":\"u\"}"
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
#define IMAGE "{\"type\":\"image_url\",\"image_url\":{\"url\":\"x\"}}"
#define AUDIO "{\"type\":\"input_audio\"}"
#define FILE_ "{\"type\":\"file\"}"
#define REFUSAL "{\"type\":\"refusal\",\"refusal\":\"r\"}"
#define ADDS "{\"name\":\"a\",\"arguments\":\"{}\"}"

static const struct strict_row {
	const char *body;
	const char *code, *param; /* NULL: taken */
	const char *words; /* in the message */
} strict_rows[] = {
	{ BODY("\"n\":1"), NULL, NULL, NULL },
	{ "{\"model\":\"m\"}", "missing_required_parameter", "messages",
	  "'messages'" },
	{ "{" USER "}", "missing_required_parameter", "model", "'model'" },
	{ BODY("\"thinking\":{}"), "unknown_parameter", "thinking",
	  "Unknown parameter: 'thinking'." },
	{ BODY("\"cache_control\":{}"), "unknown_parameter", "cache_control",
	  "'cache_control'" },
	{ BODY("\"reasoning_effort\":\"low\""), NULL, NULL, NULL },
	{ BODY("\"reasoning_effort\":\"disabled\""), "invalid_value",
	  "reasoning_effort", "\"disabled\"" },
	{ BODY("\"temperature\":2.1"), "decimal_above_max_value", "temperature",
	  "from 0 to 2" },
	{ BODY("\"temperature\":2"), NULL, NULL, NULL },
	{ BODY("\"top_p\":\"1\""), "invalid_type", "top_p", "decimal" },
	{ BODY("\"max_tokens\":0"), "integer_below_min_value", "max_tokens",
	  ">= 1" },
	{ BODY("\"max_tokens\":128000"), NULL, NULL, NULL },
	{ BODY("\"max_completion_tokens\":128001"), "invalid_value",
	  "max_completion_tokens", "too large: 128001" },
	{ "{\"model\":\"gpt-5.2\",\"max_tokens\":1," USER "}",
	  "unsupported_parameter", "max_tokens", "'max_completion_tokens'" },
	{ BODY("\"user\":\"" X64 "\""), NULL, NULL, NULL },
	{ BODY("\"user\":\"" X64 "x\""), "string_above_max_length", "user",
	  "length 65" },
	{ BODY("\"stop\":[\"a\",\"b\",\"c\",\"d\"]"), NULL, NULL, NULL },
	{ BODY("\"stop\":[\"a\",\"b\",\"c\",\"d\",\"e\"]"),
	  "array_above_max_length", "stop", "length 5" },
	{ BODY("\"stop\":[]"), "array_above_max_length", "stop", "length 0" },
	{ BODY("\"stop\":[1]"), "invalid_type", "stop", "strings" },
	{ BODY("\"stop\":1"), "invalid_type", "stop", "a string" },
	{ BODY("\"stream_options\":{}"), "null", "stream_options",
	  "'stream' is enabled" },
	{ BODY("\"tool_choice\":\"auto\""), "null", "tool_choice",
	  "when 'tools'" },
	{ BODY("\"parallel_tool_calls\":false"), "null", "parallel_tool_calls",
	  "when 'tools'" },
	{ BODY("\"tools\":[]"), "empty_array", "tools", "empty array" },
	{ BODY(ADD ",\"tool_choice\":\"required\""), NULL, NULL, NULL },
	{ BODY(ADD ",\"tool_choice\":\"any\""), "invalid_value", "tool_choice",
	  "\"any\"" },
	{ BODY(ADD ",\"tool_choice\":{\"type\":\"tool\",\"name\":\"add\"}"),
	  "invalid_value", "tool_choice", "'function'" },
	{ BODY(ADD ",\"tool_choice\":{\"type\":\"function\",\"function\":"
		   "{\"name\":\"add\"}}"),
	  NULL, NULL, NULL },
	{ TOOL("\"name\":\"a\",\"input_schema\":{}"),
	  "missing_required_parameter", "tools[0].type", "'tools[0].type'" },
	{ TOOL("\"type\":\"web_search_20250305\""), "invalid_value",
	  "tools[0].type", "'function'" },
	{ TOOL("\"type\":\"function\",\"function\":{}"),
	  "missing_required_parameter", "tools[0].function.name", "name" },
	{ TOOL("\"type\":\"function\",\"function\":{\"name\":\"a.b\"}"),
	  "invalid_value", "tools[0].function.name", "pattern" },
	{ TOOL("\"type\":\"function\",\"function\":{\"name\":\"" X64 "x\"}"),
	  "string_above_max_length", "tools[0].function.name", "length 65" },
	{ TOOL("\"type\":\"function\",\"function\":{\"name\":\"" X64 "\"}"),
	  NULL, NULL, NULL },
	{ SCHEMA("{}"), "invalid_function_parameters",
	  "tools.function.parameters", "type: \"object\"" },
	{ SCHEMA("{\"type\":\"object\",\"properties\":{\"p\":{\"type\":"
		 "\"array\"}}}"),
	  "invalid_function_parameters", "tools.function.parameters",
	  "('properties', \"p\"), array schema missing items" },
	{ SCHEMA("{\"type\":\"object\",\"properties\":{\"p\":{\"type\":"
		 "\"array\",\"items\":{\"type\":null}}}}"),
	  "invalid_function_parameters", "tools.function.parameters",
	  "'type' is neither" },
	{ SCHEMA("{\"type\":\"object\",\"required\":[\"a\",\"b\",\"a\"]}"),
	  "invalid_function_parameters", "tools.function.parameters",
	  "non-unique" },
	{ SCHEMA("{\"type\":\"object\",\"required\":[\"a\",\"b\"]}"), NULL,
	  NULL, NULL },
	{ SCHEMA("{\"type\":\"object\",\"properties\":[]}"),
	  "invalid_function_parameters", "tools.function.parameters",
	  "'properties'" },
	{ TURNS(""), "empty_array", "messages", "empty array" },
	{ "{\"model\":\"m\",\"messages\":7}", "invalid_type", "messages",
	  "array" },
	{ TURNS("{\"content\":\"u\"}"), "missing_required_parameter",
	  "messages", "messages[0].role" },
	{ TURNS("{\"role\":\"human\",\"content\":\"u\"}"), "invalid_value",
	  "messages", "\"human\"" },
	{ TURNS("{\"role\":\"user\",\"content\":null}"), "invalid_type",
	  "messages[0].content", "null" },
	{ TURNS("{\"role\":\"user\",\"content\":[]}"), "empty_array",
	  "messages[0].content", "empty array" },
	{ TURNS("{\"role\":\"user\",\"content\":[{\"type\":\"tool_result\"}]}"),
	  "invalid_value", "messages[0].content[0]", "\"tool_result\"" },
	{ TURNS("{\"role\":\"assistant\",\"content\":null}"), "invalid_type",
	  "messages[0].content", "null" },
	{ TURNS(SAYS "," CALLS("") "," SAYS), "empty_array", "messages",
	  "messages[1].tool_calls" },
	{ TURNS(SAYS "," CALLS(CALL("1")) "," RESULT("1") "," SAYS), NULL, NULL,
	  NULL },
	{ TURNS(SAYS "," CALLS(CALL("1") "," CALL("2")) "," RESULT(
		  "2") "," RESULT("1")),
	  NULL, NULL, NULL },
	{ TURNS(SAYS "," CALLS(CALL("1")) "," SAYS "," RESULT("1")), "null",
	  "messages", "must be followed by tool messages" },
	{ TURNS(SAYS "," CALLS(CALL("1") "," CALL("2")) "," RESULT("1")),
	  "null", "messages", "did not have response messages: \"2\"" },
	{ TURNS(SAYS "," RESULT("1")), "null", "messages",
	  "must be a response to a preceding message" },
	{ TURNS(SAYS "," CALLS(CALL("1")) "," RESULT("3")), "null", "messages",
	  "not found in 'tool_calls'" },
	{ TURNS(SAYS "," CALLS("{\"id\":\"1\",\"type\":\"function\","
			       "\"function\":{\"name\":\"a\",\"arguments\":"
			       "{}}}")),
	  "invalid_type", "messages[1].tool_calls[0]", "a string" },
	{ TURNS(SAYS "," CALLS(CALL("1")) ",{\"role\":\"tool\","
					  "\"tool_call_id\":\"1\",\"content\":["
					  "{\"type\":\"image_url\","
					  "\"image_url\":{\"url\":\"x\"}}]}"),
	  "null", "messages[2].content[0]", "role 'tool' contains an image" },
	{ BODY("\"x\":1"), "unknown_parameter", "x",
	  "Unknown parameter: 'x'." },
	/* Words are those of a list. */
	{ BODY("\"reasoning_effort\":\"none\""), NULL, NULL, NULL },
	{ BODY("\"reasoning_effort\":\"max\""), NULL, NULL, NULL },
	{ BODY("\"reasoning_effort\":null"), NULL, NULL, NULL },
	{ BODY("\"reasoning_effort\":7"), "invalid_value", "reasoning_effort",
	  "Invalid value: 7. See the documentation for the supported values of "
	  "'reasoning_effort'." },
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
	{ BODY("\"temperature\":-0.1"), "decimal_above_max_value",
	  "temperature",
	  "Invalid 'temperature': expected a value from 0 to 2, but got -0.1 "
	  "instead." },
	{ BODY("\"top_p\":1.1"), "decimal_above_max_value", "top_p",
	  "Invalid 'top_p': expected a value from 0 to 1, but got 1.1 "
	  "instead." },
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
	  "Invalid type for 'max_tokens': expected an integer." },
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
	  "Invalid type for 'user': expected a string." },
	{ BODY("\"user\":\"" X64 "x\""), "string_above_max_length", "user",
	  "Expected a string with maximum length 64, but got a string with "
	  "length 65 instead." },
	{ BODY("\"stop\":\"a\""), NULL, NULL, NULL },
	{ BODY("\"stop\":[\"a\"]"), NULL, NULL, NULL },
	{ BODY("\"stop\":[\"a\",7]"), "invalid_type", "stop",
	  "expected an array of strings" },
	{ BODY("\"stop\":[\"a\",\"b\",\"c\",\"d\",\"e\"]"),
	  "array_above_max_length", "stop",
	  "an array of 1 to 4 strings, but got one of length 5" },
	{ BODY("\"stream\":false,\"stream_options\":{}"), "null",
	  "stream_options", "'stream' is enabled" },
	{ BODY("\"stream\":null,\"stream_options\":{}"), "null",
	  "stream_options", "'stream' is enabled" },
	/* The choice of a tool. */
	{ BODY(ADD ",\"tool_choice\":\"none\""), NULL, NULL, NULL },
	{ BODY(ADD ",\"tool_choice\":\"auto\",\"parallel_tool_calls\":false"),
	  NULL, NULL, NULL },
	{ BODY(ADD ",\"tool_choice\":{\"type\":\"function\"}"), "invalid_value",
	  "tool_choice", "Supported values" },
	{ BODY(ADD ",\"tool_choice\":{\"type\":\"x\",\"function\":{}}"),
	  "invalid_value", "tool_choice", "Supported values" },
	/* Tools, and the letters of their names. */
	{ BODY("\"tools\":7"), "empty_array", "tools", "empty array" },
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
	  "tools.function.parameters",
	  "Invalid schema for function 'f': schema must be" },
	{ OBJECT("\"properties\":{\"a\":true,\"b\":false,\"c\":{},"
		 "\"d\":{\"type\":\"array\",\"items\":true}}"),
	  NULL, NULL, NULL },
	{ OBJECT("\"properties\":{\"a\":{},\"b\":7}"),
	  "invalid_function_parameters", "tools.function.parameters",
	  "Invalid schema for function 'f': In context=('properties', \"b\"), "
	  "the schema is not an object." },
	{ OBJECT("\"properties\":{\"a\":{\"type\":[\"array\",\"null\"]}}"),
	  NULL, NULL, NULL },
	{ OBJECT("\"items\":{},\"required\":[\"a\",\"a\"]"),
	  "invalid_function_parameters", "tools.function.parameters",
	  "non-unique" },
	{ OBJECT("\"required\":[\"b\",\"a\",\"a\"]"),
	  "invalid_function_parameters", "tools.function.parameters",
	  "non-unique" },
	{ OBJECT("\"required\":[1,1]"), NULL, NULL, NULL },
	{ OBJECT("\"required\":[],\"properties\":{\"a\":7}"),
	  "invalid_function_parameters", "tools.function.parameters",
	  "not an object" },
	{ OBJECT("\"required\":\"a\""), "invalid_function_parameters",
	  "tools.function.parameters", "'required' is not an array." },
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
	  "Invalid value: \"file\". Supported values are: 'text'" },
	{ TURNS(PARTS("system", AUDIO)), "invalid_value",
	  "messages[0].content[0]", "\"input_audio\"" },
	{ TURNS(PARTS("user", REFUSAL)), "invalid_value",
	  "messages[0].content[0]", "\"refusal\"" },
	{ TURNS(PARTS("user", "{\"type\":\"text\"}")), "invalid_type",
	  "messages[0].content[0]",
	  "Invalid type for 'messages[0].content[0]': expected a 'text' that "
	  "is a string." },
	{ TURNS(PARTS("user", "{\"type\":\"text\",\"text\":7}")),
	  "invalid_type", "messages[0].content[0]", "a 'text' that" },
	{ TURNS(PARTS("user", "{}")), "invalid_type", "messages[0].content[0]",
	  "an object with a 'type'" },
	{ TURNS(PARTS("user", "7")), "invalid_type", "messages[0].content[0]",
	  "an object with a 'type'" },
	{ TURNS("{\"role\":\"user\",\"content\":7}"), "invalid_type",
	  "messages[0].content", "expected a string or an array." },
	{ TURNS("{\"role\":\"user\"}"), "invalid_type", "messages[0].content",
	  "expected a string or an array, but got null instead." },
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
	     i++) {
		const struct strict_row *row = &strict_rows[i];
		struct jval message;
		struct asked a;

		ask(&a, row->body, true);
		if (!row->code) {
			if (a.reply.status != 200)
				fail_msg("%s: %s", row->body, a.reply.bytes);
			asked_clear(&a);
			continue;
		}
		if (a.reply.status != 400)
			fail_msg("taken: %s", row->body);
		assert_at(&a, "/error/code", row->code);
		assert_at(&a, "/error/param", row->param);
		assert_true(jscan_find(a.root, span_of("/error/message"),
				       &message));
		{
			struct buf text = BUF_INIT(4096);

			jscan_string(message, &text);
			if (!strstr(buf_str(&text), row->words))
				fail_msg("'%s' is not in: %s", row->words,
					 buf_str(&text));
			buf_clear(&text);
		}
		asked_clear(&a);
		/* The one that believes takes most of it. */
		ask(&a, row->body, false);
		assert_true(a.reply.status == 200 || a.reply.status == 400);
		asked_clear(&a);
	}
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
static void assert_levels(const char *front, const char *back)
{
	for (int count = 64; count <= 65; count++) {
		struct buf body = BUF_INIT(BUF_NO_LIMIT);
		struct asked a;

		buf_add_text(&body, FRONT "\"x\":0");
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
	assert_levels(",\"properties\":{\"a\":{\"x\":0", "}}");
	assert_levels(",\"items\":{\"x\":0", "}");
}

/* Names that are required are compared as far as the work is bounded. */
static void t_required(void **state)
{
	(void)state;
	for (int count = 256; count <= 257; count++) {
		struct buf body = BUF_INIT(BUF_NO_LIMIT);
		struct asked a;

		buf_add_text(&body, FRONT "\"required\":[");
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
