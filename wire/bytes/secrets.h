/*
 * Credentials never reach a report. Two ways to find them: by value, where the
 * values are known, and by the name of the header field they are in.
 * "<credential, 24 bytes, 3fa1>" stands instead: its length and four digits of
 * a hash, so that two can be told apart or found to be the same.
 */
#ifndef WIRE_BYTES_SECRETS_H
#define WIRE_BYTES_SECRETS_H

#include "wire/bytes/buf.h"

/* Zero-initialised is empty. */
struct secrets {
	char **list;
	size_t count, cap;
};

/* Copies, and keeps its forms in base64 beside it. Values of fewer than 6 bytes
 * are not kept: they would be found everywhere. NULL is passed over. */
void secrets_add(struct secrets *s, const char *value);
void secrets_clear(struct secrets *s);

/*
 * Replaces every occurrence of a known value, in any case, and every piece of one that is
 * long enough to matter (12 bytes), as cut texts have them.
 */
void secrets_blot(const struct secrets *s, struct buf *text);

/* Replaces what looks like a credential that nobody has named: "sk-" or "eyJ"
 * and 16 bytes of a word, and what stands behind "Bearer". */
void secrets_guess(struct buf *text);

/* authorization, x-api-key, cookie ..., and by its last word what a gateway may
 * have invented: x-portkey-api-key, x-our-token. */
bool secrets_is_header(const char *name);

/* A long word of letters and digits, in a field that nobody knows. */
bool secrets_is_likely(const char *value);

/* Appends what stands instead of a credential. */
void secrets_stand_in(struct span secret, struct buf *out);

/* Appends the value of such a field with the credential blotted out; the
 * scheme ("Bearer") stays. Values of other fields are appended as they are. */
void secrets_header(const char *name, const char *value, struct buf *out);

#endif
