/* Causes at the top of the page, each with its cases folded below it. */
#include <string.h>

#include "reports/cause.h"
#include "reports/complaint.h"
#include "reports/html/html.h"
#include "reports/markup.h"
#include "reports/reports.h"

/* ---- a case as a line with a link to it ---- */

static void write_link(struct buf *out, const char *id)
{
	buf_add_text(out, "<a class=\"id\" href=\"#");
	markup_attribute(out, span_of(id));
	buf_add_text(out, "\">");
	html_text(out, id);
	buf_add_text(out, "</a>");
}

static void write_line(const struct result *one, struct buf *out)
{
	struct buf wrong = BUF_INIT(BUF_NO_LIMIT);

	complaint_of(one, &wrong);
	buf_add_text(out, "<li>");
	write_link(out, one->id);
	buf_addf(out, "<span class=\"tag\">%s &#183; %s%s</span><span>",
		 level_name(result_failed_level(one)),
		 effect_name(result_failed_effect(one)),
		 one->expected ? " &#183; expected" : "");
	html_text(out, buf_str(&wrong));
	buf_add_text(out, "</span></li>\n");
	buf_clear(&wrong);
}

/* ---- one cause ---- */

static void write_value(struct buf *out, const char *text)
{
	if (!text) {
		buf_add_text(out, "nothing");
		return;
	}
	buf_add_text(out, "<code>");
	html_text(out, text);
	buf_add_text(out, "</code>");
}

static bool is_listed(const struct run_report *r, const char *id)
{
	for (size_t i = 0; i < r->count; i++)
		if (strcmp(r->list[i].id, id) == 0)
			return true;
	return false;
}

static void write_example(const struct run_report *r,
			  const struct cause_example *e, struct buf *out)
{
	buf_add_text(out, "<dt>Seen</dt><dd>sent ");
	write_value(out, e->sent);
	buf_add_text(out, ", got ");
	write_value(out, e->got);
	buf_add_text(out, " in ");
	if (is_listed(r, e->id))
		write_link(out, e->id);
	else
		html_text(out, e->id);
	buf_add_text(out, "</dd>\n");
}

static void write_facts(const struct run_report *r, const struct cause *c,
			struct buf *out)
{
	struct buf duty = BUF_INIT(BUF_NO_LIMIT);
	const struct cause_example *seen = cause_example_from(c, 0);

	cause_duty(r, c, &duty);
	buf_add_text(out, "<dl>\n");
	if (duty.len > 0) {
		buf_add_text(out, "<dt>Duty</dt><dd>");
		html_text(out, buf_str(&duty));
		buf_add_text(out, "</dd>\n");
	}
	if (seen != NULL)
		write_example(r, seen, out);
	buf_add_text(out, "</dl>\n");
	buf_clear(&duty);
}

static void write_folded(const struct run_report *r, const struct cause *c,
			 struct buf *out)
{
	size_t expected = c->case_count - cause_news(r, c);

	buf_addf(out, "<details><summary>%zu case%s because of it",
		 c->case_count, c->case_count == 1 ? " fails" : "s fail");
	if (expected > 0)
		buf_addf(out, ", %zu of them expected", expected);
	buf_add_text(out, "</summary>\n<ul class=\"lines\">\n");
	for (size_t i = 0; i < c->case_count; i++)
		write_line(&r->list[c->cases[i]], out);
	buf_add_text(out, "</ul></details>\n");
}

static void write_cause(const struct run_report *r, const struct cause *c,
			struct buf *out)
{
	size_t number = cause_number(r, c);

