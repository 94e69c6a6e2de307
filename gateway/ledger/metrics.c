/* One table of metrics, written in two ways. */
#include "gateway/ledger/metrics.h"

#include <inttypes.h>
#include <string.h>

#include "wire/json/jscan.h"

/* A metric; each counter gives its points. */
struct metric {
	const char *name, *unit; /* for OTLP */
	const char *prometheus; /* "_total" comes after it */
	const char *about;
	const char *label; /* a label besides key and model; NULL: none */
	struct {
		const char *value; /* of the label */
		int64_t (*of)(const struct counter *c);
	} points[4];
	bool money;
};

static int64_t input_of(const struct counter *c)
{
	return c->usage.input;
}

static int64_t output_of(const struct counter *c)
{
	return c->usage.output;
}

static int64_t read_of(const struct counter *c)
{
	return c->usage.cache_read;
}

static int64_t written_of(const struct counter *c)
{
	return c->usage.cache_5m + c->usage.cache_1h;
}

static int64_t cost_of(const struct counter *c)
{
	return c->cost;
}

static int64_t good_of(const struct counter *c)
{
	return c->requests - c->failed;
}

static int64_t failed_of(const struct counter *c)
{
	return c->failed;
}

static const struct metric metrics[] = {
	{ .name = "claude_code.token.usage",
	  .unit = "tokens",
	  .prometheus = "claude_code_token_usage_tokens",
	  .about = "Tokens that providers reported",
	  .label = "type",
	  .points = { { "input", input_of },
		      { "output", output_of },
		      { "cacheRead", read_of },
		      { "cacheCreation", written_of } } },
	{ .name = "claude_code.cost.usage",
	  .unit = "USD",
	  .prometheus = "claude_code_cost_usage_USD",
	  .about = "Cost of these tokens by the gateway's prices",
	  .points = { { NULL, cost_of } },
	  .money = true },
	{ .name = "ccgate.requests",
	  .unit = "{request}",
	  .prometheus = "ccgate_requests",
	  .about = "Requests that are over; failed: refused, an error, or not "
		   "whole",
	  .label = "outcome",
	  .points = { { "ok", good_of }, { "failed", failed_of } } },
};

enum { METRICS = sizeof(metrics) / sizeof(metrics[0]), POINTS = 4 };

/* ---- Prometheus ---- */

struct metrics_writing {
	const struct metric *metric;
	struct buf *out;
	uint64_t since, now;
	size_t count; /* points so far */
};

static void add_value(const struct metric *m, int64_t n, struct buf *out)
{
	if (m->money)
		money_write(n, out);
	else
		buf_addf(out, "%" PRId64, n);
}

static void add_label(struct buf *out, const char *name, const char *value)
{
	buf_addf(out, "%s=\"", name);
	for (const char *p = value; *p; p++) {
		if (*p == '\n')
			buf_add_text(out, "\\n");
		else if (*p == '"' || *p == '\\')
			buf_addf(out, "\\%c", *p);
		else
			buf_add_byte(out, *p);
	}
	buf_add_byte(out, '"');
}

static void on_prometheus(void *arg, const struct counter *c)
{
	const struct metrics_writing *w = arg;
	const struct metric *m = w->metric;

	for (size_t i = 0; i < POINTS && m->points[i].of; i++) {
		buf_addf(w->out, "%s_total{", m->prometheus);
		add_label(w->out, "key", c->key);
		buf_add_byte(w->out, ',');
		add_label(w->out, "model", c->model);
		if (m->label) {
			buf_add_byte(w->out, ',');
			add_label(w->out, m->label, m->points[i].value);
		}
		buf_add_text(w->out, "} ");
		add_value(m, m->points[i].of(c), w->out);
		buf_add_byte(w->out, '\n');
	}
}

static void add_lost(uint64_t lost, struct buf *out)
{
	buf_addf(out,
		 "# HELP ccgate_ledger_lost_total Records that could not be "
		 "written.\n# TYPE ccgate_ledger_lost_total counter\n"
		 "ccgate_ledger_lost_total %" PRIu64 "\n",
		 lost);
}

