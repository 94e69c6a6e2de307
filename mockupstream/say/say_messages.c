/* A say as a message of the Anthropic API, streamed or whole. */
#include "mockupstream/say/say_private.h"
#include "wire/bytes/base64.h"

struct say_stream {
	const struct say *say;
	const struct say_asked *asked;
	struct say_usage tokens;
	struct buf *to;
	bool begun, stopped, over;
	enum say_kind open; /* of the open block; SAY_USAGE: none is open */
	size_t index; /* of the open block, or of the next one */
	size_t calls;
	const struct say_part *thought; /* the newest part of the open block */
};

/* ---- what both forms share ---- */

/* Made-up bytes, if the part has no signature. */
static void write_signature(const struct say_part *p,
			    const struct say_asked *asked, struct buf *to)
{
	struct buf text = BUF_INIT(64), base64 = BUF_INIT(128);

	if (p->other) {
		jscan_quote(to, span_of(p->other));
		return;
	}
	buf_addf(&text, "a thought of ccmock, number %llu",
		 (unsigned long long)asked->number);
	base64_encode(buf_span(&text), &base64);
	jscan_quote(to, buf_span(&base64));
	buf_clear(&text);
	buf_clear(&base64);
}

static void write_id(const struct say_part *p, const struct say_asked *asked,
		     size_t nth, struct buf *to)
{
	if (p->other) {
		jscan_quote(to, span_of(p->other));
		return;
	}
	buf_addf(to, "\"toolu_01Mock%012llu",
		 (unsigned long long)asked->number);
	if (nth > 0)
		buf_addf(to, "_%zu", nth + 1);
	buf_add_byte(to, '"');
}

/* {"type":"tool_use", ... up to and including "input": */
static void write_call_front(const struct say_part *p,
			     const struct say_asked *asked, size_t nth,
			     struct buf *to)
{
	buf_add_text(to, "{\"type\":\"tool_use\",\"id\":");
	write_id(p, asked, nth, to);
	buf_add_text(to, ",\"name\":");
	jscan_quote(to, span_of(p->word));
	buf_add_text(to, ",\"input\":");
}

static void write_usage(const struct say_usage *u, uint32_t output,
			struct buf *to)
{
	buf_addf(to,
		 "{\"input_tokens\":%u,\"cache_creation_input_tokens\":%u,"
		 "\"cache_read_input_tokens\":%u,\"output_tokens\":%u",
		 u->input, u->written, u->cached, output);
	if (u->thinking > 0 && output == u->output)
		buf_addf(to,
			 ",\"output_tokens_details\":{\"thinking_tokens\":"
			 "%u}",
			 u->thinking);
	buf_add_text(to, ",\"service_tier\":\"standard\"}");
}

/* {"id": ... up to and including "content": */
static void write_front(const struct say *s, const struct say_asked *asked,
			struct buf *to)
{
	buf_add_text(to, "{\"id\":");
	if (s->form.id)
		jscan_quote(to, span_of(s->form.id));
	else
		buf_addf(to, "\"msg_01Mock%014llu\"",
			 (unsigned long long)asked->number);
	buf_add_text(to, ",\"type\":\"message\",\"role\":\"assistant\","
			 "\"model\":");
	jscan_quote(to, s->form.model ? span_of(s->form.model) : asked->model);
	buf_add_text(to, ",\"content\":");
}

static void write_word(const char *word, struct buf *to)
{
	if (word)
		jscan_quote(to, span_of(word));
	else
		buf_add_text(to, "null");
}

/* "stop_reason":...,"stop_sequence":... */
static void write_stop(const struct say *s, struct buf *to)
{
	buf_add_text(to, "\"stop_reason\":");
	write_word(say_stop(s), to);
	buf_add_text(to, ",\"stop_sequence\":");
	write_word(say_stop_sequence(s), to);
}

/* ---- a stream ---- */

static void event_begin(struct say_stream *s, const char *name)
{
	buf_addf(s->to, "event: %s\ndata: {\"type\":\"%s\"", name, name);
}

