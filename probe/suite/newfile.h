/*
 * A file that is written as a whole or not at all: it is written under another
 * name and renamed at the end, so that an older file stays until then. Anything
 * else (/dev/stdout, a pipe) is written directly.
 */
#ifndef PROBE_SUITE_NEWFILE_H
#define PROBE_SUITE_NEWFILE_H

#include <stdbool.h>
#include <stdio.h>

#include "wire/bytes/fail.h"
#include "wire/bytes/span.h"

struct newfile { /* zero-initialised: none */
	FILE *to;
	/* `beside`: the temporary name; NULL: written directly */
	char *path, *beside;
	bool is_private; /* only its owner can read it */
};

/* Fails (FAIL_USAGE) if no file can be written there; writes nothing. */
int newfile_check(const char *path, struct fail *f);

/* Do both paths name the same plain file? It need not exist yet. */
bool newfile_is_same(const char *path, const char *other);

int newfile_open(struct newfile *n, const char *path, bool is_private,
		 struct fail *f);

/* Renames it to its path. If anything could not be written, the older file
 * stays and the call fails. */
int newfile_close(struct newfile *n, struct fail *f);

/* Opens, writes and closes. */
int newfile_write(const char *path, struct span bytes, bool is_private,
		  struct fail *f);

#endif
