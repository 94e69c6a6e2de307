/*
 * Requests and replies as libmicrohttpd's callbacks see them. The library
 * calls the request handler once with the head, again for each part of the
 * body, and then until a reply is queued; the connection is suspended while
 * the owner of the visit has nothing for it.
 */
#include <assert.h>
#include <microhttpd.h>
#include <string.h>

#include "net/serve_private.h"
#include "wire/http/framing.h"

static struct visit *visit_from(void *cls)
{
	struct visit *v = cls;

	assert(v && v->serve);
	return v;
}

static struct conn *conn_from(struct MHD_Connection *mhd)
{
	const union MHD_ConnectionInfo *info = MHD_get_connection_info(
		mhd, MHD_CONNECTION_INFO_SOCKET_CONTEXT);

	return info ? info->socket_context : NULL;
}

/* ---- the reply ---- */

/* The queue is empty and nothing more will come into it. */
static ssize_t end_body(struct visit *v)
{
	if (v->cut == END_RESET && !conn_reset(v)) {
		visit_sleep(v);
		return 0;
	}
	if (v->cut != END_OPEN)
		return MHD_CONTENT_READER_END_WITH_ERROR;
	return MHD_CONTENT_READER_END_OF_STREAM;
}

/* One return is one HTTP chunk on the wire. */
static ssize_t on_read(void *cls, uint64_t pos, char *out, size_t max)
{
	struct visit *v = visit_from(cls);
	struct piece *p = v->first;
	size_t n;

	(void)pos;
	if (v->gone)
		return MHD_CONTENT_READER_END_WITH_ERROR;
	if (p) {
		n = p->len - p->at < max ? p->len - p->at : max;
		memcpy(out, p->bytes + p->at, n);
		visit_took(v, n);
		return (ssize_t)n;
	}
	if (v->cut != END_OPEN || v->finished)
		return end_body(v);
	visit_sleep(v);
	return 0;
}

static void add_headers(struct MHD_Response *r, const struct headers *h)
{
	size_t i;
	char *c;

	for (i = 0; i < h->count; i++) {
		/* The library refuses empty values and tabs; white space
		 * around a value means nothing, inside it is a space. */
		for (c = h->list[i].value; *c; c++)
			if (*c == '\t')
				*c = ' ';
		(void)MHD_add_response_header(
			r, h->list[i].name,
			*h->list[i].value ? h->list[i].value : " ");
	}
}

/* The library ends even an answer to HEAD with a last chunk (0.9.75). */
static uint64_t reply_length(const struct visit *v)
{
	if (v->length != VISIT_CHUNKED)
		return v->length;
	return visit_is_bodyless(v) ? 0 : MHD_SIZE_UNKNOWN;
}

static enum MHD_Result queue_reply(struct visit *v)
{
	struct MHD_Response *r;
	enum MHD_Result queued;

	r = MHD_create_response_from_callback(
		reply_length(v), VISIT_PIECE_BYTES, on_read, v, NULL);
	if (!r)
		return MHD_NO;
	add_headers(r, &v->headers);
	if (v->serve->quiet)
		(void)MHD_add_response_header(r, "connection", "close");
	queued = MHD_queue_response(v->mhd, (unsigned)v->status, r);
	MHD_destroy_response(r);
	if (queued == MHD_NO)
		v->cut = END_CUT;
	return queued;
}

/* The request is in: reply, close, or wait for the owner. */
static enum MHD_Result settle(struct visit *v)
{
	if (v->conn->gone != END_OPEN && !v->finished && v->cut == END_OPEN)
		visit_hangup(v, v->conn->gone);
	if (v->gone)
		return MHD_NO;
	if (v->status != 0)
		return queue_reply(v);
	if (v->cut != END_OPEN && !v->first) {
		if (v->cut != END_RESET || conn_reset(v))
			return MHD_NO;
	}
	visit_sleep(v);
	return MHD_YES;
}

/* ---- the request ---- */

static enum MHD_Result on_field(void *cls, enum MHD_ValueKind kind,
				const char *key, size_t key_len,
				const char *value, size_t value_len)
{
	struct visit *v = visit_from(cls);

	(void)kind;
	if (headers_add(&v->head.headers, span_make(key, key_len),
			span_trim(span_make(value ? value : "", value_len))) <
	    0) {
		v->too_large = true;
		return MHD_NO;
	}
	return MHD_YES;
}

/* The body is not read, and the connection closes. Both servers that are
 * built on this speak the Messages API, so refusals have its shape. */
static enum MHD_Result refuse_head(struct visit *v, unsigned status,
				   const char *why)
{
	struct buf text = BUF_INIT(1024);
	struct MHD_Response *r;
	enum MHD_Result queued;

	buf_addf(&text,
		 "{\"type\":\"error\",\"error\":{\"type\":"
		 "\"invalid_request_error\",\"message\":\"%s\"}}",
		 why);
	r = MHD_create_response_from_buffer(text.len, text.at,
					    MHD_RESPMEM_MUST_COPY);
	buf_clear(&text);
	if (!r)
		return MHD_NO;
	(void)MHD_add_response_header(r, "content-type", "application/json");
	(void)MHD_add_response_header(r, "connection", "close");
	queued = MHD_queue_response(v->mhd, status, r);
	MHD_destroy_response(r);
	return queued;
}

