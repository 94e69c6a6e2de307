/* The answer as a completion, or as the chunks of one. */
#include "mockupstream/dialects/chat/chat_private.h"

enum { PIECES = 6, CREATED = 1790000000 };

struct chat_said {
	const struct anthropic_ask *ask;
	uint64_t number, prompt, completion; /* tokens */
	struct said said;
};

/* ---- what both forms share ---- */

static const char *finish_of(const struct said *said)
{
	if (span_is(span_of(said->stop), "max_tokens"))
		return "length";
	return said->calls > 0 ? "tool_calls" : "stop";
}

/* object: "chat.completion", or that of a chunk */
static void write_front(const struct chat_said *c, const char *object,
			struct buf *to)
{
	buf_addf(to,
		 "{\"id\":\"chatcmpl-mock%012llu\",\"object\":\"%s\","
		 "\"created\":%d,\"model\":",
		 (unsigned long long)c->number, object, CREATED);
	jscan_quote(to, buf_span(&c->ask->model));
	buf_add_text(to, ",\"service_tier\":\"default\","
			 "\"system_fingerprint\":\"fp_mock\",\"choices\":[");
}

static void write_usage(const struct chat_said *c, struct buf *to)
{
	buf_addf(to,
		 "{\"prompt_tokens\":%llu,\"completion_tokens\":%llu,"
		 "\"total_tokens\":%llu,\"prompt_tokens_details\":"
		 "{\"cached_tokens\":0,\"audio_tokens\":0},"
		 "\"completion_tokens_details\":{\"reasoning_tokens\":0}}",
		 (unsigned long long)c->prompt,
		 (unsigned long long)c->completion,
		 (unsigned long long)(c->prompt + c->completion));
}

/* "id": ... up to and with "arguments": */
static void write_call_front(const struct chat_said *c, size_t nth,
			     const struct said_block *b, struct buf *to)
{
	buf_addf(to,
		 "\"id\":\"call_mock%012llu_%zu\",\"type\":\"function\","
		 "\"function\":{\"name\":",
		 (unsigned long long)c->number, nth);
	jscan_quote(to, buf_span(&b->name));
	buf_add_text(to, ",\"arguments\":");
}

/* ---- one completion ---- */

static void write_calls(const struct chat_said *c, struct buf *to)
{
	size_t nth = 0;

	buf_add_text(to, ",\"tool_calls\":[");
	for (size_t i = 0; i < c->said.count; i++) {
		const struct said_block *b = &c->said.blocks[i];

		if (b->kind != SAID_TOOL)
			continue;
		buf_add_text(to, nth > 0 ? ",{" : "{");
		write_call_front(c, nth++, b, to);
		jscan_quote(to, buf_span(&b->text));
		buf_add_text(to, "}}");
	}
	buf_add_byte(to, ']');
}

static void write_texts(const struct said *said, struct buf *to)
{
	struct buf text = BUF_INIT(BUF_NO_LIMIT);

	for (size_t i = 0; i < said->count; i++)
		if (said->blocks[i].kind == SAID_TEXT)
			buf_add_span(&text, buf_span(&said->blocks[i].text));
	if (text.len == 0 && said->calls > 0)
		buf_add_text(to, "null");
	else
		jscan_quote(to, buf_span(&text));
	buf_clear(&text);
}

static void write_completion(const struct chat_said *c, struct buf *to)
{
	write_front(c, "chat.completion", to);
	buf_add_text(to, "{\"index\":0,\"message\":{\"role\":\"assistant\","
			 "\"content\":");
	write_texts(&c->said, to);
	buf_add_text(to, ",\"refusal\":null");
	if (c->said.calls > 0)
		write_calls(c, to);
	buf_addf(to,
		 ",\"annotations\":[]},\"logprobs\":null,"
		 "\"finish_reason\":\"%s\"}],\"usage\":",
		 finish_of(&c->said));
	write_usage(c, to);
	buf_add_byte(to, '}');
}

/* ---- chunks ---- */

static void chunk_begin(const struct chat_said *c, struct buf *to)
{
	buf_add_text(to, "data: ");
	write_front(c, "chat.completion.chunk", to);
}

