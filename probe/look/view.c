/* Makes exchanges with bodies and events out of the entries of a log. */
#include "probe/look/view_private.h"

#include <stdlib.h>
#include <string.h>

#include "wire/bytes/mem.h"
#include "wire/http/chunked.h"
#include "wire/http/decode.h"
#include "wire/http/hop.h"
#include "wire/log/actor.h"

#define EVENT_LIMIT ((size_t)32 * 1024 * 1024)

/* ---- exchanges ---- */

static struct exchange *exchange_of(struct view *v, size_t *cap,
				    const struct wlog_entry *e)
{
	struct exchange *x;

	for (size_t i = v->count; i > 0; i--) {
		x = &v->list[i - 1];
		if (x->number == e->exchange && strcmp(x->actor, e->actor) == 0)
			return x;
	}
	v->list = mem_room(v->list, v->count, cap, sizeof(*v->list));
	x = &v->list[v->count++];
	*x = (struct exchange){
		.actor = e->actor,
		.number = e->exchange,
		.request_body = SPAN_EMPTY,
		.body = BUF_INIT(VIEW_BODY_LIMIT),
		.extra = BUF_INIT(VIEW_BODY_LIMIT),
		.plain = BUF_INIT(VIEW_BODY_LIMIT),
		.end = END_OPEN,
		.end_text = "",
		.began = e->at,
		.head_at = TICK_NEVER,
		.first_byte_at = TICK_NEVER,
		.ended_at = TICK_NEVER,
	};
	return x;
}

static void take_data(struct exchange *x, const struct wlog_entry *e)
{
	struct span bytes = span_make(e->bytes, e->len);

	if (x->first_byte_at == TICK_NEVER)
		x->first_byte_at = e->at;
	if (e->len > 0)
		buf_add_span(&x->body,
			     span_first(bytes, x->body.limit - x->body.len));
	if ((x->pieces & (x->pieces - 1)) == 0) /* the array is full at powers
						   of two */
		x->arrivals = xrealloc(x->arrivals,
				       (x->pieces > 0 ? x->pieces * 2 : 1) *
					       sizeof(*x->arrivals));
	x->arrivals[x->pieces++] = (struct arrival){ x->body.len, e->at };
}

static void take(struct exchange *x, const struct wlog_entry *e)
{
	switch (e->kind) {
	case WLOG_REQUEST:
		x->request = e;
		break;
	case WLOG_BODY:
		x->request_body = span_make(e->len > 0 ? e->bytes : "", e->len);
		break;
	case WLOG_RESPONSE:
		x->response = e;
		x->head_at = e->at;
		break;
	case WLOG_DATA:
		take_data(x, e);
		break;
	case WLOG_END:
		x->end = e->end;
		x->end_text = e->text != NULL ? e->text : "";
		x->stage = e->stage;
		x->ended_at = e->at;
		break;
	case WLOG_NOTE:
		if (e->len > 0)
			buf_add(&x->extra, e->bytes, e->len);
		break;
	default:
		break;
	}
}

static bool is_exchange(const struct wlog_entry *e, uint64_t run)
{
	return e->run == run && e->exchange > 0 &&
	       (e->actor[0] == 'c' || e->actor[0] == 'u') &&
	       (e->kind <= WLOG_END ||
		(e->kind == WLOG_NOTE && e->actor[0] == 'c'));
}

/* ---- content ---- */

/* Joins a field that is on several lines. */
static void codings_of(const struct exchange *x, struct buf *out)
{
	if (x->response != NULL)
		(void)headers_join(&x->response->headers, "content-encoding",
				   out);
}

/* Decodes the body. After this, an arrival's `end` counts decoded bytes. */
static int undo(struct exchange *x, struct span codings, struct fail *f)
{
	struct decode *d = NULL;
	size_t from = 0;
	int rc = 0;

	if (decode_new(&d, codings, f) < 0)
		return -1;
	for (size_t i = 0; i < x->pieces && rc == 0; i++) {
		size_t end = x->arrivals[i].end;
		struct span piece = span_skip(buf_span(&x->body), from);

		rc = decode_add(d, span_first(piece, end - from), &x->plain, f);
		x->arrivals[i].end = x->plain.len;
		from = end;
	}
	decode_free(d);
	return rc;
}

