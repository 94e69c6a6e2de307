/*
 * Named keys, which a gateway accepts besides the key that most cases use. Each
 * name is a role: a way in which the gateway has to set the key up. A case that
 * uses a named key is skipped if the run has none of that name.
 */
#ifndef PROBE_SUITE_KEYRING_H
#define PROBE_SUITE_KEYRING_H

#include "wire/bytes/buf.h"
#include "wire/bytes/fail.h"

/* FAIL_CASE: there is no such role; the message suggests the nearest one. */
int keyring_check(const char *name, struct fail *f);

/* The beginnings of the marks that kept wire logs have in place of named keys
 * ("{{budget"); the list ends with NULL. */
const char *const *keyring_marks(void);

/* For `ccprobe explain keys`. */
void keyring_list(struct buf *out);

/* The named keys of a run. Zero-initialised: none. */
struct keyring {
	struct keyring_key {
		char *name, *value;
	} * list;
	size_t count;
};

void keyring_add(struct keyring *k, const char *name, const char *value);
/* NULL: there is none of this name. */
const char *keyring_find(const struct keyring *k, const char *name);
void keyring_clear(struct keyring *k);

#endif
