/* ccprobe run: grades a gateway. Options to a campaign, results to a status. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "probe/campaign.h"
#include "probe/command.h"
#include "probe/identity.h"
#include "probe/given.h"
#include "probe/keys.h"
#include "probe/output.h"
#include "probe/preflight.h"
#include "probe/rerun.h"
#include "probe/select.h"
#include "probe/settle.h"
#include "wire/mem.h"
#include "wire/option.h"

#define JOBS 64
#define JOBS_NO_MOCK 4 /* hosted gateways count requests */
#define JOBS_NOT_GIVEN UINT32_MAX
#define JOBS_LIMIT 1024
#define MOCK_LISTEN "127.0.0.1:8473" /* where a gateway can find it always */
#define MOCK_LISTEN_ANY "127.0.0.1:0"

struct run_options {
	bool help, bundled, slow, no_color, no_mock;
	const char *gateway, *target, *key, *auth, *mock_listen, *upstream_key;
	const char *client, *level, *keep, *out, *suite, *model;
	const char *baseline, *write_baseline, *fail_level;
	uint32_t jobs, max_requests, preflight_ms;
	struct option_list headers, areas, without, reports;
	const char *implementation, *implementation_version, *contact;
};

#define AT(member) offsetof(struct run_options, member)
static const struct option_row rows[] = {
	{ "gateway", OPTION_TEXT, AT(gateway), "URL",
	  "grade a gateway that is running: what ANTHROPIC_BASE_URL would be" },
	{ "target", OPTION_TEXT, AT(target), "NAME|FILE",
	  "start and grade one of targets/, or the target.json given" },
	{ "bundled", OPTION_FLAG, AT(bundled), NULL,
	  "grade the bundled gateway (this is the default)" },
	{ "key", OPTION_TEXT, AT(key), "VALUE|env:NAME",
	  "the key clients show to the gateway" },
	{ "auth", OPTION_TEXT, AT(auth), "FORM",
	  "how they show it: bearer, x-api-key or both" },
	{ "header", OPTION_LIST, AT(headers), "'NAME: VALUE'",
	  "a header to send with every request" },
	{ "mock-listen", OPTION_TEXT, AT(mock_listen), "ADDR:PORT",
	  "where the mock provider listens (with --gateway: " MOCK_LISTEN
	  "; otherwise any free port)" },
	{ "upstream-key", OPTION_TEXT, AT(upstream_key), "VALUE|env:NAME",
	  "the key the gateway is configured to use upstream" },
	{ "no-mock", OPTION_FLAG, AT(no_mock), NULL,
	  "with --gateway: its provider is the real one; only what a client "
	  "alone can decide is decided" },
	{ "model", OPTION_TEXT, AT(model), "ID",
	  "with --no-mock: the model to ask for (" RECORDED_MODEL ")" },
	{ "max-requests", OPTION_U32, AT(max_requests), "N",
	  "with --no-mock: send no more than these; cases beyond are left "
	  "undecided" },
	{ "client", OPTION_TEXT, AT(client), "VERSION",
	  "the release of Claude Code whose recorded requests are sent (the "
	  "newest there is)" },
	{ "level", OPTION_TEXT, AT(level), "LEVEL",
	  "only cases of at least this level: must, should or may" },
	{ "area", OPTION_LIST, AT(areas), "AREA", "only cases of this area" },
	{ "slow", OPTION_FLAG, AT(slow), NULL, "slow cases too" },
	{ "without", OPTION_LIST, AT(without), "CLAIM",
	  "do not hold the gateway to this (see targets/README.md)" },
	{ "jobs", OPTION_U32, AT(jobs), "N",
	  "cases at once (64; with --no-mock 4)" },
	{ "preflight-ms", OPTION_U32, AT(preflight_ms), "MS",
	  "how long the first request, by itself, may take (10000)" },
	{ "baseline", OPTION_TEXT, AT(baseline), "FILE",
	  "checks that are expected to fail; what else fails counts, and what "
	  "is listed and passes" },
	{ "write-baseline", OPTION_TEXT, AT(write_baseline), "FILE",
	  "write the baseline that expects just what fails now" },
	{ "fail-level", OPTION_TEXT, AT(fail_level), "LEVEL",
	  "only failures of at least this level count: must, should or may "
	  "(the default)" },
	{ "report", OPTION_LIST, AT(reports), "FORMAT[=FILE]",
	  "also report as tap, json, junit, markdown, html, badge, sarif, "
	  "github or conformance, on stdout or into a file" },
	{ "implementation", OPTION_TEXT, AT(implementation), "NAME",
	  "the gateway's name, for documents" },
	{ "implementation-version", OPTION_TEXT, AT(implementation_version),
	  "VERSION", "its version" },
	{ "contact", OPTION_TEXT, AT(contact), "TEXT",
	  "whom to ask about it, such as an issue tracker" },
	{ "keep", OPTION_TEXT, AT(keep), "WHICH",
	  "wire logs to keep in --out: fail (the default there), all or none" },
	{ "out", OPTION_TEXT, AT(out), "DIR", "folder for wire logs" },
	{ "suite", OPTION_TEXT, AT(suite), "DIR",
	  "folder with cases/, fixtures/ and targets/" },
	{ "no-color", OPTION_FLAG, AT(no_color), NULL,
	  "no colour on a terminal (NO_COLOR does the same)" },
	{ "help", OPTION_FLAG, AT(help), NULL, "show this" },
	{ .name = NULL },
};
#undef AT

