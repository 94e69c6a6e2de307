/* The part of a request that its signature covers, as a subject: Amazon's
 * Signature Version 4 names the header fields that were signed. */
#include <string.h>

#include "probe/look/subject_private.h"

#define SCHEME "AWS4-HMAC-SHA256 "
#define NAMES "SignedHeaders="

/* The names as "a;b;c"; empty: there is no such signature. */
static struct span names_of(const struct headers *h)
{
	struct span value = span_of(headers_get(h, "authorization"));
	size_t at;

	if (!span_starts(value, SCHEME))
		return SPAN_EMPTY;
	at = span_find(value, span_of(NAMES));
	if (at == SIZE_MAX)
		return SPAN_EMPTY;
	value = span_skip(value, at + strlen(NAMES));
	return span_trim(span_first(value, strcspn(value.at, ", ")));
}

/* Adds a line for each field of this name; none if the field is missing. */
static void add_fields(const struct headers *h, struct span name,
		       struct buf *out)
{
	for (size_t i = 0; i < h->count; i++)
		if (span_is_nocase(name, h->list[i].name))
			buf_addf(out, "%.*s: %s\n", SPAN_ARG(name),
				 h->list[i].value);
}

void subject_get_signed(const struct subject_asked *a, struct value *v)
{
	const struct wlog_entry *e = a->x->request;
	struct span names, name;

	if (e == NULL) {
		value_absent(v, "there is no request");
		return;
	}
	names = names_of(&e->headers);
	if (names.len == 0) {
		value_absent(v, "the request has no signature");
		return;
	}
	buf_addf(&v->own, "%s %s\n", e->method, e->target);
	while (span_split(&names, ';', &name))
		add_fields(&e->headers, name, &v->own);
	buf_add_byte(&v->own, '\n');
	buf_add_span(&v->own, a->x->request_body);
	value_own(v);
}
