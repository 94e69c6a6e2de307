/* Writes a bench as text and as Markdown. */
#include <math.h>
#include <stdio.h>

#include "probe/bench/bench_private.h"

#define MS 1e6
#define US 1e3

void bench_duration(double ns, bool added, struct buf *out)
{
	const char *sign = added && ns >= 0 ? "+" : "";
	double size = fabs(ns);

	ns += 0.0; /* turns -0 into 0 */

	if (size >= 100 * MS)
		buf_addf(out, "%s%.0f ms", sign, ns / MS);
	else if (size >= MS)
		buf_addf(out, "%s%.1f ms", sign, ns / MS);
	else
		buf_addf(out, "%s%.0f us", sign, ns / US);
}

/* "+0.4 ms (+0.3 ms to +0.6 ms)" */
static void add_spread(const struct bench_spread *s, struct buf *out)
{
	bench_duration(s->median, true, out);
	buf_add_text(out, " (");
	bench_duration(s->least, true, out);
	buf_add_text(out, " to ");
	bench_duration(s->most, true, out);
	buf_add_text(out, ")");
}

/* A table that is written cell by cell. */
struct table {
	struct buf *out;
	bool markdown;
	const unsigned *widths; /* of the text form */
	unsigned column;
};

static void cell(struct table *t, const char *text)
{
	if (t->markdown)
		buf_addf(t->out, "| %s ", text);
	else
		buf_addf(t->out, "%-*s", (int)t->widths[t->column], text);
	t->column++;
}

static void row_end(struct table *t)
{
	while (!t->markdown && t->out->len > 0 &&
	       t->out->at[t->out->len - 1] == ' ')
		buf_cut(t->out, t->out->len - 1);
	buf_add_text(t->out, t->markdown ? "|\n" : "\n");
	t->column = 0;
}

static void head(struct table *t, const char *const *names)
{
	unsigned count = 0;

	for (; names[count]; count++)
		cell(t, names[count]);
	row_end(t);
	for (unsigned i = 0; t->markdown && i < count; i++)
		cell(t, "---");
	if (t->markdown)
		row_end(t);
}

static void cell_spread(struct table *t, const struct bench_spread *s)
{
	struct buf text = BUF_INIT(BUF_NO_LIMIT);

	add_spread(s, &text);
	cell(t, buf_str(&text));
	buf_clear(&text);
}

static void add_title(const char *text, bool markdown, struct buf *out)
{
	buf_addf(out, markdown ? "\n## %s\n\n" : "\n%s\n", text);
}

static void add_loads(const struct bench_result *r, bool markdown,
		      struct buf *out)
{
	static const char *const names[] = { "request",     "streams", "head",
					     "first event", "pause",   "failed",
					     NULL };
	static const unsigned widths[] = { 9, 9, 34, 34, 34, 6 };
	struct table t = { out, markdown, widths, 0 };
	char number[64];

	add_title("What the gateway adds: median and range of the pairs (head "
		  "and "
		  "first event at p50; pause: how far events are from their "
		  "pace, at p99)",
		  markdown, out);
	head(&t, names);
	for (size_t i = 0; i < BENCH_LOADS; i++) {
		const struct bench_load *l = &r->loads[i];

		cell(&t, l->size);
		snprintf(number, sizeof(number), "%u", l->streams);
		cell(&t, number);
		cell_spread(&t, &l->head);
		cell_spread(&t, &l->first);
		cell_spread(&t, &l->gap);
		snprintf(number, sizeof(number), "%llu of %llu",
			 (unsigned long long)l->gateway.failed,
			 (unsigned long long)(l->gateway.failed +
					      l->gateway.done));
		cell(&t, number);
		row_end(&t);
	}
}

static void add_rates(const struct bench_result *r, bool markdown,
		      struct buf *out)
{
	static const char *const names[] = { "request", "within", "direct",
					     "gateway", "of it",  NULL };
	static const unsigned widths[] = { 9, 9, 22, 22, 6 };
	struct table t = { out, markdown, widths, 0 };
	char text[64];