struct run_plan { /* what the options come to */
	struct run_options options;
	struct option_list patterns;
	char **argv; /* as they were given */
	int argc;
	struct campaign_config config;
	struct headers extra;
	struct keys keys;
	struct outputs outputs;
	struct settle settle;
	struct casebook book;
	struct casefile **cases;
	struct target *target;
	char *root, *gateway;
};

#define RUN_PLAN_INIT \
	{ \
		.options = { \
			.jobs = JOBS_NOT_GIVEN, \
			.max_requests = UINT32_MAX, \
			.preflight_ms = PREFLIGHT_MS \
		} \
	}

/* ---- words ---- */

static int read_level(enum level *out, const char *option, const char *text,
		      struct fail *f)
{
	static const struct word words[] = { { "must", LEVEL_MUST },
					     { "should", LEVEL_SHOULD },
					     { "may", LEVEL_MAY },
					     { .name = NULL } };
	int value;

	if (given_word(words, option, text, &value, f) < 0)
		return -1;
	*out = (enum level)value;
	return 0;
}

static int read_keep(struct run_plan *p, struct fail *f)
{
	static const struct word words[] = { { "none", KEEP_NONE },
					     { "fail", KEEP_FAIL },
					     { "all", KEEP_ALL },
					     { .name = NULL } };
	const char *text = p->options.keep;
	int value;

	p->config.out = p->options.out;
	p->config.keep = p->options.out ? KEEP_FAIL : KEEP_NONE;
	if (!text)
		return 0;
	if (given_word(words, "keep", text, &value, f) < 0)
		return -1;
	p->config.keep = (enum keep)value;
	if (p->config.keep != KEEP_NONE && !p->config.out)
		return fail_set(f, FAIL_USAGE,
				"--keep %s needs --out DIR, where the logs go",
				text);
	return 0;
}

static int read_headers(struct run_plan *p, struct fail *f)
{
	p->config.extra = &p->extra;
	return given_headers(&p->extra, &p->options.headers, f);
}

static int read_without(struct run_plan *p, struct fail *f)
{
	for (size_t i = 0; i < p->options.without.count; i++) {
		const char *text = p->options.without.list[i];
		const char *const *claim = casefile_claims;

		while (*claim && strcmp(*claim, text) != 0)
			claim++;
		if (!*claim)
			return fail_set(f, FAIL_USAGE,
					"--without: no claim '%s'; "
					"targets/README.md lists them",
					text);
	}
	p->config.without = p->options.without.list;
	p->config.without_count = p->options.without.count;
	return 0;
}

