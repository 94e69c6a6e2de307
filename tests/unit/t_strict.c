/*
 * Tests of mockupstream/dialects/strict*: what the recorded client sends is
 * never refused, and each refusal has the API's words.
 */
#include "tests/unit/strict_kit.h"

#include <glob.h>
#include <stdio.h>
#include <stdlib.h>

enum { FILE_LIMIT_BYTES = 16 << 20 };

/* ---- recorded requests ---- */

static char *read_all(const char *path, size_t *len)
{
	FILE *file = fopen(path, "rb");
	char *bytes = malloc(FILE_LIMIT_BYTES);

	assert_non_null(file);
	*len = fread(bytes, 1, FILE_LIMIT_BYTES, file);
	fclose(file);
	return bytes;
}

/* Gives the message of a refusal, or "". */
static void check_recorded(const char *path, char message[600])
{
	struct http_head head = { 0 };
	struct fail why = FAIL_INIT;
	struct jval root;
	size_t len;
	char *bytes = read_all(path, &len);
	long head_len = http_request_read(span_make(bytes, len), &head, &why);
	const char *counting = strstr(head.target, "/count_tokens");
	int status = 0;

	message[0] = '\0';
	assert_true(head_len > 0);
	if (strcmp(head.method, "POST") == 0 &&
	    strncmp(head.target, "/v1/messages", 12) == 0) {
		assert_int_equal(jscan(span_skip(span_make(bytes, len),
						 (size_t)head_len),
				       &root, &why),
				 0);
		status = strict_check(&head.headers, root, counting != NULL, 0,
				      &why);
	}
	if (status != 0)
		snprintf(message, 600, "%d %s", status, why.text);
	http_head_clear(&head);
	free(bytes);
}

static bool is_foreign(const char *path)
{
	return strstr(path, "/model-foreign/") || strstr(path, "/model-slash/");
}

static void t_recorded(void **state)
{
	const char *root = getenv("CCPROBE_ROOT");
	char pattern[512], message[600];
	size_t foreign = 0;
	glob_t found;

	(void)state;
	snprintf(pattern, sizeof(pattern), "%s/fixtures/requests/*/*/*.http",
		 root ? root : ".");
	assert_int_equal(glob(pattern, 0, NULL, &found), 0);
	assert_true(found.gl_pathc > 100);
	for (size_t i = 0; i < found.gl_pathc; i++) {
		check_recorded(found.gl_pathv[i], message);
		if (is_foreign(found.gl_pathv[i])) {
			foreign++;
			assert_memory_equal(message, "404 model: ", 11);
		} else if (message[0] != '\0') {
			fail_msg("%s: %s", found.gl_pathv[i], message);
		}
	}
	assert_int_equal(foreign, 2);
	globfree(&found);
}

/* ---- fields, betas, models ---- */

static void t_fields(void **state)
{
	(void)state;
	assert_fine(NULL, WITH("\"metadata\":{\"user_id\":\"u\"}"));
	assert_refused(400, NULL, WITH("\"ccprobe_future\":1"),
		       "ccprobe_future: Extra inputs are not permitted");
	assert_refused(400, NULL, WITH("\"metadata\":{\"user\":\"u\"}"),
		       "metadata.user: Extra inputs are not permitted");
	assert_refused(400, NULL,
		       MESSAGES("{\"role\":\"user\",\"content\":\"hi\","
				"\"name\":\"n\"}"),
		       "messages.0.name: Extra inputs are not permitted");
	assert_refused(
		400, NULL, MESSAGES(ANSWER(TEXT(",\"x\":1"))),
		"messages.0.content.0.text.x: Extra inputs are not permitted");
	assert_refused(400, NULL, WITH("\"tools\":[" TOOL("A", ",\"x\":1") "]"),
		       "tools.0.custom.x: Extra inputs are not permitted");
	assert_refused(400, NULL, WITH("\"system\":[" TEXT(",\"index\":0") "]"),
		       "system.0.text.index: Extra inputs are not permitted");
	assert_refused(
		400, NULL,
		MESSAGES(ANSWER("{\"type\":\"riddle\",\"text\":\"t\"}")),
		"messages.0.content.0: Input tag 'riddle' found using 'type' "
		"does not match any of the expected tags");
	assert_refused(400, NULL,
		       MESSAGES("{\"role\":\"developer\",\"content\":\"\"}"),
		       "messages.0.role: Input should be 'user', 'assistant' "
		       "or 'system'");
	assert_refused(
		400, NULL,
		MESSAGES(USER "," ASSISTANT("{\"type\":\"tool_use\",\"id\":"
					    "\"a\",\"name\":\"n\","
					    "\"input\":null}")),
		"messages.1.content.0.tool_use.input: Input should be a valid "
		"dictionary");
	assert_refused(400, NULL,
		       MESSAGES(ANSWER("{\"type\":\"text\","
				       "\"text\":\"\"}")),
		       "messages: text content blocks must be non-empty");
}