	add_title("Answers in a second, at the best number of streams with p99 "
		  "within a bound and no failure",
		  markdown, out);
	head(&t, names);
	for (size_t i = 0; i < 2 * BENCH_BOUNDS; i++) {
		const struct bench_rate *rate = &r->rates[i];

		cell(&t, rate->size);
		snprintf(text, sizeof(text), "%lld ms",
			 (long long)(rate->within / TICK_MS));
		cell(&t, text);
		snprintf(text, sizeof(text), "%.0f (%u streams)", rate->direct,
			 rate->direct_streams);
		cell(&t, rate->direct > 0 ? text : "none");
		snprintf(text, sizeof(text), "%.0f (%u streams)", rate->gateway,
			 rate->gateway_streams);
		cell(&t, rate->gateway > 0 ? text : "none");
		snprintf(text, sizeof(text), "%.2f", rate->ratio);
		cell(&t, rate->ratio > 0 ? text : "");
		row_end(&t);
	}
}

static void add_paced(const char *who, const struct load_result *l,
		      const char *item, struct buf *out)
{
	buf_addf(out, "%s%s: %llu events, %llu lost; ", item, who,
		 (unsigned long long)l->events, (unsigned long long)l->lost);
	bench_duration((double)histogram_at(&l->gap, 0.99), false, out);
	buf_add_text(out, " from their pace at p99");
	if (l->failed > 0)
		buf_addf(out, "; %llu streams failed: %s",
			 (unsigned long long)l->failed, l->why);
	buf_add_text(out, "\n");
}

static void add_streams(const struct bench_result *r, bool markdown,
			struct buf *out)
{
	const char *item = markdown ? "- " : "  ";
	char title[80];

	for (unsigned i = 0; i < r->paced_count; i++) {
		const struct bench_paced *p = &r->paced[i];

		snprintf(title, sizeof(title),
			 "%u streams of an event every %u ms", p->streams,
			 r->pace_ms);
		add_title(title, markdown, out);
		add_paced("direct", &p->direct, item, out);
		add_paced("gateway", &p->gateway, item, out);
	}
	add_title("An answer of 10,000 events, at p50", markdown, out);
	buf_addf(out, "%sdirect: ", item);
	bench_duration((double)histogram_at(&r->long_direct.whole, 0.5), false,
		       out);
	buf_addf(out, "\n%sgateway: ", item);
	bench_duration((double)histogram_at(&r->long_gateway.whole, 0.5), false,
		       out);
	buf_addf(out, "; %llu events lost\n",
		 (unsigned long long)r->long_gateway.lost);
}

static void add_usage(const struct bench_result *r, bool markdown,
		      struct buf *out)
{
	const char *item = markdown ? "- " : "  ";

	add_title("What the gateway uses", markdown, out);
	if (!r->has_usage) {
		buf_addf(out,
			 "%snot known: ccprobe did not start it (with --target "
			 "it does)\n",
			 item);
		return;
	}
	buf_addf(out, "%sprocessor: ", item);
	bench_duration(r->cpu.median, false, out);
	buf_addf(out,
		 " for a request of 50 kB\n%smemory of its own: %.1f MiB idle, "
		 "%.1f after the loads, %.1f after the streams\n",
		 item, (double)r->idle.memory_kb / 1024,
		 (double)r->loaded.memory_kb / 1024,
		 (double)r->after.memory_kb / 1024);
}

static void write(const struct bench_result *r, bool markdown, struct buf *out)
{
	buf_addf(out, "%sccprobe bench: %s, %u pairs of %lld ms, seed %llu",
		 markdown ? "# " : "", r->name, r->pairs,
		 (long long)(r->lasts / TICK_MS), (unsigned long long)r->seed);
	if (r->files > 0)
		buf_addf(out, ", of %u files", r->files);
	else if (r->shards > 1)
		buf_addf(out, ", shard %u of %u", r->shard, r->shards);
	buf_addf(out, "%s\n", markdown ? "\n" : "");
	buf_addf(out,
		 "Two equal runs of this machine differ by a factor of %.2f to "
		 "%.2f.\n",
		 r->same.least, r->same.most);
	add_loads(r, markdown, out);
	add_rates(r, markdown, out);
	add_streams(r, markdown, out);
	add_usage(r, markdown, out);
}

void bench_text(const struct bench_result *r, struct buf *out)
{
	write(r, false, out);
}

void bench_markdown(const struct bench_result *r, struct buf *out)
{
	write(r, true, out);
}
