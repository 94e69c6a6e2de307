/* Makes, frees and prints values. */
#include "probe/look/value.h"

#include <math.h>
#include <stdlib.h>

#include "wire/bytes/print.h"

void value_absent(struct value *v, const char *why)
{
	v->kind = VALUE_ABSENT;
	v->absent = why;
}

void value_bytes(struct value *v, struct span bytes)
{
	v->kind = VALUE_BYTES;
	v->bytes = bytes;
}

void value_number(struct value *v, size_t number)
{
	v->kind = VALUE_NUMBER;
	v->number = (double)number;
}

void value_own(struct value *v)
{
	value_bytes(v, buf_span(&v->own));
}

void value_clear(struct value *v)
{
	free(v->list);
	buf_clear(&v->own);
	*v = (struct value){ .kind = VALUE_ABSENT };
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

/* Prints only names that can be shown: there may be a hundred thousand. */
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
