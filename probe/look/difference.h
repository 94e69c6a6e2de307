/* How what was got differs from what it should be, in lines for people. */
#ifndef PROBE_LOOK_DIFFERENCE_H
#define PROBE_LOOK_DIFFERENCE_H

#include "probe/look/view.h"

#define DIFFERENCE_LINES 12

/*
 * Each appends lines ("lost /system/0/cache_control {...}") and gives the
 * number of differences; 0 means that there is none. `out` may be NULL.
 * Behind DIFFERENCE_LINES lines "... and N more" stands. `loose`: the order of
 * the root's own members does not count.
 */
size_t difference_bytes(struct span was, struct span is, struct buf *out);
size_t difference_json(struct jval was, struct jval is, bool loose,
		       struct buf *out);
size_t difference_events(const struct exchange *was, const struct exchange *is,
			 struct buf *out);

#endif
