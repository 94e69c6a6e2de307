/* ccprobe bench: what a gateway costs. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "probe/after/status.h"
#include "probe/bench/soak.h"
#include "probe/command/command.h"
#include "probe/command/rows.h"
#include "probe/command/run_plan.h"
#include "probe/run/given.h"
#include "probe/suite/say.h"

enum { MS_LIMIT = 3600 * 1000, STREAMS_LIMIT = 20000 };

struct bench_options {
	struct run_options run; /* how the gateway is reached */
	const char *format, *streams, *shard, *soak;
	uint32_t pairs, each, pace, seed, spread;

	unsigned counts[BENCH_PACED_LIMIT]; /* numbers of streams */
	unsigned counts_len, shard_number, shards;
	tick_t lasts; /* of a soak; 0: none */
};

#define OF_BENCH(member) offsetof(struct bench_options, member)
#define OF_RUN(member) offsetof(struct bench_options, run.member)

static const struct option_row rows[] = {
	ROWS_GATEWAY(OF_RUN),
	{ "pairs", OPTION_U32, OF_BENCH(pairs), "N",
	  "how often each load is sent both ways (3)" },
	{ "each", OPTION_U32, OF_BENCH(each), "MS",
	  "how long each load lasts, in milliseconds (1000)" },
	{ "streams", OPTION_TEXT, OF_BENCH(streams), "N[,N...]",
	  "how many paced streams at the same time (512,4096)" },
	{ "pace", OPTION_U32, OF_BENCH(pace), "MS",
	  "between the events of paced streams, in milliseconds (1000)" },
	{ "spread", OPTION_U32, OF_BENCH(spread), "PERCENT",
	  "how far two equal runs may differ; beyond that nothing is measured "
	  "(25)" },
	{ "seed", OPTION_U32, OF_BENCH(seed), "N",
	  "decides which way is first in each pair (1)" },
	{ "shard", OPTION_TEXT, OF_BENCH(shard), "K/N",
	  "measure every Nth pair, from the Kth; 'ccprobe merge' merges the "
	  "results (1/1)" },
	{ "soak", OPTION_TEXT, OF_BENCH(soak), "DURATION",
	  "instead, send mixed traffic with faults, cancels and reconnects for "
	  "this long (90s, 10m, 2h)" },
	{ "format", OPTION_TEXT, OF_BENCH(format), "FORMAT",
	  "text (default), json, markdown or html; for a soak text or json" },
	CONNECT_ROWS(OF_RUN, "", "", ""),
	ROW_SUITE(OF_RUN(suite)),
	ROW_HELP(OF_RUN(help)),
	{ .name = NULL },
};

static int help(void)
{
	struct buf text = BUF_INIT(BUF_NO_LIMIT);

	option_help(rows, &text);
	printf("usage: ccprobe bench %s\n%s\n\nStarts ccmock, sends recorded "
	       "requests to it directly and through the gateway, in turns, "
	       "and\nreports the differences. A gateway that is running has to "
	       "have ccmock's address as its provider.\nExit status: 0 "
	       "measured, 2 wrong usage, 3 it could not be measured.\nWith "
	       "--soak: 0 sound, 1 a byte was wrong, an answer failed, memory "
	       "or descriptors leak,\nor the gateway becomes slower.\n\n%s",
	       cmd_bench.usage, cmd_bench.brief, buf_str(&text));
	buf_clear(&text);
	return EXIT_CONFORMS;
}

static int check_count(const char *name, uint32_t n, uint32_t most,
		       struct fail *f)
{
	if (n >= 1 && n <= most)
		return 0;
	return fail_set(f, FAIL_USAGE, "--%s: a number from 1 to %u", name,
			most);
}

static int take_streams(struct bench_options *o, struct fail *f)
{
	struct span rest = span_of(o->streams), part;
	uint64_t n;

	o->counts_len = 0;
	while (span_split(&rest, ',', &part)) {
		if (o->counts_len == BENCH_PACED_LIMIT ||
		    !span_u64(part, STREAMS_LIMIT, &n) || n == 0)
			return fail_set(f, FAIL_USAGE,
					"--streams: up to %d numbers from 1 to "
					"%d, such as 512,4096",
					BENCH_PACED_LIMIT, STREAMS_LIMIT);
		o->counts[o->counts_len++] = (unsigned)n;
	}
	return 0;
}

static int take_shard(struct bench_options *o, struct fail *f)
{
	struct span all = span_of(o->shard);
	size_t slash = span_find_byte(all, '/');
	uint64_t k, n;

	if (slash == SIZE_MAX ||
	    !span_u64(span_first(all, slash), BENCH_SHARDS_LIMIT, &k) ||
	    !span_u64(span_skip(all, slash + 1), BENCH_SHARDS_LIMIT, &n) ||
	    k < 1 || k > n)
		return fail_set(f, FAIL_USAGE,
				"--shard: '%s' is not K/N, such as 2/4 (up to "
				"%d)",
				o->shard, BENCH_SHARDS_LIMIT);
	if (n > o->pairs)
		return fail_set(f, FAIL_USAGE,
				"--shard: %u pairs cannot be divided by %u "
				"(--pairs)",
				o->pairs, (unsigned)n);
	o->shard_number = (unsigned)k;
	o->shards = (unsigned)n;
	return 0;
}

