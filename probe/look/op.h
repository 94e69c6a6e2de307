/*
 * Operators: one table has the word, the values that may be on the right, and
 * the comparison. == != ~ !~ < <= > >= exceeds in has lacks present absent
 * same-bytes same-json same-json-ordered same-events.
 */
#ifndef PROBE_LOOK_OP_H
#define PROBE_LOOK_OP_H

#include "wire/json/json.h"

struct op;

/* Finds the two members of {"of": SUBJECT, "by": NUMBER}; false: it has another
 * form. */
bool op_growth(const cJSON *value, const cJSON **of, const cJSON **by);

const struct op *op_find(const char *word); /* NULL: none */
const char *op_word(const struct op *op);

const char *op_nearest(const char *word); /* NULL: none is similar */

/* Fails if `value`, which may be NULL, does not suit the operator; a pattern is
 * compiled. */
int op_accepts(const struct op *op, const cJSON *value, struct fail *f);

/* Whether `.events` may be on the left of this operator. */
bool op_takes_events(const struct op *op);

/* Row n of the table, from 0, for printing; false: there is no such row. */
bool op_row(size_t n, const char **word, const char **right, const char **help);

#endif
