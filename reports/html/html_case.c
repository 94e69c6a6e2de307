/* One case of the HTML report, folded. */
#include <string.h>

#include "reports/complaint.h"
#include "reports/html/html.h"
#include "reports/markup.h"
#include "reports/reports.h"

#define TRACE_SHOWN ((size_t)12 * 1000) /* bytes */
#define SOURCES 6 /* links for one requirement */

static void paragraph(struct buf *out, const char *name, const char *text)
{
	if (!text || !*text)
		return;
	buf_addf(out, "<h3>%s</h3>\n<p>", name);
	html_text(out, text);
	buf_add_text(out, "</p>\n");
}

static void write_summary(const struct result *one, struct buf *out)
{
	buf_addf(out, "<summary><span class=\"verdict %s\">%s%s</span>",
		 verdict_name(one->verdict), verdict_name(one->verdict),
		 one->expected ? ", expected" : "");
	buf_add_text(out, "<span class=\"title\">");
	html_text(out, one->title);
	buf_addf(out,
		 "</span><span class=\"tag\">%s &#183; %s</span>"
		 "<span class=\"id\">",
		 level_name(result_failed_level(one)),
		 effect_name(result_failed_effect(one)));
	html_text(out, one->id);
	buf_add_text(out, "</span></summary>\n");
}

/* ---- checks ---- */

static void row(struct buf *out, const char *name, const char *text)
{
	if (!text)
		return;
	buf_addf(out, "<dt>%s</dt><dd><code>", name);
	html_text(out, text);
	buf_add_text(out, "</code></dd>");
}

/* Writes what is wrong as a sentence, or else the check that failed. */
static bool write_complaint(const struct outcome *o, struct buf *out)
{
	struct buf wrong = BUF_INIT(BUF_NO_LIMIT);
	bool said = o->verdict == VERDICT_FAIL && complaint_sentence(o, &wrong);

	buf_addf(out, "<strong>%s:</strong> ", said ? "Wrong" : "Not so");
	html_text(out, said ? buf_str(&wrong) : o->name);
	buf_clear(&wrong);
	return said;
}

static void write_check(const struct outcome *o, struct buf *out)
{
	bool said;

	buf_addf(out, "<div class=\"check %s\"><p>", verdict_name(o->verdict));
	said = write_complaint(o, out);
	if (o->level == LEVEL_MAY)
		buf_add_text(out, " <span class=\"soft\">(level may; does not "
				  "fail the case)</span>");
	buf_add_text(out, "</p><dl>");
	if (said) {
		buf_add_text(out, "<dt>check</dt><dd>");
		html_text(out, o->name);
		buf_add_text(out, "</dd>");
	}
	row(out, "expected", o->expect);
	row(out, "wanted", o->wanted);
	row(out, "got", o->got);
	buf_add_text(out, "</dl>");
	if (o->difference) {
		buf_add_text(out, "<pre class=\"wrap\">");
		html_text(out, o->difference);
		buf_add_text(out, "</pre>");
	}
	buf_add_text(out, "</div>\n");
}

static void write_held(const struct result *one, struct buf *out)
{
	bool any = false;

	for (size_t i = 0; i < one->outcome_count; i++) {
		if (one->outcomes[i].verdict != VERDICT_PASS)
			continue;
		if (!any)
			buf_add_text(
				out,
				"<h3>What passed</h3>\n<ul class=\"held\">\n");
		any = true;
		buf_add_text(out, "<li>");
		html_text(out, one->outcomes[i].name);
		buf_add_text(out, "</li>\n");
	}
	if (any)
		buf_add_text(out, "</ul>\n");
}

static void write_checks(const struct result *one, struct buf *out)
{
	for (size_t i = 0; i < one->outcome_count; i++)
		if (one->outcomes[i].verdict != VERDICT_PASS)
			write_check(&one->outcomes[i], out);
}

/* ---- words ---- */

static void write_words(const struct run_report *r, const struct result *one,
			struct buf *out)
{
	enum effect worst = result_failed_effect(one);

	html_cause_of(r, one, out);
	paragraph(out, "Expected by the baseline", one->expected);
	if (!complaint_is_reason(one))
		paragraph(out, "Reason", one->reason);
	write_checks(one, out);
	if (one->verdict != VERDICT_FAIL)
		return;
	if (one->fix) {
		buf_add_text(out, "<p class=\"fix\"><strong>Fix:</strong> ");
		html_text(out, one->fix);
		buf_add_text(out, "</p>\n");
	}
	paragraph(out, "Why it matters", one->why);
	buf_addf(out, "<p>What the real client does: <strong>%s</strong>, ",
		 effect_name(worst));
	html_text(out, report_effect(worst));
	if (one->effect_seen) {
		buf_add_text(out, " <span class=\"soft\">(seen with ");
		html_text(out, one->effect_seen);
		buf_add_text(out, ")</span>");
	}
	buf_add_text(out, ".</p>\n");
	if (one->blame != BLAME_GATEWAY)
		paragraph(out, "Whose fault", blame_name(one->blame));
}

