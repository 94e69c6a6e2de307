/* Writes the matrix as Markdown, for a page that a code host shows. */
#include <string.h>

#include "probe/matrix/matrix.h"
#include "reports/markup.h"
#include "reports/reports.h"

#define CASES_SHOWN 6 /* at most, of one cause or of none */

static void prose(const char *text, struct buf *out)
{
	markup_prose(out, text ? text : "not told");
}

static void write_title(const struct matrix_result *r, struct buf *out)
{
	struct buf text = BUF_INIT(BUF_NO_LIMIT);

	matrix_title(r, &text);
	prose(buf_str(&text), out);
	buf_clear(&text);
}

static void write_terms(const struct matrix_result *r, struct buf *out)
{
	struct buf text = BUF_INIT(BUF_NO_LIMIT);

	matrix_terms(r, &text);
	prose(buf_str(&text), out);
	buf_clear(&text);
}

static void write_grade(const struct matrix_result *r, struct buf *out)
{
	if (r->letter)
		buf_addf(out, "%s%s", r->letter, r->missing ? ", partial" : "");
	else
		buf_add_text(out, "none");
}

static void write_results(const struct matrix *m, struct buf *out)
{
	buf_add_text(out, "| | gateway | asked by | date | grade | score");
	for (int s = 0; s < MATRIX_STATES; s++)
		buf_addf(out, " | %s",
			 matrix_state_words((enum matrix_state)s));
	buf_add_text(out, " |\n|--:|---|---|---|---|--:");
	for (int s = 0; s < MATRIX_STATES; s++)
		buf_add_text(out, "|--:");
	buf_add_text(out, "|\n");
	for (size_t i = 0; i < m->count; i++) {
		const struct matrix_result *r = &m->list[i];

		buf_addf(out, "| %zu | [", i + 1);
		write_title(r, out);
		buf_addf(out, "](#result-%zu)%s | ", i + 1,
			 r->is_old ? " (older)" : "");
		write_terms(r, out);
		buf_add_text(out, " | ");
		prose(r->date, out);
		buf_add_text(out, " | ");
		write_grade(r, out);
		buf_addf(out, " | %u", r->score);
		for (int s = 0; s < MATRIX_STATES; s++)
			buf_addf(out, " | %zu", r->counts[s]);
		buf_add_text(out, " |\n");
	}
}

static void write_cell(const struct matrix_cell *c, struct buf *out)
{
	switch (c->state) {
	case MATRIX_FAIL:
		buf_addf(out, "**%zu of %zu**", c->counts[MATRIX_FAIL],
			 c->total);
		break;
	case MATRIX_UNDECIDED:
		buf_addf(out, "%zu undecided", c->counts[MATRIX_UNDECIDED]);
		break;
	default:
		buf_add_text(out, matrix_state_words(c->state));
	}
}

static void write_areas(const struct matrix *m, struct buf *out)
{
	buf_add_text(out, "\n## Areas\n\nBold: how many of the cases fail. "
			  "Columns are numbered as above.\n\n| area");
	for (size_t i = 0; i < m->count; i++)
		buf_addf(out, " | %zu", i + 1);
	buf_add_text(out, " |\n|---");
	for (size_t i = 0; i < m->count; i++)
		buf_add_text(out, "|---");
	buf_add_text(out, "|\n");
	for (size_t k = 0; k < m->area_count; k++) {
		buf_add_text(out, "| ");
		prose(m->areas[k], out);
		for (size_t i = 0; i < m->count; i++) {
			struct matrix_cell cell =
				matrix_area_cell(&m->list[i], m->areas[k]);

			buf_add_text(out, " | ");
			write_cell(&cell, out);
		}
		buf_add_text(out, " |\n");
	}
}

/* The cases in this state that the cause explains; NULL: that none explains. */
static void write_cases(const struct matrix_result *r, const char *cause,
			enum matrix_state state, struct buf *out)
{
	size_t count = 0;

	for (size_t i = 0; i < r->case_count; i++) {
		const struct matrix_case *c = &r->cases[i];

		if (c->state != state ||
		    strcmp(c->cause ? c->cause : "", cause ? cause : "") != 0)
			continue;
		if (count++ < CASES_SHOWN)
			buf_addf(out, "%s`%s`", count > 1 ? ", " : "", c->id);
	}
	if (count > CASES_SHOWN)
		buf_addf(out, " and %zu more", count - CASES_SHOWN);
}

static size_t count_alone(const struct matrix_result *r,
			  enum matrix_state state)
{
	size_t count = 0;

	for (size_t i = 0; i < r->case_count; i++)
		count += r->cases[i].state == state && !r->cases[i].cause;
	return count;
}

