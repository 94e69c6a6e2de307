/*
 * An answer as blocks, before it is written as a stream or a message; cuts it
 * at stop sequences and max_tokens.
 */
#include <stdlib.h>

#include "mockupstream/dialects/anthropic_private.h"
#include "wire/bytes/mem.h"

enum { BYTES_PER_TOKEN = 4, SEQUENCES_LIMIT = 64 };

static void block_clear(struct said_block *b)
{
	buf_clear(&b->text);
	buf_clear(&b->name);
	buf_clear(&b->id);
	buf_clear(&b->citation);
}

/* Drops the blocks from `count` on. */
static void drop_from(struct said *s, size_t count)
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
	drop_from(s, 0);
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

/* ---- where it ends ---- */

static uint64_t tokens_of(struct span s)
{
	return s.len / BYTES_PER_TOKEN + (s.len % BYTES_PER_TOKEN > 0);
}

/* Where the first stop sequence is in the text, or SIZE_MAX. */
static size_t find_stop(struct jval list, struct span text, struct buf *met)
{
	struct buf sequence = BUF_INIT(BUF_NO_LIMIT);
	struct jiter it = jscan_iter(list);
	struct jval key, item;
	size_t best = SIZE_MAX;

	for (size_t n = 0; n < SEQUENCES_LIMIT && jscan_next(&it, &key, &item);
	     n++) {
		size_t at;

		buf_reset(&sequence);
		if (item.type != J_STRING ||
		    jscan_string(item, &sequence) < 0 || sequence.len == 0)
			continue;
		at = span_find(text, buf_span(&sequence));
		if (at >= best)
			continue;
		best = at;
		buf_reset(met);
		buf_add_span(met, buf_span(&sequence));
	}
	buf_clear(&sequence);
	return best;
}

static void cut_at_sequence(const struct anthropic_ask *a, struct said *s)
{
	struct jval list;

	if (!jscan_member(a->root, "stop_sequences", &list) ||
	    list.type != J_ARRAY)
		return;
	for (size_t i = 0; i < s->count; i++) {
		struct said_block *b = &s->blocks[i];
		size_t at;

		if (b->kind != SAID_TEXT)
			continue;
		at = find_stop(list, buf_span(&b->text), &s->sequence);
		if (at == SIZE_MAX)
			continue;
		buf_cut(&b->text, at);
		drop_from(s, at > 0 ? i + 1 : i);
		s->stop = "stop_sequence";
		return;
	}
}

/* Cuts the answer in block `i`, which gets the last tokens. */
static void cut_block(struct said *s, size_t i, uint64_t left)
{
	struct said_block *b = &s->blocks[i];
	bool whole = left == 0 || b->kind == SAID_SERVER_TOOL;

	if (!whole)
		buf_cut(&b->text, span_utf8_first(buf_span(&b->text),
						  left * BYTES_PER_TOKEN)
					  .len);
	b->cut = !whole && b->kind == SAID_TOOL;
	drop_from(s, whole ? i : i + 1);
	buf_reset(&s->sequence);
	s->stop = "max_tokens";
}

uint64_t said_end(const struct anthropic_ask *a, uint64_t thinking,
		  struct said *s)
{
	uint64_t most = a->max_tokens > 0 ? (uint64_t)a->max_tokens : 0;
	uint64_t used = thinking < most ? thinking : most;

	cut_at_sequence(a, s);
	for (size_t i = 0; i < s->count; i++) {
		uint64_t n = s->blocks[i].kind == SAID_WHOLE
				     ? 0
				     : tokens_of(buf_span(&s->blocks[i].text));

		if (n > most - used) {
			cut_block(s, i, most - used);
			return most;
		}
		used += n;
	}
	return used > 0 || most == 0 ? used : 1;
}
