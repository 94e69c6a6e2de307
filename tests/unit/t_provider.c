/* Tests of mockupstream/dialects/anthropic: ccmock's answers without a
 * script. */
#include <stdio.h>

#include "tests/unit/provider_kit.h"

static void assert_error(const char *method, const char *target,
			 const char *key, const char *body, int status,
			 const char *type, const char *message)
{
	struct said s;

	say(&s, method, target, key, body);
	assert_int_equal(s.reply.status, status);
	assert_text(&s, "/type", "error");
	assert_text(&s, "/error/type", type);
	assert_text(&s, "/error/message", message);
	assert_true(jscan_find(s.root, span_of("/request_id"),
			       &(struct jval){ .type = J_NULL }));
	said_clear(&s);
}

#define PROMPT(text) \
	"{\"model\":\"claude-x\",\"max_tokens\":999,\"messages\":[{\"role\":" \
	"\"user\",\"content\":\"" text "\"}]}"

static void t_echo(void **state)
{
	struct said s;

	(void)state;
	ask(&s, PROMPT("say \\\"h\\u00e9\\\""));
	assert_int_equal(s.reply.status, 200);
	assert_text(&s, "/content/0/text", "You said: say \"h\xc3\xa9\"");
	assert_text(&s, "/stop_reason", "end_turn");
	assert_text(&s, "/model", "claude-x");
	assert_text(&s, "/role", "assistant");
	said_clear(&s);
	/* Of several texts the last is the prompt. */
	ask(&s, "{\"model\":\"claude-x\",\"max_tokens\":999,\"messages\":["
		"{\"role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":"
		"\"one\"},{\"type\":\"text\",\"text\":\"two\"}]}]}");
	assert_text(&s, "/content/0/text", "You said: two");
	said_clear(&s);
}

static void t_stream(void **state)
{
	struct buf names = BUF_INIT(4096), text = BUF_INIT(4096);
	struct said s;

	(void)state;
	ask(&s, "{\"model\":\"m\",\"max_tokens\":9999,\"stream\":true,"
		"\"thinking\":{\"type\":\"adaptive\",\"display\":\"omitted\"},"
		"\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":"
		"\"text\",\"text\":\"\\ud83d\\ude00\\ud83d\\ude00\\ud83d"
		"\\ude00\\ud83d\\ude00\\n\"}]}]}");
	assert_string_equal(headers_get(&s.reply.headers, "content-type"),
			    "text/event-stream; charset=utf-8");
	read_stream(&s, &names, &text);
	assert_string_equal(
		buf_str(&names),
		"message_start ping content_block_start content_block_delta "
		"content_block_stop content_block_start content_block_delta "
		"content_block_delta content_block_delta content_block_delta "
		"content_block_delta content_block_delta content_block_stop "
		"message_delta "
		"message_stop ");
	assert_string_equal(buf_str(&text),
			    "You said: \xf0\x9f\x98\x80\xf0\x9f\x98\x80"
			    "\xf0\x9f\x98\x80\xf0\x9f\x98\x80\n");
	assert_non_null(strstr(buf_str(&s.text), "signature_delta"));
	assert_null(strstr(buf_str(&s.text), "thinking_delta"));
	buf_clear(&names);
	buf_clear(&text);
	said_clear(&s);
}

#define TOOLS \
	"\"model\":\"m\",\"max_tokens\":999,\"tools\":[{\"name\":\"Bash\"}," \
	"{\"name\":\"Read\"}],"
#define PLAN \
	"{\"role\":\"user\",\"content\":\"do [tool:Bash {\\\"a\\\": \\\"}]" \
	"\\\"}] and [tool:Nope {}] and [tool:Read {}]\"}"
#define RESULT \
	",{\"role\":\"assistant\",\"content\":[]},{\"role\":\"user\"," \
	"\"content\":[{\"type\":\"tool_result\",\"content\":\"x\"}," \
	"{\"type\":\"text\",\"text\":\"<system-reminder>x\"}]}"

