/* What a sound gateway may do to an event stream: add pings and comments
 * between events, end lines with CR and LF. */
#ifndef SOUND_EVENTS_H
#define SOUND_EVENTS_H

#include <stdbool.h>

#include "tests/sound/bytes.h"

struct events {
	unsigned freedoms; /* FREEDOM_PINGS, FREEDOM_COMMENTS, FREEDOM_CRLF */
	unsigned whole; /* events that were passed on, with their blank line */
	bool within; /* inside an event */
	bool text; /* the current line has text */
	bool cr; /* the last byte was a CR */
};

/* Appends the stream's next bytes to `out`, with the additions. */
void events_copy(struct events *e, const char *bytes, size_t len,
		 struct bytes *out);

#endif
