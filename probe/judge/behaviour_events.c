/*
 * The events of a stream as the provider sent them and as the client got them.
 * What is the same on both sides is stepped over; what stands between is a gap,
 * and its events are put together by what kind they are of.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "probe/judge/behaviour_private.h"
#include "wire/bytes/mem.h"
#include "wire/bytes/print.h"

#define LOOK_AHEAD 64 /* events */
#define TABLE_LIMIT ((size_t)512 * 1024) /* pairs of events of a gap */
#define COMPARED 64 /* changed events of a stream that are looked into */
#define KIND_LEN 64
#define NOT_JSON "not-json"
#define LARGE ((size_t)32 * 1024) /* bytes of one event */

struct event {
	const struct view_event *ev;
	char kind[KIND_LEN]; /* "text_delta", "content_block_start", ... */
	char block[KIND_LEN]; /* of a start: the type of its block; "" */
	int64_t index; /* of its block; -1: none */
	bool told;
};

struct events {
	struct event *list;
	size_t count;
};

struct events_gap { /* half-open ranges of both sides */
	size_t a, a_end, b, b_end;
};

struct comparing {
	const struct behaviour_reading *r;
	struct events a, b; /* the provider's, the client's */
	size_t paired, compared;
	bool block_dropped;
};

/* ---- events ---- */

static void member(struct jval object, const char *key, char out[KIND_LEN])
{
	struct buf text = BUF_INIT(KIND_LEN - 1);
	struct jval v;

	out[0] = '\0';
	if (jscan_member(object, key, &v) && v.type == J_STRING &&
	    jscan_string(v, &text) == 0 && span_is_utf8(buf_span(&text)))
		snprintf(out, KIND_LEN, "%s", buf_str(&text));
	buf_clear(&text);
}

static void name_kind(struct event *e)
{
	const struct view_event *ev = e->ev;
	struct jval inner;

	e->index = -1;
	if (ev->json.text.at == NULL) {
		snprintf(e->kind, KIND_LEN, "%s",
			 strcmp(ev->data, "[DONE]") == 0 ? "[DONE]" : NOT_JSON);
		return;
	}
	member(ev->json, "type", e->kind);
	if (e->kind[0] == '\0')
		member(ev->json, "object", e->kind);
	if (jscan_member(ev->json, "index", &inner) &&
	    !jscan_i64(inner, &e->index))
		e->index = -1;
	if (jscan_member(ev->json, "delta", &inner) &&
	    strcmp(e->kind, "content_block_delta") == 0)
		member(inner, "type", e->kind);
	if (jscan_member(ev->json, "content_block", &inner))
		member(inner, "type", e->block);
	if (e->kind[0] == '\0')
		snprintf(e->kind, KIND_LEN, "%.40s",
			 ev->name_len > 0 ? ev->name : "unnamed");
}

static struct events events_of(const struct exchange *x)
{
	struct events out = { .count = 0 };

	out.list = xcalloc(x->event_count + 1, sizeof(*out.list));
	for (size_t i = 0; i < x->event_count; i++)
		if (view_event_counts(&x->events[i]))
			out.list[out.count++].ev = &x->events[i];
	return out;
}

static bool is_same(const struct event *a, const struct event *b)
{
	return a->ev->name_len == b->ev->name_len &&
	       a->ev->data_len == b->ev->data_len &&
	       memcmp(a->ev->name, b->ev->name, a->ev->name_len) == 0 &&
	       memcmp(a->ev->data, b->ev->data, a->ev->data_len) == 0;
}

static bool is_kin(const struct event *a, const struct event *b)
{
	return strcmp(a->kind, b->kind) == 0 && strcmp(a->block, b->block) == 0;
}

/* ---- telling ---- */

