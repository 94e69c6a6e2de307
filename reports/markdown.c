/*
 * Markdown for a job's summary: the grade, areas, then failures with their
 * transcripts folded. Hosts refuse more than 1 MiB; so cases are written while
 * there is room, and those left out are named as a number.
 */
#include "reports/reports.h"

#include <stdlib.h>
#include <string.h>

#include "reports/areas.h"
#include "reports/grade.h"
#include "reports/markup.h"

#define LIMIT ((size_t)1000 * 1000) /* less than 1 MiB, with room for the end */
#define SHOWN ((size_t)20 * 1000) /* of one transcript */
#define INLINE 400 /* of a value in a line */

/* Prose: what HTML or Markdown would take for markup stands for itself. */
static void prose(struct buf *out, const char *text)
{
	struct buf plain = BUF_INIT(BUF_NO_LIMIT);

	markup_text(&plain, span_of(text ? text : ""));
	for (const char *at = buf_str(&plain); *at; at++) {
		if (*at == '\n') {
			buf_add_byte(out, ' ');
			continue;
		}
		if (strchr("\\`*_{}[]|#~!", *at))
			buf_add_byte(out, '\\');
		buf_add_byte(out, *at);
	}
	buf_clear(&plain);
}

/* The longest row of backticks, which a fence has to be longer than. */
static size_t ticks_in(struct span text)
{
	size_t longest = 0, now = 0;

	for (size_t i = 0; i < text.len; i++) {
		now = text.at[i] == '`' ? now + 1 : 0;
		longest = now > longest ? now : longest;
	}
	return longest;
}

static void ticks(struct buf *out, size_t count)
{
	while (count-- > 0)
		buf_add_byte(out, '`');
}

/* A piece of at most `most` bytes that does not end inside a character. */
static struct span piece(const char *text, size_t most)
{
	struct span s = span_of(text);

	if (s.len <= most)
		return s;
	while (most > 0 && ((unsigned char)s.at[most] & 0xc0) == 0x80)
		most--;
	return span_first(s, most);
}

/* A value in a line of its own text. */
static void code(struct buf *out, const char *text)
{
	struct span shown = piece(text, INLINE);
	size_t fence = ticks_in(shown) + 1;
	struct buf plain = BUF_INIT(BUF_NO_LIMIT);

	markup_plain(&plain, shown);
	for (size_t i = 0; i < plain.len; i++)
		if (plain.at[i] == '\n')
			plain.at[i] = ' ';
	ticks(out, fence);
	buf_addf(out, " %s ", buf_str(&plain));
	ticks(out, fence);
	if (shown.len < strlen(text))
		buf_addf(out, " (%zu bytes in all)", strlen(text));
	buf_clear(&plain);
}

static void folded(struct buf *out, const char *name, const char *text)
{
	struct span shown;
	size_t fence;

	if (!text || !*text)
		return;
	shown = piece(text, SHOWN);
	fence = ticks_in(shown) + 1;
	if (fence < 3)
		fence = 3;
	buf_addf(out, "<details><summary>%s</summary>\n\n", name);
	ticks(out, fence);
	buf_add_text(out, "text\n");
	markup_plain(out, shown);
	if (shown.len == 0 || shown.at[shown.len - 1] != '\n')
		buf_add_byte(out, '\n');
	if (shown.len < strlen(text))
		buf_addf(out, "... %zu bytes were cut\n",
			 strlen(text) - shown.len);
	ticks(out, fence);
	buf_add_text(out, "\n\n</details>\n\n");
}

static void item(struct buf *out, const char *name, const char *text)
{
	if (!text || !*text)
		return;
	buf_addf(out, "- **%s:** ", name);
	prose(out, text);
	buf_add_byte(out, '\n');
}

static void value(struct buf *out, const char *name, const char *text)
{
	if (!text)
		return;
	buf_addf(out, "  - %s ", name);
	code(out, text);
	buf_add_byte(out, '\n');
}

static void write_outcome(struct buf *out, const struct outcome *o)
{
	item(out, "not so", o->name);
	value(out, "expected", o->expect);
	value(out, "wanted", o->wanted);
	value(out, "got", o->got);
}

static void write_case(struct buf *out, const struct result *r)
{
	buf_addf(out, "### %s ",
		 r->verdict == VERDICT_FAIL ? "\xe2\x9d\x8c"
		 : r->verdict == VERDICT_UNDECIDED
			 ? "\xe2\x9d\x94"
			 : "\xe2\x9a\xa0\xef\xb8\x8f");
	prose(out, r->id);
	buf_addf(out, "\n\n%s, %s, %s: ", verdict_name(r->verdict),
		 level_name(result_failed_level(r)), effect_name(r->effect));
	prose(out, r->title);
	buf_add_text(out, "\n\n");
	if (r->verdict != VERDICT_FAIL)
		item(out, "reason", r->reason);
	for (size_t i = 0; i < r->outcome_count; i++)
		if (r->outcomes[i].verdict != VERDICT_PASS)
			write_outcome(out, &r->outcomes[i]);
	if (r->verdict == VERDICT_FAIL) {
		item(out, "why", r->why);
		item(out, "fix", r->fix);
	}
	buf_add_byte(out, '\n');
	for (size_t i = 0; i < r->outcome_count; i++)
		folded(out, "difference", r->outcomes[i].difference);
	folded(out, "both sides of the wire", r->trace);
	folded(out, "repeat it", r->curl);
}

