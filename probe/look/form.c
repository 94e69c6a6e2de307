/* Writes requests and answers of any known format in the plain form of
 * formats/plain.h. */
#include "probe/look/form.h"

#include <stdlib.h>
#include <string.h>

#include "wire/bytes/mem.h"

#define NO_FORMAT "its path belongs to no known format"

static struct span path_of(const struct exchange *x)
{
	struct span target = span_of(x->request->target);

	return span_first(target, span_find_byte(target, '?'));
}

/* Adds the model and `stream` that only the path has, as if the body had
 * them. */
static void add_request(const struct exchange *x, enum format format,
			struct jval root, struct buf *out)
{
	struct buf model = BUF_INIT(BUF_NO_LIMIT),
		   rest = BUF_INIT(BUF_NO_LIMIT);

	plain_request(format, root, &rest);
	if (!format_model(format, path_of(x), &model)) {
		buf_add_span(out, buf_span(&rest));
	} else {
		buf_add_text(out, "{\"model\":");
		jscan_quote(out, buf_span(&model));
		if (span_ends(path_of(x), "/invoke-with-response-stream"))
			buf_add_text(out, ",\"stream\":true");
		buf_add_text(out, rest.len > strlen("{}") ? "," : "");
		buf_add_span(out, span_skip(buf_span(&rest), 1));
	}
	buf_clear(&model);
	buf_clear(&rest);
}

const char *form_asked(const struct exchange *x, struct buf *out)
{
	enum format format = view_format(x);
	struct jval root;

	if (format == FORMAT_UNKNOWN)
		return NO_FORMAT;
	if (jscan(x->request_body, &root, NULL) < 0)
		return "the request's body is not JSON";
	add_request(x, format, root, out);
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
