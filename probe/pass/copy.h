/* A decoded copy of an answer that passes through, for those who look at it. */
#ifndef PROBE_PASS_COPY_H
#define PROBE_PASS_COPY_H

#include "wire/bytes/buf.h"
#include "wire/http/decode.h"
#include "wire/http/http.h"
#include "wire/http/sse.h"

#define COPY_LIMIT ((size_t)1024 * 1024)
#define COPY_STREAM_LIMIT ((size_t)256 * 1024)

/*
 * An answer's body, decoded. If it is longer than the limit, only its beginning
 * is kept; of a stream the beginning and the end, because errors come at the
 * end.
 */
struct copy {
	struct buf body;
	uint64_t bytes; /* of the body as it came */
	uint64_t events; /* of a stream, pings included */
	bool is_stream;
	bool is_short; /* a part of the body was left out */
	bool undecodable;
	struct decode *decode;
	struct sse reader;
	bool unreadable; /* events can no longer be told apart */
};

void copy_init(struct copy *c);
void copy_begin(struct copy *c, const struct headers *answer);
void copy_add(struct copy *c, struct span bytes);
void copy_clear(struct copy *c);

#endif
