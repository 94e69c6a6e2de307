/* What ccmock answers at /v1/chat/completions, and what it refuses there. */
#include "tests/unit/chat_kit.h"

#define ADD \
	"\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"add\"," \
	"\"parameters\":{\"type\":\"object\",\"properties\":{}}}}]"

static void t_completion(void **state)
{
	struct asked a;

	(void)state;
	ask(&a, "{\"model\":\"gpt-x\"," USER "}", false);
	assert_int_equal(a.reply.status, 200);
	assert_at(&a, "/object", "chat.completion");
	assert_at(&a, "/model", "gpt-x");
	assert_at(&a, "/choices/0/message/content", "You said: hi");
	assert_at(&a, "/choices/0/finish_reason", "stop");
	asked_clear(&a);
	ask(&a, "{\"model\":\"gpt-x\",\"max_completion_tokens\":1," USER "}",
	    false);
	assert_at(&a, "/choices/0/finish_reason", "length");
	assert_at(&a, "/usage/completion_tokens", "1");
	asked_clear(&a);
	ask(&a,
	    "{\"model\":\"gpt-x\"," ADD ",\"messages\":[{\"role\":\"user\","
	    "\"content\":\"[tools: add {\\\"a\\\":1}; add {}]\"}]}",
	    true);
	assert_at(&a, "/choices/0/message/content", "null");
	assert_at(&a, "/choices/0/message/tool_calls/0/function/arguments",
		  "{\"a\":1}");
	assert_at(&a, "/choices/0/message/tool_calls/1/function/name", "add");
	assert_at(&a, "/choices/0/finish_reason", "tool_calls");
	asked_clear(&a);
}

/* What a stream says, read back in the plain form. */
static void assert_stream(const char *body, const char *plain, size_t chunks)
{
	struct jval events[64];
	struct buf out = BUF_INIT(BUF_NO_LIMIT);
	struct asked a;
	size_t count = 0;

	ask(&a, body, true);
	assert_int_equal(a.reply.kind, REPLY_STREAM);
	for (size_t i = 0; i < a.reply.script->count; i++) {
		struct span line = a.reply.script->steps[i].bytes;

		assert_true(span_starts(line, "data: "));
		line = span_trim(span_skip(line, 6));
		while (span_ends(line, "\n"))
			line.len--;
		if (span_is(line, "[DONE]")) {
			assert_int_equal(i + 1, a.reply.script->count);
			break;
		}
		assert_int_equal(jscan(line, &events[count++], NULL), 0);
	}
	assert_int_equal(count, chunks);
	plain_stream(FORMAT_CHAT, events, count, &out);
	assert_string_equal(buf_str(&out), plain);
	buf_clear(&out);
	asked_clear(&a);
}

static void t_chunks(void **state)
{
	(void)state;
	/* Role, six pieces, the end. */
	assert_stream("{\"model\":\"m\",\"stream\":true," USER "}",
		      "{\"id\":\"chatcmpl-mock000000000007\",\"model\":\"m\","
		      "\"content\":[{\"type\":\"text\",\"text\":"
		      "\"You said: hi\"}],\"stop_reason\":\"end_turn\"}",
		      6);
	/* With usage, which is asked for: one more, without choices. */
	assert_stream("{\"model\":\"m\",\"stream\":true,\"stream_options\":"
		      "{\"include_usage\":true}," ADD
		      ",\"messages\":[{\"role\":\"user\",\"content\":"
		      "\"[tool:add {}]\"}]}",
		      "{\"id\":\"chatcmpl-mock000000000007\",\"model\":\"m\","
		      "\"content\":[{\"type\":\"tool_use\",\"id\":"
		      "\"call_mock000000000007_0\",\"name\":\"add\",\"input\":"
		      "{}}],\"stop_reason\":\"tool_use\",\"usage\":"
		      "{\"input_tokens\":17,\"cache_read_input_tokens\":0,"
		      "\"output_tokens\":1}}",
		      6);
}

