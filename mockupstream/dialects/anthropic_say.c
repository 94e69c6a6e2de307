/*
 * The answer to a message request: first put together as blocks, then written
 * as a stream or as one message. Both say the same.
 */
#include <stdio.h>
#include <stdlib.h>

#include "mockupstream/dialects/anthropic_private.h"
#include "wire/bytes/base64.h"

enum {
	ECHO_BYTES = 200, /* how much of the prompt is said back */
	PIECES = 6, /* a text comes in so many deltas */
	SIGNATURE_BYTES = 240,
	BYTES_PER_TOKEN = 4,
	THINKING_TOKENS = 12,
};

#define THOUGHT "The user wrote to a mock provider; it says the words back."

struct say {
	const struct anthropic_ask *ask;
	const struct binding *binding; /* NULL: none */
	const struct tool_call *call; /* NULL: a text */
	uint64_t number;
	struct usage usage;
	struct buf text;
	struct buf signature; /* or the data of a redacted block */
	struct buf tool_id;
	const char *stop;
	bool silent; /* max_tokens is 0: the cache is filled, nothing is said */
};

/* ---- what is said ---- */

/* The last bytes of s, from the start of a character on. */
static struct span tail_of(struct span s, size_t len)
{
	if (s.len > len)
		s = span_skip(s, s.len - len);
	while (s.len > 0 && span_utf8_step(s) == 0)
		s = span_skip(s, 1);
	return s;
}

/* A front of s of at most len bytes (one character at least). */
static struct span front_of(struct span s, size_t len)
{
	size_t at = 0;

	while (at < s.len) {
		size_t step = span_utf8_step(span_skip(s, at));

		step = step > 0 ? step : 1;
		if (at > 0 && at + step > len)
			break;
		at += step;
	}
	return span_first(s, at);
}

static void say_text(struct say *s)
{
	struct span echo = tail_of(buf_span(&s->ask->prompt), ECHO_BYTES);
	uint64_t most = (uint64_t)s->ask->max_tokens * BYTES_PER_TOKEN;

	buf_add_text(&s->text, "You said: ");
	buf_add_span(&s->text, echo);
	s->stop = "end_turn";
	if (s->ask->max_tokens < ECHO_BYTES && s->text.len > most) {
		buf_cut(&s->text, front_of(buf_span(&s->text), most).len);
		s->stop = "max_tokens";
	}
}

static const char *thought_of(const struct say *s)
{
	return s->ask->omitted || s->ask->redacted ? "" : THOUGHT;
}

/* Bytes that nobody can check, and the same for the same request. */
static void sign_at_random(struct say *s)
{
	uint64_t x = s->number * UINT64_C(0x9e3779b97f4a7c15) + 1;
	char bytes[SIGNATURE_BYTES];

	for (size_t i = 0; i < sizeof(bytes); i++) {
		x ^= x << 13;
		x ^= x >> 7;
		x ^= x << 17;
		bytes[i] = (char)(x >> 32);
	}
	base64_encode(span_make(bytes, sizeof(bytes)), &s->signature);
}

static void sign(struct say *s)
{
	if (s->binding)
		strict_sign(s->binding, span_of(thought_of(s)),
			    s->ask->redacted, s->number, &s->signature);
	else
		sign_at_random(s);
}

static void name_call(struct say *s)
{
	if (s->binding)
		strict_tool_id(buf_span(&s->signature), s->number, &s->tool_id);
	else
		buf_addf(&s->tool_id, "toolu_01Mock%012llu",
			 (unsigned long long)s->number);
}

static void say_init(struct say *s, const struct anthropic_ask *ask,
		     const struct usage *usage, const struct binding *binding,
		     uint64_t number)
{
	*s = (struct say){ .ask = ask,
			   .binding = binding,
			   .call = anthropic_ask_call(ask),
			   .number = number,
			   .silent = ask->max_tokens == 0,
			   .usage = *usage,
			   .text = BUF_INIT(BUF_NO_LIMIT),
			   .signature = BUF_INIT(BUF_NO_LIMIT),
			   .tool_id = BUF_INIT(BUF_NO_LIMIT) };
	if (s->silent) {
		s->call = NULL;
		s->stop = "max_tokens";
		return;
	}
	if (s->call)
		s->stop = "tool_use";
	else
		say_text(s);
	s->usage.output =
		(s->call ? s->call->input.len : s->text.len) / BYTES_PER_TOKEN +
		1;
	if (ask->thinking) {
		sign(s);
		s->usage.output += THINKING_TOKENS;
	}
	name_call(s);
}

