/* Pairs the requests of two releases, and compares each pair. */
#include <stdlib.h>
#include <string.h>

#include "probe/drift/drift_private.h"
#include "wire/bytes/mem.h"

/* ---- lists ---- */

typedef void only_fn(void *arg, const char *text, bool added);

/* Calls fn, which may be NULL, for each text that only one of two sorted lists
 * has; returns how many they share. */
static size_t walk(const struct drift_list *old, const struct drift_list *new,
		   only_fn *fn, void *arg)
{
	size_t i = 0, k = 0, shared = 0;

	while (i < old->count || k < new->count) {
		int order = i == old->count ? 1
			    : k == new->count
				    ? -1
				    : strcmp(old->list[i], new->list[k]);

		if (order == 0)
			shared++;
		else if (fn != NULL)
			fn(arg, order < 0 ? old->list[i] : new->list[k],
			   order > 0);
		i += order <= 0;
		k += order >= 0;
	}
	return shared;
}

/* ---- one pair ---- */

struct drift_pair {
	struct drift *drift;
	struct drift_differences *all;
	const char *scenario;
	size_t in;

	size_t texts; /* new or changed ones */
};

static size_t add_pair(struct drift_pair *p, const struct drift_request *r)
{
	struct buf name = BUF_INIT(BUF_NO_LIMIT);

	buf_addf(&name, "%s/%s", p->scenario, r->name);
	drift_list_add(&p->all->pairs, buf_span(&name));
	buf_clear(&name);
	return p->all->pairs.count - 1;
}

static void add_fact(struct drift_pair *p, const char *fact, bool added)
{
	struct drift_differences *all = p->all;

	all->list =
		mem_room(all->list, all->count, &all->cap, sizeof(*all->list));
	all->list[all->count++] = (struct drift_difference){
		.fact = xstrdup(fact), .added = added, .in = p->in
	};
}

static void on_fact(void *arg, const char *fact, bool added)
{
	add_fact(arg, fact, added);
}

static void on_text(void *arg, const char *text, bool added)
{
	struct drift_pair *p = arg;

	(void)text;
	p->texts += added;
}

/* Whether both have the same names in another order. */
static bool is_moved(const struct drift_list *old, const struct drift_list *new)
{
	struct drift_list a = { .list = NULL }, b = { .list = NULL };
	bool same;

	for (size_t i = 0; i < old->count; i++)
		drift_list_add(&a, span_of(old->list[i]));
	for (size_t i = 0; i < new->count; i++)
		drift_list_add(&b, span_of(new->list[i]));
	drift_list_sort(&a);
	drift_list_sort(&b);
	same = a.count == b.count && walk(&a, &b, NULL, NULL) == a.count;
	drift_list_clear(&a);
	drift_list_clear(&b);
	for (size_t i = 0; same && i < old->count; i++)
		if (i >= new->count || strcmp(old->list[i], new->list[i]) != 0)
			return true;
	return false;
}

static void compare_pair(struct drift_pair *p, const struct drift_request *old,
			 const struct drift_request *new)
{
	p->in = add_pair(p, new);
	p->texts = 0;
	walk(&old->facts, &new->facts, on_fact, p);
	walk(&old->prose, &new->prose, on_text, p);
	if (is_moved(&old->order, &new->order))
		add_fact(p, "header order of fields and members", true);
	p->drift->requests++;
	p->drift->texts += p->texts;
	p->drift->texts_in += p->texts > 0;
}

/* ---- the requests of a scenario ---- */

/* Count requests are sent in parallel, so their order means nothing. */
static bool is_loose(const struct drift_request *r)
{
	return span_ends(span_of(r->route), "/count_tokens");
}

static size_t shared(const struct drift_request *a,
		     const struct drift_request *b)
{
	return strcmp(a->route, b->route) == 0
		       ? 1 + walk(&a->facts, &b->facts, NULL, NULL)
		       : 0;
}

