/*
 * Plays one reply on one visit. run() takes one small step after the other
 * until one has to wait. Then only a timer, play_release() or play_room() goes
 * on.
 */
#include "mockupstream/play.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

enum { BODY_PIECE_BYTES = 64 * 1024 };

static void run(struct play *p);

static void on_timer(void *arg)
{
	struct play *p = arg;

	assert(p->wait == PLAY_WAIT_TIME);
	p->wait = PLAY_NO_WAIT;
	run(p);
}

static void wait_until(struct play *p, tick_t at)
{
	p->wait = PLAY_WAIT_TIME;
	loop_timer_set(p->loop, &p->timer, at, on_timer, p);
}

static void wait_ms(struct play *p, uint32_t ms)
{
	if (ms)
		wait_until(p, loop_now() + ms * TICK_MS);
}

static void wait_hold(struct play *p, const char *hold)
{
	p->owner->on_mark(p->arg, hold);
	if (p->owner->is_released(p->arg, hold))
		return;
	p->hold = hold;
	p->wait = PLAY_WAIT_HOLD;
}

/* ---- the end ---- */

static void end_with(struct play *p, enum stream_end end)
{
	p->phase = PLAY_OVER;
	switch (end) {
	case END_CUT:
	case END_RESET:
		visit_cut(p->visit, end);
		break;
	case END_OPEN:
		p->wait = PLAY_WAIT_LEAVE;
		break;
	default:
		visit_finish(p->visit);
		break;
	}
}

/*
 * The end by which a client can see that the answer broke off. For HTTP/1.0
 * that is a reset: a body ends with the connection there (RFC 9112, 6.3), so a
 * FIN would be a clean end.
 */
static enum stream_end visible_cut(const struct play *p, enum stream_end end)
{
	return end == END_CUT && visit_head(p->visit)->minor == 0 ? END_RESET
								  : end;
}

static void end_reply(struct play *p)
{
	enum stream_end end = visible_cut(p, p->reply->end);

	/* Raw bytes have no framing of ours that could be completed. */
	if (p->reply->kind == REPLY_RAW && end == END_CLEAN)
		end = END_CUT;
	end_with(p, end);
}

/* ---- pieces ---- */

static void pend(struct play *p, struct span bytes,
		 const struct script_step *cuts)
{
	p->pending = bytes;
	p->pending_at = 0;
	p->cuts = cuts;
}

/* How long the next piece is: up to the next cut, slice or limit. */
static size_t piece_len(const struct play *p)
{
	const struct script_step *cuts = p->cuts;
	size_t len = p->pending.len;

	if (!cuts)
		return len < BODY_PIECE_BYTES ? len : BODY_PIECE_BYTES;
	if (cuts->slice && cuts->slice < len)
		len = cuts->slice;
	for (size_t i = 0; i < cuts->sizes_count; i++)
		if (cuts->sizes[i] > p->pending_at) {
			if (cuts->sizes[i] - p->pending_at < len)
				len = cuts->sizes[i] - p->pending_at;
			break;
		}
	return len;
}

static void tell_piece(struct play *p, struct span piece)
{
	size_t head = p->untold < piece.len ? p->untold : piece.len;

	p->untold -= head;
	if (head < piece.len)
		p->owner->on_data(p->arg, span_skip(piece, head));
}

static void send_piece(struct play *p)
{
	struct span piece = span_first(p->pending, piece_len(p));
	bool room;

	tell_piece(p, piece);
	if (p->reply->kind == REPLY_RAW)
		room = visit_raw(p->visit, piece.at, piece.len);
	else
		room = visit_send(p->visit, piece.at, piece.len);
	p->pending = span_skip(p->pending, piece.len);
	p->pending_at += piece.len;
	if (!room)
		p->wait = PLAY_WAIT_ROOM;
}

/* ---- the steps of a script ---- */

/* Queues the step's event once more, compressed if the stream is. */
static void send_event(struct play *p, const struct script_step *step)
{
	struct span bytes = step->bytes;

	if (p->coding) {
		buf_reset(&p->packed);
		/* The buffer needs no limit: the event has one. */
		coding_add(p->coding, bytes, &p->packed);
		bytes = buf_span(&p->packed);
	}
	pend(p, bytes, step);
	p->repeated++;
	p->pace_ms = step->ms;
	p->due = (p->due ? p->due : loop_now()) + step->ms * TICK_MS;
}

/*
 * Must the next event wait? Each event is due one pace after the one before was
 * due, so that late timers do not add up. An event that waited for something
 * else, or for longer than a pace, starts a new schedule.
 */
static bool is_paced(struct play *p)
{
	tick_t now = loop_now();

	if (p->pace_ms == 0) {
		p->due = 0;
		return false;
	}
	if (now < p->due) {
		p->was_early = true;
		wait_until(p, p->due);
		return true;
	}
	if (!p->was_early || now - p->due > p->pace_ms * TICK_MS)
		p->due = now;
	p->was_early = false;
	return false;
}

static void next_step(struct play *p)
{
	p->step++;
	p->repeated = 0;
	p->entered = false;
}

static void run_send(struct play *p, const struct script_step *step)
{
	if (p->repeated == step->repeat)
		next_step(p);
	else if (!is_paced(p))
		send_event(p, step);
}

/* Carries out a step. WAIT and HOLD begin once, and are over when they are
 * woken. */
