/*
 * Faults of bridges: between clients of the Messages API and Bedrock or Vertex,
 * and between clients of their formats and the Messages API. A row is for one
 * of the two clouds, since each is tested with a target of its own.
 */
#include <string.h>

#include "gateway/faults/faults.h"
#include "wire/http/event_chunk.h"
#include "wire/http/event_stream.h"

#define STOP_DELTA \
	"{\"type\":\"message_delta\",\"delta\":{\"stop_reason\":" \
	"\"end_turn\",\"stop_sequence\":null},\"usage\":{\"output_tokens\":1}" \
	"}"
#define STOP "{\"type\":\"message_stop\"}"

/* ---- the request ---- */

/* Changes the target. It must live as long as the relay. */
static void take_target(struct relay *r, struct fetch_request *request,
			const char *was, const char *is)
{
	struct buf target = BUF_INIT(HTTP_HEAD_BYTES_LIMIT);

	buf_add_text(&target, request->target);
	buf_replace(&target, was, is);
	buf_clear(&r->target);
	r->target = target;
	request->target = buf_str(&r->target);
}

static void plain_model(struct relay *r, struct fetch_request *request)
{
	take_target(r, request, "us.anthropic.", "");
}

static void other_model(struct relay *r, struct fetch_request *request)
{
	take_target(r, request, "/models/claude", "/models/anthropic.claude");
}

static void drops_betas(struct relay *r, struct headers *h)
{
	(void)r;
	headers_remove(h, "anthropic-beta");
}

static void passes_key_on(struct relay *r, struct headers *h)
{
	const char *value = fault_client_header(r, "authorization");

	if (value)
		headers_add_text(h, "x-client-authorization", value);
}

static bool fails_at_count(struct relay *r)
{
	if (!span_ends(visit_path(r->visit), "/count_tokens"))
		return false;
	reply_error(r, 500, "no such method");
	return true;
}

static bool outlives(const struct relay *r)
{
	(void)r;
	return true;
}

/* ---- whole answers, which a bridge makes by itself ---- */

static void says_nothing(struct relay *r, struct gate_reply *reply)
{
	(void)r;
	if (reply->status >= 400)
		fault_become(reply, reply->status, "application/json",
			     "{\"type\":\"error\",\"error\":{\"type\":"
			     "\"api_error\",\"message\":\"Bad Request\"}}");
}

static void shows_account(struct relay *r, struct gate_reply *reply)
{
	(void)r;
	if (reply->status == 403)
		fault_become(reply, 403, "application/json",
			     "{\"type\":\"error\",\"error\":{\"type\":"
			     "\"permission_error\",\"message\":"
			     "\"123456789012 or projects/ccprobe-secret-4711 "
			     "may not do that\"}}");
}

static bool is_error(const struct relay *r)
{
	return r->status >= 400 || r->status == 0;
}

static void passes_nothing(struct relay *r, struct span from, struct buf *to)
{
	(void)r;
	(void)from;
	buf_add_text(to, "{\"type\":\"error\",\"error\":{\"type\":"
			 "\"api_error\",\"message\":\"Bad Request\"}}");
}

static void turns_429(struct relay *r, struct gate_reply *reply)
{
	(void)r;
	if (reply->status == 429)
		reply->status = 500;
}

static void turns_5xx(struct relay *r, struct gate_reply *reply)
{
	(void)r;
	if (reply->status >= 500)
		reply->status = 400;
}

static void turns_404(struct relay *r, struct gate_reply *reply)
{
	(void)r;
	if (reply->status == 404)
		reply->status = 400;
}

static void as_text(struct relay *r, struct gate_reply *reply)
{
	(void)r;
	if (reply->status == 200)
		headers_set(&reply->headers, "content-type", "text/plain");
}

/* ---- answers ---- */

static void loses_stop(struct slot *s, struct span frame, struct buf *out)
{
	(void)s;
	if (!frame_is(frame, "message_delta"))
		buf_add_span(out, frame);
}

static void swallows(struct slot *s, struct span frame, struct buf *out)
{
	if (frame_is(frame, "message_stop"))
		s->count = 1;
	if (!frame_is(frame, "error"))
		buf_add_span(out, frame);
}

static void mends(struct slot *s, struct buf *out, enum stream_end *end)
{
	if (s->count > 0)
		return;
	frame_write(out, "message_delta", STOP_DELTA);
	frame_write(out, "message_stop", STOP);
	*end = END_CLEAN;
}

