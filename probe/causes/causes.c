/* Adds runs one by one, and keeps what explains their failing results. */
#include "probe/causes/causes.h"

#include <stdlib.h>
#include <string.h>

#include "probe/causes/behaviour_private.h"
#include "probe/causes/causes_private.h"
#include "wire/bytes/mem.h"

struct explained { /* a failing result */
	char *id;
	size_t behaviour; /* or CAUSE_NONE */
};

struct causes {
	struct behaviours seen;
	char *client, *wrong, *upstream;
	bool client_is_weak, upstream_is_weak;
	const char *const *named;
	bool translates;
	struct explained *list;
	size_t count, cap;
};

static char *copy(const char *text)
{
	return text != NULL ? xstrdup(text) : NULL;
}

void causes_set_keys(struct causes *c, const struct causes_keys *keys)
{
	free(c->client);
	free(c->wrong);
	free(c->upstream);
	c->client = copy(keys->client);
	c->wrong = copy(keys->wrong);
	c->upstream = copy(keys->upstream);
	c->client_is_weak = keys->client_is_weak;
	c->upstream_is_weak = keys->upstream_is_weak;
	c->named = keys->named;
	secrets_add(&c->seen.secrets, c->wrong);
	if (!c->client_is_weak)
		secrets_add(&c->seen.secrets, c->client);
	if (!c->upstream_is_weak)
		secrets_add(&c->seen.secrets, c->upstream);
}

void causes_set_translates(struct causes *c)
{
	c->translates = true;
}

struct causes *causes_new(const struct causes_keys *keys)
{
	struct causes *c = xcalloc(1, sizeof(*c));

	causes_set_keys(c, keys);
	return c;
}

void causes_free(struct causes *c)
{
	if (c == NULL)
		return;
	for (size_t i = 0; i < c->count; i++)
		free(c->list[i].id);
	free(c->list);
	behaviours_clear(&c->seen);
	free(c->client);
	free(c->wrong);
	free(c->upstream);
	free(c);
}

/* ---- adding a run ---- */

static void read_pair(struct causes *c, const struct view *v,
		      const struct couple *p)
{
	struct causes_keys keys = { c->client,           c->wrong,
				    c->upstream,         c->client_is_weak,
				    c->upstream_is_weak, c->named };
	struct behaviour_reading r = { .seen = &c->seen,
				       .keys = &keys,
				       .view = v,
				       .translates = c->translates };

	r.pair = p;
	r.c = p->c;
	r.u = couple_answered(p);
	behaviour_route(&r);
	if (behaviour_translation(&r)) {
		behaviour_flow(&r);
		return;
	}
	behaviour_answer(&r);
	behaviour_flow(&r);
	if (r.u == NULL)
		return;
	r.u = p->u[0]; /* later ones may be somewhere else, because of
			  redirects */
	behaviour_request(&r);
}

/* a comes before b: by stricter level, then by worse effect. */
static bool is_worse(const struct outcome *a, const struct outcome *b)
{
	if (a->level != b->level)
		return a->level < b->level;
	return a->effect < b->effect;
}

static size_t explain_result(const struct causes *c, const struct couples *p,
			     const struct view *v, const struct result *r)
{
	const struct outcome *worst = NULL;
	size_t found = CAUSE_NONE;

	for (size_t i = 0; i < r->outcome_count; i++) {
		const struct outcome *o = &r->outcomes[i];
		size_t one;

		if (o->verdict != VERDICT_FAIL || o->level == LEVEL_MAY ||
		    (worst != NULL && !is_worse(o, worst)))
			continue;
		one = causes_explain(&c->seen, p, v, o);
		if (one == CAUSE_NONE)
			continue;
		worst = o;
		found = one;
	}
	return found;
}

static void keep_result(struct causes *c, const char *id, size_t behaviour)
{
	for (size_t i = 0; i < c->count; i++) {
		if (strcmp(c->list[i].id, id) != 0)
			continue;
		c->list[i].behaviour = behaviour;
		return;
	}
	c->list = mem_room(c->list, c->count, &c->cap, sizeof(*c->list));
	c->list[c->count++] = (struct explained){ xstrdup(id), behaviour };
}

void causes_add(struct causes *c, const struct view *v,
		const struct result *result)
{
	struct couples couples = { .list = NULL };

	couples_of(&couples, v);
	behaviours_run(&c->seen, result->id);
	for (size_t i = 0; i < couples.count; i++) {
		behaviours_pair(&c->seen, i);
		read_pair(c, v, &couples.list[i]);
	}
	behaviour_waiting(&c->seen, v, &couples);
	if (c->translates)
		behaviour_counting(&c->seen, &couples);
	if (result->verdict == VERDICT_FAIL)
		keep_result(c, result->id,
			    explain_result(c, &couples, v, result));
	couples_clear(&couples);
}

const struct behaviours *causes_seen(const struct causes *c)
{
	return &c->seen;
}

size_t causes_explained(const struct causes *c, const char *id)
{
	for (size_t i = 0; i < c->count; i++)
		if (strcmp(c->list[i].id, id) == 0)
			return c->list[i].behaviour;
	return CAUSE_NONE;
}