static void saw(const struct comparing *c, enum behaviour_kind kind,
		const char *subject, const struct event *was,
		const struct event *is)
{
	struct behaviour_sight s = { .kind = kind, .subject = subject };

	s.sent = was != NULL ? span_make(was->ev->data, was->ev->data_len)
			     : span_make(NULL, 0);
	s.got = is != NULL ? span_make(is->ev->data, is->ev->data_len)
			   : span_make(NULL, 0);
	behaviours_add(c->r->seen, &s);
}

static void compare_data(struct comparing *c, const struct event *was,
			 const struct event *is)
{
	struct behaviour_json kinds = {
		.removed = BEHAVIOUR_ANSWER_REMOVED,
		.added = BEHAVIOUR_ANSWER_ADDED,
		.value = BEHAVIOUR_ANSWER_VALUE,
		.text = BEHAVIOUR_ANSWER_TEXT,
		.moved = BEHAVIOUR_ANSWER_MOVED,
		.reprinted = BEHAVIOUR_ANSWER_REPRINTED,
		.front = was->kind,
	};
	struct jval a, b;

	if (c->compared++ >= COMPARED || was->ev->json.text.at == NULL ||
	    is->ev->json.text.at == NULL)
		return;
	/* Behind a block that is gone the others have other numbers. */
	if (c->block_dropped &&
	    jscan_diff(was->ev->json, is->ev->json, 0, 0, NULL, NULL) == 1 &&
	    jscan_member(was->ev->json, "index", &a) &&
	    jscan_member(is->ev->json, "index", &b) &&
	    !span_equal(a.text, b.text))
		return;
	behaviour_json(c->r, &kinds, was->ev->json, is->ev->json);
}

static void compare_pair(struct comparing *c, struct event *was,
			 struct event *is)
{
	was->told = is->told = true;
	c->paired++;
	if (was->ev->name_len != is->ev->name_len ||
	    memcmp(was->ev->name, is->ev->name, was->ev->name_len) != 0)
		saw(c, BEHAVIOUR_EVENT_RENAMED,
		    is->ev->event_lines == 0 ? "no-name" : is->ev->name, was,
		    is);
	if (was->ev->data_len != is->ev->data_len ||
	    memcmp(was->ev->data, is->ev->data, was->ev->data_len) != 0)
		compare_data(c, was, is);
}

static bool is_reader_gone(const struct comparing *c)
{
	return c->r->c->end != END_CLEAN;
}

/* ---- a gap: deltas in other pieces ---- */

static bool is_delta(const struct event *e)
{
	return e->ev->json.text.at != NULL &&
	       span_ends(span_of(e->kind), "_delta") &&
	       strcmp(e->kind, "message_delta") != 0;
}

static void add_text(const struct event *e, struct buf *out)
{
	static const char *const keys[] = { "text", "thinking", "signature",
					    "partial_json" };
	struct jval delta, v;

	if (!jscan_member(e->ev->json, "delta", &delta))
		return;
	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
		if (jscan_member(delta, keys[i], &v) && v.type == J_STRING)
			jscan_string(v, out);
}

/* The deltas of one kind in a row that are not told yet. */
static size_t row_of(const struct events *e, size_t from, size_t end,
		     const char *kind, struct buf *text)
{
	size_t n = 0;

	while (from + n < end && is_delta(&e->list[from + n]) &&
	       !e->list[from + n].told &&
	       strcmp(e->list[from + n].kind, kind) == 0) {
		add_text(&e->list[from + n], text);
		n++;
	}
	return n;
}

static void tell_row(struct events *e, size_t from, size_t n)
{
	for (size_t i = from; i < from + n; i++)
		e->list[i].told = true;
}