static const char *const pairs[][3] = {
	/* members of the request, the beta, the path */
	{ "\"context_management\":{\"edits\":[]}",
	  "context-management-2025-06-27", "context_management" },
	{ "\"output_config\":{\"task_budget\":{}}", "task-budgets-2026-03-13",
	  "output_config.task_budget" },
	{ "\"speed\":\"fast\"", "fast-mode-2026-02-01", "speed" },
	{ "\"fallbacks\":[]", "server-side-fallback-2026-06-01", "fallbacks" },
	{ "\"mcp_servers\":[]", "mcp-client-2025-11-20", "mcp_servers" },
	{ "\"thinking\":{\"type\":\"adaptive\",\"block_binding\":{}}",
	  "thinking-binding-controls-2026-08-01",
	  "thinking.adaptive.block_binding" },
	{ "\"safeguards\":[]", "dangerous-tool-use-2026-09-03", "safeguards" },
	{ "\"thread\":{\"type\":\"create\"}", "message-threads-2026-08-12",
	  "thread" },
	{ "\"compaction\":{\"type\":\"summarize\"}", "compact-2026-09-04",
	  "compaction" },
	{ "\"tags\":{}", "request-tags-2026-08-21", "tags" },
	{ "\"billing_policy\":{}", "user-profiles-billing-2026-10-01",
	  "billing_policy" },
	{ "\"system\":[" TEXT(",\"cache_control\":{\"type\":\"ephemeral\","
			      "\"scope\":\"global\"}") "]",
	  "prompt-caching-scope-2026-01-05",
	  "system.0.cache_control.ephemeral.scope" },
};

static void t_pairs(void **state)
{
	char body[1024], message[256];

	(void)state;
	for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++) {
		snprintf(body, sizeof(body), WITH("%s"), pairs[i][0]);
		snprintf(message, sizeof(message),
			 "%s: Extra inputs are not permitted", pairs[i][2]);
		assert_fine(pairs[i][1], body);
		assert_refused(400, "claude-code-20250219", body, message);
		assert_fine(pairs[i][1], WITH("\"stream\":true"));
	}
	assert_refused(
		400, NULL,
		MESSAGES(USER ",{\"role\":\"system\",\"content\":\"s\","
			      "\"output_config\":{\"effort\":\"low\"}}"),
		"messages.1.output_config: Extra inputs are not permitted");
	assert_refused(400, NULL,
		       WITH("\"tools\":[{\"type\":\"advisor_20260301\","
			    "\"name\":\"advisor\"}]"),
		       "tools.0: Input tag 'advisor_20260301' found using "
		       "'type' does not match any of the expected tags");
}

/* Fields that needed a beta in the past. */
static void t_no_pairs(void **state)
{
	(void)state;
	assert_fine(NULL, WITH("\"output_config\":{\"effort\":\"low\","
			       "\"format\":{\"type\":\"json_schema\"}}"));
	assert_fine(NULL, WITH("\"system\":[" TEXT(MARK_1H) "]"));
	assert_fine(NULL, WITH("\"tools\":[" TOOL("A", "") "," TOOL(
				  "B", ",\"strict\":true,\"input_examples\":[],"
				       "\"defer_loading\":true") "]"));
}

static int check_versioned(const char *version, const char *body,
			   struct fail *why)
{
	struct headers headers = { 0 };
	struct jval root;
	int status;

