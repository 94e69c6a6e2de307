/*
 * A pass-through: requests up, answers down, as they are and as they come.
 * Whoever uses it looks on. It is no proxy: its address stands in the place of
 * the gateway's.
 */
#ifndef PROBE_PASS_PASS_H
#define PROBE_PASS_PASS_H

#include "net/fetch.h"
#include "net/serve/serve.h"
#include "probe/pass/copy.h"

#define PASS_BODY_LIMIT ((size_t)40 * 1024 * 1024) /* of a request */
#define PASS_CONNECTIONS 64

struct passing;

/* Who looks on. Any may be NULL. */
struct pass_watch {
	/* The head of a request is in. A text refuses it, with 503. */
	const char *(*on_head)(void *arg, struct passing *p);
	/* It is whole, and goes up next. */
	void (*on_request)(void *arg, struct passing *p);
	/* The answer's head is in p->head. */
	void (*on_answer)(void *arg, struct passing *p);
	/* A piece of its body, as it came. */
	void (*on_piece)(void *arg, struct passing *p, struct span bytes);
	/* It is over: p->end, p->text, p->own. */
	void (*on_over)(void *arg, struct passing *p);
};

/* The `arg` of a server with pass_handler; it outlives that. */
struct pass {
	struct fetcher *fetcher;
	const char *origin; /* where requests go */
	const char *peer; /* what that is for who reads: "gateway" */
	const char *proxy; /* or NULL */
	struct fetch_tls tls;
	const struct pass_watch *watch;
	void *arg;
	bool copies; /* p->copy is filled */
	bool fresh; /* each request has a connection of its own: a kept one that
		       the gateway closes at that moment is no news of it */
	bool over; /* the program ends: what is under way is cut off */
};

struct passing {
	struct pass *pass;
	void *mine; /* of who looks on */
	struct visit *visit;
	struct fetch *fetch; /* NULL: none is under way */
	struct http_head head; /* of the answer; status 0: none came */
	struct copy copy;
	bool paused; /* the client reads more slowly than we get */
	tick_t began, head_at, ended; /* 0: not yet */
	enum stream_end end; /* of the answer, for who reads it */
	char text[256]; /* what happened; "" if clean */
	const char *own; /* the answer is ours: why; NULL: the gateway's */
};

extern const struct serve_handler pass_handler;

/* "127.0.0.1" and the like. */
bool pass_is_loopback(const char *host);

#endif
