/*
 * The HTML page: a table of results, tables of areas and of duties, and the
 * evidence for each cell that fails or is undecided. The page loads nothing
 * from elsewhere. Without its script it can be read; the script adds sorting,
 * filters and a panel that shows a cell's evidence.
 */
#include <string.h>

#include "probe/matrix/matrix_page.h"
#include "reports/markup.h"

static void text(struct buf *out, const char *words)
{
	markup_text(out, span_of(words));
}

static void write_head(struct buf *out)
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
		"<link rel=\"icon\" href=\"data:,\">\n"
		"<title>Claude Code through gateways</title>\n<style>\n");
	buf_add_text(out, matrix_css);
	buf_add_text(out, "</style>\n</head>\n<body>\n<a class=\"skiplink\" "
			  "href=\"#duties\">To the duties</a>\n<header>\n"
			  "<h1>Claude Code through gateways</h1>\n");
}

static void write_legend(const struct matrix *m, struct buf *out)
{
	buf_addf(out,
		 "<p>%zu result%s of ccprobe. A red cell leads to its cause, "
		 "its date and what was seen.</p>\n<ul class=\"legend\">",
		 m->count, m->count == 1 ? "" : "s");
	for (int s = 0; s < MATRIX_STATES; s++)
		buf_addf(out,
			 "<li><span class=\"cell %s\" aria-hidden=\"true\">"
			 "%s</span> %s</li>",
			 matrix_state_name((enum matrix_state)s),
			 s == MATRIX_FAIL ? "2" : "",
			 matrix_page_meaning((enum matrix_state)s));
	buf_add_text(out, "</ul>\n</header>\n<main>\n");
}

/* ---- filters ---- */

static void write_filters(const struct matrix *m, struct buf *out)
{
	buf_add_text(
		out,
		"<form id=\"filters\" class=\"filters needsjs\" "
		"role=\"search\">\n<label>Gateway<input name=\"gateway\" "
		"type=\"search\"></label>\n<label>Area<select name=\"area\">"
		"<option value=\"\">all</option>");
	for (size_t i = 0; i < m->area_count; i++) {
		buf_add_text(out, "<option>");
		text(out, m->areas[i]);
		buf_add_text(out, "</option>");
	}
	buf_add_text(out, "</select></label>\n<label>Duty<input name=\"duty\" "
			  "type=\"search\"></label>\n<label>Rows<select "
			  "name=\"rows\"><option value=\"\">all</option>"
			  "<option value=\"fail\">somebody fails</option>"
			  "<option value=\"differ\">results differ</option>"
			  "<option value=\"undecided\">something is undecided"
			  "</option></select></label>\n");
	if (matrix_page_has_old(m))
		buf_add_text(out, "<label class=\"check\"><input "
				  "type=\"checkbox\" name=\"old\">older "
				  "results, too</label>\n");
	buf_add_text(out, "<button type=\"reset\">Reset</button>\n<output "
			  "id=\"count\"></output>\n</form>\n");
}

/* ---- results ---- */

static void column(struct buf *out, const char *name, bool is_number)
{
	buf_addf(out,
		 "<th scope=\"col\"%s><button type=\"button\" "
		 "class=\"sort\">%s</button></th>",
		 is_number ? " class=\"num\"" : "", name);
}

static void write_result(const struct matrix *m, size_t i, struct buf *out)
{
	const struct matrix_result *r = &m->list[i];
	struct buf words = BUF_INIT(BUF_NO_LIMIT);

	buf_addf(out,
		 "<tr data-result=\"%zu\"%s><th scope=\"row\"><a "
		 "href=\"#result-%zu\">",
		 i, r->is_old ? " class=\"old\"" : "", i);
	matrix_title(r, &words);
	text(out, buf_str(&words));
	buf_addf(out,
		 "</a></th><td data-by=\"%03u\"><span class=\"grade "
		 "grade-%s\">%s</span>%s</td><td class=\"num\">%u</td>",
		 r->letter ? 999 - (unsigned)r->letter[0] : 0,
		 r->letter ? r->letter : "none", r->letter ? r->letter : "none",
		 r->missing ? " partial" : "", r->score);
	for (int s = 0; s < MATRIX_STATES; s++)
		buf_addf(out, "<td class=\"num\">%zu</td>", r->counts[s]);
	buf_add_text(out, "<td>");
	buf_reset(&words);
	matrix_terms(r, &words);
	text(out, buf_str(&words));
	buf_add_text(out, "</td><td class=\"date\">");
	text(out, r->date ? r->date : "");
	buf_add_text(out, "</td></tr>\n");
	buf_clear(&words);
}

static void write_results(const struct matrix *m, struct buf *out)
{
	buf_add_text(out, "<h2 id=\"results\">Results</h2>\n<div "
			  "class=\"wide\" tabindex=\"0\" role=\"region\" "
			  "aria-labelledby=\"results\"><table "
			  "class=\"results\"><thead><tr>");
	column(out, "Gateway", false);
	column(out, "Grade", false);
	column(out, "Score", true);
	for (int s = 0; s < MATRIX_STATES; s++)
		column(out, matrix_state_words((enum matrix_state)s), true);
	column(out, "Asked by", false);
	column(out, "Date", false);
	buf_add_text(out, "</tr></thead><tbody>\n");
	for (size_t i = 0; i < m->count; i++)
		write_result(m, i, out);
	buf_add_text(out, "</tbody></table></div>\n");
}

