/* Reads a result that the form "json" has written. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "probe/bench/bench_private.h"
#include "wire/bytes/mem.h"

/* `place` is the path of the item that is being read, for messages. */
struct bench_reader {
	struct fail *f;
	char place[80];
};

static int wrong(struct bench_reader *r, const char *key)
{
	return fail_set(r->f, FAIL_SYNTAX,
			"this is not what 'ccprobe bench --format json' "
			"writes: %s%s",
			r->place, key);
}

static int read_count(struct bench_reader *r, struct jval object,
		      const char *key, int64_t most, int64_t *out)
{
	if (!jscan_i64(jscan_get(object, key), out) || *out < 0 || *out > most)
		return wrong(r, key);
	return 0;
}

static int read_u64(struct bench_reader *r, struct jval object, const char *key,
		    uint64_t *out)
{
	int64_t n;

	if (read_count(r, object, key, INT64_MAX, &n) < 0)
		return -1;
	*out = (uint64_t)n;
	return 0;
}

static int read_unsigned(struct bench_reader *r, struct jval object,
			 const char *key, unsigned most, unsigned *out)
{
	int64_t n;

	if (read_count(r, object, key, most, &n) < 0)
		return -1;
	*out = (unsigned)n;
	return 0;
}

static int read_spread(struct bench_reader *r, struct jval object,
		       const char *key, struct bench_spread *out)
{
	struct jval values = jscan_get(jscan_get(object, key), "values");
	struct jiter it = jscan_iter(values);
	struct jval name, v;
	double value;

	if (values.type != J_ARRAY)
		return wrong(r, key);
	while (jscan_next(&it, &name, &v)) {
		if (!jscan_double(v, &value))
			return wrong(r, key);
		bench_spread_add(out, value);
	}
	return 0;
}

static int read_histogram(struct bench_reader *r, struct jval object,
			  const char *key, struct histogram *out)
{
	struct fail f = FAIL_INIT;

	if (histogram_read(out, jscan_get(object, key), &f) == 0)
		return 0;
	return fail_set(r->f, FAIL_SYNTAX, "%s%s: %s", r->place, key, f.text);
}

static int read_load(struct bench_reader *r, struct jval object,
		     const char *key, struct load_result *out)
{
	struct jval load = jscan_get(object, key);
	struct buf why = BUF_INIT(BUF_NO_LIMIT);

	jscan_string(jscan_get(load, "why"), &why);
	snprintf(out->why, sizeof(out->why), "%s", buf_str(&why));
	buf_clear(&why);
	if (load.type != J_OBJECT)
		return wrong(r, key);
	if (read_u64(r, load, "done", &out->done) < 0 ||
	    read_u64(r, load, "failed", &out->failed) < 0 ||
	    read_u64(r, load, "events", &out->events) < 0 ||
	    read_u64(r, load, "lost", &out->lost) < 0 ||
	    read_count(r, load, "took_ns", INT64_MAX, &out->took) < 0)
		return -1;
	if (read_histogram(r, load, "head_ns", &out->head) < 0 ||
	    read_histogram(r, load, "first_ns", &out->first) < 0 ||
	    read_histogram(r, load, "gap_ns", &out->gap) < 0)
		return -1;
	return read_histogram(r, load, "whole_ns", &out->whole);
}

static int read_size(struct bench_reader *r, struct jval object,
		     const char **out)
{
	for (size_t i = 0; i < BENCH_SIZES; i++)
		if (jscan_member_is(object, "request", bench_sizes[i].name))
			*out = bench_sizes[i].name;
	return *out ? 0 : wrong(r, "request");
}

static int read_both(struct bench_reader *r, struct jval object,
		     struct load_result *direct, struct load_result *gateway)
{
	if (read_load(r, object, "direct", direct) < 0)
		return -1;
	return read_load(r, object, "gateway", gateway);
}

static int read_one(struct bench_reader *r, struct jval v, struct bench_load *l)
{
	if (read_size(r, v, &l->size) < 0 ||
	    read_unsigned(r, v, "streams", UINT32_MAX, &l->streams) < 0 ||
	    read_spread(r, v, "added_head_ns", &l->head) < 0 ||
	    read_spread(r, v, "added_first_ns", &l->first) < 0 ||
	    read_spread(r, v, "added_gap_ns", &l->gap) < 0)
		return -1;
	return read_both(r, v, &l->direct, &l->gateway);
}

static int read_step(struct bench_reader *r, struct jval v,
		     struct bench_step *s)
{
	if (read_size(r, v, &s->size) < 0 ||
	    read_unsigned(r, v, "streams", UINT32_MAX, &s->streams) < 0)
		return -1;
	return read_both(r, v, &s->direct, &s->gateway);
}

static int read_paced(struct bench_reader *r, struct jval v,
		      struct bench_paced *p)
{
	if (read_unsigned(r, v, "streams", UINT32_MAX, &p->streams) < 0)
		return -1;
	return read_both(r, v, &p->direct, &p->gateway);
}

/* ---- lists ---- */

