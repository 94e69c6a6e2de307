/*
 * Credentials are to be kept out of reports, logs and terminals. This is the one
 * scanner of everybody who writes. Two ways to find them: by value, where the
 * values are known, and by the name of the header field they are in.
 *
 * A known value is found as it is, in any case, and in these spellings, which
 * may stand inside of one another: percent-encoded (some bytes or all), base64
 * (at any offset, url-safe too, also of base64), hexadecimal, the escapes of
 * JSON and of C (\/ \u0073 \x73 \163, backslashes doubled), and the entities
 * of HTML and XML; also in pieces, over lines of an event stream, and over
 * the members of its events that have the same name. Others (reversed, with
 * blanks between) are not found.
 *
 * "<credential, 24 bytes, 3fa1>" stands instead: its length and four digits of
 * a hash, so that two can be told apart or found to be the same.
 */
#ifndef WIRE_BYTES_SECRETS_H
#define WIRE_BYTES_SECRETS_H

#include <stdint.h>

#include "wire/bytes/buf.h"

struct secret;
struct secret_gram;

/* Zero-initialised is empty. */
struct secrets {
	struct secret *list;
	size_t count, cap;
	struct secret_gram *grams; /* where a piece of one may begin */
	size_t gram_count, gram_cap;
	uint64_t gram_bits[32]; /* of their hashes: most bytes of a text cost
				   a look at these */
	size_t least, longest; /* bytes: of the shortest piece; of a value */
	bool wide; /* a value has bytes beyond ASCII */
};

/* Copies. Values of fewer than 6 bytes are not kept, nor are ordinary words: they
 * would be found everywhere. NULL is passed over, and so is what is there
 * already. */
void secrets_add(struct secrets *s, const char *value);

/* A word of the protocol, or a part of one ("message_start", "keep-alive"), in
 * any case. */
bool secrets_is_ordinary(const char *value);

/* The same with a name for secrets_paint(). It is borrowed. */
void secrets_add_named(struct secrets *s, const char *value, const char *name);
bool secrets_has(const struct secrets *s, const char *value);
void secrets_clear(struct secrets *s);

/* Does more than half of a known value stand in this text, in upper or lower
 * case? Other spellings are not looked for. */
bool secrets_occur(const struct secrets *s, struct span text);

/*
 * Replaces every occurrence of a known value, in any spelling, and every piece
 * of one that is long enough to matter: 12 bytes, or 6 where the text is cut.
 * Takes time that grows with the text alone, and little memory beside it.
 */
void secrets_blot(const struct secrets *s, struct buf *text);

/*
 * Paints over them in place, so that nothing else moves: these texts are read
 * as one, and a value that goes over the end of one into the next is found.
 * The value itself becomes secrets_mark() of its name and length, and any other
 * spelling of it, or of more than half of it, something that this is no part of. True: there was
 * something to paint over.
 */
struct secrets_text {
	char *at; /* NULL: none */
	size_t len;
};

bool secrets_paint(const struct secrets *s, const struct secrets_text *texts,
		   size_t count);

/* "{{credential....}}", as long as the value. */
void secrets_mark(const char *name, size_t len, struct buf *out);

/* Adds to `pieces` what of a known value stands in one of these texts, where
 * it is whole only over several of them, or over several events. */
void secrets_pieces(const struct secrets *s, const struct span *texts,
		    size_t count, struct secrets *pieces);

/* Replaces what looks like a credential that nobody has named: "sk-" or "eyJ"
 * and 16 bytes of a word, the clouds' keys and signatures, and what stands
 * after "Bearer". */
void secrets_guess(struct buf *text);

/* authorization, x-api-key, cookie ..., and by its last word what a gateway may
 * have invented: x-portkey-api-key, x-our-token. */
bool secrets_is_header(const char *name);

/* A long word of letters and digits, in a field that nobody knows. */
bool secrets_is_likely(const char *value);

/* Adds what is secret in a header field: the value, what stands in it after a
 * scheme, the password of Basic, each of several cookies. Nothing, if neither
 * its name nor its looks say that it is a credential. */
void secrets_add_header(struct secrets *s, const char *name, const char *value);

/* Appends what stands instead of a credential. */
void secrets_stand_in(struct span secret, struct buf *out);

/* Appends the value of such a field with the credential masked; the
 * scheme ("Bearer") stays. Values of other fields are appended as they are. */
void secrets_header(const char *name, const char *value, struct buf *out);

#endif
