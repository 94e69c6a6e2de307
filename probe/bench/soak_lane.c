/* The traffic of a soak: many lanes at a time, each with one request at a time.
 * It compares each answer while it comes. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "probe/bench/lane.h"
#include "probe/bench/soak_private.h"
#include "wire/bytes/mem.h"

#define PATIENCE (60 * TICK_S)
#define PAUSE_AFTER_FAILURE (50 * TICK_MS)
#define HASH_BEGIN UINT64_C(0xcbf29ce484222325)

struct soak_lane {
	struct lane lane;
	struct traffic *traffic;
	struct soak_item *item; /* what was asked for */
	struct buf text; /* of one delta */
	size_t at; /* bytes of the item's text that came so far */
	unsigned leaves_after; /* this many events */
	uint64_t hash;
};

struct traffic {
	const struct soak_plan *plan;
	struct loop *loop;
	struct soak_lane *lanes;
	tick_t began;
	unsigned open, learned;
};

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

static void soak_lane_clear(struct soak_lane *s)
{
	lane_clear(&s->lane);
	buf_clear(&s->text);
}

static bool is_over(const struct traffic *t)
{
	if (t->plan->lasts == 0)
		return t->learned == 2 * SOAK_KINDS;
	return loop_now() - t->began >= t->plan->lasts;
}

static void on_failed(void *arg, const char *why)
{
	struct soak_lane *s = arg;

	note(s, &result_of(s)->failed, why);
	lane_hang_up(&s->lane);
	lane_go_on(&s->lane, PAUSE_AFTER_FAILURE);
}

static void wrong(struct soak_lane *s, const char *why)
{
	note(s, &result_of(s)->wrong, why);
	lane_hang_up(&s->lane);
	lane_go_on(&s->lane, PAUSE_AFTER_FAILURE);
}

/* An answer that was ended on purpose. */
static void ended(struct soak_lane *s, uint64_t *count)
{
	(*count)++;
	lane_hang_up(&s->lane);
	lane_go_on(&s->lane, 0);
}

/* The first two answers to an item show whether the gateway repeats an answer
 * byte by byte. */
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

static void on_whole(void *arg)
{
	struct soak_lane *s = arg;
	const struct http_head *head = &s->lane.answer.head;
	struct soak_result *r = result_of(s);
	char why[120];

	if (s->item->kind->act == SOAK_REFUSED && head->status >= 400) {
		r->refused++;
		lane_go_on(&s->lane, 0);
		return;
	}
	if (s->item->kind->act == SOAK_CUT) {
		ended(s, &r->cut); /* perhaps with an error from the gateway */
		return;
	}
	if (head->status / 100 != 2) {
		snprintf(why, sizeof(why), "the answer was %d", head->status);
		on_failed(s, why);
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
		wrong(s, "the answer has the right text, but differs in other "
			 "bytes from the last one");
		return;
	}
	r->whole++;
	lane_done(&s->lane);
}

static void on_broken(void *arg, const char *why)
{
	struct soak_lane *s = arg;

	if (s->item->kind->act == SOAK_CUT)
		ended(s, &result_of(s)->cut);
	else
		on_failed(s, why);
}

/* ---- what comes in ---- */

/* false: this is not the text that ccmock sent. */
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

static bool on_event(void *arg, const struct sse_event *e)
{
	struct soak_lane *s = arg;
	char why[120];

	if (!takes_text(s, e->data)) {
		snprintf(why, sizeof(why),
			 "after %zu bytes of text, wrong text came: %.40s",
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

static void on_piece(void *arg, struct span piece)
{
	struct soak_lane *s = arg;

	result_of(s)->bytes += piece.len;
	hash(s, piece);
}

/* ---- a request ---- */

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

static void ask(struct soak_lane *s)
{
	const struct soak_plan *p = s->traffic->plan;
	struct dial_to to = { p->origin, p->fetcher, p->tls };

	s->item = choose(s->traffic);
	if (s->item->kind->fresh) {
		result_of(s)->fresh++;
		lane_hang_up(&s->lane);
	}
	s->at = 0;
	s->hash = HASH_BEGIN;
	s->leaves_after =
		(unsigned)(roll(p->soak) % (s->item->kind->pieces + 1));
	lane_send(&s->lane, &to, buf_span(&s->item->request), PATIENCE);
}

static void on_next(void *arg)
{
	struct soak_lane *s = arg;
	struct traffic *t = s->traffic;

	if (!is_over(t)) {
		ask(s);
		return;
	}
	soak_lane_clear(s);
	if (--t->open == 0)
		loop_stop(t->loop);
}

static const struct lane_handler handler = {
	.next = on_next,
	.piece = on_piece,
	.event = on_event,
	.whole = on_whole,
	.broken = on_broken,
	.failed = on_failed,
};

void soak_traffic(struct loop *l, const struct soak_plan *plan)
{
	struct traffic t = { .plan = plan, .loop = l, .began = loop_now() };

	t.open = plan->lanes;
	t.lanes = xcalloc(plan->lanes, sizeof(*t.lanes));
	for (unsigned i = 0; i < plan->lanes; i++) {
		t.lanes[i].traffic = &t;
		buf_init(&t.lanes[i].text, BUF_NO_LIMIT);
		lane_begin(&t.lanes[i].lane, l, 0, &handler, &t.lanes[i]);
	}
	loop_run(l);
	for (unsigned i = 0; i < plan->lanes; i++)
		soak_lane_clear(&t.lanes[i]); /* also after Ctrl-C */
	free(t.lanes);
}