/* The client waits with its body for our word: answer at once. */
static enum MHD_Result answer_without_body(struct visit *v)
{
	if (!headers_has_token(&v->head.headers, "expect", "100-continue"))
		return MHD_YES;
	if (v->status == 0 && v->cut == END_CUT && !v->raw)
		return MHD_NO;
	if (v->status != 0)
		return queue_reply(v);
	return MHD_YES;
}

static enum MHD_Result take_head(struct visit *v, const char *method,
				 const char *version)
{
	const struct serve_handler *h = v->serve->handler;
	const char *doubt;

	v->began = loop_now();
	conn_head_is_in(v->conn);
	v->head.method = span_dup(span_of(method));
	v->head.minor = strcmp(version, "HTTP/1.0") == 0 ? 0 : 1;
	MHD_get_connection_values_n(v->mhd, MHD_HEADER_KIND, on_field, v);
	if (v->too_large)
		return refuse_head(v, MHD_HTTP_REQUEST_HEADER_FIELDS_TOO_LARGE,
				   "too many header fields");
	doubt = v->serve->config.strict ? framing_doubt(&v->head) : NULL;
	if (doubt)
		return refuse_head(v, MHD_HTTP_BAD_REQUEST, doubt);
	visit_list(v);
	if (h->on_head)
		h->on_head(v->serve->arg, v);
	return visit_has_answer(v) ? answer_without_body(v) : MHD_YES;
}

static enum MHD_Result take_body(struct visit *v, const char *bytes, size_t len)
{
	uint64_t limit = v->body.limit; /* as it was when the head came */

	v->received += len;
	if (v->received > 2 * limit) {
		v->cut = v->cut == END_OPEN ? END_CUT : v->cut;
		return MHD_NO;
	}
	if (visit_has_answer(v) || v->too_large)
		return MHD_YES;
	if (buf_add(&v->body, bytes, len) < 0) {
		v->too_large = true;
		buf_clear(&v->body);
	}
	return MHD_YES;
}

static enum MHD_Result on_request(void *cls, struct MHD_Connection *mhd,
				  const char *url, const char *method,
				  const char *version, const char *bytes,
				  size_t *len, void **context)
{
	struct visit *v = visit_from(*context);
	enum MHD_Result rc;

	(void)cls;
	(void)mhd;
	(void)url;
	if (!v->head.method)
		return take_head(v, method, version);
	if (*len > 0) {
		rc = take_body(v, bytes, *len);
		*len = 0;
		return rc;
	}
	v->complete = true;
	if (!v->asked && !visit_has_answer(v)) {
		v->asked = true;
		v->serve->handler->on_request(v->serve->arg, v);
	}
	return settle(v);
}

/* The first that is heard of a request: its target as it was on the wire. */
static void *on_target(void *cls, const char *target,
		       struct MHD_Connection *mhd)
{
	(void)cls;
	return visit_new(conn_from(mhd), mhd, target);
}

/* ---- ends ---- */

static enum stream_end end_of(struct visit *v,
			      enum MHD_RequestTerminationCode code)
{
	if (code == MHD_REQUEST_TERMINATED_COMPLETED_OK && !v->gone)
		return END_CLEAN;
	if (v->cut != END_OPEN)
		return v->cut;
	if (code == MHD_REQUEST_TERMINATED_DAEMON_SHUTDOWN && !v->gone)
		return END_CUT;
	if (!v->gone)
		visit_hangup(v,
			     v->conn->gone == END_RESET ? END_RESET : END_CUT);
	return END_CANCELLED;
}

static void on_completed(void *cls, struct MHD_Connection *mhd, void **context,
			 enum MHD_RequestTerminationCode code)
{
	struct visit *v = *context;

	(void)cls;
	(void)mhd;
	if (!v)
		return;
	*context = NULL;
	v->suspended = false; /* nobody may wake it any more */
	conn_check(v->conn);
	conn_await_head(v->conn);
	visit_off_wire(v, end_of(v, code));
}

static void on_connection(void *cls, struct MHD_Connection *mhd, void **context,
			  enum MHD_ConnectionNotificationCode c)
{
	const union MHD_ConnectionInfo *info;

	if (c == MHD_CONNECTION_NOTIFY_STARTED) {
		info = MHD_get_connection_info(
			mhd, MHD_CONNECTION_INFO_CONNECTION_FD);
		*context = conn_new(cls, info->connect_fd);
		return;
	}
	conn_free(*context);
	*context = NULL;
}

struct MHD_Daemon *serve_daemon(struct serve *s, unsigned flags,
				struct MHD_OptionItem *options)
{
	return MHD_start_daemon(flags, 0, NULL, NULL, on_request, s,
				MHD_OPTION_URI_LOG_CALLBACK, on_target, s,
				MHD_OPTION_NOTIFY_COMPLETED, on_completed, s,
				MHD_OPTION_NOTIFY_CONNECTION, on_connection, s,
				MHD_OPTION_ARRAY, options, MHD_OPTION_END);
}
