/* The table of members, and a record as a line. */
#include "gateway/ledger/record.h"

#include <string.h>

#include "wire/json/jscan.h"

#define TEXT(member) \
	{ \
#member, COLUMN_TEXT, offsetof(struct record_row, member), \
			sizeof(((struct record_row *)0)->member) \
	}
#define NUMBER(name, member, kind) \
	{ \
		name, kind, offsetof(struct record_row, member), \
			sizeof(int64_t) \
	}

const struct column record_columns[] = {
	TEXT(id),
	NUMBER("time", time, COLUMN_NUMBER),
	TEXT(key),
	TEXT(session),
	TEXT(agent),
	TEXT(prompt),
	TEXT(client),
	TEXT(route),
	TEXT(asked),
	TEXT(served),
	TEXT(provider),
	TEXT(request_id),
	NUMBER("status", status, COLUMN_NUMBER),
	NUMBER("input", usage.input, COLUMN_NUMBER),
	NUMBER("output", usage.output, COLUMN_NUMBER),
	NUMBER("cache_write_5m", usage.cache_5m, COLUMN_NUMBER),
	NUMBER("cache_write_1h", usage.cache_1h, COLUMN_NUMBER),
	NUMBER("cache_read", usage.cache_read, COLUMN_NUMBER),
	NUMBER("thinking", usage.thinking, COLUMN_NUMBER),
	NUMBER("cost", cost, COLUMN_MAYBE),
	NUMBER("first_ms", first_ms, COLUMN_MAYBE),
	NUMBER("total_ms", total_ms, COLUMN_NUMBER),
	NUMBER("bytes", bytes, COLUMN_NUMBER),
	TEXT(end),
	{ NULL, COLUMN_TEXT, 0, 0 },
};

const char *record_text(const struct record_row *r, const struct column *c)
{
	return (const char *)r + c->offset;
}

int64_t record_number(const struct record_row *r, const struct column *c)
{
	int64_t n;

	memcpy(&n, (const char *)r + c->offset, sizeof(n));
	return n;
}

void record_put(char *to, size_t size, struct span text)
{
	if (text.len >= size) {
		text = span_utf8_first(text, size - 1);
		if (text.len >= size) /* no character at its front */
			text.len = size - 1;
	}
	memcpy(to, text.at, text.len);
	to[text.len] = '\0';
}

static void set_text(struct record_row *r, const struct column *c,
		     struct span text)
{
	record_put((char *)r + c->offset, c->size, text);
}

static void set_number(struct record_row *r, const struct column *c, int64_t n)
{
	memcpy((char *)r + c->offset, &n, sizeof(n));
}

/* ---- as a line ---- */

/* A gateway writes and reads more than twenty members per request. For speed,
 * members without escapes, and in our own order, are not handled as JSON. */
struct record_line {
	struct buf *out;
	size_t len;
	char part[sizeof(struct record_row) + 1024]; /* on its way to `out` */
};

static bool is_plain(char c)
{
	return c >= ' ' && c < 0x7f && c != '"' && c != '\\';
}

#define EACH(byte) (UINT64_C(0x0101010101010101) * (byte))

static uint64_t zeros(uint64_t eight)
{
	return (eight - EACH(1)) & ~eight;
}

/* Are these eight bytes all plain, ASCII that needs no escape in JSON? Most
 * are. */
static bool are_plain(uint64_t eight)
{
	uint64_t odd = zeros(eight ^ EACH('"')) | zeros(eight ^ EACH('\\')) |
		       ((eight - EACH(' ')) & ~eight) | (eight + EACH(1)) |
		       eight;

	return (odd & EACH(0x80)) == 0;
}

static void flush(struct record_line *l)
{
	buf_add(l->out, l->part, l->len);
	l->len = 0;
}

/* `text` has room for `size` bytes. */
static void add_text(struct record_line *l, const char *text, size_t size)
{
	char *to = l->part + l->len;
	size_t at = 0;
	uint64_t eight;

	*to++ = '"';
	for (; at + sizeof(eight) <= size; at += sizeof(eight)) {
		memcpy(&eight, text + at, sizeof(eight));
		if (!are_plain(eight))
			break;
		memcpy(to + at, &eight, sizeof(eight));
	}
	for (; is_plain(text[at]); at++)
		to[at] = text[at];
	if (text[at] == '\0') {
		to[at] = '"';
		l->len = (size_t)(to + at + 1 - l->part);
		return;
	}
	flush(l);
	jscan_quote(l->out, span_of(text));
}