static void event_end(struct say_stream *s)
{
	buf_add_text(s->to, "}\n\n");
}

/* The message begins with the first thing that is said. */
static void begin(struct say_stream *s)
{
	if (s->begun)
		return;
	s->begun = true;
	event_begin(s, "message_start");
	buf_add_text(s->to, ",\"message\":");
	write_front(s->say, s->asked, s->to);
	buf_add_text(s->to, "[],\"stop_reason\":null,\"stop_sequence\":null,"
			    "\"usage\":");
	write_usage(&s->tokens, s->tokens.output > 0, s->to);
	buf_add_byte(s->to, '}');
	event_end(s);
}

static void delta_begin(struct say_stream *s, const char *type, const char *key)
{
	event_begin(s, "content_block_delta");
	buf_addf(s->to,
		 ",\"index\":%zu,\"delta\":{\"type\":\"%s\",\"%s\":", s->index,
		 type, key);
}

static void delta_end(struct say_stream *s)
{
	buf_add_byte(s->to, '}');
	event_end(s);
}

static void write_deltas(struct say_stream *s, const char *type,
			 const char *key, struct span text)
{
	struct span rest = text;

	while (rest.len > 0) {
		delta_begin(s, type, key);
		jscan_quote(s->to, say_piece(s->say, text.len, &rest));
		delta_end(s);
	}
}

static void close_block(struct say_stream *s)
{
	if (s->open == SAY_USAGE)
		return;
	if (s->open == SAY_THINKING) {
		delta_begin(s, "signature_delta", "signature");
		write_signature(s->thought, s->asked, s->to);
		delta_end(s);
	}
	event_begin(s, "content_block_stop");
	buf_addf(s->to, ",\"index\":%zu", s->index++);
	event_end(s);
	s->open = SAY_USAGE;
}

/* Opens a block of this kind; false: it was open already. */
static bool open_block(struct say_stream *s, enum say_kind kind)
{
	begin(s);
	if (s->open == kind && kind != SAY_CALL)
		return false;
	close_block(s);
	s->open = kind;
	event_begin(s, "content_block_start");
	buf_addf(s->to, ",\"index\":%zu,\"content_block\":", s->index);
	return true;
}

static void write_thinking(struct say_stream *s, const struct say_part *p)
{
	if (open_block(s, SAY_THINKING)) {
		buf_add_text(s->to, "{\"type\":\"thinking\",\"thinking\":\"\","
				    "\"signature\":\"\"}");
		event_end(s);
	}
	s->thought = p;
	write_deltas(s, "thinking_delta", "thinking", buf_span(&p->text));
}

static void write_text(struct say_stream *s, const struct say_part *p)
{
	if (open_block(s, SAY_TEXT)) {
		buf_add_text(s->to, "{\"type\":\"text\",\"text\":\"\"}");
		event_end(s);
	}
	write_deltas(s, "text_delta", "text", buf_span(&p->text));
}

static void write_input(struct say_stream *s, const struct say_part *p)
{
	write_deltas(s, "input_json_delta", "partial_json", buf_span(&p->text));
}

static void write_call(struct say_stream *s, const struct say_part *p)
{
	open_block(s, SAY_CALL);
	write_call_front(p, s->asked, s->calls++, s->to);
	buf_add_text(s->to, "{}}");
	event_end(s);
	delta_begin(s, "input_json_delta", "partial_json");
	buf_add_text(s->to, "\"\"");
	delta_end(s);
	write_input(s, p);
}

static void stop(struct say_stream *s)
{
	if (s->stopped)
		return;
	begin(s);
	close_block(s);
	s->stopped = true;
	event_begin(s, "message_delta");
	buf_add_text(s->to, ",\"delta\":{");
	write_stop(s->say, s->to);
	buf_add_text(s->to, "},\"usage\":");
	write_usage(&s->tokens, s->tokens.output, s->to);
	event_end(s);
}

static void write_error(struct say_stream *s, const struct say_part *p)
{
	buf_add_text(s->to, "event: error\ndata: ");
	say_error_write(p, s->asked, s->to);
	buf_add_text(s->to, "\n\n");
}

