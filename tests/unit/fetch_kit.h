/* One request of the client and its result, for tests. */
#ifndef TESTS_UNIT_FETCH_KIT_H
#define TESTS_UNIT_FETCH_KIT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "net/fetch.h"
#include "tests/unit/rawpeer.h"

struct call {
	struct fetch *fetch; /* NULL once it ended */
	int status, heads, ends, pieces;
	struct headers headers;
	struct buf body;
	struct fetch_end end;
	bool pause, cancel_on_head, cancel_on_data;
};

static inline void on_head(void *arg, struct fetch *ft,
			   const struct http_head *head)
{
	struct call *c = arg;

	assert_ptr_equal(c->fetch, ft);
	c->heads++;
	c->status = head->status;
	headers_clear(&c->headers);
	headers_copy(&c->headers, &head->headers);
	if (c->cancel_on_head) {
		fetch_cancel(ft);
		c->fetch = NULL;
	}
}

static inline bool on_data(void *arg, struct fetch *ft, struct span bytes)
{
	struct call *c = arg;

	assert_ptr_equal(c->fetch, ft);
	assert_int_equal(c->heads, 1);
	c->pieces++;
	buf_add_span(&c->body, bytes);
	if (c->cancel_on_data) {
		fetch_cancel(ft);
		c->fetch = NULL;
	}
	return !c->pause;
}

static inline void on_end(void *arg, struct fetch *ft,
			  const struct fetch_end *end)
{
	struct call *c = arg;

	assert_ptr_equal(c->fetch, ft);
	c->ends++;
	c->end = *end;
	c->fetch = NULL;
	fetch_cancel(ft); /* allowed, and without effect */
	fetch_resume(ft);
}

static const struct fetch_handler call_handler = { on_head, on_data, on_end };

#ifndef WORLD_HOST
#define WORLD_HOST "127.0.0.1"
#endif

struct world {
	struct loop *loop;
	struct fetcher *fetcher;
	struct rawserver server;
	char origin[64];
};

static inline void world_open(struct world *w)
{
	memset(w, 0, sizeof(*w));
	assert_int_equal(loop_new(&w->loop, NULL), 0);
	assert_int_equal(fetcher_new(&w->fetcher, w->loop, NULL), 0);
	rawserver_open(&w->server, w->loop);
	snprintf(w->origin, sizeof(w->origin), "http://" WORLD_HOST ":%u",
		 w->server.port);
}

static inline void world_close(struct world *w)
{
	fetcher_free(w->fetcher);
	rawserver_close(&w->server);
	loop_free(w->loop);
}

static inline void call_open(struct call *c, struct world *w,
			     const struct fetch_request *r)
{
	struct fail f = FAIL_INIT;

	memset(c, 0, sizeof(*c));
	buf_init(&c->body, BUF_NO_LIMIT);
	assert_int_equal(
		fetch_start(&c->fetch, w->fetcher, r, &call_handler, c, &f), 0);
	assert_int_equal(c->ends + c->heads, 0);
}

static inline void call_close(struct call *c)
{
	if (c->fetch)
		fetch_cancel(c->fetch);
	headers_clear(&c->headers);
	buf_clear(&c->body);
}

static inline struct fetch_request get(struct world *w)
{
	struct fetch_request r = { .origin = w->origin,
				   .method = "GET",
				   .target = "/x" };

	return r;
}

#endif
