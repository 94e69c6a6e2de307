/* Facts about a whole say: its tokens, its calls, why it ends. */
#include "mockupstream/say/say_private.h"

enum { BYTES_PER_TOKEN = 4 };

static uint32_t tokens_of(const struct buf *text)
{
	return (uint32_t)((text->len + BYTES_PER_TOKEN - 1) / BYTES_PER_TOKEN);
}

static void count(const struct say *s, struct say_usage *out)
{
	for (size_t i = 0; i < s->count; i++) {
		const struct say_part *p = &s->parts[i];

		if (p->kind == SAY_ERROR)
			continue;
		out->output += tokens_of(&p->text);
		if (p->kind == SAY_THINKING)
			out->thinking += tokens_of(&p->text);
	}
	if (out->output == 0)
		out->output = 1;
}

void say_tokens(const struct say *s, const struct say_asked *asked,
		struct say_usage *out)
{
	*out = s->usage;
	if (out->told)
		return;
	out->input = asked->prompt > UINT32_MAX ? UINT32_MAX
						: (uint32_t)asked->prompt;
	count(s, out);
}

size_t say_call_count(const struct say *s)
{
	size_t n = 0;

	for (size_t i = 0; i < s->count; i++)
		n += s->parts[i].kind == SAY_CALL;
	return n;
}

static const struct say_part *find_stop(const struct say *s)
{
	for (size_t i = 0; i < s->count; i++)
		if (s->parts[i].kind == SAY_STOP)
			return &s->parts[i];
	return NULL;
}

const char *say_stop(const struct say *s)
{
	const struct say_part *stop = find_stop(s);

	if (stop)
		return stop->word;
	return say_call_count(s) > 0 ? "tool_use" : "end_turn";
}

const char *say_stop_sequence(const struct say *s)
{
	const struct say_part *stop = find_stop(s);

	return stop ? stop->other : NULL;
}
