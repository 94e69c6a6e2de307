/* Tests of wire/http/framing. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "wire/http/framing.h"

static const char *doubt(int minor, const char *fields)
{
	struct http_head h = { .minor = minor };
	struct span rest = span_of(fields), line;
	const char *found;

	while (rest.len > 0 && span_split(&rest, '\n', &line)) {
		size_t colon = span_find_byte(line, ':');

		headers_add(&h.headers, span_first(line, colon),
			    span_skip(line, colon + 1));
	}
	found = framing_doubt(&h);
	headers_clear(&h.headers);
	return found;
}

static void t_sound(void **state)
{
	(void)state;
	assert_null(doubt(1, "host:a\ncontent-length:3"));
	assert_null(doubt(1, "host:a\ntransfer-encoding:Chunked"));
	assert_null(doubt(0, "content-length:3"));
}

static void t_doubtful(void **state)
{
	static const char *const heads[] = {
		"host:a\ncontent-length:3\ntransfer-encoding:chunked",
		"host:a\ncontent-length:3\nContent-Length:3",
		"host:a\ntransfer-encoding:xchunked",
		"host:a\ntransfer-encoding:chunked, identity",
		"host:a\ntransfer-encoding:chunked\ntransfer-encoding:chunked",
		"host:a\nhost:a",
		"content-length:3",
		"host:a\ntransfer-encoding :chunked",
		"host:a\n x:y",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(heads) / sizeof(heads[0]); i++)
		if (doubt(1, heads[i]) == NULL)
			fail_msg("%s", heads[i]);
	assert_non_null(doubt(0, "transfer-encoding:chunked"));
}

/* ---- heads as they come ---- */

#define HEAD "POST /x HTTP/1.1\r\nhost: a\r\n"

/* Its length, 0, or minus the status that it is refused with; fed in pieces. */
static long scan(struct span bytes, size_t piece)
{
	struct framing_refusal why = { .status = 0 };
	struct framing_scan s = { .at = 0 };
	long len = 0;

	for (size_t n = piece; len == 0; n += piece) {
		len = framing_scan(&s, span_first(bytes, n), &why);
		if (n >= bytes.len)
			break;
	}
	assert_int_equal(len < 0, why.status != 0);
	return len < 0 ? -why.status : len;
}

/* The bytes are copied, so that reading before or past them is noticed. */
static void assert_scan(const char *text, size_t len, long want)
{
	char *copy = malloc(len);

	memcpy(copy, text, len);
	for (size_t piece = 1; piece <= len; piece++)
		if (scan(span_make(copy, len), piece) != want)
			fail_msg("%s: %ld in pieces of %zu", text,
				 scan(span_make(copy, len), piece), piece);
	free(copy);
}

#define ASSERT_SCAN(text, want) assert_scan(text, sizeof(text) - 1, want)

static void t_ends(void **state)
{
	(void)state;
	ASSERT_SCAN(HEAD "\r\n", (long)strlen(HEAD) + 2);
	ASSERT_SCAN(HEAD "\r\nGET /y", (long)strlen(HEAD) + 2);
	ASSERT_SCAN("\r\n\r\n" HEAD "\r\n", (long)strlen(HEAD) + 6);
	ASSERT_SCAN(HEAD, 0);
	ASSERT_SCAN(HEAD "\r", 0);
	ASSERT_SCAN("\r\n", 0);
	ASSERT_SCAN("G", 0);
	ASSERT_SCAN("\r\n\r\n\r\n" HEAD "\r\n", -400);
	ASSERT_SCAN(HEAD "x: y\n\r\n", -400);
	ASSERT_SCAN(HEAD "\n", -400);
	ASSERT_SCAN("\n", -400);
	ASSERT_SCAN(HEAD "x: y\rz: a\r\n\r\n", -400);
	ASSERT_SCAN(HEAD "\rx: y\r\n\r\n", -400);
	ASSERT_SCAN(HEAD "x: y\r\r\n\r\n", -400);
	ASSERT_SCAN("\x16\x03\x01", -400);
	ASSERT_SCAN("\0GET", -400);
	ASSERT_SCAN(" GET", -400);
}

