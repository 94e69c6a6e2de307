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
static const char *upstream_key_name = "x-api-key";
static const char *upstream_key; /* as --upstream-key says */

static void add_upstream(struct wlog *log)
{
	struct http_head head = { .minor = 1 };
	char method[] = "POST";

	head.method = method;
	head.target = (char *)upstream_target;
	if (upstream_sent_key)
		headers_add_text(&head.headers, upstream_key_name,
				 upstream_sent_key);
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
	upstream_key_name = "authorization";
	upstream_sent_key = "Bearer sk-the-one-given";
	diagnose(&a, &out);
	assert_int_equal(out.len, 0);
	/* Where nothing was answered, or nothing was seen, it is not looked at.
	 */
	upstream_sent_key = "Bearer sk-another-one";
	a.status = 500;
	diagnose(&a, &out);
	assert_non_null(strstr(buf_str(&out), "PRE-STATUS"));
	buf_reset(&out);
	a.status = 200;
	a.upstream = false;
	diagnose(&a, &out);
	assert_non_null(strstr(buf_str(&out), "PRE-OTHER-PROVIDER"));
	upstream_key = upstream_sent_key = NULL;
	upstream_key_name = "x-api-key";
	buf_clear(&out);
}

#define ANSWER(status, type, body) \
	{ \
		status, type, NULL, body, END_CLEAN, STAGE_NONE, NULL, false \
	}
#define SEEN(status, type, body) \
	{ \
		status, type, NULL, body, END_CLEAN, STAGE_NONE, NULL, true \
	}
#define NO_ANSWER(end, stage) \
	{ \
		0, NULL, NULL, NULL, end, stage, NULL, false \
	}
#define HTML "text/html; charset=utf-8"

