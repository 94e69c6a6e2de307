/*
 * The driver: plays the client side of a case and writes what it does and sees
 * into the wire log. It judges nothing; only `until` evaluates an expectation,
 * to know when to go on.
 */
#ifndef PROBE_RUN_DRIVER_H
#define PROBE_RUN_DRIVER_H

#include "mockupstream/mock.h"
#include "net/fetch.h"
#include "probe/run/pacer.h"
#include "probe/suite/casefile.h"

struct driver_config {
	struct loop *loop;
	struct fetcher *fetcher;
	struct mock *mock; /* NULL: black box */
	const char *gateway; /* origin, with a path prefix perhaps */
	const char *client_key; /* put in place of {{credential}} */
	const char *wrong_key;
	const struct keyring *ring; /* keys with names; NULL: none */
	struct wishes wishes; /* where the gateway reads them */
	enum auth_form auth;
	const struct headers *extra; /* --header */
	const char *program; /* the real client, for live cases; or NULL */
	struct fetch_tls tls;
	struct pacer *pacer; /* when each request may be sent; NULL: at once */
	tick_t zero;
	/* Bytes of answers; the runs that share it share a limit */
	size_t *held;
};

struct drive; /* one run of one case */

typedef void drive_done_fn(void *arg, struct drive *d);

/* Starts a run. `done` is called once, later: when every step is over and every
 * exchange has ended. */
struct drive *driver_start(const struct driver_config *config,
			   const struct casefile *c, uint64_t run,
			   struct wlog *log, drive_done_fn *done, void *arg);

/* How long its requests waited for their turns. */
tick_t driver_paced(const struct drive *d);

/* The log grew (by the mock): an `until` may hold now. */
void driver_poke(struct drive *d);

/* Ends it at once; done is not called. */
void driver_free(struct drive *d);

#endif