void metrics_prometheus(struct counters *c, uint64_t lost, struct buf *out)
{
	for (size_t i = 0; i < METRICS; i++) {
		struct metrics_writing w = { .metric = &metrics[i],
					     .out = out };

		buf_addf(out, "# HELP %s_total %s.\n# TYPE %s_total counter\n",
			 metrics[i].prometheus, metrics[i].about,
			 metrics[i].prometheus);
		counters_each(c, on_prometheus, &w);
	}
	add_lost(lost, out);
}

/* ---- OTLP ---- */

static void add_attribute(struct buf *out, const char *between, const char *key,
			  const char *value)
{
	buf_addf(out, "%s{\"key\":\"%s\",\"value\":{\"stringValue\":", between,
		 key);
	jscan_quote(out, span_of(value));
	buf_add_text(out, "}}");
}

static void add_point(struct metrics_writing *w, const struct counter *c,
		      size_t point)
{
	const struct metric *m = w->metric;
	struct buf *out = w->out;

	buf_addf(out, "%s{\"attributes\":[", w->count++ > 0 ? "," : "");
	add_attribute(out, "", "key", c->key);
	add_attribute(out, ",", "model", c->model);
	if (m->label)
		add_attribute(out, ",", m->label, m->points[point].value);
	buf_addf(out,
		 "],\"startTimeUnixNano\":\"%" PRIu64
		 "\",\"timeUnixNano\":\"%" PRIu64 "\",",
		 w->since, w->now);
	if (m->money) {
		buf_add_text(out, "\"asDouble\":");
		money_write(m->points[point].of(c), out);
	} else { /* OTLP writes 64-bit numbers as strings */
		buf_addf(out, "\"asInt\":\"%" PRId64 "\"",
			 m->points[point].of(c));
	}
	buf_add_byte(out, '}');
}

static void on_otlp(void *arg, const struct counter *c)
{
	struct metrics_writing *w = arg;

	for (size_t i = 0; i < POINTS && w->metric->points[i].of; i++)
		add_point(w, c, i);
}

static void begin_metric(struct buf *out, const char *name, const char *unit,
			 const char *about)
{
	buf_addf(out,
		 "{\"name\":\"%s\",\"unit\":\"%s\",\"description\":\"%s.\","
		 "\"sum\":{\"aggregationTemporality\":2,\"isMonotonic\":true,"
		 "\"dataPoints\":[",
		 name, unit, about);
}

void metrics_otlp(struct counters *c, uint64_t lost, uint64_t since,
		  uint64_t now, struct buf *out)
{
	buf_add_text(out, "{\"resourceMetrics\":[{\"resource\":{\"attributes\":"
			  "[");
	add_attribute(out, "", "service.name", "ccgate");
	add_attribute(out, ",", "service.version", CCPROBE_VERSION);
	buf_add_text(out, "]},\"scopeMetrics\":[{\"scope\":{\"name\":"
			  "\"ccgate\",\"version\":\"" CCPROBE_VERSION
			  "\"},\"metrics\":[");
	for (size_t i = 0; i < METRICS; i++) {
		struct metrics_writing w = { .metric = &metrics[i],
					     .out = out,
					     .since = since,
					     .now = now };

		begin_metric(out, metrics[i].name, metrics[i].unit,
			     metrics[i].about);
		counters_each(c, on_otlp, &w);
		buf_add_text(out, "]}},");
	}
	begin_metric(out, "ccgate.ledger.lost", "{record}",
		     "Records that could not be written");
	buf_addf(out,
		 "{\"attributes\":[],\"startTimeUnixNano\":\"%" PRIu64
		 "\",\"timeUnixNano\":\"%" PRIu64 "\",\"asInt\":\"%" PRIu64
		 "\"}]}}]}]}]}",
		 since, now, lost);
}
