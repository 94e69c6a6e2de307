/*
 * A connection with TLS that a fetch has made, for bytes that are no request of
 * its. Reading and writing do not block.
 */
#ifndef NET_LINE_H
#define NET_LINE_H

#include <stddef.h>
#include <sys/types.h>

#include "net/fetch.h"

struct line; /* not to outlive the fetcher */

/* Takes the connection over, in on_end of a fetch that was asked to `keep` it
 * and has ended clean; otherwise it is closed then. */
struct line *line_of(struct fetch *ft);
void line_free(struct line *n); /* hangs up */

/* To be watched. What was read ahead is not seen there: read until there is
 * nothing. */
int line_fd(const struct line *n);

/* As recv() and send(): -1 with EAGAIN, or with what the system says of a
 * connection that is broken. 0: the peer has closed. */
ssize_t line_recv(struct line *n, void *to, size_t len);
ssize_t line_send(struct line *n, const void *from, size_t len);

#endif
