/* Vendors of chat completions: what each refuses, and the words of its
 * answers. */
#include "tests/unit/chat_kit.h"

#define WITH_REASONING(list) \
	"{\"role\":\"assistant\",\"content\":\"\",\"reasoning_content\":" \
	"\"r\"," \
	"\"tool_calls\":[" list "]}"
#define ROLE(role) "{\"role\":\"" role "\",\"content\":\"c\"}"
#define IMAGE \
	"{\"role\":\"user\",\"content\":[{\"type\":\"image_url\"," \
	"\"image_url\":{\"url\":\"https://x\"}}]}"
#define TOOLS(markers) \
	"{\"model\":\"m\",\"tools\":[{\"type\":\"function\",\"function\":{" \
	"\"name\":\"a\",\"parameters\":{\"type\":\"object\"}}}],\"messages\":" \
	"[" \
	"{\"role\":\"user\",\"content\":\"" markers "\"}]"

static void assert_answer(enum vendor who, const char *body, int status,
			  const char *wanted)
{
	struct asked a;

	vendor = who;
	ask(&a, body, false);
	if (a.reply.status != status)
		fail_msg("%d: %s: %.*s", a.reply.status, body, (int)a.reply.len,
			 a.reply.bytes);
	if (status != 200 && (strlen(wanted) != a.reply.len ||
			      memcmp(wanted, a.reply.bytes, a.reply.len) != 0))
		fail_msg("%s\n-- is\n%.*s\n-- not\n%s", body, (int)a.reply.len,
			 a.reply.bytes, wanted);
	asked_clear(&a);
	vendor = VENDOR_UNSAID;
}

#define DEEPSEEK(message) \
	"{\"error\":{\"message\":\"" message \
	"\",\"type\":\"invalid_request_error\",\"param\":null,\"code\":" \
	"\"invalid_request_error\"}}"
#define KIMI(message) \
	"{\"error\":{\"message\":\"" message \
	"\",\"type\":\"invalid_request_error\"}}"
#define TEMPLATE(message) \
	"{\"error\":{\"code\":500,\"message\":\"\\n------------\\nWhile " \
	"executing CallExpression at line 85, column 32 in source:\\n...{{- " \
	"raise_exception(\\nError: Jinja Exception: " message \
	"\",\"type\":\"server_error\"}}"

