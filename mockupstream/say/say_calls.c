/* The deltas of calls in a chat completion: how they are split, and whether
 * those of several calls take turns. */
#include <stdlib.h>

#include "mockupstream/say/say_private.h"
#include "wire/bytes/mem.h"

/* A call whose deltas are being written. */
struct say_call {
	const struct say_part *part;
	size_t nth; /* its number in the answer */
	struct span rest; /* the rest of its input */
	size_t step;
	bool done;
};

/* Which members of a call a delta has. */
enum { HAS_ID = 1 << 0, HAS_NAME = 1 << 1, HAS_INPUT = 1 << 2 };

static void write_id(const struct say_chat *c, const struct say_part *p,
		     size_t nth, struct buf *to)
{
	buf_add_text(to, "\"id\":");
	if (p->other)
		jscan_quote(to, span_of(p->other));
	else
		buf_addf(to, "\"call_mock%012llu_%zu\"",
			 (unsigned long long)c->asked->number, nth);
	buf_add_text(to, ",\"type\":\"function\"");
}

static void write_function(const struct say_part *p, unsigned has,
			   struct span input, struct buf *to)
{
	buf_add_text(to, "\"function\":{");
	if (has & HAS_NAME) {
		buf_add_text(to, "\"name\":");
		jscan_quote(to, span_of(p->word));
	}
	if (has & HAS_INPUT) {
		buf_add_text(to, has & HAS_NAME ? ",\"arguments\":"
						: "\"arguments\":");
		jscan_quote(to, input);
	}
	buf_add_byte(to, '}');
}

/* One item of "tool_calls". */
static void write_item(const struct say_chat *c, const struct say_part *p,
		       size_t nth, unsigned has, bool index, struct span input,
		       struct buf *to)
{
	buf_add_byte(to, '{');
	if (index)
		buf_addf(to, "\"index\":%zu", nth);
	if (has & HAS_ID) {
		buf_add_text(to, index ? "," : "");
		write_id(c, p, nth, to);
	}
	if (has & (HAS_NAME | HAS_INPUT)) {
		buf_add_text(to, index || (has & HAS_ID) ? "," : "");
		write_function(p, has, input, to);
	}
	buf_add_byte(to, '}');
}

void say_calls_whole(const struct say_chat *c, const struct say_part *p,
		     size_t nth, bool index, struct buf *to)
{
	write_item(c, p, nth, HAS_ID | HAS_NAME | HAS_INPUT, index,
		   buf_span(&p->text), to);
}

static void write_delta(struct say_chat *c, const struct say_part *p,
			size_t nth, unsigned has, struct span input)
{
	struct buf members = BUF_INIT(BUF_NO_LIMIT);

	buf_add_text(&members, "\"tool_calls\":[");
	write_item(c, p, nth, has, !c->say->form.no_index, input, &members);
	buf_add_byte(&members, ']');
	say_chunk_delta(c, SAY_CHUNK_CALLS, &members);
	buf_clear(&members);
}

static struct span take(const struct say_chat *c, struct say_call *call)
{
	return say_piece(c->say, call->part->text.len, &call->rest);
}

/* Writes the next delta of a call. */
static void write_next(struct say_chat *c, struct say_call *call)
{
	const struct say_part *p = call->part;
	enum say_calls how = c->say->form.calls;
	size_t step = call->step++;

	if (how == SAY_CALLS_WHOLE) {
		write_delta(c, p, call->nth, HAS_ID | HAS_NAME | HAS_INPUT,
			    buf_span(&p->text));
		call->rest = SPAN_EMPTY;
	} else if (how == SAY_CALLS_REPEATED) {
		write_delta(c, p, call->nth, HAS_ID | HAS_NAME | HAS_INPUT,
			    take(c, call));
	} else if (how == SAY_CALLS_APART && step < 2) {
		write_delta(c, p, call->nth, step == 0 ? HAS_ID : HAS_NAME,
			    SPAN_EMPTY);
	} else if (step == 0) {
		write_delta(c, p, call->nth, HAS_ID | HAS_NAME | HAS_INPUT,
			    SPAN_EMPTY);
	} else {
		write_delta(c, p, call->nth, HAS_INPUT, take(c, call));
	}
	call->done = call->rest.len == 0 &&
		     (how != SAY_CALLS_APART || call->step >= 2);
}

static void write_together(struct say_chat *c, const struct say_call *calls,
			   size_t count)
{
	struct buf members = BUF_INIT(BUF_NO_LIMIT);

	buf_add_text(&members, "\"tool_calls\":[");
	for (size_t i = 0; i < count; i++) {
		if (i > 0)
			buf_add_byte(&members, ',');
		say_calls_whole(c, calls[i].part, calls[i].nth,
				!c->say->form.no_index, &members);
	}
	buf_add_byte(&members, ']');
	say_chunk_delta(c, SAY_CHUNK_CALLS, &members);
	buf_clear(&members);
}

static void write_turns(struct say_chat *c, struct say_call *calls,
			size_t count)
{
	size_t open = count;

	while (open > 0)
		for (size_t i = 0; i < count; i++) {
			if (calls[i].done)
				continue;
			write_next(c, &calls[i]);
			open -= calls[i].done;
		}
}

/* How many calls follow one another from part i on. */
static size_t count_run(const struct say *s, size_t i)
{
	size_t count = 0;

	while (i + count < s->count && s->parts[i + count].kind == SAY_CALL)
		count++;
	return count;
}

size_t say_calls_write(struct say_chat *c, size_t i, size_t nth)
{
	const struct say_form *form = &c->say->form;
	size_t count = count_run(c->say, i);
	struct say_call *calls = xcalloc(count, sizeof(*calls));

	for (size_t k = 0; k < count; k++) {
		calls[k].part = &c->say->parts[i + k];
		calls[k].nth = nth + k;
		calls[k].rest = buf_span(&calls[k].part->text);
	}
	if (form->calls == SAY_CALLS_TOGETHER)
		write_together(c, calls, count);
	else if (form->interleaved)
		write_turns(c, calls, count);
	else
		for (size_t k = 0; k < count; k++)
			write_turns(c, &calls[k], 1);
	free(calls);
	return count;
}

void say_calls_more(struct say_chat *c, const struct say_part *p, size_t nth)
{
	struct span rest = buf_span(&p->text);

	while (rest.len > 0)
		write_delta(c, p, nth, HAS_INPUT,
			    say_piece(c->say, p->text.len, &rest));
}
