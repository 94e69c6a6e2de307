/* Bytes for people: on one line, safe on a terminal. */
#ifndef WIRE_BYTES_PRINT_H
#define WIRE_BYTES_PRINT_H

#include "wire/bytes/buf.h"

/* Appends bytes on one line: what is not printable text is escaped, and after
 * about `most` bytes the length is told. */
void print_bytes(struct span bytes, size_t most, struct buf *out);

#endif
