/* What ccmock answers at /v1/chat/completions, and what it refuses there. */
#include "tests/unit/chat_kit.h"
#include "formats/plain.h"

/* words: the front of the message */
static void assert_refusal(const struct asked *a, int status, const char *code,
			   const char *words)
{
	struct buf text = BUF_INIT(4096);
	struct jval v;

	assert_int_equal(a->reply.status, status);
	assert_at(a, "/error/type", "invalid_request_error");
	assert_at(a, "/error/param", "null");
	assert_at(a, "/error/code", code);
	assert_true(jscan_find(a->root, span_of("/error/message"), &v));
	jscan_string(v, &text);
	if (!span_starts(buf_span(&text), words))
		fail_msg("not '%s': %s", words, buf_str(&text));
	buf_clear(&text);
}

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

#define ID "{\"id\":\"chatcmpl-mock000000000007\",\"object\":\"chat.completion"
#define FRONT \
	"\",\"created\":1790000000,\"model\":\"m\",\"service_tier\":" \
	"\"default\",\"system_fingerprint\":\"fp_mock\",\"choices\":["
#define USAGE(prompt, completion, total) \
	"\"usage\":{\"prompt_tokens\":" prompt \
	",\"completion_tokens\":" completion ",\"total_tokens\":" total \
	",\"prompt_tokens_details\":{\"cached_tokens\":0,\"audio_tokens\":0}," \
	"\"completion_tokens_details\":{\"reasoning_tokens\":0}}"

/* All bytes of completions. */
static void t_completion_bytes(void **state)
{
#define WHOLE(message, finish, usage) \
	ID FRONT "{\"index\":0,\"message\":{\"role\":\"assistant\"," message \
		 ",\"annotations\":[]},\"logprobs\":null,\"finish_reason\":" \
		 "\"" finish "\"}]," usage "}"
	static const char *const rows[][2] = {
		{ "{\"model\":\"m\"," USER "}",
		  WHOLE("\"content\":\"You said: hi\",\"refusal\":null", "stop",
			USAGE("4", "3", "7")) },
		/* Nothing is left before the word that ends it. */
		{ "{\"model\":\"m\",\"stop\":[\"You\"]," USER "}",
		  WHOLE("\"content\":\"\",\"refusal\":null", "stop",
			USAGE("4", "1", "5")) },
		{ "{\"model\":\"m\"," ADD ",\"messages\":[{\"role\":\"user\","
		  "\"content\":\"[tool:add {}]\"}]}",
		  WHOLE("\"content\":null,\"refusal\":null,\"tool_calls\":[{"
			"\"id\":\"call_mock000000000007_0\",\"type\":"
			"\"function\",\"function\":{\"name\":\"add\","
			"\"arguments\":\"{}\"}}]",
			"tool_calls", USAGE("14", "1", "15")) },
		{ "{\"model\":\"m\"," ADD ",\"messages\":[{\"role\":\"user\","
		  "\"content\":\"[tools: add {}; add {}]\"}]}",
		  WHOLE("\"content\":null,\"refusal\":null,\"tool_calls\":[{"
			"\"id\":\"call_mock000000000007_0\",\"type\":"
			"\"function\",\"function\":{\"name\":\"add\","
			"\"arguments\":\"{}\"}},{"
			"\"id\":\"call_mock000000000007_1\",\"type\":"
			"\"function\",\"function\":{\"name\":\"add\","
			"\"arguments\":\"{}\"}}]",
			"tool_calls", USAGE("17", "2", "19")) },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct asked a;

		ask(&a, rows[i][0], true);
		assert_string_equal(a.reply.bytes, rows[i][1]);
		asked_clear(&a);
	}
}

static void assert_chunks(const char *body, uint32_t pace_ms,
			  const char *const *chunks, size_t count)
{
	struct asked a;

	ask(&a, body, true);
	assert_int_equal(a.reply.kind, REPLY_STREAM);
	for (size_t i = 0; i < a.reply.script->count && i < count; i++) {
		const struct script_step *step = &a.reply.script->steps[i];
		struct buf bytes = BUF_INIT(BUF_NO_LIMIT);

		buf_add_span(&bytes, step->bytes);
		assert_string_equal(buf_str(&bytes), chunks[i]);
		assert_int_equal(step->ms, pace_ms);
		buf_clear(&bytes);
	}
	assert_int_equal(a.reply.script->count, count);
	asked_clear(&a);
}

