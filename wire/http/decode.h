/*
 * Undoes content codings as the bytes come: what they complete comes out at
 * once, so that the time at which it could be read is known. In wire/, zlib,
 * brotli and zstd are used nowhere else.
 */
#ifndef WIRE_HTTP_DECODE_H
#define WIRE_HTTP_DECODE_H

#include "wire/bytes/buf.h"
#include "wire/bytes/fail.h"

/* Codings in one content-encoding field; more are refused. */
#define DECODE_STACK_LIMIT 4

/* Once this many bytes came out, more than DECODE_RATIO bytes out of one byte
 * are taken for a bomb; deflate reaches 1032. */
#define DECODE_FREE_BYTES ((size_t)4 * 1024 * 1024)
#define DECODE_RATIO 1100

struct decode;

/* Is there anything to undo in this field ("gzip", "zstd, br")? */
bool decode_is_needed(struct span codings);

/* -1: one of the codings is unknown, or there are too many. */
int decode_new(struct decode **out, struct span codings, struct fail *f);
void decode_free(struct decode *d);

/*
 * Appends what these bytes give. -1 when they are not in the coding that the
 * field names (bytes after its end are not, although some clients ignore them),
 * or when too much comes out (FAIL_LIMIT): for `out`, or by DECODE_RATIO. What
 * came out before stays in `out`; add nothing after -1.
 */
int decode_add(struct decode *d, struct span bytes, struct buf *out,
	       struct fail *f);

#endif
