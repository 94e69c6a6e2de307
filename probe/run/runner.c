/* Running cases in parallel, with one lane for those that carry no mark. */
#include "probe/run/runner_private.h"

#include <stdlib.h>
#include <string.h>

#include "probe/judge/check.h"
#include "probe/run/blackbox.h"
#include "wire/bytes/mem.h"

static void go_on(struct runner *r)
{
	if (!r->stopped)
		loop_timer_set(r->loop, &r->turn, loop_now(), runner_turn, r);
}

static void drop_run(struct runner_slot *p)
{
	view_clear(&p->view);
	run_free(p->run);
	p->run = NULL;
}

void runner_slot_finish(struct runner_slot *p)
{
	struct runner *r = p->runner;

	p->state = FINISHED;
	r->left--;
	r->config.on_result(r->config.arg, &p->result, p->run,
			    p->run ? &p->view : NULL);
	drop_run(p);
}

void runner_slot_wait(struct runner_slot *p)
{
	drop_run(p);
	result_clear(&p->result);
	p->state = WAITING;
}

/* Which errors are the gateway's own? */
static void count_refusals(struct runner_slot *p)
{
	const struct wlog *log = run_log(p->run);
	size_t asked = 0, of_client = 0, of_provider = 0;

	for (size_t i = 0; i < log->count; i++) {
		const struct wlog_entry *e = &log->list[i];
		bool is_error = e->kind == WLOG_RESPONSE && e->status >= 400;

		if (e->run != run_number(p->run))
			continue;
		asked += e->kind == WLOG_REQUEST && e->actor[0] == 'u';
		of_client += is_error && e->actor[0] == 'c';
		of_provider += is_error && e->actor[0] == 'u';
	}
	p->unasked = asked == 0 && of_client > 0;
	p->refused_some = asked > 0 && of_client > of_provider;
}

static bool was_refused(const struct runner_slot *p)
{
	const struct wlog *log = run_log(p->run);

	for (size_t i = 0; i < log->count; i++)
		if (log->list[i].run == run_number(p->run) &&
		    log->list[i].kind == WLOG_END &&
		    log->list[i].actor[0] == 'c' &&
		    log->list[i].end == END_REFUSED)
			return true;
	return false;
}

static void on_run_done(void *arg, struct run *run)
{
	struct runner_slot *p = arg;
	struct runner *r = p->runner;

	result_clear(&p->result);
	view_of(&p->view, run_log(run), run_number(run));
	check_view(p->c, &p->view, &p->result);
	if (r->config.no_mock)
		blackbox_excuse(run_log(run), run_number(run), &p->result);
	p->result.took = run_took(run);
	count_refusals(p);
	p->refused = was_refused(p);
	r->suspect = r->suspect || (p->refused && !r->config.no_mock);
	if (r->lane == p)
		r->lane = NULL;
	r->open--;
	runner_sort(r, p);
	go_on(r);
}

void runner_slot_start(struct runner_slot *p)
{
	struct runner *r = p->runner;

	p->state = UNDER_WAY;
	p->runs++;
	r->open++;
	if (p->in_lane)
		r->lane = p;
	p->run = run_start(r->config.session, p->c, p->in_lane, on_run_done, p);
}

static void skip_for(struct runner_slot *p, char *reason)
{
	check_result(p->c, &p->result);
	p->result.verdict = VERDICT_SKIP;
	p->result.other_client = p->c->not_for != NULL;
	free(p->result.reason);
	p->result.reason = reason;
	runner_slot_finish(p);
}

/* Raw bytes are sent without TLS only. */
static bool sends_raw(const struct casefile *c)
{
	for (size_t i = 0; i < c->step_count; i++)
		if (c->steps[i].request != NULL &&
		    c->steps[i].request->raw != NULL)
			return true;
	return false;
}

static bool is_tls(const struct runner *r)
{
	const char *url = session_gateway(r->config.session);

	return url != NULL && strncmp(url, "https:", 6) == 0;
}

/* True if the case is for another client, or about something the target is not
 * held to. */
static bool skip(struct runner_slot *p)
{
	struct runner *r = p->runner;
	struct buf reason = BUF_INIT(BUF_NO_LIMIT);

	if (p->c->not_for) {
		skip_for(p, xstrdup(p->c->not_for));
		return true;
	}
	if (is_tls(r) && sends_raw(p->c)) {
		skip_for(p, xstrdup("it sends raw bytes, which go over plain "
				    "http:// only"));
		return true;
	}
	for (size_t i = 0; i < p->c->need_count; i++) {
		if (!r->config.lacks(r->config.arg, p->c->needs[i], &reason))
			continue;
		skip_for(p, buf_take(&reason, NULL));
		return true;
	}
	buf_clear(&reason);
	return false;
}

void runner_slot_leave(struct runner_slot *p, const char *reason)
{
	drop_run(p);
	result_clear(&p->result);
	check_result(p->c, &p->result);
	p->result.verdict = VERDICT_UNDECIDED;
	p->result.left_out = true;
	free(p->result.reason);
	p->result.reason = xstrdup(reason);
	runner_slot_finish(p);
}

struct runner *runner_start(const struct runner_config *config)
{
	struct runner *r = xcalloc(1, sizeof(*r));

	r->config = *config;
	r->loop = session_loop(config->session);
	r->left = config->count;
	r->resting = TICK_NEVER;
	r->slots = xcalloc(config->count + 1, sizeof(*r->slots));
	for (size_t i = 0; i < config->count; i++) {
		struct runner_slot *p = &r->slots[i];

		p->runner = r;
		p->c = config->cases[i];
		p->in_lane = p->c->exclusive && !config->no_mock;
		if (config->left_out && config->left_out[i])
			runner_slot_leave(p, config->left_out[i]);
		else
			skip(p);
	}
	go_on(r);
	return r;
}

void runner_stop(struct runner *r)
{
	r->stopped = true;
	loop_timer_clear(r->loop, &r->turn);
	run_free(r->plain);
	r->plain = NULL;
	for (size_t i = 0; i < r->config.count; i++) {
		drop_run(&r->slots[i]);
	}
}

void runner_free(struct runner *r)
{
	if (!r)
		return;
	runner_stop(r);
	for (size_t i = 0; i < r->config.count; i++)
		result_clear(&r->slots[i].result);
	free(r->slots);
	free(r);
}

bool runner_is_gone(const struct runner *r)
{
	return r->gone;
}

struct result *runner_take(struct runner *r, size_t *count)
{
	struct result *list = xcalloc(r->config.count + 1, sizeof(*list));
	size_t n = 0;

	for (size_t i = 0; i < r->config.count; i++) {
		struct runner_slot *p = &r->slots[i];

		if (p->state != FINISHED)
			continue;
		list[n++] = p->result;
		p->result = (struct result){ .id = NULL };
		p->state = WAITING;
	}
	*count = n;
	return list;
}