	headers_add_text(&headers, "anthropic-version", version);
	assert_int_equal(jscan(span_of(body), &root, why), 0);
	status = strict_check(&headers, root, false, 0, why);
	headers_clear(&headers);
	return status;
}

static const char *const versioned[][2] = {
	/* a body, and what is said to it under 2026-10-21 */
	{ WITH("\"temperature\":1"),
	  "temperature: Extra inputs are not permitted" },
	{ WITH("\"top_p\":1"), "top_p: Extra inputs are not permitted" },
	{ WITH("\"top_k\":1"), "top_k: Extra inputs are not permitted" },
	{ MESSAGES(USER "," ASSISTANT("{\"type\":\"document\",\"source\":{"
				      "\"type\":\"text\"}}")),
	  "messages.1.content.0: Input tag 'document' found using 'type' does "
	  "not match any of the expected tags" },
	{ MESSAGES(ANSWER(TEXT("") "," TEXT(",\"citations\":[{}]"))),
	  "messages.0.content.1.text.citations: Extra inputs are not "
	  "permitted" },
};

static void t_versions(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(versioned) / sizeof(versioned[0]); i++) {
		struct fail why = FAIL_INIT;

		assert_int_equal(
			check_versioned("2023-06-01", versioned[i][0], &why),
			0);
		assert_int_equal(
			check_versioned("2026-10-21", versioned[i][0], &why),
			400);
		assert_string_equal(why.text, versioned[i][1]);
	}
	struct fail why = FAIL_INIT;

	assert_int_equal(
		check_versioned("2026-10-21",
				MESSAGES(ANSWER(TEXT(",\"citations\":[]"))),
				&why),
		0);
	assert_int_equal(
		check_versioned("2031-01-01", WITH("\"stream\":true"), &why),
		400);
	assert_string_equal(why.text, "anthropic-version: \"2031-01-01\" is "
				      "not a valid version");
}

static void t_beta_values(void **state)
{
	(void)state;
	assert_fine("some-future-2031-01-01 , other-20310101",
		    WITH("\"stream\":true"));
	assert_refused(400, "effort-2025-11-24;x-2025-01-01",
		       WITH("\"stream\":true"),
		       "Unexpected value(s) `effort-2025-11-24;x-2025-01-01` "
		       "for the `anthropic-beta` header. Please consult our "
		       "documentation at docs.claude.com or try again without "
		       "the header.");
}

static void t_models(void **state)
{
	static const char *const known[] = { "claude-sonnet-5-5",
					     "claude-haiku-5-5",
					     "claude-fable-5-2",
					     "anthropic.claude-opus-5-5" };
	char body[256];

	(void)state;
	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		snprintf(
			body, sizeof(body),
			"{\"model\":\"%s\",\"max_tokens\":0,\"messages\":[" USER
			"]}",
			known[i]);
		assert_fine(NULL, body);
	}
	assert_refused(404, NULL,
		       "{\"model\":\"claude-nobody-9\",\"max_tokens\":1,"
		       "\"messages\":[" USER "]}",
		       "model: claude-nobody-9");
	assert_refused(400, NULL,
		       "{\"model\":\"claude-haiku-4-5\",\"max_tokens\":64001,"
		       "\"messages\":[" USER "]}",
		       "max_tokens: 64001 > 64000, which is the maximum "
		       "allowed number of output tokens for claude-haiku-4-5");
}

/* A request of about `tokens` tokens. */
static char *make_long(size_t tokens, int max_tokens)
{
	size_t len = tokens * 4 + 256;
	char *body = malloc(len);
	int at = snprintf(body, len,
			  "{\"model\":\"claude-opus-5-5\",\"max_tokens\":%d,"
			  "\"messages\":[{\"role\":\"user\",\"content\":\"",
			  max_tokens);

	memset(body + at, 'a', tokens * 4);
	snprintf(body + at + tokens * 4, len - (size_t)at - tokens * 4,
		 "\"}]}");
	return body;
}

static void t_context(void **state)
{
	char *body = make_long(150000, 64000);

	(void)state;
	assert_refused(400, NULL, body,
		       "input length and `max_tokens` exceed context limit: "
		       "150004 + 64000 > 200000, decrease input length or "
		       "`max_tokens` and try again");
	assert_fine("context-1m-2025-08-07", body);
	free(body);
	body = make_long(213000, 1000);
	assert_refused(400, NULL, body,
		       "prompt is too long: 213004 tokens > 200000 maximum");
	free(body);
}

