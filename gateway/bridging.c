/* Changes requests and answers between the Messages API and Bedrock or Vertex,
 * in either direction. */
#include "gateway/bridging.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "gateway/bridging_ask.h"
#include "gateway/bridging_own.h"
#include "gateway/hooks.h"
#include "gateway/policy.h"
#include "gateway/reply.h"
#include "gateway/upstream.h"
#include "net/loop.h"
#include "wire/bytes/mem.h"
#include "wire/http/event_stream.h"
#include "wire/http/hop.h"

/* an answer that is no stream */
#define ANSWER_LIMIT ((size_t)64 * 1024 * 1024)

struct bridging {
	struct bridging_ask ask;
	struct bridge_stream *stream; /* NULL: the answer is no stream */
	struct buf whole; /* an answer that is no stream */
	struct buf out; /* what the client is about to get */
	struct headers headers; /* to be sent on */
	int status; /* of the upstream; 0: none yet */
	struct loop_timer ping;
	tick_t moved; /* when the client last got something */
};

static enum bridge_vendor front_of(const struct relay *r)
{
	return r->route.cloud.vendor;
}

static void bridging_free(struct relay *r)
{
	struct bridging *b = r->bridging;

	loop_timer_clear(r->gate->loop, &b->ping);
	bridging_ask_clear(&b->ask);
	bridge_stream_free(b->stream);
	buf_clear(&b->whole);
	buf_clear(&b->out);
	headers_clear(&b->headers);
	free(b);
	r->bridging = NULL;
}

/* ---- what the client gets ---- */

static bool send_out(struct relay *r)
{
	struct bridging *b = r->bridging;
	bool more = true;

	if (b->out.len == 0)
		return true;
	b->moved = loop_now();
	if (bridge_stream_state(b->stream) == BRIDGE_FAILED)
		secrets_blot(&r->config->secrets, &b->out);
	if (!hook_data(r, buf_span(&b->out), &more))
		more = relay_send(r, buf_span(&b->out));
	buf_reset(&b->out);
	return more;
}

/* ---- pings, for clients that count the seconds ---- */

static void on_ping(void *arg)
{
	struct relay *r = arg;
	struct bridging *b = r->bridging;
	tick_t every = r->provider->ping_ms * TICK_MS, now = loop_now();

	if (!r->visit || bridge_stream_state(b->stream) >= BRIDGE_STOPPED)
		return;
	if (now - b->moved >= every && !r->paused &&
	    bridge_stream_state(b->stream) == BRIDGE_SPEAKING) {
		bridge_stream_ping(&b->out);
		(void)send_out(r);
	}
	loop_timer_set(r->gate->loop, &b->ping,
		       (now - b->moved >= every ? now : b->moved) + every,
		       on_ping, r);
}

static void begin_pings(struct relay *r)
{
	struct bridging *b = r->bridging;

	b->moved = loop_now();
	if (front_of(r) == BRIDGE_NONE && r->provider->ping_ms > 0)
		loop_timer_set(r->gate->loop, &b->ping,
			       b->moved + r->provider->ping_ms * TICK_MS,
			       on_ping, r);
}

/* ---- the answer's head ---- */

/* Keeps the fields of the answer for the client: all that are not about the
 * body, which we write, and do not name the operator's account. */
static int keep_headers(struct relay *r, const struct headers *from)
{
	static const char *const of_body[] = { "content-type", "content-length",
					       "content-encoding",
					       "x-amzn-errortype" };
	struct bridging *b = r->bridging;
	char id[REPLY_ID_LEN];
	const char *cloud = headers_get(from, "x-amzn-requestid");

	if (policy_response(from, &b->headers) < 0)
		return -1;
	for (size_t i = 0; i < sizeof(of_body) / sizeof(of_body[0]); i++)
		headers_remove(&b->headers, of_body[i]);
	for (size_t i = 0; i < b->headers.count;) {
		struct buf value = BUF_INIT(BUF_NO_LIMIT);
		bool names;

		buf_add_text(&value, b->headers.list[i].value);
		bridge_error_blot(&value);
		names = strcmp(buf_str(&value), b->headers.list[i].value) != 0;
		if (names)
			headers_remove(&b->headers, b->headers.list[i].name);
		else
			i++;
		buf_clear(&value);
	}
	if (!headers_get(&b->headers, "request-id")) {
		reply_id(id);
		headers_add_text(&b->headers, "request-id", cloud ? cloud : id);
	}
	if (front_of(r) != BRIDGE_BEDROCK || cloud)
		return 0;
	return headers_add_text(&b->headers, "x-amzn-RequestId",
				headers_get(&b->headers, "request-id"));
}

static const char *stream_type(const struct relay *r)
{
	return front_of(r) == BRIDGE_BEDROCK
		       ? EVENT_STREAM_TYPE
		       : "text/event-stream; charset=utf-8";
}