/* A head of just the limit is taken; one byte more is not. */
static void t_limits(void **state)
{
	struct buf b = BUF_INIT(BUF_NO_LIMIT);

	(void)state;
	buf_add_text(&b, HEAD "x: ");
	while (b.len < FRAMING_HEAD_LIMIT - 4)
		buf_add_byte(&b, 'a');
	buf_add_text(&b, "\r\n\r\n");
	assert_int_equal(scan(buf_span(&b), 4096), FRAMING_HEAD_LIMIT);
	buf_splice(&b, strlen(HEAD) + 3, 0, "b", 1);
	assert_int_equal(scan(buf_span(&b), 4096), -431);
	buf_reset(&b);
	while (b.len <= FRAMING_HEAD_LIMIT)
		buf_add_byte(&b, 'a');
	assert_int_equal(scan(buf_span(&b), 4096), -414);
	buf_cut(&b, FRAMING_HEAD_LIMIT);
	assert_int_equal(scan(buf_span(&b), 4096), 0);
	buf_clear(&b);
}

/* ---- what they say ---- */

static int status_of(struct span bytes, bool lenient)
{
	struct framing_refusal why = { .status = 0 };
	struct http_head h = { .method = NULL };
	struct framing f;

	if (framing_read(bytes, lenient, &h, &f, &why) < 0)
		assert_true(why.status >= 400 && why.text[0] != '\0');
	http_head_clear(&h);
	return why.status;
}

/* Empty lines before a request are no part of it. */
static void t_lines_before(void **state)
{
	struct http_head h = { .method = NULL };
	struct framing f;

	(void)state;
	assert_int_equal(framing_read(span_of("\r\n\r\n" HEAD "\r\n"), false,
				      &h, &f, NULL),
			 0);
	assert_string_equal(h.method, "POST");
	assert_string_equal(h.target, "/x");
	http_head_clear(&h);
}

#define ASSERT_STATUS(text, want) \
	assert_int_equal(status_of(span_make(text, sizeof(text) - 1), false), \
			 want)

static void t_refused(void **state)
{
	(void)state;
	ASSERT_STATUS(HEAD "\r\n", 0);
	ASSERT_STATUS("\r\n" HEAD "\r\n", 0);
	ASSERT_STATUS(HEAD "content-length: 2 \r\n\r\n", 0);
	ASSERT_STATUS(HEAD "content-length: 2\0 3\r\n\r\n", 400);
	ASSERT_STATUS(HEAD "content-length:\r\n 2\r\n\r\n", 400);
	ASSERT_STATUS(HEAD "content-length: +2\r\n\r\n", 400);
	ASSERT_STATUS(HEAD "content-length:\r\n\r\n", 400);
	ASSERT_STATUS(HEAD "content-length: 9223372036854775807\r\n\r\n", 0);
	ASSERT_STATUS(HEAD "content-length: 9223372036854775808\r\n\r\n", 413);
	ASSERT_STATUS(HEAD ": x\r\n\r\n", 400);
	ASSERT_STATUS("POST /x HTTP/1.1\r\nhost: a b\r\n\r\n", 400);
	ASSERT_STATUS("POST /x HTTP/1.1\r\nhost: [::1]:80\r\n\r\n", 0);
	ASSERT_STATUS("POST x HTTP/1.1\r\nhost: a\r\n\r\n", 400);
	ASSERT_STATUS("POST * HTTP/1.1\r\nhost: a\r\n\r\n", 400);
	ASSERT_STATUS("OPTIONS * HTTP/1.1\r\nhost: a\r\n\r\n", 0);
	ASSERT_STATUS("POST http://b/x HTTP/1.1\r\nhost: a\r\n\r\n", 0);
	ASSERT_STATUS("CONNECT a:1 HTTP/1.1\r\nhost: a\r\n\r\n", 501);
	ASSERT_STATUS("POST /x HTTP/2.0\r\nhost: a\r\n\r\n", 505);
	ASSERT_STATUS("POST /x HTTP/0.9\r\nhost: a\r\n\r\n", 505);
	ASSERT_STATUS("POST /x HTTP/1.10\r\nhost: a\r\n\r\n", 400);
	ASSERT_STATUS("HTTP/2.0\r\n\r\n", 400);
	ASSERT_STATUS("P\r\n\r\n", 400);
}

/* What only lenient readers take. */
static void t_lenient(void **state)
{
	static const char *const heads[] = {
		HEAD "content-length: 2\r\ncontent-length: 3\r\n\r\n",
		HEAD "content-length: 2\r\ntransfer-encoding: chunked\r\n\r\n",
		HEAD "host: b\r\n\r\n",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(heads) / sizeof(heads[0]); i++) {
		assert_int_equal(status_of(span_of(heads[i]), false), 400);
		assert_int_equal(status_of(span_of(heads[i]), true), 0);
	}
	assert_int_equal(status_of(span_of(HEAD ": x\r\n\r\n"), true), 400);
}

