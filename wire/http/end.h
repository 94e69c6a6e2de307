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

/* How far a request came: what its client was doing when it ended. */
enum end_stage {
	STAGE_NONE, /* it was not begun, or nobody knows */
	STAGE_NAME, /* looking up the name */
	STAGE_PROXY, /* reaching the proxy, or being let through by it */
	STAGE_CONNECT,
	STAGE_TLS, /* the handshake, or what TLS said of it afterwards */
	STAGE_SEND, /* sending the request */
	STAGE_HEAD, /* waiting for the head of the answer */
	STAGE_BODY, /* reading its body */
};

/* "none", "name", "proxy", "connect", "tls", "send", "head", "body" */
const char *end_stage_name(enum end_stage stage);
int end_stage_from(struct span name, enum end_stage *out); /* -1: no such */

#endif
