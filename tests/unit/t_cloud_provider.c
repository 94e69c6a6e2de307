/* Tests of mockupstream/dialects/cloud: what Bedrock and Vertex AI say. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "mockupstream/dialects/cloud/cloud.h"
#include "mockupstream/reply.h"
#include "wire/bytes/base64.h"
#include "wire/http/event_chunk.h"
#include "wire/http/event_stream.h"

#define BEDROCK "/model/us.anthropic.claude-opus-5-5"
#define VERTEX \
	"/v1/projects/p-1/locations/us-east5/publishers/anthropic/models/"
#define HELLO \
	"\"max_tokens\":99,\"messages\":[{\"role\":\"user\"," \
	"\"content\":\"hello\"}]"
#define ON_BEDROCK "{\"anthropic_version\":\"bedrock-2023-05-31\"," HELLO
#define ON_VERTEX "{\"anthropic_version\":\"vertex-2023-10-16\"," HELLO
#define NAMES ":http://internal.amazon.com/coral/com.amazon.bedrock/"

static struct anthropic provider;
static uint64_t number;
static bool strict, too_large;
static const char *credential, *betas; /* NULL: none */

struct said {
	struct reply reply;
	struct buf text; /* the body, or the stream's bytes */
};

static void ask(struct said *s, const char *method, const char *target,
		const char *body)
{
	struct http_head head = { .method = strdup(method),
				  .target = strdup(target),
				  .minor = 1 };
	struct span path = span_of(head.target);
	struct anthropic_request r = { .head = &head,
				       .body = span_of(body),
				       .number = ++number,
				       .too_large = too_large,
				       .strict = strict };

	r.path = span_first(path, span_find_byte(path, '?'));
	if (credential)
		headers_add_text(&head.headers, "Authorization", credential);
	if (betas)
		headers_add_text(&head.headers, "anthropic-beta", betas);
	*s = (struct said){ .text = BUF_INIT(1 << 24) };
	cloud_answer(&provider, &r, &s->reply);
	if (s->reply.kind == REPLY_STREAM)
		for (size_t i = 0; i < s->reply.script->count; i++)
			buf_add_span(&s->text, s->reply.script->steps[i].bytes);
	else
		buf_add(&s->text, s->reply.bytes, s->reply.len);
	http_head_clear(&head);
}

static void said_clear(struct said *s)
{
	reply_clear(&s->reply);
	buf_clear(&s->text);
}

static const char *field(const struct said *s, const char *name)
{
	const char *value = headers_get(&s->reply.headers, name);

	return value ? value : "(none)";
}

static void assert_has(const struct said *s, const char *text)
{
	if (!strstr(buf_str(&s->text), text))
		fail_msg("no %s in %s", text, buf_str(&s->text));
}

/* ---- paths ---- */

