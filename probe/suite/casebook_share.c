/* Many cases send the same recorded request: its body is kept once. */
#include <stdlib.h>

#include "probe/suite/casefile_private.h"
#include "wire/bytes/mem.h"
#include "wire/bytes/shared.h"

static struct span body_of(const struct request *r)
{
	return span_make(r->body, r->body_len);
}

static void add(struct casebook_bodies *b, struct request *r)
{
	if (b->count == b->cap) {
		b->cap = b->cap > 0 ? b->cap * 2 : 64;
		b->list = xrealloc(b->list, b->cap * sizeof(*b->list));
	}
	b->list[b->count++] = r;
}

static void share(struct casebook_bodies *b, struct request *r)
{
	for (size_t i = 0; i < b->count; i++) {
		struct request *with = b->list[i];

		if (!span_equal(body_of(with), body_of(r)))
			continue;
		free(r->body);
		r->body = with->body;
		r->shared = shared_hold(&with->shared);
		return;
	}
	add(b, r);
}

void casebook_share(struct casebook_bodies *b, const struct casefile *c)
{
	for (size_t i = 0; i < c->step_count; i++) {
		struct request *r = c->steps[i].request;

		if (r && r->body && !r->shared && r->body_len > 0)
			share(b, r);
	}
}
