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

struct target; /* a target.json that was read */

/* Values for ${...} in the target's files. The texts are borrowed until
 * target_stop(). */
struct target_place {
	const char *root; /* of the suite: cases/, targets/ */
	const char *bin; /* folder of the programs */
	struct target_mock { /* of provider a, b, ... */
		const char *host;
		uint16_t port;
	} mocks[ACTOR_PROVIDERS];
	size_t mock_count;
	/* A target that signs in does not get client_key. */
	const char *client_key, *upstream_key;
	const struct keyring *ring; /* keys with names; NULL: none */
};

#define TARGET_BUNDLED "bundled" /* the target that is our own ccgate */

/* `name` is a folder under targets/, or a path to a target.json. */
int target_read(struct target **out, const char *root, const char *name,
		struct fail *f);
void target_free(struct target *t);

const char *target_name(const struct target *t);
const char *target_title(const struct target *t);
bool target_claims(const struct target *t, const char *claim);
const char *target_auth(const struct target *t); /* "bearer" ... */
/* The names of the keys that the target accepts besides the client's: a list
 * that ends with NULL. */
const char *const *target_keys(const struct target *t);

/* Where it reads what a request wishes of providers. */
const struct wishes *target_wishes(const struct target *t);

/* The addresses at which the mock has to listen as provider b, c, ..., from
 * `providers`: a list that ends with NULL. */
const char *const *target_providers(const struct target *t);
const char *target_client_format(const struct target *t); /* "messages" */
/* True if the gateway itself gives out the client's key. */
bool target_signs_in(const struct target *t);

/*
 * Starts the program in a scratch folder of its own, with a clean environment
 * and its files filled in, and waits on the loop until it accepts connections;
 * then signs in, if the target needs that. `ready` is called once: f->code is
 * FAIL_OK, or f says why not, with the last lines that the program printed. A
 * target without a program (direct) is ready at once.
 */
typedef void target_ready_fn(void *arg, const char *url, const struct fail *f);
void target_start(struct target *t, struct loop *l,
		  const struct target_place *place, target_ready_fn *ready,
		  void *arg);

/* Ends the program: SIGTERM, and SIGKILL after two seconds; then removes the
 * scratch folder. Blocks for these two seconds at most. */
void target_stop(struct target *t);

/* "exited with status 1" once its program has ended; "" before. */
const char *target_ending(const struct target *t);

/* The client's key that signing in gave, once it is ready; NULL: the target
 * uses client_key. */
const char *target_key(const struct target *t);

/* Headers to send with every request; known once it is ready. */
const struct headers *target_headers(const struct target *t);

/* The process group of its program; 0: there is none. */
pid_t target_group(const struct target *t);

/* The last part of what its program printed; borrowed. */
struct span target_output(const struct target *t);

#endif
