/* What is not printable text is escaped. */
#include "wire/bytes/print.h"

#include <string.h>

/* What turns the direction of the text after it, or marks one: who reads a
 * line on a terminal would see other words than are there. */
static bool turns_text(const char *at, size_t n)
{
	static const char *const marks[] = {
		"\xd8\x9c", /* U+061C */
		"\xe2\x80\x8e", "\xe2\x80\x8f", /* U+200E, U+200F */
		"\xe2\x80\xaa", "\xe2\x80\xab", "\xe2\x80\xac",
		"\xe2\x80\xad", "\xe2\x80\xae", /* U+202A to U+202E */
		"\xe2\x81\xa6", "\xe2\x81\xa7", "\xe2\x81\xa8",
		"\xe2\x81\xa9", /* U+2066 to U+2069 */
	};

	for (size_t i = 0; i < sizeof(marks) / sizeof(marks[0]); i++)
		if (strlen(marks[i]) == n && memcmp(at, marks[i], n) == 0)
			return true;
	return false;
}

static size_t printable_step(struct span s)
{
	size_t n = span_utf8_step(s);

	if (n == 1 && ((unsigned char)*s.at < 0x20 || *s.at == 0x7f))
		return 0;
	/* C1 controls and the line ends of Unicode. */
	if (n == 2 && s.at[0] == '\xc2' && (unsigned char)s.at[1] < 0xa0)
		return 0;
	if (n == 3 && memcmp(s.at, "\xe2\x80", 2) == 0 &&
	    ((unsigned char)s.at[2] & 0xfe) == 0xa8)
		return 0;
	if (n > 1 && turns_text(s.at, n))
		return 0;
	return n;
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
		size_t n = printable_step(rest);

		if (n > 0)
			buf_add(out, rest.at, n);
		else
			print_escaped((unsigned char)*rest.at, out);
		rest = span_skip(rest, n > 0 ? n : 1);
	}
	if (rest.len > 0)
		buf_addf(out, "... (%zu bytes)", bytes.len);
}
