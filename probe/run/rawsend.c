/* Sends a request as raw bytes and reads the answer and what follows it. */
#include "probe/run/rawsend.h"

#include <stdlib.h>

#include "wire/bytes/mem.h"
#include "wire/http/answer.h"

/* If the bytes hid a second request, its answer follows the first one. That
 * none follows can only be said after some time. */
#define LINGER_MS 250

struct rawsend {
	struct loop *loop;
	struct dial *dial;
	struct answer answer;
	struct buf next; /* to be sent when the answer is whole */
	struct answer second; /* the answer to `next` */
	bool is_second;
	struct loop_timer linger;
	bool ended; /* the dial has ended and must not be cancelled */
	const struct rawsend_handler *handler;
	void *arg;
};

static void rawsend_free(struct rawsend *s)
{
	loop_timer_clear(s->loop, &s->linger);
	answer_clear(&s->answer);
	answer_clear(&s->second);
	buf_clear(&s->next);
	free(s);
}

enum end_stage rawsend_stage(const struct rawsend *s)
{
	enum end_stage stage = dial_stage(s->dial);

	return stage == STAGE_HEAD && s->answer.state != ANSWER_IN_HEAD
		       ? STAGE_BODY
		       : stage;
}

/* Ends it: cancels the dial if it has not ended. */
static void rawsend_end(struct rawsend *s, enum stream_end end,
			const char *text)
{
	enum end_stage stage = rawsend_stage(s);

	if (!s->ended)
		dial_cancel(s->dial);
	s->handler->on_end(s->arg, end, stage, text);
	rawsend_free(s);
}

static void on_linger(void *arg)
{
	struct rawsend *s = arg;

	rawsend_end(s, END_CLEAN, "");
}

static void wait_for_more(struct rawsend *s, struct span extra)
{
	if (s->linger.slot == 0)
		loop_timer_set(s->loop, &s->linger,
			       loop_now() + LINGER_MS * TICK_MS, on_linger, s);
	if (extra.len > 0)
		s->handler->on_extra(s->arg, extra);
}

static void on_second(struct rawsend *s, struct span bytes)
{
	struct fail f = FAIL_INIT;
	enum answer_step step;
	struct span piece;

	if (bytes.len > 0)
		s->handler->on_extra(s->arg, bytes);
	do
		step = answer_next(&s->second, &bytes, &piece, &f);
	while (step == ANSWER_HEAD || step == ANSWER_DATA);
	if (step == ANSWER_MORE)
		return;
	rawsend_end(s, END_CLEAN, "");
}

static void on_whole(struct rawsend *s, struct dial *d, struct span rest)
{
	if (s->next.len == 0) {
		wait_for_more(s, rest);
		return;
	}
	s->is_second = true;
	dial_send(d, buf_span(&s->next));
	on_second(s, rest);
}

static void on_data(void *arg, struct dial *d, struct span bytes)
{
	struct rawsend *s = arg;
	struct fail f = FAIL_INIT;
	struct span piece;

	if (s->is_second) {
		on_second(s, bytes);
		return;
	}
	for (;;) {
		switch (answer_next(&s->answer, &bytes, &piece, &f)) {
		case ANSWER_MORE:
			return;
		case ANSWER_HEAD:
			s->handler->on_head(s->arg, &s->answer.head);
			break;
		case ANSWER_DATA:
			s->handler->on_data(s->arg, piece);
			break;
		case ANSWER_WHOLE:
			on_whole(s, d, bytes);
			return;
		case ANSWER_BAD:
			rawsend_end(s, END_BAD, f.text);
			return;
		}
	}
}

static void on_end(void *arg, struct dial *d, enum stream_end end,
		   const char *text)
{
	struct rawsend *s = arg;

	(void)d;
	s->ended = true;
	end = answer_end(&s->answer, end);
	rawsend_end(s, end, end == END_CLEAN ? "" : text);
}

static const struct dial_handler dial_handler = { on_data, on_end };

int rawsend_start(struct rawsend **out, struct loop *l,
		  const struct dial_to *to, struct span bytes, struct span next,
		  uint64_t limit, const struct rawsend_handler *handler,
		  void *arg, struct fail *f)
{
	struct rawsend *s = xcalloc(1, sizeof(*s));

	s->loop = l;
	s->handler = handler;
	s->arg = arg;
	/* The method counts for the answer's length only if it is HEAD. */
	answer_init(&s->answer, span_starts(bytes, "HEAD ") ? "HEAD" : "");
	answer_init(&s->second, "");
	buf_init(&s->next, BUF_NO_LIMIT);
	buf_add_span(&s->next, next);
	if (dial_start(&s->dial, l, to, bytes, limit, &dial_handler, s, f) <
	    0) {
		rawsend_free(s);
		return -1;
	}
	*out = s;
	return 0;
}

void rawsend_cancel(struct rawsend *s)
{
	dial_cancel(s->dial);
	rawsend_free(s);
}
