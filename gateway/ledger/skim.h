/*
 * Members of JSON objects that pass by, without a look at what is in the others:
 * a text is not checked first. What is no JSON has some members, or none.
 */
#ifndef GATEWAY_LEDGER_SKIM_H
#define GATEWAY_LEDGER_SKIM_H

#include <stdint.h>
#include <string.h>

#include "wire/bytes/span.h"

struct skim {
	const char *at, *end;
};

/* Of a text that is no object, or of a cut one: none. */
struct skim skim_object(struct span text);

/* Keys and strings have their quotes and their escapes. false: no more. */
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

/* Digits alone; `most` if they are more. */
bool skim_number(struct span value, int64_t most, int64_t *out);

#endif
