/*
 * Decides which cases start when, and which results count. A gateway's pool of
 * accounts may rest after some answers, and a busy machine may be late: neither
 * must look like a defect of the gateway.
 */
#include "probe/run/runner_private.h"

#include "wire/bytes/mem.h"

#define HELD_BYTES ((size_t)8 * 1024 * 1024)
#define LOOK_AGAIN_MS 250 /* between two looks at a resting gateway */
#define RUNS_LIMIT 3 /* of one case that a resting gateway refuses */

#define NOT_AGAIN \
	"it took too long while other cases ran, and there was no time left " \
	"to run it again alone"
#define ONLY_ONCE "it took too long, and this case can be run only once"
#define GONE "the gateway is gone: nothing listens there any more"
#define RESTED_WITHIN \
	"the gateway rested after the first answer of this case, and refused " \
	"the " \
	"next request by itself"
#define RESTED_OUT \
	"the gateway rests after an answer like those of this case, and the " \
	"time " \
	"to wait for it (--pool-wait) was over"

static void turn_at(struct runner *r, tick_t at)
{
	if (!r->stopped)
		loop_timer_set(r->loop, &r->turn, at, runner_turn, r);
}

/* ---- does a result count? ---- */

static bool is_doubtful(const struct runner_slot *p)
{
	const struct result *res = &p->result;

	return res->verdict == VERDICT_UNDECIDED ||
	       (res->verdict == VERDICT_FAIL && res->waited);
}

/* Holds the result until the next plain request shows whether the gateway
 * rests. */
static void hold(struct runner_slot *p)
{
	p->state = HELD;
	p->again = false;
}

/* Is its log too large to be kept until the case runs again? */
static bool is_large(const struct runner_slot *p)
{
	return run_log(p->run)->bytes > HELD_BYTES;
}

static void believe(struct runner_slot *p)
{
	if (p->c->once && p->result.verdict == VERDICT_FAIL && p->result.waited)
		result_doubt(&p->result, xstrdup(ONLY_ONCE));
	if (!p->c->once && p->runner->config.again_ms > 0 && !p->runner->gone &&
	    is_doubtful(p)) {
		p->state = HELD;
		p->again = true;
		if (is_large(p))
			runner_slot_drop(p);
	} else {
		runner_slot_finish(p);
	}
}

void runner_sort(struct runner *r, struct runner_slot *p)
{
	if (r->config.no_mock) {
		runner_slot_finish(p);
		return;
	}
	if (p->c->strain != STRAIN_NONE)
		r->plain_due = true;
	if (p->refused) {
		p->state = HELD;
		p->again = true;
		return;
	}
	switch (r->phase) {
	case PHASE_CALM:
	case PHASE_LIVE:
		believe(p);
		break;
	case PHASE_STRAIN:
	case PHASE_LIVE_STRAIN:
		hold(p);
		break;
	case PHASE_AGAIN:
		runner_slot_finish(p);
		break;
	}
}

/* ---- the plain request ---- */

/* True if the gateway may have refused a request of the case because it rested:
 * only after a 429 or 529 within the case. */
static bool rested_within(const struct runner_slot *p)
{
	return p->refused_some && p->c->strain >= STRAIN_OVERLOADED;
}

/* Settles the held results. If the gateway rested, cases that it refused itself
 * run again; all other results count. */
static void settle_held(struct runner *r, bool rested)
{
	for (size_t i = 0; i < r->config.count; i++) {
		struct runner_slot *p = &r->slots[i];

		if (p->state != HELD || p->again)
			continue;
		if (!rested || p->result.verdict == VERDICT_PASS ||
		    (!p->unasked && !rested_within(p)))
			believe(p);
		else if (!p->unasked)
			runner_slot_leave(p, RESTED_WITHIN);
		else if (p->runs < RUNS_LIMIT && !p->c->once)
			runner_slot_wait(p);
		else
			runner_slot_leave(p, RESTED_OUT);
	}
}

