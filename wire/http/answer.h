/*
 * An HTTP/1.1 answer read from the bytes of a connection, in whatever pieces
 * they come: its head, its body without the framing, and how it ended. Reads
 * one answer and leaves the bytes after it. No I/O.
 */
#ifndef WIRE_HTTP_ANSWER_H
#define WIRE_HTTP_ANSWER_H

#include "wire/http/chunked.h"
#include "wire/http/end.h"
#include "wire/http/http.h"

#define ANSWER_HINTS_LIMIT 64 /* 1xx heads in front of it */

enum answer_step {
	ANSWER_MORE, /* *in is used up */
	ANSWER_HEAD, /* a->head is here; 1xx heads are passed over */
	ANSWER_DATA, /* *out is a piece of the body */
	ANSWER_WHOLE, /* the answer is complete; *in is what follows it */
	ANSWER_BAD, /* this is not HTTP; f says why */
};

struct answer {
	struct buf bytes; /* of a head that has no end yet */
	struct http_head head;
	struct chunked chunked;
	enum {
		ANSWER_IN_HEAD,
		ANSWER_COUNTED, /* Content-Length */
		ANSWER_CHUNKED,
		ANSWER_TO_CLOSE,
		ANSWER_DONE,
		ANSWER_FAILED,
	} state;
	uint64_t left;
	unsigned hints;
	bool bodyless; /* it answers HEAD */
};

/* `method` of the request: what answers HEAD has no body. */
void answer_init(struct answer *a, const char *method);
void answer_clear(struct answer *a);

/* Call again until ANSWER_MORE, ANSWER_WHOLE or ANSWER_BAD. */
enum answer_step answer_next(struct answer *a, struct span *in,
			     struct span *out, struct fail *f);

/* How the answer ended, if its connection ended in this way (END_CUT,
 * END_RESET): an answer without a length ends well when the connection
 * closes. */
enum stream_end answer_end(const struct answer *a, enum stream_end how);

#endif
