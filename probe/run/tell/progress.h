/* The progress line of a run, for a terminal. */
#ifndef PROBE_RUN_TELL_PROGRESS_H
#define PROBE_RUN_TELL_PROGRESS_H

#include "wire/bytes/buf.h"
#include "wire/bytes/tick.h"

struct progress_now {
	size_t finished, count;
	tick_t took; /* since the first case */
	const char *id; /* of the case that is over */
};

/* "12/943, about 40 s left: errors/cut/rst": one line of fewer than 80 columns.
 * The time left is estimated only after some seconds and cases. */
void progress_write(const struct progress_now *p, struct buf *out);

#endif
