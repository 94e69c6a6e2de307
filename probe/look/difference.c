/* Finds and writes differences of bytes, of JSON by pointer, and of streams by
 * event. */
#include "probe/look/difference.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "wire/bytes/mem.h"
#include "wire/bytes/print.h"

#define VALUE_SHOWN 100
#define CONTEXT 24 /* bytes shown before the first difference */
#define LOOK_AHEAD 64 /* events */

struct lines {
	struct buf *out;
	size_t count;
	const char *prefix; /* "event 3 content_block_delta: " or "" */
};

/* Begins a line. false: there are enough, or none are wanted. */
static bool line_begin(struct lines *l)
{
	l->count++;
	if (l->out == NULL || l->count > DIFFERENCE_LINES)
		return false;
	if (l->out->len > 0)
		buf_add_byte(l->out, '\n');
	buf_add_text(l->out, l->prefix);
	return true;
}

static void lines_end(struct lines *l)
{
	if (l->out != NULL && l->count > DIFFERENCE_LINES)
		buf_addf(l->out, "\n... and %zu more",
			 l->count - DIFFERENCE_LINES);
}

/* ---- JSON ---- */

static bool is_spelling(const struct jdiff *d)
{
	return d->kind == JDIFF_CHANGED && d->was.type == J_NUMBER &&
	       d->is.type == J_NUMBER && jscan_number_same(d->was, d->is);
}

static void print_value(struct lines *l, const char *before, struct jval v)
{
	buf_add_text(l->out, before);
	print_bytes(v.text, VALUE_SHOWN, l->out);
}

static void on_diff(void *arg, const struct jdiff *d)
{
	static const char *const kinds[] = {
		[JDIFF_LOST] = "lost",
		[JDIFF_ADDED] = "added",
		[JDIFF_CHANGED] = "changed",
		[JDIFF_MOVED] = "moved",
	};
	struct lines *l = arg;

	if (!line_begin(l))
		return;
	buf_addf(l->out, "%s ", kinds[d->kind]);
	if (d->pointer.len == 0)
		buf_add_text(l->out, "the whole value");
	print_bytes(d->pointer, VALUE_SHOWN * 2, l->out);
	if (d->kind == JDIFF_MOVED)
		buf_add_text(l->out, " to another place in its object");
	if (d->kind == JDIFF_LOST || d->kind == JDIFF_CHANGED)
		print_value(l, " ", d->was);
	if (d->kind == JDIFF_CHANGED)
		buf_add_text(l->out, " ->");
	if (d->kind == JDIFF_ADDED || d->kind == JDIFF_CHANGED)
		print_value(l, " ", d->is);
}

/* Finds only numbers that are spelt differently, which the first pass does not
 * see. Escapes in strings may differ. */
static void on_exact_diff(void *arg, const struct jdiff *d)
{
	if (is_spelling(d))
		on_diff(arg, d);
}

static void diff_json(struct lines *l, struct jval was, struct jval is,
		      bool loose)
{
	unsigned flags = JDIFF_ORDER | (loose ? JDIFF_LOOSE_ROOT : 0);

	jscan_diff(was, is, flags, SIZE_MAX, on_diff, l);
	jscan_diff(was, is, flags | JDIFF_EXACT, SIZE_MAX, on_exact_diff, l);
}

size_t difference_json(struct jval was, struct jval is, bool loose,
		       struct buf *out)
{
	struct lines l = { .out = out, .prefix = "" };

	diff_json(&l, was, is, loose);
	lines_end(&l);
	return l.count;
}

/* ---- bytes ---- */

static size_t common(struct span a, struct span b)
{
	size_t n = 0;

	while (n < a.len && n < b.len && a.at[n] == b.at[n])
		n++;
	return n;
}

static void print_around(struct lines *l, const char *before, struct span s,
			 size_t at)
{
	size_t from = at > CONTEXT ? at - CONTEXT : 0;

	buf_add_text(l->out, before);
	if (from > 0)
		buf_add_text(l->out, "...");
	print_bytes(span_first(span_skip(s, from), VALUE_SHOWN), VALUE_SHOWN,
		    l->out);
	if (s.len == 0)
		buf_add_text(l->out, "(empty)");
}

static void diff_raw(struct lines *l, struct span was, struct span is)
{
	size_t at = common(was, is);

	if (line_begin(l))
		buf_addf(l->out,
			 "byte %zu is the first that differs (%zu bytes became "
			 "%zu)",
			 at, was.len, is.len);
	if (line_begin(l))
		print_around(l, "was ", was, at);
	if (line_begin(l))
		print_around(l, "is  ", is, at);
}

static bool both_json(struct span was, struct span is, struct jval *a,
		      struct jval *b)
{
	return jscan(was, a, NULL) == 0 && jscan(is, b, NULL) == 0;
}

