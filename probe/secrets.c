/* Finding credentials in texts that are to be printed. */
#include "probe/secrets.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "wire/mem.h"

#define SHORTEST 6
#define PIECE 12

void secrets_add(struct secrets *s, const char *value)
{
	if (value == NULL || strlen(value) < SHORTEST)
		return;
	if (s->count == s->cap) {
		s->cap = s->cap > 0 ? s->cap * 2 : 4;
		s->list = xrealloc(s->list, s->cap * sizeof(*s->list));
	}
	s->list[s->count++] = xstrdup(value);
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

static void add_blot(struct span secret, struct buf *out)
{
	buf_addf(out, "<credential, %zu bytes, %04x>", secret.len,
		 hash_of(secret));
}

static size_t common(struct span a, struct span b)
{
	size_t n = 0;

	while (n < a.len && n < b.len && a.at[n] == b.at[n])
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

void secrets_blot(const struct secrets *s, struct buf *text)
{
	struct buf out = BUF_INIT(BUF_NO_LIMIT);
	struct span rest = buf_span(text), whole;

	if (s->count == 0 || text->len == 0)
		return;
	while (rest.len > 0) {
		size_t n = piece_at(s, rest, &whole);

		if (n > 0)
			add_blot(whole, &out);
		else
			buf_add_byte(&out, rest.at[0]);
		rest = span_skip(rest, n > 0 ? n : 1);
	}
	buf_reset(text);
	if (buf_add_span(text, buf_span(&out)) < 0)
		buf_add_span(text, span_first(buf_span(&out), text->limit));
	buf_clear(&out);
}

bool is_secret_header(const char *name)
{
	static const char *const names[] = {
		"authorization", "proxy-authorization", "x-api-key",
		"api-key",       "x-goog-api-key",      "cookie",
		"set-cookie",
	};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (strcasecmp(name, names[i]) == 0)
			return true;
	return false;
}

void secrets_header(const char *name, const char *value, struct buf *out)
{
	struct span secret = span_of(value);
	size_t blank = span_find_byte(secret, ' ');

	if (!is_secret_header(name)) {
		buf_add_text(out, value);
		return;
	}
	if (blank != SIZE_MAX && strcasecmp(name, "cookie") != 0 &&
	    strcasecmp(name, "set-cookie") != 0) {
		buf_add(out, secret.at, blank + 1);
		secret = span_skip(secret, blank + 1);
	}
	if (secret.len > 0)
		add_blot(secret, out);
}
