/* The credentials of a run: given, found in the environment, or made up. */
#ifndef PROBE_RUN_KEYS_H
#define PROBE_RUN_KEYS_H

#include "probe/suite/casefile.h"

struct keys {
	char *client, *upstream, *wrong;
	bool upstream_known; /* given, or ours to give to a target */
	enum auth_form auth; /* AUTH_DEFAULT where nothing says it */
	const char *found; /* variable the client key came from, or NULL */
};

struct keys_given { /* options as they were typed; NULL: not given */
	const char *key, *upstream_key;
	bool is_foreign; /* a gateway that we do not start: no made-up key */
};

int keys_make(struct keys *out, const struct keys_given *given, struct fail *f);
void keys_clear(struct keys *k);

/* Makes up a key for each name, of a list that ends with NULL. */
int keys_make_named(struct keyring *out, const char *const *names,
		    struct fail *f);

/* Fit for a header: a line break in a key would be a header of its own. */
bool keys_printable(struct span key);

#endif
