/* The traffic of a soak: lanes side by side, each with one request at a time,
 * whose answer is compared while it comes. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "probe/bench/soak_private.h"
#include "wire/bytes/mem.h"
#include "wire/http/answer.h"
#include "wire/http/sse.h"

enum { EVENT_LIMIT_BYTES = 1024 * 1024 };

#define PATIENCE (60 * TICK_S)
#define PAUSE_AFTER_FAILURE (50 * TICK_MS)
#define HASH_BEGIN UINT64_C(0xcbf29ce484222325)

struct soak_lane {
	struct traffic *traffic;
	struct soak_item *item; /* what was asked for */
	struct dial *dial; /* NULL: not connected */
	struct loop_timer start, clock;
	struct answer answer;
	struct sse sse;
	struct buf text; /* a delta's */
	bool reads, is_events;
	size_t at; /* in the item's text */
	unsigned leaves_after; /* events */
	uint64_t hash;
};

struct traffic {
	const struct soak_plan *plan;
	struct loop *loop;
	struct soak_lane *lanes;
	tick_t began;
	unsigned open, learned;
};

static void begin(struct soak_lane *s);

/* ---- what was found ---- */

static struct soak_result *result_of(struct soak_lane *s)
{
	return s->traffic->plan->soak->result;
}

static void note(struct soak_lane *s, uint64_t *count, const char *what)
{
	struct soak_result *r = result_of(s);

	if (r->wrong + r->failed == 0)
		snprintf(r->why, sizeof(r->why), "'%s': %s",
			 s->item->kind->name, what);
	(*count)++;
}

static void hash(struct soak_lane *s, struct span piece)
{
	for (size_t i = 0; i < piece.len; i++)
		s->hash = (s->hash ^ (unsigned char)piece.at[i]) *
			  UINT64_C(0x100000001b3);
}

/* ---- the end of an answer, and of a lane ---- */

static void hang_up(struct soak_lane *s)
{
	if (s->dial)
		dial_cancel(s->dial);
	s->dial = NULL;
}

static void forget_answer(struct soak_lane *s)
{
	if (s->reads) {
		answer_clear(&s->answer);
		sse_clear(&s->sse);
	}
	s->reads = false;
}

static void lane_clear(struct soak_lane *s)
{
	hang_up(s);
	loop_timer_clear(s->traffic->loop, &s->start);
	loop_timer_clear(s->traffic->loop, &s->clock);
	forget_answer(s);
	buf_clear(&s->text);
}

static bool is_over(const struct traffic *t)
{
	if (t->plan->lasts == 0)
		return t->learned == 2 * SOAK_KINDS;
	return loop_now() - t->began >= t->plan->lasts;
}

static void on_start(void *arg)
{
	struct soak_lane *s = arg;
	struct traffic *t = s->traffic;

	if (!is_over(t)) {
		begin(s);
		return;
	}
	lane_clear(s);
	if (--t->open == 0)
		loop_stop(t->loop);
}

/* The next request goes out in a later turn: whoever reads this answer may
 * still be at it. */
static void next_after(struct soak_lane *s, tick_t pause)
{
	struct loop *l = s->traffic->loop;

	forget_answer(s);
	loop_timer_clear(l, &s->clock);
	loop_timer_set(l, &s->start, pause > 0 ? loop_now() + pause : 0,
		       on_start, s);
}

static void failed(struct soak_lane *s, const char *why)
{
	note(s, &result_of(s)->failed, why);
	hang_up(s);
	next_after(s, PAUSE_AFTER_FAILURE);
}

static void wrong(struct soak_lane *s, const char *why)
{
	note(s, &result_of(s)->wrong, why);
	hang_up(s);
	next_after(s, PAUSE_AFTER_FAILURE);
}

/* What was ended on purpose. */
static void ended(struct soak_lane *s, uint64_t *count)
{
	(*count)++;
	hang_up(s);
	next_after(s, 0);
}

/* The first two answers show whether a gateway's are the same each time. */
static bool is_as_before(struct soak_lane *s)
{
	struct soak_result *r = result_of(s);
	struct soak_item *item = s->item;

	if (!item->hashed) {
		item->hashed = true;
		item->hash = s->hash;
	}
	if (s->traffic->plan->lasts == 0 && item->hash != s->hash)
		r->exact = false;
	return !r->exact || item->hash == s->hash;
}

static void whole(struct soak_lane *s)
{
	const struct http_head *head = &s->answer.head;
	struct soak_result *r = result_of(s);
	char why[120];

	if (s->item->kind->act == SOAK_REFUSED && head->status >= 400) {
		r->refused++;
		next_after(s, 0);
		return;
	}
	if (s->item->kind->act == SOAK_CUT) {
		ended(s, &r->cut); /* with an error of the gateway's, perhaps */
		return;
	}
	if (head->status / 100 != 2) {
		snprintf(why, sizeof(why), "the answer was %d", head->status);
		failed(s, why);
		return;
	}
	if (s->at != s->item->text.len) {
		snprintf(why, sizeof(why),
			 "%zu bytes of text came instead of %zu", s->at,
			 s->item->text.len);
		wrong(s, why);
		return;
	}
	if (!is_as_before(s)) {
		wrong(s, "the answer differs from that before, but not in its "
			 "text");
		return;
	}
	r->whole++;
	if (headers_has_token(&head->headers, "connection", "close"))
		hang_up(s);
	next_after(s, 0);
}

static void broken(struct soak_lane *s, const char *why)
{
	if (s->item->kind->act == SOAK_CUT)
		ended(s, &result_of(s)->cut);
	else
		failed(s, why);
}

/* ---- what comes in ---- */

