/*
 * The chunked transfer coding, piece by piece (RFC 9112, 7.1). Owns no memory
 * and keeps nothing but where it stands. It is strict where two readers could
 * differ: sizes are hexadecimal digits only, lines end in CRLF, and what stands
 * behind the last chunk is fields, each with a name and a colon.
 */
#ifndef WIRE_HTTP_CHUNKED_H
#define WIRE_HTTP_CHUNKED_H

#include "wire/bytes/span.h"

/* Extensions of one chunk, and all trailer fields together. */
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
 * Takes bytes off the front of *in until it has a piece of content for *out,
 * or *in is used up, or the body is over. Gives true if there is a piece. What
 * is left in *in behind CHUNKED_DONE or CHUNKED_BAD was not taken.
 */
bool chunked_next(struct chunked *c, struct span *in, struct span *out);

#endif
