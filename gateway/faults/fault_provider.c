/*
 * Faults that show when a provider is hostile, slow or merely unusual, and
 * when clients send what most of them never send.
 */
#include <string.h>

#include "gateway/faults/faults.h"

/* ---- requests ---- */

static bool wants_ascii(struct relay *r)
{
	const struct headers *h = &visit_head(r->visit)->headers;

	for (size_t i = 0; i < h->count; i++)
		for (const char *p = h->list[i].value; *p; p++)
			if ((unsigned char)*p > 126) {
				fault_answer(r, 500, "text/html", fault_html);
				return true;
			}
	return false;
}

static bool main_model_only(struct relay *r, struct slot *s)
{
	struct jval root, model;

	(void)s;
	if (jscan(buf_span(&r->body), &root, NULL) < 0 ||
	    !jscan_member(root, "model", &model) ||
	    span_find(model.text, span_of("opus")) != SIZE_MAX)
		return false;
	fault_answer(r, 404, "application/json",
		     "{\"type\":\"error\",\"error\":{\"type\":"
		     "\"not_found_error\",\"message\":\"model\"}}");
	return true;
}

/* ---- answers that are none ---- */

#define EMPTY_MESSAGE \
	"{\"id\":\"msg_1\",\"type\":\"message\",\"role\":\"assistant\"," \
	"\"content\":[],\"model\":\"model\",\"stop_reason\":\"end_turn\"," \
	"\"stop_sequence\":null,\"usage\":{\"input_tokens\":0," \
	"\"output_tokens\":0}}"

static bool is_message_path(const struct relay *r)
{
	return fault_is_path(r, "/v1/messages");
}

static void page_as_answer(struct relay *r, struct span from, struct buf *to)
{
	struct jval root, type;

	if (r->status == 200 && (jscan(from, &root, NULL) < 0 ||
				 !jscan_member(root, "type", &type)))
		buf_add_text(to, EMPTY_MESSAGE);
	else
		buf_add_span(to, from);
}

static void fills_content(struct relay *r, struct span from, struct buf *to)
{
	struct fault_edit edit = {
		.path = "/content",
		.was = "[]",
		.with = "[{\"type\":\"text\",\"text\":\"\"}]"
	};
	size_t at = span_find(from, span_of("\"content\":[]"));

	(void)r;
	if (at == SIZE_MAX || !edit_apply(&edit, from, to))
		buf_add_span(to, from);
}

static void fills_stream(struct slot *s, struct span frame, struct buf *out)
{
	if (frame_is(frame, "content_block_start"))
		s->is_set = true;
	if (frame_is(frame, "message_delta") && !s->is_set) {
		frame_write(out, "content_block_start",
			    "{\"type\":\"content_block_start\",\"index\":0,"
			    "\"content_block\":{\"type\":\"text\",\"text\":"
			    "\"\"}}");
		frame_write(out, "content_block_stop",
			    "{\"type\":\"content_block_stop\",\"index\":0}");
	}
	buf_add_span(out, frame);
}

#define NO_USAGE \
	"{\"type\":\"error\",\"error\":{\"type\":\"api_error\",\"message\":" \
	"\"'NoneType' object has no attribute 'input_tokens'\"}}"

static void needs_usage(struct relay *r, struct span from, struct buf *to)
{
	struct jval root, type, count;

	if (r->status == 200 && jscan(from, &root, NULL) == 0 &&
	    jscan_member(root, "type", &type) &&
	    jscan_string_is(type, "message") &&
	    !jscan_find(root, span_of("/usage/input_tokens"), &count))
		buf_add_text(to, NO_USAGE);
	else
		buf_add_span(to, from);
}

static void needs_usage_in_stream(struct slot *s, struct span frame,
				  struct buf *out)
{
	struct jval count;

	if (frame_is(frame, "message_start") &&
	    !frame_find(frame, "/message/usage/input_tokens", &count)) {
		frame_write(out, "error", NO_USAGE);
		s->is_set = true;
	}
	if (!s->is_set)
		buf_add_span(out, frame);
}

/* ---- pieces ---- */

static bool is_no_stream(const struct relay *r)
{
	return !r->is_stream && r->status < 300;
}

static void first_piece(struct slot *s, struct span bytes, struct buf *out)
{
	if (s->count++ == 0)
		buf_add_span(out, bytes);
}

/* Passes whole events only, and knows only LF LF as their end. */
static void until_lf_lf(struct slot *s, struct span bytes, struct buf *out)
{
	size_t at;

	buf_add_span(&s->kept, bytes);
	while ((at = span_find(buf_span(&s->kept), span_of("\n\n"))) !=
	       SIZE_MAX) {
		buf_add_span(out, span_first(buf_span(&s->kept), at + 2));
		buf_drop(&s->kept, at + 2);
	}
}

static enum take holds_message(struct relay *r, struct slot *s,
			       const struct http_head *head,
			       struct relay_answer *a)
{
	(void)s;
	(void)a;
	return r->is_stream || head->status != 200 ? TAKE_NOT : TAKE_HOLD;
}

/* Sends the whole answer with its length, then closes the connection. */
static bool hangs_up(struct relay *r, struct slot *s, enum stream_end end)
{
	struct buf text = BUF_INIT(BUF_NO_LIMIT);

	if (r->is_stream || r->status != 0 || end != END_CLEAN)
		return false;
	r->status = 200;
	buf_addf(&text,
		 "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
		 "Content-Length: %zu\r\n\r\n",
		 s->kept.len);
	buf_add_span(&text, buf_span(&s->kept));
	(void)visit_raw(r->visit, buf_str(&text), text.len);
	visit_cut(r->visit, END_CUT);
	buf_clear(&text);
	return true;
}

