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
static const char *upstream_sent_in = "x-api-key";
static const char *upstream_key; /* as --upstream-key says */

static void add_upstream(struct wlog *log)
{
	struct http_head head = { .minor = 1 };
	char method[] = "POST";

	head.method = method;
	head.target = (char *)upstream_target;
	if (upstream_sent_key)
		headers_add_text(&head.headers, upstream_sent_in,
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

#define NO_MODEL "{\"error\":{\"message\":\"model: x\"}}"
#define URL "https://127.0.0.1:1"

struct told { /* the first line, and the code */
	struct answer answer;
	const char *headline, *code;
};

static void assert_told(const struct told *t, bool black_box)
{
	struct buf out = BUF_INIT(16384), code = BUF_INIT(64);
	struct span rest, line;

	diagnose_as(&t->answer, black_box, &out);
	rest = buf_span(&out);
	span_split(&rest, '\n', &line);
	buf_addf(&code, "  (ccprobe explain %s)\n", t->code);
	if (!span_is(line, t->headline) ||
	    !span_ends(buf_span(&out), buf_str(&code)))
		fail_msg("'%s' and %s, not: %s", t->headline, t->code,
			 buf_str(&out));
	buf_clear(&out);
	buf_clear(&code);
}

static const struct told rows[] = {
	{ { 0, NULL, NULL, NULL, END_REFUSED, STAGE_CONNECT, "no connection",
	    false },
	  "nothing listens at " URL,
	  "PRE-REFUSED" },
	{ { 0, NULL, NULL, NULL, END_REFUSED, STAGE_NAME, "no address", false },
	  "the name in " URL " has no address",
	  "PRE-NO-NAME" },
	{ { 0, NULL, NULL, NULL, END_REFUSED, STAGE_TLS, "TLS handshake failed",
	    false },
	  "no TLS connection to " URL ": TLS handshake failed",
	  "PRE-TLS" },
	{ { 0, NULL, NULL, NULL, END_BAD, STAGE_TLS, "an alert", false },
	  "no TLS connection to " URL ": an alert",
	  "PRE-TLS" },
	{ { 0, NULL, NULL, NULL, END_TIMEOUT, STAGE_HEAD, "still open", false },
	  URL " takes connections, and no answer comes",
	  "PRE-SILENT" },
	{ { 0, NULL, NULL, NULL, END_TIMEOUT, STAGE_TLS, "SSL", false },
	  URL " takes connections, and no answer comes",
	  "PRE-SILENT" },
	{ { 0, NULL, NULL, NULL, END_RESET, STAGE_HEAD, "TLS certificate",
	    false },
	  URL " closes the connection without an answer",
	  "PRE-CLOSED" },
	{ { 0, NULL, NULL, NULL, END_CUT, STAGE_HEAD, "closed", false },
	  URL " closes the connection without an answer",
	  "PRE-CLOSED" },
	{ { 0, NULL, NULL, NULL, END_BAD, STAGE_HEAD, "bad", false },
	  "what " URL " answers is not HTTP",
	  "PRE-NOT-HTTP" },
	{ { 200, "text/html", NULL, "<html>", END_CLEAN, STAGE_NONE, NULL,
	    false },
	  URL " answers with a web page (status 200, text/html)",
	  "PRE-PAGE" },
	{ { 501, "text/html", NULL, "<html>", END_CLEAN, STAGE_NONE, NULL,
	    false },
	  URL " answers with a web page (status 501, text/html)",
	  "PRE-PAGE" },
	{ { 505, "text/html", NULL, "<html>", END_CLEAN, STAGE_NONE, NULL,
	    false },
	  URL " answers with a web page (status 505, text/html)",
	  "PRE-PAGE" },
	{ { 500, "text/html", NULL, "<html>", END_CLEAN, STAGE_NONE, NULL,
	    false },
	  URL " answers with a web page (status 500, text/html)",
	  "PRE-PAGE" },
	{ { 502, "text/html", NULL, "<html>", END_CLEAN, STAGE_NONE, NULL,
	    true },
	  URL " answers with a web page (status 502, text/html)",
	  "PRE-PAGE" },
	{ { 502, "text/html", NULL, "<html>", END_CLEAN, STAGE_NONE, NULL,
	    false },
	  "the gateway answers 502 by itself: it did not reach the mock",
	  "PRE-UPSTREAM" },
	{ { 503, "text/html", NULL, "<html>", END_CLEAN, STAGE_NONE, NULL,
	    false },
	  "the gateway answers 503 by itself: it did not reach the mock",
	  "PRE-UPSTREAM" },
	{ { 504, "text/html", NULL, "<html>", END_CLEAN, STAGE_NONE, NULL,
	    false },
	  "the gateway answers 504 by itself: it did not reach the mock",
	  "PRE-UPSTREAM" },
	{ { 500, JSON, NULL, "{}", END_CLEAN, STAGE_NONE, NULL, false },
	  "the gateway answers 500 by itself: it did not reach the mock",
	  "PRE-UPSTREAM" },
	{ { 503, JSON, NULL, "{}", END_CLEAN, STAGE_NONE, NULL, false },
	  "the gateway answers 503 by itself: it did not reach the mock",
	  "PRE-UPSTREAM" },
	{ { 502, NULL, NULL, "", END_CLEAN, STAGE_NONE, NULL, false },
	  "the gateway answers 502 by itself: it did not reach the mock",
	  "PRE-UPSTREAM" },
	{ { 499, JSON, NULL, "{}", END_CLEAN, STAGE_NONE, NULL, false },
	  "an ordinary request is answered with status 499",
	  "PRE-STATUS" },
	{ { 300, NULL, "https://b/", NULL, END_CLEAN, STAGE_NONE, NULL, false },
	  URL " redirects to https://b/",
	  "PRE-REDIRECT" },
	{ { 301, NULL, "https://b/", NULL, END_CLEAN, STAGE_NONE, NULL, false },
	  URL " redirects to https://b/",
	  "PRE-REDIRECT" },
	{ { 399, NULL, "https://b/", NULL, END_CLEAN, STAGE_NONE, NULL, false },
	  URL " redirects to https://b/",
	  "PRE-REDIRECT" },
	{ { 299, NULL, "https://b/", NULL, END_CLEAN, STAGE_NONE, NULL, false },
	  "an ordinary request is answered with status 299",
	  "PRE-STATUS" },
	{ { 401, JSON, NULL, "{}", END_CLEAN, STAGE_NONE, NULL, false },
	  "the gateway refuses the key: status 401",
	  "PRE-KEY" },
	{ { 403, JSON, NULL, "{}", END_CLEAN, STAGE_NONE, NULL, false },
	  "the gateway refuses the key: status 403",
	  "PRE-KEY" },
	{ { 404, JSON, NULL, "{}", END_CLEAN, STAGE_NONE, NULL, false },
	  "the gateway does not know /v1/messages: status 404",
	  "PRE-PATH" },
	{ { 405, JSON, NULL, "{}", END_CLEAN, STAGE_NONE, NULL, false },
	  "the gateway does not know /v1/messages: status 405",
	  "PRE-PATH" },
	{ { 400, JSON, NULL, "{}", END_CLEAN, STAGE_NONE, NULL, true },
	  "an ordinary request is answered with status 400",
	  "PRE-STATUS" },
	{ { 402, JSON, NULL, "{}", END_CLEAN, STAGE_NONE, NULL, true },
	  "an ordinary request is answered with status 402",
	  "PRE-STATUS" },
	{ { 406, JSON, NULL, "{}", END_CLEAN, STAGE_NONE, NULL, true },
	  "an ordinary request is answered with status 406",
	  "PRE-STATUS" },
	{ { 400, JSON, NULL, NO_MODEL, END_CLEAN, STAGE_NONE, NULL, true },
	  "an ordinary request is answered with status 400",
	  "PRE-STATUS" },
	{ { 200, JSON, NULL, "{", END_TIMEOUT, STAGE_BODY, NULL, true },
	  "the answer of " URL " does not end",
	  "PRE-ENDLESS" },
	{ { 200, JSON, NULL, "{", END_BAD, STAGE_BODY, NULL, true },
	  "the answer of " URL " does not end",
	  "PRE-ENDLESS" },
	{ { 200, JSON, NULL, "{", END_CUT, STAGE_BODY, "cut short", true },
	  "the answer breaks off: cut short",
	  "PRE-CUT" },
	{ { 200, JSON, NULL, "{", END_RESET, STAGE_BODY, NULL, true },
	  "the answer breaks off: reset",
	  "PRE-CUT" },
	{ { 200, JSON, NULL, MESSAGE, END_CLEAN, STAGE_NONE, NULL, false },
	  "the gateway answers, but not from the mock provider",
	  "PRE-OTHER-PROVIDER" },
	{ { 200, JSON, NULL, "{}", END_CLEAN, STAGE_NONE, NULL, true },
	  "the answer to an ordinary request is not a message",
	  "PRE-NO-MESSAGE" },
	{ { 200, JSON, NULL, "{}", END_CLEAN, STAGE_NONE, NULL, false },
	  "the answer to an ordinary request is not a message",
	  "PRE-NO-MESSAGE" },
};

static void each_cause(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		assert_told(&rows[i], false);
}

/* The gateway's own words are not hidden. */
static void own_words(void **state)
{
	static const char *const others[] = {
		"{\"error\":{\"message\":7}}",
		"{\"error\":{\"type\":\"x\"}}",
		"{\"message\":\"x\"}",
	};
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
	buf_reset(&out);
	a.body = "x";
	diagnose(&a, &out);
	assert_non_null(strstr(buf_str(&out), "\n  It said: x\n"));
	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
		buf_reset(&out);
		a.body = others[i];
		diagnose(&a, &out);
		if (!strstr(buf_str(&out), "\n  It said: {"))
			fail_msg("%s", buf_str(&out));
	}
	buf_reset(&out);
	a.status = 300;
	diagnose(&a, &out);
	assert_non_null(strstr(buf_str(&out), "It said: {"));
	buf_reset(&out);
	a.status = 299;
	diagnose(&a, &out);
	assert_null(strstr(buf_str(&out), "It said"));
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
	upstream_sent_in = "authorization";
	upstream_sent_key = "Bearer sk-the-one-given";
	diagnose(&a, &out);
	assert_int_equal(out.len, 0);
	upstream_sent_in = "x-api-key";
	/* Of what is no message, or went elsewhere, no key is told. */
	upstream_sent_key = "sk-another-one";
	a.status = 400;
	diagnose(&a, &out);
	assert_non_null(strstr(buf_str(&out), "PRE-STATUS"));
	buf_reset(&out);
	a.status = 200;
	a.upstream = false;
	diagnose(&a, &out);
	assert_non_null(strstr(buf_str(&out), "PRE-OTHER-PROVIDER"));
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
	static const struct told hosted[] = {
		{ { 404, JSON, NULL, NO_MODEL, END_CLEAN, STAGE_NONE, NULL,
		    false },
		  "the gateway does not serve this model: status 404",
		  "PRE-MODEL" },
		{ { 400, JSON, NULL, NO_MODEL, END_CLEAN, STAGE_NONE, NULL,
		    false },
		  "the gateway does not serve this model: status 400",
		  "PRE-MODEL" },
		{ { 400, JSON, NULL, "{}", END_CLEAN, STAGE_NONE, NULL, false },
		  "a small request is answered with status 400",
		  "PRE-STATUS" },
		{ { 422, JSON, NULL, NO_MODEL, END_CLEAN, STAGE_NONE, NULL,
		    false },
		  "a small request is answered with status 422",
		  "PRE-STATUS" },
		{ { 404, NULL, NULL, "no such model", END_CLEAN, STAGE_NONE,
		    NULL, false },
		  "the gateway does not know /v1/messages: status 404",
		  "PRE-PATH" },
		{ { 404, JSON, NULL, "{}", END_CLEAN, STAGE_NONE, NULL, false },
		  "the gateway does not know /v1/messages: status 404",
		  "PRE-PATH" },
		{ { 503, JSON, NULL, "{}", END_CLEAN, STAGE_NONE, NULL, false },
		  "a small request is answered with status 503",
		  "PRE-STATUS" },
		{ { 200, JSON, NULL, "{}", END_CLEAN, STAGE_NONE, NULL, false },
		  "the answer to an ordinary request is not a message",
		  "PRE-NO-MESSAGE" },
		{ { 200, JSON, NULL, "{", END_TIMEOUT, STAGE_BODY, NULL,
		    false },
		  "the answer of " URL " does not end",
		  "PRE-ENDLESS" },
		{ { 0, NULL, NULL, NULL, END_TIMEOUT, STAGE_HEAD, "still open",
		    false },
		  URL " takes connections, and no answer comes",
		  "PRE-SILENT" },
	};
	struct answer well = { 200,       JSON,       NULL, MESSAGE,
			       END_CLEAN, STAGE_NONE, NULL, false };
	struct buf out = BUF_INIT(16384);

	(void)state;
	for (size_t i = 0; i < sizeof(hosted) / sizeof(hosted[0]); i++) {
		assert_told(&hosted[i], true);
		buf_reset(&out);
		diagnose_as(&hosted[i].answer, true, &out);
		assert_null(strstr(buf_str(&out), "8473"));
	}
	buf_reset(&out);
	diagnose_as(&well, true, &out);
	assert_int_equal(out.len, 0);
	buf_clear(&out);
}

static void not_sent(void **state)
{
	struct preflight p = { .gateway = URL };
	struct buf out = BUF_INIT(1024);
	struct wlog log;

	(void)state;
	wlog_init(&log, 1024);
	assert_false(preflight_judge(&log, RUN, &p, &out));
	assert_string_equal(buf_str(&out), "the request could not be sent\n");
	wlog_clear(&log);
	buf_clear(&out);
}

/* The whole of what is said, one for each word that is filled in. */
static void whole_texts(void **state)
{
	static const struct {
		struct answer answer;
		const char *text;
	} whole[] = {
		{ { 0, NULL, NULL, NULL, END_TIMEOUT, STAGE_HEAD, "still open",
		    false },
		  URL " takes connections, and no answer comes\n"
		      "  still open\n"
		      "  Is this the gateway's HTTP port? It may also be "
		      "waiting for an\n"
		      "  upstream that it cannot reach: point it at "
		      "http://127.0.0.1:8473.\n"
		      "  (ccprobe explain PRE-SILENT)\n" },
		{ { 401, JSON, NULL, "no", END_CLEAN, STAGE_NONE, NULL, false },
		  "the gateway refuses the key: status 401\n"
		  "  The key went in the header 'x'.\n"
		  "  Set it.\n"
		  "  --auth bearer, x-api-key or both says which header "
		  "carries it.\n"
		  "  It said: no\n"
		  "  (ccprobe explain PRE-KEY)\n" },
		{ { 405, NULL, NULL, NULL, END_CLEAN, STAGE_NONE, NULL, false },
		  "the gateway does not know /v1/messages: status 405\n"
		  "  The request went to " URL "/v1/messages.\n"
		  "  --gateway is what ANTHROPIC_BASE_URL would be: without "
		  "/v1 at the\n"
		  "  end, but with any prefix that the gateway has in front of "
		  "/v1.\n"
		  "  (ccprobe explain PRE-PATH)\n" },
		{ { 200, "text/html", NULL, "<html>", END_CLEAN, STAGE_NONE,
		    NULL, false },
		  URL " answers with a web page (status 200, text/html)\n"
		      "  This is a web server, a login page or a proxy's "
		      "error page, not\n"
		      "  the Messages API. Check host, port and path in "
		      "--gateway: the\n"
		      "  request went to <gateway>/v1/messages.\n"
		      "  (ccprobe explain PRE-PAGE)\n" },
		{ { 418, JSON, NULL, "{}", END_CLEAN, STAGE_NONE, NULL, true },
		  "an ordinary request is answered with status 418\n"
		  "  The request is what Claude Code 2.1.329 sends first, as "
		  "recorded.\n"
		  "  The gateway's own log should say why it refuses it.\n"
		  "  It said: {}\n"
		  "  (ccprobe explain PRE-STATUS)\n" },
		{ { 200, "a/b; c~d\x7f", NULL, "{}", END_CLEAN, STAGE_NONE,
		    NULL, true },
		  "the answer to an ordinary request is not a message\n"
		  "  Status 200, content type 'a/b; c~d?'.\n"
		  "  Expected: the stream of a message, or the message as "
		  "JSON.\n"
		  "  (ccprobe explain PRE-NO-MESSAGE)\n" },
	};
	struct buf out = BUF_INIT(16384);

	(void)state;
	for (size_t i = 0; i < sizeof(whole) / sizeof(whole[0]); i++) {
		buf_reset(&out);
		diagnose(&whole[i].answer, &out);
		assert_string_equal(buf_str(&out), whole[i].text);
	}
	buf_clear(&out);
}

/* A message has a reason to stop, or a block; one of them is enough. */
static void parts_of_messages(void **state)
{
	static const char *const bodies[] = {
		"{\"type\":\"message\",\"content\":[],\"stop_reason\":"
		"\"end_turn\"}",
		"{\"type\":\"message\",\"content\":[{\"type\":\"text\","
		"\"text\":\"a\"}],\"stop_reason\":null}",
	};
	struct answer a = { 200,       JSON,       NULL, NULL,
			    END_CLEAN, STAGE_NONE, NULL, true };
	struct buf out = BUF_INIT(16384);

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		a.body = bodies[i];
		diagnose(&a, &out);
		assert_string_equal(buf_str(&out), "");
	}
	buf_clear(&out);
}