/* ---- cache markers ---- */

static void t_markers(void **state)
{
	(void)state;
	assert_fine(NULL, WITH("\"system\":[" TEXT(MARK) "," TEXT(
				  MARK) "," TEXT(MARK) "," TEXT(MARK) "]"));
	assert_refused(
		400, NULL,
		WITH("\"system\":[" TEXT(MARK) "," TEXT(MARK) "," TEXT(
			MARK) "," TEXT(MARK) "],\"tools\":[" TOOL("A",
								  MARK) "]"),
		"A maximum of 4 blocks with cache_control may be "
		"provided. Found 5.");
	assert_refused(
		400, NULL,
		MESSAGES(USER "," ASSISTANT(
			"{\"type\":\"thinking\",\"thinking\":\"t\","
			"\"signature\":\"AAAA\"" MARK "}") "," USER),
		"messages.1.content.0.thinking.cache_control: Extra inputs are "
		"not permitted");
}

static void t_ttl_order(void **state)
{
	static const char *const beta = "extended-cache-ttl-2025-04-11";

	(void)state;
	assert_fine(beta,
		    WITH("\"system\":[" TEXT(MARK_1H) "," TEXT(MARK) "]"));
	assert_refused(400, beta,
		       WITH("\"system\":[" TEXT(MARK) "," TEXT(MARK_1H) "]"),
		       "system.1.cache_control.ttl: a ttl='1h' cache_control "
		       "block must not come after a ttl='5m' cache_control "
		       "block. Note that blocks are processed in the following "
		       "order: `tools`, `system`, `messages`.");
}

/* ---- tools ---- */

static void t_tools(void **state)
{
	(void)state;
	assert_refused(400, NULL,
		       WITH("\"tools\":[" TOOL("A", "") "," TOOL("A", "") "]"),
		       "tools: Tool names must be unique.");
	assert_refused(400, NULL, WITH("\"tool_choice\":{\"type\":\"auto\"}"),
		       "tool_choice may only be specified while providing "
		       "tools");
	assert_refused(400, NULL, WITH("\"tools\":[" TOOL("a b", "") "]"),
		       "tools.0.custom.name: String should match pattern "
		       "'^[a-zA-Z0-9_-]{1,128}$'");
	assert_refused(
		400, "advanced-tool-use-2025-11-20",
		MESSAGES(USER "," ASSISTANT(USE("a")) "," ANSWER(
			"{\"type\":\"tool_result\",\"tool_use_id\":\"a\","
			"\"content\":[{\"type\":\"tool_reference\","
			"\"tool_name\":\"WebSearch\"}]}")),
		"Tool reference 'WebSearch' not found in available tools");
	assert_refused(400, "context-management-2025-06-27",
		       WITH("\"context_management\":{\"edits\":[{\"type\":"
			    "\"clear_thinking_20251015\"}]}"),
		       "`clear_thinking_20251015` strategy requires `thinking` "
		       "to be enabled or adaptive");
}

#define MISSING(n, ids) \
	"messages." n ": `tool_use` ids were found without `tool_result` " \
	"blocks immediately after: " ids ". Each `tool_use` block must have " \
	"a corresponding `tool_result` block in the next message."

