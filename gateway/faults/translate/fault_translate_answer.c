/* Faults of a translation back: edits of what the client gets. */
#include "gateway/faults/faults.h"

#define STOPPED \
	"{\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"end_turn\"," \
	"\"stop_sequence\":null},\"usage\":{\"output_tokens\":1}}"

/* ---- streams ---- */

static void drops_deltas(struct slot *s, struct span frame, struct buf *out)
{
	struct jval v;

	(void)s;
	if (!frame_find(frame, "/delta/partial_json", &v))
		buf_add_span(out, frame);
}

/* Drops all texts of an answer after the first piece. */
static void drops_texts(struct slot *s, struct span frame, struct buf *out)
{
	struct jval v;

	if (frame_find(frame, "/delta/text", &v) && s->count++ > 0)
		return;
	buf_add_span(out, frame);
}

static void drops_the_second_call(struct slot *s, struct span frame,
				  struct buf *out)
{
	struct jval v;
	int64_t index = 0;

	(void)s;
	if (frame_find(frame, "/index", &v))
		(void)jscan_i64(v, &index);
	if (index != 1)
		buf_add_span(out, frame);
}

void fault_end_message(struct buf *out)
{
	frame_write(out, "message_delta", STOPPED);
	frame_write(out, "message_stop", "{\"type\":\"message_stop\"}");
}

static void hides_errors(struct slot *s, struct span frame, struct buf *out)
{
	(void)s;
	if (!frame_is(frame, "error")) {
		buf_add_span(out, frame);
		return;
	}
	fault_end_message(out);
}

static void ends_what_was_cut(struct slot *s, struct buf *out,
			      enum stream_end *end)
{
	(void)s;
	if (*end == END_CLEAN)
		return;
	frame_write(out, "content_block_stop",
		    "{\"type\":\"content_block_stop\",\"index\":0}");
	fault_end_message(out);
	*end = END_CLEAN;
}

static void drops_thoughts(struct slot *s, struct span frame, struct buf *out)
{
	struct jval v;

	(void)s;
	if (frame_find(frame, "/delta/thinking", &v))
		frame_write(
			out, "content_block_delta",
			"{\"type\":\"content_block_delta\",\"index\":0,"
			"\"delta\":{\"type\":\"text_delta\",\"text\":\"\"}}");
	else
		buf_add_span(out, frame);
}

/* Drops a thought after its first piece. */
static void cuts_thoughts(struct slot *s, struct span frame, struct buf *out)
{
	struct jval v;

	if (!frame_find(frame, "/delta/thinking", &v) || s->count++ == 0)
		buf_add_span(out, frame);
}

static void drops_signatures(struct slot *s, struct span frame, struct buf *out)
{
	struct jval v;

	(void)s;
	if (!frame_find(frame, "/delta/signature", &v))
		buf_add_span(out, frame);
}

/* Writes the input of the call before, whoever's it was, in place of each
 * input. */
static void shares_inputs(struct slot *s, struct span frame, struct buf *out)
{
	static struct buf last = BUF_INIT(BUF_NO_LIMIT);
	struct buf own = BUF_INIT(BUF_NO_LIMIT);
	struct jval v;

	(void)s;
	if (!frame_find(frame, "/delta/partial_json", &v)) {
		buf_add_span(out, frame);
		return;
	}
	buf_add_span(&own, frame);
	buf_add_span(out, last.len > 0 ? buf_span(&last) : frame);
	buf_clear(&last);
	last = own;
}

/* ---- errors ---- */

static bool is_refusal(const struct gate_reply *reply)
{
	return reply->status >= 400;
}

static void rewords(struct relay *r, struct gate_reply *reply)
{
	(void)r;
	if (is_refusal(reply))
		fault_become(reply, 400, "application/json",
			     "{\"type\":\"error\",\"error\":{\"type\":"
			     "\"invalid_request_error\",\"message\":"
			     "\"Provider returned error\"}}");
}

static void is_never_ready(struct relay *r, struct gate_reply *reply)
{
	(void)r;
	if (is_refusal(reply))
		fault_become(reply, 500, "application/json",
			     "{\"type\":\"error\",\"error\":{\"type\":"
			     "\"api_error\",\"message\":\"internal error\"}}");
}

static bool says(const struct gate_reply *reply, const char *words)
{
	return is_refusal(reply) &&
	       span_find(buf_span(&reply->body), span_of(words)) != SIZE_MAX;
}

static void hides_overflow(struct relay *r, struct gate_reply *reply)
{
	(void)r;
	if (says(reply, "prompt is too long"))
		fault_become(reply, 400, "application/json",
			     "{\"type\":\"error\",\"error\":{\"type\":"
			     "\"invalid_request_error\",\"message\":"
			     "\"The request could not be sent on.\"}}");
}

static void passes_pages(struct relay *r, struct gate_reply *reply)
{
	(void)r;
	if (says(reply, "<html>"))
		fault_become(reply, reply->status, "text/html", fault_html);
}

static void drops_retry_after(struct relay *r, struct gate_reply *reply)
{
	(void)r;
	headers_remove(&reply->headers, "retry-after");
}

static void never_again(struct relay *r, struct gate_reply *reply)
{
	(void)r;
	if (reply->status == 429 || reply->status == 503)
		reply->status = 400;
}

