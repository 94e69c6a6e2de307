/* Faults of errors: statuses, shapes, wording, retry instructions. */
#include <stdlib.h>
#include <time.h>

#include "gateway/faults/faults.h"

#define OPENAI \
	"{\"error\":{\"message\":%.*s,\"type\":\"upstream_error\"," \
	"\"param\":null,\"code\":null}}"

static bool message_of(struct span from, struct jval *message)
{
	struct jval root;

	return jscan(from, &root, NULL) == 0 &&
	       jscan_find(root, span_of("/error/message"), message);
}

static void other_shape(struct relay *r, struct span from, struct buf *to)
{
	struct jval message;

	if (r->status >= 400 && message_of(from, &message))
		buf_addf(to, OPENAI, SPAN_ARG(message.text));
	else
		buf_add_span(to, from);
}

static void flat_shape(struct relay *r, struct span from, struct buf *to)
{
	struct jval message;

	if (r->status >= 400 && message_of(from, &message))
		buf_addf(to, "{\"detail\":%.*s}", SPAN_ARG(message.text));
	else
		buf_add_span(to, from);
}

static void reword(const char *text, struct span from, struct buf *to)
{
	struct fault_edit edit = { .path = "/error/message", .with = text };

	if (!edit_apply(&edit, from, to))
		buf_add_span(to, from);
}

static void rewords_too_long(struct relay *r, struct span from, struct buf *to)
{
	struct jval m;

	(void)r;
	if (message_of(from, &m) &&
	    span_find(m.text, span_of("prompt is too long")) != SIZE_MAX)
		reword("\"ContextWindowExceededError: too many tokens\"", from,
		       to);
	else
		buf_add_span(to, from);
}

static void generic_message(struct relay *r, struct span from, struct buf *to)
{
	if (r->status >= 400)
		reword("\"upstream request failed\"", from, to);
	else
		buf_add_span(to, from);
}

static void prefixed_message(struct relay *r, struct span from, struct buf *to)
{
	struct buf text = BUF_INIT(BUF_NO_LIMIT);
	struct jval m;

	if (r->status >= 400 && message_of(from, &m)) {
		buf_addf(&text, "\"gateway: [%d] %.*s", r->status,
			 SPAN_ARG(span_skip(m.text, 1)));
		reword(buf_str(&text), from, to);
	} else {
		buf_add_span(to, from);
	}
	buf_clear(&text);
}

static void as_page(struct relay *r, struct span from, struct buf *to)
{
	if (r->status >= 400)
		buf_add_text(to, fault_html);
	else
		buf_add_span(to, from);
}

static void as_nothing(struct relay *r, struct span from, struct buf *to)
{
	if (r->status < 400)
		buf_add_span(to, from);
}

static enum take page_type(struct relay *r, struct slot *s,
			   const struct http_head *head, struct relay_answer *a)
{
	(void)r;
	(void)s;
	if (head->status >= 400)
		headers_set(&a->headers, "content-type", "text/html");
	return TAKE_NOT;
}

static enum take as_200(struct relay *r, struct slot *s,
			const struct http_head *head, struct relay_answer *a)
{
	(void)r;
	(void)s;
	if (head->status >= 400)
		a->status = 200;
	return TAKE_NOT;
}

static enum take all_500(struct relay *r, struct slot *s,
			 const struct http_head *head, struct relay_answer *a)
{
	(void)r;
	(void)s;
	if (head->status >= 400)
		a->status = 500;
	return TAKE_NOT;
}

static enum take all_5xx_502(struct relay *r, struct slot *s,
			     const struct http_head *head,
			     struct relay_answer *a)
{
	(void)s;
	(void)a;
	if (head->status < 500)
		return TAKE_NOT;
	relay_drop(r);
	reply_error(r, 502, "upstream failed");
	return TAKE_OVER;
}

