/*
 * The list of connections that have something to do. The owner of a visit calls
 * us from anywhere; the work that follows is done at the end of the turn,
 * so that nothing is freed while somebody uses it, and bytes that are sent one
 * after the other go out together.
 */
#include "net/serve/serve_private.h"

void conn_soon(struct conn *c)
{
	struct serve *s = c->serve;

	if (c->ready_link)
		return;
	c->ready = s->ready;
	c->ready_link = &s->ready;
	if (c->ready)
		c->ready->ready_link = &c->ready;
	s->ready = c;
	loop_after_set(s->loop, &s->soon, s->on_soon, s);
}

void conn_not_soon(struct conn *c)
{
	if (!c->ready_link)
		return;
	*c->ready_link = c->ready;
	if (c->ready)
		c->ready->ready_link = c->ready_link;
	c->ready = NULL;
	c->ready_link = NULL;
}
