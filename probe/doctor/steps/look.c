/* Puts an exchange of doctor into a wire log, so that it can be read like the
 * exchanges of cases (events, blocks, grammar). */
#include <string.h>

#include "probe/doctor/steps/step_private.h"

#define RUN 1
#define ACTOR "c1"
#define LOG_LIMIT ((size_t)128 * 1024 * 1024)

static struct wlog_entry *add(struct look *s, tick_t at, enum wlog_kind kind)
{
	return wlog_add(&s->log, at, RUN, ACTOR, 1, kind);
}

static void add_request(struct look *s, const struct doctor_call *c)
{
	struct http_head head = {
		.method = (char *)(c->method ? c->method : "POST"),
		.target = (char *)(c->target ? c->target : ""),
		.minor = 1,
		.headers = c->sent,
	};

	wlog_set_head(&s->log, add(s, c->got.began, WLOG_REQUEST), &head);
}

static void add_piece(struct look *s, const struct asked *got, tick_t at,
		      size_t from, size_t upto)
{
	struct span piece = span_skip(buf_span(&got->body), from);

	wlog_set_bytes(&s->log, add(s, at, WLOG_DATA),
		       span_first(piece, upto - from));
}

/*
 * The body was decoded already, so the log must not say that it is coded. The
 * client expects a stream because it asked for one, whatever the content type
 * is.
 */
static void add_answer(struct look *s, const struct asked *got)
{
	struct wlog_entry *e;
	size_t from = 0;

	if (got->head.status > 0) {
		e = add(s, got->head_at, WLOG_RESPONSE);
		wlog_set_head(&s->log, e, &got->head);
		headers_remove(&e->headers, "content-encoding");
		if (span_starts(buf_span(&got->body), "event:"))
			headers_set(&e->headers, "content-type",
				    "text/event-stream");
	}
	for (size_t i = 0; i < got->piece_count; i++) {
		add_piece(s, got, got->pieces[i].at, from, got->pieces[i].upto);
		from = got->pieces[i].upto;
	}
	e = add(s, got->ended, WLOG_END);
	e->end = got->end;
	e->stage = got->end != END_CLEAN ? got->stage : STAGE_NONE;
	wlog_set_text(&s->log, e, "%s", got->text);
}

void look_of(struct look *s, const struct doctor_call *c)
{
	wlog_init(&s->log, LOG_LIMIT);
	add_request(s, c);
	add_answer(s, &c->got);
	view_of(&s->view, &s->log, RUN);
	s->x = view_find(&s->view, ACTOR, 1);
}

void look_clear(struct look *s)
{
	view_clear(&s->view);
	wlog_clear(&s->log);
}

const struct view_block *look_block(const struct look *s, const char *type)
{
	for (size_t i = 0; i < s->x->block_count; i++)
		if (strcmp(s->x->blocks[i].type, type) == 0)
			return &s->x->blocks[i];
	return NULL;
}

bool look_is_call(const struct view_block *b)
{
	return strcmp(b->type, "tool_use") == 0;
}

/* ---- the turn that a client sends back ---- */

/* The content_block of the n-th content_block_start, unchanged. */
static struct span start_of(const struct exchange *x, size_t n)
{
	struct jval block;

	for (size_t i = 0; i < x->event_count; i++) {
		const struct view_event *ev = &x->events[i];

		if (strcmp(ev->name, "content_block_start") != 0 || n-- > 0)
			continue;
		return jscan_member(ev->json, "content_block", &block)
			       ? block.text
			       : SPAN_EMPTY;
	}
	return SPAN_EMPTY;
}

static void add_text(struct buf *out, const char *key, struct span text)
{
	buf_addf(out, ",\"%s\":", key);
	jscan_quote(out, text);
}

static bool is_type(const struct view_block *b, const char *type)
{
	return strcmp(b->type, type) == 0;
}

/* Appends a block unchanged; a text or thinking block is joined from its
 * deltas. */
static void add_block(const struct exchange *x, size_t n, struct buf *out)
{
	const struct view_block *b = &x->blocks[n];
	struct span text = span_make(b->text, b->text_len);
	bool thinks = is_type(b, "thinking");

	if (is_type(b, "text") && text.len == 0)
		return;
	if (out->len > 0)
		buf_add_byte(out, ',');
	if (is_type(b, "tool_use")) {
		buf_add_text(out, "{\"type\":\"tool_use\"");
		add_text(out, "id", span_of(b->id));
		add_text(out, "name", span_of(b->name));
		buf_addf(out, ",\"input\":%.*s}", (int)text.len, text.at);
	} else if (thinks || is_type(b, "text")) {
		buf_addf(out, "{\"type\":\"%s\"", b->type);
		add_text(out, thinks ? "thinking" : "text", text);
		if (thinks)
			add_text(out, "signature", span_of(b->signature));
		buf_add_byte(out, '}');
	} else {
		buf_add_span(out, start_of(x, n));
	}
}

void look_turn(const struct exchange *x, struct buf *out)
{
	for (size_t i = 0; i < x->block_count; i++)
		add_block(x, i, out);
}
