/* A say as a chat completion, in chunks or whole. */
#include <string.h>

#include "mockupstream/say/say_private.h"

/* The members that vendors use for thoughts. */
static const char *const thoughts[] = { "reasoning_content", "reasoning" };

#define THINK_BEGIN "<think>\n"
#define THINK_END "\n</think>\n\n"

/* ---- why it ends ---- */

static const char *finish_of(const struct say *s)
{
	static const char *const words[][2] = {
		{ "max_tokens", "length" },
		{ "model_context_window_exceeded", "length" },
		{ "tool_use", "tool_calls" },
		{ "refusal", "content_filter" },
	};
	const char *stop = say_stop(s);

	if (s->form.has_finish)
		return s->form.finish;
	for (size_t i = 0; stop && i < sizeof(words) / sizeof(words[0]); i++)
		if (strcmp(stop, words[i][0]) == 0)
			return words[i][1];
	return stop ? "stop" : NULL;
}

static void chat_begin(struct say_chat *c, const struct say *s,
		       const struct say_asked *asked, struct buf *to)
{
	*c = (struct say_chat){
		.say = s, .asked = asked, .to = to, .finish = finish_of(s)
	};
	say_tokens(s, asked, &c->tokens);
}

/* ---- chunks ---- */

struct say_chunks {
	struct say_chat chat;
	bool begun, stopped, over, tagged;
	size_t calls;
};

static void begin(struct say_chunks *s)
{
	struct buf members = BUF_INIT(128);

	if (s->begun)
		return;
	s->begun = true;
	if (s->chat.say->form.opening || s->chat.say->form.choices == 0)
		say_chunk_empty(&s->chat);
	if (s->chat.say->form.choices == 0)
		return;
	buf_add_text(&members, "\"role\":\"assistant\",\"content\":\"\","
			       "\"refusal\":null");
	say_chunk_delta(&s->chat, SAY_CHUNK_CONTENT | SAY_CHUNK_REFUSAL,
			&members);
	buf_clear(&members);
}

static void write_member(struct say_chunks *s, const char *key, unsigned has,
			 struct span text)
{
	struct buf members = BUF_INIT(BUF_NO_LIMIT);

	buf_addf(&members, "\"%s\":", key);
	jscan_quote(&members, text);
	say_chunk_delta(&s->chat, has, &members);
	buf_clear(&members);
}

static void write_text(struct say_chunks *s, const char *key, unsigned has,
		       struct span text)
{
	struct span rest = text;

	while (rest.len > 0)
		write_member(s, key, has,
			     say_piece(s->chat.say, text.len, &rest));
}

static void end_tags(struct say_chunks *s)
{
	if (s->tagged)
		write_member(s, "content", SAY_CHUNK_CONTENT,
			     span_of(THINK_END));
	s->tagged = false;
}

static void write_thinking(struct say_chunks *s, struct span text)
{
	enum say_thoughts where = s->chat.say->form.thinking;

	if (where != SAY_THOUGHTS_TAGS) {
		write_text(s, thoughts[where], 0, text);
		return;
	}
	if (!s->tagged)
		write_member(s, "content", SAY_CHUNK_CONTENT,
			     span_of(THINK_BEGIN));
	s->tagged = true;
	write_text(s, "content", SAY_CHUNK_CONTENT, text);
}

/* Writes content; returns how many parts were written. */
static size_t write_content(struct say_chunks *s, size_t i)
{
	const struct say_part *p = &s->chat.say->parts[i];
	size_t count = 1;

	begin(s);
	if (s->chat.say->form.choices == 0)
		return 1;
	if (p->kind != SAY_THINKING)
		end_tags(s);
	if (p->kind == SAY_THINKING) {
		write_thinking(s, buf_span(&p->text));
	} else if (p->kind == SAY_TEXT) {
		write_text(s, "content", SAY_CHUNK_CONTENT, buf_span(&p->text));
	} else if (p->kind == SAY_REFUSAL) {
		write_text(s, "refusal", SAY_CHUNK_REFUSAL, buf_span(&p->text));
	} else if (p->kind == SAY_INPUT) {
		say_calls_more(&s->chat, p, s->calls - 1);
	} else {
		count = say_calls_write(&s->chat, i, s->calls);
		s->calls += count;
	}
	return count;
}

static void stop(struct say_chunks *s)
{
	if (s->stopped)
		return;
	begin(s);
	s->stopped = true;
	end_tags(s);
	say_chunk_finish(&s->chat);
}

static void write_error(struct say_chunks *s, const struct say_part *p)
{
	buf_add_text(s->chat.to, "data: ");
	say_error_write(p, s->chat.asked, s->chat.to);
	buf_add_text(s->chat.to, "\n\n");
}

/* Returns how many parts were written. */
static size_t write_part(struct say_chunks *s, size_t i)
{
	const struct say_part *p = &s->chat.say->parts[i];

	s->over = p->kind == SAY_ERROR || p->kind == SAY_CUT;
	if (p->kind <= SAY_INPUT)
		return write_content(s, i);
	if (p->kind == SAY_STOP)
		stop(s);
	else if (p->kind == SAY_ERROR)
		write_error(s, p);
	else
		say_step(p, s->chat.to);
	return 1;
}

