/* Parts of the HTML page: cells, names of columns, history. */
#include "probe/matrix/matrix_page.h"

#include <string.h>

#include "reports/markup.h"
#include "reports/reports.h"

const char *matrix_page_meaning(enum matrix_state s)
{
	static const char *const meanings[MATRIX_STATES] = {
		[MATRIX_PASS] = "every decided case passes",
		[MATRIX_FAIL] = "how many cases fail",
		[MATRIX_UNDECIDED] = "the cases ran and are undecided",
		[MATRIX_NOT_OFFERED] = "the gateway does not offer it",
		[MATRIX_NOT_MEANT] = "for other clients or other providers",
		[MATRIX_NOT_TESTED] = "not tested",
	};

	return meanings[s];
}

/* The style sheet shows a sign instead of the word. */
void matrix_page_cell(const struct matrix_cell *cell, struct buf *out)
{
	if (cell->state == MATRIX_FAIL)
		buf_addf(out,
			 "<b>%zu</b><span class=\"heard\"> of %zu fail, "
			 "%s</span>",
			 cell->counts[MATRIX_FAIL], cell->total,
			 effect_name(cell->effect));
	else
		buf_add_text(out, matrix_state_words(cell->state));
}

bool matrix_page_tells(const struct matrix_cell *cell)
{
	return cell->state == MATRIX_FAIL || cell->state == MATRIX_UNDECIDED;
}

void matrix_page_column(const struct matrix_result *r, struct buf *out)
{
	static const struct {
		const char *format, *words;
	} ways[] = {
		{ "bedrock", "Bedrock" },
		{ "vertex", "Vertex" },
		{ "openai-chat", "chat" },
		{ "openai-responses", "Responses" },
	};

	matrix_title(r, out);
	for (size_t i = 0; i < sizeof(ways) / sizeof(ways[0]); i++) {
		if (r->client_format &&
		    strcmp(r->client_format, ways[i].format) == 0)
			buf_addf(out, ", for %s", ways[i].words);
		if (r->provider && strcmp(r->provider, ways[i].format) == 0)
			buf_addf(out, ", to %s", ways[i].words);
	}
	buf_addf(out, " (%s)", r->client ? r->client : "client not told");
}

void matrix_page_areas(const struct matrix *m, const char *duty,
		       struct buf *out)
{
	for (size_t k = 0; k < m->area_count; k++) {
		bool found = false;

		for (size_t i = 0; i < m->count && !found; i++) {
			const struct matrix_result *r = &m->list[i];

			for (size_t c = 0; c < r->case_count && !found; c++)
				found = strcmp(r->cases[c].duty, duty) == 0 &&
					matrix_is_in_area(r->cases[c].id,
							  m->areas[k]);
		}
		if (!found)
			continue;
		buf_add_byte(out, ' ');
		markup_attribute(out, span_of(m->areas[k]));
	}
	buf_add_byte(out, ' ');
}

bool matrix_page_has_old(const struct matrix *m)
{
	for (size_t i = 0; i < m->count; i++)
		if (m->list[i].is_old)
			return true;
	return false;
}

/* ---- history ---- */

static void write_ids(const char *const *list, size_t count, const char *title,
		      struct buf *out)
{
	if (count == 0)
		return;
	buf_addf(out, "<details><summary>%zu %s</summary><ul class=\"ids\">",
		 count, title);
	for (size_t i = 0; i < count; i++) {
		buf_add_text(out, "<li class=\"id\">");
		markup_text(out, span_of(list[i]));
		buf_add_text(out, "</li>");
	}
	buf_add_text(out, "</ul></details>");
}

static void write_step(const struct matrix *m, const struct matrix_result *r,
		       struct buf *out)
{
	const struct matrix_result *was = matrix_older(m, r);
	struct matrix_step step;

	buf_add_text(out, "<li><strong>");
	markup_text(out, span_of(r->date ? r->date : "no date"));
	buf_add_text(out, "</strong> version ");
	markup_text(out, span_of(r->version ? r->version : "not told"));
	buf_addf(out, ", <a href=\"#result-%zu\">grade %s</a>, %zu fail",
		 (size_t)(r - m->list), r->letter ? r->letter : "none",
		 r->counts[MATRIX_FAIL]);
	if (was) {
		matrix_step_of(&step, was, r);
		if (step.broken_count + step.mended_count == 0)
			buf_add_text(out, ", as before");
		write_ids(step.broken, step.broken_count,
			  "more fail than before", out);
		write_ids(step.mended, step.mended_count, "pass that failed",
			  out);
		matrix_step_clear(&step);
	}
	buf_add_text(out, "</li>\n");
}

void matrix_page_history(const struct matrix *m, struct buf *out)
{
	if (!matrix_page_has_old(m))
		return;
	buf_add_text(out, "<h2 id=\"history\">History</h2>\n");
	for (size_t i = 0; i < m->count; i++) {
		const struct matrix_result *r = &m->list[i];
		struct buf words = BUF_INIT(BUF_NO_LIMIT);

		if (r->is_old || !matrix_older(m, r))
			continue;
		buf_add_text(out, "<section class=\"history\"><h3>");
		markup_text(out, span_of(r->gateway));
		buf_add_text(out, "</h3><p class=\"soft\">");
		matrix_terms(r, &words);
		markup_text(out, span_of(buf_str(&words)));
		buf_clear(&words);
		buf_add_text(out, "</p><ol reversed>\n");
		for (; r; r = matrix_older(m, r))
			write_step(m, r, out);
		buf_add_text(out, "</ol></section>\n");
	}
}
