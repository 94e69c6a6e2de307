/*
<<<<<<< HEAD
 * Connections that have something to do. The owner of a visit calls us from
 * anywhere; what that leads to happens at the end of the turn, so that nothing is
 * freed under anybody and pieces that come together go out together.
=======
 * The list of connections that have something to do. The owner of a visit calls
 * us from anywhere; the work that follows is done in a later turn of the loop,
 * so that nothing is freed while somebody uses it, and bytes that are sent one
 * after the other go out together.
>>>>>>> b9dbe9361bf7c6b00557165d927bac7513c27caa
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
