/*
 * Skips bytes of a JSON text fast: for files that look at every byte and spend
 * most of their time on it.
 */
#ifndef WIRE_JSON_JBYTE_H
#define WIRE_JSON_JBYTE_H

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#ifdef __SSE2__
#include <emmintrin.h>
#endif

static inline bool jbyte_is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static inline bool jbyte_is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static inline const char *jbyte_skip_space(const char *at, const char *end)
{
	while (at < end && jbyte_is_space(*at))
		at++;
	return at;
}

/* Does the byte stand for itself in a string, and end nothing? */
static inline bool jbyte_is_plain(char c)
{
	return c != '"' && c != '\\' && (unsigned char)c >= 0x20;
}

static inline bool jbyte_is_ascii(char c)
{
	return (unsigned char)c < 0x80;
}

#ifdef __SSE2__

/* Which of sixteen bytes are not plain, the first in the lowest bit. A byte is
 * a control character when it is the lesser of itself and 0x1f. */
static inline unsigned jbyte_special(const char *at)
{
	__m128i sixteen = _mm_loadu_si128((const __m128i *)(const void *)at);
	__m128i quote = _mm_cmpeq_epi8(sixteen, _mm_set1_epi8('"'));
	__m128i slash = _mm_cmpeq_epi8(sixteen, _mm_set1_epi8('\\'));
	__m128i least = _mm_min_epu8(sixteen, _mm_set1_epi8(0x1f));
	__m128i control = _mm_cmpeq_epi8(least, sixteen);

	return (unsigned)_mm_movemask_epi8(
		_mm_or_si128(_mm_or_si128(quote, slash), control));
}

/* The same, but bytes beyond ASCII count as special, too. */
static inline unsigned jbyte_special_or_far(const char *at)
{
	return jbyte_special(at) | (unsigned)_mm_movemask_epi8(_mm_loadu_si128(
					   (const __m128i *)(const void *)at));
}

enum { JBYTE_STEP = 16 };

#else

#define JBYTE_EACH(byte) (UINT64_C(0x0101010101010101) * (byte))

/* Not 0 if one of eight bytes is not plain. Each term has the highest bit of
 * some byte set if, and only if, there is one. */
static inline uint64_t jbyte_special(const char *at)
{
	uint64_t eight, quote, slash;

	memcpy(&eight, at, sizeof(eight));
	quote = eight ^ JBYTE_EACH('"');
	slash = eight ^ JBYTE_EACH('\\');
	return (((quote - JBYTE_EACH(1)) & ~quote) |
		((slash - JBYTE_EACH(1)) & ~slash) |
		((eight - JBYTE_EACH(0x20)) & ~eight)) &
	       JBYTE_EACH(0x80);
}

static inline uint64_t jbyte_special_or_far(const char *at)
{
	uint64_t eight;

	memcpy(&eight, at, sizeof(eight));
	return jbyte_special(at) | (eight & JBYTE_EACH(0x80));
}

enum { JBYTE_STEP = 8 };

#endif

/* The first byte that is not plain, or `end`. */
static inline const char *jbyte_skip_plain(const char *at, const char *end)
{
	while (end - at >= JBYTE_STEP && jbyte_special(at) == 0)
		at += JBYTE_STEP;
#ifdef __SSE2__
	if (end - at >= JBYTE_STEP)
		return at + __builtin_ctz(jbyte_special(at));
#endif
	while (at < end && jbyte_is_plain(*at))
		at++;
	return at;
}

/* The first byte that is special or beyond ASCII; or `end`. */
static inline const char *jbyte_skip_ascii(const char *at, const char *end)
{
	while (end - at >= JBYTE_STEP && jbyte_special_or_far(at) == 0)
		at += JBYTE_STEP;
	while (at < end && jbyte_is_plain(*at) && jbyte_is_ascii(*at))
		at++;
	return at;
}

#endif
