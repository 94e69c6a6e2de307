/* Checks the head of a request; nothing in it is repaired. */
#include "wire/http/framing.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* Before a request: some clients send one after a body (RFC 9112, 2.2). */
#define EMPTY_LINES 2

void framing_refuse(struct framing_refusal *r, int status, const char *fmt, ...)
{
	va_list args;

	r->status = status;
	va_start(args, fmt);
	(void)vsnprintf(r->text, sizeof(r->text), fmt, args);
	va_end(args);
}

/* ---- where a head ends ---- */

static long scan_fail(struct framing_refusal *why, int status, const char *text)
{
	framing_refuse(why, status, "%s", text);
	return -1;
}

/* A line is complete; its LF is at s->at. True: it ends the head. */
static bool end_line(struct framing_scan *s)
{
	bool is_empty = s->at - s->line == 1;

	s->line = s->at + 1;
	if (!is_empty)
		s->has_line = true;
	else if (!s->has_line)
		s->empty++;
	return is_empty && s->has_line;
}

/* A client that speaks another protocol is refused at its first byte. */
static bool begins_request(char c)
{
	return c == '\r' || (c > ' ' && c < 0x7f);
}

static long scan_limit(const struct framing_scan *s,
		       struct framing_refusal *why)
{
	if (!s->has_line)
		return scan_fail(why, 414, "the request target is too long");
	return scan_fail(why, 431, "the head of the request is too large");
}

long framing_scan(struct framing_scan *s, struct span bytes,
		  struct framing_refusal *why)
{
	for (; s->at < bytes.len; s->at++) {
		char c = bytes.at[s->at];

		if (s->at >= FRAMING_HEAD_LIMIT)
			return scan_limit(s, why);
		if (!s->has_line && s->at == s->line &&
		    (!begins_request(c) || s->empty > EMPTY_LINES))
			return scan_fail(why, 400, "this is no HTTP request");
		if (c != '\n') {
			if (s->at > s->line && bytes.at[s->at - 1] == '\r')
				return scan_fail(why, 400,
						 "there is a CR without an LF");
			continue;
		}
		if (s->at == s->line || bytes.at[s->at - 1] != '\r')
			return scan_fail(why, 400,
					 "a line does not end in CR LF");
		if (end_line(s))
			return (long)++s->at;
	}
	return 0;
}

/* ---- what it says ---- */

/* What is wrong with a head that can be read; text NULL: nothing. */
struct doubt {
	int status;
	const char *text;
};

static struct doubt doubt(int status, const char *text)
{
	return (struct doubt){ status, text };
}

static struct doubt no_doubt(void)
{
	return (struct doubt){ .text = NULL };
}

/* token of RFC 9110, 5.6.2 */
static bool is_token(const char *name)
{
	return *name != '\0' &&
	       name[strspn(name, "!#$%&'*+-.^_`|~0123456789"
				 "abcdefghijklmnopqrstuvwxyz"
				 "ABCDEFGHIJKLMNOPQRSTUVWXYZ")] == '\0';
}

static bool has_odd_name(const struct headers *h)
{
	for (size_t i = 0; i < h->count; i++)
		if (!is_token(h->list[i].name))
			return true;
	return false;
}

