/*
 * Operators: one table gives word, what may stand on the right, and how to
 * compare. == != ~ !~ < <= > >= exceeds in has lacks present absent same-bytes
 * same-json same-json-ordered same-events.
 */
#ifndef PROBE_LOOK_OP_H
#define PROBE_LOOK_OP_H

#include "wire/json/json.h"

struct op;

/* The two members of {"of": SUBJECT, "by": NUMBER}; false: it is none. */
bool op_growth(const cJSON *value, const cJSON **of, const cJSON **by);

const struct op *op_find(const char *word); /* NULL: none */
const char *op_word(const struct op *op);

const char *op_nearest(const char *word); /* NULL: none is near */

/* Is `value` (may be NULL) fit for this operator? Patterns are compiled. */
int op_accepts(const struct op *op, const cJSON *value, struct fail *f);

/* Is this operator one that `.events` can stand on the left of? */
bool op_takes_events(const struct op *op);

/* Row n of the table for printing, from 0; false after the last. */
bool op_row(size_t n, const char **word, const char **right, const char **help);

#endif