static void t_refused_at_once(void **state)
{
	static const struct {
		const char *key, *method, *body;
		int status;
		const char *code;
	} rows[] = {
		{ NULL, "POST", "{}", 401, "null" },
		{ "Basic right", "POST", "{}", 401, "null" },
		{ "Bearer ", "POST", "{}", 401, "null" },
		{ "Bearer wrong", "POST", "{}", 401, "invalid_api_key" },
		{ "Bearer right", "GET", "", 405, "method_not_supported" },
		{ "Bearer right", "POST", "{", 400, "null" },
		{ "Bearer right", "POST", "[]", 400, "null" },
		{ "Bearer right", "POST", "{\"model\":\"m\"}", 400, "null" },
		{ "Bearer right", "POST",
		  "{\"model\":\"no-such-model\"," USER "}", 404,
		  "model_not_found" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct asked a;

		ask_with(&a, rows[i].key, rows[i].method, rows[i].body, false);
		assert_int_equal(a.reply.status, rows[i].status);
		assert_at(&a, "/error/type", "invalid_request_error");
		assert_at(&a, "/error/code", rows[i].code);
		asked_clear(&a);
	}
}

/* ---- what the strict one refuses ---- */

#define X8 "xxxxxxxx"
#define X64 X8 X8 X8 X8 X8 X8 X8 X8
#define BODY(members) "{\"model\":\"m\"," USER "," members "}"
#define TOOL(members) BODY("\"tools\":[{" members "}]")
#define SCHEMA(s) \
	TOOL("\"type\":\"function\",\"function\":{\"name\":\"f\"," \
	     "\"parameters\":" s "}")

#define FORMAT(members) BODY("\"response_format\":{" members "}")
#define IMAGE(url) \
	TURNS("{\"role\":\"user\",\"content\":[{\"type\":\"image_url\"," \
	      "\"image_url\":{\"url\":\"" url "\"}}]}")

static const struct strict_row strict_rows[] = {
	{ BODY("\"n\":1"), NULL, NULL, NULL },
	{ TURNS(SAYS
		",{\"role\":\"assistant\",\"content\":\"a\",\"refusal\":null,"
		"\"annotations\":[]}," SAYS),
	  NULL, NULL, NULL },
	{ "{\"model\":\"m\"}", "missing_required_parameter", "messages",
	  "'messages'" },
	{ "{" USER "}", "missing_required_parameter", "model", "'model'" },
	{ BODY("\"thinking\":{}"), "unknown_parameter", "thinking",
	  "Unknown parameter: 'thinking'." },
	{ BODY("\"cache_control\":{}"), "unknown_parameter", "cache_control",
	  "'cache_control'" },
	{ BODY("\"reasoning_effort\":\"low\""), NULL, NULL, NULL },
	{ BODY("\"reasoning_effort\":\"disabled\""), "invalid_value",
	  "reasoning_effort",
	  "'disabled'. Supported values are: 'none', "
	  "'minimal'" },
	{ BODY("\"temperature\":2.1"), "decimal_above_max_value", "temperature",
	  "<= 2, but got 2.1" },
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
	{ BODY("\"stop\":[]"), "empty_array", "stop", "empty array" },
	{ BODY("\"stop\":[1]"), "invalid_type", "stop", "strings" },
	{ BODY("\"stop\":1"), "invalid_type", "stop", "but got an integer" },
	{ BODY("\"stream_options\":{}"), "null", "stream_options",
	  "'stream' is enabled" },
	{ BODY("\"tool_choice\":\"auto\""), "null", "tool_choice",
	  "when 'tools'" },
	{ BODY("\"parallel_tool_calls\":false"), "null", "parallel_tool_calls",
	  "when 'tools'" },
	{ BODY("\"tools\":[]"), "empty_array", "tools", "empty array" },
	{ BODY(ADD ",\"tool_choice\":\"required\""), NULL, NULL, NULL },
	{ BODY(ADD ",\"tool_choice\":\"any\""), "invalid_value", "tool_choice",
	  "'any'" },
	{ BODY(ADD ",\"tool_choice\":{\"type\":\"tool\",\"name\":\"add\"}"),
	  "invalid_value", "tool_choice.type", "'tool'" },
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
	  "tools[0].function.parameters", "type: \"object\"" },
	{ SCHEMA("{\"type\":\"object\",\"properties\":{\"p\":{\"type\":"
		 "\"array\"}}}"),
	  "invalid_function_parameters", "tools[0].function.parameters",
	  "('properties', 'p'), array schema missing items" },
	{ SCHEMA("{\"type\":\"object\",\"properties\":{\"p\":{\"type\":"
		 "\"array\",\"items\":{\"type\":null}}}}"),
	  "invalid_function_parameters", "tools[0].function.parameters",
	  "'f': None is not valid under any" },
	{ SCHEMA("{\"type\":\"object\",\"properties\":{},\"required\":"
		 "[\"a\",\"b\",\"a\"]}"),
	  "invalid_function_parameters", "tools[0].function.parameters",
	  "['a', 'b', 'a'] has non-unique elements." },
	{ SCHEMA("{\"type\":\"object\",\"properties\":{},\"required\":"
		 "[\"a\",\"b\"]}"),
	  NULL, NULL, NULL },
	{ SCHEMA("{\"type\":\"object\",\"properties\":[]}"),
	  "invalid_function_parameters", "tools[0].function.parameters",
	  "[] is not of type 'object'" },
	{ TURNS(""), "empty_array", "messages", "empty array" },
	{ "{\"model\":\"m\",\"messages\":7}", "invalid_type", "messages",
	  "array" },
	{ TURNS("{\"content\":\"u\"}"), "missing_required_parameter",
	  "messages", "messages[0].role" },
	{ TURNS("{\"role\":\"human\",\"content\":\"u\"}"), "invalid_value",
	  "messages", "'human'" },
	{ TURNS("{\"role\":\"user\",\"content\":null}"), "invalid_type",
	  "messages[0].content", "null" },
	{ TURNS("{\"role\":\"user\",\"content\":[]}"), "empty_array",
	  "messages[0].content", "empty array" },
	{ TURNS("{\"role\":\"user\",\"content\":[{\"type\":\"tool_result\"}]}"),
	  "invalid_value", "messages[0].content[0]", "'tool_result'" },
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
	{ TURNS(SAYS "," CALLS(
		  CALL("1")) ",{\"role\":\"tool\","
			     "\"tool_call_id\":\"1\",\"content\":["
			     "{\"type\":\"image_url\","
			     "\"image_url\":{\"url\":\"https://x\"}}]}"),
	  "null", "messages[2].content[0]", "role 'tool' contains an image" },
	/* Members at each level. */
	{ TURNS("{\"role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":"
		"\"u\",\"cache_control\":{\"type\":\"ephemeral\"}}]}"),
	  "unknown_parameter", "messages[0].content[0].cache_control",
	  "Unknown parameter: 'messages[0].content[0].cache_control'." },
	{ TURNS(SAYS ",{\"role\":\"assistant\",\"content\":\"a\","
		     "\"reasoning_content\":\"r\"}"),
	  "unknown_parameter", "messages[1].reasoning_content", "Unknown" },
	{ TURNS("{\"role\":\"user\",\"content\":\"u\",\"tool_calls\":[]}"),
	  "unknown_parameter", "messages[0].tool_calls", "Unknown" },
	{ TURNS(SAYS "," CALLS(CALL("1")) ",{\"role\":\"tool\","
					  "\"tool_call_id\":\"1\",\"content\":"
					  "\"r\",\"is_error\":true}"),
	  "unknown_parameter", "messages[2].is_error", "Unknown" },
	{ TURNS(SAYS "," CALLS("{\"id\":\"1\",\"type\":\"function\",\"input\":"
			       "{},\"function\":{\"name\":\"a\","
			       "\"arguments\":\"\"}}")),
	  "unknown_parameter", "messages[1].tool_calls[0].input", "Unknown" },
	{ TURNS("{\"role\":\"user\",\"content\":[{\"type\":\"image_url\","
		"\"image_url\":{\"url\":\"https://"
		"x\",\"media_type\":\"y\"}}]}"),
	  "unknown_parameter", "messages[0].content[0].image_url.media_type",
	  "Unknown" },
	{ TOOL("\"type\":\"function\",\"cache_control\":{},\"function\":{"
	       "\"name\":\"f\"}"),
	  "unknown_parameter", "tools[0].cache_control", "Unknown" },
	{ TOOL("\"type\":\"function\",\"function\":{\"name\":\"f\","
	       "\"input_schema\":{}}"),
	  "unknown_parameter", "tools[0].function.input_schema", "Unknown" },
	{ BODY("\"stream\":true,\"stream_options\":{\"usage\":true}"),
	  "unknown_parameter", "stream_options.usage", "Unknown" },
	/* Types, ranges and words. */
	{ BODY("\"stream\":\"true\""), "invalid_type", "stream",
	  "expected a boolean, but got a string instead" },
	{ BODY("\"n\":0"), "integer_below_min_value", "n", ">= 1" },
	{ BODY("\"n\":129"), "integer_above_max_value", "n", "<= 128" },
	{ BODY("\"n\":1.5"), "invalid_type", "n", "but got a decimal" },
	{ BODY("\"seed\":-7"), NULL, NULL, NULL },
	{ BODY("\"presence_penalty\":-2.1"), "decimal_below_min_value",
	  "presence_penalty", ">= -2" },
	{ BODY("\"user\":7"), "invalid_type", "user", "but got an integer" },
	{ BODY("\"user\":null"), NULL, NULL, NULL },
	{ BODY("\"tools\":{}"), "invalid_type", "tools", "but got an object" },
	{ BODY("\"service_tier\":\"standard_only\""), "invalid_value",
	  "service_tier", "'standard_only'" },
	{ BODY("\"metadata\":{\"user_id\":\"u\"}"), "null", "metadata",
	  "only allowed when 'store' is enabled" },
	{ BODY("\"store\":true,\"metadata\":{\"a\":\"u\"}"), NULL, NULL, NULL },
	{ BODY("\"store\":true,\"metadata\":{\"a\":7}"), "invalid_type",
	  "metadata", "but got an integer" },
	{ BODY("\"store\":true,\"metadata\":{\"" X64 "x\":\"\"}"),
	  "string_above_max_length", "metadata", "length 65" },
	/* Models. */
	{ "{\"model\":\"gpt-4o\",\"max_tokens\":16384," USER "}", NULL, NULL,
	  NULL },
	{ "{\"model\":\"gpt-4o\",\"max_tokens\":32000," USER "}",
	  "invalid_value", "max_tokens",
	  "at most 16384 completion tokens, whereas you provided 32000" },
	{ "{\"model\":\"gpt-4.1\",\"max_tokens\":32768," USER "}", NULL, NULL,
	  NULL },
	{ "{\"model\":\"o3\",\"max_completion_tokens\":100001," USER "}",
	  "invalid_value", "max_completion_tokens", "at most 100000" },
	{ "{\"model\":\"gpt-5\",\"temperature\":0," USER "}",
	  "unsupported_value", "temperature",
	  "does not support 0 with this model. Only the default (1)" },
	{ "{\"model\":\"gpt-5\",\"temperature\":1.0," USER "}", NULL, NULL,
	  NULL },
	{ "{\"model\":\"gpt-5.2\",\"temperature\":0," USER "}", NULL, NULL,
	  NULL },
	{ "{\"model\":\"o4-mini\",\"stop\":\"a\"," USER "}",
	  "unsupported_parameter", "stop", "'stop' is not supported" },
	{ "{\"model\":\"o1\",\"stop\":\"a\"," USER "}", NULL, NULL, NULL },
	{ "{\"model\":\"o1\",\"parallel_tool_calls\":false," ADD "," USER "}",
	  "unsupported_parameter", "parallel_tool_calls", "not supported" },
	{ "{\"model\":\"gpt-4o\",\"reasoning_effort\":\"low\"," USER "}",
	  "null", "null",
	  "Unrecognized request argument supplied: reasoning_effort" },
	/* Schemas. */
	{ SCHEMA("{\"type\":\"object\"}"), "invalid_function_parameters",
	  "tools[0].function.parameters",
	  "In context=(), object schema missing properties." },
	{ SCHEMA("{}"), "invalid_function_parameters",
	  "tools[0].function.parameters", "got 'type: \"None\"'" },
	{ SCHEMA("{\"type\":\"object\",\"properties\":{},\"anyOf\":[]}"),
	  "invalid_function_parameters", "tools[0].function.parameters",
	  "at the top level" },
	{ SCHEMA("{\"type\":\"object\",\"properties\":{\"p\":{\"items\":[{"
		 "\"type\":\"string\"}]}}}"),
	  "invalid_function_parameters", "tools[0].function.parameters",
	  "[{'type': 'string'}] is not of type 'object', 'boolean'." },
	{ SCHEMA("{\"type\":\"object\",\"properties\":{\"p\":{\"anyOf\":[{"
		 "\"type\":\"null\"},{\"type\":\"array\"}]}}}"),
	  "invalid_function_parameters", "tools[0].function.parameters",
	  "In context=('properties', 'p', 'anyOf', '1'), array schema" },
	{ SCHEMA("{\"type\":\"object\",\"properties\":{\"p\":{\"pattern\":"
		 "\"^[^\\\\p{Cc}]+$\"}}}"),
	  "invalid_function_parameters", "tools[0].function.parameters",
	  "'^[^\\p{Cc}]+$' is not a 'regex'." },
	{ SCHEMA("{\"type\":\"object\",\"properties\":{\"p\":{\"pattern\":"
		 "\"(?<a>b)\"}}}"),
	  "invalid_function_parameters", "tools[0].function.parameters",
	  "is not a 'regex'." },
	{ SCHEMA("{\"type\":\"object\",\"properties\":{\"p\":{\"pattern\":"
		 "\"(?<=a)(?<!b)(?!c)\\\\d\"}}}"),
	  NULL, NULL, NULL },
	{ TOOL("\"type\":\"function\",\"function\":{\"name\":\"f\",\"strict\":"
	       "true,\"parameters\":{\"type\":\"object\",\"properties\":{}}}"),
	  "invalid_function_parameters", "tools[0].function.parameters",
	  "'additionalProperties' is required to be supplied and to be false" },
	{ TOOL("\"type\":\"function\",\"function\":{\"name\":\"f\",\"strict\":"
	       "true,\"parameters\":{\"type\":\"object\",\"properties\":{"
	       "\"a\":{}},\"additionalProperties\":false}}"),
	  "invalid_function_parameters", "tools[0].function.parameters",
	  "Missing 'a'." },
	/* The format of the answer. */
	{ FORMAT("\"type\":\"json_object\""), NULL, NULL, NULL },
	{ FORMAT("\"type\":\"json\""), "invalid_value", "response_format.type",
	  "'json'" },
	{ FORMAT("\"schema\":{}"), "missing_required_parameter",
	  "response_format.type", "Missing" },
	{ FORMAT("\"type\":\"json_schema\""), "missing_required_parameter",
	  "response_format.json_schema", "Missing" },
	{ FORMAT("\"type\":\"json_schema\",\"json_schema\":{\"schema\":{}}"),
	  "missing_required_parameter", "response_format.json_schema.name",
	  "Missing" },
	{ FORMAT("\"type\":\"json_schema\",\"schema\":{}"), "unknown_parameter",
	  "response_format.schema", "Unknown" },
	{ FORMAT("\"type\":\"json_schema\",\"json_schema\":{\"name\":\"a\","
		 "\"strict\":true,\"schema\":{\"type\":\"object\","
		 "\"properties\":{\"a\":{}},\"required\":[]}}"),
	  "null", "response_format",
	  "Invalid schema for response_format 'a': In context=(), "
	  "'additionalProperties'" },
	/* The choice. */
	{ BODY(ADD ",\"tool_choice\":{\"type\":\"function\",\"function\":{"
		   "\"name\":\"sub\"}}"),
	  "null", "tool_choice", "'sub' not found in 'tools'" },
	{ BODY(ADD ",\"tool_choice\":{\"type\":\"function\",\"name\":\"add\"}"),
	  "missing_required_parameter", "tool_choice.function.name",
	  "Missing" },
	{ BODY(ADD ",\"tool_choice\":{\"name\":\"add\"}"),
	  "missing_required_parameter", "tool_choice.type", "Missing" },
	{ BODY(ADD ",\"tool_choice\":{\"type\":\"allowed_tools\","
		   "\"allowed_tools\":{\"mode\":\"auto\",\"tools\":[]}}"),
	  NULL, NULL, NULL },
	{ BODY(ADD ",\"tool_choice\":{\"type\":\"function\",\"function\":{"
		   "\"name\":\"add\"},\"disable_parallel_tool_use\":true}"),
	  "unknown_parameter", "tool_choice.disable_parallel_tool_use",
	  "Unknown" },
	{ "{\"model\":\"m\",\"tools\":[{\"type\":\"custom\",\"custom\":{"
	  "\"name\":\"c\"}}],\"tool_choice\":{\"type\":\"custom\","
	  "\"custom\":{\"name\":\"c\"}}," USER "}",
	  NULL, NULL, NULL },
	/* Images. */
	{ IMAGE("data:image/png;base64,AAAA"), NULL, NULL, NULL },
	{ IMAGE("http://x/y.png"), NULL, NULL, NULL },
	{ IMAGE("http://x/y.png\",\"detail\":\"auto"), NULL, NULL, NULL },
	{ IMAGE("http://x/y.png\",\"detail\":\"low"), NULL, NULL, NULL },
	{ IMAGE("http://x/y.png\",\"detail\":\"high"), NULL, NULL, NULL },
	{ IMAGE("http://x/y.png\",\"detail\":\"original"), NULL, NULL, NULL },
	{ IMAGE("http://x/y.png\",\"detail\":\"huge"), "invalid_value",
	  "messages[0].content[0]", "'auto', 'low', 'high', and 'original'" },
	{ IMAGE("AAAA"), "invalid_image_url", "messages[0].content[0]",
	  "Expected a valid URL" },
	{ IMAGE("data:application/pdf;base64,AAAA"), "image_parse_error",
	  "null", "['png', 'jpeg', 'gif', 'webp']" },
	{ IMAGE("data:image/png;base64,"), "image_parse_error", "null",
	  "unsupported image" },
	{ TURNS("{\"role\":\"user\",\"content\":[{\"type\":\"image_url\","
		"\"image_url\":\"https://x\"}]}"),
	  "invalid_type", "messages[0].content[0]", "but got a string" },
	{ TURNS("{\"role\":\"function\",\"name\":\"f\",\"content\":\"r\"}"),
	  NULL, NULL, NULL },
};

