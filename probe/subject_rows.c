/* The table of subjects, and how each finds its value. */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "probe/grammar.h"
#include "probe/secrets.h"
#include "probe/subject_private.h"
#include "wire/mem.h"

void value_absent(struct value *v, const char *why)
{
	v->kind = VALUE_ABSENT;
	v->absent = why;
}

static void put_bytes(struct value *v, struct span bytes)
{
	v->kind = VALUE_BYTES;
	v->bytes = bytes;
}

static void put_number(struct value *v, size_t number)
{
	v->kind = VALUE_NUMBER;
	v->number = (double)number;
}

static void put_own(struct value *v)
{
	put_bytes(v, buf_span(&v->own));
}

/* ---- heads ---- */

static const struct wlog_entry *answer(const struct asked *a, struct value *v)
{
	if (a->x->response == NULL)
		value_absent(v, "there was no answer");
	return a->x->response;
}

static const struct wlog_entry *request(const struct asked *a, struct value *v)
{
	if (a->x->request == NULL)
		value_absent(v, "the request was not seen");
	return a->x->request;
}

static void get_status(const struct asked *a, struct value *v)
{
	const struct wlog_entry *e = answer(a, v);

	if (e != NULL)
		put_number(v, (size_t)e->status);
}

static void get_reason(const struct asked *a, struct value *v)
{
	const struct wlog_entry *e = answer(a, v);

	if (e != NULL)
		put_bytes(v, span_of(e->reason));
}

static void add_field(const struct asked *a, const struct header *h,
		      struct buf *out)
{
	if (a->blot)
		secrets_header(h->name, h->value, out);
	else
		buf_add_text(out, h->value);
}

static void header_of(const struct asked *a, const struct wlog_entry *e,
		      struct value *v)
{
	bool any = false;

	if (e == NULL)
		return;
	for (size_t i = 0; i < e->headers.count; i++) {
		const struct header *h = &e->headers.list[i];

		if (strcasecmp(h->name, a->argument) != 0)
			continue;
		if (any)
			buf_add_text(&v->own, ", ");
		add_field(a, h, &v->own);
		any = true;
	}
	if (any)
		put_own(v);
	else
		value_absent(v, "there is no such header");
}

static void get_header(const struct asked *a, struct value *v)
{
	header_of(a, answer(a, v), v);
}

static void get_request_header(const struct asked *a, struct value *v)
{
	header_of(a, request(a, v), v);
}

static void get_header_count(const struct asked *a, struct value *v)
{
	const struct wlog_entry *e = answer(a, v);

	if (e != NULL)
		put_number(v, headers_count(&e->headers, a->argument));
}

static void get_request_header_count(const struct asked *a, struct value *v)
{
	const struct wlog_entry *e = request(a, v);

	if (e != NULL)
		put_number(v, headers_count(&e->headers, a->argument));
}

static void add_fields(const struct asked *a, const struct wlog_entry *e,
		       struct value *v)
{
	for (size_t i = 0; i < e->headers.count; i++) {
		buf_addf(&v->own, "%s: ", e->headers.list[i].name);
		add_field(a, &e->headers.list[i], &v->own);
		buf_add_text(&v->own, "\r\n");
	}
	put_own(v);
}

static void get_head(const struct asked *a, struct value *v)
{
	const struct wlog_entry *e = answer(a, v);

	if (e == NULL)
		return;
	buf_addf(&v->own, "HTTP/1.%d %d %s\r\n", e->minor, e->status,
		 e->reason != NULL ? e->reason : "");
	add_fields(a, e, v);
}

static void get_request_head(const struct asked *a, struct value *v)
{
	const struct wlog_entry *e = request(a, v);

	if (e == NULL)
		return;
	buf_addf(&v->own, "%s %s HTTP/1.%d\r\n",
		 e->method != NULL ? e->method : "",
		 e->target != NULL ? e->target : "", e->minor);
	add_fields(a, e, v);
}

static void get_method(const struct asked *a, struct value *v)
{
	const struct wlog_entry *e = request(a, v);

	if (e != NULL)
		put_bytes(v, span_of(e->method));
}

static void get_target(const struct asked *a, struct value *v)
{
	const struct wlog_entry *e = request(a, v);

	if (e != NULL)
		put_bytes(v, span_of(e->target));
}

static void get_path(const struct asked *a, struct value *v)
{
	get_target(a, v);
	if (v->kind == VALUE_BYTES)
		v->bytes = span_first(v->bytes, span_find_byte(v->bytes, '?'));
}

static void get_query(const struct asked *a, struct value *v)
{
	size_t at;

	get_target(a, v);
	if (v->kind != VALUE_BYTES)
		return;
	at = span_find_byte(v->bytes, '?');
	if (at == SIZE_MAX)
		value_absent(v, "the target has no query");
	else
		v->bytes = span_skip(v->bytes, at + 1);
}

