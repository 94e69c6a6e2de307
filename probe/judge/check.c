/*
 * Judges a run: outcomes of what the steps waited for and of the checks, and
 * the verdict that follows.
 */
#include "probe/judge/check.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "probe/judge/billing.h"
#include "probe/judge/diagnosis.h"
#include "probe/judge/evidence.h"
#include "probe/look/expect.h"
#include "probe/look/op.h"
#include "wire/bytes/mem.h"
#include "wire/bytes/print.h"

#define TOLD_LIMIT 65536
#define EXPECT_SHOWN 300
#define WORDS_SHOWN 600 /* the last ones of a session */

struct judging {
	const struct casefile *c;
	const struct wlog *log;
	uint64_t run;
	const struct view *view;
	struct result *out;
	tick_t first, last; /* things of the run; first TICK_NEVER: none */
	struct buf diagnosis; /* of the first wait that failed; empty: it shows
				 nothing */
	const char *unmet; /* the first precondition that was not reached */
};

/* ---- what the log says about the run itself ---- */

static void read_times(struct judging *j)
{
	for (size_t i = 0; i < j->log->count; i++) {
		const struct wlog_entry *e = &j->log->list[i];

		if (e->run != j->run)
			continue;
		j->first = e->at < j->first ? e->at : j->first;
		j->last = e->at > j->last ? e->at : j->last;
	}
}

static bool has_run(const struct judging *j)
{
	return j->first != TICK_NEVER;
}

/* The log entry of step `index` (from 1; 0: of the run); NULL: none. */
static const struct wlog_entry *find_step(const struct judging *j, size_t index,
					  enum wlog_verb verb)
{
	for (size_t i = 0; i < j->log->count; i++) {
		const struct wlog_entry *e = &j->log->list[i];

		if (e->run == j->run && e->kind == WLOG_STEP &&
		    e->step.index == index && e->step.verb == verb)
			return e;
	}
	return NULL;
}

/* OUTCOME_NONE: the step was not run. */
static enum wlog_outcome outcome_of(const struct judging *j, size_t index,
				    enum wlog_verb verb)
{
	const struct wlog_entry *e = find_step(j, index, verb);

	return e != NULL ? e->step.outcome : OUTCOME_NONE;
}

static bool has_upstream(const struct judging *j)
{
	return view_count(j->view, "u") > 0;
}

static bool sent_mark(const struct judging *j)
{
	char mark[32];

	snprintf(mark, sizeof(mark), "[probe-%016" PRIx64 "]", j->run);
	for (size_t i = 0; i < j->view->count; i++) {
		const struct exchange *x = &j->view->list[i];

		if (x->actor[0] == 'c' &&
		    span_find(x->request_body, span_of(mark)) != SIZE_MAX)
			return true;
	}
	return false;
}

static bool saw_stray(const struct judging *j)
{
	for (size_t i = 0; i < j->log->count; i++) {
		const struct wlog_entry *e = &j->log->list[i];

		if (e->run == 0 && e->kind == WLOG_REQUEST &&
		    e->actor[0] == 'u' && e->at >= j->first && e->at <= j->last)
			return true;
	}
	return false;
}

static const struct exchange *refused(const struct judging *j)
{
	for (size_t i = 0; i < j->view->count; i++)
		if (j->view->list[i].actor[0] == 'c' &&
		    j->view->list[i].end == END_REFUSED)
			return &j->view->list[i];
	return NULL;
}

/* ---- outcomes ---- */

static struct outcome *add_outcome(struct judging *j, const char *name,
				   enum level level, enum verdict verdict)
{
	struct result *r = j->out;
	struct outcome *o;

	r->outcomes = xrealloc(r->outcomes,
			       (r->outcome_count + 1) * sizeof(*r->outcomes));
	o = &r->outcomes[r->outcome_count++];
	*o = (struct outcome){ .name = xstrdup(name) };
	o->level = level;
	o->effect = j->c->effect;
	o->verdict = verdict;
	o->blame = BLAME_GATEWAY;
	return o;
}

/* Takes a text for the report, with credentials masked. NULL: it is empty. */
static char *told(struct judging *j, struct buf *text)
{
	secrets_blot(&j->c->secrets, text);
	if (text->len > 0)
		return buf_take(text, NULL);
	buf_clear(text);
	return NULL;
}

