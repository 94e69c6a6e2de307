/* One case of a runner: starts its runs, judges them, passes the result on. */
#include <stdlib.h>

#include "probe/judge/check.h"
#include "probe/run/blackbox.h"
#include "probe/run/runner_private.h"
#include "wire/bytes/mem.h"

void runner_slot_drop(struct runner_slot *p)
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
	runner_slot_drop(p);
}

void runner_slot_wait(struct runner_slot *p)
{
	runner_slot_drop(p);
	result_clear(&p->result);
	p->state = WAITING;
}

/* Counts error answers, to see which are the gateway's own. */
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
	p->refused_some = of_client > of_provider;
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
	r->judged(r, p);
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

void runner_slot_leave(struct runner_slot *p, const char *reason)
{
	runner_slot_drop(p);
	result_clear(&p->result);
	check_result(p->c, &p->result);
	p->result.verdict = VERDICT_UNDECIDED;
	p->result.left_out = true;
	free(p->result.reason);
	p->result.reason = xstrdup(reason);
	runner_slot_finish(p);
}
