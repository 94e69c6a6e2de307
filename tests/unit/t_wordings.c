/*
 * Tests of probe/refusal: errors that other vendors' servers, local servers and
 * gateways were reported to give (reworded), and the code and first word of
 * each.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "probe/refusal/finding.h"
#include "probe/refusal/refusal.h"
#include "tests/unit/refusal_kit.h"

/* How servers put a text. */
#define API(text) \
	"{\"type\":\"error\",\"error\":{\"type\":\"invalid_request_error\"," \
	"\"message\":\"" text "\"}}"
#define OPENAI(text) \
	"{\"error\":{\"message\":\"" text \
	"\",\"type\":\"invalid_request_error\",\"param\":null,\"code\":null}}"
#define CODED(text, code) \
	"{\"error\":{\"message\":\"" text \
	"\",\"type\":\"invalid_request_error\",\"code\":\"" code "\"}}"
#define DETAIL(text) "{\"detail\":\"" text "\"}"
#define BARE(text) "{\"error\":\"" text "\"}"
#define LITELLM(name, text) \
	OPENAI("litellm." name ": OpenAIException - " text \
	       ". Received Model Group=claude-opus-5-5\\nAvailable Model " \
	       "Group Fallbacks=None")
#define RAW(text) \
	"{\"error\":{\"message\":\"Provider returned error\",\"code\":400," \
	"\"metadata\":{\"raw\":\"{\\\"error\\\":{\\\"message\\\":\\\"" text \
	"\\\"}}\",\"provider_name\":\"Other\"}}}"
#define ATTEMPTS(text) \
	"{\"error\":{\"message\":\"all providers failed\",\"type\":" \
	"\"api_error\"},\"attempts\":[{\"provider\":\"other\",\"status\":400," \
	"\"details\":{\"error\":{\"message\":\"" text "\"}}}]}"
#define GEMINI(text) \
	"{\"error\":{\"code\":400,\"message\":\"" text \
	"\",\"status\":\"INVALID_ARGUMENT\"}}"
#define REPR(text) \
	OPENAI("Error code: 400 - {'error': {'message': \\\"" text \
	       "\\\", 'type': 'invalid_request_error'}}")
#define TWICE(text) \
	OPENAI("upstream said {\\\"error\\\":{\\\"message\\\":\\\"" \
	       "{\\\\\\\"error\\\\\\\":{\\\\\\\"message\\\\\\\":\\\\\\\"" text \
	       "\\\\\\\"}}\\\"}}")

#define GUARDED KIT_BODY_WITH("\"safeguards\":[{\"type\":\"x\"}],")
#define THREADED KIT_BODY_WITH("\"thread\":{\"type\":\"continue\"},")
#define CHOSEN KIT_BODY_WITH("\"tool_choice\":{\"type\":\"auto\"},")

struct row {
	int status;
	const char *code;
	const char *word; /* the first has this in it; NULL: whatever it is */
	const char *body;
	const char *sent; /* NULL: KIT_BODY */
	const char *fix; /* the finding's fix has this in it, or NULL */
};

