/*
 * Most chunks of a completion differ from the one before in a piece of text
 * alone. Such a chunk is not read as a whole: where all bytes before and after
 * the piece are the same, and the piece is the inside of a JSON string, it says
 * the same but for that piece.
 */
#include <string.h>

#include "gateway/translate/translate_private.h"

void translate_chat_forget(struct translate *t)
{
	t->like.pieces = 0;
	buf_reset(&t->like.chunk);
}

void translate_chat_piece(struct translate *t, enum translate_block block,
			  struct jval text)
{
	if (block != BLOCK_CALL && !translate_has_text(text))
		return;
	t->like.pieces++;
	t->like.block = block;
	t->like.text = text;
}

/* Calls add up; all other members of a chunk may be taken twice. */
void translate_chat_remember(struct translate *t, struct span chunk)
{
	struct translate_like *like = &t->like;
	struct span text = like->text.text;

	if (like->pieces != 1 || like->block == BLOCK_CALL)
		return;
	buf_add_span(&like->chunk, chunk);
	like->front = (size_t)(text.at - chunk.at);
	like->tail = chunk.len - like->front - text.len;
}

/* The string in the place of the other one's; false: it is another chunk. */
static bool find_text(const struct translate_like *like, struct span chunk,
		      struct jval *text)
{
	struct span last = buf_span(&like->chunk), inside;

	if (last.len == 0 || chunk.len <= like->front + like->tail ||
	    memcmp(chunk.at, last.at, like->front) != 0 ||
	    memcmp(chunk.at + chunk.len - like->tail,
		   last.at + last.len - like->tail, like->tail) != 0)
		return false;
	inside = span_make(chunk.at + like->front,
			   chunk.len - like->front - like->tail);
	return inside.at[0] == '"' && jscan(inside, text, NULL) == 0 &&
	       text->text.len == inside.len;
}

bool translate_chat_like(struct translate *t, struct span chunk,
			 struct buf *out)
{
	struct jval text;

	if (!find_text(&t->like, chunk, &text))
		return false;
	translate_take_text(t, t->like.block, text, out);
	return true;
}