static void say_clear(struct say *s)
{
	buf_clear(&s->text);
	buf_clear(&s->signature);
	buf_clear(&s->tool_id);
}

/* ---- JSON that both forms share ---- */

static void write_usage(const struct say *s, uint64_t output, struct buf *to)
{
	const struct usage *u = &s->usage;

	buf_addf(to,
		 "{\"input_tokens\":%llu,\"cache_creation_input_tokens\":%llu,"
		 "\"cache_read_input_tokens\":%llu,\"output_tokens\":%llu",
		 (unsigned long long)u->input, (unsigned long long)u->created,
		 (unsigned long long)u->cached, (unsigned long long)output);
	buf_addf(to,
		 ",\"cache_creation\":{\"ephemeral_5m_input_tokens\":%llu,"
		 "\"ephemeral_1h_input_tokens\":%llu},"
		 "\"service_tier\":\"standard\"}",
		 (unsigned long long)(u->created - u->created_1h),
		 (unsigned long long)u->created_1h);
}

static void write_safeguards(const struct say *s, struct buf *to)
{
	anthropic_safeguards_write(s->ask->safeguards,
				   s->call ? buf_span(&s->tool_id) : SPAN_EMPTY,
				   to);
}

/* {"id": ... up to and with "content": */
static void write_message_front(const struct say *s, struct buf *to)
{
	buf_addf(to,
		 "{\"id\":\"msg_01Mock%014llu\",\"type\":\"message\","
		 "\"role\":\"assistant\",\"model\":",
		 (unsigned long long)s->number);
	jscan_quote(to, buf_span(&s->ask->model));
	buf_add_text(to, ",\"content\":");
}

/* {"type":"tool_use", ... up to and with "input": */
static void write_tool_front(const struct say *s, struct buf *to)
{
	buf_addf(to, "{\"type\":\"tool_use\",\"id\":\"%s\",\"name\":",
		 buf_str(&s->tool_id));
	jscan_quote(to, s->call->name);
	buf_add_text(to, ",\"input\":");
}

static void write_redacted(const struct say *s, struct buf *to)
{
	buf_addf(to, "{\"type\":\"redacted_thinking\",\"data\":\"%s\"}",
		 buf_str(&s->signature));
}

/* ---- one message ---- */

static void write_whole_thinking(const struct say *s, struct buf *to)
{
	if (s->ask->redacted)
		write_redacted(s, to);
	else
		buf_addf(to,
			 "{\"type\":\"thinking\",\"thinking\":\"%s\","
			 "\"signature\":\"%s\"}",
			 thought_of(s), buf_str(&s->signature));
	buf_add_byte(to, ',');
}

static void write_message(const struct say *s, struct buf *to)
{
	write_message_front(s, to);
	buf_add_byte(to, '[');
	if (s->ask->thinking)
		write_whole_thinking(s, to);
	if (s->call) {
		write_tool_front(s, to);
		buf_add_span(to, s->call->input);
		buf_add_byte(to, '}');
	} else if (!s->silent) {
		buf_add_text(to, "{\"type\":\"text\",\"text\":");
		jscan_quote(to, buf_span(&s->text));
		buf_add_byte(to, '}');
	}
	buf_addf(to,
		 "],\"stop_reason\":\"%s\",\"stop_sequence\":null,"
		 "\"usage\":",
		 s->stop);
	write_usage(s, s->usage.output, to);
	write_safeguards(s, to);
	buf_add_byte(to, '}');
}

/* ---- a stream ---- */

static void event_begin(const char *name, struct buf *to)
{
	buf_addf(to, "event: %s\ndata: {\"type\":\"%s\"", name, name);
}

static void event_end(struct buf *to)
{
	buf_add_text(to, "}\n\n");
}

static void write_delta(unsigned index, const char *type, const char *key,
			struct span text, struct buf *to)
{
	event_begin("content_block_delta", to);
	buf_addf(to, ",\"index\":%u,\"delta\":{\"type\":\"%s\",\"%s\":", index,
		 type, key);
	jscan_quote(to, text);
	buf_add_byte(to, '}');
	event_end(to);
}