static const struct row rows[] = {
	/* the conversation does not fit, whatever the status */
	{ 400, "DR-CONTEXT-REWORDED", "window",
	  CODED("Your input does not fit the window of this model",
		"context_length_exceeded"),
	  NULL, "/compact" },
	{ 502, "DR-CONTEXT-REWORDED", "exceeds the context window",
	  OPENAI("upstream 400: input exceeds the context window of the model"),
	  NULL, NULL },
	{ 502, "DR-CONTEXT-REWORDED", NULL,
	  RAW("maximum context length is 8192 tokens"), NULL, NULL },
	{ 400, "DR-CONTEXT-REWORDED", NULL,
	  DETAIL("maximum prompt length is 131072 and the request has 210000"),
	  NULL, NULL },
	{ 400, "DR-CONTEXT-REWORDED", NULL,
	  OPENAI("prompt token count of 130001 exceeds the limit of 128000"),
	  NULL, NULL },
	{ 400, "DR-CONTEXT-REWORDED", NULL,
	  CODED("too long", "model_max_prompt_tokens_exceeded"), NULL, NULL },
	{ 400, "DR-CONTEXT-REWORDED", NULL,
	  BARE("the model is loaded with context length of only 4096 tokens"),
	  NULL, NULL },
	{ 400, "DR-CONTEXT-REWORDED", NULL,
	  OPENAI("Your request exceeded model token limit: 262144"), NULL,
	  NULL },
	{ 400, "DR-CONTEXT-REWORDED", NULL, OPENAI("Prompt exceeds max length"),
	  NULL, NULL },
	{ 400, "DR-CONTEXT-REWORDED", NULL,
	  OPENAI("Range of input length should be [1, 98304]"), NULL, NULL },
	{ 500, "DR-CONTEXT-REWORDED", NULL,
	  "{\"error\":{\"code\":500,\"message\":\"request (9001 tokens) "
	  "exceeds the available context size (4096)\"}}",
	  NULL, NULL },
	{ 400, "DR-CONTEXT-TOO-LONG", "prompt is too long: 2",
	  LITELLM("ContextWindowExceededError",
		  "prompt is too long: 210000 tokens > 200000 maximum"),
	  NULL, NULL },

	/* an error inside another one: the inner words count */
	{ 400, "DR-TOOL-NAME", "mcp__x__y",
	  LITELLM("ContextWindowExceededError",
		  "Invalid 'tools[2].function.name': string too long, at most "
		  "64"),
	  NULL, "claude mcp remove x" },
	{ 500, "DR-TOOL-NAME", "mcp__x__y",
	  REPR("Invalid 'tools[2].function.name': too long, at most 64"), NULL,
	  NULL },
	{ 400, "DR-TRANSLATION", "a function without its parts",
	  ATTEMPTS("Missing required parameter: 'tools[2].function.name'"),
	  NULL, "WebSearch" },
	{ 500, "DR-CACHE-CONTROL-REFUSED", "system block 2",
	  TWICE("system.1.cache_control: Extra inputs are not permitted"), NULL,
	  "DISABLE_PROMPT_CACHING=1" },
	{ 400, "DR-PARAMETER-REFUSED", "max_tokens",
	  RAW("max_tokens is too large: 128000, at most 16384"), NULL,
	  "CLAUDE_CODE_MAX_OUTPUT_TOKENS" },
	{ 400, "DR-BLOCK-REFUSED", "message 4",
	  LITELLM("BadRequestError",
		  "messages.3.content.0: unknown content block"),
	  NULL, NULL },
	{ 401, "DR-UPSTREAM-KEY", NULL,
	  LITELLM("AuthenticationError", "Incorrect API key provided"), NULL,
	  NULL },
	{ 400, "DR-MEDIA-REFUSED", NULL,
	  ATTEMPTS("unknown variant `image_url`, expected `text`"), NULL,
	  NULL },

	{ 200, "DR-TOOL-NAME", "mcp__x__y",
	  "event: error\ndata: " LITELLM(
		  "BadRequestError",
		  "Invalid 'tools[2].function.name': string too long, at most "
		  "64") "\n\n",
	  NULL, NULL },
	{ 500, "DR-CACHE-CONTROL-REFUSED", "system block 2",
	  "upstream: 400 {\"error\":{\"message\":\"system.1.cache_control: not "
	  "here\"}} (tried 2)",
	  NULL, NULL },
	{ 502, "DR-BAD-GATEWAY", NULL, "no {json} here {", NULL, NULL },

	/* what the client never sent */
	{ 400, "DR-TRANSLATION", "max_completion_tokens",
	  OPENAI("Unsupported parameter: 'max_tokens' is not supported here. "
		 "Use 'max_completion_tokens' instead."),
	  NULL, "translate max_tokens" },
	{ 400, "DR-TRANSLATION", "reasoning_effort",
	  OPENAI("Unsupported value: 'reasoning_effort' does not support "
		 "'max'"),
	  NULL, "CLAUDE_CODE_EFFORT_LEVEL=unset" },
	{ 400, "DR-TRANSLATION", "reasoning.summary",
	  CODED("Invalid value: 'off'. Supported are 'auto' and 'detailed'. "
		"(reasoning.summary)",
		"invalid_value"),
	  NULL, NULL },
	{ 400, "DR-TRANSLATION", "response_format",
	  OPENAI("This response_format type is unavailable now"), NULL,
	  "CLAUDE_CODE_DISABLE_STRUCTURED_OUTPUTS=1" },
	{ 400, "DR-TRANSLATION", "text.format",
	  OPENAI("Invalid schema for text.format: additionalProperties must "
		 "be false"),
	  NULL, NULL },
	{ 400, "DR-TRANSLATION", "stream_options",
	  OPENAI("stream_options is only allowed when stream is enabled"), NULL,
	  NULL },
	{ 400, "DR-TRANSLATION", "tool_choice",
	  OPENAI("Invalid value for tool_choice: required"), NULL,
	  "leave out tool_choice" },
	{ 400, "DR-TRANSLATION", "tool_choice",
	  OPENAI("tool_choice 'specified' is incompatible with thinking "
		 "enabled"),
	  NULL, NULL },
	{ 400, "DR-TOOL-CHOICE", NULL,
	  OPENAI("Invalid value for tool_choice: required"), CHOSEN, NULL },
	{ 400, "DR-TRANSLATION", "a function without its parts",
	  OPENAI("tools[0]: missing field `function`"), NULL, NULL },
	{ 422, "DR-TRANSLATION", "a function without its parts",
	  "{\"detail\":[{\"loc\":[\"body\",\"tools\",0,\"function\"],"
	  "\"msg\":\"Field required\",\"type\":\"missing\"}]}",
	  NULL, NULL },
	{ 400, "DR-TRANSLATION", "thinking_budget",
	  GEMINI("Unknown name \\\"thinking_budget\\\": Cannot find field."),
	  NULL, "CLAUDE_CODE_DISABLE_THINKING=1" },
	{ 400, "DR-TRANSLATION", "parallel_tool_calls",
	  OPENAI("Unsupported parameter: 'parallel_tool_calls'"), NULL, NULL },
	{ 400, "DR-TRANSLATION", "enable_thinking",
	  OPENAI("parameter.enable_thinking must be set to false for calls "
		 "without streaming"),
	  NULL, NULL },
	{ 400, "DR-FIELD-ADDED", "user",
	  API("user: Extra inputs are not permitted"), NULL, NULL },

	/* roles */
	{ 400, "DR-SYSTEM-ROLE", NULL, BARE("invalid role: system"), NULL,
	  NULL },
	{ 400, "DR-SYSTEM-ROLE", NULL,
	  BARE("Error rendering prompt with jinja template: System message "
	       "must be at the beginning."),
	  NULL, NULL },
	{ 400, "DR-SYSTEM-ROLE", NULL,
	  DETAIL("System messages are not allowed"), NULL, NULL },
	{ 400, "DR-SYSTEM-ROLE", "message 2",
	  OPENAI("messages.1.role: Expected 'user' | 'assistant'"), NULL,
	  NULL },

	/* thinking */
	{ 400, "DR-THINKING-DROPPED", NULL,
	  OPENAI("The `reasoning_content` in the thinking mode must be passed "
		 "back to the API."),
	  NULL, NULL },
	{ 400, "DR-THINKING-DROPPED", NULL,
	  API("The `content[].thinking` in the thinking mode must be passed "
	      "back"),
	  NULL, NULL },
	{ 400, "DR-THINKING-DROPPED", NULL,
	  OPENAI("thinking is enabled but reasoning_content is missing in "
		 "assistant tool call message at index 2"),
	  NULL, "CLAUDE_CODE_DISABLE_THINKING=1" },
	{ 400, "DR-THINKING-UNKNOWN", "message 3",
	  API("messages.2.content.0: Input tag 'thinking' found using 'type' "
	      "does not match any of 'text', 'image'"),
	  NULL, NULL },
	{ 400, "DR-THINKING-UNKNOWN", NULL,
	  OPENAI("unknown variant `redacted_thinking`, expected `text`"), NULL,
	  "CLAUDE_CODE_DISABLE_THINKING=1" },
	{ 400, "DR-THINKING-REFUSED", "thinking.type=adaptive",
	  API("thinking.type: 'adaptive' is not one of 'enabled', 'disabled'"),
	  NULL, NULL },

	{ 400, "DR-TRANSLATION", "max_completion_tokens",
	  OPENAI("max_completion_tokens is too large: 32000. This model takes "
		 "at most 16384"),
	  NULL, "CLAUDE_CODE_MAX_OUTPUT_TOKENS" },
	{ 403, "DR-BUDGET", NULL,
	  API("\u7528\u6237\u989d\u5ea6\u4e0d\u8db3: $0.00"), NULL, NULL },
	{ 200, "DR-NOT-A-MESSAGE", NULL, "{\"choices\":[]}", NULL,
	  "to which Claude Code adds /v1/messages" },

	/* local servers */
	{ 500, "DR-MODEL-TEMPLATE", NULL,
	  "{\"error\":{\"code\":500,\"message\":\"Value is not callable: null "
	  "at row 34 of the jinja template\",\"type\":\"server_error\"}}",
	  NULL, "--jinja" },
	{ 400, "DR-MODEL-TEMPLATE", NULL,
	  OPENAI("Conversation roles must alternate user/assistant/user"), NULL,
	  NULL },
	{ 400, "DR-MODEL-TEMPLATE", NULL, BARE("Failed to parse grammar"), NULL,
	  NULL },
	{ 500, "DR-MODEL-TEMPLATE", NULL,
	  OPENAI("Unexpected empty grammar stack after accepting piece"), NULL,
	  NULL },
	{ 400, "DR-MODEL-TEMPLATE", NULL,
	  OPENAI("No chat template is defined for this tokenizer"), NULL,
	  NULL },
	{ 400, "DR-TOOLS-REFUSED", "does not support tools",
	  BARE("registry.example/library/small does not support tools"), NULL,
	  "ANTHROPIC_MODEL" },
	{ 400, "DR-TOOLS-REFUSED", NULL,
	  OPENAI("\\\"auto\\\" tool choice requires --enable-auto-tool-choice "
		 "and --tool-call-parser to be set"),
	  CHOSEN, NULL },
	{ 404, "DR-TOOLS-REFUSED", NULL,
	  OPENAI("No endpoints found that support tool use"), NULL, NULL },
	{ 500, "DR-TOOLS-REFUSED", NULL,
	  OPENAI("tools param requires --jinja flag"), NULL, NULL },
	{ 400, "DR-TOOLS-REFUSED", NULL,
	  OPENAI("Invalid 'tools': array too long, at most 128"), NULL, NULL },

	/* media */
	{ 404, "DR-MEDIA-REFUSED", NULL,
	  OPENAI("No endpoints found that support image input"), NULL, NULL },
	{ 400, "DR-MEDIA-REFUSED", "message 4",
	  OPENAI("Invalid 'messages[3]': image URLs are only allowed for the "
		 "role 'user', image_url only"),
	  NULL, NULL },
	{ 500, "DR-MEDIA-REFUSED", NULL,
	  OPENAI("image input is not supported - hint: provide the mmproj"),
	  NULL, NULL },
	{ 400, "DR-MEDIA-REFUSED", NULL, API("Could not process image"), NULL,
	  NULL },

	/* threads and safeguards */
	{ 404, "DR-THREAD", "own", OPENAI("Previous response not found"), NULL,
	  "whole history" },
	{ 400, "DR-THREAD", "own",
	  OPENAI("Unsupported parameter: previous_response_id"), NULL, NULL },
	{ 400, "DR-THREAD", "thread",
	  API("thread: Extra inputs are not permitted"), THREADED,
	  "capability_rejected" },
	{ 400, "DR-SAFEGUARDS", "safeguards",
	  API("safeguards: Extra inputs are not permitted"), GUARDED,
	  "CLAUDE_CODE_AUTO_MODE_SERVER=0" },
	{ 400, "DR-SAFEGUARDS", "dangerous-tool-use",
	  API("unknown beta: dangerous-tool-use-2026-09-03"), NULL, NULL },
	{ 400, "DR-BAD-REQUEST", NULL,
	  OPENAI("Refused by the safeguards of this service"), NULL, NULL },

	/* a 403 that names a part of the request is of no key */
	{ 403, "DR-CACHE-CONTROL-REFUSED", NULL,
	  DETAIL("cache markers: cache_control is not allowed for your plan"),
	  NULL, "DISABLE_PROMPT_CACHING=1" },
	{ 403, "DR-CONTEXT-MANAGEMENT", NULL,
	  API("context_management: not permitted"), NULL, NULL },
	{ 403, "DR-KEY-FORBIDDEN", NULL, DETAIL("Forbidden"), NULL, NULL },
	{ 403, "DR-MODEL-FORBIDDEN", NULL,
	  LITELLM("PermissionDenied", "key not allowed to access model x"),
	  NULL, NULL },

	/* parameters, tools */
	{ 400, "DR-PARAMETER-REFUSED", "max_tokens",
	  API("max_tokens: 128000 > 64000, which is the most"), NULL,
	  "CLAUDE_CODE_MAX_OUTPUT_TOKENS" },
	{ 400, "DR-PARAMETER-REFUSED", "max_tokens",
	  OPENAI("Unsupported parameter: max_tokens"), NULL,
	  "CLAUDE_CODE_MAX_OUTPUT_TOKENS" },
	{ 400, "DR-PARAMETER-REFUSED", "top_p",
	  OPENAI("Unsupported parameter: 'top_p'"), NULL,
	  "no setting of Claude Code turns it off" },
	{ 400, "DR-TOOL-SCHEMA", "`mcp__x__y`",
	  GEMINI("Invalid value at 'tools[0].function_declarations[2]': no "
		 "such type"),
	  NULL, "claude mcp remove x" },
	{ 400, "DR-TRANSLATION", "function_declarations",
	  GEMINI("function_declarations must not be empty"), NULL, NULL },
	{ 400, "DR-TOOL-SCHEMA", "`Read`",
	  API("tools.1.custom.input_schema: JSON schema is invalid"), NULL,
	  "permissions.deny" },
	{ 400, "DR-TOOL-SCHEMA", "`mcp__x__y` (input_schema",
	  OPENAI("Invalid schema for function 'mcp__x__y': In "
		 "tools[2].function.parameters.properties.q, array schema "
		 "missing items"),
	  NULL, "claude mcp remove x" },
};

