/* The clerk's thread. */
#include "gateway/ledger/clerk.h"

#include <pthread.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "gateway/ledger/admin.h"
#include "gateway/ledger/push.h"
#include "net/loop.h"
#include "net/say.h"
#include "wire/bytes/mem.h"

#define TAKE_EVERY (1 * TICK_S)

struct clerk {
	struct ledger_files *ledger;
	struct loop *loop;
	struct loop_timer take;
	struct loop_io wake;
	int wake_fd;
	struct admin *admin; /* NULL: there is no page */
	struct push *push; /* NULL: no metrics are sent */
	pthread_t thread;
	bool runs, complained;
};

/* Logs a failure once, until it has worked again. */
static void complain(struct clerk *k, const struct fail *f)
{
	struct buf line = BUF_INIT(BUF_NO_LIMIT);

	if (!k->complained) {
		buf_addf(&line,
			 "ccgate: the ledger cannot be written: %s; requests "
			 "are served, and their records wait in the spool\n",
			 f->text);
		say_line(buf_span(&line));
	}
	k->complained = true;
	buf_clear(&line);
}

static void on_take(void *arg)
{
	struct clerk *k = arg;
	struct fail f = FAIL_INIT;

	if (ledger_take_calmly(k->ledger, &f) < 0)
		complain(k, &f);
	else
		k->complained = false;
	loop_timer_set(k->loop, &k->take, loop_now() + TAKE_EVERY, on_take, k);
}

static void on_wake(void *arg, uint32_t events)
{
	struct clerk *k = arg;

	(void)events;
	loop_stop(k->loop);
}

static int open_all(struct clerk *k, const struct ledger_config *c,
		    struct fail *f)
{
	k->wake_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (k->wake_fd < 0)
		return fail_errno(f, FAIL_SYSTEM, "eventfd");
	if (loop_new(&k->loop, f) < 0 ||
	    loop_watch(k->loop, &k->wake, k->wake_fd, EPOLLIN, on_wake, k, f) <
		    0)
		return -1;
	if (c->has_admin && admin_new(&k->admin, k->loop, k->ledger, c, f) < 0)
		return -1;
	return c->otlp ? push_new(&k->push, k->loop, k->ledger, c, f) : 0;
}

int clerk_new(struct clerk **out, struct ledger_files *l,
	      const struct ledger_config *c, struct fail *f)
{
	struct clerk *k = xcalloc(1, sizeof(*k));

	k->ledger = l;
	k->wake_fd = -1;
	if (open_all(k, c, f) < 0) {
		clerk_free(k);
		return -1;
	}
	*out = k;
	return 0;
}

void clerk_free(struct clerk *k)
{
	if (!k)
		return;
	push_free(k->push);
	admin_free(k->admin);
	if (k->loop) {
		loop_unwatch(k->loop, &k->wake);
		loop_free(k->loop);
	}
	if (k->wake_fd >= 0)
		close(k->wake_fd);
	free(k);
}

uint16_t clerk_port(const struct clerk *k)
{
	return k->admin ? admin_port(k->admin) : 0;
}

static void *run(void *arg)
{
	struct clerk *k = arg;

	loop_timer_set(k->loop, &k->take, loop_now() + TAKE_EVERY, on_take, k);
	loop_run(k->loop);
	return NULL;
}

int clerk_begin(struct clerk *k, struct fail *f)
{
	if (pthread_create(&k->thread, NULL, run, k) != 0)
		return fail_set(f, FAIL_SYSTEM, "no thread could be started");
	k->runs = true;
	return 0;
}

void clerk_end(struct clerk *k)
{
	uint64_t one = 1;

	if (!k->runs)
		return;
	/* This fails only when the counter is full, and then the descriptor is
	 * readable. */
	if (write(k->wake_fd, &one, sizeof(one)) > 0 || k->runs)
		pthread_join(k->thread, NULL);
	k->runs = false;
}