/* ---- bodies and the end ---- */

/* What the reader of the answer gets: a content coding is undone. */
static bool readable(const struct asked *a, struct value *v)
{
	if (a->x->unreadable != NULL)
		value_absent(v, a->x->unreadable);
	return a->x->unreadable == NULL;
}

static void get_body(const struct asked *a, struct value *v)
{
	if ((answer(a, v) != NULL || a->x->pieces > 0) && readable(a, v)) {
		put_bytes(v, a->x->content);
		v->is_body = true;
	}
}

static void get_body_length(const struct asked *a, struct value *v)
{
	if (answer(a, v) != NULL || a->x->pieces > 0)
		put_number(v, a->x->body.len);
}

static void get_extra(const struct asked *a, struct value *v)
{
	put_bytes(v, buf_span(&a->x->extra));
}

static void get_request_body(const struct asked *a, struct value *v)
{
	if (request(a, v) == NULL)
		return;
	put_bytes(v, a->x->request_body);
	v->is_body = true;
}

static void get_request_body_length(const struct asked *a, struct value *v)
{
	if (request(a, v) != NULL)
		put_number(v, a->x->request_body.len);
}

static void get_end(const struct asked *a, struct value *v)
{
	put_bytes(v, span_of(end_name(a->x->end)));
}

/* ---- events ---- */

static bool stream(const struct asked *a, struct value *v)
{
	if (answer(a, v) == NULL)
		return false;
	if (!a->x->is_stream)
		value_absent(v, "the answer is no event stream");
	return a->x->is_stream && readable(a, v);
}

static void get_events(const struct asked *a, struct value *v)
{
	if (!stream(a, v))
		return;
	v->kind = VALUE_EVENTS;
	v->exchange = a->x;
}

static void get_event_count(const struct asked *a, struct value *v)
{
	if (stream(a, v))
		put_number(v, view_event_count(a->x));
}

static void get_ping_count(const struct asked *a, struct value *v)
{
	if (stream(a, v))
		put_number(v, a->x->ping_count);
}

static void get_comment_count(const struct asked *a, struct value *v)
{
	if (stream(a, v))
		put_number(v, a->x->comment_count);
}

static void get_event_names(const struct asked *a, struct value *v)
{
	if (!stream(a, v))
		return;
	v->kind = VALUE_LIST;
	v->list = xcalloc(a->x->event_count + 1, sizeof(*v->list));
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

static void get_event(const struct asked *a, struct value *v)
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
		put_bytes(v, span_make(ev->data, ev->data_len));
}

static void get_grammar(const struct asked *a, struct value *v)
{
	if (!stream(a, v))
		return;
	grammar_check(a->x, &v->own);
	put_own(v);
}

static bool has_event(const struct exchange *x, const char *name)
{
	return event_named(x, name) != NULL;
}

/* How an answer ended for its reader: a broken connection and an error event
 * are both honest ends, a stream that stops short without either is not. */
static void get_outcome(const struct asked *a, struct value *v)
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
	put_bytes(v, span_of(word));
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

static const struct view_block *block(const struct asked *a,
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

static void get_text(const struct asked *a, struct value *v)
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
		put_own(v);
	else
		value_absent(v, "there is no message with text");
}

static void get_tool_input(const struct asked *a, struct value *v)
{
	const struct view_block *b = block(a, is_tool, v);

	if (b != NULL)
		put_bytes(v, span_make(b->text, b->text_len));
}

static void get_tool_id(const struct asked *a, struct value *v)
{
	const struct view_block *b = block(a, is_tool, v);

	if (b != NULL)
		put_bytes(v, span_of(b->id));
}

static void get_tool_name(const struct asked *a, struct value *v)
{
	const struct view_block *b = block(a, is_tool, v);

	if (b != NULL)
		put_bytes(v, span_of(b->name));
}

static void get_thinking(const struct asked *a, struct value *v)
{
	const struct view_block *b = block(a, is_thinking, v);

	if (b != NULL)
		put_bytes(v, span_make(b->text, b->text_len));
}

static void get_signature(const struct asked *a, struct value *v)
{
	const struct view_block *b = block(a, is_thinking, v);

	if (b != NULL)
		put_bytes(v, span_of(b->signature));
}

static void get_finish(const struct asked *a, struct value *v)
{
	if (a->x->stop_reason == NULL)
		value_absent(v, "there is no stop reason");
	else
		put_bytes(v, span_of(a->x->stop_reason));
}

/* ---- of the actor ---- */

static void get_request_count(const struct asked *a, struct value *v)
{
	put_number(v, view_count(a->view, a->actor));
}

