/* The server: its life, and the connections that come in. */
#include "net/serve/serve.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "net/serve/serve_private.h"
#include "wire/bytes/mem.h"

enum { CONNECTIONS_LIMIT = 65536, ACCEPTS = 64 };

/* When descriptors run out we try again after this time: nothing tells when
 * there are some again. */
#define AGAIN_AFTER (100 * TICK_MS)

/* ---- who comes in ---- */

static bool is_full(const struct serve *s)
{
	size_t most = s->config.connections_limit;

	return s->conns_count >= (most > 0 ? most : CONNECTIONS_LIMIT);
}

static bool is_short_of(int error)
{
	return error == EMFILE || error == ENFILE || error == ENOBUFS ||
	       error == ENOMEM;
}

static void on_again(void *arg)
{
	struct serve *s = arg;

	if (s->fd >= 0 && !s->io.watched && !is_full(s))
		(void)loop_watch(s->loop, &s->io, s->fd, EPOLLIN, s->io.fn, s,
				 NULL);
}

static void on_client(void *arg, uint32_t events)
{
	struct serve *s = arg;
	int fd = 0;

	(void)events;
	for (int i = 0; i < ACCEPTS && fd >= 0 && !is_full(s); i++) {
		fd = accept4(s->fd, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
		if (fd >= 0)
			conn_begin(s, fd);
		else if (is_short_of(errno))
			loop_timer_set(s->loop, &s->again,
				       loop_now() + AGAIN_AFTER, on_again, s);
	}
	if (is_full(s) || s->again.slot != 0)
		loop_unwatch(s->loop, &s->io);
}

/* ---- life ---- */

static void stop_listening(struct serve *s)
{
	loop_unwatch(s->loop, &s->io);
	loop_timer_clear(s->loop, &s->again);
	if (s->fd >= 0)
		close(s->fd);
	s->fd = -1;
}

/* First accepts the connections that the kernel has queued, or they would be
 * reset. */
void serve_quiesce(struct serve *s)
{
	if (s->fd < 0)
		return;
	on_client(s, EPOLLIN);
	stop_listening(s);
}

static void on_soon(void *arg)
{
	conn_turn(arg);
}

int serve_new(struct serve **out, struct loop *l,
	      const struct serve_config *config,
	      const struct serve_handler *handler, void *arg, struct fail *f)
{
	struct serve *s;
	uint16_t port;
	int fd;

	assert(handler->on_request);
	assert(!config->tls_cert == !config->tls_key);
	fd = config->instead_of ? serve_take_over(config->instead_of, &port, f)
				: serve_listen(config, &port, f);
	if (fd < 0)
		return -1;
	s = xcalloc(1, sizeof(*s));
	s->loop = l;
	s->config = *config;
	s->handler = handler;
	s->arg = arg;
	s->port = port;
	s->fd = fd;
	s->on_again = on_again;
	s->on_soon = on_soon;
	s->bytes = xmalloc(SERVE_READ_BYTES);
	buf_init(&s->spare, BUF_NO_LIMIT);
	if ((config->tls_cert && serve_tls_new(&s->tls, config, f) < 0) ||
	    loop_watch(l, &s->io, fd, EPOLLIN, on_client, s, f) < 0) {
		serve_free(s);
		return -1;
	}
	if (config->instead_of)
		serve_quiesce(config->instead_of);
	s->config.instead_of = NULL;
	*out = s;
	return 0;
}

/* Ends visits whose answers ended on the wire before their owners said so. */
static void visits_end(struct serve *s)
{
	while (s->visits)
		visit_done(s->visits);
}

void serve_free(struct serve *s)
{
	if (!s)
		return;
	assert(!s->running);
	stop_listening(s);
	while (s->conns)
		conn_end(s->conns);
	visits_end(s);
	loop_after_clear(s->loop, &s->soon);
	serve_tls_free(s->tls);
	free(s->bytes);
	buf_clear(&s->spare);
	free(s);
}

uint16_t serve_port(const struct serve *s)
{
	return s->port;
}

size_t serve_visits(const struct serve *s)
{
	return s->visits_count;
}