static void t_routes(void **state)
{
	static const struct {
		const char *path;
		enum cloud_route route;
		const char *model; /* NULL: none */
	} rows[] = {
		{ "/model/a.b-v1:0/invoke", CLOUD_BEDROCK_INVOKE, "a.b-v1:0" },
		{ "/base/model/a/invoke-with-response-stream",
		  CLOUD_BEDROCK_STREAM, "a" },
		{ "/model/arn:aws:bedrock:x:1:p%2Fq/count-tokens",
		  CLOUD_BEDROCK_COUNT, "arn:aws:bedrock:x:1:p/q" },
		{ "/inference-profiles", CLOUD_BEDROCK_PROFILES, NULL },
		{ "/inference-profiles/arn%3Aaws%2fx", CLOUD_BEDROCK_PROFILE,
		  "arn:aws/x" },
		{ "/model/a%39%0Ab%20c%/invoke", CLOUD_BEDROCK_INVOKE,
		  "a9\nb c%" },
		{ "/model/a%39/invoke", CLOUD_BEDROCK_INVOKE, "a9" },
		{ "/model/arn:aws:p/q/invoke", CLOUD_BEDROCK_STRANGE, NULL },
		{ "/model//invoke", CLOUD_BEDROCK_STRANGE, NULL },
		{ "/model/a/converse", CLOUD_NONE, NULL },
		{ "/model/a", CLOUD_NONE, NULL },
		{ "/models/x%zz@1:rawPredict", CLOUD_VERTEX_INVOKE, "x%zz@1" },
		{ VERTEX "x:streamRawPredict", CLOUD_VERTEX_STREAM, "x" },
		{ VERTEX "count-tokens:rawPredict", CLOUD_VERTEX_COUNT, NULL },
		{ "/x:rawPredict", CLOUD_NONE, NULL },
		{ "/v1/messages", CLOUD_NONE, NULL },
		{ "", CLOUD_NONE, NULL },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct span path = span_of(rows[i].path);
		struct buf model = BUF_INIT(100);

		assert_int_equal(cloud_route_of(path), rows[i].route);
		assert_int_equal(cloud_model(path, &model),
				 rows[i].model != NULL);
		assert_string_equal(buf_str(&model),
				    rows[i].model ? rows[i].model : "");
		buf_clear(&model);
	}
}

