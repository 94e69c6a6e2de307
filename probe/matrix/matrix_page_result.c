/* The HTML page's last part: the evidence that cells lead to. */
#include <string.h>

#include "probe/matrix/matrix_page.h"
#include "reports/markup.h"
#include "reports/reports.h"

#define CASES_SHOWN 40 /* of a duty */
#define SEEN_MOST 200 /* bytes */
#define REASONS_SHOWN 3 /* cases that also show reason and evidence */

static void text(struct buf *out, const char *words)
{
	markup_text(out, span_of(words));
}

static void shown(struct buf *out, const char *label, const char *words)
{
	if (!words || !*words)
		return;
	buf_addf(out, "<dt>%s</dt><dd><code>", label);
	text(out, words);
	buf_add_text(out, "</code></dd>");
}

static void write_evidence(const struct matrix_cause *c, struct buf *out)
{
	for (size_t i = 0; i < c->example_count; i++) {
		const struct matrix_example *e = &c->examples[i];

		if ((!e->sent || !*e->sent) && (!e->got || !*e->got))
			continue;
		buf_add_text(out, "<dl class=\"seen\"><dt>seen in</dt><dd "
				  "class=\"id\">");
		text(out, e->id);
		buf_add_text(out, "</dd>");
		shown(out, "sent", e->sent);
		shown(out, "got", e->got);
		buf_add_text(out, "</dl>");
		return;
	}
}

static void write_cause(const struct matrix_cause *c, struct buf *out)
{
	buf_addf(out, "<div class=\"cause %s\"><p><strong>",
		 effect_name(c->effect));
	text(out, c->headline);
	buf_addf(out, "</strong></p><p class=\"soft\">%s: %s</p>",
		 effect_name(c->effect), report_effect(c->effect));
	write_evidence(c, out);
	if (c->fix) {
		buf_add_text(out, "<p class=\"fix\">");
		text(out, c->fix);
		buf_add_text(out, "</p>");
	}
	buf_add_text(out, "</div>\n");
}

/* Is it the first case of the duty with this cause? */
static bool is_first(const struct matrix_result *r, size_t i)
{
	const struct matrix_case *c = &r->cases[i];

	for (size_t k = 0; k < i; k++)
		if (r->cases[k].cause &&
		    strcmp(r->cases[k].duty, c->duty) == 0 &&
		    strcmp(r->cases[k].cause, c->cause) == 0)
			return false;
	return true;
}

static void write_case(const struct matrix_case *c, bool reason,
		       struct buf *out)
{
	buf_addf(out,
		 "<li><span class=\"verdict %s\">%s</span> <span "
		 "class=\"id\">",
		 matrix_state_name(c->state), matrix_state_words(c->state));
	text(out, c->id);
	buf_add_text(out, "</span>");
	if (reason && c->reason) {
		buf_add_text(out, c->seen ? "<br>not so: " : "<br>");
		text(out, c->reason);
	}
	if (reason && c->seen) {
		buf_add_text(out, "<br><code>");
		markup_text(out, report_piece(c->seen, SEEN_MOST));
		buf_add_text(out, "</code>");
	}
	buf_add_text(out, "</li>\n");
}

static void write_cases(const struct matrix_result *r, const char *duty,
			struct buf *out)
{
	size_t count = 0;

	buf_add_text(out, "<ul class=\"ids\">\n");
	for (size_t i = 0; i < r->case_count; i++) {
		const struct matrix_case *c = &r->cases[i];

		if ((c->state != MATRIX_FAIL && c->state != MATRIX_UNDECIDED) ||
		    strcmp(c->duty, duty) != 0)
			continue;
		if (count++ < CASES_SHOWN)
			write_case(c, count <= REASONS_SHOWN, out);
	}
	if (count > CASES_SHOWN)
		buf_addf(out, "<li>and %zu more</li>\n", count - CASES_SHOWN);
	buf_add_text(out, "</ul>\n");
}

static void write_duty(const struct matrix *m, size_t i, const char *duty,
		       struct buf *out)
{
	const struct matrix_result *r = &m->list[i];
	struct matrix_cell cell = matrix_duty_cell(r, duty);
	struct buf title = BUF_INIT(BUF_NO_LIMIT);

