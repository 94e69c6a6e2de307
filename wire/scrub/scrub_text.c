/* Prose becomes filler. */
#include <ctype.h>
#include <string.h>

#include "wire/scrub/scrub_private.h"

static bool is_alnum(char c)
{
	return isalnum((unsigned char)c) != 0;
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool is_letter(char c)
{
	return is_alnum(c) && !is_digit(c);
}

/* ---- marks and tags, which are the client's and ours ---- */

#define MARK "[probe-"
#define MARK_DIGITS 16

static size_t mark_at(struct span s)
{
	size_t len = strlen(MARK);

	if (!span_starts(s, MARK) || s.len < len + MARK_DIGITS + 1)
		return 0;
	for (size_t i = 0; i < MARK_DIGITS; i++)
		if (!isxdigit((unsigned char)s.at[len + i]))
			return 0;
	return s.at[len + MARK_DIGITS] == ']' ? len + MARK_DIGITS + 1 : 0;
}

static const char *const tags[] = {
	"analysis",
	"available-deferred-tools",
	"bash-input",
	"bash-stderr",
	"bash-stdout",
	"command-args",
	"command-contents",
	"command-message",
	"command-name",
	"commentary",
	"env",
	"example",
	"examples",
	"function",
	"functions",
	"good-example",
	"bad-example",
	"local-command-caveat",
	"local-command-stderr",
	"local-command-stdout",
	"name",
	"persisted-output",
	"query",
	"reasoning",
	"retrieval_status",
	"session",
	"summary",
	"system-reminder",
	"task-notification",
	"tool_use_error",
	"user-prompt-submit-hook",
	"url",
};

#define TAG_LIMIT 40 /* bytes; each of them is shorter */

/* Length of "<system-reminder>" at the front, or 0. */
static size_t tag_at(struct span s)
{
	size_t begin = span_starts(s, "</") ? 2 : 1, end;

	end = span_find_byte(span_first(s, TAG_LIMIT), '>');
	if (end == SIZE_MAX)
		return 0;
	for (size_t i = 0; i < sizeof(tags) / sizeof(tags[0]); i++)
		if (span_is(span_make(s.at + begin, end - begin), tags[i]))
			return end + 1;
	return 0;
}

/* ---- tokens: what has no blank in it ---- */

static size_t token_at(struct span s)
{
	size_t n = 0;

	while (n < s.len && s.at[n] != '\0' &&
	       (is_alnum(s.at[n]) || strchr("_-./~@:%+=?&#\\", s.at[n])))
		n++;
	return n;
}

#define ID_DIGITS 16 /* so many are an id, and no number */

/* Is it a path, an address or an id? The places of its digits would tell what
 * it was, so that letters and digits alike become filler. */
static bool is_blob(struct span token)
{
	bool letter = false, sign = false;
	size_t digits = 0;

	for (size_t i = 0; i < token.len; i++) {
		char c = token.at[i];

		digits += is_digit(c);
		letter = letter || is_letter(c);
		sign = sign || c == '/' || c == '\\' || c == '@';
	}
	return (letter && (digits > 0 || sign)) || digits >= ID_DIGITS;
}

void scrub_text_blob(char *at, size_t len)
{
	size_t n = 0;

	for (size_t i = 0; i < len; i++)
		if (((unsigned char)at[i] & 0x80) != 0)
			i += scrub_letters(at + i, span_make(at + i, len - i)) -
			     1;
		else if (is_alnum(at[i]) ||
			 (at[i] != '\0' && strchr("_-~+%", at[i])))
			at[i] = scrub_letters_filler(n++);
}

/* Letters become filler in their case; digits become 0. */
static void words(char *at, size_t len, size_t *n)
{
	for (size_t i = 0; i < len; i++) {
		if (is_digit(at[i]))
			at[i] = '0';
		else if (isupper((unsigned char)at[i]))
			at[i] = (char)toupper(scrub_letters_filler((*n)++));
		else if (is_letter(at[i]))
			at[i] = scrub_letters_filler((*n)++);
	}
}

static size_t token(char *at, struct span rest, size_t *n)
{
	size_t len = token_at(rest);

	if (is_blob(span_first(rest, len)))
		scrub_text_blob(at, len);
	else
		words(at, len, n);
	return len;
}

/* Length of what stays at the front, or 0: a tag, or a mark, whose digits
 * become 0. */
static size_t kept(char *at, struct span rest)
{
	size_t len;

	if (*at == '<')
		return tag_at(rest);
	len = mark_at(rest);
	if (len > 0)
		memset(at + strlen(MARK), '0', MARK_DIGITS);
	return len;
}

void scrub_text(char *at, size_t len)
{
	size_t n = 0, i = 0, step;

	while (i < len) {
		struct span rest = span_make(at + i, len - i);

		step = kept(at + i, rest);
		if (step == 0 && ((unsigned char)at[i] & 0x80) != 0)
			step = scrub_letters(at + i, rest);
		if (step == 0)
			step = token(at + i, rest, &n);
		i += step > 0 ? step : 1;
	}
}

/* ---- texts that a machine reads ---- */

/* Does a named group, "(?<name>", begin here, and not "(?<="? */
static bool is_named(struct span s)
{
	s = span_skip(s, s.len > 2 && s.at[2] == 'P' ? 3 : 2);
	return s.len > 1 && s.at[0] == '<' && is_letter(s.at[1]);
}

/* Letters after a backslash, and in [], {} and (?<>), have a meaning and
 * stay. */
void scrub_text_pattern(char *at, size_t len)
{
	size_t n = 0;
	char until = '\0';

	for (size_t i = 0; i < len; i++) {
		if (at[i] == '\\') {
			i++;
			if (until == '\0' && i + 1 < len)
				until = at[i + 1] == '{' ? '}'
					: at[i] == 'k'   ? '>'
							 : '\0';
		} else if (until != '\0') {
			until = at[i] == until ? '\0' : until;
		} else if (at[i] == '[') {
			until = ']';
		} else if (at[i] == '{') {
			until = '}';
		} else if (at[i] == '(' && i + 1 < len && at[i + 1] == '?') {
			until = is_named(span_make(at + i, len - i)) ? '>'
								     : '\0';
			i += 2;
		} else if (((unsigned char)at[i] & 0x80) != 0) {
			i += scrub_letters(at + i, span_make(at + i, len - i)) -
			     1;
		} else {
			words(at + i, 1, &n);
		}
	}
}

#define ATTRIBUTION "x-anthropic-billing-header:"

bool scrub_text_is_attribution(struct span s)
{
	return span_starts(s, ATTRIBUTION) &&
	       span_find_byte(s, '\n') == SIZE_MAX && s.len < 1024;
}

/* "2.1.332.1c9": the last part depends on the prompt. */
static bool is_build(struct span value)
{
	size_t dots = 0, n = 0;

	for (; n < value.len && (is_digit(value.at[n]) || value.at[n] == '.');
	     n++)
		dots += value.at[n] == '.';
	return dots == 3 && value.len - n <= 3 && value.len <= 24;
}

static void zeros(char *at, size_t len)
{
	for (size_t i = 0; i < len; i++)
		at[i] = at[i] == '-' ? '-' : '0';
}

/* "name=value;" */
static void attribute(struct span part)
{
	size_t equals = span_find_byte(part, '=');
	struct span name, value;

	if (equals == SIZE_MAX) {
		scrub_text((char *)part.at, part.len);
		return;
	}
	name = span_trim(span_first(part, equals));
	value = span_skip(part, equals + 1);
	if (!scrub_words_enum(name))
		scrub_text_blob((char *)name.at, name.len);
	if (span_is(name, "cc_version") && is_build(value))
		return;
	if (span_is(name, "cch") || span_ends(name, "_id"))
		zeros((char *)value.at, value.len);
	else
		scrub_words((char *)value.at, value.len);
}

void scrub_text_attribution(char *at, size_t len)
{
	struct span rest = span_skip(span_make(at, len), strlen(ATTRIBUTION));
	struct span part;

	while (span_split(&rest, ';', &part))
		attribute(part);
}

/* Makes the digits of an escape those of a letter; gives how many there are. */
static size_t escape(char *at, size_t len)
{
	static const char digits[] = "0061";
	size_t n = 0;

	while (n < len && n < strlen(digits) &&
	       isxdigit((unsigned char)at[n])) {
		at[n] = digits[n];
		n++;
	}
	return n;
}

/* One string, from the byte after its opening quote; gives its length with the
 * closing quote. */
static size_t quoted(char *at, size_t len)
{
	size_t n = 0, i = 0;

	for (; i < len && at[i] != '"'; i++) {
		if (at[i] == '\\' && i + 1 < len) {
			i++;
			if (at[i] == 'u')
				i += escape(at + i + 1, len - i - 1);
		} else if (((unsigned char)at[i] & 0x80) != 0) {
			i += scrub_letters(at + i, span_make(at + i, len - i)) -
			     1;
		} else if (is_alnum(at[i])) {
			at[i] = scrub_letters_filler(n++);
		}
	}
	return i < len ? i + 1 : i;
}

/* true, false or null; or a part of one, where the text was cut. */
static bool is_literal(struct span run, bool first, bool last)
{
	static const char *const literals[] = { "true", "false", "null" };

	for (size_t i = 0; i < 3; i++) {
		struct span whole = span_of(literals[i]);

		if (span_is(run, literals[i]))
			return true;
		if (run.len >= whole.len)
			continue;
		if (last && span_equal(span_first(whole, run.len), run))
			return true;
		if (first &&
		    span_equal(span_skip(whole, whole.len - run.len), run))
			return true;
	}
	return false;
}

/* Letters outside of strings; gives how many. */
static size_t bare(char *at, size_t i, size_t len)
{
	struct span run = span_make(at + i, 0);

	while (i + run.len < len && is_letter(at[i + run.len]))
		run.len++;
	if (run.len == 1 && i > 0 && is_digit(at[i - 1]))
		return 1; /* of a number */
	if (!is_literal(run, i == 0, i + run.len == len))
		scrub_text_blob(at + i, run.len);
	return run.len;
}

void scrub_text_fragment(char *at, size_t len)
{
	for (size_t i = 0; i < len;) {
		if (at[i] == '"')
			i += 1 + quoted(at + i + 1, len - i - 1);
		else if (is_letter(at[i]))
			i += bare(at, i, len);
		else
			i += scrub_letters(at + i, span_make(at + i, len - i));
	}
}
