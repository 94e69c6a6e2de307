/* Diagnoses, from logs that are written here. */
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "probe/run/preflight/preflight.h"
#include "formats/vendor.h"

#define RUN 7

struct answer { /* what the client saw */
	int status; /* 0: no head */
	const char *type, *location, *body;
	enum stream_end end;
	enum end_stage stage;
	const char *text;
	bool upstream; /* the mock saw the request */
};

static void add_response(struct wlog *log, const struct answer *a)
{
	struct http_head head = { .status = a->status, .minor = 1 };
	char reason[] = "x";

	head.reason = reason;
	if (a->type)
		headers_add_text(&head.headers, "content-type", a->type);
	if (a->location)
		headers_add_text(&head.headers, "location", a->location);
	wlog_set_head(log, wlog_add(log, 2, RUN, "c1", 1, WLOG_RESPONSE),
		      &head);
	headers_clear(&head.headers);
	if (a->body)
		wlog_set_bytes(log, wlog_add(log, 3, RUN, "c1", 1, WLOG_DATA),
			       span_of(a->body));
}

/* What the mock saw, where it saw the request. */
static const char *upstream_target = "/v1/messages", *upstream_sent_key;
static const char *upstream_key; /* as --upstream-key says */

static void add_upstream(struct wlog *log)
{
	struct http_head head = { .minor = 1 };
	char method[] = "POST";

	head.method = method;
	head.target = (char *)upstream_target;
	if (upstream_sent_key)
		headers_add_text(&head.headers, "x-api-key", upstream_sent_key);
	wlog_set_head(log, wlog_add(log, 1, RUN, "u1", 1, WLOG_REQUEST), &head);
	headers_clear(&head.headers);
}

/* What is said about this answer; "" if all is well. */
static void diagnose_as(const struct answer *a, bool black_box, struct buf *out)
{
	struct preflight p = {
		.gateway = "https://127.0.0.1:1",
		.mock = "127.0.0.1:8473",
		.black_box = black_box,
		.auth = "the header 'x'",
		.client = "2.1.329",
		.settings = "Set it.",
		.upstream_key = upstream_key,
	};
	char method[] = "POST", target[] = "/v1/messages";
	struct http_head head = { .minor = 1 };
	struct wlog_entry *end;
	struct wlog log;
	bool open;

	head.method = method;
	head.target = target;
	wlog_init(&log, 1024 * 1024);
	wlog_set_head(&log, wlog_add(&log, 0, RUN, "c1", 1, WLOG_REQUEST),
		      &head);
	if (a->upstream)
		add_upstream(&log);
	if (a->status)
		add_response(&log, a);
	end = wlog_add(&log, 4, RUN, "c1", 1, WLOG_END);
	end->end = a->end;
	end->stage = a->stage;
	wlog_set_text(&log, end, "%s", a->text ? a->text : "");
	open = preflight_judge(&log, RUN, &p, out);
	assert_int_equal(open, out->len == 0);
	wlog_clear(&log);
}

static void diagnose(const struct answer *a, struct buf *out)
{
	diagnose_as(a, false, out);
}

#define MESSAGE \
	"{\"type\":\"message\",\"role\":\"assistant\",\"content\":" \
	"[{\"type\":\"text\",\"text\":\"Hello\"}],\"stop_reason\":" \
	"\"end_turn\"}"
#define JSON "application/json"

