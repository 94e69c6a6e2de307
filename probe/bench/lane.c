/* One stream: its connection, its requests and its clock. */
#include "probe/bench/lane.h"

enum { EVENT_LIMIT_BYTES = 1024 * 1024 };

static void on_start(void *arg)
{
	struct lane *l = arg;

	l->handler->next(l->arg);
}

void lane_begin(struct lane *l, struct loop *loop, tick_t at,
		const struct lane_handler *handler, void *arg)
{
	l->loop = loop;
	l->handler = handler;
	l->arg = arg;
	loop_timer_set(loop, &l->start, at, on_start, l);
}

/* ---- the end of an answer, and of a lane ---- */

static void forget_answer(struct lane *l)
{
	if (l->reads) {
		answer_clear(&l->answer);
		sse_clear(&l->sse);
	}
	l->reads = false;
}

void lane_hang_up(struct lane *l)
{
	if (l->dial)
		dial_cancel(l->dial);
	l->dial = NULL;
}

void lane_clear(struct lane *l)
{
	lane_hang_up(l);
	loop_timer_clear(l->loop, &l->start);
	loop_timer_clear(l->loop, &l->clock);
	forget_answer(l);
}

/* The next request starts in a later turn of the loop: the caller may be called
 * from on_data(), which is still reading this answer. */
void lane_go_on(struct lane *l, tick_t pause)
{
	forget_answer(l);
	loop_timer_clear(l->loop, &l->clock);
	loop_timer_set(l->loop, &l->start, pause > 0 ? loop_now() + pause : 0,
		       on_start, l);
}

void lane_done(struct lane *l)
{
	if (headers_has_token(&l->answer.head.headers, "connection", "close"))
		lane_hang_up(l);
	lane_go_on(l, 0);
}

/* ---- what comes in ---- */

static void take_head(struct lane *l)
{
	const char *type = headers_get(&l->answer.head.headers, "content-type");

	l->is_events = type && span_starts(span_of(type), "text/event-stream");
	if (l->handler->head)
		l->handler->head(l->arg);
}

/* false: the handler has ended the answer before its end. */
static bool take_piece(struct lane *l, struct span piece)
{
	enum sse_step step;
	struct sse_event ev;

	l->handler->piece(l->arg, piece);
	if (!l->is_events)
		return true;
	sse_feed(&l->sse, piece.at, piece.len);
	while ((step = sse_next(&l->sse, &ev)) != SSE_MORE) {
		if (step == SSE_BAD) {
			l->handler->failed(l->arg,
					   "an event is larger than 1 MiB");
			return false;
		}
		if (step == SSE_EVENT && !l->handler->event(l->arg, &ev))
			return false;
	}
	return true;
}

static void on_data(void *arg, struct dial *d, struct span bytes)
{
	struct lane *l = arg;
	struct fail f = FAIL_INIT;
	struct span piece;

	(void)d;
	while (l->reads) {
		switch (answer_next(&l->answer, &bytes, &piece, &f)) {
		case ANSWER_MORE:
			return;
		case ANSWER_HEAD:
			take_head(l);
			break;
		case ANSWER_DATA:
			if (!take_piece(l, piece))
				return;
			break;
		case ANSWER_WHOLE:
			l->handler->whole(l->arg);
			return;
		case ANSWER_BAD:
			l->handler->failed(l->arg, f.text);
			return;
		}
	}
}

/* The other side may close between two requests; the next one connects anew. */
static void on_end(void *arg, struct dial *d, enum stream_end end,
		   const char *text)
{
	struct lane *l = arg;

	(void)d;
	l->dial = NULL;
	if (!l->reads)
		return;
	if (answer_end(&l->answer, end) == END_CLEAN)
		l->handler->whole(l->arg);
	else
		l->handler->broken(l->arg, text);
}

static const struct dial_handler handler = { on_data, on_end };

/* ---- a request ---- */

static void on_clock(void *arg)
{
	struct lane *l = arg;

	l->handler->failed(l->arg, "no complete answer in time");
}

void lane_send(struct lane *l, const struct dial_to *to, struct span request,
	       tick_t patience)
{
	struct fail f = FAIL_INIT;

	l->is_events = false;
	l->reads = true;
	answer_init(&l->answer, "POST");
	sse_init(&l->sse, EVENT_LIMIT_BYTES);
	loop_timer_set(l->loop, &l->clock, loop_now() + patience, on_clock, l);
	if (l->dial)
		dial_send(l->dial, request);
	else if (dial_start(&l->dial, l->loop, to, request, UINT64_MAX,
			    &handler, l, &f) < 0)
		l->handler->failed(l->arg, f.text);
}