enum { ROWS = sizeof(rows) / sizeof(rows[0]) };

static bool of(const struct row *r, bool key, bool passed, struct refusal *out)
{
	struct headers sent = { .list = NULL }, got = { .list = NULL };
	struct refusal_given g = {
		.method = "POST",
		.target = "/v1/messages?beta=true",
		.sent = &sent,
		.sent_body = span_of(r->sent ? r->sent : KIT_BODY),
		.status = r->status,
		.got = &got,
		.got_body = span_of(r->body),
		.end = END_CLEAN,
		.end_text = "",
		.key_passed = passed,
	};
	bool failed;

	if (key)
		headers_add(&sent, span_of("x-api-key"), span_of(KIT_KEY));
	headers_add(&sent, span_of("anthropic-beta"), span_of(KIT_BETAS));
	headers_add(&sent, span_of("anthropic-version"), span_of("2023-06-01"));
	failed = refusal_of(&g, out);
	headers_clear(&sent);
	headers_clear(&got);
	return failed;
}

/* Its sentence and what to do have no hole, and the fix says this. */
static void check_finding(const struct row *r, const struct refusal *is)
{
	struct findings all = { .list = NULL };
	const struct finding *x;

	findings_add(&all, "s", is->code, (const char *const *)is->words, 3,
		     NULL);
	x = &all.list[0];
	if (strstr(x->headline, "...") || strstr(x->fix, "..."))
		fail_msg("%s: %s; %s", r->body, x->headline, x->fix);
	if (r->fix && !strstr(x->fix, r->fix))
		fail_msg("%s: the fix is %s", r->body, x->fix);
	findings_clear(&all);
}