static void t_turns(void **state)
{
	(void)state;
	assert_fine(
		NULL,
		MESSAGES(USER "," ASSISTANT(USE("a") "," USE("b")) "," ANSWER(
			RESULT("b") "," RESULT("a") "," TEXT(""))));
	assert_fine(
		NULL,
		MESSAGES(USER "," ASSISTANT(USE("a")) "," ASSISTANT(USE(
			"b")) "," ANSWER(RESULT("a")) "," ANSWER(RESULT("b"))));
	assert_refused(400, NULL,
		       MESSAGES(USER "," ASSISTANT(
			       USE("a") "," USE("b")) "," ANSWER(RESULT("b"))),
		       MISSING("1", "a"));
	assert_refused(400, NULL,
		       MESSAGES(USER "," ASSISTANT(USE("a")) "," ANSWER(
			       TEXT("") "," RESULT("a"))),
		       MISSING("1", "a"));
	assert_refused(400, NULL,
		       MESSAGES(USER "," ASSISTANT(USE(
			       "a")) ",{\"role\":"
				     "\"system\",\"content\":\"s\"}," ANSWER(
					     RESULT("a"))),
		       MISSING("1", "a"));
	assert_refused(400, NULL,
		       MESSAGES(USER "," ASSISTANT(USE("a") "," USE("b"))),
		       MISSING("1", "a, b"));
	assert_refused(
		400, NULL, MESSAGES(ANSWER(TEXT("") "," RESULT("z"))),
		"messages.0.content.1: unexpected `tool_use_id` found in "
		"`tool_result` blocks: z. Each `tool_result` block must have a "
		"corresponding `tool_use` block in the previous message.");
	assert_refused(400, NULL,
		       MESSAGES(USER "," ASSISTANT(USE("a")) "," ANSWER(
			       RESULT("a") "," RESULT("a"))),
		       "messages.2.content.1: each tool_use must have a single "
		       "result. Found multiple `tool_result` blocks with id: "
		       "a");
	assert_refused(
		400, NULL,
		MESSAGES(USER "," ASSISTANT(USE("a")) "," ANSWER(RESULT(
			"a")) "," ASSISTANT(USE("a")) "," ANSWER(RESULT("a"))),
		"messages: `tool_use` ids must be unique: a");
}

/* ---- thinking ---- */

#define THINKING "\"thinking\":{\"type\":\"adaptive\"},"
#define SYSTEM "\"system\":[" TEXT("") "],"
#define TOOLS "\"tools\":[" TOOL("Read", "") "],"
#define ASK FRONT THINKING SYSTEM TOOLS "\"messages\":[" USER "]}"

/* Signs an answer to `body` whose thinking is `text`. */
static char *sign(const char *body, const char *text, bool redacted)
{
	struct buf out = BUF_INIT(1024);
	struct binding binding;
	struct jval root;

	assert_int_equal(jscan(span_of(body), &root, NULL), 0);
	strict_bind(root, account, &binding);
	strict_sign(&binding, span_of(text), redacted, 7, &out);
	return buf_take(&out, NULL);
}

/* The next turn: %s in `format` is the signature of ASK's answer. */
static char *next_turn(const char *format, const char *signature)
{
	struct buf body = BUF_INIT(1 << 16);
	struct span rest = span_of(format), part;

	while (span_split(&rest, '@', &part)) {
		buf_add_span(&body, part);
		if (rest.at)
			buf_add_text(&body, signature);
	}
	return buf_take(&body, NULL);
}

static void assert_turn(const char *format, const char *message)
{
	char *signature = sign(ASK, "I think.", false);
	char *body = next_turn(format, signature);

	if (message)
		assert_refused(400, NULL, body, message);
	else
		assert_fine(NULL, body);
	free(body);
	free(signature);
}

#define THOUGHT(text) \
	"{\"type\":\"thinking\",\"thinking\":\"" text "\",\"signature\":\"@" \
	"\"}"
#define TURN(text) ASSISTANT(THOUGHT(text) "," USE("a")) "," ANSWER(RESULT("a"))
#define BOUND(what) \
	"messages.1.content.0: this thinking block is bound to a different " \
	"conversation; " what
#define CHANGED \
	"`thinking` or `redacted_thinking` blocks in the latest assistant " \
	"message cannot be modified. These blocks must remain as they were " \
	"in the original response."

static void t_bound(void **state)
{
	(void)state;
	assert_turn(FRONT THINKING SYSTEM TOOLS "\"messages\":[" USER
						"," TURN("I think.") "]}",
		    NULL);
	assert_turn(FRONT THINKING "\"system\":[" TEXT("") "," TEXT(
			    "") "]," TOOLS "\"messages\":[" USER
				"," TURN("I think.") "]}",
		    BOUND("the system prompt differs"));
	assert_turn(FRONT THINKING SYSTEM "\"messages\":[" USER
					  "," TURN("I think.") "]}",
		    BOUND("the tools differ"));
	assert_turn(
		FRONT THINKING SYSTEM TOOLS
		"\"messages\":[{\"role\":\"user\",\"content\":\"ho\"}," TURN(
			"I think.") "]}",
		BOUND("the messages before it differ"));
	/* Without thinking, old blocks are not looked at. */
	assert_turn(FRONT "\"messages\":[" USER "," TURN("I think.") "]}",
		    NULL);
}