/* The same words in fewer or in more pieces. */
static bool compare_rows(struct comparing *c, size_t i, size_t i_end, size_t j,
			 size_t j_end)
{
	const struct event *first = &c->a.list[i];
	struct buf was = BUF_INIT(VIEW_BODY_LIMIT);
	struct buf is = BUF_INIT(VIEW_BODY_LIMIT);
	size_t n, m;
	bool same;

	n = row_of(&c->a, i, i_end, first->kind, &was);
	m = row_of(&c->b, j, j_end, first->kind, &is);
	same = n > 0 && m > 0 && n != m &&
	       (span_equal(buf_span(&was), buf_span(&is)) ||
		(is_reader_gone(c) && n > m &&
		 span_starts(buf_span(&was), buf_str(&is))));
	if (same) {
		saw(c, n > m ? BEHAVIOUR_EVENTS_MERGED : BEHAVIOUR_EVENTS_SPLIT,
		    first->kind, first, &c->b.list[j]);
		tell_row(&c->a, i, n);
		tell_row(&c->b, j, m);
		c->paired++;
	}
	buf_clear(&was);
	buf_clear(&is);
	return same;
}

static bool is_row_start(const struct events *e, size_t from, size_t i)
{
	return is_delta(&e->list[i]) && !e->list[i].told &&
	       (i == from || strcmp(e->list[i].kind, e->list[i - 1].kind) != 0);
}

static void compare_all_rows(struct comparing *c, const struct events_gap *g)
{
	for (size_t i = g->a; i < g->a_end; i++) {
		if (!is_row_start(&c->a, g->a, i))
			continue;
		for (size_t j = g->b; j < g->b_end; j++)
			if (is_row_start(&c->b, g->b, j) &&
			    compare_rows(c, i, g->a_end, j, g->b_end))
				break;
	}
}

/* ---- a gap: pairs of a kind ---- */

/* The longest row of pairs in both orders; what has none stays untold. */
static void pair_by_table(struct comparing *c, const struct events_gap *g)
{
	size_t n = g->a_end - g->a, m = g->b_end - g->b, i, j;
	unsigned short *best =
		xcalloc((n + 1) * (m + 1), sizeof(*best)); /* of what follows */

#define AT(i, j) best[(i) * (m + 1) + (j)]
	for (i = n; i-- > 0;)
		for (j = m; j-- > 0;) {
			const struct event *a = &c->a.list[g->a + i];
			const struct event *b = &c->b.list[g->b + j];

			AT(i, j) = AT(i + 1, j) > AT(i, j + 1) ? AT(i + 1, j)
							       : AT(i, j + 1);
			if (!a->told && !b->told && is_kin(a, b) &&
			    AT(i + 1, j + 1) + 1 > AT(i, j))
				AT(i, j) =
					(unsigned short)(AT(i + 1, j + 1) + 1);
		}
	for (i = j = 0; i < n && j < m;) {
		struct event *a = &c->a.list[g->a + i];
		struct event *b = &c->b.list[g->b + j];

		if (!a->told && !b->told && is_kin(a, b) &&
		    AT(i, j) == AT(i + 1, j + 1) + 1) {
			compare_pair(c, a, b);
			i++;
			j++;
		} else if (AT(i + 1, j) >= AT(i, j + 1)) {
			i++;
		} else {
			j++;
		}
	}
#undef AT
	free(best);
}

static void pair_in_order(struct comparing *c, const struct events_gap *g)
{
	size_t j = g->b;

	for (size_t i = g->a; i < g->a_end && j < g->b_end; i++) {
		size_t k = j, end = j + LOOK_AHEAD;

		if (c->a.list[i].told)
			continue;
		while (k < g->b_end && k < end &&
		       (c->b.list[k].told ||
			!is_kin(&c->a.list[i], &c->b.list[k])))
			k++;
		if (k == g->b_end || k == end)
			continue;
		compare_pair(c, &c->a.list[i], &c->b.list[k]);
		j = k + 1;
	}
}

/* ---- a gap: what is left ---- */