/* The characters of "host:port" (RFC 3986, 3.2.2). */
static bool is_host(const char *value)
{
	return value[strspn(value, "abcdefghijklmnopqrstuvwxyz"
				   "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				   "0123456789-._~%!$&'()*+;=:[]")] == '\0';
}

static struct doubt judge_host(const struct http_head *h)
{
	size_t count = headers_count(&h->headers, "host");

	if (count > 1)
		return doubt(400, "there is more than one Host");
	if (count == 0 && h->minor > 0)
		return doubt(400, "there is no Host");
	if (count == 1 && !is_host(headers_get(&h->headers, "host")))
		return doubt(400, "the Host is no host name");
	return no_doubt();
}

static struct doubt judge_coding(const struct http_head *h)
{
	const struct headers *fields = &h->headers;

	if (headers_get(fields, "content-length"))
		return doubt(400, "there are both Transfer-Encoding and "
				  "Content-Length");
	if (h->minor == 0)
		return doubt(400, "HTTP/1.0 has no Transfer-Encoding");
	if (headers_count(fields, "transfer-encoding") > 1 ||
	    !span_is_nocase(span_of(headers_get(fields, "transfer-encoding")),
			    "chunked"))
		return doubt(400, "the only Transfer-Encoding known here is "
				  "chunked");
	return no_doubt();
}

static struct doubt judge_length(const struct http_head *h)
{
	const char *text = headers_get(&h->headers, "content-length");
	uint64_t length;

	if (headers_count(&h->headers, "content-length") > 1)
		return doubt(400, "there is more than one Content-Length");
	if (!text || span_u64(span_of(text), INT64_MAX, &length))
		return no_doubt();
	if (*text != '\0' && text[strspn(text, "0123456789")] == '\0')
		return doubt(413, "the request body is too large");
	return doubt(400, "the Content-Length is no number");
}

static struct doubt judge(const struct http_head *h)
{
	struct doubt d = judge_host(h);

	if (d.text)
		return d;
	if (headers_get(&h->headers, "transfer-encoding"))
		return judge_coding(h);
	return judge_length(h);
}

const char *framing_doubt(const struct http_head *h)
{
	return has_odd_name(&h->headers)
		       ? "a header has a name that is not allowed"
		       : judge(h).text;
}

/* A path, a URL, or the server as a whole (RFC 9112, 3.2). */
static struct doubt judge_target(const struct http_head *h)
{
	struct span target = span_of(h->target);

	if (strcmp(h->method, "CONNECT") == 0)
		return doubt(501, "this server is no proxy");
	if (span_starts(target, "/") ||
	    span_find(target, span_of("://")) != SIZE_MAX ||
	    (span_is(target, "*") && strcmp(h->method, "OPTIONS") == 0))
		return no_doubt();
	return doubt(400, "the request target is neither a path nor a URL");
}

static void read_framing(const struct http_head *h, struct framing *out)
{
	const struct headers *fields = &h->headers;
	const char *length = headers_get(fields, "content-length");

	*out = (struct framing){ .kind = FRAMING_NONE };
	if (headers_has_token(fields, "transfer-encoding", "chunked"))
		out->kind = FRAMING_CHUNKED;
	else if (length && span_u64(span_of(length), INT64_MAX, &out->length) &&
		 out->length > 0)
		out->kind = FRAMING_COUNTED;
	out->close =
		h->minor == 0
			? !headers_has_token(fields, "connection", "keep-alive")
			: headers_has_token(fields, "connection", "close");
	out->waits = h->minor > 0 && out->kind != FRAMING_NONE &&
		     headers_has_token(fields, "expect", "100-continue");
}

/* A request line that is sound but for its version: "... HTTP/2.0". */
static bool is_other_version(struct span head)
{
	struct span line = span_first(head, span_find_byte(head, '\r'));
	struct span version = span_skip(line, line.len - 9);
	struct span digits = span_skip(version, strlen(" HTTP/"));

	return line.len > 9 && span_starts(version, " HTTP/") &&
	       digits.at[0] >= '0' && digits.at[0] <= '9' &&
	       digits.at[0] != '1' && digits.at[1] == '.' &&
	       digits.at[2] >= '0' && digits.at[2] <= '9';
}

/* Why the bytes cannot be read as a head. */
static struct doubt unreadable(struct span bytes, const struct fail *f)
{
	if (f->code == FAIL_LIMIT)
		return doubt(431, "too many header fields");
	if (is_other_version(bytes))
		return doubt(505, "this server speaks HTTP/1.1");
	return doubt(400, f->text);
}

int framing_read(struct span bytes, bool lenient, struct http_head *head,
		 struct framing *out, struct framing_refusal *why)
{
	struct fail f = FAIL_INIT;
	struct doubt d;

	while (span_starts(bytes, "\r\n"))
		bytes = span_skip(bytes, 2);
	if (http_request_read(bytes, head, &f) < 0) {
		d = unreadable(bytes, &f);
	} else {
		d = judge_target(head);
		if (!d.text && !lenient)
			d = judge(head);
		if (d.text)
			http_head_clear(head);
	}
	if (d.text) {
		framing_refuse(why, d.status, "%s", d.text);
		return -1;
	}
	read_framing(head, out);
	return 0;
}