/* What is told to the one who sent it. */
static void t_words(void **state)
{
	static const struct {
		const char *text;
		int status;
		const char *why;
	} rows[] = {
		{ HEAD "host: b\r\n\r\n", 400, "there is more than one Host" },
		{ "GET / HTTP/1.1\r\n\r\n", 400, "there is no Host" },
		{ "GET / HTTP/1.1\r\nhost: a/b\r\n\r\n", 400,
		  "the Host is no host name" },
		{ HEAD "transfer-encoding: chunked\r\n"
		       "content-length: 1\r\n\r\n",
		  400, "there are both Transfer-Encoding and Content-Length" },
		{ "GET / HTTP/1.0\r\ntransfer-encoding: chunked\r\n\r\n", 400,
		  "HTTP/1.0 has no Transfer-Encoding" },
		{ HEAD "transfer-encoding: gzip\r\n\r\n", 400,
		  "the only Transfer-Encoding known here is chunked" },
		{ HEAD "content-length: 1\r\ncontent-length: 1\r\n\r\n", 400,
		  "there is more than one Content-Length" },
		{ HEAD "content-length: 9223372036854775808\r\n\r\n", 413,
		  "the request body is too large" },
		{ HEAD "content-length: 1x\r\n\r\n", 400,
		  "the Content-Length is no number" },
		{ HEAD "content-length:\r\n\r\n", 400,
		  "the Content-Length is no number" },
		{ "CONNECT a:1 HTTP/1.1\r\nhost: a\r\n\r\n", 501,
		  "this server is no proxy" },
		{ "GET a HTTP/1.1\r\nhost: a\r\n\r\n", 400,
		  "the request target is neither a path nor a URL" },
		{ "GET / HTTP/2.0\r\nhost: a\r\n\r\n", 505,
		  "this server speaks HTTP/1.1" },
		{ "GET /\r\n\r\n", 400, "line 1: not a request line" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct framing_refusal why = { .status = 0 };
		struct http_head h = { .method = NULL };
		struct framing f;

		assert_int_equal(framing_read(span_of(rows[i].text), false, &h,
					      &f, &why),
				 -1);
		assert_int_equal(why.status, rows[i].status);
		assert_string_equal(why.text, rows[i].why);
		assert_null(h.method);
	}
}

static void t_scan_words(void **state)
{
	static const struct {
		const char *text, *why;
	} rows[] = {
		{ " GET", "this is no HTTP request" },
		{ "\x7f", "this is no HTTP request" },
		{ "\xff", "this is no HTTP request" },
		{ "\r\n\r\n\r\nG", "this is no HTTP request" },
		{ HEAD "a: b\rc", "there is a CR without an LF" },
		{ HEAD "a: b\n", "a line does not end in CR LF" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct framing_refusal why = { .status = 0 };
		struct framing_scan s = { .at = 0 };

		assert_int_equal(framing_scan(&s, span_of(rows[i].text), &why),
				 -1);
		assert_int_equal(why.status, 400);
		assert_string_equal(why.text, rows[i].why);
	}
	ASSERT_SCAN("!", 0);
	ASSERT_SCAN("~", 0);
}

/* The version of a request line that is none of ours. */
static void t_versions(void **state)
{
	static const struct {
		const char *line;
		int status;
	} rows[] = {
		{ "GET / HTTP/2.0", 505 },  { "GET / HTTP/0.0", 505 },
		{ "GET / HTTP/9.9", 505 },  { "GET / HTTP/1.x", 400 },
		{ "GET / HTTP/:.0", 400 },  { "GET / HTTP//.0", 400 },
		{ "GET / HTTP/2.:", 400 },  { "GET / HTTP/2./", 400 },
		{ "GET / HTTP/2:0", 400 },  { "GET / HTTP/2", 400 },
		{ "GET / HTTP/2.00", 400 }, { "GET / XTTP/2.0", 400 },
		{ "P HTTP/2.0", 505 },      { " HTTP/2.0", 400 },
		{ "HTTP/2.0", 400 },        { "", 400 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char text[100];

		snprintf(text, sizeof(text), "%s\r\nhost: a\r\n\r\n",
			 rows[i].line);
		if (*rows[i].line == '\0')
			snprintf(text, sizeof(text), "x\r\n\r\n");
		assert_int_equal(status_of(span_of(text), false),
				 rows[i].status);
	}
}

/* Which bytes a name and a host may have. */
static void t_every_byte(void **state)
{
	static const char rest[] = "0123456789abcdefghijklmnopqrstuvwxyz"
				   "ABCDEFGHIJKLMNOPQRSTUVWXYZ";

	(void)state;
	for (int c = 1; c < 256; c++) {
		char text[] = { 'h', 'o', 's', 't', ':', 'a', (char)c, '\0' };
		char name[] = { 'a', (char)c, 'b', ':', 'c', '\n', '\0' };
		struct buf fields = BUF_INIT(100);

		if (c == '\n' || c == '\r')
			continue;
		assert_int_equal(doubt(1, text) == NULL,
				 strchr(rest, c) ||
					 strchr("-._~%!$&'()*+;=:[]", c));
		if (c == ':')
			continue;
		buf_addf(&fields, "%shost:a", name);
		assert_int_equal(doubt(1, buf_str(&fields)) == NULL,
				 strchr(rest, c) ||
					 strchr("!#$%&'*+-.^_`|~", c));
		buf_clear(&fields);
	}
	assert_string_equal(doubt(1, "host:a\n:x"),
			    "a header has a name that is not allowed");
	assert_null(doubt(1, "host:"));
	assert_null(doubt(0, ""));
	assert_non_null(doubt(0, "host:a\nhost:a"));
}

static void t_many_fields(void **state)
{
	struct buf b = BUF_INIT(BUF_NO_LIMIT);

	(void)state;
	buf_add_text(&b, HEAD);
	for (int i = 0; i < HTTP_HEADERS_LIMIT; i++)
		buf_add_text(&b, "x: y\r\n");
	buf_add_text(&b, "\r\n");
	assert_int_equal(status_of(buf_span(&b), false), 431);
	buf_splice(&b, strlen(HEAD), strlen("x: y\r\n"), "", 0);
	assert_int_equal(status_of(buf_span(&b), false), 0);
	buf_clear(&b);
}

static struct framing framing_of(const char *text)
{
	struct http_head h = { .method = NULL };
	struct framing f;

	assert_int_equal(framing_read(span_of(text), false, &h, &f, NULL), 0);
	http_head_clear(&h);
	return f;
}

#define OLD "POST /x HTTP/1.0\r\n"

static void t_bodies(void **state)
{
	struct framing f = framing_of(HEAD "content-length: 12\r\n\r\n");

	(void)state;
	assert_int_equal(f.kind, FRAMING_COUNTED);
	assert_int_equal(f.length, 12);
	assert_false(f.close || f.waits);
	f = framing_of(HEAD "transfer-encoding: Chunked\r\n"
			    "expect: 100-continue\r\n\r\n");
	assert_int_equal(f.kind, FRAMING_CHUNKED);
	assert_true(f.waits);
	f = framing_of(HEAD "content-length: 0\r\nexpect: 100-continue\r\n"
			    "connection: x, Close\r\n\r\n");
	assert_int_equal(f.kind, FRAMING_NONE);
	assert_false(f.waits);
	assert_true(f.close);
	f = framing_of(HEAD
		       "content-length: 1\r\nexpect: 100-continue\r\n\r\n");
	assert_int_equal(f.kind, FRAMING_COUNTED);
	assert_int_equal(f.length, 1);
	assert_true(f.waits);
	assert_true(framing_of(OLD "\r\n").close);
	assert_false(framing_of(OLD "connection: keep-alive\r\n\r\n").close);
	assert_false(framing_of(OLD "content-length: 2\r\n"
				    "expect: 100-continue\r\n\r\n")
			     .waits);
}

static const struct CMUnitTest tests[] = {
	{ "framing: sound heads", t_sound, NULL, NULL, NULL },
	{ "framing: heads that two readers may read in two ways", t_doubtful,
	  NULL, NULL, NULL },
	{ "framing: where a head ends, however it is cut", t_ends, NULL, NULL,
	  NULL },
	{ "framing: a head has a limit", t_limits, NULL, NULL, NULL },
	{ "framing: heads that are refused", t_refused, NULL, NULL, NULL },
	{ "framing: what a lenient reader takes", t_lenient, NULL, NULL, NULL },
	{ "framing: empty lines before a request are no part of it",
	  t_lines_before, NULL, NULL, NULL },
	{ "framing: why a head is refused", t_words, NULL, NULL, NULL },
	{ "framing: why bytes are no head", t_scan_words, NULL, NULL, NULL },
	{ "framing: other versions", t_versions, NULL, NULL, NULL },
	{ "framing: which bytes names and hosts may have", t_every_byte, NULL,
	  NULL, NULL },
	{ "framing: too many fields", t_many_fields, NULL, NULL, NULL },
	{ "framing: how the body comes", t_bodies, NULL, NULL, NULL },
};

int main(void)
{
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("framing", tests, NULL, NULL);
}
