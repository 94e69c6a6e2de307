/* gateway/bridging_ask: what goes up, between every two formats. */
#include "tests/unit/bridging_kit.h"
#include "wire/bytes/base64.h"

#define MODELS "/projects/p-1/locations/global/publishers/anthropic/models/"
#define PROFILE \
	"arn:aws:bedrock:us-east-1:123456789012:application-inference-" \
	"profile%2Fabcdef"

static void use(struct gateway *g, const char *format)
{
	assert_int_equal(provider_set_format(&g->config.upstream, format, NULL),
			 0);
}

/* What the client sends, and the provider gets. */
static void t_rows(void **state)
{
#define MESSAGE "{\"model\":\"claude-opus-4-5\"," BODY
#define STREAMING "{\"model\":\"claude-opus-4-5\",\"stream\":true," BODY
#define BEDROCK "{\"anthropic_version\":\"bedrock-2023-05-31\""
#define VERTEX "{\"anthropic_version\":\"vertex-2023-10-16\""
	static const struct {
		const char *format, *target, *body;
		const char *line, *want;
	} rows[] = {
		{ "bedrock", "/v1/messages?beta=true", MESSAGE,
		  "POST /model/us.anthropic.claude-opus-4-5-20251101-v1:0/"
		  "invoke HTTP",
		  BEDROCK "," BODY },
		{ "bedrock", "/v1/messages", STREAMING,
		  "POST /model/us.anthropic.claude-opus-4-5-20251101-v1:0/"
		  "invoke-with-response-stream HTTP",
		  BEDROCK "," BODY },
		{ "vertex", "/v1/messages?beta=true", MESSAGE,
		  "POST /v1" MODELS "claude-opus-4-5@20251101:rawPredict HTTP",
		  VERTEX "," BODY },
		{ "vertex", "/v1/messages", STREAMING,
		  "POST /v1" MODELS
		  "claude-opus-4-5@20251101:streamRawPredict HTTP",
		  VERTEX ",\"stream\":true," BODY },
		{ "vertex", "/v1/messages/count_tokens", MESSAGE,
		  "POST /v1" MODELS "count-tokens:rawPredict HTTP",
		  VERTEX ",\"model\":\"claude-opus-4-5@20251101\"," BODY },
		{ "messages", "/model/us.anthropic.claude-opus-4-6-v1/invoke",
		  BEDROCK "," BODY, "POST /v1/messages?beta=true HTTP",
		  "{\"model\":\"claude-opus-4-6\"," BODY },
		{ "messages",
		  "/model/anthropic.claude-x-v1%3A0/"
		  "invoke-with-response-stream",
		  BEDROCK ",\"messages\":[]}",
		  "POST /v1/messages?beta=true HTTP",
		  "{\"model\":\"claude-x\",\"messages\":[],\"stream\":true}" },
		{ "messages", "/model/anthropic.claude-x/count-tokens",
		  "{\"input\":{\"invokeModel\":{\"body\":"
		  "\"eyJtYXhfdG9rZW5zIjoxLCJtZXNzYWdlcyI6W119\"}}}",
		  "POST /v1/messages/count_tokens?beta=true HTTP",
		  "{\"model\":\"claude-x\",\"messages\":[]}" },
		{ "messages", "/v1" MODELS "claude-x@20250101:rawPredict",
		  VERTEX "," BODY, "POST /v1/messages?beta=true HTTP",
		  "{\"model\":\"claude-x-20250101\"," BODY },
		{ "messages", MODELS "claude-x:streamRawPredict",
		  VERTEX ",\"messages\":[]}",
		  "POST /v1/messages?beta=true HTTP",
		  "{\"model\":\"claude-x\",\"messages\":[],\"stream\":true}" },
		{ "messages", "/v1" MODELS "count-tokens:rawPredict",
		  VERTEX ",\"model\":\"claude-x@20250101\",\"messages\":[]}",
		  "POST /v1/messages/count_tokens?beta=true HTTP",
		  "{\"model\":\"claude-x-20250101\",\"messages\":[]}" },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct buf up = BUF_INIT(65536);
		struct gateway *g;
		struct call c;

		set_up_bridge(state);
		g = *state;
		use(g, rows[i].format);
		asked(g, "POST", rows[i].target, mine, rows[i].body,
		      span_of(AS_JSON CLOSES "{}"), &c, &up);
		assert_in(&up, rows[i].line);
		if (!span_ends(buf_span(&up), rows[i].want))
			fail_msg("%s does not end in %s", buf_str(&up),
				 rows[i].want);
		buf_clear(&up);
		call_close(&c);
		tear_down(state);
	}
}

