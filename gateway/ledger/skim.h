/*
 * Finds members of JSON objects quickly: the text is not checked first, and
 * values are skipped without being read. A text that is not JSON gives some
 * members, or none.
 */
#ifndef GATEWAY_LEDGER_SKIM_H
#define GATEWAY_LEDGER_SKIM_H

#include <stdint.h>
#include <string.h>

#include "wire/bytes/span.h"

struct skim {
	const char *at, *end;
};

/* A text that is not an object, or is cut, may give no members. */
struct skim skim_object(struct span text);

/* Keys and strings are given with their quotes and escapes. false: there are no
 * more members. */
bool skim_next(struct skim *s, struct span *key, struct span *value);

static inline bool skim_is_string(struct span value)
{
	return value.at[0] == '"';
}

/* A string that is this word, without escapes. */
static inline bool skim_is(struct span string, const char *word)
{
	size_t len = strlen(word);

	return string.len == len + 2 && memcmp(string.at + 1, word, len) == 0 &&
	       skim_is_string(string);
}

/* Reads a number of digits only; gives `most` if it is larger. */
bool skim_number(struct span value, int64_t most, int64_t *out);

#endif
