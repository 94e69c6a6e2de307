/* Words, broken into lines. */
#include "wire/bytes/wrap.h"

#define COLUMNS 78

void wrap_words(struct buf *out, int indent, const char *text)
{
	struct span rest = span_of(text), word;
	int column = 0;

	while (span_split(&rest, ' ', &word)) {
		if (column > 0 && column + 1 + (int)word.len > COLUMNS) {
			buf_add_byte(out, '\n');
			column = 0;
		}
		if (column == 0) {
			buf_addf(out, "%*s", indent, "");
			column = indent;
		} else {
			buf_add_byte(out, ' ');
			column++;
		}
		buf_add_span(out, word);
		column += (int)word.len;
	}
	buf_add_byte(out, '\n');
}

void wrap_part(struct buf *out, const char *title, const char *text)
{
	buf_addf(out, "\n%s\n", title);
	wrap_words(out, 2, text);
}
