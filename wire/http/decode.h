/*
 * Content codings undone, piece by piece: what a piece completes comes out at
 * once, so the time of a piece is the time of what can be read with it. zlib,
 * brotli and zstd are seen nowhere else in ccprobe.
 */
#ifndef WIRE_HTTP_DECODE_H
#define WIRE_HTTP_DECODE_H

#include "wire/bytes/buf.h"
#include "wire/bytes/fail.h"

/* Codings in one content-encoding field; more are refused. */
#define DECODE_STACK_LIMIT 4

/* Behind so many bytes, more than DECODE_RATIO bytes out of one byte are taken
 * for a bomb; deflate reaches 1032. */
#define DECODE_FREE_BYTES ((size_t)4 * 1024 * 1024)
#define DECODE_RATIO 1100

struct decode;

/* Is there anything to undo in this field ("gzip", "zstd, br")? */
bool decode_is_needed(struct span codings);

/* -1: one of the codings is unknown, or there are too many. */
int decode_new(struct decode **out, struct span codings, struct fail *f);
void decode_free(struct decode *d);

/*
 * Appends what these bytes give. -1 when they are not what the field says (a
 * tail behind the end is not, although some clients pass over it), or
 * come out too large (FAIL_LIMIT): for `out` or for DECODE_RATIO. What came
 * out before stays; nothing may be added behind.
 */
int decode_add(struct decode *d, struct span bytes, struct buf *out,
	       struct fail *f);

#endif
