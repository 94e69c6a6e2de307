/* What looks like a credential, and header fields that hold one. */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "wire/bytes/base64.h"
#include "wire/bytes/secrets_private.h"

#define BASIC_LIMIT ((size_t)64 * 1024)
#define GUESSED 16 /* bytes of what only looks like one */

static size_t word_at(struct span s)
{
	size_t n = 0;

	while (n < s.len && s.at[n] != '\0' &&
	       (isalnum((unsigned char)s.at[n]) || strchr("-_.~+/=", s.at[n])))
		n++;
	return n;
}

/* How credentials begin, what of that may stay, and their least length. */
static const struct {
	const char *front;
	size_t stays, least;
} looks[] = {
	{ "sk-", 0, GUESSED },
	{ "eyJ", 0, GUESSED },
	{ "ya29.", 0, GUESSED }, /* Google's */
	{ "ABSK", 0, 40 }, /* Bedrock's */
	{ "bedrock-api-key-", 0, 32 },
	{ "Signature=", 10, 74 },
};

/* How many bytes at the front look like a credential; *skip: how many of them
 * stay. A text may be one long word, so only a word that begins as a credential
 * does is measured. */
static size_t looks_at(struct span s, size_t *skip)
{
	size_t n;

	for (size_t i = 0; i < sizeof(looks) / sizeof(looks[0]); i++) {
		if (s.at[0] != looks[i].front[0] ||
		    !span_starts(s, looks[i].front))
			continue;
		n = word_at(s);
		*skip = looks[i].stays;
		return n >= looks[i].least ? n : 0;
	}
	if (!span_is_nocase(span_first(s, strlen("bearer ")), "bearer "))
		return 0;
	*skip = strlen("bearer ");
	n = word_at(span_skip(s, *skip));
	return n >= SECRET_PIECE ? *skip + n : 0;
}

void secrets_guess(struct buf *text)
{
	struct buf out = BUF_INIT(BUF_NO_LIMIT);
	struct span rest = buf_span(text);
	bool in_word = false;

	while (rest.len > 0) {
		size_t skip, n = in_word ? 0 : looks_at(rest, &skip);

		if (n > 0) {
			buf_add(&out, rest.at, skip);
			secrets_stand_in(
				span_first(span_skip(rest, skip), n - skip),
				&out);
		} else {
			buf_add_byte(&out, rest.at[0]);
			in_word = isalnum((unsigned char)rest.at[0]);
		}
		rest = span_skip(rest, n > 0 ? n : 1);
	}
	buf_reset(text);
	if (buf_add_span(text, buf_span(&out)) < 0)
		buf_add_span(text, span_first(buf_span(&out), text->limit));
	buf_clear(&out);
}

/* Gateways invent fields for their keys; the names end in one of these
 * words. */
bool secrets_is_header(const char *name)
{
	static const char *const ends[] = {
		"authorization", "-auth",  "key",    "token",
		"secret",        "cookie", "passwd", "password",
	};
	static const char *const others[] = { "idempotency-key",
					      "sec-websocket-key" };
	size_t len = strlen(name);

	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
		if (strcasecmp(name, others[i]) == 0)
			return false;
	for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++) {
		size_t n = strlen(ends[i]);

		if (len >= n && strcasecmp(name + len - n, ends[i]) == 0)
			return true;
	}
	return false;
}

static bool is_likely(const char *value)
{
	bool digit = false, letter = false;
	size_t len = strlen(value);

	for (size_t i = 0; i < len; i++) {
		digit = digit || isdigit((unsigned char)value[i]);
		letter = letter || isalpha((unsigned char)value[i]);
	}
	return len >= GUESSED && word_at(span_of(value)) == len && digit &&
	       letter;
}

static void add_span(struct secrets *s, struct span value)
{
	char *text = span_dup(value);

	secrets_add(s, text);
	free(text);
}

/* "user:password" in base64. */
static void add_basic(struct secrets *s, struct span coded)
{
	struct buf both = BUF_INIT(BASIC_LIMIT);
	size_t colon;

	if (base64_decode(coded, &both) == 0) {
		colon = span_find_byte(buf_span(&both), ':');
		if (colon != SIZE_MAX)
			add_span(s, span_skip(buf_span(&both), colon + 1));
		add_span(s, buf_span(&both));
	}
	buf_clear(&both);
}

static void add_cookies(struct secrets *s, struct span list)
{
	struct span one;

	while (span_split(&list, ';', &one)) {
		size_t equals = span_find_byte(one, '=');

		if (equals != SIZE_MAX)
			add_span(s, span_trim(span_skip(one, equals + 1)));
	}
}

/* "Bearer" and its like are no part of the credential after them. */
static bool is_scheme(struct span s)
{
	static const char *const schemes[] = { "bearer", "basic", "token",
					       "apikey", "key" };

	for (size_t i = 0; i < sizeof(schemes) / sizeof(schemes[0]); i++)
		if (span_is_nocase(s, schemes[i]))
			return true;
	return false;
}

/* Does the field name what the API offers? Names of betas look random. */
static bool is_of_the_api(const char *name)
{
	return strcasecmp(name, "anthropic-beta") == 0 ||
	       strcasecmp(name, "anthropic-version") == 0;
}

bool secrets_is_field(const char *name, const char *value)
{
	return secrets_is_header(name) ||
	       (!is_of_the_api(name) && is_likely(value));
}

void secrets_add_header(struct secrets *s, const char *name, const char *value)
{
	struct span text = span_of(value);
	size_t blank = span_find_byte(text, ' ');

	if (!secrets_is_field(name, value))
		return;
	if (blank == SIZE_MAX || !is_scheme(span_first(text, blank)))
		secrets_add(s, value);
	if (strcasecmp(name, "cookie") == 0)
		add_cookies(s, text);
	else if (blank != SIZE_MAX)
		add_span(s, span_skip(text, blank + 1));
	if (blank != SIZE_MAX &&
	    span_is_nocase(span_first(text, blank), "basic"))
		add_basic(s, span_trim(span_skip(text, blank)));
}

void secrets_header(const char *name, const char *value, struct buf *out)
{
	struct span secret = span_of(value);
	size_t blank = span_find_byte(secret, ' ');

	if (!secrets_is_header(name)) {
		buf_add_text(out, value);
		return;
	}
	if (blank != SIZE_MAX && strcasecmp(name, "cookie") != 0 &&
	    strcasecmp(name, "set-cookie") != 0) {
		buf_add(out, secret.at, blank + 1);
		secret = span_skip(secret, blank + 1);
	}
	if (secret.len > 0)
		secrets_stand_in(secret, out);
}
