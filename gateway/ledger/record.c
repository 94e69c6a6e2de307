/* The table of members, and a record as a line. */
#include "gateway/ledger/record.h"

#include <inttypes.h>
#include <string.h>

#define TEXT(member) \
	{ \
#member, COLUMN_TEXT, offsetof(struct record, member), \
			sizeof(((struct record *)0)->member) \
	}
#define NUMBER(name, member, kind) \
	{ \
		name, kind, offsetof(struct record, member), sizeof(int64_t) \
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

const char *record_text(const struct record *r, const struct column *c)
{
	return (const char *)r + c->offset;
}

int64_t record_number(const struct record *r, const struct column *c)
{
	int64_t n;

	memcpy(&n, (const char *)r + c->offset, sizeof(n));
	return n;
}

void record_put(char *to, size_t size, struct span text)
{
	struct span fits = span_utf8_first(text, size - 1);

	if (text.len < size)
		fits = text;
	if (fits.len >= size) /* no character at its front */
		fits.len = size - 1;
	memcpy(to, fits.at, fits.len);
	to[fits.len] = '\0';
}

static void set_text(struct record *r, const struct column *c, struct span text)
{
	record_put((char *)r + c->offset, c->size, text);
}

static void set_number(struct record *r, const struct column *c, int64_t n)
{
	memcpy((char *)r + c->offset, &n, sizeof(n));
}

void record_write(const struct record *r, struct buf *out)
{
	const char *between = "{";

	for (const struct column *c = record_columns; c->name; c++) {
		buf_addf(out, "%s\"%s\":", between, c->name);
		between = ",";
		if (c->kind == COLUMN_TEXT)
			jscan_quote(out, span_of(record_text(r, c)));
		else
			buf_addf(out, "%" PRId64, record_number(r, c));
	}
	buf_add_text(out, "}\n");
}

static int read_member(struct record *r, const struct column *c, struct jval v)
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

int record_read(struct record *out, struct span line)
{
	struct record r = { .time = 0 };
	struct jval root, v;

	if (jscan(line, &root, NULL) < 0 || root.type != J_OBJECT)
		return -1;
	for (const struct column *c = record_columns; c->name; c++)
		if (!jscan_member(root, c->name, &v) ||
		    read_member(&r, c, v) < 0)
			return -1;
	*out = r;
	return 0;
}
