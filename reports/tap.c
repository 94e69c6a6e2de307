/*
 * TAP: a test point for each case, its checks as a subtest before it, and
 * details of a failure as YAML after it. It declares version 13, since the
 * `prove` of Linux distributions takes "version 14" for an error. Subtests are
 * indented lines: readers of version 13 skip them, readers of version 14 know
 * them.
 */
#include "reports/reports.h"

#include <string.h>

#include "reports/cause.h"
#include "reports/complaint.h"
#include "wire/bytes/print.h"
#include "wire/json/jscan.h"

/* In a description "#" begins a directive and "\" an escape. */
static void write_description(struct buf *out, const char *text)
{
	struct buf plain = BUF_INIT(BUF_NO_LIMIT);

	report_text(&plain, text, "");
	for (const char *at = buf_str(&plain); *at; at++) {
		if (*at == '#' || *at == '\\')
			buf_add_byte(out, '\\');
		buf_add_byte(out, *at == '\n' ? ' ' : *at);
	}
	buf_clear(&plain);
}

/* A value in double quotes: a JSON string is a YAML one. */
static void write_member(struct buf *out, const char *indent, const char *name,
			 const char *value)
{
	if (!value)
		return;
	buf_addf(out, "%s%s: ", indent, name);
	jscan_quote_shown(out, span_of(value));
	buf_add_byte(out, '\n');
}

static void write_check(struct buf *out, const struct outcome *o)
{
	buf_add_text(out, "    - check: ");
	jscan_quote_shown(out, span_of(o->name));
	buf_add_byte(out, '\n');
	write_member(out, "      ", "verdict", verdict_name(o->verdict));
	write_member(out, "      ", "level", level_name(o->level));
	write_member(out, "      ", "expect", o->expect);
	write_member(out, "      ", "wanted", o->wanted);
	write_member(out, "      ", "got", o->got);
	write_member(out, "      ", "difference", o->difference);
}

/* Writes what is wrong, and which cause explains it. */
static void write_wrong(struct buf *out, const struct run_report *report,
			const struct result *r)
{
	const struct cause *c = cause_of(report, r);
	struct buf wrong = BUF_INIT(BUF_NO_LIMIT);

	complaint_of(r, &wrong);
	write_member(out, "  ", "wrong", buf_str(&wrong));
	if (c) {
		write_member(out, "  ", "cause", c->headline);
		write_member(out, "  ", "cause_id", c->id);
	}
	buf_clear(&wrong);
}

static void write_diagnostics(struct buf *out, const struct run_report *report,
			      const struct result *r)
{
	bool any = false;

	buf_add_text(out, "  ---\n");
	write_member(out, "  ", "title", r->title);
	write_member(out, "  ", "verdict", verdict_name(r->verdict));
	write_member(out, "  ", "level", level_name(r->level));
	write_member(out, "  ", "effect", effect_name(r->effect));
	if (r->verdict == VERDICT_FAIL) {
		write_member(out, "  ", "failed_level",
			     level_name(result_failed_level(r)));
		write_member(out, "  ", "failed_effect",
			     effect_name(result_failed_effect(r)));
		write_member(out, "  ", "blame", blame_name(r->blame));
		write_wrong(out, report, r);
	}
	write_member(out, "  ", "reason", r->reason);
	write_member(out, "  ", "why", r->why);
	write_member(out, "  ", "fix", r->fix);
	for (size_t i = 0; i < r->outcome_count; i++) {
		if (r->outcomes[i].verdict == VERDICT_PASS)
			continue;
		if (!any)
			buf_add_text(out, "  failed:\n");
		any = true;
		write_check(out, &r->outcomes[i]);
	}
	write_member(out, "  ", "trace", r->trace);
	write_member(out, "  ", "curl", r->curl);
	buf_add_text(out, "  ...\n");
}

static void write_directive(struct buf *out, const char *word,
			    const char *reason)
{
	buf_addf(out, " # %s ", word);
	write_description(out, reason ? reason : "no reason given");
}

/* A failed check of level may does not fail the case. */
static void write_point(struct buf *out, size_t number, const struct outcome *o)
{
	bool is_ok = o->verdict == VERDICT_PASS;

	buf_addf(out, "    %s %zu - ", is_ok ? "ok" : "not ok", number);
	write_description(out, o->name);
	if (o->verdict == VERDICT_UNDECIDED)
		write_directive(out, "todo", "undecided");
	else if (!is_ok && o->level == LEVEL_MAY)
		write_directive(out, "todo", "may");
	buf_add_byte(out, '\n');
}

static void write_subtest(struct buf *out, const struct result *r)
{
	if (r->outcome_count == 0)
		return;
	buf_add_text(out, "    # Subtest: ");
	write_description(out, r->id);
	buf_add_byte(out, '\n');
	for (size_t i = 0; i < r->outcome_count; i++)
		write_point(out, i + 1, &r->outcomes[i]);
	buf_addf(out, "    1..%zu\n", r->outcome_count);
}

/* An undecided case does not fail a harness: the exit status of ccprobe reports
 * it, and the directive keeps it visible. */
static void write_case(struct buf *out, const struct run_report *report,
		       size_t number)
{
	const struct result *r = &report->list[number - 1];
	bool is_ok = r->verdict == VERDICT_PASS || r->verdict == VERDICT_SKIP;

	write_subtest(out, r);
	buf_addf(out, "%s %zu - ", is_ok ? "ok" : "not ok", number);
	write_description(out, r->id);
	if (r->verdict == VERDICT_SKIP)
		write_directive(out, "SKIP", r->reason);
	if (r->verdict == VERDICT_UNDECIDED) {
		buf_add_text(out, " # todo undecided: ");
		write_description(out, r->reason ? r->reason : "");
	}
	if (r->expected)
		write_directive(out, "todo expected:", r->expected);
	buf_add_byte(out, '\n');
	if (!is_ok)
		write_diagnostics(out, report, r);
}

static void write_terms(struct buf *out, const struct run_report *r)
{
	struct buf text = BUF_INIT(BUF_NO_LIMIT);

	report_terms(r, &text);
	if (text.len > 0)
		buf_addf(out, "# %s\n", buf_str(&text));
	buf_clear(&text);
}

static void write_all(const struct run_report *r, struct buf *out)
{
	buf_add_text(out, "TAP version 13\n");
	buf_addf(out, "1..%zu\n", r->count);
	write_terms(out, r);
	if (r->count > 0 && r->counts[VERDICT_BROKEN] == r->count) {
		buf_add_text(out, "Bail out! ");
		write_description(out, r->list[0].reason ? r->list[0].reason
							 : "broken");
		buf_add_byte(out, '\n');
		return;
	}
	for (size_t i = 0; i < r->count; i++)
		write_case(out, r, i + 1);
	if (r->stopped) {
		buf_add_text(out, "Bail out! ");
		write_description(out, r->stopped);
		buf_add_byte(out, '\n');
	}
	if (r->interrupted)
		buf_add_text(out, "Bail out! interrupted\n");
}

void tap_write(const struct run_report *r, struct buf *out)
{
	write_all(r, out);
	print_guard(out);
}