static const struct {
	struct answer answer;
	const char *says;
} rows[] = {
	{ { 0, NULL, NULL, NULL, END_REFUSED, STAGE_CONNECT, "no connection",
	    false },
	  "nothing listens at https://127.0.0.1:1" },
	{ { 0, NULL, NULL, NULL, END_REFUSED, STAGE_NAME, "no address", false },
	  "the name in https://127.0.0.1:1 has no address" },
	{ { 0, NULL, NULL, NULL, END_REFUSED, STAGE_TLS, "TLS handshake failed",
	    false },
	  "no TLS connection" },
	{ { 0, NULL, NULL, NULL, END_BAD, STAGE_TLS, "an alert", false },
	  "no TLS connection" },
	{ { 0, NULL, NULL, NULL, END_TIMEOUT, STAGE_HEAD, "still open", false },
	  "no answer comes" },
	{ { 0, NULL, NULL, NULL, END_TIMEOUT, STAGE_TLS, "SSL", false },
	  "no answer comes" },
	{ { 0, NULL, NULL, NULL, END_RESET, STAGE_HEAD, "TLS certificate",
	    false },
	  "closes the connection" },
	{ { 0, NULL, NULL, NULL, END_CUT, STAGE_HEAD, "closed", false },
	  "closes the connection" },
	{ { 0, NULL, NULL, NULL, END_BAD, STAGE_HEAD, "bad", false },
	  "is not HTTP" },
	{ { 200, "text/html", NULL, "<html>", END_CLEAN, STAGE_NONE, NULL,
	    false },
	  "a web page" },
	{ { 301, NULL, "https://b/", NULL, END_CLEAN, STAGE_NONE, NULL, false },
	  "redirects to https://b/" },
	{ { 403, JSON, NULL, "{}", END_CLEAN, STAGE_NONE, NULL, false },
	  "refuses the key: status 403" },
	{ { 404, JSON, NULL, "{}", END_CLEAN, STAGE_NONE, NULL, false },
	  "without /v1" },
	{ { 503, JSON, NULL, "{}", END_CLEAN, STAGE_NONE, NULL, false },
	  "http://127.0.0.1:8473" },
	{ { 502, "text/html", NULL, "<html>", END_CLEAN, STAGE_NONE, NULL,
	    false },
	  "answers 502 by itself: it did not reach the mock" },
	{ { 503, "text/html", NULL, "<html>", END_CLEAN, STAGE_NONE, NULL,
	    false },
	  "answers 503 by itself: it did not reach the mock" },
	{ { 504, "text/html", NULL, "<html>", END_CLEAN, STAGE_NONE, NULL,
	    false },
	  "answers 504 by itself: it did not reach the mock" },
	{ { 502, NULL, NULL, "", END_CLEAN, STAGE_NONE, NULL, false },
	  "PRE-UPSTREAM" },
	{ { 500, "text/html", NULL, "<html>", END_CLEAN, STAGE_NONE, NULL,
	    false },
	  "a web page" },
	{ { 502, "text/html", NULL, "<html>", END_CLEAN, STAGE_NONE, NULL,
	    true },
	  "a web page" },
	{ { 200, JSON, NULL, "{", END_TIMEOUT, STAGE_BODY, NULL, true },
	  "does not end" },
	{ { 400, JSON, NULL, "{}", END_CLEAN, STAGE_NONE, NULL, true },
	  "status 400" },
	{ { 200, JSON, NULL, "{", END_CUT, STAGE_BODY, "cut", true },
	  "breaks off" },
	{ { 200, JSON, NULL, MESSAGE, END_CLEAN, STAGE_NONE, NULL, false },
	  "not from the mock" },
	{ { 200, JSON, NULL, "{}", END_CLEAN, STAGE_NONE, NULL, true },
	  "not a message" },
};

static void each_cause(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct buf out = BUF_INIT(16384);

		diagnose(&rows[i].answer, &out);
		if (!strstr(buf_str(&out), rows[i].says))
			fail_msg("'%s' is not in: %s", rows[i].says,
				 buf_str(&out));
		buf_clear(&out);
	}
}

/* The gateway's own words are not hidden. */
static void own_words(void **state)
{
	struct answer a = { 503,       JSON,       NULL, NULL,
			    END_CLEAN, STAGE_NONE, NULL, false };
	struct buf out = BUF_INIT(16384);

	(void)state;
	a.body = "{\"type\":\"error\",\"error\":{\"type\":\"x\",\"message\":"
		 "\"no account\\nleft \\u001b[2J\"}}";
	diagnose(&a, &out);
	assert_non_null(
		strstr(buf_str(&out), "It said: no account\\nleft \\x1b[2J"));
	buf_reset(&out);
	a.body = "no healthy upstream";
	diagnose(&a, &out);
	assert_non_null(strstr(buf_str(&out), "It said: no healthy upstream"));
	buf_clear(&out);
}

/* The gateway asks the mock for another API: the diagnosis names its vendor. */
static void translator(void **state)
{
	static const struct {
		const char *target, *name;
	} asked[] = {
		{ "/v1/completions", "that is OpenAI's completions of text, "
				     "which" },
		{ "/model/m/converse-stream", "Bedrock's Converse" },
		{ "/v1beta/models/gemini-3:streamGenerateContent?alt=sse",
		  "Gemini's generateContent" },
		{ "/v1/models/m:predict", "Vertex AI's predict" },
		{ "/api/chat", "Ollama's chat" },
		{ "/v2/chat", "Cohere's chat" },
		{ "/serving-endpoints/m/invocations",
		  "Databricks' serving endpoints" },
		{ "/endpoints/m/invocations", "SageMaker's endpoints" },
		{ "/ml/v1/text/chat_stream?version=1", "watsonx.ai's chat" },
		{ "/somewhere/else", "that is no API that ccprobe knows" },
	};
	struct answer a = { 404,       JSON,       NULL, "{}",
			    END_CLEAN, STAGE_NONE, NULL, true };
	struct buf out = BUF_INIT(16384), line = BUF_INIT(1024);

	(void)state;
	for (size_t i = 0; i < sizeof(asked) / sizeof(asked[0]); i++) {
		buf_reset(&out);
		buf_reset(&line);
		upstream_target = asked[i].target;
		diagnose(&a, &out);
		buf_addf(&line, "the gateway asks its provider for %s",
			 asked[i].target);
		if (!strstr(buf_str(&out), buf_str(&line)) ||
		    !strstr(buf_str(&out), asked[i].name) ||
		    !strstr(buf_str(&out), "PRE-TRANSLATES"))
			fail_msg("%s: %s", asked[i].target, buf_str(&out));
	}
	upstream_target = "/v1/messages";
	buf_clear(&out);
	buf_clear(&line);
}

