/* Writes a soak as text and as JSON. */
#include "probe/bench/bench_private.h"
#include "probe/bench/soak.h"

/* ---- text ---- */

static void add_verdict(const struct soak_result *r, const char *what,
			bool fails, const char *bad, const char *good,
			struct buf *out)
{
	buf_addf(out, "%-13s%s\n", what,
		 fails                   ? bad
		 : r->lasts < SOAK_TELLS ? "not judged: 60 s are needed"
					 : good);
}

static void add_samples(const struct soak_result *r, struct buf *out)
{
	buf_add_text(out,
		     "\nAt rest, before the traffic and after each tenth of "
		     "it\nmemory, MiB  descriptors  first event: "
		     "direct  gateway\n");
	for (unsigned i = 0; i < r->samples_count; i++) {
		const struct soak_sample *s = &r->samples[i];

		if (r->has_usage)
			buf_addf(out, "%-13.1f%-26zu",
				 (double)s->usage.memory_kb / 1024,
				 s->usage.descriptors);
		else
			buf_addf(out, "%-13s%-26s", "not known", "not known");
		bench_duration((double)s->direct, false, out);
		buf_add_text(out, "  ");
		bench_duration((double)s->gateway, false, out);
		buf_add_text(out, "\n");
	}
}

void soak_text(const struct soak_result *r, struct buf *out)
{
	buf_addf(out, "ccprobe bench --soak: %s, %lld s, seed %llu\n\n",
		 r->name, (long long)(r->lasts / TICK_S),
		 (unsigned long long)r->seed);
	buf_addf(
		out,
		"answers      %llu whole, %llu left by the client, %llu cut "
		"and "
		"%llu refused by the provider; %llu new connections; %.1f MB\n",
		(unsigned long long)r->whole, (unsigned long long)r->left,
		(unsigned long long)r->cut, (unsigned long long)r->refused,
		(unsigned long long)r->fresh, (double)r->bytes / 1e6);
	buf_addf(out, "wrong        %llu%s\n", (unsigned long long)r->wrong,
		 r->exact ? "; each byte was compared"
			  : "; the text was compared: what else is in these "
			    "answers differs from one to the next");
	buf_addf(out, "failed       %llu\n", (unsigned long long)r->failed);
	if (r->why[0])
		buf_addf(out, "the first    %s\n", r->why);
	if (r->has_usage) {
		add_verdict(r, "memory", soak_leaks_memory(r),
			    "grows and does not level off", "no leak", out);
		add_verdict(r, "descriptors", soak_leaks_descriptors(r),
			    "more and more are open", "no leak", out);
	}
	add_verdict(r, "latency", soak_drifts(r),
		    "the way through the gateway becomes longer", "no drift",
		    out);
	add_samples(r, out);
	buf_addf(out, "\n%s\n", soak_is_sound(r) ? "sound" : "NOT SOUND");
}

/* ---- JSON ---- */

static const char *word(bool value)
{
	return value ? "true" : "false";
}

void soak_json(const struct soak_result *r, struct buf *out)
{
	buf_add_text(out, "{\n  \"ccprobe_soak\": 1,\n  \"gateway\": ");
	jscan_quote(out, span_of(r->name));
	buf_addf(out,
		 ",\n  \"seed\": %llu,\n  \"lasts_ms\": %lld,\n  \"whole\": "
		 "%llu,\n  \"left\": %llu,\n  \"cut\": %llu,\n  \"refused\": "
		 "%llu,\n  \"new_connections\": %llu,\n  \"bytes\": %llu,\n  "
		 "\"wrong\": %llu,\n  \"failed\": %llu,\n  \"why\": ",
		 (unsigned long long)r->seed, (long long)(r->lasts / TICK_MS),
		 (unsigned long long)r->whole, (unsigned long long)r->left,
		 (unsigned long long)r->cut, (unsigned long long)r->refused,
		 (unsigned long long)r->fresh, (unsigned long long)r->bytes,
		 (unsigned long long)r->wrong, (unsigned long long)r->failed);
	jscan_quote(out, span_of(r->why));
	buf_addf(out,
		 ",\n  \"each_byte\": %s,\n  \"leaks_memory\": %s,\n  "
		 "\"leaks_descriptors\": %s,\n  \"drifts\": %s,\n  \"sound\": "
		 "%s,\n  \"samples\": [",
		 word(r->exact), word(soak_leaks_memory(r)),
		 word(soak_leaks_descriptors(r)), word(soak_drifts(r)),
		 word(soak_is_sound(r)));
	for (unsigned i = 0; i < r->samples_count; i++) {
		const struct soak_sample *s = &r->samples[i];

		buf_addf(out,
			 "%s\n    { \"memory_kb\": %zu, \"descriptors\": %zu, "
			 "\"direct_first_ns\": %lld, \"gateway_first_ns\": "
			 "%lld }",
			 i > 0 ? "," : "", s->usage.memory_kb,
			 s->usage.descriptors, (long long)s->direct,
			 (long long)s->gateway);
	}
	buf_add_text(out, "\n  ]\n}\n");
}
