/*
 * The server: a libmicrohttpd daemon without threads, whose epoll descriptor
 * is watched by our loop.
 */
#include "net/serve.h"

#include <assert.h>
#include <microhttpd.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "net/serve_private.h"
#include "wire/bytes/mem.h"

/*
 * What the library may use for one connection: the request's head with an
 * index of its fields, then the answer's head. Room for a head of 64 KiB with
 * a hundred fields. The library touches all of it sooner or later, so this is
 * what an open connection costs.
 */
#define CONNECTION_BYTES ((size_t)80 * 1024)

enum { CONNECTIONS_LIMIT = 65536, IDLE_MS = 75000 };

/* ---- life ---- */

static void on_ready(void *arg, uint32_t events)
{
	(void)events;
	serve_turn(arg);
}

static intptr_t idle_seconds(const struct serve_config *c)
{
	uint32_t ms = c->idle_ms > 0 ? c->idle_ms : IDLE_MS;

	return (intptr_t)(ms / 1000 + (ms % 1000 != 0));
}

static int daemon_start(struct serve *s, int fd, struct fail *f)
{
	const struct serve_config *c = &s->config;
	const union MHD_DaemonInfo *info;
	unsigned flags = MHD_USE_EPOLL | MHD_ALLOW_SUSPEND_RESUME;
	size_t most =
		c->connections_limit ? c->connections_limit : CONNECTIONS_LIMIT;
	struct MHD_OptionItem options[] = {
		{ MHD_OPTION_LISTEN_SOCKET, fd, NULL },
		{ MHD_OPTION_CONNECTION_MEMORY_LIMIT, CONNECTION_BYTES, NULL },
		{ MHD_OPTION_CONNECTION_LIMIT, (intptr_t)most, NULL },
		{ MHD_OPTION_CONNECTION_TIMEOUT, idle_seconds(c), NULL },
		{ MHD_OPTION_END, 0, NULL },
		{ MHD_OPTION_HTTPS_MEM_KEY, 0, (void *)c->tls_key },
		{ MHD_OPTION_END, 0, NULL },
	};

	if (c->tls_cert) {
		flags |= MHD_USE_TLS;
		options[4].option = MHD_OPTION_HTTPS_MEM_CERT;
		options[4].ptr_value = (void *)c->tls_cert;
	}
	s->daemon = serve_daemon(s, flags, options);
	if (!s->daemon)
		return fail_set(f, FAIL_SYSTEM,
				"%s:%u: the HTTP server did not start%s",
				c->host, s->port,
				c->tls_cert
					? "; is the certificate PEM text that "
					  "belongs to the key?"
					: "");
	info = MHD_get_daemon_info(s->daemon, MHD_DAEMON_INFO_EPOLL_FD);
	return loop_watch(s->loop, &s->io, info->epoll_fd, EPOLLIN, on_ready, s,
			  f);
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
	if (daemon_start(s, fd, f) < 0) {
		if (!s->daemon)
			close(fd);
		serve_free(s);
		return -1;
	}
	if (config->instead_of)
		serve_quiesce(config->instead_of);
	s->config.instead_of = NULL;
	*out = s;
	return 0;
}

/* Answers that ended on the wire before their owners said so. */
static void visits_end(struct serve *s)
{
	while (s->visits)
		visit_done(s->visits);
}

void serve_free(struct serve *s)
{
	struct visit *v;

	if (!s)
		return;
	assert(!s->running);
	/* The library insists that nothing sleeps when it is stopped. */
	for (v = s->visits; v; v = v->next)
		visit_wake(v);
	loop_unwatch(s->loop, &s->io);
	loop_timer_clear(s->loop, &s->timer);
	if (s->daemon)
		MHD_stop_daemon(s->daemon);
	visits_end(s);
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
