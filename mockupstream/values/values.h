/* Values that fit what a client describes: a JSON schema, a pattern. */
#ifndef MOCK_VALUES_VALUES_H
#define MOCK_VALUES_VALUES_H

#include "wire/bytes/buf.h"
#include "wire/json/jscan.h"

/*
 * Appends a JSON value that the schema takes, always the same one: what is
 * required and no more. Depth and size are bounded; past the bounds, and where
 * a schema cannot be met, the value is a guess. `out` has a limit.
 */
void values_for_schema(struct jval schema, struct buf *out);

/*
 * Appends a text that the pattern (the simple part of ECMA 262: letters,
 * classes, groups, repetitions) takes. `more`: how many repetitions are added
 * to the least that it demands. -1: there is more in the pattern than that.
 */
int values_for_pattern(struct span pattern, size_t more, struct buf *out);

#endif