static void t_tools(void **state)
{
	struct buf names = BUF_INIT(4096), text = BUF_INIT(4096);
	struct said s;

	(void)state;
	ask(&s, "{" TOOLS "\"messages\":[" PLAN "]}");
	assert_text(&s, "/stop_reason", "tool_use");
	assert_text(&s, "/content/0/type", "tool_use");
	assert_text(&s, "/content/0/name", "Bash");
	assert_text(&s, "/content/0/input/a", "}]");
	said_clear(&s);

	ask(&s, "{" TOOLS "\"messages\":[" PLAN RESULT "]}");
	assert_text(&s, "/content/0/name", "Read");
	said_clear(&s);

	ask(&s, "{" TOOLS "\"messages\":[" PLAN RESULT RESULT "]}");
	assert_text(&s, "/stop_reason", "end_turn");
	assert_text(&s, "/content/0/type", "text");
	assert_null(strstr(buf_str(&s.text), "system-reminder"));
	said_clear(&s);

	ask(&s, "{" TOOLS "\"stream\":true,\"messages\":[" PLAN "]}");
	read_stream(&s, &names, &text);
	assert_string_equal(buf_str(&text), "{\"a\": \"}]\"}");
	assert_non_null(strstr(buf_str(&s.text), "\"input\":{}"));
	buf_clear(&names);
	buf_clear(&text);
	said_clear(&s);
}

#define GUARDED(more) \
	"{\"model\":\"claude-opus-5-5\",\"max_tokens\":64,\"tools\":[{" \
	"\"name\":" \
	"\"Bash\"}],\"messages\":[{\"role\":\"user\",\"content\":" \
	"\"[tool:Bash {\\\"command\\\":\\\"ls\\\"}]\"}]" more "}"
#define SAFEGUARDS ",\"safeguards\":[{\"type\":\"dangerous_tool_use\"}]"

/* The results of a request, with the call's id as "ID"; "": none. */
static void assert_results(enum safeguards what, bool stream, const char *body,
			   const char *want)
{
	struct jval results = { .text = SPAN_EMPTY }, id;
	struct span text;
	struct said s;
	size_t at;

	safeguards = what;
	ask(&s, body);
	text = buf_span(&s.text);
	if (stream) {
		at = span_find(text, span_of("event: message_delta"));
		assert_true(at != SIZE_MAX);
		text = span_skip(text, at);
		text = span_skip(text, span_find(text, span_of("data: ")) + 6);
		text = span_first(text, span_find_byte(text, '\n'));
		assert_int_equal(jscan(text, &s.root, NULL), 0);
		assert_false(
			jscan_find(s.root, span_of("/safeguard_results"), &id));
	}
	(void)jscan_find(s.root,
			 span_of(stream ? "/delta/safeguard_results"
					: "/safeguard_results"),
			 &results);
	if (!span_is(results.text, want))
		fail_msg("%.*s", SPAN_ARG(results.text));
	said_clear(&s);
	safeguards = SAFEGUARDS_NOT_FLAGGED;
}

#define RESULTS(status) \
	"[{\"type\":\"dangerous_tool_use\",\"status\":" status "}]"
#define AVAILABLE(id, outcome) \
	RESULTS("{\"type\":\"available\",\"tool_uses\":{\"" id \
		"\":{\"type\":\"evaluated\",\"outcome\":\"" outcome "\"}}}")

static void t_safeguards(void **state)
{
	(void)state;
	beta = "claude-code-20250219,dangerous-tool-use-2026-09-03";
	number = 40;
	assert_results(SAFEGUARDS_NOT_FLAGGED, false, GUARDED(SAFEGUARDS),
		       AVAILABLE("toolu_01Mock000000000041", "not_flagged"));
	assert_results(SAFEGUARDS_FLAGGED, true,
		       GUARDED(SAFEGUARDS ",\"stream\":true"),
		       AVAILABLE("toolu_01Mock000000000042", "flagged"));
	assert_results(SAFEGUARDS_UNAVAILABLE, true,
		       GUARDED(SAFEGUARDS ",\"stream\":true"),
		       RESULTS("{\"type\":\"unavailable\"}"));
	assert_results(SAFEGUARDS_NONE, false, GUARDED(SAFEGUARDS), "");
	assert_results(SAFEGUARDS_NOT_FLAGGED, true,
		       "{\"model\":\"claude-opus-5-5\",\"max_tokens\":64,"
		       "\"stream\":true,\"messages\":[{\"role\":\"user\","
		       "\"content\":\"hi\"}]" SAFEGUARDS "}",
		       RESULTS("{\"type\":\"available\",\"tool_uses\":{}}"));
	assert_results(SAFEGUARDS_NOT_FLAGGED, false, GUARDED(""), "");
	assert_results(SAFEGUARDS_NOT_FLAGGED, false,
		       GUARDED(",\"safeguards\":{}"), "");
	beta = NULL;
	assert_results(SAFEGUARDS_NOT_FLAGGED, false, GUARDED(SAFEGUARDS), "");
}

