/*
 * Writes the answer to a message request: it is made as blocks, and written as
 * a stream or as one message with the same content.
 */
#include "mockupstream/dialects/anthropic_private.h"
#include "wire/bytes/base64.h"

enum {
	PIECES = 6, /* deltas of a text */
	BYTES_PER_TOKEN = 4,
	THINKING_TOKENS = 12,
};

#define SIGNATURE_BYTES 240
#define THOUGHT "The user wrote to a mock provider; it says the words back."

struct saying {
	const struct anthropic_ask *ask;
	const struct binding *binding; /* NULL: none */
	uint64_t number;
	struct prompt_usage usage;
	uint64_t thinking; /* tokens of thinking, included in usage.output */
	struct said said;
	struct buf thought;
	struct buf signature; /* or the data of a redacted block */
};

/* ---- what is said ---- */

/* A signature of pseudo-random bytes, the same for the same request. */
static void sign_at_random(struct saying *s)
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

static void sign(struct saying *s)
{
	if (s->binding)
		strict_sign(s->binding, buf_span(&s->thought), s->ask->redacted,
			    s->number, &s->signature);
	else
		sign_at_random(s);
}

/* Sets the ids of the calls; the first one's is made from the request's
 * number. */
static void name_calls(struct saying *s)
{
	size_t nth = 0;

	for (size_t i = 0; i < s->said.count; i++) {
		struct said_block *b = &s->said.blocks[i];

		if (b->kind != SAID_TOOL)
			continue;
		if (s->binding)
			strict_tool_id(buf_span(&s->signature), s->number,
				       &b->id);
		else
			buf_addf(&b->id, "toolu_01Mock%012llu",
				 (unsigned long long)s->number);
		if (nth++ > 0)
			buf_addf(&b->id, "_%zu", nth);
	}
}

/* Adds thinking; its tokens count for max_tokens, too. */
static void think(struct saying *s)
{
	uint64_t most = (uint64_t)s->ask->max_tokens;
	struct span thought = span_of(THOUGHT);

	if (!s->ask->thinking)
		return;
	s->thinking = most < THINKING_TOKENS ? most : THINKING_TOKENS;
	if (most < THINKING_TOKENS)
		thought = span_utf8_first(thought, most * BYTES_PER_TOKEN);
	if (!s->ask->omitted && !s->ask->redacted)
		buf_add_span(&s->thought, thought);
	sign(s);
}

static void say_init(struct saying *s, const struct anthropic_ask *ask,
		     const struct prompt_usage *usage,
		     const struct binding *binding, uint64_t number)
{
	*s = (struct saying){ .ask = ask,
			      .binding = binding,
			      .number = number,
			      .usage = *usage,
			      .said = SAID_INIT,
			      .thought = BUF_INIT(BUF_NO_LIMIT),
			      .signature = BUF_INIT(BUF_NO_LIMIT) };
	think(s);
	anthropic_choice(ask, number, &s->said);
	s->usage.output = said_end(ask, s->thinking, &s->said);
	name_calls(s);
}

static void say_clear(struct saying *s)
{
	said_clear(&s->said);
	buf_clear(&s->thought);
	buf_clear(&s->signature);
}

/* ---- JSON that both forms share ---- */

