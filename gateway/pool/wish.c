/* Puts wishes together. */
#include "gateway/pool/wish.h"

#include <string.h>

void wish_add(struct wish *w, const struct wish *nearer)
{
	w->only &= nearer->only;
	w->ignore |= nearer->ignore;
	w->no_fallbacks |= nearer->no_fallbacks;
	w->deny_collection |= nearer->deny_collection;
	w->free |= nearer->free;
	if (nearer->sort != WISH_UNSORTED)
		w->sort = nearer->sort;
	if (nearer->ordered > 0) {
		memcpy(w->order, nearer->order, sizeof(w->order));
		w->ordered = nearer->ordered;
	}
}
