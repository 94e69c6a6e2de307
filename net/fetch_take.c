/* What comes in, by the library or by a connection of our own, and for how long
 * nothing does. */
#include "net/fetch_private.h"

/* ---- the clock: until the head, then between bytes ---- */

static void on_clock(void *arg)
{
	struct fetch *ft = arg;
	uint32_t ms = ft->has_head ? ft->idle_ms : ft->head_ms;

	if (loop_now() < ft->last + ms * TICK_MS) {
		fetch_take_clock(ft);
		return;
	}
	if (ft->has_head)
		fetch_end_set(&ft->end, END_TIMEOUT,
			      "silence for %u ms in the answer's body", ms);
	else
		fetch_end_set(&ft->end, END_TIMEOUT, "no answer within %u ms",
			      ms);
	ft->done(ft, CURLE_OPERATION_TIMEDOUT);
}

/* `last` is the start of the request until the head has come. Bytes that come
 * in only move `last`; the timer compares it when it fires. */
void fetch_take_clock(struct fetch *ft)
{
	uint32_t ms = ft->has_head ? ft->idle_ms : ft->head_ms;

	if (ms == 0 || ft->paused)
		loop_timer_clear(ft->fetcher->loop, &ft->clock);
	else
		loop_timer_set(ft->fetcher->loop, &ft->clock,
			       ft->last + ms * TICK_MS, on_clock, ft);
}

/* ---- the answer ---- */

int fetch_take_more(struct fetch *ft, size_t bytes)
{
	ft->head_bytes += bytes;
	if (ft->head_bytes <= HTTP_HEAD_BYTES_LIMIT)
		return 0;
	fetch_end_set(&ft->end, END_BAD,
		      "the answer's head is larger than 256 KiB");
	return -1;
}

int fetch_take_read(struct fetch *ft)
{
	struct fail f = FAIL_INIT;

	http_head_clear(&ft->head);
	if (http_response_read(buf_span(&ft->raw_head), &ft->head, &f) < 0) {
		fetch_end_set(&ft->end, END_BAD, "%s",
			      f.code ? f.text : "the head is not HTTP");
		return -1;
	}
	buf_reset(&ft->raw_head);
	return 0;
}

bool fetch_take_is_final(const struct fetch *ft)
{
	/* RFC 9110, 15.2: after other 1xx heads the final one comes */
	return ft->head.status >= 200 || ft->head.status == 101;
}

int fetch_take_head(struct fetch *ft)
{
	ft->has_head = true;
	ft->last = loop_now();
	fetch_take_clock(ft);
	if (ft->handler->on_head)
		ft->handler->on_head(ft->arg, ft, &ft->head);
	return ft->cancelled ? -1 : 0;
}

static void give(struct fetch *ft, struct span bytes)
{
	ft->received += bytes.len;
	if (!ft->handler->on_data || bytes.len == 0)
		return;
	if (!ft->handler->on_data(ft->arg, ft, bytes) && !ft->cancelled) {
		ft->paused = true;
		fetch_take_clock(ft);
	}
}

int fetch_take_body(struct fetch *ft, struct span bytes)
{
	uint64_t left = ft->body_limit - ft->received;

	if (ft->body_limit == 0 || bytes.len <= left) {
		give(ft, bytes);
		return ft->cancelled ? -1 : 0;
	}
	give(ft, span_first(bytes, (size_t)left));
	fetch_end_set(&ft->end, END_BAD,
		      "the answer's body is larger than %llu bytes",
		      (unsigned long long)ft->body_limit);
	return -1;
}
