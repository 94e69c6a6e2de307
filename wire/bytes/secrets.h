/*
 * Keeps credentials out of reports, logs and terminals; everything that writes
 * uses this one scanner. It finds a credential by its value, where the value is
 * known, or by the name of its header field.
 *
 * A known value is found as it is, in any case, and in these spellings, which
 * may be nested: percent-encoded (some bytes or all), base64 (at any offset,
 * url-safe too, also of base64), hexadecimal, the escapes of JSON and of C (\/
 * \u0073 \x73 \163, backslashes doubled), and the entities of HTML and XML;
 * also cut into pieces, and spread over lines of an event stream or over the
 * members of its events that have the same name. Other spellings (reversed,
 * with blanks between) are not found.
 *
 * A credential is replaced by "<credential, 24 bytes, 3fa1>": its length and
 * four digits of a hash, which show whether two credentials are the same.
 */
#ifndef WIRE_BYTES_SECRETS_H
#define WIRE_BYTES_SECRETS_H

#include "wire/bytes/buf.h"

struct secret;
struct secret_gram;

/* Zero-initialised is empty. */
struct secrets {
	struct secret *list;
	size_t count, cap;
	struct secret_gram *grams; /* where a piece of a value may begin */
	size_t gram_count, gram_cap;
	/* bytes: the shortest piece, the longest value */
	size_t least, longest;
	bool wide; /* a value has bytes beyond ASCII */
};

/* Adds a copy of a value. A value of fewer than 6 bytes, or an ordinary word,
 * is not added, since it would be found everywhere. NULL, and a value that is
 * there already, are ignored. */
void secrets_add(struct secrets *s, const char *value);

/* A word of the protocol, or a part of one ("message_start", "keep-alive"), in
 * any case. */
bool secrets_is_ordinary(const char *value);

/* As secrets_add(), with a name (borrowed) for secrets_paint(). */
void secrets_add_named(struct secrets *s, const char *value, const char *name);
bool secrets_has(const struct secrets *s, const char *value);
void secrets_clear(struct secrets *s);

/* Does this text hold more than half of a known value, in upper or lower case?
 * Other spellings are not looked for. */
bool secrets_occur(const struct secrets *s, struct span text);

/*
 * Replaces every occurrence of a known value, in any spelling, and every piece
 * of one that is long enough to matter: 12 bytes, or 6 where the text is cut
 * off. The time depends on the length of the text alone, and little other
 * memory is used.
 */
void secrets_blot(const struct secrets *s, struct buf *text);

/*
 * Overwrites known values in place, so that no other byte moves. The texts are
 * read as one: a value that begins in one text and ends in the next is found. A
 * value that is there unchanged becomes secrets_mark() of its name and length;
 * another spelling of it, or more than half of it, becomes "{{~name....}}".
 * True: something was overwritten.
 */
struct secrets_text {
	char *at; /* NULL: none */
	size_t len;
};

bool secrets_paint(const struct secrets *s, const struct secrets_text *texts,
		   size_t count);

/* "{{credential....}}", as long as the value. */
void secrets_mark(const char *name, size_t len, struct buf *out);

/* Adds to `pieces` the pieces of known values that are spread over several of
 * these texts, or over several events in one. */
void secrets_pieces(const struct secrets *s, const struct span *texts,
		    size_t count, struct secrets *pieces);

/* Replaces what looks like a credential though its value is not known: "sk-" or
 * "eyJ" and 16 bytes of a word, the clouds' keys and signatures, and the word
 * after "Bearer". */
void secrets_guess(struct buf *text);

/* Is this the name of a field that holds a credential: authorization,
 * x-api-key, cookie ..., or a name with such an ending, as gateways invent them
 * (x-portkey-api-key, x-our-token)? */
bool secrets_is_header(const char *name);

/* Is it one by its name, or does its value look like one: a long word of letters
 * and digits? What names features of the API (anthropic-beta,
 * anthropic-version) is none. */
bool secrets_is_field(const char *name, const char *value);

/* Adds the credentials of a header field: its value, the part after a scheme,
 * the password of Basic, each of several cookies. Adds nothing if neither the
 * name nor the value looks like that of a credential. */
void secrets_add_header(struct secrets *s, const char *name, const char *value);

/* Appends the text that replaces a credential. */
void secrets_stand_in(struct span secret, struct buf *out);

/* Appends the value of a header field, masked if its name says that it holds a
 * credential; the scheme ("Bearer") stays. */
void secrets_header(const char *name, const char *value, struct buf *out);

#endif
