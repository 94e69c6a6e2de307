/*
 * The order of things in a campaign, as callbacks on one loop: target ready,
 * preflight judged, cases done. Whatever happens, the loop stops once and the
 * same lines behind it stop and remove everything.
 */
#include "probe/run/campaign.h"

#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "probe/run/blackbox.h"
#include "probe/run/keep.h"
#include "probe/run/preflight.h"
#include "probe/run/runner.h"
#include "probe/suite/place.h"
#include "wire/bytes/mem.h"
#include "wire/bytes/secrets.h"

struct campaign {
	const struct campaign_config *config;
	struct run_report *report;
	struct buf *advice;
	struct loop *loop;
	struct session *session;
	struct casefile *preflight;
	struct run *preflight_run;
	struct runner *runner;
	const char **left_out; /* for each case, or NULL */
	struct keeper *keeper;
	struct secrets secrets;
	struct headers extra; /* of the user, then of the target */
	char mock[ADDRESS_TEXT_LEN];
	char *bin;
	size_t finished;
	tick_t began;
	struct fail fail; /* why nothing could be run */
};

/* ---- while cases run ---- */

static void show_progress(const struct campaign *c, const char *id)
{
	if (c->config->progress)
		fprintf(stderr, "\r\033[K%zu/%zu %.60s", c->finished,
			c->config->count, id);
}

static void end_progress(const struct campaign *c)
{
	if (c->config->progress)
		fputs("\r\033[K", stderr);
}

static void on_result(void *arg, const struct result *result, struct run *run)
{
	struct campaign *c = arg;

	c->finished++;
	show_progress(c, result->id);
	if (run && c->keeper)
		keeper_add(c->keeper, result, run_case(run), run_log(run),
			   run_number(run));
}

static void on_done(void *arg)
{
	struct campaign *c = arg;

	loop_stop(c->loop);
}

static bool lacks(void *arg, const char *claim, struct buf *out)
{
	const struct campaign *c = arg;
	const struct campaign_config *config = c->config;

	for (size_t i = 0; i < config->without_count; i++) {
		if (strcmp(config->without[i], claim) == 0)
			return buf_addf(out, "left out by --without %s",
					claim) == 0;
	}
	if (config->target) {
		if (target_claims(config->target, claim))
			return false;
		buf_addf(out, "%s does not claim '%s'",
			 target_name(config->target), claim);
		return true;
	}
	if (strcmp(claim, "replaces-key") == 0 && !config->upstream_key_known) {
		buf_add_text(out, "without --upstream-key it is not known "
				  "which key the gateway has to use");
		return true;
	}
	return false;
}

static const char *auth_words(enum auth_form auth)
{
	switch (auth) {
	case AUTH_API_KEY:
		return "the header 'x-api-key'";
	case AUTH_BOTH:
		return "both 'authorization: Bearer' and 'x-api-key'";
	default:
		return "the header 'authorization: Bearer'";
	}
}

static struct preflight preflight_of(const struct campaign *c)
{
	return (struct preflight){
		.gateway = session_gateway(c->session),
		.mock = c->mock,
		.black_box = c->config->no_mock,
		.auth = auth_words(c->config->auth),
		.client = c->config->client,
		.settings = c->config->target
				    ? "It is the one that ${keys.client} gave "
				      "the target: is it told to take it?"
				    : "Set the gateway's own key with --key "
				      "VALUE or --key env:NAME.",
	};
}

/* The plain request between cases was answered. */
static bool plain_ok(void *arg, struct run *run)
{
	struct campaign *c = arg;
	struct preflight p = preflight_of(c);
	struct buf text = BUF_INIT(16 * 1024);
	bool ok = preflight_judge(run_log(run), run_number(run), &p, &text);

	buf_clear(&text);
	return ok;
}

static void start_cases(struct campaign *c)
{
	struct runner_config config = {
		.session = c->session,
		.cases = c->config->cases,
		.count = c->config->count,
		.jobs = c->config->jobs,
		.no_mock = c->config->no_mock,
		.plain = c->preflight,
		.plain_ok = plain_ok,
		.pool_wait_ms = c->config->pool_wait_ms,
		.left_out = c->left_out,
		.lacks = lacks,
		.on_result = on_result,
		.on_done = on_done,
		.arg = c,
	};

	c->runner = runner_start(&config);
}

/* ---- before ---- */