static void counts_one(struct relay *r, struct gate_reply *reply)
{
	if (fault_is_path(r, "/v1/messages/count_tokens"))
		fault_become(reply, 200, "application/json",
			     "{\"input_tokens\":1}");
}

const struct fault faults_of_translated_answers[] = {
	{ .name = "chat-without-usage",
	  .about = "does not ask for usage, and reports none",
	  .body_edit = { .path = "/stream_options" },
	  .event = "message_delta",
	  .frame_edit = { .path = "/usage/output_tokens", .with = "0" } },
	{ .name = "chat-always-stops",
	  .about = "gives end_turn for every stop reason",
	  .event = "message_delta",
	  .frame_edit = { .path = "/delta/stop_reason",
			  .with = "\"end_turn\"" } },
	{ .name = "chat-always-full",
	  .about = "gives max_tokens for every stop reason",
	  .event = "message_delta",
	  .frame_edit = { .path = "/delta/stop_reason",
			  .with = "\"max_tokens\"" } },
	{ .name = "chat-drops-arguments",
	  .about = "gives tool calls without their input",
	  .frame = drops_deltas },
	{ .name = "chat-drops-texts",
	  .about = "gives only the first piece of a text",
	  .frame = drops_texts },
	{ .name = "chat-one-call",
	  .about = "gives only the first of several tool calls",
	  .frame = drops_the_second_call },
	{ .name = "chat-new-names",
	  .about = "gives tools the names that the provider knows",
	  .event = "content_block_start",
	  .frame_edit = { .path = "/content_block/name",
			  .with = "\"mcp_shortened\"" } },
	{ .name = "chat-thought-as-text",
	  .about = "gives thinking as text",
	  .frame = drops_thoughts },
	{ .name = "chat-holds-all",
	  .about = "sends the translated stream only when it is complete",
	  .piece = fault_keep,
	  .end = fault_give },
	{ .name = "chat-hides-errors",
	  .about = "ends a stream as if it were whole after an error in it",
	  .frame = hides_errors },
	{ .name = "chat-mends-cuts",
	  .about = "ends a stream as if it were whole after a cut",
	  .end = ends_what_was_cut },
	{ .name = "chat-rewords",
	  .about = "gives every refusal of the provider words of its own",
	  .local = rewords },
	{ .name = "chat-every-error-500",
	  .about = "answers every refusal of the provider with 500",
	  .local = is_never_ready },
	{ .name = "chat-counts-one",
	  .about = "counts every request as one token",
	  .local = counts_one },
	{ .name = "chat-cuts-thoughts",
	  .about = "gives only the first piece of the thinking",
	  .frame = cuts_thoughts },
	{ .name = "chat-drops-signatures",
	  .about = "gives thinking without a signature",
	  .frame = drops_signatures },
	{ .name = "chat-shares-inputs",
	  .about = "keeps the input of calls where all requests share it",
	  .frame = shares_inputs },
	{ .name = "chat-one-id",
	  .about = "gives every answer the same id",
	  .event = "message_start",
	  .frame_edit = { .path = "/message/id", .with = "\"msg_1\"" } },
	{ .name = "chat-one-call-id",
	  .about = "gives every call the same id",
	  .event = "content_block_start",
	  .frame_edit = { .path = "/content_block/id",
			  .with = "\"toolu_1\"" } },
	{ .name = "chat-no-call-id",
	  .about = "gives calls no id",
	  .event = "content_block_start",
	  .frame_edit = { .path = "/content_block/id", .with = "\"\"" } },
	{ .name = "chat-hides-cached",
	  .about = "reports no tokens as read from the cache",
	  .event = "message_delta",
	  .frame_edit = { .path = "/usage/cache_read_input_tokens",
			  .with = "0" } },
	{ .name = "chat-hides-input",
	  .about = "reports one input token for every request",
	  .event = "message_delta",
	  .frame_edit = { .path = "/usage/input_tokens", .with = "1" } },
	{ .name = "chat-rewords-streams",
	  .about = "gives errors inside a stream words of its own",
	  .event = "error",
	  .frame_edit = { .path = "/error/message",
			  .with = "\"stream error\"" } },
	{ .name = "chat-hides-overflow",
	  .about = "reports a prompt that is too long as any bad request",
	  .local = hides_overflow },
	{ .name = "chat-passes-pages",
	  .about = "passes on web pages that come in the place of an error",
	  .local = passes_pages },
	{ .name = "chat-drops-retry-after",
	  .about = "does not pass retry-after on",
	  .local = drops_retry_after },
	{ .name = "chat-never-again",
	  .about = "answers errors that clients retry as a bad request",
	  .local = never_again },
	{ .name = "chat-whole-drops-calls",
	  .about = "leaves tool calls out of answers without streaming",
	  .own_edit = { .path = "/content/*", .type = "tool_use" } },
	{ .name = "chat-whole-drops-texts",
	  .about = "empties the texts of answers without streaming",
	  .own_edit = { .path = "/content/*/text", .with = "\"\"" } },
	{ .name = "chat-whole-stops",
	  .about = "gives end_turn for every stop reason without streaming",
	  .own_edit = { .path = "/stop_reason", .with = "\"end_turn\"" } },
	{ .name = "chat-whole-without-usage",
	  .about = "reports no tokens for answers without streaming",
	  .own_edit = { .path = "/usage/output_tokens", .with = "0" } },
	{ .name = NULL },
};
