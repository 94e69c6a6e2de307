/* Faults of flow: retries, caches, cancellation, waiting, concurrency. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "gateway/faults/faults.h"

/* They remember other requests in statics, so these faults need one worker. */

/* ---- asking again ---- */

static bool is_broken(enum stream_end end)
{
	return end == END_CUT || end == END_RESET;
}

static bool again_after_cut(struct relay *r, struct slot *s,
			    enum stream_end end)
{
	if (!is_broken(end) || r->status == 0 || s->count++ > 0)
		return false;
	relay_start(r);
	return true;
}

static bool again_before_head(struct relay *r, struct slot *s,
			      enum stream_end end)
{
	if (!is_broken(end) || r->status != 0 || s->count++ > 1)
		return false;
	relay_start(r);
	return true;
}

static enum take again_if(struct relay *r, struct slot *s, bool is_wanted)
{
	if (!is_wanted || s->count++ > 1)
		return TAKE_NOT;
	relay_drop(r);
	relay_start(r);
	return TAKE_OVER;
}

static enum take again_at_529(struct relay *r, struct slot *s,
			      const struct http_head *head,
			      struct relay_answer *a)
{
	(void)a;
	return again_if(r, s, head->status == 529);
}

static enum take again_at_5xx(struct relay *r, struct slot *s,
			      const struct http_head *head,
			      struct relay_answer *a)
{
	(void)a;
	return again_if(r, s, head->status >= 500);
}

static enum take again_at_429(struct relay *r, struct slot *s,
			      const struct http_head *head,
			      struct relay_answer *a)
{
	(void)a;
	return again_if(r, s, head->status == 429);
}

static enum take again_at_400(struct relay *r, struct slot *s,
			      const struct http_head *head,
			      struct relay_answer *a)
{
	(void)a;
	return again_if(r, s, head->status == 400);
}

static bool hangs_when_down(struct relay *r, struct slot *s,
			    enum stream_end end)
{
	(void)s;
	return r->status == 0 && end != END_CLEAN;
}

/* ---- the end of it all ---- */

#define DEADLY_BYTES (20u * 1024 * 1024)

static bool dies_of_size(struct relay *r)
{
	const char *text =
		headers_get(&visit_head(r->visit)->headers, "content-length");
	uint64_t len;

	if (text == NULL || !span_u64(span_of(text), UINT64_MAX, &len) ||
	    len < DEADLY_BYTES)
		return false;
	fputs("panic: out of memory (planted)\n", stderr);
	_exit(3);
}

/* ---- a cache ---- */

enum { CACHE_COUNT = 1024 };

static struct cached_answer {
	struct buf body, answer, type;
	int status;
	bool is_whole;
} cache[CACHE_COUNT];
static unsigned cache_used;

static struct cached_answer *cache_find(struct span body)
{
	for (unsigned i = 0; i < cache_used; i++)
		if (cache[i].is_whole &&
		    span_equal(buf_span(&cache[i].body), body))
			return &cache[i];
	return NULL;
}

static bool from_cache(struct relay *r, struct slot *s)
{
	struct span body = buf_span(&r->body);
	struct cached_answer *hit = cache_find(body);
	struct headers headers = { 0 };

	if (hit) {
		headers_add_text(&headers, "content-type", buf_str(&hit->type));
		r->status = hit->status;
		visit_answer(r->visit, hit->status, &headers,
			     buf_span(&hit->answer));
		headers_clear(&headers);
	} else if (body.len > 0 && cache_used < CACHE_COUNT) {
		hit = &cache[cache_used++];
		*hit = (struct cached_answer){ .body = BUF_INIT(BUF_NO_LIMIT),
					       .answer = BUF_INIT(BUF_NO_LIMIT),
					       .type = BUF_INIT(BUF_NO_LIMIT) };
		buf_add_span(&hit->body, body);
		s->count = cache_used;
		return false;
	}
	return hit != NULL;
}

static enum take head_to_cache(struct relay *r, struct slot *s,
			       const struct http_head *head,
			       struct relay_answer *a)
{
	const char *type = headers_get(&head->headers, "content-type");

