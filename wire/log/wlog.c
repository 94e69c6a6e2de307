/* The wire log in memory: its entries own their content, and it counts the
 * bytes. */
#include "wire/log/wlog.h"

#include <assert.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "wire/bytes/mem.h"
#include "wire/bytes/shared.h"

/* A body of this many bytes or more may be kept once for several entries. */
enum { SHARED_BYTES = 1024 };

const char *wlog_kind_name(enum wlog_kind kind)
{
	static const char *const names[] = {
		[WLOG_REQUEST] = "request",   [WLOG_BODY] = "body",
		[WLOG_RESPONSE] = "response", [WLOG_DATA] = "data",
		[WLOG_END] = "end",           [WLOG_MARK] = "mark",
		[WLOG_STEP] = "step",         [WLOG_NOTE] = "note",
		[WLOG_USER] = "user",
	};

	return names[kind];
}

void wlog_init(struct wlog *w, size_t bytes_limit)
{
	*w = (struct wlog){ .bytes_limit = bytes_limit };
}

static void entry_clear(struct wlog_entry *e)
{
	free(e->method);
	free(e->target);
	free(e->reason);
	free(e->text);
	shared_drop(&e->bytes, &e->shared);
	headers_clear(&e->headers);
}

void wlog_clear(struct wlog *w)
{
	for (size_t i = 0; i < w->count; i++)
		entry_clear(&w->list[i]);
	free(w->list);
	wlog_init(w, w->bytes_limit);
}

struct wlog_entry *wlog_add(struct wlog *w, tick_t at, uint64_t run,
			    const char *actor, unsigned exchange,
			    enum wlog_kind kind)
{
	struct wlog_entry *e;

	w->list = mem_room(w->list, w->count, &w->cap, sizeof(*w->list));
	e = &w->list[w->count++];
	*e = (struct wlog_entry){
		.at = at, .run = run, .exchange = exchange, .kind = kind
	};
	snprintf(e->actor, sizeof(e->actor), "%s", actor);
	return e;
}

static size_t text_bytes(const char *text)
{
	return text != NULL ? strlen(text) : 0;
}

/* Takes over `text`, which is short and written by us: it is kept even at the
 * limit. */
static void put_text(struct wlog *w, struct wlog_entry *e, char *text)
{
	w->bytes -= text_bytes(e->text);
	free(e->text);
	e->text = text;
	w->bytes += text_bytes(text);
}

void wlog_set_text(struct wlog *w, struct wlog_entry *e, const char *fmt, ...)
{
	va_list args;
	char *text;
	int len;

	va_start(args, fmt);
	len = vsnprintf(NULL, 0, fmt, args);
	va_end(args);
	assert(len >= 0);
	text = xmalloc((size_t)len + 1);
	va_start(args, fmt);
	vsnprintf(text, (size_t)len + 1, fmt, args);
	va_end(args);
	put_text(w, e, text);
}

/* Whether `more` bytes may be kept; says so in the log if not. */
static bool has_room(struct wlog *w, struct wlog_entry *e, size_t more,
		     const char *what)
{
	if (w->bytes <= w->bytes_limit && more <= w->bytes_limit - w->bytes)
		return true;
	w->full = true;
	if (e->text == NULL)
		wlog_set_text(w, e,
			      "left out, the log is full: %zu bytes of %s",
			      more, what);
	return false;
}

static struct wlog_entry *same_body(struct wlog *w, struct span bytes)
{
	for (size_t i = 0; i < WLOG_BODIES; i++) {
		struct wlog_entry *e;

		if (w->bodies[i] == 0)
			continue;
		e = &w->list[w->bodies[i] - 1];
		if (span_equal(span_make(e->bytes, e->len), bytes))
			return e;
	}
	return NULL;
}

static void share(struct wlog_entry *e, struct wlog_entry *with)
{
	e->shared = shared_hold(&with->shared);
	e->bytes = with->bytes;
}

/* Is this a body that is worth a comparison with others? */
static bool is_body(const struct wlog_entry *e, struct span bytes)
{
	return e->kind == WLOG_BODY && bytes.len >= SHARED_BYTES;
}

static void note_body(struct wlog *w, const struct wlog_entry *e)
{
	w->bodies[w->bodies_next++ % WLOG_BODIES] = (size_t)(e - w->list) + 1;
}

/* `from`: NULL, or what holds the bytes and may be taken over. */
static void put_bytes(struct wlog *w, struct wlog_entry *e, struct span bytes,
		      struct buf *from)
{
	struct wlog_entry *same = NULL;

	if (!has_room(w, e, bytes.len, "the body"))
		return;
	if (is_body(e, bytes))
		same = same_body(w, bytes);
	if (same)
		share(e, same);
	else if (from)
		e->bytes = xrealloc(buf_take(from, NULL), bytes.len + 1);
	else
		e->bytes = span_dup(bytes);
	e->len = bytes.len;
	w->bytes += e->len;
	if (is_body(e, bytes) && !same)
		note_body(w, e);
}

void wlog_set_bytes(struct wlog *w, struct wlog_entry *e, struct span bytes)
{
	char *old = e->bytes;
	unsigned *old_shared = e->shared;

	w->bytes -= e->len;
	e->bytes = NULL;
	e->shared = NULL;
	e->len = 0;
	put_bytes(w, e, bytes, NULL);
	shared_drop(&old, &old_shared); /* `bytes` may have been a part of it */
}

void wlog_take_bytes(struct wlog *w, struct wlog_entry *e, struct buf *from)
{
	assert(e->bytes == NULL);
	put_bytes(w, e, buf_span(from), from);
}

static size_t head_bytes(const struct wlog_entry *e)
{
	return text_bytes(e->method) + text_bytes(e->target) +
	       text_bytes(e->reason) + e->headers.bytes;
}

static void put_copy(char **to, const char *text)
{
	free(*to);
	*to = text != NULL ? xstrdup(text) : NULL;
}

/* At the limit the first line is kept, so that a trace stays readable. */
void wlog_set_head(struct wlog *w, struct wlog_entry *e,
		   const struct http_head *head)
{
	w->bytes -= head_bytes(e);
	put_copy(&e->method, head->method);
	put_copy(&e->target, head->target);
	put_copy(&e->reason, head->reason);
	e->status = head->status;
	e->minor = head->minor;
	headers_clear(&e->headers);
	w->bytes += head_bytes(e);
	if (!has_room(w, e, head->headers.bytes, "the header fields"))
		return;
	/* Cannot fail: they were within the same limits before. */
	headers_copy(&e->headers, &head->headers);
	w->bytes += e->headers.bytes;
}