static void t_max_tokens(void **state)
{
	struct said s;

	(void)state;
	ask(&s, "{\"model\":\"m\",\"max_tokens\":1,\"messages\":[{\"role\":"
		"\"user\",\"content\":\"quota\"}]}");
	assert_text(&s, "/stop_reason", "max_tokens");
	assert_text(&s, "/content/0/text", "You ");
	said_clear(&s);
	ask(&s, "{\"model\":\"m\",\"max_tokens\":0,\"thinking\":{\"type\":"
		"\"adaptive\"},\"messages\":[{\"role\":\"user\",\"content\":"
		"\"hi\"}]}");
	assert_non_null(strstr(buf_str(&s.text), "\"content\":[],"));
	assert_text(&s, "/stop_reason", "max_tokens");
	said_clear(&s);
}

#define BARE(messages) \
	"{\"model\":\"m\",\"max_tokens\":1,\"messages\":" messages "}"
#define HI "{\"role\":\"user\",\"content\":\"x\"}"

/* A body, and what is missing in it. */
static const char *const asks[][2] = {
	{ "{}", "model: Field required" },
	{ "{\"model\":1}", "model: Input should be a valid string" },
	{ "{\"model\":\"\"}",
	  "model: String should have at least 1 and at most "
	  "4096 characters" },
	{ "{\"model\":\"m\",\"max_tokens\":\"1\",\"messages\":[" HI "]}",
	  "max_tokens: Input should be a valid integer" },
	{ "{\"model\":\"m\",\"max_tokens\":1.5,\"messages\":[" HI "]}",
	  "max_tokens: Input should be a valid integer" },
	{ "{\"model\":\"m\",\"max_tokens\":1}", "messages: Field required" },
	{ BARE("{}"), "messages: Input should be a valid array" },
	{ BARE("[1]"), "messages.0.role: Field required" },
	{ BARE("[" HI ",{}]"), "messages.1.role: Field required" },
	{ BARE("[{\"role\":1,\"content\":\"x\"}]"),
	  "messages.0.role: Field required" },
	{ BARE("[" HI "," HI ",{\"role\":\"user\"}]"),
	  "messages.2.content: Field required" },
};

static void t_errors(void **state)
{
	const char *ok = PROMPT("x");

	(void)state;
	assert_error("POST", "/v1/messages", NULL, ok, 401,
		     "authentication_error", "x-api-key header is required");
	assert_error("POST", "/v1/messages", "k", "[]", 400,
		     "invalid_request_error",
		     "The request body is not a JSON object");
	assert_error("POST", "/v1/messages", "k",
		     "{\"model\":\"m\",\"messages\":[]}", 400,
		     "invalid_request_error", "max_tokens: Field required");
	assert_error("POST", "/v1/messages", "k",
		     "{\"model\":\"m\",\"max_tokens\":-1,\"messages\":[]}", 400,
		     "invalid_request_error",
		     "max_tokens: Input should be greater than or equal to 0");
	assert_error("POST", "/v1/messages", "k",
		     "{\"model\":\"m\",\"max_tokens\":1,\"messages\":[]}", 400,
		     "invalid_request_error",
		     "messages: at least one message is required");
	assert_error("POST", "/v1/messages", "k",
		     "{\"model\":\"no-such-model-1\",\"max_tokens\":1,"
		     "\"messages\":[{\"role\":\"user\",\"content\":\"x\"}]}",
		     404, "not_found_error", "model: no-such-model-1");
	for (size_t i = 0; i < sizeof(asks) / sizeof(asks[0]); i++)
		assert_error("POST", "/v1/messages", "k", asks[i][0], 400,
			     "invalid_request_error", asks[i][1]);
	assert_error("GET", "/v1/messages", "k", "", 405,
		     "invalid_request_error", "Method Not Allowed");
	assert_error("POST", "/v2/x", "k", ok, 404, "not_found_error",
		     "Not found: /v2/x");
	assert_error("POST", "/v1/messages/batches/b1/results", "k", ok, 404,
		     "not_found_error",
		     "ccmock does not serve /v1/messages/batches. It serves "
		     "POST /v1/messages, POST /v1/messages/count_tokens, GET "
		     "/v1/models and HEAD /; a script can answer anything "
		     "else.");
	for (int files = 0; files < 2; files++) {
		char message[256];

		snprintf(message, sizeof(message),
			 "ccmock does not serve %s. It serves POST "
			 "/v1/messages, POST /v1/messages/count_tokens, GET "
			 "/v1/models and HEAD /; a script can answer anything "
			 "else.",
			 files ? "/v1/files" : "/v1/skills");
		assert_error("GET", files ? "/v1/files?limit=2" : "/v1/skills",
			     "k", "", 404, "not_found_error", message);
	}
	provider.key = "right";
	assert_error("POST", "/v1/messages", "wrong", ok, 401,
		     "authentication_error", "invalid x-api-key");
	provider.key = NULL;
}