static void t_count_on_bedrock(void **state)
{
	struct gateway *g = *state;
	struct buf up = BUF_INIT(65536), want = BUF_INIT(65536);
	struct call c;

	use(g, "bedrock");
	asked(g, "POST", "/v1/messages/count_tokens", mine,
	      "{\"model\":\"claude-opus-5-5\",\"messages\":[]}",
	      span_of(AS_JSON CLOSES "{\"inputTokens\":7}"), &c, &up);
	assert_in(&up, "POST /model/anthropic.claude-opus-5-5/count-tokens ");
	base64_encode(span_of("{\"anthropic_version\":\"bedrock-2023-05-31\","
			      "\"max_tokens\":1,\"messages\":[]}"),
		      &want);
	assert_in(&up, buf_str(&want));
	assert_int_equal(c.status, 200);
	assert_string_equal(buf_str(&c.body), "{\"input_tokens\":7}");
	buf_clear(&up);
	buf_clear(&want);
	call_close(&c);
}

/* The table comes before the rules, on every side. */
static void t_listed(void **state)
{
	static const char *const rows[][4] = {
		{ "bedrock", "/v1/messages", "{\"model\":\"claude-a\"," BODY,
		  "POST /model/arn:aws:x:1:p%2Fabc/invoke HTTP" },
		{ "vertex", "/v1/messages", "{\"model\":\"claude-b\"," BODY,
		  "models/mine@1:rawPredict HTTP" },
		{ "messages", "/model/" PROFILE "/invoke", "{" BODY,
		  "\r\n\r\n{\"model\":\"claude-c\"," },
		{ "messages", "/v1" MODELS "odd:rawPredict", "{" BODY,
		  "\r\n\r\n{\"model\":\"claude-d\"," },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct buf up = BUF_INIT(65536);
		struct gateway *g;
		struct call c;

		set_up_bridge(state);
		g = *state;
		use(g, rows[i][0]);
		provider_add_model(&g->config.upstream, "claude-a",
				   "arn:aws:x:1:p/abc", NULL);
		provider_add_model(&g->config.upstream, "claude-b", "mine@1",
				   NULL);
		provider_add_model(&g->config.upstream,
				   "arn:aws:bedrock:us-east-1:123456789012:"
				   "application-inference-profile/abcdef",
				   "claude-c", NULL);
		provider_add_model(&g->config.upstream, "odd", "claude-d",
				   NULL);
		asked(g, "POST", rows[i][1], mine, rows[i][2],
		      span_of(AS_JSON CLOSES "{}"), &c, &up);
		assert_in(&up, rows[i][3]);
		buf_clear(&up);
		call_close(&c);
		tear_down(state);
	}
}

static void t_vertex_places(void **state)
{
	struct gateway *g = *state;
	struct buf up = BUF_INIT(65536);
	char based[100];
	struct call c;

	use(g, "vertex");
	provider_set_region(&g->config.upstream, "us-east5", NULL);
	snprintf(based, sizeof(based), "%s/v1", g->w.origin);
	provider_set_url(&g->config.upstream, based, NULL);
	asked(g, "POST", "/v1/messages", mine, MESSAGE,
	      span_of(AS_JSON CLOSES "{}"), &c, &up);
	assert_in(&up, "POST /v1/projects/p-1/locations/us-east5/publishers/");
	buf_clear(&up);
	call_close(&c);
}

