/* gateway/route: what is relayed, answered here, or refused. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "gateway/route.h"

static enum route_kind kind_of(const char *method, const char *path)
{
	return route_find(method, span_of(path)).kind;
}

static void expect_target(const char *from, const char *to)
{
	struct buf out = BUF_INIT(1000);

	assert_int_equal(route_target(span_of(from), &out), 0);
	assert_string_equal(buf_str(&out), to);
	buf_clear(&out);
}

static void t_relayed(void **state)
{
	(void)state;
	assert_int_equal(kind_of("POST", "/v1/messages"), ROUTE_RELAY);
	assert_int_equal(kind_of("POST", "/v1/messages/count_tokens"),
			 ROUTE_RELAY);
	assert_int_equal(kind_of("GET", "/v1/models"), ROUTE_RELAY);
	assert_int_equal(kind_of("GET", "/v1/models/claude-opus-4-8"),
			 ROUTE_RELAY);
}

static void t_local(void **state)
{
	(void)state;
	assert_int_equal(kind_of("HEAD", "/"), ROUTE_HELLO);
	assert_int_equal(kind_of("HEAD", "/api/hello"), ROUTE_HELLO);
}

static void t_unknown(void **state)
{
	static const char *const paths[] = {
		"",
		"/v1",
		"/v1/",
		"/v1/v1/messages",
		"/v1/messages/",
		"/v1/messages/batches",
		"/v1/chat/completions",
		"/api/event_logging/batch",
		"/V1/messages",
		"v1/messages",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(paths) / sizeof(*paths); i++)
		assert_int_equal(kind_of("POST", paths[i]), ROUTE_NONE);
}

static void t_climbing(void **state)
{
	static const char *const bad[] = {
		"/v1/models/a%2f..%2forganizations",
		"/v1/models/a%2F..%2Forganizations",
		"/v1/models/a\\..\\x",
		"/v1/models/a%5C..%5Cx",
		"/v1/models/x%00y",
		"/v1/models/a%0d%0aX:1",
		"/v1/models/a%20b",
		"/v1/models/a b",
		"/v1/models/a\tb",
		"/v1/models/a%252f",
		"/v1/models/a%",
		"/v1/models/a%2",
		"/v1/models/a%4g",
		"/v1/models/a%-1",
		"/v1/models/a%+4",
		"/v1/models/a;b",
		"/v1/models/a#b",
		"/v1/models/a\xff",
		"/v1/models/%2e",
		"/v1/models/-a",
	};
	static const char *const good[] = {
		"/v1/models/claude-opus-4-8",
		"/v1/models/claude-sonnet-4-5@20250929",
		"/v1/models/claude-sonnet-4-5%4020250929",
		"/v1/models/us.anthropic.claude-opus-4-20250514-v1:0",
		"/v1/models/us.anthropic.claude-opus-4-20250514-v1%3A0",
		"/v1/models/a_b",
		"/v1/models/7",
	};
	char path[300] = "/v1/models/";

	(void)state;
	assert_int_equal(kind_of("GET", "/v1/models/"), ROUTE_NONE);
	assert_int_equal(kind_of("GET", "/v1/models/.."), ROUTE_NONE);
	assert_int_equal(kind_of("GET", "/v1/models/%2e%2e"), ROUTE_NONE);
	assert_int_equal(kind_of("GET", "/v1/models/../files"), ROUTE_NONE);
	assert_int_equal(kind_of("GET", "/v1/models/a/../../files"),
			 ROUTE_NONE);
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++)
		if (kind_of("GET", bad[i]) != ROUTE_NONE)
			fail_msg("%s is relayed", bad[i]);
	for (size_t i = 0; i < sizeof(good) / sizeof(*good); i++)
		if (kind_of("GET", good[i]) != ROUTE_RELAY)
			fail_msg("%s is not relayed", good[i]);
	memset(path + 11, 'm', 257);
	assert_int_equal(kind_of("GET", path), ROUTE_NONE);
	path[267] = '\0';
	assert_int_equal(kind_of("GET", path), ROUTE_RELAY);
}

static void t_method(void **state)
{
	struct route route = route_find("GET", span_of("/v1/messages"));

	(void)state;
	assert_int_equal(route.kind, ROUTE_METHOD);
	assert_string_equal(route.allow, "POST");
	assert_int_equal(kind_of("post", "/v1/messages"), ROUTE_METHOD);
	assert_int_equal(kind_of("GET", "/"), ROUTE_METHOD);
	assert_false(route.of_ledger);
	assert_true(route_find("GET", span_of("/api/v1/credits")).of_ledger);
}

static void t_slashes(void **state)
{
	(void)state;
	expect_target("//v1/messages", "/v1/messages");
	expect_target("///v1//messages?a=//b", "/v1/messages?a=//b");
	expect_target("/v1/messages?", "/v1/messages?");
}

static void t_query(void **state)
{
	(void)state;
	expect_target("/v1/messages?beta=true&x=%20?y",
		      "/v1/messages?beta=true&x=%20?y");
	expect_target("/v1/messages?a=b HTTP/1.1\r\nx: y",
		      "/v1/messages?a=b%20HTTP/1.1%0D%0Ax:%20y");
	expect_target("/v1/models?a\t\x1b\x7f\xff#",
		      "/v1/models?a%09%1B%7F%FF%23");
}

static void t_absolute(void **state)
{
	(void)state;
	expect_target("http://gateway:8080//v1/models?limit=1000",
		      "/v1/models?limit=1000");
	expect_target("https://gateway", "");
}

static void t_too_long(void **state)
{
	struct buf out = BUF_INIT(8);

	(void)state;
	assert_int_equal(route_target(span_of("/v1/messages"), &out), -1);
	buf_reset(&out);
	assert_int_equal(route_target(span_of("/a?bcdefgh"), &out), -1);
	buf_reset(&out);
	assert_int_equal(route_target(span_of("/a?bcde "), &out), -1);
	buf_reset(&out);
	assert_int_equal(route_target(span_of("/a?bc "), &out), 0);
	assert_string_equal(buf_str(&out), "/a?bc%20");
	buf_clear(&out);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		{ "route: the provider's paths are relayed", t_relayed, NULL,
		  NULL, NULL },
		{ "route: connection warmers are answered here", t_local, NULL,
		  NULL, NULL },
		{ "route: nothing else is known", t_unknown, NULL, NULL, NULL },
		{ "route: a model's name cannot climb out of its path",
		  t_climbing, NULL, NULL, NULL },
		{ "route: a wrong method names the right one", t_method, NULL,
		  NULL, NULL },
		{ "route: runs of slashes in the path are one", t_slashes, NULL,
		  NULL, NULL },
		{ "route: the query is kept byte for byte", t_query, NULL, NULL,
		  NULL },
		{ "route: an absolute target loses its origin", t_absolute,
		  NULL, NULL, NULL },
		{ "route: a target over the limit is refused", t_too_long, NULL,
		  NULL, NULL },
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("route", tests, NULL, NULL);
}
