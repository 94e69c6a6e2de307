/* A temporary folder for as long as something runs, and its files. */
#ifndef PROBE_SUITE_SCRATCH_H
#define PROBE_SUITE_SCRATCH_H

#include <stddef.h>

#include "wire/bytes/fail.h"
#include "wire/bytes/span.h"

/* Makes a folder that only this user can enter, below $TMPDIR or /tmp. */
int scratch_new(char **out, struct fail *f); /* for tests */

/* The same, and removes older folders whose owners were killed. The folder
 * counts as owned while `lock` is open, a descriptor that is yours to close. */
int scratch_own(char **out, int *lock, struct fail *f);

/* Removes it with everything in it, and frees the name. NULL is fine. */
void scratch_free(char *folder);

/* Writes a file into the folder; its name must not contain "/". */
int scratch_write(const char *folder, const char *name, struct span bytes,
		  struct fail *f);

/* Reads a whole file of at most `most` bytes; *out is yours to free(). */
int scratch_read(char **out, size_t *len, const char *path, size_t most,
		 struct fail *f);

#endif