/* Fields of a request: which go on, which are the gateway's, which are left. */
static void t_fields(void **state)
{
	static const char *const sent[] = {
		"x-api-key",
		"mine",
		"authorization",
		"Bearer other",
		"anthropic-beta",
		"a-2025-01-01, request-tags-2026-08-21",
		"Anthropic-Beta",
		"b-2025-01-01",
		"accept-encoding",
		"gzip",
		"X-Stainless-OS",
		"Linux",
		"x-amz-date",
		"20260101T000000Z",
		"x-amz-content-sha256",
		"dd",
		"amz-sdk-request",
		"attempt=1",
		"cookie",
		"c=1",
		NULL
	};
	static const struct {
		const char *format, *target, *body;
		const char *has[6], *lacks[6];
	} rows[] = {
		{ "bedrock",
		  "/v1/messages",
		  STREAMING,
		  { "authorization: Bearer up\r\n", "X-Stainless-OS: Linux\r\n",
		    "accept: application/vnd.amazon.eventstream\r\n",
		    "\"anthropic_beta\":[\"a-2025-01-01\",\"b-2025-01-01\"]" },
		  { "mine", "other", "gzip", "request-tags",
		    "nthropic-beta:", "cookie" } },
		{ "vertex",
		  "/v1/messages",
		  STREAMING,
		  { "authorization: Bearer up\r\n",
		    "accept: text/event-stream\r\n",
		    "anthropic-beta: a-2025-01-01,b-2025-01-01\r\n" },
		  { "mine", "other", "gzip", "request-tags",
		    "anthropic_beta" } },
		{ "messages",
		  "/model/claude-x/invoke",
		  "{\"anthropic_beta\":[\"c-2025-01-01\"]," BODY,
		  { "x-api-key: up\r\n",
		    "anthropic-beta: a-2025-01-01,request-tags-2026-08-21,"
		    "b-2025-01-01,c-2025-01-01\r\n",
		    "anthropic-version: 2023-06-01\r\n",
		    "accept: application/json\r\n" },
		  { "mine", "other", "x-amz-", "amz-sdk", "gzip",
		    "anthropic_beta" } },
		/* Answers for Vertex's clients come as the client wants them. */
		{ "messages",
		  "/v1" MODELS "claude-x:rawPredict",
		  "{" BODY,
		  { "x-api-key: up\r\n", "accept-encoding: gzip\r\n",
		    "X-Stainless-OS: Linux\r\n" },
		  { "mine", "other", "cookie" } },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct buf up = BUF_INIT(65536);
		struct gateway *g;
		struct call c;

		set_up_bridge(state);
		g = *state;
		use(g, rows[i].format);
		asked(g, "POST", rows[i].target, sent, rows[i].body,
		      span_of(AS_JSON CLOSES "{}"), &c, &up);
		for (char *p = up.at; *p; p++) /* names, in one case */
			if (strncmp(p, "Authorization:", 14) == 0)
				*p = 'a';
		for (size_t k = 0; k < 6 && rows[i].has[k]; k++)
			assert_in(&up, rows[i].has[k]);
		for (size_t k = 0; k < 6 && rows[i].lacks[k]; k++)
			assert_not_in(&up, rows[i].lacks[k]);
		buf_clear(&up);
		call_close(&c);
		tear_down(state);
	}
}

/* A version that the client names stays. */
static void t_version(void **state)
{
	static const char *const sent[] = { "x-api-key", "mine",
					    "anthropic-version", "2026-10-21",
					    NULL };
	struct gateway *g = *state;
	struct buf up = BUF_INIT(65536);
	struct call c;

	asked(g, "POST", "/model/claude-x/invoke", sent, "{" BODY,
	      span_of(AS_JSON CLOSES "{}"), &c, &up);
	assert_in(&up, "anthropic-version: 2026-10-21\r\n");
	assert_not_in(&up, "2023-06-01");
	buf_clear(&up);
	call_close(&c);
}

static void t_signed(void **state)
{
	struct gateway *g = *state;
	struct buf up = BUF_INIT(65536), host = BUF_INIT(200);
	struct call c;

	use(g, "bedrock");
	provider_set_scheme(&g->config.upstream, "sigv4", NULL);
	provider_set_key_id(&g->config.upstream, "AKIDEXAMPLE", NULL);
	provider_set_session(&g->config.upstream, "the-session", NULL);
	asked(g, "POST", "/v1/messages", mine, MESSAGE,
	      span_of(AS_JSON CLOSES "{}"), &c, &up);
	assert_in(&up, "Authorization: AWS4-HMAC-SHA256 "
		       "Credential=AKIDEXAMPLE/");
	assert_in(&up, "/us-east-1/bedrock/aws4_request, SignedHeaders="
		       "content-type;host;x-amz-date;x-amz-security-token, "
		       "Signature=");
	assert_in(&up, "X-Amz-Security-Token: the-session\r\n");
	buf_addf(&host, "Host: 127.0.0.1:%u\r\n", g->w.server.port);
	assert_in(&up, buf_str(&host));
	assert_not_in(&up, "mine");
	buf_clear(&up);
	buf_clear(&host);
	call_close(&c);
}

