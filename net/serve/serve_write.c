/* Writes answers: their heads, their bodies, and how they end. */
#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "net/serve/serve_private.h"

/* How much is put into `out` before it is sent. */
#define FILL_BYTES ((size_t)64 * 1024)

/* ---- heads ---- */

static const char *reason_of(int status)
{
	static const struct {
		int status;
		const char *reason;
	} rows[] = {
		{ 100, "Continue" },
		{ 101, "Switching Protocols" },
		{ 103, "Early Hints" },
		{ 200, "OK" },
		{ 201, "Created" },
		{ 202, "Accepted" },
		{ 204, "No Content" },
		{ 206, "Partial Content" },
		{ 301, "Moved Permanently" },
		{ 302, "Found" },
		{ 303, "See Other" },
		{ 304, "Not Modified" },
		{ 307, "Temporary Redirect" },
		{ 308, "Permanent Redirect" },
		{ 400, "Bad Request" },
		{ 401, "Unauthorized" },
		{ 402, "Payment Required" },
		{ 403, "Forbidden" },
		{ 404, "Not Found" },
		{ 405, "Method Not Allowed" },
		{ 406, "Not Acceptable" },
		{ 407, "Proxy Authentication Required" },
		{ 408, "Request Timeout" },
		{ 409, "Conflict" },
		{ 410, "Gone" },
		{ 411, "Length Required" },
		{ 412, "Precondition Failed" },
		{ 413, "Content Too Large" },
		{ 414, "URI Too Long" },
		{ 415, "Unsupported Media Type" },
		{ 417, "Expectation Failed" },
		{ 421, "Misdirected Request" },
		{ 422, "Unprocessable Content" },
		{ 424, "Failed Dependency" },
		{ 425, "Too Early" },
		{ 426, "Upgrade Required" },
		{ 428, "Precondition Required" },
		{ 429, "Too Many Requests" },
		{ 431, "Request Header Fields Too Large" },
		{ 451, "Unavailable For Legal Reasons" },
		{ 500, "Internal Server Error" },
		{ 501, "Not Implemented" },
		{ 502, "Bad Gateway" },
		{ 503, "Service Unavailable" },
		{ 504, "Gateway Timeout" },
		{ 505, "HTTP Version Not Supported" },
		{ 529, "Overloaded" },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (rows[i].status == status)
			return rows[i].reason;
	return "Unknown";
}

static const char *date_now(struct serve *s)
{
	time_t now = time(NULL);
	struct tm tm;

	if (now != s->date_at && gmtime_r(&now, &tm)) {
		s->date_at = now;
		(void)strftime(s->date, sizeof(s->date),
			       "%a, %d %b %Y %H:%M:%S GMT", &tm);
	}
	return s->date;
}

static void put_field(struct buf *out, const char *name, const char *value)
{
	(void)buf_add_text(out, name);
	(void)buf_add(out, ": ", 2);
	(void)buf_add_text(out, value);
	(void)buf_add(out, "\r\n", 2);
}

static void put_framing(struct conn *c, const struct conn_reply *r, int minor)
{
	bool has_none = r->status < 200 || r->status == 204 || r->status == 304;

	if (r->length != VISIT_CHUNKED && !has_none)
		(void)buf_addf(&c->out, "Content-Length: %llu\r\n",
			       (unsigned long long)r->length);
	else if (r->length == VISIT_CHUNKED && !has_none && minor > 0)
		(void)buf_add_text(&c->out, "Transfer-Encoding: chunked\r\n");
	if (c->framing.close)
		(void)buf_add_text(&c->out, "Connection: close\r\n");
	else if (minor == 0)
		(void)buf_add_text(&c->out, "Connection: keep-alive\r\n");
}

void conn_reply_write(struct conn *c, const struct conn_reply *r)
{
	const struct headers *h = r->headers;
	int minor = c->visit ? c->visit->head.minor : 1;

	if (c->serve->fd < 0)
		c->framing.close = true;
	/* A client of HTTP/1.0 knows no chunks: the end of the connection is
	 * the end of the body. */
	if (minor == 0 && r->length == VISIT_CHUNKED && !r->bodyless)
		c->framing.close = true;
	conn_take_out(c);
	(void)buf_addf(&c->out, "HTTP/1.1 %d %s\r\n", r->status,
		       reason_of(r->status));
	if (!headers_get(h, "date"))
		put_field(&c->out, "Date", date_now(c->serve));
	for (size_t i = 0; i < h->count; i++)
		put_field(&c->out, h->list[i].name, h->list[i].value);
	put_framing(c, r, minor);
	(void)buf_add_text(&c->out, "\r\n");
}

/* ---- bodies ---- */

static bool is_chunked(const struct visit *v)
{
	return v->length == VISIT_CHUNKED && v->head.minor > 0 && !v->raw &&
	       !visit_is_bodyless(v);
}

/* Writes the size of a chunk and its line end. */
static void put_size(struct buf *out, size_t size)
{
	char text[2 * sizeof(size) + 2];
	char *end = text + sizeof(text), *at = end;

	*--at = '\n';
	*--at = '\r';
	do
		*--at = "0123456789abcdef"[size & 15];
	while (size >>= 4);
	(void)buf_add(out, at, (size_t)(end - at));
}

/* One piece is one chunk. */
static void put_piece(struct conn *c, struct visit *v)
{
	const struct piece *p = v->first;
	size_t len = p->len - p->at;

	if (is_chunked(v))
		put_size(&c->out, len);
	(void)buf_add(&c->out, p->bytes + p->at, len);
	if (is_chunked(v))
		(void)buf_add(&c->out, "\r\n", 2);
	visit_took(v, len);
}

/* False: there is nothing to send now. */
static bool fill(struct conn *c, struct visit *v)
{
	const struct serve *s = c->serve;
	struct conn_reply r = { .status = v->status,
				.headers = &v->headers,
				.length = v->length,
				.bodyless = visit_is_bodyless(v) };

	if (s->handler->on_sending)
		s->handler->on_sending(s->arg);
	conn_take_out(c);
	if (v->status != 0 && !v->begun) {
		v->begun = true;
		conn_reply_write(c, &r);
	}
	while (v->first && c->out.len < FILL_BYTES)
		put_piece(c, v);
	if (!v->first && v->finished && is_chunked(v) && !v->last_chunk) {
		v->last_chunk = true;
		(void)buf_add_text(&c->out, "0\r\n\r\n");
	}
	return c->out.len > 0;
}

/* ---- ends ---- */

void conn_cancel(struct conn *c, enum stream_end how)
{
	struct visit *v = c->visit;

	c->state = CONN_OVER;
	if (!v)
		return;
	visit_hangup(v, how);
	visit_off_wire(v, v->cut != END_OPEN ? v->cut : END_CANCELLED);
}

/* The answer is complete and sent: the connection closes or takes the next
 * request. */
static void go_on(struct conn *c)
{
	visit_off_wire(c->visit, END_CLEAN);
	if (c->framing.close) {
		conn_fin(c);
		return;
	}
	c->state = CONN_HEAD;
	c->muted = false;
	c->moved = loop_now();
	if (c->unread || (c->tls && tls_session_has_more(c->tls)))
		conn_soon(c);
}

static bool is_whole(const struct visit *v)
{
	return v->begun &&
	       (v->finished || visit_is_bodyless(v) ||
		(v->length != VISIT_CHUNKED && v->accepted == v->length));
}

/* All that was queued is sent: ends the answer, if that was all. */
static void settle(struct conn *c, struct visit *v)
{
	if (v->cut == END_RESET) {
		if (conn_reset(c))
			visit_off_wire(v, END_RESET);
	} else if (v->cut != END_OPEN) {
		visit_off_wire(v, END_CUT);
		conn_fin(c);
	} else if (is_whole(v)) {
		go_on(c);
	}
}

/* Raw bytes do not wait for the request's body. */
static bool may_send(const struct conn *c)
{
	const struct visit *v = c->visit;

	return v && (v->raw ||
		     ((c->state == CONN_ANSWER || c->state == CONN_DRAIN) &&
		      visit_has_answer(v)));
}

void conn_write(struct conn *c)
{
	bool out;

	if (c->state == CONN_OVER || c->state == CONN_HANDSHAKE)
		return;
	do
		out = conn_flush(c);
	while (out && may_send(c) && fill(c, c->visit));
	if (c->broken)
		conn_cancel(c, END_RESET);
	else if (out && c->state == CONN_CLOSE)
		conn_fin(c);
	else if (out && may_send(c) && c->state != CONN_BODY)
		settle(c, c->visit);
}
