/* What ccmock refuses of Responses where it is strict, and in which words. */
#include "tests/unit/chat_kit.h"

#define BODY(members) "{\"model\":\"m\",\"input\":\"hi\"," members "}"
#define MODEL(name, members) \
	"{\"model\":\"" name "\",\"input\":\"hi\"," members "}"
#define ITEMS(items) "{\"model\":\"m\",\"input\":[" items "]}"
#define UNKEPT(items) "{\"model\":\"m\",\"store\":false,\"input\":[" items "]}"
#define SAID "{\"role\":\"user\",\"content\":\"u\"}"
#define ANSWER \
	"{\"type\":\"message\",\"role\":\"assistant\",\"content\":[{\"type\":" \
	"\"output_text\",\"text\":\"t\"}]}"
#define PARTS(role, parts) \
	ITEMS("{\"role\":\"" role "\",\"content\":[" parts "]}")
#define CALLED(id) \
	"{\"type\":\"function_call\",\"call_id\":\"" id "\",\"name\":\"a\"," \
	"\"arguments\":\"{}\"}"
#define GAVE(id) \
	"{\"type\":\"function_call_output\",\"call_id\":\"" id "\"," \
	"\"output\":\"r\"}"
#define THOUGHT(members) "{\"type\":\"reasoning\"," members "}"
#define IMAGE(url) "{\"type\":\"input_image\",\"image_url\":" url "}"
#define TOOL(members) BODY("\"tools\":[{" members "}]")
#define FUNCTION(members) TOOL("\"type\":\"function\",\"name\":\"f\"," members)
#define X8 "xxxxxxxx"
#define X64 X8 X8 X8 X8 X8 X8 X8 X8
#define TAKEN NULL, NULL, NULL
#define MISSING(place) \
	"missing_required_parameter", place, \
		"Missing required parameter: '" place "'."
#define UNKNOWN(place) \
	"unknown_parameter", place, "Unknown parameter: '" place "'."

