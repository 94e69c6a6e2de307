/* Tests of wire/http/hop. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "wire/http/hop.h"

static struct http_head answer(const char *text)
{
	struct http_head h = { .status = 0 };

	assert_true(http_response_read(span_of(text), &h, NULL) > 0);
	return h;
}

static void t_fields(void **state)
{
	struct http_head h = answer("HTTP/1.1 200 OK\r\n"
				    "Connection: close, X-Mine\r\n\r\n");

	(void)state;
	assert_true(hop_is_field(&h.headers, "Transfer-Encoding"));
	assert_true(hop_is_field(&h.headers, "proxy-authenticate"));
	assert_true(hop_is_field(&h.headers, "x-mine"));
	assert_false(hop_is_field(&h.headers, "x-yours"));
	assert_true(hop_is_field(&h.headers, "Connection"));
	assert_true(hop_is_field(&h.headers, "keep-alive"));
	assert_true(hop_is_field(&h.headers, "TE"));
	assert_true(hop_is_field(&h.headers, "trailer"));
	assert_true(hop_is_field(&h.headers, "upgrade"));
	assert_true(hop_is_field(&h.headers, "Proxy-"));
	assert_false(hop_is_field(&h.headers, "proxy"));
	assert_false(hop_is_field(&h.headers, "proxyx"));
	assert_false(hop_is_field(&h.headers, "trailers"));
	assert_false(hop_is_field(&h.headers, "content-length"));
	http_head_clear(&h);
}

static void assert_length(const char *text, bool known, uint64_t wanted)
{
	struct http_head h = answer(text);
	uint64_t length = 0;

	assert_int_equal(hop_length(&h, &length), known);
	if (known)
		assert_int_equal(length, wanted);
	http_head_clear(&h);
}

static void t_length(void **state)
{
	(void)state;
	assert_length("HTTP/1.1 200 OK\r\ncontent-length: 12\r\n\r\n", true,
		      12);
	assert_length("HTTP/1.1 204 x\r\ncontent-length: 12\r\n\r\n", true, 0);
	assert_length("HTTP/1.1 304 x\r\ncontent-length: 12\r\n\r\n", true, 0);
	assert_length("HTTP/1.1 304 x\r\n\r\n", true, 0);
	assert_length("HTTP/1.1 203 x\r\ncontent-length: 12\r\n\r\n", true, 12);
	assert_length("HTTP/1.1 205 x\r\ncontent-length: 12\r\n\r\n", true, 12);
	assert_length("HTTP/1.1 303 x\r\ncontent-length: 12\r\n\r\n", true, 12);
	assert_length("HTTP/1.1 305 x\r\ncontent-length: 12\r\n\r\n", true, 12);
	assert_length("HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n", true, 0);
	assert_length("HTTP/1.1 200 OK\r\n\r\n", false, 0);
	assert_length("HTTP/1.1 200 OK\r\ncontent-length: 1x\r\n\r\n", false,
		      0);
	assert_length("HTTP/1.1 200 OK\r\ncontent-length: 12\r\n"
		      "transfer-encoding: chunked\r\n\r\n",
		      false, 0);
}

#define NO_NUMBER "a Content-Length that is no number we know"
#define DIFFER "two lengths that differ"

static void t_doubt(void **state)
{
	static const struct {
		const char *fields;
		const char *why;
	} rows[] = {
		{ "", NULL },
		{ "content-length: 12\r\n", NULL },
		{ "content-length: 12\r\nContent-Length: 12\r\n", NULL },
		{ "content-length: 12, 12\r\n", NULL },
		{ "content-length: 0\r\n", NULL },
		{ "content-length: 0\r\ncontent-length: 1\r\n", DIFFER },
		{ "content-length: 1\r\ncontent-length: 1\r\n"
		  "content-length: 2\r\n",
		  DIFFER },
		{ "content-length: 1\r\ncontent-length: x\r\n", NO_NUMBER },
		{ "content-length: 12\r\ncontent-length: 13\r\n", DIFFER },
		{ "content-length: 12, 13\r\n", DIFFER },
		{ "content-length: 12,\r\n", NO_NUMBER },
		{ "content-length: \r\n", NO_NUMBER },
		{ "content-length: -1\r\n", NO_NUMBER },
		{ "content-length: 9223372036854775807\r\n", NULL },
		{ "content-length: 9223372036854775808\r\n", NO_NUMBER },
		{ "content-length: 99999999999999999999\r\n", NO_NUMBER },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char text[200];
		struct http_head h;

		snprintf(text, sizeof(text), "HTTP/1.1 200 OK\r\n%s\r\n",
			 rows[i].fields);
		h = answer(text);
		if (rows[i].why)
			assert_string_equal(hop_doubt(&h), rows[i].why);
		else
			assert_null(hop_doubt(&h));
		http_head_clear(&h);
	}
	assert_length("HTTP/1.1 200 OK\r\ncontent-length: 12, 12\r\n\r\n", true,
		      12);
	assert_length("HTTP/1.1 200 OK\r\ncontent-length: 12, 13\r\n\r\n",
		      false, 0);
}

static void assert_stream(const char *text, bool wanted)
{
	struct http_head h = answer(text);

	assert_int_equal(hop_is_stream(&h.headers), wanted);
	http_head_clear(&h);
}

static void t_stream(void **state)
{
	(void)state;
	assert_stream("HTTP/1.1 200 OK\r\ncontent-type: Text/Event-Stream ;"
		      " charset=utf-8\r\n\r\n",
		      true);
	assert_stream("HTTP/1.1 200 OK\r\ncontent-type: text/event-streams"
		      "\r\n\r\n",
		      false);
	assert_stream("HTTP/1.1 200 OK\r\n\r\n", false);
	assert_stream("HTTP/1.1 200 OK\r\ncontent-type: text/event-stream"
		      "\r\n\r\n",
		      true);
	assert_stream("HTTP/1.1 200 OK\r\ncontent-type: x;text/event-stream"
		      "\r\n\r\n",
		      false);
}

static const struct CMUnitTest tests[] = {
	{ "hop: fields that end with the connection", t_fields, NULL, NULL,
	  NULL },
	{ "hop: the length that a head tells", t_length, NULL, NULL, NULL },
	{ "hop: lengths that two readers may read in two ways", t_doubt, NULL,
	  NULL, NULL },
	{ "hop: what is a stream", t_stream, NULL, NULL, NULL },
};

int main(void)
{
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("hop", tests, NULL, NULL);
}
