/* Bytes that grow. Zeros are an empty value; bytes_clear() frees. */
#ifndef SOUND_BYTES_H
#define SOUND_BYTES_H

#include <stddef.h>

struct bytes {
	char *at;
	size_t len, size;
};

/* Room for `len` more behind what is there; add to `len` what was used. */
char *bytes_room(struct bytes *b, size_t len);
void bytes_add(struct bytes *b, const void *more, size_t len);
void bytes_text(struct bytes *b, const char *text);
__attribute__((format(printf, 2, 3))) void bytes_format(struct bytes *b,
							const char *format,
							...);
/* Takes the first `len` away. */
void bytes_drop(struct bytes *b, size_t len);
void bytes_clear(struct bytes *b);

#endif
