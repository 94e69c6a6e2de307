/* What the files of a view share. */
#ifndef PROBE_LOOK_VIEW_PRIVATE_H
#define PROBE_LOOK_VIEW_PRIVATE_H

#include "probe/look/view.h"

/* The answer's head says that it comes in frames. */
bool view_is_framed(const struct headers *h);

/* Reads the content into frames and events. */
void view_read_frames(struct exchange *x);
void view_clear_frames(struct exchange *x);

#endif