/* ---- in frames ---- */

static enum take sees_frames(struct relay *r, struct slot *s,
			     const struct http_head *head,
			     struct relay_answer *a)
{
	const char *type = headers_get(&a->headers, "content-type");

	(void)r;
	(void)head;
	s->is_set = type && strcmp(type, EVENT_STREAM_TYPE) == 0;
	return TAKE_NOT;
}

/* Drops the frame of message_delta. A bridge writes whole frames at once. */
static void loses_stop_frame(struct slot *s, struct span bytes, struct buf *out)
{
	while (s->is_set && bytes.len >= 4) {
		size_t len = 0;
		struct buf event = BUF_INIT(BUF_NO_LIMIT);
		struct event_frame frame;
		struct event_stream in;
		bool is_stop = false;

		for (size_t i = 0; i < 4; i++)
			len = len << 8 | (unsigned char)bytes.at[i];
		event_stream_init(&in, 32 * 1024 * 1024);
		event_stream_feed(&in, bytes.at,
				  len < bytes.len ? len : bytes.len);
		if (event_stream_next(&in, &frame, NULL) ==
			    EVENT_STREAM_FRAME &&
		    event_chunk_read(frame.payload, &event, NULL) == 0)
			is_stop =
				span_find(buf_span(&event),
					  span_of("message_delta")) != SIZE_MAX;
		if (!is_stop)
			buf_add_span(out, span_first(bytes, len));
		event_stream_clear(&in);
		buf_clear(&event);
		bytes = span_skip(bytes, len);
	}
	buf_add_span(out, bytes);
}

