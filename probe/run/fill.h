/* Replaces ${name} in texts by values of a table. */
#ifndef PROBE_RUN_FILL_H
#define PROBE_RUN_FILL_H

#include "wire/bytes/buf.h"
#include "wire/bytes/fail.h"
#include "wire/bytes/span.h"

struct fill_value {
	const char *name; /* "mock.url"; NULL ends the table */
	const char *value;
};

/*
 * Appends `text` with every ${name} replaced; ${env.NAME} is a variable of our
 * own environment, or nothing. An unknown name is FAIL_CASE; FAIL_LIMIT: `out`
 * is full. A "$" without "{" is copied.
 */
int fill(struct buf *out, struct span text, const struct fill_value *values,
	 struct fail *f);

#endif
