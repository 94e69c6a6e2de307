/* Comparing, searching and splitting borrowed bytes. */
#include "wire/bytes/span.h"

#include <string.h>

#include "wire/bytes/mem.h"

struct span span_of(const char *text)
{
	return text != NULL ? span_make(text, strlen(text)) : SPAN_EMPTY;
}

struct span span_make(const void *bytes, size_t len)
{
	return (struct span){ .at = bytes, .len = len };
}

bool span_equal(struct span a, struct span b)
{
	return a.len == b.len && (a.len == 0 || memcmp(a.at, b.at, a.len) == 0);
}

bool span_is(struct span s, const char *text)
{
	return span_equal(s, span_of(text));
}

bool span_is_nocase(struct span s, const char *text)
{
	size_t i;

	/* A text that is shorter differs at its NUL. */
	for (i = 0; i < s.len; i++)
		if (span_lower(s.at[i]) != span_lower(text[i]) ||
		    text[i] == '\0')
			return false;
	return text[i] == '\0';
}

bool span_starts(struct span s, const char *prefix)
{
	return span_is(span_first(s, strlen(prefix)), prefix);
}

bool span_ends(struct span s, const char *suffix)
{
	size_t len = strlen(suffix);

	return s.len >= len && span_is(span_skip(s, s.len - len), suffix);
}

size_t span_find(struct span s, struct span needle)
{
	const char *hit;

	if (needle.len == 0)
		return 0;
	if (needle.len > s.len)
		return SIZE_MAX;
	hit = memmem(s.at, s.len, needle.at, needle.len);
	return hit != NULL ? (size_t)(hit - s.at) : SIZE_MAX;
}

size_t span_find_byte(struct span s, char byte)
{
	const char *hit = s.len > 0 ? memchr(s.at, byte, s.len) : NULL;

	return hit != NULL ? (size_t)(hit - s.at) : SIZE_MAX;
}

struct span span_skip(struct span s, size_t n)
{
	if (n > s.len)
		n = s.len;
	return n > 0 ? span_make(s.at + n, s.len - n) : s;
}

struct span span_first(struct span s, size_t n)
{
	return span_make(s.at, n < s.len ? n : s.len);
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t';
}

struct span span_trim(struct span s)
{
	while (s.len > 0 && is_blank(s.at[0]))
		s = span_skip(s, 1);
	while (s.len > 0 && is_blank(s.at[s.len - 1]))
		s.len--;
	return s;
}

bool span_split(struct span *rest, char byte, struct span *part)
{
	size_t end;

	if (rest->at == NULL)
		return false;
	end = span_find_byte(*rest, byte);
	*part = span_first(*rest, end);
	if (end == SIZE_MAX)
		*rest = span_make(NULL, 0);
	else
		*rest = span_skip(*rest, end + 1);
	return true;
}

bool span_has_word(struct span list, char between, struct span word)
{
	struct span one;

	while (span_split(&list, between, &one))
		if (span_equal(span_trim(one), word))
			return true;
	return false;
}

bool span_u64(struct span s, uint64_t max, uint64_t *out)
{
	uint64_t value = 0;

	if (s.len == 0)
		return false;
	for (size_t i = 0; i < s.len; i++) {
		unsigned digit = (unsigned char)s.at[i] - (unsigned)'0';

		if (digit > 9 || digit > max || value > (max - digit) / 10)
			return false;
		value = value * 10 + digit;
	}
	*out = value;
	return true;
}

char *span_dup(struct span s)
{
	return xmemdup(s.at, s.len);
}

/* The rows of table 3-7 of the Unicode Standard. */
size_t span_utf8_step(struct span s)
{
	const unsigned char *b = (const unsigned char *)s.at;
	unsigned char low = 0x80, high = 0xbf;
	size_t len;

	if (s.len == 0)
		return 0;
	if (b[0] < 0x80)
		return 1;
	if (b[0] < 0xc2 || b[0] > 0xf4)
		return 0;
	len = b[0] < 0xe0 ? 2 : b[0] < 0xf0 ? 3 : 4;
	if (len > s.len)
		return 0;
	if (b[0] == 0xe0)
		low = 0xa0; /* a shorter form exists */
	else if (b[0] == 0xed)
		high = 0x9f; /* surrogates */
	else if (b[0] == 0xf0)
		low = 0x90;
	else if (b[0] == 0xf4)
		high = 0x8f; /* past U+10FFFF */
	if (b[1] < low || b[1] > high)
		return 0;
	for (size_t i = 2; i < len; i++)
		if ((b[i] & 0xc0) != 0x80)
			return 0;
	return len;
}

struct span span_utf8_first(struct span s, size_t len)
{
	size_t at = 0;

	while (at < s.len) {
		size_t step = span_utf8_step(span_skip(s, at));

		step = step > 0 ? step : 1;
		if (at > 0 && at + step > len)
			break;
		at += step;
	}
	return span_first(s, at);
}

bool span_is_utf8(struct span s)
{
	while (s.len > 0) {
		size_t step = span_utf8_step(s);

		if (step == 0)
			return false;
		s = span_skip(s, step);
	}
	return true;
}