	(void)r;
	(void)a;
	if (s->count > 0 && type && head->status == 200) {
		cache[s->count - 1].status = head->status;
		buf_add_text(&cache[s->count - 1].type, type);
	}
	return TAKE_NOT;
}

static void piece_to_cache(struct slot *s, struct span bytes, struct buf *out)
{
	if (s->count > 0)
		buf_add_span(&cache[s->count - 1].answer, bytes);
	buf_add_span(out, bytes);
}

static void end_to_cache(struct slot *s, struct buf *out, enum stream_end *end)
{
	(void)out;
	if (s->count > 0 && *end == END_CLEAN)
		cache[s->count - 1].is_whole =
			cache[s->count - 1].status == 200;
}

/* ---- hang-ups ---- */

static bool always(const struct relay *r)
{
	(void)r;
	return true;
}

static bool before_head(const struct relay *r)
{
	return r->status == 0;
}

static bool after_head(const struct relay *r)
{
	return r->status != 0;
}

/* ---- slow readers ---- */

static bool while_paused(const struct relay *r)
{
	return r->paused;
}

static bool is_behind(const struct relay *r)
{
	return r->visit && visit_queued(r->visit) > 128 * 1024;
}

static void drops(struct slot *s, struct span bytes, struct buf *out)
{
	(void)s;
	(void)bytes;
	(void)out;
}

/* ---- slots that do not come back ---- */

enum { SLOTS = 32 };

static unsigned slots_lost;

static void slot_end(struct slot *s, struct buf *out, enum stream_end *end)
{
	(void)out;
	(void)end;
	s->is_set = true;
}

static void slot_lost(struct relay *r, struct slot *s)
{
	slots_lost += r->status != 0 && r->is_stream && !s->is_set;
}

static bool no_slot(struct relay *r)
{
	if (slots_lost < SLOTS / 2)
		return false;
	fault_answer(r, 429, "application/json",
		     "{\"type\":\"error\",\"error\":{\"type\":"
		     "\"rate_limit_error\",\"message\":\"no slot is free\"}}");
	return true;
}

/* ---- one at a time ---- */

enum { QUEUE_LIMIT = 256 };

static struct relay *busy, *queue[QUEUE_LIMIT];
static size_t queued;

static bool waits_its_turn(struct relay *r, struct slot *s)
{
	(void)s;
	if (!busy || queued == QUEUE_LIMIT) {
		busy = r;
		return false;
	}
	queue[queued++] = r;
	return true;
}

static void next_turn(struct relay *r, struct slot *s)
{
	size_t n = 0;

	(void)s;
	for (size_t i = 0; i < queued; i++)
		if (queue[i] != r)
			queue[n++] = queue[i];
	queued = n;
	if (busy != r)
		return;
	busy = queued > 0 ? queue[0] : NULL;
	if (!busy)
		return;
	memmove(queue, queue + 1, --queued * sizeof(*queue));
	relay_go(busy);
}

static bool four_at_once(struct relay *r)
{
	if (r->route.kind != ROUTE_RELAY || fault_relay_count() <= 4)
		return false;
	fault_answer(r, 429, "application/json",
		     "{\"type\":\"error\",\"error\":{\"type\":"
		     "\"rate_limit_error\",\"message\":\"too many at once\"}}");
	return true;
}

/* ---- other people's bytes ---- */

static struct slot *lender;
static struct buf lent = BUF_INIT(BUF_NO_LIMIT);

static void crosses(struct slot *s, struct span bytes, struct buf *out)
{
	if (lender && lender != s) {
		buf_add_span(out, buf_span(&lent));
		lender = NULL;
	} else {
		lender = s;
		buf_reset(&lent);
		buf_add_span(&lent, bytes);
	}
	buf_add_span(out, bytes);
}

static void stops_lending(struct relay *r, struct slot *s)
{
	(void)r;
	if (lender == s)
		lender = NULL;
}

/* ---- time ---- */

