/* What is not printable text is escaped. */
#include "wire/bytes/print.h"

#include <string.h>

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
