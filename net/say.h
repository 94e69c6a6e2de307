/* Lines on stderr from programs that serve: each is one write(), so that lines
 * of several threads do not mix. */
#ifndef NET_SAY_H
#define NET_SAY_H

#include "wire/log/access.h"

/* The line with its newline. A line that cannot be written is lost: a full disk
 * must not stop the program. */
void say_line(struct span line);

/* Logs a request that is over now; fills in at_ms. Format off: nothing. */
void say_access(const struct access *a, enum access_format format);

#endif
