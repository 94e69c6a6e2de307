/*
 * How long a client may take over a head: from its first byte on, since a
 * connection that says nothing at all is only idle. Any byte counts as life for
 * the library, so that one a minute would hold a connection for ever.
 */
#include <sys/epoll.h>
#include <sys/socket.h>

#include "net/serve_private.h"

/* The library finds the end where it waits for the next byte, and closes. */
static void on_slow(void *arg)
{
	struct conn *c = arg;

	(void)shutdown(c->fd, SHUT_RDWR);
}

uint32_t conn_head_events(struct conn *c)
{
	c->awaits_head = c->serve->config.head_ms > 0;
	return EPOLLRDHUP | (c->awaits_head ? EPOLLIN : 0);
}

void conn_await_head(struct conn *c)
{
	uint32_t events = conn_head_events(c);

	if (c->io.watched)
		loop_rewatch(c->serve->loop, &c->io, events);
}

void conn_head_begins(struct conn *c)
{
	uint32_t ms = c->serve->config.head_ms;

	c->awaits_head = false;
	loop_rewatch(c->serve->loop, &c->io, EPOLLRDHUP);
	if (ms > 0)
		loop_timer_set(c->serve->loop, &c->slow,
			       loop_now() + ms * TICK_MS, on_slow, c);
}

void conn_head_is_in(struct conn *c)
{
	loop_timer_clear(c->serve->loop, &c->slow);
	if (c->awaits_head && c->io.watched)
		loop_rewatch(c->serve->loop, &c->io, EPOLLRDHUP);
	c->awaits_head = false;
}
