/* From results to a letter. */
#include "reports/grade.h"

#include <stdlib.h>
#include <string.h>

#include "reports/areas.h"
#include "wire/bytes/mem.h"

#define CASES_TOLD 3

/* The weight of a check: how bad it is when it fails, and how binding it is.
 * Optional checks (may) gain and cost nothing. */
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

static const struct {
	char letter;
	const char *reason;
	/* SEES_NOTHING: a failing must that breaks or exposes is enough */
	enum sees sees;
} caps[CAP_COUNT] = {
	[CAP_CREDENTIAL] = { 'F', "a credential was seen on the wrong side",
			     SEES_CREDENTIAL },
	[CAP_FALSE_END] = { 'D',
			    "an answer that broke off in the middle ends as if "
			    "it were complete",
			    SEES_FALSE_END },
	[CAP_BROKEN_MUST] = { 'C',
			      "a case that every gateway must pass fails, "
			      "and with it the session",
			      SEES_NOTHING },
};

static bool is_broken_must(const struct outcome *o)
{
	return o->level == LEVEL_MUST &&
	       (o->effect == EFFECT_BREAKS || o->effect == EFFECT_EXPOSES);
}

bool grade_cap_has(enum grade_cap cap, const struct result *r)
{
	if (r->verdict != VERDICT_FAIL)
		return false;
	for (size_t i = 0; i < r->outcome_count; i++) {
		const struct outcome *o = &r->outcomes[i];

		if (o->verdict != VERDICT_FAIL || o->blame != BLAME_GATEWAY)
			continue;
		if (caps[cap].sees != SEES_NOTHING ? o->sees == caps[cap].sees
						   : is_broken_must(o))
			return true;
	}
	return false;
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

/* Cases for another client or for another provider say nothing about the
 * gateway, so they do not count as missing when skipped. */
static void count_missing(struct grade *g, const struct run_report *r)
{
	size_t count;
	struct area *areas = areas_of(r, &count);

	for (size_t i = 0; i < count; i++) {
		g->undecided += areas[i].counts[VERDICT_UNDECIDED] +
				areas[i].counts[VERDICT_BROKEN];
		if (area_is_claimed(&areas[i]))
			g->skipped += areas[i].counts[VERDICT_SKIP] -
				      areas[i].not_meant;
	}
	free(areas);
}

/* ---- duties ---- */

/* What a case costs its duty. */
struct share {
	const char *duty;
	uint64_t file;
	unsigned weight; /* the case's weight */
	double lost;
};

/* The first requirement that a case guards; a case without one is a duty of its
 * own. */
static const char *duty_of(const struct result *r)
{
	return r->guard_count > 0 ? r->guards[0] : r->id;
}

/* The weight of the heaviest failed check, but at most that of the case. */
static unsigned lost_by(const struct result *r, unsigned weight)
{
	unsigned most = 0;
	bool any = false;

	for (size_t i = 0; i < r->outcome_count; i++) {
		const struct outcome *o = &r->outcomes[i];
		unsigned lost = weights[o->effect][o->level];

		if (o->verdict != VERDICT_FAIL)
			continue;
		any = true;
		if (lost > most)
			most = lost;
	}
	return any && most < weight ? most : weight;
}

static int by_duty(const void *left, const void *right)
{
	const struct share *a = left, *b = right;
	int order = strcmp(a->duty, b->duty);

	if (order != 0)
		return order;
	return (a->file > b->file) - (a->file < b->file);
}

/* One share for each case that was decided. */
static struct share *shares_of(const struct run_report *r, size_t *count)
{
	struct share *shares = xcalloc(r->count, sizeof(*shares));

	*count = 0;
	for (size_t i = 0; i < r->count; i++) {
		const struct result *one = &r->list[i];
		unsigned weight = weights[one->effect][one->level];

		if (one->verdict != VERDICT_PASS &&
		    one->verdict != VERDICT_FAIL)
			continue;
		shares[(*count)++] = (struct share){
			.duty = duty_of(one),
			.file = one->digest,
			.weight = weight,
			.lost = one->verdict == VERDICT_FAIL
					? lost_by(one, weight)
					: 0,
		};
	}
	qsort(shares, *count, sizeof(*shares), by_duty);
	return shares;
}

static bool same_file(const struct share *a, const struct share *b)
{
	return strcmp(a->duty, b->duty) == 0 && a->file == b->file;
}

/*
 * The score over all duties. A duty has the weight of its heaviest case. It
 * loses the mean of what its files lose, and a file loses the mean of what its
 * cases lose. So neither another case for a duty nor a copy of one changes the
 * weight of the duty.
 */
static bool score_of(const struct share *s, size_t count, unsigned *score)
{
	double all = 0, lost = 0;

	for (size_t i = 0; i < count;) {
		double weight = 0, of_files = 0;
		size_t files = 0, duty = i;

		while (i < count && strcmp(s[i].duty, s[duty].duty) == 0) {
			double of_file = 0;
			size_t file = i;

			for (; i < count && same_file(&s[i], &s[file]); i++) {
				of_file += s[i].lost;
				if (s[i].weight > weight)
					weight = s[i].weight;
			}
			of_files += of_file / (double)(i - file);
			files++;
		}
		all += weight;
		lost += of_files / (double)files;
	}
	if (all > 0)
		*score = (unsigned)((all - lost) * 100 / all + 1e-6);
	return all > 0;
}

static void count_decided(struct grade *g, const struct run_report *r)
{
	size_t decided = r->counts[VERDICT_PASS] + r->counts[VERDICT_FAIL];
	size_t due = decided + g->undecided + g->skipped;

	g->decided = due > 0 ? (unsigned)(decided * 100 / due) : 0;
}

void grade_of(const struct run_report *r, struct grade *out)
{
	struct share *shares;
	size_t count;
	bool any;

	*out = (struct grade){ .letter = GRADE_NONE,
			       .uncapped = GRADE_NONE,
			       .interrupted = r->interrupted,
			       .selection = r->selection,
			       .stopped = r->stopped,
			       .expected = r->expected };
	count_missing(out, r);
	count_decided(out, r);
	shares = shares_of(r, &count);
	any = score_of(shares, count, &out->score);
	free(shares);
	if (!any)
		return;
	out->uncapped = letter_of(out->score);
	out->letter = out->uncapped;
	apply_caps(out, r);
}

bool grade_is_partial(const struct grade *g)
{
	return g->undecided + g->skipped > 0 || g->interrupted ||
	       g->selection || g->stopped;
}

void grade_word(const struct grade *g, struct buf *out)
{
	if (g->letter == GRADE_NONE)
		buf_add_text(out, "no grade");
	else
		buf_add_byte(out, g->letter);
	if (grade_is_partial(g) && !g->stopped)
		buf_add_text(out, ", partial");
}

void grade_partial(const struct grade *g, struct buf *out)
{
	size_t began = out->len;

	if (g->stopped)
		buf_addf(out, "no case could be run: %s, ", g->stopped);
	if (g->undecided > 0)
		buf_addf(out, "%zu not decided, ", g->undecided);
	if (g->skipped > 0)
		buf_addf(out,
			 "%zu skipped, in areas where other cases were run, ",
			 g->skipped);
	if (g->selection)
		buf_add_text(out, "only selected cases were run, ");
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