/* What the API does not count: spelling, order, markers, effort and more. */
static void t_not_counted(void **state)
{
	(void)state;
	assert_turn(
		"{\"max_tokens\":1,\"messages\":[ {\"content\":[{"
		"\"text\":\"h\\u0069\",\"type\":\"text\"" MARK
		"}],\"role\":\"user\"}," TURN(
			"I thin\\u006b.") "],\"tool_choice\":{\"type\":"
					  "\"auto\"}," THINKING TOOLS
					  "\"metadata\":{},\"system\":["
					  "{\"type\":\"text\",\"text\":"
					  "\"x-anthropic-billing-header: "
					  "a\"}," TEXT(
						  MARK) "],\"model\":\"claude-"
							"opus-5-5\"}",
		NULL);
	assert_turn(FRONT THINKING "\"system\":\"t\"," TOOLS
				   "\"messages\":[" USER
				   "," TURN("I think.") "]}",
		    NULL);
}

#define OF_MODEL(model, thinking, content) \
	"{\"model\":\"" model "\",\"max_tokens\":64," thinking SYSTEM TOOLS \
	"\"messages\":[{\"role\":\"user\",\"content\":\"" content \
	"\"}," TURN("I think.") "]}"
#define BINDING(more) \
	"\"thinking\":{\"type\":\"adaptive\",\"block_binding\":{" more "}},"

static void assert_bound(const char *format, bool is_bound)
{
	static const char *const beta = "thinking-binding-controls-2026-08-01";
	char *signature = sign(ASK, "I think.", false);
	char *body = next_turn(format, signature);

	if (is_bound)
		assert_refused(400, beta, body,
			       BOUND("the messages before it differ"));
	else
		assert_fine(beta, body);
	free(body);
	free(signature);
}

static void t_models_that_bind(void **state)
{
	(void)state;
	assert_bound(OF_MODEL("claude-opus-5-5", THINKING, "ho"), true);
	assert_bound(OF_MODEL("claude-fable-5-1", THINKING, "ho"), true);
	assert_bound(OF_MODEL("claude-fable-5-2", THINKING, "ho"), false);
	assert_bound(OF_MODEL("claude-opus-5", THINKING, "ho"), false);
	assert_bound(OF_MODEL("claude-opus-5", BINDING(""), "ho"), true);
	assert_bound(OF_MODEL("claude-opus-5-5",
			      BINDING("\"prefix_mismatch_behavior\":"
				      "\"drop_block\""),
			      "ho"),
		     false);
	assert_bound(OF_MODEL("claude-opus-5",
			      BINDING("\"prefix_mismatch_behavior\":\"error\""),
			      "ho"),
		     true);
}

static void t_changed_thinking(void **state)
{
	(void)state;
	assert_turn(FRONT THINKING SYSTEM TOOLS "\"messages\":[" USER
						"," TURN("I thank.") "]}",
		    "messages.1.content.0: " CHANGED);
	assert_turn(FRONT THINKING SYSTEM TOOLS
		    "\"messages\":[" USER
		    "," TURN("I thank.") "," ASSISTANT(TEXT("")) "," USER "]}",
		    "messages.1.content.0: Invalid `signature` in `thinking` "
		    "block");
	assert_turn(FRONT THINKING SYSTEM TOOLS
		    "\"messages\":[" USER "," ASSISTANT(
			    "{\"type\":\"thinking\",\"thinking\":\"t\"}") "]}",
		    "messages.1.content.0.thinking.signature: Field required");
	assert_turn(FRONT THINKING "\"messages\":[" USER "," ASSISTANT(
			    "{\"type\":\"thinking\",\"thinking\":\"t\","
			    "\"signature\":\"\"}") "," USER "]}",
		    "messages.1.content.0: Invalid `signature` in `thinking` "
		    "block");
	/* A stranger's signature is taken as it is. */
	assert_turn(FRONT THINKING "\"messages\":[" USER "," ASSISTANT(
			    "{\"type\":\"thinking\",\"thinking\":\"t\","
			    "\"signature\":\"AAECAwQF\"}") "," USER "]}",
		    NULL);
}

