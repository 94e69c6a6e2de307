/*
 * Targets: gateways that ccprobe can start, configure, grade and stop.
 * targets/NAME/target.json says how; targets/README.md is the reference.
 */
#ifndef PROBE_RUN_TARGET_H
#define PROBE_RUN_TARGET_H

#include <sys/types.h>

#include "net/loop.h"
#include "probe/suite/keys/keyring.h"
#include "probe/suite/keys/wishes.h"
#include "wire/bytes/fail.h"
#include "wire/http/http.h"
#include "wire/json/json.h"
#include "wire/log/actor.h"

struct target; /* read from its file */

/* What the configuration is filled with; its texts stay until target_stop(). */
struct target_place {
	const char *root; /* of the suite: cases/, targets/ */
	const char *bin; /* folder of the programs */
	struct target_mock { /* of provider a, b, ... */
		const char *host;
		uint16_t port;
	} mocks[ACTOR_PROVIDERS];
	size_t mock_count;
	/* client_key is not told to a target that signs in. */
	const char *client_key, *upstream_key;
	const struct keyring *ring; /* keys with names; NULL: none */
};

#define TARGET_BUNDLED "bundled" /* the name of our own */

/* `name` is a folder under targets/, or a path to a target.json. */
int target_read(struct target **out, const char *root, const char *name,
		struct fail *f);
void target_free(struct target *t);

const char *target_name(const struct target *t);
const char *target_title(const struct target *t);
bool target_claims(const struct target *t, const char *claim);
const char *target_auth(const struct target *t); /* "bearer" ... */
/* The names of the keys that it gives out beside the client's: a list that ends
 * with NULL. */
const char *const *target_keys(const struct target *t);

/* Where it reads what a request wishes of providers. */
const struct wishes *target_wishes(const struct target *t);

/* Where provider b and those after it have to listen, as it says in `providers`:
 * a list that ends with NULL. */
const char *const *target_providers(const struct target *t);
const char *target_client_format(const struct target *t); /* "messages" */
bool target_signs_in(
	const struct target *t); /* its key is not ours to choose */

/*
 * Starts the program in a scratch folder of its own, with a clean environment
 * and its files filled in, and waits on the loop until it accepts
 * connections; then signs in, where that is needed. ready is called once:
 * f->code is FAIL_OK, or says why not, with the last lines the program printed.
 * A target without a program (direct) is ready at once.
 */
typedef void target_ready_fn(void *arg, const char *url, const struct fail *f);
void target_start(struct target *t, struct loop *l,
		  const struct target_place *place, target_ready_fn *ready,
		  void *arg);

/* Ends it: SIGTERM, and SIGKILL after two seconds; then the scratch folder is
 * removed. Blocks for at most those two seconds. */
void target_stop(struct target *t);

/* "exited with status 1" once its program has ended; "" before. */
const char *target_ending(const struct target *t);

/* The client key that signing in gave, once it is ready; NULL: it was told
 * client_key. */
const char *target_key(const struct target *t);

/* What goes out with every request; known once it is ready. */
const struct headers *target_headers(const struct target *t);

/* The process group of its program; 0: it has none. */
pid_t target_group(const struct target *t);

/* What it printed, for a diagnosis; borrowed, bounded. */
struct span target_output(const struct target *t);

#endif