static void write_part(struct say_stream *s, const struct say_part *p)
{
	s->over = p->kind == SAY_ERROR || p->kind == SAY_CUT;
	switch (p->kind) {
	case SAY_THINKING:
		write_thinking(s, p);
		break;
	case SAY_TEXT:
	case SAY_REFUSAL:
		write_text(s, p);
		break;
	case SAY_CALL:
		write_call(s, p);
		break;
	case SAY_INPUT:
		write_input(s, p);
		break;
	case SAY_STOP:
		stop(s);
		break;
	case SAY_ERROR:
		write_error(s, p);
		break;
	default:
		say_step(p, s->to);
		break;
	}
}

void say_messages_stream(const struct say *say, const struct say_asked *asked,
			 struct buf *to)
{
	struct say_stream s = {
		.say = say, .asked = asked, .to = to, .open = SAY_USAGE
	};

	say_tokens(say, asked, &s.tokens);
	for (size_t i = 0; i < say->count; i++)
		write_part(&s, &say->parts[i]);
	if (s.over)
		return;
	stop(&s);
	event_begin(&s, "message_stop");
	event_end(&s);
}

/* ---- one message ---- */

/* Appends the texts of the parts from *i on that belong to the same block. */
static void join(const struct say *s, size_t *i, struct buf *text)
{
	enum say_kind kind = s->parts[*i].kind, more = kind;

	if (kind == SAY_CALL)
		more = SAY_INPUT;
	buf_add_span(text, buf_span(&s->parts[*i].text));
	for (; *i + 1 < s->count; ++*i) {
		const struct say_part *p = &s->parts[*i + 1];
		bool is_more = p->kind == more ||
			       (kind == SAY_TEXT && p->kind == SAY_REFUSAL) ||
			       (kind == SAY_REFUSAL && p->kind == SAY_TEXT);

		if (is_more)
			buf_add_span(text, buf_span(&p->text));
		else if (p->kind <= SAY_INPUT)
			return;
	}
}

/* An input that is not an object becomes {} in a message. */
static void write_whole_input(const struct buf *text, struct buf *to)
{
	struct jval root;

	if (jscan(buf_span(text), &root, NULL) == 0 && root.type == J_OBJECT)
		jscan_compact(to, root.text);
	else
		buf_add_text(to, "{}");
}

static void write_block(const struct say_part *p, const struct buf *text,
			const struct say_asked *asked, size_t *calls,
			struct buf *to)
{
	if (p->kind == SAY_CALL) {
		write_call_front(p, asked, (*calls)++, to);
		write_whole_input(text, to);
	} else if (p->kind == SAY_THINKING) {
		buf_add_text(to, "{\"type\":\"thinking\",\"thinking\":");
		jscan_quote(to, buf_span(text));
		buf_add_text(to, ",\"signature\":");
		write_signature(p, asked, to);
	} else {
		buf_add_text(to, "{\"type\":\"text\",\"text\":");
		jscan_quote(to, buf_span(text));
	}
	buf_add_byte(to, '}');
}

static void write_content(const struct say *s, const struct say_asked *asked,
			  struct buf *to)
{
	size_t calls = 0, blocks = 0;

	for (size_t i = 0; i < s->count; i++) {
		const struct say_part *p = &s->parts[i];
		struct buf text = BUF_INIT(BUF_NO_LIMIT);

		if (p->kind > SAY_INPUT)
			continue;
		join(s, &i, &text);
		if (blocks++ > 0)
			buf_add_byte(to, ',');
		write_block(p, &text, asked, &calls, to);
		buf_clear(&text);
	}
}

void say_messages_whole(const struct say *s, const struct say_asked *asked,
			struct buf *to)
{
	struct say_usage tokens;

	say_tokens(s, asked, &tokens);
	write_front(s, asked, to);
	buf_add_byte(to, '[');
	write_content(s, asked, to);
	buf_add_text(to, "],");
	write_stop(s, to);
	buf_add_text(to, ",\"usage\":");
	write_usage(&tokens, tokens.output, to);
	buf_add_byte(to, '}');
}
