/*
 * A target in the first line, and any bytes as the body after it: Bedrock and
 * Vertex AI, the lenient and the strict, answer it or refuse it with a message.
 * Answers are JSON, or a stream of sound frames whose events are JSON, or
 * server-sent events; asked twice they say the same. Then the same target is
 * answered by a rule whose events are the body.
 */
#include <stdlib.h>
#include <string.h>

#include "mockupstream/dialects/cloud/cloud.h"
#include "mockupstream/reply.h"
#include "tests/fuzz/kit.h"
#include "wire/http/event_chunk.h"
#include "wire/http/event_stream.h"
#include "wire/json/jscan.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct http_head head_of(char *target)
{
	struct http_head head = { .method = (char *)"POST",
				  .target = target,
				  .minor = 1 };
	struct span path = span_of(target);

	if (cloud_route_of(span_first(path, strcspn(target, "?"))) ==
		    CLOUD_BEDROCK_PROFILES ||
	    cloud_route_of(span_first(path, strcspn(target, "?"))) ==
		    CLOUD_BEDROCK_PROFILE)
		head.method = (char *)"GET";
	return head;
}

static void answer(char *target, struct span body, bool strict,
		   struct reply *out)
{
	struct anthropic provider = { .key = NULL };
	struct http_head head = head_of(target);
	struct anthropic_request r = {
		.head = &head, .body = body, .number = 7, .strict = strict
	};

	r.path = span_first(span_of(target), strcspn(target, "?"));
	*out = (struct reply){ .status = 0 };
	cloud_answer(&provider, &r, out);
	anthropic_clear(&provider);
}

static struct buf bytes_of(const struct script *s)
{
	struct buf all = BUF_INIT(BUF_NO_LIMIT);

	for (size_t i = 0; i < s->count; i++)
		buf_add_span(&all, s->steps[i].bytes);
	return all;
}

static void check_frames(const struct reply *r)
{
	struct buf all = bytes_of(r->script), event = BUF_INIT(BUF_NO_LIMIT);
	struct fail f = FAIL_INIT;
	struct event_frame frame;
	struct event_stream s;
	struct jval root;

	event_stream_init(&s, 1 << 24);
	event_stream_feed(&s, all.at, all.len);
	while (event_stream_next(&s, &frame, &f) == EVENT_STREAM_FRAME) {
		buf_reset(&event);
		kit_require(event_chunk_read(frame.payload, &event, NULL) == 0,
			    "a frame is no chunk");
		kit_require(jscan(buf_span(&event), &root, NULL) == 0,
			    "a chunk is no JSON");
	}
	kit_require(event_stream_finish(&s, &f) == 0, f.text);
	event_stream_clear(&s);
	buf_clear(&event);
	buf_clear(&all);
}

static void check_body(const struct reply *r, bool bedrock)
{
	struct jval root, message;

	kit_require(jscan(span_make(r->bytes, r->len), &root, NULL) == 0,
		    "an answer is no JSON");
	if (r->status == 200)
		return;
	message =
		jscan_get(bedrock ? root : jscan_get(root, "error"), "message");
	kit_require(message.type == J_STRING, "refused without a word");
	kit_require(!bedrock || headers_get(&r->headers, "x-amzn-errortype"),
		    "refused without a name");
}

static void check(char *target, struct span body, bool strict)
{
	enum cloud_route route = cloud_route_of(
		span_first(span_of(target), strcspn(target, "?")));
	struct reply one, two;

	answer(target, body, strict, &one);
	answer(target, body, strict, &two);
	kit_require(one.kind == two.kind && one.status == two.status &&
			    one.len == two.len &&
			    (one.len == 0 ||
			     memcmp(one.bytes, two.bytes, one.len) == 0),
		    "asked twice it says something else");
	if (one.kind != REPLY_STREAM)
		check_body(&one, route < CLOUD_VERTEX_INVOKE);
	else if (route == CLOUD_BEDROCK_STREAM)
		check_frames(&one);
	reply_clear(&one);
	reply_clear(&two);
}

/* The same steps in frames; those that send nothing are left out. */
static void check_rule(char *target, struct span events)
{
	struct http_head head = head_of(target);
	struct anthropic_request r = { .head = &head, .number = 7 };
	struct reply rule = { .kind = REPLY_STREAM, .status = 200 };
	struct reply out = { .status = 0 };

	r.path = span_first(span_of(target), strcspn(target, "?"));
	if (script_read(&rule.script, "fuzz", events, NULL) < 0)
		return;
	if (cloud_reply(&r, &rule, &out))
		kit_require(out.status == 200 && out.script &&
				    out.script->count <= rule.script->count,
			    "a script became another");
	reply_clear(&rule);
	reply_clear(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span body = span_make(data, size), line;
	char *target;

	if (!span_split(&body, '\n', &line) || body.at == NULL)
		return 0;
	target = span_dup(line);
	if (cloud_route_of(span_first(span_of(target), strcspn(target, "?"))) !=
	    CLOUD_NONE) {
		check(target, body, false);
		check(target, body, true);
		check_rule(target, body);
	}
	free(target);
	return 0;
}
