/* Finds members by quotes, brackets and commas. */
#include "gateway/ledger/skim.h"

#include "wire/json/jbyte.h"

struct skim skim_object(struct span text)
{
	struct skim none = { .at = NULL }, s;

	if (text.len < 2)
		return none;
	s.end = text.at + text.len;
	s.at = jbyte_skip_space(text.at, s.end);
	while (s.end > s.at && jbyte_is_space(s.end[-1]))
		s.end--;
	if (s.end - s.at < 2 || *s.at != '{' || s.end[-1] != '}')
		return none;
	s.at++;
	s.end--;
	return s;
}

/* The end of the string that begins at `at`; NULL: it has none. */
static const char *string_end(const char *at, const char *end)
{
	const char *from = at + 1;

	while ((at = memchr(from, '"', (size_t)(end - from)))) {
		const char *slash = at;

		while (slash > from && slash[-1] == '\\')
			slash--;
		if ((at - slash) % 2 == 0)
			return at + 1;
		from = at + 1;
	}
	return NULL;
}

static const char *container_end(const char *at, const char *end)
{
	size_t depth = 0;

	while (at && at < end) {
		char c = *at++;

		if (c == '"')
			at = string_end(at - 1, end);
		else if (c == '{' || c == '[')
			depth++;
		else if ((c == '}' || c == ']') && --depth == 0)
			return at;
	}
	return NULL;
}

static const char *word_end(const char *at, const char *end)
{
	const char *from = at;

	while (at < end && !jbyte_is_space(*at) && *at != ',')
		at++;
	return at > from ? at : NULL;
}

static const char *value_end(const char *at, const char *end)
{
	if (at >= end)
		return NULL;
	if (*at == '"')
		return string_end(at, end);
	return *at == '{' || *at == '[' ? container_end(at, end)
					: word_end(at, end);
}

static bool take(struct skim *s, struct span *out)
{
	const char *stop = value_end(s->at, s->end);

	if (!stop)
		return false;
	*out = span_make(s->at, (size_t)(stop - s->at));
	s->at = jbyte_skip_space(stop, s->end);
	return true;
}

static bool take_mark(struct skim *s, char mark)
{
	if (s->at == s->end || *s->at != mark)
		return false;
	s->at = jbyte_skip_space(s->at + 1, s->end);
	return true;
}

bool skim_next(struct skim *s, struct span *key, struct span *value)
{
	if (!s->at)
		return false;
	s->at = jbyte_skip_space(s->at, s->end);
	return take(s, key) && skim_is_string(*key) && take_mark(s, ':') &&
	       take(s, value) && (s->at == s->end || take_mark(s, ','));
}

bool skim_number(struct span value, int64_t most, int64_t *out)
{
	int64_t n = 0;

	for (size_t i = 0; i < value.len; i++) {
		if (!jbyte_is_digit(value.at[i]))
			return false;
		n = n * 10 + (value.at[i] - '0');
		if (n > most)
			n = most;
	}
	*out = n;
	return true;
}