static void drop_block(struct comparing *c, const struct events_gap *g,
		       size_t start)
{
	struct event *first = &c->a.list[start];
	size_t n = 0;

	for (size_t i = start + 1; i < g->a_end; i++)
		n += !c->a.list[i].told && c->a.list[i].index == first->index;
	if (n == 0) /* only its start is gone */
		return;
	saw(c, BEHAVIOUR_BLOCK_DROPPED, first->block, first, NULL);
	for (size_t i = start; i < g->a_end; i++)
		if (c->a.list[i].index == first->index)
			c->a.list[i].told = true;
}

/* Events as another API has them, where the provider's were. */
static bool is_foreign_kind(const struct event *e)
{
	static const char *const known[] = {
		"message_start",
		"message_delta",
		"message_stop",
		"content_block_start",
		"content_block_stop",
		"text_delta",
		"input_json_delta",
		"thinking_delta",
		"signature_delta",
		"citations_delta",
		"error",
		"ping",
		"[DONE]",
	};

	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if (strcmp(e->kind, known[i]) == 0)
			return false;
	return true;
}

/* Data that is JSON no more was cut or joined at the wrong lines. */
static void saw_replaced(struct comparing *c, const struct event *was,
			 const struct event *is)
{
	if (strcmp(is->kind, NOT_JSON) == 0)
		saw(c, BEHAVIOUR_REFRAMED, "data-lines", was, is);
	else
		saw(c, BEHAVIOUR_STREAM_REPLACED, is->kind, was, is);
}

static void find_replaced(struct comparing *c, const struct events_gap *g)
{
	size_t j = g->b;

	for (size_t i = g->a; i < g->a_end; i++) {
		if (c->a.list[i].told)
			continue;
		while (j < g->b_end &&
		       (c->b.list[j].told || !is_foreign_kind(&c->b.list[j])))
			j++;
		if (j == g->b_end)
			return;
		saw_replaced(c, &c->a.list[i], &c->b.list[j]);
		c->a.list[i].told = c->b.list[j].told = true;
	}
}

static void saw_dropped(struct comparing *c, const struct event *e)
{
	if (e->ev->unterminated)
		saw(c, BEHAVIOUR_REFRAMED, "unfinished-frame", e, NULL);
	else if (e->ev->data_len > LARGE)
		saw(c, BEHAVIOUR_EVENT_DROPPED, "large-events", e, NULL);
	else
		saw(c, BEHAVIOUR_EVENT_DROPPED, e->kind, e, NULL);
}

/* An error that the provider ended with, before the gateway broke off. */
static bool is_swallowed(const struct comparing *c, const struct event *e)
{
	return strcmp(e->kind, "error") == 0 && c->r->u->end == END_CLEAN &&
	       c->r->c->end != END_CANCELLED;
}

static void tell_left(struct comparing *c, const struct events_gap *g)
{
	/* What comes behind the last that a broken-off client got was not
	 * dropped. */
	bool is_tail = g->b_end == c->b.count && is_reader_gone(c);

	for (size_t i = g->a; i < g->a_end; i++)
		if (!c->a.list[i].told &&
		    (!is_tail || is_swallowed(c, &c->a.list[i])))
			saw_dropped(c, &c->a.list[i]);
	for (size_t j = g->b; j < g->b_end; j++)
		if (!c->b.list[j].told)
			saw(c, BEHAVIOUR_EVENT_ADDED, c->b.list[j].kind, NULL,
			    &c->b.list[j]);
}

/* Whole blocks first, as they change the numbers of the others. */
static void find_dropped_blocks(struct comparing *c, const struct events_gap *g)
{
	for (size_t i = g->a; i < g->a_end; i++) {
		const struct event *e = &c->a.list[i];
		bool there = false;

		if (e->block[0] == '\0' || e->told)
			continue;
		for (size_t j = g->b; j < g->b_end && !there; j++)
			there = strcmp(c->b.list[j].block, e->block) == 0 ||
				strcmp(c->b.list[j].kind, NOT_JSON) == 0;
		if (there || (g->b_end == c->b.count && is_reader_gone(c)))
			continue;
		drop_block(c, g, i);
		c->block_dropped = true;
	}
}