static char *told_expect(struct judging *j, const struct expect *e)
{
	struct buf text = BUF_INIT(BUF_NO_LIMIT);
	struct buf line = BUF_INIT(BUF_NO_LIMIT);

	expect_write(e, &text);
	print_bytes(buf_span(&text), EXPECT_SHOWN, &line);
	buf_clear(&text);
	return told(j, &line);
}

static void set_actor(struct outcome *o, const char *actor)
{
	snprintf(o->actor, sizeof(o->actor), "%s", actor);
}

static void fill_outcome(struct judging *j, struct outcome *o,
			 const struct expect *e, int *holds)
{
	struct buf wanted = BUF_INIT(TOLD_LIMIT), got = BUF_INIT(TOLD_LIMIT);
	struct buf difference = BUF_INIT(TOLD_LIMIT);

	*holds = expect_holds(e, j->view, &wanted, &got, &difference);
	set_actor(o, subject_actor(e->subject));
	o->expect = told_expect(j, e);
	o->wanted = told(j, &wanted);
	o->got = told(j, &got);
	o->difference = told(j, &difference);
}

static bool looks_for(const struct expect *e, const char *key)
{
	return key != NULL &&
	       span_find(span_of(e->value), span_of(key)) != SIZE_MAX;
}

/* A weak key can be part of any text, so finding it proves nothing. */
static bool looks_for_weak_key(const struct judging *j, const struct expect *e)
{
	return e->value != NULL && strcmp(op_word(e->op), "lacks") == 0 &&
	       (looks_for(e, j->c->weak[CASE_KEY_CLIENT]) ||
		looks_for(e, j->c->weak[CASE_KEY_UPSTREAM]));
}

static bool is_asked(const struct judging *j, const struct check *check)
{
	return check->when == NULL ||
	       expect_holds(check->when, j->view, NULL, NULL, NULL) == 1;
}

static void judge_check(struct judging *j, const struct check *check)
{
	struct outcome *o =
		add_outcome(j, check->name, check->level, VERDICT_PASS);
	int holds;

	fill_outcome(j, o, &check->expect, &holds);
	o->blame = check->blame;
	o->effect = check->effect;
	o->sees = check->sees;
	if (holds == 0 && looks_for_weak_key(j, &check->expect)) {
		holds = -1;
		free(o->got);
		o->got = xstrdup("the key is a part of other text: give the "
				 "gateway a long random one");
	}
	o->verdict = holds > 0   ? VERDICT_PASS
		     : holds < 0 ? VERDICT_UNDECIDED
				 : VERDICT_FAIL;
}

/* A wait took too long. It is a failure only if the case checks this wait. */
static void not_reached(struct judging *j, struct outcome *o,
			const struct step *s)
{
	j->out->waited = true;
	o->verdict = s->asks ? VERDICT_FAIL : VERDICT_UNDECIDED;
	o->effect = s->effect;
	if (!s->asks && j->unmet == NULL)
		j->unmet = o->name;
}

static void diagnose(struct judging *j, size_t index)
{
	struct buf said = BUF_INIT(TOLD_LIMIT);

	if (j->diagnosis.len == 0 &&
	    diagnosis_buffering(j->log, j->run, index, &said))
		buf_addf(&j->diagnosis, "the gateway buffers: %s",
			 buf_str(&said));
	buf_clear(&said);
}

static void judge_until(struct judging *j, size_t index, const struct step *s)
{
	enum wlog_outcome outcome = outcome_of(j, index, VERB_UNTIL);
	struct buf name = BUF_INIT(BUF_NO_LIMIT);
	struct outcome *o;
	int holds;

	if (s->note != NULL) {
		buf_add_text(&name, s->note);
	} else {
		buf_add_text(&name, "reached: ");
		expect_write(s->expect, &name);
		secrets_blot(&j->c->secrets, &name);
	}
	o = add_outcome(j, buf_str(&name), j->c->level, VERDICT_PASS);
	set_actor(o, subject_actor(s->expect->subject));
	buf_clear(&name);
	if (outcome == OUTCOME_NONE) {
		o->verdict = VERDICT_UNDECIDED;
		o->expect = told_expect(j, s->expect);
		return;
	}
	if (outcome != OUTCOME_TIMEOUT) {
		o->expect = told_expect(j, s->expect);
		return;
	}
	not_reached(j, o, s);
	fill_outcome(j, o, s->expect, &holds);
	diagnose(j, index);
	if (holds == 1) {
		o->got = xstrdup(
			"it became true too late, only after the next steps");
		o->wanted = xstrdup("in time");
	}
}

