/* A body on the wire: where it ends, and its bytes without the framing. */
#ifndef SOUND_BODY_H
#define SOUND_BODY_H

#include <stdbool.h>
#include <stdint.h>

#include "tests/sound/bytes.h"
#include "tests/sound/head.h"

enum body_kind {
	BODY_NONE,
	BODY_LENGTH,
	BODY_CHUNKED,
	BODY_CLOSE, /* an answer that ends where its connection does */
};

struct body {
	enum body_kind kind;
	uint64_t left; /* of the length, or of this chunk */
	int place; /* in a chunk's framing */
	unsigned digits; /* of the chunk's size */
	unsigned framing; /* bytes bytes of framing since the last data */
};

enum body_state { BODY_MORE, BODY_END, BODY_BAD };

/* Finds the framing of an answer to `method`. Returns NULL, or what is wrong
 * with it. */
const char *body_of_answer(struct body *b, const struct head *answer,
			   const char *method);

/* Reads a number of digits only; false: it is no such number, or too large. */
bool body_number(const char *text, uint64_t *value);

/* Takes bytes from `in` and appends those of the body to `out`. Bytes of the
 * next message stay in `in`. */
enum body_state body_decode(struct body *b, struct bytes *in,
			    struct bytes *out);

#endif