static void t_refusals(void **state)
{
	static const struct {
		enum vendor vendor;
		const char *body;
		int status;
		const char *wanted;
	} rows[] = {
		/* Calls without what was thought before them. */
		{ VENDOR_DEEPSEEK,
		  TURNS(SAYS "," CALLS(CALL("1")) "," RESULT("1")), 400,
		  DEEPSEEK("The `reasoning_content` in the thinking mode must "
			   "be passed back to the API.") },
		{ VENDOR_KIMI, TURNS(SAYS "," CALLS(CALL("1")) "," RESULT("1")),
		  400,
		  KIMI("thinking is enabled but reasoning_content is missing "
		       "in assistant tool call message at index 1") },
		{ VENDOR_DEEPSEEK,
		  TURNS(SAYS "," WITH_REASONING(CALL("1")) "," RESULT("1")),
		  200, NULL },
		{ VENDOR_KIMI,
		  TURNS(SAYS "," WITH_REASONING(CALL("1")) "," RESULT("1")),
		  200, NULL },
		{ VENDOR_KIMI,
		  "{\"thinking\":{\"type\":\"disabled\"},\"model\":\"m\","
		  "\"messages\":[" SAYS
		  "," CALLS(CALL("1")) "," RESULT("1") "]}",
		  200, NULL },
		{ VENDOR_LOCAL,
		  TURNS(SAYS "," CALLS(CALL("1")) "," RESULT("1")), 200, NULL },
		{ VENDOR_DEEPSEEK, TURNS(SAYS "," ROLE("assistant") "," SAYS),
		  200, NULL },
		/* Results that are not there. */
		{ VENDOR_KIMI,
		  TURNS(SAYS "," WITH_REASONING(CALL("1")) "," SAYS), 400,
		  KIMI("An assistant message with 'tool_calls' must be "
		       "followed "
		       "by tool messages responding to each 'tool_call_id'. "
		       "The "
		       "following tool_call_ids did not have response "
		       "messages: \\\"1\\\"") },
		{ VENDOR_LOCAL, TURNS(SAYS "," CALLS(CALL("1")) "," SAYS), 200,
		  NULL },
		/* Roles. */
		{ VENDOR_OPENAI, TURNS(ROLE("developer") "," SAYS), 200, NULL },
		{ VENDOR_DEEPSEEK, TURNS(SAYS "," ROLE("developer")), 400,
		  DEEPSEEK("Failed to deserialize the JSON body into the "
			   "target type: messages[1].role: unknown variant "
			   "`developer`, expected one of `system`, `user`, "
			   "`assistant`, `tool`, `latest_reminder` at line 1 "
			   "column 74") },
		{ VENDOR_KIMI, TURNS(SAYS "," ROLE("developer")), 400,
		  KIMI("Invalid request: role 'developer' is not a valid "
		       "role") },
		{ VENDOR_LOCAL, TURNS(ROLE("developer") "," SAYS), 500,
		  TEMPLATE("Unexpected message role.") },
		{ VENDOR_LOCAL, TURNS(ROLE("system") "," SAYS), 200, NULL },
		{ VENDOR_LOCAL, TURNS(ROLE("system") "," ROLE("system")), 500,
		  TEMPLATE("System message must be at the beginning.") },
		{ VENDOR_DEEPSEEK, TURNS(SAYS "," ROLE("system")), 200, NULL },
		/* Images. */
		{ VENDOR_DEEPSEEK, TURNS(IMAGE), 400,
		  DEEPSEEK("Failed to deserialize the JSON body into the "
			   "target type: messages[0]: unknown variant "
			   "`image_url`, expected `text` at line 1 column "
			   "70") },
		{ VENDOR_LOCAL, TURNS(IMAGE), 500,
		  "{\"error\":{\"code\":500,\"message\":\"image input is not "
		  "supported - hint: if this is unexpected, you may need to "
		  "provide the mmproj\",\"type\":\"server_error\"}}" },
		{ VENDOR_KIMI, TURNS(IMAGE), 200, NULL },
		/* Limits. */
		{ VENDOR_DEEPSEEK,
		  "{\"model\":\"m\",\"max_tokens\":393217," USER "}", 400,
		  DEEPSEEK("Invalid max_tokens value, the valid range of "
			   "max_tokens is [1, 393216]") },
		{ VENDOR_DEEPSEEK,
		  "{\"model\":\"m\",\"max_tokens\":393216," USER "}", 200,
		  NULL },
		/* Members that OpenAI would not take. */
		{ VENDOR_LOCAL, "{\"model\":\"m\",\"top_k\":1," USER "}", 200,
		  NULL },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		assert_answer(rows[i].vendor, rows[i].body, rows[i].status,
			      rows[i].wanted);
}

/* A prompt of so many tokens, one of which is for the rest of the request. */
static void assert_window(enum vendor who, size_t tokens, int status,
			  const char *wanted)
{
	struct buf body = BUF_INIT(BUF_NO_LIMIT);
	struct asked a;
	struct jval v;

	buf_add_text(&body, "{\"messages\":[{\"role\":\"user\",\"content\":\"");
	for (size_t i = 0; i < tokens; i++)
		buf_add_text(&body, "four");
	buf_add_text(&body, "\"}],\"model\":\"gpt-4o\"}");
	vendor = who;
	ask(&a, buf_str(&body), true);
	assert_int_equal(a.reply.status, status);
	if (status != 200) {
		assert_true(jscan_find(a.root, span_of("/error/message"), &v));
		if (span_find(v.text, span_of(wanted)) == SIZE_MAX)
			fail_msg("%s is not in %.*s", wanted, SPAN_ARG(v.text));
	}
	asked_clear(&a);
	buf_clear(&body);
	vendor = VENDOR_UNSAID;
}

static void t_windows(void **state)
{
	(void)state;
	assert_window(VENDOR_LOCAL, 32000, 200, NULL);
	assert_window(VENDOR_LOCAL, 32768, 400,
		      "exceeds the available context size (32768 tokens)");
	assert_window(VENDOR_KIMI, 262000, 200, NULL);
	assert_window(VENDOR_KIMI, 262144, 400,
		      "exceeded model token limit: 262144 (requested: ");
	assert_window(VENDOR_OPENAI, 127000, 200, NULL);
	assert_window(VENDOR_OPENAI, 128000, 400,
		      "maximum context length is 128000 tokens. However, your "
		      "messages resulted in ");
}

static void t_keys(void **state)
{
	struct asked a;

	(void)state;
	vendor = VENDOR_KIMI;
	ask_with(&a, "Bearer wrong", "POST", "{}", false);
	assert_int_equal(a.reply.status, 401);
	assert_false(jscan_find(a.root, span_of("/error/code"),
				&(struct jval){ .type = J_NULL }));
	asked_clear(&a);
	/* The local server wants one where ccmock was given one. */
	vendor = VENDOR_LOCAL;
	ask_with(&a, NULL, "POST", "{}", false);
	assert_int_equal(a.reply.status, 401);
	assert_at(&a, "/error/code", "401");
	asked_clear(&a);
	vendor = VENDOR_UNSAID;
}

static size_t count_in(const struct asked *a, const char *text)
{
	size_t n = 0;

	for (size_t i = 0; i < a->reply.script->count; i++)
		n += span_find(a->reply.script->steps[i].bytes,
			       span_of(text)) != SIZE_MAX;
	return n;
}

static void t_thinking(void **state)
{
	struct asked a;

	(void)state;
	vendor = VENDOR_DEEPSEEK;
	ask(&a, "{\"model\":\"m\"," USER "}", false);
	assert_at(&a, "/choices/0/message/content", "You said: hi");
	assert_at(&a, "/choices/0/message/reasoning_content",
		  "The user wrote to a mock provider; it says the words back.");
	assert_at(&a, "/usage/completion_tokens", "18");
	assert_at(&a, "/usage/completion_tokens_details/reasoning_tokens",
		  "15");
	asked_clear(&a);
	/* Thinking comes out of the limit. */
	ask(&a, "{\"model\":\"m\",\"max_tokens\":2," USER "}", false);
	assert_at(&a, "/choices/0/message/reasoning_content", "The user");
	assert_at(&a, "/choices/0/finish_reason", "length");
	assert_at(&a, "/usage/completion_tokens", "2");
	asked_clear(&a);
	ask(&a,
	    "{\"model\":\"m\",\"thinking\":{\"type\":\"disabled\"}," USER "}",
	    false);
	assert_false(jscan_find(a.root,
				span_of("/choices/0/message/reasoning_content"),
				&(struct jval){ .type = J_NULL }));
	asked_clear(&a);
	ask(&a, "{\"model\":\"m\",\"stream\":true," USER "}", false);
	assert_int_equal(count_in(&a, "\"reasoning_content\""), 6);
	/* Tokens stand beside the finish reason, whoever asks. */
	assert_int_equal(count_in(&a, "\"finish_reason\":\"stop\"}],\"usage\":"
				      "{\"prompt_tokens\":"),
			 1);
	asked_clear(&a);
	vendor = VENDOR_UNSAID;
}

static void t_local(void **state)
{
	struct asked a;

	(void)state;
	vendor = VENDOR_LOCAL;
	ask(&a, TOOLS("[tools: a {}; a {}]") "}", false);
	assert_at(&a, "/choices/0/message/tool_calls/0/function/name", "a");
	assert_false(jscan_find(a.root,
				span_of("/choices/0/message/tool_calls/1"),
				&(struct jval){ .type = J_NULL }));
	assert_at(&a, "/choices/0/finish_reason", "stop");
	assert_false(jscan_find(a.root, span_of("/usage"),
				&(struct jval){ .type = J_NULL }));
	asked_clear(&a);
	ask(&a,
	    TOOLS("[tools: a {}; a {}]") ",\"stream\":true,"
					 "\"stream_options\":{"
					 "\"include_usage\":true}}",
	    false);
	assert_int_equal(count_in(&a, "\"tool_calls\""), 1);
	assert_int_equal(count_in(&a, "\"name\":\"a\",\"arguments\":\"{}\""),
			 1);
	assert_int_equal(count_in(&a, "usage"), 0);
	assert_int_equal(count_in(&a, "\"finish_reason\":\"stop\""), 1);
	asked_clear(&a);
	ask(&a, "{\"model\":\"m\",\"max_tokens\":1," USER "}", false);
	assert_at(&a, "/choices/0/finish_reason", "length");
	asked_clear(&a);
	vendor = VENDOR_UNSAID;
}

static void t_names(void **state)
{
	static const char *const names[] = { "openai", "deepseek", "kimi",
					     "local" };
	struct buf text = BUF_INIT(BUF_NO_LIMIT);
	struct fail f = FAIL_INIT;
	enum vendor v = VENDOR_UNSAID;

	(void)state;
	vendor_list(&text);
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		struct buf line = BUF_INIT(40);

		assert_int_equal(vendor_from(names[i], &v, &f), 0);
		assert_int_equal(v, (enum vendor)(i + VENDOR_OPENAI));
		buf_addf(&line, "\n%s\n    %c", names[i], "OIIA"[i]);
		assert_non_null(strstr(buf_str(&text), buf_str(&line)));
		buf_clear(&line);
	}
	assert_int_equal(vendor_from("open-ai", &v, &f), -1);
	assert_string_equal(
		f.text, "a vendor must be openai, deepseek, kimi or local, not "
			"'open-ai'; did you mean 'openai'?");
	buf_clear(&text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(t_refusals), cmocka_unit_test(t_windows),
		cmocka_unit_test(t_keys),     cmocka_unit_test(t_thinking),
		cmocka_unit_test(t_local),    cmocka_unit_test(t_names),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("vendor", tests, NULL, NULL);
}