static void write_causes(const struct matrix *m, const struct matrix_result *r,
			 struct buf *out)
{
	for (size_t i = 0; i < r->cause_count; i++) {
		const struct matrix_cause *c = &r->causes[i];
		const char *text =
			c->duty ? matrix_duty_text(m, c->duty) : NULL;

		buf_addf(out, "%zu. ", i + 1);
		prose(c->headline, out);
		buf_addf(out, "\n   - %s: %s\n", effect_name(c->effect),
			 report_effect(c->effect));
		if (c->duty) {
			buf_addf(out, "   - %s, %s", c->duty,
				 level_name(c->level));
			buf_add_text(out, text ? ": " : "");
			markup_prose(out, text);
			buf_add_byte(out, '\n');
		}
		buf_add_text(out, "   - ");
		write_cases(r, c->id, MATRIX_FAIL, out);
		buf_add_byte(out, '\n');
	}
	if (count_alone(r, MATRIX_FAIL) > 0) {
		buf_add_text(out, r->cause_count > 0 ? "\n" : "");
		buf_add_text(out, "No cause explains ");
		write_cases(r, NULL, MATRIX_FAIL, out);
		buf_add_text(out, ".\n");
	}
	if (count_alone(r, MATRIX_UNDECIDED) > 0) {
		buf_add_text(out, "\nNot decided: ");
		write_cases(r, NULL, MATRIX_UNDECIDED, out);
		buf_add_text(out, ".\n");
	}
}

static void write_claims(const struct matrix_result *r, struct buf *out)
{
	if (r->claim_count == 0)
		return;
	buf_add_text(out, "\nNot offered: ");
	for (size_t i = 0; i < r->claim_count; i++)
		buf_addf(out, "%s`%s`", i > 0 ? ", " : "", r->claims[i].claim);
	buf_add_text(out, ".\n");
}

static void write_ids(const char *const *list, size_t count, const char *before,
		      struct buf *out)
{
	buf_addf(out, "%s%zu", before, count);
	for (size_t i = 0; i < count && i < CASES_SHOWN; i++)
		buf_addf(out, "%s`%s`", i > 0 ? ", " : " (", list[i]);
	if (count > CASES_SHOWN)
		buf_addf(out, " and %zu more", count - CASES_SHOWN);
	buf_add_text(out, count > 0 ? ")" : "");
}

static void write_since(const struct matrix *m, const struct matrix_result *r,
			struct buf *out)
{
	const struct matrix_result *was = matrix_older(m, r);
	struct matrix_step step;

	if (!was)
		return;
	matrix_step_of(&step, was, r);
	buf_add_text(out, "\nSince ");
	write_title(was, out);
	buf_add_text(out, " of ");
	prose(was->date, out);
	write_ids(step.broken, step.broken_count,
		  ": cases that fail now: ", out);
	write_ids(step.mended, step.mended_count, "; that pass now: ", out);
	buf_add_text(out, ".\n");
	matrix_step_clear(&step);
}

static void write_reproduce(const struct matrix_result *r, struct buf *out)
{
	if (r->reproduce_count == 0)
		return;
	buf_add_text(out, "\nReproduce, with ccprobe ");
	prose(r->ccprobe, out);
	buf_add_text(out, ":\n\n");
	for (size_t i = 0; i < r->reproduce_count; i++) {
		struct span rest = span_of(r->reproduce[i]), line;

		while (rest.len > 0 && span_split(&rest, '\n', &line)) {
			buf_add_text(out, "    ");
			markup_plain(out, line);
			buf_add_byte(out, '\n');
		}
	}
}

void matrix_markdown_write(const struct matrix *m, struct buf *out)
{
	buf_add_text(out, "# Claude Code through gateways\n\n");
	write_results(m, out);
	write_areas(m, out);
	for (size_t i = 0; i < m->count; i++) {
		const struct matrix_result *r = &m->list[i];

		buf_addf(out, "\n<a id=\"result-%zu\"></a>\n\n## %zu. ", i + 1,
			 i + 1);
		write_title(r, out);
		buf_add_text(out, "\n\n");
		write_terms(r, out);
		buf_add_text(out, ", ");
		prose(r->date, out);
		buf_add_text(out, ": grade ");
		write_grade(r, out);
		buf_add_text(out, ".\n");
		if (r->missing) {
			buf_add_text(out, "Partial: ");
			prose(r->missing, out);
			buf_add_text(out, ".\n");
		}
		buf_add_byte(out, '\n');
		write_causes(m, r, out);
		write_claims(r, out);
		write_since(m, r, out);
		write_reproduce(r, out);
	}
}
