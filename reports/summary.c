/*
 * The summary, for people: areas with failures first, each failure with what
 * is needed to act on it; then one line for each other area, and the counts.
 */
#include "reports/reports.h"

#include <stdlib.h>
#include <string.h>

#include "reports/areas.h"
#include "reports/grade.h"
#include "wire/bytes/mem.h"

#define TRACE_LINES 40
#define CURL_LIMIT 3 /* failures that are told how to repeat */
#define ALIKE_LIMIT 3 /* failures of one difference that are told whole */
#define COLUMN 80
#define LABEL_WIDTH 9
#define MARGIN "      " /* of a failure's lines */
#define INSIDE MARGIN "        " /* of what follows a word like "why" */

static const char *const colours[VERDICT_COUNT] = {
	[VERDICT_PASS] = "\033[32m",      [VERDICT_FAIL] = "\033[31m",
	[VERDICT_UNDECIDED] = "\033[33m", [VERDICT_SKIP] = "\033[2m",
	[VERDICT_BROKEN] = "\033[35m",
};

static const char *const labels[VERDICT_COUNT] = {
	[VERDICT_PASS] = "pass",           [VERDICT_FAIL] = "FAIL",
	[VERDICT_UNDECIDED] = "UNDECIDED", [VERDICT_SKIP] = "skip",
	[VERDICT_BROKEN] = "BROKEN",
};

/* Failures that differ in the same way. */
struct summary_alike {
	char *difference;
	const char *id; /* of the first */
	size_t count;
};

struct summary {
	const struct run_report *r;
	struct buf *out;
	bool colour;
	struct area *areas;
	size_t area_count;
	size_t curls;
	struct summary_alike *alikes;
	size_t alike_count;
	bool folding; /* the line before was a folded failure */
};

/* ---- small pieces ---- */

static void label(struct summary *s, enum verdict v, size_t width)
{
	if (s->colour)
		buf_add_text(s->out, colours[v]);
	buf_add_text(s->out, labels[v]);
	if (s->colour)
		buf_add_text(s->out, "\033[0m");
	for (size_t len = strlen(labels[v]); len < width; len++)
		buf_add_byte(s->out, ' ');
}

/* Breaks a text into lines behind `indent`; the first line is begun already
 * at the column that the indent has. */
static void wrapped(struct summary *s, const char *text, const char *indent)
{
	struct span rest = span_of(text), word;
	size_t column = strlen(indent);
	bool first = true;

	while (span_split(&rest, ' ', &word)) {
		char *one = span_dup(word);

		if (!first && column + 1 + word.len > COLUMN) {
			buf_addf(s->out, "\n%s", indent);
			column = strlen(indent);
		} else if (!first) {
			buf_add_byte(s->out, ' ');
			column++;
		}
		report_text(s->out, one, indent);
		column += word.len;
		first = false;
		free(one);
	}
	buf_add_byte(s->out, '\n');
}

static void field(struct summary *s, const char *name, const char *text)
{
	if (!text || !*text)
		return;
	buf_addf(s->out, MARGIN "%-8s", name);
	wrapped(s, text, INSIDE);
}

/* As it is, line by line. */
static void block(struct summary *s, const char *name, const char *text,
		  size_t most)
{
	struct span rest = span_of(text ? text : ""), line;
	size_t count = 0;

	if (rest.len == 0)
		return;
	buf_addf(s->out, MARGIN "%s\n", name);
	while (count < most && rest.len > 0 && span_split(&rest, '\n', &line)) {
		char *one = span_dup(line);

		buf_add_text(s->out, MARGIN "  ");
		report_text(s->out, one, "");
		buf_add_byte(s->out, '\n');
		count++;
		free(one);
	}
	for (count = 0; rest.len > 0 && span_split(&rest, '\n', &line);)
		count++;
	if (count > 0)
		buf_addf(s->out,
			 MARGIN "  (%zu more lines: --keep fail --out DIR "
				"writes the whole log)\n",
			 count);
}

