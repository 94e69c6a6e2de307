/* Counts durations in bins. */
#include "probe/bench/histogram.h"

#include <stdlib.h>
#include <string.h>

#include "wire/bytes/mem.h"

/* By how many bits a duration is shifted right to have seven bits: 64 to
 * 127. */
static unsigned shift_of(uint64_t v)
{
	return v < 2 * HISTOGRAM_STEPS ? 0
				       : 63 - 6 - (unsigned)__builtin_clzll(v);
}

static size_t bin_of(tick_t value)
{
	unsigned shift = shift_of((uint64_t)value);

	return (size_t)shift * HISTOGRAM_STEPS +
	       (size_t)((uint64_t)value >> shift);
}

/* The longest duration of a bin. */
static tick_t end_of(size_t bin)
{
	size_t shift =
		bin < 2 * HISTOGRAM_STEPS ? 0 : bin / HISTOGRAM_STEPS - 1;
	uint64_t step = bin - shift * HISTOGRAM_STEPS;

	return (tick_t)(((step + 1) << shift) - 1);
}

void histogram_clear(struct histogram *h)
{
	free(h->bins);
	*h = (struct histogram){ .count = 0 };
}

static void widen(struct histogram *h, tick_t least, tick_t most)
{
	if (!h->bins)
		h->bins = xcalloc(HISTOGRAM_BINS, sizeof(*h->bins));
	if (h->count == 0 || least < h->least)
		h->least = least;
	if (h->count == 0 || most > h->most)
		h->most = most;
}

void histogram_add(struct histogram *h, tick_t value)
{
	value = value < 0 ? 0 : value;
	widen(h, value, value);
	h->count++;
	h->sum += (double)value;
	h->bins[bin_of(value)]++;
}

void histogram_merge(struct histogram *to, const struct histogram *from)
{
	if (from->count == 0)
		return;
	widen(to, from->least, from->most);
	to->count += from->count;
	to->sum += from->sum;
	for (size_t i = 0; i < HISTOGRAM_BINS; i++)
		to->bins[i] += from->bins[i];
}

tick_t histogram_at(const struct histogram *h, double part)
{
	uint64_t wanted = (uint64_t)(part * (double)h->count + 0.999999);
	uint64_t seen = 0;

	for (size_t i = 0; h->count > 0 && i < HISTOGRAM_BINS; i++) {
		seen += h->bins[i];
		if (seen > 0 && seen >= wanted)
			return end_of(i) < h->most ? end_of(i) : h->most;
	}
	return h->most;
}

void histogram_write(const struct histogram *h, struct buf *out)
{
	const char *between = "";

	buf_addf(out,
		 "{ \"count\": %llu, \"least\": %lld, \"most\": %lld, "
		 "\"sum\": %.0f, \"bins\": [",
		 (unsigned long long)h->count, (long long)h->least,
		 (long long)h->most, h->sum);
	for (size_t i = 0; h->bins && i < HISTOGRAM_BINS; i++) {
		if (h->bins[i] == 0)
			continue;
		buf_addf(out, "%s[%zu, %llu]", between, i,
			 (unsigned long long)h->bins[i]);
		between = ", ";
	}
	buf_add_text(out, "] }");
}

static bool read_number(struct jval object, const char *key, int64_t *out)
{
	return jscan_i64(jscan_get(object, key), out) && *out >= 0;
}

static int read_bin(struct histogram *h, struct jval pair)
{
	struct jiter it = jscan_iter(pair);
	int64_t bin, count;
	struct jval key, v;

	if (pair.type != J_ARRAY || !jscan_next(&it, &key, &v) ||
	    !jscan_i64(v, &bin) || bin < 0 || bin >= HISTOGRAM_BINS ||
	    !jscan_next(&it, &key, &v) || !jscan_i64(v, &count) || count < 0)
		return -1;
	h->bins[bin] += (uint64_t)count;
	h->count += (uint64_t)count;
	return 0;
}

static int read_bins(struct histogram *h, struct jval object)
{
	struct jval bins = jscan_get(object, "bins"), key, pair;
	struct jiter it = jscan_iter(bins);

	if (bins.type != J_ARRAY)
		return -1;
	while (jscan_next(&it, &key, &pair))
		if (read_bin(h, pair) < 0)
			return -1;
	return 0;
}

int histogram_read(struct histogram *out, struct jval object, struct fail *f)
{
	int64_t count, least, most, sum;

	*out = (struct histogram){ .count = 0 };
	if (!read_number(object, "count", &count) ||
	    !read_number(object, "least", &least) ||
	    !read_number(object, "most", &most) ||
	    !read_number(object, "sum", &sum))
		return fail_set(
			f, FAIL_SYNTAX,
			"a histogram must have count, least, most and sum");
	widen(out, least, most);
	out->sum = (double)sum;
	if (read_bins(out, object) == 0 && out->count == (uint64_t)count)
		return 0;
	histogram_clear(out);
	return fail_set(f, FAIL_SYNTAX,
			"the bins of a histogram are pairs [BIN, COUNT] that "
			"add up to its count");
}
