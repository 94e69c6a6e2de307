/*
 * FNV-1a, 64 bits, by eight bytes at a time: tells texts apart that differ by
 * accident. It is no protection from whoever wants two texts to look the same.
 */
#ifndef WIRE_BYTES_HASH_H
#define WIRE_BYTES_HASH_H

#include <string.h>

#include "wire/bytes/span.h"

#define HASH_START UINT64_C(0xcbf29ce484222325)

/* The hash with this number after it: a byte, or what no byte is. */
static inline uint64_t hash_add(uint64_t hash, uint64_t n)
{
	return (hash ^ n) * UINT64_C(0x100000001b3);
}

/* The hash with eight bytes after it. The shift brings what is in high bits
 * down, where multiplying alone never takes it. */
static inline uint64_t hash_word(uint64_t hash, const char *eight)
{
	uint64_t n;

	memcpy(&n, eight, sizeof(n));
	hash = hash_add(hash, n);
	return hash ^ hash >> 29;
}

/* The hash with these bytes after it: not that of their parts, one after the
 * other. */
static inline uint64_t hash_bytes(uint64_t hash, struct span s)
{
	for (; s.len >= 8; s = span_skip(s, 8))
		hash = hash_word(hash, s.at);
	for (size_t i = 0; i < s.len; i++)
		hash = hash_add(hash, (unsigned char)s.at[i]);
	return hash;
}

#endif
