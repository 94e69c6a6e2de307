/*
 * Keeps web pages from using the control port. The port has no credentials, so
 * any page in a browser of this machine could try: by a request of its own, or
 * by a name that it lets point here (DNS rebinding).
 */
#ifndef MOCK_CONTROL_GUARD_H
#define MOCK_CONTROL_GUARD_H

#include "wire/bytes/buf.h"
#include "wire/http/http.h"

struct control_names {
	const char *bound; /* the address it listens on, numeric */
	const char *const *list; /* other names of the port */
	size_t count;
};

/* Must the request be refused? Then `why` has the reason for its sender. */
bool control_guard(const struct http_head *head,
		   const struct control_names *names, struct buf *why);

#endif
