/*
 * One thread of the gateway. Another thread leaves its wishes in the worker's
 * mail and wakes its loop by a descriptor, so that only this thread touches
 * what is on the loop.
 */
#include "gateway/worker.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "gateway/bridging.h"
#include "gateway/hooks.h"
#include "gateway/log.h"
#include "gateway/pool/cascade.h"
#include "gateway/meter/meter.h"
#include "gateway/translating.h"
#include "wire/bytes/mem.h"

/* For this long after a drain begins, requests that are just coming in are
 * served. */
#define GRACE (50 * TICK_MS)
#define FORMER_EVERY (200 * TICK_MS)

/* A server with an old certificate, kept until its connections have ended. */
struct former {
	struct former *next;
	struct serve *serve;
};

struct mail {
	pthread_mutex_t lock;
	bool stop, drain;
	struct config *config; /* NULL: no new one */
};

struct worker {
	struct gate gate;
	struct loop *loop;
	struct serve *serve;
	struct former *formers;
	struct loop_timer former; /* looks which of these servers are over */
	struct loop_timer empty, limit; /* of a drain */
	struct loop_io wake;
	int wake_fd;
	bool shared;
	struct mail mail;
};

/* ---- draining ---- */

static void on_limit(void *arg)
{
	struct worker *w = arg;

	loop_stop(w->loop);
}

static void on_empty_timer(void *arg)
{
	struct worker *w = arg;

	if (w->gate.open == 0)
		loop_stop(w->loop);
}

/* The last request's callback is still running, so the loop stops in its next
 * turn. */
static void on_empty(void *arg)
{
	struct worker *w = arg;

	loop_timer_set(w->loop, &w->empty, 0, on_empty_timer, w);
}

static void drain(struct worker *w)
{
	tick_t now = loop_now();

	if (w->gate.draining)
		return;
	w->gate.draining = true;
	serve_quiesce(w->serve);
	loop_timer_set(w->loop, &w->empty, now + GRACE, on_empty_timer, w);
	loop_timer_set(w->loop, &w->limit,
		       now + w->gate.config->drain_ms * TICK_MS, on_limit, w);
}

/* ---- another configuration ---- */

static struct serve_config server_of(const struct worker *w,
				     const struct config *c, uint16_t port)
{
	return (struct serve_config){
		.host = c->listen.host,
		.port = port,
		.body_limit = (size_t)c->body_limit,
		.head_ms = c->client_head_ms,
		.lenient = hook_lenient(),
		.reuse_port = w->shared,
		.tls_cert = c->tls_cert,
		.tls_key = c->tls_key,
	};
}

static void on_former(void *arg)
{
	struct worker *w = arg;
	struct former **link = &w->formers;

	while (*link) {
		struct former *one = *link;

		if (serve_connections(one->serve) > 0) {
			link = &one->next;
			continue;
		}
		*link = one->next;
		serve_free(one->serve);
		free(one);
	}
	if (w->formers)
		loop_timer_set(w->loop, &w->former, loop_now() + FORMER_EVERY,
			       on_former, w);
}

/* A server keeps the certificate that it was made with, so a new server takes
 * over the socket. */
static int renew(struct worker *w, const struct config *c, struct fail *f)
{
	struct serve_config at = server_of(w, c, serve_port(w->serve));
	struct former *one = xcalloc(1, sizeof(*one));

	at.instead_of = one->serve = w->serve;
	if (serve_new(&w->serve, w->loop, &at, &relay_handler, &w->gate, f) <
	    0) {
		free(one);
		return -1;
	}
	one->next = w->formers;
	w->formers = one;
	on_former(w);
	return 0;
}

static bool is_same_text(const char *a, const char *b)
{
	return a && b ? strcmp(a, b) == 0 : a == b;
}

static void configure(struct worker *w, struct config *c)
{
	const struct config *old = w->gate.config;
	struct fail f = FAIL_INIT;

	if ((!is_same_text(old->tls_cert, c->tls_cert) ||
	     !is_same_text(old->tls_key, c->tls_key)) &&
	    renew(w, c, &f) < 0)
		log_say("the old certificate stays: %s", f.text);
	serve_set_limits(w->serve, (size_t)c->body_limit, c->client_head_ms);
	config_drop(w->gate.config);
	w->gate.config = c;
}

