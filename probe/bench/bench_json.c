/* Writes a bench as JSON, with its histograms, so that results can be
 * merged. */
#include "probe/bench/bench_private.h"

static void add_load(const char *name, const struct load_result *l,
		     struct buf *out)
{
	buf_addf(out,
		 "\"%s\": { \"done\": %llu, \"failed\": %llu, \"events\": "
		 "%llu, \"lost\": %llu, \"took_ns\": %lld",
		 name, (unsigned long long)l->done,
		 (unsigned long long)l->failed, (unsigned long long)l->events,
		 (unsigned long long)l->lost, (long long)l->took);
	if (l->failed > 0) {
		buf_add_text(out, ", \"why\": ");
		jscan_quote(out, span_of(l->why));
	}
	buf_add_text(out, ",\n      \"head_ns\": ");
	histogram_write(&l->head, out);
	buf_add_text(out, ",\n      \"first_ns\": ");
	histogram_write(&l->first, out);
	buf_add_text(out, ",\n      \"gap_ns\": ");
	histogram_write(&l->gap, out);
	buf_add_text(out, ",\n      \"whole_ns\": ");
	histogram_write(&l->whole, out);
	buf_add_text(out, " }");
}

static void add_spread(const char *name, const struct bench_spread *s,
		       struct buf *out)
{
	buf_addf(out,
		 "\"%s\": { \"median\": %.6g, \"least\": %.6g, \"most\": "
		 "%.6g, \"values\": [",
		 name, s->median, s->least, s->most);
	for (size_t i = 0; i < s->count; i++)
		buf_addf(out, "%s%.12g", i > 0 ? ", " : "", s->values[i]);
	buf_add_text(out, "] }");
}

static void add_both(const struct load_result *direct,
		     const struct load_result *gateway, struct buf *out)
{
	add_load("direct", direct, out);
	buf_add_text(out, ",\n      ");
	add_load("gateway", gateway, out);
}

static void add_loads(const struct bench_result *r, struct buf *out)
{
	buf_add_text(out, "  \"loads\": [");
	for (size_t i = 0; i < BENCH_LOADS; i++) {
		const struct bench_load *l = &r->loads[i];

		buf_addf(out,
			 "%s\n    { \"request\": \"%s\", \"streams\": %u,\n"
			 "      ",
			 i > 0 ? "," : "", l->size, l->streams);
		add_spread("added_head_ns", &l->head, out);
		buf_add_text(out, ",\n      ");
		add_spread("added_first_ns", &l->first, out);
		buf_add_text(out, ",\n      ");
		add_spread("added_gap_ns", &l->gap, out);
		buf_add_text(out, ",\n      ");
		add_both(&l->direct, &l->gateway, out);
		buf_add_text(out, " }");
	}
	buf_add_text(out, "\n  ],\n");
}

static void add_steps(const struct bench_result *r, struct buf *out)
{
	buf_add_text(out, "  \"steps\": [");
	for (size_t i = 0; i < 2 * BENCH_RUNGS; i++) {
		const struct bench_step *s = &r->steps[i];

		buf_addf(out,
			 "%s\n    { \"request\": \"%s\", \"streams\": %u,\n"
			 "      ",
			 i > 0 ? "," : "", s->size, s->streams);
		add_both(&s->direct, &s->gateway, out);
		buf_add_text(out, " }");
	}
	buf_add_text(out, "\n  ],\n");
}

static void add_paced(const struct bench_result *r, struct buf *out)
{
	buf_add_text(out, "  \"paced\": [");
	for (unsigned i = 0; i < r->paced_count; i++) {
		buf_addf(out, "%s\n    { \"streams\": %u,\n      ",
			 i > 0 ? "," : "", r->paced[i].streams);
		add_both(&r->paced[i].direct, &r->paced[i].gateway, out);
		buf_add_text(out, " }");
	}
	buf_add_text(out, "\n  ],\n");
}

static void add_rates(const struct bench_result *r, struct buf *out)
{
	buf_add_text(out, "  \"rates\": [");
	for (size_t i = 0; i < 2 * BENCH_BOUNDS; i++) {
		const struct bench_rate *rate = &r->rates[i];

		buf_addf(out,
			 "%s\n    { \"request\": \"%s\", \"p99_within_ms\": "
			 "%lld, \"direct\": %.1f, \"direct_streams\": %u, "
			 "\"gateway\": %.1f, \"gateway_streams\": %u }",
			 i > 0 ? "," : "", rate->size,
			 (long long)(rate->within / TICK_MS), rate->direct,
			 rate->direct_streams, rate->gateway,
			 rate->gateway_streams);
	}
	buf_add_text(out, "\n  ],\n");
}

static void add_usage(const struct bench_result *r, struct buf *out)
{
	if (!r->has_usage) {
		buf_add_text(out, "  \"usage\": null\n");
		return;
	}
	buf_add_text(out, "  \"usage\": { ");
	add_spread("cpu_ns_a_request", &r->cpu, out);
	buf_addf(out,
		 ", \"memory_kb\": { \"idle\": %zu, \"loaded\": %zu, "
		 "\"after\": %zu } }\n",
		 r->idle.memory_kb, r->loaded.memory_kb, r->after.memory_kb);
}

void bench_json(const struct bench_result *r, struct buf *out)
{
	buf_add_text(out, "{\n");
	buf_addf(out,
		 "  \"ccprobe_bench\": %d,\n  \"gateway\": ", BENCH_VERSION);
	jscan_quote(out, span_of(r->name));
	buf_addf(out,
		 ",\n  \"pairs\": %u,\n  \"lasts_ms\": %lld,\n  \"pace_ms\": "
		 "%u,\n  \"seed\": %llu,\n  \"shard\": %u,\n  \"shards\": "
		 "%u,\n  \"files\": %u,\n  ",
		 r->pairs, (long long)(r->lasts / TICK_MS), r->pace_ms,
		 (unsigned long long)r->seed, r->shard, r->shards, r->files);
	add_spread("direct_to_direct", &r->same, out);
	buf_add_text(out, ",\n");
	add_loads(r, out);
	add_rates(r, out);
	add_steps(r, out);
	add_paced(r, out);
	buf_add_text(out, "  \"long\": { ");
	add_both(&r->long_direct, &r->long_gateway, out);
	buf_add_text(out, " },\n");
	add_usage(r, out);
	buf_add_text(out, "}\n");
}
