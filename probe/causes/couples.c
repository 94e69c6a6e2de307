/* Puts the exchanges of both sides together. */
#include "probe/causes/couples.h"

#include <stdlib.h>
#include <string.h>

#include "wire/bytes/mem.h"

/* Whether c was open when u began, so that u may have come from it. */
static bool is_open(const struct exchange *c, const struct exchange *u)
{
	return c->began <= u->began && c->ended_at >= u->began;
}

static struct span path_of(const struct exchange *x)
{
	struct span target = SPAN_EMPTY;

	if (x->request != NULL && x->request->target != NULL)
		target = span_of(x->request->target);
	return span_first(target, span_find_byte(target, '?'));
}

static size_t common(struct span a, struct span b)
{
	size_t most = a.len < b.len ? a.len : b.len, front = 0, back = 0;

	while (front < most && a.at[front] == b.at[front])
		front++;
	while (back < most && a.at[a.len - 1 - back] == b.at[b.len - 1 - back])
		back++;
	return front > back ? front : back;
}

struct likeness { /* compared by members in the order of compare() */
	bool path, body, free, answer, number;
	size_t common;
};

static struct likeness likeness_of(const struct couple *p,
				   const struct exchange *u)
{
	struct likeness l = {
		.path = span_equal(path_of(p->c), path_of(u)),
		.body = span_equal(p->c->request_body, u->request_body),
		.free = p->count == 0,
		.number = span_equal(actor_base(p->c->actor + 1),
				     actor_base(u->actor + 1)) &&
			  p->c->number == u->number,
	};

	l.answer = u->body.len > 0 &&
		   span_equal(buf_span(&p->c->body), buf_span(&u->body));
	if (!l.body)
		l.common = common(p->c->request_body, u->request_body);
	return l;
}

static int order(bool a, bool b)
{
	return (int)a - (int)b;
}

/* Positive: a is more alike. */
static int compare(const struct likeness *a, const struct likeness *b)
{
	int by[] = {
		order(a->path, b->path),
		order(a->body, b->body),
		(a->common > b->common) - (a->common < b->common),
		order(a->free, b->free),
		order(a->answer, b->answer),
		order(a->number, b->number),
	};

	for (size_t i = 0; i < sizeof(by) / sizeof(by[0]); i++)
		if (by[i] != 0)
			return by[i];
	return 0;
}

/* If only one exchange was open, it is the one. */
static struct couple *only_open(const struct couples *p,
				const struct exchange *u)
{
	struct couple *only = NULL;

	for (size_t i = 0; i < p->count; i++) {
		if (!is_open(p->list[i].c, u))
			continue;
		if (only != NULL)
			return NULL;
		only = &p->list[i];
	}
	return only;
}

static struct couple *best_open(const struct couples *p,
				const struct exchange *u)
{
	struct couple *best = NULL;
	struct likeness l, most = { .common = 0 };

	for (size_t i = 0; i < p->count; i++) {
		if (!is_open(p->list[i].c, u))
			continue;
		l = likeness_of(&p->list[i], u);
		if (best == NULL || compare(&l, &most) > 0) {
			best = &p->list[i];
			most = l;
		}
	}
	return best;
}

/* None was open: the provider was asked when the client had left. */
static struct couple *last_before(const struct couples *p,
				  const struct exchange *u)
{
	struct couple *last = NULL;

	for (size_t i = 0; i < p->count; i++)
		if (p->list[i].c->began <= u->began)
			last = &p->list[i];
	return last;
}

static void add(struct couples *p, const struct exchange *u)
{
	struct couple *to = only_open(p, u);

	if (to == NULL)
		to = best_open(p, u);
	if (to == NULL)
		to = last_before(p, u);
	if (to == NULL)
		return;
	to->u = xrealloc(to->u, (to->count + 1) * sizeof(*to->u));
	to->u[to->count++] = u;
}

void couples_of(struct couples *out, const struct view *v)
{
	struct couples p = { .count = 0 };

	p.list = xcalloc(v->count, sizeof(*p.list));
	for (size_t i = 0; i < v->count; i++) {
		const struct exchange *x = &v->list[i];

		if (x->actor[0] != 'c' || x->request == NULL)
			continue;
		p.list[p.count++] = (struct couple){
			.c = x,
			.raw = x->request->raw,
		};
	}
	for (size_t i = 0; i < v->count; i++)
		if (v->list[i].actor[0] == 'u' && v->list[i].request != NULL)
			add(&p, &v->list[i]);
	*out = p;
}

void couples_clear(struct couples *p)
{
	for (size_t i = 0; i < p->count; i++)
		free(p->list[i].u);
	free(p->list);
	*p = (struct couples){ .list = NULL };
}

const struct exchange *couple_answered(const struct couple *p)
{
	return p->count > 0 ? p->u[p->count - 1] : NULL;
}
