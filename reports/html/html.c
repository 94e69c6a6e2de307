/* The page: overview, causes, areas, filters, and the list of cases. */
#include "reports/html/html.h"

#include <stdlib.h>
#include <string.h>

#include "reports/areas.h"
#include "reports/cause.h"
#include "reports/bill.h"
#include "reports/grade.h"
#include "reports/markup.h"
#include "reports/reports.h"

#define PAGE_END_ROOM ((size_t)200 * 1000) /* for passed cases and the script */

static void write_head(const struct run_report *r, struct buf *out)
{
	buf_add_text(
		out,
		"<!DOCTYPE html>\n<html lang=\"en\" class=\"nojs\">\n<head>\n"
		"<meta charset=\"utf-8\">\n"
		"<meta name=\"viewport\" content=\"width=device-width, "
		"initial-scale=1\">\n"
		"<meta http-equiv=\"Content-Security-Policy\" content=\""
		"default-src 'none'; style-src 'unsafe-inline'; "
		"script-src 'unsafe-inline'; img-src data:\">\n"
		"<link rel=\"icon\" href=\"data:,\">\n<title>ccprobe: ");
	html_text(out, r->target);
	buf_add_text(out, "</title>\n<style>\n");
	buf_add_text(out, page_css);
	buf_add_text(out, "</style>\n</head>\n<body>\n"
			  "<a class=\"skiplink\" href=\"#cases\">To the "
			  "cases</a>\n");
}

/* ---- the overview ---- */

static void write_letter(const struct grade *g, struct buf *out)
{
	if (g->letter == GRADE_NONE)
		buf_add_text(out, "<div class=\"letter grade-none\" "
				  "role=\"img\" aria-label=\"no grade\">"
				  "&#8211;</div>\n");
	else
		buf_addf(out,
			 "<div class=\"letter grade-%c\" role=\"img\" "
			 "aria-label=\"grade %c\">%c</div>\n",
			 g->letter, g->letter, g->letter);
}

static void write_counts(const struct run_report *r, struct buf *out)
{
	buf_addf(out, "%zu case%s: ", r->count, r->count == 1 ? "" : "s");
	for (int v = 0; v < VERDICT_COUNT; v++)
		if (r->counts[v] > 0)
			buf_addf(out, "%zu %s, ", r->counts[v],
				 verdict_name((enum verdict)v));
	buf_add_text(out, r->count > 0 ? "in " : "none was finished, in ");
	report_took(out, r->took);
}

static void write_cap(enum grade_cap cap, const struct run_report *r,
		      struct buf *out)
{
	size_t count = 0;

	buf_addf(out, "<li class=\"cap\"><strong>%c at most:</strong> %s: ",
		 grade_cap_letter(cap), grade_cap_reason(cap));
	for (size_t i = 0; i < r->count; i++) {
		if (!grade_cap_has(cap, &r->list[i]) || count++ >= 5)
			continue;
		buf_addf(out, "%s<a class=\"id\" href=\"#",
			 count > 1 ? ", " : "");
		markup_attribute(out, span_of(r->list[i].id));
		buf_add_text(out, "\">");
		html_text(out, r->list[i].id);
		buf_add_text(out, "</a>");
	}
	if (count > 5)
		buf_addf(out, " and %zu more", count - 5);
	buf_add_text(out, "</li>\n");
}

static void write_notes(const struct run_report *r, const struct grade *g,
			struct buf *out)
{
	struct buf text = BUF_INIT(BUF_NO_LIMIT);

	buf_add_text(out, "<ul class=\"notes\">\n");
	if (r->died) {
		report_died(r, &text);
		buf_add_text(out, "<li class=\"cap\"><strong>The gateway "
				  "died:</strong> ");
		html_text(out, buf_str(&text));
		buf_add_text(out, "</li>\n");
	}
	for (int i = 0; i < CAP_COUNT; i++)
		if (g->capped[i] > 0)
			write_cap((enum grade_cap)i, r, out);
	for (size_t i = 0; i < r->count; i++) {
		if (!bill_is_told(&r->list[i]))
			continue;
		buf_reset(&text);
		bill_write(r, &r->list[i], &text);
		buf_add_text(out, "<li><strong>Prompt cache:</strong> ");
		html_text(out, buf_str(&text));
		buf_add_text(out, "</li>\n");
	}
	if (grade_is_partial(g)) {
		buf_reset(&text);
		grade_partial(g, &text);
		buf_addf(out, "<li><strong>%s:</strong> ",
			 g->stopped ? "Not graded" : "Partial");
		html_text(out, buf_str(&text));
		buf_add_text(out, "</li>\n");
	}
	if (g->expected > 0) {
		buf_add_text(out, "<li>");
		grade_expected(g, out);
		buf_add_text(out, ", counted like any other</li>\n");
	}
	buf_add_text(out, "</ul>\n");
	buf_clear(&text);
}

