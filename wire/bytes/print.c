/* What is not printable text is escaped. */
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
	default:
		return 0;
	}
}

/* C1 controls, the line ends of Unicode, and what turns the direction. */
static bool is_obeyed(unsigned code)
{
	return (code >= 0x80 && code < 0xa0) || code == 0x61c ||
	       code == 0x200e || code == 0x200f ||
	       (code >= 0x2028 && code <= 0x202e) ||
	       (code >= 0x2066 && code <= 0x2069);
}

size_t print_step(struct span s)
{
	size_t n = span_utf8_step(s);

	if (n == 1 && ((unsigned char)*s.at < 0x20 || *s.at == 0x7f))
		return 0;
	return n > 1 && is_obeyed(print_code(s)) ? 0 : n;
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

/* How much at the front makes the next byte a command. */
static size_t command_at(struct span s, bool begins)
{
	if (begins && span_starts(s, "::"))
		return 0;
	if (span_starts(s, "##["))
		return 2;
	return span_starts(s, "##vso[") ? 5 : SIZE_MAX;
}

/* Appends what stands for the character at the front; gives its length. */
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
		buf_addf(out, "\\u%04x", print_code(s));
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