static const struct strict_row members[] = {
	{ "{\"input\":\"x\"}", MISSING("model") },
	{ "{\"model\":\"m\"}", "missing_required_parameter", "input",
	  "One of \"input\" or \"previous_response_id\"" },
	{ "{\"model\":\"m\",\"input\":[]}", "missing_required_parameter",
	  "input", "One of" },
	{ BODY("\"x\":1"), UNKNOWN("x") },
	{ BODY("\"stop\":[\"a\"]"), UNKNOWN("stop") },
	{ BODY("\"thinking\":{}"), UNKNOWN("thinking") },
	{ "{\"model\":\"m\",\"messages\":[]}", "unsupported_parameter",
	  "messages", "this parameter has moved to 'input'." },
	{ BODY("\"max_tokens\":20"), "unsupported_parameter", "max_tokens",
	  "moved to 'max_output_tokens'." },
	{ BODY("\"max_completion_tokens\":20"), "unsupported_parameter",
	  "max_completion_tokens", "moved to 'max_output_tokens'." },
	{ BODY("\"response_format\":{}"), "unsupported_parameter",
	  "response_format", "moved to 'text.format'." },
	{ BODY("\"reasoning_effort\":\"low\""), "unsupported_parameter",
	  "reasoning_effort", "moved to 'reasoning.effort'." },
	{ BODY("\"verbosity\":\"low\""), "unsupported_parameter", "verbosity",
	  "moved to 'text.verbosity'." },
	{ BODY("\"max_output_tokens\":16,\"temperature\":2,\"top_p\":0,"
	       "\"store\":false,\"background\":false,\"max_tool_calls\":1,"
	       "\"truncation\":\"auto\",\"service_tier\":\"flex\","
	       "\"top_logprobs\":20,\"instructions\":\"i\",\"user\":\"" X64
	       "\",\"prompt_cache_key\":\"" X64 "\",\"safety_identifier\":"
	       "\"" X64 X64 "\",\"parallel_tool_calls\":true"),
	  TAKEN },
	{ BODY("\"max_output_tokens\":null,\"temperature\":null,\"text\":null,"
	       "\"reasoning\":null,\"tools\":null,\"tool_choice\":null,"
	       "\"include\":null,\"metadata\":null,\"stream\":null,"
	       "\"previous_response_id\":null,\"conversation\":null"),
	  TAKEN },
	{ BODY("\"max_output_tokens\":15"), "integer_below_min_value",
	  "max_output_tokens", "Expected a value >= 16, but got 15 instead." },
	{ BODY("\"temperature\":2.1"), "decimal_above_max_value", "temperature",
	  "<= 2, but got 2.1" },
	{ BODY("\"top_p\":-1"), "decimal_below_min_value", "top_p", ">= 0" },
	{ BODY("\"stream\":\"yes\""), "invalid_type", "stream",
	  "expected a boolean, but got a string instead." },
	{ BODY("\"user\":\"" X64 "x\""), "string_above_max_length", "user",
	  "maximum length 64, but got a string with length 65" },
	{ BODY("\"prompt_cache_key\":\"" X64 "x\""), "string_above_max_length",
	  "prompt_cache_key", "maximum length 64" },
	{ BODY("\"truncation\":\"some\""), "invalid_value", "truncation",
	  "Invalid value: 'some'. Supported values are: 'auto' and "
	  "'disabled'." },
	{ BODY("\"reasoning\":{\"effort\":\"xhigh\",\"summary\":\"auto\"}"),
	  TAKEN },
	{ BODY("\"reasoning\":{\"effort\":\"best\"}"), "invalid_value",
	  "reasoning.effort",
	  "'none', 'minimal', 'low', 'medium', 'high', 'xhigh', and 'max'." },
	{ BODY("\"reasoning\":{\"summary\":\"long\"}"), "invalid_value",
	  "reasoning.summary", "'auto', 'concise', and 'detailed'." },
	{ BODY("\"reasoning\":{\"budget\":1}"), UNKNOWN("reasoning.budget") },
	{ BODY("\"text\":{\"verbosity\":\"loud\"}"), "invalid_value",
	  "text.verbosity", "loud" },
	{ BODY("\"stream_options\":{\"include_usage\":true},\"stream\":true"),
	  UNKNOWN("stream_options.include_usage") },
	{ BODY("\"stream_options\":{\"include_obfuscation\":false}"), "null",
	  "stream_options", "only allowed when 'stream' is enabled" },
	{ BODY("\"prompt_cache_options\":{\"ttl\":\"1h\"}"), "invalid_value",
	  "prompt_cache_options.ttl", "'30m' and '12h'" },
	{ BODY("\"include\":[\"reasoning.encrypted_content\"]"), TAKEN },
	{ BODY("\"include\":[\"reasoning.encrypted_content\",\"x\"]"),
	  "invalid_value", "include[1]", "Invalid value: 'x'." },
	{ BODY("\"metadata\":{\"a\":\"b\"}"), TAKEN },
	{ BODY("\"metadata\":{\"user_id\":7}"), "invalid_type", "metadata",
	  "expected a string" },
	{ BODY("\"context_management\":{\"edits\":[]}"), "invalid_type",
	  "context_management", "an array of objects, but got an object" },
	{ BODY("\"context_management\":[{\"type\":\"compaction\"}]"), TAKEN },
	{ BODY("\"context_management\":[{\"type\":\"clear\"}]"),
	  "invalid_value", "context_management[0].type", "'compaction'" },
	{ BODY("\"context_management\":[{\"edits\":1}]"),
	  UNKNOWN("context_management[0].edits") },
	{ BODY("\"context_management\":[7]"),
	  MISSING("context_management[0].type") },
};

