/* Makes a campaign from the options of `ccprobe run`. */
#include "probe/command/run_plan.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "probe/command/rows.h"
#include "probe/command/run_failed.h"
#include "probe/live/live.h"
#include "probe/run/given.h"
#include "probe/suite/claims.h"
#include "formats/clientformat.h"
#include "probe/suite/place.h"
#include "probe/suite/say.h"
#include "probe/suite/choose/select.h"
#include "wire/bytes/mem.h"

#define JOBS 64
#define JOBS_NO_MOCK 4 /* hosted gateways limit requests */
#define JOBS_LIMIT 1024
#define LIVE_JOBS_LIMIT 8 /* each session takes a few hundred megabytes */

#define MOCK_LISTEN_ANY "127.0.0.1:0"
#define WAIT_LIMIT_S 3600

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
		if (claims_check("--without", p->options.without.list[i], f) <
		    0)
			return -1;
	}
	p->config.without = p->options.without.list;
	p->config.without_count = p->options.without.count;
	return 0;
}

/* ---- ccprobe.json ---- */

/* Options override the file. With --target or --bundled the file is not
 * read. */
static int read_project(struct run_plan *p, struct fail *f)
{
	struct run_options *o = &p->options;
	const struct project *j = &p->project;

	if (o->bundled || o->target)
		return 0;
	if (project_read(&p->project, f) < 0)
		return -1;
	if (!j->json)
		return 0;
	if (!o->gateway)
		fprintf(stderr,
			"ccprobe: " PROJECT_FILE ": the gateway is %s\n",
			j->gateway);
	if (!o->key && project_check_set(j, "key", f) < 0)
		return -1;
	o->gateway = o->gateway ? o->gateway : j->gateway;
	o->key = o->key ? o->key : j->key;
	o->auth = o->auth ? o->auth : j->auth;
	o->baseline = o->baseline ? o->baseline : j->baseline;
	o->client_format =
		o->client_format ? o->client_format : j->client_format;
	if (!o->no_mock && !j->no_mock) {
		if (!o->upstream_key &&
		    project_check_set(j, "upstream_key", f) < 0)
			return -1;
		if (!o->upstream_key)
			o->upstream_key = j->upstream_key;
		if (!o->mock_listen)
			o->mock_listen = j->mock_listen;
	} else if (!o->model) {
		o->model = j->model;
	}
	o->no_mock = o->no_mock || j->no_mock;
	connect_of_project(&o->connect, j);
	p->config.claims = (const char *const *)j->claims;
	p->config.claim_count = j->claim_count;
	if (j->provider)
		p->config.provider = format_from(j->provider);
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
	if (memchr(strchr(url, ':') + 3, '@',
		   strcspn(strchr(url, ':') + 3, "/?#")))
		return fail_set(
			f, FAIL_USAGE,
			"--gateway: the URL must not have a user name; give it "
			"with --header 'Authorization: Basic ...'");
	while (len > 0 && url[len - 1] == '/')
		len--;
	p->gateway = xmemdup(url, len);
	p->config.gateway = p->gateway;
	return 0;
}

