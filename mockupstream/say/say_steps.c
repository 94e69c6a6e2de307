/* What all formats have between their events, and how texts are cut. */
#include "mockupstream/say/say_private.h"

enum { PIECES = 6 };

static void cut(const struct say_part *p, struct buf *to)
{
	switch (p->end) {
	case END_CUT:
		buf_add_text(to, ": @cut fin\n");
		break;
	case END_RESET:
		buf_add_text(to, ": @cut rst\n");
		break;
	case END_OPEN:
		buf_add_text(to, ": @stall\n");
		break;
	default:
		buf_add_text(to, ": @end\n");
		break;
	}
}

void say_step(const struct say_part *p, struct buf *to)
{
	switch (p->kind) {
	case SAY_CUT:
		cut(p, to);
		break;
	case SAY_WAIT:
		buf_addf(to, ": @wait %u\n", p->number);
		break;
	case SAY_HOLD:
		buf_addf(to, ": @hold %s\n", p->word);
		break;
	case SAY_MARK:
		buf_addf(to, ": @mark %s\n", p->word);
		break;
	case SAY_COMMENT:
		buf_addf(to, ": %s\n\n", p->word);
		break;
	default:
		break;
	}
}

struct span say_piece(const struct say *s, size_t whole, struct span *rest)
{
	size_t len = s->form.piece ? s->form.piece : whole / PIECES + 1;
	struct span piece = span_utf8_first(*rest, len);

	*rest = span_skip(*rest, piece.len);
	return piece;
}
