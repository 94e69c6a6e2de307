/*
 * `take` edits of a request take a value from an earlier exchange: the next
 * turn of a session sends back what an earlier answer said.
 */
#ifndef PROBE_RUN_TAKE_H
#define PROBE_RUN_TAKE_H

#include "probe/look/view.h"
#include "probe/suite/casefile.h"

bool take_is_needed(const struct request *r);

/*
 * `*out` is the request with each `take` edit replaced by a `set` edit with the
 * subject's value in the view: text and bytes as a JSON string, JSON as it is
 * spelt, numbers as numbers, lists as lists of strings. Edits whose subject is
 * absent are left out. The rest is borrowed from `r`. take_clear() frees.
 */
void take(const struct request *r, const struct view *v, struct request *out);
void take_clear(struct request *out);

#endif
