/* What view.c and view_frames.c share. */
#ifndef PROBE_LOOK_VIEW_PRIVATE_H
#define PROBE_LOOK_VIEW_PRIVATE_H

#include "probe/look/view.h"

/* Whether the head says that the answer is in frames. */
bool view_is_framed(const struct headers *h);

/* Reads frames and events from the content. */
void view_read_frames(struct exchange *x);
void view_clear_frames(struct exchange *x);

#endif