/* All bytes of chunks. */
static void t_chunk_bytes(void **state)
{
#define CHUNK(choices, more) "data: " ID ".chunk" FRONT choices "]" more "}\n\n"
#define DELTA(delta, finish, more) \
	CHUNK("{\"index\":0,\"delta\":{" delta \
	      "},\"logprobs\":null,\"finish_reason\":" finish "}", \
	      more)
#define ROLE "\"role\":\"assistant\",\"content\":\"\",\"refusal\":null"
#define CALL(more, arguments) \
	"\"tool_calls\":[{\"index\":0," more "\"arguments\":\"" arguments \
	"\"}}]"
#define CALL_FRONT \
	"\"id\":\"call_mock000000000007_0\",\"type\":\"function\"," \
	"\"function\":{\"name\":\"add\","
#define NO ",\"usage\":null"
	static const char *const text[] = {
		DELTA(ROLE, "null", ""),
		DELTA("\"content\":\"You\"", "null", ""),
		DELTA("\"content\":\" sa\"", "null", ""),
		DELTA("\"content\":\"id:\"", "null", ""),
		DELTA("\"content\":\" hi\"", "null", ""),
		DELTA("\"content\":\"!\"", "null", ""),
		DELTA("", "\"stop\"", ""),
		"data: [DONE]\n\n",
	};
	static const char *const call[] = {
		DELTA(ROLE, "null", NO),
		DELTA(CALL(CALL_FRONT, ""), "null", NO),
		DELTA(CALL("\"function\":{", "{\\\""), "null", NO),
		DELTA(CALL("\"function\":{", "a\\\""), "null", NO),
		DELTA(CALL("\"function\":{", ":1"), "null", NO),
		DELTA(CALL("\"function\":{", "}"), "null", NO),
		DELTA("", "\"tool_calls\"", NO),
		CHUNK("", "," USAGE("15", "2", "17")),
		"data: [DONE]\n\n",
	};
	static const char *const empty[] = {
		DELTA(ROLE, "null", ""),
		DELTA("", "\"stop\"", ""),
		"data: [DONE]\n\n",
	};

	(void)state;
	assert_chunks("{\"model\":\"m\",\"stream\":true,\"messages\":[{"
		      "\"role\":\"user\",\"content\":\"hi!\"}]}",
		      0, text, sizeof(text) / sizeof(text[0]));
	assert_chunks("{\"model\":\"m\",\"stream\":true,\"stream_options\":"
		      "{\"include_usage\":true}," ADD
		      ",\"messages\":[{\"role\":\"user\",\"content\":"
		      "\"[tool:add {\\\"a\\\":1}]\"}]}",
		      0, call, sizeof(call) / sizeof(call[0]));
	assert_chunks("{\"model\":\"m\",\"stream\":true,\"stream_options\":"
		      "{\"include_usage\":false},\"stop\":[\"You\"]," USER "}",
		      0, empty, sizeof(empty) / sizeof(empty[0]));
	assert_chunks("{\"model\":\"m\",\"stream\":true,\"stream_options\":{},"
		      "\"stop\":[\"You\"],\"messages\":[{\"role\":\"user\","
		      "\"content\":\"[pace:1]\"}]}",
		      1, empty, sizeof(empty) / sizeof(empty[0]));
}

/* How many pieces a text comes in: up to six. */
static void t_pieces(void **state)
{
	static const struct {
		const char *prompt; /* after the ten bytes of "You said: " */
		size_t pieces;
	} rows[] = { { "1234567", 6 }, { "12345678", 5 }, { "1234", 5 } };

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct buf body = BUF_INIT(4096);
		struct asked a;

		buf_addf(&body,
			 "{\"model\":\"m\",\"stream\":true,\"messages\":[{"
			 "\"role\":\"user\",\"content\":\"%s\"}]}",
			 rows[i].prompt);
		ask(&a, buf_str(&body), true);
		/* beside them: the role, the end, and "[DONE]" */
		assert_int_equal(a.reply.script->count, rows[i].pieces + 3);
		asked_clear(&a);
		buf_clear(&body);
	}
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
		      "{\"input_tokens\":14,\"cache_read_input_tokens\":0,"
		      "\"output_tokens\":1}}",
		      6);
}

static void t_refused_at_once(void **state)
{
#define NO_KEY \
	"You didn't provide an API key. You need to provide it in an " \
	"Authorization header using Bearer auth."
	static const struct {
		const char *key, *method, *body;
		int status;
		const char *code, *words; /* the front of the message */
	} rows[] = {
		{ NULL, "POST", "{}", 401, "null", NO_KEY },
		{ "Basic right", "POST", "{}", 401, "null", NO_KEY },
		{ "Bearer_right", "POST", "{}", 401, "null", NO_KEY },
		{ "Bearer ", "POST", "{}", 401, "null", NO_KEY },
		{ "Bearer wrong", "POST", "{}", 401, "invalid_api_key",
		  "Incorrect API key provided." },
		{ "Bearer right", "GET", "", 405, "method_not_supported",
		  "Not allowed to GET on /v1/chat/completions." },
		{ "Bearer right", "POST", "{", 400, "null",
		  "We could not parse the JSON body of your request: " },
		{ "Bearer right", "POST", "[]", 400, "null",
		  "We could not parse the JSON body of your request: " },
		{ "Bearer right", "POST", "{\"model\":\"m\"}", 400, "null",
		  "Invalid request: messages" },
		{ "Bearer right", "POST",
		  "{\"model\":\"no-such-model\"," USER "}", 404,
		  "model_not_found",
		  "The model `no-such-model` does not exist or you do not "
		  "have access to it." },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct asked a;

		ask_with(&a, rows[i].key, rows[i].method, rows[i].body, false);
		assert_refusal(&a, rows[i].status, rows[i].code, rows[i].words);
		asked_clear(&a);
	}
}