static const struct strict_row models[] = {
	{ MODEL("gpt-5", "\"temperature\":1,\"top_p\":1.0"), TAKEN },
	{ MODEL("gpt-5", "\"temperature\":0.5"), "unsupported_parameter",
	  "temperature",
	  "Unsupported parameter: 'temperature' is not supported with this "
	  "model." },
	{ MODEL("o3-mini", "\"top_p\":0.5"), "unsupported_parameter", "top_p",
	  "top_p" },
	{ MODEL("gpt-5.2", "\"temperature\":0.5"), TAKEN },
	{ MODEL("gpt-5", "\"reasoning\":{\"effort\":\"minimal\"}"), TAKEN },
	{ MODEL("gpt-5", "\"reasoning\":{\"effort\":\"none\"}"),
	  "unsupported_value", "reasoning.effort",
	  "Unsupported value: 'none' is not supported with the 'gpt-5' model. "
	  "Supported values are: 'minimal', 'low', 'medium', and 'high'." },
	{ MODEL("gpt-5.1", "\"reasoning\":{\"effort\":\"none\"}"), TAKEN },
	{ MODEL("gpt-5.1", "\"reasoning\":{\"effort\":\"xhigh\"}"),
	  "unsupported_value", "reasoning.effort", "'gpt-5.1'" },
	{ MODEL("gpt-5.2", "\"reasoning\":{\"effort\":\"xhigh\"}"), TAKEN },
	{ MODEL("gpt-5.6", "\"reasoning\":{\"effort\":\"max\"}"), TAKEN },
	{ MODEL("gpt-5.1", "\"temperature\":0.5"), TAKEN },
	{ MODEL("gpt-5.3", "\"top_p\":0.5"), TAKEN },
	{ MODEL("gpt-5.4", "\"top_p\":0.5"), TAKEN },
	{ MODEL("gpt-5.6", "\"top_p\":0.5"), TAKEN },
	{ MODEL("gpt-4.1", "\"temperature\":0.5"), TAKEN },
	{ MODEL("gpt-4o", "\"temperature\":0.5"), TAKEN },
	{ MODEL("gpt-4-turbo", "\"temperature\":0.5"), TAKEN },
	{ MODEL("gpt-4", "\"temperature\":0.5"), TAKEN },
	{ MODEL("gpt-3.5-turbo", "\"temperature\":0.5"), TAKEN },
	{ MODEL("o1", "\"temperature\":0.5"), "unsupported_parameter",
	  "temperature", "temperature" },
	{ MODEL("o4-mini", "\"temperature\":0.5"), "unsupported_parameter",
	  "temperature", "temperature" },
	{ MODEL("gpt-4.1", "\"max_output_tokens\":32769"),
	  "integer_above_max_value", "max_output_tokens", "<= 32768" },
	{ MODEL("gpt-4-turbo", "\"max_output_tokens\":4097"),
	  "integer_above_max_value", "max_output_tokens", "<= 4096" },
	{ MODEL("gpt-4", "\"max_output_tokens\":8193"),
	  "integer_above_max_value", "max_output_tokens", "<= 8192" },
	{ MODEL("gpt-3.5", "\"max_output_tokens\":4097"),
	  "integer_above_max_value", "max_output_tokens", "<= 4096" },
	{ MODEL("gpt-4o", "\"reasoning\":{\"effort\":\"low\"}"),
	  "unsupported_parameter", "reasoning.effort",
	  "'reasoning.effort' is not supported with this model." },
	{ MODEL("gpt-4o", "\"reasoning\":{\"summary\":\"auto\"}"), TAKEN },
	{ MODEL("gpt-4o", "\"max_output_tokens\":16384"), TAKEN },
	{ MODEL("gpt-4o", "\"max_output_tokens\":16385"),
	  "integer_above_max_value", "max_output_tokens",
	  "Expected a value <= 16384, but got 16385 instead." },
	{ MODEL("o1", "\"reasoning\":{\"effort\":\"minimal\"}"),
	  "unsupported_value", "reasoning.effort", "'low', 'medium'" },
};

