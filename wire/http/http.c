/*
 * Reading and writing the head of an HTTP/1.1 message (RFC 9112, 2 to 5).
 * The grammar is kept strictly: a head that two readers could understand in
 * two ways is refused, never guessed at.
 */
#include "wire/http/http.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "wire/bytes/mem.h"

#define VERSION_LEN 8 /* "HTTP/1.1" */

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool is_alpha(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* token of RFC 9110, 5.6.2: methods and field names */
static bool is_token(struct span s)
{
	for (size_t i = 0; i < s.len; i++) {
		char c = s.at[i];

		if (!is_alpha(c) && c != '-' && !is_digit(c) &&
		    (c == '\0' || strchr("!#$%&'*+-.^_`|~", c) == NULL))
			return false;
	}
	return s.len > 0;
}

/* No control characters but HTAB; all bytes from 0x80 up are allowed. */
static bool is_field_text(struct span s)
{
	for (size_t i = 0; i < s.len; i++) {
		unsigned char c = (unsigned char)s.at[i];

		if ((c < 0x20 && c != '\t') || c == 0x7f)
			return false;
	}
	return true;
}

static bool is_target(struct span s)
{
	return s.len > 0 && is_field_text(s) &&
	       span_find_byte(s, ' ') == SIZE_MAX &&
	       span_find_byte(s, '\t') == SIZE_MAX;
}

/* A start line that was read, until the whole head is accepted. The spans point
 * into the line. */
struct start {
	struct span method, target, reason;
	int status, minor;
};

typedef bool start_fn(struct span line, struct start *out);

static bool read_version(struct span s, int *minor)
{
	if (s.len != VERSION_LEN || !span_starts(s, "HTTP/1.") ||
	    !is_digit(s.at[VERSION_LEN - 1]))
		return false;
	*minor = s.at[VERSION_LEN - 1] - '0';
	return true;
}

static bool read_request_line(struct span line, struct start *out)
{
	struct span rest = line;

	return span_split(&rest, ' ', &out->method) && is_token(out->method) &&
	       span_split(&rest, ' ', &out->target) && is_target(out->target) &&
	       read_version(rest, &out->minor);
}

/* "HTTP/1.1 200" without a space after it is common and harmless. */
static bool read_status_line(struct span line, struct start *out)
{
	struct span rest = span_skip(line, VERSION_LEN);
	uint64_t status;

	if (!read_version(span_first(line, VERSION_LEN), &out->minor) ||
	    !span_starts(rest, " "))
		return false;
	rest = span_skip(rest, 1);
	if (!span_u64(span_first(rest, 3), INT_MAX, &status) || status < 100)
		return false;
	out->status = (int)status;
	rest = span_skip(rest, 3);
	if (rest.len > 0 && !span_starts(rest, " "))
		return false;
	out->reason = span_skip(rest, 1);
	return is_field_text(out->reason);
}

/* The first line, without its end, and the bytes it took; 0: not whole yet. */
static size_t first_line(struct span bytes, struct span *line)
{
	size_t lf = span_find_byte(bytes, '\n');

	if (lf == SIZE_MAX)
		return 0;
	*line = span_first(bytes, lf);
	if (span_ends(*line, "\r"))
		line->len--;
	return lf + 1;
}

/* Length with the blank line, or 0 if that has not come. */
static size_t head_length(struct span bytes)
{
	size_t at = 0, took;
	struct span line;

	while ((took = first_line(span_skip(bytes, at), &line)) > 0) {
		at += took;
		if (line.len == 0)
			return at;
	}
	return 0;
}

static int read_field(struct span line, unsigned number, struct headers *to,
		      struct fail *f)
{
	size_t colon = span_find_byte(line, ':');
	struct span name = span_first(line, colon), value;

	if (span_starts(line, " ") || span_starts(line, "\t"))
		return fail_set(f, FAIL_SYNTAX,
				"line %u: folded header fields are not "
				"allowed",
				number);
	if (colon == SIZE_MAX)
		return fail_set(f, FAIL_SYNTAX,
				"line %u: header field without a colon",
				number);
	if (span_ends(name, " ") || span_ends(name, "\t"))
		return fail_set(f, FAIL_SYNTAX,
				"line %u: white space before the colon",
				number);
	if (!is_token(name))
		return fail_set(f, FAIL_SYNTAX,
				"line %u: not a header field name", number);
	value = span_trim(span_skip(line, colon + 1));
	if (!is_field_text(value))
		return fail_set(f, FAIL_SYNTAX,
				"line %u: control character in the value of "
				"'%.*s'",
				number, SPAN_ARG(span_first(name, 64)));
	if (headers_add(to, name, value) < 0)
		return fail_set(f, FAIL_LIMIT,
				"line %u: more than %d header fields or %d "
				"bytes",
				number, HTTP_HEADERS_LIMIT,
				HTTP_HEAD_BYTES_LIMIT);
	return 0;
}

/* `bytes` are the field lines and the blank line. */
static int read_fields(struct span bytes, struct headers *to, struct fail *f)
{
	unsigned number = 2;
	struct span line;
	size_t took = first_line(bytes, &line);

	while (line.len > 0) {
		if (read_field(line, number++, to, f) < 0)
			return -1;
		bytes = span_skip(bytes, took);
		took = first_line(bytes, &line);
	}
	return 0;
}

/*
 * The start line is checked as soon as it is whole: otherwise we would wait in
 * vain for the blank line of a peer that speaks another protocol. The fields
 * are read when the blank line is there, so that a head that comes byte by byte
 * is not parsed at every byte.
 */
static long read_head(struct span bytes, start_fn *read_start, const char *what,
		      struct start *start, struct headers *headers,
		      struct fail *f)
{
	struct span seen = span_first(bytes, HTTP_HEAD_BYTES_LIMIT), line;
	size_t took = first_line(seen, &line), len;

	if (took > 0 && !read_start(line, start)) {
		fail_set(f, FAIL_SYNTAX, "line 1: not a %s line", what);
		return HTTP_BAD;
	}
	len = head_length(seen);
	if (len == 0 && bytes.len < HTTP_HEAD_BYTES_LIMIT)
		return HTTP_MORE;
	if (len == 0) {
		fail_set(f, FAIL_LIMIT, "head is longer than %d bytes",
			 HTTP_HEAD_BYTES_LIMIT);
		return HTTP_BAD;
	}
	if (read_fields(span_skip(span_first(seen, len), took), headers, f) <
	    0) {
		headers_clear(headers);
		return HTTP_BAD;
	}
	return (long)len;
}

long http_request_read(struct span bytes, struct http_head *out, struct fail *f)
{
	struct headers headers = { 0 };
	struct start start = { 0 };
	long len = read_head(bytes, read_request_line, "request", &start,
			     &headers, f);

	if (len > 0)
		*out = (struct http_head){ .method = span_dup(start.method),
					   .target = span_dup(start.target),
					   .minor = start.minor,
					   .headers = headers };
	return len;
}

long http_response_read(struct span bytes, struct http_head *out,
			struct fail *f)
{
	struct headers headers = { 0 };
	struct start start = { 0 };
	long len = read_head(bytes, read_status_line, "status", &start,
			     &headers, f);

	if (len > 0)
		*out = (struct http_head){ .status = start.status,
					   .reason = span_dup(start.reason),
					   .minor = start.minor,
					   .headers = headers };
	return len;
}

void http_head_clear(struct http_head *h)
{
	free(h->method);
	free(h->target);
	free(h->reason);
	headers_clear(&h->headers);
	*h = (struct http_head){ 0 };
}

static bool one_line(const char *text)
{
	return text == NULL || strpbrk(text, "\r\n") == NULL;
}

static int write_lines(const struct http_head *h, struct buf *out)
{
	int rc;

	if (h->method != NULL)
		rc = buf_addf(out, "%s %s HTTP/1.%d\r\n", h->method, h->target,
			      h->minor);
	else
		rc = buf_addf(out, "HTTP/1.%d %d %s\r\n", h->minor, h->status,
			      h->reason != NULL ? h->reason : "");
	for (size_t i = 0; i < h->headers.count && rc == 0; i++)
		rc = buf_addf(out, "%s: %s\r\n", h->headers.list[i].name,
			      h->headers.list[i].value);
	return rc == 0 ? buf_add_text(out, "\r\n") : -1;
}

int http_head_write(const struct http_head *h, struct buf *out)
{
	size_t before = out->len;

	if (!one_line(h->method) || !one_line(h->target) ||
	    !one_line(h->reason))
		return -1;
	if (write_lines(h, out) < 0) {
		buf_cut(out, before);
		return -1;
	}
	return 0;
}
