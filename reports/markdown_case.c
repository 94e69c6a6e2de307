/* One case in Markdown, and its parts. */
#include "reports/markdown_private.h"

#include <string.h>

#include "reports/complaint.h"
#include "reports/markup.h"
#include "reports/reports.h"

#define SHOWN ((size_t)20 * 1000) /* bytes of one transcript */
#define INLINE 400 /* bytes of a value within a line */

/* The longest run of backticks; a fence must be longer. */
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

/* Writes a value within a line of text. */
void markdown_code(struct buf *out, const char *text)
{
	struct span shown = report_piece(text, INLINE);
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
	shown = report_piece(text, SHOWN);
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

void markdown_item(struct buf *out, const char *name, const char *text)
{
	if (!text || !*text)
		return;
	buf_addf(out, "- **%s:** ", name);
	markup_prose(out, text);
	buf_add_byte(out, '\n');
}

static void value(struct buf *out, const char *name, const char *text)
{
	if (!text)
		return;
	buf_addf(out, "  - %s ", name);
	markdown_code(out, text);
	buf_add_byte(out, '\n');
}

static void write_outcome(struct buf *out, const struct outcome *o)
{
	struct buf wrong = BUF_INIT(BUF_NO_LIMIT);

	if (complaint_sentence(o, &wrong))
		markdown_item(out, "wrong", buf_str(&wrong));
	markdown_item(out, wrong.len > 0 ? "check" : "not so", o->name);
	buf_clear(&wrong);
	value(out, "expected", o->expect);
	value(out, "wanted", o->wanted);
	value(out, "got", o->got);
}

void markdown_case(struct buf *out, const char *heading, const struct result *r)
{
	buf_addf(out, "%s %s ", heading,
		 r->verdict == VERDICT_FAIL ? "\xe2\x9d\x8c"
		 : r->verdict == VERDICT_UNDECIDED
			 ? "\xe2\x9d\x94"
			 : "\xe2\x9a\xa0\xef\xb8\x8f");
	markup_prose(out, r->id);
	buf_addf(out, "\n\n%s, %s, %s: ", verdict_name(r->verdict),
		 level_name(result_failed_level(r)),
		 effect_name(result_failed_effect(r)));
	markup_prose(out, r->title);
	buf_add_text(out, "\n\n");
	if (!complaint_is_reason(r))
		markdown_item(out, "reason", r->reason);
	for (size_t i = 0; i < r->outcome_count; i++)
		if (r->outcomes[i].verdict != VERDICT_PASS)
			write_outcome(out, &r->outcomes[i]);
	if (r->verdict == VERDICT_FAIL) {
		markdown_item(out, "why", r->why);
		markdown_item(out, "fix", r->fix);
	}
	buf_add_byte(out, '\n');
	for (size_t i = 0; i < r->outcome_count; i++)
		folded(out, "difference", r->outcomes[i].difference);
	folded(out, "both sides of the wire", r->trace);
	folded(out, "repeat it", r->curl);
}

void markdown_line(struct buf *out, const struct result *r)
{
	struct buf wrong = BUF_INIT(BUF_NO_LIMIT);

	complaint_of(r, &wrong);
	buf_add_text(out, "- ");
	markup_prose(out, r->id);
	buf_addf(out, " (%s, %s): ", level_name(result_failed_level(r)),
		 effect_name(result_failed_effect(r)));
	markup_prose(out, buf_str(&wrong));
	buf_add_byte(out, '\n');
	buf_clear(&wrong);
}
