/* A whole file in memory. */
#ifndef WIRE_BYTES_LOAD_H
#define WIRE_BYTES_LOAD_H

#include "wire/bytes/buf.h"
#include "wire/bytes/fail.h"

/*
 * Appends what is in the file, `most` bytes of it at most: a larger one is
 * FAIL_LIMIT, one that cannot be read FAIL_SYSTEM. The message begins with the
 * path.
 */
int load_file(struct buf *to, const char *path, size_t most, struct fail *f);

#endif