/* ---- requirements ---- */

/* "Name, https://...; Name, https://...": each a link. */
static void write_sources(const char *source, struct buf *out)
{
	struct span rest = span_of(source), one;
	size_t count = 0;

	while (count++ < SOURCES && rest.len > 0 &&
	       span_split(&rest, ';', &one)) {
		size_t at = span_find(one, span_of("https://"));
		struct span name = span_trim(span_first(one, at));

		buf_add_text(out, count > 1 ? "; " : " ");
		if (at == SIZE_MAX) {
			markup_text(out, span_trim(one));
			continue;
		}
		if (span_ends(name, ","))
			name = span_first(name, name.len - 1);
		buf_add_text(out, "<a href=\"");
		markup_attribute(out, span_trim(span_skip(one, at)));
		buf_add_text(out, "\" rel=\"noreferrer\">");
		markup_text(out, name.len > 0 ? name : span_skip(one, at));
		buf_add_text(out, "</a>");
	}
}

static const struct requirement *find(const struct run_report *r,
				      const char *id)
{
	for (size_t i = 0; i < r->requirement_count; i++)
		if (strcmp(r->requirements[i].id, id) == 0)
			return &r->requirements[i];
	return NULL;
}

static void write_guards(const struct run_report *r, const struct result *one,
			 struct buf *out)
{
	if (one->guard_count == 0)
		return;
	buf_add_text(out, "<h3>Requirements</h3>\n<ul class=\"held\">\n");
	for (size_t i = 0; i < one->guard_count; i++) {
		const struct requirement *q = find(r, one->guards[i]);

		buf_add_text(out, "<li><span class=\"id\">");
		html_text(out, one->guards[i]);
		buf_add_text(out, "</span> ");
		if (q) {
			html_text(out, q->text);
			write_sources(q->source ? q->source : "", out);
		}
		buf_add_text(out, "</li>\n");
	}
	buf_add_text(out, "</ul>\n");
}

/* ---- evidence ---- */

static void write_trace(const char *trace, struct buf *out)
{
	struct span shown = span_of(trace);

	if (!trace)
		return;
	if (shown.len > TRACE_SHOWN) {
		shown = span_first(shown, TRACE_SHOWN);
		while (shown.len > 0 && shown.at[shown.len - 1] != '\n')
			shown.len--;
	}
	buf_add_text(out, "<details><summary>The same as text</summary>\n"
			  "<pre tabindex=\"0\">");
	markup_text(out, shown);
	if (shown.len < strlen(trace))
		buf_addf(out, "... %zu bytes more", strlen(trace) - shown.len);
	buf_add_text(out, "</pre></details>\n");
}

static void write_evidence(const struct result *one, struct buf *out)
{
	const struct evidence *e = one->evidence;

	if (e && (e->request.left_head || e->request.right_head)) {
		buf_add_text(out, "<h3>The request</h3>\n");
		html_sides(&e->request, "as the client sent it",
			   "as it arrived upstream", out);
	}
	if (e && (e->answer.left_head || e->answer.right_head)) {
		buf_add_text(out, "<h3>The answer</h3>\n");
		html_sides(&e->answer, "as the provider sent it",
			   "as the client got it", out);
	}
	if (e && e->moment_count > 0) {
		buf_add_text(out, "<h3>Timeline of both sides</h3>\n");
		html_timeline(e, out);
	}
	write_trace(one->trace, out);
	if (one->curl) {
		buf_add_text(out, "<h3>Repeat it</h3>\n<pre class=\"curl\" "
				  "tabindex=\"0\">");
		html_text(out, one->curl);
		buf_add_text(out, "</pre>\n");
	}
}

void html_case(const struct run_report *r, const struct result *one, bool open,
	       bool with_evidence, struct buf *out)
{
	buf_add_text(out, "<details class=\"case\"");
	html_data(r, one, out);
	buf_add_text(out, open ? " open>\n" : ">\n");
	write_summary(one, out);
	buf_add_text(out, "<div class=\"inside\">\n");
	write_words(r, one, out);
	if (with_evidence) {
		write_evidence(one, out);
		write_held(one, out);
		write_guards(r, one, out);
	} else {
		buf_add_text(out, "<p class=\"soft\">Its evidence was left out "
				  "to keep this page small: run this case by "
				  "itself, or see the JSON report.</p>\n");
	}
	buf_add_text(out, "</div></details>\n");
}
