/*
 * The order of a campaign, as callbacks on one loop: target ready, preflight
 * judged, cases done. However it ends, the loop stops once, and then
 * campaign_run() stops and removes everything.
 */
#include "probe/run/campaign_private.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "probe/causes/causes.h"
#include "probe/run/blackbox.h"
#include "probe/run/keep/keep.h"
#include "probe/run/preflight/preflight.h"
#include "formats/vendor.h"
#include "probe/suite/place.h"
#include "probe/suite/say.h"
#include "wire/bytes/mem.h"
#include "wire/bytes/print.h"

/* ---- while cases run ---- */

static void on_result(void *arg, const struct result *result, struct run *run,
		      const struct view *view)
{
	struct campaign *c = arg;

	c->finished++;
	campaign_tell_case(c, result);
	if (view && c->causes && !run_case(run)->live)
		causes_add(c->causes, view, result);
	if (view && result_is_problem(result))
		campaign_look_for_pieces(c, view);
	if (run && c->config->watch.on_case)
		c->config->watch.on_case(c->config->watch.arg, result,
					 run_log(run), run_number(run),
					 &c->secrets);
	if (run && c->keeper)
		keeper_add(c->keeper, result, run_case(run), run_log(run),
			   run_number(run));
}

static void on_done(void *arg)
{
	struct campaign *c = arg;

	loop_stop(c->loop);
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

/* The key that the gateway has to use at its provider, as the user said it;
 * NULL: not said, or a target, which got its key from us. */
static const char *upstream_key(const struct campaign *c)
{
	struct buf why = BUF_INIT(1024);
	bool held = !c->config->target && c->config->upstream_key_known &&
		    !campaign_lacks((void *)c, "replaces-key", &why);

	buf_clear(&why);
	return held ? c->config->upstream_key : NULL;
}

/* What to do if the gateway refuses the key. */
static const char *key_advice(const struct target *t)
{
	if (!t)
		return "Set the gateway's own key with --key VALUE or --key "
		       "env:NAME.";
	if (target_signs_in(t))
		return "The target's 'sign_in' printed it.";
	return "The target got it as ${keys.client}: does its configuration "
	       "accept it?";
}

static struct preflight preflight_of(const struct campaign *c)
{
	return (struct preflight){
		.upstream_key = upstream_key(c),
		.gateway = session_gateway(c->session),
		.mock = c->mock,
		.black_box = c->config->no_mock,
		.auth = auth_words(c->config->auth),
		.client = c->config->client,
		.format = c->config->client_format,
		.settings = key_advice(c->config->target),
	};
}

/* Was the plain request that is sent between cases answered with a message? */
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
		.live_jobs = c->config->live_jobs,
		.no_mock = c->config->no_mock,
		.plain = c->preflight,
		.plain_ok = plain_ok,
		.pool_wait_ms = c->config->pool_wait_ms,
		.again_ms = c->config->again_ms,
		.left_out = c->left_out,
		.lacks = campaign_lacks,
		.unfit = campaign_unfit,
		.on_result = on_result,
		.on_done = on_done,
		.arg = c,
	};

	campaign_tell_start(c);
	c->runner = runner_start(&config);
}

/* ---- before ---- */

static void on_offers(void *arg)
{
	start_cases(arg);
}

/* Does the gateway speak another format to its provider than the client speaks
 * to it? */
static bool translates(const struct campaign *c)
{
	return c->format != FORMAT_UNKNOWN &&
	       c->format != c->config->client_format;
}

/* If the gateway declares no claims, a few requests find out what it offers, so
 * that cases for optional features do not fail it. */
static void look_at_offers(struct campaign *c)
{
	if (c->config->target || c->config->claims || translates(c))
		start_cases(c);
	else
		offers_start(&c->offers, c->session, on_offers, c);
}

/* Ends the campaign before the first case. `why` is a headline, then lines of
 * advice. */
