/* Wire logs written by hand, for tests of what reads them. */
#ifndef TESTS_MAKELOG_H
#define TESTS_MAKELOG_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "wire/log/wlog.h"

#define RUN 0xabcULL
#define RUN_MARK "[probe-0000000000000abc]"

static inline struct wlog_entry *put(struct wlog *w, const char *actor,
				     unsigned exchange, enum wlog_kind kind)
{
	return wlog_add(w, (tick_t)w->count * TICK_MS, RUN, actor, exchange,
			kind);
}

/* `head` is a whole HTTP head with LF line ends. */
static inline void put_request(struct wlog *w, const char *actor,
			       unsigned exchange, const char *head)
{
	struct http_head h = { .method = NULL };

	assert_true(http_request_read(span_of(head), &h, NULL) > 0);
	wlog_set_head(w, put(w, actor, exchange, WLOG_REQUEST), &h);
	http_head_clear(&h);
}

static inline void put_response(struct wlog *w, const char *actor,
				unsigned exchange, const char *head)
{
	struct http_head h = { .method = NULL };

	assert_true(http_response_read(span_of(head), &h, NULL) > 0);
	wlog_set_head(w, put(w, actor, exchange, WLOG_RESPONSE), &h);
	http_head_clear(&h);
}

static inline void put_bytes(struct wlog *w, const char *actor,
			     unsigned exchange, enum wlog_kind kind,
			     const char *bytes)
{
	wlog_set_bytes(w, put(w, actor, exchange, kind), span_of(bytes));
}

static inline void put_end(struct wlog *w, const char *actor, unsigned exchange,
			   enum stream_end end)
{
	put(w, actor, exchange, WLOG_END)->end = end;
}

static inline void put_text(struct wlog *w, const char *actor,
			    enum wlog_kind kind, const char *text)
{
	wlog_set_text(w, put(w, actor, 0, kind), "%s", text);
}

static inline void put_step(struct wlog *w, unsigned index, enum wlog_verb verb,
			    enum wlog_outcome outcome)
{
	put(w, "probe", 0, WLOG_STEP)->step = (struct wlog_step){
		.index = index, .verb = verb, .outcome = outcome
	};
}

#define STREAM_HEAD "HTTP/1.1 200 OK\ncontent-type: text/event-stream\n\n"
#define JSON_HEAD "HTTP/1.1 200 OK\ncontent-type: application/json\n\n"

/* A whole exchange whose answer is a stream, or JSON. */
static inline void put_stream(struct wlog *w, const char *actor,
			      const char *stream)
{
	put_request(w, actor, 1, "POST /v1/messages HTTP/1.1\n\n");
	put_response(w, actor, 1, STREAM_HEAD);
	put_bytes(w, actor, 1, WLOG_DATA, stream);
	put_end(w, actor, 1, END_CLEAN);
}

static inline void put_json(struct wlog *w, const char *actor, const char *body)
{
	put_request(w, actor, 1, "POST /v1/messages HTTP/1.1\n\n");
	put_response(w, actor, 1, JSON_HEAD);
	put_bytes(w, actor, 1, WLOG_DATA, body);
	put_end(w, actor, 1, END_CLEAN);
}

#endif
