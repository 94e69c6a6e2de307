/*
 * A connection with TLS that a fetch has made, for a caller that sends its own
 * bytes over it. Reading and writing do not block.
 */
#ifndef NET_LINE_H
#define NET_LINE_H

#include <stddef.h>
#include <sys/types.h>

#include "net/fetch.h"

struct line; /* must not outlive the fetcher */

/* Takes the connection over, in on_end of a fetch that was started with `keep`
 * and has ended clean. If nobody takes it, it is closed after on_end. */
struct line *line_of(struct fetch *ft);
void line_free(struct line *n); /* hangs up */

/* The descriptor to watch. Bytes that were read ahead do not make it ready:
 * read until EAGAIN. */
int line_fd(const struct line *n);

/* As recv() and send(): -1 with EAGAIN, or with the error of a broken
 * connection. 0: the peer has closed. */
ssize_t line_recv(struct line *n, void *to, size_t len);
ssize_t line_send(struct line *n, const void *from, size_t len);

#endif
