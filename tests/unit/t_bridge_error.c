/* Errors of each side, as the other side's clients know them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "gateway/bridge/bridge_private.h"

static void t_blot(void **state)
{
	static const char *const rows[][2] = {
		{ "User: arn:aws:sts::123456789012:assumed-role/x/y is not "
		  "authorized to perform: bedrock:InvokeModel on resource: "
		  "arn:aws:bedrock:us-east-1::foundation-model/a-v1:0.",
		  "User: <arn> is not authorized to perform: "
		  "bedrock:InvokeModel on resource: <arn>." },
		{ "(arn:aws:bedrock:us-east-1:123456789012:"
		  "application-inference-profile/abc)",
		  "(<arn>)" },
		{ "Account 123456789012 has none",
		  "Account <account> has none" },
		{ "Permission denied on resource "
		  "'//aiplatform.googleapis.com/projects/my-project-1/"
		  "locations/"
		  "us-east5'",
		  "Permission denied on resource "
		  "'//aiplatform.googleapis.com/projects/<project>/locations/"
		  "us-east5'" },
		{ "x@my-project-1.iam.gserviceaccount.com may not",
		  "<account> may not" },
		/* What only looks like one. */
		{ "1234567890123 tokens, 12345678901 of them",
		  "1234567890123 tokens, 12345678901 of them" },
		{ "toolu_123456789012 and a123456789012",
		  "toolu_123456789012 and a123456789012" },
		{ "warn: projects/ in this", "warn: projects/ in this" },
		{ "learn:this someone@example.com",
		  "learn:this someone@example.com" },
		{ "max_tokens: 5 > 4", "max_tokens: 5 > 4" },
		{ "projects/p/x projects/-", "projects/<project>/x "
					     "projects/<project>" },
		{ "at arn:aws:x:.: it", "at <arn>:.: it" },
		{ "of a.gserviceaccount.com", "of <account>" },
		{ "", "" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct buf b = BUF_INIT(4096);

		buf_add_text(&b, rows[i][0]);
		bridge_error_blot(&b);
		assert_string_equal(buf_str(&b), rows[i][1]);
		buf_clear(&b);
	}
}

/* A text may be as long as an answer, and a single word: what is looked at again
 * for each of its bytes would take hours. */
static void t_blot_long(void **state)
{
	static const char *const units[] = {
		"a", "a.", "a@", "1", "arn", "arn:", "projects/", "a_1."
	};

	(void)state;
	for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++) {
		struct buf b = BUF_INIT(BUF_NO_LIMIT);

		while (b.len < 4 * 1024 * 1024)
			buf_add_text(&b, units[i]);
		buf_add_text(&b, " at 123456789012");
		bridge_error_blot(&b);
		assert_true(span_ends(buf_span(&b), " at <account>"));
		buf_clear(&b);
	}
}

