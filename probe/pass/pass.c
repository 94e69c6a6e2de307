/* The pass-through: sends requests up and answers down. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "probe/pass/pass.h"
#include "wire/bytes/mem.h"
#include "wire/http/hop.h"
#include "wire/json/jscan.h"

static void pass_drop(struct passing *p)
{
	if (p->fetch)
		fetch_cancel(p->fetch);
	p->fetch = NULL;
}

static void pass_ended(struct passing *p, enum stream_end end, const char *text)
{
	if (p->end != END_OPEN)
		return;
	p->end = end;
	p->ended = loop_now();
	snprintf(p->text, sizeof(p->text), "%.*s", (int)sizeof(p->text) - 1,
		 text);
}

/* ---- answers of our own, in the shape that the client knows ---- */

static void answer_own(struct passing *p, int status, const char *type,
		       const char *why)
{
	struct headers headers = { 0 };
	struct buf body = BUF_INIT(BUF_NO_LIMIT);

	p->own = why;
	headers_add_text(&headers, "content-type", "application/json");
	buf_addf(&body,
		 "{\"type\":\"error\",\"error\":{\"type\":\"%s\",\"message\":",
		 type);
	jscan_quote(&body, span_of(why));
	buf_add_text(&body, "}}");
	visit_answer(p->visit, status, &headers, buf_span(&body));
	headers_clear(&headers);
	buf_clear(&body);
}

/* ---- the answer ---- */

/* Copies all fields except those of one connection. Adding cannot fail: these
 * are no more fields than those that were read. */
static void pass_headers(const struct headers *from, struct headers *to)
{
	for (size_t i = 0; i < from->count; i++)
		if (!hop_is_field(from, from->list[i].name))
			headers_add_text(to, from->list[i].name,
					 from->list[i].value);
}

static void on_answer(void *arg, struct fetch *ft, const struct http_head *head)
{
	struct passing *p = arg;
	struct headers headers = { 0 };
	uint64_t length;

	(void)ft;
	if (hop_doubt(head) || head->status < 200) {
		pass_drop(p);
		pass_ended(p, END_BAD,
			   head->status < 200
				   ? "the protocol was changed"
				   : "the answer's length can be read in "
				     "two ways");
		answer_own(p, 502, "api_error",
			   "ccprobe's pass-through: what was answered cannot "
			   "be passed on");
		return;
	}
	p->head_at = loop_now();
	p->head.status = head->status;
	headers_copy(&p->head.headers, &head->headers);
	p->head.reason = xstrdup(head->reason);
	p->head.minor = head->minor;
	if (p->pass->copies)
		copy_begin(&p->copy, &head->headers);
	if (p->pass->watch->on_answer)
		p->pass->watch->on_answer(p->pass->arg, p);
	if (!hop_length(head, &length))
		length = VISIT_CHUNKED;
	pass_headers(&head->headers, &headers);
	visit_begin(p->visit, head->status, &headers, length);
	headers_clear(&headers);
}

static bool on_piece(void *arg, struct fetch *ft, struct span bytes)
{
	struct passing *p = arg;

	(void)ft;
	p->paused = !visit_send(p->visit, bytes.at, bytes.len);
	if (p->pass->copies)
		copy_add(&p->copy, bytes);
	if (p->pass->watch->on_piece)
		p->pass->watch->on_piece(p->pass->arg, p, bytes);
	return !p->paused;
}

/* If the gateway closed or reset the connection, the client's ends in the same
 * way. A body that cannot be decoded is passed on, but recorded as END_BAD. */
static void on_gateway_end(void *arg, struct fetch *ft,
			   const struct fetch_end *e)
{
	struct passing *p = arg;

	(void)ft;
	p->fetch = NULL;
	if (e->end == END_CLEAN && p->copy.undecodable)
		pass_ended(p, END_BAD,
			   "the body is not what content-encoding says");
	pass_ended(p, e->end, e->text);
	if (e->end == END_CLEAN)
		visit_finish(p->visit);
	else if (p->head.status || e->end == END_CUT || e->end == END_RESET)
		visit_cut(p->visit, e->end == END_RESET ? END_RESET : END_CUT);
	else
		answer_own(
			p, 502, "api_error",
			e->end == END_BAD
				? "ccprobe's pass-through: what was answered "
				  "is not HTTP"
			: strcmp(p->pass->peer, "gateway") == 0
				? "ccprobe's pass-through could not reach "
				  "the gateway"
				: "ccprobe's pass-through could not reach "
				  "its upstream");
}

