/*
 * A pass-through: sends requests up and answers down, unchanged and without
 * delay, and tells a watcher of them. It is no HTTP proxy: the client is given
 * its address instead of the gateway's.
 */
#ifndef PROBE_PASS_PASS_H
#define PROBE_PASS_PASS_H

#include "net/fetch.h"
#include "net/serve/serve.h"
#include "probe/pass/copy.h"

#define PASS_BODY_LIMIT ((size_t)40 * 1024 * 1024) /* of a request */
#define PASS_CONNECTIONS 64

struct passing;

/* The watcher's callbacks. Any may be NULL. */
struct pass_watch {
	/* The head of a request was read. To refuse it with 503, return a text;
	 * NULL lets it pass. */
	const char *(*on_head)(void *arg, struct passing *p);
	/* The request was read to its end, and is sent up next. */
	void (*on_request)(void *arg, struct passing *p);
	/* The answer's head is in p->head. */
	void (*on_answer)(void *arg, struct passing *p);
	/* A piece of the answer's body, as it arrived. */
	void (*on_piece)(void *arg, struct passing *p, struct span bytes);
	/* The exchange is over: p->end, p->text and p->own say how. */
	void (*on_over)(void *arg, struct passing *p);
};

/* The `arg` of a server with pass_handler; it has to outlive that server. */
struct pass {
	struct fetcher *fetcher;
	const char *origin; /* where requests go */
	const char *peer; /* what messages call it: "gateway" */
	const char *proxy; /* or NULL */
	struct fetch_tls tls;
	const struct pass_watch *watch;
	void *arg;
	bool copies; /* p->copy is filled */
	/* each request gets a connection of its own, because a kept one that
	 * the gateway happens to close says nothing about the gateway */
	bool fresh;
	bool over; /* the program ends, and cuts off what is under way */
};

struct passing {
	struct pass *pass;
	void *mine; /* of the watcher */
	struct visit *visit;
	struct fetch *fetch; /* NULL: none is under way */
	struct http_head head; /* of the answer; status 0: none came */
	struct copy copy;
	bool paused; /* the client reads more slowly than bytes arrive */
	tick_t began, head_at, ended; /* 0: not yet */
	enum stream_end end; /* of the answer */
	char text[256]; /* what happened; "" if clean */
	const char *own; /* why the answer is ours; NULL: the gateway's */
};

extern const struct serve_handler pass_handler;

/* Is it 127.x.x.x or ::1? */
bool pass_is_loopback(const char *host);

#endif
