/* A say as a response, in events or whole. */
#include <stdlib.h>
#include <string.h>

#include "mockupstream/say/say_private.h"
#include "wire/bytes/mem.h"

#define OBFUSCATION "kQ7vXe2mZt9aLw4r"

struct say_events {
	struct say_items items;
	struct buf *to;
	uint64_t sequence;
	bool begun, stopped, over;
	size_t closed, opened; /* items; those between the two are open */
	/* The open part of the newest item. */
	enum say_kind part; /* SAY_USAGE: none is open */
	size_t part_index;
	struct buf text; /* the part's text so far */
};

/* ---- events ---- */

static void event_begin(struct say_events *s, const char *name)
{
	buf_addf(s->to,
		 "event: %s\ndata: {\"type\":\"%s\",\"sequence_number\":%llu",
		 name, name, (unsigned long long)s->sequence++);
}

static void event_end(struct say_events *s)
{
	buf_add_text(s->to, "}\n\n");
}

static void response_event(struct say_events *s, const char *name,
			   enum say_response_stage stage,
			   const struct say_part *error)
{
	event_begin(s, name);
	buf_add_text(s->to, ",\"response\":");
	say_response_write(&s->items, s->opened, stage, error, s->to);
	event_end(s);
}

static void begin(struct say_events *s)
{
	if (s->begun)
		return;
	s->begun = true;
	response_event(s, "response.created", SAY_RESPONSE_BEGUN, NULL);
	response_event(s, "response.in_progress", SAY_RESPONSE_BEGUN, NULL);
}

/* Begins an event of the n-th item. */
static void item_begin(struct say_events *s, const char *name, size_t n)
{
	event_begin(s, name);
	buf_addf(s->to, ",\"output_index\":%zu,\"item_id\":", n);
	say_items_id(&s->items, n, s->to);
}

/* ---- parts of an item ---- */

/* The events of each kind of part; "" if it has none. */
static const struct part_events {
	const char *index, *added, *delta, *text_done, *done;
	const char *key; /* the member with the text when it is done */
} part_rows[] = {
	{ "summary_index", "response.reasoning_summary_part.added",
	  "response.reasoning_summary_text.delta",
	  "response.reasoning_summary_text.done",
	  "response.reasoning_summary_part.done", "text" },
	{ "content_index", "response.content_part.added",
	  "response.reasoning_text.delta", "response.reasoning_text.done",
	  "response.content_part.done", "text" },
	{ "content_index", "response.content_part.added",
	  "response.output_text.delta", "response.output_text.done",
	  "response.content_part.done", "text" },
	{ "content_index", "response.content_part.added",
	  "response.refusal.delta", "response.refusal.done",
	  "response.content_part.done", "refusal" },
};

static const struct part_events *events_of(const struct say_events *s)
{
	if (s->part == SAY_THINKING)
		return &part_rows[s->items.say->form.thinking ==
				  SAY_THOUGHTS_REASONING];
	return &part_rows[s->part == SAY_TEXT ? 2 : 3];
}

static void part_begin(struct say_events *s, const char *name)
{
	item_begin(s, name, s->opened - 1);
	buf_addf(s->to, ",\"%s\":%zu", events_of(s)->index, s->part_index);
}

static void part_whole(struct say_events *s, const char *name)
{
	part_begin(s, name);
	buf_add_text(s->to, ",\"part\":");
	say_items_part(s->items.say, s->part, buf_span(&s->text), s->to);
	event_end(s);
}

/* Padding, so that the length of a delta does not reveal its text. */
static void write_obfuscation(struct say_events *s, size_t len)
{
	struct jval options = jscan_get(s->items.asked->root, "stream_options");

	if (jscan_get(options, "include_obfuscation").type == J_FALSE)
		return;
	buf_addf(s->to, ",\"obfuscation\":\"%s\"", &OBFUSCATION[len % 16]);
}

static void delta_end(struct say_events *s, struct span piece)
{
	buf_add_text(s->to, ",\"delta\":");
	jscan_quote(s->to, piece);
	if (s->part == SAY_TEXT)
		buf_add_text(s->to, ",\"logprobs\":[]");
	write_obfuscation(s, piece.len);
	event_end(s);
}

static void close_part(struct say_events *s)
{
	const struct part_events *events;

	if (s->part == SAY_USAGE)
		return;
	events = events_of(s);
	part_begin(s, events->text_done);
	buf_addf(s->to, ",\"%s\":", events->key);
	jscan_quote(s->to, buf_span(&s->text));
	if (s->part == SAY_TEXT)
		buf_add_text(s->to, ",\"logprobs\":[]");
	event_end(s);
	part_whole(s, events->done);
	buf_reset(&s->text);
	s->part = SAY_USAGE;
	s->part_index++;
}

