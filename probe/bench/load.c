/* Runs many streams at a time, each in a lane of its own. */
#include "probe/bench/load.h"

#include <stdio.h>
#include <stdlib.h>

#include "probe/bench/lane.h"
#include "wire/bytes/mem.h"

#define PAUSE_AFTER_FAILURE (50 * TICK_MS)

struct load_lane {
	struct lane lane;
	struct load *load;
	tick_t began, last; /* when the request was sent; when its newest event
			       came */
	uint64_t events;
};

struct load {
	const struct load_plan *plan;
	struct load_result *result;
	struct loop *loop;
	struct load_lane *lanes;
	struct loop_timer half;
	tick_t began;
	uint64_t sent;
	unsigned open; /* lanes that have not ended */
};

/* ---- the end of an answer, and of a lane ---- */

static bool is_over(const struct load *load)
{
	const struct load_plan *p = load->plan;

	return loop_now() - load->began >= p->lasts ||
	       (p->most > 0 && load->sent >= p->most);
}

static void on_failed(void *arg, const char *why)
{
	struct load_lane *s = arg;
	struct load_result *r = s->load->result;

	if (r->failed++ == 0)
		snprintf(r->why, sizeof(r->why), "%s", why);
	if (s->load->plan->events > s->events)
		r->lost += s->load->plan->events - s->events;
	lane_hang_up(&s->lane);
	lane_go_on(&s->lane, PAUSE_AFTER_FAILURE);
}

static void on_whole(void *arg)
{
	struct load_lane *s = arg;
	int status = s->lane.answer.head.status;
	unsigned wanted = s->load->plan->events;
	char why[80];

	if (status / 100 != 2) {
		snprintf(why, sizeof(why), "the answer was %d", status);
		on_failed(s, why);
	} else if (wanted > 0 && s->events != wanted) {
		snprintf(why, sizeof(why), "%llu events came instead of %u",
			 (unsigned long long)s->events, wanted);
		on_failed(s, why);
	} else {
		s->load->result->done++;
		histogram_add(&s->load->result->whole, loop_now() - s->began);
		lane_done(&s->lane);
	}
}

/* ---- what comes in ---- */

static void on_head(void *arg)
{
	struct load_lane *s = arg;

	s->last = loop_now();
	histogram_add(&s->load->result->head, s->last - s->began);
}

static tick_t distance(tick_t a, tick_t b)
{
	return a > b ? a - b : b - a;
}

static void count_event(struct load_lane *s)
{
	struct load_result *r = s->load->result;
	tick_t pace = s->load->plan->pace, now = loop_now();

	r->events++;
	if (s->events++ == 0)
		histogram_add(&r->first, now - s->began);
	else
		histogram_add(&r->gap, pace ? distance(now - s->last, pace)
					    : now - s->last);
	s->last = now;
}

/* A body that is no event stream counts as one event. */
static void on_piece(void *arg, struct span piece)
{
	struct load_lane *s = arg;

	(void)piece;
	if (!s->lane.is_events && s->events == 0)
		count_event(s);
}

static bool on_event(void *arg, const struct sse_event *ev)
{
	(void)ev;
	count_event(arg);
	return true;
}

/* ---- a request ---- */

static void on_next(void *arg)
{
	struct load_lane *s = arg;
	struct load *load = s->load;
	const struct load_plan *p = load->plan;
	struct dial_to to = { p->origin, p->fetcher, p->tls };

	if (is_over(load)) {
		lane_clear(&s->lane);
		if (--load->open == 0)
			loop_stop(load->loop);
		return;
	}
	load->sent++;
	s->events = 0;
	s->began = loop_now();
	lane_send(&s->lane, &to, p->request, p->patience);
}

static const struct lane_handler handler = {
	.next = on_next,
	.head = on_head,
	.piece = on_piece,
	.event = on_event,
	.whole = on_whole,
	.broken = on_failed,
	.failed = on_failed,
};

/* ---- all of it ---- */

static void on_half(void *arg)
{
	struct load *load = arg;

	load->plan->halfway(load->plan->arg);
}

/* Paced streams start spread over one pace, as those of many users do. */
static tick_t start_of(const struct load_plan *p, unsigned i)
{
	return p->pace * i / p->streams;
}

void load_run(struct loop *l, const struct load_plan *plan,
	      struct load_result *out)
{
	struct load load = { .plan = plan, .result = out, .loop = l };

	load.lanes = xcalloc(plan->streams, sizeof(*load.lanes));
	load.open = plan->streams;
	load.began = loop_now();
	for (unsigned i = 0; i < plan->streams; i++) {
		load.lanes[i].load = &load;
		lane_begin(&load.lanes[i].lane, l,
			   load.began + start_of(plan, i), &handler,
			   &load.lanes[i]);
	}
	if (plan->halfway)
		loop_timer_set(l, &load.half, load.began + plan->lasts / 2,
			       on_half, &load);
	loop_run(l);
	loop_timer_clear(l, &load.half);
	for (unsigned i = 0; i < plan->streams; i++)
		lane_clear(&load.lanes[i].lane); /* also after Ctrl-C */
	out->took += loop_now() - load.began;
	free(load.lanes);
}

void load_merge(struct load_result *to, const struct load_result *from)
{
	histogram_merge(&to->head, &from->head);
	histogram_merge(&to->first, &from->first);
	histogram_merge(&to->whole, &from->whole);
	histogram_merge(&to->gap, &from->gap);
	to->done += from->done;
	if (to->failed == 0 && from->failed > 0)
		snprintf(to->why, sizeof(to->why), "%s", from->why);
	to->failed += from->failed;
	to->events += from->events;
	to->lost += from->lost;
	to->took += from->took;
}

void load_clear(struct load_result *r)
{
	histogram_clear(&r->head);
	histogram_clear(&r->first);
	histogram_clear(&r->whole);
	histogram_clear(&r->gap);
	*r = (struct load_result){ .done = 0 };
}

double load_rate(const struct load_result *r)
{
	return r->took > 0 ? (double)r->done * (double)TICK_S / (double)r->took
			   : 0;
}
