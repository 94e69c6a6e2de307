/* Merges several results into one. */
#include <stdlib.h>
#include <string.h>

#include "probe/bench/bench_private.h"
#include "wire/bytes/mem.h"

/* ---- is it the same measurement ---- */

static bool same_streams(const struct bench_result *a,
			 const struct bench_result *b)
{
	for (unsigned i = 0; i < a->paced_count; i++)
		if (a->paced[i].streams != b->paced[i].streams)
			return false;
	return true;
}

static const char *difference(const struct bench_result *a,
			      const struct bench_result *b)
{
	if (strcmp(a->name, b->name) != 0)
		return "another gateway";
	if (a->shards != b->shards)
		return "another number of shards";
	if (a->shards > 1 && (a->seed != b->seed || a->pairs != b->pairs))
		return "other --pairs or --seed";
	if (a->lasts != b->lasts)
		return "another --each";
	if (a->pace_ms != b->pace_ms || a->paced_count != b->paced_count ||
	    !same_streams(a, b))
		return "other --streams or --pace";
	return NULL;
}

static uint64_t part_of(const struct bench_result *r)
{
	return UINT64_C(1) << (r->shard - 1);
}

static int check(const struct bench_result *to, const struct bench_result *from,
		 struct fail *f)
{
	const char *what;

	if (from->files > 0)
		return fail_set(f, FAIL_USAGE,
				"it is a merged result: name the files that "
				"it was merged from");
	if (to->files == 0)
		return 0;
	what = difference(to, from);
	if (what)
		return fail_set(f, FAIL_USAGE,
				"it measured something else than the file "
				"before it: %s",
				what);
	if (from->shards > 1 && (to->parts & part_of(from)))
		return fail_set(f, FAIL_USAGE,
				"shard %u of %u was there before", from->shard,
				from->shards);
	return 0;
}

/* ---- adding them ---- */

static void add_spread(struct bench_spread *to, const struct bench_spread *from)
{
	for (size_t i = 0; i < from->count; i++)
		bench_spread_add(to, from->values[i]);
}

static void add_loads(struct bench_result *to, const struct bench_result *from)
{
	for (size_t i = 0; i < BENCH_LOADS; i++) {
		struct bench_load *l = &to->loads[i];
		const struct bench_load *one = &from->loads[i];

		l->size = one->size;
		l->streams = one->streams;
		load_merge(&l->direct, &one->direct);
		load_merge(&l->gateway, &one->gateway);
		add_spread(&l->head, &one->head);
		add_spread(&l->first, &one->first);
		add_spread(&l->gap, &one->gap);
	}
}

static void add_streams(struct bench_result *to,
			const struct bench_result *from)
{
	for (size_t i = 0; i < 2 * BENCH_RUNGS; i++) {
		to->steps[i].size = from->steps[i].size;
		to->steps[i].streams = from->steps[i].streams;
		load_merge(&to->steps[i].direct, &from->steps[i].direct);
		load_merge(&to->steps[i].gateway, &from->steps[i].gateway);
	}
	for (unsigned i = 0; i < from->paced_count; i++) {
		to->paced[i].streams = from->paced[i].streams;
		load_merge(&to->paced[i].direct, &from->paced[i].direct);
		load_merge(&to->paced[i].gateway, &from->paced[i].gateway);
	}
	load_merge(&to->long_direct, &from->long_direct);
	load_merge(&to->long_gateway, &from->long_gateway);
}

/* Memory is not added: the largest value is kept. */
static void add_memory(struct usage *to, const struct usage *from)
{
	if (from->memory_kb > to->memory_kb)
		to->memory_kb = from->memory_kb;
}

static void begin(struct bench_result *to, const struct bench_result *from)
{
	*to = (struct bench_result){ .name = xstrdup(from->name),
				     .seed = from->seed,
				     .pairs =
					     from->shards > 1 ? from->pairs : 0,
				     .pace_ms = from->pace_ms,
				     .shard = 1,
				     .shards = from->shards,
				     .lasts = from->lasts,
				     .paced_count = from->paced_count };
}

int bench_merge(struct bench_result *to, const struct bench_result *from,
		struct fail *f)
{
	if (check(to, from, f) < 0)
		return -1;
	if (to->files == 0)
		begin(to, from);
	to->files++;
	to->parts |= part_of(from);
	if (from->shards == 1)
		to->pairs += from->pairs;
	add_spread(&to->same, &from->same);
	add_loads(to, from);
	add_streams(to, from);
	bench_rates(to);
	add_spread(&to->cpu, &from->cpu);
	to->has_usage = to->has_usage || from->has_usage;
	add_memory(&to->idle, &from->idle);
	add_memory(&to->loaded, &from->loaded);
	add_memory(&to->after, &from->after);
	return 0;
}

int bench_merged(const struct bench_result *r, struct fail *f)
{
	for (unsigned i = 0; i < r->shards; i++)
		if (!(r->parts >> i & 1))
			return fail_set(f, FAIL_USAGE,
					"shard %u of %u is missing", i + 1,
					r->shards);
	return 0;
}
