/* Finding credentials in texts that are to be printed. */
#include "wire/bytes/secrets.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "wire/bytes/base64.h"
#include "wire/bytes/mem.h"

#define SHORTEST 6
#define PIECE 12
#define GUESSED 16 /* bytes of what only looks like one */

static void keep(struct secrets *s, const char *value)
{
	if (s->count == s->cap) {
		s->cap = s->cap > 0 ? s->cap * 2 : 4;
		s->list = xrealloc(s->list, s->cap * sizeof(*s->list));
	}
	s->list[s->count++] = xstrdup(value);
}

/*
 * As it stands in base64 behind `before` other bytes ("user:"): the digits at
 * both ends that others have a part in are left out.
 */
static void keep_base64(struct secrets *s, const char *value, size_t before)
{
	static const size_t foreign[] = { 0, 2, 3 };
	struct buf plain = BUF_INIT(BUF_NO_LIMIT);
	struct buf coded = BUF_INIT(BUF_NO_LIMIT);

	buf_add(&plain, "\0\0", before);
	buf_add_text(&plain, value);
	base64_encode(buf_span(&plain), &coded);
	buf_cut(&coded, plain.len * 8 / 6);
	if (coded.len >= foreign[before] + PIECE)
		keep(s, buf_str(&coded) + foreign[before]);
	buf_clear(&plain);
	buf_clear(&coded);
}

void secrets_add(struct secrets *s, const char *value)
{
	if (value == NULL || strlen(value) < SHORTEST)
		return;
	keep(s, value);
	for (size_t before = 0; before < 3; before++)
		keep_base64(s, value, before);
}

void secrets_clear(struct secrets *s)
{
	for (size_t i = 0; i < s->count; i++)
		free(s->list[i]);
	free(s->list);
	*s = (struct secrets){ .list = NULL };
}

/* FNV-1a; it tells values apart and gives none of them away. */
static unsigned hash_of(struct span s)
{
	uint32_t hash = UINT32_C(2166136261);

	for (size_t i = 0; i < s.len; i++)
		hash = (hash ^ (unsigned char)s.at[i]) * UINT32_C(16777619);
	return (hash >> 16 ^ hash) & 0xffff;
}

void secrets_stand_in(struct span secret, struct buf *out)
{
	buf_addf(out, "<credential, %zu bytes, %04x>", secret.len,
		 hash_of(secret));
}

static int lower(char c)
{
	return tolower((unsigned char)c);
}

/* In any case: who is told the value has little left to guess. */
static size_t common(struct span a, struct span b)
{
	size_t n = 0;

	while (n < a.len && n < b.len && lower(a.at[n]) == lower(b.at[n]))
		n++;
	return n;
}

/* The longest piece of a known value at the front of `text`. */
static size_t piece_at(const struct secrets *s, struct span text,
		       struct span *whole)
{
	size_t best = 0;

	for (size_t i = 0; i < s->count; i++) {
		struct span secret = span_of(s->list[i]);
		size_t least = secret.len < PIECE ? secret.len : PIECE;

		for (size_t at = 0; at + least <= secret.len; at++) {
			size_t n = common(text, span_skip(secret, at));

			if (n >= least && n > best) {
				best = n;
				*whole = secret;
			}
		}
	}
	return best;
}

/* Which two bytes a piece may begin with: bodies are large, and most of what
 * stands in them is passed over by this alone. */
struct starts {
	unsigned char pairs[0x10000 / 8];
};

static unsigned pair_at(const char *at)
{
	return (unsigned)lower(at[0]) << 8 | (unsigned)lower(at[1]);
}

static void starts_of(const struct secrets *s, struct starts *out)
{
	*out = (struct starts){ .pairs = { 0 } };
	for (size_t i = 0; i < s->count; i++)
		for (const char *at = s->list[i]; at[0] && at[1]; at++)
			out->pairs[pair_at(at) / 8] |=
				(unsigned char)(1u << pair_at(at) % 8);
}

static bool may_start(const struct starts *starts, struct span text)
{
	unsigned pair;

	if (text.len < SHORTEST)
		return false;
	pair = pair_at(text.at);
	return (starts->pairs[pair / 8] >> pair % 8 & 1) != 0;
}

/* How many bytes in front of the first piece; *len is the piece's length. */
static size_t next_piece(const struct secrets *s, const struct starts *starts,
			 struct span text, size_t *len, struct span *whole)
{
	struct span rest = text;

	*len = 0;
	while (rest.len > 0) {
		if (may_start(starts, rest))
			*len = piece_at(s, rest, whole);
		if (*len > 0)
			break;
		rest = span_skip(rest, 1);
	}
	return text.len - rest.len;
}

void secrets_blot(const struct secrets *s, struct buf *text)
{
	struct buf out = BUF_INIT(BUF_NO_LIMIT);
	struct span rest = buf_span(text), whole;
	struct starts starts;
	size_t len;

	if (s->count == 0 || text->len == 0)
		return;
	starts_of(s, &starts);
	while (rest.len > 0) {
		size_t clear = next_piece(s, &starts, rest, &len, &whole);

		buf_add(&out, rest.at, clear);
		if (len > 0)
			secrets_stand_in(whole, &out);
		rest = span_skip(rest, clear + len);
	}
	buf_reset(text);
	if (buf_add_span(text, buf_span(&out)) < 0)
		buf_add_span(text, span_first(buf_span(&out), text->limit));
	buf_clear(&out);
}

/* ---- by their looks ---- */

static size_t word_at(struct span s)
{
	size_t n = 0;

	while (n < s.len && s.at[n] != '\0' &&
	       (isalnum((unsigned char)s.at[n]) || strchr("-_.~+/=", s.at[n])))
		n++;
	return n;
}

/* How much at the front looks like a credential; `skip`: what stays of it. */
static size_t looks_at(struct span s, size_t *skip)
{
	size_t n = word_at(s);

	*skip = 0;
	if ((span_starts(s, "sk-") || span_starts(s, "eyJ")) && n >= GUESSED)
		return n;
	if (!span_is_nocase(span_first(s, strlen("bearer ")), "bearer "))
		return 0;
	*skip = strlen("bearer ");
	n = word_at(span_skip(s, *skip));
	return n >= PIECE ? *skip + n : 0;
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

/* Gateways invent fields for their keys, and people name them as they are. */
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

bool secrets_is_likely(const char *value)
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
