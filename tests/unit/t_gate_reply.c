/* gateway/reply, upstream, health: the gateway's own answers. */
#include <ctype.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "gateway/health.h"
#include "gateway/reply.h"
#include "gateway/upstream.h"

static const char *type_of(int status)
{
	switch (status) {
	case 401:
		return "authentication_error";
	case 404:
		return "not_found_error";
	case 408:
	case 504:
		return "timeout_error";
	case 402:
		return "billing_error";
	case 429:
		return "rate_limit_error";
	case 413:
		return "request_too_large";
	case 400:
	case 405:
	case 414:
	case 431:
	case 501:
	case 505:
		return "invalid_request_error";
	default:
		return "api_error";
	}
}

/* The shape of an error, for each status there is. */
static void t_refusal(void **state)
{
	(void)state;
	for (int status = 400; status < 600; status++) {
		struct framing_refusal why = { .status = status,
					       .text = "a \"word\"" };
		struct headers headers = { 0 };
		struct buf body = BUF_INIT(1000), want = BUF_INIT(1000);
		const char *id;

		reply_refusal(BRIDGE_NONE, &why, &headers, &body);
		assert_int_equal(headers.count, 2);
		assert_string_equal(headers_get(&headers, "content-type"),
				    "application/json");
		id = headers_get(&headers, "request-id");
		buf_addf(&want,
			 "{\"type\":\"error\",\"error\":{\"type\":\"%s\","
			 "\"message\":\"a \\\"word\\\"\"},"
			 "\"request_id\":\"%s\"}",
			 type_of(status), id);
		assert_string_equal(buf_str(&body), buf_str(&want));
		headers_clear(&headers);
		buf_clear(&body);
		buf_clear(&want);
	}
}

static void new_id(char out[64])
{
	struct framing_refusal why = { .status = 400, .text = "x" };
	struct headers headers = { 0 };
	struct buf body = BUF_INIT(1000);

	reply_refusal(BRIDGE_NONE, &why, &headers, &body);
	snprintf(out, 64, "%s", headers_get(&headers, "request-id"));
	headers_clear(&headers);
	buf_clear(&body);
}

/* 64 bits of randomness: none of them always says the same. */
static void t_ids(void **state)
{
	char first[64];
	bool differs[16] = { false };

	(void)state;
	new_id(first);
	for (int n = 0; n < 200; n++) {
		char id[64];

		new_id(id);
		assert_int_equal(strlen(id), strlen("req_gw_") + 16);
		assert_memory_equal(id, "req_gw_", 7);
		for (size_t i = 0; i < 16; i++) {
			assert_true(isxdigit((unsigned char)id[7 + i]));
			differs[i] |= id[7 + i] != first[7 + i];
		}
	}
	for (size_t i = 0; i < 16; i++)
		assert_true(differs[i]);
}

/* What a client reads when the upstream gave no answer. */
static void t_upstream(void **state)
{
	static const struct {
		enum stream_end end;
		int status;
		const char *message;
	} rows[] = {
		{ END_REFUSED, 502,
		  "the gateway has no connection to its upstream" },
		{ END_TIMEOUT, 504, "the upstream did not answer in time" },
		{ END_RESET, 502,
		  "the upstream reset the connection before it answered" },
		{ END_BAD, 502, "what the upstream answered is not HTTP" },
		{ END_CUT, 502,
		  "the upstream closed the connection before it answered" },
		{ END_CLEAN, 502,
		  "the upstream closed the connection before it answered" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		assert_int_equal(upstream_status(rows[i].end), rows[i].status);
		assert_string_equal(upstream_message(rows[i].end),
				    rows[i].message);
	}
}

static void t_health_methods(void **state)
{
	static const struct {
		const char *method;
		enum route_kind kind;
	} rows[] = {
		{ "GET", ROUTE_HEALTH },     { "HEAD", ROUTE_HEALTH },
		{ "POST", ROUTE_METHOD },    { "get", ROUTE_METHOD },
		{ "OPTIONS", ROUTE_METHOD },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct route route = health_route(rows[i].method);

		assert_int_equal(route.kind, rows[i].kind);
		assert_string_equal(route.allow, "GET");
	}
}

#define SPELLING \
	"the health path begins with one slash, and has letters, digits, " \
	"'.', '_', '~', '-' and '/' in it"

static void t_health_paths(void **state)
{
	static const struct {
		const char *path, *why;
	} rows[] = {
		{ "/healthz", NULL },
		{ "/a", NULL },
		{ "/-/Live.1_x~", NULL },
		{ "/v1", NULL },
		{ "/api", NULL },
		{ "/a/", NULL },
		{ "", SPELLING },
		{ "/", SPELLING },
		{ "a", SPELLING },
		{ "//a", SPELLING },
		{ "/a//b", SPELLING },
		{ "/a b", SPELLING },
		{ "/a%62", SPELLING },
		{ "/\xc3\xa9", SPELLING },
		{ "/v1/x", "the health path '/v1/x' is one that clients use; "
			   "take another, such as /healthz" },
		{ "/api/x", "the health path '/api/x' is one that clients "
			    "use; take another, such as /healthz" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct fail f = FAIL_INIT;

		assert_int_equal(health_check_path(rows[i].path, &f),
				 rows[i].why ? -1 : 0);
		if (rows[i].why)
			assert_string_equal(f.text, rows[i].why);
	}
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		{ "reply: each status has its type of error", t_refusal, NULL,
		  NULL, NULL },
		{ "reply: ids are random", t_ids, NULL, NULL, NULL },
		{ "upstream: why there is no answer", t_upstream, NULL, NULL,
		  NULL },
		{ "health: which methods it has", t_health_methods, NULL, NULL,
		  NULL },
		{ "health: which paths it may have", t_health_paths, NULL, NULL,
		  NULL },
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("gate_reply", tests, NULL, NULL);
}
