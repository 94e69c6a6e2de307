/* What values of different kinds have in common: text, number, items. */
#ifndef PROBE_LOOK_COMPARE_H
#define PROBE_LOOK_COMPARE_H

#include "probe/look/subject.h"

/* The value as text; `own` keeps what had to be built. */
struct span compare_text(const struct value *v, struct buf *own);

/* false: it is not a number, and no text that is one. */
bool compare_number(const struct value *v, double *out);

/* Lists and JSON arrays have items; anything else is text. */
bool compare_has_items(const struct value *v);
bool compare_has_item(const struct value *v, struct span text);

/* Equal to a JSON value, or to another value: numbers and JSON by value. */
bool compare_json(const struct value *v, struct jval wanted);
bool compare_values(const struct value *a, const struct value *b);

#endif