static const struct strict_row items[] = {
	{ "{\"model\":\"m\",\"input\":7}", "invalid_type", "input",
	  "expected one of a string or array of objects" },
	{ ITEMS(SAID), TAKEN },
	{ ITEMS("7"), "invalid_type", "input[0]", "expected an object" },
	{ ITEMS("{\"content\":\"x\"}"), MISSING("input[0].role") },
	{ ITEMS(SAID ",{\"role\":\"user\"}"), MISSING("input[1].content") },
	{ ITEMS("{\"role\":\"tool\",\"content\":\"x\"}"), "invalid_value",
	  "input[0].role",
	  "Invalid value: 'tool'. Supported values are: 'assistant', 'system', "
	  "'developer', and 'user'." },
	{ ITEMS("{\"type\":\"tool_result\"}"), "invalid_value", "input[0].type",
	  "Invalid value: 'tool_result'. Supported values are: 'message', "
	  "'reasoning', 'function_call', 'function_call_output'" },
	{ ITEMS("{\"type\":\"web_search_call\",\"odd\":1}," SAID), TAKEN },
	{ ITEMS("{\"role\":\"user\",\"content\":\"x\",\"cache_control\":{}}"),
	  UNKNOWN("input[0].cache_control") },
	{ ITEMS("{\"role\":\"user\",\"content\":{}}"), "invalid_type",
	  "input[0].content",
	  "expected one of an array of objects or string, but got an object" },
	{ ITEMS("{\"role\":\"user\",\"content\":null}"),
	  MISSING("input[0].content") },
	/* Parts: what is said to the model, and what it said. */
	{ PARTS("user", "{\"type\":\"input_text\",\"text\":\"a\"}"), TAKEN },
	{ ITEMS("{\"role\":\"developer\",\"content\":[{\"type\":\"input_text\","
		"\"text\":\"a\"}]}," SAID),
	  TAKEN },
	{ PARTS("user", "{\"type\":\"text\",\"text\":\"a\"}"), "invalid_value",
	  "input[0].content[0]",
	  "Invalid value: 'text'. Supported values are: 'input_text', "
	  "'input_image', 'input_file', and 'input_audio'." },
	{ PARTS("user", "{\"type\":\"output_text\",\"text\":\"a\"}"),
	  "invalid_value", "input[0].content[0]", "'output_text'" },
	{ PARTS("assistant", "{\"type\":\"input_text\",\"text\":\"a\"}"),
	  "invalid_value", "input[0].content[0]",
	  "Invalid value: 'input_text'. Supported values are: 'output_text' "
	  "and 'refusal'." },
	{ PARTS("assistant", "{\"type\":\"refusal\",\"refusal\":\"a\"}"),
	  TAKEN },
	{ PARTS("assistant", "{\"type\":\"refusal\",\"text\":\"a\"}"),
	  UNKNOWN("input[0].content[0].text") },
	{ PARTS("user", "{\"text\":\"a\"}"),
	  MISSING("input[0].content[0].type") },
	{ PARTS("user", "{\"type\":\"input_text\"}"),
	  MISSING("input[0].content[0].text") },
	{ PARTS("user", "{\"type\":\"input_text\",\"text\":7}"), "invalid_type",
	  "input[0].content[0].text", "expected a string" },
	{ PARTS("user", "{\"type\":\"input_text\",\"text\":\"a\","
			"\"cache_control\":{\"type\":\"ephemeral\"}}"),
	  UNKNOWN("input[0].content[0].cache_control") },
	{ PARTS("user", "7"), "invalid_type", "input[0].content[0]",
	  "expected an object" },
	{ PARTS("user", "{\"type\":\"input_text\",\"text\":\"a\"},7"),
	  "invalid_type", "input[0].content[1]", "expected an object" },
	/* Images and files. */
	{ PARTS("user", "{\"type\":\"input_image\",\"detail\":\"high\","
			"\"image_url\":\"http://a/b.png\"}"),
	  TAKEN },
	{ PARTS("user", IMAGE("\"https://a/b.png\"")), TAKEN },
	{ PARTS("user", IMAGE("\"data:image/png;base64,AA==\"")), TAKEN },
	{ PARTS("user", IMAGE("{\"url\":\"https://a/b.png\"}")), "invalid_type",
	  "input[0].content[0].image_url",
	  "expected an image URL, but got an object instead." },
	{ PARTS("user", IMAGE("\"data:application/pdf;base64,AA==\"")),
	  "invalid_value", "input[0].content[0].image_url",
	  "unsupported MIME type 'application/pdf'" },
	{ PARTS("user", IMAGE("\"b.png\"")), "invalid_value",
	  "input[0].content[0].image_url", "Expected a valid URL" },
	{ PARTS("user", "{\"type\":\"input_image\"}"),
	  MISSING("input[0].content[0].image_url") },
	{ PARTS("user", "{\"type\":\"input_image\",\"file_id\":\"f\"}"),
	  TAKEN },
	{ PARTS("user", "{\"type\":\"input_image\",\"file_id\":\"f\","
			"\"detail\":\"best\"}"),
	  "invalid_value", "input[0].content[0].detail", "'original'" },
	{ PARTS("user", "{\"type\":\"input_file\",\"file_data\":\"data:\"}"),
	  TAKEN },
	{ PARTS("user", "{\"type\":\"input_file\",\"file_url\":7}"),
	  "invalid_type", "input[0].content[0].file_url", "a string" },
	{ PARTS("user", "{\"type\":\"input_file\"}"),
	  MISSING("input[0].content[0].file_id") },
	/* Ids are those of their kind. */
	{ ITEMS("{\"type\":\"message\",\"id\":\"msg_1\",\"role\":"
		"\"assistant\",\"status\":\"completed\",\"content\":\"x\"}"),
	  TAKEN },
	{ ITEMS("{\"type\":\"message\",\"id\":\"resp_1\",\"role\":"
		"\"assistant\",\"content\":\"x\"}"),
	  "invalid_value", "input[0].id",
	  "Invalid 'input[0].id': 'resp_1'. Expected an ID that begins with "
	  "'msg'." },
	{ ITEMS("{\"type\":\"function_call\",\"id\":\"call_1\",\"call_id\":"
		"\"call_1\",\"name\":\"a\",\"arguments\":\"{}\"}," GAVE(
			"call_1")),
	  "invalid_value", "input[0].id", "begins with 'fc'" },
	{ ITEMS("{\"type\":\"message\",\"id\":\"msg 1\",\"role\":"
		"\"assistant\",\"content\":\"x\"}"),
	  "invalid_value", "input[0].id", "contained additional characters" },
	{ ITEMS("{\"id\":\"\",\"role\":\"assistant\",\"content\":\"x\"}"),
	  "invalid_value", "input[0].id", "contained additional characters" },
	{ ITEMS("{\"id\":\"msg_azAZ09-\",\"role\":\"assistant\",\"content\":"
		"\"x\"}," SAID),
	  TAKEN },
	{ ITEMS("{\"type\":\"message\",\"id\":\"msg" X64 "\",\"role\":"
		"\"assistant\",\"content\":\"x\"}"),
	  "string_above_max_length", "input[0].id", "maximum length 64" },
};