/* ---- the gateway ---- */

static int read_gateway(struct run_plan *p, struct fail *f)
{
	const char *url = p->options.gateway;
	size_t len = strlen(url);

	if (strncmp(url, "http://", 7) != 0 && strncmp(url, "https://", 8) != 0)
		return fail_set(f, FAIL_USAGE,
				"--gateway: '%s' does not begin with http:// "
				"or https://",
				url);
	while (len > 0 && url[len - 1] == '/')
		len--;
	p->gateway = xmemdup(url, len);
	p->config.gateway = p->gateway;
	return 0;
}

static int read_target(struct run_plan *p, struct fail *f)
{
	const struct run_options *o = &p->options;
	const char *name = o->target ? o->target : "bundled";

	if (o->bundled + (o->gateway != NULL) + (o->target != NULL) > 1)
		return fail_set(f, FAIL_USAGE,
				"--gateway, --target and --bundled exclude "
				"each other");
	if (o->gateway)
		return read_gateway(p, f);
	if (target_read(&p->target, p->root, name, f) < 0)
		return -1;
	p->config.target = p->target;
	return 0;
}

static int read_mock(struct run_plan *p, struct fail *f)
{
	const char *text = p->options.mock_listen;

	if (!text)
		text = p->gateway ? MOCK_LISTEN : MOCK_LISTEN_ANY;
	return address_read(&p->config.mock, text, f);
}

static int read_keys(struct run_plan *p, struct fail *f)
{
	struct keys_given given = { p->options.key, p->options.upstream_key,
				    p->gateway != NULL };

	if (keys_make(&p->keys, &given, f) < 0)
		return -1;
	if (p->keys.found)
		fprintf(stderr, "ccprobe: the key is that of $%s\n",
			p->keys.found);
	p->config.client_key = p->keys.client;
	p->config.wrong_key = p->keys.wrong;
	p->config.upstream_key = p->keys.upstream;
	p->config.upstream_key_known = p->keys.upstream_known;
	if (p->options.auth)
		return given_auth(&p->config.auth, p->options.auth, f);
	if (p->target)
		return given_auth(&p->config.auth, target_auth(p->target), f);
	p->config.auth =
		p->keys.auth == AUTH_DEFAULT ? AUTH_BEARER : p->keys.auth;
	return 0;
}

/* ---- the cases ---- */

static int read_cases(struct run_plan *p, struct fail *f)
{
	struct casebook_values values = {
		.client_key = p->keys.client,
		.upstream_key = p->keys.upstream,
		.wrong_key = p->keys.wrong,
		.model = p->config.model,
		.client = p->options.client,
	};
	struct selection s = {
		.patterns = p->patterns.list,
		.pattern_count = p->patterns.count,
		.areas = p->options.areas.list,
		.area_count = p->options.areas.count,
		.level = LEVEL_MAY,
		.slow = p->options.slow,
	};

	if (p->options.level &&
	    read_level(&s.level, "level", p->options.level, f) < 0)
		return -1;
	if (casebook_read(&p->book, p->root, &values, f) < 0 ||
	    select_cases(&p->cases, &p->config.count, &p->book, &s, f) < 0)
		return -1;
	p->config.cases = p->cases;
	p->config.client = p->book.client;
	return 0;
}

static int read_settle(struct run_plan *p, struct fail *f)
{
	const struct run_options *o = &p->options;

	p->settle.write = o->write_baseline;
	p->settle.has_less = o->fail_level != NULL;
	if (o->fail_level &&
	    read_level(&p->settle.less, "fail-level", o->fail_level, f) < 0)
		return -1;
	return settle_open(&p->settle, o->baseline, &p->book, f);
}

