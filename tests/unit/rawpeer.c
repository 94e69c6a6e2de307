/* Plain sockets on a loop, for tests. */
#include <errno.h>
#include <netinet/in.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#include "tests/unit/rawpeer.h"

/* ---- waiting ---- */

static tick_t deadline;

void step_reset(void)
{
	deadline = loop_now() + 30 * TICK_S;
}

static void on_step(void *arg)
{
	loop_stop(arg);
}

void step(struct loop *l)
{
	struct loop_timer t = { 0 };

	assert_true(loop_now() < deadline);
	loop_timer_set(l, &t, loop_now() + TICK_MS, on_step, l);
	loop_run(l);
	loop_timer_clear(l, &t);
}

/* ---- one end ---- */

static void rewatch(struct rawpeer *p)
{
	uint32_t events = 0;

	if (!p->deaf && p->end == END_OPEN)
		events |= EPOLLIN;
	if (p->out.len > 0)
		events |= EPOLLOUT;
	if (p->io.watched)
		loop_rewatch(p->loop, &p->io, events);
	if (events == 0 && p->end != END_OPEN)
		loop_unwatch(p->loop, &p->io);
}

static void take_in(struct rawpeer *p)
{
	char bytes[65536];
	ssize_t n = recv(p->io.fd, bytes, sizeof(bytes), MSG_DONTWAIT);

	if (n > 0)
		(void)buf_add(&p->in, bytes, (size_t)n);
	else if (n == 0)
		p->end = END_CUT;
	else if (errno != EAGAIN && errno != EINTR)
		p->end = END_RESET;
}

static void put_out(struct rawpeer *p)
{
	ssize_t n;

	if (p->out.len == 0)
		return;
	n = send(p->io.fd, p->out.at, p->out.len, MSG_DONTWAIT | MSG_NOSIGNAL);
	if (n > 0)
		buf_drop(&p->out, (size_t)n);
	else if (n < 0 && errno != EAGAIN && errno != EINTR)
		buf_reset(&p->out);
}

static void on_peer(void *arg, uint32_t events)
{
	struct rawpeer *p = arg;

	if (events & EPOLLOUT)
		put_out(p);
	if (!p->deaf && p->end == END_OPEN &&
	    (events & (EPOLLIN | EPOLLERR | EPOLLHUP)))
		take_in(p);
	rewatch(p);
}

static void rawpeer_take(struct rawpeer *p, struct loop *l, int fd)
{
	memset(p, 0, sizeof(*p));
	p->loop = l;
	p->open = true;
	buf_init(&p->in, BUF_NO_LIMIT);
	buf_init(&p->out, BUF_NO_LIMIT);
	assert_int_equal(loop_watch(l, &p->io, fd, EPOLLIN, on_peer, p, NULL),
			 0);
}

void rawpeer_connect(struct rawpeer *p, struct loop *l, uint16_t port)
{
	struct sockaddr_in to = { .sin_family = AF_INET,
				  .sin_port = htons(port) };
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	assert_true(fd >= 0);
	assert_int_equal(connect(fd, (struct sockaddr *)&to, sizeof(to)), 0);
	rawpeer_take(p, l, fd);
}

void rawpeer_send(struct rawpeer *p, const void *bytes, size_t len)
{
	(void)buf_add(&p->out, bytes, len);
	put_out(p);
	rewatch(p);
}

void rawpeer_text(struct rawpeer *p, const char *text)
{
	rawpeer_send(p, text, strlen(text));
}

void rawpeer_shut(struct rawpeer *p)
{
	shutdown(p->io.fd, SHUT_WR);
}

void rawpeer_close(struct rawpeer *p)
{
	if (!p->open)
		return;
	p->open = false;
	loop_unwatch(p->loop, &p->io);
	close(p->io.fd);
	buf_clear(&p->in);
	buf_clear(&p->out);
}

void rawpeer_reset(struct rawpeer *p)
{
	struct linger now = { .l_onoff = 1, .l_linger = 0 };

	setsockopt(p->io.fd, SOL_SOCKET, SO_LINGER, &now, sizeof(now));
	rawpeer_close(p);
}

void rawpeer_set_deaf(struct rawpeer *p, bool deaf)
{
	p->deaf = deaf;
	rewatch(p);
}

bool rawpeer_has(const struct rawpeer *p, const char *text)
{
	return span_find(buf_span(&p->in), span_of(text)) != SIZE_MAX;
}

/* ---- many ends ---- */

static void on_connection(void *arg, uint32_t events)
{
	struct rawserver *s = arg;
	int fd = accept4(s->io.fd, NULL, NULL, SOCK_CLOEXEC);

	(void)events;
	assert_true(fd >= 0);
	assert_true(s->count < sizeof(s->peers) / sizeof(s->peers[0]));
	rawpeer_take(&s->peers[s->count++], s->loop, fd);
}

void rawserver_open(struct rawserver *s, struct loop *l)
{
	struct sockaddr_in at = { .sin_family = AF_INET };
	socklen_t len = sizeof(at);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	memset(s, 0, sizeof(*s));
	at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	assert_true(fd >= 0);
	assert_int_equal(bind(fd, (struct sockaddr *)&at, sizeof(at)), 0);
	assert_int_equal(listen(fd, 16), 0);
	assert_int_equal(getsockname(fd, (struct sockaddr *)&at, &len), 0);
	s->loop = l;
	s->port = ntohs(at.sin_port);
	assert_int_equal(
		loop_watch(l, &s->io, fd, EPOLLIN, on_connection, s, NULL), 0);
}

void rawserver_close(struct rawserver *s)
{
	size_t i;

	for (i = 0; i < s->count; i++)
		rawpeer_close(&s->peers[i]);
	loop_unwatch(s->loop, &s->io);
	close(s->io.fd);
}
