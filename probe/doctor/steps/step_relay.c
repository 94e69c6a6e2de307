/*
 * --relay: collects what a client can see of whether the gateway is what it
 * claims to be, each with what a client cannot know. This is evidence, and no
 * verdict.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "probe/doctor/steps/step_private.h"
#include "wire/bytes/mem.h"

#define TEXT_LIMIT ((size_t)64 * 1024)

enum { TOOLS_LEAST = 40 }; /* tokens that two tools have at least */

bool step_relay_applies(const struct doctor *d, struct buf *why)
{
	(void)why;
	return d->config->relay;
}

static void line(struct step_result *out, const char *what, const char *seen,
		 const char *unknown)
{
	buf_addf(&out->table, "%-12s %s\n", what, seen);
	buf_addf(&out->table, "%-12s   unknown: %s\n", "", unknown);
}

/* ---- the signature ---- */

/* The earlier turn, with one letter in the middle of the signature changed. */
static bool tamper(const struct doctor *d, struct buf *body)
{
	struct span signature = buf_span(&d->seen.signature);
	size_t at;
	char *letter;

	buf_add_span(body, buf_span(&d->seen.replay));
	at = signature.len > 0 ? span_find(buf_span(body), signature)
			       : SIZE_MAX;
	if (at == SIZE_MAX)
		return false;
	letter = body->at + at + signature.len / 2;
	*letter = *letter == 'A' ? 'B' : 'A';
	return true;
}

static void judge_tampered(struct doctor *d, const struct doctor_call *c,
			   struct step_result *out)
{
	static const char unknown[] =
		"who checks it: a gateway that speaks to another vendor may "
		"check as well, and one in front of the API may not pass it on";
	struct buf what = BUF_INIT(TEXT_LIMIT);
	int status = c->got.head.status;

	step_outcome(c, &what);
	if (step_is_taken(c)) {
		line(out, "signature",
		     "a changed signature is accepted; the API refuses it",
		     unknown);
		step_finding(d, out, "DR-RELAY-SIGNATURE", c, NULL, NULL, NULL);
	} else if (status == 400 || status == 422) {
		line(out, "signature", "a changed signature is refused",
		     unknown);
	} else {
		line(out, "signature", buf_str(&what), unknown);
	}
	buf_clear(&what);
}

static void try_signature(struct doctor *d, struct step_result *out)
{
	struct doctor_call c = { .enough = step_has_content };

	buf_init(&c.body, BUF_NO_LIMIT);
	if (!tamper(d, &c.body))
		line(out, "signature",
		     "no turn with signed thinking was accepted",
		     "whether signatures are checked");
	else if (step_ask(d, &c, out))
		judge_tampered(d, &c, out);
	doctor_call_clear(&c);
}

/* ---- usage ---- */

static bool differs(int64_t a, int64_t b)
{
	return a > 0 && b > 0 && a != b;
}

static void uneven(struct doctor *d, struct step_result *out, int64_t a,
		   int64_t b)
{
	char x[32], y[32];

	snprintf(x, sizeof(x), "%" PRId64, a);
	snprintf(y, sizeof(y), "%" PRId64, b);
	step_finding(d, out, "DR-RELAY-UNEVEN", NULL, x, y, NULL);
}

static void look_at_usage(struct doctor *d, struct step_result *out)
{
	const struct doctor_seen *s = &d->seen;
	struct buf seen = BUF_INIT(TEXT_LIMIT);

	buf_addf(&seen,
		 "small %" PRId64 ", with a history %" PRId64
		 ", with tools %" PRId64 ", recorded %" PRId64
		 " and again %" PRId64 " tokens",
		 s->small_tokens, s->history_tokens, s->call_tokens,
		 s->recorded_tokens, s->again_tokens);
	line(out, "usage", buf_str(&seen),
	     "the number that the provider reported and was paid for; compare "
	     "the bill");
	if (differs(s->small_tokens, s->small_other))
		uneven(d, out, s->small_tokens, s->small_other);
	else if (differs(s->recorded_tokens, s->again_tokens))
		uneven(d, out, s->recorded_tokens, s->again_tokens);
	if (s->call_tokens > 0 && s->small_tokens > 0 &&
	    s->call_tokens < s->small_tokens + TOOLS_LEAST)
		step_finding(d, out, "DR-RELAY-TOOLS-FREE", NULL, NULL, NULL,
			     NULL);
	buf_clear(&seen);
}

/* ---- model and cache ---- */

/* Whether an answer's model fits: "anthropic/claude-sonnet-5-20260101" for
 * "claude-sonnet-5". */
static bool names_it(const struct doctor *d, const char *name)
{
	const char *slash = strrchr(d->model, '/');

	return strstr(name, slash ? slash + 1 : d->model) != NULL;
}

