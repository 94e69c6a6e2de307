/*
 * Writes the two-sided trace: what happened in a run, in order; the client on
 * the left, the upstream on the right.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "probe/judge/check.h"
#include "wire/bytes/mem.h"
#include "wire/bytes/print.h"
#include "wire/bytes/secrets.h"

#define LINES_LIMIT 300
#define EDGE 3 /* parts shown at the start and the end of a body */
#define RIGHT 16 /* the column of the upstream */
#define WIDTH 72 /* fits a terminal of 80, indented by 8 */
#define SHOWN 60
#define LONG_SHOWN 120
#define NOTE_SHOWN 200

struct trace_side { /* the parts of one answer, as they came */
	const char *actor;
	unsigned exchange;
	size_t total, now;
};

struct tracing {
	const struct wlog *log;
	uint64_t run;
	tick_t zero;
	struct trace_side *sides;
	size_t side_count;
	size_t lines;
	struct buf line; /* the line being made, without its time */
	struct buf *out;
};

static struct trace_side *side_of(struct tracing *t, const struct wlog_entry *e)
{
	struct trace_side *s;

	for (size_t i = t->side_count; i > 0; i--) {
		s = &t->sides[i - 1];
		if (s->exchange == e->exchange &&
		    strcmp(s->actor, e->actor) == 0)
			return s;
	}
	t->sides = xrealloc(t->sides, (t->side_count + 1) * sizeof(*s));
	s = &t->sides[t->side_count++];
	*s = (struct trace_side){ .actor = e->actor, .exchange = e->exchange };
	return s;
}

static size_t begin(struct tracing *t, const struct wlog_entry *e)
{
	size_t was = t->out->len;

	buf_addf(t->out, "%9.1f ms  ", (double)(e->at - t->zero) / TICK_MS);
	if (e->actor[0] == 'u')
		buf_addf(t->out, "%*s", RIGHT, "");
	buf_addf(t->out, "%s", e->actor);
	if (e->exchange > 1)
		buf_addf(t->out, "[%u]", e->exchange);
	buf_add_byte(t->out, ' ');
	return t->out->len - was;
}

/* The length of a line: as much as fits, up to a blank if one is in the second
 * half. */
static size_t piece_of(struct span text, size_t room)
{
	if (text.len <= room)
		return text.len;
	for (size_t cut = room; cut > room / 2; cut--)
		if (text.at[cut] == ' ')
			return cut;
	return span_utf8_first(text, room).len;
}

/* Writes the line that was made; what does not fit goes on the next lines,
 * indented. */
static void end_line(struct tracing *t, const struct wlog_entry *e)
{
	size_t column = begin(t, e);
	struct span rest = buf_span(&t->line);
	size_t cut = piece_of(rest, WIDTH - column);

	buf_add(t->out, rest.at, cut);
	buf_add_byte(t->out, '\n');
	for (rest = span_trim(span_skip(rest, cut)); rest.len > 0;
	     rest = span_trim(span_skip(rest, cut))) {
		cut = piece_of(rest, WIDTH - column - 2);
		buf_addf(t->out, "%*s", (int)column + 2, "");
		buf_add(t->out, rest.at, cut);
		buf_add_byte(t->out, '\n');
	}
	buf_reset(&t->line);
}

static void print_text(struct tracing *t, const char *text, size_t most)
{
	print_bytes(span_of(text), most, &t->line);
}

static void add_credentials(struct tracing *t, const struct wlog_entry *e)
{
	struct buf value = BUF_INIT(BUF_NO_LIMIT);

	for (size_t i = 0; i < e->headers.count; i++) {
		const struct header *h = &e->headers.list[i];

		if (!secrets_is_header(h->name))
			continue;
		buf_reset(&value);
		secrets_header(h->name, h->value, &value);
		buf_add_text(&t->line, ", ");
		print_text(t, h->name, SHOWN);
		buf_add_text(&t->line, ": ");
		print_bytes(buf_span(&value), LONG_SHOWN, &t->line);
	}
	buf_clear(&value);
}

static void add_type(struct tracing *t, const struct wlog_entry *e)
{
	const char *type = headers_get(&e->headers, "content-type");

	if (type == NULL)
		return;
	buf_add_text(&t->line, ", ");
	print_text(t, type, SHOWN);
}

