/* Finds out what happened to the events of a gap. */
#include "probe/causes/gap.h"

#include <stdlib.h>
#include <string.h>

#include "wire/bytes/mem.h"

#define LOOK_AHEAD 64 /* events */
#define TABLE_LIMIT ((size_t)512 * 1024) /* most pairs of events in a table */
#define COMPARED 64 /* most changed events whose data is compared */
/* bytes: events above this size may have met a limit */
#define LARGE ((size_t)32 * 1024)

/* ---- reporting ---- */

static void saw(const struct gap_streams *c, enum behaviour_kind kind,
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

static void compare_data(struct gap_streams *c, const struct event *was,
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
	/* When a block is dropped, the indexes of later ones change. */
	if (c->block_dropped &&
	    jscan_diff(was->ev->json, is->ev->json, 0, 0, NULL, NULL) == 1 &&
	    jscan_member(was->ev->json, "index", &a) &&
	    jscan_member(is->ev->json, "index", &b) &&
	    !span_equal(a.text, b.text))
		return;
	behaviour_json(c->r, &kinds, was->ev->json, is->ev->json);
}

static void compare_pair(struct gap_streams *c, struct event *was,
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

bool gap_is_tail_lost(const struct gap_streams *c)
{
	return c->r->c->end != END_CLEAN;
}

/* ---- a gap: deltas that were merged or split ---- */

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

/* The deltas of one kind in a row that were not reported yet: their number, and
 * their text. */
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

/* The same text in fewer or in more deltas. */
static bool compare_rows(struct gap_streams *c, size_t i, size_t i_end,
			 size_t j, size_t j_end)
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
		(gap_is_tail_lost(c) && n > m &&
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

static void compare_all_rows(struct gap_streams *c, const struct gap *g)
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

/* Pairs events of the same kind by the longest common subsequence. */
static void pair_by_table(struct gap_streams *c, const struct gap *g)
{
	size_t n = g->a_end - g->a, m = g->b_end - g->b, i, j;
	unsigned short *best =
		/* length of the longest from here on */
		xcalloc((n + 1) * (m + 1), sizeof(*best));

#define AT(i, j) best[(i) * (m + 1) + (j)]
	for (i = n; i-- > 0;)
		for (j = m; j-- > 0;) {
			const struct event *a = &c->a.list[g->a + i];
			const struct event *b = &c->b.list[g->b + j];

			AT(i, j) = AT(i + 1, j) > AT(i, j + 1) ? AT(i + 1, j)
							       : AT(i, j + 1);
			if (!a->told && !b->told && events_is_kin(a, b) &&
			    AT(i + 1, j + 1) + 1 > AT(i, j))
				AT(i, j) =
					(unsigned short)(AT(i + 1, j + 1) + 1);
		}
	for (i = j = 0; i < n && j < m;) {
		struct event *a = &c->a.list[g->a + i];
		struct event *b = &c->b.list[g->b + j];

		if (!a->told && !b->told && events_is_kin(a, b) &&
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

static void pair_in_order(struct gap_streams *c, const struct gap *g)
{
	size_t j = g->b;

	for (size_t i = g->a; i < g->a_end && j < g->b_end; i++) {
		size_t k = j, end = j + LOOK_AHEAD;

		if (c->a.list[i].told)
			continue;
		while (k < g->b_end && k < end &&
		       (c->b.list[k].told ||
			!events_is_kin(&c->a.list[i], &c->b.list[k])))
			k++;
		if (k == g->b_end || k == end)
			continue;
		compare_pair(c, &c->a.list[i], &c->b.list[k]);
		j = k + 1;
	}
}

/* ---- a gap: what is left ---- */

static void drop_block(struct gap_streams *c, const struct gap *g, size_t start)
{
	struct event *first = &c->a.list[start];
	size_t n = 0;

	for (size_t i = start + 1; i < g->a_end; i++)
		n += !c->a.list[i].told && c->a.list[i].index == first->index;
	if (n == 0) /* only its start is missing */
		return;
	saw(c, BEHAVIOUR_BLOCK_DROPPED, first->block, first, NULL);
	for (size_t i = start; i < g->a_end; i++)
		if (c->a.list[i].index == first->index)
			c->a.list[i].told = true;
}

/* Data that is no JSON any more was cut or joined at the wrong lines. */
void gap_saw_replaced(struct gap_streams *c, const struct event *was,
		      const struct event *is)
{
	if (strcmp(is->kind, EVENT_NOT_JSON) == 0)
		saw(c, BEHAVIOUR_REFRAMED, "data-lines", was, is);
	else
		saw(c, BEHAVIOUR_STREAM_REPLACED, is->kind, was, is);
}

static void find_replaced(struct gap_streams *c, const struct gap *g)
{
	size_t j = g->b;

	for (size_t i = g->a; i < g->a_end; i++) {
		if (c->a.list[i].told)
			continue;
		while (j < g->b_end &&
		       (c->b.list[j].told || !events_is_foreign(&c->b.list[j])))
			j++;
		if (j == g->b_end)
			return;
		gap_saw_replaced(c, &c->a.list[i], &c->b.list[j]);
		c->a.list[i].told = c->b.list[j].told = true;
	}
}

static void saw_dropped(struct gap_streams *c, const struct event *e)
{
	if (e->ev->unterminated)
		saw(c, BEHAVIOUR_REFRAMED, "unfinished-frame", e, NULL);
	else if (e->ev->data_len > LARGE)
		saw(c, BEHAVIOUR_EVENT_DROPPED, "large-events", e, NULL);
	else
		saw(c, BEHAVIOUR_EVENT_DROPPED, e->kind, e, NULL);
}

/* The provider ended with an error event, which the gateway did not pass on. */
static bool is_swallowed(const struct gap_streams *c, const struct event *e)
{
	return strcmp(e->kind, "error") == 0 && c->r->u->end == END_CLEAN &&
	       c->r->c->end != END_CANCELLED;
}

static void tell_left(struct gap_streams *c, const struct gap *g)
{
	/* If the client's stream was broken off, events after its last one were
	 * not dropped. */
	bool is_tail = g->b_end == c->b.count && gap_is_tail_lost(c);

	for (size_t i = g->a; i < g->a_end; i++)
		if (!c->a.list[i].told &&
		    (!is_tail || is_swallowed(c, &c->a.list[i])))
			saw_dropped(c, &c->a.list[i]);
	for (size_t j = g->b; j < g->b_end; j++)
		if (!c->b.list[j].told)
			saw(c, BEHAVIOUR_EVENT_ADDED, c->b.list[j].kind, NULL,
			    &c->b.list[j]);
}

/* Finds dropped blocks first, because they change the indexes of the others. */
static void find_dropped_blocks(struct gap_streams *c, const struct gap *g)
{
	for (size_t i = g->a; i < g->a_end; i++) {
		const struct event *e = &c->a.list[i];
		bool there = false;

		if (e->block[0] == '\0' || e->told)
			continue;
		for (size_t j = g->b; j < g->b_end && !there; j++)
			there = strcmp(c->b.list[j].block, e->block) == 0 ||
				strcmp(c->b.list[j].kind, EVENT_NOT_JSON) == 0;
		if (there || (g->b_end == c->b.count && gap_is_tail_lost(c)))
			continue;
		drop_block(c, g, i);
		c->block_dropped = true;
	}
}

void gap_read(struct gap_streams *c, const struct gap *g)
{
	for (size_t i = g->a; i < g->a_end; i++)
		events_name(&c->a.list[i]);
	for (size_t j = g->b; j < g->b_end; j++)
		events_name(&c->b.list[j]);
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
