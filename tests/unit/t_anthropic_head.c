/* What all answers of the provider share: ids, header fields, errors. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "mockupstream/dialects/anthropic_private.h"
#include "mockupstream/reply.h"

static void t_headers(void **state)
{
	static const char *const rows[][2] = {
		{ "request-id", "req_01Mock00000000000007" },
		{ "anthropic-organization-id",
		  "00000000-0000-4000-8000-0000000000cc" },
		{ "anthropic-ratelimit-requests-limit", "4000000" },
		{ "anthropic-ratelimit-requests-remaining", "3999999" },
		{ "anthropic-ratelimit-tokens-limit", "480000000" },
		{ "anthropic-ratelimit-tokens-remaining", "479999000" },
		{ "anthropic-ratelimit-input-tokens-limit", "400000000" },
		{ "anthropic-ratelimit-input-tokens-remaining", "399999000" },
		{ "anthropic-ratelimit-output-tokens-limit", "80000000" },
		{ "anthropic-ratelimit-output-tokens-remaining", "80000000" },
	};
	static const char *const resets[] = { "requests", "tokens",
					      "input-tokens", "output-tokens" };
	struct headers h = { 0 };
	time_t before = time(NULL);

	(void)state;
	anthropic_headers(&h, 7);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		assert_string_equal(headers_get(&h, rows[i][0]), rows[i][1]);
	assert_int_equal(h.count, sizeof(rows) / sizeof(rows[0]) +
					  sizeof(resets) / sizeof(resets[0]));
	for (size_t i = 0; i < sizeof(resets) / sizeof(resets[0]); i++) {
		struct buf name = BUF_INIT(100);
		struct tm tm = { 0 };
		const char *end;

		buf_addf(&name, "anthropic-ratelimit-%s-reset", resets[i]);
		end = strptime(headers_get(&h, buf_str(&name)),
			       "%Y-%m-%dT%H:%M:%SZ", &tm);
		assert_non_null(end);
		assert_string_equal(end, "");
		/* In a minute, as it was before and is now. */
		assert_in_range(timegm(&tm), before + 60, time(NULL) + 60);
		buf_clear(&name);
	}
	headers_clear(&h);
}

/* What a script has said stays. */
static void t_missing(void **state)
{
	struct headers h = { 0 };

	(void)state;
	headers_add_text(&h, "Request-Id", "mine");
	headers_add_text(&h, "anthropic-ratelimit-tokens-limit", "5");
	anthropic_headers(&h, 7);
	assert_string_equal(headers_get(&h, "request-id"), "mine");
	assert_string_equal(headers_get(&h, "anthropic-ratelimit-tokens-limit"),
			    "5");
	assert_int_equal(headers_count(&h, "request-id"), 1);
	assert_int_equal(h.count, 14);
	headers_clear(&h);
}

static void t_credential(void **state)
{
	static const struct {
		const char *key, *authorization, *credential;
	} rows[] = {
		{ NULL, NULL, NULL },      { "k", NULL, "k" },
		{ NULL, "Bearer b", "b" }, { NULL, "bearer b", "b" },
		{ "k", "Bearer b", "k" },  { "", "Bearer b", "b" },
		{ "", NULL, NULL },        { NULL, "Bearer ", NULL },
		{ NULL, "Bearer", NULL },  { NULL, "Bearer_b", NULL },
		{ NULL, "Basic b", NULL }, { NULL, "b", NULL },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct headers h = { 0 };
		const char *is;

		if (rows[i].key)
			headers_add_text(&h, "x-api-key", rows[i].key);
		if (rows[i].authorization)
			headers_add_text(&h, "authorization",
					 rows[i].authorization);
		is = anthropic_credential(&h);
		if (rows[i].credential)
			assert_string_equal(is, rows[i].credential);
		else
			assert_null(is);
		headers_clear(&h);
	}
}

static void t_errors(void **state)
{
	struct reply reply = { 0 };

	(void)state;
	anthropic_error(&reply, 7, 418, "some_error", "a \"%s\" of %d", "pot",
			3);
	assert_int_equal(reply.kind, REPLY_BODY);
	assert_int_equal(reply.status, 418);
	assert_int_equal(reply.end, END_CLEAN);
	assert_string_equal(headers_get(&reply.headers, "content-type"),
			    "application/json");
	assert_string_equal(
		reply.bytes,
		"{\"type\":\"error\",\"error\":{\"type\":\"some_error\","
		"\"message\":\"a \\\"pot\\\" of 3\"},\"request_id\":"
		"\"req_01Mock00000000000007\"}");
	reply_clear(&reply);
	reply = (struct reply){ 0 };
	anthropic_error_coded(&reply, 7, 404, "some_code", "m");
	assert_int_equal(reply.status, 404);
	assert_string_equal(
		reply.bytes,
		"{\"type\":\"error\",\"error\":{\"type\":\"not_found_error\","
		"\"message\":\"m\",\"details\":{\"error_code\":\"some_code\"}},"
		"\"request_id\":\"req_01Mock00000000000007\"}");
	reply_clear(&reply);
	reply = (struct reply){ 0 };
	anthropic_error_coded(&reply, 7, 400, "some_code", "m");
	assert_int_equal(reply.status, 400);
	assert_non_null(strstr(reply.bytes, "\"invalid_request_error\""));
	reply_clear(&reply);
}

static void t_streams(void **state)
{
	struct buf text = BUF_INIT(1000);
	struct reply reply = { 0 };

	(void)state;
	buf_add_text(&text, "data: x\n\n");
	reply_stream(&reply, &text);
	assert_int_equal(reply.kind, REPLY_STREAM);
	assert_int_equal(reply.status, 200);
	assert_int_equal(reply.end, END_CLEAN);
	assert_string_equal(headers_get(&reply.headers, "content-type"),
			    "text/event-stream; charset=utf-8");
	assert_string_equal(headers_get(&reply.headers, "cache-control"),
			    "no-cache");
	assert_int_equal(reply.script->count, 1);
	assert_true(span_is(reply.script->steps[0].bytes, "data: x\n\n"));
	assert_int_equal(text.len, 0);
	reply_clear(&reply);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(t_headers),    cmocka_unit_test(t_missing),
		cmocka_unit_test(t_credential), cmocka_unit_test(t_errors),
		cmocka_unit_test(t_streams),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("anthropic_head", tests, NULL, NULL);
}
