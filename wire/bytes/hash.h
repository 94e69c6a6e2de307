/*
 * FNV-1a, 64 bits, by eight bytes at a time: it tells apart texts that differ
 * by accident. It does not stop anyone who wants two texts to have the same
 * hash.
 */
#ifndef WIRE_BYTES_HASH_H
#define WIRE_BYTES_HASH_H

#include <string.h>

#include "wire/bytes/span.h"

#define HASH_START UINT64_C(0xcbf29ce484222325)

/* Adds a number to the hash: a byte, or a value that no byte has. */
static inline uint64_t hash_add(uint64_t hash, uint64_t n)
{
	return (hash ^ n) * UINT64_C(0x100000001b3);
}

/* Adds eight bytes to the hash. The shift moves high bits down, which
 * multiplying alone never does. */
static inline uint64_t hash_word(uint64_t hash, const char *eight)
{
	uint64_t n;

	memcpy(&n, eight, sizeof(n));
	hash = hash_add(hash, n);
	return hash ^ hash >> 29;
}

/* Adds bytes to the hash. Adding two parts, one after the other, gives another
 * hash than adding the whole. */
static inline uint64_t hash_bytes(uint64_t hash, struct span s)
{
	for (; s.len >= 8; s = span_skip(s, 8))
		hash = hash_word(hash, s.at);
	for (size_t i = 0; i < s.len; i++)
		hash = hash_add(hash, (unsigned char)s.at[i]);
	return hash;
}

#endif
