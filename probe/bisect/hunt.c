/* Runs one search, from the first request to the last check. */
#include "probe/bisect/hunt.h"
#include "probe/suite/say.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "wire/bytes/mem.h"

/* ---- while it runs ---- */

void hunt_wipe(struct hunt *h)
{
	if (h->line)
		fputs("\r\033[K", stderr);
	h->line = false;
}

void hunt_tell(void *arg, const char *text)
{
	struct hunt *h = arg;

	hunt_wipe(h);
	say(stderr, "ccprobe: %s\n", text);
}

static void show_progress(struct hunt *h)
{
	if (!h->progress)
		return;
	fprintf(stderr, "\r\033[K%zu of %zu requests, %zu bytes -> %zu: %s",
		trials_sent(&h->trials), h->trials.config.most,
		bisect_request_size(&h->sample.request), h->bytes, h->stage);
	fflush(stderr);
	h->line = true;
}

void hunt_sent(void *arg, size_t bytes)
{
	(void)bytes;
	show_progress(arg);
}

static void on_stage(void *arg, const char *what, size_t bytes)
{
	struct hunt *h = arg;

	h->stage = what;
	h->bytes = bytes;
	show_progress(h);
}

/* ---- does it fail? ---- */

static bool all_same(const struct bisect_report *r)
{
	for (size_t i = 1; i < r->answer_count; i++)
		if (r->answers[i].failed != r->answers[0].failed ||
		    (r->answers[0].failed &&
		     !seen_same(&r->answers[i], &r->answers[0])))
			return false;
	return true;
}

/* What the answers to the unchanged request mean; true: the search can
 * begin. */
static bool judge_answers(struct hunt *h)
{
	struct bisect_report *r = &h->report;
	const struct seen *first = &r->answers[0];

	r->end = BISECT_INCOMPLETE;
	if (h->trials.why_over != NULL)
		return false;
	if (!all_same(r))
		r->end = BISECT_UNSTABLE;
	else if (!first->failed)
		r->end = BISECT_PASSES;
	else if (!first->reached)
		r->end = BISECT_UNREACHABLE;
	else
		return true;
	return false;
}

/* Everything is throttled if the second answer, after the wait, is the same
 * plain 429. A 429 with another code is about the request or the account. */
static bool is_throttled(const struct bisect_report *r)
{
	const struct seen *last = &r->answers[r->answer_count - 1];

	return r->answer_count == 2 && last->status == 429 &&
	       last->retry_after >= 0 && seen_same(last, &r->answers[0]) &&
	       last->code != NULL && strcmp(last->code, "DR-RATE") == 0;
}

/* Sends the unchanged request this many times. */
static void ask_as_it_is(struct hunt *h, size_t times)
{
	struct bisect_report *r = &h->report;
	bool more = true;

	while (more && r->answer_count < times) {
		more = trials_send(&h->trials, &h->sample.request,
				   &r->answers[r->answer_count]);
		r->answer_count += more;
		if (more && is_throttled(r))
			more = trials_throttled(&h->trials);
	}
}

/* Makes sure that it fails in the same way each time. If an earlier run has
 * begun to search, one request is enough. */
static bool confirm(struct hunt *h)
{
	const struct bisect_request *q = &h->sample.request;
	uint64_t hash = memory_hash(q);
	const struct remembered *m = memory_find(h->memory, hash);
	struct bisect_report *r = &h->report;
	bool begun = m != NULL && m->failed && memory_begun(h->memory, hash);
	struct seen before = { .failed = false };
	size_t times = h->confirm;

	h->stage = "does it fail each time?";
	h->bytes = bisect_request_size(q);
	if (begun) {
		before = (struct seen){ .status = m->status,
					.normal = xstrdup(m->normal) };
		times = 1;
	}
	ask_as_it_is(h, times);
	if (begun && r->answer_count > 0 &&
	    !(r->answers[0].failed && seen_same(&r->answers[0], &before)))
		hunt_tell(h, "the answer differs from the remembered answer of "
			     "an earlier run; --fresh forgets its answers");
	seen_clear(&before);
	return judge_answers(h);
}

/* ---- the search ---- */

