/*
 * Keys with names: what a gateway gives out beside the key that clients show
 * in most cases. Each name stands for one way to set a key up; a case that asks
 * with such a key is skipped where the run has none of the name.
 */
#ifndef PROBE_SUITE_KEYRING_H
#define PROBE_SUITE_KEYRING_H

#include "wire/bytes/buf.h"
#include "wire/bytes/fail.h"

/* FAIL_CASE: there is no such role; the nearest one is named. */
int keyring_check(const char *name, struct fail *f);

/* How wire logs that are kept name the keys, a list that ends with NULL: "{{budget"
 * begins what stands for that one. */
const char *const *keyring_marks(void);

/* For `ccprobe explain keys`. */
void keyring_list(struct buf *out);

/* Those that a run has. Zero-initialised is none. */
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