static void on_well(struct runner *r)
{
	if (r->resting != TICK_NEVER)
		r->rested += loop_now() - r->resting;
	r->resting = TICK_NEVER;
	settle_held(r, false);
	if (r->pace == PACE_FIRST)
		r->pace = PACE_ALL;
}

static void on_resting(struct runner *r)
{
	if (r->resting == TICK_NEVER) {
		r->resting = loop_now();
		settle_held(r, true);
		r->pace = PACE_ONE;
	}
	r->plain_due = true;
}

static bool is_refused(const struct run *run)
{
	const struct wlog *log = run_log(run);

	for (size_t i = 0; i < log->count; i++)
		if (log->list[i].kind == WLOG_END &&
		    log->list[i].end == END_REFUSED)
			return true;
	return false;
}

/* Was the answer an error? A hang or a cut does not mean that the gateway
 * rests: waiting would not help. */
static bool is_error_answer(const struct run *run)
{
	const struct wlog *log = run_log(run);

	for (size_t i = 0; i < log->count; i++)
		if (log->list[i].kind == WLOG_RESPONSE &&
		    log->list[i].actor[0] == 'c' && log->list[i].status >= 400)
			return true;
	return false;
}

static void on_plain_done(void *arg, struct run *run)
{
	struct runner *r = arg;
	bool refused = is_refused(run);
	bool ok = !refused && (!is_error_answer(run) ||
			       r->config.plain_ok(r->config.arg, run));

	run_free(run);
	r->plain = NULL;
	r->plain_due = false;
	r->suspect = false;
	if (refused)
		r->gone = true;
	else if (ok)
		on_well(r);
	else
		on_resting(r);
	turn_at(r, ok || refused ? loop_now()
				 : loop_now() + LOOK_AGAIN_MS * TICK_MS);
}

static void ask_plainly(struct runner *r)
{
	r->plain = run_start(r->config.session, r->config.plain, false,
			     on_plain_done, r);
}

static bool has_rested_out(const struct runner *r)
{
	tick_t now = r->resting == TICK_NEVER ? 0 : loop_now() - r->resting;

	return r->rested + now > (tick_t)r->config.pool_wait_ms * TICK_MS;
}

/* ---- the phases ---- */

static bool is_due(const struct runner *r, const struct runner_slot *p)
{
	bool waits = p->state == WAITING;

	switch (r->phase) {
	case PHASE_CALM:
		return waits && !p->c->live &&
		       (p->c->strain == STRAIN_NONE || r->config.no_mock);
	case PHASE_STRAIN:
		return waits && !p->c->live && p->c->strain == r->kind;
	case PHASE_LIVE:
		return waits && p->c->live && p->c->strain == STRAIN_NONE;
	case PHASE_LIVE_STRAIN:
		return waits && p->c->live;
	case PHASE_AGAIN:
		return p->state == HELD && p->again;
	}
	return false;
}

/* In PHASE_AGAIN failures run first: without a second run a failure becomes
 * undecided, while an undecided case stays undecided. */
static bool is_pressing(const struct runner *r, const struct runner_slot *p)
{
	return r->phase != PHASE_AGAIN || p->result.verdict == VERDICT_FAIL;
}

/* The next slot that is due, in the lane or outside it; NULL: there is none. */
static struct runner_slot *next_slot(struct runner *r, bool lane)
{
	struct runner_slot *later = NULL;

	for (size_t i = 0; i < r->config.count; i++) {
		struct runner_slot *p = &r->slots[i];

		if (p->in_lane != lane || !is_due(r, p))
			continue;
		if (is_pressing(r, p))
			return p;
		if (later == NULL)
			later = p;
	}
	return later;
}

static size_t at_once(const struct runner *r)
{
	if (r->phase == PHASE_AGAIN ||
	    (r->phase == PHASE_STRAIN && r->pace != PACE_ALL) ||
	    r->phase == PHASE_LIVE_STRAIN)
		return 1;
	return r->phase == PHASE_LIVE ? r->config.live_jobs : r->config.jobs;
}

/* The lane comes first, because its cases run one after the other and take
 * longest. */
