/*
 * The driver of one run plays the steps of a case one after the other. It goes
 * on from a timer of the loop, never from within a callback of the network or
 * the mock, so that a step always sees a log that is complete up to now.
 */
#include "probe/run/driver.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "probe/run/drive_private.h"
#include "probe/run/take.h"
#include "wire/bytes/mem.h"

/* ---- steps ---- */

/* Values that the request takes from earlier answers are looked up now. */
static int make_request(struct drive *d, const struct request *r,
			const struct outgoing_values *values,
			struct outgoing *o, struct fail *f)
{
	struct request taken;
	struct view v;
	int rc;

	if (!take_is_needed(r))
		return outgoing_make(o, r, values, f);
	view_of(&v, d->log, d->run);
	take(r, &v, &taken);
	view_clear(&v);
	rc = outgoing_make(o, &taken, values, f);
	take_clear(&taken);
	return rc;
}

static void send_one(struct drive *d, const struct step *s, const char *actor)
{
	struct outgoing_values values = {
		.run = d->run,
		.gateway = d->config.gateway,
		.client_key = d->config.client_key,
		.wrong_key = d->config.wrong_key,
		.ring = d->config.ring,
		.wishes = d->config.wishes,
		.auth = d->config.auth,
		.extra = d->config.extra,
	};
	struct call *call = call_add(d, actor);
	struct outgoing o = { .has_body = false };
	struct fail f = FAIL_INIT;
	int rc;

	call->slow = s->slow;
	if (s->request->raw) {
		rc = outgoing_raw(&o.body, s->request, &values, &f);
		if (rc == 0)
			rc = call_start_raw(call, buf_span(&o.body), &f);
	} else {
		rc = make_request(d, s->request, &values, &o, &f);
		if (rc == 0)
			rc = call_start(call, &o, &f);
	}
	if (rc < 0)
		drive_note_trouble(d, f.text);
	outgoing_clear(&o);
}

/* Sends all requests of the step; "c1" with a count of eight is "c1" to "c8".
 * False: some have to wait for their turn. */
static bool step_send(struct drive *d, const struct step *s)
{
	unsigned first = (unsigned)strtoul(s->actor + 1, NULL, 10);
	char actor[24];

	for (; d->sent < s->count; d->sent++) {
		if (!drive_may_send(d))
			return false;
		snprintf(actor, sizeof(actor), "c%u", first + d->sent);
		send_one(d, s, d->sent == 0 ? s->actor : actor);
	}
	d->sent = 0;
	drive_note_step(d, VERB_SEND, OUTCOME_STARTED);
	return true;
}

static void step_release(struct drive *d, const struct step *s)
{
	if (!d->config.mock ||
	    mock_release(d->config.mock, d->run, s->hold) < 0)
		drive_note_trouble(d, "the mock does not know this run");
	drive_note_step(d, VERB_RELEASE, OUTCOME_DONE);
}

static void step_cancel(struct drive *d, const struct step *s)
{
	for (struct call *call = d->calls; call; call = call->next) {
		if (strcmp(call->actor, s->actor) == 0)
			call_stop(call, END_CANCELLED, "cancelled by the case");
	}
	drive_note_step(d, VERB_CANCEL, OUTCOME_DONE);
}

static void step_read(struct drive *d, const struct step *s)
{
	for (struct call *call = d->calls; call; call = call->next) {
		if (strcmp(call->actor, s->actor) != 0)
			continue;
		call->slow = false;
		if (call->fetch)
			fetch_resume(call->fetch);
	}
	drive_note_step(d, VERB_READ, OUTCOME_DONE);
}

static void step_run(struct drive *d, const struct step *s)
{
	struct fail f = FAIL_INIT;

	if (call_start_live(call_add(d, s->actor), s->live, &f) < 0)
		drive_note_trouble(d, f.text);
	drive_note_step(d, VERB_RUN, OUTCOME_STARTED);
}

static void step_user(struct drive *d, const struct step *s)
{
	struct call *call = drive_find_live(d, s->actor);

	if (call && s->kind == STEP_TYPE)
		live_type(call->live, s->keys);
	else if (call)
		live_signal(call->live, s->signal);
	drive_note_step(d, s->kind == STEP_TYPE ? VERB_TYPE : VERB_SIGNAL,
			OUTCOME_DONE);
}