/* An answer that a script wrote as raw bytes includes its chunk headers. */
static bool is_framed(const struct exchange *x)
{
	return x->actor[0] == 'u' && x->response != NULL &&
	       headers_has_token(&x->response->headers, "transfer-encoding",
				 "chunked");
}

static void read_chunks(struct exchange *x)
{
	struct chunked chunked = { .left = 0 };
	struct span in, piece;
	size_t from = 0;

	for (size_t i = 0; i < x->pieces; i++) {
		in = span_skip(buf_span(&x->body), from);
		in = span_first(in, x->arrivals[i].end - from);
		while (chunked_next(&chunked, &in, &piece))
			buf_add_span(&x->plain, piece);
		from = x->arrivals[i].end;
		x->arrivals[i].end = x->plain.len;
	}
	x->content = buf_span(&x->plain);
}

/* Decodes the body. If that fails, there is no content. */
static void read_content(struct exchange *x)
{
	struct buf codings = BUF_INIT(BUF_NO_LIMIT);
	struct fail f = FAIL_INIT;

	codings_of(x, &codings);
	x->content = buf_span(&x->body);
	if (x->body.len > 0 && decode_is_needed(buf_span(&codings))) {
		if (undo(x, buf_span(&codings), &f) < 0) {
			x->unreadable = xstrdup(f.text);
			buf_clear(&x->plain);
		}
		x->content = buf_span(&x->plain);
	} else if (is_framed(x)) {
		read_chunks(x);
	}
	buf_clear(&codings);
}

/* ---- events ---- */

static struct jval json_of(struct span text)
{
	struct jval root = { .type = J_NULL, .text = { NULL, 0 } };

	jscan(text, &root, NULL);
	return root;
}

static bool is_ping(const struct view_event *ev)
{
	struct jval type;

	if (ev->name_len > 0)
		return strcmp(ev->name, "ping") == 0;
	return ev->json.text.at != NULL &&
	       jscan_member(ev->json, "type", &type) &&
	       jscan_string_is(type, "ping");
}

struct view_reading {
	struct exchange *x;
	size_t cap;
	size_t arrival; /* that of the last offset */
};

/* When the byte before this offset was sent or received. */
static tick_t time_of(struct view_reading *r, uint64_t offset)
{
	const struct exchange *x = r->x;

	while (r->arrival < x->pieces && x->arrivals[r->arrival].end < offset)
		r->arrival++;
	return r->arrival < x->pieces ? x->arrivals[r->arrival].at : x->began;
}

/* Whether the client ignores the last event. */
static bool is_idle(const struct exchange *x)
{
	const struct view_event *last = &x->events[x->event_count - 1];
	const struct view_event *before = last - 1;

	if (last->data_len == strlen("[DONE]") &&
	    memcmp(last->data, "[DONE]", last->data_len) == 0)
		return true;
	return x->event_count > 1 && strcmp(last->name, "message_start") == 0 &&
	       strcmp(before->name, "message_start") == 0 &&
	       last->data_len == before->data_len &&
	       memcmp(last->data, before->data, last->data_len) == 0;
}

static void add_event(struct view_reading *r, const struct sse_event *from)
{
	struct exchange *x = r->x;
	struct view_event *ev;

	x->events = mem_room(x->events, x->event_count, &r->cap,
			     sizeof(*x->events));
	ev = &x->events[x->event_count++];
	*ev = (struct view_event){
		.name = span_dup(from->name),
		.data = span_dup(from->data),
		.name_len = from->name.len,
		.data_len = from->data.len,
		.at = time_of(r, from->end),
		.unterminated = from->unterminated,
		.event_lines = from->event_lines,
		.data_lines = from->data_lines,
		.newlines = from->newlines,
	};
	ev->json = json_of(span_make(ev->data, ev->data_len));
	ev->is_ping = is_ping(ev);
	ev->is_idle = is_idle(x);
	x->ping_count += ev->is_ping;
}

