/*
 * Makes a candidate valid: brings back or leaves out parts that belong
 * together, lets messages take turns, and leaves out empty lists. Otherwise the
 * search would find only errors that it made itself.
 */
#include "probe/bisect/bisect_private.h"

#define ROUNDS_LIMIT 8 /* a part that was brought back may need others */

/* Leaves out everything in a part that it can be without. */
static void least(const struct parts *ps, struct looks *l, size_t part)
{
	const struct part *p = &ps->list[part];

	for (size_t i = p->child; i < p->child + p->count; i++) {
		const struct part *c = &ps->list[i];

		if (l->of[i].how == HOW_TAKEN)
			continue;
		if (part_is_optional(c) || c->place == PLACE_DATA ||
		    part_is_text(c))
			part_out(ps, l, i);
		else
			least(ps, l, i);
	}
}

bool part_bring(const struct parts *ps, struct looks *l, size_t part)
{
	size_t up = ps->list[part].parent;

	if (l->of[part].how == HOW_TAKEN)
		return false;
	if (up != NO_PART) {
		if (!part_is_there(ps, l, up) && !part_bring(ps, l, up))
			return false;
		if (l->of[up].how == HOW_SHORT) {
			l->of[up].how = HOW_KEPT;
			least(ps, l, up);
		}
	}
	if (l->of[part].how == HOW_GONE) {
		l->of[part].how = HOW_KEPT;
		least(ps, l, part);
	}
	return true;
}

static void drop(const struct parts *ps, struct looks *l, size_t part)
{
	while (part != 0 && !part_is_optional(&ps->list[part]))
		part = ps->list[part].parent;
	if (part != 0)
		part_out(ps, l, part);
}

/* ---- needs ---- */

static bool is_met(const struct parts *ps, const struct looks *l, size_t from,
		   size_t to)
{
	for (size_t i = from; i < to; i++)
		if (part_is_there(ps, l, ps->needs[i].what))
			return true;
	return false;
}

static bool bring_one(const struct parts *ps, struct looks *l, size_t from,
		      size_t to)
{
	for (size_t i = from; i < to; i++)
		if (part_bring(ps, l, ps->needs[i].what))
			return true;
	return false;
}

static bool meet_needs(const struct parts *ps, struct looks *l, enum closing c)
{
	bool changed = false;
	size_t to;

	for (size_t from = 0; from < ps->need_count; from = to) {
		size_t who = ps->needs[from].who;
		bool follows = ps->needs[from].follows;

		for (to = from; to < ps->need_count &&
				ps->needs[to].who == who &&
				ps->needs[to].follows == follows;)
			to++;
		if (!part_is_there(ps, l, who) || is_met(ps, l, from, to))
			continue;
		if (c == CLOSE_DROP || follows)
			drop(ps, l, who);
		else if (!bring_one(ps, l, from, to))
			continue;
		changed = true;
	}
	return changed;
}

/* ---- messages ---- */

enum role { ROLE_OTHER, ROLE_USER, ROLE_ASSISTANT };

static enum role role_of(const struct parts *ps, size_t message)
{
	size_t at = part_member(ps, message, "role");

	if (at == NO_PART)
		return ROLE_OTHER;
	if (jscan_string_is(ps->list[at].value, "user"))
		return ROLE_USER;
	if (jscan_string_is(ps->list[at].value, "assistant"))
		return ROLE_ASSISTANT;
	return ROLE_OTHER;
}

static bool bring_message(const struct parts *ps, struct looks *l, size_t i)
{
	size_t content = part_member(ps, i, "content");

	if (part_is_there(ps, l, i) || !part_bring(ps, l, i))
		return false;
	if (content != NO_PART)
		part_out(ps, l, content);
	return true;
}

/* Brings back the first message of a role, from `from` towards `to`
 * (exclusive). */
static bool bring_role(const struct parts *ps, struct looks *l, enum role role,
		       size_t from, size_t to)
{
	while (from != to) {
		size_t i = from < to ? from++ : --from;

		if (role_of(ps, i) == role && bring_message(ps, l, i))
			return true;
	}
	return false;
}

/* Puts a message of the other role between two of the same role. */
static bool take_turns(const struct parts *ps, struct looks *l, size_t first,
		       size_t end)
{
	size_t last = NO_PART;
	bool changed = false;

	for (size_t i = first; i < end; i++) {
		enum role role = role_of(ps, i);

		if (role == ROLE_OTHER || !part_is_there(ps, l, i))
			continue;
		if (last != NO_PART && role_of(ps, last) == role &&
		    bring_role(ps, l,
			       role == ROLE_USER ? ROLE_ASSISTANT : ROLE_USER,
			       last + 1, i))
			changed = true;
		last = i;
	}
	if (last != NO_PART && ps->ends_with_user &&
	    role_of(ps, last) == ROLE_ASSISTANT &&
	    bring_role(ps, l, ROLE_USER, end, last))
		changed = true;
	return changed;
}

static bool close_messages(const struct parts *ps, struct looks *l)
{
	const struct part *m;
	size_t end, first;
	bool changed = false;

	if (ps->messages == NO_PART || !part_is_there(ps, l, ps->messages) ||
	    ps->list[ps->messages].count == 0)
		return false;
	m = &ps->list[ps->messages];
	end = m->child + m->count;
	first = m->child;
	while (first < end && !part_is_there(ps, l, first))
		first++;
	if (first == end)
		changed = bring_role(ps, l, ROLE_USER, end, m->child) ||
			  bring_message(ps, l, m->child);
	else if (role_of(ps, first) != ROLE_USER)
		changed = bring_role(ps, l, ROLE_USER, m->child, first);
	if (ps->alternates && take_turns(ps, l, m->child, end))
		changed = true;
	return changed;
}

/* ---- all of it ---- */

static bool is_empty(const struct parts *ps, const struct looks *l, size_t part)
{
	const struct part *p = &ps->list[part];

	for (size_t i = p->child; i < p->child + p->count; i++)
		if (l->of[i].how != HOW_GONE && l->of[i].how != HOW_TAKEN)
			return false;
	return p->count > 0;
}

void looks_tidy(const struct parts *ps, struct looks *l)
{
	for (size_t i = ps->count; i-- > 1;) {
		const struct part *p = &ps->list[i];

		if (l->of[i].how != HOW_KEPT || !is_empty(ps, l, i))
			continue;
		if ((p->flags & PART_EMPTY_GOES) != 0)
			l->of[i].how = HOW_GONE;
		else if (p->place == PLACE_CONTENT)
			part_out(ps, l, i);
	}
}

/* A thinking budget must be smaller than max_tokens, so max_tokens is not
 * shortened. */
static void keep_budget(const struct parts *ps, struct looks *l)
{
	if (ps->budget != NO_PART && ps->max_tokens != NO_PART &&
	    part_is_there(ps, l, ps->budget) &&
	    l->of[ps->max_tokens].how == HOW_SHORT)
		l->of[ps->max_tokens].how = HOW_KEPT;
}

void looks_close(const struct parts *ps, struct looks *l, enum closing c)
{
	for (int i = 0; i < ROUNDS_LIMIT; i++) {
		bool changed = meet_needs(ps, l, c);

		if (close_messages(ps, l))
			changed = true;
		if (!changed)
			break;
	}
	keep_budget(ps, l);
	looks_tidy(ps, l);
}