/* ---- one case ---- */

static void outcome(struct summary *s, const struct outcome *o)
{
	buf_addf(s->out, MARGIN "not so: ");
	wrapped(s, o->name ? o->name : "", INSIDE);
	field(s, "expect", o->expect);
	field(s, "wanted", o->wanted);
	field(s, "got", o->got);
	if (o->difference)
		block(s, "difference", o->difference, TRACE_LINES);
	if (o->level == LEVEL_MAY)
		field(s, "level", "may; told, and fails nothing");
}

static void effect(struct summary *s, const struct result *r)
{
	struct buf text = BUF_INIT(BUF_NO_LIMIT);

	buf_addf(&text, "%s: %s", effect_name(r->effect),
		 report_effect(r->effect));
	if (r->effect_seen)
		buf_addf(&text, " (seen with %s)", r->effect_seen);
	field(s, "effect", buf_str(&text));
	buf_clear(&text);
}

static void heading(struct summary *s, const struct result *r)
{
	buf_add_byte(s->out, '\n');
	label(s, r->verdict, 0);
	buf_add_text(s->out, "  ");
	report_text(s->out, r->id, "");
	buf_addf(s->out, "  (%s)\n", level_name(result_failed_level(r)));
	buf_add_text(s->out, MARGIN);
	wrapped(s, r->title ? r->title : "", MARGIN);
}

/* The reason is often no more than the name of a check told below. */
static bool is_reason_told(const struct result *r)
{
	for (size_t i = 0; i < r->outcome_count; i++)
		if (r->reason && r->outcomes[i].verdict == VERDICT_FAIL &&
		    strcmp(r->reason, r->outcomes[i].name) == 0)
			return true;
	return false;
}

static void add_text(struct buf *out, const char *text)
{
	buf_add_text(out, text ? text : "");
	buf_add_byte(out, '\n');
}