/* Which credential counts, and what is said where there is none. */
static void t_credentials(void **state)
{
	static const struct {
		const char *key, *authorization;
		int status;
	} rows[] = {
		{ "right", NULL, 200 },
		{ NULL, "Bearer right", 200 },
		{ NULL, "bearer right", 200 },
		{ "", "Bearer right", 200 },
		{ "right", "Bearer wrong", 200 },
		{ "wrong", "Bearer right", 401 },
		{ NULL, "Bearer wrong", 401 },
		{ NULL, "Basic right", 401 },
		{ NULL, "Bearer ", 401 },
		{ NULL, "right", 401 },
		{ "", NULL, 401 },
		{ NULL, NULL, 401 },
	};

	(void)state;
	provider.key = "right";
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct said s;

		authorization = rows[i].authorization;
		say(&s, "POST", "/v1/messages", rows[i].key, PROMPT("x"));
		if (s.reply.status != rows[i].status)
			fail_msg("row %zu: %d", i, s.reply.status);
		said_clear(&s);
	}
	authorization = NULL;
	provider.key = NULL;
	version = NULL;
	assert_error("POST", "/v1/messages", "k", PROMPT("x"), 400,
		     "invalid_request_error",
		     "anthropic-version: header is required");
	assert_error("GET", "/v1/models", "k", "", 400, "invalid_request_error",
		     "anthropic-version: header is required");
	version = "2023-06-01";
	too_large = true;
	assert_error("POST", "/v1/messages", "k", PROMPT("x"), 413,
		     "request_too_large", "Request exceeds the maximum size");
	too_large = false;
	assert_error("POST", "/v1/messages", "k", "{", 400,
		     "invalid_request_error",
		     "The request body is not valid JSON: 1:2: end of text, "
		     "but a key in quotes should be here");
	assert_error("POST", "/v1/messages/count_tokens", "k", "1", 400,
		     "invalid_request_error",
		     "The request body is not a JSON object");
}

/* Which method each path has, and what is said of the others. */
static void t_routes(void **state)
{
	static const char *const parts[] = {
		"/v1/messages/batches", "/v1/files",         "/v1/skills",
		"/v1/complete",         "/v1/organizations", "/v1/agents",
		"/v1/sessions",         "/v1/environments"
	};
	static const struct {
		const char *method, *path;
		int status;
	} rows[] = {
		{ "GET", "/v1/models", 200 },
		{ "HEAD", "/v1/models", 200 },
		{ "POST", "/v1/models", 405 },
		{ "GET", "/v1/models/", 404 },
		{ "HEAD", "/v1/models/claude-opus-5", 200 },
		{ "PUT", "/v1/messages", 405 },
		{ "GET", "/", 405 },
		{ "HEAD", "/", 200 },
		{ "GET", "/api/hello", 200 },
		{ "POST", "/api/hello", 405 },
		{ "GET", "/v1", 404 },
		{ "GET", "/v1/messages/count_tokens", 405 },
		{ "HE", "/", 405 },
	};
	struct buf path = BUF_INIT(1000), message = BUF_INIT(1000);
	struct said s;

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		say(&s, rows[i].method, rows[i].path, "k", "");
		if (s.reply.status != rows[i].status)
			fail_msg("%s %s: %d", rows[i].method, rows[i].path,
				 s.reply.status);
		said_clear(&s);
	}
	say(&s, "GET", "/api/hello", NULL, "");
	assert_string_equal(buf_str(&s.text), "{\"message\":\"hello\"}");
	assert_string_equal(headers_get(&s.reply.headers, "content-type"),
			    "application/json");
	said_clear(&s);
	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
		buf_reset(&message);
		buf_addf(&message,
			 "ccmock does not serve %s. It serves POST "
			 "/v1/messages, POST /v1/messages/count_tokens, GET "
			 "/v1/models and HEAD /; a script can answer anything "
			 "else.",
			 parts[i]);
		assert_error("POST", parts[i], "k", "", 404, "not_found_error",
			     buf_str(&message));
	}
	/* Of a long path 200 bytes are told. */
	buf_add_text(&path, "/");
	while (path.len < 250)
		buf_add_byte(&path, 'p');
	buf_reset(&message);
	buf_addf(&message, "Not found: %.200s", buf_str(&path));
	assert_error("GET", buf_str(&path), "k", "", 404, "not_found_error",
		     buf_str(&message));
	number = 6;
	say(&s, "GET", "/v2", "k", "");
	assert_text(&s, "/request_id", "req_01Mock00000000000007");
	said_clear(&s);
	buf_clear(&path);
	buf_clear(&message);
}

