/* Trials: their budget, waits, remembered answers, and what counts as the same
 * failure. */
#include "probe/bisect/trial.h"

#include <stdlib.h>
#include <string.h>

#include "wire/bytes/mem.h"

#define AGAIN_TRIES 6
/* the same in a row: then it is an answer to the request */
#define BUSY_TIMES 4
/* with a retry-after; then it is an answer to the request */
#define THROTTLED_TRIES 2

void trials_init(struct trials *t, const struct trials_config *config)
{
	*t = (struct trials){ .config = *config };
}

void trials_clear(struct trials *t)
{
	seen_clear(&t->wanted);
	free(t->why_over);
	*t = (struct trials){ .why_over = NULL };
}

size_t trials_sent(const struct trials *t)
{
	return asker_count(t->config.asker);
}

void trials_want(struct trials *t, const struct seen *failure)
{
	seen_clear(&t->wanted);
	t->wanted = (struct seen){ .failed = true,
				   .status = failure->status,
				   .normal = xstrdup(failure->normal) };
	t->searching = t->patient = true;
}

/* ---- before a request ---- */

static bool over(struct trials *t, const char *why)
{
	if (t->why_over == NULL)
		t->why_over = xstrdup(why);
	return false;
}

bool trials_throttled(struct trials *t)
{
	return over(t, "the server answers 429 (too many requests) again after "
		       "the wait that its retry-after asked for: its answers "
		       "say nothing about the request");
}

static bool wait_for(struct trials *t)
{
	tick_t left = t->not_before - loop_now();
	struct buf text = BUF_INIT(256);
	int64_t seconds = (left + TICK_S - 1) / TICK_S;
	bool rc = true;

	if (left <= 0)
		return true;
	if (seconds > t->config.max_wait_s) {
		buf_addf(&text,
			 "the server asks for a wait of %lld s, and --max-wait "
			 "is %u s",
			 (long long)seconds, (unsigned)t->config.max_wait_s);
		rc = over(t, buf_str(&text));
	} else {
		buf_addf(&text, "waiting %lld s, as retry-after says",
			 (long long)seconds);
		t->config.tell(t->config.arg, buf_str(&text));
		if (!asker_wait(t->config.asker,
				(uint32_t)(left / TICK_MS) + 1))
			rc = over(t, "interrupted");
	}
	buf_clear(&text);
	return rc;
}

static bool may_send(struct trials *t)
{
	if (t->why_over != NULL)
		return false;
	if (asker_interrupted(t->config.asker))
		return over(t, "interrupted");
	if (trials_sent(t) >= t->config.most)
		return over(t, "--max-requests is reached");
	return wait_for(t);
}

/* ---- after it ---- */

static bool is_throttle(const struct seen *s)
{
	return s->status == 429 || s->status == 503 || s->status == 529;
}

static bool complaint_next(struct span *rest, struct span *one)
{
	size_t n = 0;

	if (rest->len == 0)
		return false;
	while (n < rest->len && !strchr(";,\n", rest->at[n]))
		n++;
	*one = span_trim(span_first(*rest, n));
	*rest = span_skip(*rest, n + 1);
	return true;
}

/* Statuses of a proxy whose server is away, or of a busy server. */
static bool is_away(const struct seen *s)
{
	return s->status == 502 || s->status == 503 || s->status == 504 ||
	       s->status == 529;
}

static bool has_complaint(struct span all, struct span one)
{
	struct span each;

	while (complaint_next(&all, &each))
		if (span_equal(each, one))
			return true;
	return false;
}

/* An error that lists several complaints has fewer of them when the request has
 * fewer faults: it counts as the same failure. */
static bool is_same_failure(const struct trials *t, const struct seen *s)
{
	struct span rest = span_of(s->normal), one;

	if (seen_same(s, &t->wanted))
		return true;
	if (s->status != t->wanted.status || rest.len == 0)
		return false;
	while (complaint_next(&rest, &one))
		if (!has_complaint(span_of(t->wanted.normal), one))
			return false;
	return true;
}

static bool is_wanted(const struct trials *t, const struct seen *s)
{
	return t->searching && s->failed && is_same_failure(t, s);
}

/* true: this answer says nothing about the request, which is to be sent
 * again. */
static bool is_passing(const struct trials *t, const struct seen *s,
		       unsigned tries)
{
	if (!s->failed || is_wanted(t, s))
		return false;
	if (s->status == 0 || (is_away(s) && s->retry_after < 0))
		return t->patient && tries == 0;
	return t->patient && is_throttle(s) && s->retry_after >= 0 &&
	       tries + 1 < THROTTLED_TRIES;
}