static void write_not_offered(const struct run_report *r, struct buf *out)
{
	struct buf text = BUF_INIT(BUF_NO_LIMIT);

	if (r->not_offered_count == 0)
		return;
	buf_addf(out,
		 "<details class=\"cause alone\"><summary>%zu claim%s that it "
		 "was not held to</summary>\n<ul class=\"notelist\">\n",
		 r->not_offered_count, r->not_offered_count == 1 ? "" : "s");
	for (size_t i = 0; i < r->not_offered_count; i++) {
		buf_reset(&text);
		report_not_offered(&r->not_offered[i], &text);
		buf_add_text(out, "<li>");
		html_text(out, buf_str(&text));
		buf_add_text(out, "</li>\n");
	}
	buf_add_text(out, "</ul></details>\n");
	buf_clear(&text);
}

static void fact(struct buf *out, const char *name, const char *text)
{
	if (!text)
		return;
	buf_addf(out, "<dt>%s</dt><dd>", name);
	html_text(out, text);
	buf_add_text(out, "</dd>\n");
}

static void write_facts(const struct run_report *r, struct buf *out)
{
	struct buf terms = BUF_INIT(BUF_NO_LIMIT);
	struct buf client = BUF_INIT(BUF_NO_LIMIT);

	report_terms(r, &terms);
	buf_add_text(out, "<h2>The run</h2>\n<dl class=\"facts\">\n");
	fact(out, "Gateway", r->target);
	fact(out, "Implementation", r->implementation);
	fact(out, "Its version", r->implementation_version);
	report_client(r, &client);
	fact(out, "Client", buf_str(&client));
	buf_clear(&client);
	fact(out, "Address", r->gateway_url);
	fact(out, "Connection", terms.len > 0 ? buf_str(&terms) : NULL);
	fact(out, "Provider", r->mock_url ? r->mock_url : "its own");
	fact(out, "Date", r->date);
	fact(out, "Command", r->command);
	buf_add_text(out, "</dl>\n");
	buf_clear(&terms);
}

static void write_overview(const struct run_report *r, struct buf *out)
{
	struct grade g;

	grade_of(r, &g);
	buf_add_text(out, "<header>\n<div class=\"overview\">\n");
	write_letter(&g, out);
	buf_add_text(out, "<div>\n<h1>Claude Code through ");
	html_text(out, r->implementation ? r->implementation : r->target);
	buf_add_text(out, "</h1>\n<p>");
	write_counts(r, out);
	buf_add_text(out, "</p>\n<p class=\"soft\">");
	if (g.letter != GRADE_NONE)
		buf_addf(out, "%u&nbsp;%% of what was decided, by weight",
			 g.score);
	if (g.letter != g.uncapped)
		buf_addf(out, "; the grade would be %c without the cap",
			 g.uncapped);
	buf_add_text(out, "</p>\n</div>\n</div>\n");
	write_notes(r, &g, out);
	write_not_offered(r, out);
	buf_add_text(out, "</header>\n<main>\n");
}

/* ---- areas ---- */

static void write_area(const struct area *a, struct buf *out)
{
	buf_add_text(out, "<tr><th scope=\"row\">");
	html_text(out, a->name);
	buf_add_text(out, "</th><td><div class=\"bar\" aria-hidden=\"true\">");
	for (int v = 0; v < VERDICT_COUNT; v++)
		if (a->counts[v] > 0)
			buf_addf(out, "<i class=\"%s\" style=\"flex:%zu\"></i>",
				 verdict_name((enum verdict)v), a->counts[v]);
	buf_addf(out, "</div></td><td>%zu of %zu pass", a->counts[VERDICT_PASS],
		 a->total);
	for (int v = VERDICT_FAIL; v < VERDICT_COUNT; v++)
		if (a->counts[v] > 0)
			buf_addf(out, ", %zu %s", a->counts[v],
				 verdict_name((enum verdict)v));
	buf_add_text(out, "</td></tr>\n");
}

static void write_areas(const struct area *areas, size_t count, struct buf *out)
{
	buf_add_text(out, "<h2>Areas</h2>\n<table class=\"areas\">\n");
	for (size_t i = 0; i < count; i++)
		write_area(&areas[i], out);
	buf_add_text(out, "</table>\n");
}

/* ---- filters ---- */

static void option(struct buf *out, const char *name)
{
	buf_add_text(out, "<option>");
	html_text(out, name);
	buf_add_text(out, "</option>");
}

static void begin_select(struct buf *out, const char *name, const char *label)
{
	buf_addf(out,
		 "<label>%s<select name=\"%s\">"
		 "<option value=\"\">all</option>",
		 label, name);
}

