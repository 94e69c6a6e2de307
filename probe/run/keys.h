/* The credentials of a run: given, found in the environment, or made up. */
#ifndef PROBE_RUN_KEYS_H
#define PROBE_RUN_KEYS_H

#include "probe/suite/casefile.h"

struct keys {
	char *client, *upstream, *wrong;
	bool upstream_known; /* the user gave it, or a target got it from us */
	enum auth_form auth; /* AUTH_DEFAULT: not known */
	const char *found; /* the variable that had the client's key, or NULL */
};

struct keys_given { /* options as they were typed; NULL: not given */
	const char *key, *upstream_key;
	/* ccprobe does not start the gateway, so a made-up client key is of no
	 * use */
	bool is_foreign;
};

int keys_make(struct keys *out, const struct keys_given *given, struct fail *f);
void keys_clear(struct keys *k);

/* Makes up a key for each name; the list ends with NULL. */
int keys_make_named(struct keyring *out, const char *const *names,
		    struct fail *f);

/* Only printable ASCII? A line break in a key would begin another header. */
bool keys_printable(struct span key);

#endif