static void vendors(void **state)
{
	(void)state;
	assert_string_equal(vendor_of("/v1/messages?beta=true"),
			    "the Messages API");
	assert_string_equal(vendor_of("/x/chat/completions"),
			    "OpenAI's chat completions");
	assert_string_equal(
		vendor_of("/openai/deployments/d/chat/completions?v=1"),
		"chat completions of Azure OpenAI");
	assert_string_equal(vendor_of("/model/a/count-tokens"),
			    "Bedrock's CountTokens");
	assert_string_equal(vendor_of("/inference-profiles?type=X"),
			    "Bedrock's inference profiles");
	assert_null(vendor_of("/"));
}

static void vendors_are_told(void **state)
{
	static const char *const told[][2] = {
		{ "/model/a/invoke", "that is Bedrock's InvokeModel" },
		{ "/v1/models/a:rawPredict", "that is Vertex AI's rawPredict" },
		{ "/model/a/converse",
		  "that is Bedrock's Converse, which the mock does not speak" },
		{ "/", "that is no API that ccprobe knows" },
	};
	struct buf out = BUF_INIT(1024);

	(void)state;
	for (size_t i = 0; i < sizeof(told) / sizeof(told[0]); i++) {
		buf_reset(&out);
		vendor_tell(told[i][0], &out);
		assert_string_equal(buf_str(&out), told[i][1]);
	}
	buf_clear(&out);
}

static void other_key(void **state)
{
	struct answer a = { 200,       JSON,       NULL, MESSAGE,
			    END_CLEAN, STAGE_NONE, NULL, true };
	struct buf out = BUF_INIT(16384);

	(void)state;
	upstream_key = "sk-the-one-given";
	upstream_sent_key = "sk-another-one";
	diagnose(&a, &out);
	assert_non_null(strstr(buf_str(&out), "PRE-UPSTREAM-KEY"));
	assert_null(strstr(buf_str(&out), "sk-another-one"));
	buf_reset(&out);
	upstream_sent_key = "sk-the-one-given";
	diagnose(&a, &out);
	assert_int_equal(out.len, 0);
	upstream_key = upstream_sent_key = NULL;
	buf_clear(&out);
}

static void open_way(void **state)
{
	struct answer a = { 200,       JSON,       NULL, MESSAGE,
			    END_CLEAN, STAGE_NONE, NULL, true };
	struct buf out = BUF_INIT(16384);

	(void)state;
	diagnose(&a, &out);
	assert_int_equal(out.len, 0);
}

/* Nobody is behind the gateway, so nothing is said of a mock. */
static void without_mock(void **state)
{
	static const struct {
		struct answer answer;
		const char *says;
	} hosted[] = {
		{ { 200, JSON, NULL, MESSAGE, END_CLEAN, STAGE_NONE, NULL,
		    false },
		  "" },
		{ { 404, JSON, NULL, "{\"error\":{\"message\":\"model: x\"}}",
		    END_CLEAN, STAGE_NONE, NULL, false },
		  "--model" },
		{ { 404, JSON, NULL, "{}", END_CLEAN, STAGE_NONE, NULL, false },
		  "without /v1" },
		{ { 503, JSON, NULL, "{}", END_CLEAN, STAGE_NONE, NULL, false },
		  "status 503" },
		{ { 0, NULL, NULL, NULL, END_TIMEOUT, STAGE_HEAD, "still open",
		    false },
		  "no answer comes" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(hosted) / sizeof(hosted[0]); i++) {
		struct buf out = BUF_INIT(16384);

		diagnose_as(&hosted[i].answer, true, &out);
		if (!strstr(buf_str(&out), hosted[i].says) ||
		    strstr(buf_str(&out), "8473"))
			fail_msg("%zu: %s", i, buf_str(&out));
		buf_clear(&out);
	}
}

static void hostile_header(void **state)
{
	struct answer a = { 302,  NULL,      "\033[2Jhttps://b",
			    NULL, END_CLEAN, STAGE_NONE,
			    NULL, false };
	struct buf out = BUF_INIT(16384);

	(void)state;
	diagnose(&a, &out);
	assert_null(strchr(buf_str(&out), '\033'));
	buf_clear(&out);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		{ "preflight: the gateway's own words are told", own_words,
		  NULL, NULL, NULL },
		{ "preflight: a gateway that translates is told as one",
		  translator, NULL, NULL, NULL },
		{ "preflight: whose API that is, and whether the mock has it",
		  vendors_are_told, NULL, NULL, NULL },
		{ "preflight: whose API a path is of", vendors, NULL, NULL,
		  NULL },
		{ "preflight: another key than --upstream-key", other_key, NULL,
		  NULL, NULL },
		{ "preflight: each cause is named", each_cause, NULL, NULL,
		  NULL },
		{ "preflight: an open way needs no words", open_way, NULL, NULL,
		  NULL },
		{ "preflight: without a mock nothing is said of one",
		  without_mock, NULL, NULL, NULL },
		{ "preflight: an answer cannot write on the terminal",
		  hostile_header, NULL, NULL, NULL },
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("preflight", tests, NULL, NULL);
}