static bool is_right(const struct row *r, const struct refusal *is)
{
	if (strcmp(is->code, r->code) != 0)
		print_error("%d %s: %s and not %s\n", r->status, r->body,
			    is->code, r->code);
	else if (r->word && (!is->words[0] || !strstr(is->words[0], r->word)))
		print_error("%d %s: the first word is %s\n", r->status, r->body,
			    is->words[0] ? is->words[0] : "none");
	else
		return true;
	return false;
}

/* A smaller number is no help where the parameter itself is refused. */
static void t_renamed_limit(void **state)
{
	static const struct row r = {
		.status = 400,
		.body = OPENAI("Unsupported parameter: 'max_tokens' is not "
			       "supported with this model. Use "
			       "'max_completion_tokens' instead."),
	};
	struct refusal is = { 0 };

	(void)state;
	assert_true(of(&r, true, false, &is));
	assert_string_equal(is.code, "DR-TRANSLATION");
	assert_string_equal(
		is.words[2],
		"translate max_tokens into what its provider takes");
	refusal_clear(&is);
}

static void t_rows(void **state)
{
	struct refusal is;
	size_t right = 0;

	(void)state;
	assert_true(ROWS >= 50);
	for (const struct row *r = rows; r < rows + ROWS; r++) {
		assert_true(of(r, true, false, &is));
		if (is_right(r, &is)) {
			check_finding(r, &is);
			right++;
		}
		refusal_clear(&is);
	}
	assert_int_equal(right, ROWS);
}