/* Answers with a stream of one error event instead of a status. */
static enum take error_as_stream(struct relay *r, struct slot *s,
				 const struct http_head *head,
				 struct relay_answer *a)
{
	(void)s;
	(void)a;
	if (head->status < 400)
		return TAKE_NOT;
	relay_drop(r);
	fault_answer(r, 200, "text/event-stream",
		     "event: error\ndata: {\"type\":\"error\",\"error\":"
		     "{\"type\":\"api_error\",\"message\":\"failed\"}}\n\n");
	return TAKE_OVER;
}

static enum take date_retry_after(struct relay *r, struct slot *s,
				  const struct http_head *head,
				  struct relay_answer *a)
{
	const char *value = headers_get(&head->headers, "retry-after");
	char text[64];
	struct tm tm;
	time_t at;

	(void)r;
	(void)s;
	if (!value)
		return TAKE_NOT;
	at = time(NULL) + strtol(value, NULL, 10);
	gmtime_r(&at, &tm);
	strftime(text, sizeof(text), "%a, %d %b %Y %H:%M:%S GMT", &tm);
	headers_set(&a->headers, "retry-after", text);
	return TAKE_NOT;
}

static enum take caps_retry_after(struct relay *r, struct slot *s,
				  const struct http_head *head,
				  struct relay_answer *a)
{
	const char *value = headers_get(&head->headers, "retry-after");

	(void)r;
	(void)s;
	if (value && strtol(value, NULL, 10) > 30)
		headers_set(&a->headers, "retry-after", "30");
	return TAKE_NOT;
}

static enum take forces_retry(struct relay *r, struct slot *s,
			      const struct http_head *head,
			      struct relay_answer *a)
{
	(void)r;
	(void)s;
	if (head->status >= 400)
		headers_set(&a->headers, "x-should-retry", "true");
	return TAKE_NOT;
}

/* ---- failures of the gateway's own ---- */

static void own_page(struct relay *r, struct gate_reply *reply)
{
	(void)r;
	if (reply->status >= 500)
		fault_become(reply, reply->status, "text/html", fault_html);
}

static void own_200(struct relay *r, struct gate_reply *reply)
{
	(void)r;
	if (reply->status >= 500)
		reply->status = 200;
}

static void own_400(struct relay *r, struct gate_reply *reply)
{
	(void)r;
	if (reply->status >= 500)
		reply->status = 400;
}

static void own_shape(struct relay *r, struct gate_reply *reply)
{
	(void)r;
	if (reply->status >= 400)
		fault_become(reply, reply->status, "application/json",
			     "{\"error\":{\"message\":\"failed\",\"code\":"
			     "\"gateway\"}}");
}

static void own_without_id(struct relay *r, struct gate_reply *reply)
{
	static const struct fault_edit edit = { .path = "/request_id" };
	struct buf body = BUF_INIT(BUF_NO_LIMIT);

	(void)r;
	headers_remove(&reply->headers, "request-id");
	if (edit_apply(&edit, buf_span(&reply->body), &body)) {
		buf_clear(&reply->body);
		reply->body = body;
	}
}

