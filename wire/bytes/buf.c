/* The growing byte buffer. */
#include "wire/bytes/buf.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "wire/bytes/mem.h"

#define SMALLEST 64
#define LONGEST (SIZE_MAX / 4) /* a quarter more is a size, too */

/* From this size on the buffer grows by a quarter at a time: doubling would
 * waste up to half of it. */
#define LARGE ((size_t)1024 * 1024)

void buf_init(struct buf *b, size_t limit)
{
	*b = (struct buf)BUF_INIT(limit);
}

void buf_clear(struct buf *b)
{
	free(b->at);
	buf_init(b, b->limit);
}

void buf_reset(struct buf *b)
{
	buf_cut(b, 0);
}

/* Makes room for len bytes and the NUL; the caller has checked the limit. */
static void reserve(struct buf *b, size_t len)
{
	size_t cap = b->cap > 0 ? b->cap : SMALLEST;

	if (len < b->cap)
		return;
	while (cap <= len)
		cap += cap < LARGE ? cap : cap / 4;
	b->at = xrealloc(b->at, cap);
	b->cap = cap;
}

static bool fits(const struct buf *b, size_t more)
{
	return b->len <= b->limit && more <= b->limit - b->len &&
	       more < LONGEST - b->len;
}

int buf_splice(struct buf *b, size_t offset, size_t old_len, const void *bytes,
	       size_t len)
{
	size_t tail;

	assert(offset <= b->len && old_len <= b->len - offset);
	if (len > old_len && !fits(b, len - old_len))
		return -1;
	tail = b->len - offset - old_len;
	reserve(b, b->len - old_len + len);
	if (tail > 0 && len != old_len)
		memmove(b->at + offset + len, b->at + offset + old_len, tail);
	if (len > 0)
		memcpy(b->at + offset, bytes, len);
	b->len = offset + len + tail;
	b->at[b->len] = '\0';
	return 0;
}

int buf_replace(struct buf *b, const char *word, const char *by)
{
	size_t from = 0, at;

	for (; *word != '\0'; from += at + strlen(by)) {
		at = span_find(span_skip(buf_span(b), from), span_of(word));
		if (at == SIZE_MAX)
			return 0;
		if (buf_splice(b, from + at, strlen(word), by, strlen(by)) < 0)
			return -1;
	}
	return 0;
}

int buf_add(struct buf *b, const void *bytes, size_t len)
{
	if (!fits(b, len))
		return -1;
	reserve(b, b->len + len);
	if (len > 0)
		memcpy(b->at + b->len, bytes, len);
	b->len += len;
	b->at[b->len] = '\0';
	return 0;
}

int buf_add_span(struct buf *b, struct span s)
{
	return buf_add(b, s.at, s.len);
}

int buf_add_text(struct buf *b, const char *text)
{
	return buf_add(b, text, strlen(text));
}

int buf_add_byte(struct buf *b, char byte)
{
	/* Not by buf_add(): many texts are made byte by byte, and this is
	 * faster. */
	if (!fits(b, 1))
		return -1;
	reserve(b, b->len + 1);
	b->at[b->len++] = byte;
	b->at[b->len] = '\0';
	return 0;
}

int buf_addf(struct buf *b, const char *fmt, ...)
{
	va_list args;
	int len;

	va_start(args, fmt);
	len = vsnprintf(NULL, 0, fmt, args);
	va_end(args);
	if (!fits(b, (size_t)len)) /* no text has the size of -1 */
		return -1;
	reserve(b, b->len + (size_t)len);
	va_start(args, fmt);
	vsnprintf(b->at + b->len, (size_t)len + 1, fmt, args);
	va_end(args);
	b->len += (size_t)len;
	return 0;
}

char *buf_room(struct buf *b, size_t len)
{
	if (!fits(b, len))
		return NULL;
	reserve(b, b->len + len);
	return b->at + b->len;
}

void buf_wrote(struct buf *b, size_t len)
{
	assert(len < b->cap - b->len);
	b->len += len;
	b->at[b->len] = '\0';
}

void buf_drop(struct buf *b, size_t n)
{
	if (b->len > 0)
		buf_splice(b, 0, n < b->len ? n : b->len, NULL, 0);
}

void buf_cut(struct buf *b, size_t len)
{
	if (len >= b->len)
		return;
	b->len = len;
	b->at[len] = '\0';
}

const char *buf_str(const struct buf *b)
{
	return b->at != NULL ? b->at : "";
}

struct span buf_span(const struct buf *b)
{
	return span_make(buf_str(b), b->len);
}

char *buf_take(struct buf *b, size_t *len)
{
	char *bytes = b->at != NULL ? b->at : xstrdup("");

	if (len != NULL)
		*len = b->len;
	buf_init(b, b->limit);
	return bytes;
}