static void judge_await(struct judging *j, size_t index, const struct step *s)
{
	struct buf text = BUF_INIT(BUF_NO_LIMIT);
	struct outcome *o;

	if (outcome_of(j, index, VERB_AWAIT) != OUTCOME_TIMEOUT)
		return;
	o = add_outcome(j, "the exchange ends in time", j->c->level,
			VERDICT_FAIL);
	set_actor(o, s->actor);
	not_reached(j, o, s);
	buf_addf(&text, "%s ends", s->actor);
	o->expect = xstrdup(buf_str(&text));
	buf_reset(&text);
	if (s->within_ms)
		buf_addf(&text, "an end of %s within %u ms", s->actor,
			 (unsigned)s->within_ms);
	else
		buf_addf(&text, "an end of %s", s->actor);
	o->wanted = buf_take(&text, NULL);
	o->got = xstrdup(view_find(j->view, s->actor, 1) != NULL
				 ? "it was still open"
				 : "it did not begin");
}

static const struct wlog_entry *find_user(const struct judging *j,
					  const char *actor, const char *what)
{
	for (size_t i = 0; i < j->log->count; i++) {
		const struct wlog_entry *e = &j->log->list[i];

		if (e->run == j->run && e->kind == WLOG_USER &&
		    strcmp(e->actor, actor) == 0 && e->text != NULL &&
		    strcmp(e->text, what) == 0)
			return e;
	}
	return NULL;
}

/* A session that hung, or went on for ever, and that we ended. */
static void judge_run(struct judging *j, const struct step *s)
{
	const struct wlog_entry *e = find_user(j, s->actor, WLOG_USER_HUNG);
	const struct wlog_entry *endless =
		find_user(j, s->actor, WLOG_USER_ENDLESS);
	struct buf text = BUF_INIT(TOLD_LIMIT);
	struct outcome *o;

	if (e == NULL)
		return;
	o = add_outcome(j, "the session of Claude Code ends by itself",
			j->c->level, VERDICT_FAIL);
	set_actor(o, s->actor);
	j->out->waited = endless == NULL;
	o->expect = xstrdup("it ends");
	o->wanted = xstrdup("an end");
	if (endless != NULL)
		buf_addf(&text, "it asked %.*s times, and went on",
			 (int)endless->len, endless->bytes);
	else
		buf_add_text(&text, "it hung");
	buf_add_text(&text, e->len > 0 ? "; its last words: "
				       : "; it had said nothing");
	print_bytes(span_make(e->bytes, e->len), WORDS_SHOWN, &text);
	o->got = told(j, &text);
}

static void judge_all(struct judging *j)
{
	for (size_t i = 0; i < j->c->step_count; i++) {
		const struct step *s = &j->c->steps[i];

		if (s->kind == STEP_UNTIL)
			judge_until(j, i + 1, s);
		else if (s->kind == STEP_AWAIT)
			judge_await(j, i + 1, s);
		else if (s->kind == STEP_RUN)
			judge_run(j, s);
	}
	for (size_t i = 0; i < j->c->check_count; i++)
		if (is_asked(j, &j->c->checks[i]))
			judge_check(j, &j->c->checks[i]);
}

/* ---- the verdict ---- */

static void decide(struct judging *j, enum verdict v, enum blame blame,
		   const char *reason)
{
	struct buf text = BUF_INIT(BUF_NO_LIMIT);

	buf_add_text(&text, reason);
	j->out->verdict = v;
	j->out->blame = blame;
	free(j->out->reason);
	j->out->reason = told(j, &text);
}

static const struct outcome *first_of(const struct result *r, enum verdict v,
				      enum level level)
{
	for (size_t i = 0; i < r->outcome_count; i++)
		if (r->outcomes[i].verdict == v &&
		    r->outcomes[i].level == level)
			return &r->outcomes[i];
	return NULL;
}

static const struct outcome *worst(const struct result *r, enum verdict v)
{
	const struct outcome *o = first_of(r, v, LEVEL_MUST);

	return o != NULL ? o : first_of(r, v, LEVEL_SHOULD);
}

/* Our own limit ended an exchange: on a busy machine this proves nothing
 * yet. */
static bool ran_out_of_time(const struct judging *j)
{
	for (size_t i = 0; i < j->view->count; i++) {
		const struct exchange *x = &j->view->list[i];

		if (x->actor[0] == 'c' &&
		    (x->end == END_TIMEOUT || x->end == END_OPEN))
			return true;
	}
	return false;
}

