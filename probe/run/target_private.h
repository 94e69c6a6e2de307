/* For the files of targets: target.c reads target.json, target_start.c runs the
 * program, target_sign.c signs in, target_fill.c fills in values. */
#ifndef PROBE_RUN_TARGET_PRIVATE_H
#define PROBE_RUN_TARGET_PRIVATE_H

#include "probe/run/fill.h"
#include "probe/child/process.h"
#include "probe/run/target.h"

#define TARGET_FILE_LIMIT ((size_t)1024 * 1024)
#define TARGET_KEYS 24 /* named keys, at most */

struct target_file { /* borrowed from the JSON */
	const char *title, *auth, *client_format, *listen, *path;
	const cJSON *claims, *start, *requires, *files, *environment, *headers;
	const cJSON *sign_in, *providers, *keys, *wishes;
	uint32_t ready_ms, sign_in_ms;
};

/* The values of each mock, in this order. */
enum { TARGET_MOCK_HOST, TARGET_MOCK_PORT, TARGET_MOCK_URL, TARGET_MOCK_TEXTS };

/* Indexes of `values`; target_fill_init() has their names. */
enum {
	TARGET_PORT,
	TARGET_SCRATCH,
	TARGET_HERE,
	TARGET_BIN,
	TARGET_INSTALLS,
	TARGET_URL, /* set once it accepts connections */
	TARGET_CLIENT_KEY, /* of a target that signs in: set after that */
	TARGET_UPSTREAM_KEY,
	TARGET_NAMED_KEYS, /* TARGET_KEYS of them */
	TARGET_MOCKS =
		TARGET_NAMED_KEYS +
		TARGET_KEYS, /* host, port and URL of each provider's mock */
	TARGET_VALUES = TARGET_MOCKS + TARGET_MOCK_TEXTS * ACTOR_PROVIDERS
};

struct target {
	char *name, *here; /* `here`: its folder, an absolute path */
	struct json *json;
	struct target_file file;
	/* While it runs. */
	struct loop *loop;
	struct process *process, *signing;
	char *scratch, *path, *installs;
	int scratch_lock; /* valid if there is a scratch folder */
	char port[8], url[256];
	const char *keys[TARGET_KEYS + 1]; /* NULL-ended */
	const char *providers[ACTOR_PROVIDERS]; /* of b and on; NULL-ended */
	struct wishes wishes;
	struct target_mock_text { /* "mock.b.host" and its value */
		char name[16], value[80];
	} mocks[TARGET_MOCK_TEXTS * ACTOR_PROVIDERS];
	char key_names[TARGET_KEYS][32]; /* "keys.budget" */
	struct fill_value values[TARGET_VALUES + 1];
	char *key; /* that signing in gave; NULL: none */
	struct headers headers; /* filled in */
	struct loop_timer retry;
	tick_t deadline;
	target_ready_fn *ready;
	void *arg;
	struct fail fail; /* why it did not start; given to `ready` */
};

/* Sets t->values and t->installs. */
void target_fill_init(struct target *t, const struct target_place *place);

/* Fills in ${...} in `text`; *out is yours to free. */
int target_fill_text(char **out, const char *text,
		     const struct fill_value *values, struct fail *f);

int target_fill_headers(struct target *t, struct fail *f);

/* Runs `command` in the scratch folder, with the target's environment. */
int target_run(struct target *t, const cJSON *command, bool apart,
	       struct process **out, const struct process_handler *handler,
	       struct fail *f);

/* Calls `ready` with t->fail. */
void target_tell(struct target *t);

/* The same, with a failure that says `what` went wrong and the end of what was
 * printed. */
void target_give_up(struct target *t, const char *what, struct span printed);

/* Begins to sign in (or has nothing to do); target_tell() is called at the
 * end. */
void target_sign_in(struct target *t);

#endif
