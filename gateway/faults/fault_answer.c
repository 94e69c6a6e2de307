/* Faults in the content of successful answers, as JSON and as events. */
#include <cjson/cJSON.h>
#include <stdlib.h>

#include "gateway/faults/faults.h"

static void print_again(struct span from, struct buf *to)
{
	cJSON *root = cJSON_ParseWithLength(from.at, from.len);
	char *text = root ? cJSON_PrintUnformatted(root) : NULL;

	if (text)
		buf_add_text(to, text);
	else
		buf_add_span(to, from);
	free(text);
	cJSON_Delete(root);
}

static void reprints(struct relay *r, struct span from, struct buf *to)
{
	(void)r;
	print_again(from, to);
}

static void reprints_frame(struct slot *s, struct span frame, struct buf *out)
{
	struct buf data = BUF_INIT(BUF_NO_LIMIT);

	(void)s;
	print_again(frame_read(frame).data, &data);
	frame_write_data(out, frame, buf_span(&data));
	buf_clear(&data);
}

/* ---- only what a typed struct has ---- */

static const char *const known_members[] = {
	"\"id\"",    "\"type\"",         "\"role\"",          "\"content\"",
	"\"model\"", "\"stop_reason\"",  "\"stop_sequence\"", "\"usage\"",
	"\"data\"",  "\"input_tokens\"", "\"error\"",         NULL,
};

static bool is_known(struct span key)
{
	for (size_t i = 0; known_members[i]; i++)
		if (span_is(key, known_members[i]))
			return true;
	return false;
}

static void drops_unknown(struct relay *r, struct span from, struct buf *to)
{
	(void)r;
	fault_pick_members(from, is_known, to);
}

static struct span text_or_null(struct span frame, const char *pointer)
{
	struct jval v;

	return frame_find(frame, pointer, &v) ? v.text : span_of("null");
}

static void drops_unknown_of_frame(struct slot *s, struct span frame,
				   struct buf *out)
{
	struct buf data = BUF_INIT(BUF_NO_LIMIT);

	(void)s;
	if (!frame_is(frame, "message_delta")) {
		buf_add_span(out, frame);
		return;
	}
	buf_addf(&data,
		 "{\"type\":\"message_delta\",\"delta\":{\"stop_reason\":%.*s,"
		 "\"stop_sequence\":%.*s},\"usage\":%.*s}",
		 SPAN_ARG(text_or_null(frame, "/delta/stop_reason")),
		 SPAN_ARG(text_or_null(frame, "/delta/stop_sequence")),
		 SPAN_ARG(text_or_null(frame, "/usage")));
	frame_write(out, "message_delta", buf_str(&data));
	buf_clear(&data);
}

/* ---- stop reasons ---- */

static bool is_known_reason(struct span text)
{
	static const char *const known[] = {
		"\"end_turn\"",      "\"tool_use\"", "\"max_tokens\"",
		"\"stop_sequence\"", "null",         NULL
	};

	for (size_t i = 0; known[i]; i++)
		if (span_is(text, known[i]))
			return true;
	return false;
}

static void end_turn(const char *pointer, struct span doc, struct buf *to)
{
	struct fault_edit edit = { .path = pointer, .with = "\"end_turn\"" };
	struct jval root, reason;

	if (jscan(doc, &root, NULL) < 0 ||
	    !jscan_find(root, span_of(pointer), &reason) ||
	    is_known_reason(reason.text) || !edit_apply(&edit, doc, to))
		buf_add_span(to, doc);
}

static void maps_reasons(struct relay *r, struct span from, struct buf *to)
{
	(void)r;
	end_turn("/stop_reason", from, to);
}

static void maps_reasons_of_frame(struct slot *s, struct span frame,
				  struct buf *out)
{
	struct buf data = BUF_INIT(BUF_NO_LIMIT);

	(void)s;
	end_turn("/delta/stop_reason", frame_read(frame).data, &data);
	frame_write_data(out, frame, buf_span(&data));
	buf_clear(&data);
}

