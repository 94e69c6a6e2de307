/* From results to a letter. */
#include "reports/grade.h"

#include <stdlib.h>
#include <string.h>

#include "reports/areas.h"

#define CASES_TOLD 3

/* What a case weighs: how bad it is when broken, and how binding it is. What is
 * optional (may) neither earns nor costs anything. */
static const unsigned weights[][3] = {
	/* must, should, may */
	[EFFECT_EXPOSES] = { 20, 8, 0 }, [EFFECT_BREAKS] = { 10, 4, 0 },
	[EFFECT_COSTS] = { 6, 3, 0 },    [EFFECT_DEGRADES] = { 4, 2, 0 },
	[EFFECT_COSMETIC] = { 1, 1, 0 },
};

/* The least percentage for each letter. */
static const struct {
	char letter;
	unsigned least;
} letters[] = {
	{ 'A', 97 }, { 'B', 90 }, { 'C', 75 }, { 'D', 50 }, { 'F', 0 }
};

/* Requirements and known failures about credentials that leave their side. */
static const char *const credential_guards[] = {
	"AUTH-04",  "AUTH-11",  "F:AUTH-03", "F:AUTH-10", "F:SEC-01",
	"F:SEC-02", "F:SEC-03", "F:SEC-04",  "F:SEC-07",  NULL,
};

/* Those about a broken answer that is passed off as a whole one. */
static const char *const false_end_guards[] = {
	"SSE-21", "SSE-22", "SSE-23", "ERR-15", NULL,
};

/* A case about a broken answer has other checks too; these are the ones that
 * see it end well. Each is a piece of the expectation as reports print it. */
static const char *const false_end_checks[] = {
	".outcome ",
	"lacks \"message_stop\"",
	".finish absent",
	NULL,
};

static const struct {
	char letter;
	const char *reason;
} caps[CAP_COUNT] = {
	[CAP_CREDENTIAL] = { 'F', "a credential was seen on the wrong side" },
	[CAP_FALSE_END] = { 'D', "an answer that broke in the middle ends "
				 "as if it were whole" },
	[CAP_BROKEN_MUST] = { 'C', "a case that every gateway must pass fails, "
				   "and with it the session" },
};

static bool guards_one_of(const struct result *r, const char *const *ids)
{
	for (size_t i = 0; i < r->guard_count; i++)
		for (const char *const *id = ids; *id; id++)
			if (strcmp(r->guards[i], *id) == 0)
				return true;
	return false;
}

/* An answer that stays open is no end at all. */
static bool sees_false_end(const struct outcome *o)
{
	if (o->verdict != VERDICT_FAIL || !o->expect)
		return false;
	if (o->got && strcmp(o->got, "open") == 0)
		return false;
	for (const char *const *piece = false_end_checks; *piece; piece++)
		if (strstr(o->expect, *piece))
			return true;
	return false;
}

static bool ends_falsely(const struct result *r)
{
	if (!guards_one_of(r, false_end_guards))
		return false;
	for (size_t i = 0; i < r->outcome_count; i++)
		if (sees_false_end(&r->outcomes[i]))
			return true;
	return false;
}

bool grade_cap_has(enum grade_cap cap, const struct result *r)
{
	if (r->verdict != VERDICT_FAIL || r->blame != BLAME_GATEWAY)
		return false;
	switch (cap) {
	case CAP_CREDENTIAL:
		return r->effect == EFFECT_EXPOSES &&
		       guards_one_of(r, credential_guards);
	case CAP_FALSE_END:
		return ends_falsely(r);
	case CAP_BROKEN_MUST:
	case CAP_COUNT:
		break;
	}
	return result_failed_level(r) == LEVEL_MUST &&
	       (r->effect == EFFECT_BREAKS || r->effect == EFFECT_EXPOSES);
}

char grade_cap_letter(enum grade_cap cap)
{
	return caps[cap].letter;
}

const char *grade_cap_reason(enum grade_cap cap)
{
	return caps[cap].reason;
}

