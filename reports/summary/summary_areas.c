/* Areas: a few lines with all of them, or one for each. */
#include "reports/summary/summary_private.h"

#include <stdlib.h>
#include <string.h>

#include "reports/areas.h"

/* ---- skips ---- */

static bool is_skip_for(const struct result *r, const char *reason,
			const char *area)
{
	return r->verdict == VERDICT_SKIP && r->reason &&
	       (!reason || strcmp(r->reason, reason) == 0) &&
	       (!area || strcmp(r->area, area) == 0);
}

static size_t skips_before(const struct run_report *r, size_t end,
			   const char *reason, const char *area)
{
	size_t count = 0;

	for (size_t i = 0; i < end; i++)
		count += is_skip_for(&r->list[i], reason, area);
	return count;
}

/* Skipped cases share a few reasons, so each reason is written once. NULL: for
 * all areas. */
static void skips(struct summary *s, const char *area)
{
	struct buf text = BUF_INIT(BUF_NO_LIMIT);
	const struct run_report *r = s->r;

	for (size_t i = 0; i < r->count; i++) {
		const char *reason = r->list[i].reason;
		size_t same;

		if (!is_skip_for(&r->list[i], NULL, area) ||
		    skips_before(r, i, reason, area) > 0)
			continue;
		same = skips_before(r, r->count, reason, area);
		buf_reset(&text);
		buf_addf(&text, "skipped: %s", reason);
		if (same > 1)
			buf_addf(&text, " (%zu)", same);
		buf_add_text(s->out, SUMMARY_MARGIN);
		summary_wrapped(s, buf_str(&text), SUMMARY_MARGIN "  ");
	}
	buf_clear(&text);
}

/* ---- a line for each ---- */

static void area_line(struct summary *s, const struct area *a)
{
	summary_label(s, area_verdict(a), SUMMARY_LABEL_WIDTH);
	buf_addf(s->out, "%-20s %zu of %zu pass", a->name,
		 a->counts[VERDICT_PASS], a->total);
	for (int i = VERDICT_FAIL; i < VERDICT_COUNT; i++) {
		if (a->counts[i] > 0)
			buf_addf(s->out, ", %zu %s", a->counts[i],
				 verdict_name((enum verdict)i));
	}
	buf_add_byte(s->out, '\n');
	skips(s, a->name);
}

static void area_lines(struct summary *s, const struct area *areas,
		       size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (area_has_problems(&areas[i]))
			area_line(s, &areas[i]);
	for (size_t i = 0; i < count; i++)
		if (!area_has_problems(&areas[i]))
			area_line(s, &areas[i]);
}

/* ---- a line for each verdict ---- */

/* An area with problems is listed only with these. */
static size_t shown_in(const struct area *a, enum verdict v)
{
	if (v == VERDICT_PASS && area_has_problems(a))
		return 0;
	if (v == VERDICT_UNDECIDED)
		return a->counts[v] - a->left_out;
	return a->counts[v];
}

static void verdict_line(struct summary *s, enum verdict v,
			 const struct area *areas, size_t count)
{
	struct buf text = BUF_INIT(BUF_NO_LIMIT);
	const char *between = "";

	for (size_t i = 0; i < count; i++) {
		size_t shown = shown_in(&areas[i], v);

		if (shown == 0)
			continue;
		buf_addf(&text, "%s%s %zu", between, areas[i].name, shown);
		between = ",\n";
		if (shown < areas[i].total)
			buf_addf(&text, " of %zu", areas[i].total);
	}
	if (*between != '\0') {
		summary_label(s, v, SUMMARY_LABEL_WIDTH);
		summary_items(s, buf_str(&text), SUMMARY_BESIDE);
	}
	buf_clear(&text);
}

void summary_areas(struct summary *s)
{
	static const enum verdict order[] = { VERDICT_FAIL, VERDICT_BROKEN,
					      VERDICT_UNDECIDED, VERDICT_PASS,
					      VERDICT_SKIP };
	size_t count;
	struct area *areas = areas_of(s->r, &count);

	buf_add_byte(s->out, '\n');
	if (s->how.verbose) {
		area_lines(s, areas, count);
	} else {
		for (size_t i = 0; i < sizeof(order) / sizeof(order[0]); i++)
			verdict_line(s, order[i], areas, count);
		skips(s, NULL);
	}
	free(areas);
}