/* The ids of a page, and what stands around them. */
static void assert_page(const char *query, const char *ids, bool has_more)
{
	struct buf target = BUF_INIT(1000), found = BUF_INIT(1000);
	struct jval data, item, id, v;
	struct jiter it;
	struct said s;
	size_t n = 0;

	buf_addf(&target, "/v1/models%s", query);
	say(&s, "GET", buf_str(&target), "k", "");
	assert_int_equal(s.reply.status, 200);
	assert_true(jscan_member(s.root, "data", &data));
	it = jscan_iter(data);
	while (jscan_next(&it, NULL, &item)) {
		assert_true(jscan_member(item, "id", &id));
		if (n++ == 0)
			assert_true(jscan_member(s.root, "first_id", &v) &&
				    span_equal(v.text, id.text));
		buf_addf(&found, "%s", n > 1 ? " " : "");
		jscan_string(id, &found);
	}
	assert_string_equal(buf_str(&found), ids);
	assert_true(jscan_member(s.root, "has_more", &v));
	assert_int_equal(v.type, has_more ? J_TRUE : J_FALSE);
	assert_true(jscan_member(s.root, "last_id", &v));
	if (n > 0)
		assert_true(span_equal(v.text, id.text));
	else
		assert_int_equal(v.type, J_NULL);
	said_clear(&s);
	buf_clear(&target);
	buf_clear(&found);
}

#define ALL \
	"claude-opus-5-5 claude-fable-5-2 claude-haiku-5-5 " \
	"claude-sonnet-5-5 claude-opus-5 claude-sonnet-5 claude-opus-4-5 " \
	"claude-haiku-4-5-20251001 claude-sonnet-4-5-20250929"

static void t_pages(void **state)
{
	(void)state;
	assert_page("", ALL, false);
	assert_page("?limit=1000", ALL, false);
	assert_page("?limit=9", ALL, false);
	assert_page("?limit=2", "claude-opus-5-5 claude-fable-5-2", true);
	assert_page("?limit=2&after_id=claude-haiku-4-5-20251001",
		    "claude-sonnet-4-5-20250929", false);
	assert_page("?after_id=claude-sonnet-4-5-20250929", "", false);
	assert_page("?before_id=claude-haiku-5-5&x=1",
		    "claude-opus-5-5 claude-fable-5-2", true);
	assert_page("?before_id=claude-opus-5-5", "", true);
	assert_page("?after_id=claude-opus-5-5&before_id=claude-sonnet-5-5",
		    "claude-fable-5-2 claude-haiku-5-5", true);
	assert_page("?after_id=claude-haiku-5-5&before_id=claude-fable-5-2", "",
		    true);
	assert_error("GET", "/v1/models?limit=1001", "k", "", 400,
		     "invalid_request_error", "limit: a number from 1 to 1000");
	assert_error("GET", "/v1/models?limit", "k", "", 400,
		     "invalid_request_error", "limit: a number from 1 to 1000");
	assert_error("GET", "/v1/models?after_id=x", "k", "", 400,
		     "invalid_request_error", "after_id: no such model");
	assert_error("GET", "/v1/models?after_id", "k", "", 400,
		     "invalid_request_error", "after_id: no such model");
	assert_error("GET", "/v1/models?before_id=x", "k", "", 400,
		     "invalid_request_error", "before_id: no such model");
}