/* A body that is too large was not read. */
static void t_too_large(void **state)
{
	struct anthropic provider = { .key = "right" };
	struct asked a = { .root = { .type = J_NULL } };
	struct http_head head = { .method = (char *)"POST" };
	struct anthropic_request r = { .head = &head,
				       .path = span_of("/v1/chat/completions"),
				       .too_large = true };

	(void)state;
	headers_add_text(&head.headers, "authorization", "Bearer right");
	chat_answer(&provider, &r, &a.reply);
	assert_int_equal(
		jscan(span_make(a.reply.bytes, a.reply.len), &a.root, NULL), 0);
	assert_refusal(&a, 413, "null", "Request too large.");
	reply_clear(&a.reply);
	headers_clear(&head.headers);
}

/* In the plain form it would be nested more deeply than JSON may be. */
static void t_too_deep(void **state)
{
	struct buf body = BUF_INIT(BUF_NO_LIMIT);
	struct asked a;

	(void)state;
	buf_add_text(&body, "{\"model\":\"m\",\"messages\":[{\"role\":\"tool\","
			    "\"content\":[");
	for (int i = 0; i < 508; i++)
		buf_add_text(&body, "{\"a\":");
	buf_add_byte(&body, '1');
	for (int i = 0; i < 508; i++)
		buf_add_byte(&body, '}');
	buf_add_text(&body, "]}]}");
	ask(&a, buf_str(&body), false);
	assert_refusal(&a, 400, "null",
		       "Invalid request: it is nested too deeply.");
	asked_clear(&a);
	buf_clear(&body);
}

/* Where no key is set, any will do. */
static void t_any_key(void **state)
{
	struct anthropic provider = { 0 };
	struct reply reply = { 0 };
	struct http_head head = { .method = (char *)"POST" };
	struct anthropic_request r = {
		.head = &head,
		.path = span_of("/v1/chat/completions"),
		.body = span_of("{\"model\":\"m\"," USER "}"),
	};

	(void)state;
	headers_add_text(&head.headers, "authorization", "bearer x");
	chat_answer(&provider, &r, &reply);
	assert_int_equal(reply.status, 200);
	reply_clear(&reply);
	headers_clear(&head.headers);
}

/* Whose list of models is asked for is told by the header fields. */
static void t_models(void **state)
{
	static const struct {
		const char *name, *value;
		bool ours;
	} rows[] = {
		{ "accept", "*/*", true },
		{ "anthropic-version", "2023-06-01", false },
		{ "anthropic-beta", "b", false },
		{ "x-api-key", "k", false },
	};
	struct anthropic provider = { 0 };
	struct http_head head = { .method = (char *)"GET" };
	struct anthropic_request r = { .head = &head,
				       .path = span_of("/v1/models") };
	struct reply reply = { 0 };

	(void)state;
	assert_false(chat_serves(&r));
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		headers_add_text(&head.headers, "authorization", "Bearer x");
		headers_add_text(&head.headers, rows[i].name, rows[i].value);
		r.path = span_of("/v1/models");
		assert_int_equal(chat_serves(&r), rows[i].ours);
		r.path = span_of("/v1/models/m");
		assert_false(chat_serves(&r));
		headers_clear(&head.headers);
	}
	headers_add_text(&head.headers, "authorization", "Bearer x");
	r.path = span_of("/v1/models");
	chat_answer(&provider, &r, &reply);
	assert_int_equal(reply.status, 200);
	assert_string_equal(
		reply.bytes,
		"{\"object\":\"list\",\"data\":[{\"id\":\"gpt-mock\""
		",\"object\":\"model\",\"created\":1790000000,"
		"\"owned_by\":\"ccmock\"}]}");
	reply_clear(&reply);
	head.method = (char *)"POST";
	reply = (struct reply){ 0 };
	chat_answer(&provider, &r, &reply);
	assert_int_equal(reply.status, 405);
	reply_clear(&reply);
	headers_clear(&head.headers);
}

static void t_headers(void **state)
{
	struct headers h = { 0 };

	(void)state;
	chat_headers(&h, 3);
	assert_string_equal(headers_get(&h, "x-request-id"),
			    "req_mock000000000000000000000003");
	assert_string_equal(headers_get(&h, "openai-version"), "2020-10-01");
	assert_int_equal(h.count, 2);
	chat_headers(&h, 4);
	assert_int_equal(h.count, 2);
	assert_string_equal(headers_get(&h, "x-request-id"),
			    "req_mock000000000000000000000003");
	headers_clear(&h);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(t_completion),
		cmocka_unit_test(t_completion_bytes),
		cmocka_unit_test(t_chunks),
		cmocka_unit_test(t_chunk_bytes),
		cmocka_unit_test(t_pieces),
		cmocka_unit_test(t_refused_at_once),
		cmocka_unit_test(t_too_large),
		cmocka_unit_test(t_too_deep),
		cmocka_unit_test(t_any_key),
		cmocka_unit_test(t_models),
		cmocka_unit_test(t_headers),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("chat", tests, NULL, NULL);
}
