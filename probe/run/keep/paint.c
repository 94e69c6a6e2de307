/* Masks the credentials in a copy of a wire log. */
#include "probe/run/keep/paint.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mockupstream/coding.h"
#include "probe/look/view.h"
#include "wire/bytes/mem.h"
#include "wire/http/decode.h"

#define CODINGS_LIMIT ((size_t)1024)

struct painting {
	const struct secrets *secrets;
	struct wlog *log;
	bool *done; /* for each entry: its body was masked already */
	/* The pieces of the body at hand. */
	struct wlog_entry **pieces;
	size_t count, cap;
};

/* ---- the copy ---- */

static char *copy_text(const char *text)
{
	return text != NULL ? xstrdup(text) : NULL;
}

static void copy_entry(const struct wlog_entry *from, struct wlog *to)
{
	struct wlog_entry *e = wlog_add(to, from->at, from->run, from->actor,
					from->exchange, from->kind);

	*e = *from;
	e->shared = NULL;
	e->method = copy_text(from->method);
	e->target = copy_text(from->target);
	e->reason = copy_text(from->reason);
	e->text = copy_text(from->text);
	e->bytes = from->len > 0 ? span_dup(span_make(from->bytes, from->len))
				 : NULL;
	e->headers = (struct headers){ .list = NULL };
	headers_copy(&e->headers, &from->headers);
}

/* ---- texts and heads ---- */

static struct secrets_text text_of(char *text)
{
	return (struct secrets_text){ text, text != NULL ? strlen(text) : 0 };
}

static void paint_text(const struct painting *p, char *text)
{
	struct secrets_text one = text_of(text);

	secrets_paint(p->secrets, &one, 1);
}

static void paint_head(const struct painting *p, struct wlog_entry *e)
{
	struct secrets_text *values =
		xcalloc(e->headers.count, sizeof(*values));

	paint_text(p, e->method);
	paint_text(p, e->target);
	paint_text(p, e->reason);
	paint_text(p, e->text);
	for (size_t i = 0; i < e->headers.count; i++) {
		paint_text(p, e->headers.list[i].name);
		values[i] = text_of(e->headers.list[i].value);
	}
	secrets_paint(p->secrets, values, e->headers.count);
	free(values);
}

/* ---- bodies ---- */

static bool is_same(const struct wlog_entry *a, const struct wlog_entry *b)
{
	return a->run == b->run && a->exchange == b->exchange &&
	       strcmp(a->actor, b->actor) == 0;
}

static struct wlog_entry *find(const struct painting *p,
			       const struct wlog_entry *of, enum wlog_kind kind)
{
	for (size_t i = 0; i < p->log->count; i++)
		if (p->log->list[i].kind == kind &&
		    is_same(&p->log->list[i], of))
			return &p->log->list[i];
	return NULL;
}

/* Collects the pieces of the body that begins at entry `first`. */
static void gather(struct painting *p, size_t first)
{
	const struct wlog_entry *of = &p->log->list[first];

	p->count = 0;
	for (size_t i = first; i < p->log->count; i++) {
		struct wlog_entry *e = &p->log->list[i];

		if (e->kind != of->kind || !is_same(e, of))
			continue;
		p->pieces = mem_room(p->pieces, p->count, &p->cap,
				     sizeof(*p->pieces));
		p->pieces[p->count++] = e;
		p->done[i] = true;
	}
}

static void paint_pieces(const struct painting *p)
{
	struct secrets_text *texts = xcalloc(p->count, sizeof(*texts));

	for (size_t i = 0; i < p->count; i++)
		texts[i] = (struct secrets_text){ p->pieces[i]->bytes,
						  p->pieces[i]->len };
	secrets_paint(p->secrets, texts, p->count);
	free(texts);
}

/* ---- content codings ---- */

struct coded { /* a body in a content coding, and what it decodes to */
	struct buf codings;
	struct buf plain;
	size_t *ends; /* offset in `plain` after each piece */
	bool broken; /* not all of it could be decoded */
	bool unsaid; /* its head names no coding */
};

static void read_codings(const struct painting *p, const struct headers *h,
			 struct coded *c)
{
	const struct wlog_entry *first = p->pieces[0];

	if (h != NULL)
		(void)headers_join(h, "content-encoding", &c->codings);
	c->unsaid =
		!decode_is_needed(buf_span(&c->codings)) &&
		span_starts(span_make(first->bytes, first->len), "\x1f\x8b");
	if (!c->unsaid)
		return;
	buf_reset(&c->codings);
	buf_add_text(&c->codings, "gzip");
}

