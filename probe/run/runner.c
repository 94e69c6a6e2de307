/* The runner: which cases are skipped at the start, and what is taken from it
 * at the end. */
#include "probe/run/runner_private.h"

#include <stdlib.h>
#include <string.h>

#include "probe/judge/check.h"
#include "wire/bytes/mem.h"

static void go_on(struct runner *r)
{
	if (!r->stopped)
		loop_timer_set(r->loop, &r->turn, loop_now(), runner_turn, r);
}

static void on_judged(struct runner *r, struct runner_slot *p)
{
	runner_sort(r, p);
	go_on(r);
}

static void skip_for(struct runner_slot *p, char *reason, bool not_meant)
{
	check_result(p->c, &p->result);
	p->result.verdict = VERDICT_SKIP;
	p->result.not_meant = not_meant;
	free(p->result.reason);
	p->result.reason = reason;
	runner_slot_finish(p);
}

/* Skips the case if it is for another client or provider, or needs a claim that
 * is not asked of the gateway; true: it was skipped. */
static bool skip(struct runner_slot *p)
{
	struct runner *r = p->runner;
	struct buf reason = BUF_INIT(BUF_NO_LIMIT);

	if (p->c->not_for && !p->c->live) {
		skip_for(p, xstrdup(p->c->not_for), true);
		return true;
	}
	if (r->config.unfit(r->config.arg, p->c, &reason)) {
		skip_for(p, buf_take(&reason, NULL), true);
		return true;
	}
	for (size_t i = 0; i < p->c->need_count; i++) {
		if (!r->config.lacks(r->config.arg, p->c->needs[i], &reason))
			continue;
		skip_for(p, buf_take(&reason, NULL), false);
		return true;
	}
	buf_clear(&reason);
	return false;
}

struct runner *runner_start(const struct runner_config *config)
{
	struct runner *r = xcalloc(1, sizeof(*r));

	r->config = *config;
	r->loop = session_loop(config->session);
	r->left = config->count;
	r->resting = TICK_NEVER;
	r->judged = on_judged;
	r->slots = xcalloc(config->count, sizeof(*r->slots));
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
		runner_slot_drop(&r->slots[i]);
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
	struct result *list = xcalloc(r->config.count, sizeof(*list));
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