/* Pairs each loose request with the one that it shares most facts with. */
static void match_loose(const struct drift_scenario *old,
			const struct drift_scenario *new, size_t *partner,
			bool *taken)
{
	for (size_t i = 0; i < old->count; i++) {
		size_t most = 0;

		if (!is_loose(&old->list[i]))
			continue;
		for (size_t k = 0; k < new->count; k++) {
			size_t n =
				taken[k] ? 0
					 : shared(&old->list[i], &new->list[k]);

			if (n > most) {
				most = n;
				partner[i] = k;
			}
		}
		if (partner[i] != SIZE_MAX)
			taken[partner[i]] = true;
	}
}

/* Pairs the other requests in order, so that all pairs together share as many
 * facts as possible. */
static void match_ordered(const struct drift_scenario *old,
			  const struct drift_scenario *new, size_t *partner)
{
	size_t width = new->count + 1;
	size_t *best = xcalloc((old->count + 1) * width, sizeof(*best));
	size_t *same = xcalloc((old->count + 1) * width, sizeof(*same));

	for (size_t i = old->count; i-- > 0;)
		for (size_t k = new->count; k-- > 0;) {
			size_t at = i * width + k, skip;

			same[at] =
				is_loose(&old->list[i])
					? 0
					: shared(&old->list[i], &new->list[k]);
			skip = best[at + 1] > best[at + width]
				       ? best[at + 1]
				       : best[at + width];
			best[at] = same[at] + best[at + width + 1];
			if (same[at] == 0 || best[at] < skip) {
				best[at] = skip;
				same[at] = 0;
			}
		}
	for (size_t i = 0, k = 0; i < old->count && k < new->count;) {
		size_t at = i * width + k;

		if (same[at] > 0)
			partner[i++] = k++;
		else if (best[at] == best[at + width])
			i++;
		else
			k++;
	}
	free(best);
	free(same);
}

static bool is_retry(const char *scenario)
{
	static const char *const begins[] = { "retry-", "degrade-",
					      "nonstream-", "max-tokens-" };

	for (size_t i = 0; i < sizeof(begins) / sizeof(begins[0]); i++)
		if (strncmp(scenario, begins[i], strlen(begins[i])) == 0)
			return true;
	return false;
}

static char *number(size_t n)
{
	struct buf text = BUF_INIT(BUF_NO_LIMIT);

	buf_addf(&text, "%zu", n);
	return buf_take(&text, NULL);
}

static void tell_count(struct drift *d, const struct drift_scenario *old,
		       const struct drift_scenario *new)
{
	struct drift_change *c;

	if (old->count == new->count)
		return;
	c = drift_change_add(
		d, is_retry(new->name) ? DRIFT_RETRIES : DRIFT_REQUESTS,
		span_of(new->name));
	c->was = number(old->count);
	c->now = number(new->count);
}

/* Adds a request without a partner, as a route that is new or gone. */
static void alone(struct drift_pair *p, const struct drift_request *r,
		  bool added)
{
	struct buf fact = BUF_INIT(BUF_NO_LIMIT);

	p->in = add_pair(p, r);
	buf_addf(&fact, "request %s", r->route);
	add_fact(p, buf_str(&fact), added);
	buf_clear(&fact);
}

void drift_compare(struct drift *d, struct drift_differences *all,
		   const struct drift_scenario *old,
		   const struct drift_scenario *new)
{
	struct drift_pair p = { .drift = d, .all = all, .scenario = new->name };
	bool *taken = xcalloc(new->count + 1, sizeof(*taken));
	size_t *partner = xcalloc(old->count + 1, sizeof(*partner));

	tell_count(d, old, new);
	for (size_t i = 0; i < old->count; i++)
		partner[i] = SIZE_MAX;
	match_loose(old, new, partner, taken);
	match_ordered(old, new, partner);
	for (size_t i = 0; i < old->count; i++) {
		if (partner[i] == SIZE_MAX) {
			alone(&p, &old->list[i], false);
			continue;
		}
		taken[partner[i]] = true;
		compare_pair(&p, &old->list[i], &new->list[partner[i]]);
	}
	for (size_t k = 0; k < new->count; k++)
		if (!taken[k])
			alone(&p, &new->list[k], true);
	free(partner);
	free(taken);
}

void drift_differences_clear(struct drift_differences *all)
{
	for (size_t i = 0; i < all->count; i++)
		free(all->list[i].fact);
	free(all->list);
	drift_list_clear(&all->pairs);
	*all = (struct drift_differences){ .list = NULL };
}
