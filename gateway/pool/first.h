/*
 * Tells whether a stream begins with an answer, or with a failure after which
 * another provider may be asked. The bytes are held until that is known.
 */
#ifndef GATEWAY_POOL_FIRST_H
#define GATEWAY_POOL_FIRST_H

#include "wire/bytes/buf.h"
#include "wire/http/event_stream.h"
#include "wire/http/sse.h"

enum first_kind {
	FIRST_EVENTS, /* server-sent events, of any format */
	FIRST_FRAMES, /* Amazon's event stream */
};

enum first_says {
	FIRST_MORE, /* the first event has not come yet */
	FIRST_QUIET, /* the same, but comments or pings have */
	FIRST_GOOD,
	FIRST_ERROR,
};

struct first {
	enum first_kind kind;
	struct buf held;
	bool quiet; /* comments or pings were all */
	struct sse events;
	struct event_stream frames;
};

void first_init(struct first *s, enum first_kind kind);
void first_clear(struct first *s);

/*
 * Adds a piece of the stream to `held`. Comments, and bytes that cannot be
 * read, are no failure: whoever reads them next reports what is wrong.
 */
enum first_says first_feed(struct first *s, struct span bytes);

#endif