/* false: it is not what was said. */
static bool takes_text(struct soak_lane *s, struct span data)
{
	struct span expected = span_skip(buf_span(&s->item->text), s->at);
	struct jval root, text;

	if (jscan(data, &root, NULL) < 0)
		return false;
	if (!jscan_find(root, span_of("/delta/text"), &text))
		return true;
	buf_reset(&s->text);
	jscan_string(text, &s->text);
	if (s->text.len > expected.len ||
	    memcmp(s->text.at, expected.at, s->text.len) != 0)
		return false;
	s->at += s->text.len;
	return true;
}

/* false: the lane is at another request. */
static bool on_event(struct soak_lane *s, const struct sse_event *e)
{
	char why[120];

	if (!takes_text(s, e->data)) {
		snprintf(why, sizeof(why),
			 "after %zu bytes of text another one comes: %.40s",
			 s->at, buf_str(&s->text));
		wrong(s, why);
		return false;
	}
	if (s->item->kind->act == SOAK_LEAVES && s->leaves_after-- == 0) {
		ended(s, &result_of(s)->left);
		return false;
	}
	return true;
}

static bool on_piece(struct soak_lane *s, struct span piece)
{
	struct sse_event e;
	enum sse_step step;

	result_of(s)->bytes += piece.len;
	hash(s, piece);
	if (!s->is_events)
		return true;
	sse_feed(&s->sse, piece.at, piece.len);
	while ((step = sse_next(&s->sse, &e)) != SSE_MORE) {
		if (step == SSE_BAD) {
			failed(s, "an event is larger than 1 MiB");
			return false;
		}
		if (step == SSE_EVENT && !on_event(s, &e))
			return false;
	}
	return true;
}

static void on_head(struct soak_lane *s)
{
	const char *type = headers_get(&s->answer.head.headers, "content-type");

	s->is_events = type && span_starts(span_of(type), "text/event-stream");
}

static void on_data(void *arg, struct dial *d, struct span bytes)
{
	struct soak_lane *s = arg;
	struct fail f = FAIL_INIT;
	struct span piece;

	(void)d;
	while (s->reads) {
		switch (answer_next(&s->answer, &bytes, &piece, &f)) {
		case ANSWER_MORE:
			return;
		case ANSWER_HEAD:
			on_head(s);
			break;
		case ANSWER_DATA:
			if (!on_piece(s, piece))
				return;
			break;
		case ANSWER_WHOLE:
			whole(s);
			return;
		case ANSWER_BAD:
			failed(s, f.text);
			return;
		}
	}
}

static void on_end(void *arg, struct dial *d, enum stream_end end,
		   const char *text)
{
	struct soak_lane *s = arg;

	(void)d;
	s->dial = NULL;
	if (!s->reads)
		return;
	if (answer_end(&s->answer, end) == END_CLEAN)
		whole(s);
	else
		broken(s, text);
}

static const struct dial_handler handler = { on_data, on_end };

/* ---- a request ---- */

static void on_clock(void *arg)
{
	failed(arg, "no complete answer in time");
}

static uint64_t roll(struct soak *s)
{
	s->dice ^= s->dice << 13;
	s->dice ^= s->dice >> 7;
	s->dice ^= s->dice << 17;
	return s->dice >> 16;
}

static struct soak_item *choose(struct traffic *t)
{
	struct soak *s = t->plan->soak;
	unsigned sum = 0, left, kind = 0;

	if (t->plan->lasts == 0)
		return &s->items[t->learned++ / 2 * SOAK_VARIANTS];
	for (unsigned i = 0; i < SOAK_KINDS; i++)
		sum += soak_kinds[i].weight;
	left = (unsigned)(roll(s) % sum);
	while (left >= soak_kinds[kind].weight)
		left -= soak_kinds[kind++].weight;
	return &s->items[kind * SOAK_VARIANTS + roll(s) % SOAK_VARIANTS];
}

static void begin(struct soak_lane *s)
{
	const struct soak_plan *p = s->traffic->plan;
	struct dial_to to = { p->origin, p->fetcher, p->tls };
	struct fail f = FAIL_INIT;

	s->item = choose(s->traffic);
	if (s->item->kind->fresh) {
		result_of(s)->fresh++;
		hang_up(s);
	}
	s->at = 0;
	s->hash = HASH_BEGIN;
	s->leaves_after =
		(unsigned)(roll(p->soak) % (s->item->kind->pieces + 1));
	s->is_events = false;
	s->reads = true;
	answer_init(&s->answer, "POST");
	sse_init(&s->sse, EVENT_LIMIT_BYTES);
	loop_timer_set(s->traffic->loop, &s->clock, loop_now() + PATIENCE,
		       on_clock, s);
	if (s->dial)
		dial_send(s->dial, buf_span(&s->item->request));
	else if (dial_start(&s->dial, s->traffic->loop, &to,
			    buf_span(&s->item->request), UINT64_MAX, &handler,
			    s, &f) < 0)
		failed(s, f.text);
}

void soak_traffic(struct loop *l, const struct soak_plan *plan)
{
	struct traffic t = { .plan = plan, .loop = l, .began = loop_now() };

	t.open = plan->lanes;
	t.lanes = xcalloc(plan->lanes, sizeof(*t.lanes));
	for (unsigned i = 0; i < plan->lanes; i++) {
		t.lanes[i].traffic = &t;
		buf_init(&t.lanes[i].text, BUF_NO_LIMIT);
		loop_timer_set(l, &t.lanes[i].start, 0, on_start, &t.lanes[i]);
	}
	loop_run(l);
	for (unsigned i = 0; i < plan->lanes; i++)
		lane_clear(&t.lanes[i]); /* also after Ctrl-C */
	free(t.lanes);
}
