/* Writes two sides next to each other, with the differences marked in both. */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "reports/html/html.h"
#include "reports/markup.h"

/* The name of a header line; empty for the first line. */
static struct span name_of(struct span line)
{
	size_t colon = span_find(line, span_of(": "));

	return colon == SIZE_MAX ? span_first(line, 0)
				 : span_first(line, colon);
}

static bool same_name(struct span a, struct span b)
{
	struct span x = name_of(a), y = name_of(b);

	return x.len == y.len && strncasecmp(x.at, y.at, x.len) == 0;
}

/* Finds the same line in the other head, or else one with the same name. */
static bool find_line(const char *head, struct span line, struct span *found)
{
	struct span rest = span_of(head ? head : ""), other;
	bool any = false;

	while (rest.len > 0 && span_split(&rest, '\n', &other)) {
		if (span_equal(other, line)) {
			*found = other;
			return true;
		}
		if (!any && same_name(other, line)) {
			*found = other;
			any = true;
		}
	}
	return any;
}

static size_t same_front(struct span a, struct span b)
{
	size_t n = 0;

	while (n < a.len && n < b.len && a.at[n] == b.at[n])
		n++;
	while (n > 0 && n < a.len && ((unsigned char)a.at[n] & 0xc0) == 0x80)
		n--;
	return n;
}

static size_t same_end(struct span a, struct span b, size_t front)
{
	size_t n = 0;

	while (n + front < a.len && n + front < b.len &&
	       a.at[a.len - 1 - n] == b.at[b.len - 1 - n])
		n++;
	while (n > 0 && ((unsigned char)a.at[a.len - n] & 0xc0) == 0x80)
		n--;
	return n;
}

static void marked(const char *tag, struct span text, struct buf *out)
{
	if (text.len == 0)
		return;
	buf_addf(out, "<%s class=\"in\">", tag);
	markup_text(out, text);
	buf_addf(out, "</%s>", tag);
}

static void write_line(struct span line, const char *other, const char *tag,
		       struct buf *out)
{
	struct span found;
	size_t front, end;

	if (!other) {
		markup_text(out, line);
	} else if (!find_line(other, line, &found)) {
		buf_addf(out, "<%s>", tag);
		markup_text(out, line);
		buf_addf(out, "</%s>", tag);
	} else if (span_equal(found, line)) {
		markup_text(out, line);
	} else {
		front = same_front(line, found);
		end = same_end(line, found, front);
		markup_text(out, span_first(line, front));
		marked(tag,
		       span_first(span_skip(line, front),
				  line.len - front - end),
		       out);
		markup_text(out, span_skip(line, line.len - end));
	}
	buf_add_byte(out, '\n');
}

static bool is_same_body(const struct sides *s)
{
	return s->left_len == s->right_len && (!s->left || !*s->left) &&
	       (!s->right || !*s->right);
}

static void write_side(const struct sides *s, const char *title, bool is_left,
		       struct buf *out)
{
	const char *tag = is_left ? "del" : "ins";
	const char *head = is_left ? s->left_head : s->right_head;
	const char *other = is_left ? s->right_head : s->left_head;
	const char *middle = is_left ? s->left : s->right;
	size_t len = is_left ? s->left_len : s->right_len;
	struct span rest = span_of(head ? head : ""), line;

	buf_addf(out, "<div><h4>%s</h4>\n<pre class=\"wrap\" tabindex=\"0\">",
		 title);
	if (!head)
		buf_add_text(out, "(nothing)");
	while (rest.len > 0 && span_split(&rest, '\n', &line))
		write_line(line, other, tag, out);
	if (head && len > 0) {
		buf_add_byte(out, '\n');
		html_text(out, s->before);
		marked(tag, span_of(middle ? middle : ""), out);
		html_text(out, s->after);
	}
	buf_add_text(out, "</pre>");
	if (head && len > 0)
		buf_addf(out, "<p class=\"soft\">%s %zu byte%s</p>",
			 is_same_body(s) ? "its beginning; both sides have the "
					   "same"
					 : "around what differs, of",
			 len, len == 1 ? "" : "s");
	buf_add_text(out, "</div>\n");
}

void html_sides(const struct sides *s, const char *left, const char *right,
		struct buf *out)
{
	buf_add_text(out, "<div class=\"sides\">\n");
	write_side(s, left, true, out);
	write_side(s, right, false, out);
	buf_add_text(out, "</div>\n");
}
