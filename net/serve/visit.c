/* A visit as its owner sees it: the request, and the answer that the owner
 * gives. */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "net/serve/serve_private.h"
#include "wire/bytes/mem.h"

/* ---- life ---- */

struct visit *visit_new(struct conn *c, struct http_head *head)
{
	struct visit *v = xcalloc(1, sizeof(*v));

	v->serve = c->serve;
	v->conn = c;
	v->connection = c->number;
	v->began = loop_now();
	v->head = *head;
	v->is_head = strcmp(v->head.method, "HEAD") == 0;
	*head = (struct http_head){ .method = NULL };
	buf_init(&v->body, c->serve->config.body_limit);
	c->visit = v;
	return v;
}

void visit_list(struct visit *v)
{
	struct serve *s = v->serve;

	v->listed = true;
	v->next = s->visits;
	v->link = &s->visits;
	if (v->next)
		v->next->link = &v->next;
	s->visits = v;
	s->visits_count++;
}

static void visit_unlist(struct visit *v)
{
	*v->link = v->next;
	if (v->next)
		v->next->link = v->link;
	v->serve->visits_count--;
	v->listed = false;
}

/* Frees a visit; on_done is not called. */
static void visit_free(struct visit *v)
{
	if (v->listed)
		visit_unlist(v);
	if (v->conn)
		v->conn->visit = NULL;
	loop_timer_clear(v->serve->loop, &v->later);
	v->full = false; /* on_room is not called for it any more */
	visit_queue_drop(v);
	http_head_clear(&v->head);
	headers_clear(&v->headers);
	buf_clear(&v->body);
	free(v);
}

void visit_done(struct visit *v)
{
	const struct serve_handler *h = v->serve->handler;

	visit_unlist(v);
	if (h->on_done)
		h->on_done(v->serve->arg, v, v->ended);
	visit_free(v);
}

void visit_off_wire(struct visit *v, enum stream_end ended)
{
	if (v->conn)
		v->conn->visit = NULL;
	v->conn = NULL;
	v->ended = ended;
	if (!v->listed)
		visit_free(v);
	else if (ended != END_CLEAN || v->finished || v->cut != END_OPEN)
		visit_done(v);
	/* Otherwise the answer was complete by its length before the owner
	 * said so; the visit stays until visit_finish or visit_cut. */
}

static void on_later(void *arg)
{
	visit_done(arg);
}

/* Carries out what the owner has just decided, in a later turn of the loop. */
static void visit_decided(struct visit *v)
{
	if (v->ended != END_OPEN)
		loop_timer_set(v->serve->loop, &v->later, 0, on_later, v);
	else
		conn_soon(v->conn);
}

/* ---- the request ---- */

const struct http_head *visit_head(const struct visit *v)
{
	return &v->head;
}

struct span visit_path(const struct visit *v)
{
	struct span target = span_of(v->head.target);

	/* "http://host/path" is the same as "/path" (RFC 9112, 3.2.2). */
	if (span_starts(target, "http://")) {
		target = span_skip(target, 7);
		target = span_skip(target, span_find_byte(target, '/'));
	}
	return span_first(target, span_find_byte(target, '?'));
}

struct span visit_body(const struct visit *v)
{
	return buf_span(&v->body);
}

void visit_take_body(struct visit *v, struct buf *out)
{
	*out = v->body;
	buf_init(&v->body, out->limit);
}

bool visit_too_large(const struct visit *v)
{
	return v->too_large;
}

uint64_t visit_connection(const struct visit *v)
{
	return v->connection;
}

tick_t visit_began(const struct visit *v)
{
	return v->began;
}

void visit_set(struct visit *v, void *mine)
{
	v->mine = mine;
}

void *visit_get(const struct visit *v)
{
	return v->mine;
}

/* ---- the queue ---- */

size_t visit_queued(const struct visit *v)
{
	return v->queued;
}

/* Can nothing more be sent? The client has left, or the answer has its end. */
static bool is_over(const struct visit *v)
{
	return v->gone || v->ended != END_OPEN || v->cut != END_OPEN ||
	       v->finished;
}

/* ---- the answer ---- */

bool visit_has_answer(const struct visit *v)
{
	return v->status != 0 || v->raw || v->cut != END_OPEN;
}

bool visit_is_bodyless(const struct visit *v)
{
	return v->is_head || v->status == 204 || v->status == 304;
}

static bool is_framing(const char *name)
{
	struct span s = span_of(name);

	return span_is_nocase(s, "content-length") ||
	       span_is_nocase(s, "transfer-encoding") ||
	       span_is_nocase(s, "connection");
}

void visit_begin(struct visit *v, int status, const struct headers *headers,
		 uint64_t length)
{
	size_t i;

	assert(status >= 100 && status <= 999);
	assert(v->status == 0 && !v->raw);
	if (is_over(v))
		return;
	v->status = status;
	v->length = length;
	for (i = 0; headers && i < headers->count; i++)
		if (!is_framing(headers->list[i].name))
			(void)headers_add_text(&v->headers,
					       headers->list[i].name,
					       headers->list[i].value);
	conn_soon(v->conn);
}

/* How many of the bytes fit into the announced length. */
static size_t accept_bytes(struct visit *v, size_t len)
{
	if (v->length != VISIT_CHUNKED && len > v->length - v->accepted)
		len = (size_t)(v->length - v->accepted);
	v->accepted += len;
	return len;
}

bool visit_send(struct visit *v, const void *bytes, size_t len)
{
	if (is_over(v))
		return true;
	assert(v->status != 0);
	len = accept_bytes(v, len);
	if (len == 0 || visit_is_bodyless(v))
		return !v->full;
	visit_queue_add(v, bytes, len);
	conn_soon(v->conn);
	return visit_has_room(v);
}

void visit_join(struct visit *v)
{
	v->joins = true;
}

static bool is_short(const struct visit *v)
{
	return v->length != VISIT_CHUNKED && v->accepted < v->length &&
	       !visit_is_bodyless(v);
}

void visit_finish(struct visit *v)
{
	if (v->gone || v->finished || v->cut != END_OPEN)
		return;
	assert(v->status != 0);
	if (is_short(v)) {
		visit_cut(v, END_CUT);
		return;
	}
	v->finished = true;
	visit_decided(v);
}

void visit_answer(struct visit *v, int status, const struct headers *headers,
		  struct span body)
{
	visit_begin(v, status, headers, body.len);
	(void)visit_send(v, body.at, body.len);
	visit_finish(v);
}

void visit_cut(struct visit *v, enum stream_end how)
{
	assert(how == END_CUT || how == END_RESET);
	if (v->gone || v->finished || v->cut != END_OPEN)
		return;
	v->cut = how;
	visit_decided(v);
}

bool visit_raw(struct visit *v, const void *bytes, size_t len)
{
	if (is_over(v))
		return true;
	assert(v->status == 0);
	v->raw = true;
	visit_queue_add(v, bytes, len);
	conn_soon(v->conn);
	return visit_has_room(v);
}
