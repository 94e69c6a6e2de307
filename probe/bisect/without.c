/*
 * Writes the given request without some of its parts, in one pass. All parts
 * that stay keep their bytes, and the JSON stays valid.
 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "probe/bisect/bisect_private.h"
#include "wire/bytes/mem.h"

void bisect_request_clear(struct bisect_request *r)
{
	free(r->method);
	free(r->target);
	headers_clear(&r->headers);
	buf_clear(&r->body);
	*r = (struct bisect_request){ .body = BUF_INIT(BUF_NO_LIMIT) };
}

void bisect_request_copy(struct bisect_request *to,
			 const struct bisect_request *from)
{
	*to = (struct bisect_request){ .body = BUF_INIT(BUF_NO_LIMIT) };
	to->method = xstrdup(from->method);
	to->target = xstrdup(from->target);
	headers_copy(&to->headers, &from->headers);
	buf_add_span(&to->body, buf_span(&from->body));
}

size_t bisect_request_size(const struct bisect_request *r)
{
	return strlen(r->method) + strlen(r->target) + r->headers.bytes +
	       r->body.len;
}

/* ---- looks ---- */

void looks_init(struct looks *l, const struct parts *ps)
{
	l->of = xcalloc(ps->count, sizeof(*l->of));
}

void looks_copy(struct looks *to, const struct looks *from,
		const struct parts *ps)
{
	memcpy(to->of, from->of, ps->count * sizeof(*to->of));
}

void looks_clear(struct looks *l)
{
	free(l->of);
	l->of = NULL;
}

static bool is_gone(const struct looks *l, size_t part)
{
	return l->of[part].how == HOW_GONE || l->of[part].how == HOW_TAKEN;
}

bool part_is_there(const struct parts *ps, const struct looks *l, size_t part)
{
	if (is_gone(l, part))
		return false;
	for (part = ps->list[part].parent; part != NO_PART;
	     part = ps->list[part].parent)
		if (l->of[part].how != HOW_KEPT)
			return false;
	return true;
}

void part_out(const struct parts *ps, struct looks *l, size_t part)
{
	if (l->of[part].how == HOW_TAKEN)
		return;
	l->of[part].how =
		part_is_optional(&ps->list[part]) ? HOW_GONE : HOW_SHORT;
}

/* ---- the body ---- */

struct writing {
	const struct parts *ps;
	const struct looks *l;
	const bool *changed; /* by part: it, or something in it, has changed */
	struct buf *out;
};

static void add_filling(struct buf *out, size_t count)
{
	static const char text[] = "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx";

	buf_add_byte(out, '"');
	for (; count >= 32; count -= 32)
		buf_add(out, text, 32);
	buf_add(out, text, count);
	buf_add_byte(out, '"');
}

/* Writes the shortest value of its type, unless the given one is shorter. */
static void add_short(struct buf *out, const struct part *p)
{
	struct span is = p->value.text;
	const char *brief = NULL;

	if (p->place == PLACE_CONTENT || p->value.type == J_STRING)
		brief = "\"x\"";
	else if (p->value.type == J_NUMBER)
		brief = "1";
	else if (p->value.type == J_ARRAY)
		brief = "[]";
	else if (p->value.type == J_OBJECT)
		brief = "{}";
	if (brief == NULL || strlen(brief) > is.len)
		buf_add_span(out, is);
	else
		buf_add_text(out, brief);
}

static void add_value(struct writing *w, size_t part);

static const char *begin_of(const struct part *p)
{
	return p->key.text.len > 0 ? p->key.text.at : p->value.text.at;
}

static const char *end_of(const struct part *p)
{
	return p->value.text.at + p->value.text.len;
}

static void add_bytes(struct buf *out, const char *from, const char *to)
{
	buf_add(out, from, (size_t)(to - from));
}

/* The bytes between two neighbours are written before the second. */
static void add_children(struct writing *w, const struct part *p)
{
	const struct part *list = w->ps->list;
	const struct part *first = &list[p->child];
	const struct part *last = first + p->count - 1;
	bool any = false;

	add_bytes(w->out, p->value.text.at, begin_of(first));
	for (size_t i = p->child; i < p->child + p->count; i++) {
		if (is_gone(w->l, i))
			continue;
		if (any)
			add_bytes(w->out, end_of(&list[i - 1]),
				  begin_of(&list[i]));
		any = true;
		add_bytes(w->out, begin_of(&list[i]), list[i].value.text.at);
		add_value(w, i);
	}
	add_bytes(w->out, end_of(last), end_of(p));
}