static void stop_before(struct campaign *c, struct span why)
{
	struct span headline;

	if (span_split(&why, '\n', &headline))
		fail_set(&c->fail, FAIL_PEER, "%.*s", SPAN_ARG(headline));
	buf_add_span(c->advice, why);
	loop_stop(c->loop);
}

/* If the gateway refuses the recorded request, a small one is tried: a gateway
 * that answers that is graded, and its refusal is a finding. */
static bool can_be_smaller(const struct campaign *c, const struct run *run)
{
	return !c->config->no_mock && c->first_said.len == 0 &&
	       preflight_is_refusal(run_log(run), run_number(run));
}

static void tell_of_first(const struct campaign *c)
{
	struct span rest = buf_span(&c->first_said), headline;

	if (rest.len > 0 && span_split(&rest, '\n', &headline))
		say(stderr,
		    "ccprobe: %.*s\n%.*s  A small request is answered, so "
		    "the cases are run.\n",
		    SPAN_ARG(headline), SPAN_ARG(rest));
}

/* Without a mock the preflight asks for the model of --model. */
static int make_preflight(struct campaign *c, bool small)
{
	struct preflight_first first = {
		.root = c->config->root,
		.client = c->config->client,
		.format = c->config->client_format,
		.small = small,
		.model = c->config->no_mock ? c->config->model : NULL,
	};

	casefile_free(c->preflight);
	c->preflight = NULL;
	if (preflight_case(&c->preflight, &first, &c->fail) < 0) {
		loop_stop(c->loop);
		return -1;
	}
	c->preflight->limit_ms = c->config->preflight_ms;
	return 0;
}

static void on_preflight(void *arg, struct run *run);

static void ask_smaller(struct campaign *c)
{
	if (make_preflight(c, true) == 0)
		c->preflight_run = run_start(c->session, c->preflight, false,
					     on_preflight, c);
}

/* Called after the preflight, because a target that signs in has given the
 * client its key by then. */
static void begin_causes(struct campaign *c)
{
	struct causes_keys keys = { c->config->client_key,
				    c->config->wrong_key,
				    c->config->upstream_key,
				    c->config->weak[CASE_KEY_CLIENT],
				    c->config->weak[CASE_KEY_UPSTREAM],
				    NULL };
	const struct keyring *ring = c->config->ring;

	if (c->config->no_mock)
		return;
	c->named = xcalloc((ring ? ring->count : 0) + 1, sizeof(*c->named));
	for (size_t i = 0; ring && i < ring->count; i++)
		c->named[i] = ring->list[i].value;
	keys.named = c->named;
	c->causes = causes_new(&keys);
	if (translates(c))
		causes_set_translates(c->causes);
}

/* The format in which the gateway asks its provider; FORMAT_UNKNOWN: no request
 * of it was seen. */
static enum format format_of(const struct run *run)
{
	enum format format;
	struct view v;

	view_of(&v, run_log(run), run_number(run));
	format = view_format(view_find(&v, "u", 1));
	view_clear(&v);
	return format;
}

/* Tells which format was seen, because the gateway is graded by it and nobody
 * asked for that. */
static void tell_of_route(const struct run *run)
{
	const struct exchange *x;
	struct buf target = BUF_INIT(1024);
	struct view v;

	view_of(&v, run_log(run), run_number(run));
	x = view_find(&v, "u", 1);
	print_bytes(span_of(x->request->target), 80, &target);
	say(stderr,
	    "ccprobe: the gateway asks its provider for %s (%s): it is graded "
	    "as one that translates\n",
	    buf_str(&target), vendor_of(x->request->target));
	buf_clear(&target);
	view_clear(&v);
}

/* Tells if ccprobe.json names another format: the gateway was changed, or
 * another one answers at its address. */
