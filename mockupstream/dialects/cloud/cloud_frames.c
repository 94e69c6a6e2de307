/* Writes events of the Messages API as frames of Bedrock. */
#include "mockupstream/dialects/cloud/cloud_private.h"
#include "wire/http/event_chunk.h"
#include "wire/http/event_stream.h"
#include "wire/http/sse.h"

/* Made-up times, in milliseconds. */
enum { LATENCY_MS = 1000, FIRST_BYTE_MS = 400 };

struct cloud_framing {
	uint64_t number; /* of the request */
	uint64_t frames; /* so far */
	bool own;
	int64_t input, output, read, written; /* tokens */
};

static void take_number(struct jval from, const char *key, int64_t *to)
{
	struct jval v = jscan_get(from, key);
	int64_t n;

	if (v.type == J_NUMBER && jscan_i64(v, &n))
		*to = n;
}

static void take_usage(struct cloud_framing *f, struct jval usage)
{
	if (usage.type != J_OBJECT)
		return;
	take_number(usage, "input_tokens", &f->input);
	take_number(usage, "output_tokens", &f->output);
	take_number(usage, "cache_read_input_tokens", &f->read);
	take_number(usage, "cache_creation_input_tokens", &f->written);
}

/* Adds what Bedrock adds to the last event. */
static void add_metrics(const struct cloud_framing *f, struct buf *event)
{
	while (event->len > 0 && event->at[event->len - 1] != '}')
		buf_cut(event, event->len - 1);
	buf_cut(event, event->len - 1);
	buf_addf(event,
		 ",\"amazon-bedrock-invocationMetrics\":{\"inputTokenCount\":"
		 "%lld,\"outputTokenCount\":%lld,\"invocationLatency\":%d,"
		 "\"firstByteLatency\":%d",
		 (long long)f->input, (long long)f->output, LATENCY_MS,
		 FIRST_BYTE_MS);
	if (f->read > 0 || f->written > 0)
		buf_addf(event,
			 ",\"cacheReadInputTokenCount\":%lld,"
			 "\"cacheWriteInputTokenCount\":%lld",
			 (long long)f->read, (long long)f->written);
	buf_add_text(event, "}}");
}

/* The length of the padding varies, so that nobody relies on it. */
static void add_chunk(struct cloud_framing *f, struct span event,
		      struct buf *out)
{
	uint64_t padding =
		(f->number * 13 + f->frames++ * 7) % (EVENT_CHUNK_PADDING + 1);

	(void)event_chunk_write(out, event, (size_t)padding);
}

/* Data that is not JSON is sent unchanged. */
static void add_event(struct cloud_framing *f, struct span data,
		      struct buf *out)
{
	struct buf event = BUF_INIT(BUF_NO_LIMIT);
	struct jval root;

	buf_add_span(&event, data);
	if (jscan(data, &root, NULL) < 0 || root.type != J_OBJECT) {
		add_chunk(f, data, out);
	} else if (jscan_member_is(root, "type", "error")) {
		cloud_error_frame(root, out);
	} else if (!f->own || !jscan_member_is(root, "type", "ping")) {
		take_usage(f, jscan_get(root, "usage"));
		if (jscan_get(root, "message").type == J_OBJECT)
			take_usage(f, jscan_get(jscan_get(root, "message"),
						"usage"));
		if (jscan_member_is(root, "type", "message_stop"))
			add_metrics(f, &event);
		if (f->own)
			(void)buf_replace(&event, CLOUD_ID, CLOUD_ID_BEDROCK);
		add_chunk(f, buf_span(&event), out);
	}
	buf_clear(&event);
}

/* One step of a script: events, or a comment, which becomes no frame. An event
 * without its end becomes a frame that is cut in the middle. */
static void frame_step(void *arg, struct span bytes, struct buf *out)
{
	struct cloud_framing *f = arg;
	size_t before = out->len;
	struct sse_event ev;
	enum sse_step step;
	struct sse sse;

	sse_init(&sse, bytes.len + 1);
	sse_feed(&sse, bytes.at, bytes.len);
	while ((step = sse_next(&sse, &ev)) == SSE_EVENT || step == SSE_COMMENT)
		if (step == SSE_EVENT && ev.data_lines > 0)
			add_event(f, ev.data, out);
	while ((step = sse_finish(&sse, &ev)) == SSE_EVENT ||
	       step == SSE_COMMENT)
		if (step == SSE_EVENT && ev.data_lines > 0) {
			add_event(f, ev.data, out);
			buf_cut(out, before + (out->len - before) / 2);
		}
	sse_clear(&sse);
}

struct script *cloud_frames(const struct script *s, uint64_t number, bool own)
{
	struct cloud_framing f = { .number = number, .own = own };

	return script_map(s, frame_step, &f);
}
