/*
 * The driver of one run: a pointer into the list of steps, the client's
 * exchanges, and what it waits for. Steps go on from the loop, never from
 * within a callback of the network or the mock, so that a step always sees a
 * log that is complete up to now.
 */
#include "probe/driver.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "probe/check.h"
#include "probe/match.h"
#include "probe/outgoing.h"
#include "probe/take.h"
#include "probe/rawsend.h"
#include "wire/mem.h"

#define ANSWER_LIMIT ((uint64_t)32 * 1024 * 1024)
#define HELD_LIMIT ((size_t)64 * 1024 * 1024) /* by all runs at once */
#define PRINT_LIMIT 4096
#define LATE_MS 20
#define EXCUSES_LIMIT 8
#define STRETCH 4
#define PATIENCE 8 /* a model is slower than a mock */

struct call { /* one exchange of the client */
	struct drive *drive;
	struct call *next;
	char actor[24];
	unsigned number;
	struct fetch *fetch; /* NULL: ended, or it is raw */
	struct rawsend *raw; /* NULL: ended, or it is not raw */
	bool slow; /* reads no more after the first piece */
};

/* How many exchanges have begun and ended. */
struct tally {
	size_t read; /* entries looked at */
	size_t begun, ended;
};

struct drive {
	struct driver_config config;
	const struct casefile *c;
	uint64_t run;
	struct wlog *log;
	drive_done_fn *done;
	void *arg;
	struct call *calls;
	size_t step; /* the one to do now */
	tick_t began;
	tick_t step_began; /* waiting, in this step; TICK_NEVER: not yet */
	tick_t excused; /* time that we ourselves lost */
	struct tally all, awaited;
	size_t seen; /* entries of the log when it was looked at last */
	tick_t next_look; /* not before; keeps long logs from eating the time */
	struct loop_timer turn, alarm;
	bool over; /* the limit was reached */
	unsigned excuses;
	size_t held; /* our share of *config.held */
};

static void drive_turn(void *arg);

static uint32_t limit_ms(const struct drive *d)
{
	return d->c->limit_ms * (d->config.mock ? 1 : PATIENCE);
}

static tick_t since(const struct drive *d)
{
	return tick_now() - d->config.zero;
}

/* Goes on in the next turn of the loop; any number of times is once. */
static void go_on(struct drive *d)
{
	if (d->turn.slot == 0)
		loop_timer_set(d->config.loop, &d->turn, tick_now(), drive_turn,
			       d);
}

/* ---- what is written down ---- */

static void note(struct drive *d, size_t index, const char *verb,
		 const char *outcome)
{
	struct wlog_entry *e =
		wlog_add(d->log, since(d), d->run, "probe", 0, WLOG_STEP);

	wlog_set_text(d->log, e, "%zu %s %s", index, verb, outcome);
}

static void note_step(struct drive *d, const char *verb, const char *outcome)
{
	note(d, d->step + 1, verb, outcome);
}

static void note_end(struct call *call, enum stream_end end, const char *text)
{
	struct drive *d = call->drive;
	struct wlog_entry *e = wlog_add(d->log, since(d), d->run, call->actor,
					call->number, WLOG_END);

	e->end = end;
	wlog_set_text(d->log, e, "%s", text);
}

static void note_request(struct call *call, const struct outgoing *o)
{
	struct drive *d = call->drive;
	struct wlog_entry *e = wlog_add(d->log, since(d), d->run, call->actor,
					call->number, WLOG_REQUEST);

	wlog_set_head(d->log, e, &o->head);
	if (!o->has_body)
		return;
	e = wlog_add(d->log, since(d), d->run, call->actor, call->number,
		     WLOG_BODY);
	wlog_set_bytes(d->log, e, buf_span(&o->body));
}

/* ---- the client's exchanges ---- */

static void on_head(void *arg, struct fetch *ft, const struct http_head *head)
{
	struct call *call = arg;
	struct drive *d = call->drive;
	struct wlog_entry *e = wlog_add(d->log, since(d), d->run, call->actor,
					call->number, WLOG_RESPONSE);

	(void)ft;
	wlog_set_head(d->log, e, head);
	go_on(d);
}

static void call_stop(struct call *call, enum stream_end end, const char *text);

