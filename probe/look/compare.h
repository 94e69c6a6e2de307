/* Compares values of different kinds: as text, number, items or JSON. */
#ifndef PROBE_LOOK_COMPARE_H
#define PROBE_LOOK_COMPARE_H

#include "probe/look/subject.h"

/* The value as text; `own` keeps the bytes if they had to be built. */
struct span compare_text(const struct value *v, struct buf *own);

/* false: it is neither a number nor the text of one. */
bool compare_number(const struct value *v, double *out);

/* Whether it is a list or a JSON array; anything else is text. */
bool compare_has_items(const struct value *v);
bool compare_has_item(const struct value *v, struct span text);

/* Whether it equals a JSON value, or another value: numbers and JSON by
 * value. */
bool compare_json(const struct value *v, struct jval wanted);
bool compare_values(const struct value *a, const struct value *b);

#endif
