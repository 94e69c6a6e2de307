/* Bytes that grow. Zeros are an empty value; bytes_clear() frees. */
#ifndef SOUND_BYTES_H
#define SOUND_BYTES_H

#include <stddef.h>

struct bytes {
	char *at;
	size_t len, size;
};

/* Makes room for `len` more bytes at the end and returns it; add to b->len what
 * was used. */
char *bytes_room(struct bytes *b, size_t len);
void bytes_add(struct bytes *b, const void *more, size_t len);
void bytes_text(struct bytes *b, const char *text);
__attribute__((format(printf, 2, 3))) void bytes_format(struct bytes *b,
							const char *format,
							...);
/* Removes the first `len` bytes. */
void bytes_drop(struct bytes *b, size_t len);
void bytes_clear(struct bytes *b);

#endif
