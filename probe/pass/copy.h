/* What is looked at of an answer that passes. */
#ifndef PROBE_PASS_COPY_H
#define PROBE_PASS_COPY_H

#include "wire/bytes/buf.h"
#include "wire/http/decode.h"
#include "wire/http/http.h"
#include "wire/http/sse.h"

#define COPY_LIMIT ((size_t)1024 * 1024)
#define COPY_STREAM_LIMIT ((size_t)256 * 1024)

/*
 * An answer's body, decoded. Of what is longer than the limit the begin is
 * kept; of a stream the begin and the end, where errors stand.
 */
struct copy {
	struct buf body;
	uint64_t bytes; /* of the body as it came */
	uint64_t events; /* of a stream, pings too */
	bool is_stream;
	bool is_short; /* something of it was left out */
	bool undecodable;
	struct decode *decode;
	struct sse reader;
	bool unreadable; /* no events can be told apart any more */
};

void copy_init(struct copy *c);
void copy_begin(struct copy *c, const struct headers *answer);
void copy_add(struct copy *c, struct span bytes);
void copy_clear(struct copy *c);

#endif