/* ---- the matrix ---- */

static void write_column_heads(const struct matrix *m, const char *first,
			       struct buf *out)
{
	buf_addf(out,
		 "<thead><tr><th scope=\"col\" class=\"first\"><button "
		 "type=\"button\" class=\"sort\">%s</button></th>",
		 first);
	for (size_t i = 0; i < m->count; i++) {
		struct buf words = BUF_INIT(BUF_NO_LIMIT);

		buf_addf(out,
			 "<th scope=\"col\" data-result=\"%zu\"%s><button "
			 "type=\"button\" class=\"sort tall\"><span>",
			 i, m->list[i].is_old ? " class=\"old\"" : "");
		matrix_page_column(&m->list[i], &words);
		text(out, buf_str(&words));
		buf_add_text(out, "</span></button></th>");
		buf_clear(&words);
	}
	buf_add_text(out, "</tr></thead>");
}

static void write_cell(const struct matrix *m, size_t i, const char *row,
		       const struct matrix_cell *cell, bool leads,
		       struct buf *out)
{
	const struct matrix_result *r = &m->list[i];
	const char *name = matrix_state_name(cell->state);

	buf_addf(out, "<td%s>", r->is_old ? " class=\"old\"" : "");
	if (leads && matrix_page_tells(cell)) {
		buf_addf(out, "<a class=\"cell %s%s\" href=\"#r%zu-", name,
			 cell->state == MATRIX_FAIL && cell->level == LEVEL_MAY
				 ? " may"
				 : "",
			 i);
		markup_attribute(out, span_of(row));
		buf_add_text(out, "\">");
	} else {
		buf_addf(out, "<span class=\"cell %s\">", name);
	}
	matrix_page_cell(cell, out);
	buf_add_text(out, leads && matrix_page_tells(cell) ? "</a></td>"
							   : "</span></td>");
}

static void write_areas(const struct matrix *m, struct buf *out)
{
	buf_add_text(out, "<h2 id=\"areas\">Areas</h2>\n<div class=\"wide\" "
			  "tabindex=\"0\" role=\"region\" "
			  "aria-labelledby=\"areas\"><table class=\"matrix\">");
	write_column_heads(m, "Area", out);
	buf_add_text(out, "<tbody>\n");
	for (size_t k = 0; k < m->area_count; k++) {
		buf_add_text(out, "<tr data-area=\"");
		markup_attribute(out, span_of(m->areas[k]));
		buf_add_text(out, "\"><th scope=\"row\">");
		text(out, m->areas[k]);
		buf_add_text(out, "</th>");
		for (size_t i = 0; i < m->count; i++) {
			struct matrix_cell cell =
				matrix_area_cell(&m->list[i], m->areas[k]);

			write_cell(m, i, m->areas[k], &cell, false, out);
		}
		buf_add_text(out, "</tr>\n");
	}
	buf_add_text(out, "</tbody></table></div>\n");
}

static void write_duty(const struct matrix *m, const char *duty,
		       struct buf *out)
{
	const char *words = matrix_duty_text(m, duty);

	buf_add_text(out, "<tr data-duty data-area=\"");
	matrix_page_areas(m, duty, out);
	buf_add_text(out, "\"><th scope=\"row\"><span class=\"duty\">");
	text(out, duty);
	buf_add_text(out, "</span>");
	if (words) {
		buf_add_text(out, "<span class=\"words\">");
		text(out, words);
		buf_add_text(out, "</span>");
	}
	buf_add_text(out, "</th>");
	for (size_t i = 0; i < m->count; i++) {
		struct matrix_cell cell = matrix_duty_cell(&m->list[i], duty);

		write_cell(m, i, duty, &cell, true, out);
	}
	buf_add_text(out, "</tr>\n");
}

static void write_duties(const struct matrix *m, struct buf *out)
{
	buf_add_text(out, "<h2 id=\"duties\">Duties</h2>\n<div class=\"wide\" "
			  "tabindex=\"0\" role=\"region\" "
			  "aria-labelledby=\"duties\"><table "
			  "class=\"matrix\">");
	write_column_heads(m, "Duty", out);
	buf_add_text(out, "<tbody>\n");
	for (size_t k = 0; k < m->duty_count; k++)
		write_duty(m, m->duties[k], out);
	buf_add_text(out, "</tbody></table></div>\n");
}

void matrix_html_write(const struct matrix *m, struct buf *out)
{
	write_head(out);
	write_legend(m, out);
	write_filters(m, out);
	write_results(m, out);
	write_areas(m, out);
	write_duties(m, out);
	matrix_page_history(m, out);
	buf_add_text(out, "<h2>Each result</h2>\n");
	for (size_t i = 0; i < m->count; i++)
		matrix_page_result(m, i, out);
	buf_add_text(out,
		     "</main>\n<dialog id=\"panel\" aria-labelledby="
		     "\"panel-title\"><form method=\"dialog\"><button "
		     "class=\"close\">Close</button></form><div "
		     "id=\"panel-text\"></div></dialog>\n<footer>Made by "
		     "ccprobe " CCPROBE_VERSION ", `ccprobe matrix`.</footer>\n"
		     "<script>\n");
	buf_add_text(out, matrix_js);
	buf_add_text(out, "</script>\n</body>\n</html>\n");
}
