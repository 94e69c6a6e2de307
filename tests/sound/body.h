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
	unsigned framing; /* bytes of it since the last data */
};

enum body_state { BODY_MORE, BODY_END, BODY_BAD };

/* Of an answer to that method. NULL, or what is wrong with its framing. */
const char *body_of_answer(struct body *b, const struct head *answer,
			   const char *method);

/* Digits only. false: it is no such number, or does not fit. */
bool body_number(const char *text, uint64_t *value);

/* Takes bytes from `in` and puts the body's own behind `out`. What belongs to
 * the next message stays in `in`. */
enum body_state body_decode(struct body *b, struct bytes *in,
			    struct bytes *out);

#endif
