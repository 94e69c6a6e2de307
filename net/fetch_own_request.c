/* Writes a request for a connection of our own. */
#include <string.h>

#include "net/fetch_own.h"

/* The given Host, or NULL. It goes out before all other fields, as libcurl does
 * it. */
static const char *host_of(const struct headers *h)
{
	return h ? headers_get(h, "host") : NULL;
}

static bool has(const struct headers *h, const char *name)
{
	return h && headers_get(h, name);
}

bool fetch_own_takes(const struct fetch_origin *o,
		     const struct fetch_request *r)
{
	const char *host = host_of(r->headers);

	return o->at_len > 0 && !r->proxy && !r->only_connect && !r->keep &&
	       (!host || *host) && !has(r->headers, "expect");
}

static bool is_left_out(const char *name)
{
	return span_is_nocase(span_of(name), "host") ||
	       span_is_nocase(span_of(name), "content-length") ||
	       span_is_nocase(span_of(name), "transfer-encoding");
}

static void put(struct buf *out, const char *a, const char *b, const char *c)
{
	(void)buf_add_text(out, a);
	(void)buf_add_text(out, b);
	(void)buf_add_text(out, c);
}

static void put_fields(struct buf *out, const struct headers *h)
{
	for (size_t i = 0; h && i < h->count; i++) {
		const struct header *field = &h->list[i];

		if (is_left_out(field->name))
			continue;
		put(out, field->name, *field->value ? ": " : ":", field->value);
		(void)buf_add_text(out, "\r\n");
	}
}

int fetch_own_prepare(struct fetch *ft, const struct fetch_origin *o,
		      const struct fetch_request *r, struct fail *f)
{
	const char *host = host_of(r->headers);
	struct buf *out = &ft->out;

	ft->keep_alive =
		r->keep_alive &&
		!(r->headers &&
		  headers_has_token(r->headers, "connection", "close"));
	ft->decompress = r->decompress;
	put(out, r->method, " ", ft->target);
	put(out, " HTTP/1.1\r\nHost: ", host ? host : o->host, "\r\n");
	put_fields(out, r->headers);
	if (r->has_body)
		(void)buf_addf(out, "Content-Length: %zu\r\n", r->body.len);
	(void)buf_add_text(out, "\r\n");
	return fetch_own_open(ft, o, f);
}