/* Options that say the opposite of --no-mock, and those that need it. */
static int read_black_box(struct run_plan *p, struct fail *f)
{
	const struct run_options *o = &p->options;

	if (!o->no_mock && (o->model || o->max_requests != UINT32_MAX))
		return fail_set(f, FAIL_USAGE, "--%s goes with --no-mock only",
				o->model ? "model" : "max-requests");
	if (o->no_mock && !o->gateway)
		return fail_set(f, FAIL_USAGE,
				"--no-mock needs --gateway: what ccprobe "
				"starts has its mock behind it");
	if (o->no_mock && (o->mock_listen || o->upstream_key))
		return fail_set(
			f, FAIL_USAGE, "--%s and --no-mock exclude each other",
			o->mock_listen ? "mock-listen" : "upstream-key");
	if (o->max_requests < 1 || (o->model && !*o->model))
		return fail_set(f, FAIL_USAGE, "--%s: %s",
				o->max_requests < 1 ? "max-requests" : "model",
				o->max_requests < 1 ? "1 or more"
						    : "a model has a name");
	if (o->preflight_ms < 1)
		return fail_set(f, FAIL_USAGE, "--preflight-ms: 1 or more");
	p->config.preflight_ms = o->preflight_ms;
	p->config.no_mock = o->no_mock;
	p->config.model = o->model ? o->model : RECORDED_MODEL;
	p->config.max_requests =
		o->max_requests == UINT32_MAX ? SIZE_MAX : o->max_requests;
	return 0;
}

static int read_jobs(struct run_plan *p, struct fail *f)
{
	if (p->options.jobs == JOBS_NOT_GIVEN)
		p->options.jobs = p->options.no_mock ? JOBS_NO_MOCK : JOBS;
	if (p->options.jobs < 1 || p->options.jobs > JOBS_LIMIT)
		return fail_set(f, FAIL_USAGE, "--jobs: from 1 to %d",
				JOBS_LIMIT);
	p->config.jobs = p->options.jobs;
	return 0;
}

/* What is cheap to refuse is refused first, before files are written. */
static int plan(struct run_plan *p, struct fail *f)
{
	p->root = suite_root(p->options.suite);
	p->config.root = p->root;
	if (!suite_exists(p->root))
		return fail_set(f, FAIL_USAGE,
				"%s: no suite, as it has no cases/", p->root);
	p->config.progress = isatty(STDERR_FILENO);
	if (read_black_box(p, f) < 0 || read_jobs(p, f) < 0 ||
	    read_keep(p, f) < 0 || read_headers(p, f) < 0 ||
	    read_without(p, f) < 0 || read_target(p, f) < 0 ||
	    read_mock(p, f) < 0 || read_keys(p, f) < 0 ||
	    read_cases(p, f) < 0 || read_settle(p, f) < 0)
		return -1;
	return outputs_open(&p->outputs, p->options.reports.list,
			    p->options.reports.count, p->options.no_color, f);
}

static void plan_clear(struct run_plan *p)
{
	option_list_clear(&p->options.headers);
	option_list_clear(&p->options.areas);
	option_list_clear(&p->options.without);
	option_list_clear(&p->options.reports);
	option_list_clear(&p->patterns);
	outputs_close(&p->outputs);
	settle_clear(&p->settle);
	headers_clear(&p->extra);
	target_free(p->target);
	free(p->cases);
	casebook_clear(&p->book);
	keys_clear(&p->keys);
	free(p->gateway);
	free(p->root);
}

/* ---- running ---- */

static int tell(const struct fail *f, const struct buf *advice)
{
	bool usage = f->code == FAIL_USAGE || f->code == FAIL_CASE;

	fprintf(stderr, "ccprobe: %s\n", f->text);
	if (advice)
		fputs(buf_str(advice), stderr);
	return usage ? EXIT_USAGE : EXIT_UNDECIDED;
}