static void open_part(struct say_events *s, enum say_kind kind)
{
	close_part(s);
	s->part = kind;
	part_whole(s, events_of(s)->added);
}

/* ---- items ---- */

static void open_item(struct say_events *s)
{
	begin(s);
	event_begin(s, "response.output_item.added");
	buf_addf(s->to, ",\"output_index\":%zu,\"item\":", s->opened);
	say_items_begun(&s->items, s->opened, s->to);
	event_end(s);
	s->opened++;
	s->part_index = 0;
}

static void close_call(struct say_events *s, size_t n)
{
	struct buf input = BUF_INIT(BUF_NO_LIMIT);

	if (s->items.say->form.calls == SAY_CALLS_ITEM)
		return;
	say_items_input(&s->items, n, &input);
	item_begin(s, "response.function_call_arguments.done", n);
	buf_add_text(s->to, ",\"arguments\":");
	jscan_quote(s->to, buf_span(&input));
	event_end(s);
	buf_clear(&input);
}

/* An incomplete answer ends in its last item. */
static bool is_cut(const struct say_events *s, size_t n)
{
	const char *status = say_response_status(s->items.say);

	return n + 1 == s->items.count && status &&
	       strcmp(status, "incomplete") == 0;
}

static void close_items(struct say_events *s)
{
	close_part(s);
	for (; s->closed < s->opened; s->closed++) {
		if (s->items.list[s->closed].kind == SAY_CALL)
			close_call(s, s->closed);
		event_begin(s, "response.output_item.done");
		buf_addf(s->to, ",\"output_index\":%zu,\"item\":", s->closed);
		say_items_write(&s->items, s->closed, is_cut(s, s->closed),
				s->to);
		event_end(s);
	}
}

/* ---- texts ---- */

static void write_text(struct say_events *s, size_t i)
{
	const struct say_part *p = &s->items.say->parts[i];
	struct span rest = buf_span(&p->text);
	bool first = s->opened == 0 || i >= s->items.list[s->opened - 1].end;

	if (first) {
		close_items(s);
		open_item(s);
	}
	if (p->kind == SAY_THINKING && rest.len == 0)
		return;
	if (p->kind != s->part || p->kind == SAY_THINKING)
		open_part(s, p->kind);
	while (rest.len > 0) {
		struct span piece = say_piece(s->items.say, p->text.len, &rest);

		part_begin(s, events_of(s)->delta);
		delta_end(s, piece);
		buf_add_span(&s->text, piece);
	}
}

/* ---- calls ---- */

static bool has_deltas(const struct say_events *s)
{
	enum say_calls how = s->items.say->form.calls;

	return how != SAY_CALLS_ADDED && how != SAY_CALLS_DONE &&
	       how != SAY_CALLS_ITEM;
}

/* Writes the next delta of the n-th item and takes it off the rest. */
static void write_piece(struct say_events *s, size_t n, size_t whole,
			struct span *rest)
{
	struct span piece = *rest;

	if (s->items.say->form.calls == SAY_CALLS_WHOLE)
		*rest = SPAN_EMPTY;
	else
		piece = say_piece(s->items.say, whole, rest);
	item_begin(s, "response.function_call_arguments.delta", n);
	delta_end(s, piece);
}

/* Writes the input in this part, for the n-th item. */
static void write_input(struct say_events *s, size_t n,
			const struct say_part *p)
{
	struct span rest = buf_span(&p->text);

	while (has_deltas(s) && rest.len > 0)
		write_piece(s, n, p->text.len, &rest);
}

/* The part that the n-th item begins with. */
static const struct say_part *first_of(const struct say_events *s, size_t n)
{
	return &s->items.say->parts[s->items.list[n].first];
}

/* Writes the inputs of the open calls in turns. */
static void write_turns(struct say_events *s)
{
	size_t count = s->opened - s->closed, open = count;
	struct span *rest = xcalloc(count, sizeof(*rest));

	for (size_t k = 0; k < count; k++)
		rest[k] = buf_span(&first_of(s, s->closed + k)->text);
	while (open > 0) {
		open = 0;
		for (size_t k = 0; k < count; k++) {
			size_t n = s->closed + k;

			if (rest[k].len > 0)
				write_piece(s, n, first_of(s, n)->text.len,
					    &rest[k]);
			open += rest[k].len > 0;
		}
	}
	free(rest);
}

