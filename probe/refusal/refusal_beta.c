/* Refusals of betas: which value is meant, whether it was sent in this spelling,
 * and what takes it out of the request. */
#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "probe/refusal/feature.h"
#include "probe/refusal/refusal_private.h"

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

/* ---- which one ---- */

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

/* ---- changed on the way ---- */

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