/* What the campaign does not know. */
static void describe(const struct run_plan *p, struct identity *identity,
		     struct run_report *r)
{
	const struct run_options *o = &p->options;

	identity_of(identity, p->argc, p->argv, p->root, r);
	r->implementation = o->implementation;
	r->implementation_version = o->implementation_version;
	r->contact = o->contact;
	r->selection = p->patterns.count + o->areas.count > 0 || o->level;
	r->channel = r->selection ? "selection" : o->slow ? "slow" : "standard";
}

/* Fills in the report; or tells why there is none, and gives the status. */
static int carry_out(struct run_plan *p, struct run_report *report)
{
	struct buf advice = BUF_INIT(16 * 1024);
	struct fail f = FAIL_INIT;
	int status = EXIT_CONFORMS;

	if (p->gateway && !p->options.mock_listen && !p->config.no_mock)
		fprintf(stderr,
			"ccprobe: the mock provider is at http://%s; the "
			"gateway has to have it as its upstream\n",
			MOCK_LISTEN);
	if (campaign_run(&p->config, report, &advice, &f) < 0)
		status = tell(&f, &advice);
	report->version = CCPROBE_VERSION;
	report->client = p->config.client;
	buf_clear(&advice);
	return status;
}

static int run_plan(struct run_plan *p)
{
	struct identity identity = { .command = NULL };
	struct run_report report = { .list = NULL };
	struct fail f = FAIL_INIT;
	int status = carry_out(p, &report);

	if (status == EXIT_CONFORMS) {
		describe(p, &identity, &report);
		settle_mark(&p->settle, &report);
		status = settle_status(&p->settle, &report, &f);
		(void)outputs_write(&p->outputs, &report, &f);
		if (f.code != FAIL_OK)
			tell(&f, NULL);
		if (f.code != FAIL_OK && status == EXIT_CONFORMS)
			status = EXIT_UNDECIDED;
	}
	campaign_clear(&report);
	identity_clear(&identity);
	return status;
}

static int help(void)
{
	struct buf b = BUF_INIT(64 * 1024);

	option_help(rows, &b);
	printf("usage: ccprobe run %s\n%s\n\n%s\n"
	       "Exit status: 0 conforms, 1 does not, 2 usage or a faulty file, "
	       "3 could not decide,\n77 nothing applies to this gateway.\n\n"
	       "With --no-mock the requests go to a real model and are paid "
	       "for: how many there are\nand what they come to is told before "
	       "the first. The other cases are reported as\nundecided, never "
	       "as passed, and do not change the exit status.\n",
	       cmd_run.usage, cmd_run.brief, buf_str(&b));
	buf_clear(&b);
	return EXIT_CONFORMS;
}

static int run(int argc, char **argv)
{
	struct run_plan p = RUN_PLAN_INIT;
	struct fail f = FAIL_INIT;
	int status;

	p.argv = argv;
	p.argc = argc;
	if (option_parse(rows, argc, argv, &p.options, &p.patterns, &f) < 0)
		status = tell(&f, NULL);
	else if (p.options.help)
		status = help();
	else if (plan(&p, &f) < 0)
		status = tell(&f, NULL);
	else
		status = run_plan(&p);
	plan_clear(&p);
	return status;
}

int run_for_report(int argc, char **argv, struct run_report *out)
{
	struct run_plan p = RUN_PLAN_INIT;
	struct fail f = FAIL_INIT;
	int status;

	if (option_parse(rows, argc, argv, &p.options, &p.patterns, &f) < 0 ||
	    plan(&p, &f) < 0)
		status = tell(&f, NULL);
	else
		status = carry_out(&p, out);
	out->client = NULL; /* borrowed from what is cleared here */
	plan_clear(&p);
	return status;
}

const struct command cmd_run = {
	.name = "run",
	.usage = "[--gateway URL | --target NAME|FILE | --bundled] "
		 "[OPTION...] [PATTERN...]",
	.brief = "run cases against a gateway and report what breaks",
	.run = run,
};