static void on_preflight(void *arg, struct run *run)
{
	struct campaign *c = arg;
	struct preflight p = preflight_of(c);
	struct buf text = BUF_INIT(16 * 1024);
	bool open = preflight_judge(run_log(run), run_number(run), &p, &text);
	struct span rest = buf_span(&text), headline;

	run_free(run);
	c->preflight_run = NULL;
	if (open) {
		c->began = loop_now();
		start_cases(c);
	} else {
		secrets_blot(&c->secrets, &text);
		rest = buf_span(&text);
		if (span_split(&rest, '\n', &headline))
			fail_set(&c->fail, FAIL_PEER, "%.*s",
				 SPAN_ARG(headline));
		buf_add_span(c->advice, rest);
		loop_stop(c->loop);
	}
	buf_clear(&text);
}

/* Tokens cost money behind a hosted gateway: what is to be sent is told before
 * the first request. */
static void plan_black_box(struct campaign *c)
{
	struct blackbox plan = {
		.cases = c->config->cases,
		.count = c->config->count,
		.max_requests = c->config->max_requests,
		.lacks = lacks,
		.arg = c,
	};

	c->left_out = xcalloc(plan.count + 1, sizeof(*c->left_out));
	blackbox_plan(&plan, c->preflight, c->left_out);
	fprintf(stderr,
		"ccprobe: %zu of %zu cases can be decided without a mock, by "
		"%zu requests with about %" PRIu64 " input tokens and at "
		"most %" PRIu64 " output tokens\n",
		plan.decided, plan.count, plan.cost.requests, plan.cost.input,
		plan.cost.output);
}

static void go_to(struct campaign *c, const char *url)
{
	session_set_gateway(c->session, url);
	if (preflight_case(&c->preflight, c->config->root, c->config->client,
			   c->config->no_mock ? c->config->model : NULL,
			   &c->fail) < 0) {
		loop_stop(c->loop);
		return;
	}
	c->preflight->limit_ms = c->config->preflight_ms;
	if (c->config->no_mock)
		plan_black_box(c);
	c->preflight_run =
		run_start(c->session, c->preflight, false, on_preflight, c);
}

static void on_ready(void *arg, const char *url, const struct fail *f)
{
	struct campaign *c = arg;

	if (f->code != FAIL_OK)
		c->fail = *f;
	else if (headers_copy(&c->extra, target_headers(c->config->target)) < 0)
		fail_set(&c->fail, FAIL_LIMIT, "too many headers");
	if (c->fail.code == FAIL_OK)
		go_to(c, url);
	else
		loop_stop(c->loop);
}

static void on_interrupt(void *arg)
{
	struct campaign *c = arg;

	c->report->interrupted = true;
	loop_stop(c->loop);
}

static int open_session(struct campaign *c)
{
	struct session_config config = {
		.loop = c->loop,
		.no_mock = c->config->no_mock,
		.mock = c->config->mock,
		.client_key = c->config->client_key,
		.wrong_key = c->config->wrong_key,
		.auth = c->config->auth,
		.extra = &c->extra,
	};

	if (c->config->extra && headers_copy(&c->extra, c->config->extra) < 0)
		return fail_set(&c->fail, FAIL_LIMIT, "too many headers");
	if (session_new(&c->session, &config, &c->fail) < 0)
		return -1;
	if (!c->config->no_mock)
		address_write(session_mock(c->session), c->mock);
	return 0;
}

/* A gateway on this machine cannot connect to "any address". */
static const char *reachable(const char *host)
{
	if (strcmp(host, "0.0.0.0") == 0)
		return "127.0.0.1";
	return strcmp(host, "::") == 0 ? "::1" : host;
}

static void start_target(struct campaign *c)
{
	const struct address *mock = session_mock(c->session);
	struct target_place place = {
		.root = c->config->root,
		.bin = c->bin,
		.mock_host = reachable(mock->host),
		.mock_port = mock->port,
		.client_key = c->config->client_key,
		.upstream_key = c->config->upstream_key,
	};

	target_start(c->config->target, c->loop, &place, on_ready, c);
}