static struct runner_slot *next_to_start(struct runner *r)
{
	struct runner_slot *in = r->lane ? NULL : next_slot(r, true);
	struct runner_slot *beside = next_slot(r, false);

	if (in == NULL || (beside != NULL && !is_pressing(r, in)))
		return beside;
	return in;
}

static void start_due(struct runner *r)
{
	while (r->open < at_once(r)) {
		struct runner_slot *p = next_to_start(r);

		if (p == NULL)
			break;
		if (r->phase == PHASE_AGAIN)
			runner_slot_wait(p);
		runner_slot_start(p);
	}
}

static void leave_waiting(struct runner *r, const char *reason)
{
	for (size_t i = 0; i < r->config.count; i++)
		if (r->slots[i].state == WAITING)
			runner_slot_leave(&r->slots[i], reason);
}

/* A failure by a late answer becomes undecided if the case did not run again
 * alone. */
static void doubt(struct runner_slot *p)
{
	if (p->again && p->result.verdict == VERDICT_FAIL)
		result_doubt(&p->result, xstrdup(NOT_AGAIN));
}

static void finish_held(struct runner *r)
{
	for (size_t i = 0; i < r->config.count; i++) {
		struct runner_slot *p = &r->slots[i];

		if (p->state != HELD)
			continue;
		if (r->gone && (p->refused || p->again))
			runner_slot_leave(p, GONE);
		else if (p->run == NULL)
			runner_slot_leave(p, NOT_AGAIN);
		else {
			doubt(p);
			runner_slot_finish(p);
		}
	}
}

/* Is the time for PHASE_AGAIN used up? */
static bool is_again_over(const struct runner *r)
{
	return loop_now() - r->again_began >
	       (tick_t)r->config.again_ms * TICK_MS;
}

/* Goes to the next phase, or the next kind of strain; false: it was the
 * last. */
static bool next_phase(struct runner *r)
{
	if (r->phase == PHASE_AGAIN)
		return false;
	if (r->phase <= PHASE_STRAIN && ++r->kind < STRAIN_COUNT) {
		r->phase = PHASE_STRAIN;
		r->pace = PACE_FIRST;
		return true;
	}
	r->phase = r->phase < PHASE_LIVE ? PHASE_LIVE : r->phase + 1;
	r->pace = PACE_ONE;
	if (r->phase == PHASE_AGAIN)
		r->again_began = loop_now();
	return true;
}

static void end_early(struct runner *r)
{
	settle_held(r, false);
	finish_held(r);
	leave_waiting(r, GONE);
}

/* The plain request is due before each case of a kind that made the gateway
 * rest, otherwise once after all cases of the kind. */
static bool is_plain_due(struct runner *r)
{
	if (!r->plain_due || r->phase == PHASE_CALM || r->phase == PHASE_LIVE ||
	    r->open > 0)
		return false;
	return r->phase == PHASE_AGAIN || r->pace != PACE_ALL ||
	       (next_slot(r, true) == NULL && next_slot(r, false) == NULL);
}

/* Starts what is due. True: something is under way, and its end will cause
 * another turn. */
static bool go_on(struct runner *r)
{
	if (r->suspect && !r->gone) {
		ask_plainly(r);
		return true;
	}
	if (r->gone) {
		if (r->open == 0)
			end_early(r);
		return r->open > 0;
	}
	if (r->resting != TICK_NEVER && has_rested_out(r)) {
		r->resting = TICK_NEVER;
		r->plain_due = false;
		leave_waiting(r, RESTED_OUT);
	}
	if (is_plain_due(r)) {
		ask_plainly(r);
		return true;
	}
	if (r->phase == PHASE_AGAIN && is_again_over(r))
		finish_held(r);
	start_due(r);
	return r->open > 0;
}

void runner_turn(void *arg)
{
	struct runner *r = arg;

	if (r->plain != NULL)
		return;
	while (r->left > 0) {
		if (go_on(r))
			return;
		if (!next_phase(r))
			break;
	}
	if (r->open == 0)
		r->config.on_done(r->config.arg);
}
