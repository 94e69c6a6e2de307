/* Requests that the server refuses by itself. */
#include <string.h>

#include "net/serve/serve_private.h"
#include "wire/json/jscan.h"

#define BODY_LIMIT ((size_t)64 * 1024)

/* An error in the form of the Messages API, for callers without on_refuse. */
static void put_error(const struct framing_refusal *why, struct headers *h,
		      struct buf *body)
{
	(void)headers_add_text(h, "content-type", "application/json");
	(void)buf_add_text(body, "{\"type\":\"error\",\"error\":{\"type\":\"");
	(void)buf_add_text(body, why->status == 413 ? "request_too_large"
						    : "invalid_request_error");
	(void)buf_add_text(body, "\",\"message\":");
	(void)jscan_quote(body, span_of(why->text));
	(void)buf_add_text(body, "}}");
}

static void put_answer(struct conn *c, const struct framing_refusal *why,
		       bool bodyless)
{
	struct serve *s = c->serve;
	struct headers headers = { 0 };
	struct buf body = BUF_INIT(BODY_LIMIT);
	struct conn_reply r = { .status = why->status,
				.headers = &headers,
				.bodyless = bodyless };

	if (s->handler->on_refuse)
		s->handler->on_refuse(s->arg, c->visit, why, &headers, &body);
	else
		put_error(why, &headers, &body);
	r.length = body.len;
	conn_reply_write(c, &r);
	if (!bodyless)
		(void)buf_add_span(&c->out, buf_span(&body));
	headers_clear(&headers);
	buf_clear(&body);
}

void conn_refuse(struct conn *c, const struct framing_refusal *why)
{
	struct visit *v = c->visit;
	bool bodyless = v ? strcmp(v->head.method, "HEAD") == 0
			  : span_starts(buf_span(&c->in), "HEAD ");

	c->framing.close = true;
	if (v && visit_has_answer(v)) {
		c->state = CONN_ANSWER;
		return;
	}
	put_answer(c, why, bodyless);
	if (v)
		conn_cancel(c, END_CUT);
	c->state = CONN_CLOSE;
}