static int read_target(struct run_plan *p, struct fail *f)
{
	const struct run_options *o = &p->options;
	const char *name = o->target ? o->target : TARGET_BUNDLED;

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

/* The option overrides the target's file. */
static int read_client_format(struct run_plan *p, struct fail *f)
{
	const char *name = p->options.client_format;

	if (!name && p->target)
		name = target_client_format(p->target);
	p->config.client_format =
		name ? clientformat_from(name) : FORMAT_MESSAGES;
	if (p->config.client_format != FORMAT_UNKNOWN)
		return 0;
	return fail_set(f, FAIL_USAGE,
			"--client-format: '%s' is none of " CLIENTFORMAT_NAMES,
			name);
}

/* Rejects TLS options for what ccprobe starts by itself: that speaks plain
 * HTTP. */
static int read_connection(struct run_plan *p, struct fail *f)
{
	const struct connect_options *o = &p->options.connect;
	const char *tls = connect_first_tls(o);

	if (p->target && tls)
		return fail_set(f, FAIL_USAGE,
				"%s goes with --gateway: what ccprobe starts "
				"by itself speaks plain HTTP",
				tls);
	if (connect_rate(&p->config.rate, o, f) < 0)
		return -1;
	return connect_tls(&p->config.tls, o, f);
}

/* The mocks come from options, or else from the target's file or
 * ccprobe.json. */
static int read_mocks(struct run_plan *p, struct fail *f)
{
	const struct run_options *o = &p->options;
	const char *first = o->mock_listen;

	if (!first)
		first = p->gateway ? MOCK_LISTEN : MOCK_LISTEN_ANY;
	return given_mocks(p->config.mocks, &p->config.mock_count, first,
			   p->target ? target_providers(p->target) : NULL,
			   o->provider_listen.count > 0 ? &o->provider_listen
							: &p->project.providers,
			   f);
}

static bool is_without(const struct run_plan *p, const char *claim)
{
	for (size_t i = 0; i < p->options.without.count; i++)
		if (strcmp(p->options.without.list[i], claim) == 0)
			return true;
	return false;
}

/* A short key may be part of other text, so its leaks could not be told. */
static int check_length(const struct run_plan *p, struct fail *f)
{
	size_t len = strlen(p->keys.client);

	if (len >= CASE_KEY_LEAST || is_without(p, "authenticates"))
		return 0;
	return fail_set(
		f, FAIL_USAGE,
		"--key: a key of %zu characters cannot be told from other "
		"text; give the gateway a test key of %d or more, or --without "
		"authenticates if it accepts any key",
		len, CASE_KEY_LEAST);
}

/* Reads the keys with names; for a target they are made up. */
static int read_ring(struct run_plan *p, struct fail *f)
{
	p->config.ring = &p->ring;
	p->config.wishes =
		p->target ? *target_wishes(p->target) : p->project.wishes;
	if (p->target)
		return keys_make_named(&p->ring, target_keys(p->target), f);
	return project_read_keys(&p->project, &p->ring, f);
}

static int read_keys(struct run_plan *p, struct fail *f)
{
	struct keys_given given = { p->options.key, p->options.upstream_key,
				    p->gateway != NULL };

	if (p->target && target_signs_in(p->target) && given.key)
		return fail_set(f, FAIL_USAGE,
				"--key: target %s gives out the key itself",
				target_name(p->target));
	if (keys_make(&p->keys, &given, f) < 0)
		return -1;
	if (p->keys.found)
		fprintf(stderr, "ccprobe: the key is that of $%s\n",
			p->keys.found);
	if (check_length(p, f) < 0)
		return -1;
	if (read_ring(p, f) < 0)
		return -1;
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

static void tell_weak(const struct run_plan *p)
{
	static const char *const options[CASE_KEYS] = { "--key",
							"--upstream-key" };

	for (size_t i = 0; i < CASE_KEYS; i++)
		if (p->book.weak[i])
			say(stderr,
			    "ccprobe: warning: %s: the key is too weak to "
			    "search for, as it is short or a part of ordinary "
			    "traffic: leaks of it are not reported, and "
			    "reports and wire logs keep it; give the gateway a "
			    "long random key\n",
			    options[i]);
}

/* Reads only the files that the patterns name, unless another option is about
 * all cases. */
static const struct option_list *wanted_files(const struct run_plan *p)
{
	const struct run_options *o = &p->options;
	bool is_about_all = p->patterns.count == 0 || o->areas.count > 0 ||
			    o->baseline != NULL || o->failed_from != NULL;

	return is_about_all ? NULL : &p->patterns;
}

static int select_all(struct run_plan *p, struct selection *s, struct fail *f)
{
	struct option_list failed = { .list = NULL };
	int rc;

	if (p->options.failed_from) {
		run_failed_ids(p, &failed);
		s->only = failed.list ? failed.list : (const char *[]){ NULL };
		s->only_count = failed.count;
	}
	rc = select_cases(&p->cases, &p->config.count, &p->book, s, f);
	option_list_clear(&failed);
	return rc;
}

static int read_cases(struct run_plan *p, struct fail *f)
{
	struct selection s = {
		.patterns = p->patterns.list,
		.pattern_count = p->patterns.count,
		.areas = p->options.areas.list,
		.area_count = p->options.areas.count,
		.excluded = p->options.exclude.list,
		.excluded_count = p->options.exclude.count,
		.level = LEVEL_MAY,
		.slow = p->options.slow,
		.live = p->options.live,
		.client_format = p->config.client_format,
	};

	if (p->options.level &&
	    read_level(&s.level, "level", p->options.level, f) < 0)
		return -1;
	p->values = (struct casebook_values){
		.client_key = p->keys.client,
		.upstream_key = p->keys.upstream,
		.wrong_key = p->keys.wrong,
		.ring = &p->ring,
		.model = p->config.model,
		.client = p->options.client,
	};
	p->config.values = &p->values;
	if (casebook_read(&p->book, p->root, wanted_files(p), &p->values, f) <
		    0 ||
	    select_all(p, &s, f) < 0)
		return -1;
	p->config.cases = p->cases;
	p->config.client = p->book.client;
	for (size_t i = 0; i < CASE_KEYS; i++)
		p->config.weak[i] = p->book.weak[i];
	tell_weak(p);
	return 0;
}

static void drop_cases(struct run_plan *p)
{
	free(p->cases);
	p->cases = NULL;
	p->config.cases = NULL;
	p->config.client = NULL;
	casebook_clear(&p->book);
}

/* Cases hold the key of the gateway, so they are read again with the new
 * one. */
static int on_signed_in(void *arg, const char *key, struct fail *f)
{
	struct run_plan *p = arg;

	free(p->keys.client);
	p->keys.client = xstrdup(key);
	p->config.client_key = p->keys.client;
	drop_cases(p);
	return read_cases(p, f);
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

/* Rejects options that contradict --no-mock, and those that need it. */
static int read_black_box(struct run_plan *p, struct fail *f)
{
	const struct run_options *o = &p->options;

	if (!o->no_mock && (o->model || o->max_requests != UINT32_MAX))
		return fail_set(f, FAIL_USAGE, "--%s goes with --no-mock only",
				o->model ? "model" : "max-requests");
	if (o->no_mock && !o->gateway)
		return fail_set(f, FAIL_USAGE,
				"--no-mock needs --gateway: what ccprobe "
				"starts has its mock as provider");
	if (o->no_mock && (o->mock_listen || o->upstream_key))
		return fail_set(
			f, FAIL_USAGE, "--%s and --no-mock exclude each other",
			o->mock_listen ? "mock-listen" : "upstream-key");
	if (o->max_requests < 1 || (o->model && !*o->model))
		return fail_set(f, FAIL_USAGE, "--%s: %s",
				o->max_requests < 1 ? "max-requests" : "model",
				o->max_requests < 1
					? "1 or more"
					: "a model must have a name");
	if (o->preflight_ms < 1)
		return fail_set(f, FAIL_USAGE, "--preflight-ms: 1 or more");
	if (o->pool_wait > WAIT_LIMIT_S || o->again > WAIT_LIMIT_S)
		return fail_set(f, FAIL_USAGE, "--%s: %d seconds at most",
				o->again > WAIT_LIMIT_S ? "again" : "pool-wait",
				WAIT_LIMIT_S);
	p->config.preflight_ms = o->preflight_ms;
	p->config.pool_wait_ms = o->pool_wait * 1000;
	p->config.again_ms = o->again * 1000;
	p->config.no_mock = o->no_mock;
	p->config.model = o->model ? o->model : RECORDED_MODEL;
	p->config.max_requests =
		o->max_requests == UINT32_MAX ? SIZE_MAX : o->max_requests;
	return 0;
}

/* As many sessions as processors, because each keeps one busy. */
static size_t live_jobs(void)
{
	long processors = sysconf(_SC_NPROCESSORS_ONLN);

	return processors < 1                 ? 1
	       : processors > LIVE_JOBS_LIMIT ? LIVE_JOBS_LIMIT
					      : (size_t)processors;
}

static int read_jobs(struct run_plan *p, struct fail *f)
{
	bool is_given = p->options.jobs != JOBS_NOT_GIVEN;

	if (p->options.jobs == JOBS_NOT_GIVEN)
		p->options.jobs = p->options.no_mock ? JOBS_NO_MOCK : JOBS;
	if (p->options.jobs < 1 || p->options.jobs > JOBS_LIMIT)
		return fail_set(f, FAIL_USAGE, "--jobs: from 1 to %d",
				JOBS_LIMIT);
	p->config.jobs = p->options.jobs;
	p->config.live_jobs = is_given ? p->options.jobs : live_jobs();
	return 0;
}

/* Live cases run the program of the real client, with the mock as its model.
 * Without that program these cases are skipped. */
static int read_live(struct run_plan *p, struct fail *f)
{
	const char *given = getenv("CLAUDE");

	if (!p->options.live)
		return 0;
	if (p->options.no_mock)
		return fail_set(f, FAIL_USAGE,
				"--live and --no-mock exclude each other: live "
				"cases need the mock as model");
	p->program = live_find(given, getenv("PATH"));
	p->config.program = p->program;
	if (!p->program && given && *given)
		return fail_set(f, FAIL_USAGE,
				"CLAUDE: '%s' is no program; " LIVE_INSTALL
				" installs Claude Code",
				given);
	if (!p->program)
		return 0;
	if (live_version(&p->program_version, p->program, f) < 0)
		return -1;
	p->config.program_version = p->program_version;
	say(stderr, "ccprobe: live cases run Claude Code %s\n",
	    p->program_version);
	return 0;
}

/* --causes is the same as --report integrity. */
static int open_outputs(struct run_plan *p, struct fail *f)
{
	const struct option_list *chosen = p->options.reports.count > 0
						   ? &p->options.reports
						   : &p->project.reports;
	const char **list = xcalloc(chosen->count + 1, sizeof(*list));
	struct outputs_asked asked = { .reports = list,
				       .no_colour = p->options.no_color,
				       .verbose = p->options.verbose,
				       .quiet = p->options.quiet,
				       .events = p->options.events };
	int rc;

	for (; asked.count < chosen->count; asked.count++)
		list[asked.count] = chosen->list[asked.count];
	if (p->options.causes)
		list[asked.count++] = "integrity";
	rc = outputs_open(&p->outputs, &asked, f);
	free(list);
	return rc;
}

/* What is cheap to check is checked first, before files are written. */
int run_plan_make(struct run_plan *p, struct fail *f)
{
	if (place_find(&p->root, p->options.suite, f) < 0)
		return -1;
	p->config.root = p->root;
	if (p->options.inspect &&
	    inspection_new(&p->inspection, p->options.inspect, f) < 0)
		return -1;
	p->config.progress = isatty(STDERR_FILENO) && !p->options.quiet;
	p->config.watch = inspection_watch(p->inspection);
	p->config.signed_in = on_signed_in;
	p->config.arg = p;
	if (read_project(p, f) < 0 || run_failed_read(p, f) < 0 ||
	    read_black_box(p, f) < 0 || read_jobs(p, f) < 0 ||
	    read_live(p, f) < 0 || read_keep(p, f) < 0 ||
	    read_headers(p, f) < 0 || read_without(p, f) < 0 ||
	    read_target(p, f) < 0 || read_client_format(p, f) < 0 ||
	    read_connection(p, f) < 0 || read_mocks(p, f) < 0 ||
	    read_keys(p, f) < 0 || read_cases(p, f) < 0 ||
	    read_settle(p, f) < 0 ||
	    money_prices(&p->prices, p->root, p->options.prices, f) < 0)
		return -1;
	return open_outputs(p, f);
}

void run_plan_clear(struct run_plan *p)
{
	option_list_clear(&p->options.headers);
	option_list_clear(&p->options.provider_listen);
	option_list_clear(&p->options.areas);
	option_list_clear(&p->options.without);
	option_list_clear(&p->options.reports);
	option_list_clear(&p->options.exclude);
	option_list_clear(&p->patterns);
	settle_clear(&p->settle);
	stored_report_clear(&p->before);
	keyring_clear(&p->ring);
	headers_clear(&p->extra);
	target_free(p->target);
	inspection_free(p->inspection);
	drop_cases(p);
	keys_clear(&p->keys);
	project_clear(&p->project);
	free(p->gateway);
	free(p->program);
	free(p->program_version);
	free(p->root);
}