/* The answer names the model as the Messages API does. */
static void t_models(void **state)
{
	static const char *const rows[][2] = {
		{ "/model/us.anthropic.claude-opus-5-5/invoke",
		  "claude-opus-5-5" },
		{ "/model/global.anthropic.claude-sonnet-4-5-20250929-v1:0/"
		  "invoke",
		  "claude-sonnet-4-5-20250929" },
		{ "/model/anthropic.claude-opus-4-6-v1/invoke",
		  "claude-opus-4-6" },
		{ "/model/anthropic.claude-x-v2:0:200k/invoke", "claude-x" },
		{ "/model/arn:aws:bedrock:us-east-1::foundation-model%2F"
		  "anthropic.claude-opus-5/invoke",
		  "claude-opus-5" },
		{ "/model/arn:aws:bedrock:us-east-1:123456789012:"
		  "application-inference-profile%2Fabcdef/invoke",
		  "claude-opus-5-5" },
		{ "/model/meta.llama3-v1:0/invoke", "meta.llama3-v1:0" },
		{ "/model/xanthropic.claude-x-v1/invoke",
		  "xanthropic.claude-x-v1" },
		{ "/model/anthropic.claude-v/invoke", "claude-v" },
		{ VERTEX "claude-x@9:rawPredict", "claude-x-9" },
		{ VERTEX "claude-haiku-4-5@20251001:rawPredict",
		  "claude-haiku-4-5-20251001" },
		{ VERTEX "claude-opus-5-5@default:rawPredict",
		  "claude-opus-5-5" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char model[100];
		struct said s;

		ask(&s, "POST", rows[i][0], "{" HELLO "}");
		snprintf(model, sizeof(model), "\"model\":\"%s\"", rows[i][1]);
		assert_has(&s, model);
		said_clear(&s);
	}
}

/* ---- Bedrock ---- */

static void t_invoke(void **state)
{
	struct said s;

	(void)state;
	ask(&s, "POST", BEDROCK "/invoke", ON_BEDROCK "}");
	assert_int_equal(s.reply.status, 200);
	assert_true(span_starts(buf_span(&s.text), "{\"id\":\"msg_bdrk_01"));
	assert_has(&s, "You said: hello");
	assert_string_equal(field(&s, "content-type"), "application/json");
	assert_string_equal(field(&s, "x-amzn-bedrock-output-token-count"),
			    "4");
	said_clear(&s);
}

/* Reads the frames; *exceptions is how many are no chunks. */
static void read_frames(struct said *s, struct buf *events, size_t *exceptions)
{
	struct fail f = FAIL_INIT;
	struct event_frame frame;
	struct event_stream es;

	*exceptions = 0;
	event_stream_init(&es, 1 << 20);
	event_stream_feed(&es, s->text.at, s->text.len);
	while (event_stream_next(&es, &frame, &f) == EVENT_STREAM_FRAME) {
		if (span_is(event_frame_text(&frame, EVENT_FRAME_EVENT),
			    EVENT_CHUNK)) {
			assert_int_equal(
				event_chunk_read(frame.payload, events, &f), 0);
		} else {
			buf_add_span(events,
				     event_frame_text(&frame,
						      EVENT_FRAME_EXCEPTION));
			buf_add_span(events, frame.payload);
			(*exceptions)++;
		}
		buf_add_byte(events, '\n');
	}
	assert_int_equal(event_stream_finish(&es, &f), 0);
	event_stream_clear(&es);
}

static void t_stream(void **state)
{
	struct buf events = BUF_INIT(1 << 20);
	size_t exceptions;
	struct said s;

	(void)state;
	ask(&s, "POST", BEDROCK "/invoke-with-response-stream",
	    ON_BEDROCK ",\"thinking\":{\"type\":\"adaptive\"}}");
	assert_int_equal(s.reply.status, 200);
	assert_string_equal(field(&s, "content-type"), EVENT_STREAM_TYPE);
	assert_string_equal(field(&s, "x-amzn-bedrock-content-type"),
			    "application/json");
	assert_string_equal(field(&s, "cache-control"), "(none)");
	read_frames(&s, &events, &exceptions);
	assert_int_equal(exceptions, 0);
	assert_true(span_starts(buf_span(&events),
				"{\"type\":\"message_start\",\"message\":{"
				"\"id\":\"msg_bdrk_01"));
	assert_non_null(strstr(buf_str(&events), "thinking_delta"));
	assert_null(strstr(buf_str(&events), "ping"));
	assert_non_null(
		strstr(buf_str(&events),
		       "{\"type\":\"message_stop\",\"amazon-bedrock-invocation"
		       "Metrics\":{\"inputTokenCount\":"));
	assert_true(span_ends(buf_span(&events), ",\"invocationLatency\":1000,"
						 "\"firstByteLatency\":400}}"
						 "\n"));
	buf_clear(&events);
	said_clear(&s);
}

static char *count_body(const char *inner)
{
	struct buf text = BUF_INIT(BUF_NO_LIMIT);

	buf_add_text(&text, "{\"input\":{\"invokeModel\":{\"body\":\"");
	base64_encode(span_of(inner), &text);
	buf_add_text(&text, "\"}}}");
	return buf_take(&text, NULL);
}

static void t_count(void **state)
{
	char *body = count_body(ON_BEDROCK ",\"temperature\":1}");
	struct said s;

	(void)state;
	strict = true;
	ask(&s, "POST", BEDROCK "/count-tokens", body);
	assert_string_equal(buf_str(&s.text), "{\"inputTokens\":5}");
	said_clear(&s);
	ask(&s, "POST", BEDROCK "/count-tokens", ON_BEDROCK "}");
	assert_int_equal(s.reply.status, 400);
	assert_has(&s, "input.invokeModel.body");
	assert_string_equal(field(&s, "x-amzn-errortype"),
			    "ValidationException" NAMES);
	said_clear(&s);
	ask(&s, "POST", VERTEX "count-tokens:rawPredict",
	    ON_VERTEX ",\"model\":\"claude-opus-5-5\"}");
	assert_string_equal(buf_str(&s.text), "{\"input_tokens\":5}");
	said_clear(&s);
	strict = false;
	free(body);
}

static void t_profiles(void **state)
{
	struct jval root;
	struct said s;

	(void)state;
	ask(&s, "GET", "/inference-profiles?type=SYSTEM_DEFINED", "");
	assert_int_equal(s.reply.status, 200);
	assert_has(&s, "\"inferenceProfileId\":"
		       "\"us.anthropic.claude-haiku-4-5-20251001-v1:0\"");
	assert_has(&s, "\"type\":\"SYSTEM_DEFINED\"");
	assert_null(strstr(buf_str(&s.text), "nextToken"));
	assert_int_equal(jscan(buf_span(&s.text), &root, NULL), 0);
	said_clear(&s);

	ask(&s, "GET", "/inference-profiles?maxResults=2", "");
	assert_has(&s, "claude-opus-5-5");
	assert_has(&s, "\"nextToken\":\"2\"}");
	said_clear(&s);
	ask(&s, "GET", "/inference-profiles?maxResults=1000&nextToken=2", "");
	assert_null(strstr(buf_str(&s.text), "claude-opus-5-5"));
	assert_has(&s, "claude-opus-5\"");
	said_clear(&s);
	ask(&s, "GET", "/inference-profiles?type=APPLICATION", "");
	assert_string_equal(buf_str(&s.text),
			    "{\"inferenceProfileSummaries\":[]}");
	said_clear(&s);

	ask(&s, "GET", "/inference-profiles/eu.anthropic.claude-opus-5", "");
	assert_has(&s, "{\"inferenceProfileName\":"
		       "\"eu.anthropic.claude-opus-5\"");
	assert_has(&s, "foundation-model/anthropic.claude-opus-5\"");
	said_clear(&s);
	ask(&s, "GET",
	    "/inference-profiles/arn%3Aaws%3Abedrock%3Aus-east-1%3A1%3A"
	    "application-inference-profile%2Fabcdef",
	    "");
	assert_has(&s, "\"inferenceProfileId\":\"abcdef\"");
	assert_has(&s, "\"type\":\"APPLICATION\"");
	assert_has(&s, "foundation-model/anthropic.claude-opus-5-5\"");
	said_clear(&s);
}

/* ---- Vertex ---- */

static void t_vertex(void **state)
{
	struct said s;

	(void)state;
	ask(&s, "POST", VERTEX "claude-opus-5-5:rawPredict", ON_VERTEX "}");
	assert_true(span_starts(buf_span(&s.text), "{\"id\":\"msg_vrtx_01"));
	assert_has(&s, "You said: hello");
	assert_string_equal(field(&s, "x-amzn-bedrock-input-token-count"),
			    "(none)");
	said_clear(&s);
	ask(&s, "POST", VERTEX "claude-opus-5-5:streamRawPredict",
	    ON_VERTEX ",\"stream\":true}");
	assert_string_equal(field(&s, "content-type"),
			    "text/event-stream; charset=utf-8");
	assert_true(span_starts(buf_span(&s.text), "event: message_start\n"));
	assert_has(&s, "\"id\":\"msg_vrtx_01");
	assert_has(&s, "event: ping\n");
	said_clear(&s);
	/* The member says it, and not the path. */
	ask(&s, "POST", VERTEX "claude-opus-5-5:streamRawPredict",
	    ON_VERTEX "}");
	assert_true(span_starts(buf_span(&s.text), "{\"id\":\"msg_vrtx_01"));
	said_clear(&s);
}

/* ---- refusals ---- */

static void refuses(const char *method, const char *target, const char *body,
		    int status, const char *type, const char *told)
{
	struct said s;

	ask(&s, method, target, body);
	if (s.reply.status != status || !strstr(buf_str(&s.text), told))
		fail_msg("%s: %d %s", target, s.reply.status, buf_str(&s.text));
	if (type) {
		char value[200];

		snprintf(value, sizeof(value), "%s" NAMES, type);
		assert_string_equal(field(&s, "x-amzn-errortype"), value);
	} else {
		assert_string_equal(field(&s, "x-amzn-errortype"), "(none)");
	}
	said_clear(&s);
}

#define INVALID "ValidationException"

static void t_refusals(void **state)
{
	(void)state;
	refuses("POST", "/model/no-such-model/invoke", ON_BEDROCK "}", 400,
		INVALID,
		"{\"message\":\"The provided model identifier is invalid.\"}");
	refuses("POST", BEDROCK "/invoke", "{", 400, INVALID,
		"{\"message\":\"Malformed input request, please reformat");
	refuses("POST", BEDROCK "/invoke", "[]", 400, INVALID, "Malformed");
	refuses("POST", BEDROCK "/invoke", "{\"messages\":[]}", 400, INVALID,
		"{\"message\":\"max_tokens: Field required\"}");
	refuses("POST", "/model/anthropic./invoke-with-response-stream",
		ON_BEDROCK "}", 400, INVALID, "{\"message\":\"model: ");
	refuses("GET", BEDROCK "/invoke", "", 404, "UnknownOperationException",
		"/invoke");
	refuses("POST", "/model/arn:aws:p/q/invoke", ON_BEDROCK "}", 404,
		"UnknownOperationException", "%2F");
	refuses("POST", "/inference-profiles", "", 404,
		"UnknownOperationException", "POST");
	refuses("GET", "/inference-profiles/anthropic.claude-opus-5", "", 404,
		"ResourceNotFoundException", "was not found");
	refuses("GET", "/inference-profiles/us.anthropic.no-such-model", "",
		404, "ResourceNotFoundException", "was not found");
	refuses("GET", "/inference-profiles?maxResults=0", "", 400, INVALID,
		"maxResults: ");
	refuses("GET", "/inference-profiles?nextToken=x", "", 400, INVALID,
		"nextToken: ");
	refuses("GET", "/inference-profiles?type=x", "", 400, INVALID,
		"type: ");
	refuses("POST", VERTEX "no-such-model:rawPredict", ON_VERTEX "}", 404,
		NULL,
		"{\"error\":{\"code\":404,\"message\":\"Publisher Model "
		"`projects/p-1/locations/us-east5/publishers/anthropic/models/"
		"no-such-model` was not found");
	refuses("POST", VERTEX "x:rawPredict", "{", 400, NULL,
		"\"status\":\"INVALID_ARGUMENT\"");
	refuses("POST", VERTEX "x:rawPredict", "{\"messages\":[]}", 400, NULL,
		"{\"type\":\"error\",\"error\":{\"type\":"
		"\"invalid_request_error\",\"message\":\"max_tokens: Field "
		"required\"},\"request_id\":\"req_vrtx_01");
	refuses("GET", VERTEX "x:rawPredict", "", 404, NULL,
		"\"status\":\"NOT_FOUND\"");
	too_large = true;
	refuses("POST", BEDROCK "/invoke", "", 413, INVALID,
		"Input is too long for requested model.");
	refuses("POST", VERTEX "x:rawPredict", "", 413, NULL, "payload size");
	too_large = false;
}

static void asks_with(const char *with, int bedrock, const char *type,
		      int vertex)
{
	credential = with;
	refuses("POST", BEDROCK "/invoke", ON_BEDROCK "}", bedrock, type, "");
	refuses("POST", VERTEX "x:rawPredict", ON_VERTEX "}", vertex, NULL, "");
	credential = NULL;
}

#define SIGNED(key) \
	"AWS4-HMAC-SHA256 Credential=" key \
	"/20261130/us-east-1/bedrock/aws4_request, SignedHeaders=host, " \
	"Signature=00"

static void t_credentials(void **state)
{
	(void)state;
	asks_with(NULL, 200, NULL, 200);
	asks_with("Bearer any", 200, NULL, 200);
	provider.key = "the-key";
	asks_with(NULL, 403, "MissingAuthenticationTokenException", 401);
	asks_with("Bearer the-key", 200, NULL, 200);
	asks_with("Bearer the-key2", 403, "AccessDeniedException", 401);
	asks_with(SIGNED("the-key"), 200, NULL, 401);
	asks_with(SIGNED("the-key2"), 403, "UnrecognizedClientException", 401);
	asks_with("Basic x", 403, "UnrecognizedClientException", 401);
	provider.key = NULL;
}

/* ---- strict ---- */

static void bedrock_says(const char *members, const char *told)
{
	char body[2048], message[600];
	bool taken = !told;

	snprintf(body, sizeof(body), "{%s}", members);
	snprintf(message, sizeof(message), "{\"message\":\"%s", told);
	refuses("POST", BEDROCK "/invoke", body, taken ? 200 : 400,
		taken ? NULL : INVALID, taken ? "msg_bdrk" : message);
}

static void vertex_says(const char *members, const char *told)
{
	char body[2048], message[600];

	snprintf(body, sizeof(body), "{%s}", members);
	snprintf(message, sizeof(message), "\"message\":\"%s", told);
	refuses("POST", VERTEX "claude-opus-5-5:rawPredict", body,
		told ? 400 : 200, NULL, told ? message : "msg_vrtx");
}

#define AMAZON "\"anthropic_version\":\"bedrock-2023-05-31\"," HELLO ","
#define GOOGLE "\"anthropic_version\":\"vertex-2023-10-16\"," HELLO ","
#define EXTRA ": Extra inputs are not permitted\""

static void t_strict_bedrock(void **state)
{
	(void)state;
	bedrock_says(AMAZON "\"model\":\"x\",\"stream\":true", NULL);
	strict = true;
	bedrock_says(AMAZON "\"top_k\":1", NULL);
	bedrock_says(HELLO, "anthropic_version: Field required\"");
	bedrock_says("\"anthropic_version\":1," HELLO,
		     "anthropic_version: Input should be a valid string\"");
	bedrock_says("\"anthropic_version\":\"2023-06-01\"," HELLO,
		     "Invalid API version: 2023-06-01\"");
	/* A newer one takes less. */
	bedrock_says("\"anthropic_version\":\"2026-10-21\","
		     "\"user_profile_id\":\"p\"," HELLO,
		     NULL);
	bedrock_says("\"anthropic_version\":\"2026-10-21\"," HELLO
		     ",\"top_k\":1",
		     "top_k" EXTRA);
	bedrock_says(AMAZON "\"model\":\"x\"", "model" EXTRA);
	bedrock_says(AMAZON "\"stream\":false", "stream" EXTRA);
	bedrock_says(AMAZON "\"tags\":{}", "tags" EXTRA);
	bedrock_says(AMAZON "\"container\":\"x\"", "container" EXTRA);
	bedrock_says(AMAZON "\"context_management\":{}",
		     "context_management" EXTRA);
	bedrock_says(AMAZON "\"x_unknown\":1", "x_unknown" EXTRA);
	bedrock_says(AMAZON "\"anthropic_beta\":\"x\"",
		     "anthropic_beta: Input should be a valid list\"");
	bedrock_says(AMAZON "\"anthropic_beta\":[1]",
		     "anthropic_beta: Input should be a valid string\"");
	bedrock_says(AMAZON "\"anthropic_beta\":["
			    "\"advanced-tool-use-2025-11-20\"]",
		     "invalid beta flag\"");
	/* Gateways move all of the client's header into the body. */
	bedrock_says(AMAZON "\"anthropic_beta\":[\"claude-code-20250219\"]",
		     NULL);
	bedrock_says(AMAZON "\"anthropic_beta\":["
			    "\"interleaved-thinking-2025-05-14\","
			    "\"tool-search-tool-2025-10-19\"]",
		     NULL);
	bedrock_says(AMAZON "\"context_management\":{\"edits\":[]},"
			    "\"anthropic_beta\":["
			    "\"context-management-2025-06-27\"]",
		     NULL);
	bedrock_says(AMAZON "\"tools\":[{\"type\":\"web_search_20250305\","
			    "\"name\":\"web_search\"}]",
		     "tools.0: Input tag 'web_search_20250305' found using "
		     "'type' does not match any of the expected tags\"");
	/* The header is not read. */
	betas = "claude-code-20250219,context-management-2025-06-27";
	bedrock_says(AMAZON "\"top_k\":1", NULL);
	bedrock_says(AMAZON "\"context_management\":{}",
		     "context_management" EXTRA);
	betas = NULL;
	refuses("POST", "/model/meta.llama3-70b-instruct-v1:0/invoke",
		ON_BEDROCK "}", 400, INVALID, "identifier is invalid");
	strict = false;
}

static void t_strict_vertex(void **state)
{
	(void)state;
	vertex_says(GOOGLE "\"model\":\"x\"", NULL);
	strict = true;
	vertex_says(GOOGLE "\"stream\":false", NULL);
	vertex_says(HELLO, "anthropic_version: Field required\"");
	vertex_says("\"anthropic_version\":\"bedrock-2023-05-31\"," HELLO,
		    "anthropic_version: Input should be 'vertex-2023-10-16'");
	vertex_says("\"anthropic_version\":\"2026-10-21\"," HELLO, NULL);
	vertex_says(GOOGLE "\"model\":\"x\"", "model" EXTRA);
	vertex_says(GOOGLE "\"tags\":{}", "tags" EXTRA);
	vertex_says(GOOGLE "\"tools\":[{\"type\":\"web_search_20250305\","
			   "\"name\":\"web_search\"}]",
		    NULL);
	vertex_says(GOOGLE "\"tools\":[{\"type\":\"web_fetch_20250910\","
			   "\"name\":\"web_fetch\"}]",
		    "tools.0: Input tag 'web_fetch_20250910' found using "
		    "'type'");
	betas = "claude-code-20250219, ,, web-search-2025-03-05";
	vertex_says(GOOGLE "\"top_k\":1", NULL);
	betas = "claude-code-20250219,prompt-caching-scope-2026-01-05";
	vertex_says(GOOGLE "\"top_k\":1",
		    "Unexpected value(s) `prompt-caching-scope-2026-01-05` for "
		    "the `anthropic-beta` header.");
	betas = NULL;
	refuses("POST", VERTEX "count-tokens:rawPredict", ON_VERTEX "}", 400,
		NULL, "model: Field required");
	refuses("POST", VERTEX "gemini-x:rawPredict", ON_VERTEX "}", 404, NULL,
		"gemini-x` was not found");
	strict = false;
}

/* A prompt that is longer than the model's context. */
static void t_too_long(void **state)
{
	struct buf body = BUF_INIT(BUF_NO_LIMIT);

	(void)state;
	strict = true;
	for (int vertex = 0; vertex < 2; vertex++) {
		buf_reset(&body);
		buf_addf(&body,
			 "{\"anthropic_version\":\"%s\",\"max_tokens\":9,"
			 "\"messages\":[{\"role\":\"user\",\"content\":\"",
			 vertex ? "vertex-2023-10-16" : "bedrock-2023-05-31");
		for (int i = 0; i < 90000; i++)
			buf_add_text(&body, "ten bytes ");
		buf_add_text(&body, "\"}]}");
		if (vertex)
			refuses("POST", VERTEX "claude-opus-5-5:rawPredict",
				buf_str(&body), 400, NULL,
				"\"prompt is too long: ");
		else
			refuses("POST", BEDROCK "/invoke-with-response-stream",
				buf_str(&body), 400, INVALID,
				"{\"message\":\"Input is too long for "
				"requested model.\"}");
	}
	strict = false;
	buf_clear(&body);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(t_routes),
		cmocka_unit_test(t_models),
		cmocka_unit_test(t_invoke),
		cmocka_unit_test(t_stream),
		cmocka_unit_test(t_count),
		cmocka_unit_test(t_profiles),
		cmocka_unit_test(t_vertex),
		cmocka_unit_test(t_refusals),
		cmocka_unit_test(t_credentials),
		cmocka_unit_test(t_strict_bedrock),
		cmocka_unit_test(t_strict_vertex),
		cmocka_unit_test(t_too_long),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
