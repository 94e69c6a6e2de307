/* Faults of a translation to chat completions and back. The request's edits are
 * of what goes to the provider, the answer's of what the client gets. */
#include "gateway/faults/faults.h"

#define MESSAGES "/messages"
#define STOPPED \
	"{\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"end_turn\"," \
	"\"stop_sequence\":null},\"usage\":{\"output_tokens\":1}}"
#define X8 "xxxxxxxx"
#define X64 X8 X8 X8 X8 X8 X8 X8 X8

/* ---- messages, one by one ---- */

enum { MESSAGES_LIMIT = 4096 };

struct chat {
	struct jval list[MESSAGES_LIMIT];
	size_t count;
};

/* Puts other messages into the place of those of the body. */
static void change_messages(struct span body, void (*change)(struct chat *c),
			    struct buf *to)
{
	static struct chat c;
	struct jval root, messages, message;
	struct jiter it;

	c.count = 0;
	if (jscan(body, &root, NULL) < 0 ||
	    !jscan_member(root, "messages", &messages)) {
		buf_add_span(to, body);
		return;
	}
	it = jscan_iter(messages);
	while (c.count < MESSAGES_LIMIT && jscan_next(&it, NULL, &message))
		c.list[c.count++] = message;
	change(&c);
	buf_add(to, body.at, (size_t)(messages.text.at - body.at));
	buf_add_byte(to, '[');
	for (size_t i = 0; i < c.count; i++) {
		if (i > 0)
			buf_add_byte(to, ',');
		buf_add_span(to, c.list[i].text);
	}
	buf_add_byte(to, ']');
	buf_add_span(to, span_skip(body, (size_t)(messages.text.at - body.at) +
						 messages.text.len));
}

static void drop(struct chat *c, size_t at)
{
	for (size_t i = at; i + 1 < c->count; i++)
		c->list[i] = c->list[i + 1];
	c->count--;
}

static void without_system(struct chat *c)
{
	while (c->count > 0 && jscan_member_is(c->list[0], "role", "system"))
		drop(c, 0);
}

static void drops_system(struct span body, struct buf *to)
{
	change_messages(body, without_system, to);
}

/* Drops the system messages that come after the first turn. */
static void without_late_system(struct chat *c)
{
	bool begun = false;

	for (size_t i = 0; i < c->count;) {
		begun = begun || !jscan_member_is(c->list[i], "role", "system");
		if (begun && jscan_member_is(c->list[i], "role", "system"))
			drop(c, i);
		else
			i++;
	}
}

static void drops_late_system(struct span body, struct buf *to)
{
	change_messages(body, without_late_system, to);
}

static void front_of_results(struct chat *c)
{
	for (size_t i = 1; i < c->count; i++) {
		struct jval message = c->list[i];
		size_t at = i;

		if (!jscan_member_is(message, "role", "user"))
			continue;
		for (;
		     at > 0 && jscan_member_is(c->list[at - 1], "role", "tool");
		     at--)
			c->list[at] = c->list[at - 1];
		c->list[at] = message;
	}
}

static void puts_text_first(struct span body, struct buf *to)
{
	change_messages(body, front_of_results, to);
}

static void without_last_result(struct chat *c)
{
	for (size_t i = c->count; i > 0; i--)
		if (jscan_member_is(c->list[i - 1], "role", "tool")) {
			drop(c, i - 1);
			return;
		}
}

static void loses_a_result(struct span body, struct buf *to)
{
	change_messages(body, without_last_result, to);
}

/* The first turn that is the user's own is history; the last one stays. */
static void without_history(struct chat *c)
{
	while (c->count > 1 && !jscan_member_is(c->list[0], "role", "system"))
		drop(c, 0);
	while (c->count > 1 && jscan_member_is(c->list[0], "role", "system") &&
	       !(c->count == 2))
		drop(c, 1);
}

static void keeps_the_last_turn(struct span body, struct buf *to)
{
	change_messages(body, without_history, to);
}

/* ---- answers ---- */

static void drops_deltas(struct slot *s, struct span frame, struct buf *out)
{
	struct jval v;

	(void)s;
	if (!frame_find(frame, "/delta/partial_json", &v))
		buf_add_span(out, frame);
}

/* All texts of an answer but the first. */
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

static void hides_errors(struct slot *s, struct span frame, struct buf *out)
{
	(void)s;
	if (!frame_is(frame, "error")) {
		buf_add_span(out, frame);
		return;
	}
	frame_write(out, "message_delta", STOPPED);
	frame_write(out, "message_stop", "{\"type\":\"message_stop\"}");
}

