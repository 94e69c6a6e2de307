/* Makes keys for each provider and sorts by them. */
#include "gateway/pool/choice.h"

#include <math.h>
#include <stdlib.h>

/* Smaller values come first; the first member that differs decides. */
struct rank {
	int kept, sick;
	int listed; /* its place in the wished order */
	double key; /* the key of the wished sort */
	uint8_t place;
};

static bool is_in(uint64_t mask, size_t place)
{
	return mask >> place & 1;
}

static size_t listed_at(const struct wish *w, size_t place)
{
	for (size_t i = 0; i < w->ordered; i++)
		if (w->order[i] == place)
			return i;
	return w->ordered;
}

static bool is_eligible(const struct choice_given *g, size_t place)
{
	const struct choice_provider *p = &g->list[place];
	const struct wish *w = g->wish;

	if (!is_in(g->able & w->only & ~w->ignore, place))
		return false;
	if ((w->deny_collection && p->collects) || (w->free && p->price > 0))
		return false;
	return !w->no_fallbacks || w->ordered == 0 ||
	       listed_at(w, place) < w->ordered;
}

static bool is_sick(const struct choice_provider *p, tick_t now)
{
	return p->standing.failed > 0 &&
	       now - p->standing.failed < STANDING_SICK;
}

/* The next pseudo-random number (SplitMix64), between 0 and 1, both
 * excluded. */
static double draw(uint64_t *random)
{
	uint64_t z = *random += UINT64_C(0x9e3779b97f4a7c15);

	z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
	z ^= z >> 31;
	return ((double)(z >> 11) + 0.5) / 9007199254740992.0;
}

/*
 * A weighted draw (Efraimidis and Spirakis, 2006): each provider gets -log(u) /
 * share, and they are asked in the order of these numbers. Then each comes
 * first as often as its share says, the second is drawn among the rest in the
 * same way, and so on. Free providers have values below 0, so they come first,
 * drawn among themselves.
 */
static double drawn(const struct choice_provider *p, uint64_t *random)
{
	double lot = -log(draw(random)) / p->weight;

	if (p->price > 0)
		return lot * p->price * p->price;
	return -1 / (1 + lot);
}

static double key_of(const struct choice_given *g, size_t place,
		     uint64_t *random)
{
	const struct choice_provider *p = &g->list[place];

	switch (g->wish->sort) {
	case WISH_PRICE:
		/* Every provider draws, able or not, so that the others do not
		 * change its number. */
		return drawn(p, random);
	case WISH_FLOOR:
		return p->price;
	case WISH_LATENCY:
		return (double)p->standing.first;
	case WISH_THROUGHPUT:
		return p->standing.pace ? -(double)p->standing.pace : -INFINITY;
	default:
		return 0;
	}
}

static int by_rank(const void *a, const void *b)
{
	const struct rank *x = a, *y = b;

	if (x->kept != y->kept)
		return y->kept - x->kept;
	if (x->sick != y->sick)
		return x->sick - y->sick;
	if (x->listed != y->listed)
		return x->listed - y->listed;
	if (x->key < y->key || x->key > y->key)
		return x->key < y->key ? -1 : 1;
	return x->place - y->place;
}

size_t choice_make(const struct choice_given *g,
		   uint8_t out[WISH_PROVIDERS_LIMIT])
{
	struct rank ranks[WISH_PROVIDERS_LIMIT];
	uint64_t random = g->random;
	size_t count = 0, most, at;

	for (size_t i = 0; i < g->count; i++) {
		double key = key_of(g, i, &random);

		if (!is_eligible(g, i))
			continue;
		ranks[count++] = (struct rank){
			.kept = (int)i == g->kept,
			.sick = is_sick(&g->list[i], g->now),
			.listed = (int)listed_at(g->wish, i),
			.key = key,
			.place = (uint8_t)i,
		};
	}
	qsort(ranks, count, sizeof(ranks[0]), by_rank);
	most = g->wish->no_fallbacks && g->wish->ordered == 0 ? 1 : count;
	for (at = 0; at < count && at < most; at++)
		out[at] = ranks[at].place;
	return at;
}
