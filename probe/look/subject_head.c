/* Subjects of one exchange: heads, bodies, and how it ended. */
#include <string.h>
#include <strings.h>

#include "probe/look/subject_private.h"
#include "wire/bytes/mem.h"
#include "wire/bytes/secrets.h"
#include "wire/json/jscan.h"

/* ---- heads ---- */

/* If we stopped reading, an answer might still have come. */
static const char *why_no_answer(enum stream_end end)
{
	bool early =
		end == END_OPEN || end == END_TIMEOUT || end == END_CANCELLED;

	return early ? "no answer had come yet" : "there was no answer";
}

const struct wlog_entry *subject_asked_answer(const struct subject_asked *a,
					      struct value *v)
{
	if (a->x->response == NULL)
		value_absent(v, why_no_answer(a->x->end));
	return a->x->response;
}

static const struct wlog_entry *request(const struct subject_asked *a,
					struct value *v)
{
	if (a->x->request == NULL)
		value_absent(v, "the request was not seen");
	return a->x->request;
}

/* The letter of the provider that was asked; the client's side has none. */
void subject_get_provider(const struct subject_asked *a, struct value *v)
{
	if (a->x->actor[0] != 'u') {
		value_absent(v, "the client's side has no provider");
		return;
	}
	buf_add_byte(&v->own, actor_provider(a->x->actor));
	value_own(v);
}

void subject_get_status(const struct subject_asked *a, struct value *v)
{
	const struct wlog_entry *e = subject_asked_answer(a, v);

	if (e != NULL)
		value_number(v, (size_t)e->status);
}

void subject_get_reason(const struct subject_asked *a, struct value *v)
{
	const struct wlog_entry *e = subject_asked_answer(a, v);

	if (e != NULL)
		value_bytes(v, span_of(e->reason));
}

static void add_field(const struct subject_asked *a, const struct header *h,
		      struct buf *out)
{
	if (a->blot)
		secrets_header(h->name, h->value, out);
	else
		buf_add_text(out, h->value);
}

static void header_of(const struct subject_asked *a, const struct wlog_entry *e,
		      struct value *v)
{
	bool any = false;

	if (e == NULL)
		return;
	for (size_t i = 0; i < e->headers.count; i++) {
		const struct header *h = &e->headers.list[i];

		if (strcasecmp(h->name, a->argument) != 0)
			continue;
		if (any)
			buf_add_text(&v->own, ", ");
		add_field(a, h, &v->own);
		any = true;
	}
	if (any)
		value_own(v);
	else
		value_absent(v, "there is no such header");
}

void subject_get_header(const struct subject_asked *a, struct value *v)
{
	header_of(a, subject_asked_answer(a, v), v);
}

void subject_get_request_header(const struct subject_asked *a, struct value *v)
{
	header_of(a, request(a, v), v);
}

void subject_get_header_count(const struct subject_asked *a, struct value *v)
{
	const struct wlog_entry *e = subject_asked_answer(a, v);

	if (e != NULL)
		value_number(v, headers_count(&e->headers, a->argument));
}

void subject_get_request_header_count(const struct subject_asked *a,
				      struct value *v)
{
	const struct wlog_entry *e = request(a, v);

	if (e != NULL)
		value_number(v, headers_count(&e->headers, a->argument));
}

static void add_fields(const struct subject_asked *a,
		       const struct wlog_entry *e, struct value *v)
{
	for (size_t i = 0; i < e->headers.count; i++) {
		buf_addf(&v->own, "%s: ", e->headers.list[i].name);
		add_field(a, &e->headers.list[i], &v->own);
		buf_add_text(&v->own, "\r\n");
	}
	value_own(v);
}

void subject_get_head(const struct subject_asked *a, struct value *v)
{
	const struct wlog_entry *e = subject_asked_answer(a, v);

	if (e == NULL)
		return;
	buf_addf(&v->own, "HTTP/1.%d %d %s\r\n", e->minor, e->status,
		 e->reason != NULL ? e->reason : "");
	add_fields(a, e, v);
}