/* What is refused before anybody is asked. */
static void t_refused(void **state)
{
#define NO_NAME "model: no model has such a name"
	static const struct {
		const char *format, *target, *body;
		int status;
		const char *words;
	} rows[] = {
		{ "bedrock", "/v1/messages", "{", 400, "not a JSON object" },
		{ "bedrock", "/v1/messages", "[]", 400, "not a JSON object\"" },
		{ "vertex", "/v1/messages",
		  "{\"model\":\"m\",\"anthropic_beta\":[\"a\\nb\"]}", 400,
		  "anthropic_beta: the name of a beta has no control" },
		{ "bedrock", "/v1/messages",
		  "{\"model\":\"m\",\"anthropic_beta\":[\"a\\u007f\"]}", 400,
		  "anthropic_beta: the name of a beta has no control" },
		{ "bedrock", "/v1/messages", "{}", 400,
		  "model: Field required" },
		{ "vertex", "/v1/messages", "{\"model\":\"\"}", 400,
		  "model: Field required" },
		{ "vertex", "/v1/messages/count_tokens", "{\"model\":7}", 400,
		  "model: Field required" },
		/* It would lead to another path, or be none. */
		{ "bedrock", "/v1/messages", "{\"model\":\"..\"}", 404,
		  NO_NAME },
		{ "bedrock", "/v1/messages", "{\"model\":\"claude-x/../../y\"}",
		  404, NO_NAME },
		{ "vertex", "/v1/messages", "{\"model\":\"a\\u0000b\"}", 404,
		  NO_NAME },
		{ "vertex", "/v1/messages", "{\"model\":\"claude x\"}", 404,
		  NO_NAME },
		{ "bedrock", "/v1/messages", "{\"model\":\"\\ud800\"}", 404,
		  NO_NAME },
		{ "bedrock", "/v1/messages/count_tokens",
		  "{\"model\":\"arn:aws:x:1:p/abc\"}", 501,
		  "{\"type\":\"error\",\"error\":{\"type\":\"not_supported\"" },
		{ "messages", "/model/" PROFILE "/invoke", "{}", 404,
		  "{\"message\":\"this gateway does not know which model this "
		  "ARN" },
		{ "messages", "/model/claude-x/invoke", "no", 400,
		  "{\"message\":\"The request body is not a JSON object" },
		{ "messages", "/model/claude-x/count-tokens", "{}", 400,
		  "{\"message\":\"input.invokeModel.body: " },
		{ "messages", "/model/claude-x/count-tokens",
		  "{\"input\":{\"invokeModel\":{\"body\":\"bm8=\"}}}", 400,
		  "{\"message\":\"The request body is not a JSON object" },
		{ "messages", "/v1" MODELS "count-tokens:rawPredict", "{}", 400,
		  "{\"error\":{\"code\":400,\"message\":\"model: Field "
		  "required\",\"status\":\"INVALID_ARGUMENT\"}}" },
	};
	struct gateway *g = *state;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct call c;

		use(g, rows[i].format);
		send_with(g, "POST", rows[i].target, mine, rows[i].body, &c);
		WAIT_FOR(g->w.loop, c.ends == 1);
		assert_error(&c, rows[i].status, rows[i].words);
		if (rows[i].status == 501)
			assert_string_equal(
				headers_get(&c.headers, "x-should-retry"),
				"false");
		if (strncmp(rows[i].target, "/model", 6) == 0 &&
		    rows[i].status == 404)
			assert_string_equal(
				headers_get(&c.headers, "x-amzn-errortype"),
				"ResourceNotFoundException");
		call_close(&c);
	}
	assert_int_equal(g->w.server.count, 0);
}