static int prepare(struct campaign *c)
{
	const struct campaign_config *config = c->config;

	c->bin = place_programs();
	secrets_add(&c->secrets, config->client_key);
	secrets_add(&c->secrets, config->upstream_key);
	secrets_add(&c->secrets, config->wrong_key);
	if (config->out && keeper_new(&c->keeper, config, &c->fail) < 0)
		return -1;
	if (loop_new(&c->loop, &c->fail) < 0 ||
	    loop_on_signal(c->loop, SIGINT, on_interrupt, c, &c->fail) < 0 ||
	    loop_on_signal(c->loop, SIGTERM, on_interrupt, c, &c->fail) < 0)
		return -1;
	return open_session(c);
}

/* ---- after ---- */

static void blot(const struct campaign *c, char **text)
{
	struct buf b = BUF_INIT(BUF_NO_LIMIT);

	if (!*text)
		return;
	buf_add_text(&b, *text);
	secrets_blot(&c->secrets, &b);
	free(*text);
	*text = buf_take(&b, NULL);
}

static void blot_result(const struct campaign *c, struct result *r)
{
	blot(c, &r->reason);
	blot(c, &r->trace);
	blot(c, &r->curl);
	for (size_t i = 0; i < r->outcome_count; i++) {
		blot(c, &r->outcomes[i].expect);
		blot(c, &r->outcomes[i].wanted);
		blot(c, &r->outcomes[i].got);
		blot(c, &r->outcomes[i].difference);
	}
}

static char *url_text(const char *prefix, const char *text)
{
	struct buf b = BUF_INIT(1024);

	buf_addf(&b, "%s%s", prefix, text);
	return buf_take(&b, NULL);
}

static void fill_report(struct campaign *c)
{
	struct run_report *r = c->report;
	const char *gateway = c->session ? session_gateway(c->session) : NULL;

	r->target =
		url_text("", c->config->target ? target_title(c->config->target)
					       : "a gateway that was running");
	r->gateway_url = url_text("", gateway ? gateway : "not started");
	r->mock_url = *c->mock ? url_text("http://", c->mock) : NULL;
	r->took = c->began ? loop_now() - c->began : 0;
	r->died = c->runner && runner_is_gone(c->runner);
	if (c->runner)
		r->list = runner_take(c->runner, &r->count);
	for (size_t i = 0; i < r->count; i++) {
		r->counts[r->list[i].verdict]++;
		r->left_out += r->list[i].left_out;
		blot_result(c, &r->list[i]);
	}
}

static void warn(const struct campaign *c)
{
	const struct target *t = c->config->target;
	struct fail kept = FAIL_INIT;

	if (c->keeper)
		keeper_result(c->keeper, &kept);
	if (kept.code != FAIL_OK)
		fprintf(stderr, "ccprobe: a wire log is missing: %s\n",
			kept.text);
	if (t && *target_ending(t) && !c->report->interrupted)
		fprintf(stderr, "ccprobe: during the run, target %s %s\n",
			target_name(t), target_ending(t));
	if (c->session && session_strays(c->session) > 0)
		fprintf(stderr,
			"ccprobe: %zu requests without a mark reached the "
			"mock, the last: %s\n",
			session_strays(c->session), session_stray(c->session));
}

static void clean_up(struct campaign *c)
{
	if (c->config->target)
		target_stop(c->config->target);
	runner_free(c->runner);
	run_free(c->preflight_run);
	session_free(c->session);
	casefile_free(c->preflight);
	loop_free(c->loop);
	keeper_free(c->keeper);
	secrets_clear(&c->secrets);
	headers_clear(&c->extra);
	free(c->left_out);
	free(c->bin);
}

int campaign_run(const struct campaign_config *config,
		 struct run_report *report, struct buf *advice, struct fail *f)
{
	struct campaign c = { .config = config,
			      .report = report,
			      .advice = advice };
	int rc = -1;

	if (prepare(&c) == 0) {
		if (config->target)
			start_target(&c);
		else
			go_to(&c, config->gateway);
		if (c.fail.code == FAIL_OK)
			loop_run(c.loop);
		end_progress(&c);
	}
	if (c.runner)
		runner_stop(c.runner);
	if (c.fail.code != FAIL_OK) {
		fail_set(f, c.fail.code, "%s", c.fail.text);
	} else {
		fill_report(&c);
		warn(&c);
		rc = 0;
	}
	clean_up(&c);
	return rc;
}

void campaign_clear(struct run_report *report)
{
	for (size_t i = 0; i < report->count; i++)
		result_clear(&report->list[i]);
	free(report->list);
	free((char *)report->target);
	free((char *)report->gateway_url);
	free((char *)report->mock_url);
	*report = (struct run_report){ .list = NULL };
}