static void ends_what_was_cut(struct slot *s, struct buf *out,
			      enum stream_end *end)
{
	(void)s;
	if (*end == END_CLEAN)
		return;
	frame_write(out, "content_block_stop",
		    "{\"type\":\"content_block_stop\",\"index\":0}");
	frame_write(out, "message_delta", STOPPED);
	frame_write(out, "message_stop", "{\"type\":\"message_stop\"}");
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

static void counts_one(struct relay *r, struct gate_reply *reply)
{
	if (fault_is_path(r, "/v1/messages/count_tokens"))
		fault_become(reply, 200, "application/json",
			     "{\"input_tokens\":1}");
}

const struct fault faults_of_translation[] = {
	{ .name = "chat-drops-system",
	  .about = "translates no system prompt",
	  .body = drops_system },
	{ .name = "chat-drops-late-system",
	  .about = "leaves messages of the role system among the turns out",
	  .body = drops_late_system },
	{ .name = "chat-text-first",
	  .about = "puts a user's text between calls and their results",
	  .body = puts_text_first },
	{ .name = "chat-loses-result",
	  .about = "translates all results of tools but the last one",
	  .body = loses_a_result },
	{ .name = "chat-loses-history",
	  .about = "translates the newest message only",
	  .body = keeps_the_last_turn },
	{ .name = "chat-drops-images",
	  .about = "leaves images out",
	  .body_edit = { .path = MESSAGES "/*/content/*",
			 .type = "image_url" } },
	{ .name = "chat-empties-arguments",
	  .about = "translates earlier calls without their input",
	  .body_edit = { .path = MESSAGES "/*/tool_calls/*/function/arguments",
			 .with = "\"{}\"" } },
	{ .name = "chat-drops-tools",
	  .about = "translates no tools",
	  .body_edit = { .path = "/tools/0" } },
	{ .name = "chat-drops-schemas",
	  .about = "translates tools without their parameters",
	  .body_edit = { .path = "/tools/*/function/parameters/properties",
			 .with = "{}" } },
	{ .name = "chat-chooses-auto",
	  .about = "leaves the choice of a tool to the model",
	  .body_edit = { .path = "/tool_choice", .with = "\"auto\"" } },
	{ .name = "chat-calls-in-parallel",
	  .about = "does not say that one call at a time is wanted",
	  .body_edit = { .path = "/parallel_tool_calls" } },
	{ .name = "chat-drops-format",
	  .about = "does not ask for structured output",
	  .body_edit = { .path = "/response_format" } },
	{ .name = "chat-one-effort",
	  .about = "asks for one effort, whatever was asked for",
	  .body_edit = { .path = "/reasoning_effort", .with = "\"high\"" } },
	{ .name = "chat-drops-stop",
	  .about = "does not translate stop sequences",
	  .body_edit = { .path = "/stop" } },
	{ .name = "chat-drops-limit",
	  .about = "does not translate max_tokens",
	  .body_edit = { .path = "/max_completion_tokens" } },
	{ .name = "chat-old-limit",
	  .about = "sends max_tokens to models that do not know it",
	  .body_edit = { .path = "/max_completion_tokens",
			 .key = "\"max_tokens\"" } },
	{ .name = "chat-drops-temperature",
	  .about = "does not translate temperature",
	  .body_edit = { .path = "/temperature" } },
	{ .name = "chat-leaks-fields",
	  .about = "sends fields of the Messages API to the other vendor",
	  .body_edit = { .path = "",
			 .last = "\"context_management\":{\"edits\":[]}" } },
	{ .name = "chat-long-user",
	  .about = "sends a user of more letters than the vendor takes",
	  .body_edit = { .path = "/user", .with = "\"" X64 "x\"" } },
	{ .name = "chat-without-usage",
	  .about = "does not ask for usage, and tells none",
	  .body_edit = { .path = "/stream_options" },
	  .event = "message_delta",
	  .frame_edit = { .path = "/usage/output_tokens", .with = "0" } },
	{ .name = "chat-always-stops",
	  .about = "tells each end as end_turn",
	  .event = "message_delta",
	  .frame_edit = { .path = "/delta/stop_reason",
			  .with = "\"end_turn\"" } },
	{ .name = "chat-always-full",
	  .about = "tells each end as max_tokens",
	  .event = "message_delta",
	  .frame_edit = { .path = "/delta/stop_reason",
			  .with = "\"max_tokens\"" } },
	{ .name = "chat-drops-arguments",
	  .about = "gives calls without their input",
	  .frame = drops_deltas },
	{ .name = "chat-drops-texts",
	  .about = "gives the first piece of a text only",
	  .frame = drops_texts },
	{ .name = "chat-one-call",
	  .about = "gives the first call of several only",
	  .frame = drops_the_second_call },
	{ .name = "chat-new-names",
	  .about = "gives tools the names that the provider knows",
	  .event = "content_block_start",
	  .frame_edit = { .path = "/content_block/name",
			  .with = "\"mcp_shortened\"" } },
	{ .name = "chat-thought-as-text",
	  .about = "writes thoughts into blocks as if they were texts",
	  .frame = drops_thoughts },
	{ .name = "chat-holds-all",
	  .about = "sends the translated stream when it is over",
	  .piece = fault_keep,
	  .end = fault_give },
	{ .name = "chat-hides-errors",
	  .about = "ends a stream well after the provider's error in it",
	  .frame = hides_errors },
	{ .name = "chat-mends-cuts",
	  .about = "ends a stream well that the provider has cut",
	  .end = ends_what_was_cut },
	{ .name = "chat-rewords",
	  .about = "tells every refusal of the provider in words of its own",
	  .local = rewords },
	{ .name = "chat-every-error-500",
	  .about = "tells every refusal of the provider as its own failure",
	  .local = is_never_ready },
	{ .name = "chat-counts-one",
	  .about = "counts every request as one token",
	  .local = counts_one },
	{ .name = NULL },
};
