/* Bedrock and Vertex AI behind the mock's port: marks, models in the path, and
 * what rules say in the form of the Messages API. */
#include "tests/unit/mock_kit.h"
#include "wire/bytes/base64.h"
#include "wire/http/event_chunk.h"
#include "wire/http/event_stream.h"

#define MARK "[probe-0000000000000005]"
#define INVOKE "/model/us.anthropic.claude-opus-5-5/invoke"
#define STREAM INVOKE "-with-response-stream"
#define COUNT "/model/us.anthropic.claude-opus-5-5/count-tokens"
#define VERTEX "/v1/projects/p/locations/r/publishers/anthropic/models/"
#define BODY \
	"{\"max_tokens\":9,\"messages\":[{\"role\":\"user\",\"content\":" \
	"\"" MARK "\"}]}"
#define BODY_STREAM "{\"stream\":true,\"x\":\"" MARK "\"}"

static void ask(struct kit *k, struct client *c, const char *target,
		const char *body)
{
	client_clear(c);
	client_send(c, k,
		    &(struct client_ask){ .target = target, .body = body });
	KIT_UNTIL(k, client_ended(c));
}

static void arm(struct kit *k, struct rules **rules, const char *upstream)
{
	*rules = kit_rules(upstream);
	mock_arm(k->mock, 5, *rules);
}

static void disarm(struct kit *k, struct rules *rules, struct client *c)
{
	mock_disarm(k->mock, 5);
	rules_free(rules);
	client_clear(c);
}

/* Events and exceptions, a line each; then how it ended where that is bad. */
static char *frames_of(const struct client *c)
{
	struct buf told = BUF_INIT(BUF_NO_LIMIT);
	struct fail f = FAIL_INIT;
	struct event_frame frame;
	struct event_stream s;

	event_stream_init(&s, 1 << 20);
	event_stream_feed(&s, c->body.at, c->body.len);
	while (event_stream_next(&s, &frame, &f) == EVENT_STREAM_FRAME) {
		if (event_chunk_read(frame.payload, &told, NULL) < 0) {
			buf_add_span(&told,
				     event_frame_text(&frame,
						      EVENT_FRAME_EXCEPTION));
			buf_add_byte(&told, ' ');
			buf_add_span(&told, frame.payload);
		}
		buf_add_byte(&told, '\n');
	}
	if (event_stream_finish(&s, &f) < 0)
		buf_add_text(&told, "bad\n");
	event_stream_clear(&s);
	return buf_take(&told, NULL);
}

static void assert_frames(const struct client *c, const char *told)
{
	char *got = frames_of(c);

	assert_string_equal(headers_get(&c->headers, "content-type"),
			    EVENT_STREAM_TYPE);
	assert_string_equal(got, told);
	free(got);
}

static void t_marks(void **state)
{
	struct kit *k = *state;
	struct buf count = BUF_INIT(BUF_NO_LIMIT);
	struct client c = { 0 };
	struct rules *rules;
	const char *rows[][2] = {
		{ INVOKE, BODY },
		{ "/base" STREAM, BODY },
		{ VERTEX "claude-opus-5-5:rawPredict", BODY },
		{ VERTEX "count-tokens:rawPredict", BODY },
		{ COUNT, NULL },
	};

	buf_add_text(&count, "{\"input\":{\"invokeModel\":{\"body\":\"");
	base64_encode(span_of(BODY), &count);
	buf_add_text(&count, "\"}}}");
	rows[4][1] = buf_str(&count);
	arm(k, &rules, "{\"said\":{\"reply\":{\"provider\":true}}}");
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		ask(k, &c, rows[i][0], rows[i][1]);
		assert_int_equal(kit_entry(k, NULL, WLOG_REQUEST, i)->run, 5);
		assert_string_equal(kit_entry(k, NULL, WLOG_REQUEST, i)->actor,
				    "said");
	}
	assert_true(client_has(&c, "{\"inputTokens\":"));
	buf_clear(&count);
	disarm(k, rules, &c);
}

