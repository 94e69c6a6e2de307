/*
 * Content codings for streams: after each call a reader can decode all that was
 * added so far. Of ccmock only this file uses zlib, brotli and zstd.
 */
#ifndef MOCK_CODING_H
#define MOCK_CODING_H

#include "mockupstream/script.h"
#include "wire/bytes/buf.h"

struct coding;

struct coding *coding_new(enum script_coding which); /* not CODING_NONE */
void coding_free(struct coding *c);

/* Appends the compressed bytes, flushed. -1 at the limit of `out`. */
int coding_add(struct coding *c, struct span bytes, struct buf *out);

/* Appends the end of the stream; nothing may be added after it. */
int coding_finish(struct coding *c, struct buf *out);

/* "gzip", "br", "zstd": the value of content-encoding */
const char *coding_name(enum script_coding which);

#endif