static void t_broken_signature(void **state)
{
	char *signature = sign(ASK, "I think.", false), *body;

	(void)state;
	signature[100] = signature[100] == 'A' ? 'B' : 'A';
	body = next_turn(FRONT THINKING SYSTEM TOOLS "\"messages\":[" USER
						     "," TURN("I think.") "]}",
			 signature);
	assert_refused(400, NULL, body,
		       "messages.1.content.0: Invalid `signature` in "
		       "`thinking` block");
	free(body);
	free(signature);
}

/* A signature of one account is not valid for another. */
static void t_other_account(void **state)
{
	char *signature, *body;

	(void)state;
	assert_true(strict_account("first") != strict_account("second"));
	account = strict_account("first");
	signature = sign(ASK, "I think.", false);
	body = next_turn(FRONT THINKING SYSTEM TOOLS "\"messages\":[" USER
						     "," TURN("I think.") "]}",
			 signature);
	assert_fine(NULL, body);
	account = strict_account("second");
	assert_refused(400, NULL, body,
		       "messages.1.content.0: Invalid `signature` in "
		       "`thinking` block");
	account = strict_account(NULL);
	free(body);
	free(signature);
}

static void t_redacted(void **state)
{
	char *data = sign(ASK, "", true), *body;

	(void)state;
	body = next_turn(FRONT THINKING SYSTEM TOOLS
			 "\"messages\":[" USER "," ASSISTANT(
				 "{\"type\":\"redacted_thinking\","
				 "\"data\":\"@\"}," USE(
					 "a")) "," ANSWER(RESULT("a")) "]}",
			 data);
	assert_fine(NULL, body);
	free(body);
	body = next_turn(FRONT THINKING TOOLS
			 "\"messages\":[" USER "," ASSISTANT(
				 "{\"type\":\"redacted_thinking\","
				 "\"data\":\"@\"}," USE(
					 "a")) "," ANSWER(RESULT("a")) "]}",
			 data);
	assert_refused(400, NULL, body, BOUND("the system prompt differs"));
	free(body);
	free(data);
}

/* A call that came with thinking says so in its id. */
static void t_taken_away(void **state)
{
	char *signature = sign(ASK, "I think.", false), *body;
	struct buf id = BUF_INIT(64), format = BUF_INIT(4096);

	(void)state;
	strict_tool_id(span_of(signature), 3, &id);
	for (int with = 0; with < 2; with++) {
		buf_reset(&format);
		buf_addf(&format,
			 FRONT THINKING SYSTEM TOOLS
			 "\"messages\":[" USER
			 ",{\"role\":\"assistant\",\"content\":[%s{\"type\":"
			 "\"tool_use\",\"id\":\"%s\",\"name\":\"Read\","
			 "\"input\":{}}]},{\"role\":\"user\",\"content\":[{"
			 "\"type\":\"tool_result\",\"tool_use_id\":\"%s\"}]}]}",
			 with ? THOUGHT("I think.") "," : "", buf_str(&id),
			 buf_str(&id));
		body = next_turn(buf_str(&format), signature);
		if (with)
			assert_fine(NULL, body);
		else
			assert_refused(400, NULL, body,
				       "messages.1.content.0: " CHANGED);
		free(body);
	}
	buf_clear(&format);
	buf_clear(&id);
	free(signature);
}

static void t_manual_thinking(void **state)
{
	(void)state;
	assert_refused(
		400, NULL,
		"{\"model\":\"claude-haiku-4-5\",\"max_tokens\":9000,"
		"\"thinking\":{\"type\":\"enabled\",\"budget_tokens\":2000},"
		"\"messages\":[" USER
		"," ASSISTANT(USE("a")) "," ANSWER(RESULT("a")) "]}",
		"messages.1.content.0.type: Expected `thinking` or "
		"`redacted_thinking`, but found `tool_use`. When `thinking` is "
		"enabled, a final `assistant` message must start with a "
		"thinking block (preceding the lastmost set of `tool_use` and "
		"`tool_result` blocks).");
	assert_refused(
		400, NULL,
		WITH("\"thinking\":{\"type\":\"enabled\","
		     "\"budget_tokens\":500}"),
		"thinking.enabled.budget_tokens: Input should be greater "
		"than or equal to 1024");
	assert_refused(400, NULL, WITH("\"thinking\":{\"type\":\"auto\"}"),
		       "thinking: Input tag \"auto\" found using 'type' does "
		       "not match any of the expected tags: 'adaptive', "
		       "'between_tools', 'disabled', 'enabled'");
	assert_fine(NULL, WITH("\"thinking\":{\"type\":\"between_tools\"}"));
}

