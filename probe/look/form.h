/*
 * Translates requests and answers of any known format into the plain form of
 * formats/plain.h.
 */
#ifndef PROBE_LOOK_FORM_H
#define PROBE_LOOK_FORM_H

#include "probe/look/view.h"

/* Appends the plain form of a request or of an answer. NULL: done; otherwise
 * says why there is none, and appends nothing. */
const char *form_asked(const struct exchange *x, struct buf *out);
const char *form_said(const struct exchange *x, struct buf *out);

#endif
