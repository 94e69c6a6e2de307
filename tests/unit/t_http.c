/* HTTP heads: what is read, what is refused, what is written. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "wire/http/http.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define REQUEST "POST /v1/messages?beta=true HTTP/1.1\r\n"
#define STATUS "HTTP/1.1 200 OK\r\n"

static void t_request(void **state)
{
	static const char text[] = REQUEST "Host: a\r\n"
					   "X-Dup:one\r\n"
					   "x-dup: \t two \t\r\n"
					   "Empty:\r\n"
					   "\r\n"
					   "{\"body\":1}";
	struct http_head h = { 0 };
	struct buf joined = BUF_INIT(10);
	long len;

	(void)state;
	len = http_request_read(span_of(text), &h, NULL);
	assert_int_equal(len, strlen(text) - strlen("{\"body\":1}"));
	assert_string_equal(h.method, "POST");
	assert_string_equal(h.target, "/v1/messages?beta=true");
	assert_int_equal(h.minor, 1);
	assert_int_equal(h.status, 0);
	assert_null(h.reason);
	assert_int_equal(h.headers.count, 4);
	assert_string_equal(h.headers.list[1].name, "X-Dup");
	assert_string_equal(h.headers.list[2].name, "x-dup");
	assert_string_equal(headers_nth(&h.headers, "X-DUP", 0), "one");
	assert_string_equal(headers_nth(&h.headers, "X-DUP", 1), "two");
	assert_int_equal(headers_join(&h.headers, "X-DUP", &joined), 0);
	assert_string_equal(buf_str(&joined), "one,two");
	assert_int_equal(headers_join(&h.headers, "X-DUP", &joined), -1);
	buf_clear(&joined);
	assert_string_equal(headers_get(&h.headers, "empty"), "");
	http_head_clear(&h);
}

static void t_response(void **state)
{
	struct http_head h = { 0 };

	(void)state;
	assert_int_equal(http_response_read(span_of("HTTP/1.0 529 Over loaded\n"
						    "a: \xe9\n\nrest"),
					    &h, NULL),
			 31);
	assert_int_equal(h.status, 529);
	assert_int_equal(h.minor, 0);
	assert_string_equal(h.reason, "Over loaded");
	assert_string_equal(headers_get(&h.headers, "A"), "\xe9");
	assert_null(h.method);
	http_head_clear(&h);
	assert_int_equal(
		http_response_read(span_of("HTTP/1.1 204\r\n\r\n"), &h, NULL),
		16);
	assert_string_equal(h.reason, "");
	http_head_clear(&h);
}

/* Each prefix of a head is incomplete and leaves *out unchanged. */
static void t_incomplete(void **state)
{
	struct span whole = span_of(REQUEST "Host: a\r\n\r\n");
	struct http_head h = { .minor = 7 };
	struct fail f = FAIL_INIT;

	(void)state;
	for (size_t i = 0; i < whole.len; i++) {
		char *part = span_dup(span_first(whole, i));

		assert_int_equal(http_request_read(span_make(part, i), &h, &f),
				 HTTP_MORE);
		free(part);
	}
	assert_int_equal(h.minor, 7);
	assert_int_equal(f.code, FAIL_OK);
}

struct bad {
	const char *text, *why;
};