static void get_mark(const struct asked *a, struct value *v)
{
	tick_t at = view_mark(a->view, a->actor, a->argument);

	if (at == TICK_NEVER)
		value_absent(v, "the mock did not get there");
	else
		put_number(v, (size_t)(at / TICK_MS));
}

/* Longer words stand before the shorter ones they begin with. */
const struct subject_row subject_rows[] = {
	{ "status", TAKES_NOTHING, false, get_status, ".status",
	  "status of the answer" },
	{ "reason", TAKES_NOTHING, false, get_reason, ".reason",
	  "its reason phrase" },
	{ "headers.count.", TAKES_NAME, false, get_header_count,
	  ".headers.count.NAME", "how many lines of this name it has" },
	{ "header.", TAKES_NAME, false, get_header, ".header.NAME",
	  "a field of it; several lines are joined with ', '" },
	{ "head", TAKES_NOTHING, false, get_head, ".head",
	  "status line and fields as text" },
	{ "extra", TAKES_NOTHING, false, get_extra, ".extra",
	  "what came behind the answer to raw bytes" },
	{ "body.length", TAKES_NOTHING, false, get_body_length, ".body.length",
	  "bytes in its body, as they came" },
	{ "body", TAKES_POINTER, false, get_body, ".body#/pointer",
	  "its body without a content coding, or a piece of the JSON in it" },
	{ "end", TAKES_NOTHING, false, get_end, ".end",
	  "clean, cut, reset, timeout, cancelled, refused, bad, open" },
	{ "outcome", TAKES_NOTHING, false, get_outcome, ".outcome",
	  "complete, error, broken, short (a stream without its end) or open" },
	{ "events.count", TAKES_NOTHING, false, get_event_count,
	  ".events.count", "how many events, pings left out" },
	{ "events.names", TAKES_NOTHING, false, get_event_names,
	  ".events.names", "their names, a list" },
	{ "events", TAKES_NOTHING, false, get_events, ".events",
	  "all events, for same-events" },
	{ "event", TAKES_EVENT, false, get_event, ".event[N]#/pointer",
	  "data of an event: by number from 0, last, or the first of a name" },
	{ "pings.count", TAKES_NOTHING, false, get_ping_count, ".pings.count",
	  "how many pings" },
	{ "comments.count", TAKES_NOTHING, false, get_comment_count,
	  ".comments.count", "how many comment lines" },
	{ "text", TAKES_NOTHING, false, get_text, ".text",
	  "the text blocks of the message, joined" },
	{ "tool_input", TAKES_BLOCK, false, get_tool_input,
	  ".tool_input[N]#/pointer", "input of the N-th tool use, from 0" },
	{ "tool_id", TAKES_BLOCK, false, get_tool_id, ".tool_id[N]", "its id" },
	{ "tool_name", TAKES_BLOCK, false, get_tool_name, ".tool_name[N]",
	  "its name" },
	{ "thinking", TAKES_BLOCK, false, get_thinking, ".thinking[N]",
	  "text of the N-th thinking block, from 0" },
	{ "signature", TAKES_BLOCK, false, get_signature, ".signature[N]",
	  "its signature" },
	{ "finish", TAKES_NOTHING, false, get_finish, ".finish",
	  "the stop reason" },
	{ "grammar", TAKES_NOTHING, false, get_grammar, ".grammar",
	  "ok, or what breaks the grammar of a message stream" },
	{ "request.method", TAKES_NOTHING, false, get_method, ".request.method",
	  "method of the request" },
	{ "request.target", TAKES_NOTHING, false, get_target, ".request.target",
	  "its target: path and query" },
	{ "request.path", TAKES_NOTHING, false, get_path, ".request.path",
	  "the target before '?'" },
	{ "request.query", TAKES_NOTHING, false, get_query, ".request.query",
	  "the target behind '?'" },
	{ "request.headers.count.", TAKES_NAME, false, get_request_header_count,
	  ".request.headers.count.NAME", "how many lines of this name it has" },
	{ "request.header.", TAKES_NAME, false, get_request_header,
	  ".request.header.NAME", "a field of it" },
	{ "request.head", TAKES_NOTHING, false, get_request_head,
	  ".request.head", "request line and fields as text" },
	{ "request.body.length", TAKES_NOTHING, false, get_request_body_length,
	  ".request.body.length", "bytes in its body" },
	{ "request.body", TAKES_POINTER, false, get_request_body,
	  ".request.body#/pointer", "its body, or a piece of the JSON in it" },
	{ "requests.count", TAKES_NOTHING, true, get_request_count,
	  ".requests.count", "how many exchanges the actor has" },
	{ "mark.", TAKES_NAME, true, get_mark, ".mark.NAME",
	  "present if the mock reached this mark or hold; its milliseconds" },
	{ NULL, TAKES_NOTHING, false, NULL, NULL, NULL },
};