static void tell_of_other_format(const struct campaign *c)
{
	enum format said = c->config->provider;

	if (said == FORMAT_UNKNOWN || c->format == FORMAT_UNKNOWN ||
	    said == c->format)
		return;
	say(stderr,
	    "ccprobe: ccprobe.json says that the provider speaks %s, and the "
	    "gateway asks it in %s; the cases for %s are run\n",
	    format_name(said), format_name(c->format), format_name(c->format));
}

static void on_preflight(void *arg, struct run *run)
{
	struct campaign *c = arg;
	struct preflight p = preflight_of(c);
	struct buf text = BUF_INIT(16 * 1024);
	bool open = preflight_judge(run_log(run), run_number(run), &p, &text);
	bool small = !open && can_be_smaller(c, run);

	c->format = format_of(run);
	if (open && translates(c))
		tell_of_route(run);
	if (open)
		tell_of_other_format(c);
	secrets_blot(&c->secrets, &text);
	run_free(run);
	c->preflight_run = NULL;
	if (open) {
		tell_of_first(c);
		begin_causes(c);
		c->began = loop_now();
		look_at_offers(c);
	} else if (small) {
		buf_add_span(&c->first_said, buf_span(&text));
		ask_smaller(c);
	} else {
		stop_before(c, c->first_said.len > 0 ? buf_span(&c->first_said)
						     : buf_span(&text));
	}
	buf_clear(&text);
}

/* Tokens cost money at a real provider, so the plan is told before the first
 * request. */
static void plan_black_box(struct campaign *c)
{
	struct blackbox plan = {
		.cases = c->config->cases,
		.count = c->config->count,
		.max_requests = c->config->max_requests,
		.lacks = campaign_lacks,
		.arg = c,
	};

	c->left_out = xcalloc(plan.count, sizeof(*c->left_out));
	blackbox_plan(&plan, c->preflight, c->left_out);
	say(stderr,
	    "ccprobe: %zu of %zu cases can be decided without a mock, by "
	    "%zu request%s with about %" PRIu64 " input tokens and at "
	    "most %" PRIu64 " output tokens\n",
	    plan.decided, plan.count, plan.cost.requests,
	    plan.cost.requests == 1 ? "" : "s", plan.cost.input,
	    plan.cost.output);
}

static void go_to(struct campaign *c, const char *url)
{
	session_set_gateway(c->session, url);
	campaign_tell_mock(c);
	if (make_preflight(c, c->config->no_mock) < 0)
		return;
	if (c->config->no_mock)
		plan_black_box(c);
	c->preflight_run =
		run_start(c->session, c->preflight, false, on_preflight, c);
}

/* Weak keys are not masked, because they are parts of ordinary texts. */
static void know_keys(struct campaign *c)
{
	const struct campaign_config *config = c->config;

	secrets_add(&c->secrets, config->wrong_key);
	for (size_t i = 0; config->ring && i < config->ring->count; i++)
		secrets_add(&c->secrets, config->ring->list[i].value);
	if (!config->weak[CASE_KEY_CLIENT])
		secrets_add(&c->secrets, config->client_key);
	if (!config->weak[CASE_KEY_UPSTREAM])
		secrets_add(&c->secrets, config->upstream_key);
}

/* If the target signs in, the key that it gave out is used from here on. */
static void take_key(struct campaign *c)
{
	const struct campaign_config *config = c->config;
	const char *key = target_key(config->target);

	if (!key || config->signed_in(config->arg, key, &c->fail) < 0)
		return;
	know_keys(c);
	session_set_key(c->session, config->client_key);
}

/* Headers may hold passwords of a proxy in front of the gateway. */
static void know_headers(struct campaign *c, const struct headers *h)
{
	for (size_t i = 0; h && i < h->count; i++)
		secrets_add_header(&c->secrets, h->list[i].name,
				   h->list[i].value);
}

