/* Running cases in parallel, with one lane for those that carry no mark. */
#include "probe/run/runner.h"

#include <stdlib.h>
#include <string.h>

#include "probe/judge/check.h"
#include "probe/run/blackbox.h"
#include "wire/bytes/mem.h"

enum slot_state { WAITING, UNDER_WAY, FINISHED };

struct runner_slot { /* of one case */
	struct runner *runner;
	const struct casefile *c;
	enum slot_state state;
	bool in_lane;
	struct run *run;
	struct result result;
};

struct runner {
	struct runner_config config;
	struct loop *loop;
	struct runner_slot *slots;
	size_t open, left; /* runs under way, cases not finished */
	size_t next, next_in_lane;
	struct runner_slot *lane; /* which slot has it, or NULL */
	struct loop_timer turn;
	bool stopped;
};

static void runner_turn(void *arg);

static void go_on(struct runner *r)
{
	if (!r->stopped)
		loop_timer_set(r->loop, &r->turn, loop_now(), runner_turn, r);
}

static void finish(struct runner_slot *p)
{
	struct runner *r = p->runner;

	p->state = FINISHED;
	r->left--;
	r->config.on_result(r->config.arg, &p->result, p->run);
}

static void on_run_done(void *arg, struct run *run)
{
	struct runner_slot *p = arg;
	struct runner *r = p->runner;

	check_case(p->c, run_log(run), run_number(run), &p->result);
	if (r->config.no_mock)
		blackbox_excuse(run_log(run), run_number(run), &p->result);
	p->result.took = run_took(run);
	finish(p);
	run_free(run);
	p->run = NULL;
	if (r->lane == p)
		r->lane = NULL;
	r->open--;
	go_on(r);
}

static void start(struct runner_slot *p)
{
	struct runner *r = p->runner;

	p->state = UNDER_WAY;
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
	finish(p);
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

static void leave_out(struct runner_slot *p, const char *reason)
{
	check_result(p->c, &p->result);
	p->result.verdict = VERDICT_UNDECIDED;
	p->result.left_out = true;
	free(p->result.reason);
	p->result.reason = xstrdup(reason);
	finish(p);
}

/* The next slot that waits, in the lane or beside it. */
static struct runner_slot *next_slot(struct runner *r, bool lane)
{
	size_t *at = lane ? &r->next_in_lane : &r->next;

	for (; *at < r->config.count; (*at)++) {
		struct runner_slot *p = &r->slots[*at];

		if (p->state == WAITING && p->in_lane == lane)
			return p;
	}
	return NULL;
}

/* The lane is begun first: it is the longest row of cases. */
static void runner_turn(void *arg)
{
	struct runner *r = arg;
	struct runner_slot *p;

	while (r->open < r->config.jobs) {
		p = r->lane ? NULL : next_slot(r, true);
		if (!p)
			p = next_slot(r, false);
		if (!p)
			break;
		start(p);
	}
	if (r->left == 0)
		r->config.on_done(r->config.arg);
}

struct runner *runner_start(const struct runner_config *config)
{
	struct runner *r = xcalloc(1, sizeof(*r));

	r->config = *config;
	r->loop = session_loop(config->session);
	r->left = config->count;
	r->slots = xcalloc(config->count + 1, sizeof(*r->slots));
	for (size_t i = 0; i < config->count; i++) {
		struct runner_slot *p = &r->slots[i];

		p->runner = r;
		p->c = config->cases[i];
		p->in_lane = p->c->exclusive && !config->no_mock;
		if (config->left_out && config->left_out[i])
			leave_out(p, config->left_out[i]);
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
	for (size_t i = 0; i < r->config.count; i++) {
		run_free(r->slots[i].run);
		r->slots[i].run = NULL;
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