static void t_own(void **state)
{
	static const struct {
		const char *format, *target;
		int status;
		const char *words;
	} rows[] = {
		{ "bedrock", "/v1/models", 404, "has no list of models" },
		{ "messages", "/inference-profiles?type=SYSTEM_DEFINED", 200,
		  "{\"inferenceProfileSummaries\":[]}" },
		{ "messages", "/inference-profiles/us.anthropic.claude-x", 404,
		  "{\"message\":\"there is no such inference profile\"}" },
		{ "vertex", "/v1/models/claude-a", 404, "does not list" },
		{ NULL, NULL, 0, NULL },
		{ "bedrock", "/v1/models", 200,
		  "{\"data\":[{\"type\":\"model\",\"id\":\"claude-a\","
		  "\"display_name\":\"claude-a\",\"created_at\":"
		  "\"1970-01-01T00:00:00Z\"},{\"type\":\"model\",\"id\":"
		  "\"b\"" },
		{ "vertex", "/v1/models/claude%2Da", 200,
		  "{\"type\":\"model\",\"id\":\"claude-a\"" },
	};
	struct gateway *g = *state;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct call c;

		if (!rows[i].format) {
			provider_add_model(&g->config.upstream, "claude-a", "x",
					   NULL);
			provider_add_model(&g->config.upstream, "b", "y", NULL);
			continue;
		}
		use(g, rows[i].format);
		send_with(g, "GET", rows[i].target, mine, NULL, &c);
		WAIT_FOR(g->w.loop, c.ends == 1);
		assert_error(&c, rows[i].status, rows[i].words);
		assert_true(span_starts(
			span_of(headers_get(&c.headers, "request-id")),
			"req_gw_"));
		call_close(&c);
	}
	assert_int_equal(g->w.server.count, 0);
}

/* Fronts that are closed, or have no provider; requests without a key. */
static void t_fronts(void **state)
{
	static const struct {
		const char *format, *fronts, *method, *target;
		const char *key;
		int status;
		const char *words;
	} rows[] = {
		{ "vertex", "messages,bedrock,vertex", "POST",
		  "/model/a/invoke", "mine", 404, "Vertex's /v1/projects/..." },
		{ "messages", "messages", "POST", "/model/a/invoke", "mine",
		  404,
		  "serves /v1/messages, /v1/messages/count_tokens, "
		  "/v1/models" },
		{ "messages", "bedrock", "POST", "/v1/messages", "mine", 404,
		  "serves Bedrock's /model/ID/... and /inference-profiles" },
		{ "messages", "bedrock", "GET", "/model/a/invoke", "mine", 405,
		  "{\"message\":\"this path is for POST only\"}" },
		{ "bedrock", "bedrock", "POST", "/model/a/invoke", NULL, 401,
		  "{\"message\":\"no credential" },
		{ "bedrock", "bedrock", "GET", "/inference-profiles", NULL, 401,
		  "{\"message\":\"no credential" },
		{ "bedrock", "bedrock", "GET", "/inference-profiles", "no", 401,
		  "{\"message\":\"this gateway does not know this key\"}" },
		{ "vertex", "vertex", "POST", "/v1" MODELS "a:rawPredict", NULL,
		  401, "\"status\":\"UNAUTHENTICATED\"" },
	};
	struct gateway *g = *state;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const char *fields[] = { rows[i].key ? "x-api-key" : NULL,
					 rows[i].key, NULL };
		struct call c;

		use(g, rows[i].format);
		config_set_fronts(&g->config, rows[i].fronts, NULL);
		send_with(g, rows[i].method, rows[i].target, fields,
			  rows[i].method[0] == 'P' ? "{}" : NULL, &c);
		WAIT_FOR(g->w.loop, c.ends == 1);
		assert_error(&c, rows[i].status, rows[i].words);
		call_close(&c);
	}
	assert_int_equal(g->w.server.count, 0);
}

#define T(title, fn) \
	{ \
		title, fn, set_up_bridge, tear_down, NULL \
	}
#define EACH(title, fn) \
	{ \
		title, fn, NULL, NULL, NULL \
	}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		EACH("bridging: bodies and targets, between every two", t_rows),
		T("bridging: Bedrock counts tokens", t_count_on_bedrock),
		EACH("bridging: models that are listed", t_listed),
		T("bridging: region and base of Vertex", t_vertex_places),
		EACH("bridging: fields of a request", t_fields),
		T("bridging: a version stays", t_version),
		T("bridging: a request is signed", t_signed),
		T("bridging: what is refused without asking", t_refused),
		T("bridging: lists of the gateway's own", t_own),
		T("bridging: fronts and keys", t_fronts),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("bridging_ask", tests, NULL, NULL);
}