static void look_at_models(struct doctor *d, struct step_result *out)
{
	struct span rest = buf_span(&d->seen.models), name;
	struct buf names = BUF_INIT(TEXT_LIMIT);

	while (rest.len > 0 && span_split(&rest, '\n', &name)) {
		char *text = span_dup(name);

		if (*text)
			buf_addf(&names, "%s%s", names.len > 0 ? ", " : "",
				 text);
		if (*text && !names_it(d, text))
			step_finding(d, out, "DR-RELAY-MODEL", NULL, d->model,
				     text, NULL);
		free(text);
	}
	line(out, "model", names.len > 0 ? buf_str(&names) : "none is named",
	     "who wrote the answer: the name is a text that any gateway can "
	     "set");
	buf_clear(&names);
}

static void look_at_cache(const struct doctor *d, struct step_result *out)
{
	const struct doctor_seen *s = &d->seen;
	struct buf seen = BUF_INIT(TEXT_LIMIT);

	if (s->cache_told)
		buf_addf(&seen,
			 "the recorded request again: %" PRId64
			 " tokens read, %" PRId64 " written",
			 s->cache_read, s->cache_created);
	else
		buf_add_text(&seen, "usage does not mention the cache");
	line(out, "cache", buf_str(&seen), "the price that is asked for them");
	buf_clear(&seen);
}

void step_relay(struct doctor *d, struct step_result *out)
{
	try_signature(d, out);
	look_at_usage(d, out);
	look_at_models(d, out);
	look_at_cache(d, out);
	buf_addf(&out->text, "what a client can see%s",
		 out->state == STATE_OK ? "" : ", and some of it is odd");
}

/* ---- --window ---- */

#define FILLING "The blue boat lies at the long pier and waits for wind. "

enum {
	WINDOW = 200000,
	NEAR_PERCENT = 88,
	LEAST_PERCENT = 70,
	BYTES_OF_TOKEN = 8, /* at most, for English text */
};

bool step_window_applies(const struct doctor *d, struct buf *why)
{
	(void)why;
	return d->config->window;
}

/* The length of the request is computed from these numbers, and it is paid for:
 * made-up numbers must not be used. */
static bool can_be_counted(const struct doctor *d)
{
	const struct doctor_seen *s = &d->seen;

	return s->history_tokens - s->small_tokens >=
		       (int64_t)(s->history_bytes / BYTES_OF_TOKEN) &&
	       s->history_bytes > 0;
}

/* How often to repeat the sentence, computed from the tokens of the step
 * "history". */
static size_t sentences(const struct doctor *d)
{
	const struct doctor_seen *s = &d->seen;
	size_t wanted = (size_t)WINDOW * NEAR_PERCENT / 100;
	size_t tokens = (size_t)(s->history_tokens - s->small_tokens);

	return wanted * s->history_bytes / tokens / strlen(FILLING);
}

static void make_window(const struct doctor *d, struct doctor_call *c)
{
	struct buf prompt = BUF_INIT(BUF_NO_LIMIT);

	for (size_t n = sentences(d); n > 0; n--)
		buf_add_text(&prompt, FILLING);
	buf_add_text(&prompt, "Say ok.");
	doctor_small(d, c, 1, buf_str(&prompt), "");
	buf_clear(&prompt);
}

static void judge_window(struct doctor *d, const struct doctor_call *c,
			 struct step_result *out)
{
	struct buf what = BUF_INIT(TEXT_LIMIT);
	int64_t got = step_input_tokens(c);
	char tokens[32];

	snprintf(tokens, sizeof(tokens), "%d", WINDOW * NEAR_PERCENT / 100);
	step_outcome(c, &what);
	if (!step_is_good(c)) {
		buf_addf(&out->text, "about %s tokens: %s", tokens,
			 buf_str(&what));
		if (!step_is_busy(c) && c->got.head.status > 0)
			step_finding(d, out, "DR-RELAY-WINDOW", c, tokens,
				     buf_str(&what), NULL);
	} else {
		buf_addf(
			&out->text,
			"about %s tokens are accepted, and counted as %" PRId64,
			tokens, got);
		if (got > 0 && got < (int64_t)WINDOW * LEAST_PERCENT / 100)
			step_finding(d, out, "DR-RELAY-WINDOW-CUT", c, tokens,
				     NULL, NULL);
	}
	buf_clear(&what);
}

void step_window(struct doctor *d, struct step_result *out)
{
	struct doctor_call c = { .method = NULL };

	if (!can_be_counted(d)) {
		buf_add_text(&out->text, "not asked: usage does not tell how "
					 "many tokens a text has");
		out->state = STATE_SKIPPED;
		return;
	}
	make_window(d, &c);
	if (step_ask(d, &c, out))
		judge_window(d, &c, out);
	doctor_call_clear(&c);
}
