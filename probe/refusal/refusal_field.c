/* Finds the field that an error calls unknown or not permitted. */
#include <ctype.h>
#include <string.h>

#include "probe/refusal/refusal_private.h"

enum field_side { BEFORE, BEHIND };

/* What servers say, in lower case, and whether the field comes before or behind
 * the phrase. A phrase stands above those that it contains. */
static const struct {
	const char *phrase;
	enum field_side side;
} phrases[] = {
	{ "extra inputs are not permitted", BEFORE },
	{ "extra fields not permitted", BEFORE },
	{ "extra_forbidden", BEFORE },
	{ "is not permitted", BEFORE }, /* extraneous key [x] is not ... */
	{ "was unexpected", BEFORE }, /* additional properties ... ('x' was */
	{ "unrecognized request argument supplied", BEHIND },
	{ "unrecognized request arguments supplied", BEHIND },
	{ "unrecognized request argument", BEHIND },
	{ "unrecognized key(s) in object", BEHIND },
	{ "unrecognized field", BEHIND },
	{ "unrecognized key", BEHIND },
	{ "unexpected keyword argument", BEHIND },
	{ "additional property", BEHIND },
	{ "unknown parameter", BEHIND },
	{ "unsupported parameter(s)", BEHIND },
	{ "unsupported parameter", BEHIND },
	{ "unsupported field", BEHIND },
	{ "unknown name", BEHIND },
	{ "unknown field", BEHIND },
	{ "unknown key", BEHIND },
	{ "unexpected field", BEHIND },
	{ "unexpected property", BEHIND },
	{ "unexpected parameter", BEHIND },
	{ "invalid field", BEHIND },
	{ "does not support parameters", BEHIND },
	{ "property", BEHIND }, /* "property 'x' is unsupported" */
	{ "parameter is not supported", BEFORE },
	{ "is not a valid field", BEFORE },
};

enum { PHRASES = sizeof(phrases) / sizeof(phrases[0]) };

static bool is_path_byte(char c)
{
	return isalnum((unsigned char)c) || strchr("_-.[]/", c);
}

/* Takes punctuation that is no part of the path off both ends. */
static struct span trim_path(struct span s)
{
	while (s.len > 0 && strchr("./[", s.at[0]))
		s = span_skip(s, 1);
	while (s.len > 0 && strchr("./-", s.at[s.len - 1]))
		s.len--;
	while (s.len > 0 && s.at[s.len - 1] == ']' &&
	       span_find_byte(s, '[') == SIZE_MAX)
		s.len--;
	return s;
}

static struct span path_behind(struct span text)
{
	size_t n = 0;

	while (text.len > 0 && strchr(" :'\"`[(\\", text.at[0]))
		text = span_skip(text, 1);
	while (n < text.len && is_path_byte(text.at[n]))
		n++;
	return trim_path(span_first(text, n));
}

static struct span path_before(struct span text)
{
	size_t n = 0;

	while (text.len > 0 && strchr(" :'\"`])(\\", text.at[text.len - 1]))
		text.len--;
	while (n < text.len && is_path_byte(text.at[text.len - 1 - n]))
		n++;
	return trim_path(span_skip(text, text.len - n));
}

/* Is it the name of a field, and no word of a sentence? Names are quoted or
 * have a '_'. */
static bool is_field(struct span s, bool quoted)
{
	static const char *const words[] = { "the",  "this", "is",    "for",
					     "that", "in",   "model", "it",
					     "and",  "or",   "a",     "not" };

	if (s.len == 0 || s.len > 200 || !isalpha((unsigned char)s.at[0]))
		return false;
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (span_is_nocase(s, words[i]))
			return false;
	return quoted || span_find_byte(s, '_') != SIZE_MAX;
}

static bool is_mark(char c)
{
	return strchr("'\"`[]:(", c) != NULL;
}

bool refused_field(struct span text, struct span *field)
{
	text = span_first(text, REFUSAL_TEXT_LIMIT);
	for (size_t i = 0; i < PHRASES; i++) {
		size_t at = refusal_find(text, phrases[i].phrase);
		struct span behind, before, path;
		bool quoted;

		if (at == SIZE_MAX)
			continue;
		before = span_trim(span_first(text, at));
		behind = span_trim(
			span_skip(text, at + strlen(phrases[i].phrase)));
		path = phrases[i].side == BEFORE ? path_before(before)
						 : path_behind(behind);
		quoted = phrases[i].side == BEFORE
				 ? before.len > 0 &&
					   is_mark(before.at[before.len - 1])
				 : behind.len > 0 && is_mark(behind.at[0]);
		if (is_field(path, quoted)) {
			*field = path;
			return true;
		}
	}
	return false;
}
