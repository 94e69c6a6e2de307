/*
 * Makes the moments of a run, in order. Each has a partner on the other side,
 * if there is one: the same request or event as the other side saw it.
 */
#include <stdlib.h>
#include <string.h>

#include "probe/judge/evidence_private.h"
#include "wire/bytes/mem.h"
#include "wire/bytes/print.h"

#define MOMENTS 120 /* in one picture */
#define EVENTS_FIRST 24 /* of a long stream */
#define EVENTS_LAST 8
#define LABEL_SHOWN 60

struct moment_draft { /* a moment, and what finds its partner */
	struct moment m;
	size_t pair; /* which exchange of its side, from 0 */
	const char *name; /* of an event; "" */
	size_t nth; /* of that name in its stream */
	size_t order; /* in which they were drawn */
};

struct drawing {
	const struct view *v;
	const struct secrets *secrets;
	struct moment_draft list[MOMENTS];
	size_t count, left_out;
	tick_t zero;
	size_t clients, upstreams; /* exchanges of each side */
};

static struct moment_draft *draw(struct drawing *d, const struct exchange *x,
				 tick_t at, enum moment_kind kind)
{
	struct moment_draft *one;

	if (d->count == MOMENTS) {
		d->left_out++;
		return NULL;
	}
	one = &d->list[d->count];
	*one = (struct moment_draft){
		.m = { .at = at,
		       .upstream = x->actor[0] == 'u',
		       .kind = kind,
		       .partner = MOMENT_ALONE },
		.name = "",
		.order = d->count++,
	};
	d->zero = at < d->zero ? at : d->zero;
	return one;
}

static void label(struct drawing *d, struct moment_draft *one,
		  const struct exchange *x, struct span text)
{
	struct buf b = BUF_INIT(BUF_NO_LIMIT);

	if (!one)
		return;
	buf_addf(&b, "%s ", x->actor);
	if (x->number > 1)
		buf_addf(&b, "[%u] ", x->number);
	print_bytes(text, LABEL_SHOWN, &b);
	secrets_blot(d->secrets, &b);
	one->m.label = buf_take(&b, NULL);
}

/* Which exchange of the client an answer is of. A retried request is several
 * requests upstream; the client's answer is that of the last one. */
static size_t pair_of(const struct drawing *d, size_t place, bool upstream)
{
	if (!upstream || d->clients != 1)
		return place;
	return place + 1 == d->upstreams ? 0 : SIZE_MAX;
}

static void draw_events(struct drawing *d, const struct exchange *x,
			size_t pair)
{
	for (size_t i = 0; i < x->event_count; i++) {
		const struct view_event *ev = &x->events[i];
		struct moment_draft *one;

		if (i >= EVENTS_FIRST && i + EVENTS_LAST < x->event_count) {
			d->left_out++;
			continue;
		}
		one = draw(d, x, ev->at,
			   ev->is_ping ? MOMENT_PING : MOMENT_EVENT);
		label(d, one, x, span_of(ev->name));
		if (!one)
			continue;
		one->pair = pair;
		one->name = ev->name;
		for (size_t k = i; k > 0; k--)
			one->nth +=
				strcmp(x->events[k - 1].name, ev->name) == 0;
	}
}

static void draw_answer(struct drawing *d, const struct exchange *x,
			size_t pair)
{
	struct buf text = BUF_INIT(BUF_NO_LIMIT);
	struct moment_draft *one;

	if (x->response) {
		one = draw(d, x, x->head_at, MOMENT_HEAD);
		buf_addf(&text, "status %d", x->response->status);
		label(d, one, x, buf_span(&text));
		if (one)
			one->pair = pair;
	}
	if (x->event_count > 0) {
		draw_events(d, x, pair);
	} else if (x->body.len > 0) {
		one = draw(d, x, x->first_byte_at, MOMENT_DATA);
		buf_reset(&text);
		buf_addf(&text, "body, %zu bytes", x->body.len);
		label(d, one, x, buf_span(&text));
		if (one)
			one->pair = pair;
	}
	if (x->end != END_OPEN) {
		one = draw(d, x, x->ended_at, MOMENT_END);
		buf_reset(&text);
		buf_addf(&text, "end: %s", end_name(x->end));
		label(d, one, x, buf_span(&text));
		if (one)
			one->pair = pair;
	}
	buf_clear(&text);
}

static void draw_exchange(struct drawing *d, const struct exchange *x,
			  size_t place)
{
	bool upstream = x->actor[0] == 'u';
	struct moment_draft *one = draw(d, x, x->began, MOMENT_REQUEST);

	label(d, one, x, span_of("request"));
	if (one)
		one->pair = place;
	draw_answer(d, x, pair_of(d, place, upstream));
}

static void draw_marks(struct drawing *d)
{
	for (size_t i = 0; i < d->v->log->count; i++) {
		const struct wlog_entry *e = &d->v->log->list[i];
		struct exchange x = { .actor = e->actor };

		if (e->run != d->v->run || e->kind != WLOG_MARK)
			continue;
		label(d, draw(d, &x, e->at, MOMENT_MARK), &x, span_of(e->text));
	}
}

static int by_time(const void *a, const void *b)
{
	const struct moment_draft *x = a, *y = b;

	if (x->m.at != y->m.at)
		return x->m.at < y->m.at ? -1 : 1;
	return (x->order > y->order) - (x->order < y->order);
}

static bool are_partners(const struct moment_draft *a,
			 const struct moment_draft *b)
{
	return a->m.upstream != b->m.upstream && a->m.kind == b->m.kind &&
	       a->pair == b->pair && a->nth == b->nth &&
	       strcmp(a->name, b->name) == 0;
}

static void find_partners(struct drawing *d)
{
	for (size_t i = 0; i < d->count; i++)
		for (size_t k = 0; k < d->count; k++)
			if (are_partners(&d->list[i], &d->list[k]))
				d->list[i].m.partner = k;
}

void evidence_add_moments(struct evidence *e, const struct view *v,
			  const struct secrets *secrets)
{
	struct drawing *d = xcalloc(1, sizeof(*d));
	size_t places[2] = { 0, 0 };

	*d = (struct drawing){ .v = v, .secrets = secrets, .zero = TICK_NEVER };
	for (size_t i = 0; i < v->count; i++) {
		d->clients += v->list[i].actor[0] == 'c';
		d->upstreams += v->list[i].actor[0] == 'u';
	}
	for (size_t i = 0; i < v->count; i++) {
		bool upstream = v->list[i].actor[0] == 'u';

		draw_exchange(d, &v->list[i], places[upstream]++);
	}
	draw_marks(d);
	qsort(d->list, d->count, sizeof(d->list[0]), by_time);
	find_partners(d);
	e->moments = xcalloc(d->count, sizeof(*e->moments));
	for (size_t i = 0; i < d->count; i++) {
		e->moments[i] = d->list[i].m;
		e->moments[i].at -= d->zero;
	}
	e->moment_count = d->count;
	e->left_out = d->left_out;
	free(d);
}
