/*
 * Finds known values, or pieces of them, in plain text. A piece may begin at
 * many places of a value; a table holds the first bytes of each, so that each
 * byte of a text costs one look-up.
 */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "wire/bytes/mem.h"
#include "wire/bytes/secrets_private.h"

#define GRAM SECRET_SHORTEST
#define SAME_GRAMS 8 /* places that begin alike; more would be of no use */

struct secret_gram {
	uint32_t hash; /* 0: free */
	uint32_t secret, at;
};

static int lower(char c)
{
	return tolower((unsigned char)c);
}

/* The hash of the next bytes; the case of letters does not count. Two numbers
 * are read faster than one that is put together in memory. */
static uint32_t hash_at(const char *at)
{
	uint32_t four, hash;
	uint16_t two;
	uint64_t bytes;

	_Static_assert(GRAM == sizeof(four) + sizeof(two), "all of a gram");
	memcpy(&four, at, sizeof(four));
	memcpy(&two, at + sizeof(four), sizeof(two));
	bytes = (four | (uint64_t)two << 32) | UINT64_C(0x2020202020202020);
	hash = (uint32_t)(bytes * UINT64_C(0x9e3779b97f4a7c15) >> 32);
	return hash != 0 ? hash : 1;
}

static size_t least_of(const struct secret *one)
{
	return one->len < SECRET_PIECE ? one->len : SECRET_PIECE;
}

static void put(struct secrets *s, struct secret_gram gram)
{
	size_t mask = s->gram_cap - 1, same = 0;

	for (size_t i = gram.hash & mask;; i = (i + 1) & mask) {
		if (s->grams[i].hash == 0) {
			s->grams[i] = gram;
			s->gram_count++;
			return;
		}
		same += s->grams[i].hash == gram.hash;
		if (same == SAME_GRAMS)
			return;
	}
}

static void grow(struct secrets *s, size_t more)
{
	struct secret_gram *old = s->grams;
	size_t old_cap = s->gram_cap;

	if ((s->gram_count + more) * 4 <= old_cap)
		return;
	s->gram_cap = old_cap > 0 ? old_cap : 256;
	while (s->gram_cap < (s->gram_count + more) * 4)
		s->gram_cap *= 2;
	s->grams = xcalloc(s->gram_cap, sizeof(*s->grams));
	s->gram_count = 0;
	for (size_t i = 0; i < old_cap; i++)
		if (old[i].hash != 0)
			put(s, old[i]);
	free(old);
}

void secrets_match_add(struct secrets *s)
{
	const struct secret *one = &s->list[s->count - 1];
	size_t places = one->len - least_of(one) + 1;

	grow(s, places);
	for (size_t at = 0; at < places; at++)
		put(s, (struct secret_gram){ hash_at(one->value + at),
					     (uint32_t)(s->count - 1),
					     (uint32_t)at });
}

/* How many bytes are the same. Case does not count: a key in another case is
 * still nearly the key. */
static size_t common(struct span a, struct span b)
{
	size_t n = 0;

	while (n < a.len && n < b.len && lower(a.at[n]) == lower(b.at[n]))
		n++;
	return n;
}

/* Are these n bytes the beginning of a value, and was the text cut off right
 * after them: by us (it ends there), or by others ("...")? */
static bool is_cut(const struct secret_gram *gram, struct span text, size_t n)
{
	return gram->at == 0 &&
	       (n == text.len || span_starts(span_skip(text, n), "..."));
}

static void look_at(const struct secrets *s, const struct secret_gram *gram,
		    struct span text, struct secret_match *best)
{
	const struct secret *one = &s->list[gram->secret];
	struct span value = span_make(one->value, one->len);
	size_t n = common(text, span_skip(value, gram->at));

	if ((n < least_of(one) && !is_cut(gram, text, n)) || n <= best->len)
		return;
	best->len = n;
	best->secret = one;
	best->exact = n == one->len && memcmp(text.at, one->value, n) == 0;
}

/* Finds the longest piece that the text begins with. */
static bool longest(const struct secrets *s, uint32_t hash, struct span text,
		    struct secret_match *best)
{
	size_t mask = s->gram_cap - 1;

	for (size_t i = hash & mask; s->grams[i].hash != 0; i = (i + 1) & mask)
		if (s->grams[i].hash == hash)
			look_at(s, &s->grams[i], text, best);
	return best->len > 0;
}

bool secrets_match_next(const struct secrets *s, struct span text, size_t from,
			struct secret_match *out)
{
	size_t mask = s->gram_cap - 1;

	if (s->count == 0)
		return false;
	for (size_t at = from; at + GRAM <= text.len; at++) {
		uint32_t hash = hash_at(text.at + at);
		struct secret_match best = { .at = at };

		if (s->grams[hash & mask].hash == 0)
			continue;
		if (longest(s, hash, span_skip(text, at), &best)) {
			*out = best;
			return true;
		}
	}
	return false;
}
