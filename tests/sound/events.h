/* What a sound gateway may do to an event stream: add pings and comments
 * between events, end lines with CR and LF. */
#ifndef SOUND_EVENTS_H
#define SOUND_EVENTS_H

#include <stdbool.h>

#include "tests/sound/bytes.h"

struct events {
	unsigned freedoms; /* FREEDOM_PINGS, FREEDOM_COMMENTS, FREEDOM_CRLF */
	unsigned whole; /* events that are through, blank line and all */
	bool within; /* behind the first byte of an event */
	bool text; /* this line has some */
	bool cr; /* the last byte was one */
};

/* Puts the stream's next bytes behind `out`. */
void events_copy(struct events *e, const char *bytes, size_t len,
		 struct bytes *out);

#endif