static void note_wait(struct trials *t, const struct seen *s)
{
	int64_t most = INT64_C(1000000);

	if (!is_throttle(s) || s->retry_after < 0)
		return;
	t->not_before =
		loop_now() +
		TICK_S * (s->retry_after < most ? s->retry_after : most);
}

static bool try_once(struct trials *t, const struct bisect_request *r,
		     struct seen *out)
{
	const struct trials_config *c = &t->config;
	bool in_stream = t->wanted.status >= 200 && t->wanted.status < 300;
	struct fail f = FAIL_INIT;

	if (!may_send(t))
		return false;
	if (exchange(c->asker, c->given, r, t->searching && !in_stream, out,
		     &f) < 0)
		return over(t, f.text);
	c->sent(c->arg, bisect_request_size(r));
	if (asker_interrupted(c->asker)) {
		seen_clear(out);
		return over(t, "interrupted");
	}
	note_wait(t, out);
	return true;
}

static void remember(struct trials *t, const struct bisect_request *r,
		     const struct seen *s)
{
	struct remembered m = { .hash = memory_hash(r),
				.status = s->status,
				.failed = s->failed,
				.whole = s->whole,
				.normal = s->normal };

	memory_add(t->config.memory, &m);
}

bool trials_send(struct trials *t, const struct bisect_request *r,
		 struct seen *out)
{
	for (unsigned tries = 0;; tries++) {
		if (!try_once(t, r, out))
			return false;
		if (!is_passing(t, out, tries))
			break;
		seen_clear(out);
	}
	if (t->patient && !out->reached && !is_wanted(t, out)) {
		over(t, out->text);
		seen_clear(out);
		return false;
	}
	/* If it is throttled again after the wait, further requests show only
	 * the limit. */
	if (t->patient && out->status == 429 && !is_wanted(t, out)) {
		seen_clear(out);
		return trials_throttled(t);
	}
	remember(t, r, out);
	return true;
}

/* ---- what the search asks ---- */

static enum trial judge(const struct trials *t, const struct seen *s)
{
	if (!s->failed)
		return TRIAL_PASSES;
	return is_same_failure(t, s) ? TRIAL_SAME : TRIAL_OTHER;
}

/* A pass that was not read to its end does not show a failure later in the
 * stream. */
static bool recall(struct trials *t, const struct bisect_request *r,
		   struct seen *out)
{
	bool in_stream = t->wanted.status >= 200 && t->wanted.status < 300;
	const struct remembered *m =
		memory_find(t->config.memory, memory_hash(r));

	if (m == NULL || (!m->failed && !m->whole && in_stream))
		return false;
	*out = (struct seen){ .failed = m->failed,
			      .whole = m->whole,
			      .reached = true,
			      .status = m->status,
			      .normal = xstrdup(m->normal) };
	t->remembered++;
	return true;
}

enum trial trials_ask(void *arg, const struct bisect_request *r)
{
	struct trials *t = arg;
	struct seen s = { .failed = false };
	enum trial result;

	if (asker_interrupted(t->config.asker))
		over(t, "interrupted");
	if (t->why_over != NULL)
		return TRIAL_OVER;
	/* Nothing larger than the given request is sent, unless `may_grow`. */
	if (!t->may_grow &&
	    bisect_request_size(r) >
		    bisect_request_size(&t->config.given->request))
		return TRIAL_OTHER;
	if (!recall(t, r, &s) && !trials_send(t, r, &s))
		return TRIAL_OVER;
	result = judge(t, &s);
	seen_clear(&s);
	return result;
}

/* The next cause must fail in the same way several times in a row; occasional
 * errors of a busy server are no cause. */
static bool fails_again(struct trials *t, const struct bisect_request *r,
			struct seen *s)
{
	unsigned same = 0;

	for (unsigned tries = 0; tries < AGAIN_TRIES; tries++) {
		struct seen now = { .failed = false };

		if (!(tries == 0 && recall(t, r, &now)) &&
		    !trials_send(t, r, &now))
			return false;
		same = same > 0 && now.failed && seen_same(&now, s) ? same + 1
								    : 1;
		seen_clear(s);
		*s = now;
		if (!s->failed || !s->reached)
			return false;
		if (same >= (is_throttle(s) ? BUSY_TIMES : 2))
			return true;
	}
	t->config.tell(t->config.arg,
		       "without the first cause it fails only now and then, or "
		       "each time in another way");
	return false;
}

bool trials_again(void *arg, const struct bisect_request *r)
{
	struct trials *t = arg;
	struct seen s = { .failed = false };
	bool fails;

	t->searching = false;
	fails = fails_again(t, r, &s);
	t->searching = true;
	if (fails)
		trials_want(t, &s);
	seen_clear(&s);
	return fails;
}