static int take_soak(struct bench_options *o, struct fail *f)
{
	if (!o->soak)
		return 0;
	o->lasts = soak_time(o->soak);
	if (o->lasts == 0)
		return fail_set(f, FAIL_USAGE,
				"--soak: '%s' is no duration, such as 90s, 10m "
				"or 2h",
				o->soak);
	if (o->format && strcmp(o->format, "text") != 0 &&
	    strcmp(o->format, "json") != 0)
		return fail_set(f, FAIL_USAGE,
				"--format: a soak is written as text or json");
	return 0;
}

static int check_options(struct bench_options *o, struct fail *f)
{
	if (check_count("pairs", o->pairs, BENCH_PAIRS_LIMIT, f) < 0 ||
	    check_count("each", o->each, MS_LIMIT, f) < 0 ||
	    check_count("pace", o->pace, MS_LIMIT, f) < 0)
		return -1;
	if (take_streams(o, f) < 0 || take_shard(o, f) < 0)
		return -1;
	return take_soak(o, f);
}

/* The URL may be given without --gateway. */
static int take_url(struct bench_options *o, const struct option_list *rest,
		    struct fail *f)
{
	if (rest->count > 1 || (rest->count == 1 && o->run.gateway))
		return fail_set(f, FAIL_USAGE,
				"'%s': one gateway is measured at a time",
				rest->list[rest->count - 1]);
	if (rest->count == 1)
		o->run.gateway = rest->list[0];
	return 0;
}

static void tell_where(const struct run_plan *p)
{
	char at[ADDRESS_TEXT_LEN];

	if (!p->target)
		say(stderr, "ccprobe: the gateway at %s has to ask http://%s\n",
		    p->gateway, address_write(&p->config.mocks[0], at));
}

static int tell(const struct bench_config *config,
		const struct bench_form *form, struct fail *f)
{
	struct buf text = BUF_INIT(BUF_NO_LIMIT);
	struct bench_result result;
	int rc = bench_run(config, &result, f);

	if (rc == 0) {
		form->write(&result, &text);
		say_text(stdout, &text);
	}
	buf_clear(&text);
	bench_clear(&result);
	return rc == 0 ? EXIT_CONFORMS : -1;
}

static int tell_soak(const struct bench_config *config, tick_t lasts,
		     const char *format, struct fail *f)
{
	struct buf text = BUF_INIT(BUF_NO_LIMIT);
	struct soak_result result;
	int status = soak_run(config, lasts, &result, f);

	if (status == 0) {
		if (format && strcmp(format, "json") == 0)
			soak_json(&result, &text);
		else
			soak_text(&result, &text);
		say_text(stdout, &text);
		status = soak_is_sound(&result) ? EXIT_CONFORMS : EXIT_FAILS;
	}
	buf_clear(&text);
	soak_result_clear(&result);
	return status;
}

/* Returns the exit status, or -1. */
static int measure(struct run_plan *p, const struct bench_options *o,
		   const struct bench_form *form, struct fail *f)
{
	struct bench_config config = {
		.gateway = &p->config,
		.pairs = o->pairs,
		.lasts = o->each * TICK_MS,
		.shard = o->shard_number,
		.shards = o->shards,
		.streams = o->counts,
		.streams_count = o->counts_len,
		.pace_ms = o->pace,
		.spread = o->spread,
		.seed = o->seed,
	};

	tell_where(p);
	if (o->lasts > 0)
		return tell_soak(&config, o->lasts, o->format, f);
	return tell(&config, form, f);
}

/* Returns the exit status, or -1. */
static int bench(struct bench_options *o, const struct option_list *rest,
		 struct fail *f)
{
	struct run_plan plan = RUN_PLAN_INIT;
	const struct bench_form *form = bench_form(o->format, f);
	int status = -1;

	if (!form || check_options(o, f) < 0 || take_url(o, rest, f) < 0)
		return -1;
	o->run.jobs = plan.options.jobs;
	o->run.max_requests = plan.options.max_requests;
	o->run.preflight_ms = plan.options.preflight_ms;
	plan.options = o->run;
	o->run.headers = (struct option_list){ .list = NULL };
	o->run.provider_listen = (struct option_list){ .list = NULL };
	if (run_plan_make(&plan, f) == 0)
		status = measure(&plan, o, form, f);
	run_plan_clear(&plan);
	return status;
}

static int bench_main(int argc, char **argv)
{
	struct bench_options o = { .pairs = 3,
				   .each = 1000,
				   .streams = "512,4096",
				   .shard = "1/1",
				   .pace = 1000,
				   .spread = 25,
				   .seed = 1 };
	struct option_list rest = { .list = NULL };
	struct fail f = FAIL_INIT;
	int status = EXIT_USAGE;

	if (option_parse(rows, argc, argv, &o, &rest, &f) == 0) {
		status = o.run.help ? help() : bench(&o, &rest, &f);
		if (status < 0)
			status = EXIT_USAGE;
		if (f.code != FAIL_OK && f.code != FAIL_USAGE &&
		    f.code != FAIL_CASE)
			status = EXIT_UNDECIDED;
	}
	if (f.code != FAIL_OK)
		say(stderr, "ccprobe: %s\n", f.text);
	option_list_clear(&o.run.headers);
	option_list_clear(&o.run.provider_listen);
	option_list_clear(&rest);
	return status;
}

const struct command cmd_bench = {
	.name = "bench",
	.usage = "[options] [URL]",
	.brief = "measure what a gateway costs, compared with none",
	.rows = rows,
	.takes = TAKES_NOTHING,
	.run = bench_main,
};
