/*
 * Reads the number of tokens from an answer that passes, without changing or
 * delaying it: an event stream of the Messages API, the same in Bedrock's
 * frames, or a whole message; in any content coding.
 */
#ifndef GATEWAY_LEDGER_TAP_H
#define GATEWAY_LEDGER_TAP_H

#include "gateway/ledger/usage.h"
#include "wire/http/http.h"

struct tap;

#define TAP_MODEL_LEN 129

/* What was read so far. */
struct tap_seen {
	struct usage_tokens usage;
	char model[TAP_MODEL_LEN]; /* the model that answered; "": not known */
	bool ended; /* message_stop, or an error in the stream */
	bool failed; /* an error ended it */
	/* the answer cannot be read: a line is too long, or its coding is
	 * broken */
	bool blind;
};

struct tap *tap_new(void);
void tap_free(struct tap *t); /* NULL-safe */

/* Begins an answer with these fields; forgets what was seen before and uses its
 * memory again. false: the answer has nothing to read. */
bool tap_begin(struct tap *t, const struct headers *h);

void tap_feed(struct tap *t, struct span bytes);

/* The body has ended: one that is no stream is read now. */
void tap_finish(struct tap *t);

/* The same as tap_feed() and tap_finish(): these bytes end the body. */
void tap_last(struct tap *t, struct span bytes);

const struct tap_seen *tap_seen(const struct tap *t);

#endif
