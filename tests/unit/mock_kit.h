/*
 * A mock with a log and a client on one loop, for tests. A test waits for
 * events: every event stops the loop, and the test checks whether it has what
 * it waits for. A guard ends a test that would wait for ever.
 */
#ifndef TESTS_MOCK_KIT_H
#define TESTS_MOCK_KIT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "mockupstream/mock.h"
#include "net/fetch.h"

enum { KIT_GUARD_S = 20, KIT_LOG_BYTES = 256 << 20 };

struct kit {
	struct loop *loop;
	struct mock *mock;
	struct fetcher *fetcher;
	struct wlog log;
	struct loop_timer guard;
	char origin[64];
	bool guarded;
};

struct client {
	struct kit *kit;
	struct fetch *fetch;
	int status;
	struct headers headers;
	struct buf body;
	struct fetch_end end; /* end.end is END_OPEN until it has ended */
	bool pausing; /* stops reading after one piece, until resumed */
};

static inline struct wlog *kit_log_for(void *arg, uint64_t run)
{
	struct kit *k = arg;

	(void)run;
	return &k->log;
}

static inline void kit_on_entry(void *arg, const struct wlog_entry *e)
{
	struct kit *k = arg;

	(void)e;
	loop_stop(k->loop);
}

static inline void kit_on_guard(void *arg)
{
	struct kit *k = arg;

	k->guarded = true;
	loop_stop(k->loop);
}

static inline struct kit *kit_new(const char *key, size_t body_limit,
				  bool log_bytes)
{
	struct kit *k = calloc(1, sizeof(*k));
	struct mock_config config = {
		.serve = { .host = "127.0.0.1", .body_limit = body_limit },
		.sink = { .log_for = kit_log_for,
			  .on_entry = kit_on_entry,
			  .arg = k,
			  .zero = loop_now() },
		.log_bytes = log_bytes,
		.key = key,
	};

	wlog_init(&k->log, KIT_LOG_BYTES);
	assert_int_equal(loop_new(&k->loop, NULL), 0);
	assert_int_equal(mock_new(&k->mock, k->loop, &config, NULL), 0);
	assert_int_equal(fetcher_new(&k->fetcher, k->loop, NULL), 0);
	snprintf(k->origin, sizeof(k->origin), "http://127.0.0.1:%u",
		 mock_port(k->mock));
	loop_timer_set(k->loop, &k->guard, loop_now() + KIT_GUARD_S * TICK_S,
		       kit_on_guard, k);
	return k;
}

static inline int kit_set_up(void **state)
{
	*state = kit_new(NULL, 1 << 20, true);
	return 0;
}

static inline int kit_tear_down(void **state)
{
	struct kit *k = *state;

	fetcher_free(k->fetcher);
	mock_free(k->mock);
	loop_timer_clear(k->loop, &k->guard);
	loop_free(k->loop);
	wlog_clear(&k->log);
	free(k);
	return 0;
}

/* Runs the loop until the next event. */
static inline void kit_turn(struct kit *k)
{
	loop_run(k->loop);
	if (k->guarded)
		fail_msg("it did not happen");
}

#define KIT_UNTIL(k, condition) \
	while (!(condition)) \
	kit_turn(k)

static inline struct rules *kit_rules(const char *upstream)
{
	struct rules *rules = NULL;
	struct json *j = NULL;
	struct fail f = FAIL_INIT;

	if (json_parse(&j, "rules", span_of(upstream), &f) < 0 ||
	    rules_read(&rules, j, j->root, ".", &f) < 0)
		fail_msg("%s", f.text);
	json_free(j);
	return rules;
}

/* Rules with one rule "u1" that always plays this annotated stream. */
static inline struct rules *kit_stream(const char *events)
{
	struct buf text = BUF_INIT(1 << 20);
	struct rules *rules;

	buf_add_text(&text, "{\"u1\":{\"reply\":{\"events\":");
	jscan_quote(&text, span_of(events));
	buf_add_text(&text, "}}}");
	rules = kit_rules(buf_str(&text));
	buf_clear(&text);
	return rules;
}

