/*
 * A growing byte buffer with a limit. The limit is given where the buffer is
 * born; passing it is an error that leaves the buffer as it was.
 *
 * Invariant: at[0..len) are the content. Once anything was added, at[len] is
 * NUL, so text can be printed; buf_str() works on an empty buffer too.
 */
#ifndef WIRE_BYTES_BUF_H
#define WIRE_BYTES_BUF_H

#include "wire/bytes/attr.h"
#include "wire/bytes/span.h"

struct buf {
	char *at;
	size_t len;
	size_t cap;
	size_t limit; /* largest len allowed, in bytes */
};

#define BUF_INIT(max) \
	{ \
		.at = NULL, .len = 0, .cap = 0, .limit = (max) \
	}
#define BUF_NO_LIMIT SIZE_MAX /* only for what is bounded by construction */

void buf_init(struct buf *b, size_t limit);

/* Frees the content; the buffer is empty again and keeps its limit. */
void buf_clear(struct buf *b);

/* Empties the buffer but keeps its memory for the next use. */
void buf_reset(struct buf *b);

/* Appends. 0, or -1 when the limit would be passed (nothing is added). */
int buf_add(struct buf *b, const void *bytes, size_t len);
int buf_add_span(struct buf *b, struct span s);
int buf_add_text(struct buf *b, const char *text);
int buf_add_byte(struct buf *b, char byte);
int buf_addf(struct buf *b, const char *fmt, ...) ATTR_PRINTF(2, 3);

/* Room behind the content for `len` bytes that the caller writes himself, and
 * the first of them become content with buf_wrote(). NULL at the limit. */
char *buf_room(struct buf *b, size_t len);
void buf_wrote(struct buf *b, size_t len);

/* Removes the first n bytes (all of them if n is larger). */
void buf_drop(struct buf *b, size_t n);

/* Shortens to len bytes; a larger len changes nothing. */
void buf_cut(struct buf *b, size_t len);

/* Replaces `old_len` bytes at `offset` by others. -1 at the limit. */
int buf_splice(struct buf *b, size_t offset, size_t old_len, const void *bytes,
	       size_t len);

/* Replaces every occurrence of `word` by `by`; an empty `word` is never found.
 * -1 at the limit: what comes after the last replacement stays as it was. */
int buf_replace(struct buf *b, const char *word, const char *by);

const char *buf_str(const struct buf *b); /* borrowed, never NULL */
struct span buf_span(const struct buf *b); /* borrowed */

/* The bytes (NUL-terminated) are yours to free(); the buffer is empty. */
char *buf_take(struct buf *b, size_t *len);

#endif
