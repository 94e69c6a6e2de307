/*
 * For the files of secrets only:
 *   secrets.c          the values, and what becomes of a text
 *   secrets_match.c    where a value or a piece of one is in plain text
 *   secrets_find.c     the same in every way that a text can be read
 *   secrets_reading.c  one way to read: undoes escapes, base64, hexadecimal
 *   secrets_stream.c   one way to read: the pieces of an event stream
 *   secrets_looks.c    what looks like a credential
 *   secrets_words.c    what is no credential, since it is everywhere
 */
#ifndef WIRE_BYTES_SECRETS_PRIVATE_H
#define WIRE_BYTES_SECRETS_PRIVATE_H

#include "wire/bytes/secrets.h"

#define SECRET_SHORTEST 6 /* bytes of a value that is looked for */
#define SECRET_PIECE 12 /* bytes of a piece that matters */

struct secret {
	char *value;
	size_t len;
	const char *name; /* NULL: none was given */
};

/* ---- secrets_match.c ---- */

struct secret_match {
	size_t at, len;
	const struct secret *secret;
	bool exact; /* the whole value, in its own case */
};

/* Puts the newest value of the list into the table. */
void secrets_match_add(struct secrets *s);

/* The first match at or after `from`. False: there is none. */
bool secrets_match_next(const struct secrets *s, struct span text, size_t from,
			struct secret_match *out);

/* ---- secrets_find.c ---- */

/* A run of bytes of the text from which a value can be read. If a value is
 * spread over several runs, they have `total` bytes together, `skip` of them in
 * the runs before this one. */
struct secret_hit {
	size_t from, to;
	size_t skip, total;
	const struct secret *secret;
	size_t matched; /* bytes of the value */
	bool exact;
};

struct secret_hits { /* zero-initialised is empty */
	struct secret_hit *list;
	size_t count, cap;
};

/* Adds all hits in order; none overlaps another. */
void secrets_find(const struct secrets *s, struct span text,
		  struct secret_hits *out);
void secret_hits_clear(struct secret_hits *h);

/* ---- secrets_reading.c ---- */

/* A text in one way of reading it: each byte with the place in the text that it
 * was read from. A NUL separates bytes that do not belong together. */
struct secret_reading {
	char *at;
	uint32_t *from, *to;
	size_t len, cap;
};

void secret_reading_put(struct secret_reading *r, char byte, uint32_t from,
			uint32_t to);
void secret_reading_clear(struct secret_reading *r);

/* The text as it is. */
void secret_reading_plain(struct span text, struct secret_reading *out);

/* Appends `r` with escapes undone. False: there are none. */
bool secret_reading_unescape(const struct secret_reading *r,
			     struct secret_reading *out);

/* Appends the words of `r` decoded from base64 and from hexadecimal, if that
 * may give `least` bytes; once for each way to group their digits. Decoded text
 * that is too short to be read on is left out: an image gives little else.
 * `wide`: values have bytes beyond ASCII. */
void secret_reading_decode(const struct secret_reading *r, size_t least,
			   bool wide, struct secret_reading *out);

/* May this text hold a value when it is read in another way? */
bool secret_reading_is_worth(struct span text, size_t least);

/* ---- secrets_stream.c ---- */

/* Appends the data of events one after another, and then the texts of those
 * members that have the same name. */
void secret_reading_stream(struct span text, struct secret_reading *out);

#endif