static void write_filters(const struct run_report *r, const struct area *areas,
			  size_t count, struct buf *out)
{
	buf_add_text(out, "<form id=\"filters\" class=\"filters needsjs\" "
			  "role=\"search\">\n");
	begin_select(out, "verdict", "Verdict");
	for (int v = 0; v < VERDICT_COUNT; v++)
		option(out, verdict_name((enum verdict)v));
	buf_add_text(out, "</select></label>\n");
	begin_select(out, "area", "Area");
	for (size_t i = 0; i < count; i++)
		option(out, areas[i].name);
	buf_add_text(out, "</select></label>\n");
	begin_select(out, "level", "Level");
	for (int l = LEVEL_MUST; l <= LEVEL_MAY; l++)
		option(out, level_name((enum level)l));
	buf_add_text(out, "</select></label>\n");
	html_cause_filter(r, out);
	buf_add_text(out, "<label>Text"
			  "<input type=\"search\" name=\"text\" "
			  "autocomplete=\"off\"></label>\n"
			  "<button type=\"reset\">Show all</button>\n"
			  "<output id=\"count\" aria-live=\"polite\"></output>"
			  "\n</form>\n");
}

/* ---- the cases ---- */

/* The worst effect first, as in enum effect. */
static void write_problems(const struct run_report *r, enum verdict v,
			   bool *first, struct buf *out)
{
	for (int e = EFFECT_EXPOSES; e <= EFFECT_COSMETIC; e++) {
		for (size_t i = 0; i < r->count; i++) {
			const struct result *one = &r->list[i];

			if (one->verdict != v || one->left_out ||
			    result_failed_effect(one) != (enum effect)e)
				continue;
			html_case(r, one, *first,
				  out->len < HTML_LIMIT - PAGE_END_ROOM, out);
			*first = false;
		}
	}
}

static void write_plain(const struct run_report *r, const struct result *one,
			struct buf *out)
{
	buf_add_text(out, "<li class=\"plain\"");
	html_data(r, one, out);
	buf_addf(out,
		 "><span class=\"verdict %s\">%s</span><span class=\"title\">",
		 verdict_name(one->verdict), verdict_name(one->verdict));
	html_text(out, one->title);
	buf_addf(out, "</span><span class=\"tag\">%s</span><span class=\"id\">",
		 level_name(one->level));
	html_text(out, one->id);
	if (one->verdict != VERDICT_PASS && one->reason) {
		buf_add_text(out, ": ");
		html_text(out, one->reason);
	}
	buf_add_text(out, "</span></li>\n");
}

static bool is_listed(const struct result *one, enum verdict v)
{
	return one->verdict == v && (!result_is_problem(one));
}

static void write_plains(const struct run_report *r, enum verdict v,
			 const char *heading, struct buf *out)
{
	bool any = false;

	for (size_t i = 0; i < r->count; i++) {
		if (!is_listed(&r->list[i], v))
			continue;
		if (!any)
			buf_addf(out,
				 "<section data-group><h2>%s</h2>\n"
				 "<ul class=\"plains\">\n",
				 heading);
		any = true;
		write_plain(r, &r->list[i], out);
	}
	if (any)
		buf_add_text(out, "</ul></section>\n");
}

static void write_cases(const struct run_report *r, struct buf *out)
{
	bool first = cause_counts(r).causes == 0;

	buf_add_text(out, "<section data-group>\n");
	write_problems(r, VERDICT_FAIL, &first, out);
	write_problems(r, VERDICT_BROKEN, &first, out);
	write_problems(r, VERDICT_UNDECIDED, &first, out);
	if (first)
		buf_add_text(out, r->stopped ? "<p>No case could be run.</p>\n"
					     : "<p>No case failed.</p>\n");
	buf_add_text(out, "</section>\n");
	write_plains(r, VERDICT_PASS, "Passed", out);
	write_plains(r, VERDICT_UNDECIDED, "Not run", out);
	write_plains(r, VERDICT_SKIP, "Skipped", out);
}

void html_write(const struct run_report *r, struct buf *out)
{
	size_t count;
	struct area *areas = areas_of(r, &count);

	write_head(r, out);
	write_overview(r, out);
	html_causes(r, out);
	write_facts(r, out);
	write_areas(areas, count, out);
	buf_add_text(out, "<h2 id=\"cases\">Cases</h2>\n");
	write_filters(r, areas, count, out);
	write_cases(r, out);
	buf_addf(out,
		 "</main>\n<footer>Written by ccprobe %s. Credentials are "
		 "masked; this page loads nothing.</footer>\n<script>\n",
		 r->version);
	buf_add_text(out, page_js);
	buf_add_text(out, "</script>\n</body>\n</html>\n");
	free(areas);
}
