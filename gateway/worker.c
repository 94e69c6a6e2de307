/* One thread's share of the gateway. */
#include "gateway/worker.h"

#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "gateway/hooks.h"
#include "wire/bytes/mem.h"

struct worker {
	struct gate gate;
	struct loop *loop;
	struct serve *serve;
	struct loop_io wake;
	int wake_fd;
};

static void on_wake(void *arg, uint32_t events)
{
	struct worker *w = arg;

	(void)events;
	loop_stop(w->loop);
}

static int open_all(struct worker *w, uint16_t port, struct fail *f)
{
	const struct config *c = w->gate.config;
	const struct serve_config at = {
		.host = c->listen.host,
		.port = port,
		.body_limit = (size_t)c->body_limit,
		.lenient = hook_lenient(),
		.reuse_port = c->workers > 1,
	};

	w->wake_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (w->wake_fd < 0)
		return fail_errno(f, FAIL_SYSTEM, "eventfd");
	if (loop_new(&w->loop, f) < 0 ||
	    loop_watch(w->loop, &w->wake, w->wake_fd, EPOLLIN, on_wake, w, f) <
		    0 ||
	    fetcher_new(&w->gate.fetcher, w->loop, f) < 0)
		return -1;
	return serve_new(&w->serve, w->loop, &at, &relay_handler, &w->gate, f);
}

int worker_new(struct worker **out, const struct config *config, uint16_t port,
	       struct fail *f)
{
	struct worker *w = xcalloc(1, sizeof(*w));

	w->gate.config = config;
	w->wake_fd = -1;
	if (open_all(w, port, f) < 0) {
		worker_free(w);
		return -1;
	}
	*out = w;
	return 0;
}

void worker_free(struct worker *w)
{
	if (!w)
		return;
	if (w->serve)
		serve_free(w->serve);
	if (w->gate.fetcher)
		fetcher_free(w->gate.fetcher);
	if (w->wake.watched)
		loop_unwatch(w->loop, &w->wake);
	if (w->loop)
		loop_free(w->loop);
	if (w->wake_fd >= 0)
		close(w->wake_fd);
	free(w);
}

uint16_t worker_port(const struct worker *w)
{
	return serve_port(w->serve);
}

struct loop *worker_loop(struct worker *w)
{
	return w->loop;
}

void worker_run(struct worker *w)
{
	loop_run(w->loop);
}

void worker_stop(struct worker *w)
{
	uint64_t one = 1;

	/* It can only fail when the counter is full: then it is readable. */
	if (write(w->wake_fd, &one, sizeof(one)) < 0)
		return;
}
