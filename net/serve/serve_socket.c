/* A connection's socket: bytes in, bytes out, and how it ends. */
#include <errno.h>
#include <linux/sockios.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "net/serve/serve_private.h"
#include "wire/bytes/mem.h"

/* A reset waits this long for the peer to take what was sent before. */
#define DRAIN_LIMIT TICK_S

struct conn *conn_new(struct serve *s, int fd, loop_io_fn *on_event)
{
	struct conn *c = xcalloc(1, sizeof(*c));
	int on = 1;

	c->serve = s;
	c->fd = fd;
	c->state = s->tls ? CONN_HANDSHAKE : CONN_HEAD;
	c->tls = s->tls ? tls_session_new(s->tls, fd) : NULL;
	c->number = ++s->connections;
	c->moved = loop_now();
	buf_init(&c->in, BUF_NO_LIMIT); /* holds a head, or one read */
	/* more is added only while it is small */
	buf_init(&c->out, BUF_NO_LIMIT);
	(void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
	c->next = s->conns;
	c->link = &s->conns;
	if (c->next)
		c->next->link = &c->next;
	s->conns = c;
	s->conns_count++;
	if ((s->tls && !c->tls) ||
	    loop_watch(s->loop, &c->io, fd, EPOLLIN | EPOLLRDHUP, on_event, c,
		       NULL) < 0)
		c->state = CONN_OVER;
	return c;
}

void conn_free(struct conn *c)
{
	struct serve *s = c->serve;

	*c->link = c->next;
	if (c->next)
		c->next->link = c->link;
	s->conns_count--;
	conn_not_soon(c);
	loop_unwatch(s->loop, &c->io);
	loop_timer_clear(s->loop, &c->clock);
	tls_session_free(c->tls);
	close(c->fd);
	buf_clear(&c->in);
	buf_clear(&c->out);
	free(c);
}

void conn_watch(struct conn *c)
{
	uint32_t events = 0;

	if (c->state != CONN_CLOSE && c->state != CONN_DRAIN && !c->muted)
		events |= EPOLLIN;
	if (c->gone == END_OPEN)
		events |= EPOLLRDHUP;
	if (c->blocked)
		events |= EPOLLOUT;
	loop_rewatch(c->serve->loop, &c->io, events);
}

ssize_t conn_recv(struct conn *c, void *bytes, size_t len)
{
	ssize_t n = c->tls ? tls_session_recv(c->tls, bytes, len)
			   : recv(c->fd, bytes, len, MSG_DONTWAIT);

	if (n >= 0)
		return n;
	return errno == EAGAIN || errno == EINTR ? -1 : -2;
}

static ssize_t conn_send(struct conn *c, const char *bytes, size_t len)
{
	return c->tls ? tls_session_send(c->tls, bytes, len)
		      : send(c->fd, bytes, len, MSG_NOSIGNAL | MSG_DONTWAIT);
}

/* Most connections have nothing to send at a time, so they share the memory for
 * it. */
static void give_out(struct conn *c)
{
	struct serve *s = c->serve;

	buf_reset(&c->out);
	if (!c->out.at || s->spare.at) {
		buf_clear(&c->out);
		return;
	}
	s->spare = c->out;
	buf_init(&c->out, BUF_NO_LIMIT);
}

bool conn_flush(struct conn *c)
{
	ssize_t n;

	c->blocked = false;
	while (c->out_at < c->out.len && !c->broken) {
		n = conn_send(c, c->out.at + c->out_at, c->out.len - c->out_at);
		if (n < 0 && (errno == EAGAIN || errno == EINTR)) {
			c->blocked = true;
			return false;
		}
		c->broken = n < 0;
		c->out_at += n > 0 ? (size_t)n : 0;
		c->moved = loop_now();
	}
	c->out_at = 0;
	give_out(c);
	return !c->broken;
}

void conn_take_out(struct conn *c)
{
	if (c->out.at)
		return;
	c->out = c->serve->spare;
	buf_init(&c->serve->spare, BUF_NO_LIMIT);
}

void conn_fin(struct conn *c)
{
	if (c->tls)
		tls_session_end(c->tls);
	(void)shutdown(c->fd, SHUT_WR);
	c->muted = false;
	c->state = CONN_LINGER;
}

static bool is_drained(struct conn *c, tick_t now)
{
	int left = 0;

	if (c->gone != END_OPEN || now >= c->drain_until)
		return true;
	return ioctl(c->fd, SIOCOUTQ, &left) < 0 || left == 0;
}

bool conn_reset(struct conn *c)
{
	struct linger at_once = { .l_onoff = 1, .l_linger = 0 };
	tick_t now = loop_now();

	if (c->drain_until == 0)
		c->drain_until = now + DRAIN_LIMIT;
	if (!is_drained(c, now)) {
		c->state = CONN_DRAIN;
		return false;
	}
	(void)setsockopt(c->fd, SOL_SOCKET, SO_LINGER, &at_once,
			 sizeof(at_once));
	c->state = CONN_OVER;
	return true;
}
