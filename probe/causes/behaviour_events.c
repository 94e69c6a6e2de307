/*
 * Compares the events that the provider sent with those that the client got.
 * Events that are the same on both sides are skipped; the others between them
 * are a gap.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "probe/causes/gap.h"

#define LOOK_AHEAD 64 /* events */

/* ---- the stream ---- */

static size_t look_ahead(const struct events *in, size_t from,
			 const struct event *e)
{
	for (size_t i = from; i < in->count && i < from + LOOK_AHEAD; i++)
		if (events_is_same(&in->list[i], e))
			return i - from;
	return SIZE_MAX;
}

/* false for the start and the stop of a block. They hold little but the index,
 * which changes when an earlier block is dropped. */
static bool is_telling(const struct event *e)
{
	return strcmp(e->ev->name, "content_block_start") != 0 &&
	       strcmp(e->ev->name, "content_block_stop") != 0;
}

/* Finds where both streams go on with the same event. false: not within
 * reach. */
static bool find_next(const struct gap_streams *c, size_t *i, size_t *j)
{
	for (size_t d = 0; d < LOOK_AHEAD && *i + d < c->a.count; d++) {
		const struct event *e = &c->a.list[*i + d];
		size_t n = is_telling(e) ? look_ahead(&c->b, *j, e) : SIZE_MAX;

		if (n == SIZE_MAX)
			continue;
		*i += d;
		*j += n;
		return true;
	}
	return false;
}

static void compare_streams(struct gap_streams *c)
{
	size_t i = 0, j = 0;

	while (i < c->a.count || j < c->b.count) {
		struct gap g = { i, c->a.count, j, c->b.count };

		if (i < c->a.count && j < c->b.count &&
		    events_is_same(&c->a.list[i], &c->b.list[j])) {
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
		gap_read(c, &g);
	}
}

/* The streams have nothing in common, and the client's has no event of the
 * API. */
static bool is_foreign(const struct gap_streams *c)
{
	for (size_t j = 0; j < c->b.count && j < LOOK_AHEAD; j++)
		if (!events_is_foreign(&c->b.list[j]))
			return false;
	for (size_t i = 0; i < c->a.count; i++)
		for (size_t j = 0; j < c->b.count && j < LOOK_AHEAD; j++)
			if (events_is_same(&c->a.list[i], &c->b.list[j]) ||
			    events_is_kin(&c->a.list[i], &c->b.list[j]))
				return false;
	return c->a.count > 0 && c->b.count > 0;
}

/* The client got only an error, and the provider sent none. */
static bool is_error_instead(const struct gap_streams *c)
{
	for (size_t i = 0; i < c->a.count && i < LOOK_AHEAD; i++)
		if (strcmp(c->a.list[i].kind, "error") == 0)
			return false;
	return c->a.count > 0 && c->b.count == 1 &&
	       strcmp(c->b.list[0].kind, "error") == 0;
}

static void name_all(struct events *e)
{
	for (size_t i = 0; i < e->count && i < LOOK_AHEAD; i++)
		events_name(&e->list[i]);
}

static bool read_foreign(struct gap_streams *c)
{
	if (c->b.count > 0 && c->a.count > 0 &&
	    events_is_same(&c->a.list[0], &c->b.list[0]))
		return false;
	name_all(&c->a);
	name_all(&c->b);
	if (is_error_instead(c)) {
		behaviour_error_instead(c->r);
		return true;
	}
	if (!is_foreign(c))
		return false;
	gap_saw_replaced(c, &c->a.list[0], &c->b.list[0]);
	return true;
}

/* ---- pings, comments, bytes ---- */

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

/* The texts differ only in line ends. */
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

/* Some difference between the events was reported. */
static bool is_told(const struct gap_streams *c)
{
	for (size_t i = 0; i < c->a.count; i++)
		if (c->a.list[i].told)
			return true;
	return c->paired < c->b.count ||
	       (c->paired < c->a.count && !gap_is_tail_lost(c));
}

void behaviour_events(const struct behaviour_reading *r)
{
	struct gap_streams c = { .r = r };

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
