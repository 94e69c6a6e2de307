/* The standing of a provider, in atomic numbers that are independent of each
 * other. */
#include "gateway/pool/standing.h"

#include <stdlib.h>

#include "wire/bytes/mem.h"

enum { SHARE = 4 }; /* a new value is one part of this many in a mean */

struct standing {
	uint32_t number;
	_Atomic tick_t failed, first;
	_Atomic uint64_t pace;
	atomic_uint holders;
};

struct standing *standing_new(void)
{
	static _Atomic uint32_t numbers;
	struct standing *s = xcalloc(1, sizeof(*s));

	s->number = atomic_fetch_add(&numbers, 1) + 1;
	s->holders = 1;
	return s;
}

struct standing *standing_hold(struct standing *s)
{
	atomic_fetch_add(&s->holders, 1);
	return s;
}

void standing_drop(struct standing *s)
{
	if (s && atomic_fetch_sub(&s->holders, 1) == 1)
		free(s);
}

uint32_t standing_number(const struct standing *s)
{
	return s->number;
}

void standing_failed(struct standing *s, tick_t now)
{
	atomic_store(&s->failed, now);
}

/* If two workers write at once, one value may be lost; a mean can bear that. */
void standing_first(struct standing *s, tick_t took)
{
	tick_t was = atomic_load(&s->first);

	atomic_store(&s->first, was ? was + (took - was) / SHARE : took);
}

void standing_pace(struct standing *s, uint64_t bytes, tick_t took)
{
	uint64_t was = atomic_load(&s->pace), now;

	if (took < TICK_MS)
		return;
	now = bytes * 1000 / (uint64_t)(took / TICK_MS);
	atomic_store(&s->pace, was ? was - was / SHARE + now / SHARE : now);
}

struct standing_now standing_look(const struct standing *s)
{
	return (struct standing_now){ atomic_load(&s->failed),
				      atomic_load(&s->first),
				      atomic_load(&s->pace) };
}
