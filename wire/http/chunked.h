/*
 * Reads the chunked transfer coding as its bytes come (RFC 9112, 7.1). Owns no
 * memory; the struct holds only where the reader is. It is strict where two
 * readers could differ: sizes are hexadecimal digits only, lines end in CRLF,
 * and after the last chunk only fields may come, each with a name and a colon.
 */
#ifndef WIRE_HTTP_CHUNKED_H
#define WIRE_HTTP_CHUNKED_H

#include "wire/bytes/span.h"

/* Bytes: the extensions of one chunk, and all trailer fields together. */
#define CHUNKED_EXTRA_LIMIT 16384

/* Zero-initialised is the beginning. */
struct chunked {
	enum {
		CHUNKED_SIZE,
		CHUNKED_EXTENSION,
		CHUNKED_SIZE_LF,
		CHUNKED_DATA,
		CHUNKED_DATA_CR,
		CHUNKED_DATA_LF,
		CHUNKED_TRAILER, /* at the begin of a line */
		CHUNKED_TRAILER_NAME,
		CHUNKED_TRAILER_LINE,
		CHUNKED_TRAILER_LF,
		CHUNKED_LAST_LF,
		CHUNKED_DONE,
		CHUNKED_BAD,
	} state;
	uint64_t left; /* of the chunk; or its size so far */
	unsigned digits;
	size_t extra;
};

/*
 * Takes bytes off the front of *in until it has a piece of content for *out, or
 * *in is used up, or the body is over. Gives true if there is a piece. After
 * CHUNKED_DONE or CHUNKED_BAD no more bytes are taken off *in.
 */
bool chunked_next(struct chunked *c, struct span *in, struct span *out);

#endif
