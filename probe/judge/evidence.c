/* Makes texts of both sides of an exchange, to show next to each other. */
#include "probe/judge/evidence.h"

#include <stdlib.h>
#include <string.h>

#include "probe/judge/evidence_private.h"
#include "wire/bytes/mem.h"
#include "wire/bytes/print.h"

#define HEAD_LINE 400 /* bytes of a line that are shown */
#define BODY_LINE 2000
#define BEFORE 400 /* bytes of a body to show before a difference */
#define DIFFERENT 1500 /* bytes of the difference */
#define AFTER 200

/* ---- texts ---- */

static char *taken(struct buf *text, const struct secrets *secrets)
{
	secrets_blot(secrets, text);
	return buf_take(text, NULL);
}

static void add_headers(const struct wlog_entry *e, struct buf *out)
{
	struct buf value = BUF_INIT(BUF_NO_LIMIT);

	for (size_t i = 0; i < e->headers.count; i++) {
		const struct header *h = &e->headers.list[i];

		buf_reset(&value);
		secrets_header(h->name, h->value, &value);
		print_bytes(span_of(h->name), HEAD_LINE, out);
		buf_add_text(out, ": ");
		print_bytes(buf_span(&value), HEAD_LINE, out);
		buf_add_byte(out, '\n');
	}
	buf_clear(&value);
}

static char *request_head(const struct exchange *x, const struct secrets *s)
{
	struct buf text = BUF_INIT(BUF_NO_LIMIT);

	if (!x || !x->request)
		return NULL;
	if (x->request->method) {
		print_bytes(span_of(x->request->method), HEAD_LINE, &text);
		buf_add_byte(&text, ' ');
		print_bytes(span_of(x->request->target), HEAD_LINE, &text);
	} else {
		print_bytes(span_of(x->request->text), HEAD_LINE, &text);
	}
	buf_add_byte(&text, '\n');
	add_headers(x->request, &text);
	return taken(&text, s);
}

static char *answer_head(const struct exchange *x, const struct secrets *s)
{
	struct buf text = BUF_INIT(BUF_NO_LIMIT);

	if (!x || !x->response)
		return NULL;
	buf_addf(&text, "%d\n", x->response->status);
	add_headers(x->response, &text);
	return taken(&text, s);
}

/* Keeps lines, and escapes all other bytes that are no text. */
static void add_text(struct span body, struct buf *out)
{
	struct span line;

	while (span_split(&body, '\n', &line)) {
		print_bytes(line, BODY_LINE, out);
		if (body.at)
			buf_add_byte(out, '\n');
	}
}

static char *body_text(struct span body, const struct secrets *s)
{
	struct buf text = BUF_INIT(BUF_NO_LIMIT);

	add_text(body, &text);
	return taken(&text, s);
}

/* ---- bodies ---- */

/* The start of the character at `at`, in a text that begins with a whole
 * one. */
static size_t whole(struct span s, size_t at)
{
	while (at < s.len && ((unsigned char)s.at[at] & 0xc0) == 0x80)
		at--;
	return at;
}

static size_t same_at_front(struct span a, struct span b)
{
	size_t n = 0;

	while (n < a.len && n < b.len && a.at[n] == b.at[n])
		n++;
	return whole(a, n);
}

static size_t same_at_end(struct span a, struct span b, size_t front)
{
	size_t n = 0;

	while (n + front < a.len && n + front < b.len &&
	       a.at[a.len - 1 - n] == b.at[b.len - 1 - n])
		n++;
	while (n > 0 && ((unsigned char)a.at[a.len - n] & 0xc0) == 0x80)
		n--;
	return n;
}

static char *middle(struct span body, size_t front, size_t end,
		    const struct secrets *s)
{
	struct span part =
		span_first(span_skip(body, front), body.len - front - end);
	char *text;
	struct buf b = BUF_INIT(BUF_NO_LIMIT);

	if (part.len <= DIFFERENT)
		return body_text(part, s);
	text = body_text(span_first(part, whole(part, DIFFERENT)), s);
	buf_addf(&b, "%s ... (%zu bytes differ)", text, part.len);
	free(text);
	return buf_take(&b, NULL);
}

static void add_bodies(struct sides *out, struct span left, struct span right,
		       const struct secrets *s)
{
	struct buf text = BUF_INIT(BUF_NO_LIMIT);
	size_t front, end, from;
	struct span before;

	out->left_len = left.len;
	out->right_len = right.len;
	if (left.len == 0 && right.len == 0)
		return;
	if (!span_is_utf8(left) || !span_is_utf8(right)) {
		out->before = xstrdup("(bytes that are no text)");
		if (!span_equal(left, right))
			out->left = xstrdup(" (they differ)");
		return;
	}
	front = same_at_front(left, right);
	end = same_at_end(left, right, front);
	from = whole(left, front > BEFORE ? front - BEFORE : 0);
	before = span_first(span_skip(left, from), front - from);
	if (front == left.len && front == right.len) {
		from = 0;
		before = span_first(left, whole(left, BEFORE));
	}
	if (from > 0)
		buf_add_text(&text, "... ");
	add_text(before, &text);
	out->before = taken(&text, s);
	out->left = middle(left, front, end, s);
	out->right = middle(right, front, end, s);
	before = span_skip(left, left.len - end);
	out->after = body_text(span_first(before, whole(before, AFTER)), s);
}

/* ---- which exchange ---- */

static const struct outcome *first_failed(const struct result *r)
{
	for (size_t i = 0; i < r->outcome_count; i++)
		if (r->outcomes[i].verdict != VERDICT_PASS)
			return &r->outcomes[i];
	return NULL;
}

static const char *actor_of(const struct result *r)
{
	const struct outcome *o = first_failed(r);

	return o != NULL ? o->actor : "";
}

/* The n-th exchange of a side, from 0; NULL: there is none. */
static const struct exchange *nth(const struct view *v, char side, size_t n)
{
	for (size_t i = 0; i < v->count; i++)
		if (v->list[i].actor[0] == side && n-- == 0)
			return &v->list[i];
	return NULL;
}

/* How many exchanges of its side began before the actor's first one. */
static size_t place_of(const struct view *v, const char *actor)
{
	size_t before = 0;

	for (size_t i = 0; i < v->count; i++) {
		if (actor_is(v->list[i].actor, actor))
			return before;
		before += v->list[i].actor[0] == actor[0];
	}
	return 0;
}

struct evidence *evidence_of(const struct view *v, const struct result *r,
			     const struct secrets *secrets)
{
	struct evidence *e = xcalloc(1, sizeof(*e));
	size_t place = place_of(v, actor_of(r));
	const struct exchange *c = nth(v, 'c', place), *u = nth(v, 'u', place);
	static const struct exchange none = { .actor = "" };

	c = c ? c : nth(v, 'c', 0);
	u = u ? u : nth(v, 'u', 0);
	e->request.left_head = request_head(c, secrets);
	e->request.right_head = request_head(u, secrets);
	e->answer.left_head = answer_head(u, secrets);
	e->answer.right_head = answer_head(c, secrets);
	c = c ? c : &none;
	u = u ? u : &none;
	add_bodies(&e->request, c->request_body, u->request_body, secrets);
	add_bodies(&e->answer, buf_span(&u->body), buf_span(&c->body), secrets);
	evidence_add_moments(e, v, secrets);
	return e;
}