typedef int read_item(struct bench_reader *r, struct bench_result *out,
		      struct jval v, unsigned i);

static int read_loads_item(struct bench_reader *r, struct bench_result *out,
			   struct jval v, unsigned i)
{
	return read_one(r, v, &out->loads[i]);
}

static int read_steps_item(struct bench_reader *r, struct bench_result *out,
			   struct jval v, unsigned i)
{
	return read_step(r, v, &out->steps[i]);
}

static int read_paced_item(struct bench_reader *r, struct bench_result *out,
			   struct jval v, unsigned i)
{
	out->paced_count = i + 1;
	return read_paced(r, v, &out->paced[i]);
}

static int read_list(struct bench_reader *r, struct jval root, const char *key,
		     size_t least, size_t most, read_item *item,
		     struct bench_result *out)
{
	struct jval list = jscan_get(root, key), name, v;
	struct jiter it = jscan_iter(list);
	size_t count = list.type == J_ARRAY ? jscan_count(list) : 0;

	r->place[0] = '\0';
	if (count < least || count > most)
		return wrong(r, key);
	for (unsigned i = 0; jscan_next(&it, &name, &v); i++) {
		snprintf(r->place, sizeof(r->place), "%s/%u/", key, i);
		if (item(r, out, v, i) < 0)
			return -1;
	}
	r->place[0] = '\0';
	return 0;
}

/* ---- all of it ---- */

static int read_memory(struct bench_reader *r, struct jval memory,
		       const char *key, struct usage *out)
{
	int64_t kb;

	if (read_count(r, memory, key, UINT32_MAX, &kb) < 0)
		return -1;
	out->memory_kb = (size_t)kb;
	return 0;
}

static int read_usage(struct bench_reader *r, struct jval root,
		      struct bench_result *out)
{
	struct jval usage, memory;

	if (!jscan_member(root, "usage", &usage))
		return wrong(r, "usage");
	out->has_usage = usage.type != J_NULL;
	if (!out->has_usage)
		return 0;
	memory = jscan_get(usage, "memory_kb");
	if (read_spread(r, usage, "cpu_ns_a_request", &out->cpu) < 0 ||
	    read_memory(r, memory, "idle", &out->idle) < 0 ||
	    read_memory(r, memory, "loaded", &out->loaded) < 0)
		return -1;
	return read_memory(r, memory, "after", &out->after);
}

static int read_config(struct bench_reader *r, struct jval root,
		       struct bench_result *out)
{
	struct buf name = BUF_INIT(BUF_NO_LIMIT);
	int64_t version, ms;
	size_t len;

	if (read_count(r, root, "ccprobe_bench", INT64_MAX, &version) < 0)
		return -1;
	if (version != BENCH_VERSION)
		return fail_set(
			r->f, FAIL_SYNTAX,
			"another version of ccprobe wrote it: measure again");
	if (jscan_get(root, "gateway").type != J_STRING)
		return wrong(r, "gateway");
	jscan_string(jscan_get(root, "gateway"), &name);
	out->name = buf_take(&name, &len);
	if (read_unsigned(r, root, "pairs", UINT32_MAX, &out->pairs) < 0 ||
	    read_unsigned(r, root, "pace_ms", UINT32_MAX, &out->pace_ms) < 0 ||
	    read_unsigned(r, root, "shards", BENCH_SHARDS_LIMIT, &out->shards) <
		    0 ||
	    read_unsigned(r, root, "shard", out->shards, &out->shard) < 0 ||
	    read_unsigned(r, root, "files", UINT32_MAX, &out->files) < 0 ||
	    read_u64(r, root, "seed", &out->seed) < 0 ||
	    read_count(r, root, "lasts_ms", INT64_MAX / TICK_MS, &ms) < 0)
		return -1;
	out->lasts = ms * TICK_MS;
	return out->shard > 0 ? 0 : wrong(r, "shard");
}

static int read_all(struct bench_reader *r, struct jval root,
		    struct bench_result *out)
{
	struct jval longs = jscan_get(root, "long");

	if (read_config(r, root, out) < 0 ||
	    read_spread(r, root, "direct_to_direct", &out->same) < 0 ||
	    read_list(r, root, "loads", BENCH_LOADS, BENCH_LOADS,
		      read_loads_item, out) < 0 ||
	    read_list(r, root, "steps", 2 * BENCH_RUNGS, 2 * BENCH_RUNGS,
		      read_steps_item, out) < 0 ||
	    read_list(r, root, "paced", 1, BENCH_PACED_LIMIT, read_paced_item,
		      out) < 0 ||
	    read_both(r, longs, &out->long_direct, &out->long_gateway) < 0)
		return -1;
	bench_rates(out);
	return read_usage(r, root, out);
}

int bench_read(struct span text, struct bench_result *out, struct fail *f)
{
	struct bench_reader r = { .f = f };
	struct jval root;

	*out = (struct bench_result){ .name = NULL };
	if (jscan(text, &root, f) < 0)
		return -1;
	if (read_all(&r, root, out) == 0)
		return 0;
	bench_clear(out);
	return -1;
}