/* ---- mail ---- */

static void on_wake(void *arg, uint32_t events)
{
	struct worker *w = arg;
	struct config *c;
	bool stop, drains;
	uint64_t times;

	(void)events;
	if (read(w->wake_fd, &times, sizeof(times)) < 0)
		return;
	pthread_mutex_lock(&w->mail.lock);
	stop = w->mail.stop;
	drains = w->mail.drain;
	c = w->mail.config;
	w->mail.config = NULL;
	pthread_mutex_unlock(&w->mail.lock);
	if (c && !w->gate.draining)
		configure(w, c);
	else
		config_drop(c);
	if (drains)
		drain(w);
	if (stop)
		loop_stop(w->loop);
}

static void wake(struct worker *w)
{
	uint64_t one = 1;

	/* This fails only when the counter is full, and then the descriptor is
	 * readable. */
	(void)!write(w->wake_fd, &one, sizeof(one));
}

void worker_stop(struct worker *w)
{
	pthread_mutex_lock(&w->mail.lock);
	w->mail.stop = true;
	pthread_mutex_unlock(&w->mail.lock);
	wake(w);
}

void worker_drain(struct worker *w)
{
	pthread_mutex_lock(&w->mail.lock);
	w->mail.drain = true;
	pthread_mutex_unlock(&w->mail.lock);
	wake(w);
}

void worker_configure(struct worker *w, struct config *config)
{
	struct config *unread;

	pthread_mutex_lock(&w->mail.lock);
	unread = w->mail.config;
	w->mail.config = config_hold(config);
	pthread_mutex_unlock(&w->mail.lock);
	config_drop(unread);
	wake(w);
}

/* ---- life ---- */

static int open_all(struct worker *w, uint16_t port, struct fail *f)
{
	struct serve_config at = server_of(w, w->gate.config, port);

	w->wake_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (w->wake_fd < 0)
		return fail_errno(f, FAIL_SYSTEM, "eventfd");
	if (loop_new(&w->loop, f) < 0 ||
	    loop_watch(w->loop, &w->wake, w->wake_fd, EPOLLIN, on_wake, w, f) <
		    0 ||
	    fetcher_new(&w->gate.fetcher, w->loop, f) < 0)
		return -1;
	w->gate.loop = w->loop;
	return serve_new(&w->serve, w->loop, &at, &relay_handler, &w->gate, f);
}

int worker_new(struct worker **out, struct config *config, uint16_t port,
	       bool shared, struct fail *f)
{
	struct worker *w = xcalloc(1, sizeof(*w));

	w->gate.config = config_hold(config);
	w->gate.translating = &translating_way;
	w->gate.bridging = &bridging_way;
	w->gate.cascade = &cascade_way;
	w->gate.on_empty = on_empty;
	w->gate.arg = w;
	w->shared = shared;
	w->wake_fd = -1;
	w->mail.lock = (pthread_mutex_t)PTHREAD_MUTEX_INITIALIZER;
	if (open_all(w, port, f) < 0) {
		worker_free(w);
		return -1;
	}
	*out = w;
	return 0;
}

static void formers_free(struct worker *w)
{
	while (w->formers) {
		struct former *one = w->formers;

		w->formers = one->next;
		serve_free(one->serve);
		free(one);
	}
}

void worker_free(struct worker *w)
{
	if (!w)
		return;
	formers_free(w);
	serve_free(w->serve);
	if (w->gate.meter)
		w->gate.meter->leave(&w->gate);
	fetcher_free(w->gate.fetcher);
	if (w->loop) {
		loop_unwatch(w->loop, &w->wake);
		loop_free(w->loop);
	}
	if (w->wake_fd >= 0)
		close(w->wake_fd);
	config_drop(w->mail.config);
	config_drop(w->gate.config);
	pthread_mutex_destroy(&w->mail.lock);
	free(w);
}

void worker_count(struct worker *w, struct ledger_files *ledger)
{
	w->gate.meter = &meter_relay;
	w->gate.ledger = ledger;
}

uint16_t worker_port(const struct worker *w)
{
	return serve_port(w->serve);
}

size_t worker_open(const struct worker *w)
{
	return w->gate.open;
}

void worker_run(struct worker *w)
{
	loop_run(w->loop);
}
