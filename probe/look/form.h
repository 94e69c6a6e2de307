/*
 * What a request asks and what an answer says, whichever format they are in:
 * the plain form of formats/plain.h.
 */
#ifndef PROBE_LOOK_FORM_H
#define PROBE_LOOK_FORM_H

#include "probe/look/view.h"

/* Appends it to `out`. NULL; or why there is none, and nothing is appended. */
const char *form_asked(const struct exchange *x, struct buf *out);
const char *form_said(const struct exchange *x, struct buf *out);

#endif