/* A gateway that floods every case at once must not fill the memory. */
static void hold(struct call *call, size_t len)
{
	struct drive *d = call->drive;

	d->held += len;
	*d->config.held += len;
	if (*d->config.held > HELD_LIMIT && call->fetch)
		call_stop(call, END_BAD,
			  "the answers of all cases at once are too large");
}

static bool on_data(void *arg, struct fetch *ft, struct span bytes)
{
	struct call *call = arg;
	struct drive *d = call->drive;
	struct wlog_entry *e = wlog_add(d->log, since(d), d->run, call->actor,
					call->number, WLOG_DATA);

	(void)ft;
	wlog_set_bytes(d->log, e, bytes);
	hold(call, bytes.len);
	go_on(d);
	return !call->slow;
}

static void on_end(void *arg, struct fetch *ft, const struct fetch_end *end)
{
	struct call *call = arg;

	(void)ft;
	call->fetch = NULL;
	note_end(call, end->end, end->text);
	go_on(call->drive);
}

static const struct fetch_handler handler = { on_head, on_data, on_end };

static void on_raw_head(void *arg, const struct http_head *head)
{
	on_head(arg, NULL, head);
}

static void on_raw_data(void *arg, struct span bytes)
{
	(void)on_data(arg, NULL, bytes);
}

/* Told in the trace, and seen as `.extra`. */
static void on_raw_extra(void *arg, struct span bytes)
{
	struct call *call = arg;
	struct drive *d = call->drive;
	struct wlog_entry *e = wlog_add(d->log, since(d), d->run, call->actor,
					call->number, WLOG_NOTE);

	wlog_set_text(d->log, e, "%zu bytes behind the answer: %.*s", bytes.len,
		      SPAN_ARG(span_first(bytes, 60)));
	wlog_set_bytes(d->log, e, bytes);
	go_on(d);
}

static void on_raw_end(void *arg, enum stream_end end, const char *text)
{
	struct call *call = arg;

	call->raw = NULL;
	note_end(call, end, text);
	go_on(call->drive);
}

static const struct rawsend_handler raw_handler = { on_raw_head, on_raw_data,
						    on_raw_extra, on_raw_end };

static struct call *call_add(struct drive *d, const char *actor)
{
	struct call *call = xcalloc(1, sizeof(*call));
	struct call **at = &d->calls;

	call->drive = d;
	call->number = 1;
	snprintf(call->actor, sizeof(call->actor), "%s", actor);
	for (; *at; at = &(*at)->next) {
		if (strcmp((*at)->actor, call->actor) == 0)
			call->number++;
	}
	*at = call;
	return call;
}

static int call_start(struct call *call, const struct outgoing *o,
		      struct fail *f)
{
	const struct driver_config *config = &call->drive->config;
	struct fetch_request request = {
		.origin = config->gateway,
		.method = o->head.method,
		.target = o->head.target,
		.headers = &o->head.headers,
		.body = buf_span(&o->body),
		.has_body = o->has_body,
		.ca_default = true,
		.body_limit = ANSWER_LIMIT,
	};

	note_request(call, o);
	if (fetch_start(&call->fetch, config->fetcher, &request, &handler, call,
			f) == 0)
		return 0;
	note_end(call, END_REFUSED, f->text);
	return -1;
}

/* A head that reads as one is written down as one; else all is the body. */
static void note_raw(struct call *call, struct span bytes)
{
	struct drive *d = call->drive;
	struct wlog_entry *e = wlog_add(d->log, since(d), d->run, call->actor,
					call->number, WLOG_REQUEST);
	struct http_head head = { .method = NULL };
	long len = http_request_read(bytes, &head, NULL);

	if (len > 0) {
		wlog_set_head(d->log, e, &head);
		bytes = span_skip(bytes, (size_t)len);
	}
	wlog_set_text(d->log, e, "raw bytes");
	http_head_clear(&head);
	e = wlog_add(d->log, since(d), d->run, call->actor, call->number,
		     WLOG_BODY);
	wlog_set_bytes(d->log, e, bytes);
}

static int call_start_raw(struct call *call, struct span bytes, struct fail *f)
{
	const struct driver_config *config = &call->drive->config;

	note_raw(call, bytes);
	if (rawsend_start(&call->raw, config->loop, config->gateway, bytes,
			  ANSWER_LIMIT, &raw_handler, call, f) == 0)
		return 0;
	note_end(call, END_REFUSED, f->text);
	return -1;
}