static bool add_step(struct view_reading *r, enum sse_step step,
		     const struct sse_event *ev)
{
	if (step == SSE_EVENT)
		add_event(r, ev);
	else if (step == SSE_COMMENT)
		r->x->comment_count++;
	return step == SSE_EVENT || step == SSE_COMMENT;
}

static void read_events(struct exchange *x)
{
	struct view_reading r = { .x = x };
	struct sse_event ev;
	struct sse sse;

	sse_init(&sse, EVENT_LIMIT);
	sse_feed(&sse, x->content.at, x->content.len);
	while (add_step(&r, sse_next(&sse, &ev), &ev))
		;
	/* An open stream may still get the blank line that ends its last
	 * event. */
	while (x->end != END_OPEN && add_step(&r, sse_finish(&sse, &ev), &ev))
		;
	sse_clear(&sse);
}

/* ---- the view ---- */

static bool is_stream(const struct exchange *x)
{
	if (x->response == NULL)
		return false;
	return hop_is_stream(&x->response->headers) || x->is_framed ||
	       (x->response->status == 200 &&
		span_starts(x->content, "event: message_start"));
}

void view_of(struct view *v, const struct wlog *log, uint64_t run)
{
	size_t cap = 0;

	*v = (struct view){ .run = run, .log = log };
	for (size_t i = 0; i < log->count; i++)
		if (is_exchange(&log->list[i], run))
			take(exchange_of(v, &cap, &log->list[i]),
			     &log->list[i]);
	for (size_t i = 0; i < v->count; i++) {
		struct exchange *x = &v->list[i];

		read_content(x);
		x->is_framed = x->response != NULL &&
			       view_is_framed(&x->response->headers);
		x->is_stream = is_stream(x);
		if (x->is_framed)
			view_read_frames(x);
		else if (x->is_stream)
			read_events(x);
		else
			x->json = json_of(x->content);
		message_of(x);
	}
}

static void exchange_clear(struct exchange *x)
{
	for (size_t i = 0; i < x->event_count; i++) {
		free(x->events[i].name);
		free(x->events[i].data);
	}
	free(x->events);
	for (size_t i = 0; i < x->block_count; i++) {
		free(x->blocks[i].type);
		free(x->blocks[i].text);
		free(x->blocks[i].signature);
		free(x->blocks[i].id);
		free(x->blocks[i].name);
	}
	free(x->blocks);
	view_clear_frames(x);
	free(x->stop_reason);
	free(x->unreadable);
	free(x->arrivals);
	buf_clear(&x->body);
	buf_clear(&x->extra);
	buf_clear(&x->plain);
}

void view_clear(struct view *v)
{
	for (size_t i = 0; i < v->count; i++)
		exchange_clear(&v->list[i]);
	free(v->list);
	*v = (struct view){ .list = NULL };
}

const struct exchange *view_find(const struct view *v, const char *actor,
				 unsigned number)
{
	for (size_t i = 0; i < v->count; i++)
		if (actor_is(v->list[i].actor, actor) && --number == 0)
			return &v->list[i];
	return NULL;
}

size_t view_count(const struct view *v, const char *actor)
{
	size_t count = 0;

	for (size_t i = 0; i < v->count; i++)
		count += actor_is(v->list[i].actor, actor);
	return count;
}

tick_t view_mark(const struct view *v, const char *actor, const char *name)
{
	for (size_t i = 0; i < v->log->count; i++) {
		const struct wlog_entry *e = &v->log->list[i];

		if (e->run == v->run && e->kind == WLOG_MARK &&
		    actor_is(e->actor, actor) && e->text != NULL &&
		    strcmp(e->text, name) == 0)
			return e->at;
	}
	return TICK_NEVER;
}

enum format view_format(const struct exchange *x)
{
	struct span target = SPAN_EMPTY;

	if (x && x->request)
		target = span_of(x->request->target);
	return format_of_path(span_first(target, span_find_byte(target, '?')));
}