static void t_bad_fields(void **state)
{
	static const struct bad rows[] = {
		{ "a: b\r\n c\r\n", "line 3: folded header fields are not "
				    "allowed" },
		{ " a: b\r\n", "line 2: folded header fields are not allowed" },
		{ "\ta: b\r\n", "line 2: folded header fields are not "
				"allowed" },
		{ "a : b\r\n", "line 2: white space before the colon" },
		{ "a\t: b\r\n", "line 2: white space before the colon" },
		{ ": b\r\n", "line 2: not a header field name" },
		{ "a(b: c\r\n", "line 2: not a header field name" },
		{ "\xc3\xa9: c\r\n", "line 2: not a header field name" },
		{ "no colon\r\n", "line 2: header field without a colon" },
		{ "x\r\n", "line 2: header field without a colon" },
		{ "a123456789012345678901234567890123456789"
		  "012345678901234567890123456789: \x01\r\n",
		  "line 2: control character in the value of "
		  "'a123456789012345678901234567890123456789"
		  "012345678901234567890123'" },
		{ "a: b\rc\r\n", "line 2: control character in the value of "
				 "'a'" },
		{ "a: b\x01\r\n", "line 2: control character in the value of "
				  "'a'" },
		{ "a: b\x7f\r\n", "line 2: control character in the value of "
				  "'a'" },
		{ "a: b\r\r\n", "line 2: control character in the value of "
				"'a'" },
		{ "a: b\r\nab: c\x01\r\n",
		  "line 3: control character in the value of 'ab'" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct http_head h = { 0 };
		struct fail f = FAIL_INIT;
		struct buf b = BUF_INIT(256);

		buf_addf(&b, STATUS "%s\r\n", rows[i].text);
		assert_int_equal(http_response_read(buf_span(&b), &h, &f),
				 HTTP_BAD);
		assert_string_equal(f.text, rows[i].why);
		assert_null(h.reason);
		buf_clear(&b);
	}
}

/* Whether this byte may stand between two letters at a place of a head. */
static bool takes(const char *before, char byte, const char *after)
{
	struct buf b = BUF_INIT(256);
	struct http_head h = { 0 };
	long len;

	buf_add_text(&b, before);
	buf_add_byte(&b, byte);
	buf_add_text(&b, after);
	len = strncmp(before, "HTTP", 4) == 0
		      ? http_response_read(buf_span(&b), &h, NULL)
		      : http_request_read(buf_span(&b), &h, NULL);
	assert_true(len == HTTP_BAD || len == (long)b.len);
	http_head_clear(&h);
	buf_clear(&b);
	return len > 0;
}

static bool is_in_token(int c)
{
	return c != 0 && strchr("abcdefghijklmnopqrstuvwxyz"
				"ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
				"!#$%&'*+-.^_`|~",
				c) != NULL;
}

/* A token is of RFC 9110's characters; text has no control character but a tab. */
static void t_every_byte(void **state)
{
	(void)state;
	for (int c = 0; c < 256; c++) {
		bool is_text = (c >= ' ' && c != 0x7f) || c == '\t';
		char byte = (char)c;

		assert_int_equal(takes("G", byte, "T / HTTP/1.1\r\n\r\n"),
				 is_in_token(c));
		if (c != '\r' && c != '\n')
			assert_int_equal(
				takes("", byte, "GET / HTTP/1.1\r\n\r\n"),
				is_in_token(c));
		if (c != '\r' && c != '\n')
			assert_int_equal(takes(REQUEST, byte, "b: c\r\n\r\n"),
					 is_in_token(c));
		if (c != '\n')
			assert_int_equal(takes(REQUEST "a:", byte, "\r\n\r\n"),
					 is_text);
		assert_int_equal(takes(REQUEST "a", byte, "b: c\r\n\r\n"),
				 is_in_token(c) || c == ':');
		assert_int_equal(takes("GET /a", byte, "b HTTP/1.1\r\n\r\n"),
				 is_text && c != ' ' && c != '\t');
		if (c == '\n')
			continue;
		assert_int_equal(takes(REQUEST "a: b", byte, "c\r\n\r\n"),
				 is_text);
		assert_int_equal(takes("HTTP/1.1 200 O", byte, "K\r\n\r\n"),
				 is_text);
		assert_int_equal(takes("GET / HTTP/1.", byte, "\r\n\r\n"),
				 c >= '0' && c <= '9');
	}
}

static void t_every_status(void **state)
{
	(void)state;
	for (int status = 0; status < 1000; status++) {
		struct http_head h = { 0 };
		char text[64];
		long len;

		snprintf(text, sizeof(text), "HTTP/1.1 %03d x\r\n\r\n", status);
		len = http_response_read(span_of(text), &h, NULL);
		assert_int_equal(len,
				 status < 100 ? HTTP_BAD : (long)strlen(text));
		assert_int_equal(h.status, status < 100 ? 0 : status);
		http_head_clear(&h);
	}
}

/* A value begins after the colon and is trimmed on both sides. */
static void t_values(void **state)
{
	static const struct {
		const char *line, *value;
	} rows[] = {
		{ "a:b", "b" },       { "a: b", "b" }, { "a:\t b \t", "b" },
		{ "a:b c", "b c" },   { "a::", ":" },  { "a: :b", ":b" },
		{ "a:  ", "" },       { "a:", "" },    { "a:b:c", "b:c" },
		{ "a:\xff", "\xff" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct http_head h = { 0 };
		struct buf b = BUF_INIT(256);

		buf_addf(&b, STATUS "%s\r\n\r\n", rows[i].line);
		assert_int_equal(http_response_read(buf_span(&b), &h, NULL),
				 b.len);
		assert_int_equal(h.headers.count, 1);
		assert_string_equal(h.headers.list[0].name, "a");
		assert_string_equal(h.headers.list[0].value, rows[i].value);
		http_head_clear(&h);
		buf_clear(&b);
	}
}

static void t_nul(void **state)
{
	static const char value[] = STATUS "a: b\0c\r\n\r\n";
	static const char name[] = STATUS "a\0: c\r\n\r\n";
	static const char target[] = "GET /\0 HTTP/1.1\r\n\r\n";
	struct http_head h = { 0 };

	(void)state;
	assert_int_equal(http_response_read(span_make(value, sizeof(value) - 1),
					    &h, NULL),
			 HTTP_BAD);
	assert_int_equal(
		http_response_read(span_make(name, sizeof(name) - 1), &h, NULL),
		HTTP_BAD);
	assert_int_equal(
		http_request_read(span_make(target, sizeof(target) - 1), &h,
				  NULL),
		HTTP_BAD);
}

static void t_bad_request_lines(void **state)
{
	static const char *const rows[] = {
		"\r\n",
		"\n",
		"GET\r\n",
		"GET /\r\n",
		"GET / \r\n",
		"GET  / HTTP/1.1\r\n",
		"GET  HTTP/1.1\r\n",
		"GET /  HTTP/1.1\r\n",
		" GET / HTTP/1.1\r\n",
		"GET / HTTP/1.1 \r\n",
		"GET / HTTP/2.0\r\n",
		"GET / HTTP/1.x\r\n",
		"GET / HTTP/1.10\r\n",
		"GET / http/1.1\r\n",
		"GET /a b HTTP/1.1\r\n",
		"GET /\ta HTTP/1.1\r\n",
		"G(T / HTTP/1.1\r\n",
		"GET /\r HTTP/1.1\r\n",
		"HTTP/1.1 200 OK\r\n",
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct http_head h = { 0 };
		struct fail f = FAIL_INIT;

		/* It is judged before the blank line comes. */
		assert_int_equal(http_request_read(span_of(rows[i]), &h, &f),
				 HTTP_BAD);
		assert_string_equal(f.text, "line 1: not a request line");
	}
}

static void t_bad_status_lines(void **state)
{
	static const char *const rows[] = {
		"\r\n",
		"\n",
		"HTTP/1.1\r\n",
		"HTTP/1.1 \r\n",
		"HTTP/1.1 20\r\n",
		"HTTP/1.1 2000 OK\r\n",
		"HTTP/1.1 099 OK\r\n",
		"HTTP/1.1  200 OK\r\n",
		"HTTP/1.1 2x0 OK\r\n",
		"HTTP/1.1 -20 OK\r\n",
		"HTTP/2 200 OK\r\n",
		"HTTP/1.1 200 O\x01K\r\n",
		"ICY 200 OK\r\n",
		"HTTP/2.1 200 OK\r\n",
		"HTTP/1.x 200 OK\r\n",
		"XTTP/1.1 200 OK\r\n",
		"HTTP/1.1200 OK\r\n",
		"HTTP/1.1-200 OK\r\n",
		"HTTP/1.1 2000\r\n",
		"HTTP/1.1 200x\r\n",
		"HTTP/1.1 99\r\n",
		"GET / HTTP/1.1\r\n",
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct http_head h = { 0 };
		struct fail f = FAIL_INIT;

		assert_int_equal(http_response_read(span_of(rows[i]), &h, &f),
				 HTTP_BAD);
		assert_string_equal(f.text, "line 1: not a status line");
	}
}

/* A head whose last field is filled up to the wanted length. */
static struct buf head_of(size_t len)
{
	struct buf b = BUF_INIT(BUF_NO_LIMIT);

	buf_add_text(&b, STATUS "a: ");
	while (b.len < len - 4)
		buf_add_byte(&b, 'x');
	buf_add_text(&b, "\r\n\r\n");
	return b;
}

static void t_byte_limit(void **state)
{
	struct buf b = head_of(HTTP_HEAD_BYTES_LIMIT);
	struct http_head h = { 0 };
	struct fail f = FAIL_INIT;

	(void)state;
	assert_int_equal(http_response_read(buf_span(&b), &h, NULL),
			 HTTP_HEAD_BYTES_LIMIT);
	http_head_clear(&h);
	buf_clear(&b);
	b = head_of(HTTP_HEAD_BYTES_LIMIT + 1);
	assert_int_equal(http_response_read(buf_span(&b), &h, &f), HTTP_BAD);
	assert_string_equal(f.text, "head is longer than 262144 bytes");
	assert_int_equal(http_response_read(span_first(buf_span(&b),
						       HTTP_HEAD_BYTES_LIMIT),
					    &h, NULL),
			 HTTP_BAD);
	assert_int_equal(
		http_response_read(
			span_first(buf_span(&b), HTTP_HEAD_BYTES_LIMIT - 1), &h,
			NULL),
		HTTP_MORE);
	buf_clear(&b);
}

static void t_field_limit(void **state)
{
	struct buf b = BUF_INIT(BUF_NO_LIMIT);
	struct http_head h = { 0 };
	struct fail f = FAIL_INIT;

	(void)state;
	buf_add_text(&b, STATUS);
	for (int i = 0; i < HTTP_HEADERS_LIMIT; i++)
		buf_addf(&b, "a: %d\r\n", i);
	buf_add_text(&b, "\r\n");
	assert_int_equal(http_response_read(buf_span(&b), &h, NULL), b.len);
	assert_int_equal(h.headers.count, HTTP_HEADERS_LIMIT);
	assert_int_equal(headers_add_text(&h.headers, "a", "b"), -1);
	http_head_clear(&h);
	buf_splice(&b, strlen(STATUS), 0, "a: b\r\n", 6);
	assert_int_equal(http_response_read(buf_span(&b), &h, &f), HTTP_BAD);
	assert_int_equal(f.code, FAIL_LIMIT);
	assert_string_equal(f.text, "line 514: more than 512 header fields or "
				    "262144 bytes");
	buf_clear(&b);
}

/* Texts stay where they are, whatever comes after them. */
static void t_texts(void **state)
{
	enum { FIELDS = 100 };
	struct headers h = { 0 };
	const char *first, *tail;
	struct buf value = BUF_INIT(BUF_NO_LIMIT);

	(void)state;
	headers_add_text(&h, "first", "a value");
	first = headers_get(&h, "first");
	for (int i = 0; i < FIELDS; i++) {
		buf_addf(&value, "%d ", i);
		assert_int_equal(headers_add_text(&h, "x", buf_str(&value)), 0);
	}
	assert_ptr_equal(headers_get(&h, "first"), first);
	assert_string_equal(first, "a value");
	assert_string_equal(headers_nth(&h, "x", FIELDS - 1), buf_str(&value));
	assert_string_equal(headers_nth(&h, "x", 1), "0 1 ");
	tail = first + 2; /* a part of the old value */
	assert_int_equal(headers_set(&h, "first", tail), 0);
	assert_string_equal(headers_get(&h, "first"), "value");
	assert_int_equal(headers_set(&h, "first", "a longer value"), 0);
	assert_string_equal(headers_get(&h, "first"), "a longer value");
	assert_int_equal(headers_set(&h, "first", ""), 0);
	assert_string_equal(headers_get(&h, "first"), "");
	assert_string_equal(headers_get(&h, "x"), "0 ");
	headers_clear(&h);
	buf_clear(&value);
}

static void t_list(void **state)
{
	struct headers h = { 0 }, copy = { 0 };

	(void)state;
	headers_add_text(&h, "A", "1");
	headers_add_text(&h, "b", "2");
	headers_add_text(&h, "a", "3");
	assert_int_equal(h.bytes, 18);
	assert_int_equal(headers_count(&h, "a"), 2);
	assert_int_equal(headers_copy(&copy, &h), 0);
	assert_int_equal(headers_set(&h, "a", headers_get(&h, "a")), 0);
	assert_int_equal(headers_set(&h, "a", "new"), 0);
	assert_int_equal(h.count, 2);
	assert_string_equal(h.list[0].name, "A");
	assert_string_equal(h.list[0].value, "new");
	assert_int_equal(headers_set(&h, "c", "4"), 0);
	assert_int_equal(h.bytes, 8 + 6 + 6);
	assert_int_equal(headers_remove(&copy, "a"), 2);
	assert_int_equal(headers_remove(&copy, "a"), 0);
	assert_int_equal(copy.bytes, 6);
	assert_null(headers_get(&copy, "a"));
	headers_clear(&h);
	headers_clear(&copy);
}

/* The name to remove may be that of a field in the list itself. */
static void t_remove_own(void **state)
{
	struct headers h = { 0 };

	(void)state;
	for (int i = 0; i < 3; i++) {
		headers_add_text(&h, "x-amzn-a", "1");
		headers_add_text(&h, i == 1 ? "c" : "b", "2");
	}
	assert_int_equal(headers_remove(&h, h.list[2].name), 3);
	assert_int_equal(h.count, 3);
	assert_string_equal(h.list[0].name, "b");
	assert_string_equal(h.list[1].name, "c");
	assert_string_equal(h.list[2].name, "b");
	headers_clear(&h);
}

/* As many as there is room for before the list grows: nothing is read beyond. */
static void t_full_list(void **state)
{
	struct headers h = { 0 };

	(void)state;
	while (h.count == 0 || h.count < h.cap)
		headers_add_text(&h, "a", "1");
	assert_int_equal(headers_count(&h, "a"), h.cap);
	assert_int_equal(headers_count(&h, "b"), 0);
	assert_null(headers_get(&h, "b"));
	assert_null(headers_nth(&h, "a", h.cap));
	assert_false(headers_has_token(&h, "a", "2"));
	assert_int_equal(headers_remove(&h, "b"), 0);
	assert_int_equal(headers_set(&h, "a", "2"), 0);
	assert_int_equal(h.count, 1);
	assert_int_equal(headers_remove(&h, "a"), 1);
	assert_int_equal(h.bytes, 0);
	headers_clear(&h);
}

/* Nothing that would not fit gets in, whichever of its parts is the long one. */
static void t_list_limit(void **state)
{
	struct buf b = BUF_INIT(BUF_NO_LIMIT);
	struct headers h = { 0 };
	const size_t most = HTTP_HEAD_BYTES_LIMIT;

	(void)state;
	for (size_t i = 0; i < most; i++)
		buf_add_byte(&b, 'x');
	assert_int_equal(headers_add(&h, buf_span(&b), span_of("1")), -1);
	assert_int_equal(headers_add(&h, span_of("a"), buf_span(&b)), -1);
	assert_int_equal(headers_add(&h, span_of("a"),
				     span_first(buf_span(&b), most - 4)),
			 -1);
	assert_int_equal(h.count, 0);
	assert_int_equal(headers_add(&h, span_of("a"),
				     span_first(buf_span(&b), most - 5)),
			 0);
	assert_int_equal(headers_add_text(&h, "", ""), -1);
	/* A value is replaced by what has room without the old one. */
	buf_cut(&b, most - 4);
	assert_int_equal(headers_set(&h, "a", buf_str(&b)), -1);
	assert_int_equal(strlen(headers_get(&h, "a")), most - 5);
	buf_cut(&b, most - 5);
	assert_int_equal(headers_set(&h, "a", buf_str(&b)), 0);
	assert_int_equal(h.bytes, most);
	assert_int_equal(headers_set(&h, "a", "b"), 0);
	assert_int_equal(h.bytes, 6);
	headers_clear(&h);
	buf_clear(&b);
}

/* A copy holds what its room allows. */
static void t_copy_limit(void **state)
{
	struct headers h = { 0 }, copy = { 0 };

	(void)state;
	for (int i = 0; i < HTTP_HEADERS_LIMIT; i++)
		headers_add_text(&h, "a", "b");
	assert_int_equal(headers_copy(&copy, &h), 0);
	assert_int_equal(copy.count, HTTP_HEADERS_LIMIT);
	headers_remove(&h, "a");
	headers_add_text(&h, "c", "d");
	assert_int_equal(headers_copy(&copy, &h), -1);
	assert_int_equal(copy.count, HTTP_HEADERS_LIMIT);
	headers_clear(&h);
	headers_clear(&copy);
}

static void t_no_line_break_gets_in(void **state)
{
	struct headers h = { 0 };

	(void)state;
	assert_int_equal(headers_add_text(&h, "a", "b\r\nc: d"), -1);
	assert_int_equal(headers_add_text(&h, "a\n", "b"), -1);
	assert_int_equal(headers_add(&h, span_of("a"), span_make("\0", 1)), -1);
	for (int c = 0; c < 256; c++) {
		bool breaks = c == '\0' || c == '\r' || c == '\n';
		char byte = (char)c;

		assert_int_equal(
			headers_add(&h, span_of("a"), span_make(&byte, 1)),
			breaks ? -1 : 0);
		assert_int_equal(
			headers_add(&h, span_make(&byte, 1), span_of("a")),
			breaks ? -1 : 0);
		headers_clear(&h);
	}
	assert_int_equal(headers_set(&h, "a", "b\nc"), -1);
	assert_int_equal(h.count, 0);
	headers_add_text(&h, "a", "b");
	assert_int_equal(headers_set(&h, "a", "b\nc"), -1);
	assert_string_equal(headers_get(&h, "a"), "b");
	headers_clear(&h);
}

static void t_tokens(void **state)
{
	struct headers h = { 0 };

	(void)state;
	headers_add_text(&h, "Connection", "keep-alive, Upgrade");
	headers_add_text(&h, "connection", ",close ,");
	assert_true(headers_has_token(&h, "connection", "upgrade"));
	assert_true(headers_has_token(&h, "connection", "close"));
	assert_false(headers_has_token(&h, "connection", "keep"));
	assert_false(headers_has_token(&h, "te", "close"));
	headers_clear(&h);
}

static void t_write(void **state)
{
	static const char *const heads[] = {
		"GET /a?b=\xff HTTP/1.0\r\nHost: x\r\na: 1\r\nA: 2\r\n\r\n",
		"HTTP/1.1 529 Overloaded\r\nretry-after: 1\r\n\r\n",
		"HTTP/1.1 200 \r\n\r\n",
	};

	(void)state;
	for (size_t i = 0; i < COUNT(heads); i++) {
		struct buf b = BUF_INIT(1024);
		struct http_head h = { 0 };
		struct span text = span_of(heads[i]);

		if (i == 0)
			http_request_read(text, &h, NULL);
		else
			http_response_read(text, &h, NULL);
		assert_int_equal(http_head_write(&h, &b), 0);
		assert_string_equal(buf_str(&b), heads[i]);
		for (b.limit = b.len; b.limit < 2 * b.len; b.limit++) {
			assert_int_equal(http_head_write(&h, &b), -1);
			assert_string_equal(buf_str(&b), heads[i]);
		}
		buf_clear(&b);
		http_head_clear(&h);
	}
}

static void t_write_refuses_a_split_line(void **state)
{
	static char text[] = "a", cr[] = "a\rb", lf[] = "a\nb";
	const struct http_head heads[] = {
		{ .status = 200, .reason = cr },
		{ .status = 200, .reason = lf },
		{ .method = cr, .target = text },
		{ .method = lf, .target = text },
		{ .method = text, .target = cr },
		{ .method = text, .target = lf },
	};
	struct buf b = BUF_INIT(1024);

	(void)state;
	for (size_t i = 0; i < COUNT(heads); i++) {
		assert_int_equal(http_head_write(&heads[i], &b), -1);
		assert_int_equal(b.len, 0);
	}
}

/* An answer that has no reason keeps its place. */
static void t_write_without_reason(void **state)
{
	struct http_head h = { .status = 200, .minor = 1 };
	struct buf b = BUF_INIT(1024);

	(void)state;
	assert_int_equal(http_head_write(&h, &b), 0);
	assert_string_equal(buf_str(&b), "HTTP/1.1 200 \r\n\r\n");
	buf_clear(&b);
}

#define TEST(title, fn) \
	{ \
		"http: " title, fn, NULL, NULL, NULL \
	}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		TEST("a request keeps order, spelling and duplicates",
		     t_request),
		TEST("a response with LF and without a reason", t_response),
		TEST("every front part of a head is incomplete", t_incomplete),
		TEST("bad fields are named by line", t_bad_fields),
		TEST("which bytes may stand where", t_every_byte),
		TEST("a status has three digits, from 100", t_every_status),
		TEST("values are trimmed", t_values),
		TEST("a NUL is nowhere allowed", t_nul),
		TEST("bad request lines are refused at once",
		     t_bad_request_lines),
		TEST("bad status lines are refused at once",
		     t_bad_status_lines),
		TEST("a head has a limit in bytes", t_byte_limit),
		TEST("a head has a limit in fields", t_field_limit),
		TEST("texts of fields stay where they are", t_texts),
		TEST("fields are added, replaced and removed", t_list),
		TEST("fields are removed by a name of their own", t_remove_own),
		TEST("a list that is full is read to its end", t_full_list),
		TEST("no field passes the limit of a head", t_list_limit),
		TEST("a copy has the same limit", t_copy_limit),
		TEST("no line break gets into the fields",
		     t_no_line_break_gets_in),
		TEST("tokens are found over all lines of a field", t_tokens),
		TEST("a head is written as it was read", t_write),
		TEST("a start line with a line break is not written",
		     t_write_refuses_a_split_line),
		TEST("an answer without a reason is written",
		     t_write_without_reason),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("http", tests, NULL, NULL);
}