/* ---- the head ---- */

static enum take as_text(struct relay *r, struct slot *s,
			 const struct http_head *head, struct relay_answer *a)
{
	(void)s;
	(void)head;
	if (!r->is_stream)
		headers_set(&a->headers, "content-type", "text/plain");
	return TAKE_NOT;
}

static enum take stream_as_json(struct relay *r, struct slot *s,
				const struct http_head *head,
				struct relay_answer *a)
{
	(void)s;
	(void)head;
	if (r->is_stream)
		headers_set(&a->headers, "content-type", "application/json");
	return TAKE_NOT;
}

static enum take sets_cookie(struct relay *r, struct slot *s,
			     const struct http_head *head,
			     struct relay_answer *a)
{
	(void)r;
	(void)s;
	for (size_t i = 0; i < headers_count(&head->headers, "set-cookie"); i++)
		headers_add_text(&a->headers, "set-cookie",
				 headers_nth(&head->headers, "set-cookie", i));
	return TAKE_NOT;
}

static const char *const open_set[] = { "content-type", "content-encoding",
					NULL };

static enum take drops_fields(struct relay *r, struct slot *s,
			      const struct http_head *head,
			      struct relay_answer *a)
{
	(void)r;
	(void)s;
	headers_clear(&a->headers);
	for (size_t i = 0; open_set[i]; i++)
		if (headers_get(&head->headers, open_set[i]))
			headers_add_text(
				&a->headers, open_set[i],
				headers_get(&head->headers, open_set[i]));
	return TAKE_NOT;
}

