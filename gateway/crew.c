/* Starts and ends the workers, and handles signals. */
#include "gateway/crew.h"

#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "gateway/ledger/clerk.h"
#include "gateway/log.h"
#include "gateway/reload.h"
#include "gateway/worker.h"
#include "wire/bytes/mem.h"

struct crew_hand {
	struct crew *crew;
	struct worker *worker;
	pthread_t thread;
	bool runs; /* the thread was begun */
};

struct crew {
	const struct options *options;
	struct config *config; /* held */
	/* the one that the ledger was opened with; held */
	struct config *first;
	struct ledger_files *ledger;
	struct clerk *clerk; /* NULL: no ledger is kept */
	struct crew_hand *hands;
	uint32_t count; /* hands that have a worker */
	struct loop *loop;
	struct loop_io ended;
	int ended_fd;
	uint64_t left; /* threads that run */
	bool draining;
};

/* ---- ending ---- */

static void *run_hand(void *arg)
{
	struct crew_hand *hand = arg;
	uint64_t one = 1;

	worker_run(hand->worker);
	/* It fails only when the counter is full, and then on_ended() has
	 * enough to read. */
	(void)!write(hand->crew->ended_fd, &one, sizeof(one));
	return NULL;
}

static void on_ended(void *arg, uint32_t events)
{
	struct crew *crew = arg;
	uint64_t count;

	(void)events;
	if (read(crew->ended_fd, &count, sizeof(count)) < 0)
		return;
	crew->left -= count;
	if (crew->left == 0)
		loop_stop(crew->loop);
}

/* The first signal lets requests end, the second one ends them. */
static void on_end_signal(void *arg)
{
	struct crew *crew = arg;

	for (uint32_t i = 0; i < crew->count; i++) {
		if (crew->draining)
			worker_stop(crew->hands[i].worker);
		else
			worker_drain(crew->hands[i].worker);
	}
	crew->draining = true;
}

static void on_hang_up_signal(void *arg)
{
	struct crew *crew = arg;
	struct config *next;

	if (crew->draining)
		return;
	next = reload_read(crew->options, crew->config);
	if (!next)
		return;
	ledger_attach(crew->ledger, next->keys, next->keys_count);
	for (uint32_t i = 0; i < crew->count; i++)
		worker_configure(crew->hands[i].worker, next);
	config_drop(crew->config);
	crew->config = next;
}

/* ---- life ---- */

/* Makes a worker without SO_REUSEPORT first, and ends it: with that option a
 * port that another gateway uses would be shared without an error. */
static int probe_port(struct config *c, uint16_t *port, struct fail *f)
{
	struct worker *w;

	if (worker_new(&w, c, c->listen.port, false, f) < 0)
		return -1;
	*port = worker_port(w);
	worker_free(w);
	return 0;
}

static int hire(struct crew *crew, struct fail *f)
{
	struct config *c = crew->config;
	uint16_t port = c->listen.port;
	bool shared = c->workers > 1;

	if (shared && probe_port(c, &port, f) < 0)
		return -1;
	crew->hands = xcalloc(c->workers, sizeof(*crew->hands));
	for (; crew->count < c->workers; crew->count++) {
		struct crew_hand *hand = &crew->hands[crew->count];

		hand->crew = crew;
		if (worker_new(&hand->worker, c, port, shared, f) < 0)
			return -1;
		worker_count(hand->worker, crew->ledger);
	}
	return 0;
}

/* Without a ledger in the configuration this opens nothing. */
static int open_ledger(struct crew *crew, struct fail *f)
{
	struct config *c = crew->config;

	crew->first = config_hold(c);
	if (ledger_new(&crew->ledger, &c->ledger, f) < 0)
		return -1;
	ledger_attach(crew->ledger, c->keys, c->keys_count);
	if (!c->ledger.path)
		return 0;
	return clerk_new(&crew->clerk, crew->ledger, &c->ledger, f);
}

/* This comes before we announce that we listen, and before there are threads,
 * which inherit the blocked signals. */
static int heed_signals(struct crew *crew, struct fail *f)
{
	struct loop *l = crew->loop;

	if (loop_on_signal(l, SIGTERM, on_end_signal, crew, f) < 0 ||
	    loop_on_signal(l, SIGINT, on_end_signal, crew, f) < 0)
		return -1;
	return loop_on_signal(l, SIGHUP, on_hang_up_signal, crew, f);
}

int crew_new(struct crew **out, const struct options *o, struct config *c,
	     struct fail *f)
{
	struct crew *crew = xcalloc(1, sizeof(*crew));

	crew->options = o;
	crew->config = config_hold(c);
	crew->ended_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (crew->ended_fd < 0)
		fail_errno(f, FAIL_SYSTEM, "eventfd");
	else if (loop_new(&crew->loop, f) == 0 &&
		 loop_watch(crew->loop, &crew->ended, crew->ended_fd, EPOLLIN,
			    on_ended, crew, f) == 0 &&
		 heed_signals(crew, f) == 0 && open_ledger(crew, f) == 0 &&
		 hire(crew, f) == 0) {
		*out = crew;
		return 0;
	}
	crew_free(crew);
	return -1;
}

void crew_free(struct crew *crew)
{
	if (!crew)
		return;
	for (uint32_t i = 0; i < crew->count; i++)
		worker_free(crew->hands[i].worker);
	free(crew->hands);
	clerk_free(crew->clerk);
	ledger_free(crew->ledger);
	if (crew->loop) {
		loop_unwatch(crew->loop, &crew->ended);
		loop_free(crew->loop);
	}
	if (crew->ended_fd >= 0)
		close(crew->ended_fd);
	config_drop(crew->first);
	config_drop(crew->config);
	free(crew);
}

uint16_t crew_admin_port(const struct crew *crew)
{
	return crew->clerk ? clerk_port(crew->clerk) : 0;
}

uint16_t crew_port(const struct crew *crew)
{
	return worker_port(crew->hands[0].worker);
}

static int begin(struct crew *crew, struct fail *f)
{
	if (crew->clerk && clerk_begin(crew->clerk, f) < 0)
		return -1;
	for (uint32_t i = 0; i < crew->count; i++) {
		struct crew_hand *hand = &crew->hands[i];

		if (pthread_create(&hand->thread, NULL, run_hand, hand) != 0)
			return fail_set(f, FAIL_SYSTEM,
					"no thread could be started");
		hand->runs = true;
		crew->left++;
	}
	return 0;
}

/* Says how many requests were broken off, by the limit of the drain or a second
 * signal. */
static void tell_broken(const struct crew *crew)
{
	size_t broken = 0;

	for (uint32_t i = 0; i < crew->count; i++)
		broken += worker_open(crew->hands[i].worker);
	if (broken > 0)
		log_say("%zu request%s under way %s broken off", broken,
			broken == 1 ? "" : "s", broken == 1 ? "is" : "are");
}

int crew_run(struct crew *crew, struct fail *f)
{
	int rc = begin(crew, f);

	if (rc == 0)
		loop_run(crew->loop);
	for (uint32_t i = 0; i < crew->count; i++) {
		if (!crew->hands[i].runs)
			continue;
		worker_stop(crew->hands[i].worker);
		pthread_join(crew->hands[i].thread, NULL);
	}
	if (crew->clerk)
		clerk_end(crew->clerk);
	tell_broken(crew);
	return rc;
}