static void read_gap(struct comparing *c, const struct events_gap *g)
{
	for (size_t i = g->a; i < g->a_end; i++)
		name_kind(&c->a.list[i]);
	for (size_t j = g->b; j < g->b_end; j++)
		name_kind(&c->b.list[j]);
	if (g->b < g->b_end && g->a < g->a_end)
		compare_all_rows(c, g);
	find_dropped_blocks(c, g);
	if ((g->a_end - g->a) * (g->b_end - g->b) <= TABLE_LIMIT)
		pair_by_table(c, g);
	else
		pair_in_order(c, g);
	find_replaced(c, g);
	tell_left(c, g);
}

/* ---- the stream ---- */

static size_t look_ahead(const struct events *in, size_t from,
			 const struct event *e)
{
	for (size_t i = from; i < in->count && i < from + LOOK_AHEAD; i++)
		if (is_same(&in->list[i], e))
			return i - from;
	return SIZE_MAX;
}

/* Where both go on in the same way; false: nowhere near. */
static bool find_next(const struct comparing *c, size_t *i, size_t *j)
{
	for (size_t d = 0; d < LOOK_AHEAD && *i + d < c->a.count; d++) {
		size_t n = look_ahead(&c->b, *j, &c->a.list[*i + d]);

		if (n == SIZE_MAX)
			continue;
		*i += d;
		*j += n;
		return true;
	}
	return false;
}

static void compare_streams(struct comparing *c)
{
	size_t i = 0, j = 0;

	while (i < c->a.count || j < c->b.count) {
		struct events_gap g = { i, c->a.count, j, c->b.count };

		if (i < c->a.count && j < c->b.count &&
		    is_same(&c->a.list[i], &c->b.list[j])) {
			c->paired++;
			i++;
			j++;
			continue;
		}
		if (find_next(c, &i, &j)) {
			g.a_end = i;
			g.b_end = j;
		} else {
			i = c->a.count;
			j = c->b.count;
		}
		read_gap(c, &g);
	}
}

/* Nothing in common, nor with the API: it is not the provider's stream. */
static bool is_foreign(const struct comparing *c)
{
	for (size_t j = 0; j < c->b.count && j < LOOK_AHEAD; j++)
		if (!is_foreign_kind(&c->b.list[j]))
			return false;
	for (size_t i = 0; i < c->a.count; i++)
		for (size_t j = 0; j < c->b.count && j < LOOK_AHEAD; j++)
			if (is_same(&c->a.list[i], &c->b.list[j]) ||
			    is_kin(&c->a.list[i], &c->b.list[j]))
				return false;
	return c->a.count > 0 && c->b.count > 0;
}

static void name_all(struct events *e)
{
	for (size_t i = 0; i < e->count && i < LOOK_AHEAD; i++)
		name_kind(&e->list[i]);
}

static bool read_foreign(struct comparing *c)
{
	if (c->b.count > 0 && c->a.count > 0 &&
	    is_same(&c->a.list[0], &c->b.list[0]))
		return false;
	name_all(&c->a);
	name_all(&c->b);
	if (!is_foreign(c))
		return false;
	saw_replaced(c, &c->a.list[0], &c->b.list[0]);
	return true;
}

/* ---- pings, comments, spelling ---- */

static void saw_count(const struct behaviour_reading *r,
		      enum behaviour_kind fewer, enum behaviour_kind more,
		      size_t was, size_t is)
{
	char sent[32], got[32];
	struct behaviour_sight s = { .kind = is < was ? fewer : more,
				     .subject = "" };

	if (was == is || (is < was && r->c->end != END_CLEAN))
		return;
	snprintf(sent, sizeof(sent), "%zu", was);
	snprintf(got, sizeof(got), "%zu", is);
	s.sent = span_of(sent);
	s.got = span_of(got);
	s.of = fewer == BEHAVIOUR_PING_DROPPED ? "streams with pings"
					       : "streams with comments";
	behaviours_add(r->seen, &s);
}