/* ---- going on ---- */

static bool do_step(struct drive *d)
{
	const struct step *s = &d->c->steps[d->step];

	switch (s->kind) {
	case STEP_SEND:
		if (!d->over)
			return step_send(d, s);
		drive_note_step(d, VERB_SEND, OUTCOME_SKIPPED);
		return true;
	case STEP_RELEASE:
		step_release(d, s);
		return true;
	case STEP_CANCEL:
		step_cancel(d, s);
		return true;
	case STEP_READ:
		step_read(d, s);
		return true;
	case STEP_RUN:
		if (!d->over)
			step_run(d, s);
		else
			drive_note_step(d, VERB_RUN, OUTCOME_SKIPPED);
		return true;
	case STEP_TYPE:
	case STEP_SIGNAL:
		step_user(d, s);
		return true;
	case STEP_UNTIL:
	case STEP_AWAIT:
		return drive_wait(d, s);
	}
	return true;
}

/* At the limit open exchanges are closed. The remaining steps still run, but
 * send nothing and do not wait. */
static void reach_limit(struct drive *d)
{
	char text[64];

	d->over = true;
	snprintf(text, sizeof(text), "still open after %" PRId64 " ms",
		 (loop_now() - d->began) / TICK_MS);
	for (struct call *call = d->calls; call; call = call->next)
		call_stop(call, END_TIMEOUT, text);
}

static void set_alarm(struct drive *d)
{
	tick_t at = drive_run_limit(d), step;

	if (drive_is_queued(d)) {
		loop_timer_clear(d->config.loop, &d->alarm);
		return;
	}
	if (d->step < d->c->step_count && d->step_began != TICK_NEVER) {
		step = drive_step_limit(d, &d->c->steps[d->step]);
		at = step < at ? step : at;
	}
	if (d->step < d->c->step_count && d->seen != d->log->count &&
	    d->next_look < at)
		at = d->next_look;
	loop_timer_set(d->config.loop, &d->alarm, at, d->go_on, d);
}

static void drive_turn(void *arg)
{
	struct drive *d = arg;

	tick_t limit = drive_run_limit(d);

	if (!d->over && !drive_is_queued(d) && loop_now() >= limit &&
	    !drive_is_excused(d, limit))
		reach_limit(d);
	while (d->step < d->c->step_count && do_step(d))
		d->step++;
	if (d->step < d->c->step_count || (!d->over && !drive_is_quiet(d))) {
		set_alarm(d);
		return;
	}
	loop_timer_clear(d->config.loop, &d->turn);
	loop_timer_clear(d->config.loop, &d->alarm);
	d->done(d->arg, d);
}

struct drive *driver_start(const struct driver_config *config,
			   const struct casefile *c, uint64_t run,
			   struct wlog *log, drive_done_fn *done, void *arg)
{
	struct drive *d = xcalloc(1, sizeof(*d));

	d->config = *config;
	d->c = c;
	d->run = run;
	d->log = log;
	d->go_on = drive_turn;
	d->done = done;
	d->arg = arg;
	d->began = loop_now();
	d->step_began = TICK_NEVER;
	if (config->mock)
		mock_arm(config->mock, run, c->upstream);
	drive_go_on(d);
	return d;
}

tick_t driver_paced(const struct drive *d)
{
	return d->paced;
}

void driver_poke(struct drive *d)
{
	drive_go_on(d);
}

void driver_free(struct drive *d)
{
	if (!d)
		return;
	pacer_leave(&d->place);
	loop_timer_clear(d->config.loop, &d->turn);
	loop_timer_clear(d->config.loop, &d->alarm);
	while (d->calls) {
		struct call *call = d->calls;

		d->calls = call->next;
		(void)call_close(call);
		live_free(call->live);
		free(call);
	}
	if (d->config.mock)
		mock_disarm(d->config.mock, d->run);
	live_place_free(d->folders);
	*d->config.held -= d->held;
	free(d);
}