	buf_addf(out,
		 "<article class=\"cause %s\" id=\"cause-%zu\">\n"
		 "<h3><span class=\"rank\">%zu</span> ",
		 effect_name(c->effect), number, number);
	html_text(out, c->headline);
	buf_addf(out, "</h3>\n<p class=\"impact\"><strong>%s</strong> %s</p>\n",
		 effect_name(c->effect), report_effect(c->effect));
	write_facts(r, c, out);
	if (c->fix) {
		buf_add_text(out, "<p class=\"fix\"><strong>Fix:</strong> ");
		html_text(out, c->fix);
		buf_add_text(out, "</p>\n");
	}
	write_folded(r, c, out);
	buf_add_text(out, "</article>\n");
}

/* ---- all of them ---- */

static void write_sentence(const struct run_report *r, struct buf *out)
{
	struct buf text = BUF_INIT(BUF_NO_LIMIT);

	cause_sentence(r, &text);
	buf_addf(out, "<p>%s. <a href=\"#cases\">All %zu case%s</a></p>\n",
		 buf_str(&text), r->count, r->count == 1 ? "" : "s");
	buf_clear(&text);
}

static void write_alone(const struct run_report *r, struct buf *out)
{
	size_t alone = cause_counts(r).alone;

	if (alone == 0)
		return;
	buf_addf(out,
		 "<article class=\"cause alone\">\n<h3>No cause was found for "
		 "%zu failure%s</h3>\n<ul class=\"lines\">\n",
		 alone, alone == 1 ? "" : "s");
	for (size_t i = 0; i < r->count; i++)
		if (r->list[i].verdict == VERDICT_FAIL &&
		    !cause_of(r, &r->list[i]))
			write_line(&r->list[i], out);
	buf_add_text(out, "</ul></article>\n");
}

static void write_notes(const struct run_report *r, struct buf *out)
{
	size_t count = r->cause_count - cause_counts(r).causes;

	if (count == 0)
		return;
	buf_addf(out,
		 "<details class=\"cause alone\"><summary>%zu more thing%s it "
		 "does to traffic</summary>\n<ul class=\"notelist\">\n",
		 count, count == 1 ? "" : "s");
	for (size_t i = 0; i < r->cause_count; i++) {
		if (!cause_is_note(&r->causes[i]))
			continue;
		buf_add_text(out, "<li>");
		html_text(out, r->causes[i].headline);
		buf_add_text(out, "</li>\n");
	}
	buf_add_text(out, "</ul></details>\n");
}

void html_causes(const struct run_report *r, struct buf *out)
{
	if (cause_counts(r).causes > 0) {
		buf_add_text(out, "<h2>What breaks, and why</h2>\n");
		write_sentence(r, out);
		for (size_t i = 0; i < r->cause_count; i++)
			if (!cause_is_note(&r->causes[i]))
				write_cause(r, &r->causes[i], out);
		write_alone(r, out);
	}
	write_notes(r, out);
}

/* ---- in other places of the page ---- */

void html_cause_of(const struct run_report *r, const struct result *one,
		   struct buf *out)
{
	const struct cause *c = cause_of(r, one);

	if (!c)
		return;
	buf_addf(out,
		 "<p class=\"bycause\">By cause %zu: "
		 "<a href=\"#cause-%zu\">",
		 cause_number(r, c), cause_number(r, c));
	html_text(out, c->headline);
	buf_add_text(out, "</a></p>\n");
}

#define OPTION_SHOWN 60 /* bytes of a headline */

void html_cause_filter(const struct run_report *r, struct buf *out)
{
	if (cause_counts(r).causes == 0)
		return;
	buf_add_text(out, "<label>Cause<select name=\"cause\">"
			  "<option value=\"\">all</option>");
	for (size_t i = 0; i < r->cause_count; i++) {
		const struct cause *c = &r->causes[i];

		if (cause_is_note(c))
			continue;
		buf_addf(out, "<option value=\"%zu\">%zu. ", cause_number(r, c),
			 cause_number(r, c));
		markup_text(out, report_piece(c->headline, OPTION_SHOWN));
		buf_add_text(out, "</option>");
	}
	buf_add_text(out, "<option>none</option></select></label>\n");
}