static void write_grade(struct buf *out, const struct run_report *r)
{
	struct buf text = BUF_INIT(BUF_NO_LIMIT);
	struct grade g;

	grade_of(r, &g);
	buf_add_text(out, "## Claude Code through ");
	prose(out, r->target);
	buf_add_text(out, ": ");
	grade_word(&g, out);
	buf_add_text(out, "\n\n");
	for (int i = 0; i < CAP_COUNT; i++) {
		enum grade_cap cap = (enum grade_cap)i;

		if (g.capped[i] == 0)
			continue;
		buf_reset(&text);
		buf_addf(&text, "%s: ", grade_cap_reason(cap));
		grade_cap_cases(cap, r, &text);
		buf_addf(out, "- at most **%c**: ", grade_cap_letter(cap));
		prose(out, buf_str(&text));
		buf_add_byte(out, '\n');
	}
	buf_reset(&text);
	grade_partial(&g, &text);
	item(out, "partial", buf_str(&text));
	if (g.expected > 0) {
		buf_add_text(out, "- ");
		grade_expected(&g, out);
		buf_add_text(out, ", counted like any other\n");
	}
	buf_clear(&text);
}

static void write_areas(struct buf *out, const struct run_report *r)
{
	size_t count;
	struct area *areas = areas_of(r, &count);

	buf_add_text(out, "\n| area | pass | fail | undecided | skip | broken |"
			  "\n|---|--:|--:|--:|--:|--:|\n");
	for (size_t i = 0; i < count; i++) {
		buf_add_text(out, "| ");
		prose(out, areas[i].name);
		for (int v = 0; v < VERDICT_COUNT; v++)
			buf_addf(out, " | %zu", areas[i].counts[v]);
		buf_add_text(out, " |\n");
	}
	buf_add_text(out, "| **all** ");
	for (int v = 0; v < VERDICT_COUNT; v++)
		buf_addf(out, "| **%zu** ", r->counts[v]);
	buf_add_text(out, "|\n\n");
	free(areas);
}

/* Cases of one verdict, while there is room; gives how many had none. */
static size_t write_cases(struct buf *out, const struct run_report *r,
			  enum verdict v)
{
	struct buf one = BUF_INIT(BUF_NO_LIMIT);
	size_t cut = 0;

	for (size_t i = 0; i < r->count; i++) {
		if (r->list[i].verdict != v || r->list[i].left_out ||
		    r->list[i].expected)
			continue;
		buf_reset(&one);
		write_case(&one, &r->list[i]);
		if (out->len + one.len > LIMIT)
			cut++;
		else
			buf_add_span(out, buf_span(&one));
	}
	buf_clear(&one);
	return cut;
}

/* What a baseline expects is no news: a line each, behind what is. */
static size_t write_expected(struct buf *out, const struct run_report *r)
{
	struct buf one = BUF_INIT(BUF_NO_LIMIT);
	size_t cut = 0;

	if (r->expected > 0)
		buf_add_text(out, "### Expected failures (baseline)\n\n");
	for (size_t i = 0; i < r->count; i++) {
		if (!r->list[i].expected)
			continue;
		buf_reset(&one);
		buf_add_text(&one, "- ");
		prose(&one, r->list[i].id);
		buf_add_text(&one, ": ");
		prose(&one, r->list[i].expected);
		buf_add_byte(&one, '\n');
		if (out->len + one.len > LIMIT)
			cut++;
		else
			buf_add_span(out, buf_span(&one));
	}
	if (r->expected > 0)
		buf_add_byte(out, '\n');
	buf_clear(&one);
	return cut;
}

void markdown_write(const struct run_report *r, struct buf *out)
{
	size_t cut;

	write_grade(out, r);
	write_areas(out, r);
	cut = write_cases(out, r, VERDICT_FAIL);
	cut += write_cases(out, r, VERDICT_BROKEN);
	cut += write_cases(out, r, VERDICT_UNDECIDED);
	cut += write_expected(out, r);
	if (cut > 0)
		buf_addf(out,
			 "**%zu more %s cut:** the summary of a job has "
			 "room for 1 MiB; `--report html=FILE` or `json=FILE` "
			 "has them.\n\n",
			 cut, cut == 1 ? "case was" : "cases were");
	if (r->interrupted)
		buf_add_text(out, "**The run was interrupted:** the other "
				  "cases are missing.\n\n");
	buf_addf(out, "ccprobe %s, Claude Code %s\n", r->version, r->client);
}
