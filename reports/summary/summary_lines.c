/* Writes words, wrapped lines and fields of the summary. */
#include "reports/summary/summary_private.h"

#include <stdlib.h>
#include <string.h>

#define BLOCK_LINES 40

static const char *const colours[VERDICT_COUNT] = {
	[VERDICT_PASS] = "\033[32m",      [VERDICT_FAIL] = "\033[31m",
	[VERDICT_UNDECIDED] = "\033[33m", [VERDICT_SKIP] = "\033[2m",
	[VERDICT_BROKEN] = "\033[35m",
};

static const char *const labels[VERDICT_COUNT] = {
	[VERDICT_PASS] = "pass",           [VERDICT_FAIL] = "FAIL",
	[VERDICT_UNDECIDED] = "UNDECIDED", [VERDICT_SKIP] = "skip",
	[VERDICT_BROKEN] = "BROKEN",
};

static void fill(struct summary *s, const char *word, size_t width)
{
	for (size_t len = strlen(word); len < width; len++)
		buf_add_byte(s->out, ' ');
}

void summary_word(struct summary *s, enum verdict v, const char *word,
		  size_t width)
{
	if (s->how.colour)
		buf_add_text(s->out, colours[v]);
	buf_add_text(s->out, word);
	if (s->how.colour)
		buf_add_text(s->out, "\033[0m");
	fill(s, word, width);
}

void summary_label(struct summary *s, enum verdict v, size_t width)
{
	summary_word(s, v, labels[v], width);
}

void summary_plain(struct summary *s, const char *word)
{
	buf_add_text(s->out, word);
	fill(s, word, SUMMARY_LABEL_WIDTH);
}

static void wrapped_at(struct summary *s, char between, const char *text,
		       const char *indent)
{
	struct span rest = span_of(text), word;
	size_t column = strlen(indent);
	bool first = true;

	while (span_split(&rest, between, &word)) {
		char *one = span_dup(word);

		if (!first && column + 1 + word.len > SUMMARY_WIDTH) {
			buf_addf(s->out, "\n%s", indent);
			column = strlen(indent);
		} else if (!first) {
			buf_add_byte(s->out, ' ');
			column++;
		}
		report_text(s->out, one, indent);
		column += word.len;
		first = false;
		free(one);
	}
	buf_add_byte(s->out, '\n');
}

void summary_wrapped(struct summary *s, const char *text, const char *indent)
{
	wrapped_at(s, ' ', text, indent);
}

void summary_items(struct summary *s, const char *lines, const char *indent)
{
	wrapped_at(s, '\n', lines, indent);
}

void summary_field(struct summary *s, const char *name, const char *text)
{
	if (!text || !*text)
		return;
	buf_addf(s->out, SUMMARY_MARGIN "%-8s", name);
	summary_wrapped(s, text, SUMMARY_INSIDE);
}

void summary_block(struct summary *s, const char *name, const char *text)
{
	struct span rest = span_of(text ? text : ""), line;
	size_t count = 0;

	if (rest.len == 0)
		return;
	buf_addf(s->out, SUMMARY_MARGIN "%s\n", name);
	while (count < BLOCK_LINES && rest.len > 0 &&
	       span_split(&rest, '\n', &line)) {
		char *one = span_dup(line);

		buf_add_text(s->out, SUMMARY_MARGIN "  ");
		report_text(s->out, one, "");
		buf_add_byte(s->out, '\n');
		count++;
		free(one);
	}
	for (count = 0; rest.len > 0 && span_split(&rest, '\n', &line);)
		count++;
	if (count > 0)
		buf_addf(s->out,
			 SUMMARY_MARGIN "  (%zu more lines: --keep fail --out "
					"DIR writes the whole log)\n",
			 count);
}