static void on_ready(void *arg, const char *url, const struct fail *f)
{
	struct campaign *c = arg;

	if (f->code != FAIL_OK) {
		c->fail = *f;
	} else {
		take_key(c);
		if (headers_copy(&c->extra, target_headers(c->config->target)) <
		    0)
			fail_set(&c->fail, FAIL_LIMIT, "too many headers");
	}
	know_headers(c, &c->extra);
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
		.mocks = c->config->mocks,
		.mock_count = c->config->mock_count,
		.client_key = c->config->client_key,
		.wrong_key = c->config->wrong_key,
		.ring = c->config->ring,
		.wishes = c->config->wishes,
		.auth = c->config->auth,
		.extra = &c->extra,
		.program = c->config->program,
		.tls = c->config->tls,
		.rate = c->config->rate,
	};

	if (c->config->extra && headers_copy(&c->extra, c->config->extra) < 0)
		return fail_set(&c->fail, FAIL_LIMIT, "too many headers");
	if (session_new(&c->session, &config, &c->fail) < 0)
		return -1;
	if (!c->config->no_mock)
		address_write(session_mock(c->session, 0), c->mock);
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
	struct target_place place = {
		.root = c->config->root,
		.bin = c->bin,
		.mock_count = c->config->mock_count,
		.client_key = c->config->client_key,
		.ring = c->config->ring,
		.upstream_key = c->config->upstream_key,
	};

	for (size_t i = 0; i < place.mock_count; i++) {
		const struct address *mock = session_mock(c->session, i);

		place.mocks[i].host = reachable(mock->host);
		place.mocks[i].port = mock->port;
	}
	target_start(c->config->target, c->loop, &place, on_ready, c);
}

static int prepare(struct campaign *c)
{
	const struct campaign_config *config = c->config;

	c->bin = place_programs();
	c->offers.no_mock = config->no_mock;
	c->offers.client_format = config->client_format;
	if (offers_read(&c->offers, config->root, config->values, &c->fail) < 0)
		return -1;
	know_keys(c);
	know_headers(c, config->extra);
	if (config->out &&
	    keeper_new(&c->keeper, config, &c->extra, &c->fail) < 0)
		return -1;
	if (loop_new(&c->loop, &c->fail) < 0 ||
	    loop_on_end(c->loop, on_interrupt, c, &c->fail) < 0)
		return -1;
	if (config->watch.on_loop &&
	    config->watch.on_loop(config->watch.arg, c->loop, &c->fail) < 0)
		return -1;
	return open_session(c);
}

static void clean_up(struct campaign *c)
{
	if (c->config->target)
		target_stop(c->config->target);
	runner_free(c->runner);
	run_free(c->preflight_run);
	offers_clear(&c->offers);
	buf_clear(&c->first_said);
	session_free(c->session);
	casefile_free(c->preflight);
	if (c->config->watch.on_leave)
		c->config->watch.on_leave(c->config->watch.arg);
	loop_free(c->loop);
	keeper_free(c->keeper);
	causes_free(c->causes);
	free(c->named);
	secrets_clear(&c->secrets);
	secrets_clear(&c->pieces);
	headers_clear(&c->extra);
	free(c->left_out);
	free(c->bin);
}

int campaign_run(const struct campaign_config *config,
		 struct run_report *report, struct buf *advice, struct fail *f)
{
	struct campaign c = { .config = config,
			      .report = report,
			      .advice = advice,
			      .first_said = BUF_INIT(16 * 1024) };
	int rc = -1;

	if (prepare(&c) == 0) {
		if (config->target)
			start_target(&c);
		else
			go_to(&c, config->gateway);
		if (c.fail.code == FAIL_OK)
			loop_run(c.loop);
		campaign_end_progress(&c);
	}
	if (c.runner)
		runner_stop(c.runner);
	if (c.fail.code != FAIL_OK) {
		fail_copy(f, &c.fail);
		campaign_report_gateway(&c);
	} else {
		campaign_report(&c);
		campaign_warn(&c);
		rc = 0;
	}
	clean_up(&c);
	return rc;
}
