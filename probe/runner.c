/* Running cases in parallel, with one lane for those that carry no mark. */
#include "probe/runner.h"

#include <stdlib.h>
#include <string.h>

#include "probe/check.h"
#include "wire/mem.h"

enum place_state { WAITING, UNDER_WAY, FINISHED };

struct place { /* of one case */
	struct runner *runner;
	const struct casefile *c;
	enum place_state state;
	struct run *run;
	struct result result;
};

struct runner {
	struct runner_config config;
	struct loop *loop;
	struct place *places;
	size_t open, left; /* runs under way, cases not finished */
	size_t next, next_in_lane;
	struct place *lane; /* which place has it, or NULL */
	struct loop_timer turn;
	bool stopped;
};

static void runner_turn(void *arg);

static void go_on(struct runner *r)
{
	if (!r->stopped)
		loop_timer_set(r->loop, &r->turn, tick_now(), runner_turn, r);
}

static void finish(struct place *p)
{
	struct runner *r = p->runner;

	p->state = FINISHED;
	r->left--;
	r->config.on_result(r->config.arg, &p->result, p->run);
}

static void on_run_done(void *arg, struct run *run)
{
	struct place *p = arg;
	struct runner *r = p->runner;

	check_case(p->c, run_log(run), run_number(run), &p->result);
	p->result.took = run_took(run);
	finish(p);
	run_free(run);
	p->run = NULL;
	if (r->lane == p)
		r->lane = NULL;
	r->open--;
	go_on(r);
}

static void start(struct place *p)
{
	struct runner *r = p->runner;
	bool lane = p->c->exclusive;

	p->state = UNDER_WAY;
	r->open++;
	if (lane)
		r->lane = p;
	p->run = run_start(r->config.session, p->c, lane, on_run_done, p);
}

/* True if the target is not held to what the case is about. */
static bool skip(struct place *p)
{
	struct runner *r = p->runner;
	struct buf reason = BUF_INIT(BUF_NO_LIMIT);

	for (size_t i = 0; i < p->c->need_count; i++) {
		if (!r->config.lacks(r->config.arg, p->c->needs[i], &reason))
			continue;
		result_of(p->c, &p->result);
		p->result.verdict = VERDICT_SKIP;
		free(p->result.reason);
		p->result.reason = buf_take(&reason, NULL);
		finish(p);
		return true;
	}
	buf_clear(&reason);
	return false;
}

/* The next place that waits, in the lane or beside it. */
static struct place *next_place(struct runner *r, bool lane)
{
	size_t *at = lane ? &r->next_in_lane : &r->next;

	for (; *at < r->config.count; (*at)++) {
		struct place *p = &r->places[*at];

		if (p->state == WAITING && p->c->exclusive == lane)
			return p;
	}
	return NULL;
}

/* The lane is begun first: it is the longest row of cases. */
static void runner_turn(void *arg)
{
	struct runner *r = arg;
	struct place *p;

	while (r->open < r->config.jobs) {
		p = r->lane ? NULL : next_place(r, true);
		if (!p)
			p = next_place(r, false);
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
	r->places = xcalloc(config->count + 1, sizeof(*r->places));
	for (size_t i = 0; i < config->count; i++) {
		r->places[i].runner = r;
		r->places[i].c = config->cases[i];
		skip(&r->places[i]);
	}
	go_on(r);
	return r;
}

void runner_stop(struct runner *r)
{
	r->stopped = true;
	loop_timer_clear(r->loop, &r->turn);
	for (size_t i = 0; i < r->config.count; i++) {
		run_free(r->places[i].run);
		r->places[i].run = NULL;
	}
}

void runner_free(struct runner *r)
{
	if (!r)
		return;
	runner_stop(r);
	for (size_t i = 0; i < r->config.count; i++)
		result_clear(&r->places[i].result);
	free(r->places);
	free(r);
}

struct result *runner_take(struct runner *r, size_t *count)
{
	struct result *list = xcalloc(r->config.count + 1, sizeof(*list));
	size_t n = 0;

	for (size_t i = 0; i < r->config.count; i++) {
		struct place *p = &r->places[i];

		if (p->state != FINISHED)
			continue;
		list[n++] = p->result;
		p->result = (struct result){ .id = NULL };
		p->state = WAITING;
	}
	*count = n;
	return list;
}
