/* Makes values that fit what a client describes: a JSON schema, a pattern. */
#ifndef MOCK_VALUES_VALUES_H
#define MOCK_VALUES_VALUES_H

#include "wire/bytes/buf.h"
#include "wire/json/jscan.h"

/*
 * Appends a JSON value that the schema accepts, always the same one: what is
 * required and no more. Depth and size are limited; beyond the limits, or if a
 * schema cannot be satisfied, the value is a guess. `out` must have a limit.
 */
void values_for_schema(struct jval schema, struct buf *out);

/*
 * Appends a text that the pattern (the simple part of ECMA 262: letters,
 * classes, groups, repetitions) matches. `more`: how many repetitions to add to
 * the minimum. -1: the pattern uses something else.
 */
int values_for_pattern(struct span pattern, size_t more, struct buf *out);

#endif