/* Up to and with the brace of "delta". */
static void delta_begin(const struct chat_said *c, struct buf *to)
{
	chunk_begin(c, to);
	buf_add_text(to, "{\"index\":0,\"delta\":{");
}

static void delta_end(bool usage, const char *finish, struct buf *to)
{
	buf_add_text(to, "},\"logprobs\":null,\"finish_reason\":");
	if (finish)
		buf_addf(to, "\"%s\"}]", finish);
	else
		buf_add_text(to, "null}]");
	buf_add_text(to, usage ? ",\"usage\":null}\n\n" : "}\n\n");
}

static void write_text(const struct chat_said *c, const struct said_block *b,
		       bool usage, struct buf *to)
{
	struct span text = buf_span(&b->text);
	size_t len = text.len / PIECES + 1;

	while (text.len > 0) {
		struct span piece = said_front(text, len);

		delta_begin(c, to);
		buf_add_text(to, "\"content\":");
		jscan_quote(to, piece);
		delta_end(usage, NULL, to);
		text = span_skip(text, piece.len);
	}
}

/* The opening chunk has id and name; the arguments come in pieces. */
static void write_call(const struct chat_said *c, const struct said_block *b,
		       size_t nth, bool usage, struct buf *to)
{
	struct span text = buf_span(&b->text);
	size_t len = text.len / PIECES + 1;

	delta_begin(c, to);
	buf_addf(to, "\"tool_calls\":[{\"index\":%zu,", nth);
	write_call_front(c, nth, b, to);
	buf_add_text(to, "\"\"}}]");
	delta_end(usage, NULL, to);
	while (text.len > 0) {
		struct span piece = said_front(text, len);

		delta_begin(c, to);
		buf_addf(to,
			 "\"tool_calls\":[{\"index\":%zu,\"function\":"
			 "{\"arguments\":",
			 nth);
		jscan_quote(to, piece);
		buf_add_text(to, "}}]");
		delta_end(usage, NULL, to);
		text = span_skip(text, piece.len);
	}
}

/* usage: the request asked for it; then each chunk has the member. */
static void write_chunks(const struct chat_said *c, bool usage, struct buf *to)
{
	size_t nth = 0;

	if (c->ask->pace_ms > 0)
		buf_addf(to, ": @pace %u\n", c->ask->pace_ms);
	delta_begin(c, to);
	buf_add_text(to, "\"role\":\"assistant\",\"content\":\"\","
			 "\"refusal\":null");
	delta_end(usage, NULL, to);
	for (size_t i = 0; i < c->said.count; i++) {
		const struct said_block *b = &c->said.blocks[i];

		if (b->kind == SAID_TEXT)
			write_text(c, b, usage, to);
		else if (b->kind == SAID_TOOL)
			write_call(c, b, nth++, usage, to);
	}
	delta_begin(c, to);
	delta_end(usage, finish_of(&c->said), to);
	if (usage) {
		chunk_begin(c, to);
		buf_add_text(to, "],\"usage\":");
		write_usage(c, to);
		buf_add_text(to, "}\n\n");
	}
	buf_add_text(to, "data: [DONE]\n\n");
}

static bool wants_usage(struct jval root)
{
	struct jval options = jscan_get(root, "stream_options");

	return jscan_get(options, "include_usage").type == J_TRUE;
}

void chat_say(const struct anthropic_ask *ask, struct jval root,
	      uint64_t number, struct reply *out)
{
	struct buf text = BUF_INIT(BUF_NO_LIMIT);
	struct chat_said c = { .ask = ask,
			       .number = number,
			       .prompt = prompt_tokens(ask->root),
			       .said = SAID_INIT };

	anthropic_choice(ask, number, &c.said);
	c.completion = said_end(ask, 0, &c.said);
	if (ask->stream) {
		write_chunks(&c, wants_usage(root), &text);
		anthropic_stream(out, &text);
	} else {
		write_completion(&c, &text);
		anthropic_json(out, 200, &text);
	}
	said_clear(&c.said);
}