/* A key that was taken before is not what a 403 means. */
static void t_key_passed(void **state)
{
	static const struct row forbidden = {
		.status = 403, .body = DETAIL("not for your account")
	};
	struct refusal is;

	(void)state;
	assert_true(of(&forbidden, true, false, &is));
	assert_string_equal(is.code, "DR-KEY-FORBIDDEN");
	refusal_clear(&is);
	assert_true(of(&forbidden, true, true, &is));
	assert_string_equal(is.code, "DR-BAD-REQUEST");
	assert_string_equal(is.words[0], "403");
	refusal_clear(&is);
}

/* What was not sent cannot be the reason of a refusal. */
static void t_no_key(void **state)
{
	static const struct row refused = { .status = 401,
					    .body = DETAIL("who is there?") };
	struct refusal is;

	(void)state;
	assert_true(of(&refused, false, false, &is));
	assert_string_equal(is.code, "DR-KEY-MISSING");
	assert_string_equal(is.words[0], "who is there?");
	check_finding(&refused, &is);
	refusal_clear(&is);
	assert_true(of(&refused, true, false, &is));
	assert_string_equal(is.code, "DR-KEY-REFUSED");
	assert_string_equal(is.words[0], "x-api-key");
	refusal_clear(&is);
}

static const struct CMUnitTest tests[] = {
	{ "wordings: exchanges and their codes", t_rows, NULL, NULL, NULL },
	{ "wordings: a limit of another name", t_renamed_limit, NULL, NULL,
	  NULL },
	{ "wordings: a key that has passed", t_key_passed, NULL, NULL, NULL },
	{ "wordings: no credential was sent", t_no_key, NULL, NULL, NULL },
};

int main(void)
{
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("wordings", tests, NULL, NULL);
}