size_t difference_bytes(struct span was, struct span is, struct buf *out)
{
	struct lines l = { .out = out, .prefix = "" };
	struct jval a, b;

	if (span_equal(was, is))
		return 0;
	if (both_json(was, is, &a, &b)) {
		diff_json(&l, a, b, false);
		if (l.count == 0 && line_begin(&l))
			buf_add_text(out, "the JSON is the same, but white "
					  "space or escapes differ");
	}
	if (l.count <= 1)
		diff_raw(&l, was, is);
	lines_end(&l);
	return l.count;
}

/* ---- events ---- */

struct difference_side {
	const struct exchange *x;
	size_t at, count; /* events that count */
	const struct view_event **list;
};

static bool is_same(const struct view_event *a, const struct view_event *b)
{
	return strcmp(a->name, b->name) == 0 &&
	       span_equal(span_make(a->data, a->data_len),
			  span_make(b->data, b->data_len));
}

static void tell_event(struct lines *l, const char *what, size_t number,
		       const struct view_event *ev)
{
	if (!line_begin(l))
		return;
	buf_addf(l->out, "%s event %zu ", what, number);
	print_bytes(span_make(ev->name, ev->name_len), VALUE_SHOWN, l->out);
	buf_add_byte(l->out, ' ');
	print_bytes(span_make(ev->data, ev->data_len), VALUE_SHOWN, l->out);
}

static void diff_data(struct lines *l, size_t number,
		      const struct view_event *was, const struct view_event *is)
{
	char prefix[128];
	size_t before = l->count;

	snprintf(prefix, sizeof(prefix), "event %zu %.80s: ", number,
		 was->name);
	l->prefix = prefix;
	if (was->json.text.at != NULL && is->json.text.at != NULL)
		diff_json(l, was->json, is->json, false);
	if (l->count == before && line_begin(l)) {
		buf_add_text(l->out, "changed ");
		print_bytes(span_make(was->data, was->data_len), VALUE_SHOWN,
			    l->out);
		buf_add_text(l->out, " -> ");
		print_bytes(span_make(is->data, is->data_len), VALUE_SHOWN,
			    l->out);
	}
	l->prefix = "";
}

static void diff_event(struct lines *l, struct difference_side *a,
		       struct difference_side *b)
{
	const struct view_event *was = a->list[a->at], *is = b->list[b->at];

	if (strcmp(was->name, is->name) == 0) {
		diff_data(l, a->at, was, is);
	} else {
		tell_event(l, "lost", a->at, was);
		tell_event(l, "added", b->at, is);
	}
	a->at++;
	b->at++;
}

typedef bool same_fn(const struct view_event *a, const struct view_event *b);

static bool is_same_name(const struct view_event *a, const struct view_event *b)
{
	return strcmp(a->name, b->name) == 0;
}

/* How far ahead in `in` an event is that is the same; SIZE_MAX: not near. */
static size_t look_ahead(const struct difference_side *in,
			 const struct view_event *ev, same_fn *same)
{
	for (size_t i = in->at; i < in->count && i < in->at + LOOK_AHEAD; i++)
		if (same(in->list[i], ev))
			return i - in->at;
	return SIZE_MAX;
}

static void tell_run(struct lines *l, const char *what,
		     struct difference_side *s, size_t count)
{
	for (; count > 0 && s->at < s->count; count--, s->at++)
		tell_event(l, what, s->at, s->list[s->at]);
}

/* Reports events up to the next one that the other side has, too. false: no
 * such event is near. */
static bool step_to(struct lines *l, struct difference_side *a,
		    struct difference_side *b, same_fn *same)
{
	size_t lost = look_ahead(a, b->list[b->at], same);
	size_t added = look_ahead(b, a->list[a->at], same);

	if (lost == SIZE_MAX && added == SIZE_MAX)
		return false;
	if (lost <= added)
		tell_run(l, "lost", a, lost);
	else
		tell_run(l, "added", b, added);
	return true;
}

static void diff_sides(struct lines *l, struct difference_side *a,
		       struct difference_side *b)
{
	while (a->at < a->count && b->at < b->count) {
		if (is_same(a->list[a->at], b->list[b->at])) {
			a->at++;
			b->at++;
		} else if (!step_to(l, a, b, is_same)) {
			step_to(l, a, b, is_same_name);
			diff_event(l, a, b);
		}
	}
	tell_run(l, "lost", a, SIZE_MAX);
	tell_run(l, "added", b, SIZE_MAX);
}

static struct difference_side side_of(const struct exchange *x)
{
	struct difference_side s = { .x = x };

	s.list = xcalloc(x->event_count, sizeof(*s.list));
	for (size_t i = 0; i < x->event_count; i++)
		if (view_event_counts(&x->events[i]))
			s.list[s.count++] = &x->events[i];
	return s;
}

size_t difference_events(const struct exchange *was, const struct exchange *is,
			 struct buf *out)
{
	struct lines l = { .out = out, .prefix = "" };
	struct difference_side a = side_of(was), b = side_of(is);

	diff_sides(&l, &a, &b);
	lines_end(&l);
	free(a.list);
	free(b.list);
	return l.count;
}
