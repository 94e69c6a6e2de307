/* A whole file in memory. */
#ifndef WIRE_BYTES_LOAD_H
#define WIRE_BYTES_LOAD_H

#include "wire/bytes/buf.h"
#include "wire/bytes/fail.h"

/*
 * Appends the content of a file, at most `most` bytes. FAIL_LIMIT: the file is
 * larger; FAIL_SYSTEM: it cannot be read. The message begins with the path. A
 * file that is not regular (a named pipe, a terminal) is refused, not waited
 * for; only /dev/stdin, /dev/fd/N and /proc/self/fd/N may be of any kind.
 */
int load_file(struct buf *to, const char *path, size_t most, struct fail *f);

/* Opens a file by the same rules. Gives a descriptor, which is yours to close,
 * or -1. */
int load_open(const char *path, struct fail *f);

#endif