/* Writes the usage at the begin of a stream, or at the end. */
static void write_usage(const struct saying *s, bool end, struct buf *to)
{
	const struct prompt_usage *u = &s->usage;
	uint64_t output = end || u->output == 0 ? u->output : 1;

	buf_addf(to,
		 "{\"input_tokens\":%llu,\"cache_creation_input_tokens\":%llu,"
		 "\"cache_read_input_tokens\":%llu,\"output_tokens\":%llu",
		 (unsigned long long)u->input,
		 (unsigned long long)(u->written_5m + u->written_1h),
		 (unsigned long long)u->read, (unsigned long long)output);
	buf_addf(to,
		 ",\"cache_creation\":{\"ephemeral_5m_input_tokens\":%llu,"
		 "\"ephemeral_1h_input_tokens\":%llu}",
		 (unsigned long long)u->written_5m,
		 (unsigned long long)u->written_1h);
	if (end && s->ask->thinking)
		buf_addf(to,
			 ",\"output_tokens_details\":{\"thinking_tokens\":"
			 "%llu}",
			 (unsigned long long)s->thinking);
	if (end && s->said.searches + s->said.fetches > 0)
		buf_addf(to,
			 ",\"server_tool_use\":{\"web_search_requests\":%zu,"
			 "\"web_fetch_requests\":%zu}",
			 s->said.searches, s->said.fetches);
	buf_add_text(to, ",\"service_tier\":\"standard\"}");
}

/* Writes {"id": ... up to "content": (included). */
static void write_message_front(const struct saying *s, struct buf *to)
{
	char id[ANTHROPIC_ID_LEN];

	anthropic_message_id(s->number, id);
	buf_addf(to,
		 "{\"id\":\"%s\",\"type\":\"message\","
		 "\"role\":\"assistant\",\"model\":",
		 id);
	jscan_quote(to, buf_span(&s->ask->model));
	buf_add_text(to, ",\"content\":");
}

/* Writes "stop_reason":"...","stop_sequence":... */
static void write_stop(const struct saying *s, struct buf *to)
{
	buf_addf(to, "\"stop_reason\":\"%s\",\"stop_sequence\":", s->said.stop);
	if (s->said.sequence.len > 0)
		jscan_quote(to, buf_span(&s->said.sequence));
	else
		buf_add_text(to, "null");
}

/* Writes {"type":"tool_use", ... up to "input": (included). */
static void write_tool_front(const struct said_block *b, struct buf *to)
{
	buf_addf(to, "{\"type\":\"%s\",\"id\":\"%s\",\"name\":",
		 b->kind == SAID_TOOL ? "tool_use" : "server_tool_use",
		 buf_str(&b->id));
	jscan_quote(to, buf_span(&b->name));
	buf_add_text(to, ",\"input\":");
}

static void write_redacted(const struct saying *s, struct buf *to)
{
	buf_addf(to, "{\"type\":\"redacted_thinking\",\"data\":\"%s\"}",
		 buf_str(&s->signature));
}

/* ---- one message ---- */

static void write_whole_thinking(const struct saying *s, struct buf *to)
{
	if (s->ask->redacted)
		write_redacted(s, to);
	else
		buf_addf(to,
			 "{\"type\":\"thinking\",\"thinking\":\"%s\","
			 "\"signature\":\"%s\"}",
			 buf_str(&s->thought), buf_str(&s->signature));
}

static void write_whole_block(const struct said_block *b, struct buf *to)
{
	switch (b->kind) {
	case SAID_WHOLE:
		buf_add_span(to, buf_span(&b->text));
		return;
	case SAID_TOOL:
	case SAID_SERVER_TOOL:
		write_tool_front(b, to);
		buf_add_text(to, b->cut ? "{}" : buf_str(&b->text));
		break;
	case SAID_TEXT:
		buf_add_text(to, "{\"type\":\"text\",\"text\":");
		jscan_quote(to, buf_span(&b->text));
		if (b->citation.len > 0)
			buf_addf(to, ",\"citations\":[%s]",
				 buf_str(&b->citation));
		break;
	}
	buf_add_byte(to, '}');
}

static void write_content(const struct saying *s, struct buf *to)
{
	buf_add_byte(to, '[');
	if (s->ask->thinking)
		write_whole_thinking(s, to);
	for (size_t i = 0; i < s->said.count; i++) {
		if (i > 0 || s->ask->thinking)
			buf_add_byte(to, ',');
		write_whole_block(&s->said.blocks[i], to);
	}
	buf_add_byte(to, ']');
}