const struct fault faults_of_errors[] = {
	{ .name = "rewrites-status",
	  .about = "turns 529 into 500",
	  .status_from = 529,
	  .status_to = 500 },
	{ .name = "529-to-503",
	  .about = "turns 529 into 503",
	  .status_from = 529,
	  .status_to = 503 },
	{ .name = "529-to-429",
	  .about = "turns 529 into 429",
	  .status_from = 529,
	  .status_to = 429 },
	{ .name = "400-to-500",
	  .about = "turns 400 into 500, which clients send again",
	  .status_from = 400,
	  .status_to = 500 },
	{ .name = "400-to-422",
	  .about = "turns 400 into 422",
	  .status_from = 400,
	  .status_to = 422 },
	{ .name = "403-to-401",
	  .about = "turns 403 into 401",
	  .status_from = 403,
	  .status_to = 401 },
	{ .name = "404-to-503",
	  .about = "turns an unknown model into 503",
	  .status_from = 404,
	  .status_to = 503 },
	{ .name = "413-to-400",
	  .about = "turns 413 into 400",
	  .status_from = 413,
	  .status_to = 400 },
	{ .name = "429-to-500",
	  .about = "turns 429 into 500",
	  .status_from = 429,
	  .status_to = 500 },
	{ .name = "500-to-400",
	  .about = "turns 500 into 400, which clients give up on",
	  .status_from = 500,
	  .status_to = 400 },
	{ .name = "503-to-400",
	  .about = "turns 503 into 400",
	  .status_from = 503,
	  .status_to = 400 },
	{ .name = "504-to-400",
	  .about = "turns 504 into 400",
	  .status_from = 504,
	  .status_to = 400 },
	{ .name = "402-to-400",
	  .about = "turns 402 into 400",
	  .status_from = 402,
	  .status_to = 400 },
	{ .name = "all-errors-500",
	  .about = "turns every error into 500",
	  .response = all_500 },
	{ .name = "all-5xx-502",
	  .about = "answers 502 with words of its own for every 5xx",
	  .response = all_5xx_502 },
	{ .name = "error-as-200",
	  .about = "answers errors with 200",
	  .response = as_200 },
	{ .name = "error-as-stream",
	  .about = "answers errors with a stream of one error event",
	  .response = error_as_stream },
	{ .name = "rewrites-error-shape",
	  .about = "gives errors another provider's shape",
	  .reply = other_shape },
	{ .name = "flat-error-shape",
	  .about = "gives errors the shape of its web framework",
	  .reply = flat_shape },
	{ .name = "rewords-prompt-too-long",
	  .about = "says in words of its own that the prompt is too long",
	  .reply = rewords_too_long },
	{ .name = "generic-error-message",
	  .about = "replaces every error message by one of its own",
	  .reply = generic_message },
	{ .name = "prefixes-error-message",
	  .about = "puts words of its own before error messages",
	  .reply = prefixed_message },
	{ .name = "drops-error-details",
	  .about = "leaves details out of errors",
	  .reply_edit = { .path = "/error/details" } },
	{ .name = "drops-error-request-id",
	  .about = "leaves request_id out of errors",
	  .reply_edit = { .path = "/request_id" } },
	{ .name = "rewrites-error-type",
	  .about = "calls every error api_error",
	  .reply_edit = { .path = "/error/type", .with = "\"api_error\"" } },
	{ .name = "html-errors",
	  .about = "answers errors with a web page",
	  .response = page_type,
	  .reply = as_page },
	{ .name = "empty-errors",
	  .about = "leaves out the body of errors",
	  .reply = as_nothing },
	{ .name = "drops-retry-after",
	  .about = "does not pass retry-after on",
	  .hides = "retry-after*" },
	{ .name = "drops-retry-after-ms",
	  .about = "does not pass retry-after-ms on",
	  .hides = "retry-after-ms" },
	{ .name = "date-retry-after",
	  .about = "turns retry-after into a date",
	  .response = date_retry_after },
	{ .name = "caps-retry-after",
	  .about = "limits retry-after to 30 s",
	  .response = caps_retry_after },
	{ .name = "drops-should-retry",
	  .about = "does not pass x-should-retry on",
	  .hides = "x-should-retry" },
	{ .name = "forces-should-retry",
	  .about = "tells clients to send every failed request again",
	  .response = forces_retry },
	{ .name = "own-errors-html",
	  .about = "answers its own failures with a web page",
	  .local = own_page },
	{ .name = "own-errors-200",
	  .about = "answers its own failures inside a 200",
	  .local = own_200 },
	{ .name = "own-errors-400",
	  .about = "answers its own failures as the client's mistake",
	  .local = own_400 },
	{ .name = "own-errors-shape",
	  .about = "answers its own failures in another shape",
	  .local = own_shape },
	{ .name = "own-errors-without-id",
	  .about = "gives its own failures no id",
	  .local = own_without_id },
	{ .name = NULL },
};
