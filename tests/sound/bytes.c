/* Bytes that grow. */
#include "tests/sound/bytes.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

char *bytes_room(struct bytes *b, size_t len)
{
	if (b->size - b->len < len) {
		b->size = (b->len + len) * 2;
		b->at = realloc(b->at, b->size);
		if (!b->at)
			abort();
	}
	return b->at + b->len;
}

void bytes_add(struct bytes *b, const void *more, size_t len)
{
	if (len == 0)
		return;
	memcpy(bytes_room(b, len), more, len);
	b->len += len;
}

void bytes_text(struct bytes *b, const char *text)
{
	bytes_add(b, text, strlen(text));
}

void bytes_format(struct bytes *b, const char *format, ...)
{
	va_list args;
	int len;

	va_start(args, format);
	len = vsnprintf(NULL, 0, format, args);
	va_end(args);
	if (len < 0)
		abort();
	va_start(args, format);
	vsnprintf(bytes_room(b, (size_t)len + 1), (size_t)len + 1, format,
		  args);
	va_end(args);
	b->len += (size_t)len;
}

void bytes_drop(struct bytes *b, size_t len)
{
	b->len -= len;
	if (b->len > 0 && len > 0)
		memmove(b->at, b->at + len, b->len);
}

void bytes_clear(struct bytes *b)
{
	free(b->at);
	*b = (struct bytes){ 0 };
}