void subject_get_request_head(const struct subject_asked *a, struct value *v)
{
	const struct wlog_entry *e = request(a, v);

	if (e == NULL)
		return;
	buf_addf(&v->own, "%s %s HTTP/1.%d\r\n",
		 e->method != NULL ? e->method : "",
		 e->target != NULL ? e->target : "", e->minor);
	add_fields(a, e, v);
}

void subject_get_method(const struct subject_asked *a, struct value *v)
{
	const struct wlog_entry *e = request(a, v);

	if (e != NULL)
		value_bytes(v, span_of(e->method));
}

void subject_get_target(const struct subject_asked *a, struct value *v)
{
	const struct wlog_entry *e = request(a, v);

	if (e != NULL)
		value_bytes(v, span_of(e->target));
}

void subject_get_path(const struct subject_asked *a, struct value *v)
{
	subject_get_target(a, v);
	if (v->kind == VALUE_BYTES)
		v->bytes = span_first(v->bytes, span_find_byte(v->bytes, '?'));
}

void subject_get_query(const struct subject_asked *a, struct value *v)
{
	size_t at;

	subject_get_target(a, v);
	if (v->kind != VALUE_BYTES)
		return;
	at = span_find_byte(v->bytes, '?');
	if (at == SIZE_MAX)
		value_absent(v, "the target has no query");
	else
		v->bytes = span_skip(v->bytes, at + 1);
}

/* ---- bodies and the end ---- */

/* The body is read as its reader gets it, without a content coding. */
bool subject_asked_body_reads(const struct subject_asked *a, struct value *v)
{
	if (a->x->unreadable != NULL)
		value_absent(v, a->x->unreadable);
	return a->x->unreadable == NULL;
}

void subject_get_body(const struct subject_asked *a, struct value *v)
{
	if ((subject_asked_answer(a, v) != NULL || a->x->pieces > 0) &&
	    subject_asked_body_reads(a, v)) {
		value_bytes(v, a->x->content);
		v->is_body = true;
	}
}

void subject_get_body_length(const struct subject_asked *a, struct value *v)
{
	if (subject_asked_answer(a, v) != NULL || a->x->pieces > 0)
		value_number(v, a->x->body.len);
}

static bool is_id(struct jval object, struct buf *out)
{
	struct jval id;

	return jscan_member(object, "request_id", &id) && id.type == J_STRING &&
	       jscan_string(id, out) == 0 && out->len > 0;
}

/* The id in an error body, or in the error event of a stream. */
static bool body_has_id(const struct exchange *x, struct buf *out)
{
	struct jval root;

	if (!x->is_stream)
		return jscan(x->content, &root, NULL) == 0 && is_id(root, out);
	for (size_t i = 0; i < x->event_count; i++)
		if (is_id(x->events[i].json, out))
			return true;
	return false;
}

void subject_get_request_id(const struct subject_asked *a, struct value *v)
{
	static const char *const names[] = { "request-id", "x-request-id",
					     "x-amzn-requestid" };
	const struct wlog_entry *e = subject_asked_answer(a, v);

	if (e == NULL)
		return;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		const char *id = headers_get(&e->headers, names[i]);

		if (id != NULL && *id != '\0') {
			value_bytes(v, span_of(id));
			return;
		}
	}
	if (body_has_id(a->x, &v->own))
		value_own(v);
	else
		value_absent(v, "there is no request-id, no x-request-id, and "
				"no request_id in the body");
}

void subject_get_extra(const struct subject_asked *a, struct value *v)
{
	value_bytes(v, buf_span(&a->x->extra));
}

void subject_get_request_body(const struct subject_asked *a, struct value *v)
{
	if (request(a, v) == NULL)
		return;
	value_bytes(v, a->x->request_body);
	v->is_body = true;
}

void subject_get_request_body_length(const struct subject_asked *a,
				     struct value *v)
{
	if (request(a, v) != NULL)
		value_number(v, a->x->request_body.len);
}

void subject_get_end(const struct subject_asked *a, struct value *v)
{
	value_bytes(v, span_of(end_name(a->x->end)));
}
