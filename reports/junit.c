/*
 * JUnit XML, as CI systems read it: a suite for each area. `failure` is a
 * failure of the gateway, `error` means that a case could not be decided.
 */
#include "reports/reports.h"

#include <stdlib.h>
#include <string.h>

#include "reports/areas.h"
#include "reports/cause.h"
#include "reports/complaint.h"
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
	struct buf wrong = BUF_INIT(BUF_NO_LIMIT);

	for (size_t i = 0; i < r->outcome_count; i++) {
		const struct outcome *o = &r->outcomes[i];

		if (o->verdict == VERDICT_PASS)
			continue;
		buf_reset(&wrong);
		if (complaint_sentence(o, &wrong))
			line(out, "wrong", buf_str(&wrong));
		line(out, wrong.len > 0 ? "check" : "not so", o->name);
		line(out, "  expect", o->expect);
		line(out, "  wanted", o->wanted);
		line(out, "  got", o->got);
		line(out, "  difference", o->difference);
	}
	buf_clear(&wrong);
}

/* The cause comes first, if there is one: lists show only the beginning. */
static void write_message(struct buf *out, const struct run_report *report,
			  const struct result *r)
{
	const struct cause *c = cause_of(report, r);
	struct buf text = BUF_INIT(BUF_NO_LIMIT);

	if (c)
		buf_addf(&text, "%s. Here: ", c->headline);
	complaint_of(r, &text);
	attribute(out, "message", buf_str(&text));
	buf_clear(&text);
}

static void write_problem(struct buf *out, const struct run_report *report,
			  const struct result *r)
{
	bool fails = r->verdict == VERDICT_FAIL;
	const char *name = fails ? "failure" : "error";
	const struct cause *c = cause_of(report, r);

	buf_addf(out, "      <%s", name);
	write_message(out, report, r);
	attribute(out, "type",
		  fails ? effect_name(result_failed_effect(r))
			: verdict_name(r->verdict));
	buf_add_byte(out, '>');
	if (c) {
		line(out, "cause", c->headline);
		line(out, "fix of the cause", c->fix);
	}
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

static void write_case(struct buf *out, const struct run_report *report,
		       const struct result *r)
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
		write_problem(out, report, r);
		write_output(out, r);
	}
	buf_add_text(out, "    </testcase>\n");
}

/* ---- suites ---- */

static size_t cases_in(const struct run_report *r, const struct cause *c,
		       const struct area *a)
{
	size_t count = 0;

	for (size_t i = 0; i < c->case_count; i++)
		count += strcmp(r->list[c->cases[i]].area, a->name) == 0;
	return count;
}

/* Writes the causes of the failures in a suite; their names are the same in
 * every run. */
static void write_causes(struct buf *out, const struct run_report *r,
			 const struct area *a)
{
	struct buf value = BUF_INIT(BUF_NO_LIMIT);
	bool any = false;

	for (size_t i = 0; i < r->cause_count; i++) {
		const struct cause *c = &r->causes[i];
		size_t count = cases_in(r, c, a);

		if (count == 0)
			continue;
		buf_add_text(out, any ? "" : "    <properties>\n");
		any = true;
		buf_reset(&value);
		buf_addf(&value, "cause %s", c->id);
		buf_add_text(out, "      <property");
		attribute(out, "name", buf_str(&value));
		buf_reset(&value);
		buf_addf(&value, "%s; %s; %zu of its %zu failing cases",
			 c->headline, effect_name(c->effect), count,
			 c->case_count);
		if (c->fix)
			buf_addf(&value, "; fix: %s", c->fix);
		attribute(out, "value", buf_str(&value));
		buf_add_text(out, "/>\n");
	}
	buf_add_text(out, any ? "    </properties>\n" : "");
	buf_clear(&value);
}

/* JUnit has no word for a failure that the baseline expects, so such cases are
 * written as skipped, and so are cases that were not run. */
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
	write_causes(out, r, a);
	for (size_t i = 0; i < r->count; i++)
		if (strcmp(r->list[i].area, a->name) == 0)
			write_case(out, r, &r->list[i]);
	buf_add_text(out, "  </testsuite>\n");
}

/* Writes one test that could not be run: an empty file would look like
 * success. */
static void write_stopped(struct buf *out, const struct run_report *r)
{
	buf_add_text(out, "  <testsuite name=\"ccprobe\" tests=\"1\" "
			  "failures=\"0\" errors=\"1\" skipped=\"0\" "
			  "time=\"0.000\">\n"
			  "    <testcase classname=\"ccprobe\" name=\"the "
			  "gateway can be graded\" time=\"0.000\">\n"
			  "      <error");
	attribute(out, "message", r->stopped);
	attribute(out, "type", "stopped");
	buf_add_byte(out, '>');
	markup_text(out, span_of(r->stopped_advice ? r->stopped_advice : ""));
	buf_add_text(out, "</error>\n    </testcase>\n  </testsuite>\n");
}

void junit_write(const struct run_report *r, struct buf *out)
{
	size_t count;
	struct area *areas = areas_of(r, &count);

	buf_add_text(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
	buf_add_text(out, "<testsuites");
	attribute(out, "name", r->target);
	if (r->stopped)
		buf_add_text(out, " tests=\"1\" failures=\"0\" errors=\"1\"");
	else
		write_counts(out, r->counts, r->count, r->expected,
			     r->left_out);
	seconds(out, r->took);
	buf_add_text(out, ">\n");
	if (r->stopped)
		write_stopped(out, r);
	for (size_t i = 0; i < count; i++)
		write_area(out, r, &areas[i]);
	buf_add_text(out, "</testsuites>\n");
	free(areas);
}
