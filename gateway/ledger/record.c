/* The table of members, and a record as a line. */
#include "gateway/ledger/record.h"

#include <string.h>

#define TEXT(member) \
	{ \
#member, ",\"" #member "\":", COLUMN_TEXT, \
			offsetof(struct record_row, member), \
			sizeof(((struct record_row *)0)->member) \
	}
#define NUMBER(name, member, kind) \
	{ \
		name, ",\"" name "\":", kind, \
			offsetof(struct record_row, member), sizeof(int64_t) \
	}

const struct column record_columns[] = {
	{ "id", "{\"id\":", COLUMN_TEXT, offsetof(struct record_row, id),
	  sizeof(((struct record_row *)0)->id) },
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
	{ NULL, NULL, COLUMN_TEXT, 0, 0 },
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

/* Appends a number without printf, which is faster: a record has more than
 * twenty members. */
static void add_number(struct buf *out, int64_t n)
{
	char digits[24], *at = digits + sizeof(digits);
	uint64_t rest = n < 0 ? -(uint64_t)n : (uint64_t)n;

	do
		*--at = (char)('0' + rest % 10);
	while ((rest /= 10) > 0);
	if (n < 0)
		*--at = '-';
	buf_add(out, at, (size_t)(digits + sizeof(digits) - at));
}

void record_write(const struct record_row *r, struct buf *out)
{
	for (const struct column *c = record_columns; c->name; c++) {
		buf_add_text(out, c->before);
		if (c->kind == COLUMN_TEXT)
			jscan_quote(out, span_of(record_text(r, c)));
		else
			add_number(out, record_number(r, c));
	}
	buf_add(out, "}\n", 2);
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

/* Members come in the order of the table; unknown ones between them are from a
 * newer ccgate. */
int record_read(struct record_row *out, struct span line)
{
	struct record_row r = { .time = 0 };
	const struct column *c = record_columns;
	struct jval root, key, v;
	struct jiter it;

	if (jscan(line, &root, NULL) < 0 || root.type != J_OBJECT)
		return -1;
	it = jscan_iter(root);
	while (c->name && jscan_next(&it, &key, &v)) {
		if (!jscan_string_is(key, c->name))
			continue;
		if (read_member(&r, c++, v) < 0)
			return -1;
	}
	if (c->name)
		return -1;
	*out = r;
	return 0;
}
