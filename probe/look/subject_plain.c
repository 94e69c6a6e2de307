/*
 * What a request asks and what an answer says, whichever format they are in:
 * the plain form of formats/plain.h.
 */
#include <stdlib.h>

#include "probe/look/subject_private.h"
#include "wire/bytes/mem.h"

#define NO_FORMAT "its path is of no format that is read"

void subject_get_asked(const struct subject_asked *a, struct value *v)
{
	enum format format = view_format(a->x);
	struct jval root;

	if (format == FORMAT_UNKNOWN) {
		value_absent(v, NO_FORMAT);
		return;
	}
	if (jscan(a->x->request_body, &root, NULL) < 0) {
		value_absent(v, "the request's body is not JSON");
		return;
	}
	buf_init(&v->own, BUF_NO_LIMIT);
	plain_request(format, root, &v->own);
	value_own(v);
}

static void read_stream(enum format format, const struct exchange *x,
			struct buf *out)
{
	struct jval *events = xcalloc(x->event_count + 1, sizeof(*events));
	size_t count = 0;

	for (size_t i = 0; i < x->event_count; i++)
		if (x->events[i].json.text.at != NULL)
			events[count++] = x->events[i].json;
	plain_stream(format, events, count, out);
	free(events);
}

void subject_get_said(const struct subject_asked *a, struct value *v)
{
	enum format format = view_format(a->x);

	if (subject_asked_answer(a, v) == NULL ||
	    !subject_asked_body_reads(a, v))
		return;
	if (format == FORMAT_UNKNOWN) {
		value_absent(v, NO_FORMAT);
		return;
	}
	if (!a->x->is_stream && a->x->json.text.at == NULL) {
		value_absent(v, "the answer is neither a stream nor JSON");
		return;
	}
	buf_init(&v->own, BUF_NO_LIMIT);
	if (a->x->is_stream)
		read_stream(format, a->x, &v->own);
	else
		plain_answer(format, a->x->json, &v->own);
	value_own(v);
}
