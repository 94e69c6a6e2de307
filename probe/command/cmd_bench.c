/* ccprobe bench: what a gateway costs. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "probe/after/status.h"
#include "probe/bench/bench.h"
#include "probe/command/command.h"
#include "probe/command/rows.h"
#include "probe/command/run_plan.h"
#include "probe/run/given.h"
#include "probe/suite/say.h"

enum { MS_LIMIT = 3600 * 1000, STREAMS_LIMIT = 20000 };

struct bench_options {
	struct run_options run; /* how the gateway is reached */
	const char *format;
	uint32_t pairs, each, streams, pace, seed, spread;
};

#define OF_BENCH(member) offsetof(struct bench_options, member)
#define OF_RUN(member) offsetof(struct bench_options, run.member)

static const struct option_row rows[] = {
	ROWS_GATEWAY(OF_RUN),
	{ "pairs", OPTION_U32, OF_BENCH(pairs), "N",
	  "how often each load is sent both ways (3)" },
	{ "each", OPTION_U32, OF_BENCH(each), "MS",
	  "how long each load lasts, in milliseconds (1000)" },
	{ "streams", OPTION_U32, OF_BENCH(streams), "N",
	  "streams side by side whose events have a pace (512)" },
	{ "pace", OPTION_U32, OF_BENCH(pace), "MS",
	  "between these events, in milliseconds (1000)" },
	{ "spread", OPTION_U32, OF_BENCH(spread), "PERCENT",
	  "how far two equal runs may differ; beyond that nothing is measured "
	  "(25)" },
	{ "seed", OPTION_U32, OF_BENCH(seed), "N",
	  "decides which way is first in each pair (1)" },
	{ "format", OPTION_TEXT, OF_BENCH(format), "FORMAT",
	  "text (default), json, markdown or html" },
	CONNECT_ROWS(OF_RUN, "", "", ""),
	ROW_SUITE(OF_RUN(suite)),
	ROW_HELP(OF_RUN(help)),
	{ .name = NULL },
};

static int help(void)
{
	struct buf text = BUF_INIT(BUF_NO_LIMIT);

	option_help(rows, &text);
	printf("usage: ccprobe bench %s\n%s\n\n"
	       "Starts ccmock, sends recorded requests to it directly and "
	       "through the gateway, in turns, and\ntells what differs. A "
	       "gateway that is running has to have ccmock's address as its "
	       "provider.\nExit status: 0 measured, 2 wrong usage, 3 it could "
	       "not be measured.\n\n%s",
	       cmd_bench.usage, cmd_bench.brief, buf_str(&text));
	buf_clear(&text);
	return EXIT_CONFORMS;
}

static const struct bench_form *form_of(const char *name, struct fail *f)
{
	const struct bench_form *form = bench_forms;

	while (name && form->name && strcmp(form->name, name) != 0)
		form++;
	if (!form->name)
		fail_set(f, FAIL_USAGE,
			 "--format: '%s' is none of text, json, markdown and "
			 "html",
			 name);
	return form->name ? form : NULL;
}

static int check_count(const char *name, uint32_t n, uint32_t most,
		       struct fail *f)
{
	if (n >= 1 && n <= most)
		return 0;
	return fail_set(f, FAIL_USAGE, "--%s: a number from 1 to %u", name,
			most);
}

static int check_options(const struct bench_options *o, struct fail *f)
{
	if (check_count("pairs", o->pairs, BENCH_PAIRS_LIMIT, f) < 0 ||
	    check_count("each", o->each, MS_LIMIT, f) < 0 ||
	    check_count("pace", o->pace, MS_LIMIT, f) < 0)
		return -1;
	return check_count("streams", o->streams, STREAMS_LIMIT, f);
}

/* The URL may stand by itself. */
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

static int measure(struct run_plan *p, const struct bench_options *o,
		   const struct bench_form *form, struct fail *f)
{
	struct bench_config config = {
		.gateway = &p->config,
		.pairs = o->pairs,
		.lasts = o->each * TICK_MS,
		.streams = o->streams,
		.pace_ms = o->pace,
		.spread = o->spread,
		.seed = o->seed,
	};
	struct buf text = BUF_INIT(BUF_NO_LIMIT);
	struct bench_result result;
	int rc;

	tell_where(p);
	rc = bench_run(&config, &result, f);
	if (rc == 0) {
		form->write(&result, &text);
		fwrite(text.at, 1, text.len, stdout);
	}
	buf_clear(&text);
	bench_clear(&result);
	return rc;
}

static int bench(struct bench_options *o, const struct option_list *rest,
		 struct fail *f)
{
	struct run_plan plan = RUN_PLAN_INIT;
	const struct bench_form *form = form_of(o->format, f);
	int rc = -1;

	if (!form || check_options(o, f) < 0 || take_url(o, rest, f) < 0)
		return -1;
	o->run.jobs = plan.options.jobs;
	o->run.max_requests = plan.options.max_requests;
	o->run.preflight_ms = plan.options.preflight_ms;
	plan.options = o->run;
	o->run.headers = (struct option_list){ .list = NULL };
	o->run.provider_listen = (struct option_list){ .list = NULL };
	if (run_plan_make(&plan, f) == 0)
		rc = measure(&plan, o, form, f);
	run_plan_clear(&plan);
	return rc;
}

static int bench_main(int argc, char **argv)
{
	struct bench_options o = { .pairs = 3,
				   .each = 1000,
				   .streams = 512,
				   .pace = 1000,
				   .spread = 25,
				   .seed = 1 };
	struct option_list rest = { .list = NULL };
	struct fail f = FAIL_INIT;
	int status = EXIT_USAGE;

	if (option_parse(rows, argc, argv, &o, &rest, &f) == 0) {
		if (o.run.help)
			status = help();
		else if (bench(&o, &rest, &f) == 0)
			status = EXIT_CONFORMS;
		else if (f.code != FAIL_USAGE && f.code != FAIL_CASE)
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
