/*
 * Content codings for streams: what goes in is out, whole and readable, after
 * every flush. zlib, brotli and zstd are seen nowhere else.
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

/* Appends what ends the stream; nothing may be added afterwards. */
int coding_finish(struct coding *c, struct buf *out);

/* "gzip", "br", "zstd": the value of content-encoding */
const char *coding_name(enum script_coding which);

#endif