const struct fault faults_of_answers[] = {
	{ .name = "reprints-response",
	  .about = "parses the answer into doubles and strings and prints it "
		   "again",
	  .reply = reprints,
	  .frame = reprints_frame },
	{ .name = "drops-unknown-response-fields",
	  .about = "drops members of the answer that it does not know",
	  .reply = drops_unknown,
	  .frame = drops_unknown_of_frame },
	{ .name = "rewrites-model",
	  .about = "names another model in the answer",
	  .reply_edit = { .path = "/model", .with = "\"gateway-model\"" },
	  .event = "message_start",
	  .frame_edit = { .path = "/message/model",
			  .with = "\"gateway-model\"" } },
	{ .name = "rewrites-message-id",
	  .about = "gives messages ids of its own",
	  .reply_edit = { .path = "/id", .with = "\"chatcmpl-1\"" },
	  .event = "message_start",
	  .frame_edit = { .path = "/message/id", .with = "\"chatcmpl-1\"" } },
	{ .name = "drops-usage",
	  .about = "leaves usage out of the answer",
	  .reply_edit = { .path = "/usage" },
	  .frame_edit = { .path = "*/usage" } },
	{ .name = "drops-usage-cache",
	  .about = "leaves the cache's share out of usage",
	  .reply_edit = { .path = "/usage/cache_*" },
	  .frame_edit = { .path = "*/usage/cache_*" } },
	{ .name = "drops-usage-details",
	  .about = "leaves what it does not know out of usage",
	  .reply_edit = { .path = "/usage/s*" },
	  .frame_edit = { .path = "*/usage/s*" } },
	{ .name = "zero-usage",
	  .about = "counts no output tokens",
	  .reply_edit = { .path = "/usage/output_tokens", .with = "0" },
	  .frame_edit = { .path = "*/usage/output_tokens", .with = "0" } },
	{ .name = "zero-input-usage",
	  .about = "counts no input tokens",
	  .reply_edit = { .path = "/usage/input_tokens", .with = "0" },
	  .frame_edit = { .path = "*/usage/input_tokens", .with = "0" } },
	{ .name = "stop-reason-rewritten",
	  .about = "says end_turn where the model wants a tool",
	  .reply_edit = { .path = "/stop_reason",
			  .was = "\"tool_use\"",
			  .with = "\"end_turn\"" },
	  .event = "message_delta",
	  .frame_edit = { .path = "/delta/stop_reason",
			  .was = "\"tool_use\"",
			  .with = "\"end_turn\"" } },
	{ .name = "unknown-stop-reason-mapped",
	  .about = "says end_turn for stop reasons it does not know",
	  .reply = maps_reasons,
	  .frame = maps_reasons_of_frame },
	{ .name = "stop-sequence-nulled",
	  .about = "says null where a stop sequence ended the answer",
	  .reply_edit = { .path = "/stop_sequence", .with = "null" },
	  .event = "message_delta",
	  .frame_edit = { .path = "/delta/stop_sequence", .with = "null" } },
	{ .name = "drops-answer-thinking",
	  .about = "leaves thinking out of JSON answers",
	  .reply_edit = { .path = "/content/*", .type = "thinking" } },
	{ .name = "drops-answer-redacted",
	  .about = "leaves redacted thinking out of JSON answers",
	  .reply_edit = { .path = "/content/*", .type = "redacted_thinking" } },
	{ .name = "drops-answer-server-blocks",
	  .about = "leaves blocks of server tools out of JSON answers",
	  .reply_edit = { .path = "/content/*", .type = "server_tool_use" } },
	{ .name = "drops-citations",
	  .about = "leaves citations out of the answer",
	  .reply_edit = { .path = "/content/*/citations" },
	  .frame_edit = { .path = "*/citation*" } },
	{ .name = "rewrites-tool-ids",
	  .about = "gives tool calls ids of its own",
	  .reply_edit = { .path = "/content/*/id", .with = "\"call_1\"" },
	  .event = "content_block_start",
	  .frame_edit = { .path = "/content_block/id", .with = "\"call_1\"" } },
	{ .name = "rewrites-tool-names",
	  .about = "changes the names of tools in calls",
	  .reply_edit = { .path = "/content/*/name", .with = "\"tool\"" },
	  .event = "content_block_start",
	  .frame_edit = { .path = "/content_block/name", .with = "\"tool\"" } },
	{ .name = "tool-input-as-text",
	  .about = "gives a tool's input as a string of JSON",
	  .reply_edit = { .path = "/content/*/input", .with = "\"{}\"" },
	  .event = "content_block_start",
	  .frame_edit = { .path = "/content_block/input", .with = "\"\"" } },
	{ .name = "drops-signature-of-answer",
	  .about = "leaves signatures out of the answer",
	  .reply_edit = { .path = "/content/*/signature" },
	  .frame_edit = { .path = "/delta/signature", .with = "\"\"" } },
	{ .name = "content-type-text",
	  .about = "calls JSON text/plain",
	  .response = as_text },
	{ .name = "stream-content-type",
	  .about = "calls a stream application/json",
	  .response = stream_as_json },
	{ .name = "drops-content-encoding",
	  .about = "passes compressed bytes on without saying so",
	  .hides = "content-encoding" },
	{ .name = "drops-request-id",
	  .about = "does not pass request-id on",
	  .hides = "request-id" },
	{ .name = "drops-every-id",
	  .about = "leaves ids out of answers, and out of errors too",
	  .hides = "*request-id",
	  .reply_edit = { .path = "/request_id" } },
	{ .name = "drops-organization-id",
	  .about = "does not pass anthropic-organization-id on",
	  .hides = "anthropic-organization-id" },
	{ .name = "drops-ratelimit",
	  .about = "does not pass anthropic-ratelimit-* on",
	  .hides = "anthropic-ratelimit-*" },
	{ .name = "drops-unified-ratelimit",
	  .about = "does not pass the plan's limits on",
	  .hides = "anthropic-ratelimit-unified-*" },
	{ .name = "drops-unknown-response-headers",
	  .about = "passes no header field on but the content type",
	  .response = drops_fields },
	{ .name = "relays-set-cookie",
	  .about = "passes the upstream's cookies on",
	  .response = sets_cookie },
	{ .name = NULL },
};