/* What is different, without the words for what should have been the same. */
static char *difference_of(const struct result *r)
{
	struct buf all = BUF_INIT(BUF_NO_LIMIT);

	for (size_t i = 0; i < r->outcome_count; i++) {
		const struct outcome *o = &r->outcomes[i];

		if (o->verdict != VERDICT_FAIL)
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

static struct summary_alike *alike_of(struct summary *s, const struct result *r)
{
	char *difference = difference_of(r);
	struct summary_alike *a = s->alikes, *end = s->alikes + s->alike_count;

	while (a < end && strcmp(a->difference, difference) != 0)
		a++;
	if (a == end) {
		*a = (struct summary_alike){ .difference = difference,
					     .id = r->id };
		s->alike_count++;
	} else {
		free(difference);
	}
	return a;
}

/* After a few, one line is enough for a failure like them. */
static bool is_told(struct summary *s, const struct result *r)
{
	struct summary_alike *a;

	if (r->verdict != VERDICT_FAIL || r->outcome_count == 0)
		return false;
	a = alike_of(s, r);
	if (a->count++ < ALIKE_LIMIT)
		return false;
	if (!s->folding)
		buf_add_byte(s->out, '\n');
	s->folding = true;
	label(s, r->verdict, 0);
	buf_add_text(s->out, "  ");
	report_text(s->out, r->id, "");
	buf_addf(s->out, "  (%s): same difference as ",
		 level_name(result_failed_level(r)));
	report_text(s->out, a->id, "");
	buf_add_byte(s->out, '\n');
	return true;
}

static void problem(struct summary *s, const struct result *r)
{
	bool fails = r->verdict == VERDICT_FAIL;

	if (is_told(s, r))
		return;
	s->folding = false;
	heading(s, r);
	if (!is_reason_told(r))
		field(s, "reason", r->reason);
	if (fails && r->blame != BLAME_GATEWAY)
		field(s, "blame", blame_name(r->blame));
	for (size_t i = 0; i < r->outcome_count; i++) {
		if (r->outcomes[i].verdict != VERDICT_PASS)
			outcome(s, &r->outcomes[i]);
	}
	if (fails) {
		field(s, "why", r->why);
		effect(s, r);
		field(s, "fix", r->fix);
	}
	block(s, "trace", r->trace, TRACE_LINES);
	if (r->curl && s->curls++ < CURL_LIMIT)
		block(s, "repeat", r->curl, TRACE_LINES);
}

/* Checks of level may fail nothing, but are told where they do not hold. */
static void notes(struct summary *s)
{
	for (size_t i = 0; i < s->r->count; i++) {
		const struct result *r = &s->r->list[i];

		for (size_t k = 0; k < r->outcome_count; k++) {
			const struct outcome *o = &r->outcomes[k];

			if (result_is_problem(r) || o->verdict != VERDICT_FAIL)
				continue;
			buf_add_text(s->out, "note       ");
			report_text(s->out, r->id, "");
			buf_add_text(s->out, ", not so: ");
			report_text(s->out, o->name, "");
			buf_add_text(s->out, " (may)\n");
		}
	}
}

/* Failures that the baseline expects are no news: a line each. */
static void expected(struct summary *s)
{
	for (size_t i = 0; i < s->r->count; i++) {
		const struct result *r = &s->r->list[i];

		if (!r->expected)
			continue;
		buf_add_text(s->out, "expected   ");
		report_text(s->out, r->id, "");
		buf_add_text(s->out, " fails: ");
		report_text(s->out, r->expected, "           ");
		buf_add_byte(s->out, '\n');
	}
}

/* ---- areas ---- */

static void problems_of(struct summary *s, const struct area *a)
{
	for (size_t i = 0; i < s->r->count; i++) {
		const struct result *r = &s->r->list[i];

		if (result_is_problem(r) && !r->expected &&
		    strcmp(r->area, a->name) == 0)
			problem(s, r);
	}
}

static bool is_skip_of(const struct result *r, const struct area *a)
{
	return r->verdict == VERDICT_SKIP && r->reason &&
	       strcmp(r->area, a->name) == 0;
}

/* Skips share few reasons; each is told once. */
static void skips_of(struct summary *s, const struct area *a)
{
	for (size_t i = 0; i < s->r->count; i++) {
		const struct result *r = &s->r->list[i];
		size_t k = 0;

		if (!is_skip_of(r, a))
			continue;
		while (k < i && !(is_skip_of(&s->r->list[k], a) &&
				  strcmp(s->r->list[k].reason, r->reason) == 0))
			k++;
		if (k < i)
			continue;
		buf_add_text(s->out, MARGIN "skipped: ");
		report_text(s->out, r->reason, MARGIN);
		buf_add_byte(s->out, '\n');
	}
}

static void area_line(struct summary *s, const struct area *a)
{
	label(s, area_verdict(a), LABEL_WIDTH);
	buf_addf(s->out, "  %-20s %zu of %zu pass", a->name,
		 a->counts[VERDICT_PASS], a->total);
	for (int i = VERDICT_FAIL; i < VERDICT_COUNT; i++) {
		if (a->counts[i] > 0)
			buf_addf(s->out, ", %zu %s", a->counts[i],
				 verdict_name((enum verdict)i));
	}
	buf_add_byte(s->out, '\n');
	skips_of(s, a);
}

/* What was not run is no case's news: each reason is told once. */
static void left_out(struct summary *s)
{
	const struct result *list = s->r->list;

	for (size_t i = 0; i < s->r->count; i++) {
		size_t same = 0, before = 0;

		if (!list[i].left_out)
			continue;
		for (size_t k = 0; k < s->r->count; k++) {
			if (!list[k].left_out ||
			    strcmp(list[k].reason, list[i].reason) != 0)
				continue;
			same++;
			before += k < i;
		}
		if (before > 0)
			continue;
		label(s, VERDICT_UNDECIDED, LABEL_WIDTH);
		buf_addf(s->out, "  %zu case%s not run: ", same,
			 same == 1 ? "" : "s");
		report_text(s->out, list[i].reason, "");
		buf_add_byte(s->out, '\n');
	}
}

static void counts(struct summary *s)
{
	const struct run_report *r = s->r;
	bool any = false;

	buf_addf(s->out, "\n%zu case%s: ", r->count, r->count == 1 ? "" : "s");
	for (int i = 0; i < VERDICT_COUNT; i++) {
		if (r->counts[i] == 0)
			continue;
		buf_addf(s->out, "%s%zu %s", any ? ", " : "", r->counts[i],
			 verdict_name((enum verdict)i));
		if (i == VERDICT_FAIL && r->expected > 0)
			buf_addf(s->out, " (%zu expected)", r->expected);
		any = true;
	}
	buf_add_text(s->out, any ? " (in " : "none was finished (in ");
	report_took(s->out, r->took);
	buf_add_text(s->out, ")\n");
	if (r->interrupted)
		buf_add_text(s->out,
			     "interrupted: the other cases are missing\n");
}

static void grade(struct summary *s)
{
	struct buf text = BUF_INIT(BUF_NO_LIMIT);
	struct grade g;

	grade_of(s->r, &g);
	buf_add_text(s->out, "grade ");
	grade_word(&g, s->out);
	if (g.letter != GRADE_NONE)
		buf_addf(s->out, " (%u %% of what was decided, by weight",
			 g.score);
	if (g.letter != g.uncapped)
		buf_addf(s->out, "; %c without the cap", g.uncapped);
	if (g.letter != GRADE_NONE)
		buf_add_byte(s->out, ')');
	buf_add_byte(s->out, '\n');
	for (int i = 0; i < CAP_COUNT; i++) {
		enum grade_cap cap = (enum grade_cap)i;

		if (g.capped[i] == 0)
			continue;
		buf_reset(&text);
		buf_addf(&text, "%c at most: %s: ", grade_cap_letter(cap),
			 grade_cap_reason(cap));
		grade_cap_cases(cap, s->r, &text);
		field(s, "cap", buf_str(&text));
	}
	buf_reset(&text);
	grade_partial(&g, &text);
	field(s, "partial", buf_str(&text));
	if (g.expected > 0) {
		buf_add_text(s->out, MARGIN);
		grade_expected(&g, s->out);
		buf_add_text(s->out, ", counted like any other\n");
	}
	buf_clear(&text);
}

void summary_write(const struct run_report *r, bool colour, struct buf *out)
{
	struct summary s = { .r = r, .out = out, .colour = colour };

	buf_addf(out, "ccprobe %s: ", r->version);
	report_text(out, r->target, "");
	buf_addf(out, "\ngateway %s, mock %s, Claude Code %s\n", r->gateway_url,
		 r->mock_url ? r->mock_url : "none", r->client);
	s.areas = areas_of(r, &s.area_count);
	s.alikes = xcalloc(r->count + 1, sizeof(*s.alikes));
	for (size_t i = 0; i < s.area_count; i++) {
		if (area_has_problems(&s.areas[i]))
			problems_of(&s, &s.areas[i]);
	}
	buf_add_byte(out, '\n');
	for (size_t i = 0; i < s.area_count; i++) {
		if (area_has_problems(&s.areas[i]))
			area_line(&s, &s.areas[i]);
	}
	for (size_t i = 0; i < s.area_count; i++) {
		if (!area_has_problems(&s.areas[i]))
			area_line(&s, &s.areas[i]);
	}
	notes(&s);
	expected(&s);
	left_out(&s);
	counts(&s);
	grade(&s);
	for (size_t i = 0; i < s.alike_count; i++)
		free(s.alikes[i].difference);
	free(s.alikes);
	free(s.areas);
}