static void add_request(struct tracing *t, const struct wlog_entry *e)
{
	buf_add_text(&t->line, "> ");
	if (e->method == NULL) {
		print_text(t, e->text, SHOWN);
		return;
	}
	print_text(t, e->method, SHOWN);
	buf_add_byte(&t->line, ' ');
	print_text(t, e->target, LONG_SHOWN);
	add_credentials(t, e);
}

static void add_response(struct tracing *t, const struct wlog_entry *e)
{
	buf_addf(&t->line, "< %d ", e->status);
	print_text(t, e->reason, SHOWN);
	add_type(t, e);
}

static void add_data(struct tracing *t, const struct wlog_entry *e)
{
	buf_addf(&t->line, "< %zu bytes: ", e->len);
	print_bytes(span_make(e->bytes, e->len), SHOWN, &t->line);
}

static void add_step(struct tracing *t, const struct wlog_entry *e)
{
	struct buf text = BUF_INIT(BUF_NO_LIMIT);

	wlog_step_text(e, &text);
	buf_add_text(&t->line, "step ");
	print_text(t, buf_str(&text), LONG_SHOWN);
	buf_clear(&text);
}

static void add_line(struct tracing *t, const struct wlog_entry *e)
{
	switch (e->kind) {
	case WLOG_REQUEST:
		add_request(t, e);
		break;
	case WLOG_BODY:
		buf_addf(&t->line, "> body of %zu bytes", e->len);
		break;
	case WLOG_RESPONSE:
		add_response(t, e);
		break;
	case WLOG_DATA:
		add_data(t, e);
		break;
	case WLOG_END:
		buf_addf(&t->line, "= %s", end_name(e->end));
		if (e->text != NULL && *e->text != '\0') {
			buf_add_text(&t->line, ": ");
			print_text(t, e->text, LONG_SHOWN);
		}
		break;
	case WLOG_MARK:
		buf_add_text(&t->line, "at ");
		print_text(t, e->text, SHOWN);
		break;
	case WLOG_STEP:
		add_step(t, e);
		break;
	case WLOG_NOTE:
		print_text(t, e->text, NOTE_SHOWN);
		break;
	case WLOG_USER:
		buf_addf(&t->line, "= the user gets %s: ", e->text);
		print_bytes(span_make(e->bytes, e->len), LONG_SHOWN, &t->line);
		break;
	}
	end_line(t, e);
}

/* Whether it is one of the middle parts of a body, which share one line. */
static bool is_folded(struct tracing *t, const struct wlog_entry *e)
{
	struct trace_side *s;
	size_t n;

	if (e->kind != WLOG_DATA)
		return false;
	s = side_of(t, e);
	n = s->now++;
	if (s->total <= 2 * EDGE + 1 || n < EDGE || n >= s->total - EDGE)
		return false;
	if (n == EDGE) {
		buf_addf(&t->line, "< ... %zu more parts", s->total - 2 * EDGE);
		end_line(t, e);
		t->lines++;
	}
	return true;
}

static void count_pieces(struct tracing *t)
{
	t->zero = TICK_NEVER;
	for (size_t i = 0; i < t->log->count; i++) {
		const struct wlog_entry *e = &t->log->list[i];

		if (e->run != t->run)
			continue;
		if (t->zero == TICK_NEVER)
			t->zero = e->at;
		if (e->kind == WLOG_DATA)
			side_of(t, e)->total++;
	}
}

void trace_write(const struct wlog *log, uint64_t run, struct buf *out)
{
	struct tracing t = { .log = log,
			     .run = run,
			     .line = BUF_INIT(BUF_NO_LIMIT),
			     .out = out };
	size_t left_out = 0;

	count_pieces(&t);
	for (size_t i = 0; i < log->count; i++) {
		const struct wlog_entry *e = &log->list[i];

		if (e->run != run || is_folded(&t, e))
			continue;
		if (t.lines++ < LINES_LIMIT)
			add_line(&t, e);
		else
			left_out++;
	}
	if (left_out > 0)
		buf_addf(out, "... and %zu more lines\n", left_out);
	buf_clear(&t.line);
	free(t.sides);
}
