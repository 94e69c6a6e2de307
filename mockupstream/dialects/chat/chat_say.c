/* The answer as a completion, or as the chunks of one: what the provider of
 * the Messages API would say, said in the vendor's form. */
#include "mockupstream/dialects/chat/chat_private.h"

#include <string.h>

#include "wire/bytes/mem.h"

#define THOUGHT "The user wrote to a mock provider; it says the words back."

enum { THINKING_TOKENS = 15, BYTES_PER_TOKEN = 4 };

static void add_text(struct say *s, enum say_kind kind, struct span text)
{
	buf_add_span(&say_add(s, kind)->text, text);
}

static void add_call(struct say *s, const struct said_block *b)
{
	struct say_part *p = say_add(s, SAY_CALL);

	p->word = xstrdup(buf_str(&b->name));
	buf_add_span(&p->text, buf_span(&b->text));
}

/* A vendor without parallel calls makes only the first of them. */
static void add_blocks(struct say *s, const struct said *said, bool one_call)
{
	bool called = false;

	for (size_t i = 0; i < said->count; i++) {
		const struct said_block *b = &said->blocks[i];

		if (b->kind == SAID_TEXT) {
			add_text(s, SAY_TEXT, buf_span(&b->text));
		} else if (b->kind == SAID_TOOL && !(called && one_call)) {
			add_call(s, b);
			called = true;
		}
	}
}

static void add_stop(const struct chat_vendor *v, struct say *s,
		     const struct said *said)
{
	const char *stop = NULL;

	if (strcmp(said->stop, "max_tokens") == 0)
		stop = said->stop;
	else if (v->stops)
		stop = "end_turn";
	if (stop)
		say_add(s, SAY_STOP)->word = xstrdup(stop);
}

/* Thinking counts toward the token limit, too. */
static void think(struct say *s, const struct anthropic_ask *ask,
		  const char *thought)
{
	uint64_t most = (uint64_t)ask->max_tokens;

	s->usage.thinking =
		most < THINKING_TOKENS ? (uint32_t)most : THINKING_TOKENS;
	add_text(s, SAY_THINKING,
		 span_utf8_first(span_of(thought),
				 (size_t)s->usage.thinking * BYTES_PER_TOKEN));
}

void chat_say_add(const struct chat_vendor *v, const struct anthropic_ask *ask,
		  uint64_t number, const char *thought, struct say *s)
{
	struct said said = SAID_INIT;

	if (thought)
		think(s, ask, thought);
	anthropic_choice(ask, number, &said);
	s->usage.told = true;
	s->usage.input = (uint32_t)prompt_tokens(ask->root);
	s->usage.output = (uint32_t)said_end(ask, s->usage.thinking, &said);
	add_blocks(s, &said, v->one_call);
	add_stop(v, s, &said);
	said_clear(&said);
}

static bool wants_usage(struct jval root)
{
	return jscan_get(jscan_get(root, "stream_options"), "include_usage")
		       .type == J_TRUE;
}

void chat_say(const struct chat_vendor *vendor, const struct anthropic_ask *ask,
	      struct jval root, uint64_t number, struct reply *out)
{
	struct say_asked asked = { .format = FORMAT_CHAT,
				   .model = buf_span(&ask->model),
				   .number = number,
				   .stream = ask->stream,
				   .usage = wants_usage(root) };
	struct say s;

	say_init(&s);
	chat_say_add(vendor, ask, number,
		     chat_vendor_thinks(vendor, root) ? THOUGHT : NULL, &s);
	s.form.pace_ms = ask->pace_ms;
	s.form.calls = vendor->calls;
	s.form.usage = vendor->usage;
	say_write(&s, &asked, out);
	say_clear(&s);
}
