/* A server that records what happens, for tests. */
#ifndef TESTS_UNIT_SERVE_KIT_H
#define TESTS_UNIT_SERVE_KIT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "net/serve/serve.h"
#include "tests/unit/rawpeer.h"

struct site {
	struct loop *loop;
	struct serve *serve;
	struct visit *visit; /* the last one; NULL once it is done */
	void (*head)(struct visit *v); /* what to do, or NULL */
	void (*request)(struct visit *v);
	void (*room)(struct visit *v);
	int heads, requests, rooms, hangups, dones;
	enum stream_end hangup, done;
	size_t body_len;
	bool too_large;
	uint64_t connection;
};

static inline void site_on_head(void *arg, struct visit *v)
{
	struct site *s = arg;

	s->heads++;
	s->visit = v;
	if (s->head)
		s->head(v);
}

static inline void site_on_request(void *arg, struct visit *v)
{
	struct site *s = arg;

	s->requests++;
	s->body_len = visit_body(v).len;
	s->too_large = visit_too_large(v);
	s->connection = visit_connection(v);
	if (s->request)
		s->request(v);
}

static inline void site_on_room(void *arg, struct visit *v)
{
	struct site *s = arg;

	s->rooms++;
	if (s->room)
		s->room(v);
}

static inline void site_on_hangup(void *arg, struct visit *v,
				  enum stream_end end)
{
	struct site *s = arg;

	assert_ptr_equal(s->visit, v);
	s->hangups++;
	s->hangup = end;
}

static inline void site_on_done(void *arg, struct visit *v, enum stream_end end)
{
	struct site *s = arg;

	s->dones++;
	s->done = end;
	if (s->visit == v)
		s->visit = NULL;
}

static const struct serve_handler site_handler = { .on_head = site_on_head,
						   .on_request =
							   site_on_request,
						   .on_room = site_on_room,
						   .on_hangup = site_on_hangup,
						   .on_done = site_on_done };

static inline void site_open_with(struct site *s, struct serve_config c)
{
	memset(s, 0, sizeof(*s));
	c.host = "127.0.0.1";
	assert_int_equal(loop_new(&s->loop, NULL), 0);
	assert_int_equal(
		serve_new(&s->serve, s->loop, &c, &site_handler, s, NULL), 0);
}

static inline void site_open(struct site *s)
{
	site_open_with(s, (struct serve_config){ .body_limit = 40 << 20 });
}

static inline void site_close(struct site *s)
{
	serve_free(s->serve);
	loop_free(s->loop);
}

static inline void site_call(struct site *s, struct rawpeer *p,
			     const char *text)
{
	rawpeer_connect(p, s->loop, serve_port(s->serve));
	rawpeer_text(p, text);
}

#define GET "GET /x HTTP/1.1\r\nHost: h\r\n\r\n"

/* The bytes after the head. */
static inline const char *body_of(const struct rawpeer *p)
{
	size_t at = span_find(buf_span(&p->in), span_of("\r\n\r\n"));

	return at == SIZE_MAX ? "" : buf_str(&p->in) + at + 4;
}

static inline void answer_ok(struct visit *v)
{
	visit_answer(v, 200, NULL, span_of("hello"));
}

static inline void send_body(struct rawpeer *p, size_t len)
{
	char head[128];
	char *bytes = malloc(len);

	memset(bytes, 'b', len);
	snprintf(head, sizeof(head),
		 "POST /x HTTP/1.1\r\nHost: h\r\nContent-Length: %zu\r\n\r\n",
		 len);
	rawpeer_text(p, head);
	rawpeer_send(p, bytes, len);
	free(bytes);
}

#endif