static bool call_close(struct call *call)
{
	bool was_open = call->fetch || call->raw;

	if (call->fetch)
		fetch_cancel(call->fetch);
	if (call->raw)
		rawsend_cancel(call->raw);
	call->fetch = NULL;
	call->raw = NULL;
	return was_open;
}

static void call_stop(struct call *call, enum stream_end end, const char *text)
{
	if (call_close(call))
		note_end(call, end, text);
}

/* What is taken from answers is looked up now. */
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
		note(d, 0, "harness", f.text);
	outgoing_clear(&o);
}

/* "c1" sent eight times at once is "c1" to "c8". */
static void step_send(struct drive *d, const struct step *s)
{
	unsigned first = (unsigned)strtoul(s->actor + 1, NULL, 10);
	char actor[24];

	send_one(d, s, s->actor);
	for (uint32_t i = 1; i < s->count; i++) {
		snprintf(actor, sizeof(actor), "c%u", first + i);
		send_one(d, s, actor);
	}
	note_step(d, "send", "started");
}

static void step_release(struct drive *d, const struct step *s)
{
	if (!d->config.mock ||
	    mock_release(d->config.mock, d->run, s->hold) < 0)
		note(d, 0, "harness", "the mock does not know this run");
	note_step(d, "release", "done");
}

static void step_cancel(struct drive *d, const struct step *s)
{
	for (struct call *call = d->calls; call; call = call->next) {
		if (strcmp(call->actor, s->actor) == 0)
			call_stop(call, END_CANCELLED, "cancelled by the case");
	}
	note_step(d, "cancel", "done");
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
	note_step(d, "read", "done");
}

/* ---- waiting ---- */

static bool until_holds(struct drive *d, const struct step *s)
{
	struct buf wanted = BUF_INIT(PRINT_LIMIT);
	struct buf got = BUF_INIT(PRINT_LIMIT);
	struct buf difference = BUF_INIT(PRINT_LIMIT);
	tick_t began = tick_now();
	struct view v;
	int rc;

	view_of(&v, d->log, d->run);
	rc = match(s->expect, &v, &wanted, &got, &difference);
	view_clear(&v);
	buf_clear(&wanted);
	buf_clear(&got);
	buf_clear(&difference);
	d->seen = d->log->count;
	d->next_look = tick_now() + 4 * (tick_now() - began);
	return rc == 1;
}

/* Reads on where it stopped: a log may have a hundred thousand entries. */
static void tally_read(struct tally *t, const struct drive *d,
		       const char *actor)
{
	for (; t->read < d->log->count; t->read++) {
		const struct wlog_entry *e = &d->log->list[t->read];

		if (e->run != d->run || (actor && strcmp(e->actor, actor) != 0))
			continue;
		t->begun += e->kind == WLOG_REQUEST;
		t->ended += e->kind == WLOG_END;
	}
}

static bool is_quiet(struct drive *d)
{
	tally_read(&d->all, d, NULL);
	return d->all.ended >= d->all.begun;
}

