/*
 * Finds known values in a text, in every way that the text can be read. It is
 * read in windows that overlap, so that little memory is needed whatever its
 * size. What one way of reading gives is read in the other ways again, a few
 * times.
 */
#include <stdlib.h>
#include <string.h>

#include "wire/bytes/mem.h"
#include "wire/bytes/secrets_private.h"

#define WINDOW ((size_t)64 * 1024)
#define OVERLAP_LEAST ((size_t)4 * 1024)
#define SPELT_LONGEST 16 /* bytes that one byte becomes in two spellings */
#define ESCAPES 4 /* nested at most */
#define CODES 2

struct finding_out {
	const struct secrets *secrets;
	struct secret_hits *hits;
	size_t base; /* of the window in the text */
};

void secret_hits_clear(struct secret_hits *h)
{
	free(h->list);
	*h = (struct secret_hits){ .list = NULL };
}

static struct secret_hit *add_hit(struct secret_hits *h)
{
	h->list = mem_room(h->list, h->count, &h->cap, sizeof(*h->list));
	return &h->list[h->count++];
}

/* ---- one reading ---- */

/* Adds the runs of the text that a match was read from. */
static void add_match(struct finding_out *f, const struct secret_reading *r,
		      const struct secret_match *m, bool exact)
{
	size_t first = f->hits->count, total = 0;
	uint32_t from = r->from[m->at], to = r->to[m->at];

	for (size_t i = m->at + 1; i <= m->at + m->len; i++) {
		bool over = i == m->at + m->len;

		if (!over && r->from[i] <= to && r->from[i] >= from) {
			to = r->to[i] > to ? r->to[i] : to;
			continue;
		}
		*add_hit(f->hits) = (struct secret_hit){
			.from = f->base + from,
			.to = f->base + to,
			.skip = total,
			.secret = m->secret,
			.matched = m->len,
			.exact = exact && m->exact,
		};
		total += to - from;
		if (!over) {
			from = r->from[i];
			to = r->to[i];
		}
	}
	for (size_t i = first; i < f->hits->count; i++)
		f->hits->list[i].total = total;
}

static void match_all(struct finding_out *f, const struct secret_reading *r,
		      bool exact)
{
	struct span text = span_make(r->at, r->len);
	struct secret_match m;

	for (size_t at = 0; secrets_match_next(f->secrets, text, at, &m);
	     at = m.at + m.len)
		add_match(f, r, &m, exact);
}

/* Reads the text in all other ways, and the result of each again. Base64 and
 * hexadecimal are decoded only where no escapes are left. */
static void deepen(struct finding_out *f, const struct secret_reading *r,
		   unsigned escapes, unsigned codes)
{
	struct secret_reading next = { .at = NULL };

	if (escapes > 0 && secret_reading_unescape(r, &next)) {
		match_all(f, &next, false);
		deepen(f, &next, escapes - 1, codes);
	} else if (codes > 0) {
		next.len = 0;
		secret_reading_decode(r, f->secrets->least, f->secrets->wide,
				      &next);
		match_all(f, &next, false);
		if (next.len > 0)
			deepen(f, &next, escapes, codes - 1);
	}
	secret_reading_clear(&next);
}

static void read_window(struct finding_out *f, struct span text)
{
	struct secret_reading plain = { .at = NULL }, stream = { .at = NULL };

	secret_reading_stream(text, &stream);
	if (stream.len > 0) {
		match_all(f, &stream, true);
		deepen(f, &stream, ESCAPES, CODES);
	}
	if (secret_reading_is_worth(text, f->secrets->least)) {
		secret_reading_plain(text, &plain);
		deepen(f, &plain, ESCAPES, CODES);
	}
	secret_reading_clear(&stream);
	secret_reading_clear(&plain);
}

/* ---- the whole text ---- */

static void match_plain(const struct secrets *s, struct span text,
			struct secret_hits *out)
{
	struct secret_match m;

	for (size_t at = 0; secrets_match_next(s, text, at, &m);
	     at = m.at + m.len)
		*add_hit(out) = (struct secret_hit){
			.from = m.at,
			.to = m.at + m.len,
			.total = m.len,
			.secret = m.secret,
			.matched = m.len,
			.exact = m.exact,
		};
}

static int in_order(const void *left, const void *right)
{
	const struct secret_hit *a = left, *b = right;

	if (a->from != b->from)
		return a->from < b->from ? -1 : 1;
	if (a->exact != b->exact)
		return a->exact ? -1 : 1;
	return a->to < b->to ? 1 : a->to > b->to ? -1 : 0;
}

/* Joins hits that overlap. */
static void merge(struct secret_hits *h)
{
	size_t count = 0;

	if (h->count > 1)
		qsort(h->list, h->count, sizeof(*h->list), in_order);
	for (size_t i = 0; i < h->count; i++) {
		struct secret_hit *last = &h->list[count > 0 ? count - 1 : 0];
		struct secret_hit one = h->list[i];

		if (count == 0 || one.from >= last->to) {
			h->list[count++] = one;
		} else if (one.to > last->to) {
			last->total += one.to - last->to;
			last->to = one.to;
			last->exact = false;
			if (one.matched > last->matched)
				last->matched = one.matched;
		}
	}
	h->count = count;
}

static size_t overlap_of(const struct secrets *s)
{
	size_t overlap = s->longest * SPELT_LONGEST;

	if (overlap > WINDOW)
		return WINDOW;
	return overlap > OVERLAP_LEAST ? overlap : OVERLAP_LEAST;
}

void secrets_find(const struct secrets *s, struct span text,
		  struct secret_hits *out)
{
	struct finding_out f = { .secrets = s, .hits = out };
	size_t overlap;

	if (s->count == 0)
		return;
	overlap = overlap_of(s);
	match_plain(s, text, out);
	for (f.base = 0; f.base < text.len; f.base += WINDOW) {
		struct span rest = span_skip(text, f.base);

		read_window(&f, span_first(rest, WINDOW + overlap));
		if (rest.len <= WINDOW + overlap)
			break;
	}
	merge(out);
}
