/* Writes cases in full; cases that fail alike are described once. */
#include "reports/summary/summary_private.h"

#include <stdlib.h>
#include <string.h>

#include "reports/areas.h"
#include "reports/cause.h"
#include "reports/complaint.h"
#include "wire/bytes/mem.h"

#define CURL_LIMIT 3 /* failures with a command to repeat them */
/* failures with the same difference that are written in full */
#define ALIKE_LIMIT 3
/* so many failures or undecided cases of a selection are all written in full */
#define FEW 3
#define ALIKE_IDS 3 /* others that are named */

/* Cases that differ in the same way, or are undecided for the same reason. */
struct summary_alike {
	char *difference;
	enum verdict verdict;
	const char *id; /* of the first such case */
	const char *others[ALIKE_IDS]; /* those not written in full */
	const char *reason; /* of undecided cases, which are folded; or NULL */
	size_t count;
};

struct problems {
	struct summary *s;
	struct summary_alike *alikes;
	size_t alike_count;
	size_t curls;
	bool folding; /* the last line was a folded failure */
};

/* ---- one case ---- */

/* Writes what is wrong as a sentence, or else the name of the check with all
 * that is known. */
static void outcome(struct summary *s, const struct outcome *o)
{
	struct buf text = BUF_INIT(BUF_NO_LIMIT);

	if (o->verdict == VERDICT_FAIL && complaint_sentence(o, &text)) {
		summary_field(s, "wrong", buf_str(&text));
		buf_reset(&text);
		buf_addf(&text, "%s (%s)", o->name ? o->name : "", o->expect);
		summary_field(s, "check", buf_str(&text));
	} else {
		buf_addf(s->out, SUMMARY_MARGIN "not so: ");
		summary_wrapped(s, o->name ? o->name : "", SUMMARY_INSIDE);
		summary_field(s, "expect", o->expect);
		summary_field(s, "wanted", o->wanted);
		summary_field(s, "got", o->got);
		summary_block(s, "difference", o->difference);
	}
	if (o->level == LEVEL_MAY)
		summary_field(s, "level", "may; it does not fail the case");
	buf_clear(&text);
}

static void effect(struct summary *s, const struct result *r)
{
	enum effect worst = result_failed_effect(r);
	struct buf text = BUF_INIT(BUF_NO_LIMIT);

	buf_addf(&text, "%s: %s", effect_name(worst), report_effect(worst));
	if (r->effect_seen)
		buf_addf(&text, " (seen with %s)", r->effect_seen);
	summary_field(s, "effect", buf_str(&text));
	buf_clear(&text);
}

static void cause(struct summary *s, const struct result *r)
{
	const struct cause *c = cause_of(s->r, r);
	struct buf text = BUF_INIT(BUF_NO_LIMIT);

	if (!c)
		return;
	buf_addf(&text, "%zu: %s", cause_number(s->r, c), c->headline);
	summary_field(s, "cause", buf_str(&text));
	buf_clear(&text);
}

static void heading(struct summary *s, const struct result *r)
{
	buf_add_byte(s->out, '\n');
	summary_label(s, r->verdict, 0);
	buf_add_text(s->out, "  ");
	report_text(s->out, r->id, "");
	buf_addf(s->out, "  (%s)\n", level_name(result_failed_level(r)));
	buf_add_text(s->out, SUMMARY_MARGIN);
	summary_wrapped(s, r->title ? r->title : "", SUMMARY_MARGIN);
}

