/* Before the first case: the request that is sent, which answers are a refusal of
 * it, and the list of what may be wrong. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "probe/run/preflight/preflight.h"
#include "probe/suite/clients.h"
#include "probe/suite/scratch.h"

#define RUN 7
#define HEAD "POST /v1/messages?beta=true HTTP/1.1\r\nHost: h\r\nX-Y: z\r\n\r\n"
#define BODY "{\"m\":\"" CLIENTS_MARK "\"}"

static char *root;
static char session[4096]; /* of release 2.1.10 */

static int set_up(void **state)
{
	static const char *const folders[] = { "",
					       "/requests",
					       "/requests/2.1.10",
					       "/cloud",
					       "/cloud/2.1.10",
					       "/cloud/2.1.10/bedrock",
					       "/cloud/2.1.10/vertex",
					       "/requests/2.1.10/plain" };
	struct fail f = FAIL_INIT;

	(void)state;
	assert_int_equal(scratch_new(&root, &f), 0);
	for (size_t i = 0; i < sizeof(folders) / sizeof(folders[0]); i++) {
		snprintf(session, sizeof(session), "%s/fixtures%s", root,
			 folders[i]);
		assert_int_equal(mkdir(session, 0700), 0);
	}
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	scratch_free(root);
	return 0;
}

/* Another scenario of the same release. */
static void put_into(const char *scenario, const char *name, const char *text)
{
	char folder[4200];
	struct fail f = FAIL_INIT;

	snprintf(folder, sizeof(folder), "%s/fixtures/cloud/2.1.10/%s", root,
		 scenario);
	assert_int_equal(scratch_write(folder, name, span_of(text), &f), 0);
}

static void put(const char *name, const char *text)
{
	struct fail f = FAIL_INIT;

	assert_int_equal(scratch_write(session, name, span_of(text), &f), 0);
}

static void t_recorded(void **state)
{
	struct preflight_first first = { .root = root,
					 .client = "2.1.10",
					 .format = FORMAT_MESSAGES };
	struct fail f = FAIL_INIT;
	struct casefile *c = NULL;
	const struct request *r;

	(void)state;
	put("01.http", "HEAD / HTTP/1.1\r\n\r\n");
	put("02.http", HEAD BODY);
	assert_int_equal(preflight_case(&c, &first, &f), 0);
	assert_int_equal(c->limit_ms, PREFLIGHT_MS);
	assert_int_equal(c->step_count, 1);
	assert_int_equal(c->steps[0].kind, STEP_SEND);
	assert_string_equal(c->steps[0].actor, "c1");
	assert_int_equal(c->steps[0].count, 1);
	r = c->steps[0].request;
	assert_string_equal(r->source,
			    "fixtures/requests/2.1.10/plain/02.http");
	assert_string_equal(r->head.method, "POST");
	assert_string_equal(r->head.target, "/v1/messages?beta=true");
	assert_string_equal(headers_get(&r->head.headers, "x-y"), "z");
	assert_true(r->has_body);
	assert_false(r->keyed);
	assert_true(span_is(span_make(r->body, r->body_len), BODY));
	casefile_free(c);
}

static void t_model(void **state)
{
	struct preflight_first first = { .root = root,
					 .client = "2.1.10",
					 .format = FORMAT_MESSAGES,
					 .small = true,
					 .model = "a\"b" };
	struct fail f = FAIL_INIT;
	struct casefile *c = NULL;
	const struct request *r;

	(void)state;
	put("01.http", HEAD BODY);
	assert_int_equal(preflight_case(&c, &first, &f), 0);
	r = c->steps[0].request;
	assert_string_equal(r->head.target, "/v1/messages?beta=true");
	assert_true(r->has_body);
	assert_true(span_is(span_make(r->body, r->body_len),
			    "{\"model\":\"a\\\"b\",\"max_tokens\":16,"
			    "\"stream\":true,\"messages\":[{\"role\":\"user\","
			    "\"content\":\"Say hello. "
			    "[probe-0000000000000000]\"}]}"));
	casefile_free(c);
}

#define SMALL \
	",\"messages\":[{\"role\":\"user\",\"content\":\"Say hello. " \
	"[probe-0000000000000000]\"}]}"