void say_chat_stream(const struct say *say, const struct say_asked *asked,
		     struct buf *to)
{
	struct say_chunks s = { .begun = false };

	chat_begin(&s.chat, say, asked, to);
	for (size_t i = 0; i < say->count;)
		i += write_part(&s, i);
	if (s.over)
		return;
	stop(&s);
	say_chunk_usage(&s.chat);
	if (!say->form.no_done)
		buf_add_text(to, "data: [DONE]\n\n");
}

/* ---- whole ---- */

static void join(const struct say *s, enum say_kind kind, struct buf *text)
{
	for (size_t i = 0; i < s->count; i++)
		if (s->parts[i].kind == kind)
			buf_add_span(text, buf_span(&s->parts[i].text));
}

/* Writes a call with all of its input. */
static void write_call(struct say_chat *c, size_t i, size_t nth)
{
	struct say_part whole = c->say->parts[i];

	whole.text = (struct buf)BUF_INIT(BUF_NO_LIMIT);
	buf_add_span(&whole.text, buf_span(&c->say->parts[i].text));
	for (i++; i < c->say->count && c->say->parts[i].kind != SAY_CALL; i++)
		if (c->say->parts[i].kind == SAY_INPUT)
			buf_add_span(&whole.text,
				     buf_span(&c->say->parts[i].text));
	say_calls_whole(c, &whole, nth, false, c->to);
	buf_clear(&whole.text);
}

static void write_calls(struct say_chat *c)
{
	size_t nth = 0;

	if (say_call_count(c->say) == 0) {
		say_chunk_absent(c, SAY_CHUNK_CONTENT | SAY_CHUNK_REFUSAL,
				 c->to);
		return;
	}
	buf_add_text(c->to, ",\"tool_calls\":[");
	for (size_t i = 0; i < c->say->count; i++) {
		if (c->say->parts[i].kind != SAY_CALL)
			continue;
		if (nth > 0)
			buf_add_byte(c->to, ',');
		write_call(c, i, nth++);
	}
	buf_add_byte(c->to, ']');
}

static void write_whole_content(struct say_chat *c, const struct buf *thought,
				const struct buf *text)
{
	bool tags =
		c->say->form.thinking == SAY_THOUGHTS_TAGS && thought->len > 0;
	struct buf content = BUF_INIT(BUF_NO_LIMIT);

	if (tags) {
		buf_add_text(&content, THINK_BEGIN);
		buf_add_span(&content, buf_span(thought));
		buf_add_text(&content, THINK_END);
	}
	buf_add_span(&content, buf_span(text));
	buf_add_text(c->to, "\"content\":");
	if (content.len == 0 && say_call_count(c->say) > 0 &&
	    c->say->form.absent != SAY_ABSENT_EMPTY)
		buf_add_text(c->to, "null");
	else
		jscan_quote(c->to, buf_span(&content));
	if (!tags && thought->len > 0) {
		buf_addf(c->to, ",\"%s\":", thoughts[c->say->form.thinking]);
		jscan_quote(c->to, buf_span(thought));
	}
	buf_clear(&content);
}

static void write_message(struct say_chat *c)
{
	struct buf thought = BUF_INIT(BUF_NO_LIMIT),
		   text = BUF_INIT(BUF_NO_LIMIT),
		   refusal = BUF_INIT(BUF_NO_LIMIT);

	join(c->say, SAY_THINKING, &thought);
	join(c->say, SAY_TEXT, &text);
	join(c->say, SAY_REFUSAL, &refusal);
	buf_add_text(c->to, "{\"role\":\"assistant\",");
	write_whole_content(c, &thought, &text);
	buf_add_text(c->to, ",\"refusal\":");
	if (refusal.len > 0)
		jscan_quote(c->to, buf_span(&refusal));
	else
		buf_add_text(c->to, "null");
	write_calls(c);
	buf_add_text(c->to, ",\"annotations\":[]}");
	buf_clear(&thought);
	buf_clear(&text);
	buf_clear(&refusal);
}

static void write_choice(struct say_chat *c, uint32_t index)
{
	buf_addf(c->to, "%s{\"index\":%u,\"message\":", index > 0 ? "," : "",
		 index);
	if (index == 0)
		write_message(c);
	else
		buf_addf(c->to,
			 "{\"role\":\"assistant\",\"content\":\"choice %u\","
			 "\"refusal\":null}",
			 index);
	buf_add_text(c->to, ",\"logprobs\":null,\"finish_reason\":");
	if (c->finish)
		jscan_quote(c->to, span_of(c->finish));
	else
		buf_add_text(c->to, "null");
	buf_add_byte(c->to, '}');
}

void say_chat_whole(const struct say *s, const struct say_asked *asked,
		    struct buf *to)
{
	struct say_chat c;

	chat_begin(&c, s, asked, to);
	say_chunk_front(&c, "chat.completion");
	for (uint32_t i = 0; i < s->form.choices; i++)
		write_choice(&c, i);
	buf_add_byte(to, ']');
	if (s->form.usage == SAY_TOLD_NULL) {
		buf_add_text(to, ",\"usage\":null");
	} else if (s->form.usage != SAY_TOLD_NEVER) {
		buf_add_text(to, ",\"usage\":");
		say_chunk_tokens(&c, c.tokens.output);
	}
	buf_add_byte(to, '}');
}