static void hold_by_memory(struct hunt *h, struct bisect_found *x)
{
	const struct remembered *m =
		memory_find(h->memory, memory_hash(&x->cause->smallest));
	char **texts[] = { &x->failure.normal,  &x->failure.type,
			   &x->failure.text,    &x->failure.headline,
			   &x->failure.fix,     &x->failure.served,
			   &x->failure.evidence };

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		*texts[i] = xstrdup(i == 0 && m != NULL ? m->normal : "");
	x->failure.failed = true;
	x->failure.status = m != NULL ? m->status : 0;
}

/* Sends the smallest request once more: its answer is for the report, and if
 * the answer has changed, the search cannot be trusted. */
static void look_again(struct hunt *h, struct bisect_found *x)
{
	const struct remembered *m;
	struct seen again;

	hold_by_memory(h, x);
	m = memory_find(h->memory, memory_hash(&x->cause->passing));
	x->passing_status =
		x->cause->passing.method != NULL && m != NULL ? m->status : 0;
	trials_want(&h->trials, &x->failure);
	if (!trials_send(&h->trials, &x->cause->smallest, &again))
		return;
	if (again.failed && seen_same(&again, &x->failure)) {
		seen_clear(&x->failure);
		x->failure = again;
		return;
	}
	seen_clear(&again);
	hunt_tell(h, "the smallest request now gets another answer: the "
		     "failure is not stable");
	h->causes[x - h->report.list].minimal = false;
}

static void gather(struct hunt *h)
{
	struct bisect_report *r = &h->report;
	bool cut = h->trials.why_over != NULL;

	r->end = BISECT_INCOMPLETE;
	for (size_t i = 0; i < h->cause_count; i++) {
		struct bisect_found *x = &r->list[r->count++];

		x->cause = &h->causes[i];
		look_again(h, x);
		if (x->cause->minimal)
			r->end = BISECT_FOUND;
	}
	/* The search was not cut short if the budget only lacked the last
	 * check. */
	if (cut)
		r->why_over = h->trials.why_over;
}

/* Nothing is added for errors about keys, accounts and paths: no part is
 * missing. */
static bool may_lack(const struct hunt *h, const struct bisect_cause *c)
{
	static const int others[] = { 401, 402, 404, 405, 407, 429 };
	int status = h->report.answers[0].status;

	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
		if (status == others[i])
			return false;
	return h->recorded.method != NULL && c->is_bare && c->minimal;
}

/* A request that fails whatever is left out of it may pass with more in it. */
static void look_for_missing(struct hunt *h)
{
	struct bisect_cause *c = &h->causes[0];

	if (h->cause_count != 1 || !may_lack(h, c))
		return;
	on_stage(h, "what is missing", h->bytes);
	h->trials.may_grow = true;
	bisect_missing(&h->sample.request, &h->recorded, trials_ask, &h->trials,
		       c);
	h->trials.may_grow = false;
}

static int reduce(struct hunt *h, struct fail *f)
{
	struct bisect_watch watch = { .stage = on_stage, .arg = h };
	int n;

	trials_want(&h->trials, &h->report.answers[0]);
	n = bisect_reduce(&h->sample.request, trials_ask, trials_again,
			  &h->trials, &watch, h->causes, f);
	if (n < 0)
		return -1;
	h->cause_count = (size_t)n;
	look_for_missing(h);
	gather(h);
	return 0;
}

int hunt_run(struct hunt *h, struct fail *f)
{
	struct bisect_report *r = &h->report;

	if (confirm(h) && reduce(h, f) < 0)
		return -1;
	if (r->why_over == NULL && r->end == BISECT_INCOMPLETE)
		r->why_over = h->trials.why_over;
	r->sent = trials_sent(&h->trials);
	r->remembered = h->trials.remembered;
	return 0;
}

void hunt_clear(struct hunt *h)
{
	struct bisect_report *r = &h->report;

	for (size_t i = 0; i < r->answer_count; i++)
		seen_clear(&r->answers[i]);
	for (size_t i = 0; i < r->count; i++)
		seen_clear(&r->list[i].failure);
	for (size_t i = 0; i < h->cause_count; i++)
		bisect_cause_clear(&h->causes[i]);
	buf_clear(&r->files);
	trials_clear(&h->trials);
	memory_close(h->memory);
	asker_free(h->asker);
	sample_clear(&h->sample);
	bisect_request_clear(&h->recorded);
}
