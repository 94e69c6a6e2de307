/* Reads markers in the prompt: tools to call, words to look up. */
#include <string.h>

#include "mockupstream/dialects/anthropic_private.h"

#define ONE_FRONT "[tool:"
#define MANY_FRONT "[tools:"

#define INPUT_LIMIT_BYTES ((size_t)64 * 1024)

enum { TRIES_LIMIT = 1024 };

static bool is_tool_name(struct span s)
{
	for (size_t i = 0; i < s.len; i++)
		if (!strchr("abcdefghijklmnopqrstuvwxyz"
			    "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-.",
			    s.at[i]) ||
		    s.at[i] == '\0')
			return false;
	return s.len > 0;
}

/* Length of the JSON object at the front of s; 0: there is none. */
static size_t object_len(struct span s)
{
	bool in_string = false;
	size_t depth = 0;
	struct jval root;

	s = span_first(s, INPUT_LIMIT_BYTES);
	for (size_t i = 0; i < s.len; i++) {
		char c = s.at[i];

		if (in_string && c == '\\')
			i++;
		else if (c == '"')
			in_string = !in_string;
		else if (!in_string && c == '{')
			depth++;
		else if (!in_string && c == '}')
			depth--;
		if (depth == 0)
			return jscan(span_first(s, i + 1), &root, NULL) == 0
				       ? i + 1
				       : 0;
	}
	return 0;
}

/* Takes "NAME {json}" off the front of *s. */
static bool take_call(struct span *s, struct tool_call *out)
{
	size_t name_len = span_find_byte(*s, ' '), len;
	struct span input;

	if (name_len == SIZE_MAX || !is_tool_name(span_first(*s, name_len)))
		return false;
	input = span_skip(*s, name_len + 1);
	len = span_starts(input, "{") ? object_len(input) : 0;
	if (len == 0)
		return false;
	*out = (struct tool_call){ .name = span_first(*s, name_len),
				   .input = span_first(input, len) };
	*s = span_skip(input, len);
	return true;
}

/* Takes "NAME {json}]" and, with `many`, further "; NAME {json}" before the
 * bracket. Gives the number of calls; 0: it is no marker. */
static size_t take_marker(struct span s, bool many, struct tool_call *out,
			  size_t room)
{
	size_t count = 0;

	s = span_trim(s);
	while (count < room && take_call(&s, &out[count])) {
		out[count].joined = count > 0;
		count++;
		if (span_starts(s, "]"))
			return count;
		if (!many || !span_starts(s, ";"))
			break;
		s = span_trim(span_skip(s, 1));
	}
	return 0;
}

/* Skips the text up to the next marker, and the marker's front. false: there is
 * none, or too many places were looked at. */
static bool next_marker(struct anthropic_ask *a, struct span *text, bool *many)
{
	while (a->tries < TRIES_LIMIT) {
		size_t at = span_find(*text, span_of("[tool"));

		if (at == SIZE_MAX)
			return false;
		a->tries++;
		*text = span_skip(*text, at);
		*many = span_starts(*text, MANY_FRONT);
		if (*many || span_starts(*text, ONE_FRONT)) {
			*text = span_skip(
				*text, strlen(*many ? MANY_FRONT : ONE_FRONT));
			return true;
		}
		*text = span_skip(*text, strlen("[tool"));
	}
	return false;
}

size_t anthropic_marks_calls(struct anthropic_ask *a, struct span text,
			     struct tool_call calls[ASK_CALLS_LIMIT])
{
	size_t count = 0;
	bool many;

	while (count < ASK_CALLS_LIMIT && next_marker(a, &text, &many))
		count += take_marker(text, many, calls + count,
				     ASK_CALLS_LIMIT - count);
	return count;
}

void anthropic_marks_complain(struct anthropic_ask *a)
{
	struct span text = buf_span(&a->prompt), rest;
	struct tool_call calls[ASK_CALLS_LIMIT];
	bool many;

	while (next_marker(a, &text, &many)) {
		size_t len = span_find_byte(text, ']');

		rest = span_trim(text);
		if (len == SIZE_MAX || rest.len == 0 ||
		    !is_tool_name(span_first(rest, 1)) ||
		    take_marker(text, many, calls, ASK_CALLS_LIMIT) > 0)
			continue;
		(void)buf_addf(
			&a->note,
			"\nccmock: '%.*s' calls nothing: a marker has a "
			"tool's name and a JSON object, as in [tool:NAME "
			"{}].",
			SPAN_ARG(span_first(text, len < 60 ? len : 60)));
	}
}

bool anthropic_marks_words(struct span text, const char *front,
			   struct span *out)
{
	size_t at = span_find(text, span_of(front)), len;

	if (at == SIZE_MAX)
		return false;
	text = span_skip(text, at + strlen(front));
	len = span_find_byte(text, ']');
	if (len == SIZE_MAX)
		return false;
	*out = span_trim(span_first(text, len));
	return out->len > 0;
}