/* ---- the client ---- */

static inline void client_on_head(void *arg, struct fetch *ft,
				  const struct http_head *head)
{
	struct client *c = arg;

	(void)ft;
	c->status = head->status;
	headers_copy(&c->headers, &head->headers);
	loop_stop(c->kit->loop);
}

static inline bool client_on_data(void *arg, struct fetch *ft,
				  struct span bytes)
{
	struct client *c = arg;

	(void)ft;
	buf_add_span(&c->body, bytes);
	loop_stop(c->kit->loop);
	return !c->pausing;
}

static inline void client_on_end(void *arg, struct fetch *ft,
				 const struct fetch_end *end)
{
	struct client *c = arg;

	(void)ft;
	c->fetch = NULL;
	c->end = *end;
	loop_stop(c->kit->loop);
}

static const struct fetch_handler client_handler = {
	.on_head = client_on_head,
	.on_data = client_on_data,
	.on_end = client_on_end,
};

struct client_ask {
	const char *method, *target; /* NULL: POST /v1/messages */
	const char *body; /* NULL: none */
	const char *headers[8]; /* name, value, ...; NULL: the usual */
	bool decompress;
};

static inline void client_send(struct client *c, struct kit *k,
			       const struct client_ask *ask)
{
	struct headers headers = { 0 };
	struct fetch_request r = {
		.origin = k->origin,
		.method = ask->method ? ask->method : "POST",
		.target = ask->target ? ask->target : "/v1/messages",
		.headers = &headers,
		.body = span_of(ask->body),
		.has_body = ask->body != NULL,
		.decompress = ask->decompress,
	};
	struct fail f = FAIL_INIT;

	for (size_t i = 0; i < 8 && ask->headers[i]; i += 2)
		headers_add_text(&headers, ask->headers[i],
				 ask->headers[i + 1]);
	if (!ask->headers[0]) {
		headers_add_text(&headers, "x-api-key", "key");
		headers_add_text(&headers, "anthropic-version", "2023-06-01");
	}
	*c = (struct client){ .kit = k,
			      .pausing = c->pausing,
			      .body = BUF_INIT(BUF_NO_LIMIT) };
	if (fetch_start(&c->fetch, k->fetcher, &r, &client_handler, c, &f) < 0)
		fail_msg("%s", f.text);
	headers_clear(&headers);
}

static inline void client_post(struct client *c, struct kit *k,
			       const char *body)
{
	client_send(c, k, &(struct client_ask){ .body = body });
}

static inline bool client_has(const struct client *c, const char *text)
{
	return span_find(buf_span(&c->body), span_of(text)) != SIZE_MAX;
}

static inline bool client_ended(const struct client *c)
{
	return c->end.end != END_OPEN;
}

static inline void client_clear(struct client *c)
{
	if (c->fetch)
		fetch_cancel(c->fetch);
	c->fetch = NULL;
	headers_clear(&c->headers);
	buf_clear(&c->body);
}

/* ---- the log ---- */

/* The n-th (from 0) entry of a kind, of an actor (NULL: any), or NULL. */
static inline const struct wlog_entry *kit_entry(const struct kit *k,
						 const char *actor,
						 enum wlog_kind kind, size_t n)
{
	for (size_t i = 0; i < k->log.count; i++) {
		const struct wlog_entry *e = &k->log.list[i];

		if (e->kind != kind || (actor && strcmp(e->actor, actor) != 0))
			continue;
		if (n-- == 0)
			return e;
	}
	return NULL;
}

static inline size_t kit_count(const struct kit *k, const char *actor,
			       enum wlog_kind kind)
{
	size_t n = 0;

	while (kit_entry(k, actor, kind, n))
		n++;
	return n;
}

#endif
