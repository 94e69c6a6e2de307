/* Makes changes of differences: groups those of several requests, drops those
 * that follow from others, and tells the kind of each. */
#include <stdlib.h>
#include <string.h>

#include "probe/drift/drift_private.h"
#include "wire/bytes/mem.h"

struct drift_change *drift_change_add(struct drift *d, enum drift_kind kind,
				      struct span what)
{
	d->changes =
		mem_room(d->changes, d->count, &d->cap, sizeof(*d->changes));
	d->changes[d->count] =
		(struct drift_change){ .kind = kind, .what = span_dup(what) };
	return &d->changes[d->count++];
}

/* ---- the same difference of several requests ---- */

/* The same difference of several requests: a run of the sorted list. */
struct drift_group {
	const struct drift_difference *first;
	size_t count; /* requests */
	bool said; /* another change includes it */
};

static int by_fact(const void *left, const void *right)
{
	const struct drift_difference *a = left, *b = right;
	int order = strcmp(a->fact, b->fact);

	if (order == 0)
		order = (int)a->added - (int)b->added;
	return order != 0 ? order : a->in < b->in ? -1 : a->in > b->in;
}

static bool is_same(const struct drift_difference *a,
		    const struct drift_difference *b)
{
	return a->added == b->added && strcmp(a->fact, b->fact) == 0;
}

static struct drift_group *groups_of(struct drift_differences *all,
				     size_t *count)
{
	struct drift_group *list = xcalloc(all->count, sizeof(*list));

	*count = 0;
	if (all->count > 0)
		qsort(all->list, all->count, sizeof(*all->list), by_fact);
	for (size_t i = 0; i < all->count; i++) {
		if (*count == 0 ||
		    !is_same(list[*count - 1].first, &all->list[i]))
			list[(*count)++].first = &all->list[i];
		list[*count - 1].count++;
	}
	return list;
}

static bool same_requests(const struct drift_group *a,
			  const struct drift_group *b)
{
	if (a->count != b->count)
		return false;
	for (size_t i = 0; i < a->count; i++)
		if (a->first[i].in != b->first[i].in)
			return false;
	return true;
}

/* Whether every request of `small` is one of `large`. */
static bool is_within(const struct drift_group *small,
		      const struct drift_group *large)
{
	size_t k = 0;

	for (size_t i = 0; i < small->count; i++) {
		while (k < large->count &&
		       large->first[k].in < small->first[i].in)
			k++;
		if (k == large->count ||
		    large->first[k].in != small->first[i].in)
			return false;
	}
	return true;
}

/* What a fact is about, without its value. */
static struct span place_of(const struct drift_group *g)
{
	struct span fact = span_of(g->first->fact);

	return span_first(fact, span_find_byte(fact, DRIFT_VALUE));
}

static struct span value_of(const struct drift_group *g)
{
	struct span fact = span_of(g->first->fact);
	size_t at = span_find_byte(fact, DRIFT_VALUE);

	return at == SIZE_MAX ? SPAN_EMPTY : span_skip(fact, at + 1);
}

static bool has_value(const struct drift_group *g)
{
	return strchr(g->first->fact, DRIFT_VALUE) != NULL;
}

/* Whether `inner` is a value of `outer`, or a member in it. */
static bool is_part(struct span outer, const char *inner)
{
	return strlen(inner) > outer.len &&
	       memcmp(inner, outer.at, outer.len) == 0 &&
	       strchr("/[\x01", inner[outer.len]) != NULL;
}

/* Drops what comes or goes together with something around it, and a field that
 * comes together with its value. */
static void drop_parts(struct drift_group *list, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		struct span outer = place_of(&list[i]);

		if (has_value(&list[i]) || list[i].said)
			continue;
		for (size_t k = i + 1; k < count; k++) {
			if (strncmp(list[k].first->fact, outer.at, outer.len))
				break;
			if (is_part(outer, list[k].first->fact) &&
			    list[k].first->added == list[i].first->added &&
			    is_within(&list[k], &list[i]))
				list[k].said = true;
		}
	}
}

/* ---- what kind of change it is ---- */

static bool ends_in(struct span s, const char *const *words)
{
	for (; *words != NULL; words++)
		if (span_ends(s, *words))
			return true;
	return false;
}