/* How many calls follow one another from part i on. */
static size_t count_run(const struct say *s, size_t i)
{
	size_t count = 0;

	while (i + count < s->count && s->parts[i + count].kind == SAY_CALL)
		count++;
	return count;
}

/* Returns how many parts were written. */
static size_t write_calls(struct say_events *s, size_t i)
{
	const struct say *say = s->items.say;
	bool turns = say->form.interleaved,
	     together = say->form.calls == SAY_CALLS_TOGETHER;
	size_t count = turns || together ? count_run(say, i) : 1;

	close_items(s);
	for (size_t k = 0; k < count; k++)
		open_item(s);
	if (turns && has_deltas(s)) {
		write_turns(s);
		return count;
	}
	for (size_t k = 0; k < count; k++)
		write_input(s, s->closed + k, &say->parts[i + k]);
	return count;
}

/* ---- how it ends ---- */

static void stop(struct say_events *s)
{
	if (s->stopped)
		return;
	begin(s);
	s->stopped = true;
	close_items(s);
}

/* A status without an event of its own is sent with response.completed. */
static void write_end(struct say_events *s)
{
	static const char *const events[][2] = {
		{ "incomplete", "response.incomplete" },
		{ "failed", "response.failed" },
		{ "cancelled", "response.cancelled" },
	};
	const char *status = say_response_status(s->items.say);
	const char *name = "response.completed";

	for (size_t i = 0; i < sizeof(events) / sizeof(events[0]); i++)
		if (status && strcmp(status, events[i][0]) == 0)
			name = events[i][1];
	response_event(s, name, SAY_RESPONSE_OVER, NULL);
}

static void write_error_event(struct say_events *s, const struct say_part *p,
			      bool nested)
{
	event_begin(s, "error");
	buf_add_text(s->to, nested ? ",\"error\":" : ",");
	say_error_openai(p, FORMAT_RESPONSES, !nested, s->to);
	event_end(s);
}

static void write_error(struct say_events *s, const struct say_part *p)
{
	enum say_failure how = s->items.say->form.failure;

	if (how != SAY_FAILURE_EVENT && how != SAY_FAILURE_NESTED)
		begin(s);
	if (how != SAY_FAILURE_FAILED)
		write_error_event(s, p, how != SAY_FAILURE_EVENT);
	if (how == SAY_FAILURE_FAILED || how == SAY_FAILURE_BOTH)
		response_event(s, "response.failed", SAY_RESPONSE_FAILED, p);
}

/* ---- all of it ---- */

/* Returns how many parts were written. */
static size_t write_part(struct say_events *s, size_t i)
{
	const struct say_part *p = &s->items.say->parts[i];

	s->over = p->kind == SAY_ERROR || p->kind == SAY_CUT;
	switch (p->kind) {
	case SAY_THINKING:
	case SAY_TEXT:
	case SAY_REFUSAL:
		write_text(s, i);
		break;
	case SAY_CALL:
		return write_calls(s, i);
	case SAY_INPUT:
		write_input(s, s->opened - 1, p);
		break;
	case SAY_STOP:
		stop(s);
		break;
	case SAY_ERROR:
		write_error(s, p);
		break;
	default:
		say_step(p, s->to);
		break;
	}
	return 1;
}

void say_responses_stream(const struct say *say, const struct say_asked *asked,
			  struct buf *to)
{
	struct say_events s = { .to = to,
				.part = SAY_USAGE,
				.text = BUF_INIT(BUF_NO_LIMIT) };

	say_items_init(&s.items, say, asked);
	for (size_t i = 0; i < say->count;)
		i += write_part(&s, i);
	if (!s.over) {
		stop(&s);
		write_end(&s);
		if (say->form.done)
			buf_add_text(to, "data: [DONE]\n\n");
	}
	say_items_clear(&s.items);
	buf_clear(&s.text);
}

/* An error that is not sent as a status is in the response. */
static const struct say_part *error_of(const struct say *s)
{
	const struct say_part *last =
		s->count > 0 ? &s->parts[s->count - 1] : NULL;

	return last && last->kind == SAY_ERROR ? last : NULL;
}

void say_responses_whole(const struct say *s, const struct say_asked *asked,
			 struct buf *to)
{
	const struct say_part *error = error_of(s);
	struct say_items items;

	say_items_init(&items, s, asked);
	say_response_write(&items, items.count,
			   error ? SAY_RESPONSE_FAILED : SAY_RESPONSE_OVER,
			   error, to);
	say_items_clear(&items);
}