/* Rules look for a model in the path where the body has none. */
static void t_models(void **state)
{
	struct kit *k = *state;
	struct client c = { 0 };
	struct rules *rules;

	arm(k, &rules,
	    "{\"haiku\":{\"when\":{\"model\":\"*haiku*\"},\"reply\":{\"text\":"
	    "\"haiku\"}},\"arn\":{\"when\":{\"model\":\"arn:*/abc\"},"
	    "\"reply\":{\"text\":\"arn\"}},\"u1\":{\"reply\":{\"text\":"
	    "\"another\"}}}");
	ask(k, &c, INVOKE, BODY);
	assert_true(client_has(&c, "another"));
	ask(k, &c, VERTEX "claude-haiku-4-5@20251001:rawPredict", BODY);
	assert_true(client_has(&c, "haiku"));
	ask(k, &c, "/model/arn:aws:x%2Fabc/invoke", BODY);
	assert_true(client_has(&c, "arn"));
	disarm(k, rules, &c);
}

#define EVENTS \
	"event: message_start\\ndata: {\\\"type\\\":\\\"message_start\\\"," \
	"\\\"message\\\":{\\\"id\\\":\\\"msg_01Mock\\\",\\\"usage\\\":{" \
	"\\\"input_tokens\\\":7,\\\"cache_read_input_tokens\\\":2}}}\\n\\n" \
	": a comment\\n: @hold h\\nevent: ping\\ndata: {\\\"type\\\":" \
	"\\\"ping\\\"}\\n\\ndata: no JSON\\n\\n"
#define START \
	"{\"type\":\"message_start\",\"message\":{\"id\":\"msg_01Mock\"," \
	"\"usage\":{\"input_tokens\":7,\"cache_read_input_tokens\":2}}}\n"

/* A stream of the Messages API goes out in frames, step by step. */
static void t_scripts(void **state)
{
	struct kit *k = *state;
	struct client c = { 0 };
	struct rules *rules;

	arm(k, &rules,
	    "{\"u1\":{\"reply\":{\"events\":\"" EVENTS
	    "data: {\\\"type\\\":\\\"message_delta\\\",\\\"usage\\\":{"
	    "\\\"output_tokens\\\":3}}\\n\\ndata: {\\\"type\\\":"
	    "\\\"message_stop\\\"}\\n\\n\"}}}");
	client_send(&c, k,
		    &(struct client_ask){ .target = STREAM, .body = BODY });
	KIT_UNTIL(k, c.body.len > 0);
	assert_frames(&c, START);
	assert_int_equal(mock_release(k->mock, 5, "u1.h"), 0);
	KIT_UNTIL(k, client_ended(&c));
	assert_frames(&c, START
		      "{\"type\":\"ping\"}\nno JSON\n"
		      "{\"type\":\"message_delta\",\"usage\":{"
		      "\"output_tokens\":3}}\n"
		      "{\"type\":\"message_stop\",\"amazon-bedrock-invocation"
		      "Metrics\":{\"inputTokenCount\":7,\"outputTokenCount\":3,"
		      "\"invocationLatency\":1000,\"firstByteLatency\":400,"
		      "\"cacheReadInputTokenCount\":2,"
		      "\"cacheWriteInputTokenCount\":0}}\n");
	assert_string_equal(headers_get(&c.headers, "x-amzn-requestid"),
			    "00000000-0000-4000-8000-000000000001");
	assert_null(headers_get(&c.headers, "request-id"));
	/* Vertex has the events as they are. */
	ask(k, &c, VERTEX "x:streamRawPredict", BODY_STREAM);
	assert_true(client_has(&c, ": a comment\nevent: ping\n"));
	assert_true(client_has(&c, "\"msg_01Mock\""));
	assert_string_equal(headers_get(&c.headers, "content-type"),
			    "text/event-stream; charset=utf-8");
	disarm(k, rules, &c);
}

static void t_cut_events(void **state)
{
	struct kit *k = *state;
	struct client c = { 0 };
	struct rules *rules;

	arm(k, &rules,
	    "{\"u1\":{\"reply\":{\"events\":\"data: {\\\"type\\\":\\\"ping\\\""
	    "}\\n\\ndata: {\\\"type\\\":\\\"pin\",\"end\":\"fin\"}}}");
	ask(k, &c, STREAM, BODY);
	assert_frames(&c, "{\"type\":\"ping\"}\nbad\n");
	assert_int_equal(c.end.end, END_CUT);
	disarm(k, rules, &c);
}