static enum drift_kind kind_of(struct span place, struct span *what)
{
	static const struct {
		const char *begin;
		enum drift_kind kind;
	} begins[] = {
		{ "request ", DRIFT_REQUESTS },
		{ "route ", DRIFT_ROUTE },
		{ "header ", DRIFT_HEADER },
		{ "beta ", DRIFT_BETA },
	};
	static const char *const limits[] = { "/max_tokens", "/budget_tokens",
					      "/max_uses", NULL };
	struct span tool = span_skip(place, strlen("/tools/"));

	for (size_t i = 0; i < sizeof(begins) / sizeof(begins[0]); i++)
		if (span_starts(place, begins[i].begin)) {
			*what = span_skip(place, strlen(begins[i].begin));
			return begins[i].kind;
		}
	*what = place;
	if (span_starts(place, "/tools/"))
		return span_find_byte(tool, '/') == SIZE_MAX ? DRIFT_TOOL
		       : span_find(place, span_of("schema/")) != SIZE_MAX
			       ? DRIFT_SCHEMA
			       : DRIFT_FIELD;
	if (span_ends(place, "]") && span_starts(place, "/messages["))
		return span_find(place, span_of("]/")) == SIZE_MAX
			       ? DRIFT_ROLE
			       : DRIFT_BLOCK;
	return ends_in(place, limits) ? DRIFT_LIMIT : DRIFT_FIELD;
}

/* ---- changes ---- */

/* The other value if the same place has another value in the same requests now.
 * NULL: there is none, or several values came or went, and each is a change of
 * its own. */
static struct drift_group *other_value(struct drift_group *list, size_t count,
				       size_t i)
{
	struct span place = place_of(&list[i]);
	struct drift_group *found = NULL;
	size_t k = i;

	while (k > 0 && span_equal(place_of(&list[k - 1]), place))
		k--;
	for (; k < count && span_equal(place_of(&list[k]), place); k++) {
		if (k == i || list[k].said || !has_value(&list[k]) ||
		    !same_requests(&list[k], &list[i]))
			continue;
		if (found != NULL ||
		    list[k].first->added == list[i].first->added)
			return NULL;
		found = &list[k];
	}
	return found;
}

static void set_values(struct drift_change *c, struct drift_group *g,
		       struct drift_group *other)
{
	char *value = span_dup(value_of(g));

	if (g->first->added)
		c->now = value;
	else
		c->was = value;
	if (other == NULL)
		return;
	value = span_dup(value_of(other));
	if (g->first->added)
		c->was = value;
	else
		c->now = value;
	other->said = true;
}

/* Adds what came or went in exactly the requests in which the beta did. */
static void add_partners(struct drift_change *c, const struct drift_group *list,
			 size_t count, const struct drift_group *beta)
{
	struct span what;

	for (size_t i = 0; i < count; i++) {
		enum drift_kind kind = kind_of(place_of(&list[i]), &what);

		if (&list[i] == beta || list[i].said ||
		    kind == DRIFT_REQUESTS || kind == DRIFT_ROUTE ||
		    list[i].first->added != beta->first->added ||
		    !same_requests(&list[i], beta))
			continue;
		drift_list_add(&c->with, what);
	}
}

static int by_kind(const void *left, const void *right)
{
	const struct drift_change *a = left, *b = right;

	if (a->kind != b->kind)
		return a->kind < b->kind ? -1 : 1;
	return strcmp(a->what, b->what);
}

void drift_change_all(struct drift *d, struct drift_differences *all)
{
	size_t count;
	struct drift_group *list = groups_of(all, &count);

	drop_parts(list, count);
	for (size_t i = 0; i < count; i++) {
		struct drift_group *g = &list[i];
		struct drift_group *other;
		struct drift_change *c;
		enum drift_kind kind;
		struct span what;

		if (g->said)
			continue;
		kind = kind_of(place_of(g), &what);
		other = has_value(g) ? other_value(list, count, i) : NULL;
		c = drift_change_add(d, kind, what);
		set_values(c, g, other);
		for (size_t k = 0; k < g->count; k++)
			drift_list_add(
				&c->in,
				span_of(all->pairs.list[g->first[k].in]));
		drift_list_sort(&c->in);
		if (kind == DRIFT_BETA)
			add_partners(c, list, count, g);
	}
	if (d->count > 0)
		qsort(d->changes, d->count, sizeof(*d->changes), by_kind);
	free(list);
}