static char letter_of(unsigned score)
{
	size_t i = 0;

	while (score < letters[i].least)
		i++;
	return letters[i].letter;
}

static void apply_caps(struct grade *g, const struct run_report *r)
{
	for (int cap = 0; cap < CAP_COUNT; cap++) {
		for (size_t i = 0; i < r->count; i++)
			g->capped[cap] +=
				grade_cap_has((enum grade_cap)cap, &r->list[i]);
		if (g->capped[cap] > 0 && caps[cap].letter > g->letter)
			g->letter = caps[cap].letter;
	}
}

/* What an older client does not do says nothing about the gateway: those skips
 * are not missing. */
static void count_missing(struct grade *g, const struct run_report *r)
{
	size_t count;
	struct area *areas = areas_of(r, &count);

	for (size_t i = 0; i < count; i++) {
		g->undecided += areas[i].counts[VERDICT_UNDECIDED] +
				areas[i].counts[VERDICT_BROKEN];
		if (area_is_claimed(&areas[i]))
			g->skipped += areas[i].counts[VERDICT_SKIP] -
				      areas[i].other_client;
	}
	free(areas);
}

/* A binding case of which only a recommendation fails loses that much. */
static unsigned lost_by(const struct result *r, unsigned weight)
{
	unsigned lost = weights[r->effect][result_failed_level(r)];

	return lost < weight ? lost : weight;
}

void grade_of(const struct run_report *r, struct grade *out)
{
	unsigned long long passed = 0, decided = 0;

	*out = (struct grade){ .letter = GRADE_NONE,
			       .uncapped = GRADE_NONE,
			       .interrupted = r->interrupted,
			       .selection = r->selection,
			       .expected = r->expected };
	for (size_t i = 0; i < r->count; i++) {
		const struct result *one = &r->list[i];
		unsigned weight = weights[one->effect][one->level];

		if (one->verdict != VERDICT_PASS &&
		    one->verdict != VERDICT_FAIL)
			continue;
		decided += weight;
		passed += weight;
		if (one->verdict == VERDICT_FAIL)
			passed -= lost_by(one, weight);
	}
	count_missing(out, r);
	if (decided == 0)
		return;
	out->score = (unsigned)(passed * 100 / decided);
	out->uncapped = letter_of(out->score);
	out->letter = out->uncapped;
	apply_caps(out, r);
}

bool grade_is_partial(const struct grade *g)
{
	return g->undecided + g->skipped > 0 || g->interrupted || g->selection;
}

void grade_word(const struct grade *g, struct buf *out)
{
	if (g->letter == GRADE_NONE)
		buf_add_text(out, "no grade");
	else
		buf_add_byte(out, g->letter);
	if (grade_is_partial(g))
		buf_add_text(out, ", partial");
}

void grade_partial(const struct grade *g, struct buf *out)
{
	size_t began = out->len;

	if (g->undecided > 0)
		buf_addf(out, "%zu not decided, ", g->undecided);
	if (g->skipped > 0)
		buf_addf(out,
			 "%zu skipped in areas that are claimed otherwise, ",
			 g->skipped);
	if (g->selection)
		buf_add_text(out, "the cases are a selection, ");
	if (g->interrupted)
		buf_add_text(out, "the run was interrupted, ");
	if (out->len > began)
		buf_cut(out, out->len - 2);
}

void grade_expected(const struct grade *g, struct buf *out)
{
	if (g->expected > 0)
		buf_addf(out, "%zu expected failure%s (baseline)", g->expected,
			 g->expected == 1 ? "" : "s");
}

void grade_cap_cases(enum grade_cap cap, const struct run_report *r,
		     struct buf *out)
{
	size_t count = 0;

	for (size_t i = 0; i < r->count; i++) {
		if (!grade_cap_has(cap, &r->list[i]))
			continue;
		if (count++ < CASES_TOLD)
			buf_addf(out, "%s%s", count > 1 ? ", " : "",
				 r->list[i].id);
	}
	if (count > CASES_TOLD)
		buf_addf(out, " and %zu more", count - CASES_TOLD);
}
