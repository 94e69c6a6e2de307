/* A member of a JSON object. */
#include "tests/sound/member.h"

#include <string.h>

#include "tests/sound/body.h"

/* `at` is the next byte to read, never beyond the end of the text. */
struct reader {
	const char *at, *end;
};

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static void skip_blanks(struct reader *r)
{
	while (r->at < r->end && is_blank(*r->at))
		r->at++;
}

static bool skip_char(struct reader *r, char c)
{
	if (r->at == r->end || *r->at != c)
		return false;
	r->at++;
	return true;
}

static bool skip_string(struct reader *r)
{
	if (!skip_char(r, '"'))
		return false;
	for (; r->at < r->end; r->at++) {
		if (*r->at == '"') {
			r->at++;
			return true;
		}
		if (*r->at == '\\' && ++r->at == r->end)
			return false;
	}
	return false;
}

/* Skips a value of any kind; brackets are only counted, [] and {} alike. */
static bool skip_value(struct reader *r)
{
	size_t depth = 0;

	while (r->at < r->end) {
		char c = *r->at;

		if (depth == 0 && (c == ',' || c == '}' || c == ']'))
			return true;
		if (c == '"') {
			if (!skip_string(r))
				return false;
			continue;
		}
		if (c == '{' || c == '[')
			depth++;
		if (c == '}' || c == ']')
			depth--;
		r->at++;
	}
	return false;
}

static size_t trimmed_length(const char *at, const char *end)
{
	while (end > at && is_blank(end[-1]))
		end--;
	return (size_t)(end - at);
}

bool member_find(struct member *m, const struct bytes *json, const char *name)
{
	struct reader r = { json->at, json->at + json->len };
	size_t name_len = strlen(name);

	if (json->len == 0)
		return false;
	skip_blanks(&r);
	if (!skip_char(&r, '{'))
		return false;
	do {
		const char *key, *value;
		size_t key_len;

		skip_blanks(&r);
		key = r.at + 1;
		if (!skip_string(&r))
			return false;
		key_len = (size_t)(r.at - 1 - key);
		skip_blanks(&r);
		if (!skip_char(&r, ':'))
			return false;
		skip_blanks(&r);
		value = r.at;
		if (!skip_value(&r))
			return false;
		if (key_len == name_len && memcmp(key, name, key_len) == 0) {
			m->at = (size_t)(value - json->at);
			m->len = trimmed_length(value, r.at);
			return true;
		}
	} while (skip_char(&r, ','));
	return false;
}

bool member_is(const struct member *m, const struct bytes *json,
	       const char *text)
{
	size_t len = strlen(text);

	return m->len == len + 2 && json->at[m->at] == '"' &&
	       memcmp(json->at + m->at + 1, text, len) == 0;
}

uint64_t member_number(const struct bytes *json, const char *name)
{
	struct member m;
	uint64_t value;
	char digits[24];

	if (!member_find(&m, json, name) || m.len >= sizeof(digits))
		return 0;
	memcpy(digits, json->at + m.at, m.len);
	digits[m.len] = '\0';
	return body_number(digits, &value) ? value : 0;
}
