/*
 * Edits that take a value from an exchange that was before: a session's next
 * turn sends back what this turn's answer said.
 */
#ifndef PROBE_RUN_TAKE_H
#define PROBE_RUN_TAKE_H

#include "probe/look/view.h"
#include "probe/suite/casefile.h"

bool take_is_needed(const struct request *r);

/*
 * `*out` is the request with its `take` edits become `set` edits of what the
 * subjects are in the view: text and bytes as a JSON string, JSON as it is
 * spelt, numbers as numbers, lists as lists of strings. Edits whose subject is
 * absent are left out. The rest is borrowed from `r`. take_clear() frees.
 */
void take(const struct request *r, const struct view *v, struct request *out);
void take_clear(struct request *out);

#endif
