/* Judges a soak: what grows, and what gets slower. */
#include <math.h>

#include "probe/bench/soak.h"

/* Growth below these bounds is ignored. */
enum { MEMORY_KB = 8 * 1024, DESCRIPTORS = 16 };

#define DRIFT 1.5
#define DRIFT_AT_LEAST ((double)TICK_MS)

/* ---- thirds of the traffic ---- */

/*
 * Each third counts with the least of its samples: a busy machine makes answers
 * late, and memory that is not yet given back makes usage large, but nothing
 * makes a sample better than the gateway is. The first sample is not in them: it
 * was taken before the traffic.
 */

struct thirds {
	double early, middle, late;
};

typedef double value_of(const struct soak_sample *s);

static double least(const struct soak_sample *s, unsigned count,
		    value_of *value)
{
	double found = value(&s[0]);

	for (unsigned i = 1; i < count; i++)
		found = fmin(found, value(&s[i]));
	return found;
}

/* false: the soak was too short, or not finished. */
static bool thirds_of(const struct soak_result *r, value_of *value,
		      struct thirds *out)
{
	if (r->lasts < SOAK_TELLS || r->samples_count != SOAK_PARTS + 1)
		return false;
	out->early = least(&r->samples[1], 3, value);
	out->middle = least(&r->samples[4], 4, value);
	out->late = least(&r->samples[8], 3, value);
	return true;
}

/* It grows in both halves, and at the end more than half as fast as before. */
static bool grows(const struct thirds *t, double most)
{
	return t->late - t->early > most && t->middle > t->early &&
	       t->late - t->middle > (t->middle - t->early) / 2;
}

static double memory_of(const struct soak_sample *s)
{
	return (double)s->usage.memory_kb;
}

static double descriptors_of(const struct soak_sample *s)
{
	return (double)s->usage.descriptors;
}

static double factor_of(const struct soak_sample *s)
{
	return s->direct > 0 ? (double)s->gateway / (double)s->direct : 0;
}

static double added_of(const struct soak_sample *s)
{
	return (double)(s->gateway - s->direct);
}

bool soak_leaks_memory(const struct soak_result *r)
{
	struct thirds t;

	return r->has_usage && thirds_of(r, memory_of, &t) &&
	       grows(&t, fmax(MEMORY_KB, t.early / 4));
}

bool soak_leaks_descriptors(const struct soak_result *r)
{
	struct thirds t;

	return r->has_usage && thirds_of(r, descriptors_of, &t) &&
	       grows(&t, DESCRIPTORS);
}

bool soak_drifts(const struct soak_result *r)
{
	struct thirds factor, added;

	return thirds_of(r, factor_of, &factor) &&
	       thirds_of(r, added_of, &added) &&
	       factor.late > DRIFT * factor.early &&
	       added.late - added.early > DRIFT_AT_LEAST;
}

bool soak_is_sound(const struct soak_result *r)
{
	return r->wrong == 0 && r->failed == 0 && !soak_leaks_memory(r) &&
	       !soak_leaks_descriptors(r) && !soak_drifts(r);
}