static const struct strict_row pairs[] = {
	{ ITEMS(CALLED("1") "," CALLED("2") "," GAVE("2") "," GAVE("1")),
	  TAKEN },
	{ ITEMS(CALLED("1") "," SAID "," GAVE("1")), TAKEN },
	{ ITEMS(CALLED("1")), "null", "input",
	  "No tool output found for function call 1." },
	{ ITEMS(CALLED("1") "," CALLED("2") "," GAVE("2")), "null", "input",
	  "No tool output found for function call 1." },
	{ ITEMS(GAVE("1")), "null", "input",
	  "No tool call found for function call output with call_id 1." },
	{ ITEMS(GAVE("1") "," CALLED("1")), "null", "input",
	  "No tool call found for function call output with call_id 1." },
	{ ITEMS(CALLED("1") "," GAVE("1") "," GAVE("1")), "null", "input",
	  "No tool call found" },
	{ ITEMS("{\"type\":\"custom_tool_call\",\"call_id\":\"1\"}"), "null",
	  "input", "No tool output found for custom tool call 1." },
	{ ITEMS("{\"type\":\"custom_tool_call\"}," SAID), TAKEN },
	{ ITEMS("{\"type\":\"function_call\",\"name\":\"a\",\"arguments\":"
		"\"{}\"}"),
	  MISSING("input[0].call_id") },
	{ ITEMS("{\"type\":\"function_call\",\"call_id\":\"1\",\"arguments\":"
		"\"{}\"}"),
	  MISSING("input[0].name") },
	{ ITEMS("{\"type\":\"function_call\",\"call_id\":\"1\",\"name\":"
		"\"a b\",\"arguments\":\"{}\"}"),
	  "invalid_value", "input[0].name", "'^[a-zA-Z0-9_-]+$'" },
	{ ITEMS("{\"type\":\"function_call\",\"call_id\":\"1\",\"name\":"
		"\"a\"}"),
	  MISSING("input[0].arguments") },
	{ ITEMS("{\"type\":\"function_call\",\"call_id\":\"1\",\"name\":"
		"\"a\",\"arguments\":{}}"),
	  "invalid_type", "input[0].arguments",
	  "expected a string, but got an object" },
	{ ITEMS(CALLED(X64 "x") "," GAVE(X64 "x")), "string_above_max_length",
	  "input[0].call_id", "maximum length 64, but got a string with" },
	{ ITEMS(CALLED("1") ",{\"type\":\"function_call_output\",\"call_id\":"
			    "\"1\"}"),
	  MISSING("input[1].output") },
	{ ITEMS(CALLED("1") ",{\"type\":\"function_call_output\",\"call_id\":"
			    "\"1\",\"output\":{}}"),
	  "invalid_type", "input[1].output", "array of objects or string" },
	{ ITEMS(CALLED("1") ",{\"type\":\"function_call_output\",\"call_id\":"
			    "\"1\",\"output\":[{\"type\":\"input_text\","
			    "\"text\":\"a\"}," IMAGE("\"https://a/b\"") "]}"),
	  TAKEN },
	{ ITEMS(CALLED("1") ",{\"type\":\"function_call_output\",\"call_id\":"
			    "\"1\",\"output\":[{\"type\":\"output_text\","
			    "\"text\":\"a\"}]}"),
	  "invalid_value", "input[1].output[0]",
	  "'input_text', 'input_image', and 'input_file'." },
	{ ITEMS(CALLED("1") ",{\"type\":\"function_call_output\",\"call_id\":"
			    "\"1\",\"output\":\"x\",\"is_error\":true}"),
	  UNKNOWN("input[1].is_error") },
};

