/* What a run waits for, and how long. A limit counts from the last progress. */
#include <string.h>

#include "probe/look/expect.h"
#include "probe/run/drive_private.h"

#define PRINT_LIMIT 4096
#define LATE_MS 20
#define EXCUSES_LIMIT 8
#define STRETCH 4
#define PATIENCE 8 /* times the limit without a mock: models are slower */

tick_t drive_since(const struct drive *d)
{
	return loop_now() - d->config.zero;
}

void drive_go_on(struct drive *d)
{
	if (d->turn.slot == 0)
		loop_timer_set(d->config.loop, &d->turn, loop_now(), d->go_on,
			       d);
}

static struct wlog_entry *add_step(struct drive *d)
{
	return wlog_add(d->log, drive_since(d), d->run, "probe", 0, WLOG_STEP);
}

void drive_note_step(struct drive *d, enum wlog_verb verb,
		     enum wlog_outcome outcome)
{
	add_step(d)->step = (struct wlog_step){ .index = (unsigned)d->step + 1,
						.verb = verb,
						.outcome = outcome };
}

void drive_note_trouble(struct drive *d, const char *text)
{
	struct wlog_entry *e = add_step(d);

	e->step.verb = VERB_HARNESS;
	wlog_set_text(d->log, e, "%s", text);
}

static void on_turn(void *arg)
{
	struct drive *d = arg;
	tick_t waited = loop_now() - d->queued;

	d->has_turn = true;
	d->paced += waited;
	d->began += waited;
	d->go_on(d); /* at once: the pacer counts the next turn from now */
}

/* Time in the pacer's queue does not count against the gateway's limits. */
bool drive_may_send(struct drive *d)
{
	if (d->config.pacer == NULL)
		return true;
	if (d->has_turn) {
		d->has_turn = false;
		return true;
	}
	if (drive_is_queued(d))
		return false;
	d->queued = loop_now();
	d->place = (struct pacer_place){ .under_way = d->calls != NULL,
					 .turn = on_turn,
					 .arg = d };
	pacer_add(d->config.pacer, &d->place);
	return false;
}

bool drive_is_queued(const struct drive *d)
{
	return d->place.pacer != NULL;
}

static uint32_t limit_ms(const struct drive *d)
{
	return d->c->limit_ms * (d->config.mock ? 1 : PATIENCE);
}

static bool until_holds(struct drive *d, const struct step *s)
{
	struct buf wanted = BUF_INIT(PRINT_LIMIT);
	struct buf got = BUF_INIT(PRINT_LIMIT);
	struct buf difference = BUF_INIT(PRINT_LIMIT);
	tick_t began = loop_now();
	struct view v;
	int rc;

	view_of(&v, d->log, d->run);
	rc = expect_holds(s->expect, &v, &wanted, &got, &difference);
	view_clear(&v);
	buf_clear(&wanted);
	buf_clear(&got);
	buf_clear(&difference);
	d->seen = d->log->count;
	d->next_look = loop_now() + 4 * (loop_now() - began);
	return rc == 1;
}

/* Counts on from the entry where it stopped, because a log may have 100,000
 * entries. */
static void tally_read(struct tally *t, const struct drive *d,
		       const char *actor)
{
	for (; t->read < d->log->count; t->read++) {
		const struct wlog_entry *e = &d->log->list[t->read];

		if (e->run != d->run || (actor && !actor_is(e->actor, actor)))
			continue;
		t->begun += e->kind == WLOG_REQUEST;
		t->ended += e->kind == WLOG_END;
	}
}

struct call *drive_find_live(const struct drive *d, const char *actor)
{
	struct call *call = d->calls;

	while (call && (!call->live || strcmp(call->actor, actor) != 0))
		call = call->next;
	return call;
}

bool drive_is_quiet(struct drive *d)
{
	for (const struct call *call = d->calls; call; call = call->next)
		if (call->live && !live_is_over(call->live))
			return false;
	tally_read(&d->all, d, NULL);
	return d->all.ended >= d->all.begun;
}

