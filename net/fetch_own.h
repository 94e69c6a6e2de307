/*
 * A connection of our own: plain HTTP/1.1 on the loop. libcurl takes three
 * times as long for a request; it is used for all else (TLS, proxies, names).
 * All promises of net/fetch.h hold here, too.
 */
#ifndef NET_FETCH_OWN_H
#define NET_FETCH_OWN_H

#include "net/fetch_private.h"
#include "wire/http/chunked.h"

enum own_body {
	OWN_NO_BODY,
	OWN_COUNTED,
	OWN_CHUNKED,
	OWN_TO_THE_END, /* to the end of the connection */
};

struct own {
	struct fetcher *fetcher;
	struct own *next, **link; /* in fetcher->idle; NULL while it is used */
	struct fetch *fetch; /* NULL while it waits */
	struct loop_io io;
	struct loop_timer clock; /* until there is a connection */
	struct sockaddr_storage at;
	socklen_t at_len;
	tick_t since; /* since when it waits */
	int fd, error; /* error: of the system, when something failed */
	bool connected, used; /* used: a request was answered on it */

	enum own_body body;
	bool reusable; /* once the answer is over */
	bool coded; /* content codings are undone for the owner */
	uint64_t left;
	struct chunked chunked;
	struct buf held; /* bytes that came while the owner paused */
};

/* ---- fetch_own.c ---- */

/* Takes a kept connection, or begins a new one; nothing is sent yet. */
int fetch_own_open(struct fetch *ft, const struct fetch_origin *to,
		   struct fail *f);

/* ---- fetch_own_answer.c ---- */

enum fetch_own_step {
	FETCH_OWN_MORE, /* more is to come, or the owner pauses */
	FETCH_OWN_OVER, /* the answer is whole */
	FETCH_OWN_STOP, /* ft->end says why, or the owner cancelled */
};

/* Takes bytes that came in. Those that the owner does not want yet are held. */
enum fetch_own_step fetch_own_take(struct own *o, struct span bytes);
/* Nothing more will come, because of o->error if that is set. */
enum fetch_own_step fetch_own_close(struct own *o);

#endif