/* All that is told of one, and how much each answers. */
static void t_one_model(void **state)
{
	static const struct {
		const char *id;
		int most;
	} rows[] = {
		{ "claude-opus-5-5", 128000 },
		{ "claude-fable-5-2", 128000 },
		{ "claude-haiku-5-5", 128000 },
		{ "claude-sonnet-5-5", 128000 },
		{ "claude-opus-5", 128000 },
		{ "claude-sonnet-5", 128000 },
		{ "claude-opus-4-5", 64000 },
		{ "claude-haiku-4-5-20251001", 64000 },
		{ "claude-sonnet-4-5-20250929", 64000 },
	};
	struct said s;

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct buf target = BUF_INIT(100);

		buf_addf(&target, "/v1/models/%s", rows[i].id);
		say(&s, "GET", buf_str(&target), "k", "");
		assert_text(&s, "/id", rows[i].id);
		assert_int_equal(number_at(&s, "/max_tokens"), rows[i].most);
		assert_int_equal(number_at(&s, "/max_input_tokens"), 200000);
		said_clear(&s);
		buf_clear(&target);
	}
	say(&s, "GET", "/v1/models/claude-opus-4-5", "k", "");
	assert_string_equal(
		buf_str(&s.text),
		"{\"type\":\"model\",\"id\":\"claude-opus-4-5\","
		"\"display_name\":\"Claude Opus 4.5\",\"created_at\":"
		"\"2025-11-24T00:00:00Z\",\"lifecycle\":\"active\",\"line\":"
		"\"opus\",\"max_input_tokens\":200000,\"max_tokens\":64000}");
	said_clear(&s);
}