static void begin_stream(struct relay *r, const struct http_head *head)
{
	struct bridging *b = r->bridging;
	struct relay_answer a = { .status = 200, .length = VISIT_CHUNKED };
	enum bridge_flow flow = BRIDGE_EVENTS_AS_THEY_ARE;

	if (r->provider->format == PROVIDER_BEDROCK)
		flow = BRIDGE_FRAMES_TO_EVENTS;
	else if (front_of(r) == BRIDGE_BEDROCK)
		flow = BRIDGE_EVENTS_TO_FRAMES;
	bridge_stream_new(&b->stream, flow);
	(void)headers_copy(&a.headers, &b->headers);
	headers_add_text(&a.headers, "content-type", stream_type(r));
	if (front_of(r) == BRIDGE_BEDROCK)
		headers_add_text(&a.headers, "x-amzn-bedrock-content-type",
				 "application/json");
	else
		headers_set(&a.headers, "cache-control", "no-cache");
	/* Observers of events know server-sent events only. */
	r->is_stream = front_of(r) == BRIDGE_NONE;
	if (!hook_response(r, head, &a))
		relay_begin(r, &a);
	headers_clear(&a.headers);
	begin_pings(r);
}

/* Bedrock's event stream, or one of server-sent events. */
static bool is_stream(const struct relay *r, const struct headers *h)
{
	const char *type = headers_get(h, "content-type");

	if (r->provider->format != PROVIDER_BEDROCK)
		return hop_is_stream(h);
	return type && span_starts(span_of(type), EVENT_STREAM_TYPE);
}

static void on_head(void *arg, struct fetch *ft, const struct http_head *head)
{
	struct relay *r = arg;
	struct bridging *b = r->bridging;

	(void)ft;
	b->status = head->status;
	if (keep_headers(r, &head->headers) < 0) {
		relay_drop(r);
		reply_error(r, 502,
			    "the upstream's answer has too many fields");
		return;
	}
	if (head->status == 200 && b->ask.call == BRIDGE_STREAM &&
	    is_stream(r, &head->headers))
		begin_stream(r, head);
}

/* ---- the answer's body ---- */

/* Sends an error and cuts the stream, so that nobody takes it for complete. */
static void break_off(struct relay *r, const char *words)
{
	struct bridging *b = r->bridging;
	enum stream_end end = END_CUT;

	loop_timer_clear(r->gate->loop, &b->ping);
	bridge_stream_break(b->stream, words, &b->out);
	(void)send_out(r);
	if (!hook_end(r, &end))
		relay_close(r, END_CUT);
}

static void finish_stream(struct relay *r, enum stream_end end)
{
	struct bridging *b = r->bridging;

	if (end == END_CLEAN &&
	    bridge_stream_state(b->stream) < BRIDGE_STOPPED) {
		snprintf(r->note, sizeof(r->note),
			 "the provider's stream ended before the message did");
		break_off(r, "the provider's stream ended before the message "
			     "did");
		return;
	}
	if (!hook_end(r, &end))
		relay_close(r, end);
}

static bool on_data(void *arg, struct fetch *ft, struct span bytes)
{
	struct relay *r = arg;
	struct bridging *b = r->bridging;
	struct fail why = FAIL_INIT;
	bool broken, failed, more;

	(void)ft;
	if (!b->stream) {
		if (buf_add_span(&b->whole, bytes) < 0) {
			relay_drop(r);
			reply_endless(r);
		}
		return true;
	}
	broken = bridge_stream_feed(b->stream, bytes, &b->out, &why) < 0;
	more = send_out(r);
	failed = bridge_stream_state(b->stream) == BRIDGE_FAILED;
	if (!broken && !failed)
		return more;
	relay_drop(r);
	if (failed) { /* nothing goes out after an error */
		loop_timer_clear(r->gate->loop, &b->ping);
		finish_stream(r, END_CLEAN);
		return true;
	}
	snprintf(r->note, sizeof(r->note),
		 "what the provider streams cannot be read: %.100s", why.text);
	break_off(r, "what the provider streams cannot be read");
	return true;
}

/* ---- the answer's end ---- */

static void reply_json(struct relay *r, int status)
{
	struct bridging *b = r->bridging;
	struct gate_reply reply = { .status = status, .body = b->out };

	reply.headers = b->headers;
	b->headers = (struct headers){ 0 };
	buf_init(&b->out, BUF_NO_LIMIT);
	headers_add_text(&reply.headers, "content-type", "application/json");
	if (front_of(r) == BRIDGE_BEDROCK && status != 200)
		headers_add_text(&reply.headers, "x-amzn-ErrorType",
				 bridge_error_name(status));
	reply_send(r, &reply);
}