/* The cause of each answer; NULL: the way is open. */
static void each_code(void **state)
{
	static const struct {
		struct answer answer;
		bool black_box;
		const char *code;
	} all[] = {
		{ NO_ANSWER(END_TIMEOUT, STAGE_NAME), false, "PRE-NO-NAME" },
		{ NO_ANSWER(END_REFUSED, STAGE_CONNECT), true, "PRE-REFUSED" },
		{ NO_ANSWER(END_TIMEOUT, STAGE_TLS), true, "PRE-SILENT" },
		{ NO_ANSWER(END_CUT, STAGE_TLS), false, "PRE-TLS" },
		{ NO_ANSWER(END_RESET, STAGE_HEAD), true, "PRE-CLOSED" },
		{ NO_ANSWER(END_CANCELLED, STAGE_HEAD), false, "PRE-NOT-HTTP" },
		{ { 200, JSON, NULL, "{", END_BAD, STAGE_TLS, NULL, true },
		  false,
		  "PRE-ENDLESS" },
		{ { 200, JSON, NULL, "{", END_BAD, STAGE_NAME, NULL, true },
		  false,
		  "PRE-ENDLESS" },
		{ { 200, JSON, NULL, "{", END_RESET, STAGE_BODY, NULL, true },
		  false,
		  "PRE-CUT" },
		{ { 200, JSON, NULL, MESSAGE, END_CUT, STAGE_BODY, NULL, true },
		  false,
		  "PRE-CUT" },
		{ SEEN(200, JSON,
		       "{\"type\":\"message\",\"content\":[],"
		       "\"stop_reason\":\"end_turn\"}"),
		  false, NULL },
		{ SEEN(200, JSON,
		       "{\"type\":\"message\",\"content\":[{\"type\":"
		       "\"text\",\"text\":\"a\"}]}"),
		  false, NULL },
		{ SEEN(200, JSON, "{\"type\":\"message\",\"content\":[]}"),
		  false, "PRE-NO-MESSAGE" },
		{ ANSWER(200, JSON, "{}"), false, "PRE-NO-MESSAGE" },
		{ ANSWER(200, JSON, "{}"), true, "PRE-NO-MESSAGE" },
		{ ANSWER(200, JSON, MESSAGE), false, "PRE-OTHER-PROVIDER" },
		{ ANSWER(200, JSON, MESSAGE), true, NULL },
		{ SEEN(201, JSON, MESSAGE), false, "PRE-STATUS" },
		{ SEEN(199, JSON, MESSAGE), false, "PRE-STATUS" },
		{ SEEN(299, JSON, "{}"), false, "PRE-STATUS" },
		{ SEEN(300, JSON, "{}"), false, "PRE-REDIRECT" },
		{ SEEN(399, JSON, "{}"), false, "PRE-REDIRECT" },
		{ SEEN(400, JSON, "{}"), false, "PRE-STATUS" },
		{ SEEN(401, JSON, "{}"), false, "PRE-KEY" },
		{ SEEN(402, JSON, "{}"), false, "PRE-STATUS" },
		{ SEEN(403, JSON, "{}"), false, "PRE-KEY" },
		{ SEEN(404, JSON, "{\"model\":1}"), false, "PRE-PATH" },
		{ SEEN(405, JSON, "{}"), false, "PRE-PATH" },
		{ SEEN(406, JSON, "{}"), false, "PRE-STATUS" },
		{ SEEN(503, JSON, "{}"), false, "PRE-STATUS" },
		{ ANSWER(499, JSON, "{}"), false, "PRE-STATUS" },
		{ ANSWER(500, JSON, "{}"), false, "PRE-UPSTREAM" },
		{ ANSWER(501, JSON, "{}"), false, "PRE-UPSTREAM" },
		{ ANSWER(501, HTML, "<p>"), false, "PRE-PAGE" },
		{ ANSWER(502, HTML, "<p>"), false, "PRE-UPSTREAM" },
		{ ANSWER(504, HTML, "<p>"), false, "PRE-UPSTREAM" },
		{ ANSWER(505, HTML, "<p>"), false, "PRE-PAGE" },
		{ ANSWER(505, JSON, "{}"), false, "PRE-UPSTREAM" },
		{ ANSWER(503, HTML, "<p>"), true, "PRE-PAGE" },
		{ ANSWER(400, JSON, "{\"model\":1}"), true, "PRE-MODEL" },
		{ ANSWER(404, JSON, "{\"model\":1}"), true, "PRE-MODEL" },
		{ ANSWER(400, JSON, "{\"mod\":1}"), true, "PRE-STATUS" },
		{ ANSWER(422, JSON, "{\"model\":1}"), true, "PRE-STATUS" },
		{ ANSWER(404, "text/plain", "no model"), true, "PRE-PATH" },
		{ ANSWER(404, JSON, "{}"), true, "PRE-PATH" },
		{ ANSWER(503, JSON, "{}"), true, "PRE-STATUS" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		struct buf out = BUF_INIT(16384), last = BUF_INIT(100);

		diagnose_as(&all[i].answer, all[i].black_box, &out);
		if (all[i].code)
			buf_addf(&last, "  (ccprobe explain %s)\n",
				 all[i].code);
		if (all[i].code ? !span_ends(buf_span(&out), buf_str(&last))
				: out.len > 0)
			fail_msg("%zu: %s", i, buf_str(&out));
		buf_clear(&last);
		buf_clear(&out);
	}
}

/* Whole texts, with all that is put into them. */
static void whole_texts(void **state)
{
	static const struct {
		struct answer answer;
		bool black_box;
		const char *text;
	} all[] = {
		{ SEEN(401, JSON, "{}"), false,
		  "the gateway refuses the key: status 401\n"
		  "  The key went in the header 'x'.\n"
		  "  Set it.\n"
		  "  --auth bearer, x-api-key or both says which header "
		  "carries it.\n"
		  "  It said: {}\n"
		  "  (ccprobe explain PRE-KEY)\n" },
		{ SEEN(404, JSON, NULL), false,
		  "the gateway does not know /v1/messages: status 404\n"
		  "  The request went to https://127.0.0.1:1/v1/messages.\n"
		  "  --gateway is what ANTHROPIC_BASE_URL would be: without "
		  "/v1 at the\n"
		  "  end, but with any prefix that the gateway has in front of "
		  "/v1.\n"
		  "  (ccprobe explain PRE-PATH)\n" },
		{ SEEN(500, "text/html", NULL), false,
		  "https://127.0.0.1:1 answers with a web page (status 500, "
		  "text/html)\n"
		  "  This is a web server, a login page or a proxy's error "
		  "page, not\n"
		  "  the Messages API. Check host, port and path in "
		  "--gateway: "
		  "the\n"
		  "  request went to <gateway>/v1/messages.\n"
		  "  (ccprobe explain PRE-PAGE)\n" },
		{ SEEN(400, JSON, NULL), false,
		  "an ordinary request is answered with status 400\n"
		  "  The request is what Claude Code 2.1.329 sends first, as "
		  "recorded.\n"
		  "  The gateway's own log should say why it refuses it.\n"
		  "  (ccprobe explain PRE-STATUS)\n" },
		{ ANSWER(400, JSON, NULL), true,
		  "a small request is answered with status 400\n"
		  "  It has the headers of Claude Code 2.1.329 and asks for a "
		  "few words.\n"
		  "  The gateway's own log should say why it refuses it.\n"
		  "  (ccprobe explain PRE-STATUS)\n" },
		{ SEEN(200, "a ~\x7f\x01", "{}"), false,
		  "the answer to an ordinary request is not a message\n"
		  "  Status 200, content type 'a ~?"
		  "?'.\n"
		  "  Expected: the stream of a message, or the message as "
		  "JSON.\n"
		  "  (ccprobe explain PRE-NO-MESSAGE)\n" },
		{ { 0, NULL, NULL, NULL, END_RESET, STAGE_HEAD, NULL, false },
		  true,
		  "https://127.0.0.1:1 closes the connection without an "
		  "answer\n"
		  "  reset\n"
		  "  Does it serve plain HTTP on this port, or only HTTPS? Its "
		  "own log\n"
		  "  should say why it hangs up.\n"
		  "  (ccprobe explain PRE-CLOSED)\n" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		struct buf out = BUF_INIT(16384);

		diagnose_as(&all[i].answer, all[i].black_box, &out);
		assert_string_equal(buf_str(&out), all[i].text);
		buf_clear(&out);
	}
}

/* What the gateway said, where it is no error as the API has it. */
static void other_words(void **state)
{
	static const struct {
		int status;
		const char *body, *says;
	} all[] = {
		{ 300, "{\"a\":1}", "  It said: {\"a\":1}\n" },
		{ 400, "{\"error\":1}", "  It said: {\"error\":1}\n" },
		{ 400, "{\"error\":{}}", "  It said: {\"error\":{}}\n" },
		{ 400, "{\"error\":{\"message\":1}}",
		  "  It said: {\"error\":{\"message\":1}}\n" },
		{ 400, "{\"error\":{\"message\":\"m\"}}", "  It said: m\n" },
		{ 299, "{\"a\":1}", NULL },
		{ 400, "", NULL },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		struct answer a = SEEN(all[i].status, JSON, all[i].body);
		struct buf out = BUF_INIT(16384);

		diagnose(&a, &out);
		if (all[i].says ? !strstr(buf_str(&out), all[i].says)
				: strstr(buf_str(&out), "It said") != NULL)
			fail_msg("%zu: %s", i, buf_str(&out));
		buf_clear(&out);
	}
}

/* A field of the answer is cut to 200 bytes. */
static void long_header(void **state)
{
	char type[250];
	struct answer a = SEEN(200, type, "{}");
	struct buf out = BUF_INIT(16384), wanted = BUF_INIT(1000);

	(void)state;
	memset(type, 'a', sizeof(type));
	type[201] = '\0';
	diagnose(&a, &out);
	type[200] = '\0';
	buf_addf(&wanted, "content type '%s'.", type);
	assert_non_null(strstr(buf_str(&out), buf_str(&wanted)));
	buf_clear(&wanted);
	buf_clear(&out);
}

static void nothing_sent(void **state)
{
	struct preflight p = { .gateway = "https://127.0.0.1:1" };
	struct buf out = BUF_INIT(16384);
	struct wlog log;

	(void)state;
	wlog_init(&log, 1024);
	assert_false(preflight_judge(&log, RUN, &p, &out));
	assert_string_equal(buf_str(&out), "the request could not be sent\n");
	assert_false(preflight_is_refusal(&log, RUN));
	wlog_clear(&log);
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
		{ "preflight: the cause of each answer", each_code, NULL, NULL,
		  NULL },
		{ "preflight: whole texts", whole_texts, NULL, NULL, NULL },
		{ "preflight: words that are no error of the API", other_words,
		  NULL, NULL, NULL },
		{ "preflight: a long field", long_header, NULL, NULL, NULL },
		{ "preflight: nothing was sent", nothing_sent, NULL, NULL,
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