/* Without a coding that is known, nothing is decoded. */
static void decode_pieces(const struct painting *p, struct coded *c)
{
	struct decode *d = NULL;

	if (!decode_is_needed(buf_span(&c->codings)) ||
	    decode_new(&d, buf_span(&c->codings), NULL) < 0)
		return;
	c->ends = xcalloc(p->count, sizeof(*c->ends));
	for (size_t i = 0; i < p->count; i++) {
		const struct wlog_entry *e = p->pieces[i];

		c->broken =
			c->broken || decode_add(d, span_make(e->bytes, e->len),
						&c->plain, NULL) < 0;
		c->ends[i] = c->plain.len;
	}
	decode_free(d);
}

static enum script_coding coding_of(const struct coded *c)
{
	for (int i = CODING_GZIP; i <= CODING_ZSTD; i++)
		if (!c->broken && !c->unsaid &&
		    span_is_nocase(span_trim(buf_span(&c->codings)),
				   coding_name((enum script_coding)i)))
			return (enum script_coding)i;
	return CODING_NONE;
}

/* A body that cannot be encoded again is overwritten with '~', so it stays
 * undecodable. */
static void wipe(const struct painting *p)
{
	for (size_t i = 0; i < p->count; i++)
		for (size_t k = 0; k < p->pieces[i]->len; k++)
			p->pieces[i]->bytes[k] = '~';
}

static void encode_pieces(const struct painting *p, const struct coded *c,
			  enum script_coding which, bool whole)
{
	struct coding *coding = coding_new(which);
	size_t from = 0;

	for (size_t i = 0; i < p->count; i++) {
		struct wlog_entry *e = p->pieces[i];
		struct span plain = span_skip(buf_span(&c->plain), from);
		struct buf out = BUF_INIT(BUF_NO_LIMIT);

		if (c->ends[i] > from)
			coding_add(coding, span_first(plain, c->ends[i] - from),
				   &out);
		if (whole && i + 1 == p->count)
			coding_finish(coding, &out);
		free(e->bytes);
		e->bytes = out.len > 0 ? buf_take(&out, &e->len) : NULL;
		e->len = e->bytes != NULL ? e->len : 0;
		buf_clear(&out);
		from = c->ends[i];
	}
	coding_free(coding);
}

static size_t total(const struct painting *p)
{
	size_t len = 0;

	for (size_t i = 0; i < p->count; i++)
		len += p->pieces[i]->len;
	return len;
}

static void fit_length(struct headers *h, size_t was, size_t is)
{
	const char *value = h != NULL ? headers_get(h, "content-length") : NULL;
	char text[24];
	uint64_t said;

	if (value == NULL || !span_u64(span_of(value), UINT64_MAX, &said) ||
	    said != was)
		return;
	snprintf(text, sizeof(text), "%zu", is);
	headers_set(h, "content-length", text);
}

static void paint_coded(struct painting *p, struct headers *h, bool whole)
{
	struct coded c = { .codings = BUF_INIT(CODINGS_LIMIT),
			   .plain = BUF_INIT(VIEW_BODY_LIMIT) };
	enum script_coding which;
	struct secrets_text text;
	size_t was = total(p);

	read_codings(p, h, &c);
	decode_pieces(p, &c);
	text = (struct secrets_text){ c.plain.at, c.plain.len };
	if (!secrets_paint(p->secrets, &text, 1))
		goto out;
	which = coding_of(&c);
	if (which == CODING_NONE)
		wipe(p);
	else
		encode_pieces(p, &c, which, whole);
	fit_length(h, was, total(p));
out:
	buf_clear(&c.codings);
	buf_clear(&c.plain);
	free(c.ends);
}

static void paint_body(struct painting *p, size_t first)
{
	struct wlog_entry *e = &p->log->list[first];
	bool request = e->kind == WLOG_BODY;
	struct wlog_entry *head =
		find(p, e, request ? WLOG_REQUEST : WLOG_RESPONSE);
	struct wlog_entry *end = find(p, e, WLOG_END);

	gather(p, first);
	if (e->kind != WLOG_NOTE)
		paint_coded(p, head != NULL ? &head->headers : NULL,
			    request || (end != NULL && end->end == END_CLEAN));
	paint_pieces(p);
}

/* ---- the whole log ---- */

void paint_log(const struct secrets *s, const struct wlog *from,
	       struct wlog *to)
{
	struct painting p = { .secrets = s, .log = to };

	wlog_init(to, from->bytes_limit);
	to->full = from->full;
	for (size_t i = 0; i < from->count; i++)
		copy_entry(&from->list[i], to);
	p.done = xcalloc(to->count, sizeof(*p.done));
	for (size_t i = 0; i < to->count; i++) {
		paint_head(&p, &to->list[i]);
		if (to->list[i].len > 0 && !p.done[i])
			paint_body(&p, i);
	}
	free(p.done);
	free(p.pieces);
}
