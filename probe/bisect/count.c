/*
 * Finds out whether only the number of items fails (more than 128 tools), and
 * not which items they are. If each item were searched for, each would seem
 * needed, and would cost several requests.
 */
#include "probe/bisect/bisect_private.h"

struct counting {
	struct search *s;
	const struct part_list *units;
	size_t list; /* its items are counted */
	size_t total;
	struct looks want;
};

/* Only `count` items of the list, from the `from`th on; other units are left
 * out. */
static bool fails_with(struct counting *c, size_t from, size_t count)
{
	const struct parts *ps = &c->s->parts;
	size_t n = 0;

	looks_copy(&c->want, &c->s->want, ps);
	for (size_t i = 0; i < c->units->count; i++) {
		size_t unit = c->units->list[i];
		bool is_item = ps->list[unit].parent == c->list;

		/* An item may be left out in s->want: this brings it back. */
		if (is_item && n >= from && n < from + count)
			c->want.of[unit].how = HOW_KEPT;
		else
			part_out(ps, &c->want, unit);
		n += is_item;
	}
	return search_ask_closed(c->s, &c->want) == TRIAL_SAME;
}

/* The list that holds all units that have to be there, or NO_PART. */
static size_t list_of(const struct search *s, const struct part_list *units,
		      const bool *in)
{
	size_t list = NO_PART;

	for (size_t i = 0; i < units->count; i++) {
		size_t up = s->parts.list[units->list[i]].parent;

		if (!in[i])
			continue;
		if (list != NO_PART && list != up)
			return NO_PART;
		list = up;
	}
	if (list == NO_PART || s->parts.list[list].value.type != J_ARRAY)
		return NO_PART;
	return list;
}

static size_t find_count(struct counting *c)
{
	size_t low = 0, high = c->total;

	while (high - low > 1 && !c->s->is_over) {
		size_t mid = low + (high - low) / 2;

		if (fails_with(c, 0, mid))
			high = mid;
		else
			low = mid;
	}
	return high;
}

/* Whether it fails with any `count` items: with the last ones too. If the list
 * has no others, it must pass when the first or the last is left out. */
static bool is_any(struct counting *c, size_t count)
{
	if (count < c->total)
		return fails_with(c, c->total - count, count);
	return !fails_with(c, 1, count - 1);
}

/* How many items are there, with those that close.c brings back. */
static size_t items_there(struct counting *c)
{
	const struct parts *ps = &c->s->parts;
	const struct part *list = &ps->list[c->list];
	size_t count = 0;

	looks_close(ps, &c->want, CLOSE_PULL);
	for (size_t i = list->child; i < list->child + list->count; i++)
		count += part_is_there(ps, &c->want, i);
	return count;
}

bool search_count(struct search *s, const struct part_list *units,
		  const bool *in)
{
	struct counting c = { .s = s, .units = units };
	size_t count = 0;
	bool found = false;

	c.list = list_of(s, units, in);
	if (c.list == NO_PART)
		return false;
	for (size_t i = 0; i < units->count; i++)
		c.total += s->parts.list[units->list[i]].parent == c.list;
	looks_init(&c.want, &s->parts);
	if (fails_with(&c, 0, c.total)) {
		count = find_count(&c);
		found = is_any(&c, count) && fails_with(&c, 0, count);
	}
	if (found) {
		looks_copy(&s->want, &c.want, &s->parts);
		s->counted = c.list;
		s->count = items_there(&c);
	}
	looks_clear(&c.want);
	return found;
}
