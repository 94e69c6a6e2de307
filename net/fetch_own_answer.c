/* Reads an answer on a connection of our own. */
#include <ctype.h>
#include <errno.h>
#include <string.h>

#include "net/fetch_own.h"
#include "wire/http/decode.h"

/* The most decoded bytes of one read. */
#define PLAIN_LIMIT ((size_t)32 * 1024 * 1024)

/* ---- its head ---- */

/* Can the first bytes be HTTP? Anything else is refused at once. */
static bool is_http(const struct buf *head)
{
	static const char begins[] = "HTTP/";
	size_t len = strlen(begins);

	return memcmp(buf_str(head), begins,
		      head->len < len ? head->len : len) == 0;
}

/* The length of the head with its blank line; 0: the blank line has not come.
 * `from`: where the new bytes begin. */
static size_t head_length(const struct buf *head, size_t from)
{
	size_t at = from > 2 ? from - 2 : 0, next;
	struct span s = buf_span(head);

	while ((next = span_find_byte(span_skip(s, at), '\n')) != SIZE_MAX) {
		at += next + 1;
		if (span_starts(span_skip(s, at), "\n"))
			return at + 1;
		if (span_starts(span_skip(s, at), "\r\n"))
			return at + 2;
	}
	return 0;
}

static int bad(struct own *o, const char *text)
{
	fetch_end_set(&o->fetch->end, END_BAD, "%s", text);
	return -1;
}

/* As libcurl reads it: the digits at the begin count, and if they are too many
 * for a number, the body goes on to the end of the connection. */
static int read_length(struct own *o, const struct headers *h)
{
	const char *value = NULL, *next;
	struct span digits;

	for (size_t i = 0; (next = headers_nth(h, "content-length", i)); i++) {
		value = next;
		if (!isdigit((unsigned char)*value))
			return bad(o, "the answer's Content-Length is no "
				      "number");
	}
	if (!value)
		return 0;
	digits = span_first(span_of(value), strspn(value, "0123456789"));
	if (span_u64(digits, INT64_MAX, &o->left))
		o->body = o->left > 0 ? OWN_COUNTED : OWN_NO_BODY;
	return 0;
}

static int read_coding(struct own *o, const struct headers *h)
{
	const char *value = headers_get(h, "transfer-encoding");

	if (headers_count(h, "transfer-encoding") == 1 &&
	    span_is_nocase(span_of(value), "chunked"))
		o->body = OWN_CHUNKED;
	else if (!span_is_nocase(span_of(value), "identity"))
		return bad(o, "the answer has a Transfer-Encoding that is not "
			      "known");
	return 0;
}

/* Do all readers find the same length? If not, bytes after this answer may
 * belong to it, and a later request must not get them. */
static bool has_one_length(const struct headers *h)
{
	const char *length = headers_get(h, "content-length");

	return headers_count(h, "content-length") +
			       headers_count(h, "transfer-encoding") <=
		       1 &&
	       (!length || length[strspn(length, "0123456789")] == '\0');
}

static bool is_coded(const struct fetch *ft)
{
	const struct headers *h = &ft->head.headers;
	const char *value = NULL;

	for (size_t i = 0;
	     ft->decompress && (value = headers_nth(h, "content-encoding", i));
	     i++)
		if (decode_is_needed(span_of(value)))
			return true;
	return false;
}

/* How long the body is (RFC 9112, 6.3), and whether another answer may come
 * after it. */
static int read_framing(struct own *o)
{
	const struct fetch *ft = o->fetch;
	const struct http_head *head = &ft->head;
	const struct headers *h = &head->headers;
	int rc = 0;

	o->left = 0;
	o->coded = is_coded(ft);
	o->chunked = (struct chunked){ .left = 0 };
	o->body = OWN_TO_THE_END;
	if (ft->is_head || head->status == 204 || head->status == 304)
		o->body = OWN_NO_BODY;
	else if (headers_get(h, "transfer-encoding"))
		rc = read_coding(o, h);
	else
		rc = read_length(o, h);
	o->reusable = ft->keep_alive && o->body != OWN_TO_THE_END &&
		      has_one_length(h) &&
		      !headers_has_token(h, "connection", "close") &&
		      (head->minor > 0 ||
		       headers_has_token(h, "connection", "keep-alive"));
	return rc;
}

/* Takes a head off the front. */
static enum fetch_own_step take_head(struct own *o, struct span *bytes)
{
	struct fetch *ft = o->fetch;
	size_t had = ft->raw_head.len, len;
	struct span some = span_first(*bytes, HTTP_HEAD_BYTES_LIMIT - had);

	(void)buf_add_span(&ft->raw_head, some);
	if (!is_http(&ft->raw_head)) {
		(void)bad(o, "the answer is not HTTP");
		return FETCH_OWN_STOP;
	}
	len = head_length(&ft->raw_head, had);
	some = len > 0 ? span_first(some, len - had) : some;
	*bytes = span_skip(*bytes, some.len);
	if (fetch_take_more(ft, some.len + (len == 0 && bytes->len > 0)) < 0)
		return FETCH_OWN_STOP;
	if (len == 0)
		return FETCH_OWN_MORE;
	buf_cut(&ft->raw_head, len);
	if (fetch_take_read(ft) < 0)
		return FETCH_OWN_STOP;
	if (!fetch_take_is_final(ft))
		return FETCH_OWN_MORE;
	if (read_framing(o) < 0 || fetch_take_head(ft) < 0)
		return FETCH_OWN_STOP;
	return o->body == OWN_NO_BODY ? FETCH_OWN_OVER : FETCH_OWN_MORE;
}