static bool await_holds(struct drive *d, const struct step *s)
{
	struct tally *t = &d->awaited;
	const struct call *call = drive_find_live(d, s->actor);

	tally_read(t, d, s->actor);
	d->seen = d->log->count;
	if (call && !live_is_over(call->live))
		return false;
	if (call && t->begun == 0)
		return true;
	if (*s->actor == 'u')
		return t->ended > 0;
	return t->begun > 0 && t->ended >= t->begun;
}

static bool holds(struct drive *d, const struct step *s)
{
	if (s->kind == STEP_AWAIT)
		return await_holds(d, s);
	return until_holds(d, s);
}

/* When bytes of a request were sent last: a large request takes long, and the
 * log has no entries meanwhile. */
static tick_t last_sent(const struct drive *d)
{
	tick_t last = 0;

	for (const struct call *call = d->calls; call; call = call->next)
		if (call->fetch && fetch_moved(call->fetch) > last)
			last = fetch_moved(call->fetch);
	return last;
}

/* When the log grew last. What a terminal shows does not count: a program that
 * hangs may still draw a spinner. */
static tick_t last_logged(const struct drive *d)
{
	for (size_t i = d->log->count; i > 0; i--)
		if (d->log->list[i - 1].kind != WLOG_USER)
			return d->config.zero + d->log->list[i - 1].at;
	return 0;
}

/*
 * A limit counts from the last progress in this run, so that a slow machine
 * does not fail a gateway. A gateway that trickles gets STRETCH times the limit
 * at most.
 */
static tick_t limit_at(const struct drive *d, tick_t from, uint32_t ms)
{
	tick_t most = from + STRETCH * ms * TICK_MS;
	tick_t last = last_sent(d), logged = last_logged(d);

	last = logged > last ? logged : last;
	last = (last > from ? last : from) + ms * TICK_MS;
	return (last < most ? last : most) + d->excused;
}

tick_t drive_run_limit(const struct drive *d)
{
	return limit_at(d, d->began, limit_ms(d));
}

tick_t drive_step_limit(const struct drive *d, const struct step *s)
{
	tick_t run = drive_run_limit(d), step;

	if (s->within_ms == 0)
		return run;
	step = limit_at(d, d->step_began, s->within_ms);
	return step < run ? step : run;
}

/*
 * If ccprobe itself looked too late (it wrote a large body, the machine slept),
 * answers may be waiting in sockets that it has not read: twice the lost time
 * is added to the limit. This happens EXCUSES_LIMIT times at most, and no
 * gateway can cause it.
 */
bool drive_is_excused(struct drive *d, tick_t limit)
{
	tick_t late = loop_now() - limit;

	if (late < LATE_MS * TICK_MS || d->excuses == EXCUSES_LIMIT)
		return false;
	d->excuses++;
	d->excused += 2 * late;
	return true;
}

/* True if nothing more can come: every exchange has ended, and the log has been
 * looked at. Only for black-box cases, which look at the client's side
 * alone. */
static bool is_hopeless(struct drive *d)
{
	return d->c->black_box && d->seen == d->log->count && drive_is_quiet(d);
}

bool drive_wait(struct drive *d, const struct step *s)
{
	bool await = s->kind == STEP_AWAIT;
	enum wlog_verb verb = await ? VERB_AWAIT : VERB_UNTIL;
	tick_t now = loop_now(), limit;

	if (d->step_began == TICK_NEVER) {
		d->step_began = now;
		d->awaited = (struct tally){ .read = 0 };
		d->seen = SIZE_MAX;
		d->next_look = now;
	}
	/* Looks once more at the limit, so that nothing that came is missed. */
	limit = drive_step_limit(d, s);
	if (d->seen != d->log->count && (now >= d->next_look || now >= limit) &&
	    holds(d, s))
		drive_note_step(d, verb,
				await ? OUTCOME_ENDED : OUTCOME_REACHED);
	else if ((now >= limit && !drive_is_excused(d, limit)) ||
		 is_hopeless(d))
		drive_note_step(d, verb, OUTCOME_TIMEOUT);
	else
		return false;
	d->step_began = TICK_NEVER;
	return true;
}
