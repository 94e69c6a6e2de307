/* Escapes text for XML, HTML and Markdown. */
#include "reports/markup.h"

#include <string.h>

#include "wire/bytes/print.h"

/* The code of a character of more than one byte that must be escaped: those
 * that print_step() hides, U+FFFE and U+FFFF. 0: it may be written. */
static unsigned forbidden(struct span s, size_t step)
{
	unsigned code = step > 1 ? print_code(s) : 0;

	if (code != 0 && print_step(s) == 0)
		return code;
	return code == 0xfffe || code == 0xffff ? code : 0;
}

static bool is_control(char byte)
{
	unsigned char c = (unsigned char)byte;

	return (c < ' ' && c != '\n' && c != '\t') || c == 0x7f;
}

/* Appends the first character of `rest`, escaped by `special` if that knows it,
 * and returns its length. */
static size_t add_one(struct buf *out, struct span rest,
		      const char *(*special)(char))
{
	size_t step = span_utf8_step(rest);
	const char *name = step == 1 ? special(rest.at[0]) : NULL;
	unsigned code = forbidden(rest, step);

	if (name)
		buf_add_text(out, name);
	else if (step == 0 || (step == 1 && is_control(rest.at[0])))
		buf_addf(out, "\\x%02x", (unsigned char)rest.at[0]);
	else if (code != 0)
		buf_addf(out, "\\u%04X", code);
	else
		buf_add(out, rest.at, step);
	return step > 0 ? step : 1;
}

static bool begins_line(const struct buf *out)
{
	size_t at = out->len;

	while (at > 0 && (out->at[at - 1] == ' ' || out->at[at - 1] == '\t'))
		at--;
	return at == 0 || out->at[at - 1] == '\n';
}

/* Commands to CI systems: "::" at the beginning of a line, "##[" and
 * "##vso[". */
static bool makes_command(const struct buf *out, struct span text)
{
	if (span_starts(text, "::"))
		return begins_line(out);
	return text.at[0] == '[' && (span_ends(buf_span(out), "##") ||
				     span_ends(buf_span(out), "##vso"));
}

static void add_all(struct buf *out, struct span text,
		    const char *(*special)(char))
{
	while (text.len > 0) {
		if (special('<') != NULL && makes_command(out, text)) {
			buf_addf(out, "&#%d;", text.at[0]);
			text = span_skip(text, 1);
		} else {
			text = span_skip(text, add_one(out, text, special));
		}
	}
}

static const char *in_text(char c)
{
	switch (c) {
	case '<':
		return "&lt;";
	case '>':
		return "&gt;";
	case '&':
		return "&amp;";
	default:
		return NULL;
	}
}

static const char *in_attribute(char c)
{
	switch (c) {
	case '"':
		return "&quot;";
	case '\'':
		return "&#39;";
	case '\n':
		return "&#10;";
	case '\t':
		return "&#9;";
	default:
		return in_text(c);
	}
}

static const char *in_plain(char c)
{
	(void)c;
	return NULL;
}

void markup_text(struct buf *out, struct span text)
{
	add_all(out, text, in_text);
}

void markup_attribute(struct buf *out, struct span text)
{
	add_all(out, text, in_attribute);
}

void markup_plain(struct buf *out, struct span text)
{
	add_all(out, text, in_plain);
}

void markup_prose(struct buf *out, const char *text)
{
	struct buf plain = BUF_INIT(BUF_NO_LIMIT);

	markup_text(&plain, span_of(text ? text : ""));
	for (const char *at = buf_str(&plain); *at; at++) {
		if (*at == '\n') {
			buf_add_byte(out, ' ');
			continue;
		}
		/* "&#" cannot come from the text: there "&" is "&amp;". */
		if (strchr("\\`*_{}[]|#~!", *at) &&
		    !(*at == '#' && span_ends(buf_span(out), "&")))
			buf_add_byte(out, '\\');
		buf_add_byte(out, *at);
	}
	buf_clear(&plain);
}