/* "a thought of ccmock, number 7, item 0", as ccmock encrypts it. */
#define OURS "\"gAAAAABoYSB0aG91Z2h0IG9mIGNjbW9jaywgbnVtYmVyIDcsIGl0ZW0gMA==\""
#define BROKEN "\"gAAAAABoYSB0aG91Z2h0IG9mIGNjbW9ja\""
#define KEPT(more) THOUGHT("\"id\":\"rs_1\",\"summary\":[]" more)

static const struct strict_row thoughts[] = {
	{ ITEMS(KEPT("") "," ANSWER), TAKEN },
	{ ITEMS(KEPT("") "," CALLED("1") "," GAVE("1")), TAKEN },
	{ ITEMS(KEPT("") ",{\"role\":\"assistant\",\"content\":\"x\"}"),
	  TAKEN },
	{ ITEMS(KEPT("") ",{\"type\":\"web_search_call\"}"), TAKEN },
	{ UNKEPT(KEPT(",\"encrypted_content\":" OURS) "," ANSWER), TAKEN },
	{ UNKEPT(THOUGHT("\"summary\":[],\"encrypted_content\":"
			 "\"Zm9v\"") "," ANSWER),
	  TAKEN },
	{ UNKEPT(KEPT(",\"encrypted_content\":" BROKEN) "," ANSWER),
	  "invalid_encrypted_content", "null",
	  "The encrypted content gAAA...W9ja could not be verified." },
	{ UNKEPT(KEPT(",\"encrypted_content\":\"\"") "," ANSWER),
	  "invalid_encrypted_content", "null", "could not be verified" },
	{ UNKEPT(KEPT(",\"encrypted_content\":\"a b\"") "," ANSWER),
	  "invalid_encrypted_content", "null", "could not be verified" },
	{ UNKEPT(KEPT(",\"encrypted_content\":7") "," ANSWER), "invalid_type",
	  "input[0].encrypted_content", "a string" },
	{ ITEMS(THOUGHT("\"id\":\"rs_1\"") "," ANSWER),
	  MISSING("input[0].summary") },
	{ ITEMS(THOUGHT("\"id\":\"rs_1\",\"summary\":\"x\"") "," ANSWER),
	  "invalid_type", "input[0].summary", "an array of objects" },
	{ ITEMS(THOUGHT("\"id\":\"sig_1\",\"summary\":[]") "," ANSWER),
	  "invalid_value", "input[0].id", "begins with 'rs'" },
	{ ITEMS(THOUGHT("\"id\":\"rs_1\",\"summary\":[],\"signature\":"
			"\"x\"") "," ANSWER),
	  UNKNOWN("input[0].signature") },
	{ ITEMS(SAID "," KEPT("")), "null", "input",
	  "Item 'rs_1' of type 'reasoning' was provided without its "
	  "required "
	  "following item." },
	{ ITEMS(KEPT("") "," SAID), "null", "input", "required following" },
	{ ITEMS(KEPT("") "," KEPT("") "," ANSWER), "null", "input",
	  "required following" },
	{ ITEMS(CALLED("1") "," KEPT("") "," GAVE("1")), "null", "input",
	  "required following" },
};

