/* Writes all of some bytes to a descriptor. */
#ifndef WIRE_BYTES_PUT_H
#define WIRE_BYTES_PUT_H

#include "wire/bytes/span.h"

/* Goes on after a short write and after a signal. -1 with errno: not all bytes
 * were written. */
int put_bytes(int fd, struct span bytes);

#endif
