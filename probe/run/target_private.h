/* What the parts of target share: target.c (the file), target_start.c (the
 * program while it runs), target_sign.c (signing in), target_fill.c (what is
 * filled in). */
#ifndef PROBE_RUN_TARGET_PRIVATE_H
#define PROBE_RUN_TARGET_PRIVATE_H

#include "probe/run/fill.h"
#include "probe/child/process.h"
#include "probe/run/target.h"

#define TARGET_FILE_LIMIT ((size_t)1024 * 1024)
#define TARGET_KEYS 24 /* with names, at most */

struct target_file { /* borrowed from the JSON */
	const char *title, *auth, *client_format, *listen, *path;
	const cJSON *claims, *start, *requires, *files, *environment, *headers;
	const cJSON *sign_in, *providers, *keys, *wishes;
	uint32_t ready_ms, sign_in_ms;
};

/* Of each mock, in this order. */
enum { TARGET_MOCK_HOST, TARGET_MOCK_PORT, TARGET_MOCK_URL, TARGET_MOCK_TEXTS };

/* ${...}: the name of each value, in the order of target_fill.c. */
enum {
	TARGET_PORT,
	TARGET_SCRATCH,
	TARGET_HERE,
	TARGET_BIN,
	TARGET_INSTALLS,
	TARGET_URL, /* once it accepts connections */
	TARGET_CLIENT_KEY, /* where it signs in: once that is done */
	TARGET_UPSTREAM_KEY,
	TARGET_NAMED_KEYS, /* then */
	TARGET_MOCKS =
		TARGET_NAMED_KEYS +
		TARGET_KEYS, /* host, port and URL of each provider's mock */
	TARGET_VALUES = TARGET_MOCKS + TARGET_MOCK_TEXTS * ACTOR_PROVIDERS
};

struct target {
	char *name, *here; /* here: its folder, absolute */
	struct json *json;
	struct target_file file;
	/* while it runs */
	struct loop *loop;
	struct process *process, *signing;
	char *scratch, *path, *installs;
	int scratch_lock; /* where there is a scratch folder */
	char port[8], url[256];
	const char *keys[TARGET_KEYS + 1]; /* NULL-ended */
	const char *providers[ACTOR_PROVIDERS]; /* of b and on; NULL-ended */
	struct wishes wishes;
	struct target_mock_text { /* "mock.b.host" and its value */
		char name[16], value[80];
	} mocks[TARGET_MOCK_TEXTS * ACTOR_PROVIDERS];
	char key_names[TARGET_KEYS][32]; /* "keys.budget" */
	struct fill_value values[TARGET_VALUES + 1];
	char *key; /* that signing in gave, or NULL */
	struct headers headers; /* filled in */
	struct loop_timer retry;
	tick_t deadline;
	target_ready_fn *ready;
	void *arg;
	struct fail fail; /* why it did not start, told on the loop */
};

/* Sets values and installs, from place and what is known of the target. */
void target_fill_init(struct target *t, const struct target_place *place);

/* `text`, filled in; yours to free. */
int target_fill_text(char **out, const char *text,
		     const struct fill_value *values, struct fail *f);

int target_fill_headers(struct target *t, struct fail *f);

/* Runs `command` in the scratch folder, with the target's environment. */
int target_run(struct target *t, const cJSON *command, bool apart,
	       struct process **out, const struct process_handler *handler,
	       struct fail *f);

/* Calls ready; t->fail says how it went. */
void target_tell(struct target *t);

/* The same, with `what` went wrong and the end of what was printed. */
void target_give_up(struct target *t, const char *what, struct span printed);

/* Begins; ends in target_tell(). */
void target_sign_in(struct target *t);

#endif
