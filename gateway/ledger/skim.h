/*
 * Finds members of JSON objects quickly: the text is not checked first, and
 * values are skipped without being read. A text that is not JSON gives some
 * members, or none.
 */
#ifndef GATEWAY_LEDGER_SKIM_H
#define GATEWAY_LEDGER_SKIM_H

#include <stdint.h>

#include "wire/bytes/span.h"

struct skim {
	const char *at, *end;
};

/* A text that is not an object, or is cut, may give no members. */
struct skim skim_object(struct span text);

/* Keys and strings are given with their quotes and escapes. false: there are no
 * more members. */
bool skim_next(struct skim *s, struct span *key, struct span *value);

/* Is the string this word, without escapes? */
bool skim_is(struct span string, const char *word);

bool skim_is_string(struct span value);

/* Reads a number of digits only; gives `most` if it is larger. */
bool skim_number(struct span value, int64_t most, int64_t *out);

#endif
