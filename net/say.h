/* Lines on stderr from programs that serve: each is one write, so that those of
 * several threads do not mix. */
#ifndef NET_SAY_H
#define NET_SAY_H

#include "wire/log/access.h"

/* The line with its newline. One that cannot be written is lost: a log must
 * not end what it tells about. */
void say_line(struct span line);

/* A request that is over, now; at_ms is filled in. Off: nothing. */
void say_access(const struct access *a, enum access_format format);

#endif