static void in_full(struct problems *p, const struct result *r)
{
	bool fails = r->verdict == VERDICT_FAIL;
	struct summary *s = p->s;

	heading(s, r);
	cause(s, r);
	if (!complaint_is_reason(r))
		summary_field(s, "reason", r->reason);
	if (fails && r->blame != BLAME_GATEWAY)
		summary_field(s, "blame", blame_name(r->blame));
	for (size_t i = 0; i < r->outcome_count; i++) {
		if (r->outcomes[i].verdict != VERDICT_PASS)
			outcome(s, &r->outcomes[i]);
	}
	if (fails) {
		summary_field(s, "why", r->why);
		effect(s, r);
		summary_field(s, "fix", r->fix);
	}
	summary_block(s, "trace", r->trace);
	if (r->curl && p->curls++ < CURL_LIMIT)
		summary_block(s, "repeat", r->curl);
}

/* ---- cases that fail alike ---- */

static void add_text(struct buf *out, const char *text)
{
	buf_add_text(out, text ? text : "");
	buf_add_byte(out, '\n');
}

/* What differs, without the names of the checks. */
static char *difference_of(const struct result *r)
{
	struct buf all = BUF_INIT(BUF_NO_LIMIT);

	if (r->verdict != VERDICT_FAIL)
		add_text(&all, r->reason);
	for (size_t i = 0; i < r->outcome_count; i++) {
		const struct outcome *o = &r->outcomes[i];

		if (r->verdict != VERDICT_FAIL || o->verdict != VERDICT_FAIL)
			continue;
		if (o->difference) {
			add_text(&all, o->difference);
			continue;
		}
		add_text(&all, o->expect);
		add_text(&all, o->wanted);
		add_text(&all, o->got);
	}
	return buf_take(&all, NULL);
}

static struct summary_alike *alike_of(struct problems *p,
				      const struct result *r)
{
	char *difference = difference_of(r);
	struct summary_alike *a = p->alikes, *end = p->alikes + p->alike_count;

	while (a < end && (a->verdict != r->verdict ||
			   strcmp(a->difference, difference) != 0))
		a++;
	if (a < end) {
		free(difference);
		return a;
	}
	*a = (struct summary_alike){ .difference = difference,
				     .verdict = r->verdict,
				     .id = r->id };
	p->alike_count++;
	return a;
}

static const char *in_what(enum verdict v)
{
	return v == VERDICT_FAIL ? "difference" : "reason";
}

static void in_a_line(struct problems *p, const struct summary_alike *a,
		      const struct result *r)
{
	struct summary *s = p->s;

	if (!p->folding)
		buf_add_byte(s->out, '\n');
	p->folding = true;
	summary_label(s, r->verdict, 0);
	buf_add_text(s->out, "  ");
	report_text(s->out, r->id, "");
	buf_addf(s->out, "  (%s): same %s as ",
		 level_name(result_failed_level(r)), in_what(r->verdict));
	report_text(s->out, a->id, "");
	buf_add_byte(s->out, '\n');
}

/* Undecided cases are nobody's fault: they get a line for each reason. */
static bool is_folded(const struct summary *s, const struct result *r)
{
	bool few = s->r->selection && s->r->counts[VERDICT_UNDECIDED] <= FEW;

	return r->verdict == VERDICT_UNDECIDED && !s->how.verbose && !few;
}

static void fold(struct problems *p, const struct result *r)
{
	struct summary_alike *a = alike_of(p, r);

	a->reason = r->reason ? r->reason : "no reason is known";
	if (a->count < ALIKE_IDS)
		a->others[a->count] = r->id;
	a->count++;
}

static void problem(struct problems *p, const struct result *r)
{
	bool comparable = r->verdict != VERDICT_FAIL || r->outcome_count > 0;
	struct summary_alike *a;

	if (is_folded(p->s, r)) {
		fold(p, r);
		return;
	}
	a = comparable ? alike_of(p, r) : NULL;
	if (a && a->count++ >= ALIKE_LIMIT) {
		if (p->s->how.verbose)
			in_a_line(p, a, r);
		else if (a->count - ALIKE_LIMIT <= ALIKE_IDS)
			a->others[a->count - ALIKE_LIMIT - 1] = r->id;
		return;
	}
	p->folding = false;
	in_full(p, r);
}