/* A token for four bytes of what the model is shown: words, no punctuation. */
static void t_tokens(void **state)
{
	static const struct {
		const char *body;
		int64_t tokens;
	} rows[] = {
		{ "{\"model\":\"m\",\"messages\":[{\"role\":\"user\","
		  "\"content\":\"x\"}]}",
		  4 }, /* 16 bytes: role, user, content, x */
		{ "{\"model\":\"m\",\"messages\":[{\"role\":\"user\","
		  "\"content\":\"xy\"}]}",
		  4 },
		{ "{\"model\":\"m\",\"system\":\"abcd\",\"messages\":[{"
		  "\"role\":\"user\",\"content\":\"x\"}]}",
		  8 },
		{ "{\"model\":\"m\",\"system\":\"abcd\",\"tools\":[ ],"
		  "\"messages\":[{\"role\":\"user\",\"content\":\"x\"}]}",
		  8 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct said s;

		say(&s, "POST", "/v1/messages/count_tokens", "k", rows[i].body);
		assert_int_equal(number_at(&s, "/input_tokens"),
				 rows[i].tokens);
		said_clear(&s);
	}
}

static void t_count(void **state)
{
	struct said small, large;

	(void)state;
	say(&small, "POST", "/v1/messages/count_tokens?beta=true", "k",
	    "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":"
	    "\"x\"}]}");
	say(&large, "POST", "/v1/messages/count_tokens", "k",
	    "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":"
	    "\"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\"}]}");
	assert_true(number_at(&small, "/input_tokens") >= 1);
	assert_true(number_at(&large, "/input_tokens") >
		    number_at(&small, "/input_tokens"));
	said_clear(&small);
	said_clear(&large);
}

/* A conversation whose newest block is marked; `first` is its first word. */
static void ask_cached(struct said *s, const char *first, int turns)
{
	struct buf body = BUF_INIT(1 << 20);

	buf_add_text(&body, "{\"model\":\"m\",\"max_tokens\":9,\"messages\":[");
	for (int i = 0; i < turns; i++) {
		buf_addf(&body,
			 "%s{\"role\":\"user\",\"content\":[{\"type\":\"text\","
			 "\"text\":\"%s %04000d\"%s}]}",
			 i > 0 ? "," : "", first, i,
			 i == turns - 1 ? ",\"cache_control\":{\"type\":"
					  "\"ephemeral\"}"
					: "");
	}
	buf_add_text(&body, "]}");
	ask(s, buf_str(&body));
	buf_clear(&body);
}

static void t_cache(void **state)
{
	struct said s;
	int64_t first;

	(void)state;
	ask_cached(&s, "one", 2);
	first = number_at(&s, "/usage/cache_creation_input_tokens");
	assert_true(first > 1900);
	assert_int_equal(number_at(&s, "/usage/cache_read_input_tokens"), 0);
	assert_true(number_at(&s, "/usage/input_tokens") > 0);
	said_clear(&s);

	/* The next turn finds what the turn before left. */
	ask_cached(&s, "one", 3);
	assert_int_equal(number_at(&s, "/usage/cache_read_input_tokens"),
			 first);
	assert_true(number_at(&s, "/usage/cache_creation_input_tokens") > 900);
	said_clear(&s);

	/* Another beginning finds nothing. */
	ask_cached(&s, "two", 3);
	assert_int_equal(number_at(&s, "/usage/cache_read_input_tokens"), 0);
	said_clear(&s);
}

static void t_models(void **state)
{
	struct said s;

	(void)state;
	say(&s, "GET", "/v1/models?limit=1000", "k", "");
	assert_text(&s, "/data/0/type", "model");
	assert_text(&s, "/data/0/id", "claude-opus-5-5");
	assert_text(&s, "/first_id", "claude-opus-5-5");
	assert_non_null(strstr(buf_str(&s.text), "\"has_more\":false"));
	said_clear(&s);
	say(&s, "GET", "/v1/models?limit=1&after_id=claude-opus-5-5", "k", "");
	assert_text(&s, "/data/0/id", "claude-fable-5-2");
	assert_text(&s, "/last_id", "claude-fable-5-2");
	assert_non_null(strstr(buf_str(&s.text), "\"has_more\":true"));
	said_clear(&s);
	say(&s, "GET", "/v1/models/claude-opus-5", "k", "");
	assert_text(&s, "/display_name", "Claude Opus 5");
	said_clear(&s);
	/* What Claude Code asks for by itself is there. */
	say(&s, "GET", "/v1/models/claude-fable-5-2", "k", "");
	assert_text(&s, "/line", "fable");
	assert_text(&s, "/lifecycle", "active");
	assert_int_equal(number_at(&s, "/max_tokens"), 128000);
	said_clear(&s);
	say(&s, "GET", "/v1/models/claude-haiku-5-5", "k", "");
	assert_text(&s, "/display_name", "Claude Haiku 5.5");
	said_clear(&s);
	say(&s, "GET", "/v1/models/claude-sonnet-5-5", "k", "");
	assert_text(&s, "/id", "claude-sonnet-5-5");
	said_clear(&s);
	assert_error("GET", "/v1/models/nobody", "k", "", 404,
		     "not_found_error", "model: nobody");
	assert_error("GET", "/v1/models?limit=0", "k", "", 400,
		     "invalid_request_error", "limit: a number from 1 to 1000");
}

static void t_warm_up(void **state)
{
	struct said s;

	(void)state;
	say(&s, "HEAD", "/", NULL, "");
	assert_int_equal(s.reply.status, 200);
	said_clear(&s);
	say(&s, "HEAD", "/api/hello", NULL, "");
	assert_int_equal(s.reply.status, 200);
	said_clear(&s);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		{ "provider: it echoes the prompt", t_echo, NULL, NULL, NULL },
		{ "provider: a stream follows the grammar", t_stream, NULL,
		  NULL, NULL },
		{ "provider: tool markers are called one after another",
		  t_tools, NULL, NULL, NULL },
		{ "provider: a tool call has its verdict where it is asked for",
		  t_safeguards, NULL, NULL, NULL },
		{ "provider: max_tokens ends the text", t_max_tokens, NULL,
		  NULL, NULL },
		{ "provider: refusals have the API's shape", t_errors, NULL,
		  NULL, NULL },
		{ "provider: which credential counts", t_credentials, NULL,
		  NULL, NULL },
		{ "provider: which paths there are", t_routes, NULL, NULL,
		  NULL },
		{ "provider: pages of models", t_pages, NULL, NULL, NULL },
		{ "provider: what is told of a model", t_one_model, NULL, NULL,
		  NULL },
		{ "provider: how tokens are counted", t_tokens, NULL, NULL,
		  NULL },
		{ "provider: tokens grow with the input", t_count, NULL, NULL,
		  NULL },
		{ "provider: a prefix that was cached is found again", t_cache,
		  NULL, NULL, NULL },
		{ "provider: models come in pages", t_models, NULL, NULL,
		  NULL },
		{ "provider: the client's warm-up needs no key", t_warm_up,
		  NULL, NULL, NULL },
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("provider", tests, NULL, NULL);
}