static void add_number(struct record_line *l, int64_t n)
{
	char digits[24], *at = digits + sizeof(digits);
	uint64_t rest = n < 0 ? -(uint64_t)n : (uint64_t)n;
	size_t len;

	do
		*--at = (char)('0' + rest % 10);
	while ((rest /= 10) > 0);
	if (n < 0)
		*--at = '-';
	len = (size_t)(digits + sizeof(digits) - at);
	memcpy(l->part + l->len, at, len);
	l->len += len;
}

void record_write(const struct record_row *r, struct buf *out)
{
	struct record_line l;

	l.out = out;
	l.len = 0;
	for (const struct column *c = record_columns; c->name; c++) {
		l.part[l.len++] = c == record_columns ? '[' : ',';
		if (c->kind == COLUMN_TEXT)
			add_text(&l, record_text(r, c), c->size);
		else
			add_number(&l, record_number(r, c));
	}
	flush(&l);
	buf_add(out, "]\n", 2);
}

static bool take_text(struct record_row *r, const struct column *c,
		      struct span *rest)
{
	struct span text;
	size_t len = 1;

	while (len < rest->len && is_plain(rest->at[len]))
		len++;
	if (rest->at[0] != '"' || len == rest->len || rest->at[len] != '"')
		return false;
	text = span_make(rest->at + 1, len - 1);
	set_text(r, c, text);
	*rest = span_skip(*rest, len + 1);
	return true;
}

static bool take_number(struct record_row *r, const struct column *c,
			struct span *rest)
{
	enum { DIGITS = 18 }; /* so many always fit */
	bool below = rest->at[0] == '-';
	size_t from = below, at = from;
	int64_t n = 0;

	for (; at < rest->len && rest->at[at] >= '0' && rest->at[at] <= '9';
	     at++)
		n = at - from < DIGITS ? n * 10 + (rest->at[at] - '0') : 0;
	if (at == from || at - from > DIGITS)
		return false;
	set_number(r, c, below ? -n : n);
	*rest = span_skip(*rest, at);
	return true;
}

/* Reads a line in the form that record_write() usually writes. */
static bool read_quickly(struct record_row *r, struct span rest)
{
	for (const struct column *c = record_columns; c->name; c++) {
		if (rest.len < 2 ||
		    rest.at[0] != (c == record_columns ? '[' : ','))
			return false;
		rest = span_skip(rest, 1);
		if (c->kind == COLUMN_TEXT ? !take_text(r, c, &rest)
					   : !take_number(r, c, &rest))
			return false;
	}
	return span_is(rest, "]");
}

static int read_member(struct record_row *r, const struct column *c,
		       struct jval v)
{
	struct buf text = BUF_INIT(BUF_NO_LIMIT);
	int64_t n;

	if (c->kind != COLUMN_TEXT) {
		if (v.type != J_NUMBER || !jscan_i64(v, &n))
			return -1;
		set_number(r, c, n);
		return 0;
	}
	if (v.type != J_STRING)
		return -1;
	(void)jscan_string(v, &text);
	set_text(r, c, buf_span(&text));
	buf_clear(&text);
	return 0;
}

/* Members after the last one of the table are from a newer ccgate. */
int record_read(struct record_row *out, struct span line)
{
	struct record_row r = { .time = 0 };
	const struct column *c = record_columns;
	struct jval root, v;
	struct jiter it;

	if (read_quickly(&r, line)) {
		*out = r;
		return 0;
	}
	if (jscan(line, &root, NULL) < 0 || root.type != J_ARRAY)
		return -1;
	it = jscan_iter(root);
	while (c->name && jscan_next(&it, NULL, &v))
		if (read_member(&r, c++, v) < 0)
			return -1;
	if (c->name)
		return -1;
	*out = r;
	return 0;
}