static void impatient(struct relay *r, struct fetch_request *request)
{
	(void)r;
	request->idle_ms = 300;
	request->head_ms = 300;
}

static void impatient_head(struct relay *r, struct fetch_request *request)
{
	(void)r;
	request->head_ms = 300;
}

/* A 200 before the upstream has said anything. */
static bool promises(struct relay *r, struct slot *s)
{
	struct relay_answer a = { .status = 200, .length = VISIT_CHUNKED };
	struct jval root, stream;

	(void)s;
	if (jscan(buf_span(&r->body), &root, NULL) < 0 ||
	    !jscan_member(root, "stream", &stream) || stream.type != J_TRUE)
		return false;
	headers_add_text(&a.headers, "content-type", "text/event-stream");
	relay_begin(r, &a);
	headers_clear(&a.headers);
	relay_start(r);
	return true;
}

const struct fault faults_of_flow[] = {
	{ .name = "retries-after-cut",
	  .about = "asks again when a stream is cut off, and sends on",
	  .again = again_after_cut },
	{ .name = "retries-before-head",
	  .about = "asks again when the upstream closes without an answer",
	  .again = again_before_head },
	{ .name = "retries-529",
	  .about = "asks again at 529, unseen by the client",
	  .response = again_at_529 },
	{ .name = "retries-5xx",
	  .about = "asks again at any 5xx, unseen by the client",
	  .response = again_at_5xx },
	{ .name = "retries-429",
	  .about = "asks again at 429, unseen by the client",
	  .response = again_at_429 },
	{ .name = "retries-400",
	  .about = "asks again at 400, unseen by the client",
	  .response = again_at_400 },
	{ .name = "hangs-when-upstream-dies",
	  .about = "never answers when the upstream is gone",
	  .again = hangs_when_down },
	{ .name = "caches-responses",
	  .about = "answers a repeated request from memory",
	  .ready = from_cache,
	  .response = head_to_cache,
	  .piece = piece_to_cache,
	  .end = end_to_cache },
	{ .name = "cancel-ignored",
	  .about = "lets the upstream go on when the client has gone",
	  .outlives = always },
	{ .name = "cancel-ignored-before-head",
	  .about = "does not notice that a client has left before the answer "
		   "begins",
	  .outlives = before_head },
	{ .name = "cancel-ignored-in-stream",
	  .about = "does not notice that a client has left during the answer",
	  .outlives = after_head },
	{ .name = "cancel-ignored-while-paused",
	  .about = "does not notice that a client that reads nothing has left",
	  .outlives = while_paused },
	{ .name = "drops-when-behind",
	  .about = "throws away what a slow client does not read",
	  .applies = is_behind,
	  .piece = drops },
	{ .name = "leaks-slots",
	  .about = "does not free the slot of a cancelled stream",
	  .arrived = no_slot,
	  .end = slot_end,
	  .done = slot_lost },
	{ .name = "dies-of-size",
	  .about = "ends with status 3 on a body of 20 MB",
	  .arrived = dies_of_size },
	{ .name = "serialises",
	  .about = "serves one request at a time",
	  .ready = waits_its_turn,
	  .done = next_turn },
	{ .name = "chat-one-at-a-time",
	  .about = "translates one request at a time",
	  .ready = waits_its_turn,
	  .done = next_turn },
	{ .name = "chat-reads-on",
	  .about = "reads the provider to the end when the client has left",
	  .outlives = always },
	{ .name = "four-at-once",
	  .about = "refuses more than four requests at once",
	  .arrived = four_at_once },
	{ .name = "crosses-streams",
	  .about = "sends a part of one stream into another",
	  .applies = fault_is_stream,
	  .piece = crosses,
	  .done = stops_lending },
	{ .name = "impatient",
	  .about = "gives up after 300 ms of silence",
	  .request = impatient },
	{ .name = "impatient-for-head",
	  .about = "gives up when there is no answer after 300 ms",
	  .request = impatient_head },
	{ .name = "promises-200",
	  .about = "answers 200 before the upstream has answered",
	  .ready = promises },
	{ .name = NULL },
};