/* The model stands in the path, and the credential is the gateway's. */
static void t_clouds(void **state)
{
	static const struct {
		enum format format;
		const char *folder, *base, *target, *model, *asked, *body;
	} rows[] = {
		{ FORMAT_BEDROCK, "bedrock", "/bedrock",
		  "/model/us.some-model-v1:0/invoke-with-response-stream",
		  "arn:aws:x/y",
		  "/model/arn:aws:x%2Fy/invoke-with-response-stream",
		  "{\"anthropic_version\":\"bedrock-2023-05-31\","
		  "\"max_tokens\":16" SMALL },
		{ FORMAT_VERTEX, "vertex", "/vertex/v1",
		  "/projects/p/publishers/anthropic/models/"
		  "some@1:streamRawPredict",
		  "other@2",
		  "/projects/p/publishers/anthropic/models/"
		  "other@2:streamRawPredict",
		  "{\"anthropic_version\":\"vertex-2023-10-16\","
		  "\"max_tokens\":16,\"stream\":true" SMALL },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct preflight_first first = { .root = root,
						 .client = "2.1.10",
						 .format = rows[i].format };
		struct fail f = FAIL_INIT;
		struct casefile *c = NULL;
		const struct request *r;
		char text[1024];

		snprintf(text, sizeof(text),
			 "POST %s%s HTTP/1.1\r\nx-y: z\r\n\r\n" BODY,
			 rows[i].base, rows[i].target);
		put_into(rows[i].folder, "01.http", text);
		assert_int_equal(preflight_case(&c, &first, &f), 0);
		r = c->steps[0].request;
		assert_true(r->keyed);
		assert_string_equal(r->head.target, rows[i].target);
		assert_true(span_is(span_make(r->body, r->body_len), BODY));
		casefile_free(c);
		first.small = true;
		assert_int_equal(preflight_case(&c, &first, &f), 0);
		r = c->steps[0].request;
		assert_string_equal(r->head.target, rows[i].target);
		assert_true(
			span_is(span_make(r->body, r->body_len), rows[i].body));
		casefile_free(c);
		first.model = rows[i].model;
		assert_int_equal(preflight_case(&c, &first, &f), 0);
		assert_string_equal(c->steps[0].request->head.target,
				    rows[i].asked);
		casefile_free(c);
	}
}

static void assert_refused(const char *client, const char *why, const char *at)
{
	struct fail f = FAIL_INIT;
	struct casefile *c = NULL;
	struct preflight_first first = { .root = root,
					 .client = client,
					 .format = FORMAT_MESSAGES };
	char text[8192];

	snprintf(text, sizeof(text), "%s%s", at, why);
	assert_int_equal(preflight_case(&c, &first, &f), -1);
	assert_null(c);
	assert_string_equal(f.text, text);
}

static void t_no_request(void **state)
{
	char path[8192];

	(void)state;
	assert_refused(NULL, "/fixtures/requests: no recorded requests", root);
	assert_refused("2.1.11",
		       "fixtures/requests/2.1.11/plain: no recorded turn 1",
		       "");
	assert_refused("2.1.10",
		       "fixtures/requests/2.1.10/plain: no recorded turn 1",
		       "");
	snprintf(path, sizeof(path), "%s/01.http", session);
	put("01.http", "no head\r\n\r\n" CLIENTS_MARK);
	assert_refused("2.1.10",
		       ": no recorded request: line 1: not a request line",
		       path);
	put("01.http", "POST /v1/messages HTTP/1.1\r\nX: " CLIENTS_MARK);
	assert_refused("2.1.10", ": no recorded request: its head has no end",
		       path);
	assert_int_equal(truncate(path, 8 * 1024 * 1024 + 1), 0);
	assert_refused("2.1.10", ": larger than 8388608 bytes", path);
}

/* ---- refusals ---- */

static bool is_refusal(int status)
{
	struct http_head head = { .status = status, .minor = 1 };
	struct http_head asked = { .minor = 1 };
	char reason[] = "x", method[] = "POST", target[] = "/v1/messages";
	struct wlog log;
	bool refusal;

	head.reason = reason;
	asked.method = method;
	asked.target = target;
	wlog_init(&log, 1024 * 1024);
	wlog_set_head(&log, wlog_add(&log, 0, RUN, "c1", 1, WLOG_REQUEST),
		      &asked);
	if (status > 0)
		wlog_set_head(&log,
			      wlog_add(&log, 1, RUN, "c1", 1, WLOG_RESPONSE),
			      &head);
	refusal = preflight_is_refusal(&log, RUN);
	assert_false(preflight_is_refusal(&log, RUN + 1));
	wlog_clear(&log);
	return refusal;
}