static void t_odd_events(void **state)
{
	struct kit *k = *state;
	struct client c = { 0 };
	struct rules *rules;
	char *got;

	arm(k, &rules,
	    "{\"u1\":{\"reply\":{\"events\":\"event: no-data\\n\\ndata: [1]\\n"
	    "\\ndata: {\\\"type\\\":\\\"message_stop\\\"} \\n\\n"
	    "event: cut\"}}}");
	ask(k, &c, STREAM, BODY);
	got = frames_of(&c);
	assert_true(span_starts(span_of(got),
				"[1]\n{\"type\":\"message_stop\",\"amazon-"));
	assert_true(span_ends(span_of(got), "400}}\n"));
	free(got);
	disarm(k, rules, &c);
	/* A comment that is cut off. */
	arm(k, &rules, "{\"u1\":{\"reply\":{\"events\":\": half\"}}}");
	ask(k, &c, STREAM, BODY);
	assert_frames(&c, "");
	disarm(k, rules, &c);
}

/* What is not the form of the Messages API, and what has no body. */
static void t_others(void **state)
{
	struct kit *k = *state;
	struct client c = { 0 };
	struct rules *rules;

	arm(k, &rules,
	    "{\"u1\":{\"times\":\"once\",\"reply\":{\"json\":{\"x\":1}}},"
	    "\"u2\":{\"times\":\"once\",\"reply\":{\"json\":{"
	    "\"input_tokens\":7}}},\"u3\":{\"times\":\"once\",\"reply\":{"
	    "\"status\":503}},\"u4\":{\"reply\":{\"say\":[]}}}");
	ask(k, &c, COUNT, BODY);
	assert_string_equal(buf_str(&c.body), "{\"x\":1}");
	ask(k, &c, COUNT, BODY);
	assert_string_equal(buf_str(&c.body), "{\"inputTokens\":7}");
	ask(k, &c, INVOKE, BODY);
	assert_int_equal(c.status, 503);
	assert_int_equal(c.body.len, 0);
	/* Tokens are counted, and nothing is said. */
	ask(k, &c, VERTEX "count-tokens:rawPredict", BODY);
	assert_true(client_has(&c, "\"message\":\"model: Field required\""));
	ask(k, &c, VERTEX "count-tokens:rawPredict",
	    "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":"
	    "\"" MARK "\"}]}");
	assert_true(client_has(&c, "{\"input_tokens\":"));
	disarm(k, rules, &c);
}

static void t_exceptions(void **state)
{
	static const char *const rows[][2] = {
		{ "invalid_request_error",
		  "validationException {\"message\":\"w\"}\n" },
		{ "rate_limit_error",
		  "throttlingException {\"message\":\"w\"}\n" },
		{ "overloaded_error",
		  "serviceUnavailableException {\"message\":\"w\"}\n" },
		{ "api_error",
		  "internalServerException {\"message\":\"w\"}\n" },
		{ "timeout_error",
		  "modelTimeoutException {\"message\":\"w\"}\n" },
		{ "permission_error",
		  "modelStreamErrorException {\"message\":\"w\","
		  "\"originalStatusCode\":403,\"originalMessage\":\"w\"}\n" },
		{ "of_no_kind",
		  "internalServerException {\"message\":\"w\"}\n" },
	};
	struct kit *k = *state;
	struct client c = { 0 };

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct rules *rules;
		char script[400], told[400];

		snprintf(script, sizeof(script),
			 "{\"u1\":{\"reply\":{\"events\":\"data: {\\\"type\\\":"
			 "\\\"ping\\\"}\\n\\nevent: error\\ndata: {\\\"type\\\""
			 ":\\\"error\\\",\\\"error\\\":{\\\"type\\\":\\\"%s"
			 "\\\",\\\"message\\\":\\\"w\\\"}}\\n\\n\"}}}",
			 rows[i][0]);
		snprintf(told, sizeof(told), "{\"type\":\"ping\"}\n%s",
			 rows[i][1]);
		arm(k, &rules, script);
		ask(k, &c, STREAM, BODY);
		assert_frames(&c, told);
		disarm(k, rules, &c);
	}
}

