/* The table of members, and a record as a line. */
#include "gateway/ledger/record.h"

#include <string.h>

#include "wire/json/jbyte.h"
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
	{ .name = NULL },
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

	*to++ = '"';
	for (; at + JBYTE_STEP <= size && jbyte_special_or_far(text + at) == 0;
	     at += JBYTE_STEP)
		memcpy(to + at, text + at, JBYTE_STEP);
	for (; jbyte_is_plain(text[at]) && jbyte_is_ascii(text[at]); at++)
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
	const char *from = rest->at + 1, *end = rest->at + rest->len;
	const char *at = jbyte_skip_ascii(from, end);

	if (rest->at[0] != '"' || at == end || *at != '"')
		return false;
	set_text(r, c, span_make(from, (size_t)(at - from)));
	*rest = span_make(at + 1, (size_t)(end - at - 1));
	return true;
}

static bool take_number(struct record_row *r, const struct column *c,
			struct span *rest)
{
	enum { DIGITS = 18 }; /* so many always fit */
	bool below = rest->at[0] == '-';
	size_t from = below, at = from;
	int64_t n = 0;

	for (; at < rest->len && jbyte_is_digit(rest->at[at]); at++)
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
		if (!jscan_i64(v, &n))
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
	struct record_row r = { 0 };
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