	if (!matrix_page_tells(&cell))
		return;
	matrix_title(r, &title);
	buf_addf(out, "<section class=\"told\" id=\"r%zu-", i);
	markup_attribute(out, span_of(duty));
	buf_add_text(out, "\"><h4>");
	text(out, duty);
	buf_add_text(out, ", ");
	text(out, buf_str(&title));
	buf_add_text(out, "</h4>");
	buf_clear(&title);
	if (matrix_duty_text(m, duty)) {
		buf_add_text(out, "<p>");
		text(out, matrix_duty_text(m, duty));
		buf_add_text(out, "</p>");
	}
	buf_add_text(out, "<p class=\"soft\">");
	text(out, r->date ? r->date : "no date");
	buf_addf(out, ", Claude Code %s: %zu of %zu cases fail",
		 r->client ? r->client : "not told", cell.counts[MATRIX_FAIL],
		 cell.total);
	if (cell.counts[MATRIX_UNDECIDED] > 0)
		buf_addf(out, ", %zu undecided", cell.counts[MATRIX_UNDECIDED]);
	buf_add_text(out, "</p>\n");
	for (size_t k = 0; k < r->case_count; k++)
		if (r->cases[k].cause && strcmp(r->cases[k].duty, duty) == 0 &&
		    matrix_result_cause(r, r->cases[k].cause) && is_first(r, k))
			write_cause(matrix_result_cause(r, r->cases[k].cause),
				    out);
	write_cases(r, duty, out);
	buf_add_text(out, "</section>\n");
}

static void write_claims(const struct matrix_result *r, struct buf *out)
{
	if (r->claim_count == 0)
		return;
	buf_add_text(out, "<h4>Not offered</h4><ul>\n");
	for (size_t i = 0; i < r->claim_count; i++) {
		buf_add_text(out, "<li><code>");
		text(out, r->claims[i].claim);
		buf_add_text(out, "</code>");
		if (r->claims[i].without) {
			buf_add_text(out, ": ");
			text(out, r->claims[i].without);
		}
		buf_add_text(out, "</li>\n");
	}
	buf_add_text(out, "</ul>\n");
}

static void write_reproduce(const struct matrix_result *r, struct buf *out)
{
	if (r->reproduce_count == 0)
		return;
	buf_add_text(out, "<h4>Reproduce</h4><p class=\"soft\">With ccprobe ");
	text(out, r->ccprobe ? r->ccprobe : "not told");
	buf_add_text(out, "</p><pre>");
	for (size_t i = 0; i < r->reproduce_count; i++) {
		text(out, r->reproduce[i]);
		buf_add_byte(out, '\n');
	}
	buf_add_text(out, "</pre>\n");
}

static void write_facts(const struct matrix_result *r, struct buf *out)
{
	struct buf words = BUF_INIT(BUF_NO_LIMIT);

	buf_add_text(out, "<p class=\"soft\">");
	matrix_terms(r, &words);
	text(out, buf_str(&words));
	buf_clear(&words);
	buf_add_text(out, ", ");
	text(out, r->date ? r->date : "no date");
	buf_addf(out, ": grade %s", r->letter ? r->letter : "none");
	if (r->missing) {
		buf_add_text(out, ", partial (");
		text(out, r->missing);
		buf_add_byte(out, ')');
	}
	buf_addf(out, ", %zu cases</p>\n", r->case_count);
}

void matrix_page_result(const struct matrix *m, size_t i, struct buf *out)
{
	const struct matrix_result *r = &m->list[i];
	struct buf title = BUF_INIT(BUF_NO_LIMIT);

	matrix_title(r, &title);
	buf_addf(out,
		 "<details class=\"result\" id=\"result-%zu\" "
		 "data-result=\"%zu\"><summary><h3>",
		 i, i);
	text(out, buf_str(&title));
	buf_clear(&title);
	buf_add_text(out, "</h3></summary>\n");
	write_facts(r, out);
	write_reproduce(r, out);
	write_claims(r, out);
	for (size_t k = 0; k < m->duty_count; k++)
		write_duty(m, i, m->duties[k], out);
	buf_add_text(out, "</details>\n");
}