/* An error in the form of the Messages API, with its own status or another. */
static void t_errors(void **state)
{
	static const struct {
		const char *type;
		int status;
		int amazon;
		const char *name;
		int google;
		const char *word; /* NULL: the model's own error */
	} rows[] = {
		{ "invalid_request_error", 400, 400, "ValidationException", 400,
		  NULL },
		{ "authentication_error", 401, 403, "AccessDeniedException",
		  401, "UNAUTHENTICATED" },
		{ "permission_error", 403, 403, "AccessDeniedException", 403,
		  "PERMISSION_DENIED" },
		{ "not_found_error", 404, 404, "ResourceNotFoundException", 404,
		  "NOT_FOUND" },
		{ "rate_limit_error", 429, 429, "ThrottlingException", 429,
		  "RESOURCE_EXHAUSTED" },
		{ "api_error", 500, 500, "InternalServerException", 500,
		  "INTERNAL" },
		{ "timeout_error", 504, 408, "ModelTimeoutException", 504,
		  "DEADLINE_EXCEEDED" },
		{ "overloaded_error", 529, 503, "ServiceUnavailableException",
		  529, NULL },
		{ "api_error", 400, 400, "ValidationException", 400, NULL },
		{ "api_error", 503, 503, "ServiceUnavailableException", 503,
		  "UNAVAILABLE" },
		{ "api_error", 408, 408, "ModelTimeoutException", 408,
		  "DEADLINE_EXCEEDED" },
		{ "api_error", 424, 424, "ModelErrorException", 424,
		  "FAILED_PRECONDITION" },
		{ "api_error", 418, 418, "InternalServerException", 418,
		  "INTERNAL" },
	};
	struct kit *k = *state;
	struct client c = { 0 };

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct rules *rules;
		char script[400], told[200];

		snprintf(script, sizeof(script),
			 "{\"u1\":{\"reply\":{\"status\":%d,\"json\":{\"type\":"
			 "\"error\",\"error\":{\"type\":\"%s\",\"message\":"
			 "\"w\"}}}}}",
			 rows[i].status, rows[i].type);
		arm(k, &rules, script);
		ask(k, &c, INVOKE, BODY);
		assert_int_equal(c.status, rows[i].amazon);
		assert_string_equal(buf_str(&c.body), "{\"message\":\"w\"}");
		snprintf(told, sizeof(told),
			 "%s:http://internal.amazon.com/coral/"
			 "com.amazon.bedrock/",
			 rows[i].name);
		assert_string_equal(headers_get(&c.headers, "x-amzn-errortype"),
				    told);
		ask(k, &c, VERTEX "x:rawPredict", BODY);
		assert_int_equal(c.status, rows[i].google);
		if (rows[i].word)
			snprintf(told, sizeof(told),
				 "{\"error\":{\"code\":%d,\"message\":\"w\","
				 "\"status\":\"%s\"}}",
				 rows[i].google, rows[i].word);
		else
			snprintf(told, sizeof(told),
				 "{\"type\":\"error\",\"error\":{\"type\":"
				 "\"%s\",\"message\":\"w\"}}",
				 rows[i].type);
		assert_string_equal(buf_str(&c.body), told);
		disarm(k, rules, &c);
	}
}

static void t_errors_of_streams(void **state)
{
	struct kit *k = *state;
	struct client c = { 0 };
	struct rules *rules;

	arm(k, &rules,
	    "{\"u1\":{\"reply\":{\"status\":424,\"json\":{\"type\":\"error\","
	    "\"error\":{\"type\":\"api_error\",\"message\":\"w\"}}}}}");
	ask(k, &c, STREAM, BODY);
	assert_int_equal(c.status, 424);
	assert_true(span_starts(
		span_of(headers_get(&c.headers, "x-amzn-errortype")),
		"ModelStreamErrorException:"));
	disarm(k, rules, &c);
	/* A run whose rules do not fit. */
	arm(k, &rules,
	    "{\"u1\":{\"when\":{\"path\":\"/x\"},\"reply\":{\"text\":"
	    "\"x\"}}}");
	ask(k, &c, STREAM, BODY);
	assert_int_equal(c.status, 500);
	assert_string_equal(buf_str(&c.body),
			    "{\"message\":\"ccmock: no rule answers this "
			    "request\"}");
	disarm(k, rules, &c);
}

