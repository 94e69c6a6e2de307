/* All of some bytes into a file. */
#ifndef WIRE_BYTES_PUT_H
#define WIRE_BYTES_PUT_H

#include "wire/bytes/span.h"

/* Goes on after a short write and after a signal. -1 with errno: not all of
 * them are there. */
int put_bytes(int fd, struct span bytes);

#endif