static bool await_holds(struct drive *d, const struct step *s)
{
	struct tally *t = &d->awaited;

	tally_read(t, d, s->actor);
	d->seen = d->log->count;
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

/*
 * Waiting is for progress: a limit counts from the last thing that happened in
 * this run, so that a slow machine does not fail a gateway. One that trickles
 * gets no more than STRETCH times the limit.
 */
static tick_t limit_at(const struct drive *d, tick_t from, uint32_t ms)
{
	tick_t most = from + STRETCH * ms * TICK_MS;
	tick_t last = from;

	if (d->log->count > 0)
		last = d->config.zero + d->log->list[d->log->count - 1].at;
	last = (last > from ? last : from) + ms * TICK_MS;
	return (last < most ? last : most) + d->excused;
}

static tick_t run_limit(const struct drive *d)
{
	return limit_at(d, d->began, limit_ms(d));
}

static tick_t step_limit(const struct drive *d, const struct step *s)
{
	tick_t run = run_limit(d), step;

	if (s->within_ms == 0)
		return run;
	step = limit_at(d, d->step_began, s->within_ms);
	return step < run ? step : run;
}

/*
 * If we ourselves looked too late (a large body was being written, the machine
 * slept), answers may wait in sockets that nobody has read: the time that was
 * lost is given again. This is bounded, and no gateway can bring it about.
 */
static bool is_excused(struct drive *d, tick_t limit)
{
	tick_t late = tick_now() - limit;

	if (late < LATE_MS * TICK_MS || d->excuses == EXCUSES_LIMIT)
		return false;
	d->excuses++;
	d->excused += 2 * late;
	return true;
}

/* All that a client can see has been seen: what it waits for will not come. */
static bool is_hopeless(struct drive *d)
{
	return d->c->black_box && d->seen == d->log->count && is_quiet(d);
}

/* True when the step is over, one way or the other. */
static bool step_wait(struct drive *d, const struct step *s)
{
	const char *verb = s->kind == STEP_AWAIT ? "await" : "until";
	tick_t now = tick_now(), limit;

	if (d->step_began == TICK_NEVER) {
		d->step_began = now;
		d->awaited = (struct tally){ .read = 0 };
		d->seen = SIZE_MAX;
		d->next_look = now;
	}
	/* The last look is at the limit: nothing that came is missed. */
	limit = step_limit(d, s);
	if (d->seen != d->log->count && (now >= d->next_look || now >= limit) &&
	    holds(d, s))
		note_step(d, verb, s->kind == STEP_AWAIT ? "ended" : "reached");
	else if ((now >= limit && !is_excused(d, limit)) || is_hopeless(d))
		note_step(d, verb, "timeout");
	else
		return false;
	d->step_began = TICK_NEVER;
	return true;
}

/* ---- going on ---- */

static bool do_step(struct drive *d)
{
	const struct step *s = &d->c->steps[d->step];

	switch (s->kind) {
	case STEP_SEND:
		if (d->over)
			note_step(d, "send", "skipped");
		else
			step_send(d, s);
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
	case STEP_UNTIL:
	case STEP_AWAIT:
		return step_wait(d, s);
	}
	return true;
}

/* At the limit nothing is waited for any more: what is still open is closed by
 * us, and the steps that are left run through once. */
static void reach_limit(struct drive *d)
{
	char text[64];

	d->over = true;
	snprintf(text, sizeof(text), "still open after %" PRId64 " ms",
		 (tick_now() - d->began) / TICK_MS);
	for (struct call *call = d->calls; call; call = call->next)
		call_stop(call, END_TIMEOUT, text);
}

static void set_alarm(struct drive *d)
{
	tick_t at = run_limit(d), step;

	if (d->step < d->c->step_count && d->step_began != TICK_NEVER) {
		step = step_limit(d, &d->c->steps[d->step]);
		at = step < at ? step : at;
	}
	if (d->step < d->c->step_count && d->seen != d->log->count &&
	    d->next_look < at)
		at = d->next_look;
	loop_timer_set(d->config.loop, &d->alarm, at, drive_turn, d);
}

static void drive_turn(void *arg)
{
	struct drive *d = arg;

	tick_t limit = run_limit(d);

	if (!d->over && tick_now() >= limit && !is_excused(d, limit))
		reach_limit(d);
	while (d->step < d->c->step_count && do_step(d))
		d->step++;
	if (d->step < d->c->step_count || (!d->over && !is_quiet(d))) {
		set_alarm(d);
		return;
	}
	loop_timer_clear(d->config.loop, &d->turn);
	loop_timer_clear(d->config.loop, &d->alarm);
	d->done(d->arg, d);
}

struct drive *drive_start(const struct driver_config *config,
			  const struct casefile *c, uint64_t run,
			  struct wlog *log, drive_done_fn *done, void *arg)
{
	struct drive *d = xcalloc(1, sizeof(*d));

	d->config = *config;
	d->c = c;
	d->run = run;
	d->log = log;
	d->done = done;
	d->arg = arg;
	d->began = tick_now();
	d->step_began = TICK_NEVER;
	if (config->mock)
		mock_arm(config->mock, run, c->upstream);
	go_on(d);
	return d;
}

void drive_poke(struct drive *d)
{
	go_on(d);
}

void drive_free(struct drive *d)
{
	if (!d)
		return;
	loop_timer_clear(d->config.loop, &d->turn);
	loop_timer_clear(d->config.loop, &d->alarm);
	while (d->calls) {
		struct call *call = d->calls;

		d->calls = call->next;
		(void)call_close(call);
		free(call);
	}
	if (d->config.mock)
		mock_disarm(d->config.mock, d->run);
	*d->config.held -= d->held;
	free(d);
}