/* ---- asking again ---- */

static enum take holds_stream(struct relay *r, struct slot *s,
			      const struct http_head *head,
			      struct relay_answer *a)
{
	(void)s;
	(void)head;
	(void)a;
	return r->is_stream ? TAKE_HOLD : TAKE_NOT;
}

static void hides_first_error(struct slot *s, struct span frame,
			      struct buf *out)
{
	if (!s->is_set && s->count == 0 && frame_is(frame, "error"))
		return;
	s->is_set = true;
	buf_add_span(out, frame);
}

/* Asks again if neither head nor body of the answer has gone out. */
static bool again_if_empty(struct relay *r, struct slot *s, enum stream_end end)
{
	(void)end;
	if (!r->is_stream || r->status != 0 || s->count++ > 0)
		return false;
	relay_start(r);
	return true;
}

static enum take follows(struct relay *r, struct slot *s,
			 const struct http_head *head, struct relay_answer *a)
{
	const char *to = headers_get(&head->headers, "location");

	(void)a;
	if (head->status < 301 || head->status > 308 || !to || s->count++ > 4)
		return TAKE_NOT;
	buf_reset(&r->target);
	buf_add_text(&r->target, to);
	relay_drop(r);
	relay_start(r);
	return TAKE_OVER;
}

/* Asks with GET and no body, as libraries do after 301, 302 and 303. */
static void with_get(struct relay *r, struct fetch_request *request)
{
	if (strcmp(request->target, visit_head(r->visit)->target) == 0)
		return;
	request->method = "GET";
	request->body = SPAN_EMPTY;
	request->has_body = false;
}

/* ---- a breaker ---- */

static struct headers failed; /* sessions; one worker */

static void trip(struct slot *s)
{
	if (s->spare.len > 0)
		headers_set(&failed, buf_str(&s->spare), "1");
}

static bool is_tripped(struct relay *r, struct slot *s)
{
	const char *session =
		fault_client_header(r, "x-claude-code-session-id");

	if (session)
		buf_add_text(&s->spare, session);
	if (!session || !headers_get(&failed, session))
		return false;
	fault_answer(r, 503, "application/json",
		     "{\"type\":\"error\",\"error\":{\"type\":\"api_error\","
		     "\"message\":\"no healthy provider\"}}");
	return true;
}

static enum take trips_at_5xx(struct relay *r, struct slot *s,
			      const struct http_head *head,
			      struct relay_answer *a)
{
	(void)r;
	(void)a;
	if (head->status >= 500)
		trip(s);
	return TAKE_NOT;
}

static void trips_at_error(struct slot *s, struct span frame, struct buf *out)
{
	if (frame_is(frame, "error"))
		trip(s);
	buf_add_span(out, frame);
}

static bool trips_at_cut(struct relay *r, struct slot *s, enum stream_end end)
{
	if (end == END_CUT || end == END_RESET ||
	    (r->is_stream && r->bytes == 0))
		trip(s);
	return false;
}

const struct fault faults_of_providers[] = {
	{ .name = "ascii-headers-only",
	  .about = "fails at header values beyond ASCII",
	  .arrived = wants_ascii },
	{ .name = "main-model-only",
	  .about = "routes one family of models and no other",
	  .ready = main_model_only },
	{ .name = "page-as-answer",
	  .about = "turns any body with status 200 into an empty message",
	  .applies = is_message_path,
	  .reply = page_as_answer },
	{ .name = "fills-empty-content",
	  .about = "adds an empty text to a message without content",
	  .reply = fills_content,
	  .frame = fills_stream },
	{ .name = "needs-usage",
	  .about = "fails at a message without usage",
	  .reply = needs_usage,
	  .frame = needs_usage_in_stream },
	{ .name = "collects-unlabelled",
	  .about = "collects an answer that is not called a stream",
	  .applies = is_no_stream,
	  .piece = fault_keep,
	  .end = fault_give },
	{ .name = "first-piece-only",
	  .about = "takes the first chunk of a JSON answer for all of it",
	  .applies = is_no_stream,
	  .piece = first_piece },
	{ .name = "splits-at-lf-lf",
	  .about = "knows no line end but LF and waits for it",
	  .applies = fault_is_stream,
	  .piece = until_lf_lf,
	  .end = fault_give },
	{ .name = "closes-connections",
	  .about = "closes the connection after a JSON answer",
	  .applies = is_no_stream,
	  .response = holds_message,
	  .piece = fault_keep,
	  .again = hangs_up },
	{ .name = "retries-empty",
	  .about = "asks again when a stream is empty or begins with an error",
	  .response = holds_stream,
	  .frame = hides_first_error,
	  .again = again_if_empty },
	{ .name = "follows-redirects",
	  .about = "follows the upstream's redirects",
	  .response = follows },
	{ .name = "follows-with-get",
	  .about = "follows the upstream's redirects without the body",
	  .request = with_get,
	  .response = follows },
	{ .name = "trips-breaker",
	  .about = "takes the upstream out of service for a session after one "
		   "failure",
	  .ready = is_tripped,
	  .response = trips_at_5xx,
	  .frame = trips_at_error,
	  .again = trips_at_cut },
	{ .name = NULL },
};
