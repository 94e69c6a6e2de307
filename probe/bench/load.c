/* Streams side by side: each in a lane with its connection, its reader of
 * answers and its clock. */
#include "probe/bench/load.h"

#include <stdio.h>
#include <stdlib.h>

#include "wire/bytes/mem.h"
#include "wire/http/answer.h"
#include "wire/http/sse.h"

enum { EVENT_LIMIT_BYTES = 1024 * 1024 };

#define PAUSE_AFTER_FAILURE (50 * TICK_MS)

struct lane {
	struct load *load;
	struct dial *dial; /* NULL: not connected */
	struct loop_timer start, clock;
	struct answer answer;
	struct sse sse;
	bool reads; /* answer and sse are in use */
	bool is_events;
	tick_t began, last; /* of the request; of its newest event */
	uint64_t events;
};

struct load {
	const struct load_plan *plan;
	struct load_result *result;
	struct loop *loop;
	struct lane *lanes;
	struct loop_timer half;
	tick_t began;
	uint64_t sent;
	unsigned open; /* lanes that are not over */
};

static void begin(struct lane *s);

/* ---- the end of an answer, and of a lane ---- */

static void forget_answer(struct lane *s)
{
	if (s->reads) {
		answer_clear(&s->answer);
		sse_clear(&s->sse);
	}
	s->reads = false;
}

static void hang_up(struct lane *s)
{
	if (s->dial)
		dial_cancel(s->dial);
	s->dial = NULL;
}

static void lane_clear(struct lane *s)
{
	struct loop *l = s->load->loop;

	hang_up(s);
	loop_timer_clear(l, &s->start);
	loop_timer_clear(l, &s->clock);
	forget_answer(s);
}

static void lane_over(struct lane *s)
{
	struct load *load = s->load;

	lane_clear(s);
	if (--load->open == 0)
		loop_stop(load->loop);
}

static bool is_over(const struct load *load)
{
	const struct load_plan *p = load->plan;

	return loop_now() - load->began >= p->lasts ||
	       (p->most > 0 && load->sent >= p->most);
}

static void on_start(void *arg)
{
	struct lane *s = arg;

	if (is_over(s->load))
		lane_over(s);
	else
		begin(s);
}

/* The next request goes out in a later turn: whoever reads this answer may
 * still be at it. */
static void next_after(struct lane *s, tick_t pause)
{
	struct loop *l = s->load->loop;

	forget_answer(s);
	loop_timer_clear(l, &s->clock);
	loop_timer_set(l, &s->start, pause > 0 ? loop_now() + pause : 0,
		       on_start, s);
}

static void failed(struct lane *s, const char *why)
{
	struct load_result *r = s->load->result;

	if (r->failed++ == 0)
		snprintf(r->why, sizeof(r->why), "%s", why);
	if (s->load->plan->events > s->events)
		r->lost += s->load->plan->events - s->events;
	hang_up(s);
	next_after(s, PAUSE_AFTER_FAILURE);
}

static void done(struct lane *s)
{
	struct load_result *r = s->load->result;
	unsigned wanted = s->load->plan->events;
	char why[80];

	if (s->answer.head.status / 100 != 2) {
		snprintf(why, sizeof(why), "the answer was %d",
			 s->answer.head.status);
		failed(s, why);
	} else if (wanted > 0 && s->events != wanted) {
		snprintf(why, sizeof(why), "%llu events came instead of %u",
			 (unsigned long long)s->events, wanted);
		failed(s, why);
	} else {
		r->done++;
		histogram_add(&r->whole, loop_now() - s->began);
		if (headers_has_token(&s->answer.head.headers, "connection",
				      "close"))
			hang_up(s);
		next_after(s, 0);
	}
}

/* ---- what comes in ---- */

static void on_head(struct lane *s)
{
	const char *type = headers_get(&s->answer.head.headers, "content-type");

	s->is_events = type && span_starts(span_of(type), "text/event-stream");
	s->last = loop_now();
	histogram_add(&s->load->result->head, s->last - s->began);
}

static tick_t distance(tick_t a, tick_t b)
{
	return a > b ? a - b : b - a;
}

static void on_event(struct lane *s, tick_t now)
{
	struct load_result *r = s->load->result;
	tick_t pace = s->load->plan->pace;

	r->events++;
	if (s->events++ == 0)
		histogram_add(&r->first, now - s->began);
	else
		histogram_add(&r->gap, pace ? distance(now - s->last, pace)
					    : now - s->last);
	s->last = now;
}

static int on_piece(struct lane *s, struct span piece)
{
	tick_t now = loop_now();
	enum sse_step step;
	struct sse_event e;

	if (!s->is_events) {
		if (s->events == 0)
			on_event(s, now);
		return 0;
	}
	sse_feed(&s->sse, piece.at, piece.len);
	while ((step = sse_next(&s->sse, &e)) != SSE_MORE) {
		if (step == SSE_BAD)
			return -1;
		if (step == SSE_EVENT)
			on_event(s, now);
	}
	return 0;
}

static void on_data(void *arg, struct dial *d, struct span bytes)
{
	struct lane *s = arg;
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
			if (on_piece(s, piece) < 0) {
				failed(s, "an event is larger than 1 MiB");
				return;
			}
			break;
		case ANSWER_WHOLE:
			done(s);
			return;
		case ANSWER_BAD:
			failed(s, f.text);
			return;
		}
	}
}

/* Between two requests the other side may close: the next one connects. */
static void on_end(void *arg, struct dial *d, enum stream_end end,
		   const char *text)
{
	struct lane *s = arg;

	(void)d;
	s->dial = NULL;
	if (!s->reads)
		return;
	if (answer_end(&s->answer, end) == END_CLEAN)
		done(s);
	else
		failed(s, text);
}

static const struct dial_handler handler = { on_data, on_end };

/* ---- a request ---- */

static void on_clock(void *arg)
{
	failed(arg, "no complete answer in time");
}

static void begin(struct lane *s)
{
	const struct load_plan *p = s->load->plan;
	struct dial_to to = { p->origin, p->fetcher, p->tls };
	struct fail f = FAIL_INIT;

	s->load->sent++;
	s->events = 0;
	s->is_events = false;
	s->reads = true;
	answer_init(&s->answer, "POST");
	sse_init(&s->sse, EVENT_LIMIT_BYTES);
	s->began = loop_now();
	loop_timer_set(s->load->loop, &s->clock, s->began + p->patience,
		       on_clock, s);
	if (s->dial)
		dial_send(s->dial, p->request);
	else if (dial_start(&s->dial, s->load->loop, &to, p->request,
			    UINT64_MAX, &handler, s, &f) < 0)
		failed(s, f.text);
}

/* ---- all of it ---- */

static void on_half(void *arg)
{
	struct load *load = arg;

	load->plan->halfway(load->plan->arg);
}

/* Paced streams begin spread over one pace, as those of people do. */
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
		loop_timer_set(l, &load.lanes[i].start,
			       load.began + start_of(plan, i), on_start,
			       &load.lanes[i]);
	}
	if (plan->halfway)
		loop_timer_set(l, &load.half, load.began + plan->lasts / 2,
			       on_half, &load);
	loop_run(l);
	loop_timer_clear(l, &load.half);
	for (unsigned i = 0; i < plan->streams; i++)
		lane_clear(&load.lanes[i]); /* also after Ctrl-C */
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
