/*
 * One way to read a text: as an event stream, since a value may be spread over
 * several events. The rules are lenient, because hostile streams are read too.
 */
#include <string.h>

#include "wire/bytes/secrets_private.h"

#define NAMES 16 /* of members whose texts are put together */
#define NAME_LONGEST 32

struct member { /* "name":"text" in the text */
	struct span name;
	size_t at, len; /* of its text, quotes not counted */
};

/* The data of the line at `at`; false if it has none. */
static bool data_of(struct span text, size_t at, size_t *from, size_t *to)
{
	struct span line = span_skip(text, at);

	*to = at + span_first(line, span_find_byte(line, '\n')).len;
	if (!span_starts(line, "data:"))
		return false;
	*from = at + strlen("data:");
	if (*from < *to && text.at[*from] == ' ')
		++*from;
	if (*to > *from && text.at[*to - 1] == '\r')
		--*to;
	return true;
}

static void put_range(struct span text, size_t from, size_t to,
		      struct secret_reading *out)
{
	for (size_t i = from; i < to; i++)
		secret_reading_put(out, text.at[i], (uint32_t)i,
				   (uint32_t)i + 1);
}

/* Where the string whose first byte is at `at` ends, at its quote. */
static size_t string_end(struct span text, size_t at, size_t to)
{
	while (at < to && text.at[at] != '"')
		at += text.at[at] == '\\' ? 2 : 1;
	return at < to ? at : to;
}

static size_t skip_blanks(struct span text, size_t at, size_t to)
{
	while (at < to && (text.at[at] == ' ' || text.at[at] == '\t'))
		at++;
	return at;
}

/* The next member of a line whose value is a string. */
static bool next_member(struct span text, size_t *at, size_t to,
			struct member *out)
{
	while (*at < to) {
		size_t name = *at + 1, end, colon;

		if (text.at[*at] != '"') {
			++*at;
			continue;
		}
		end = string_end(text, name, to);
		colon = skip_blanks(text, end + 1, to);
		*at = end + 1;
		if (colon >= to || text.at[colon] != ':')
			continue;
		colon = skip_blanks(text, colon + 1, to);
		*at = colon;
		if (colon >= to || text.at[colon] != '"')
			continue;
		out->name = span_first(span_skip(text, name), end - name);
		out->at = colon + 1;
		out->len = string_end(text, out->at, to) - out->at;
		*at = out->at + out->len + 1;
		return true;
	}
	return false;
}

static bool is_listed(const struct span *names, size_t count, struct span name)
{
	for (size_t i = 0; i < count; i++)
		if (span_equal(names[i], name))
			return true;
	return false;
}

static size_t list_names(struct span text, struct span names[NAMES])
{
	size_t count = 0, from, to;
	struct member m;

	for (size_t at = 0; at < text.len; at = to + 1) {
		if (!data_of(text, at, &from, &to))
			continue;
		while (next_member(text, &from, to, &m))
			if (count < NAMES && m.name.len <= NAME_LONGEST &&
			    !is_listed(names, count, m.name))
				names[count++] = m.name;
	}
	return count;
}

static void put_members(struct span text, struct span name,
			struct secret_reading *out)
{
	size_t from, to;
	struct member m;

	for (size_t at = 0; at < text.len; at = to + 1) {
		if (!data_of(text, at, &from, &to))
			continue;
		while (next_member(text, &from, to, &m))
			if (span_equal(m.name, name))
				put_range(text, m.at, m.at + m.len, out);
	}
	secret_reading_put(out, '\0', 0, 0);
}

static bool is_stream(struct span text)
{
	return span_starts(text, "data:") ||
	       span_find(text, span_of("\ndata:")) != SIZE_MAX;
}

void secret_reading_stream(struct span text, struct secret_reading *out)
{
	struct span names[NAMES];
	size_t count, from, to;

	if (!is_stream(text))
		return;
	for (size_t at = 0; at < text.len; at = to + 1)
		if (data_of(text, at, &from, &to))
			put_range(text, from, to, out);
	secret_reading_put(out, '\0', 0, 0);
	count = list_names(text, names);
	for (size_t i = 0; i < count; i++)
		put_members(text, names[i], out);
}