static const struct fetch_handler gateway_handler = {
	.on_head = on_answer,
	.on_data = on_piece,
	.on_end = on_gateway_end,
};

/* ---- the request ---- */

/* fetch sets Host for the gateway. Expect concerned only the client and us: the
 * whole body is here already. */
static void request_headers(const struct headers *from, struct headers *to)
{
	pass_headers(from, to);
	headers_remove(to, "host");
	headers_remove(to, "expect");
}

static bool has_body(const struct http_head *head, struct span body)
{
	return body.len > 0 || strcmp(head->method, "POST") == 0 ||
	       (headers_get(&head->headers, "content-length") &&
		strcmp(head->method, "HEAD") != 0);
}

static int ask_gateway(struct passing *p, struct fail *f)
{
	const struct pass *c = p->pass;
	const struct http_head *head = visit_head(p->visit);
	struct headers headers = { 0 };
	struct fetch_request request = {
		.origin = c->origin,
		.method = head->method,
		.target = head->target,
		.headers = &headers,
		.body = visit_body(p->visit),
		.has_body = has_body(head, visit_body(p->visit)),
		.keep_alive = !c->fresh,
		.tls = c->tls,
		.proxy = c->proxy,
	};
	int rc;

	request_headers(&head->headers, &headers);
	rc = fetch_start(&p->fetch, c->fetcher, &request, &gateway_handler, p,
			 f);
	headers_clear(&headers);
	return rc;
}

/* ---- the client's side ---- */

static void on_head(void *arg, struct visit *v)
{
	struct passing *p = xcalloc(1, sizeof(*p));
	const char *why;

	p->pass = arg;
	p->visit = v;
	p->began = loop_now();
	copy_init(&p->copy);
	visit_set(v, p);
	why = p->pass->watch->on_head ? p->pass->watch->on_head(p->pass->arg, p)
				      : NULL;
	if (why)
		answer_own(p, 503, "api_error", why);
	else if (visit_head(v)->target[0] != '/')
		answer_own(p, 400, "invalid_request_error",
			   "ccprobe's pass-through is no proxy: set "
			   "ANTHROPIC_BASE_URL to its address");
}

static void on_request(void *arg, struct visit *v)
{
	struct passing *p = visit_get(v);
	struct fail f = FAIL_INIT;

	(void)arg;
	p->began = loop_now();
	if (visit_too_large(v)) {
		answer_own(
			p, 413, "request_too_large",
			"ccprobe's pass-through takes bodies of up to 40 MB");
		return;
	}
	if (p->pass->watch->on_request)
		p->pass->watch->on_request(p->pass->arg, p);
	if (ask_gateway(p, &f) < 0) {
		pass_ended(p, END_BAD, f.text);
		answer_own(p, 400, "invalid_request_error",
			   "ccprobe's pass-through cannot send this request");
	}
}

static void on_room(void *arg, struct visit *v)
{
	struct passing *p = visit_get(v);

	(void)arg;
	if (p->paused && p->fetch)
		fetch_resume(p->fetch);
	p->paused = false;
}

static void on_hangup(void *arg, struct visit *v, enum stream_end end)
{
	struct passing *p = visit_get(v);

	(void)arg;
	(void)end;
	pass_ended(p, END_CANCELLED, "the client hung up");
	pass_drop(p);
}

static void on_done(void *arg, struct visit *v, enum stream_end end)
{
	struct passing *p = visit_get(v);

	(void)arg;
	(void)end;
	pass_drop(p);
	if (!p->own)
		pass_ended(p, END_CANCELLED,
			   p->pass->over
				   ? "ccprobe was ended"
				   : "the request was not read to its end");
	if (p->pass->watch->on_over)
		p->pass->watch->on_over(p->pass->arg, p);
	copy_clear(&p->copy);
	http_head_clear(&p->head);
	free(p);
}

const struct serve_handler pass_handler = {
	.on_head = on_head,
	.on_request = on_request,
	.on_room = on_room,
	.on_hangup = on_hangup,
	.on_done = on_done,
};

bool pass_is_loopback(const char *host)
{
	return strncmp(host, "127.", 4) == 0 || strcmp(host, "::1") == 0;
}