static void t_refusal(void **state)
{
	static const int refusals[] = { 400, 402, 406, 413, 422, 429, 499 };
	static const int others[] = { 0,   200, 302, 399, 401,
				      403, 404, 405, 500, 503 };

	(void)state;
	for (size_t i = 0; i < sizeof(refusals) / sizeof(refusals[0]); i++)
		if (!is_refusal(refusals[i]))
			fail_msg("%d is a refusal", refusals[i]);
	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
		if (is_refusal(others[i]))
			fail_msg("%d is no refusal", others[i]);
}

/* ---- codes ---- */

/* Each code of the list has a text with a way out; in it every letter stands for
 * words. */
static void t_codes(void **state)
{
	struct buf list = BUF_INIT(BUF_NO_LIMIT), text = list;
	const char *code;
	size_t n = 0;

	(void)state;
	preflight_list(&list);
	for (; (code = preflight_code(n)) != NULL; n++) {
		buf_reset(&text);
		assert_true(preflight_explain(code, &text));
		assert_true(span_starts(buf_span(&text), code));
		if (!strstr(buf_str(&text), "\n\nFix\n  ") ||
		    strchr(buf_str(&text), '%') ||
		    strstr(buf_str(&text), "..."))
			fail_msg("%s", buf_str(&text));
		assert_non_null(strstr(buf_str(&list), code));
	}
	assert_int_equal(n, 21);
	assert_null(preflight_code(n + 1));
	buf_reset(&text);
	assert_false(preflight_explain("PRE-KE", &text));
	assert_int_equal(text.len, 0);
	buf_clear(&list);
	buf_clear(&text);
}

static void t_explained(void **state)
{
	struct buf text = BUF_INIT(BUF_NO_LIMIT);

	(void)state;
	assert_true(preflight_explain("PRE-KEY", &text));
	assert_string_equal(
		buf_str(&text),
		"PRE-KEY (before the first case)\n"
		"  the gateway refuses the key: status N\n\n"
		"Fix\n"
		"  The key went in the header that --auth names (bearer: "
		"authorization).\n"
		"  Set the gateway's own key with --key VALUE or --key "
		"env:NAME.\n"
		"  --auth bearer, x-api-key or both says which header carries "
		"it.\n");
	buf_reset(&text);
	/* Two rows have this code. */
	assert_true(preflight_explain("PRE-SILENT", &text));
	assert_string_equal(
		buf_str(&text),
		"PRE-SILENT (before the first case)\n"
		"  URL takes connections, and no answer comes\n\n"
		"Fix\n"
		"  what the connection said\n"
		"  Is this the gateway's HTTP port?\n"
		"\nPRE-SILENT (before the first case)\n"
		"  URL takes connections, and no answer comes\n\n"
		"Fix\n"
		"  what the connection said\n"
		"  Is this the gateway's HTTP port? It may also be waiting for "
		"an\n"
		"  upstream that it cannot reach: point it at http://ADDR:PORT "
		"of the mock.\n");
	buf_clear(&text);
}

/* Two rows of one code and one headline are one in the list. */
static void t_list(void **state)
{
	struct buf list = BUF_INIT(BUF_NO_LIMIT);
	const char *first;

	(void)state;
	preflight_list(&list);
	assert_true(span_starts(buf_span(&list),
				"PRE-TLS\n  no TLS connection to URL: what the "
				"connection said\nPRE-NO-NAME\n"));
	first = strstr(buf_str(&list), "PRE-SILENT\n");
	assert_non_null(first);
	assert_null(strstr(first + 1, "PRE-SILENT\n"));
	first = strstr(buf_str(&list), "PRE-STATUS\n  a small request ");
	assert_non_null(first);
	assert_non_null(strstr(first, "PRE-STATUS\n  an ordinary request "));
	buf_clear(&list);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		{ "preflight: the first recorded turn is sent as it is",
		  t_recorded, set_up, tear_down, NULL },
		{ "preflight: a model is asked with a small body", t_model,
		  set_up, tear_down, NULL },
		{ "preflight: in Bedrock and Vertex mode the path has the "
		  "model",
		  t_clouds, set_up, tear_down, NULL },
		{ "preflight: without a request to send it says where",
		  t_no_request, set_up, tear_down, NULL },
		{ "preflight: which statuses refuse the request itself",
		  t_refusal, NULL, NULL, NULL },
		{ "preflight: each code is explained, without holes", t_codes,
		  NULL, NULL, NULL },
		{ "preflight: what a code means, and what to do", t_explained,
		  NULL, NULL, NULL },
		{ "preflight: the list has no row twice", t_list, NULL, NULL,
		  NULL },
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("preflight_case", tests, NULL, NULL);
}