static void run_step(struct play *p, const struct script_step *step)
{
	if (p->entered &&
	    (step->op == SCRIPT_WAIT || step->op == SCRIPT_HOLD)) {
		next_step(p);
		return;
	}
	p->entered = true;
	switch (step->op) {
	case SCRIPT_SEND:
		run_send(p, step);
		break;
	case SCRIPT_WAIT:
		wait_ms(p, step->ms);
		break;
	case SCRIPT_HOLD:
		wait_hold(p, step->name);
		break;
	case SCRIPT_MARK:
		p->owner->on_mark(p->arg, step->name);
		next_step(p);
		break;
	case SCRIPT_CUT_FIN:
		end_with(p, visible_cut(p, END_CUT));
		break;
	case SCRIPT_CUT_RST:
		end_with(p, END_RESET);
		break;
	case SCRIPT_STALL:
		end_with(p, END_OPEN);
		break;
	case SCRIPT_END:
		p->phase = PLAY_TAIL;
		break;
	}
}

/* ---- phases ---- */

static void send_head(struct play *p)
{
	const struct reply *r = p->reply;
	struct http_head head = { .status = r->status, .minor = 1 };
	uint64_t length = VISIT_CHUNKED;
	char reason[] = "";

	p->phase = PLAY_BODY;
	if (r->kind == REPLY_RAW || (r->kind == REPLY_NOTHING && !r->status))
		return;
	if (r->kind == REPLY_BODY && r->end == END_CLEAN)
		length = r->len;
	else if (r->kind == REPLY_NOTHING && r->end == END_CLEAN)
		length = 0;
	head.reason = reason; /* the server writes the reason */
	head.headers = p->headers;
	p->owner->on_head(p->arg, &head);
	visit_begin(p->visit, r->status, &p->headers, length);
}

/* Reports the head of a raw reply by on_head, if it begins with one. */
static void tell_raw_head(struct play *p)
{
	struct http_head head = { .method = NULL };
	long len = http_response_read(p->pending, &head, NULL);

	if (len < 0)
		return;
	p->untold = (size_t)len;
	p->owner->on_head(p->arg, &head);
	http_head_clear(&head);
}

static void begin_body(struct play *p)
{
	const struct reply *r = p->reply;

	if (r->kind == REPLY_STREAM && r->script->coding != CODING_NONE)
		p->coding = coding_new(r->script->coding);
	if (r->kind == REPLY_BODY || r->kind == REPLY_RAW)
		pend(p, span_make(r->bytes, r->len), NULL);
	if (r->kind == REPLY_RAW)
		tell_raw_head(p);
}

static void run_body(struct play *p)
{
	const struct script *s = p->reply->script;

	if (s && p->step < s->count)
		run_step(p, &s->steps[p->step]);
	else
		p->phase = PLAY_TAIL;
}

static void run_tail(struct play *p)
{
	/* A stream that is to be broken off gets no proper end. */
	if (p->coding && p->reply->end == END_CLEAN) {
		buf_reset(&p->packed);
		coding_finish(p->coding, &p->packed);
		coding_free(p->coding);
		p->coding = NULL;
		pend(p, buf_span(&p->packed), NULL);
		return;
	}
	end_reply(p);
}

/* Does HTTP give this answer no body? Then none may be reported as sent. */
static bool is_bodyless(const struct play *p)
{
	int status = p->reply->status;

	return p->reply->kind != REPLY_RAW &&
	       (strcmp(visit_head(p->visit)->method, "HEAD") == 0 ||
		status == 204 || status == 304);
}

static void run_phase(struct play *p)
{
	switch (p->phase) {
	case PLAY_BEGIN:
		p->phase = PLAY_DELAY;
		if (p->reply->hold)
			wait_hold(p, p->reply->hold);
		break;
	case PLAY_DELAY:
		p->phase = PLAY_HEAD;
		wait_ms(p, p->reply->delay_ms);
		break;
	case PLAY_HEAD:
		send_head(p);
		if (is_bodyless(p))
			p->phase = PLAY_TAIL;
		else
			begin_body(p);
		break;
	case PLAY_BODY:
		run_body(p);
		break;
	case PLAY_TAIL:
		run_tail(p);
		break;
	case PLAY_OVER:
		break;
	}
}

static void run(struct play *p)
{
	while (p->phase != PLAY_OVER && p->wait == PLAY_NO_WAIT) {
		if (p->pending.len)
			send_piece(p);
		else
			run_phase(p);
	}
}

void play_start(struct play *p, struct loop *l, struct visit *v,
		const struct reply *reply, struct headers *headers,
		const struct play_owner *owner, void *arg)
{
	*p = (struct play){ .loop = l,
			    .visit = v,
			    .reply = reply,
			    .owner = owner,
			    .arg = arg,
			    .headers = *headers,
			    .phase = PLAY_BEGIN,
			    .packed = BUF_INIT(BUF_NO_LIMIT) };
	*headers = (struct headers){ 0 };
	run(p);
}

void play_room(struct play *p)
{
	if (p->wait != PLAY_WAIT_ROOM)
		return;
	p->wait = PLAY_NO_WAIT;
	run(p);
}

void play_release(struct play *p)
{
	if (p->wait != PLAY_WAIT_HOLD ||
	    !p->owner->is_released(p->arg, p->hold))
		return;
	p->wait = PLAY_NO_WAIT;
	run(p);
}

void play_stop(struct play *p)
{
	if (p->loop)
		loop_timer_clear(p->loop, &p->timer);
	coding_free(p->coding);
	buf_clear(&p->packed);
	headers_clear(&p->headers);
	*p = (struct play){ .phase = PLAY_OVER };
}
