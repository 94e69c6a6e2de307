/* Makes texts that match a pattern: the simple part of the regular expressions
 * of ECMAScript. */
#include <string.h>

#include "mockupstream/values/values.h"

enum { GROUPS_LIMIT = 16, REPEAT_LIMIT = 4096 };

struct pattern_walk {
	struct span rest;
	size_t more;
	unsigned depth;
};

static int take_branches(struct pattern_walk *w, struct buf *out);

static bool take_byte(struct pattern_walk *w, char byte)
{
	if (w->rest.len == 0 || w->rest.at[0] != byte)
		return false;
	w->rest = span_skip(w->rest, 1);
	return true;
}

/* A member of a class that is named by a letter; 0: it is no class. */
static char class_of(char letter)
{
	static const char *const classes[] = { "d0", "wa", "s ",
					       "Da", "W-", "Sa" };

	for (size_t i = 0; i < sizeof(classes) / sizeof(classes[0]); i++)
		if (classes[i][0] == letter)
			return classes[i][1];
	return '\0';
}

/* "\d", "\.", "\n": reads what follows the backslash. -1: not supported. */
static int take_escape(struct pattern_walk *w, char *out)
{
	static const char *const controls = "n\nt\tr\r";
	const char *control;
	char c;

	if (w->rest.len == 0)
		return -1;
	c = w->rest.at[0];
	w->rest = span_skip(w->rest, 1);
	*out = class_of(c);
	control = strchr(controls, c);
	if (*out == '\0' && control && c >= 'a')
		*out = control[1];
	if (*out != '\0')
		return 0;
	if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	    (c >= '0' && c <= '9') || c == '\0')
		return -1; /* \b, \u, \p, back references */
	*out = c;
	return 0;
}

/* A byte that a negated class with these bytes matches. */
static char outside(const bool *in)
{
	static const char tries[] = "a0-_ .:/Zz!~";

	for (size_t i = 0; tries[i] != '\0'; i++)
		if (!in[(unsigned char)tries[i]])
			return tries[i];
	return '\0';
}

static int take_item(struct pattern_walk *w, char *out)
{
	if (take_byte(w, '\\'))
		return take_escape(w, out);
	if (w->rest.len == 0 || (unsigned char)w->rest.at[0] >= 0x80)
		return -1;
	*out = w->rest.at[0];
	w->rest = span_skip(w->rest, 1);
	return 0;
}

/* Reads "a-z0-9_]", or "^...". */
static int take_class(struct pattern_walk *w, struct buf *out)
{
	bool in[256] = { 0 }, negated = take_byte(w, '^');
	char first = '\0', from, to;

	while (!take_byte(w, ']')) {
		if (take_item(w, &from) < 0)
			return -1;
		to = from;
		if (span_starts(w->rest, "-") && !span_starts(w->rest, "-]")) {
			w->rest = span_skip(w->rest, 1);
			if (take_item(w, &to) < 0)
				return -1;
		}
		for (int c = (unsigned char)from; c <= (unsigned char)to; c++)
			in[c] = true;
		first = first != '\0' ? first : from;
	}
	if (negated)
		first = outside(in);
	return first != '\0' ? buf_add_byte(out, first) : -1;
}

static int take_group(struct pattern_walk *w, struct buf *out)
{
	if (w->depth >= GROUPS_LIMIT)
		return -1;
	if (take_byte(w, '?') && !take_byte(w, ':'))
		return -1; /* lookahead, names */
	w->depth++;
	if (take_branches(w, out) < 0 || !take_byte(w, ')'))
		return -1;
	w->depth--;
	return 0;
}

/* Reads one atom, of which there is a byte, and appends a text for it. */
static int take_atom(struct pattern_walk *w, struct buf *out)
{
	char c = '\0';

	if (take_byte(w, '^') || take_byte(w, '$'))
		return 0;
	if (take_byte(w, '('))
		return take_group(w, out);
	if (take_byte(w, '['))
		return take_class(w, out);
	if (take_byte(w, '.'))
		return buf_add_byte(out, 'a');
	if ((unsigned char)w->rest.at[0] >= 0x80) {
		size_t step = span_utf8_step(w->rest);
		struct span letter = span_first(w->rest, step > 0 ? step : 1);

		w->rest = span_skip(w->rest, letter.len);
		return buf_add_span(out, letter);
	}
	return take_item(w, &c) < 0 ? -1 : buf_add_byte(out, c);
}

/* How often the last atom is repeated; a '?' after the repetition makes no
 * difference. */
static int take_repeat(struct pattern_walk *w, size_t *times)
{
	uint64_t least = 1, most = 1;
	struct span range, low;
	size_t end;

	if (take_byte(w, '*')) {
		least = 0;
		most = REPEAT_LIMIT;
	} else if (take_byte(w, '+')) {
		most = REPEAT_LIMIT;
	} else if (take_byte(w, '?')) {
		least = 0;
	} else if (take_byte(w, '{')) {
		end = span_find_byte(w->rest, '}');
		if (end == SIZE_MAX)
			return -1;
		range = span_first(w->rest, end);
		w->rest = span_skip(w->rest, end + 1);
		span_split(&range, ',', &low);
		if (!span_u64(low, REPEAT_LIMIT, &least))
			return -1;
		most = range.at ? REPEAT_LIMIT : least;
		if (range.at && range.len > 0 &&
		    !span_u64(range, UINT64_MAX, &most))
			return -1;
	}
	(void)take_byte(w, '?');
	*times = (size_t)(most - least < w->more ? most : least + w->more);
	return 0;
}

static int take_sequence(struct pattern_walk *w, struct buf *out)
{
	while (w->rest.len > 0 && w->rest.at[0] != '|' &&
	       w->rest.at[0] != ')') {
		struct buf one = BUF_INIT(REPEAT_LIMIT);
		size_t times = 1;
		int rc = take_atom(w, &one);

		if (rc == 0)
			rc = take_repeat(w, &times);
		for (size_t i = 0; rc == 0 && i < times; i++)
			rc = buf_add_span(out, buf_span(&one));
		buf_clear(&one);
		if (rc < 0)
			return -1;
	}
	return 0;
}

/* Takes the first of the branches; the others are skipped. */
static int take_branches(struct pattern_walk *w, struct buf *out)
{
	if (take_sequence(w, out) < 0)
		return -1;
	while (take_byte(w, '|')) {
		struct buf other = BUF_INIT(REPEAT_LIMIT);
		int rc = take_sequence(w, &other);

		buf_clear(&other);
		if (rc < 0)
			return -1;
	}
	return 0;
}

int values_for_pattern(struct span pattern, size_t more, struct buf *out)
{
	struct pattern_walk w = { .rest = pattern, .more = more };

	if (take_branches(&w, out) < 0)
		return -1;
	return w.rest.len == 0 ? 0 : -1;
}
