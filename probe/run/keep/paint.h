/*
 * Makes a copy of a wire log in which each credential is masked, with the same
 * length, so that the copy gives the same verdicts. A credential is also found
 * if it is split over pieces of a body or fields of a head. A body in a content
 * coding is decoded to look into it, and encoded again if something was masked.
 */
#ifndef PROBE_RUN_KEEP_PAINT_H
#define PROBE_RUN_KEEP_PAINT_H

#include "wire/bytes/secrets.h"
#include "wire/log/wlog.h"

void paint_log(const struct secrets *s, const struct wlog *from,
	       struct wlog *to);

#endif
