/* An answer as blocks, before it is written as a stream or a message. */
#include <stdlib.h>

#include "mockupstream/dialects/anthropic_private.h"
#include "wire/bytes/mem.h"

static void block_clear(struct said_block *b)
{
	buf_clear(&b->text);
	buf_clear(&b->name);
	buf_clear(&b->id);
	buf_clear(&b->citation);
}

void said_cut(struct said *s, size_t count)
{
	while (s->count > count) {
		s->count--;
		if (s->blocks[s->count].kind == SAID_TOOL)
			s->calls--;
		block_clear(&s->blocks[s->count]);
	}
}

void said_clear(struct said *s)
{
	said_cut(s, 0);
	free(s->blocks);
	s->blocks = NULL;
	buf_clear(&s->sequence);
}

struct said_block *said_add(struct said *s, enum said_kind kind)
{
	struct said_block *b;

	s->blocks = xrealloc(s->blocks, (s->count + 1) * sizeof(*s->blocks));
	b = &s->blocks[s->count++];
	*b = (struct said_block){ .kind = kind,
				  .text = BUF_INIT(BUF_NO_LIMIT),
				  .name = BUF_INIT(BUF_NO_LIMIT),
				  .id = BUF_INIT(BUF_NO_LIMIT),
				  .citation = BUF_INIT(BUF_NO_LIMIT) };
	if (kind == SAID_TOOL)
		s->calls++;
	return b;
}

struct span said_front(struct span s, size_t len)
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
