/* ccmock at /v1/responses: what it answers by itself, whose credential it
 * takes, what is not there, and what its vendors do. */
#include "tests/unit/chat_kit.h"

#define BODY(members) "{\"model\":\"m\",\"input\":\"hello\"" members "}"
#define ADD \
	",\"tools\":[{\"type\":\"function\",\"name\":\"add\",\"parameters\":" \
	"{\"type\":\"object\",\"properties\":{\"n\":{\"type\":\"integer\"}}," \
	"\"required\":[\"n\"]}}]"

static int use_path(void **state)
{
	(void)state;
	path_asked = "/v1/responses";
	vendor = VENDOR_UNSAID;
	return 0;
}

/* What an answer to the body has at a pointer. */
struct at_row {
	const char *body, *pointer, *text;
};

static void t_answers(void **state)
{
	static const struct at_row rows[] = {
		{ BODY(""), "/object", "response" },
		{ BODY(""), "/status", "completed" },
		{ BODY(""), "/output/0/type", "message" },
		{ BODY(""), "/output/0/content/0/text", "You said: hello" },
		{ BODY(""), "/usage/output_tokens", "4" },
		{ BODY(",\"max_output_tokens\":3"), "/status", "incomplete" },
		{ BODY(",\"max_output_tokens\":3"),
		  "/incomplete_details/reason", "max_output_tokens" },
		{ BODY(",\"max_output_tokens\":3"), "/output/0/status",
		  "incomplete" },
		/* It thinks where an effort is asked for, and says what where
		 * a summary is. */
		{ BODY(",\"reasoning\":{\"effort\":\"none\"}"),
		  "/output/0/type", "message" },
		{ BODY(",\"reasoning\":{\"effort\":\"low\"}"), "/output/0/type",
		  "reasoning" },
		{ BODY(",\"reasoning\":{\"effort\":\"low\"}"),
		  "/output/0/summary", "[]" },
		{ BODY(",\"reasoning\":{\"summary\":\"auto\"}"),
		  "/output/0/summary/0/type", "summary_text" },
		{ BODY(",\"reasoning\":{\"summary\":\"auto\"}"),
		  "/output/1/type", "message" },
		{ BODY(",\"reasoning\":{\"effort\":\"low\"}"),
		  "/usage/output_tokens_details/reasoning_tokens", "15" },
		/* Calls: by a marker, and by a choice. */
		{ "{\"model\":\"m\",\"input\":[{\"role\":\"user\",\"content\":"
		  "\"do [tool:add {\\\"n\\\": 7}]\"}]" ADD "}",
		  "/output/0/type", "function_call" },
		{ "{\"model\":\"m\",\"input\":[{\"role\":\"user\",\"content\":"
		  "\"do [tool:add {\\\"n\\\": 7}]\"}]" ADD "}",
		  "/output/0/arguments", "{\"n\": 7}" },
		{ "{\"model\":\"m\",\"input\":[{\"role\":\"user\",\"content\":"
		  "\"do [tool:add {\\\"n\\\": 7}]\"},{\"type\":"
		  "\"function_call\",\"call_id\":\"1\",\"name\":\"add\","
		  "\"arguments\":\"{}\"},{\"type\":\"function_call_output\","
		  "\"call_id\":\"1\",\"output\":\"7\"}]" ADD "}",
		  "/output/0/type", "message" },
		{ BODY(ADD ",\"tool_choice\":\"required\""), "/output/0/name",
		  "add" },
		{ BODY(ADD ",\"tool_choice\":{\"type\":\"function\",\"name\":"
			   "\"add\"}"),
		  "/output/0/call_id", "call_mock000000000007_0" },
		{ BODY(",\"text\":{\"format\":{\"type\":\"json_schema\","
		       "\"name\":\"n\",\"schema\":{\"type\":\"object\","
		       "\"properties\":{\"a\":{\"const\":1}},\"required\":"
		       "[\"a\"]}}}"),
		  "/output/0/content/0/text", "{\"a\":1}" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct asked a;

		ask(&a, rows[i].body, true);
		if (a.reply.status != 200 && !strstr(rows[i].body, ":3"))
			fail_msg("%s: %s", rows[i].body, a.reply.bytes);
		asked_clear(&a);
		ask(&a, rows[i].body, false);
		assert_at(&a, rows[i].pointer, rows[i].text);
		asked_clear(&a);
	}
}

static void t_stream(void **state)
{
	struct asked a;

	(void)state;
	ask(&a, BODY(",\"stream\":true"), true);
	assert_int_equal(a.reply.kind, REPLY_STREAM);
	assert_true(span_starts(a.reply.script->steps[0].bytes,
				"event: response.created\n"));
	assert_true(span_starts(
		a.reply.script->steps[a.reply.script->count - 1].bytes,
		"event: response.completed\n"));
	asked_clear(&a);
}

/* ---- what is refused by all ---- */

struct refused_row {
	const char *path, *key, *method, *body;
	enum vendor vendor;
	int status;
	const char *code, *words;
};

static void t_refused(void **state)
{
	static const char key[] = "Bearer right";
	static const struct refused_row rows[] = {
		{ "/v1/responses", NULL, "POST", BODY(""), VENDOR_UNSAID, 401,
		  "null", "You didn't provide an API key" },
		{ "/v1/responses", "Bearer wrong", "POST", BODY(""),
		  VENDOR_UNSAID, 401, "invalid_api_key", "Incorrect API key" },
		{ "/v1/responses", key, "GET", "", VENDOR_UNSAID, 405,
		  "method_not_supported", "Not allowed to GET on" },
		{ "/v1/responses", key, "POST", "[", VENDOR_UNSAID, 400, "null",
		  "could not parse the JSON body" },
		{ "/v1/responses", key, "POST", "{\"model\":\"m\"}",
		  VENDOR_UNSAID, 400, "null", "Invalid request" },
		{ "/v1/responses", key, "POST",
		  "{\"model\":\"no-such-model\",\"input\":\"x\"}",
		  VENDOR_UNSAID, 404, "model_not_found", "no-such-model" },
		{ "/v1/responses", key, "POST",
		  BODY(",\"max_output_tokens\":0"), VENDOR_UNSAID, 400,
		  "integer_below_min_value", "'max_output_tokens'" },
		{ "/v1/responses", key, "POST",
		  BODY(",\"max_output_tokens\":\"many\""), VENDOR_UNSAID, 400,
		  "invalid_type", "expected an integer, but got a string" },
		/* Nothing is stored. */
		{ "/v1/responses", key, "POST",
		  BODY(",\"previous_response_id\":\"resp_1\""), VENDOR_UNSAID,
		  400, "previous_response_not_found",
		  "Previous response with id 'resp_1' not found." },
		{ "/v1/responses", key, "POST",
		  BODY(",\"conversation\":\"conv_1\""), VENDOR_UNSAID, 404,
		  "null", "Conversation with id 'conv_1' not found." },
		{ "/v1/responses", key, "POST",
		  BODY(",\"conversation\":{\"id\":\"conv_2\"}"), VENDOR_UNSAID,
		  404, "null", "Conversation with id 'conv_2' not found." },
		{ "/v1/responses/resp_1", key, "GET", "", VENDOR_UNSAID, 404,
		  "null", "Response with id 'resp_1' not found." },
		{ "/v1/responses/resp_1/cancel", key, "POST", "", VENDOR_UNSAID,
		  404, "null", "Response with id 'resp_1' not found." },
		/* Not each vendor has them. */
		{ "/v1/responses", key, "POST", BODY(""), VENDOR_DEEPSEEK, 404,
		  "null", "Invalid URL (POST /v1/responses)" },
		{ "/v1/responses/input_tokens", key, "POST", BODY(""),
		  VENDOR_DEEPSEEK, 404, "null", "Invalid URL" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct asked a;

		path_asked = rows[i].path;
		vendor = rows[i].vendor;
		ask_with(&a, rows[i].key, rows[i].method, rows[i].body, false);
		if (a.reply.status != rows[i].status)
			fail_msg("%s %s: %d", rows[i].path, rows[i].body,
				 a.reply.status);
		assert_at(&a, "/error/code", rows[i].code);
		assert_words(&a, rows[i].body, rows[i].words);
		asked_clear(&a);
	}
}

static void t_count(void **state)
{
	struct asked a;

	(void)state;
	path_asked = "/v1/responses/input_tokens";
	ask(&a, BODY(""), true);
	assert_int_equal(a.reply.status, 200);
	assert_at(&a, "/object", "response.input_tokens");
	assert_at(&a, "/input_tokens", "5");
	asked_clear(&a);
}

/* ---- a small server of one's own ---- */

static void t_local(void **state)
{
	struct asked a;

	(void)state;
	vendor = VENDOR_LOCAL;
	ask(&a,
	    BODY(",\"previous_response_id\":\"resp_1\",\"odd\":1,"
		 "\"reasoning\":{\"summary\":\"auto\"}"),
	    true);
	assert_int_equal(a.reply.status, 200);
	assert_at(&a, "/output/0/content/0/type", "reasoning_text");
	assert_at(&a, "/output/1/content/0/text", "You said: hello");
	asked_clear(&a);
	vendor = VENDOR_KIMI;
	ask(&a, BODY(""), false);
	assert_int_equal(a.reply.status, 404);
	asked_clear(&a);
}

static void t_paths(void **state)
{
	static const struct {
		const char *path;
		bool served;
	} rows[] = {
		{ "/v1/responses", true },
		{ "/responses", true },
		{ "/openai/v1/responses", true },
		{ "/v1/responses/input_tokens", true },
		{ "/v1/responses/resp_1", true },
		{ "/v1/response", false },
		{ "/v1/messages", false },
		{ "/v1/chat/completions", false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		assert_int_equal(responses_serves(span_of(rows[i].path)),
				 rows[i].served);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(t_answers, use_path),
		cmocka_unit_test_setup(t_stream, use_path),
		cmocka_unit_test_setup(t_refused, use_path),
		cmocka_unit_test_setup(t_count, use_path),
		cmocka_unit_test_setup(t_local, use_path),
		cmocka_unit_test(t_paths),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("responses", tests, NULL, NULL);
}