static void t_strict(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(strict_rows) / sizeof(strict_rows[0]);
	     i++)
		check_strict(&strict_rows[i]);
}

/* Limits that cannot be are refused by the believable one, too. */
static void t_limits(void **state)
{
	static const struct strict_row rows[] = {
		{ BODY("\"max_tokens\":-1"), "integer_below_min_value",
		  "max_tokens", NULL },
		{ BODY("\"max_completion_tokens\":0"),
		  "integer_below_min_value", "max_completion_tokens", NULL },
		{ BODY("\"max_completion_tokens\":\"many\""), "invalid_type",
		  "max_completion_tokens", NULL },
		{ BODY("\"max_tokens\":1.5"), "invalid_type", "max_tokens",
		  NULL },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct asked a;

		ask(&a, rows[i].body, false);
		assert_int_equal(a.reply.status, 400);
		assert_at(&a, "/error/code", rows[i].code);
		assert_at(&a, "/error/param", rows[i].param);
		asked_clear(&a);
	}
}

static void t_headers(void **state)
{
	struct headers h = { 0 };

	(void)state;
	chat_headers(&h, 3);
	assert_string_equal(headers_get(&h, "x-request-id"),
			    "req_mock000000000000000000000003");
	chat_headers(&h, 4);
	assert_string_equal(headers_get(&h, "x-request-id"),
			    "req_mock000000000000000000000003");
	headers_clear(&h);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(t_completion),
		cmocka_unit_test(t_chunks),
		cmocka_unit_test(t_refused_at_once),
		cmocka_unit_test(t_strict),
		cmocka_unit_test(t_limits),
		cmocka_unit_test(t_headers),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("chat", tests, NULL, NULL);
}
