/* The names of verdicts, levels, effects and blame, and the memory of a
 * result. */
#include "reports/verdict.h"

#include <stdlib.h>

const char *verdict_name(enum verdict v)
{
	static const char *const names[VERDICT_COUNT] = {
		[VERDICT_PASS] = "pass",           [VERDICT_FAIL] = "fail",
		[VERDICT_UNDECIDED] = "undecided", [VERDICT_SKIP] = "skip",
		[VERDICT_BROKEN] = "broken",
	};

	return names[v];
}

const char *level_name(enum level l)
{
	static const char *const names[] = {
		[LEVEL_MUST] = "must",
		[LEVEL_SHOULD] = "should",
		[LEVEL_MAY] = "may",
	};

	return names[l];
}

const char *effect_name(enum effect e)
{
	static const char *const names[] = {
		[EFFECT_EXPOSES] = "exposes",   [EFFECT_BREAKS] = "breaks",
		[EFFECT_COSTS] = "costs",       [EFFECT_DEGRADES] = "degrades",
		[EFFECT_COSMETIC] = "cosmetic",
	};

	return names[e];
}

const char *blame_name(enum blame b)
{
	static const char *const names[] = {
		[BLAME_GATEWAY] = "gateway",
		[BLAME_UPSTREAM] = "upstream",
		[BLAME_CLIENT_CONFIG] = "client-config",
		[BLAME_HARNESS] = "harness",
		[BLAME_NETWORK] = "network",
	};

	return names[b];
}

static void outcome_clear(struct outcome *o)
{
	free(o->name);
	free(o->expect);
	free(o->wanted);
	free(o->got);
	free(o->difference);
}

const char *sees_name(enum sees s)
{
	static const char *const names[] = { [SEES_NOTHING] = NULL,
					     [SEES_CREDENTIAL] = "credential",
					     [SEES_FALSE_END] = "false-end" };

	return names[s];
}

static void sides_clear(struct sides *s)
{
	free(s->left_head);
	free(s->right_head);
	free(s->before);
	free(s->left);
	free(s->right);
	free(s->after);
}

static void evidence_free(struct evidence *e)
{
	if (!e)
		return;
	sides_clear(&e->request);
	sides_clear(&e->answer);
	for (size_t i = 0; i < e->moment_count; i++)
		free(e->moments[i].label);
	free(e->moments);
	free(e);
}

static void bill_free(struct bill *b)
{
	if (!b)
		return;
	free(b->why);
	free(b->open);
	free(b);
}

void result_clear(struct result *r)
{
	free(r->id);
	free(r->area);
	free(r->title);
	free(r->why);
	free(r->fix);
	free(r->file);
	free(r->effect_seen);
	for (size_t i = 0; i < r->guard_count; i++)
		free(r->guards[i]);
	free(r->guards);
	free(r->reason);
	for (size_t i = 0; i < r->outcome_count; i++)
		outcome_clear(&r->outcomes[i]);
	free(r->outcomes);
	free(r->trace);
	free(r->curl);
	free(r->expected);
	evidence_free(r->evidence);
	bill_free(r->bill);
	*r = (struct result){ .id = NULL };
}

void result_doubt(struct result *r, char *reason)
{
	r->verdict = VERDICT_UNDECIDED;
	r->blame = BLAME_HARNESS;
	free(r->reason);
	r->reason = reason;
}

enum effect result_failed_effect(const struct result *r)
{
	enum effect worst = EFFECT_COSMETIC;
	bool any = false;

	for (size_t i = 0; i < r->outcome_count; i++) {
		const struct outcome *o = &r->outcomes[i];

		if (o->verdict != VERDICT_FAIL || o->level == LEVEL_MAY)
			continue;
		any = true;
		if (o->effect < worst)
			worst = o->effect;
	}
	return any ? worst : r->effect;
}

bool result_is_problem(const struct result *r)
{
	return r->verdict != VERDICT_PASS && r->verdict != VERDICT_SKIP &&
	       !r->left_out;
}

enum level result_failed_level(const struct result *r)
{
	enum level strictest = LEVEL_MAY;
	bool any = false;

	if (r->verdict != VERDICT_FAIL)
		return r->level;
	for (size_t i = 0; i < r->outcome_count; i++) {
		const struct outcome *o = &r->outcomes[i];

		if (o->verdict != VERDICT_FAIL)
			continue;
		any = true;
		if (o->level < strictest)
			strictest = o->level;
	}
	return any ? strictest : r->level;
}
