/* Sends requests to the provider of mockupstream/dialects, and reads its
 * answers. */
#ifndef TESTS_UNIT_PROVIDER_KIT_H
#define TESTS_UNIT_PROVIDER_KIT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "mockupstream/dialects/anthropic.h"
#include "mockupstream/reply.h"
#include "wire/http/sse.h"
#include "wire/json/jscan.h"

static struct anthropic provider;
static uint64_t number;
static const char *beta; /* the anthropic-beta of requests; NULL: none */
static enum safeguards safeguards; /* as a script sets them */
static const char *version = "2023-06-01"; /* NULL: no such header */
static const char *authorization; /* NULL: none */
static bool too_large; /* the body was too large to be kept */
static enum threads threads; /* as a script sets them */
static const char *account; /* the account of the key in requests; NULL: none */
static bool strict;
static tick_t now;

struct said {
	struct reply reply;
	struct buf text; /* the body, or the stream's bytes */
	struct jval root; /* of the body */
};

static inline void say(struct said *s, const char *method, const char *target,
		       const char *key, const char *body)
{
	struct http_head head = { .method = strdup(method),
				  .target = strdup(target),
				  .minor = 1 };
	struct span path = span_of(head.target);
	struct anthropic_request r = { .head = &head,
				       .body = span_of(body),
				       .number = ++number,
				       .too_large = too_large,
				       .now = now,
				       .strict = strict,
				       .safeguards = safeguards,
				       .threads = threads,
				       .account = account };

	r.path = span_first(path, span_find_byte(path, '?'));
	if (key)
		headers_add_text(&head.headers, "x-api-key", key);
	if (authorization)
		headers_add_text(&head.headers, "Authorization", authorization);
	if (version)
		headers_add_text(&head.headers, "Anthropic-Version", version);
	if (beta)
		headers_add_text(&head.headers, "anthropic-beta", beta);
	*s = (struct said){ .text = BUF_INIT(1 << 24) };
	anthropic_answer(&provider, &r, &s->reply);
	if (s->reply.kind == REPLY_STREAM) {
		for (size_t i = 0; i < s->reply.script->count; i++)
			buf_add_span(&s->text, s->reply.script->steps[i].bytes);
	} else {
		buf_add(&s->text, s->reply.bytes, s->reply.len);
		assert_int_equal(jscan(buf_span(&s->text), &s->root, NULL), 0);
	}
	http_head_clear(&head);
}

static inline void ask(struct said *s, const char *body)
{
	say(s, "POST", "/v1/messages?beta=true", "k", body);
}

static inline void said_clear(struct said *s)
{
	reply_clear(&s->reply);
	buf_clear(&s->text);
}

static inline void assert_text(const struct said *s, const char *pointer,
			       const char *text)
{
	struct jval v;

	if (!jscan_find(s->root, span_of(pointer), &v) || v.type != J_STRING ||
	    !jscan_string_is(v, text))
		fail_msg("%s is not '%s' in %s", pointer, text,
			 buf_str(&s->text));
}

static inline int64_t number_at(const struct said *s, const char *pointer)
{
	struct jval v;
	int64_t n = -1;

	if (!jscan_find(s->root, span_of(pointer), &v) || !jscan_i64(v, &n))
		fail_msg("no number at %s in %s", pointer, buf_str(&s->text));
	return n;
}

/* Collects a stream's text, tool input and event names. */
static inline void read_stream(struct said *s, struct buf *names,
			       struct buf *text)
{
	struct sse sse;
	struct sse_event e;

	sse_init(&sse, 1 << 20);
	sse_feed(&sse, s->text.at, s->text.len);
	while (sse_next(&sse, &e) == SSE_EVENT) {
		struct jval root, v;

		assert_int_equal(jscan(e.data, &root, NULL), 0);
		assert_true(jscan_member(root, "type", &v));
		buf_add_span(names, span_first(e.name, 64));
		buf_add_byte(names, ' ');
		if (jscan_find(root, span_of("/delta/text"), &v) ||
		    jscan_find(root, span_of("/delta/partial_json"), &v))
			jscan_string(v, text);
	}
	sse_clear(&sse);
}

#endif