#define SCHEMA "{\"type\":\"object\",\"properties\":{}}"

static const struct strict_row tools[] = {
	{ BODY("\"tools\":[]"), TAKEN },
	{ FUNCTION("\"description\":\"d\",\"strict\":false,"
		   "\"parameters\":" SCHEMA),
	  TAKEN },
	{ FUNCTION("\"parameters\":null"), TAKEN },
	{ TOOL("\"name\":\"f\""), MISSING("tools[0].type") },
	{ TOOL("\"type\":\"function\",\"function\":{\"name\":\"f\"}"),
	  MISSING("tools[0].name") },
	{ TOOL("\"type\":\"function\",\"name\":\"a.b\""), "invalid_value",
	  "tools[0].name", "'^[a-zA-Z0-9_-]+$'" },
	{ TOOL("\"type\":\"function\",\"name\":\"" X64 "x\""),
	  "string_above_max_length", "tools[0].name", "length 65" },
	{ FUNCTION("\"input_schema\":{}"), UNKNOWN("tools[0].input_schema") },
	{ FUNCTION("\"parameters\":{\"type\":\"object\",\"properties\":"
		   "{\"a\":{\"type\":\"array\"}}}"),
	  "invalid_function_parameters", "tools[0].parameters",
	  "Invalid schema for function 'f': In context=('properties', 'a'), "
	  "array schema missing items." },
	{ FUNCTION("\"strict\":true,\"parameters\":" SCHEMA),
	  "invalid_function_parameters", "tools[0].parameters",
	  "'additionalProperties' is required" },
	{ TOOL("\"type\":\"web_search\""), TAKEN },
	{ TOOL("\"type\":\"web_search_20250305\",\"name\":\"web_search\""),
	  "invalid_value", "tools[0].type",
	  "Invalid value: 'web_search_20250305'. Supported values are: "
	  "'function'" },
	{ TOOL("\"type\":\"custom\""), MISSING("tools[0].name") },
	/* The choice. */
	{ BODY("\"tool_choice\":\"auto\""), TAKEN },
	{ BODY("\"tool_choice\":\"required\""), "null", "tool_choice",
	  "Tool choice 'required' must be specified with 'tools' parameter." },
	{ BODY("\"tool_choice\":\"any\""), "invalid_value", "tool_choice",
	  "'none', 'auto', and 'required'." },
	{ FUNCTION("\"parameters\":" SCHEMA "}],\"tool_choice\":{\"type\":"
		   "\"function\",\"name\":\"f\"},\"include\":[],\"text\":{"
		   "\"format\":{\"type\":\"text\"}},\"tools\":[{\"type\":"
		   "\"function\",\"name\":\"f\""),
	  TAKEN },
	{ BODY("\"tool_choice\":{\"type\":\"function\",\"name\":\"g\"}"),
	  "null", "tool_choice",
	  "Tool choice 'g' not found in 'tools' parameter." },
	{ BODY("\"tool_choice\":{\"type\":\"function\",\"function\":{\"name\":"
	       "\"f\"}}"),
	  UNKNOWN("tool_choice.function") },
	{ BODY("\"tool_choice\":{\"type\":\"function\"}"),
	  MISSING("tool_choice.name") },
	{ BODY("\"tool_choice\":{\"name\":\"f\"}"),
	  MISSING("tool_choice.type") },
	{ BODY("\"tool_choice\":{\"type\":\"tool\",\"name\":\"f\"}"),
	  "invalid_value", "tool_choice.type", "Invalid value: 'tool'." },
	{ BODY("\"tool_choice\":{\"type\":\"web_search\"}"), TAKEN },
};

#define FORMAT(members) BODY("\"text\":{\"format\":{" members "}}")
#define JSON_SCHEMA(members) FORMAT("\"type\":\"json_schema\"," members)

