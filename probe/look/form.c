#include "probe/look/form.h"

#include <stdlib.h>

#include "wire/bytes/mem.h"

#define NO_FORMAT "its path is of no format that is read"

const char *form_asked(const struct exchange *x, struct buf *out)
{
	enum format format = view_format(x);
	struct jval root;

	if (format == FORMAT_UNKNOWN)
		return NO_FORMAT;
	if (jscan(x->request_body, &root, NULL) < 0)
		return "the request's body is not JSON";
	plain_request(format, root, out);
	return NULL;
}

static void read_stream(enum format format, const struct exchange *x,
			struct buf *out)
{
	struct jval *events = xcalloc(x->event_count, sizeof(*events));
	size_t count = 0;

	for (size_t i = 0; i < x->event_count; i++)
		if (x->events[i].json.text.at != NULL)
			events[count++] = x->events[i].json;
	plain_stream(format, events, count, out);
	free(events);
}

const char *form_said(const struct exchange *x, struct buf *out)
{
	enum format format = view_format(x);

	if (format == FORMAT_UNKNOWN)
		return NO_FORMAT;
	if (!x->is_stream && x->json.text.at == NULL)
		return "the answer is neither a stream nor JSON";
	if (x->is_stream)
		read_stream(format, x, out);
	else
		plain_answer(format, x->json, out);
	return NULL;
}
