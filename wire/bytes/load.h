/* A whole file in memory. */
#ifndef WIRE_BYTES_LOAD_H
#define WIRE_BYTES_LOAD_H

#include "wire/bytes/buf.h"
#include "wire/bytes/fail.h"

/*
 * Appends what is in the file, `most` bytes of it at most: a larger one is
 * FAIL_LIMIT, one that cannot be read FAIL_SYSTEM. The message begins with the
 * path. What is not a regular file is not waited for, but refused (a named pipe,
 * a terminal); only /dev/stdin, /dev/fd/N and /proc/self/fd/N may be anything.
 */
int load_file(struct buf *to, const char *path, size_t most, struct fail *f);

/* The same for a reader piece by piece: a descriptor, which is yours to
 * close. */
int load_open(const char *path, struct fail *f);

#endif