/* ---- hostile bodies ---- */

static void t_odd_shapes(void **state)
{
	static const char *const bodies[] = {
		"{}",
		"{\"messages\":[]}",
		"{\"messages\":3,\"model\":4}",
		FRONT "\"messages\":[1,null]}",
		FRONT "\"messages\":[{\"role\":1,\"content\":2}]}",
		FRONT "\"messages\":[{\"role\":\"user\",\"content\":[[]]}]}",
		FRONT "\"system\":5,\"tools\":{},\"messages\":[" USER "]}",
		FRONT "\"thinking\":[],\"messages\":[" USER "]}",
		FRONT "\"tools\":[{\"type\":3,\"name\":4}],\"messages\":[" USER
		      "]}",
		FRONT "\"cache_control\":7,\"messages\":[" USER "]}",
	};
	struct fail why;

	(void)state;
	for (size_t i = 0; i < sizeof(bodies) / sizeof(bodies[0]); i++) {
		why = (struct fail)FAIL_INIT;
		assert_int_equal(check(NULL, bodies[i], &why), 400);
		assert_true(why.text[0] != '\0');
	}
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		{ "strict: no recorded request is refused, but for models of "
		  "others",
		  t_recorded, NULL, NULL, NULL },
		{ "strict: unknown fields and types are refused by their path",
		  t_fields, NULL, NULL, NULL },
		{ "strict: a field without its beta is refused, a beta without "
		  "its field is not",
		  t_pairs, NULL, NULL, NULL },
		{ "strict: what needs no beta any more", t_no_pairs, NULL, NULL,
		  NULL },
		{ "strict: a version says what is taken", t_versions, NULL,
		  NULL, NULL },
		{ "strict: a value of anthropic-beta ends with a date",
		  t_beta_values, NULL, NULL, NULL },
		{ "strict: unknown models, and answers longer than a model's",
		  t_models, NULL, NULL, NULL },
		{ "strict: prompts and answers that do not fit the context",
		  t_context, NULL, NULL, NULL },
		{ "strict: four cache markers at most, and none on thinking",
		  t_markers, NULL, NULL, NULL },
		{ "strict: no marker of an hour behind one of five minutes",
		  t_ttl_order, NULL, NULL, NULL },
		{ "strict: tools, their choice and references to them", t_tools,
		  NULL, NULL, NULL },
		{ "strict: each tool call has its result in the next turn",
		  t_turns, NULL, NULL, NULL },
		{ "strict: thinking is bound to what was before it", t_bound,
		  NULL, NULL, NULL },
		{ "strict: some models bind thinking, others where asked to",
		  t_models_that_bind, NULL, NULL, NULL },
		{ "strict: spelling, order, markers and settings do not count",
		  t_not_counted, NULL, NULL, NULL },
		{ "strict: thinking that was changed, or lost its signature",
		  t_changed_thinking, NULL, NULL, NULL },
		{ "strict: a signature with one other letter is invalid",
		  t_broken_signature, NULL, NULL, NULL },
		{ "strict: a signature of another account is not valid",
		  t_other_account, NULL, NULL, NULL },
		{ "strict: redacted thinking is bound, too", t_redacted, NULL,
		  NULL, NULL },
		{ "strict: thinking that was taken away before its call",
		  t_taken_away, NULL, NULL, NULL },
		{ "strict: manual thinking has a budget and comes first",
		  t_manual_thinking, NULL, NULL, NULL },
		{ "strict: bodies of any shape are refused with a reason",
		  t_odd_shapes, NULL, NULL, NULL },
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("strict", tests, NULL, NULL);
}