static void add_ids(const struct summary_alike *a, size_t count,
		    struct buf *out)
{
	for (size_t i = 0; i < count && i < ALIKE_IDS; i++)
		buf_addf(out, "%s%s", i > 0 ? ", " : "", a->others[i]);
	if (count > ALIKE_IDS)
		buf_addf(out, " and %zu more", count - ALIKE_IDS);
}

/* Writes "UNDECIDED cancel/a, cancel/b and 3 more: a precondition failed:
 * ...". */
static void tell_folded(struct summary *s, const struct summary_alike *a)
{
	struct buf text = BUF_INIT(BUF_NO_LIMIT);

	summary_label(s, a->verdict, SUMMARY_LABEL_WIDTH);
	add_ids(a, a->count, &text);
	buf_addf(&text, ": %s", a->reason);
	summary_wrapped(s, buf_str(&text), SUMMARY_BESIDE);
	buf_clear(&text);
}

/* Writes "FAIL 41 more, same difference as body/a: body/d, body/e and 39
 * more". */
static void tell_others(struct summary *s, const struct summary_alike *a)
{
	size_t more = a->count > ALIKE_LIMIT ? a->count - ALIKE_LIMIT : 0;
	struct buf text = BUF_INIT(BUF_NO_LIMIT);

	if (more == 0)
		return;
	buf_add_byte(s->out, '\n');
	summary_label(s, a->verdict, 0);
	buf_add_text(s->out, "  ");
	buf_addf(&text, "%zu more, same %s as %s: ", more, in_what(a->verdict),
		 a->id);
	add_ids(a, more, &text);
	summary_wrapped(s, buf_str(&text), SUMMARY_MARGIN);
	buf_clear(&text);
}

/* ---- all of them ---- */

bool summary_tells_all(const struct summary *s)
{
	return s->how.verbose ||
	       (s->r->selection && cause_counts(s->r).failures <= FEW);
}

/* A failure that a cause explains is listed with the cause. */
static bool is_told(const struct summary *s, const struct result *r)
{
	return result_is_problem(r) && !r->expected &&
	       (summary_tells_all(s) || !cause_of(s->r, r));
}

static void problems_of(struct problems *p, const struct area *a)
{
	const struct run_report *r = p->s->r;

	for (size_t i = 0; i < r->count; i++)
		if (is_told(p->s, &r->list[i]) &&
		    strcmp(r->list[i].area, a->name) == 0)
			problem(p, &r->list[i]);
}

static void headline(struct summary *s)
{
	struct cause_count n = cause_counts(s->r);

	if (n.causes > 0 && n.alone > 0 && !summary_tells_all(s))
		buf_addf(s->out, "\nNo cause was found for %zu failure%s.\n",
			 n.alone, n.alone == 1 ? "" : "s");
}

static void tell_all_folded(struct problems *p)
{
	bool any = false;

	for (size_t i = 0; i < p->alike_count; i++) {
		if (!p->alikes[i].reason)
			continue;
		if (!any)
			buf_add_byte(p->s->out, '\n');
		any = true;
		tell_folded(p->s, &p->alikes[i]);
	}
	if (any)
		buf_add_text(p->s->out, SUMMARY_MARGIN "in full: -v\n");
}

void summary_problems(struct summary *s)
{
	struct problems p = { .s = s };
	size_t count;
	struct area *areas = areas_of(s->r, &count);

	p.alikes = xcalloc(s->r->count, sizeof(*p.alikes));
	headline(s);
	for (size_t i = 0; i < count; i++)
		problems_of(&p, &areas[i]);
	for (size_t i = 0; i < p.alike_count; i++)
		if (!s->how.verbose && !p.alikes[i].reason)
			tell_others(s, &p.alikes[i]);
	tell_all_folded(&p);
	for (size_t i = 0; i < p.alike_count; i++)
		free(p.alikes[i].difference);
	free(p.alikes);
	free(areas);
}
