/*
 * Members of JSON objects that pass by, without a look at what is in the others:
 * a text is not checked first. What is no JSON has some members, or none.
 */
#ifndef GATEWAY_LEDGER_SKIM_H
#define GATEWAY_LEDGER_SKIM_H

#include <stdint.h>

#include "wire/bytes/span.h"

struct skim {
	const char *at, *end;
};

/* Of a text that is no object, or of a cut one: none. */
struct skim skim_object(struct span text);

/* Keys and strings have their quotes and their escapes. false: no more. */
bool skim_next(struct skim *s, struct span *key, struct span *value);

/* A string that is this word, without escapes. */
bool skim_is(struct span string, const char *word);

bool skim_is_string(struct span value);

/* Digits alone; `most` if they are more. */
bool skim_number(struct span value, int64_t most, int64_t *out);

#endif
