/* Escapes what must not reach a terminal or the log of a CI job as it is. */
#include "wire/bytes/print.h"

#include <string.h>

unsigned print_code(struct span s)
{
	const unsigned char *at = (const unsigned char *)s.at;

	switch (span_utf8_step(s)) {
	case 2:
		return (at[0] & 0x1fU) << 6 | (at[1] & 0x3fU);
	case 3:
		return (at[0] & 0xfU) << 12 | (at[1] & 0x3fU) << 6 |
		       (at[2] & 0x3fU);
	case 4:
		return (at[0] & 0x7U) << 18 | (at[1] & 0x3fU) << 12 |
		       (at[2] & 0x3fU) << 6 | (at[3] & 0x3fU);
	default:
		return 0;
	}
}

/* C1 controls, the line ends of Unicode, marks that turn the direction of text,
 * and invisible characters: blanks of no width, fillers, selectors, tags. */
static const struct {
	unsigned first, last;
} hidden[] = {
	{ 0x80, 0x9f },       { 0xad, 0xad },       { 0x34f, 0x34f },
	{ 0x61c, 0x61c },     { 0x115f, 0x1160 },   { 0x17b4, 0x17b5 },
	{ 0x180b, 0x180f },   { 0x200b, 0x200f },   { 0x2028, 0x202e },
	{ 0x2060, 0x206f },   { 0x3164, 0x3164 },   { 0xfe00, 0xfe0d },
	{ 0xfeff, 0xfeff },   { 0xffa0, 0xffa0 },   { 0xfff0, 0xfffb },
	{ 0x1bca0, 0x1bca3 }, { 0x1d173, 0x1d17a }, { 0xe0000, 0xe0fff },
};

static bool is_hidden(unsigned code)
{
	for (size_t i = 0; i < sizeof(hidden) / sizeof(hidden[0]); i++)
		if (code >= hidden[i].first && code <= hidden[i].last)
			return true;
	return false;
}

size_t print_step(struct span s)
{
	size_t n = span_utf8_step(s);

	if (n == 1 && ((unsigned char)*s.at < 0x20 || *s.at == 0x7f))
		return 0;
	return n > 1 && is_hidden(print_code(s)) ? 0 : n;
}

static void print_escaped(unsigned char byte, struct buf *out)
{
	switch (byte) {
	case '\n':
		buf_add_text(out, "\\n");
		break;
	case '\r':
		buf_add_text(out, "\\r");
		break;
	case '\t':
		buf_add_text(out, "\\t");
		break;
	default:
		buf_addf(out, "\\x%02x", byte);
		break;
	}
}

void print_bytes(struct span bytes, size_t most, struct buf *out)
{
	struct span rest = bytes;
	size_t end = most <= out->limit && out->len < out->limit - most
			     ? out->len + most
			     : out->limit;

	while (rest.len > 0 && out->len < end) {
		size_t n = print_step(rest);

		if (n > 0)
			buf_add(out, rest.at, n);
		else
			print_escaped((unsigned char)*rest.at, out);
		rest = span_skip(rest, n > 0 ? n : 1);
	}
	if (rest.len > 0)
		buf_addf(out, "... (%zu bytes)", bytes.len);
}

/* ---- lines ---- */

/* A colour of ours: ESC [ digits m. */
static size_t colour_at(struct span s)
{
	size_t n = 2;

	if (!span_starts(s, "\033["))
		return 0;
	while (n < s.len &&
	       ((s.at[n] >= '0' && s.at[n] <= '9') || s.at[n] == ';'))
		n++;
	return n < s.len && s.at[n] == 'm' ? n + 1 : 0;
}

/* Where in a command of a CI system at the front a backslash breaks it up;
 * SIZE_MAX: no command is there. */
static size_t command_at(struct span s, bool begins)
{
	if (begins && span_starts(s, "::"))
		return 0;
	if (span_starts(s, "##["))
		return 2;
	return span_starts(s, "##vso[") ? 5 : SIZE_MAX;
}

/* Appends the character at the front, escaped if it must be; gives the number
 * of bytes that were read. */
static size_t guard_one(struct span s, struct buf *out)
{
	size_t n = *s.at == '\n' || *s.at == '\t' ? 1 : colour_at(s);

	n = n > 0 ? n : print_step(s);
	if (n > 0) {
		buf_add(out, s.at, n);
		return n;
	}
	n = span_utf8_step(s);
	if (n > 1)
		buf_addf(out, n == 4 ? "\\U%08x" : "\\u%04x", print_code(s));
	else
		print_escaped((unsigned char)*s.at, out);
	return n > 0 ? n : 1;
}

void print_guard(struct buf *text)
{
	struct buf out = BUF_INIT(text->limit);
	struct span rest = buf_span(text);
	bool begins = true;

	while (rest.len > 0) {
		size_t n = command_at(rest, begins);

		if (n != SIZE_MAX) {
			buf_add(&out, rest.at, n);
			buf_add_byte(&out, '\\');
			rest = span_skip(rest, n);
		}
		begins = *rest.at == '\n' ||
			 (begins && (*rest.at == ' ' || *rest.at == '\t'));
		rest = span_skip(rest, guard_one(rest, &out));
	}
	buf_clear(text);
	*text = out;
}
