/*
 * A file that is written whole or not at all: it is written beside its place
 * and renamed when it is done, so that what was there before stays until then.
 * What is no plain file (/dev/stdout, a pipe) is written to as it is.
 */
#ifndef PROBE_SUITE_NEWFILE_H
#define PROBE_SUITE_NEWFILE_H

#include <stdbool.h>
#include <stdio.h>

#include "wire/bytes/fail.h"
#include "wire/bytes/span.h"

struct newfile { /* zero-initialised is none */
	FILE *to;
	char *path, *beside; /* beside: NULL where it is written in its place */
	bool is_private; /* only its owner can read it */
};

/* Could a file be written there? Nothing is written yet. */
int newfile_check(const char *path, struct fail *f);

/* Do both name one plain file? It may be that it is yet to be written. */
bool newfile_is_same(const char *path, const char *other);

int newfile_open(struct newfile *n, const char *path, bool is_private,
		 struct fail *f);

/* Puts it in its place; where anything could not be written, nothing is. */
int newfile_close(struct newfile *n, struct fail *f);

/* All three at once. */
int newfile_write(const char *path, struct span bytes, bool is_private,
		  struct fail *f);

#endif
