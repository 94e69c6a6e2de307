/*
 * JUnit XML, as CI systems read it: a suite for each area. `failure` is the
 * gateway's, `error` is what could not be decided.
 */
#include "reports/reports.h"

#include <stdlib.h>
#include <string.h>

#include "reports/areas.h"
#include "reports/markup.h"

static void attribute(struct buf *out, const char *name, const char *value)
{
	buf_addf(out, " %s=\"", name);
	markup_attribute(out, span_of(value ? value : ""));
	buf_add_byte(out, '"');
}

static void seconds(struct buf *out, tick_t took)
{
	buf_addf(out, " time=\"%.3f\"", (double)took / (double)TICK_S);
}

static void line(struct buf *out, const char *name, const char *value)
{
	if (!value || !*value)
		return;
	buf_addf(out, "%s: ", name);
	markup_text(out, span_of(value));
	buf_add_byte(out, '\n');
}

static void write_checks(struct buf *out, const struct result *r)
{
	for (size_t i = 0; i < r->outcome_count; i++) {
		const struct outcome *o = &r->outcomes[i];

		if (o->verdict == VERDICT_PASS)
			continue;
		line(out, "not so", o->name);
		line(out, "  expect", o->expect);
		line(out, "  wanted", o->wanted);
		line(out, "  got", o->got);
		line(out, "  difference", o->difference);
	}
}

static void write_problem(struct buf *out, const struct result *r)
{
	bool fails = r->verdict == VERDICT_FAIL;
	const char *name = fails ? "failure" : "error";

	buf_addf(out, "      <%s", name);
	attribute(out, "message", r->reason ? r->reason : r->title);
	attribute(out, "type",
		  fails ? effect_name(r->effect) : verdict_name(r->verdict));
	buf_add_byte(out, '>');
	line(out, "case", r->title);
	if (fails)
		line(out, "blame", blame_name(r->blame));
	write_checks(out, r);
	line(out, "why", r->why);
	line(out, "fix", r->fix);
	buf_addf(out, "</%s>\n", name);
}

static void write_output(struct buf *out, const struct result *r)
{
	if (!r->trace && !r->curl)
		return;
	buf_add_text(out, "      <system-out>");
	markup_text(out, span_of(r->trace ? r->trace : ""));
	markup_text(out, span_of(r->curl ? r->curl : ""));
	buf_add_text(out, "</system-out>\n");
}

static void write_skipped(struct buf *out, const char *kind, const char *reason)
{
	buf_addf(out, "      <skipped message=\"%s", kind);
	markup_attribute(out, span_of(reason ? reason : ""));
	buf_add_text(out, "\"/>\n");
}

static void write_case(struct buf *out, const struct result *r)
{
	buf_add_text(out, "    <testcase");
	attribute(out, "classname", r->area);
	attribute(out, "name", r->id);
	seconds(out, r->took);
	if (r->verdict == VERDICT_PASS) {
		buf_add_text(out, "/>\n");
		return;
	}
	buf_add_text(out, ">\n");
	if (r->expected) {
		write_skipped(out, "expected failure: ", r->expected);
	} else if (r->verdict == VERDICT_SKIP || r->left_out) {
		write_skipped(out, "", r->reason);
	} else {
		write_problem(out, r);
		write_output(out, r);
	}
	buf_add_text(out, "    </testcase>\n");
}

/* What a baseline expects is skipped to JUnit, which has no word for it; so is
 * what was not run. */
static void write_counts(struct buf *out, const size_t *counts, size_t total,
			 size_t expected, size_t left_out)
{
	buf_addf(out, " tests=\"%zu\" failures=\"%zu\" errors=\"%zu\"", total,
		 counts[VERDICT_FAIL] - expected,
		 counts[VERDICT_UNDECIDED] - left_out + counts[VERDICT_BROKEN]);
}

static void write_area(struct buf *out, const struct run_report *r,
		       const struct area *a)
{
	size_t expected = 0;
	tick_t took = 0;

	for (size_t i = 0; i < r->count; i++) {
		if (strcmp(r->list[i].area, a->name) != 0)
			continue;
		took += r->list[i].took;
		expected += r->list[i].expected != NULL;
	}
	buf_add_text(out, "  <testsuite");
	attribute(out, "name", a->name);
	write_counts(out, a->counts, a->total, expected, a->left_out);
	buf_addf(out, " skipped=\"%zu\"",
		 a->counts[VERDICT_SKIP] + expected + a->left_out);
	seconds(out, took);
	buf_add_text(out, ">\n");
	for (size_t i = 0; i < r->count; i++)
		if (strcmp(r->list[i].area, a->name) == 0)
			write_case(out, &r->list[i]);
	buf_add_text(out, "  </testsuite>\n");
}

void junit_write(const struct run_report *r, struct buf *out)
{
	size_t count;
	struct area *areas = areas_of(r, &count);

	buf_add_text(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
	buf_add_text(out, "<testsuites");
	attribute(out, "name", r->target);
	write_counts(out, r->counts, r->count, r->expected, r->left_out);
	seconds(out, r->took);
	buf_add_text(out, ">\n");
	for (size_t i = 0; i < count; i++)
		write_area(out, r, &areas[i]);
	buf_add_text(out, "</testsuites>\n");
	free(areas);
}