static void decide_by_outcomes(struct judging *j)
{
	const struct outcome *failed = worst(j->out, VERDICT_FAIL);
	const struct outcome *open = worst(j->out, VERDICT_UNDECIDED);
	const struct exchange *x = refused(j);
	char text[256];

	j->out->waited = j->out->waited || ran_out_of_time(j);
	if (j->unmet != NULL) {
		snprintf(text, sizeof(text), "a precondition failed: %.180s",
			 j->unmet);
		decide(j, VERDICT_UNDECIDED, BLAME_HARNESS, text);
	} else if (failed != NULL && x != NULL) {
		snprintf(text, sizeof(text),
			 "the gateway could not be reached: %.200s",
			 x->end_text);
		decide(j, VERDICT_FAIL, failed->blame, text);
	} else if (failed != NULL) {
		decide(j, VERDICT_FAIL, failed->blame,
		       j->diagnosis.len ? buf_str(&j->diagnosis)
					: failed->name);
	} else if (open != NULL) {
		snprintf(text, sizeof(text),
			 "this could not be decided: %.200s", open->name);
		decide(j, VERDICT_UNDECIDED, BLAME_HARNESS, text);
	} else {
		j->out->verdict = VERDICT_PASS;
	}
}

static void decide_all(struct judging *j)
{
	const struct wlog_entry *trouble = find_step(j, 0, VERB_HARNESS);

	if (!has_run(j))
		decide(j, VERDICT_BROKEN, BLAME_HARNESS,
		       "the log has no entry of this run");
	else if (trouble != NULL)
		decide(j, VERDICT_BROKEN, BLAME_HARNESS,
		       trouble->text != NULL ? trouble->text : "");
	else if (j->log->full)
		decide(j, VERDICT_BROKEN, BLAME_HARNESS,
		       "the wire log was full, so it lacks bytes");
	else if (sent_mark(j) && !has_upstream(j) && saw_stray(j))
		decide(j, VERDICT_UNDECIDED, BLAME_GATEWAY,
		       "a request without its mark reached the mock: the "
		       "gateway changed the prompt, so nothing can be matched");
	else
		decide_by_outcomes(j);
}

static void add_evidence(struct judging *j)
{
	struct buf text = BUF_INIT(BUF_NO_LIMIT);

	trace_write(j->log, j->run, &text);
	j->out->trace = told(j, &text);
	/* What the real client sent is no recorded request, so no curl command
	 * has it. */
	if (!j->c->live && curl_write(j->log, j->run, NULL, &text))
		buf_addf(&text, "# %s: ccprobe explain --request %s > %s\n",
			 "request.json", j->c->id, "request.json");
	j->out->curl = told(j, &text);
	j->out->evidence = evidence_of(j->view, j->out, &j->c->secrets);
}

void check_view(const struct casefile *c, const struct view *v,
		struct result *out)
{
	struct judging j = {
		.c = c,
		.log = v->log,
		.run = v->run,
		.view = v,
		.out = out,
		.first = TICK_NEVER,
	};

	buf_init(&j.diagnosis, TOLD_LIMIT);
	check_result(c, out);
	read_times(&j);
	if (has_run(&j)) {
		out->took = j.last - j.first;
		judge_all(&j);
		billing_fill(out->bill, v);
	}
	decide_all(&j);
	if (out->verdict != VERDICT_PASS)
		add_evidence(&j);
	buf_clear(&j.diagnosis);
}

void check_case(const struct casefile *c, const struct wlog *log, uint64_t run,
		struct result *out)
{
	struct view v;

	view_of(&v, log, run);
	check_view(c, &v, out);
	view_clear(&v);
}

void check_result(const struct casefile *c, struct result *out)
{
	*out = (struct result){
		.id = xstrdup(c->id),
		.area = xstrdup(c->area),
		.title = xstrdup(c->title),
		.why = xstrdup(c->why),
		.fix = xstrdup(c->fix),
		.file = c->path != NULL ? xstrdup(c->path) : NULL,
		.digest = c->digest,
		.effect_seen =
			c->effect_seen != NULL ? xstrdup(c->effect_seen) : NULL,
		.guard_count = c->guard_count,
		.level = c->level,
		.effect = c->effect,
		.verdict = VERDICT_UNDECIDED,
	};
	out->bill = billing_of(c);
	out->guards = xcalloc(c->guard_count, sizeof(*out->guards));
	for (size_t i = 0; i < c->guard_count; i++)
		out->guards[i] = xstrdup(c->guards[i]);
}
