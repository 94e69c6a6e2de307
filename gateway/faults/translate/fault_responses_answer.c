/* Faults of a translation of Responses back: edits of what the client gets. */
#include "gateway/faults/faults.h"

static bool has(struct span frame, const char *pointer)
{
	struct jval v;

	return frame_find(frame, pointer, &v);
}

/* Loses input that comes in one delta: it waits for a second one. */
static void wants_pieces(struct slot *s, struct span frame, struct buf *out)
{
	if (has(frame, "/delta/partial_json")) {
		if (s->count++ == 0) {
			buf_add_span(&s->spare, frame);
			return;
		}
		buf_add_span(out, buf_span(&s->spare));
		buf_reset(&s->spare);
	} else {
		s->count = 0;
		buf_reset(&s->spare);
	}
	buf_add_span(out, frame);
}

/* Takes any end of the provider's for a whole answer. */
static void ends_well(struct slot *s, struct buf *out, enum stream_end *end)
{
	(void)s;
	if (*end != END_CLEAN)
		fault_end_message(out);
	*end = END_CLEAN;
}

static void takes_failures(struct slot *s, struct span frame, struct buf *out)
{
	(void)s;
	if (frame_is(frame, "error"))
		fault_end_message(out);
	else
		buf_add_span(out, frame);
}

/* Drops a thought after its first piece. */
static void cuts_thoughts(struct slot *s, struct span frame, struct buf *out)
{
	if (!has(frame, "/delta/thinking") || s->count++ == 0)
		buf_add_span(out, frame);
}

static void drops_signatures(struct slot *s, struct span frame, struct buf *out)
{
	(void)s;
	if (!has(frame, "/delta/signature"))
		buf_add_span(out, frame);
}

/* Writes texts into blocks of thinking, in place of thoughts. */
static void thought_as_text(struct slot *s, struct span frame, struct buf *out)
{
	(void)s;
	if (has(frame, "/delta/thinking"))
		frame_write(
			out, "content_block_delta",
			"{\"type\":\"content_block_delta\",\"index\":0,"
			"\"delta\":{\"type\":\"text_delta\",\"text\":\"x\"}}");
	else
		buf_add_span(out, frame);
}

static bool says(const struct gate_reply *reply, const char *words)
{
	return reply->status >= 400 &&
	       span_find(buf_span(&reply->body), span_of(words)) != SIZE_MAX;
}

static void keeps_words(struct relay *r, struct gate_reply *reply)
{
	(void)r;
	if (says(reply, "could not be verified"))
		fault_become(reply, reply->status, "application/json",
			     "{\"type\":\"error\",\"error\":{\"type\":"
			     "\"invalid_request_error\",\"message\":"
			     "\"The encrypted content gAAA...ght= could not be "
			     "verified.\"}}");
}

const struct fault faults_of_responses_answers[] = {
	{ .name = "responses-wants-pieces",
	  .about = "loses the input of a call that comes in one piece",
	  .frame = wants_pieces },
	{ .name = "responses-ends-well",
	  .about = "ends a stream without a last event as if it were whole",
	  .end = ends_well },
	{ .name = "responses-takes-failures",
	  .about = "ends a stream as if it were whole after a failed response",
	  .frame = takes_failures },
	{ .name = "responses-always-stops",
	  .about = "gives end_turn for every stop reason, also of incomplete "
		   "answers",
	  .event = "message_delta",
	  .frame_edit = { .path = "/delta/stop_reason",
			  .with = "\"end_turn\"" } },
	{ .name = "responses-cuts-thoughts",
	  .about = "gives only the first piece of the thinking",
	  .frame = cuts_thoughts },
	{ .name = "responses-thought-as-text",
	  .about = "gives thinking as text",
	  .frame = thought_as_text },
	{ .name = "responses-drops-signatures",
	  .about = "gives thinking without a signature",
	  .frame = drops_signatures },
	{ .name = "responses-forgets-thoughts",
	  .about = "signs thinking without its encrypted content",
	  .frame_edit = { .path = "/delta/signature",
			  .with = "\"Y2NnYXRlOiBub3Qgc2lnbmVk\"" } },
	{ .name = "responses-drops-refusals",
	  .about = "gives a refusal without its words",
	  .frame_edit = { .path = "/delta/text",
			  .was = "\"I do not help with that.\"",
			  .with = "\"\"" } },
	{ .name = "responses-hides-cached",
	  .about = "reports no tokens as read from the cache",
	  .event = "message_delta",
	  .frame_edit = { .path = "/usage/cache_read_input_tokens",
			  .with = "0" } },
	{ .name = "responses-without-usage",
	  .about = "reports no output tokens",
	  .event = "message_delta",
	  .frame_edit = { .path = "/usage/output_tokens", .with = "0" } },
	{ .name = "responses-keeps-words",
	  .about = "passes on the vendor's words when it cannot read a thought",
	  .local = keeps_words },
	{ .name = "responses-whole-drops-calls",
	  .about = "leaves tool calls out of answers without streaming",
	  .own_edit = { .path = "/content/*", .type = "tool_use" } },
	{ .name = NULL },
};