static void t_words(void **state)
{
	static const char *const rows[][2] = {
		{ "{\"message\":\"a\\n\"}", "a\n" },
		{ "{\"Message\":\"a\"}", "a" },
		{ "{\"error\":{\"message\":\"a\"},\"message\":\"b\"}", "a" },
		{ "[{\"error\":{\"code\":429,\"message\":\"a\"}}]", "a" },
		{ "{\"error\":\"a\"}", "a" },
		{ "{\"x\":1}", "{\"x\":1}" },
		{ "[]", "[]" },
		{ "[{\"x\":1},2]", "{\"x\":1}" },
		{ "{\"error\":{\"message\":7},\"message\":\"b\"}", "b" },
		{ "{\"message\":7,\"Message\":\"b\"}", "b" },
		{ "no JSON", "no JSON" },
		{ "", "" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct buf b = BUF_INIT(4096);

		bridge_error_words(span_of(rows[i][0]), &b);
		assert_string_equal(buf_str(&b), rows[i][1]);
		buf_clear(&b);
	}
}

static void t_long_words(void **state)
{
	struct buf body = BUF_INIT(8192), words = BUF_INIT(8192);

	(void)state;
	for (int i = 0; i < 4000; i++)
		buf_add_byte(&body, 'x');
	bridge_error_words(buf_span(&body), &words);
	assert_int_equal(words.len, 2000);
	buf_clear(&body);
	buf_clear(&words);
}

static void t_written(void **state)
{
	static const struct {
		enum bridge_vendor vendor;
		int status;
		const char *name, *body;
	} rows[] = {
		{ BRIDGE_BEDROCK, 400, "ValidationException",
		  "{\"message\":\"w\\\"\"}" },
		{ BRIDGE_BEDROCK, 401, "UnrecognizedClientException",
		  "{\"message\":\"w\\\"\"}" },
		{ BRIDGE_BEDROCK, 403, "AccessDeniedException",
		  "{\"message\":\"w\\\"\"}" },
		{ BRIDGE_BEDROCK, 404, "ResourceNotFoundException",
		  "{\"message\":\"w\\\"\"}" },
		{ BRIDGE_BEDROCK, 418, "ValidationException",
		  "{\"message\":\"w\\\"\"}" },
		{ BRIDGE_BEDROCK, 429, "ThrottlingException",
		  "{\"message\":\"w\\\"\"}" },
		{ BRIDGE_BEDROCK, 502, "InternalServerException",
		  "{\"message\":\"w\\\"\"}" },
		{ BRIDGE_BEDROCK, 529, "ServiceUnavailableException",
		  "{\"message\":\"w\\\"\"}" },
		{ BRIDGE_VERTEX, 401, "UnrecognizedClientException",
		  "{\"error\":{\"code\":401,\"message\":\"w\\\"\",\"status\":"
		  "\"UNAUTHENTICATED\"}}" },
		{ BRIDGE_VERTEX, 502, "InternalServerException",
		  "{\"error\":{\"code\":502,\"message\":\"w\\\"\",\"status\":"
		  "\"INTERNAL\"}}" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct buf b = BUF_INIT(4096);

		bridge_error_write(rows[i].vendor, rows[i].status,
				   span_of("w\""), &b);
		assert_string_equal(buf_str(&b), rows[i].body);
		assert_string_equal(bridge_error_name(rows[i].status),
				    rows[i].name);
		buf_clear(&b);
	}
}

/* The name of each status, and Google's. */
static void t_statuses(void **state)
{
	static const struct {
		int status;
		const char *bedrock, *google;
	} rows[] = {
		{ 401, "UnrecognizedClientException", "UNAUTHENTICATED" },
		{ 403, "AccessDeniedException", "PERMISSION_DENIED" },
		{ 404, "ResourceNotFoundException", "NOT_FOUND" },
		{ 408, "ModelTimeoutException", "DEADLINE_EXCEEDED" },
		{ 424, "ModelErrorException", "FAILED_PRECONDITION" },
		{ 429, "ThrottlingException", "RESOURCE_EXHAUSTED" },
		{ 503, "ServiceUnavailableException", "UNAVAILABLE" },
		{ 504, "ModelTimeoutException", "DEADLINE_EXCEEDED" },
		{ 529, "ServiceUnavailableException", "UNAVAILABLE" },
	};
	size_t at = 0;

	(void)state;
	for (int status = 300; status < 600; status++) {
		const char *bedrock = "InternalServerException";
		const char *google = "INTERNAL";
		struct buf b = BUF_INIT(4096), want = BUF_INIT(4096);

		if (at < sizeof(rows) / sizeof(rows[0]) &&
		    rows[at].status == status) {
			bedrock = rows[at].bedrock;
			google = rows[at++].google;
		} else if (status / 100 == 4) {
			bedrock = "ValidationException";
			google = "INVALID_ARGUMENT";
		}
		assert_string_equal(bridge_error_name(status), bedrock);
		bridge_error_write(BRIDGE_VERTEX, status, span_of("w"), &b);
		buf_addf(&want,
			 "{\"error\":{\"code\":%d,\"message\":\"w\","
			 "\"status\":\"%s\"}}",
			 status, google);
		assert_string_equal(buf_str(&b), buf_str(&want));
		buf_clear(&b);
		buf_clear(&want);
	}
}

/* An error in a stream: its names, and the status that it would have had. */
static void t_named(void **state)
{
	static const struct {
		const char *bedrock, *messages;
		int status;
	} names[] = {
		{ "throttlingException", "rate_limit_error", 429 },
		{ "validationException", "invalid_request_error", 400 },
		{ "internalServerException", "api_error", 500 },
		{ "serviceUnavailableException", "overloaded_error", 529 },
		{ "modelTimeoutException", "timeout_error", 504 },
		{ "modelStreamErrorException", "api_error", 500 },
		{ "other", "api_error", 500 },
	}, types[] = {
		{ "throttlingException", "rate_limit_error", 429 },
		{ "validationException", "invalid_request_error", 400 },
		{ "internalServerException", "api_error", 500 },
		{ "throttlingException", "overloaded_error", 529 },
		{ "validationException", "authentication_error", 401 },
		{ "validationException", "permission_error", 403 },
		{ "validationException", "not_found_error", 404 },
		{ "validationException", "request_too_large", 413 },
		{ "validationException", "billing_error", 402 },
		{ "modelTimeoutException", "timeout_error", 504 },
		{ "modelStreamErrorException", "other", 500 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		const struct bridge_exception *e =
			bridge_exception_named(span_of(names[i].bedrock));

		assert_string_equal(e->messages, names[i].messages);
		assert_int_equal(e->status, names[i].status);
	}
	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
		const struct bridge_exception *e =
			bridge_exception_typed(span_of(types[i].messages));

		assert_string_equal(e->bedrock, types[i].bedrock);
		assert_int_equal(e->status, types[i].status);
	}
}

/* Would another provider refuse this request, too? */
static void t_of_request(void **state)
{
	static const struct {
		int status;
		const char *words;
		bool is;
	} rows[] = {
		{ 399, "w", false },
		{ 400, "w", true },
		{ 401, "w", false },
		{ 412, "w", false },
		{ 413, "w", true },
		{ 414, "w", false },
		{ 429, "w", false },
		{ 400, "this model doesn't support counting tokens.", false },
		{ 413, "this model doesn't support counting tokens.", true },
		{ 400, "The provided model identifier is invalid.", false },
		{ 400, "w: The provided model identifier is invalid.", true },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char body[200];

		snprintf(body, sizeof(body), "{\"message\":\"%s\"}",
			 rows[i].words);
		if (bridge_error_is_of_request(rows[i].status, span_of(body)) !=
		    rows[i].is)
			fail_msg("%d %s", rows[i].status, rows[i].words);
	}
}

static void t_plain(void **state)
{
#define LONG "Input is too long."
	static const struct {
		int status, want;
		const char *body, *type, *words;
	} rows[] = {
		{ 400, 400, "{\"message\":\"x: Extra inputs\"}",
		  "invalid_request_error", "x: Extra inputs" },
		{ 400, 400, "{\"message\":\"Input is too long.\"}",
		  "invalid_request_error", LONG },
		{ 400, 400,
		  "{\"message\":\"Input is too long for requested model.\"}",
		  "invalid_request_error", LONG },
		{ 400, 400, "{\"message\":\"input is too long\"}",
		  "invalid_request_error", LONG },
		{ 400, 400,
		  "{\"error\":{\"code\":400,\"message\":\"The request size "
		  "(30037042 bytes) exceeds 30.000MB limit.\"}}",
		  "invalid_request_error", LONG },
		{ 400, 400,
		  "[{\"error\":{\"message\":\"The message size (1 bytes) "
		  "exceeds 30.000MB limit.\"}}]",
		  "invalid_request_error", LONG },
		{ 400, 400, "{\"message\":\"The request size is odd\"}",
		  "invalid_request_error", "The request size is odd" },
		{ 400, 404,
		  "{\"message\":\"The provided model identifier is "
		  "invalid.\"}",
		  "not_found_error",
		  "The provided model identifier is invalid." },
		{ 399, 399, "{\"message\":\"w\"}", "api_error", "w" },
		{ 499, 499, "{\"message\":\"w\"}", "invalid_request_error",
		  "w" },
		{ 500, 500, "{\"message\":\"w\"}", "api_error", "w" },
		{ 413, 413,
		  "{\"type\":\"error\",\"error\":{\"type\":"
		  "\"odd_error\",\"message\":\"account 123456789012\"}}",
		  "odd_error", "account 123456789012" },
		{ 400, 400,
		  "{\"type\":\"error\",\"error\":{\"type\":7,"
		  "\"message\":\"account 123456789012\"}}",
		  "invalid_request_error", "account <account>" },
		{ 400, 400,
		  "{\"message\":\"The message size (1 bytes) is odd\"}",
		  "invalid_request_error",
		  "The message size (1 bytes) is odd" },
		{ 400, 400, "{\"message\":\"3MB limit\"}",
		  "invalid_request_error", "3MB limit" },
		{ 400, 400, "{\"message\":\" Input is too lon\"}",
		  "invalid_request_error", " Input is too lon" },
		{ 400, 400, "{\"message\":\" Input is too long\"}",
		  "invalid_request_error", LONG },
		{ 400, 400, "{\"message\":\"Input is\"}",
		  "invalid_request_error", "Input is" },
		/* Anthropic's own words stay as they are. */
		{ 400, 400,
		  "{\"type\":\"error\",\"error\":{\"type\":"
		  "\"invalid_request_error\",\"message\":\"prompt is too long: "
		  "123456789012 tokens > 1 maximum\"}}",
		  "invalid_request_error",
		  "prompt is too long: 123456789012 tokens > 1 maximum" },
		{ 500, 500,
		  "{\"type\":\"error\",\"error\":{\"type\":\"odd_error\","
		  "\"message\":\"account 123456789012\"}}",
		  "odd_error", "account <account>" },
		{ 400, 400,
		  "{\"error\":{\"type\":\"odd_error\",\"message\":\"m\"}}",
		  "invalid_request_error", "m" },
		{ 401, 401, "{\"message\":\"key arn:aws:x\"}",
		  "authentication_error",
		  "the provider does not take the gateway's credential: "
		  "whoever runs the gateway has to renew it" },
		{ 403, 403, "{\"message\":\"arn:aws:x is not allowed\"}",
		  "permission_error",
		  "the provider does not let the gateway do this: whoever "
		  "runs the gateway has to ask for it" },
		{ 404, 404, "{\"message\":\"no arn:aws:x\"}", "not_found_error",
		  "no <arn>" },
		{ 413, 413, "{\"message\":\"big\"}", "request_too_large",
		  "big" },
		{ 424, 500, "{\"message\":\"model\"}", "api_error", "model" },
		{ 429, 429, "{\"message\":\"slow\"}", "rate_limit_error",
		  "slow" },
		{ 503, 503, "{\"message\":\"busy\"}", "api_error", "busy" },
		{ 529, 529, "{\"message\":\"busy\"}", "overloaded_error",
		  "busy" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct buf b = BUF_INIT(4096), want = BUF_INIT(4096);

		assert_int_equal(bridge_error_plain(rows[i].status,
						    span_of(rows[i].body),
						    "id-1", &b),
				 rows[i].want);
		buf_addf(&want,
			 "{\"type\":\"error\",\"error\":{\"type\":\"%s\","
			 "\"message\":\"%s\"},\"request_id\":\"id-1\"}",
			 rows[i].type, rows[i].words);
		assert_string_equal(buf_str(&b), buf_str(&want));
		buf_clear(&b);
		buf_clear(&want);
	}
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		{ "bridge: accounts, projects and ARNs are taken out", t_blot,
		  NULL, NULL, NULL },
		{ "bridge: the same in a text that does not end", t_blot_long,
		  NULL, NULL, NULL },
		{ "bridge: words of an error", t_words, NULL, NULL, NULL },
		{ "bridge: as much as is shown", t_long_words, NULL, NULL,
		  NULL },
		{ "bridge: errors for clients of Bedrock and Vertex", t_written,
		  NULL, NULL, NULL },
		{ "bridge: the names of each status", t_statuses, NULL, NULL,
		  NULL },
		{ "bridge: the names of errors in a stream", t_named, NULL,
		  NULL, NULL },
		{ "bridge: errors that a request has everywhere", t_of_request,
		  NULL, NULL, NULL },
		{ "bridge: errors of theirs for others", t_plain, NULL, NULL,
		  NULL },
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("bridge_error", tests, NULL, NULL);
}
