/*
 * A span is a borrowed run of bytes: no terminator, no ownership. It is valid
 * as long as the bytes it points into.
 */
#ifndef WIRE_BYTES_SPAN_H
#define WIRE_BYTES_SPAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct span {
	const char *at;
	size_t len;
};

#define SPAN_EMPTY ((struct span){ .at = "", .len = 0 })

/* For printf: printf("%.*s", SPAN_ARG(s)). Lengths beyond INT_MAX are cut. */
#define SPAN_ARG(s) ((s).len > 0x7fffffff ? 0x7fffffff : (int)(s).len), (s).at

struct span span_of(const char *text); /* NULL gives the empty span */
struct span span_make(const void *bytes, size_t len);

bool span_equal(struct span a, struct span b);
bool span_is(struct span s, const char *text);

/* tolower() depends on the locale; header names do not. */
static inline char span_lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

bool span_is_nocase(struct span s, const char *text); /* ASCII case only */
bool span_starts(struct span s, const char *prefix);
bool span_ends(struct span s, const char *suffix);

/* Offset of the first occurrence, or SIZE_MAX. An empty needle is at 0. */
size_t span_find(struct span s, struct span needle);
size_t span_find_byte(struct span s, char byte);

/* The rest after the first n bytes; the first n bytes (both clamp). */
struct span span_skip(struct span s, size_t n);
struct span span_first(struct span s, size_t n);

/* Without spaces and tabs at both ends. */
struct span span_trim(struct span s);

/*
 * Takes the part before the first `byte` off the front of *rest, and the byte
 * with it. false when *rest is exhausted (at == NULL afterwards).
 */
bool span_split(struct span *rest, char byte, struct span *part);

/* Is the word in a list whose words are separated by this byte? Blanks around a
 * word do not count. */
bool span_has_word(struct span list, char between, struct span word);

/* A whole decimal number without sign; false if empty, not digits, or > max. */
bool span_u64(struct span s, uint64_t max, uint64_t *out);

char *span_dup(struct span s); /* NUL-terminated; yours to free() */

/* Length of the UTF-8 sequence at the front (1-4), or 0 if there is none. */
size_t span_utf8_step(struct span s);

/* A front of at most len bytes that cuts no character; one at least. */
struct span span_utf8_first(struct span s, size_t len);

bool span_is_utf8(struct span s); /* strict: no surrogates, no overlong forms */

#endif
