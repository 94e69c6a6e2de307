/*
 * The end of a stream is a value with a reason, passed along like data; it is
 * never inferred from silence.
 */
#ifndef WIRE_HTTP_END_H
#define WIRE_HTTP_END_H

#include "wire/bytes/span.h"

enum stream_end {
	END_OPEN, /* not ended yet */
	END_CLEAN, /* complete by the rules of HTTP framing */
	END_CUT, /* connection closed (FIN) before the message was whole */
	END_RESET, /* connection reset (RST) before the message was whole */
	END_TIMEOUT, /* we gave up waiting */
	END_CANCELLED, /* our own side closed it on purpose */
	END_REFUSED, /* no connection could be made */
	END_BAD, /* what arrived was not HTTP, or passed a limit of ours */
};

/* "open", "clean", "cut", "reset", "timeout", "cancelled", "refused", "bad" */
const char *end_name(enum stream_end end);
int end_from(struct span name, enum stream_end *out); /* -1: no such name */

#endif