static void write_message(const struct saying *s, const struct buf *content,
			  struct buf *to)
{
	write_message_front(s, to);
	buf_add_span(to, buf_span(content));
	buf_add_byte(to, ',');
	write_stop(s, to);
	buf_add_text(to, ",\"usage\":");
	write_usage(s, true, to);
	anthropic_safeguards_write(s->ask->safeguards, &s->said, to);
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
		struct span piece = span_utf8_first(text, len);

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

static void write_thinking(const struct saying *s, unsigned index,
			   struct buf *to)
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
	write_deltas(index, "thinking_delta", "thinking", buf_span(&s->thought),
		     to);
	write_delta(index, "signature_delta", "signature",
		    buf_span(&s->signature), to);
	write_block_stop(index, to);
}

static void write_text(const struct said_block *b, unsigned index,
		       struct buf *to)
{
	bool cited = b->citation.len > 0;

	write_block_start(index, to);
	buf_addf(to, "{%s\"type\":\"text\",\"text\":\"\"}",
		 cited ? "\"citations\":[]," : "");
	event_end(to);
	if (cited) {
		event_begin("content_block_delta", to);
		buf_addf(to,
			 ",\"index\":%u,\"delta\":{\"type\":"
			 "\"citations_delta\",\"citation\":%s}",
			 index, buf_str(&b->citation));
		event_end(to);
	}
	write_deltas(index, "text_delta", "text", buf_span(&b->text), to);
	write_block_stop(index, to);
}

static void write_tool(const struct said_block *b, unsigned index,
		       struct buf *to)
{
	write_block_start(index, to);
	write_tool_front(b, to);
	buf_add_text(to, "{}}");
	event_end(to);
	write_delta(index, "input_json_delta", "partial_json", SPAN_EMPTY, to);
	write_deltas(index, "input_json_delta", "partial_json",
		     buf_span(&b->text), to);
	write_block_stop(index, to);
}

static void write_block(const struct said_block *b, unsigned index,
			struct buf *to)
{
	if (b->kind == SAID_TEXT) {
		write_text(b, index, to);
	} else if (b->kind == SAID_WHOLE) {
		write_block_start(index, to);
		buf_add_span(to, buf_span(&b->text));
		event_end(to);
		write_block_stop(index, to);
	} else {
		write_tool(b, index, to);
	}
}

static void write_stream(const struct saying *s, struct buf *to)
{
	unsigned index = 0;

	if (s->ask->pace_ms > 0)
		buf_addf(to, ": @pace %u\n", s->ask->pace_ms);
	event_begin("message_start", to);
	buf_add_text(to, ",\"message\":");
	write_message_front(s, to);
	buf_add_text(to, "[],\"stop_reason\":null,\"stop_sequence\":null,"
			 "\"usage\":");
	write_usage(s, false, to);
	buf_add_byte(to, '}');
	event_end(to);
	event_begin("ping", to);
	event_end(to);
	if (s->ask->thinking)
		write_thinking(s, index++, to);
	for (size_t i = 0; i < s->said.count; i++)
		write_block(&s->said.blocks[i], index++, to);
	event_begin("message_delta", to);
	buf_add_text(to, ",\"delta\":{");
	write_stop(s, to);
	anthropic_safeguards_write(s->ask->safeguards, &s->said, to);
	buf_add_text(to, "},\"usage\":");
	write_usage(s, true, to);
	event_end(to);
	event_begin("message_stop", to);
	event_end(to);
}

void anthropic_say(const struct anthropic_ask *a,
		   const struct prompt_usage *usage,
		   const struct binding *binding, uint64_t number,
		   struct buf *content, struct reply *out)
{
	struct buf text = BUF_INIT(BUF_NO_LIMIT);
	struct saying s;

	say_init(&s, a, usage, binding, number);
	write_content(&s, content);
	if (!a->stream) {
		write_message(&s, content, &text);
		reply_json(out, 200, &text);
	} else {
		write_stream(&s, &text);
		reply_stream(out, &text);
	}
	buf_clear(&text);
	say_clear(&s);
}
