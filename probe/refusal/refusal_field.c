/* Finds the field that an error calls unknown or not permitted, and the beta that
 * it refuses: whether that was sent in this spelling, and what takes it out of
 * the request. */
#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "probe/refusal/feature.h"
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

/* ---- betas ---- */

enum sending { NOT_SENT, SENT_IN_OTHER_CASE, SENT };

static bool is_beta_byte(char c)
{
	return isalnum((unsigned char)c) || c == '-';
}

static enum sending compare(struct span value, struct span beta)
{
	if (span_equal(value, beta))
		return SENT;
	return value.len == beta.len &&
			       strncasecmp(value.at, beta.at, beta.len) == 0
		       ? SENT_IN_OTHER_CASE
		       : NOT_SENT;
}

/* How the request had this beta in its header. */
static enum sending sending_of(const struct refused *x, struct span beta)
{
	const struct headers *h = x->g->sent;
	size_t count = h ? headers_count(h, "anthropic-beta") : 0;
	enum sending how = NOT_SENT, now;
	struct span rest, value;

	for (size_t i = 0; i < count; i++) {
		rest = span_of(headers_nth(h, "anthropic-beta", i));
		while (span_split(&rest, ',', &value)) {
			now = compare(span_trim(value), beta);
			how = now > how ? now : how;
		}
	}
	return how;
}

/* Whether a string of the body is this value: clouds have betas there. */
static bool body_has(const struct refused *x, struct span value)
{
	struct buf string = BUF_INIT(BUF_NO_LIMIT);
	bool has;

	buf_addf(&string, "\"%.*s\"", SPAN_ARG(value));
	has = span_find(x->g->sent_body, buf_span(&string)) != SIZE_MAX;
	buf_clear(&string);
	return has;
}

/* ---- which beta ---- */

/* The first word of the error's text that is a known beta or a beta that was
 * sent. */
static bool find_beta(const struct refused *x, struct span *out)
{
	struct span text = buf_span(&x->low);

	for (size_t i = 0; i < text.len; i++) {
		size_t n = 0;

		while (i + n < text.len && is_beta_byte(text.at[i + n]))
			n++;
		*out = span_make(text.at + i, n);
		if (n > 0 &&
		    (feature_of_beta(*out) || sending_of(x, *out) != NOT_SENT))
			return true;
		i += n;
	}
	return false;
}

bool refused_fill_beta(const struct refused *x, struct refusal *out)
{
	struct buf until = BUF_INIT(BUF_NO_LIMIT);
	struct span beta = SPAN_EMPTY;
	bool found = find_beta(x, &beta);

	refusal_word(out, 0, found ? beta : span_of("a value"));
	refused_fill_text(x, out, 1);
	feature_without_beta(beta, &until);
	refusal_word(out, 2, buf_span(&until));
	buf_clear(&until);
	return true;
}

bool refused_fill_named_beta(const struct refused *x, struct refusal *out)
{
	struct span beta;

	return find_beta(x, &beta) && refused_fill_beta(x, out);
}

/* ---- betas that were changed on the way ---- */

/* Takes the next value between two quotes of a kind. */
static bool take_quoted(struct span *text, struct span *value)
{
	while (text->len > 0) {
		char quote = text->at[0];
		size_t n = 0;

		*text = span_skip(*text, 1);
		if (quote != '`' && quote != '\'' && quote != '"')
			continue;
		while (n < text->len && is_beta_byte(text->at[n]))
			n++;
		*value = span_first(*text, n);
		if (n == 0 || n == text->len || text->at[n] != quote)
			continue;
		*text = span_skip(*text, n + 1);
		return true;
	}
	return false;
}

static bool has_capital(struct span s)
{
	for (size_t i = 0; i < s.len; i++)
		if (isupper((unsigned char)s.at[i]))
			return true;
	return false;
}

/*
 * A provider quotes what it got. It may write it in small letters, but not in
 * capitals. What was not sent at all may be a value that it would take, unless
 * its words say that it got it.
 */
static bool is_changed(const struct refused *x, struct span value,
		       enum sending how)
{
	if (how == SENT_IN_OTHER_CASE)
		return has_capital(value);
	return how == NOT_SENT &&
	       refused_says(x, "unexpected value&anthropic-beta");
}

/* The refusal quotes a value that was not sent in this spelling, and none that
 * was. */
bool refused_fill_changed_beta(const struct refused *x, struct refusal *out)
{
	struct span text = buf_span(&x->message), value, first = SPAN_EMPTY;

	if (x->g->sent == NULL)
		return false;
	while (take_quoted(&text, &value)) {
		enum sending how = sending_of(x, value);

		if (span_is_nocase(value, "anthropic-beta"))
			continue;
		if (how == SENT || body_has(x, value))
			return false;
		if (first.len == 0 && is_changed(x, value, how))
			first = value;
	}
	if (first.len == 0)
		return false;
	refusal_word(out, 0, first);
	return true;
}
