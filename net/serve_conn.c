/*
 * A connection's own socket, beside what libmicrohttpd does with it. The
 * library does not notice a hang-up while a connection is suspended, so every
 * connection is also watched here. Raw bytes and resets go past the library
 * for as long as it sleeps.
 */
#include <errno.h>
#include <linux/sockios.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include "net/serve_private.h"
#include "wire/bytes/mem.h"

/* A reset waits this long for the peer to take what was sent before. */
#define DRAIN_LIMIT TICK_S

/*
 * The library takes a short read for an empty socket and then waits for an
 * edge that does not come if the hang-up arrived with the last bytes. Closing
 * the direction that is closed already makes one; it must come after the
 * library has taken all bytes.
 */
static void conn_poke(void *arg)
{
	struct conn *c = arg;
	char byte;

	if (c->visit && c->visit->complete)
		return;
	if (recv(c->fd, &byte, 1, MSG_PEEK | MSG_DONTWAIT) > 0)
		loop_timer_set(c->serve->loop, &c->poke, loop_now() + TICK_MS,
			       conn_poke, c);
	else
		(void)shutdown(c->fd, SHUT_RD);
}

void conn_check(struct conn *c)
{
	if (c->gone != END_OPEN)
		loop_timer_set(c->serve->loop, &c->poke, 0, conn_poke, c);
}

static void conn_gone(struct conn *c, enum stream_end how)
{
	struct visit *v = c->visit;

	c->gone = how;
	loop_unwatch(c->serve->loop, &c->io);
	/* What came before the hang-up may still be unread. An answer that is
	 * all there may still reach a client that closed only one way. */
	if (!v || !v->complete)
		conn_check(c);
	else if (!v->finished && (v->cut == END_OPEN || v->raw))
		visit_hangup(v, how);
}

static void on_conn_event(void *arg, uint32_t events)
{
	struct conn *c = arg;

	if (events & (EPOLLERR | EPOLLHUP | EPOLLRDHUP))
		conn_gone(c, events & EPOLLERR ? END_RESET : END_CUT);
	else if (c->awaits_head)
		conn_head_begins(c);
	else if ((events & EPOLLOUT) && c->visit)
		conn_write_raw(c->visit);
}

struct conn *conn_new(struct serve *s, int fd)
{
	struct conn *c = xcalloc(1, sizeof(*c));
	int on = 1;

	c->serve = s;
	c->fd = fd;
	c->number = ++s->connections;
	(void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
	(void)loop_watch(s->loop, &c->io, fd, conn_head_events(c),
			 on_conn_event, c, NULL);
	return c;
}

void conn_free(struct conn *c)
{
	if (!c)
		return;
	loop_unwatch(c->serve->loop, &c->io);
	loop_timer_clear(c->serve->loop, &c->poke);
	loop_timer_clear(c->serve->loop, &c->slow);
	free(c);
}

static void want_room(struct conn *c, bool wanted)
{
	if (c->io.watched)
		loop_rewatch(c->serve->loop, &c->io,
			     wanted ? EPOLLRDHUP | EPOLLOUT : EPOLLRDHUP);
}

void conn_write_raw(struct visit *v)
{
	struct conn *c = v->conn;
	ssize_t n = 0;

	while (v->first && n >= 0) {
		n = send(c->fd, v->first->bytes + v->first->at,
			 v->first->len - v->first->at,
			 MSG_NOSIGNAL | MSG_DONTWAIT);
		if (n > 0)
			visit_took(v, (size_t)n);
	}
	want_room(c, v->first != NULL);
	if (n < 0 && errno != EAGAIN && errno != EINTR)
		visit_hangup(v, END_RESET);
	if (!v->first && v->cut != END_OPEN)
		visit_wake(v);
}

static void on_drain(void *arg)
{
	visit_wake(arg);
}

static bool is_drained(struct visit *v, tick_t now)
{
	int left = 0;

	if (v->conn->gone != END_OPEN || now >= v->drain_until)
		return true;
	return ioctl(v->conn->fd, SIOCOUTQ, &left) < 0 || left == 0;
}

bool conn_reset(struct visit *v)
{
	struct sockaddr unspec = { .sa_family = AF_UNSPEC };
	tick_t now = loop_now();

	if (v->drain_until == 0)
		v->drain_until = now + DRAIN_LIMIT;
	if (!is_drained(v, now)) {
		loop_timer_set(v->serve->loop, &v->later, now + TICK_MS,
			       on_drain, v);
		return false;
	}
	/* SO_LINGER gives no reset: the library shuts down before it closes.
	 * Dissolving the association does (Linux). */
	loop_unwatch(v->serve->loop, &v->conn->io);
	v->conn->gone = END_RESET;
	(void)connect(v->conn->fd, &unspec, sizeof(unspec));
	return true;
}
