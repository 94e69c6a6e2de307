/* The bytes of an answer that are still to go out, and the report that the
 * client is gone. */
#include <stdlib.h>
#include <string.h>

#include "net/serve/serve_private.h"
#include "wire/bytes/mem.h"

static void queue_piece(struct visit *v, const char *bytes, size_t len)
{
	/* A piece that comes after another is usually not the last. */
	size_t room = v->joins && v->first ? VISIT_PIECE_BYTES : len;
	struct piece *p = xmalloc(sizeof(*p) + room);

	p->next = NULL;
	p->at = 0;
	p->len = len;
	p->room = room;
	memcpy(p->bytes, bytes, len);
	if (v->first)
		v->last->next = p;
	else
		v->first = p;
	v->last = p;
	v->queued += len;
}

/* Appends what fits into the last waiting piece. */
static size_t join_piece(struct visit *v, const char *bytes, size_t len)
{
	struct piece *p = v->first ? v->last : NULL;
	size_t room = v->joins && p ? p->room - p->len : 0;
	size_t n = len < room ? len : room;

	if (n == 0)
		return 0;
	memcpy(p->bytes + p->len, bytes, n);
	p->len += n;
	v->queued += n;
	return n;
}

void visit_queue_add(struct visit *v, const char *bytes, size_t len)
{
	size_t n = join_piece(v, bytes, len);

	for (bytes += n, len -= n; len > 0; bytes += n, len -= n) {
		n = len < VISIT_PIECE_BYTES ? len : VISIT_PIECE_BYTES;
		queue_piece(v, bytes, n);
	}
}

void visit_took(struct visit *v, size_t len)
{
	struct piece *p = v->first;

	p->at += len;
	v->queued -= len;
	if (p->at == p->len) {
		v->first = p->next;
		free(p);
	}
	if (v->full && v->queued < VISIT_HIGH_BYTES / 2) {
		v->full = false;
		if (v->serve->handler->on_room)
			v->serve->handler->on_room(v->serve->arg, v);
	}
}

bool visit_has_room(struct visit *v)
{
	if (v->queued > VISIT_HIGH_BYTES)
		v->full = true;
	return !v->full;
}

void visit_queue_drop(struct visit *v)
{
	while (v->first)
		visit_took(v, v->first->len - v->first->at);
}

void visit_hangup(struct visit *v, enum stream_end how)
{
	const struct serve_handler *h = v->serve->handler;

	if (v->gone)
		return;
	v->gone = true;
	v->full = false;
	visit_queue_drop(v);
	if (v->listed && v->cut == END_OPEN && h->on_hangup)
		h->on_hangup(v->serve->arg, v, how);
}