/* Of a field no more than 200 bytes are told, of a path 80. */
static void long_words(void **state)
{
	struct answer a = { 302,       NULL,       NULL, NULL,
			    END_CLEAN, STAGE_NONE, NULL, false };
	struct buf out = BUF_INIT(16384);
	char text[300];

	(void)state;
	memset(text, 'a', sizeof(text));
	text[201] = '\0';
	a.location = text;
	diagnose(&a, &out);
	text[200] = '\0';
	assert_non_null(strstr(buf_str(&out), text));
	text[200] = 'a';
	assert_null(strstr(buf_str(&out), text));
	buf_reset(&out);
	a.location = NULL;
	a.upstream = true;
	text[0] = '/';
	text[81] = '\0';
	upstream_target = text;
	diagnose(&a, &out);
	assert_null(strstr(buf_str(&out), text));
	text[80] = '\0';
	assert_non_null(strstr(buf_str(&out), text));
	upstream_target = "/v1/messages";
	buf_clear(&out);
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
		{ "preflight: nothing was sent", not_sent, NULL, NULL, NULL },
		{ "preflight: whole texts", whole_texts, NULL, NULL, NULL },
		{ "preflight: a message has a block or a reason to stop",
		  parts_of_messages, NULL, NULL, NULL },
		{ "preflight: long words are cut", long_words, NULL, NULL,
		  NULL },
		{ "preflight: without a mock nothing is said of one",
		  without_mock, NULL, NULL, NULL },
		{ "preflight: an answer cannot write on the terminal",
		  hostile_header, NULL, NULL, NULL },
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("preflight", tests, NULL, NULL);
}