static unsigned newlines_of(const struct exchange *x)
{
	unsigned all = 0;

	for (size_t i = 0; i < x->event_count; i++)
		all |= x->events[i].newlines;
	return all;
}

static bool is_unfinished(const struct exchange *x)
{
	return x->event_count > 0 && x->events[x->event_count - 1].unterminated;
}

static const char *spelling_of(const struct behaviour_reading *r)
{
	static const char mark[] = "\xef\xbb\xbf";

	if (span_starts(r->c->content, mark) !=
	    span_starts(r->u->content, mark))
		return "byte-order-mark";
	if (newlines_of(r->c) != newlines_of(r->u))
		return "line-ends";
	if (is_unfinished(r->c) && !is_unfinished(r->u))
		return "last-blank-line";
	if (is_unfinished(r->u) && !is_unfinished(r->c))
		return "unfinished-frame";
	return "spelling";
}

static void read_spelling(const struct behaviour_reading *r)
{
	const char *what = spelling_of(r);
	struct behaviour_sight s = { .kind = BEHAVIOUR_REFRAMED,
				     .subject = what };

	s.sent = r->u->content;
	s.got = r->c->content;
	behaviours_add(r->seen, &s);
}

static size_t next_of(struct span s, size_t i)
{
	while (i < s.len && (s.at[i] == '\r' || s.at[i] == '\n'))
		i++;
	return i;
}

/* The same but for line ends. */
static bool is_same_text(struct span a, struct span b)
{
	size_t i = next_of(a, 0), j = next_of(b, 0);

	while (i < a.len && j < b.len && a.at[i] == b.at[j]) {
		i = next_of(a, i + 1);
		j = next_of(b, j + 1);
	}
	return i == a.len && j == b.len;
}

static bool is_front(const struct behaviour_reading *r)
{
	return r->c->content.len <= r->u->content.len &&
	       span_equal(r->c->content,
			  span_first(r->u->content, r->c->content.len));
}

/* Something was told of the events themselves. */
static bool is_told(const struct comparing *c)
{
	for (size_t i = 0; i < c->a.count; i++)
		if (c->a.list[i].told)
			return true;
	return c->paired < c->b.count ||
	       (c->paired < c->a.count && !is_reader_gone(c));
}

void behaviour_events(const struct behaviour_reading *r)
{
	struct comparing c = { .r = r };

	behaviours_count(r->seen, "streams");
	if (r->u->ping_count > 0)
		behaviours_count(r->seen, "streams with pings");
	if (r->u->comment_count > 0)
		behaviours_count(r->seen, "streams with comments");
	if (r->c->unreadable != NULL ||
	    (is_front(r) && (r->c->end != END_CLEAN ||
			     r->c->content.len == r->u->content.len)) ||
	    span_equal(buf_span(&r->u->body), buf_span(&r->c->body)))
		return;
	if (is_same_text(r->u->content, r->c->content)) {
		read_spelling(r);
		return;
	}
	c.a = events_of(r->u);
	c.b = events_of(r->c);
	if (!read_foreign(&c)) {
		compare_streams(&c);
		saw_count(r, BEHAVIOUR_PING_DROPPED, BEHAVIOUR_PINGS_ADDED,
			  r->u->ping_count, r->c->ping_count);
		saw_count(r, BEHAVIOUR_COMMENTS_DROPPED,
			  BEHAVIOUR_COMMENTS_ADDED, r->u->comment_count,
			  r->c->comment_count);
		if (!is_told(&c) && r->u->ping_count == r->c->ping_count &&
		    r->u->comment_count == r->c->comment_count)
			read_spelling(r);
	}
	free(c.a.list);
	free(c.b.list);
}