static const struct strict_row formats[] = {
	{ FORMAT("\"type\":\"text\""), TAKEN },
	{ FORMAT("\"type\":\"json_object\""), TAKEN },
	{ FORMAT("\"name\":\"n\""), MISSING("text.format.type") },
	{ FORMAT("\"type\":\"json\""), "invalid_value", "text.format.type",
	  "'json_object', 'json_schema', and 'text'." },
	{ FORMAT("\"type\":\"text\",\"schema\":{}"),
	  UNKNOWN("text.format.schema") },
	{ JSON_SCHEMA("\"name\":\"n\",\"strict\":false,\"schema\":" SCHEMA),
	  TAKEN },
	{ JSON_SCHEMA("\"schema\":" SCHEMA), MISSING("text.format.name") },
	{ JSON_SCHEMA("\"json_schema\":{\"name\":\"n\"}"),
	  MISSING("text.format.name") },
	{ JSON_SCHEMA("\"name\":\"n\""), MISSING("text.format.schema") },
	{ JSON_SCHEMA("\"name\":\"a b\",\"schema\":" SCHEMA), "invalid_value",
	  "text.format.name", "pattern" },
	{ JSON_SCHEMA("\"name\":\"n\",\"odd\":1,\"schema\":" SCHEMA),
	  UNKNOWN("text.format.odd") },
	{ JSON_SCHEMA("\"name\":\"n\",\"strict\":true,\"schema\":" SCHEMA),
	  "invalid_json_schema", "text.format.schema",
	  "Invalid schema for response_format 'n'" },
};

static void check_rows(const struct strict_row *rows, size_t count)
{
	path_asked = "/v1/responses";
	for (size_t i = 0; i < count; i++)
		check_strict(&rows[i]);
}

#define ROWS(name) \
	static void t_##name(void **state) \
	{ \
		(void)state; \
		check_rows(name, sizeof(name) / sizeof((name)[0])); \
	}

ROWS(members)
ROWS(models)
ROWS(items)
ROWS(pairs)
ROWS(thoughts)
ROWS(tools)
ROWS(formats)

/* What is not found is told as that. */
static void t_not_found(void **state)
{
	static const char *const rows[][2] = {
		{ UNKEPT(KEPT("") "," ANSWER),
		  "Item with id 'rs_1' not found. Items are not persisted when "
		  "`store` is set to false." },
		{ ITEMS("{\"type\":\"item_reference\",\"id\":\"msg_9\"}"),
		  "Item with id 'msg_9' not found." },
	};

	(void)state;
	path_asked = "/v1/responses";
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct asked a;

		ask(&a, rows[i][0], true);
		assert_int_equal(a.reply.status, 404);
		assert_at(&a, "/error/param", "input");
		assert_words(&a, rows[i][0], rows[i][1]);
		asked_clear(&a);
	}
}

/* Prompts that no window holds, and tools that are too many. */
static void t_too_many(void **state)
{
	struct buf body = BUF_INIT(BUF_NO_LIMIT);
	struct asked a;

	(void)state;
	path_asked = "/v1/responses";
	buf_add_text(&body, "{\"model\":\"gpt-4\",\"input\":\"");
	for (int i = 0; i < 20000; i++)
		buf_add_text(&body, "word ");
	buf_add_text(&body, "\"}");
	ask(&a, buf_str(&body), true);
	assert_int_equal(a.reply.status, 400);
	assert_at(&a, "/error/code", "context_length_exceeded");
	assert_at(&a, "/error/message",
		  "Your input exceeds the context window of this model. Please "
		  "adjust your input and try again.");
	asked_clear(&a);
	buf_reset(&body);
	buf_add_text(&body, "{\"model\":\"m\",\"input\":\"x\",\"tools\":[");
	for (int i = 0; i < 129; i++)
		buf_addf(&body, "%s{\"type\":\"function\",\"name\":\"f%d\"}",
			 i > 0 ? "," : "", i);
	buf_add_text(&body, "]}");
	ask(&a, buf_str(&body), true);
	assert_at(&a, "/error/code", "array_above_max_length");
	asked_clear(&a);
	buf_clear(&body);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(t_members),  cmocka_unit_test(t_models),
		cmocka_unit_test(t_items),    cmocka_unit_test(t_pairs),
		cmocka_unit_test(t_thoughts), cmocka_unit_test(t_tools),
		cmocka_unit_test(t_formats),  cmocka_unit_test(t_not_found),
		cmocka_unit_test(t_too_many),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("responses: strict", tests, NULL,
					   NULL);
}
