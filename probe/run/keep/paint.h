/*
 * A wire log without credentials: a copy in which each is painted over in
 * place, so that it gives the same verdicts. Pieces of a body are read as one,
 * and so are the fields of a head; a content coding is taken off, and put on
 * again where there was something to paint over.
 */
#ifndef PROBE_RUN_KEEP_PAINT_H
#define PROBE_RUN_KEEP_PAINT_H

#include "wire/bytes/secrets.h"
#include "wire/log/wlog.h"

void paint_log(const struct secrets *s, const struct wlog *from,
	       struct wlog *to);

#endif
