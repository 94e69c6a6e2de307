/* The fold over runs, and what it comes to. */
#include "probe/judge/causes.h"

#include <stdlib.h>
#include <string.h>

#include "probe/judge/behaviour_private.h"
#include "probe/judge/causes_private.h"
#include "wire/bytes/mem.h"

struct explained { /* a failing result */
	char *id;
	size_t behaviour; /* or CAUSE_NONE */
};

struct causes {
	struct behaviours seen;
	char *client, *wrong, *upstream;
	struct explained *list;
	size_t count, cap;
};

static char *copy(const char *text)
{
	return text != NULL ? xstrdup(text) : NULL;
}

struct causes *causes_new(const struct causes_keys *keys)
{
	struct causes *c = xcalloc(1, sizeof(*c));

	c->client = copy(keys->client);
	c->wrong = copy(keys->wrong);
	c->upstream = copy(keys->upstream);
	secrets_add(&c->seen.secrets, c->client);
	secrets_add(&c->seen.secrets, c->wrong);
	secrets_add(&c->seen.secrets, c->upstream);
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
		      const struct pair *p)
{
	struct causes_keys keys = { c->client, c->wrong, c->upstream };
	struct behaviour_reading r = { .seen = &c->seen,
				       .keys = &keys,
				       .view = v };

	r.pair = p;
	r.c = p->c;
	r.u = pair_answered(p);
	behaviour_route(&r);
	if (r.u != NULL)
		behaviour_request(&r);
	behaviour_answer(&r);
	behaviour_flow(&r);
}

/* The strictest level first, then the worst effect, then the first. */
static bool is_worse(const struct outcome *a, const struct outcome *b)
{
	if (a->level != b->level)
		return a->level < b->level;
	return a->effect < b->effect;
}

static size_t explain_result(const struct causes *c, const struct pairs *p,
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
	if (c->count == c->cap) {
		c->cap = c->cap > 0 ? c->cap * 2 : 64;
		c->list = xrealloc(c->list, c->cap * sizeof(*c->list));
	}
	c->list[c->count++] = (struct explained){ xstrdup(id), behaviour };
}

void causes_add(struct causes *c, const struct wlog *log, uint64_t run,
		const struct result *result)
{
	struct pairs pairs = { .list = NULL };
	struct view v;

	view_of(&v, log, run);
	pairs_of(&pairs, &v);
	behaviours_run(&c->seen, result->id);
	for (size_t i = 0; i < pairs.count; i++) {
		behaviours_pair(&c->seen, i);
		read_pair(c, &v, &pairs.list[i]);
	}
	behaviour_waiting(&c->seen, &v, &pairs);
	if (result->verdict == VERDICT_FAIL)
		keep_result(c, result->id,
			    explain_result(c, &pairs, &v, result));
	pairs_clear(&pairs);
	view_clear(&v);
}

/* ---- settling ---- */

static void fill_duty(struct cause *out, const struct behaviour *b)
{
	const struct behaviour_rule *rule = b->rule;

	out->duty = rule != NULL ? rule->duty : b->row->duty;
	out->level = rule != NULL ? rule->level : b->row->level;
	out->effect = rule != NULL ? rule->effect : b->row->effect;
	out->fix = xstrdup(rule != NULL && rule->fix != NULL ? rule->fix
							     : b->row->fix);
}

static void fill_cause(const struct causes *c, const struct behaviour *b,
		       struct cause *out)
{
	struct buf headline = BUF_INIT(BUF_NO_LIMIT);

	*out = (struct cause){
		.id = xstrdup(b->id),
		.kind = b->row->kind,
		.change = b->row->change,
		.count = b->count,
		.of = behaviours_of(&c->seen, b),
		.example_count = b->example_count,
	};
	behaviours_headline(&c->seen, b, &headline);
	secrets_blot(&c->seen.secrets, &headline);
	out->headline = buf_take(&headline, NULL);
	fill_duty(out, b);
	for (size_t i = 0; i < b->example_count; i++) {
		out->examples[i].id = xstrdup(b->examples[i].id);
		out->examples[i].sent = copy(b->examples[i].sent);
		out->examples[i].got = copy(b->examples[i].got);
	}
}

static void add_case(struct cause *cause, size_t i)
{
	cause->cases = xrealloc(cause->cases, (cause->case_count + 1) *
						      sizeof(*cause->cases));
	cause->cases[cause->case_count++] = i;
}

static size_t behaviour_of(const struct causes *c, const struct result *r)
{
	for (size_t i = 0; i < c->count; i++)
		if (strcmp(c->list[i].id, r->id) == 0)
			return c->list[i].behaviour;
	return CAUSE_NONE;
}

/* How much it harms, by what it does to a session and how often. */
static size_t harm_of(const struct cause *cause)
{
	static const size_t weights[] = {
		[EFFECT_EXPOSES] = 64, [EFFECT_BREAKS] = 16,
		[EFFECT_COSTS] = 8,    [EFFECT_DEGRADES] = 4,
		[EFFECT_COSMETIC] = 1,
	};
	size_t by_level = cause->level == LEVEL_MUST     ? 4
			  : cause->level == LEVEL_SHOULD ? 2
							 : 1;

	return weights[cause->effect] * by_level * cause->case_count;
}

static int by_harm(const void *left, const void *right)
{
	const struct cause *a = left, *b = right;
	size_t x = harm_of(a), y = harm_of(b);

	if (x != y)
		return x > y ? -1 : 1;
	if (a->case_count == 0 && a->count != b->count)
		return a->count > b->count ? -1 : 1;
	return strcmp(a->id, b->id);
}

/* What explains no failure breaks no duty, as far as this run shows. */
static void make_note(struct cause *cause)
{
	if (cause->case_count == 0)
		cause->duty = NULL;
}

void causes_settle(const struct causes *c, struct run_report *r)
{
	struct cause *list = xcalloc(c->seen.count + 1, sizeof(*list));

	for (size_t i = 0; i < c->seen.count; i++)
		fill_cause(c, &c->seen.list[i], &list[i]);
	for (size_t i = 0; i < r->count; i++) {
		size_t b = CAUSE_NONE;

		if (r->list[i].verdict == VERDICT_FAIL)
			b = behaviour_of(c, &r->list[i]);
		if (b != CAUSE_NONE)
			add_case(&list[b], i);
	}
	qsort(list, c->seen.count, sizeof(*list), by_harm);
	for (size_t i = 0; i < c->seen.count; i++) {
		make_note(&list[i]);
		for (size_t k = 0; k < list[i].case_count; k++)
			r->list[list[i].cases[k]].cause = i + 1;
	}
	r->causes = list;
	r->cause_count = c->seen.count;
}
