/* Values as people read them: one line, no raw control characters, cut. */
#include <math.h>
#include <string.h>

#include "probe/subject.h"

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

static void print_number(double number, struct buf *out)
{
	if (floor(number) == number && fabs(number) < 1e15)
		buf_addf(out, "%.0f", number);
	else
		buf_addf(out, "%.17g", number);
}

static void print_list(const struct value *v, struct buf *out)
{
	buf_add_byte(out, '[');
	for (size_t i = 0; i < v->list_count; i++) {
		if (i > 0)
			buf_add_text(out, ", ");
		jscan_quote(out, v->list[i]);
	}
	buf_add_byte(out, ']');
}

/* As many names as anybody is shown; there may be a hundred thousand. */
static void print_events(const struct exchange *x, size_t most, struct buf *out)
{
	buf_addf(out, "%zu events:", view_event_count(x));
	for (size_t i = 0; i < x->event_count && out->len <= most; i++)
		if (view_event_counts(&x->events[i]))
			buf_addf(out, " %s", x->events[i].name);
}

void value_print(const struct value *v, struct buf *out, size_t most)
{
	struct buf text = BUF_INIT(BUF_NO_LIMIT);

	switch (v->kind) {
	case VALUE_ABSENT:
		buf_addf(&text, "nothing: %s",
			 v->absent != NULL ? v->absent : "it is absent");
		break;
	case VALUE_NUMBER:
		print_number(v->number, &text);
		break;
	case VALUE_BYTES:
		if (v->bytes.len == 0)
			buf_add_text(&text, "(empty)");
		break;
	case VALUE_JSON:
		break;
	case VALUE_LIST:
		print_list(v, &text);
		break;
	case VALUE_EVENTS:
		print_events(v->exchange, most, &text);
		break;
	}
	print_bytes(text.len > 0 ? buf_span(&text) : v->bytes, most, out);
	buf_clear(&text);
}
