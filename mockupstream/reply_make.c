/* Replies that are made while ccmock runs: one body, or a stream. */
#include <stdlib.h>

#include "mockupstream/reply.h"

void reply_json(struct reply *out, int status, struct buf *json)
{
	out->kind = REPLY_BODY;
	out->status = status;
	out->end = END_CLEAN;
	headers_add_text(&out->headers, "content-type", "application/json");
	out->bytes = buf_take(json, &out->len);
}

void reply_steps(struct reply *out, const char *type, struct buf *text)
{
	out->kind = REPLY_STREAM;
	out->status = 200;
	out->end = END_CLEAN;
	headers_add_text(&out->headers, "content-type", type);
	if (script_read(&out->script, "provider", buf_span(text), NULL) < 0)
		abort(); /* our own text is a valid script */
	buf_clear(text);
}

void reply_stream(struct reply *out, struct buf *text)
{
	reply_steps(out, "text/event-stream; charset=utf-8", text);
	headers_add_text(&out->headers, "cache-control", "no-cache");
}
