/* Subjects of an answer's content: events, and the message that they make. */
#include <stdlib.h>
#include <string.h>

#include "probe/look/grammar.h"
#include "probe/look/subject_private.h"
#include "wire/bytes/mem.h"

/* ---- events ---- */

static bool stream(const struct subject_asked *a, struct value *v)
{
	if (subject_asked_answer(a, v) == NULL)
		return false;
	if (!a->x->is_stream)
		value_absent(v, "the answer is not an event stream");
	return a->x->is_stream && subject_asked_body_reads(a, v);
}

void subject_get_events(const struct subject_asked *a, struct value *v)
{
	if (!stream(a, v))
		return;
	v->kind = VALUE_EVENTS;
	v->exchange = a->x;
}

void subject_get_event_count(const struct subject_asked *a, struct value *v)
{
	if (stream(a, v))
		value_number(v, view_event_count(a->x));
}

void subject_get_ping_count(const struct subject_asked *a, struct value *v)
{
	if (stream(a, v))
		value_number(v, a->x->ping_count);
}

void subject_get_comment_count(const struct subject_asked *a, struct value *v)
{
	if (stream(a, v))
		value_number(v, a->x->comment_count);
}

void subject_get_event_names(const struct subject_asked *a, struct value *v)
{
	if (!stream(a, v))
		return;
	v->kind = VALUE_LIST;
	v->list = xcalloc(a->x->event_count, sizeof(*v->list));
	for (size_t i = 0; i < a->x->event_count; i++) {
		const struct view_event *ev = &a->x->events[i];

		if (view_event_counts(ev))
			v->list[v->list_count++] =
				span_make(ev->name, ev->name_len);
	}
}

static const struct view_event *event_named(const struct exchange *x,
					    const char *name)
{
	for (size_t i = 0; i < x->event_count; i++)
		if (view_event_counts(&x->events[i]) &&
		    strcmp(x->events[i].name, name) == 0)
			return &x->events[i];
	return NULL;
}

void subject_get_event(const struct subject_asked *a, struct value *v)
{
	const struct view_event *ev;
	uint64_t n;

	if (!stream(a, v))
		return;
	if (strcmp(a->argument, "last") == 0) {
		size_t count = view_event_count(a->x);

		ev = count > 0 ? view_event(a->x, count - 1) : NULL;
	} else if (span_u64(span_of(a->argument), SIZE_MAX, &n)) {
		ev = view_event(a->x, (size_t)n);
	} else {
		ev = event_named(a->x, a->argument);
	}
	if (ev == NULL)
		value_absent(v, "there is no such event");
	else
		value_bytes(v, span_make(ev->data, ev->data_len));
}

void subject_get_grammar(const struct subject_asked *a, struct value *v)
{
	if (!stream(a, v))
		return;
	grammar_check(a->x, &v->own);
	value_own(v);
}

static bool has_event(const struct exchange *x, const char *name)
{
	return event_named(x, name) != NULL;
}

/* How an answer ended for its reader. A broken connection and an error event
 * are both honest ends; a stream that stops without either is not. */
void subject_get_outcome(const struct subject_asked *a, struct value *v)
{
	const struct exchange *x = a->x;
	const char *word = "complete";

	if (x->end == END_OPEN || x->end == END_TIMEOUT)
		word = "open";
	else if (has_event(x, "error") ||
		 (x->response != NULL && x->response->status >= 400))
		word = "error";
	else if (x->end != END_CLEAN || x->unreadable != NULL)
		word = "broken";
	else if (x->is_stream && !has_event(x, "message_stop"))
		word = "short";
	value_bytes(v, span_of(word));
}

/* ---- the message ---- */

static bool is_tool(const struct view_block *b)
{
	return strcmp(b->type, "tool_use") == 0 ||
	       strcmp(b->type, "server_tool_use") == 0 ||
	       strcmp(b->type, "mcp_tool_use") == 0;
}

static bool is_thinking(const struct view_block *b)
{
	return strcmp(b->type, "thinking") == 0;
}

static const struct view_block *block(const struct subject_asked *a,
				      bool (*is)(const struct view_block *b),
				      struct value *v)
{
	uint64_t n = 0;

	span_u64(span_of(a->argument), SIZE_MAX, &n);
	for (size_t i = 0; i < a->x->block_count; i++)
		if (is(&a->x->blocks[i]) && n-- == 0)
			return &a->x->blocks[i];
	value_absent(v, "the message has no such block");
	return NULL;
}

void subject_get_text(const struct subject_asked *a, struct value *v)
{
	bool any = false;

	for (size_t i = 0; i < a->x->block_count; i++) {
		const struct view_block *b = &a->x->blocks[i];

		if (strcmp(b->type, "text") != 0)
			continue;
		buf_add(&v->own, b->text, b->text_len);
		any = true;
	}
	if (any)
		value_own(v);
	else
		value_absent(v, "there is no message with text");
}

void subject_get_tool_input(const struct subject_asked *a, struct value *v)
{
	const struct view_block *b = block(a, is_tool, v);

	if (b != NULL)
		value_bytes(v, span_make(b->text, b->text_len));
}

void subject_get_tool_id(const struct subject_asked *a, struct value *v)
{
	const struct view_block *b = block(a, is_tool, v);

	if (b != NULL)
		value_bytes(v, span_of(b->id));
}

void subject_get_tool_name(const struct subject_asked *a, struct value *v)
{
	const struct view_block *b = block(a, is_tool, v);

	if (b != NULL)
		value_bytes(v, span_of(b->name));
}

void subject_get_thinking(const struct subject_asked *a, struct value *v)
{
	const struct view_block *b = block(a, is_thinking, v);

	if (b != NULL)
		value_bytes(v, span_make(b->text, b->text_len));
}

void subject_get_signature(const struct subject_asked *a, struct value *v)
{
	const struct view_block *b = block(a, is_thinking, v);

	if (b != NULL)
		value_bytes(v, span_of(b->signature));
}

void subject_get_finish(const struct subject_asked *a, struct value *v)
{
	if (a->x->stop_reason == NULL)
		value_absent(v, "there is no stop reason");
	else
		value_bytes(v, span_of(a->x->stop_reason));
}