static void write_deltas(unsigned index, const char *type, const char *key,
			 struct span text, struct buf *to)
{
	size_t len = text.len / PIECES + 1;

	while (text.len > 0) {
		struct span piece = front_of(text, len);

		write_delta(index, type, key, piece, to);
		text = span_skip(text, piece.len);
	}
}

static void write_block_start(unsigned index, struct buf *to)
{
	event_begin("content_block_start", to);
	buf_addf(to, ",\"index\":%u,\"content_block\":", index);
}

static void write_block_stop(unsigned index, struct buf *to)
{
	event_begin("content_block_stop", to);
	buf_addf(to, ",\"index\":%u", index);
	event_end(to);
}

static void write_thinking(const struct say *s, unsigned index, struct buf *to)
{
	write_block_start(index, to);
	if (s->ask->redacted) {
		write_redacted(s, to);
		event_end(to);
		write_block_stop(index, to);
		return;
	}
	buf_add_text(to, "{\"type\":\"thinking\",\"thinking\":\"\","
			 "\"signature\":\"\"}");
	event_end(to);
	write_deltas(index, "thinking_delta", "thinking",
		     span_of(thought_of(s)), to);
	write_delta(index, "signature_delta", "signature",
		    buf_span(&s->signature), to);
	write_block_stop(index, to);
}

static void write_text(const struct say *s, unsigned index, struct buf *to)
{
	write_block_start(index, to);
	buf_add_text(to, "{\"type\":\"text\",\"text\":\"\"}");
	event_end(to);
	write_deltas(index, "text_delta", "text", buf_span(&s->text), to);
	write_block_stop(index, to);
}

static void write_tool(const struct say *s, unsigned index, struct buf *to)
{
	write_block_start(index, to);
	write_tool_front(s, to);
	buf_add_text(to, "{}}");
	event_end(to);
	write_delta(index, "input_json_delta", "partial_json", SPAN_EMPTY, to);
	write_deltas(index, "input_json_delta", "partial_json", s->call->input,
		     to);
	write_block_stop(index, to);
}

static void write_stream(const struct say *s, struct buf *to)
{
	unsigned index = 0;

	if (s->ask->pace_ms > 0)
		buf_addf(to, ": @pace %u\n", s->ask->pace_ms);
	event_begin("message_start", to);
	buf_add_text(to, ",\"message\":");
	write_message_front(s, to);
	buf_add_text(to, "[],\"stop_reason\":null,\"stop_sequence\":null,"
			 "\"usage\":");
	write_usage(s, 1, to);
	buf_add_byte(to, '}');
	event_end(to);
	event_begin("ping", to);
	event_end(to);
	if (s->ask->thinking)
		write_thinking(s, index++, to);
	if (s->call)
		write_tool(s, index, to);
	else if (!s->silent)
		write_text(s, index, to);
	event_begin("message_delta", to);
	buf_addf(to,
		 ",\"delta\":{\"stop_reason\":\"%s\",\"stop_sequence\":null",
		 s->stop);
	write_safeguards(s, to);
	buf_add_text(to, "},\"usage\":");
	write_usage(s, s->usage.output, to);
	event_end(to);
	event_begin("message_stop", to);
	event_end(to);
}

void anthropic_say(const struct anthropic_ask *a, const struct usage *usage,
		   const struct binding *binding, uint64_t number,
		   struct reply *out)
{
	struct buf text = BUF_INIT(BUF_NO_LIMIT);
	struct say s;

	say_init(&s, a, usage, binding, number);
	if (!a->stream) {
		write_message(&s, &text);
		anthropic_json(out, 200, &text);
	} else {
		write_stream(&s, &text);
		out->kind = REPLY_STREAM;
		out->status = 200;
		out->end = END_CLEAN;
		headers_add_text(&out->headers, "content-type",
				 "text/event-stream; charset=utf-8");
		headers_add_text(&out->headers, "cache-control", "no-cache");
		if (script_read(&out->script, "provider", buf_span(&text),
				NULL) < 0)
			abort(); /* what we wrote is a script */
	}
	buf_clear(&text);
	say_clear(&s);
}