static void add_value(struct writing *w, size_t part)
{
	const struct part *p = &w->ps->list[part];
	const struct part_look *look = &w->l->of[part];

	switch (look->how) {
	case HOW_SHORT:
		add_short(w->out, p);
		break;
	case HOW_FILLED:
		add_filling(w->out, look->to);
		break;
	case HOW_CUT:
		buf_add_byte(w->out, '"');
		buf_add(w->out, part_text(p).at + look->from,
			look->to - look->from);
		buf_add_byte(w->out, '"');
		break;
	default:
		if (w->changed[part] && p->count > 0)
			add_children(w, p);
		else
			buf_add_span(w->out, p->value.text);
	}
}

static void add_raw(const struct part *p, const struct part_look *look,
		    struct buf *out)
{
	if (look->how == HOW_KEPT)
		buf_add_span(out, p->bytes);
	else if (look->how == HOW_CUT)
		buf_add(out, p->bytes.at + look->from, look->to - look->from);
}

static void write_body(const struct parts *ps, const struct looks *l,
		       struct buf *out)
{
	const struct part *p;
	const char *begin;
	bool *changed;
	struct writing w = { .ps = ps, .l = l, .out = out };

	if (ps->body == NO_PART || is_gone(l, ps->body))
		return;
	p = &ps->list[ps->body];
	if (p->bytes.len > 0) {
		add_raw(p, &l->of[ps->body], out);
		return;
	}
	changed = xcalloc(ps->count, sizeof(*changed));
	for (size_t i = ps->count; i-- > 1;)
		if (changed[i] || l->of[i].how != HOW_KEPT)
			changed[i] = changed[ps->list[i].parent] = true;
	w.changed = changed;
	begin = buf_str(&ps->given->body);
	add_bytes(out, begin, p->value.text.at);
	add_value(&w, ps->body);
	add_bytes(out, end_of(p), begin + ps->given->body.len);
	free(changed);
}

/* ---- the head ---- */

/* A list that lost no beta keeps its spelling. */
static void beta_value(const struct parts *ps, const struct looks *l,
		       size_t header, struct buf *out)
{
	const struct part *p = &ps->list[header];
	size_t kept = 0;

	for (size_t i = p->child; i < p->child + p->count; i++)
		kept += !is_gone(l, i);
	if (kept == p->count) {
		buf_add_text(out, ps->given->headers.list[p->index].value);
		return;
	}
	for (size_t i = p->child; i < p->child + p->count; i++) {
		if (is_gone(l, i))
			continue;
		if (out->len > 0)
			buf_add_byte(out, ',');
		buf_add_span(out, ps->list[i].bytes);
	}
}

static void write_header(const struct parts *ps, const struct looks *l,
			 size_t part, struct headers *out)
{
	const struct part *p = &ps->list[part];
	const struct header *h = &ps->given->headers.list[p->index];
	struct buf value = BUF_INIT(BUF_NO_LIMIT);

	if (p->count > 0)
		beta_value(ps, l, part, &value);
	else
		buf_add_text(&value, h->value);
	headers_add_text(out, h->name, buf_str(&value));
	buf_clear(&value);
}

void without(const struct parts *ps, const struct looks *l,
	     struct bisect_request *out)
{
	const struct bisect_request *given = ps->given;
	const struct part *all = &ps->list[0];

	*out = (struct bisect_request){ .body = BUF_INIT(BUF_NO_LIMIT) };
	out->method = xstrdup(given->method);
	out->target = xstrdup(given->target);
	for (size_t i = all->child; i < all->child + all->count; i++) {
		const struct part *p = &ps->list[i];

		if (p->kind == PART_QUERY && is_gone(l, i))
			out->target[strcspn(out->target, "?")] = '\0';
		if (p->kind == PART_HEADER && !is_gone(l, i))
			write_header(ps, l, i, &out->headers);
	}
	write_body(ps, l, &out->body);
}
