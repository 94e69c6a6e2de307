/* mockupstream/requests: a line about each of the newest requests. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "mockupstream/requests.h"

enum { KEPT = 65536 };

static struct requests *requests;

static int set_up(void **state)
{
	(void)state;
	requests = requests_new();
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	requests_free(requests);
	requests_free(NULL);
	return 0;
}

/* An entry of the request with this number, of run 0xab. */
static struct wlog_entry entry_of(unsigned exchange, enum wlog_kind kind)
{
	return (struct wlog_entry){ .run = 0xab,
				    .actor = "u1",
				    .exchange = exchange,
				    .kind = kind,
				    .method = (char *)"POST",
				    .target = (char *)"/v1/messages?a=b" };
}

static void take(unsigned exchange, enum wlog_kind kind)
{
	struct wlog_entry e = entry_of(exchange, kind);

	requests_take(requests, &e);
}

static void take_body(unsigned exchange, const char *body)
{
	struct wlog_entry e = entry_of(exchange, WLOG_BODY);

	e.bytes = (char *)body;
	e.len = strlen(body);
	requests_take(requests, &e);
}

static void assert_lines(const struct journal_query *q, const char *wanted)
{
	struct buf out = BUF_INIT(BUF_NO_LIMIT);

	requests_write(requests, q, &out);
	assert_string_equal(buf_str(&out), wanted);
	buf_clear(&out);
}

#define ROW(run, exchange, rest) \
	"{\"run\":\"00000000000000" run \
	"\",\"actor\":\"u1\",\"exchange\":" exchange \
	",\"method\":\"POST\",\"target\":\"/v1/messages?a=b\"," rest "}"
#define OPEN(exchange, model) \
	ROW("ab", exchange, \
	    "\"model\":" model ",\"status\":0,\"end\":\"open\",\"open\":true")

static void t_lines(void **state)
{
	static const struct journal_query every = { .since = 0 };
	struct journal_query one = { .by_run = true, .run = 0xcd };
	struct wlog_entry e = entry_of(3, WLOG_REQUEST);

	(void)state;
	assert_lines(&every, "[\n]\n");
	take(1, WLOG_REQUEST);
	assert_lines(&every, "[\n" OPEN("1", "null") "\n]\n");
	take_body(1, "{\"model\":\"m\\u0031\"}");
	take_body(1, "{\"model\":\"m2\"}"); /* the first one counts */
	take_body(2, "{\"model\":\"of nobody\"}");
	assert_lines(&every, "[\n" OPEN("1", "\"m1\"") "\n]\n");
	e.run = 0xcd;
	requests_take(requests, &e);
	e.kind = WLOG_RESPONSE;
	e.status = 429;
	requests_take(requests, &e);
	e.kind = WLOG_END;
	e.end = END_CUT;
	requests_take(requests, &e);
	e.kind = WLOG_NOTE;
	e.end = END_CLEAN;
	requests_take(requests, &e);
#define OTHER \
	ROW("cd", "3", \
	    "\"model\":null,\"status\":429,\"end\":\"cut\",\"open\":false")
	assert_lines(&every, "[\n" OPEN("1", "\"m1\"") ",\n" OTHER "\n]\n");
	assert_lines(&one, "[\n" OTHER "\n]\n");
	requests_reset(requests);
	assert_lines(&every, "[\n]\n");
}

/* A body that names no model. */
static void t_no_model(void **state)
{
	static const char *const bodies[] = {
		"", "{", "[]", "{\"model\":7}", "{\"m\":\"x\"}", "\"model\""
	};
	static const struct journal_query every = { .since = 0 };

	(void)state;
	for (size_t i = 0; i < sizeof(bodies) / sizeof(bodies[0]); i++) {
		requests_reset(requests);
		take(1, WLOG_REQUEST);
		take_body(1, bodies[i]);
		assert_lines(&every, "[\n" OPEN("1", "null") "\n]\n");
	}
}

/* Clouds have the model in the path, and long texts are cut. */
static void t_path(void **state)
{
	static const struct journal_query every = { .since = 0 };
	struct wlog_entry e = entry_of(1, WLOG_REQUEST);
	char target[2000], told[2200];

	(void)state;
	e.target = (char *)"/model/a%3Ab/invoke?c=/model/d/invoke";
	requests_take(requests, &e);
	take_body(1, "{\"model\":\"m\"}");
	assert_lines(
		&every,
		"[\n{\"run\":\"00000000000000ab\",\"actor\":\"u1\","
		"\"exchange\":1,\"method\":\"POST\",\"target\":"
		"\"/model/a%3Ab/invoke?c=/model/d/invoke\",\"model\":"
		"\"a:b\",\"status\":0,\"end\":\"open\",\"open\":true}\n]\n");
	requests_reset(requests);
	memset(target, 'x', sizeof(target));
	target[sizeof(target) - 1] = '\0';
	e.target = target;
	requests_take(requests, &e);
	snprintf(told, sizeof(told),
		 "[\n{\"run\":\"00000000000000ab\",\"actor\":\"u1\","
		 "\"exchange\":1,\"method\":\"POST\",\"target\":\"%.1024s\","
		 "\"model\":null,\"status\":0,\"end\":\"open\","
		 "\"open\":true}\n]\n",
		 target);
	assert_lines(&every, told);
}

/* The oldest go, and are not found any more. */
static void t_ring(void **state)
{
	static const struct journal_query every = { .since = 0 };
	struct buf out = BUF_INIT(BUF_NO_LIMIT);
	size_t lines = 0;

	(void)state;
	for (unsigned i = 1; i <= KEPT + 2; i++)
		take(i, WLOG_REQUEST);
	take_body(2, "{\"model\":\"gone\"}");
	take_body(3, "{\"model\":\"first\"}");
	take_body(KEPT + 2, "{\"model\":\"last\"}");
	requests_write(requests, &every, &out);
	for (size_t i = 0; i < out.len; i++)
		lines += out.at[i] == '\n';
	assert_int_equal(lines, KEPT + 2);
	assert_true(span_starts(buf_span(&out),
				"[\n" OPEN("3", "\"first\"") ",\n"));
	assert_true(span_ends(buf_span(&out),
			      ",\n" OPEN("65538", "\"last\"") "\n]\n"));
	assert_null(strstr(buf_str(&out), "gone"));
	buf_clear(&out);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		{ "requests: a line about each", t_lines, set_up, tear_down,
		  NULL },
		{ "requests: a body that names no model", t_no_model, set_up,
		  tear_down, NULL },
		{ "requests: the model in the path, and long texts", t_path,
		  set_up, tear_down, NULL },
		{ "requests: the oldest go", t_ring, set_up, tear_down, NULL },
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("requests", tests, NULL, NULL);
}