/* What is said once. */
static void t_says(void **state)
{
	struct kit *k = *state;
	struct client c = { 0 };
	struct rules *rules;
	char *got;

	arm(k, &rules,
	    "{\"u1\":{\"reply\":{\"say\":[{\"text\":\"one\"},{\"hold\":\"h\"},"
	    "{\"error\":\"overloaded_error\"}],\"headers\":[[\"x-a\",\"1\"]]"
	    "}}}");
	client_send(&c, k,
		    &(struct client_ask){ .target = STREAM, .body = BODY });
	KIT_UNTIL(k, c.body.len > 0);
	assert_int_equal(mock_release(k->mock, 5, "u1.h"), 0);
	KIT_UNTIL(k, client_ended(&c));
	got = frames_of(&c);
	assert_non_null(strstr(got, "\"id\":\"msg_bdrk_01Mock"));
	assert_null(strstr(got, "\"ping\""));
	assert_non_null(strstr(got, "\nserviceUnavailableException {"
				    "\"message\":\"Overloaded\"}\n"));
	free(got);
	assert_string_equal(headers_get(&c.headers, "x-a"), "1");
	assert_int_equal(headers_count(&c.headers, "content-type"), 1);
	/* Not streamed, the error is the answer, after its hold. */
	ask(k, &c, INVOKE, BODY);
	assert_int_equal(c.status, 503);
	assert_string_equal(buf_str(&c.body), "{\"message\":\"Overloaded\"}");
	disarm(k, rules, &c);

	arm(k, &rules,
	    "{\"u1\":{\"reply\":{\"say\":[{\"error\":\"prompt_too_long\"}]}}}");
	ask(k, &c, STREAM, BODY);
	assert_int_equal(c.status, 400);
	assert_string_equal(buf_str(&c.body),
			    "{\"message\":\"Input is too long for requested "
			    "model.\"}");
	ask(k, &c, VERTEX "x:rawPredict", BODY);
	assert_true(client_has(&c, "prompt is too long: 210000 tokens"));
	disarm(k, rules, &c);

	arm(k, &rules, "{\"u1\":{\"reply\":{\"say\":[{\"text\":\"one\"}]}}}");
	ask(k, &c, INVOKE, BODY);
	assert_true(client_has(&c, "{\"id\":\"msg_bdrk_01Mock"));
	assert_non_null(
		headers_get(&c.headers, "x-amzn-bedrock-input-token-count"));
	ask(k, &c, VERTEX "x:streamRawPredict", BODY_STREAM);
	assert_true(client_has(&c, "\"id\":\"msg_vrtx_01Mock"));
	disarm(k, rules, &c);
}

/* What has a type of its own, and bytes, are sent as they are. */
static void t_exact(void **state)
{
	static const char *const rows[] = {
		"{\"events\":\"data: {\\\"type\\\":\\\"ping\\\"}\\n\\n\","
		"\"headers\":[[\"content-type\",\"text/event-stream\"]]}",
		"{\"text\":\"data: {\\\"type\\\":\\\"ping\\\"}\\n\\n\"}",
		"{\"events\":\"data: {\\\"type\\\":\\\"ping\\\"}\\n\\n\","
		"\"headers_only\":true}",
	};
	struct kit *k = *state;
	struct client c = { 0 };
	struct rules *rules;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char script[400];

		snprintf(script, sizeof(script), "{\"u1\":{\"reply\":%s}}",
			 rows[i]);
		arm(k, &rules, script);
		ask(k, &c, STREAM, BODY);
		assert_string_equal(buf_str(&c.body),
				    "data: {\"type\":\"ping\"}\n\n");
		disarm(k, rules, &c);
	}
	arm(k, &rules,
	    "{\"u1\":{\"reply\":{\"status\":529,\"headers\":[[\"content-type\","
	    "\"application/json\"]],\"json\":{\"type\":\"error\",\"error\":{"
	    "\"type\":\"overloaded_error\",\"message\":\"w\"}}}}}");
	ask(k, &c, INVOKE, BODY);
	assert_int_equal(c.status, 529);
	assert_null(headers_get(&c.headers, "x-amzn-errortype"));
	disarm(k, rules, &c);
}

#define ON_KIT(name, test) \
	{ \
		name, test, kit_set_up, kit_tear_down, NULL \
	}

int main(void)
{
	const struct CMUnitTest tests[] = {
		ON_KIT("cloud: the mark is found, in base64 too", t_marks),
		ON_KIT("cloud: the model is in the path", t_models),
		ON_KIT("cloud: streams in frames", t_scripts),
		ON_KIT("cloud: an event that is cut off", t_cut_events),
		ON_KIT("cloud: events that are no JSON objects", t_odd_events),
		ON_KIT("cloud: other replies of rules", t_others),
		ON_KIT("cloud: errors in a stream", t_exceptions),
		ON_KIT("cloud: errors", t_errors),
		ON_KIT("cloud: errors in the place of a stream",
		       t_errors_of_streams),
		ON_KIT("cloud: what is said once", t_says),
		ON_KIT("cloud: what is sent as it is", t_exact),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("cloud_mock", tests, NULL, NULL);
}
