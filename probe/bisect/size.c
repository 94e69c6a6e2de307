/*
 * Finds out whether the number of bytes fails, and no part of the request: a
 * message of filler that is as long as the given request fails too. Then
 * halving finds the limit.
 */
#include "probe/bisect/bisect_private.h"

#define LONG_TEXT 24 /* shorter strings may be words of a protocol */
#define GAP 1024 /* bytes, or 1 %: the search for the limit ends here */
#define TRIALS_LIMIT 12

static void change_texts(const struct search *s, struct looks *l, enum how how)
{
	const struct parts *ps = &s->parts;

	for (size_t i = 1; i < ps->count; i++) {
		const struct part *p = &ps->list[i];

		if (p->kind == PART_BODY || !part_is_text(p) ||
		    part_text(p).len <= LONG_TEXT || l->of[i].how != HOW_KEPT)
			continue;
		l->of[i] = (struct part_look){ .how = how,
					       .to = part_text(p).len };
	}
}

void search_shorten(const struct search *s, struct looks *l)
{
	change_texts(s, l, HOW_SHORT);
}

static size_t body_length(const struct search *s, const struct looks *l)
{
	struct bisect_request r;
	size_t len;

	without(&s->parts, l, &r);
	len = r.body.len;
	bisect_request_clear(&r);
	return len;
}

/* The content of the only message of a bare request. */
static size_t content_of(const struct parts *ps, const struct looks *l)
{
	const struct part *m;

	if (ps->messages == NO_PART)
		return NO_PART;
	m = &ps->list[ps->messages];
	for (size_t i = m->child; i < m->child + m->count; i++)
		if (part_is_there(ps, l, i))
			return part_member(ps, i, "content");
	return NO_PART;
}

struct sizing {
	struct search *s;
	struct looks bare;
	size_t content;
	size_t around; /* bytes of the body that are no filler */
};

static enum trial ask_size(struct sizing *z, size_t bytes)
{
	z->bare.of[z->content] = (struct part_look){ .how = HOW_FILLED,
						     .to = bytes - z->around };
	return search_ask(z->s, &z->bare);
}

static void find_limit(struct sizing *z, struct bisect_cause *c)
{
	size_t fails = z->s->parts.given->body.len, passes = z->around;

	for (int i = 0; i < TRIALS_LIMIT && !z->s->is_over; i++) {
		size_t gap = fails - passes, mid = passes + gap / 2;
		enum trial t;

		if (gap < GAP || gap < fails / 100)
			break;
		t = ask_size(z, mid);
		if (t == TRIAL_SAME)
			fails = mid;
		else if (t != TRIAL_OVER)
			passes = mid;
		if (t == TRIAL_PASSES) {
			bisect_request_clear(&c->passing);
			without(&z->s->parts, &z->bare, &c->passing);
		}
	}
	c->is_size = true;
	c->fails_at = fails;
	c->passes_at = passes;
}

static bool is_total(struct search *s, struct bisect_cause *c)
{
	struct sizing z = { .s = s };
	bool found = false;

	looks_init(&z.bare, &s->parts);
	search_all_out(s, &z.bare);
	looks_close(&s->parts, &z.bare, CLOSE_PULL);
	z.content = content_of(&s->parts, &z.bare);
	if (z.content != NO_PART) {
		z.bare.of[z.content] = (struct part_look){ .how = HOW_FILLED };
		z.around = body_length(s, &z.bare);
		found = z.around < s->parts.given->body.len &&
			ask_size(&z, s->parts.given->body.len) == TRIAL_SAME;
	}
	if (found) {
		search_stage(s, "size");
		find_limit(&z, c);
	}
	looks_clear(&z.bare);
	return found;
}

/* Replaces all texts by filler: if that fails too, only their lengths
 * matter. */
static bool fails_filled(struct search *s, struct looks *l)
{
	looks_copy(l, &s->want, &s->parts);
	change_texts(s, l, HOW_FILLED);
	return search_ask(s, l) == TRIAL_SAME;
}

bool search_size(struct search *s, struct bisect_cause *c)
{
	struct looks filled;
	bool found = false;

	if (s->size_tried)
		return false;
	s->size_tried = true;
	looks_init(&filled, &s->parts);
	if (fails_filled(s, &filled)) {
		found = is_total(s, c);
		if (!found)
			looks_copy(&s->want, &filled, &s->parts);
	}
	looks_clear(&filled);
	return found;
}
