/*
 * Who may use the control port. It has no credentials, so that any page in a
 * browser of this machine could try: by a request of its own, or by a name that
 * it lets point here (DNS rebinding).
 */
#ifndef MOCK_CONTROL_GUARD_H
#define MOCK_CONTROL_GUARD_H

#include "wire/bytes/buf.h"
#include "wire/http/http.h"

struct control_names {
	const char *bound; /* the address it listens on, numeric */
	const char *const *list; /* other names it may be called by */
	size_t count;
};

/* Is it to be refused? Then `why` says so, for its sender. */
bool control_guard(const struct http_head *head,
		   const struct control_names *names, struct buf *why);

#endif