/* Notes the provider's words for the operator; clients do not get them. */
static void note_words(struct relay *r)
{
	struct buf words = BUF_INIT(BUF_NO_LIMIT);

	bridge_error_words(buf_span(&r->bridging->whole), &words);
	bridge_error_blot(&words);
	snprintf(r->note, sizeof(r->note), "the provider said: %.120s",
		 buf_str(&words));
	buf_clear(&words);
}

static void reply_failure(struct relay *r)
{
	struct bridging *b = r->bridging;
	const char *id = headers_get(&b->headers, "request-id");
	struct buf words = BUF_INIT(BUF_NO_LIMIT);
	int status = b->status;

	note_words(r);
	if (front_of(r) == BRIDGE_NONE) {
		if (b->ask.call == BRIDGE_COUNT &&
		    r->provider->format == PROVIDER_BEDROCK &&
		    !bridge_error_is_of_request(status, buf_span(&b->whole))) {
			bridging_own_uncounted(r, BRIDGING_ASK_UNCOUNTED);
			return;
		}
		status = bridge_error_plain(status, buf_span(&b->whole), id,
					    &b->out);
	} else {
		bridge_error_words(buf_span(&b->whole), &words);
		bridge_error_write(front_of(r), status, buf_span(&words),
				   &b->out);
	}
	secrets_blot(&r->config->secrets, &b->out);
	reply_json(r, status);
	buf_clear(&words);
}

/* Writes the number of tokens. Bedrock has another name for it. */
static int write_count(struct relay *r, struct jval root)
{
	bool to_bedrock = front_of(r) == BRIDGE_BEDROCK;
	const char *theirs = to_bedrock ? "input_tokens" : "inputTokens";
	const char *ours = to_bedrock ? "inputTokens" : "input_tokens";
	struct jval tokens = jscan_get(root, theirs);
	int64_t n;

	if (!jscan_i64(tokens, &n))
		return -1;
	buf_addf(&r->bridging->out, "{\"%s\":%lld}", ours, (long long)n);
	return 0;
}

static void reply_whole(struct relay *r)
{
	struct bridging *b = r->bridging;
	bool counted = b->ask.call == BRIDGE_COUNT &&
		       (front_of(r) == BRIDGE_BEDROCK ||
			r->provider->format == PROVIDER_BEDROCK);
	struct jval root;

	if (b->status != 200 && b->status < 400) {
		reply_neither(r, b->status);
		return;
	}
	if (b->status != 200) {
		reply_failure(r);
		return;
	}
	if (b->ask.call == BRIDGE_STREAM ||
	    jscan(buf_span(&b->whole), &root, NULL) < 0 ||
	    (counted && write_count(r, root) < 0)) {
		reply_error(r, 502,
			    "the provider's answer is not of the kind that "
			    "was asked for");
		return;
	}
	if (!counted)
		buf_add_span(&b->out, buf_span(&b->whole));
	reply_json(r, 200);
}

static void on_end(void *arg, struct fetch *ft, const struct fetch_end *e)
{
	struct relay *r = arg;

	(void)ft;
	r->fetch = NULL;
	loop_timer_clear(r->gate->loop, &r->bridging->ping);
	if (e->end != END_CLEAN)
		snprintf(r->note, sizeof(r->note), "%s: %.120s",
			 end_name(e->end), e->text);
	if (r->bridging->stream)
		finish_stream(r, e->end);
	else if (e->end != END_CLEAN)
		reply_error(r, upstream_status(e->end),
			    upstream_message(e->end));
	else
		reply_whole(r);
}

static const struct fetch_handler handler = {
	.on_head = on_head,
	.on_data = on_data,
	.on_end = on_end,
};

/* ---- the request ---- */

static void start_ask(struct relay *r)
{
	struct bridging_ask *a = &r->bridging->ask;
	struct fail f = FAIL_INIT;
	int status;

	if (bridging_ask_make(a, r, &status, &f) < 0) {
		if (status == 501)
			bridging_own_uncounted(r, f.text);
		else
			reply_error(r, status, f.text);
	} else if (bridging_ask_start(a, r,
				      a->passes ? &relay_upstream : &handler,
				      &f) < 0) {
		snprintf(r->note, sizeof(r->note), "%.150s", f.text);
		reply_error(r, 502, upstream_message(END_REFUSED));
	}
}

static void bridging_start(struct relay *r)
{
	struct bridging *b;

	if (bridging_own(r))
		return;
	b = xcalloc(1, sizeof(*b));
	bridging_ask_init(&b->ask);
	buf_init(&b->whole, ANSWER_LIMIT);
	buf_init(&b->out, BUF_NO_LIMIT);
	r->bridging = b;
	start_ask(r);
}

const struct relay_way bridging_way = {
	.start = bridging_start,
	.free = bridging_free,
};