/* ---- its codings ---- */

/* Several fields form one list (RFC 9110, 5.3). */
static int begin_decode(struct own *o)
{
	struct fetch *ft = o->fetch;
	struct buf all = BUF_INIT(BUF_NO_LIMIT);
	int rc;

	(void)headers_join(&ft->head.headers, "content-encoding", &all);
	buf_init(&ft->plain, PLAIN_LIMIT);
	rc = decode_new(&ft->decode, buf_span(&all), NULL);
	buf_clear(&all);
	return rc;
}

static int give(struct own *o, struct span bytes)
{
	struct fetch *ft = o->fetch;

	if (bytes.len == 0 || !o->coded)
		return fetch_take_body(ft, bytes);
	buf_reset(&ft->plain);
	if ((!ft->decode && begin_decode(o) < 0) ||
	    decode_add(ft->decode, bytes, &ft->plain, NULL) < 0)
		return bad(o, "the body does not decode as its "
			      "content-encoding says");
	return fetch_take_body(ft, buf_span(&ft->plain));
}

/* ---- its body ---- */

static enum fetch_own_step take_counted(struct own *o, struct span *bytes)
{
	struct span some = span_first(
		*bytes, o->left < bytes->len ? (size_t)o->left : bytes->len);

	*bytes = span_skip(*bytes, some.len);
	o->left -= some.len;
	if (give(o, some) < 0)
		return FETCH_OWN_STOP;
	return o->left == 0 ? FETCH_OWN_OVER : FETCH_OWN_MORE;
}

/* One chunk of data at most: the owner may pause after it. */
static enum fetch_own_step take_chunked(struct own *o, struct span *bytes)
{
	struct span piece;

	if (chunked_next(&o->chunked, bytes, &piece))
		return give(o, piece) < 0 ? FETCH_OWN_STOP : FETCH_OWN_MORE;
	if (o->chunked.state == CHUNKED_DONE)
		return FETCH_OWN_OVER;
	if (o->chunked.state != CHUNKED_BAD)
		return FETCH_OWN_MORE;
	(void)bad(o, "the answer's chunks are broken");
	return FETCH_OWN_STOP;
}

static enum fetch_own_step take_some(struct own *o, struct span *bytes)
{
	struct span all = *bytes;

	if (!o->fetch->has_head)
		return take_head(o, bytes);
	if (o->body == OWN_COUNTED)
		return take_counted(o, bytes);
	if (o->body == OWN_CHUNKED)
		return take_chunked(o, bytes);
	*bytes = SPAN_EMPTY;
	return give(o, all) < 0 ? FETCH_OWN_STOP : FETCH_OWN_MORE;
}

enum fetch_own_step fetch_own_take(struct own *o, struct span bytes)
{
	struct fetch *ft = o->fetch;
	enum fetch_own_step step = FETCH_OWN_MORE;

	ft->last = ft->has_head ? loop_now() : ft->last;
	while (bytes.len > 0 && step == FETCH_OWN_MORE && !ft->paused)
		step = take_some(o, &bytes);
	if (step == FETCH_OWN_MORE)
		(void)buf_add_span(&o->held, bytes);
	else if (bytes.len > 0) /* nobody asked for what comes after */
		o->reusable = false;
	return step;
}

/* ---- its end ---- */

/* Has a part of the head come, at least one whole line? */
static bool has_begun(const struct fetch *ft)
{
	return span_find_byte(buf_span(&ft->raw_head), '\n') != SIZE_MAX;
}

static void explain_cut(const struct own *o)
{
	struct fetch *ft = o->fetch;
	const char *text = "closed before any answer";

	if (ft->has_head)
		text = "closed inside the answer's body";
	else if (has_begun(ft))
		text = "closed inside the answer's head";
	else if (ft->body_at < ft->body_len)
		text = "closed before the request was sent";
	else if (o->used)
		text = "the server closed a kept connection instead of "
		       "answering; the request is not repeated";
	fetch_end_set(&ft->end, END_CUT, "%s", text);
}

static void explain_error(const struct own *o)
{
	struct fetch *ft = o->fetch;

	if (!o->connected)
		fetch_end_set(&ft->end, END_REFUSED, "no connection: %s",
			      strerror(o->error));
	else if (o->error == ETIMEDOUT)
		fetch_end_set(&ft->end, END_TIMEOUT, "%s", strerror(o->error));
	else
		fetch_end_set(&ft->end, END_RESET,
			      "connection reset %s after %llu bytes of body",
			      ft->has_head ? "inside the answer,"
					   : "before any answer,",
			      (unsigned long long)ft->received);
	ft->end.os_error = o->error;
}

enum fetch_own_step fetch_own_close(struct own *o)
{
	struct fetch *ft = o->fetch;

	o->reusable = false;
	if (o->error != 0)
		explain_error(o);
	else if (ft->has_head && o->body == OWN_TO_THE_END)
		return FETCH_OWN_OVER;
	else
		explain_cut(o);
	return FETCH_OWN_STOP;
}