const struct fault faults_of_bridges[] = {
	/* ---- the Messages API before a cloud ---- */
	{ .name = "bridge-bedrock-plain-model",
	  .about = "asks Bedrock for a model by the API's name",
	  .request = plain_model },
	{ .name = "bridge-vertex-other-model",
	  .about = "asks Vertex for a model by Bedrock's name",
	  .request = other_model },
	{ .name = "bridge-bedrock-no-version",
	  .about = "sends Bedrock no anthropic_version",
	  .body_edit = { .path = "/anthropic_version" } },
	{ .name = "bridge-vertex-no-version",
	  .about = "sends Vertex no anthropic_version",
	  .body_edit = { .path = "/anthropic_version" } },
	{ .name = "bridge-bedrock-no-betas",
	  .about = "leaves betas out of Bedrock's body",
	  .body_edit = { .path = "/anthropic_beta" } },
	{ .name = "bridge-vertex-no-betas",
	  .about = "leaves betas out of Vertex's header",
	  .fields = drops_betas },
	{ .name = "bridge-bedrock-leaks",
	  .about = "sends Bedrock a field that it refuses",
	  .body_edit = { .path = "", .last = "\"tags\":{\"a\":\"b\"}" } },
	{ .name = "bridge-vertex-leaks",
	  .about = "sends Vertex a field that it refuses",
	  .body_edit = { .path = "", .last = "\"tags\":{\"a\":\"b\"}" } },
	{ .name = "bridge-bedrock-loses-tools",
	  .about = "leaves the first tool out",
	  .body_edit = { .path = "/tools/0", .once = true } },
	{ .name = "bridge-vertex-loses-tools",
	  .about = "leaves the first tool out",
	  .body_edit = { .path = "/tools/0", .once = true } },
	{ .name = "bridge-bedrock-loses-stop",
	  .about = "writes no message_delta",
	  .frame = loses_stop },
	{ .name = "bridge-vertex-loses-stop",
	  .about = "passes no message_delta on",
	  .frame = loses_stop },
	{ .name = "bridge-bedrock-holds",
	  .about = "sends a stream only when its last frame is there",
	  .applies = fault_is_stream,
	  .piece = fault_keep,
	  .end = fault_give },
	{ .name = "bridge-vertex-holds",
	  .about = "sends a stream only when its last event is there",
	  .applies = fault_is_stream,
	  .piece = fault_keep,
	  .end = fault_give },
	{ .name = "bridge-bedrock-mends",
	  .about = "ends a stream as if it were whole after an exception or a "
		   "break",
	  .frame = swallows,
	  .end = mends },
	{ .name = "bridge-vertex-mends",
	  .about =
		  "ends a stream as if it were whole after an error or a break",
	  .frame = swallows,
	  .end = mends },
	{ .name = "bridge-bedrock-says-nothing",
	  .about = "replaces the words of every error by a general phrase",
	  .local = says_nothing },
	{ .name = "bridge-vertex-says-nothing",
	  .about = "replaces the words of every error by a general phrase",
	  .local = says_nothing },
	{ .name = "bridge-bedrock-shows-account",
	  .about = "leaves the account's number in the words of errors",
	  .local = shows_account },
	{ .name = "bridge-vertex-shows-project",
	  .about = "leaves the project's name in the words of errors",
	  .local = shows_account },
	{ .name = "bridge-bedrock-429-to-500",
	  .about = "makes a 429 a 500",
	  .local = turns_429 },
	{ .name = "bridge-vertex-429-to-500",
	  .about = "makes a 429 a 500",
	  .local = turns_429 },
	{ .name = "bridge-bedrock-503-to-400",
	  .about = "makes a 503 a 400",
	  .local = turns_5xx },
	{ .name = "bridge-vertex-503-to-400",
	  .about = "makes a 503 a 400",
	  .local = turns_5xx },
	{ .name = "bridge-bedrock-counts-500",
	  .about = "fails at a count",
	  .arrived = fails_at_count },
	{ .name = "bridge-vertex-counts-500",
	  .about = "fails at a count",
	  .arrived = fails_at_count },
	{ .name = "bridge-bedrock-reads-on",
	  .about = "lets Bedrock go on when the client has gone",
	  .outlives = outlives },
	{ .name = "bridge-vertex-reads-on",
	  .about = "lets Vertex go on when the client has gone",
	  .outlives = outlives },
	{ .name = "bridge-bedrock-passes-key-on",
	  .about = "sends the client's key to Bedrock",
	  .fields = passes_key_on },
	{ .name = "bridge-vertex-passes-key-on",
	  .about = "sends the client's key to Vertex",
	  .fields = passes_key_on },
	{ .name = "bridge-bedrock-as-text",
	  .about = "calls a whole answer text/plain",
	  .local = as_text },
	{ .name = "bridge-vertex-as-text",
	  .about = "calls a whole answer text/plain",
	  .local = as_text },

	/* ---- a cloud's format before the Messages API ---- */
	{ .name = "front-bedrock-keeps-id",
	  .about = "asks the API for a model by Bedrock's name",
	  .body_edit = { .path = "/model",
			 .with = "\"us.anthropic.claude-opus-5-5\"" } },
	{ .name = "front-vertex-keeps-id",
	  .about = "asks the API for a model by Vertex's name",
	  .body_edit = { .path = "/model",
			 .with = "\"claude-opus-5-5@20260101\"" } },
	{ .name = "front-bedrock-keeps-version",
	  .about = "leaves anthropic_version in the body",
	  .body_edit = { .path = "",
			 .last = "\"anthropic_version\":"
				 "\"bedrock-2023-05-31\"" } },
	{ .name = "front-vertex-keeps-version",
	  .about = "leaves anthropic_version in the body",
	  .body_edit = { .path = "",
			 .last = "\"anthropic_version\":"
				 "\"vertex-2023-10-16\"" } },
	{ .name = "front-bedrock-loses-tools",
	  .about = "leaves the first tool out",
	  .body_edit = { .path = "/tools/0", .once = true } },
	{ .name = "front-vertex-loses-tools",
	  .about = "leaves the first tool out",
	  .body_edit = { .path = "/tools/0", .once = true } },
	{ .name = "front-bedrock-says-nothing",
	  .about = "replaces the words of every error by a general phrase",
	  .local = says_nothing },
	{ .name = "front-vertex-says-nothing",
	  .about = "replaces the words of every error by a general phrase",
	  .applies = is_error,
	  .reply = passes_nothing },
	{ .name = "front-bedrock-404-to-400",
	  .about = "makes a 404 a 400",
	  .local = turns_404 },
	{ .name = "front-vertex-404-to-400",
	  .about = "makes a 404 a 400",
	  .status_from = 404,
	  .status_to = 400 },
	{ .name = "front-bedrock-loses-stop",
	  .about = "writes no frame for message_delta",
	  .response = sees_frames,
	  .piece = loses_stop_frame },
	{ .name = "front-vertex-loses-stop",
	  .about = "passes no message_delta on",
	  .frame = loses_stop },
	{ .name = NULL },
};
