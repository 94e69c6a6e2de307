/* Writes for people how what was got differs from what it should be. */
#ifndef PROBE_LOOK_DIFFERENCE_H
#define PROBE_LOOK_DIFFERENCE_H

#include "probe/look/view.h"

#define DIFFERENCE_LINES 12

/*
 * Each appends lines ("lost /system/0/cache_control {...}") and returns the
 * number of differences; 0: there are none. `out` may be NULL. After
 * DIFFERENCE_LINES lines comes "... and N more". `loose`: the order of the
 * root's own members does not matter.
 */
size_t difference_bytes(struct span was, struct span is, struct buf *out);
size_t difference_json(struct jval was, struct jval is, bool loose,
		       struct buf *out);
size_t difference_events(const struct exchange *was, const struct exchange *is,
			 struct buf *out);

#endif
